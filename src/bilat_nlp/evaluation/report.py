"""Scores by group, as a table of text, Markdown or JSON."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

import numpy as np

from bilat_nlp.evaluation.metrics import SAMPLES, SEED, SHARES, Score, score, statistics
from bilat_nlp.records import Document

GROUPINGS = ("lang", "origin", "type")
TITLES = {
    "event_strict": "event F1, strict",
    "event_relaxed": "event F1, relaxed",
    "dyad": "dyad F1",
    "trigger_i": "Trig-I",
    "trigger_c": "Trig-C",
    "argument_i": "Arg-I",
    "argument_c": "Arg-C",
    "entity": "entity F1",
    "direction": "direction",
    "date": "date",
    "modality": "modality",
    "location": "location code",
}
HEADER = ("measure", "value", "95 %", "precision", "recall", "right", "gold", "predicted")
ACROSS = ("event_strict", "event_relaxed", "dyad", *SHARES)


@dataclass(frozen=True, slots=True)
class Group:
    """The scores of some of the documents (or, by type, of some of the events of all documents)."""

    name: str
    documents: int
    scores: dict[str, Score]


def compare(pairs: Sequence[tuple[Document, Document]], by: str | None = None) -> list[Group]:
    """Scores of (gold, predicted) documents: over all first, then by ``lang`` (with script), ``origin`` or ``type`` of the gold.

    Raises ValueError for another grouping.
    """
    if by is not None and by not in GROUPINGS:
        raise ValueError(f"cannot group by {by!r}; choose one of {', '.join(GROUPINGS)}")
    rows = [statistics(gold, predicted) for gold, predicted in pairs]
    groups = [Group("all", len(rows), score(rows))]
    if by == "type":
        return groups + _by_type(pairs)
    if by is not None:
        members: dict[str, list[np.ndarray]] = defaultdict(list)
        for (gold, _), row in zip(pairs, rows, strict=True):
            members[_group_of(gold, by)].append(row)
        groups += [Group(name, len(found), score(found)) for name, found in sorted(members.items())]
    return groups


def _group_of(gold: Document, by: str) -> str:
    if by == "lang":
        return "-".join(filter(None, (gold.lang, gold.script))) or "unknown"
    return gold.origin or "unknown"


def _by_type(pairs: Sequence[tuple[Document, Document]]) -> list[Group]:
    """A group for each type in gold or prediction, over the documents that hold it on either side."""
    found = sorted({event.type for pair in pairs for document in pair for event in document.events})
    groups = []
    for kind in found:
        narrowed = [(_only(gold, kind), _only(predicted, kind)) for gold, predicted in pairs]
        held = [pair for pair in narrowed if pair[0].events or pair[1].events]
        groups.append(Group(kind, len(held), score([statistics(*pair) for pair in held])))
    return groups


def _only(document: Document, kind: str) -> Document:
    return replace(document, events=[event for event in document.events if event.type == kind], entities=[])


def as_json(groups: Iterable[Group]) -> dict[str, Any]:
    """For programs: everything, unrounded."""
    interval = {"method": "bootstrap over documents", "level": 0.95, "samples": SAMPLES, "seed": SEED}
    return {"interval": interval, "groups": {group.name: _group_json(group) for group in groups}}


def _group_json(group: Group) -> dict[str, Any]:
    return {"documents": group.documents, "scores": {name: asdict(found) for name, found in group.scores.items()}}


def as_table(groups: Sequence[Group]) -> tuple[tuple[str, ...], list[tuple[str, ...]]]:
    """For people: header and rows, a row a measure for one group, a row a group (value, interval, n in a cell) for several."""
    if len(groups) == 1:
        shown = [(TITLES[name], found) for name, found in groups[0].scores.items() if found.gold or found.predicted]
        return HEADER, [(title, *_cells(found)) for title, found in shown]
    rows = [(group.name, str(group.documents), *(_cell(group.scores[name]) for name in ACROSS)) for group in groups]
    return ("group", "documents", *(TITLES[name] for name in ACROSS)), rows


def as_markdown(groups: Sequence[Group]) -> str:
    """Scores as a Markdown table."""
    header, rows = as_table(groups)
    lines = [header, ("---",) + ("---:",) * (len(header) - 1), *rows]
    return "\n".join(f"| {' | '.join(cell.replace(chr(10), ' ') for cell in line)} |" for line in lines)


def _cells(found: Score) -> tuple[str, ...]:
    predicted = "" if found.predicted is None else str(found.predicted)
    counts = (str(found.right), str(found.gold), predicted)
    return (_number(found.value), _range(found), _number(found.precision), _number(found.recall), *counts)


def _cell(found: Score) -> str:
    return "\n".join((_number(found.value), _range(found), f"n={found.gold}"))


def _range(found: Score) -> str:
    return "-" if found.low is None or found.high is None else f"{found.low:.3f}-{found.high:.3f}"


def _number(value: float | None) -> str:
    return "-" if value is None else f"{value:.3f}"
