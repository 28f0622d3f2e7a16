"""The forward pass of the compact model in numpy, so that the shipped model needs no torch and loads in a moment.

The same computation as `encoders.CompactEncoder`, `heads.SpanHead` and `heads.PairHead` in evaluation mode; a test holds them together.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from .features import Window
from .scores import Scores

STRETCH = 4000  # words that go through the convolutions at once, so that a long document takes bounded memory
Weights = Mapping[str, np.ndarray]


class NumpyScorer:
    """Computes a compact model.

    Args:
        weights: by the names that torch gives them, any float type.
        encoder: `CompactEncoder.settings()` of the model.
    """

    computed_by = "numpy, cpu, fp32"

    def __init__(self, weights: Weights, encoder: Mapping[str, Any]) -> None:
        w = {name: np.ascontiguousarray(array, dtype=np.float32) for name, array in weights.items()}
        self.w = w
        self.dilations, self.kernel = tuple(encoder["dilations"]), int(encoder["kernel"])
        self.mix = w["encoder.mix.weight"].T.copy()
        # (out, in, kernel) as torch has it becomes one matrix for the words side by side
        self.convolutions = [
            np.concatenate([w[f"encoder.layers.{n}.weight"][:, :, k].T for k in range(self.kernel)]) for n in range(len(self.dilations))
        ]
        self.halo = sum(dilation * (self.kernel // 2) for dilation in self.dilations)

    def score(self, windows: Sequence[Window]) -> list[Scores]:
        return [self._score(window) for window in windows]

    def _score(self, window: Window) -> Scores:
        states = self.states(window)
        (entities,) = self._probabilities("entities", ("labels",), states)
        types, modalities = self._probabilities("triggers", ("types", "modalities"), states)
        return Scores(entities, types, modalities, states)

    def states(self, window: Window) -> np.ndarray:
        """States of the words, (n, width)."""
        made = []
        for first in range(0, max(1, len(window)), STRETCH):
            low, high = max(0, first - self.halo), min(len(window), first + STRETCH + self.halo)
            made.append(self._encode(window, low, high)[first - low : first - low + STRETCH])
        return np.concatenate(made)

    def _encode(self, window: Window, low: int, high: int) -> np.ndarray:
        table = self.w["encoder.affixes.weight"]
        affixes = table[window.hashes[low:high]].reshape(high - low, window.hashes.shape[1] * table.shape[1])
        read = np.concatenate([window.vectors[low:high], affixes, window.features[low:high]], axis=1)
        states = self._norm("encoder.first", read @ self.mix + self.w["encoder.mix.bias"])
        for number, dilation in enumerate(self.dilations):
            reach = dilation * (self.kernel // 2)
            around = np.pad(states, ((reach, reach), (0, 0)))
            side = np.concatenate([around[k * dilation : k * dilation + len(states)] for k in range(self.kernel)], axis=1)
            mixed = np.maximum(side @ self.convolutions[number] + self.w[f"encoder.layers.{number}.bias"], 0.0)
            states = self._norm(f"encoder.norms.{number}", states + mixed)
        return states

    def _probabilities(self, head: str, outputs: Sequence[str], states: np.ndarray) -> list[np.ndarray]:
        """For each output the probabilities of all spans, (n, longest, classes); spans are wide, so they too go through in stretches."""
        longest = len(self.w[f"{head}.length.weight"])
        made: list[list[np.ndarray]] = [[] for _ in outputs]
        for first in range(0, max(1, len(states)), STRETCH):
            spans = self._spans(head, states[first : first + STRETCH + longest - 1])[:STRETCH]
            for found, output in zip(made, outputs, strict=True):
                found.append(softmax(self._linear(f"{head}.outputs.{output}", spans)))
        return [np.concatenate(found) for found in made]

    def _spans(self, head: str, states: np.ndarray) -> np.ndarray:
        """Representations of all spans, (n, longest, hidden)."""
        begin = self._linear(f"{head}.begin", states)
        end = states @ self.w[f"{head}.end.weight"].T
        mean = states @ self.w[f"{head}.mean.weight"].T
        total = np.concatenate([np.zeros_like(mean[:1]), np.cumsum(mean, axis=0, dtype=np.float64).astype(np.float32)])
        length, words = self.w[f"{head}.length.weight"], len(states)
        made = np.empty((words, len(length), begin.shape[1]), dtype=np.float32)
        for extra in range(len(length)):
            last = np.minimum(np.arange(words) + extra, words - 1)
            made[:, extra] = begin + end[last] + (total[last + 1] - total[:words]) / (extra + 1) + length[extra]
        return np.maximum(made, 0.0, out=made)

    def roles(self, scores: Scores, types: np.ndarray, triggers: np.ndarray, fillers: np.ndarray, shown: np.ndarray) -> np.ndarray:
        states: np.ndarray = scores.states
        total = np.concatenate([np.zeros_like(states[:1]), np.cumsum(states, axis=0, dtype=np.float64).astype(np.float32)])

        def mean(first: np.ndarray, last: np.ndarray) -> np.ndarray:
            return (total[np.maximum(first, last)] - total[first]) / np.maximum(last - first, 1)[:, None]

        low, high = np.minimum(triggers[:, 1], fillers[:, 1]), np.maximum(triggers[:, 0], fillers[:, 0])
        read = self._linear("pairs.trigger", mean(triggers[:, 0], triggers[:, 1]))
        read += mean(fillers[:, 0], fillers[:, 1]) @ self.w["pairs.filler.weight"].T
        read += mean(np.minimum(low, high), high) @ self.w["pairs.between.weight"].T
        read += shown @ self.w["pairs.shown.weight"].T + self.w["pairs.kind.weight"][types]
        hidden = np.maximum(self._linear("pairs.inner", np.maximum(read, 0.0)), 0.0)
        return sigmoid(self._linear("pairs.roles", hidden))

    def _linear(self, name: str, values: np.ndarray) -> np.ndarray:
        made: np.ndarray = values @ self.w[f"{name}.weight"].T + self.w[f"{name}.bias"]
        return made

    def _norm(self, name: str, values: np.ndarray) -> np.ndarray:
        centred = values - values.mean(axis=1, keepdims=True)
        spread = np.sqrt((centred * centred).mean(axis=1, keepdims=True) + 1e-5)
        made: np.ndarray = centred / spread * self.w[f"{name}.weight"] + self.w[f"{name}.bias"]
        return made


def softmax(values: np.ndarray) -> np.ndarray:
    """Probabilities over the last axis."""
    raised = np.exp(values - values.max(axis=-1, keepdims=True))
    made: np.ndarray = raised / raised.sum(axis=-1, keepdims=True)
    return made


def sigmoid(values: np.ndarray) -> np.ndarray:
    """1 / (1 + exp(-x)), for any x."""
    made: np.ndarray = 0.5 * (1.0 + np.tanh(0.5 * values))
    return made
