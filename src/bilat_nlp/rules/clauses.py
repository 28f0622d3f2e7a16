"""Distances inside a sentence that count clause boundaries, so that an argument is not taken from the next clause over."""

from __future__ import annotations

from itertools import accumulate

from ..analysis import Analysis

HARD = frozenset({";", ":"})
SOFT = frozenset({",", "—", "–", "(", ")"})
BOUNDARY = 1.0
DIVISION = 2.0  # a colon or semicolon
SECOND = 3  # words from the comma to a boundary word that stands second in its clause ("Kolumbia pedig")
COMMA = 0.4
WORD = 0.08


class Distances:
    """Costs between the words of one sentence, in O(1) a pair."""

    def __init__(self, analysis: Analysis, first: int, last: int) -> None:
        words, hits = analysis.layout.words, analysis.hits
        boundaries = analysis.language.cues.boundaries
        costs: list[float] = []
        for place in range(first, last):
            text = words[place].text
            cost = WORD
            if text in HARD:
                cost = DIVISION
            elif text in SOFT:
                cost = COMMA
            elif boundaries and boundaries.first_in(words, hits, place, place + 1):
                comma = next((back for back in range(1, SECOND + 1) if place - back >= first and words[place - back].text in SOFT), 0)
                if comma > 1 and words[place - comma + 1].text[:1].isupper():
                    costs[-comma] = BOUNDARY
                else:
                    cost = BOUNDARY
            costs.append(cost)
        self.first = first
        self._sum = [0.0, *accumulate(costs)]

    def between(self, one: tuple[int, int], other: tuple[int, int]) -> float:
        """Cost of the words between two half-open spans of words; 0 where they touch or overlap."""
        left, right = (one[1], other[0]) if one[0] <= other[0] else (other[1], one[0])
        if right <= left:
            return 0.0
        return self._sum[right - self.first] - self._sum[left - self.first]
