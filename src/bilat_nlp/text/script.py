"""Characters: what a document may hold, which script it is in, and one spelling for every word.

``normaliser`` gives the key under which a word of the text and a form of the lexicon meet: lower case by the rules of the language, one
apostrophe, one hyphen, composed letters, and for a language written in two scripts the letters of one of them.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any

APOSTROPHES = "'’‘ʻʼ‛`´′ʹ＇"
DASHES = "-‐‑‒–—−－"
INVISIBLE = "\u00ad\u200b\u200c\u200d\u2060\ufeff"

# Cyrillic letters and the Latin ones that look the same: newsrooms mix them inside one word ("ASTANА" with a Cyrillic last letter).
_CYRILLIC_TWINS = "АВЕКМНОРСТХаеорсухіІјЈһҺ"
_LATIN_TWINS = "ABEKMHOPCTXaeopcyxiIjJhH"
_TO_LATIN = str.maketrans(_CYRILLIC_TWINS, _LATIN_TWINS)
_TO_CYRILLIC = str.maketrans(_LATIN_TWINS, _CYRILLIC_TWINS)

_UNIFY = str.maketrans({**dict.fromkeys(APOSTROPHES, "'"), **dict.fromkeys(DASHES, "-"), **dict.fromkeys(INVISIBLE, "")})
_LATIN = re.compile(r"[A-Za-z\u00c0-\u024f\u1e00-\u1eff]")
_CYRILLIC = re.compile(r"[\u0400-\u052f]")

# Controls that no text needs (tab, line feed, carriage return and the other line separators stay), lone surrogates, non-characters.
_UNSAFE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff]")
_TAG = re.compile(r"<(!--|/?[A-Za-z][A-Za-z0-9]{0,14})((?:\s|/)[^<>]{0,2000})?>")
_ENTITY = re.compile(r"&(?:[a-zA-Z]{2,8}|#\d{1,6}|#x[0-9a-fA-F]{1,6});")
_HIDDEN = re.compile(r"<(script|style)\b[^<>]{0,2000}>", re.IGNORECASE)
_INLINE = frozenset("a abbr b big cite code em font i img mark q s small span strike strong sub sup tt u".split())
_SCRIPTS = {
    "LATIN": "Latn",
    "CYRILLIC": "Cyrl",
    "GREEK": "Grek",
    "ARABIC": "Arab",
    "HEBREW": "Hebr",
    "ARMENIAN": "Armn",
    "GEORGIAN": "Geor",
    "CJK": "Hani",
    "HIRAGANA": "Jpan",
    "KATAKANA": "Jpan",
    "HANGUL": "Kore",
    "DEVANAGARI": "Deva",
}


def clean(text: str) -> str:
    """Return `text` with NULs, other controls and lone surrogates replaced one for one, so that every offset stays true.

    A surrogate cannot be encoded and a control breaks tools further down; both become a blank or, where a letter may have stood, U+FFFD.
    """
    return _UNSAFE.sub(lambda found: "\ufffd" if found.group() >= "\ud800" else " ", text)


def blank_markup(text: str) -> str:
    """Return `text` with HTML tags, entities, scripts and styles blanked, length unchanged.

    A tag that ends a block (`<p>`, `<br>`, `<li>`) leaves a line break behind, one inside a line (`<b>`, `<a>`) only blanks.
    """
    if "<" in text:
        text = _blank_hidden(text)
        text = _TAG.sub(_blank_tag, text)
    if "&" in text:
        text = _ENTITY.sub(lambda found: " " * len(found.group()), text)
    return text


def _blank_tag(found: re.Match[str]) -> str:
    width = len(found.group())
    if found.group(1).lstrip("/").lower() in _INLINE:
        return " " * width
    return "\n" + " " * (width - 1)


def _blank_hidden(text: str) -> str:
    """Blank what stands between `<script>` or `<style>` and its end; one pass, whatever the nesting."""
    pieces: list[str] = []
    position = 0
    lowered = ""
    for found in _HIDDEN.finditer(text):
        if found.start() < position:
            continue
        # str.lower() may change the length ("İ"), which would shift every offset: fold only the ASCII letters.
        lowered = lowered or text.translate(_ASCII_LOWER)
        end = lowered.find("</" + found.group(1).lower(), found.end())
        if end < 0:
            break
        pieces += [text[position : found.start()], " " * (end - found.start())]
        position = end
    pieces.append(text[position:])
    return "".join(pieces)


_ASCII_LOWER = {upper: upper + 32 for upper in range(ord("A"), ord("Z") + 1)}


def script_of(text: str) -> str:
    """Return the ISO 15924 code of the script that most letters of the first 3,000 characters are in; "Zyyy" where there are none."""
    head = text[:3000]
    latin = len(_LATIN.findall(head))
    cyrillic = len(_CYRILLIC.findall(head))
    letters = sum(map(str.isalpha, head))
    if letters == 0:
        return "Zyyy"
    if 2 * (latin + cyrillic) >= letters:
        return "Latn" if latin >= cyrillic else "Cyrl"
    counts: dict[str, int] = {}
    for letter in head:
        if letter.isalpha():
            family = unicodedata.name(letter, "UNKNOWN").split()[0]
            script = _SCRIPTS.get(family, "Zzzz")
            counts[script] = counts.get(script, 0) + 1
    return max(counts, key=lambda script: counts[script])


def _one_script(word: str) -> str:
    """Give a word that mixes Latin and Cyrillic twins the script of the letters that have no twin, else of the greater number."""
    latin = _LATIN.findall(word)
    cyrillic = _CYRILLIC.findall(word)
    if not latin or not cyrillic:
        return word
    sure_latin = sum(letter not in _LATIN_TWINS for letter in latin)
    sure_cyrillic = sum(letter not in _CYRILLIC_TWINS for letter in cyrillic)
    if sure_latin and sure_cyrillic:
        return word
    if sure_latin or (not sure_cyrillic and len(latin) > len(cyrillic)):
        return word.translate(_TO_LATIN)
    return word.translate(_TO_CYRILLIC)


def _replacer(table: Mapping[str, str]) -> Callable[[str], str]:
    """Compile a table of replacements: longest key first, `^` at the head of a key ties it to the start of the word."""
    start = {key[1:]: value for key, value in table.items() if key.startswith("^")}
    inside = {key: value for key, value in table.items() if not key.startswith("^")}
    if not table:
        return lambda word: word

    def alternatives(keys: Mapping[str, str]) -> str:
        return "|".join(re.escape(key) for key in sorted(keys, key=len, reverse=True))

    parts = []
    if start:
        parts.append(rf"\A(?P<start>{alternatives(start)})")
    if inside:
        parts.append(rf"(?P<inside>{alternatives(inside)})")
    pattern = re.compile("|".join(parts))

    def value(found: re.Match[str]) -> str:
        return start[found.group()] if found.lastgroup == "start" else inside[found.group()]

    return lambda word: pattern.sub(value, word)


def normaliser(spelling: Mapping[str, Any]) -> Callable[[str], str]:
    """Return the function that maps one word to its key, as the table `[spelling]` of a `language.toml` says.

    `casing` is "turkic" (I/ı, İ/i) or "default"; `fold`, then `transliterate`, map letters or groups of letters after lower-casing.
    The function is cached; it is meant for single words and is idempotent where the tables are. Raises ValueError on an unknown casing.
    """
    casing = spelling.get("casing", "default")
    if casing not in ("default", "turkic"):
        raise ValueError(f"casing must be 'default' or 'turkic', not {casing!r}")
    turkic = casing == "turkic"

    def lower(word: str) -> str:
        word = word.replace("İ", "i")
        return (word.replace("I", "ı") if turkic else word).lower()

    def base(form: str) -> str:
        return unicodedata.normalize("NFC", lower(unicodedata.normalize("NFC", form)).translate(_UNIFY))

    def prepared(name: str) -> dict[str, str]:
        return {
            ("^" if key.startswith("^") else "") + base(key.removeprefix("^")): base(value) for key, value in spelling.get(name, {}).items()
        }

    fold = _replacer({key: value for key, value in prepared("fold").items() if key != value})
    transliterate_table = prepared("transliterate")
    transliterate = _replacer(transliterate_table)

    @lru_cache(maxsize=200_000)
    def normalise(word: str) -> str:
        if not transliterate_table:  # a table of letters takes care of mixed words by itself
            word = _one_script(word)
        return transliterate(fold(base(word)))

    return normalise
