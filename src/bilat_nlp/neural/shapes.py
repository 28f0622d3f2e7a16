"""Which weights a compact model has, and of what shape: what is damaged shall be said when a model is read, not in the middle of a text."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from .labels import Labels
from .pairs import COLUMNS
from .surface import AFFIXES

Shape = tuple[int | None, ...]  # None: any length


def compact(encoder: Mapping[str, Any], labels: Labels, hidden: int) -> dict[str, Shape]:
    """Shapes by the names that torch gives the weights.

    Args:
        encoder: `CompactEncoder.settings()` of the model.
        hidden: values of the representation of a span or pair.
    """
    width, kernel, vectors = encoder["width"], encoder["kernel"], encoder["vectors"]
    shapes: dict[str, Shape] = {"encoder.affixes.weight": (encoder["rows"], encoder["affix"]), "encoder.masked": (vectors,)}
    shapes |= _linear("encoder.mix", vectors + encoder["affix"] * len(AFFIXES) + encoder["features"], width)
    shapes |= _norm("encoder.first", width)
    for number, _ in enumerate(encoder["dilations"]):
        shapes |= {f"encoder.layers.{number}.weight": (width, width, kernel), f"encoder.layers.{number}.bias": (width,)}
        shapes |= _norm(f"encoder.norms.{number}", width)
    shapes |= _spans("entities", width, hidden, {"labels": len(labels.entities)})
    shapes |= _spans("triggers", width, hidden, {"types": len(labels.types), "modalities": len(labels.modalities)})
    shapes |= _linear("pairs.trigger", width, hidden)
    shapes |= {"pairs.filler.weight": (hidden, width), "pairs.between.weight": (hidden, width)}
    shapes |= {"pairs.shown.weight": (hidden, len(COLUMNS)), "pairs.kind.weight": (len(labels.types), hidden)}
    return shapes | _linear("pairs.inner", hidden, hidden) | _linear("pairs.roles", hidden, len(labels.roles))


def _linear(name: str, read: int, made: int) -> dict[str, Shape]:
    return {f"{name}.weight": (made, read), f"{name}.bias": (made,)}


def _norm(name: str, width: int) -> dict[str, Shape]:
    return {f"{name}.weight": (width,), f"{name}.bias": (width,)}


def _spans(head: str, width: int, hidden: int, classes: Mapping[str, int]) -> dict[str, Shape]:
    shapes: dict[str, Shape] = _linear(f"{head}.begin", width, hidden)
    shapes |= {f"{head}.end.weight": (hidden, width), f"{head}.mean.weight": (hidden, width), f"{head}.length.weight": (None, hidden)}
    for output, number in classes.items():
        shapes |= _linear(f"{head}.outputs.{output}", hidden, number)
    return shapes


def misfit(weights: Mapping[str, np.ndarray], shapes: Mapping[str, Shape]) -> str | None:
    """What does not fit, in half a sentence; None where all is well. Weights that nobody asked for are none of ours."""
    for name, shape in shapes.items():
        if name not in weights:
            return f"the weights {name!r} are missing"
        found = weights[name].shape
        if len(found) != len(shape) or any(want not in (None, have) for want, have in zip(shape, found, strict=True)):
            wanted = " x ".join("any" if want is None else str(want) for want in shape)
            return f"the weights {name!r} are {' x '.join(map(str, found)) or 'a single number'}, the configuration says {wanted}"
    return None
