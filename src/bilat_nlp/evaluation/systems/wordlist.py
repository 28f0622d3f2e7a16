"""Plain lists of words for the baseline: country names and trigger words, without cases, contexts or capital letters.

They hold what our data files write, so that the baseline is behind in nothing but analysis: a word of the text is a form of a listed one
if it or its lemma is that word, or if it begins with it, which is all the grammar that a plain list has. Of the choices left (capitals or
none, words that the lexicon trusts in some contexts only, phrases) those stand here that serve the baseline best on corpus/train.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Sequence
from functools import cache
from itertools import product
from math import prod
from typing import Any

from bilat_nlp.evaluation.systems.reading import Token
from bilat_nlp.languages import loader
from bilat_nlp.languages.entries import LABELS

HEAD = 4  # letters that a word needs to have forms, and by which the lists are indexed
MOST = 200  # spellings of one form of the lexicon; a longer product is a pattern, no word
GAPS = frozenset({"_", "__"})
COUNTRIES = loader.PLAIN_NAMES | {"capital"}


class WordList:
    """Words and phrases, each with what it stands for; at one place that with the most words wins, then the surest, then the longest."""

    def __init__(self, lang: str) -> None:
        self.normalise = loader.profiles()[lang].normalise
        self._heads: dict[str, list[tuple[tuple[str, ...], float, Any]]] = {}
        self._known: set[tuple[str, ...]] = set()

    def add(self, form: str, payload: object, trust: float = 0.0) -> None:
        """Take in a form that is not known yet."""
        words = tuple(map(self.normalise, form.split()))
        if words and words not in self._known:
            self._known.add(words)
            self._heads.setdefault(words[0][:HEAD], []).append((words, trust, payload))

    def words(self) -> dict[str, Any]:
        """Every form with what it stands for."""
        return {" ".join(words): payload for forms in self._heads.values() for words, _, payload in forms}

    def keys(self, tokens: Sequence[Token]) -> list[tuple[str, str]]:
        """Each token as the lists spell it, and its lemma."""
        return [(self.normalise(token.text), self.normalise(token.lemma) if token.lemma else "") for token in tokens]

    def at(self, keys: Sequence[tuple[str, str]], place: int, stop: int) -> tuple[int, Any] | None:
        """How many tokens the best form takes that begins at ``place`` and ends before ``stop``, and what it stands for."""
        best: tuple[tuple[int, float, int], Any] | None = None
        for head in dict.fromkeys(key[:HEAD] for key in keys[place] if key):
            for words, trust, payload in self._heads.get(head, ()):
                if place + len(words) <= stop and all(map(_is_form, keys[place : place + len(words)], words)):
                    rank = len(words), trust, sum(map(len, words))
                    if best is None or rank > best[0]:
                        best = rank, payload
        return (best[0][0], best[1]) if best else None

    def all(self, keys: Sequence[tuple[str, str]], first: int, last: int) -> Iterator[tuple[int, int, Any]]:
        """Everything that is found from left to right in tokens [first, last), no two sharing a token."""
        place = first
        while place < last:
            found = self.at(keys, place, last)
            if found:
                yield place, place + found[0], found[1]
            place += found[0] if found else 1


def _is_form(key: tuple[str, str], word: str) -> bool:
    return word in key or (len(word) >= HEAD and key[0].startswith(word))


@cache
def countries(lang: str) -> WordList:
    """Names of states, their nationality words and their capitals, with pairs of code and label."""
    listed = WordList(lang)
    for code, kind, _english, forms in _rows(lang):
        if kind in COUNTRIES and code != "-":
            for form in forms.split("|"):
                listed.add(form, (code, LABELS[kind]))
    return listed


def _rows(lang: str) -> Iterator[list[str]]:
    for line in (loader.FOLDER / lang / "names.tsv").read_text(encoding="utf-8").splitlines():
        if line.strip() and not line.startswith("#"):
            yield [cell.strip() for cell in line.split("\t")]


@cache
def triggers(lang: str) -> WordList:
    """Wordings of the lexicon with their types, those first that need no context there; here none is asked for."""
    listed = WordList(lang)
    entries = tomllib.loads((loader.FOLDER / lang / "triggers.toml").read_text(encoding="utf-8"))["trigger"]
    for trust, entry in sorted(((_trust(entry), entry) for entry in entries), key=lambda pair: -pair[0]):
        for form in entry["any"]:
            for words in _spelled(form):
                listed.add(words, entry["type"], trust)
    return listed


def _trust(entry: dict[str, Any]) -> float:
    return float(entry.get("confidence", 0.0)) - bool(entry.get("near") or entry.get("weak"))


def _spelled(form: str) -> Iterator[str]:
    """The words of a form, one spelling for each choice; none for a pattern that no plain list could hold (gaps, sets, loose ends)."""
    words = [[one.strip("=*") for one in word.split("|") if one[:1] not in "@*" and "*" not in one[:-1]] for word in form.split()]
    if all(words) and not GAPS & set(form.split()) and prod(map(len, words)) <= MOST:
        yield from map(" ".join, product(*words))
