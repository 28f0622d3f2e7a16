"""Rules and model as one: what speaks for a record, and the confidence that follows from it.

The confidence is a logistic regression over the votes (stacking: Wolpert, "Stacked Generalization", Neural Networks 5, 1992), set right
by an isotonic curve (Zadrozny and Elkan, "Transforming Classifier Scores into Accurate Multiclass Probability Estimates", KDD 2002).
Both are fitted on development documents and are stored with the model.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from .. import ontology
from ..analysis import Draft

_PLAIN_SIGNS = (
    "trigger", "side", "second side", "drafted", "believed", "rule", "drafted alone", "wordings", "inferred", "sides missing", "weak",
    "dated", "not actual", "distributed", "company",
)  # fmt: skip
# what the rules report and what the model alone sees are weighed apart: every sign counts once more where the rules believe the record
SIGNS = (*_PLAIN_SIGNS, *(f"believed, {name}" for name in _PLAIN_SIGNS))
EDGE = 1e-3  # probabilities are kept so far from 0 and 1


def signs(group: Sequence[Draft], company: int = 0) -> np.ndarray:
    """What speaks for the record of a group of drafts, shape (`SIGNS`,), float64.

    `company` is the number of drafts in the whole text that the rules believe: where they report events a further one is likelier.
    """
    best = max(group, key=lambda draft: (draft.trigger * _sides(draft)[0], draft.trigger))
    first, second = _sides(best)
    drafted = [draft for draft in group if draft.entry.id]
    needed = ontology.types()[best.type].minimum_sides
    believed = float(any(draft.believed for draft in drafted))
    shown = np.array(
        [
            _logit(max(draft.trigger for draft in group)),
            _logit(first),
            _logit(second) if needed > 1 else 0.0,
            float(bool(drafted)),
            believed,
            max((draft.confidence for draft in drafted), default=0.0),
            float(bool(drafted) and not believed),
            math.log(len(group)),
            float(any(party.inferred for party in best.actor + best.recipient)),
            float(max(0, needed - len(best.codes))),
            float(all(draft.entry.weak or draft.entry.pair for draft in drafted)) if drafted else 0.0,
            float(any(draft.date is not None for draft in group)),
            float(best.modality != "actual"),
            float(bool(best.siblings)),
            math.log1p(max(0, company - sum(draft.believed for draft in drafted))),
        ]
    )
    return np.concatenate([shown, shown * believed])


def is_believed(rows: np.ndarray) -> np.ndarray:
    """Which rows of signs are of records that the rules believe, (records,) bool."""
    made: np.ndarray = rows[:, SIGNS.index("believed")] > 0
    return made


def company(drafts: Iterable[Draft]) -> int:
    """How many of the drafts of a text the rules believe."""
    return sum(draft.reported for draft in drafts)


def _sides(draft: Draft) -> tuple[float, float]:
    """Probabilities of the two surest sides; 0 where there is none."""
    known: dict[str, float] = {}
    for party in draft.actor + draft.recipient:
        if party.code:
            known[party.code] = max(party.probability, known.get(party.code, 0.0))
    first, second, *_ = [*sorted(known.values(), reverse=True), 0.0, 0.0]
    return first, second


def _logit(probability: float) -> float:
    bounded = min(max(probability, EDGE), 1 - EDGE)
    return math.log(bounded / (1 - bounded))


@dataclass(frozen=True)
class Combiner:
    """From signs to a confidence.

    Attributes:
        weights: one a sign, then the constant.
        scores, confidences: the isotonic curve: at a score of the regression the confidence, linear between; empty for none.
        believed_scores, believed_confidences: likewise for the records that the rules believe.
    """

    weights: tuple[float, ...]
    scores: tuple[float, ...] = ()
    confidences: tuple[float, ...] = ()
    believed_scores: tuple[float, ...] = ()
    believed_confidences: tuple[float, ...] = ()

    def score(self, rows: np.ndarray) -> np.ndarray:
        """Probabilities of the regression for rows of signs, shape (records,)."""
        sums = rows @ np.array(self.weights[:-1]) + self.weights[-1]
        made: np.ndarray = 0.5 * (1 + np.tanh(0.5 * sums))
        return made

    def confidence(self, rows: np.ndarray) -> np.ndarray:
        """Calibrated confidences of rows of signs, shape (records,)."""
        raw = self.score(rows)
        mine = np.interp(raw, self.scores, self.confidences) if self.scores else raw
        theirs = np.interp(raw, self.believed_scores, self.believed_confidences) if self.believed_scores else raw
        return np.where(is_believed(rows), theirs, mine)

    def to_json(self) -> dict[str, object]:
        return {"signs": list(SIGNS)} | {name: list(getattr(self, name)) for name in self.__dataclass_fields__}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Combiner:
        """Raises ValueError where the weights are those of other signs, or something is missing."""
        if tuple(data.get("signs", ())) != SIGNS:
            raise ValueError("the confidence of the model was fitted on other signs than this version reads; train it with this version")
        made = cls(*(tuple(map(float, data.get(name, ()))) for name in cls.__dataclass_fields__))
        curves = (made.scores, made.confidences), (made.believed_scores, made.believed_confidences)
        if len(made.weights) != len(SIGNS) + 1 or any(len(scores) != len(confidences) for scores, confidences in curves):
            raise ValueError("the confidence of the model lacks some of its numbers; copy the model anew")
        return made


PLAIN = Combiner((1.0, 0.7, 0.4, 0.0, 1.0, 0.0, 0.0, 0.3, 0.0, -1.0, *[0.0] * (len(SIGNS) - 10), -0.5))
"""Weights for a model that has not been calibrated yet."""
