"""What a word shows by itself: one spelling for all scripts, sub-word vector, hashed affixes, shape, and the cases of its ending.

The spelling folds the key of a word (lower case, one script for a language that has two) to plain Latin letters, so that names and
loanwords share their n-grams in all languages. Vectors are floret's: fastText n-grams in a small hashed table (Explosion, 2021, after
Svenstrup et al., "Hash embeddings for efficient word representations", NeurIPS 2017).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from anyascii import anyascii
from murmurhash.mrmr import hash_unicode
from spacy.strings import StringStore
from spacy.vectors import Vectors

from .. import ontology
from ..languages.loader import Language
from ..text.words import Word

_DIGIT = re.compile(r"\d")
REMEMBERED = 200_000  # words kept by a cache
SHORTEST_STEM = 3  # letters that an ending leaves, where no lexicon says what the stem is
LONGEST_ENDING = 9
AFFIXES = ("word", "prefix", "suffix2", "suffix3", "suffix4")
SHAPES = ("lower", "title", "upper", "mixed", "digits", "digit+", "mark", "initial", "hyphen", "apostrophe")
MASKED = 0  # row of the hashed table that stands for a hidden word


@lru_cache(maxsize=REMEMBERED)
def fold(key: str) -> str:
    """The key of a word in plain Latin letters, every digit as 0; "_" where nothing is left."""
    return _DIGIT.sub("0", anyascii(key).lower().replace(" ", "")) or "_"


@dataclass(frozen=True, slots=True)
class VectorSettings:
    """How a table of sub-word vectors hashes: as floret does (`floret` and spaCy agree on every key)."""

    rows: int
    width: int
    minn: int = 3
    maxn: int = 5
    hash_count: int = 2
    hash_seed: int = 2166136261


class SubwordVectors:
    """Static vectors of any word, from its own row and the rows of its n-grams.

    Args:
        table: shape (rows, width).
        settings: how words are hashed to rows.

    Raises:
        ValueError: table and settings differ in shape.
    """

    def __init__(self, table: np.ndarray, settings: VectorSettings) -> None:
        if table.shape != (settings.rows, settings.width):
            raise ValueError(f"the vectors have the shape {table.shape}, the settings say {(settings.rows, settings.width)}")
        self.settings, self.table = settings, table
        self._vectors = Vectors(
            strings=StringStore(),
            data=table.astype(np.float32),
            mode="floret",
            minn=settings.minn,
            maxn=settings.maxn,
            hash_count=settings.hash_count,
            hash_seed=settings.hash_seed,
            bow="<",
            eow=">",
        )

    def of(self, words: Sequence[str]) -> np.ndarray:
        """Vectors of folded words, shape (words, width), float32, each scaled to unit length."""
        found = self._vectors.get_batch(list(words)).astype(np.float32)
        return found / np.maximum(np.linalg.norm(found, axis=1, keepdims=True), 1e-6)


def hashed(word: Word, lang: str, rows: int) -> tuple[int, ...]:
    """Rows of the trained affix table for `AFFIXES`; word and prefix are shared by all languages, endings belong to one."""
    spelled, key = fold(word.key), _DIGIT.sub("0", word.key)
    texts = (spelled, spelled[:3], f"{lang}{key[-2:]}", f"{lang}{key[-3:]}", f"{lang}{key[-4:]}")
    return tuple(1 + hash_unicode(text, seed) % (rows - 1) for seed, text in enumerate(texts))


def shape(text: str) -> list[int]:
    """Numbers of the `SHAPES` that a word has as it is written."""
    found = []
    if text.islower():
        found.append(0)
    elif text.isupper() and len(text) > 1 and text.isalpha():
        found.append(2)
    elif text[:1].isupper():
        found.append(7 if len(text) <= 2 else 1)
    elif any(letter.isupper() for letter in text):
        found.append(3)
    if text.isdigit():
        found.append(4)
    elif text[:1].isdigit():
        found.append(5)
    elif not any(letter.isalnum() for letter in text):
        found.append(6)
    if len(text) > 1 and "-" in text:
        found.append(8)
    if len(text) > 1 and "'" in text.replace("’", "'"):
        found.append(9)
    return found


class SurfaceReader:
    """Remembers what words of one language show: `relations` of the ending, hashes, shape.

    Args:
        language: its suffix analysis says what endings mark.
        rows: of the table of hashed affixes.
    """

    def __init__(self, language: Language, rows: int) -> None:
        self.language, self.rows = language, rows
        self.numbers = {relation: number for number, relation in enumerate(ontology.current().relations)}
        self.of = lru_cache(maxsize=REMEMBERED)(self._of)

    def _of(self, text: str, key: str) -> tuple[tuple[int, ...], tuple[int, ...], tuple[int, ...]]:
        """Hashed rows, numbers of shapes, numbers of the relations that the longest known ending marks."""
        word = Word(0, len(text), text, key)
        return hashed(word, self.language.code, self.rows), tuple(shape(text)), self._endings(key)

    def _endings(self, key: str) -> tuple[int, ...]:
        if not key[:1].isalpha():
            return ()
        for length in range(min(LONGEST_ENDING, len(key) - SHORTEST_STEM), 0, -1):
            ending = key[len(key) - length :].lstrip("'-")
            marks = [table[ending] for table in self.language.morphology.endings.values() if ending and ending in table]
            if marks:
                return tuple(sorted({self.numbers[relation] for mark in marks for relation in mark}))
        return ()
