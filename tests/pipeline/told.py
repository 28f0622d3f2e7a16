"""A scorer that says what it was told, so that every decision of the stage of the model follows from known probabilities."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

from bilat_nlp import ontology
from bilat_nlp.analysis import Analysis
from bilat_nlp.neural import storage
from bilat_nlp.neural.features import FeatureReader, Window
from bilat_nlp.neural.labels import Labels
from bilat_nlp.neural.pairs import COLUMNS
from bilat_nlp.neural.scores import Scores
from bilat_nlp.pipeline.model import Judge
from bilat_nlp.records import Event
from neural import compact

LABELS = Labels.of(ontology.current())
LONGEST = 4  # words of a span
Judged = Callable[..., tuple[Analysis, list[Event]]]  # the fixture `judged`


class Told:
    """A scorer with given answers; wordings are words of the text with blanks between.

    Args:
        triggers: wording -> type and probability.
        roles: (wording of the trigger, wording of the candidate) -> probabilities by role; others are 0.
        names: wording -> label and probability.
        modalities: wording -> modality.
    """

    def __init__(
        self, triggers: dict[str, tuple[str, float]], roles: dict[tuple[str, str], dict[str, float]] | None = None,
        names: dict[str, tuple[str, float]] | None = None, modalities: dict[str, str] | None = None, labels: Labels = LABELS,
    ) -> None:  # fmt: skip
        self.triggers, self.told, self.names, self.modalities, self.labels = triggers, roles or {}, names or {}, modalities or {}, labels
        self.windows: list[Window] = []
        self.shown = np.zeros((0, len(COLUMNS)), dtype=np.float32)

    def score(self, windows: Sequence[Window]) -> list[Scores]:
        self.windows += windows
        return [self._score(window.words) for window in windows]

    def _score(self, words: list[str]) -> Scores:
        made = [np.zeros((len(words), LONGEST, len(names)), dtype=np.float32) for names in (self.labels.entities, self.labels.types)]
        modalities = np.zeros((len(words), LONGEST, len(self.labels.modalities)), dtype=np.float32)
        modalities[:, :, self.labels.modalities.index("actual")] = 1.0
        for array, told, names in zip(made, (self.names, self.triggers), (self.labels.entities, self.labels.types), strict=True):
            array[:, :, 0] = 1.0
            for wording, (name, probability) in told.items():
                for first in _places(words, wording):
                    array[first, len(wording.split()) - 1, [0, names.index(name)]] = 1 - probability, probability
        for wording, name in self.modalities.items():
            for first in _places(words, wording):
                modalities[first, len(wording.split()) - 1] = np.eye(len(self.labels.modalities))[self.labels.modalities.index(name)]
        return Scores(made[0], made[1], modalities, words)

    def roles(self, scores: Scores, types: np.ndarray, triggers: np.ndarray, fillers: np.ndarray, shown: np.ndarray) -> np.ndarray:
        self.shown = np.concatenate([self.shown, shown])
        made = np.zeros((len(types), len(self.labels.roles)), dtype=np.float32)
        for row, (trigger, filler) in enumerate(zip(triggers, fillers, strict=True)):
            key = tuple(" ".join(scores.states[low:high]) for low, high in (trigger, filler))
            for role, probability in self.told.get(key, {}).items():  # type: ignore[call-overload]
                made[row, self.labels.roles.index(role)] = probability
        return made


def _places(words: list[str], wording: str) -> list[int]:
    size = len(wording.split())
    return [first for first in range(len(words)) if words[first : first + size] == wording.split()]


def judge_of(scorer: Told, alone: bool = False, least: float | None = 0.0, calibration: dict | None = None) -> Judge:
    reader = FeatureReader(compact.names(), None, compact.ROWS)
    model = storage.Model(Path("told"), reader.names, scorer.labels, reader, scorer, calibration or {})
    return Judge(model, alone, least)
