"""How far a confidence can be believed: Brier score, expected calibration error, reliability bins, precision and recall by threshold.

Brier, "Verification of forecasts expressed in terms of probability", 1950; Naeini, Cooper and Hauskrecht, "Obtaining well calibrated
probabilities using Bayesian binning", 2015 (ECE); average precision without interpolation, as scikit-learn defines it, but with recall over
all gold events: an event that was never predicted counts.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from bilat_nlp.evaluation.items import Items
from bilat_nlp.evaluation.metrics import UNKNOWN, Score
from bilat_nlp.evaluation.resample import Draws, interval, ratio

BINS = 10
EDGES = np.array([number / BINS for number in range(BINS + 1)])  # a bin holds its upper edge; the first also holds 0


@dataclass(frozen=True, slots=True)
class Bin:
    """Events with a confidence between ``low`` and ``high``: how many, their mean confidence, and the share that is right."""

    low: float
    high: float
    events: int
    confidence: float | None
    accuracy: float | None


@dataclass(frozen=True, slots=True)
class Point:
    """Precision and recall of the events whose confidence is ``threshold`` or more."""

    threshold: float
    precision: float
    recall: float


@dataclass(frozen=True, slots=True)
class Calibration:
    """Over the predicted events that carry a confidence; ``events`` is their number."""

    events: int
    brier: Score
    ece: Score
    average_precision: Score
    bins: list[Bin]
    curve: list[Point]


def calibrate(items: Sequence[Items], gold: np.ndarray, draws: Draws) -> Calibration | None:
    """Calibration over documents; ``gold`` is the number of gold events of each, shape (documents,). None without any confidence."""
    judged = [(number, confidence, right) for number, each in enumerate(items) for confidence, right in each.judged]
    if not judged:
        return None
    document, confidence, right = (np.array(column) for column in zip(*judged, strict=True))
    right = right.astype(np.float64)
    place = np.clip(np.searchsorted(EDGES, confidence, side="left") - 1, 0, BINS - 1)
    binned = np.zeros((len(items), BINS, 3))  # events, sum of confidence, right ones
    np.add.at(binned, (document, place), np.stack([np.ones_like(right), confidence, right], axis=-1))
    squared = np.zeros((len(items), 2))
    np.add.at(squared, document, np.stack([(confidence - right) ** 2, np.ones_like(right)], axis=-1))
    ranked = _Ranked(document, confidence, right, gold)
    curve, precise = ranked.curve()
    several = len(set(document.tolist())) > 1

    def score(value: float | np.ndarray, drawn: np.ndarray) -> Score:
        low, high = interval(drawn) if several else UNKNOWN
        return Score(None if np.isnan(value) else float(value), low, high, int(right.sum()), int(gold.sum()), len(judged))

    return Calibration(
        events=len(judged),
        brier=score(_mean(squared.sum(axis=0)), _mean(draws.sums(squared))),
        ece=score(*_reflected(_ece(binned.sum(axis=0)), _ece(draws.sums(binned)))),
        average_precision=score(precise, draws.values(ranked.average_precision)),
        bins=_bins(binned.sum(axis=0)),
        curve=curve,
    )


def _mean(sums: np.ndarray) -> np.ndarray:
    return ratio(sums[..., 0], sums[..., 1])


def _ece(sums: np.ndarray) -> np.ndarray:
    """From sums of shape (..., bins, 3): the gaps between mean confidence and share right, weighted by events."""
    events, confidence, right = np.moveaxis(sums, -1, 0)
    return ratio(np.abs(confidence - right).sum(axis=-1), events.sum(axis=-1))


def _reflected(value: np.ndarray, drawn: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Draws mirrored at the value (the basic bootstrap): gaps between means grow with every drawing, so that the draws lie too high."""
    return value, np.clip(2 * value - drawn, 0, 1)


def _bins(sums: np.ndarray) -> list[Bin]:
    return [
        Bin(float(EDGES[n]), float(EDGES[n + 1]), int(events), confidence / events if events else None, right / events if events else None)
        for n, (events, confidence, right) in enumerate(sums.tolist())
    ]


class _Ranked:
    """Predicted events by falling confidence; equal confidences stand or fall together."""

    def __init__(self, document: np.ndarray, confidence: np.ndarray, right: np.ndarray, gold: np.ndarray) -> None:
        order = np.argsort(-confidence, kind="stable")
        self.document, self.confidence, self.right, self.gold = document[order], confidence[order], right[order], gold
        self.last = np.flatnonzero(np.append(np.diff(self.confidence) != 0, True))  # of each distinct confidence

    def _along(self, times: np.ndarray) -> tuple[np.ndarray, np.ndarray, float]:
        """Right ones and events down to each threshold, and gold events, with every document counted ``times`` times."""
        weight = times[self.document].astype(np.float64)
        return np.cumsum(weight * self.right)[self.last], np.cumsum(weight)[self.last], float(times @ self.gold.astype(np.float64))

    def average_precision(self, times: np.ndarray) -> float:
        right, events, gold = self._along(times)
        if not gold:
            return float("nan")
        return float(np.sum(np.diff(right, prepend=0) / gold * np.divide(right, events, out=np.zeros_like(right), where=events > 0)))

    def curve(self) -> tuple[list[Point], float]:
        once = np.ones(len(self.gold))
        right, events, gold = self._along(once)
        recall = right / gold if gold else np.zeros_like(right)
        points = zip(self.confidence[self.last].tolist(), (right / events).tolist(), recall.tolist(), strict=True)
        return [Point(*point) for point in points], self.average_precision(once)

