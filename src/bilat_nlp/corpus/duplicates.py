"""How much two documents have in common: shared word n-grams, as they stand and with names and numbers masked.

The overlap of two documents is the share of the smaller one's n-grams that the other one has too (the containment of Broder, "On the
resemblance and containment of documents", 1997), counted exactly through an inverted index: a corpus of some thousand texts needs no
MinHash. With mentions replaced by their label and digits by 0, two texts from one mould overlap though every name in them differs.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from bilat_nlp.corpus.groups import Groups
from bilat_nlp.records import Document
from bilat_nlp.text.words import words_of

WIDTH = 5  # words
_COMMON = 40  # an n-gram in more documents than this ("the ministry of foreign affairs of") says nothing of any two
_DIGITS = re.compile(r"\d+")


@dataclass(frozen=True, slots=True)
class Pair:
    """Two documents by their place in the list, and their overlap between 0 and 1."""

    first: int
    second: int
    overlap: float


def words(document: Document, *, masked: bool = False) -> list[str]:
    """The words of the text in small letters; with ``masked`` mentions are their label, and numbers 0."""
    text = document.text or ""
    found = []
    covers = sorted(((each.start, each.end, each.label or "") for each in document.entities), key=lambda each: (each[0], -each[1]))
    at, inside = 0, -1
    for word in words_of(text, str.lower):
        while masked and at < len(covers) and covers[at][1] <= word.start:
            at += 1
        if masked and at < len(covers) and covers[at][0] <= word.start:
            if inside != at:
                found.append(covers[at][2])
            inside = at
        elif any(char.isalnum() for char in word.key):
            found.append(_DIGITS.sub("0", word.key) if masked else word.key)
    return found


def shingles(document: Document, width: int = WIDTH, *, masked: bool = True) -> set[tuple[str, ...]]:
    """The n-grams of `words`."""
    sequence = words(document, masked=masked)
    return {tuple(sequence[at : at + width]) for at in range(len(sequence) - width + 1)}


def pairs(documents: Sequence[Document], *, width: int = WIDTH, masked: bool = True, at_least: float = 0.0) -> list[Pair]:
    """All pairs with something in common, the closest first."""
    sets = [shingles(document, width, masked=masked) for document in documents]
    holders: dict[tuple[str, ...], list[int]] = defaultdict(list)
    for number, found in enumerate(sets):
        for shingle in found:
            holders[shingle].append(number)
    shared: dict[tuple[int, int], int] = defaultdict(int)
    for numbers in holders.values():
        if 1 < len(numbers) <= _COMMON:
            for place, first in enumerate(numbers):
                for second in numbers[place + 1 :]:
                    shared[(first, second)] += 1
    found_pairs = (Pair(*key, count / min(len(sets[key[0]]), len(sets[key[1]]))) for key, count in shared.items())
    return sorted((pair for pair in found_pairs if pair.overlap >= at_least), key=lambda pair: (-pair.overlap, pair.first, pair.second))


def clusters(size: int, close: Sequence[Pair]) -> list[list[int]]:
    """The documents 0 to size - 1 in groups that the pairs hold together."""
    groups = Groups(range(size))
    for pair in close:
        groups.join(pair.second, pair.first)
    return groups.all()
