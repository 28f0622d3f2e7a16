"""The figures of one run, and their tables."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from bilat_nlp.evaluation.calibration import Calibration
from bilat_nlp.evaluation.metrics import FIGURES, Score
from bilat_nlp.evaluation.significance import Difference
from bilat_nlp.output.grid import Cell, Table

CALIBRATION = {"brier": "Brier score", "ece": "expected calibration error", "average_precision": "average precision"}
TITLES = {name: figure.title for name, figure in FIGURES.items()} | CALIBRATION
HEADER = ("measure", "value", "95 %", "precision", "recall", "right", "gold", "predicted", "macro")
RECALL_HEADER = ("measure", "recall", "95 %", "right", "gold", "macro")
# what is shown of each group; other figures of it stand in the CSV and JSON
SHOWN = ("strict", "relaxed", "dyad", "direction", "date", "modality", "location")
SHOWN_BY = {
    "type": ("strict", "relaxed", "trig_c", "arg_c", "direction", "date", "modality"),
    "role": ("arg_c", "arg_c_attached"),
    "label": ("entity", "entity_exact", "entity_partial", "entity_type"),
    "modality": ("strict", "relaxed", "trig_c", "direction", "date", "modality"),
    "explicit": ("strict", "relaxed", "arg_i", "arg_c", "arg_c_attached", "direction"),
}
# columns of figures for programs; differences from a baseline fill the p-values, and scores all the others
LONG = (
    *("facet", "group", "documents", "figure", "value", "low", "high"),
    *("precision", "precision_low", "precision_high", "recall", "recall_low", "recall_high"),
    *("right", "gold", "predicted", "macro", "macro_low", "macro_high", "p", "p_bootstrap"),
)


@dataclass(frozen=True, slots=True)
class Group:
    """The scores of some of the documents, or of some of the items of all documents that hold any."""

    name: str
    documents: int
    scores: dict[str, Score]


@dataclass(slots=True)
class Report:
    """The figures of one run: ``scores`` over everything (micro), ``macro`` as means over types or labels, ``groups`` by facet and name.

    ``ids``, ``gold`` (print of the gold documents) and ``counts`` (by figure, float64 of shape (documents, 3): right, gold, predicted)
    are what a comparison with another run needs. With ``recall_only`` every figure is a recall.
    """

    documents: int
    events: int
    predicted: int
    scores: dict[str, Score]
    macro: dict[str, Score]
    groups: dict[str, dict[str, Group]]
    calibration: Calibration | None
    signature: str
    gold: str
    ids: list[str] = field(default_factory=list)
    counts: dict[str, np.ndarray] = field(default_factory=dict)
    recall_only: bool = False

    def figures(self) -> dict[str, Score]:
        """All scores by their names, those of the calibration too."""
        found = {} if self.calibration is None else {name: getattr(self.calibration, name) for name in CALIBRATION}
        return self.scores | found

    def title(self, name: str) -> str:
        """What a figure is called."""
        return TITLES[name].replace(" F1", "") if self.recall_only else TITLES[name]

    def tables(self) -> list[Table]:
        """For people: the figures over everything, then a table for each facet, values with interval and number in one cell."""
        return [self._whole(), *(self._by(facet) for facet in self.groups)]

    def long(self, *, differences: Mapping[str, Difference] | None = None, annotators: Report | None = None) -> Table:
        """For programs: one row a group and figure, numbers unrounded; then those of a baseline and of two annotators, if given."""
        rows = [self._row("all", "all", self.documents, name, found, self.macro.get(name)) for name, found in self.figures().items()]
        for facet, groups in self.groups.items():
            for group in groups.values():
                rows += [self._row(facet, group.name, group.documents, name, found) for name, found in group.scores.items()]
        for name, each in (differences or {}).items():
            blank: list[Cell] = [None] * (LONG.index("p") - 7)
            about = ("difference", "baseline", self.documents, name, each.value, each.low, each.high)
            rows.append((*about, *blank, each.p_randomisation, each.p_bootstrap))
        if annotators:
            figures = annotators.figures().items()
            rows += [self._row("agreement", "annotators", annotators.documents, name, found) for name, found in figures]
        return Table("recall" if self.recall_only else "scores", LONG, rows)

    @staticmethod
    def _row(facet: str, group: str, documents: int, name: str, found: Score, macro: Score | None = None) -> tuple[Cell, ...]:
        macro = macro or Score(None)
        shares = (found.precision, *found.precision_range, found.recall, *found.recall_range)
        counts = (found.right, found.gold, found.predicted)
        means = (macro.value, macro.low, macro.high)
        return (facet, group, documents, name, found.value, found.low, found.high, *shares, *counts, *means, None, None)

    def _whole(self) -> Table:
        rows: list[tuple[Cell, ...]] = []
        for name, found in self.figures().items():
            if found.gold or found.predicted:
                macro = self.macro[name].value if name in self.macro else None
                shares = () if self.recall_only else (found.precision, found.recall)
                counts = (found.right, found.gold) if self.recall_only else (found.right, found.gold, found.predicted)
                rows.append((self.title(name), found.value, span(found), *shares, *map(_count, counts), macro))
        return Table("recall", RECALL_HEADER, rows) if self.recall_only else Table("scores", HEADER, rows)

    def _by(self, facet: str) -> Table:
        groups = self.groups[facet]
        names = [name for name in SHOWN_BY.get(facet, SHOWN) if any(name in group.scores for group in groups.values())]
        rows: list[tuple[Cell, ...]] = []
        if facet not in SHOWN_BY:
            rows.append(("all", self.documents, *(cell(self.scores[name]) for name in names)))
        for group in groups.values():
            rows.append((group.name, group.documents, *(cell(group.scores.get(name)) for name in names)))
        return Table(f"by {facet}", (facet, "documents", *(self.title(name) for name in names)), rows)


def cell(found: Score | None) -> str:
    """A figure in three lines: value, interval, and how many gold items it is about."""
    if found is None or found.value is None:
        return "-"
    return f"{found.value:.3f}\n{span(found)}\nn={found.gold}"


def span(found: Score) -> str:
    """The interval: ``0.701-0.763``."""
    return "-" if found.low is None or found.high is None else f"{found.low:.3f}-{found.high:.3f}"


def _count(count: float | None) -> str:
    """Counts in full, and halves where partial matches make some."""
    return "" if count is None else f"{count:.1f}".removesuffix(".0")
