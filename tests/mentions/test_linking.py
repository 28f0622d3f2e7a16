"""Codes taken from elsewhere in the document: short names, bare offices, "the two countries", the state at home."""

from __future__ import annotations

import pytest


def _codes(analyse, lang: str, text: str, span: str, sentence: int = -1) -> tuple[str, ...]:
    mentions = analyse(lang, text).mentions[sentence]
    return next(m.codes for m in mentions if text[m.start : m.end] == span)


@pytest.mark.parametrize(("lang", "text", "span"), [
    ("en", "Hungarian Foreign Minister Peter Balogh arrived. Later Balogh spoke.", "Balogh"),
    ("ru", "Прибыл министр иностранных дел Венгрии Петер Балог. Позже с Балогом говорили.", "Балогом"),
    ("tr", "Macaristan Dışişleri Bakanı Peter Balogh geldi. Sonra Balogh'la görüşüldü.", "Balogh'la"),
])  # fmt: skip
def test_a_surname_stands_for_the_person_introduced(analyse, lang: str, text: str, span: str) -> None:
    assert _codes(analyse, lang, text, span) == ("HUN",)


@pytest.mark.parametrize(("lang", "text", "span"), [
    ("en", "Poland and Latvia signed a treaty. The two countries are neighbours.", "The two countries"),
    ("ru", "Польша и Латвия подписали договор. Две страны соседи.", "Две страны"),
    ("az", "Polşa və Latviya müqavilə imzalayıb. İki ölkə qonşudur.", "İki ölkə"),
])  # fmt: skip
def test_the_two_countries_are_those_named_together(analyse, lang: str, text: str, span: str) -> None:
    found = {c for m in analyse(lang, text).mentions[1] for c in m.codes}
    assert found == {"POL", "LVA"}


@pytest.mark.parametrize(("lang", "text", "home"), [
    ("uz", "Prezident Polsha elchisini qabul qildi.", "UZB"),
    ("kk", "Президент Польша елшісін қабылдады.", "KAZ"),
    ("en", "Poland said so. Poland agreed. Polish officials came.", "POL"),
])  # fmt: skip
def test_home(analyse, lang: str, text: str, home: str) -> None:
    assert analyse(lang, text).home == home


def test_a_strangers_first_name_is_not_the_person_spoken_of(analyse) -> None:
    text = "Hungarian Foreign Minister Peter Balogh arrived. Later Peter Novotny spoke."
    assert not [m for m in analyse("en", text).mentions[1] if m.codes]
