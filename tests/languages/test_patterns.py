"""The pattern language of the data files (docs/languages.md, "Patterns")."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from bilat_nlp.languages.morphology import Morphology
from bilat_nlp.languages.patterns import PhraseSet, WordIndex

MORPHOLOGY = Morphology({
    "endings": {"noun": {"slots": ["case"], "case": {"da": ["loc"], "ga": ["dat"], "ning": ["gen"]}}},
    "paradigm": [{"lemma": ".", "endings": "noun"}],
})  # fmt: skip


def search(form: str, text: str, agreement: bool = False, **options: object) -> tuple[str, set[str]] | None:
    index = WordIndex(MORPHOLOGY, str.lower)
    phrases = PhraseSet(index, agreement, {"document": ["bitim", "shartnoma"]})
    phrases.add(form, **options)  # type: ignore[arg-type]
    words = [SimpleNamespace(text=word, key=word.lower()) for word in text.split()]
    found = phrases.first_in(words, [index.match(word.key) for word in words], 0, len(words))
    return (" ".join(word.text for word in words[found.first : found.last]), set(found.relations)) if found else None


@pytest.mark.parametrize(("form", "text", "wanted"), [
    ("Moskva", "keldi Moskvada edi", ("Moskvada", {"loc"})),
    ("Moskva", "Moskvalik", None),
    ("ABSh", "ABSh-ga", ("ABSh-ga", {"dat"})),
    ("ABSh", "ABSh'ning", ("ABSh'ning", {"gen"})),
    ("imzola*", "bitim imzolandi", ("imzolandi", set())),
    ("*andi", "bitim imzolandi", ("imzolandi", set())),
    ("*zol*", "bitim imzolandi", ("imzolandi", set())),
    ("=aytdi", "aytdi", ("aytdi", {"nom"})),
    ("=aytdi", "aytdiga", None),
    ("tashqi ishlar vaziri", "tashqi ishlar vaziriga", ("tashqi ishlar vaziriga", {"dat"})),
    ("tashqi ishlar vaziri", "tashqida ishlar vaziri", None),
    ("@document imzola*", "shartnoma imzolandi", ("shartnoma imzolandi", set())),
    ("bitim|akt imzola*", "akt imzolandi", ("akt imzolandi", set())),
    ("bitim _ imzola*", "bitim tezda imzolandi", ("bitim tezda imzolandi", set())),
    ("bitim __ imzola*", "bitim bir kun tezda imzolandi", ("bitim bir kun tezda imzolandi", set())),
    ("bitim __ imzola*", "bitim a b c d imzolandi", None),
])  # fmt: skip
def test_a_pattern_finds_its_forms(form: str, text: str, wanted: tuple[str, set[str]] | None) -> None:
    assert search(form, text) == wanted


def test_where_words_agree_every_word_inflects() -> None:
    assert search("bosh vazir", "boshga vazirga", agreement=True) == ("boshga vazirga", {"dat"})


@pytest.mark.parametrize(("form", "text", "found"), [
    ("Turk", "turk", False), ("Turk", "Turk", True), ("AB", "ab", False), ("AB", "Abda", False),
    ("ABX", "ABXda", True), ("AB", "AB-da", True), ("turk", "Turk", True),
])  # fmt: skip
def test_capital_letters_are_asked_for_where_the_form_has_them(form: str, text: str, found: bool) -> None:
    assert (search(form, text, cased=True) is not None) is found


@pytest.mark.parametrize(("form", "message"), [("", "empty"), ("__ imzola*", "gap"), ("@nothing imzola*", "nothing")])
def test_a_broken_form_is_refused(form: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        search(form, "a")
