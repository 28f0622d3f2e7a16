"""Documents drawn with replacement (Efron's bootstrap): sums of counts over each draw, and percentile intervals from them.

All figures, groups and systems of one run use the same draws, so that differences between systems are paired (as sacreBLEU does it).
"""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np

SAMPLES, SEED = 1000, 0
LEVEL = 95  # percent
_BATCH = 100  # draws summed at a time, to bound memory


class Draws:
    """How often each of ``size`` documents was drawn in each of ``samples`` draws: uint8 of shape (samples, size)."""

    def __init__(self, size: int, samples: int = SAMPLES, seed: int = SEED) -> None:
        self.size, self.samples, self.seed = size, samples, seed
        self.times = np.zeros((samples, size), dtype=np.uint8)
        generator = np.random.default_rng(seed)
        for draw in range(samples if size else 0):
            self.times[draw] = np.bincount(generator.integers(0, size, size), minlength=size)

    def sums(self, table: np.ndarray) -> np.ndarray:
        """``table`` of shape (size, ...) summed over the documents of each draw, shape (samples, ...)."""
        flat = table.reshape(self.size, math.prod(table.shape[1:])).astype(np.float64)
        parts = [self.times[at : at + _BATCH].astype(np.float64) @ flat for at in range(0, self.samples, _BATCH)]
        return np.concatenate(parts).reshape(self.samples, *table.shape[1:])

    def values(self, of: Callable[[np.ndarray], float]) -> np.ndarray:
        """A figure that is no function of sums, computed for each draw from how often each document was drawn."""
        return np.array([of(times) for times in self.times])


def interval(values: np.ndarray) -> tuple[float | None, float | None]:
    """The percentile interval; draws where the figure does not exist (nan) say nothing and are left out."""
    known = values[~np.isnan(values)]
    if not known.size:
        return None, None
    low, high = np.percentile(known, ((100 - LEVEL) / 2, (100 + LEVEL) / 2))
    return float(low), float(high)


def ratio(right: np.ndarray, of: np.ndarray) -> np.ndarray:
    """Element by element; nan where there is nothing to divide by."""
    return np.divide(right, of, out=np.full(np.shape(of), np.nan), where=np.asarray(of) > 0)
