"""Mentions composed of names, offices and states: spans, kinds and codes."""

from __future__ import annotations

import pytest

from bilat_nlp.analysis import Mention


def outer(analyse, lang: str, text: str) -> dict[str, Mention]:
    """The mentions of a text that are no part of a larger one, by their own words."""
    analysis = analyse(lang, text)
    return {text[m.start : m.end]: m for mentions in analysis.mentions for m in mentions if not m.inside}


@pytest.mark.parametrize(("lang", "text", "name", "code", "office"), [
    ("en", "President of Kazakhstan Nurlan Aliyarov spoke.", "Nurlan Aliyarov", "KAZ", "head_of_state"),
    ("en", "The Hungarian foreign minister, Peter Balogh, spoke.", "Peter Balogh", "HUN", "foreign_minister"),
    ("hu", "Nurlan Alijarov kazah elnök beszélt.", "Nurlan Alijarov", "KAZ", "head_of_state"),
    ("hu", "Tegnap Balogh Péter magyar külügyminiszterrel találkozott.", "Balogh Péter", "HUN", "foreign_minister"),
    ("az", "Qazaxıstan Prezidenti Nurlan Əliyarov çıxış edib.", "Nurlan Əliyarov", "KAZ", "head_of_state"),
    ("ru", "Президент Казахстана Нурлан Алияров выступил.", "Нурлан Алияров", "KAZ", "head_of_state"),
    ("tr", "Kazakistan Cumhurbaşkanı Nurlan Aliyarov konuştu.", "Nurlan Aliyarov", "KAZ", "head_of_state"),
    ("uz", "Qozog‘iston Prezidenti Nurlan Aliyarov so‘zladi.", "Nurlan Aliyarov", "KAZ", "head_of_state"),
    ("uz", "Қозоғистон Президенти Нурлан Алияров сўзлади.", "Нурлан Алияров", "KAZ", "head_of_state"),
    ("kk", "Қазақстан Президенті Нұрлан Әлияров сөйледі.", "Нұрлан Әлияров", "KAZ", "head_of_state"),
    ("ro", "Președintele Kazahstanului, Nurlan Aliyarov, a vorbit.", "Nurlan Aliyarov", "KAZ", "head_of_state"),
])  # fmt: skip
def test_a_name_beside_an_office(analyse, lang: str, text: str, name: str, code: str, office: str) -> None:
    mention = outer(analyse, lang, text)[name]
    assert (mention.label, mention.kind, mention.code, mention.office) == ("PER", "person", code, office)


def test_a_known_name_needs_its_capitals(analyse) -> None:
    """ "Péter magyar külügyminiszter": the nationality, not the surname that is written like it."""
    assert "Péter magyar" not in outer(analyse, "hu", "Balogh Péter magyar külügyminiszter beszélt.")


def test_both_halves_of_a_compound_are_sides(analyse) -> None:
    analysis = analyse("hu", "Orosz-kazah tárgyalások kezdődtek.")
    assert [mention.code for mention in analysis.mentions[0]] == ["RUS", "KAZ"]
    assert len({mention.group for mention in analysis.mentions[0]}) == 1
