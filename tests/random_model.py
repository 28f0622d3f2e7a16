"""A small model with random weights in a folder, for tests of what stands around a model: it says much, and nothing that is true."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

LEAST = 0.0
# So low that random weights propose wordings and fill roles.
LIMITS = {"trigger": 0.6, "role": 0.5, "needed": 0.2}


def save(folder: Path, seed: int = 1, **calibration: Any) -> Path:
    """Write one; `calibration` in the place of what would let everything through. Needs torch."""
    import numpy as np
    import torch

    from bilat_nlp import ontology
    from bilat_nlp.languages.loader import available
    from bilat_nlp.neural import build, storage
    from bilat_nlp.neural.encoders import CompactEncoder
    from bilat_nlp.neural.features import FeatureNames
    from bilat_nlp.neural.labels import Labels
    from bilat_nlp.neural.surface import SubwordVectors, VectorSettings

    torch.manual_seed(seed)
    known = ontology.current()
    names = FeatureNames(languages=tuple(available()), types=tuple(known.types))
    labels = Labels.of(known)
    encoder = CompactEncoder(vectors=8, features=len(names.columns), rows=100, affix=4, width=16, dilations=(1, 2))
    table = np.random.default_rng(seed).normal(size=(200, 8)).astype(np.float32)
    vectors = SubwordVectors(table, VectorSettings(rows=200, width=8))
    parts = storage.Parts(encoder.settings(), storage.COMPACT, names, labels, 16, vectors)
    folder.mkdir(parents=True, exist_ok=True)
    storage.save(folder, build.joint(encoder, labels, 16, 0.0), parts)
    told = {"least": LEAST, "limits": LIMITS} | calibration
    storage.save_calibration(folder, {"both": told, "model": told})
    return folder


def damage(folder: Path, file: str, how: str) -> None:
    """Spoil a file of a stored model: "missing", "cut" in half, or of "another format"."""
    path = folder / file
    if how == "missing":
        path.unlink()
    elif how == "cut":
        path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    else:
        path.write_text(json.dumps(json.loads(path.read_text(encoding="utf-8")) | {"format": 99}), encoding="utf-8")
