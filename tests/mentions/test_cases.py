"""What adpositions and lists say of a mention."""

from __future__ import annotations

import pytest


def _relations(analyse, lang: str, text: str) -> dict[str | None, set[str]]:
    return {m.code: set(m.relations) for mentions in analyse(lang, text).mentions for m in mentions if m.codes and not m.inside}


@pytest.mark.parametrize(("lang", "text", "code", "relation"), [
    ("en", "The talks between Poland and Latvia ended.", "LVA", "bet"),
    ("en", "It was criticised by Latvia.", "LVA", "agt"),
    ("en", "Poland imposed sanctions against Belarus.", "BLR", "opp"),
    ("tr", "Polonya ile Letonya arasında anlaşma var.", "POL", "bet"),
    ("az", "Polşa ilə Latviya arasında saziş var.", "POL", "bet"),
    ("ru", "Переговоры между Польшей и Латвией закончились.", "LVA", "bet"),
    ("ro", "Discuțiile dintre Polonia și Letonia s-au încheiat.", "LVA", "bet"),
    ("kk", "Польша мен Латвия арасындағы келіссөздер аяқталды.", "POL", "bet"),
    ("hu", "Lengyelország és Lettország között megállapodás született.", "POL", "bet"),
])  # fmt: skip
def test_adpositions(analyse, lang: str, text: str, code: str, relation: str) -> None:
    assert relation in _relations(analyse, lang, text)[code]


@pytest.mark.parametrize(("lang", "text"), [
    ("en", "Poland, Latvia and Estonia signed a treaty."),
    ("hu", "Lengyelország, Lettország és Észtország szerződést írt alá."),
    ("uz", "Polsha, Latviya va Estoniya shartnoma imzoladi."),
    ("ru", "Польша, Латвия и Эстония подписали договор."),
])  # fmt: skip
def test_a_list_is_one_group(analyse, lang: str, text: str) -> None:
    groups = {m.code: m.group for m in analyse(lang, text).mentions[0] if m.codes and not m.inside}
    assert set(groups) == {"POL", "LVA", "EST"}
    assert len(set(groups.values())) == 1
    assert min(groups.values()) >= 0


def test_a_comma_with_a_preposition_makes_no_list(analyse) -> None:
    groups = [m.group for m in analyse("tr", "Polonya, Letonya ile anlaşma imzaladı.").mentions[0] if m.codes]
    assert groups == [-1, -1]
