"""Places in their phrases, modifiers, and nationality words that make no party."""

from __future__ import annotations

import pytest


def _coded(analyse, lang: str, text: str) -> list[tuple[str, str, str | None, list[str]]]:
    return [
        (text[m.start : m.end], m.kind, m.code, sorted(m.relations))
        for mentions in analyse(lang, text).mentions
        for m in mentions
        if not m.inside and m.codes
    ]


@pytest.mark.parametrize(("lang", "text", "place", "code", "relation"), [
    ("uz", "Muzokaralar Toshkent shahrida o‘tdi.", "Toshkent shahrida", "UZB", "loc"),
    ("uz", "Музокаралар Тошкент шаҳрида ўтди.", "Тошкент шаҳрида", "UZB", "loc"),
    ("tr", "Görüşmeler Avusturya'nın başkenti Viyana'da yapıldı.", "Viyana'da", "AUT", "loc"),
    ("az", "Danışıqlar Bakı şəhərində keçirilib.", "Bakı şəhərində", "AZE", "loc"),
    ("ru", "Переговоры прошли в Вене.", "Вене", "AUT", "loc"),
    ("hu", "A tárgyalások Bécsben zajlottak.", "Bécsben", "AUT", "loc"),
])  # fmt: skip
def test_the_head_noun_carries_the_case(analyse, lang: str, text: str, place: str, code: str, relation: str) -> None:
    found = {(span, code): relations for span, _, code, relations in _coded(analyse, lang, text)}
    assert relation in found[place, code]


def test_a_city_in_its_state_is_one_place(analyse) -> None:
    assert [span for span, *_ in _coded(analyse, "en", "The talks were held in Riyadh, Saudi Arabia.")] == ["Riyadh"]


@pytest.mark.parametrize(("lang", "text"), [
    ("en", "Norway will give 50 million US dollars."),
    ("tr", "Norveç 3 milyon ABD doları verdi."),
])  # fmt: skip
def test_a_currency_is_no_party(analyse, lang: str, text: str) -> None:
    assert [code for _, _, code, _ in _coded(analyse, lang, text)] == ["NOR"]


def test_a_place_in_front_is_no_member_of_the_list_behind_it(analyse) -> None:
    found = {code: relations for _, kind, code, relations in _coded(analyse, "en", "In Oslo, Poland and Latvia signed an agreement.")}
    assert found["POL"] == found["LVA"] == ["nom"]
