"""Compact models with random weights and windows with random words, for tests of the computation and of the folder that holds a model."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from bilat_nlp import ontology
from bilat_nlp.languages import loader
from bilat_nlp.neural.features import FeatureNames, Window
from bilat_nlp.neural.labels import Labels
from bilat_nlp.neural.storage import COMPACT, Parts, save, save_calibration
from bilat_nlp.neural.surface import AFFIXES, SubwordVectors, VectorSettings

if TYPE_CHECKING:
    from bilat_nlp.neural.model import JointModel

ROWS = 60  # of the table of hashed affixes
WIDTH, HIDDEN, VECTOR = 12, 10, 6
DILATIONS = (1, 2, 4)


def names() -> FeatureNames:
    return FeatureNames(loader.available(), tuple(ontology.types()))


def vectors(seed: int = 1) -> SubwordVectors:
    settings = VectorSettings(rows=200, width=VECTOR)
    return SubwordVectors(np.random.default_rng(seed).normal(size=(200, VECTOR)).astype(np.float32), settings)


def model(seed: int = 1, kernel: int = 3) -> tuple[JointModel, Parts]:
    """Random weights under which no two spans score alike and none is beyond doubt; in evaluation mode."""
    import torch

    from bilat_nlp.neural.build import joint
    from bilat_nlp.neural.encoders import CompactEncoder

    torch.manual_seed(seed)
    columns, labels = names(), Labels.of(ontology.current())
    encoder = CompactEncoder(VECTOR, len(columns.columns), rows=ROWS, affix=4, width=WIDTH, dilations=DILATIONS, kernel=kernel)
    made = joint(encoder, labels, HIDDEN, 0.2)
    for name, parameter in made.named_parameters():
        if "norm" not in name and parameter.dim() > 1:
            torch.nn.init.normal_(parameter, std=parameter[0].numel() ** -0.5)
        else:  # biases, and the scale of the normalisation, which begins as 1 everywhere and would hide a forgotten factor
            torch.nn.init.uniform_(parameter, 0.3, 1.3)
    return made.eval(), Parts(encoder.settings(), COMPACT, columns, labels, HIDDEN, vectors())


def window(words: int, seed: int = 1, lang: str = "en") -> Window:
    random = np.random.default_rng(seed)
    columns = len(names().columns)
    return Window(
        lang,
        [f"w{number}" for number in range(words)],
        random.normal(size=(words, VECTOR)).astype(np.float32),
        random.integers(0, ROWS, (words, len(AFFIXES))),
        (random.random((words, columns)) < 0.1).astype(np.float32),
        np.arange(words) // 5,
    )


def stored(folder: Path, seed: int = 1, half: bool = True, modes: dict | None = None) -> Path:
    """A folder with such a model."""
    folder.mkdir(parents=True, exist_ok=True)
    made, parts = model(seed)
    save(folder, made, parts, half)
    if modes is not None:
        save_calibration(folder, modes)
    return folder


def pairs(count: int, words: int, columns: int, types: int, seed: int = 1) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Numbers of types, half-open words of triggers and fillers that may touch, overlap or stand in either order, and what they show."""
    random = np.random.default_rng(seed)

    def spans() -> np.ndarray:
        first = random.integers(0, words, count)
        return np.stack([first, np.minimum(first + random.integers(1, 5, count), words)], axis=1)

    return random.integers(0, types, count), spans(), spans(), random.normal(size=(count, columns)).astype(np.float32)
