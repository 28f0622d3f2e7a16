"""Sums of money: a number, its scale and a currency, in either order."""

from __future__ import annotations

import re

from ..analysis import Analysis, Draft

NUMBER = re.compile(r"\d[\d.,]*")  # a bare number: "5-də", "2017-ci" are dates
SIGNS = frozenset("$€£¥₽₼₸₺")
REACH = 25  # words between an amount and its trigger
LONGEST = 4


def amounts(analysis: Analysis, sentence: int) -> list[tuple[int, int, int, int]]:
    """Sums in a sentence: first and last word (half-open), start and end in code points."""
    span, words, hits, cues = analysis.layout.sentences[sentence], analysis.layout.words, analysis.hits, analysis.language.cues
    found, place = [], span.first
    while place < span.last:
        first = place
        if words[first].text in SIGNS and first + 1 < span.last and NUMBER.fullmatch(words[first + 1].text):
            place = first + 2
            if cues.scale.first_in(words, hits, place, min(place + 1, span.last)):
                place += 1
            found.append((first, place))
        elif NUMBER.fullmatch(words[first].text) or cues.scale.first_in(words, hits, first, first + 1):
            last = _currency_after(analysis, first, span.last)
            if last:
                found.append((first, last))
                place = last
            else:
                place += 1
        else:
            place += 1
    return [(first, last, words[first].start, words[last - 1].end) for first, last in found]


def _currency_after(analysis: Analysis, first: int, stop: int) -> int | None:
    words, hits, cues = analysis.layout.words, analysis.hits, analysis.language.cues
    for place in range(first + 1, min(first + 1 + LONGEST, stop)):
        if found := next(cues.currencies.at(words, hits, place, stop), None):
            return found.last
        if words[place].text in SIGNS:
            return place + 1
        number = NUMBER.fullmatch(words[place].text) or cues.scale.first_in(words, hits, place, place + 1)
        name = words[place].key[:1].isalpha()  # "50 million US dollars"
        if not number and not name:
            return None
    return None


def give_amount(draft: Draft, sums: list[tuple[int, int, int, int]]) -> None:
    """The nearest sum of the sentence, for a draft whose type speaks of money."""
    near = [(min(abs(first - draft.last), abs(draft.first - last)), start, end) for first, last, start, end in sums]
    if near and min(near)[0] <= REACH:
        _, start, end = min(near)
        draft.amount = [(start, end)]
