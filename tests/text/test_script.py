"""Keys of words, scripts, and the cleaning that keeps offsets."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bilat_nlp.text.script import blank_markup, clean, normaliser, script_of

TURKIC = normaliser({"casing": "turkic"})
PLAIN = normaliser({})


@pytest.mark.parametrize(
    ("word", "key"), [("Iğdır", "ığdır"), ("İSTANBUL", "istanbul"), ("Türkiye’nin", "türkiye'nin"), ("ABŞ–ın", "abş-ın")]
)
def test_turkic(word: str, key: str) -> None:
    assert TURKIC(word) == key


@pytest.mark.parametrize(
    ("word", "key"),
    [
        ("O‘zbek", "o'zbek"),
        ("OʻZBEK", "o'zbek"),
        ("o`zbek", "o'zbek"),
        ("İran", "iran"),
        ("e\u0301", "é"),
        ("kor\u00admány", "kormány"),
        ("ASTANА", "astana"),
        ("Қaзақстан", "қазақстан"),
    ],
)
def test_plain(word: str, key: str) -> None:
    assert PLAIN(word) == key


def test_tables_take_the_longest_key_and_know_word_starts() -> None:
    key = normaliser({"fold": {"ё": "е"}, "transliterate": {"^е": "ye", "е": "e", "ш": "sh", "шч": "sch", "л": "l"}})
    assert key("елеш") == "yelesh"
    assert key("Ёшч") == "yesch"


def test_unknown_casing_is_refused() -> None:
    with pytest.raises(ValueError, match="casing"):
        normaliser({"casing": "loud"})


@given(st.text())
def test_keys_are_stable(word: str) -> None:
    assert TURKIC(word) == TURKIC(word)
    assert PLAIN(PLAIN(word)) == PLAIN(PLAIN(PLAIN(word)))


@given(st.text(alphabet=st.characters(codec=None)))
def test_clean_keeps_length_and_can_be_encoded(text: str) -> None:
    cleaned = clean(text)
    assert len(cleaned) == len(text)
    assert "\x00" not in cleaned
    cleaned.encode("utf-8")


@given(st.text(alphabet="<>/pbscript &;x\n"))
def test_blanking_keeps_length(text: str) -> None:
    assert len(blank_markup(text)) == len(text)


def test_markup_is_blanked() -> None:
    assert blank_markup("<p>A <b>b</b>&nbsp;c</p>").split() == ["A", "b", "c"]
    assert blank_markup("a<script>if (x<y) z()</script>b").split() == ["a", "b"]
    assert blank_markup("1 < 2 and 3 > 2") == "1 < 2 and 3 > 2"


@pytest.mark.parametrize(("text", "script"), [("Bakı", "Latn"), ("Астана", "Cyrl"), ("北京", "Hani"), ("12.5", "Zyyy"), ("Αθήνα", "Grek")])
def test_script(text: str, script: str) -> None:
    assert script_of(text) == script
