"""Modality: actual, planned, recurring, possible or negated, read off the trigger and the words around it."""

from __future__ import annotations

from .. import edtf, ontology
from ..analysis import Analysis, Draft

ORDER = ("negated", "possible", "recurring", "planned")
INSTANCE = 7  # days that one meeting or festival may last
STOP = frozenset({";", ":", "."})


def modality(analysis: Analysis, draft: Draft) -> str:
    """The modality of a draft; the wording's own (entry.modality) unless a cue denies it."""
    found = {cue.value for cue in analysis.language.cues.modality if _cued(analysis, draft, cue)}
    if draft.entry.modality and "negated" not in found:
        return draft.entry.modality
    return next((value for value in ORDER if value in found), "actual")


def fit_time(analysis: Analysis, draft: Draft) -> None:
    """Bring date and modality into line with the day of the document.

    A planned event never takes a day that has passed (that of its announcement); a deed dated after the document is planned: Hungarian
    and the Turkic languages speak of the future in the present tense. A day of its own makes one instance of a practice ("the annual
    meeting was held on 3 October").
    """
    if draft.date is None or draft.date.value is None:
        return
    begin, end = edtf.bounds(draft.date.value)
    if draft.modality == "recurring" and (end - begin).days < INSTANCE:
        draft.modality = "actual"
    if not analysis.reference:
        return
    today, _ = edtf.bounds(analysis.reference)
    if draft.modality == "planned" and end < today:
        draft.date = None
    elif draft.modality == "actual" and begin > today:
        if ontology.has_trait(draft.type, "verbal"):
            draft.date = None  # "a programme until 2030"
        else:
            draft.modality = "planned"


def _cued(analysis: Analysis, draft: Draft, cue) -> bool:  # type: ignore[no-untyped-def]
    words, hits = analysis.layout.words, analysis.hits
    span = analysis.layout.sentences[draft.sentence]
    low = _edge(analysis, draft.first, span.first, cue.within, -1)
    high = _edge(analysis, draft.last, span.last, cue.within, 1)
    seen = (
        (cue.on is not None and cue.on.first_in(words, hits, draft.first, draft.last))
        or (cue.after is not None and cue.after.first_in(words, hits, draft.last, high))
        or (cue.before is not None and cue.before.first_in(words, hits, low, draft.first))
    )
    return bool(seen) and not (cue.unless is not None and cue.unless.first_in(words, hits, low, high))


def _edge(analysis: Analysis, start: int, limit: int, within: int, step: int) -> int:
    """The farthest word that a cue of the trigger may stand on: inside the clause and the reach of the cue."""
    place = start
    while place != limit and abs(place - start) < within:
        word = analysis.layout.words[place if step > 0 else place - 1]
        if word.text in STOP:
            break
        place += step
    return place
