"""Builds joint models for torch: fresh ones, and those of a folder."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import torch

from ..records import RecordError
from .encoders import CompactEncoder, Encoder
from .labels import Labels
from .model import JointModel
from .storage import COMPACT, WEIGHTS, Parts, tensors


def joint(encoder: Encoder, labels: Labels, hidden: int, dropout: float) -> JointModel:
    """A model with fresh heads."""
    return JointModel(encoder, labels, hidden, dropout)


def restore(folder: Path, parts: Parts) -> JointModel:
    """The model of a folder with its weights. Raises RecordError where they are missing, damaged or of another shape."""
    encoder: Encoder
    if parts.kind == COMPACT:
        encoder = CompactEncoder(**parts.encoder)
    else:
        from .pretrained import PretrainedEncoder

        encoder = PretrainedEncoder.load(folder / "encoder", **_loadable(parts.encoder))
    model = joint(encoder, parts.labels, parts.hidden, float(parts.encoder.get("dropout", 0.1)))
    weights = {name: torch.as_tensor(array).float() for name, array in tensors(folder / WEIGHTS).items()}
    try:
        missing, strange = model.load_state_dict(weights, strict=False)
    except RuntimeError as error:
        detail = str(error).splitlines()[-1].strip()
        raise RecordError(f"{folder / WEIGHTS}: other shapes than the configuration says ({detail}); copy the model anew") from None
    missing = [name for name in missing if parts.kind == COMPACT or not name.startswith("encoder.")]
    if missing or strange:
        raise RecordError(f"{folder / WEIGHTS}: the weights {[*missing, *strange][0]!r} do not fit the configuration; copy the model anew")
    return model


def _loadable(settings: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in settings.items() if name != "name"}
