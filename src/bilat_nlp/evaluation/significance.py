"""Whether two systems differ on the same documents, or could have changed places by chance.

Approximate randomisation (Noreen, "Computer-intensive methods for testing hypotheses", 1989) swaps the outputs of the two systems document
by document; the paired bootstrap (Koehn, "Statistical significance tests for machine translation evaluation", 2004) draws documents, the
same for both. One is added to both counts of a p-value, since what was observed is one of the outcomes that were possible (Phipson and
Smyth, "Permutation p-values should never be zero", 2010).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np

from bilat_nlp.evaluation.metrics import FIGURES, values
from bilat_nlp.evaluation.resample import SAMPLES, SEED, Draws, interval
from bilat_nlp.records import RecordError

TRIALS = 10_000
FEW = 20  # documents; with fewer the bootstrap finds differences where there are none
_BATCH = 500


class Measured(Protocol):
    """A run on documents: what it is called, their ids in order, the print of the gold, and the counts of each document."""

    @property
    def ids(self) -> list[str]: ...

    @property
    def gold(self) -> str: ...

    @property
    def counts(self) -> dict[str, np.ndarray]:
        """By figure, shape (documents, 3): right, gold, predicted."""
        ...


@dataclass(frozen=True, slots=True)
class Difference:
    """How much one run is above another, its 95 % interval by the paired bootstrap, and the two p-values; two-sided.

    There is no ``p_bootstrap`` with fewer than `FEW` documents.
    """

    value: float | None
    low: float | None = None
    high: float | None = None
    p_randomisation: float | None = None
    p_bootstrap: float | None = None


def difference(
    one: Measured, other: Measured, *, samples: int = SAMPLES, trials: int = TRIALS, seed: int = SEED
) -> dict[str, Difference]:
    """By figure, ``one`` minus ``other``, of the figures that both runs have.

    Raises RecordError if the two were not measured on the same gold documents.
    """
    if one.ids != other.ids or one.gold != other.gold:
        raise RecordError(
            f"the two runs were not measured on the same gold documents ({len(one.ids)} and {len(other.ids)}, prints {one.gold} and "
            f"{other.gold}); measure both on one corpus"
        )
    names = [name for name in FIGURES if name in one.counts and name in other.counts]
    ours, theirs = (np.stack([run.counts[name] for name in names], axis=1) for run in (one, other))
    observed = _differences(names, ours.sum(axis=0)[None], theirs.sum(axis=0)[None])[0]
    draws = Draws(len(one.ids), samples, seed)
    drawn = _differences(names, draws.sums(ours), draws.sums(theirs))
    swapped = _swapped(names, ours, theirs, trials, seed)
    found = {}
    for number, name in enumerate(names):
        if np.isnan(observed[number]):
            found[name] = Difference(None)
            continue
        low, high = interval(drawn[:, number])
        known = drawn[~np.isnan(drawn[:, number]), number]
        chance = known - known.mean() if known.size else known
        found[name] = Difference(
            float(observed[number]),
            low,
            high,
            _p(swapped[:, number], observed[number]),
            _p(chance, observed[number]) if len(one.ids) >= FEW else None,
        )
    return found


def _differences(names: list[str], ours: np.ndarray, theirs: np.ndarray) -> np.ndarray:
    """For sums of shape (samples, figures, 3), shape (samples, figures)."""
    columns = [values(FIGURES[name].kind, ours[:, n]) - values(FIGURES[name].kind, theirs[:, n]) for n, name in enumerate(names)]
    return np.stack(columns, axis=1)


def _swapped(names: list[str], ours: np.ndarray, theirs: np.ndarray, trials: int, seed: int) -> np.ndarray:
    """Differences after each document's outputs changed places with a chance of one half."""
    generator = np.random.default_rng(seed)
    gap = (theirs - ours).reshape(len(ours), -1)
    parts = []
    for at in range(0, trials, _BATCH):
        swap = generator.integers(0, 2, (min(_BATCH, trials - at), len(ours))).astype(np.float64)
        moved = (swap @ gap).reshape(len(swap), *ours.shape[1:])
        parts.append(_differences(names, ours.sum(axis=0) + moved, theirs.sum(axis=0) - moved))
    return np.concatenate(parts)


def _p(chance: np.ndarray, observed: float) -> float:
    known = chance[~np.isnan(chance)]
    # sums of equal numbers in another order may differ in the last digit
    return float((np.sum(np.abs(known) >= abs(observed) - 1e-12) + 1) / (len(known) + 1))
