"""The error page: figures, curves and every document with gold and predicted events side by side, as one HTML file.

This file gathers what the page shows as plain data; how it looks stands in ``output/templates/errors.*``.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import quote

from bilat_nlp.corpus.dataset import language_of
from bilat_nlp.evaluation.align import same_date, same_place
from bilat_nlp.evaluation.calibration import Point
from bilat_nlp.evaluation.errors import KINDS, NOTHING, Verdict, confusion, verdicts
from bilat_nlp.evaluation.items import ROLES
from bilat_nlp.evaluation.results import Report
from bilat_nlp.output.grid import Table
from bilat_nlp.output.highlight import Mark, Run, runs
from bilat_nlp.output.render import render
from bilat_nlp.records import Document, Event

LIMIT = 500  # documents; more make a page that opens slowly
RIGHT = "right"  # stands among the kinds for events without an error
SYMBOLS = {"missed": "−", "spurious": "+", "wrong": "≠", RIGHT: "✓"}
_POINTS = 250  # of a curve; more cannot be seen
_SIDES = ("gold", "predicted")


@dataclass(frozen=True, slots=True)
class Filler:
    """What stands for one value of an event: a code, a date or a word of ours, and words of the text."""

    value: str
    words: str = ""


@dataclass(frozen=True, slots=True)
class Field:
    """An attribute on both sides; ``differs`` only where an attribute that is scored does."""

    name: str
    gold: list[Filler]
    predicted: list[Filler]
    differs: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """A pair of events, or one that stands alone."""

    number: int
    kinds: tuple[str, ...]
    state: str
    gold: str
    predicted: str
    fields: list[Field]


@dataclass(frozen=True, slots=True)
class View:
    """A document; ``sides`` are its text twice, with the marks of the gold and of the predicted events."""

    id: str
    anchor: str
    lang: str
    about: list[str]
    rows: list[Row]
    sides: list[tuple[str, list[Run]]]

    @property
    def errors(self) -> int:
        return sum(len(row.kinds) for row in self.rows)


def page(
    pairs: Sequence[tuple[Document, Document]],
    report: Report,
    *,
    title: str = "Errors",
    limit: int | None = LIMIT,
    more: str = "",
    tables: Sequence[Table] | None = None,
    notes: Sequence[str] = (),
) -> str:
    """The page for (gold, predicted) documents and their report.

    Args:
        limit: at most so many documents are shown in full, those with errors first and evenly spread; None for all. The figures are
            always over all of them.
        more: a sentence that says how to see the documents that were left out.
        tables: the scores that are shown; without it those of the report.
        notes: what there is to say of gold and prediction, above the scores.
    """
    judged = [(gold, predicted, verdicts(gold, predicted)) for gold, predicted in pairs]
    shown = _chosen([any(verdict.kinds for verdict in found) for _, _, found in judged], limit)
    views = [_view(*judged[number]) for number in shown]
    seen = set(shown)
    left_out = [found for number, (_, _, found) in enumerate(judged) if number not in seen]
    calibration = report.calibration
    everything = [verdict for _, _, found in judged for verdict in found]
    return render(
        "errors",
        title=title,
        signature=report.signature,
        tables=report.tables() if tables is None else tables,
        notes=notes,
        documents=len(judged),
        totals={"gold": sum(verdict.gold is not None for verdict in everything),
                "predicted": sum(verdict.predicted is not None for verdict in everything),
                "right": sum(not verdict.kinds for verdict in everything)},
        more=more,
        views=views,
        left_out=(len(left_out), sum(any(verdict.kinds for verdict in found) for found in left_out)),
        kinds=_kinds([(language_of(gold), found) for gold, _, found in judged]),
        confusion=_shaded(confusion(everything)),
        calibration=calibration,
        curve=_thinned(calibration.curve) if calibration else [],
        choices=_choices(views),
        symbols=SYMBOLS,
        nothing=NOTHING,
        right=RIGHT,
    )


def _chosen(with_errors: Sequence[bool], limit: int | None) -> list[int]:
    """The numbers of the documents to show: those with errors first, and if they are too many, every so many-th."""
    chosen: list[int] = []
    for wanted in (True, False):
        found = [number for number, is_so in enumerate(with_errors) if is_so is wanted]
        room = len(found) if limit is None else min(limit - len(chosen), len(found))
        chosen += [found[step * len(found) // room] for step in range(room)]
    return chosen


def _view(gold: Document, predicted: Document, found: Sequence[Verdict]) -> View:
    text = next((document.text for document in (gold, predicted) if document.text is not None), "")
    rows = [_row(number, verdict) for number, verdict in enumerate(found, 1)]
    about = [str(fact) for fact in (gold.date, gold.origin, gold.meta.get("genre")) if fact]
    marks = [[mark for number, verdict in enumerate(found, 1) for mark in _marks(number, getattr(verdict, side))] for side in _SIDES]
    anchor = "doc-" + quote(gold.id, safe="", errors="replace")
    return View(gold.id, anchor, language_of(gold), about, rows, [(s, runs(text, m)) for s, m in zip(_SIDES, marks, strict=True)])


def _marks(number: int, event: Event | None) -> list[Mark]:
    if event is None:
        return []
    marks = [Mark(argument.start, argument.end, number, role) for role in ROLES for argument in getattr(event, role)]
    marks += [Mark(event.date.start, event.date.end, number, "date")] if event.date else []
    return marks + [Mark(trigger.start, trigger.end, number, "trigger") for trigger in event.triggers]


def _row(number: int, verdict: Verdict) -> Row:
    gold, predicted = verdict.gold, verdict.predicted
    names = [event.type if event else NOTHING for event in (gold, predicted)]
    state = verdict.kinds[0] if NOTHING in names else "wrong" if verdict.kinds else RIGHT
    return Row(number, verdict.kinds, state, names[0], names[1], _fields(gold, predicted))


def _fields(gold: Event | None, predicted: Event | None) -> list[Field]:
    """The attributes that either side has; the plain modality goes without saying."""
    ours, theirs = _values(gold), _values(predicted)
    differing = _differing(gold, predicted) if gold and predicted else set()
    fields = [Field(name, ours.get(name, []), theirs.get(name, []), name in differing) for name in {**_values(Event()), **ours, **theirs}]
    plain = [Filler(Event().modality)]
    return [field for field in fields if any(values and values != plain for values in (field.gold, field.predicted))]


def _differing(gold: Event, predicted: Event) -> set[str]:
    unlike = {
        "type": gold.type != predicted.type,
        "modality": gold.modality != predicted.modality,
        "actor": gold.codes("actor") != predicted.codes("actor"),
        "recipient": gold.codes("recipient") != predicted.codes("recipient"),
        "location": same_place(gold, predicted) is False,
        "date": not same_date(gold, predicted),
    }
    return {name for name, is_so in unlike.items() if is_so}


def _values(event: Event | None) -> dict[str, list[Filler]]:
    """By attribute, in the order of reading; empty lists for what the event does not have."""
    if event is None:
        return {}
    sources = [Filler(source) for source in event.evidence]
    if event.confidence is not None:
        sources.append(Filler(f"{event.confidence:.2f}"))
    arguments = {role: [Filler(argument.code or "", argument.text) for argument in getattr(event, role)] for role in ROLES}
    return {
        "type": [Filler(event.type)],
        "trigger": [Filler("", trigger.text) for trigger in event.triggers],
        "actor": arguments.pop("actor"),
        "recipient": arguments.pop("recipient"),
        "date": [Filler(event.date.value, event.date.text)] if event.date else [],
        "modality": [Filler(event.modality)],
        **arguments,
        "evidence": sources,
    }


def _kinds(judged: Sequence[tuple[str, Sequence[Verdict]]]) -> Table:
    """Errors by kind and language."""
    languages = sorted({lang for lang, _ in judged})
    counts = Counter((kind, lang) for lang, found in judged for verdict in found for kind in verdict.kinds or (RIGHT,))
    rows: list[tuple[str | int | float | None, ...]] = []
    for kind in (*KINDS, RIGHT):
        cells = [counts[kind, lang] for lang in languages]
        rows.append((kind, sum(cells), *cells))
    return Table("Errors by kind and language", ("kind", "all", *languages), rows)


def _shaded(table: Table) -> list[tuple[str, list[tuple[str, int, int]]]]:
    """The matrix as (name of the row, cells); a cell is (name of the column, count, its share of the row in quarters, rounded up)."""
    shaded = []
    for name, *counts in table.rows:
        numbers = [count for count in counts if isinstance(count, int)]
        total = sum(numbers)
        cells = [(other, count, -(-4 * count // total) if total else 0) for other, count in zip(table.columns[1:], numbers, strict=True)]
        shaded.append((str(name), cells))
    return shaded


def _choices(views: Sequence[View]) -> dict[str, Counter[str]]:
    """What can be filtered by, with the number of events (of documents, for the language)."""
    rows = [row for view in views for row in view.rows]
    kinds = Counter(kind for row in rows for kind in row.kinds or (RIGHT,))
    types = Counter(name for row in rows for name in {row.gold, row.predicted} - {NOTHING})
    return {
        "kind": Counter({kind: kinds[kind] for kind in (*KINDS, RIGHT) if kinds[kind]}),
        "lang": Counter(view.lang for view in sorted(views, key=lambda view: view.lang)),
        "type": Counter({name: types[name] for name in sorted(types)}),
    }


def _thinned(points: Sequence[Point]) -> list[Point]:
    """Every so many-th point and the last."""
    step = max(1, len(points) // _POINTS)
    return [*points[: len(points) - 1 : step], *points[-1:]]
