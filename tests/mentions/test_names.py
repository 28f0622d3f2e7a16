"""Where a personal name begins and ends."""

from __future__ import annotations

import pytest

from bilat_nlp.mentions.names import begins_name, name_relations
from bilat_nlp.text.words import Word


@pytest.mark.parametrize(("text", "wanted"), [("Balogh", True), ("balogh", False), ("el-Sisi", True), ("1962", False), ("Ólafur", True)])
def test_what_is_written_like_a_name(text: str, wanted: bool) -> None:
    assert begins_name(Word(0, len(text), text, text.lower())) is wanted


@pytest.mark.parametrize(("lang", "text", "surname", "relation"), [
    ("tr", "Dışişleri Bakanı Aliyarov'la görüştü.", "Aliyarov'la", "com"),
    ("uz", "Vazir Aliyarovning nutqi.", "Aliyarovning", "gen"),
    ("hu", "Beszélt Alijarovval tegnap.", "Alijarovval", None),
    ("az", "Nazir Əliyarova məktub göndərib.", "Əliyarova", "dat"),
])  # fmt: skip
def test_the_ending_of_a_name_marks_its_case(analyse, lang: str, text: str, surname: str, relation: str | None) -> None:
    analysis = analyse(lang, text)
    word = next(word for word in analysis.layout.words if word.text == surname)
    found = name_relations(analysis, word)
    assert relation is None or relation in found


def test_the_name_stops_at_a_date(analyse) -> None:
    text = "President Nurlan Aliyarov Tuesday met Hungarian Foreign Minister Peter Balogh."
    names = {text[m.start : m.end] for m in analyse("en", text, "2025-11-12").mentions[0] if m.kind == "person"}
    assert {"Nurlan Aliyarov", "Peter Balogh"} <= names
