"""One step of learning: the losses of a task, and what is done where memory runs out."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional

from ..neural.model import JointModel
from .batches import Task

WEIGHTS = {"entities": 1.0, "triggers": 2.0, "modality": 0.3, "roles": 0.5}


@dataclass
class Losses:
    """Means per word, by part."""

    parts: dict[str, float]
    total: Tensor


def losses(model: JointModel, task: Task) -> Losses:
    """The weighted sum of the losses of a task, per word."""
    states = model(task.batch)
    words = int(task.lengths.sum())
    parts: dict[str, Tensor] = {"entities": model.span_loss(model.entities(states, "labels"), task.lengths, task.entities)}
    if task.triggers is not None and task.modalities is not None:
        spans = model.triggers.spans(states)
        parts["triggers"] = model.span_loss(model.triggers.outputs["types"](spans), task.lengths, task.triggers)
        gold = task.triggers
        if len(gold.row):
            scores = model.triggers.outputs["modalities"](spans[gold.row, gold.first, gold.extra])
            parts["modality"] = functional.cross_entropy(scores.float(), task.modalities, reduction="sum")
    if task.pairs is not None:
        parts["roles"] = model.pair_loss(states, task.pairs)
    total = sum((WEIGHTS[name] * value for name, value in parts.items()), start=torch.zeros((), device=states.device)) / words
    return Losses({name: float(value.detach()) / words for name, value in parts.items()}, total)
