"""Words: what is one, what is two, and that no text takes long."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bilat_nlp.text.script import normaliser
from bilat_nlp.text.words import words_of

KEY = normaliser({})


def texts(text: str) -> list[str]:
    return [word.text for word in words_of(text, KEY)]


@pytest.mark.parametrize(
    "word",
    [
        "O‘zbekiston",
        "Türkiye'nin",
        "ABŞ-ın",
        "U.S.",
        "orosz-kazah",
        "ҚР-да",
        "2017-ci",
        "1962'den",
        "27,8",
        "12-én",
        "4–5",
        "20.07.2015",
        "22:19",
        "tog‘",
        "kun.uz",
        "13-sentabr",
        "F-16",
        "sa’nat",
        "[12]",
        "https://example.org/a?b=c",
    ],
)
def test_one_word(word: str) -> None:
    assert texts(f"x {word} y") == ["x", word, "y"]


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("Ю.Ратас", ["Ю.", "Ратас"]),
        ("Ш.М.Мирзиёев", ["Ш.", "М.", "Мирзиёев"]),
        ("Sh.Rashidov", ["Sh.", "Rashidov"]),
        ("О‘.Alimov", ["О‘.", "Alimov"]),
        ("imzoladi.Tashqi", ["imzoladi", ".", "Tashqi"]),
        ("IND.Как", ["IND", ".", "Как"]),
        ("CNN—An", ["CNN", "—", "An"]),
        ("«Алтын»", ["«", "Алтын", "»"]),
        ("2025. november", ["2025", ".", "november"]),
        ("Wait...", ["Wait", "..."]),
        ("90%", ["90", "%"]),
        ("(MTI)", ["(", "MTI", ")"]),
    ],
)
def test_several_words(text: str, parts: list[str]) -> None:
    assert texts(text) == parts


@given(st.text())
def test_offsets_and_cover(text: str) -> None:
    end = 0
    for word in words_of(text, KEY):
        assert text[word.start : word.end] == word.text
        assert not text[end : word.start].strip()
        end = word.end
    assert not text[end:].strip()


@pytest.mark.parametrize("piece", [".", "a.", "<a", "-", "a", "a-", "1.", "[1", "a.b@", "'", "www.", "https://", "A.", "‘"])
def test_linear(piece: str) -> None:
    text = piece * (400_000 // len(piece))
    begin = time.perf_counter()
    words_of(text, KEY)
    assert time.perf_counter() - begin < 5
