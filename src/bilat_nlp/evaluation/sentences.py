"""Which arguments a text states beside the words that name the event, and which a reader has to infer from another sentence."""

from __future__ import annotations

from bisect import bisect_right

from bilat_nlp.evaluation.items import Explicit
from bilat_nlp.languages import loader
from bilat_nlp.records import Document, Event
from bilat_nlp.text.segment import lay_out


def explicit_in(document: Document) -> Explicit | None:
    """Tells of an event and an offset whether they stand in one sentence; None if text or language is not known."""
    if document.text is None or document.lang not in loader.available():
        return None
    layout = lay_out(document.text, loader.load(document.lang))
    starts = sorted(layout.words[sentence.first].start for sentence in layout.sentences if sentence.first < sentence.last)

    def explicit(event: Event, start: int) -> bool:
        here = bisect_right(starts, start)
        return any(bisect_right(starts, trigger.start) == here for trigger in event.triggers)

    return explicit
