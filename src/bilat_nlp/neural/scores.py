"""What a model says of one window, whatever computes it: with numpy (`forward.py`) or torch (`accelerated.py`)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np

from .features import Window


@dataclass(slots=True)
class Scores:
    """Probabilities of a window of n words.

    Attributes:
        entities: (n, longest entity, labels) float32; the span at [i, k] has the words i to i + k, row sums are 1.
        triggers: (n, longest trigger, types) float32, likewise.
        modalities: (n, longest trigger, modalities) float32.
        states: what `Scorer.roles` wants to see again.
    """

    entities: np.ndarray
    triggers: np.ndarray
    modalities: np.ndarray
    states: Any


class Scorer(Protocol):
    """Computes a model; `computed_by` says what it does so with, for people."""

    @property
    def computed_by(self) -> str: ...

    def score(self, windows: Sequence[Window]) -> list[Scores]:
        """Scores of windows, in their order."""
        ...

    def roles(self, scores: Scores, types: np.ndarray, triggers: np.ndarray, fillers: np.ndarray, shown: np.ndarray) -> np.ndarray:
        """Probabilities (P, roles) of P pairs of one window.

        `types` (P,) numbers of types, `triggers` and `fillers` (P, 2) half-open words, `shown` (P, columns) what the pairs show.
        """
        ...
