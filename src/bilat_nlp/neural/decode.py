"""From probabilities to spans: which wordings name an event, and which words are a name."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from .labels import MERGED, NONE, Labels
from .scores import Scores


@dataclass(frozen=True, slots=True)
class Found:
    """A span of the model: half-open words, label or type, probability."""

    first: int
    last: int
    name: str
    probability: float


def spans(probabilities: np.ndarray, names: tuple[str, ...], least: float, apart: bool = True) -> list[Found]:
    """Spans whose probability of being anything at all is `least` or more, the likeliest first where two share a word.

    Args:
        probabilities: (n, longest, names), the first name is `NONE`.
        names: what the last axis stands for.
        apart: no two spans share a word; else all are given.

    Returns: in the order of the text.
    """
    something = 1.0 - probabilities[:, :, 0]
    words = len(something)
    rows, extras = np.nonzero(something >= least)
    inside = rows + extras < words
    rows, extras = rows[inside], extras[inside]
    found = []
    taken = np.zeros(words, dtype=bool)
    for number in np.argsort(-something[rows, extras], kind="stable"):
        first, last = int(rows[number]), int(rows[number] + extras[number] + 1)
        if apart and taken[first:last].any():
            continue
        taken[first:last] = True
        best = 1 + int(np.argmax(probabilities[rows[number], extras[number], 1:]))
        found.append(Found(first, last, names[best], float(something[rows[number], extras[number]])))
    return sorted(found, key=lambda each: (each.first, each.last))


def names(scores: Scores, labels: Labels, least: float = 0.5) -> list[Found]:
    """Names, dates and sums; spans that are only the object of an event are no names."""
    entities = scores.entities
    hidden = [number for number, label in enumerate(labels.entities) if label not in (NONE, *NAMES)]
    if hidden:
        entities = entities.copy()
        entities[:, :, 0] += entities[:, :, hidden].sum(axis=-1)
        entities[:, :, hidden] = 0.0
    return spans(entities, labels.entities, least)


NAMES = ("PER", "ORG", *sorted(MERGED), "DATE", "MONEY", "NORP")


def strength(scores: Scores, labels: Labels, first: int, last: int, types: Iterable[str]) -> float:
    """The highest probability, over the spans that share a word with `first` to `last`, that it names an event of one of the types."""
    numbers = [labels.types.index(each) for each in types if each in labels.types]
    if not numbers:
        return 0.0
    longest = scores.triggers.shape[1]
    best = 0.0
    for extra in range(longest):
        low, high = max(0, first - extra), min(last, len(scores.triggers) - extra)
        if low < high:
            best = max(best, float(scores.triggers[low:high, extra][:, numbers].max()))
    return best
