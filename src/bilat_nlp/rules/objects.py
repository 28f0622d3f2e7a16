"""What the event is about: the document signed, the mission opened, the honour given."""

from __future__ import annotations

from dataclasses import replace

from .. import ontology
from ..analysis import Analysis, Draft
from ..languages.patterns import Found

UNMARKED = frozenset({"nom", "acc"})  # a bare noun may be the object as well ("меморандум и программу")
APART = 14  # words between two objects of one list
STEM = 5  # letters by which two kinds of document are told apart
FARTHEST = 25  # words between an object and its trigger


def give_objects(analysis: Analysis, draft: Draft) -> list[Draft]:
    """The draft with the object nearest to its trigger; several drafts where the type counts several objects apart.

    "A declaration and a programme were signed" names two documents: one record each. Objects belong together when they
    stand in one case and a comma or conjunction divides them.
    """
    options = _options(analysis, draft)
    if not options:
        return [draft]
    words = analysis.layout.words
    nearest = min(options, key=lambda found: (_distance(draft, found), found.first))
    chosen = [nearest]
    if "object" in ontology.types()[draft.type].distribute:
        chosen = _list_around(analysis, options, nearest)
    return [replace(draft, object=[(words[found.first].start, words[found.last - 1].end)]) for found in chosen]


def _options(analysis: Analysis, draft: Draft) -> list[Found]:
    if draft.entry.object is None:
        return []
    span = analysis.layout.sentences[draft.sentence]
    words, hits = analysis.layout.words, analysis.hits
    low, high = max(span.first, draft.first - FARTHEST), min(span.last, draft.last + FARTHEST)
    made: list[Found] = []
    for place in range(low, high):
        if made and place < made[-1].last:
            continue  # "memorandum de înțelegere" is one document
        found = next(draft.entry.object.at(words, hits, place, high), None)
        if found:
            made.append(found)
    return made


def _distance(draft: Draft, found: Found) -> int:
    return max(0, found.first - draft.last, draft.first - found.last)


def _list_around(analysis: Analysis, options: list[Found], nearest: Found) -> list[Found]:
    kind = {id(found): analysis.layout.words[found.first].key[:STEM] for found in options}
    chosen, kinds = [nearest], {kind[id(nearest)]}
    for found in options:
        if kind[id(found)] in kinds or not _one_case(found, nearest):
            continue
        left, right = sorted((found, nearest), key=lambda one: one.first)
        if right.first - left.last <= APART and left.last <= right.first and _divided(analysis, left.last, right.first):
            chosen.append(found)
            kinds.add(kind[id(found)])
    return sorted(chosen, key=lambda found: found.first)


def _one_case(one: Found, other: Found) -> bool:
    return bool(one.relations & other.relations) or bool(one.relations & UNMARKED and other.relations & UNMARKED)


def _divided(analysis: Analysis, left: int, right: int) -> bool:
    conjunctions = analysis.language.cues.conjunctions
    return any(
        analysis.layout.words[place].text in (",", ";") or conjunctions.first_in(analysis.layout.words, analysis.hits, place, place + 1)
        for place in range(left, right)
    )
