"""Finds the triggers of a sentence and decides which sense of each stands there."""

from __future__ import annotations

from ..analysis import Analysis, Draft
from ..languages.entries import TriggerEntry
from ..languages.patterns import Found


def triggers(analysis: Analysis, sentence: int) -> list[Draft]:
    """The event mentions that the sentence's wording names, in the order of the text; no two share a word."""
    span = analysis.layout.sentences[sentence]
    words, hits, phrases = analysis.layout.words, analysis.hits, analysis.language.triggers
    options: list[tuple[Found, TriggerEntry]] = []
    for place in range(span.first, span.last):
        if hits[place]:
            for found in phrases.at(words, hits, place, span.last):
                if fits(analysis, found, span.first, span.last):
                    options.append((found, found.phrase.payload))
    options.sort(key=lambda option: _strength(*option), reverse=True)
    taken: set[int] = set()
    names = {
        place
        for mention in analysis.mentions[sentence]
        if mention.kind in ("state", "igo", "city", "capital", "person")
        for place in range(mention.first, mention.last)
        if analysis.layout.words[mention.first].start <= mention.start
        and words[place].start >= mention.start
        and words[place].end <= mention.end
    }
    drafts = []
    for found, entry in options:
        places = range(found.first, found.last)
        if taken.intersection(places) or names.issuperset(places):
            continue
        taken.update(places)
        drafts.append(Draft(entry, sentence, found.first, found.last, confidence=entry.confidence))
    drafts.sort(key=lambda draft: draft.first)
    return drafts


def fits(analysis: Analysis, found: Found, low: int, high: int) -> bool:
    """Whether the context that the sense asks for stands near, and what it bars does not."""
    entry: TriggerEntry = found.phrase.payload
    words, hits = analysis.layout.words, analysis.hits
    if entry.near is not None:
        reach = entry.within if entry.within is not None else high - low
        left, right = max(low, found.first - reach), min(high, found.last + reach)
        if not (entry.near.first_in(words, hits, left, found.first) or entry.near.first_in(words, hits, found.last, right)):
            return False
    if entry.bar is not None:
        left, right = max(low, found.first - entry.bar_within), min(high, found.last + entry.bar_within)
        if entry.bar.first_in(words, hits, left, right):
            return False
    return True


def _strength(found: Found, entry: TriggerEntry) -> tuple[int, bool, float]:
    return found.last - found.first, entry.near is not None, entry.confidence
