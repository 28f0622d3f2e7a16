"""Whose office it is: the state before, behind, in the adjective; lists of owners; envoys and their posts."""

from __future__ import annotations

import pytest


def _offices(analyse, lang: str, text: str) -> list[tuple[str, str | None]]:
    analysis = analyse(lang, text)
    return [(text[m.start : m.end], m.code) for mentions in analysis.mentions for m in mentions if m.kind == "office" and not m.inside]


@pytest.mark.parametrize(("lang", "text", "office", "code"), [
    ("en", "The Polish president spoke.", "Polish president", "POL"),
    ("en", "The president of Poland spoke.", "president of Poland", "POL"),
    ("en", "Poland's president spoke.", "Poland's president", "POL"),
    ("ru", "Президент Польши выступил.", "Президент Польши", "POL"),
    ("ru", "Польский президент выступил.", "Польский президент", "POL"),
    ("hu", "A lengyel elnök beszélt.", "lengyel elnök", "POL"),
    ("az", "Qazaxıstan Prezidentinin müşaviri çıxış edib.", "Qazaxıstan Prezidentinin müşaviri", "KAZ"),
    ("ro", "Ministrul portughez de externe a vorbit.", "Ministrul portughez de externe", "PRT"),
    ("uz", "Полша президенти сўзлади.", "Полша президенти", "POL"),
])  # fmt: skip
def test_the_owner_of_an_office(analyse, lang: str, text: str, office: str, code: str) -> None:
    assert _offices(analyse, lang, text) == [(office, code)]


def test_owners_in_a_list_share_the_office(analyse) -> None:
    analysis = analyse("ru", "Послы Чехии, Польши и Кубы вручили верительные грамоты президенту Казахстана.")
    group = [m for m in analysis.mentions[0] if m.group >= 0 and not m.inside]
    assert [m.code for m in group] == ["CZE", "POL", "CUB"]
    assert all("nom" in m.relations for m in group)


def test_a_bare_verb_between_makes_no_owner(analyse) -> None:
    """ "Азербайджан вызвал своего посла": the subject stands before, the office is not its phrase."""
    text = "Азербайджан вызвал посла Франции."
    assert ("посла Франции", "FRA") in _offices(analyse, "ru", text)
