"""The figures of one run, and their tables."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from bilat_nlp.evaluation.calibration import Calibration
from bilat_nlp.evaluation.metrics import FIGURES, Score, score
from bilat_nlp.evaluation.resample import Draws
from bilat_nlp.output.grid import Cell, Table

CALIBRATION = {"brier": "Brier score", "ece": "expected calibration error", "average_precision": "average precision"}
LOWER_IS_BETTER = frozenset({"brier", "ece"})
TITLES = {name: figure.title for name, figure in FIGURES.items()} | CALIBRATION
HEADER = ("measure", "value", "95 %", "precision", "recall", "right", "gold", "predicted", "macro")
# what is shown of each group; other figures of it stand in the CSV and JSON
SHOWN = ("strict", "relaxed", "dyad", "direction", "date", "modality", "location")
SHOWN_BY = {
    "type": ("strict", "relaxed", "trig_c", "arg_c", "direction", "date", "modality"),
    "role": ("arg_c", "arg_c_attached"),
    "label": ("entity", "entity_exact", "entity_partial", "entity_type"),
    "modality": ("strict", "relaxed", "trig_c", "direction", "date", "modality"),
    "explicit": ("strict", "relaxed", "arg_i", "arg_c", "arg_c_attached", "direction"),
}


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
    are what a comparison with another run needs.
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

    def figure(self, name: str) -> Score:
        """A score by its name, those of the calibration too. Raises KeyError."""
        if name in self.scores:
            return self.scores[name]
        if name not in CALIBRATION:
            raise KeyError(name)
        return Score(None) if self.calibration is None else getattr(self.calibration, name)

    def tables(self, only: Sequence[str] = (*FIGURES, *CALIBRATION), *, recall_only: bool = False) -> list[Table]:
        """For people: the figures over everything, then a table for each facet, values with interval and number in one cell.

        Args:
            only: names of the figures that the gold can measure.
            recall_only: the gold does not mark everything, so that precision and F1 say nothing; no facets then.
        """
        if recall_only:
            return [Table("recall", ("measure", "recall", "95 %", "right", "gold"), self._recalls(only))]
        return [Table("scores", HEADER, self._rows(only)), *(self._by(facet, only) for facet in self.groups)]

    def long(self) -> Table:
        """For programs: one row a group and figure, numbers unrounded."""
        about = ("value", "low", "high", "precision", "recall", "right", "gold", "predicted", "macro")
        rows: list[tuple[Cell, ...]] = []
        for name in (*FIGURES, *CALIBRATION):
            macro = self.macro[name].value if name in self.macro else None
            rows.append(("all", "all", self.documents, name, *_plain(self.figure(name)), macro))
        for facet, groups in self.groups.items():
            for group in groups.values():
                rows += [(facet, group.name, group.documents, name, *_plain(found), None) for name, found in group.scores.items()]
        return Table("scores", ("facet", "group", "documents", "figure", *about), rows)

    def _recalls(self, only: Sequence[str]) -> list[tuple[Cell, ...]]:
        draws = Draws(self.documents)
        found = {name: score("share", self.counts[name], draws) for name in only if name in self.counts}
        return [
            (TITLES[name].replace(" F1", ""), each.value, span(each), _count(each.right), _count(each.gold)) for name, each in found.items()
        ]

    def _rows(self, only: Sequence[str]) -> list[tuple[Cell, ...]]:
        rows = []
        for name in (name for name in (*FIGURES, *CALIBRATION) if name in only):
            found = self.figure(name)
            if found.gold or found.predicted:
                macro = self.macro[name].value if name in self.macro else None
                counts = (found.right, found.gold, found.predicted)
                rows.append((TITLES[name], found.value, span(found), found.precision, found.recall, *map(_count, counts), macro))
        return rows

    def _by(self, facet: str, only: Sequence[str]) -> Table:
        groups = self.groups[facet]
        names = [name for name in SHOWN_BY.get(facet, SHOWN) if name in only and any(name in group.scores for group in groups.values())]
        rows: list[tuple[Cell, ...]] = []
        if facet not in SHOWN_BY:
            rows.append(("all", self.documents, *(cell(self.scores[name]) for name in names)))
        for group in groups.values():
            rows.append((group.name, group.documents, *(cell(group.scores.get(name)) for name in names)))
        return Table(f"by {facet}", (facet, "documents", *(TITLES[name] for name in names)), rows)


def cell(found: Score | None) -> str:
    """A figure in three lines: value, interval, and how many gold items it is about."""
    if found is None or found.value is None:
        return "-"
    return f"{found.value:.3f}\n{span(found)}\nn={found.gold}"


def span(found: Score) -> str:
    """The interval: ``0.701-0.763``."""
    return "-" if found.low is None or found.high is None else f"{found.low:.3f}-{found.high:.3f}"


def _plain(found: Score) -> tuple[Cell, ...]:
    return found.value, found.low, found.high, found.precision, found.recall, found.right, found.gold, found.predicted


def _count(count: float | None) -> str:
    """Never with a comma for thousands, which a CSV reader would take for another number."""
    return "" if count is None else f"{count:g}" if count < 1e6 else str(count)
