"""Other people's gold: annotation that is not ours, read so that the library can be measured on it.

    gold = read(Path("en-plover-gsr.jsonl.gz"), "plover")
    report = measure(pairs_for(gold, predict), scheme=gold.scheme.name)

The events of the gold documents carry the classes of the other annotation, `pairs_for` gives predicted events the class of their type.
What the annotation holds beside diplomatic events (crimes, sports, deals between companies) is left out and counted.
"""

from __future__ import annotations

import importlib
from collections import Counter
from collections.abc import Callable, Collection
from dataclasses import dataclass, field, replace
from pathlib import Path

from bilat_nlp.evaluation.foreign import scheme as schemes
from bilat_nlp.evaluation.foreign.lines import Found
from bilat_nlp.evaluation.foreign.scheme import Scheme, joined
from bilat_nlp.records import Document, Event, RecordError

FORMS = ("plover", "factrueval", "nerel", "cameo")
"""Names of the forms with events: each a reader and a data file of that name."""
NAMES = "names"
"""The form with names alone; see `foreign.names`."""


@dataclass(slots=True)
class ForeignGold:
    """``left_out`` says what is not compared, with the number; ``notes`` what else the reader has to say about its gold."""

    documents: list[Document]
    scheme: Scheme
    left_out: Counter[str] = field(default_factory=Counter)
    notes: Counter[str] = field(default_factory=Counter)


def read(path: Path, form: str, splits: Collection[str] | None = None, *, whole: bool = False) -> ForeignGold:
    """The documents of a file of another annotation project.

    Args:
        path: JSON Lines, or a table with commas or tabs for ``cameo``; plain or ending in ``.gz``.
        form: one of `FORMS`.
        splits: only documents of these parts of the data.
        whole: keep the events that our definition of a diplomatic event leaves out (with the codes of sides that do not act for their
            state), for comparison with the figures of other programs.

    Raises:
        RecordError: a sentence with file, line and mend.
        OSError: the file cannot be read.
    """
    if form not in FORMS:
        raise RecordError(f"{form!r} is no form of foreign gold; give one of {', '.join(FORMS)}")
    scheme = schemes.load(form)
    if whole:
        scheme = scheme.whole()
    gold = ForeignGold([], scheme)
    found = list(importlib.import_module(f"{__name__}.{form}").read(path, scheme, gold.notes, splits=splits))
    if not found:
        raise RecordError(f"{path}: no document in it; give a file with one record a line")
    if twice := [id for id, number in Counter(each.document.id for each in found).items() if number > 1]:
        raise RecordError(f"{path}: the id {twice[0]!r} stands for two documents; give every document its own")
    for each in found:
        gold.documents.append(_document(each, scheme, gold.left_out, whole))
    return gold


def pairs_for(gold: ForeignGold, predict: Callable[[Document], Document]) -> list[tuple[Document, Document]]:
    """Gold with predicted documents, those with classes instead of our types.

    ``predict`` gets a gold document and gives one with events of our types and the same text, from the library or another program.
    """
    return [(document, gold.scheme.project(predict(document))) for document in gold.documents]


def _document(found: Found, scheme: Scheme, left_out: Counter[str], whole: bool) -> Document:
    """The document with the events that are compared."""
    kept = []
    for event, sides in found.events:
        reason = "" if whole else _reason(event, sides, scheme)
        if reason:
            left_out[reason] += 1
        else:
            kept.append(event)
    events = joined(kept)
    if len(events) < len(kept):
        left_out["further mentions of an event (same class and sides), taken as one with it"] += len(kept) - len(events)
    return replace(found.document, events=events)


def _reason(event: Event, sides: Collection[str], scheme: Scheme) -> str:
    """Why an event is no diplomatic one by our definition; an empty string if it is."""
    if event.type not in scheme.scope:
        return f"events of the class {event.type}, which none of our types corresponds to"
    if len(sides) < 2:
        return "events in which fewer than two different states or organisations take part"
    return "" if event.codes() else "events in which no side acts for a state or organisation"
