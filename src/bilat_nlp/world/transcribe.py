"""A phonetic key: one foreign name, however the eight languages write it, comes out (nearly) the same.

``Шавкат Мирзиёев``, ``Savkat Mirzijojev``, ``Şavkat Mirziyoyev`` and ``Shavkat Mirziyoyev`` share one key. The key is a
fall-back for names that the table of people does not hold in the spelling of the text; it is made for whole names (given
name and surname): surnames alone fall together too often. What each language does with its letters is data, in
``transcribe.toml``.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Mapping
from functools import cache, lru_cache
from importlib import resources

_ONE_I = str.maketrans("İIı", "iii")  # capital and small letters of Turkic and other languages must come out alike
_JOINTS = re.compile(r"[\s\-‐‑–.,]+")
_APOSTROPHES = re.compile("[’‘ʻʼ`'´]")
_ALIKE = str.maketrans({"e": "i", "y": "i", "j": "i", "o": "u"})
_GLIDE = re.compile(r"i(?=[au])|(?<=[au])i")
_WEAK_END = re.compile(r"(?<=..)(?:h|i)$")  # Shah, Abdullah; Stéphane, Georgi: the last h or e is written or not
_ENDING_R = re.compile(r"(?<=[^aiu])ir$")  # Alexander, Aleksandr; Peter, Pyotr
_VOWELS = re.compile("[aiu]")
_BONES = 4  # A word of so many consonants is known by them; with three, Gabriel Berca becomes Gabriel Boric, Li Qiang Li Keqiang.
_REPEATED = re.compile(r"(.)\1+")


@cache
def _rules() -> Mapping[str, object]:
    """The parsed ``transcribe.toml``."""
    text = resources.files(__package__).joinpath("transcribe.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


@cache
def _table(lang: str) -> tuple[re.Pattern[str], Mapping[str, str]]:
    """The letters of `lang` as one pattern, longest first, and what each stands for. An unknown language reads as English."""
    rules = _rules()
    common = rules["common"]
    own = rules.get(lang, rules["en"])
    if not isinstance(common, dict) or not isinstance(own, dict):
        raise ValueError("transcribe.toml: [common] and each language must be tables of letters")
    letters = {unicodedata.normalize("NFC", k): v for k, v in {**common, **own}.items()}
    pattern = "|".join(re.escape(k) for k in sorted(letters, key=len, reverse=True))
    return re.compile(pattern), letters


@cache
def _particles() -> frozenset[str]:
    words = _rules()["particles"]
    if not isinstance(words, list):
        raise ValueError("transcribe.toml: particles must be a list of words")
    return frozenset(words)


def _word_key(word: str, lang: str) -> str:
    """The key of one lower-case word."""
    pattern, letters = _table(lang)
    sounds = pattern.sub(lambda match: letters[match.group()], word)
    sounds = "".join(c for c in unicodedata.normalize("NFD", sounds) if c.isascii() and c.isalnum())
    sounds = sounds.translate(_ALIKE)
    sounds = _REPEATED.sub(r"\1", sounds)
    sounds = _GLIDE.sub("", sounds)
    sounds = _WEAK_END.sub("", sounds) or sounds
    sounds = _REPEATED.sub(r"\1", _ENDING_R.sub("r", sounds))
    bones = _REPEATED.sub(r"\1", sounds[:1] + _VOWELS.sub("", sounds[1:]))
    return bones if len(bones) >= _BONES else sounds


@lru_cache(maxsize=65536)
def key(name: str, lang: str = "en") -> str:
    """The phonetic key of a full name as `lang` spells it (``en`` also for the home spelling of names in Latin letters).

    The keys of the words in alphabetical order, joined by a space: Hungarian writes its own and Japanese names surname
    first. The key of a name without a letter is the empty string. Case, diacritics, apostrophes, hyphens and doubled
    letters make no difference. Pure; results are cached.
    """
    lower = unicodedata.normalize("NFC", name).translate(_ONE_I).lower()
    lower = _APOSTROPHES.sub("", unicodedata.normalize("NFC", lower))
    words = [word for word in _JOINTS.split(lower) if word]
    kept = [word for word in words if word not in _particles()] or words
    return " ".join(sorted(filter(None, (_word_key(word, lang) for word in kept))))
