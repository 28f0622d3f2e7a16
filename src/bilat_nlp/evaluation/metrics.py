"""The figures: what they are called, and their values from sums of counts.

Every document gives counts (`items`), a figure is a function of their sum. The same counts, summed again over documents drawn with
replacement, give the intervals.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from bilat_nlp.evaluation.items import Facets, Items
from bilat_nlp.evaluation.resample import Draws, interval, ratio

VERSION = 2  # of the definitions; raised whenever a figure could change on the same records


@dataclass(frozen=True, slots=True)
class Figure:
    """``kind`` is "f1" (right, gold, predicted) or "share" (right, asked); ``facets`` are what its items can be grouped by."""

    title: str
    kind: str
    facets: tuple[str, ...] = ()


_EVENT, _ARGUMENT = ("type", "modality", "explicit"), ("type", "role", "modality", "explicit")
FIGURES = {
    "strict": Figure("event F1, strict", "f1", _EVENT),
    "relaxed": Figure("event F1, relaxed", "f1", _EVENT),
    "dyad": Figure("dyad F1", "f1", ("type",)),
    "trig_i": Figure("Trig-I", "f1", _EVENT),
    "trig_c": Figure("Trig-C", "f1", _EVENT),
    "arg_i": Figure("Arg-I", "f1", ("type", "modality", "explicit")),
    "arg_c": Figure("Arg-C", "f1", _ARGUMENT),
    "arg_i_attached": Figure("Arg-I+ (attached)", "f1", ("type", "modality", "explicit")),
    "arg_c_attached": Figure("Arg-C+ (attached)", "f1", _ARGUMENT),
    "entity": Figure("entity F1", "f1", ("label",)),
    "entity_exact": Figure("entity F1, exact bounds", "f1", ("label",)),
    "entity_partial": Figure("entity F1, partial", "f1", ("label",)),
    "entity_type": Figure("entity F1, type only", "f1", ("label",)),
    "direction": Figure("direction", "share", _EVENT),
    "date": Figure("date", "share", _EVENT),
    "modality": Figure("modality", "share", _EVENT),
    "location": Figure("location code", "share", _EVENT),
    "quiet": Figure("documents rightly left empty", "share"),
}
ITEM_FACETS = ("type", "role", "label", "modality", "explicit")
# what is averaged over types or labels: figures whose items are equal only if their types or labels are
MACRO = {
    name: "label" if "label" in figure.facets else "type"
    for name, figure in FIGURES.items()
    if figure.facets and name not in ("trig_i", "entity_exact", "entity_partial")
}


Range = tuple[float | None, float | None]
UNKNOWN: Range = (None, None)


@dataclass(frozen=True, slots=True)
class Score:
    """One figure with its 95 % bootstrap interval; all of them lie in 0..1, and are None where there is nothing to divide by.

    ``value`` is F1, or the share that is right; ``gold`` is what could be found, or how many were asked; ``predicted``,
    ``precision`` and ``recall`` with their intervals belong to F1 alone. ``right`` is whole but for partial matches, which count a half.
    There is no interval where all items stand in one document.
    """

    value: float | None
    low: float | None = None
    high: float | None = None
    right: float = 0
    gold: int = 0
    predicted: int | None = None
    precision: float | None = None
    recall: float | None = None
    precision_range: Range = UNKNOWN
    recall_range: Range = UNKNOWN


class Tally:
    """The counts of all documents, figure by figure, to be summed over any groups.

    With ``recall_only`` every figure is a recall: the gold does not mark everything, so that what was predicted beside it says nothing.
    """

    def __init__(self, items: Sequence[Items], figures: Sequence[str] = tuple(FIGURES), recall_only: bool = False) -> None:
        self.size, self.figures = len(items), figures
        self.kinds = {name: "share" if recall_only else FIGURES[name].kind for name in figures}
        numbers: dict[Facets, int] = {}
        rows: dict[str, tuple[list[int], list[int], list[list[float]]]] = {name: ([], [], []) for name in figures}
        for document, each in enumerate(items):
            for (figure, group), counts in each.counts.items():
                if figure not in rows:
                    continue
                documents, groups, found = rows[figure]
                documents.append(document)
                groups.append(numbers.setdefault(group, len(numbers)))
                found.append(counts)
        self._groups = list(numbers)
        self._rows = {
            name: (np.array(documents, dtype=np.int64), np.array(groups, dtype=np.int64), np.array(found, dtype=np.float64).reshape(-1, 3))
            for name, (documents, groups, found) in rows.items()
        }
        for _, _, table in self._rows.values() if recall_only else ():
            table[:, 2] = table[:, 1]  # as many predicted as gold make F1 the recall, also where two runs are compared by their counts

    def whole(self, figure: str) -> np.ndarray:
        """Right, gold and predicted of each document: float64 of shape (documents, 3)."""
        documents, _, counts = self._rows[figure]
        table = np.zeros((self.size, 3))
        np.add.at(table, documents, counts)
        return table

    def by(self, figure: str, facet: str) -> tuple[list[str], np.ndarray]:
        """The names of the groups, and counts of shape (documents, groups, 3)."""
        documents, groups, counts = self._rows[figure]
        name_of = [getattr(group, facet) or "unknown" for group in self._groups]
        names = sorted({name_of[group] for group in np.unique(groups)})
        place = np.array([names.index(name) if name in names else -1 for name in name_of], dtype=np.int64)
        table = np.zeros((self.size, len(names), 3))
        np.add.at(table, (documents, place[groups]), counts)
        return names, table


def values(kind: str, sums: np.ndarray) -> np.ndarray:
    """The figure for sums of shape (..., 3); nan where there is nothing to divide by."""
    right, gold, predicted = np.moveaxis(sums, -1, 0)
    return ratio(2 * right, gold + predicted) if kind == "f1" else ratio(right, gold)


def score(kind: str, table: np.ndarray, draws: Draws) -> Score:
    """The figure over documents with these counts, of shape (documents, 3)."""
    return _score(kind, table, draws.sums(table))


def scores(kind: str, table: np.ndarray, draws: Draws) -> tuple[list[Score], Score]:
    """The figure for each group of a table of shape (documents, groups, 3), and their unweighted mean (macro average)."""
    drawn = draws.sums(table)
    each = [_score(kind, table[:, number], drawn[:, number]) for number in range(table.shape[1])]
    known = [one.value for one in each if one.value is not None]
    if not known:
        return each, Score(None)
    found = values(kind, drawn)
    low, high = interval(np.nanmean(found[~np.isnan(found).all(axis=1)], axis=1)) if _several(table.reshape(len(table), -1)) else UNKNOWN
    return each, Score(sum(known) / len(known), low, high)


def _several(table: np.ndarray) -> bool:
    """Whether more than one document holds anything."""
    return int(table.any(axis=1).sum()) > 1


def _score(kind: str, table: np.ndarray, drawn: np.ndarray) -> Score:
    total, several = table.sum(axis=0), _several(table)
    right, gold, predicted = (float(count) for count in total)
    value, (low, high) = _number(values(kind, total)), interval(values(kind, drawn)) if several else UNKNOWN
    if kind == "share":
        return Score(value, low, high, _whole(right), int(gold))
    precision, recall = (right / of if of else None for of in (predicted, gold))
    ranges = (interval(ratio(drawn[:, 0], drawn[:, of])) if several else UNKNOWN for of in (2, 1))
    return Score(value, low, high, _whole(right), int(gold), int(predicted), precision, recall, *ranges)


def _number(value: np.ndarray) -> float | None:
    return None if np.isnan(value) else float(value)


def _whole(count: float) -> float:
    return int(count) if count == int(count) else count
