"""Entities that fit in part, counted as SemEval-2013 task 9 counts them and nervaluate computes it.

Predictions are taken from left to right, and each uses up a gold span at most. nervaluate compares every prediction with every gold span;
here only those that touch it are compared, to the same result.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from itertools import accumulate

Span = tuple[int, int, str]  # half-open offsets, label
Credit = dict[int, tuple[int, float]]  # gold span: predicted span, and what the match counts for
LEAST = 1.0  # percent of the gold span that a prediction must cover to touch it


def overlap_credit(gold: Sequence[Span], predicted: Sequence[Span]) -> Credit:
    """The "partial" scheme: labels do not count; equal boundaries count 1, an overlap 0.5. Both sides must be sorted."""
    credit: Credit = {}
    for j, span, touched in _touching(gold, predicted):
        free = [i for i in touched if i not in credit]
        equal = [i for i in free if gold[i][:2] == span[:2]]
        if free:
            credit[(equal or free)[0]] = (j, 1.0 if equal else 0.5)
    return credit


def type_credit(gold: Sequence[Span], predicted: Sequence[Span]) -> Credit:
    """The "type" scheme: an overlap with an equal label counts 1, one with another label 0 and uses the gold span up. Both sorted."""
    credit: Credit = {}
    for j, span, touched in _touching(gold, predicted):
        free = [i for i in touched if i not in credit]
        equal = [i for i in free if gold[i][2] == span[2]]
        if equal:
            credit[min(equal, key=lambda i: abs(gold[i][0] - span[0]) + abs(gold[i][1] - span[1]))] = (j, 1.0)
        elif free:
            credit[free[0]] = (j, 0.0)
    return credit


def _touching(gold: Sequence[Span], predicted: Sequence[Span]) -> Iterator[tuple[int, Span, list[int]]]:
    """Every prediction with its number and the gold spans of which it covers enough, in order."""
    starts = [start for start, _, _ in gold]
    reach = list(accumulate((end for _, end, _ in gold), max))  # how far the spans up to here reach
    for j, span in enumerate(predicted):
        first, last = bisect_left(reach, span[0] + 1), bisect_left(starts, span[1])
        yield j, span, [i for i in range(first, last) if _covers(span, gold[i])]


def _covers(span: Span, gold: Span) -> bool:
    shared = min(span[1], gold[1]) - max(span[0], gold[0])
    return shared > 0 and shared / (gold[1] - gold[0]) * 100.0 >= LEAST
