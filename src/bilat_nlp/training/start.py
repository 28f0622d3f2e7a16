"""The model that a run begins with: fresh, on a pretrained encoder, or going on from another model."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import torch
from torch import nn

from .. import ontology
from ..languages import loader
from ..neural import storage
from ..neural.build import joint, restore
from ..neural.encoders import CompactEncoder, Encoder
from ..neural.features import FeatureNames
from ..neural.labels import Labels
from ..neural.model import JointModel
from ..neural.storage import COMPACT, Parts
from ..neural.surface import SubwordVectors, VectorSettings
from ..records import RecordError
from .config import Settings

PRETRAINED = "encoder.safetensors"  # weights in the folder of a pretraining, beside its config.json and vectors
HIDDEN = 128  # values of the representation of a span or pair
FAR = 4  # the dilations are 1, 2, 4, 8 and begin anew


def start(settings: Settings) -> tuple[JointModel, Parts]:
    """The model and what it is made of.

    Raises:
        RecordError: a folder that the settings name is no model or no pretraining, or does not fit the other settings.
        ImportError: an encoder of Hugging Face is asked for and transformers is not installed.
    """
    ontology.use(Path(settings.data.ontology) if settings.data.ontology else None)
    if settings.run.init:
        return _go_on(settings)
    names = FeatureNames(loader.available(), tuple(ontology.types()))
    labels = Labels.of(ontology.current())
    if settings.encoder.kind == COMPACT:
        encoder, vectors = _compact(settings, names)
    else:
        from ..neural.pretrained import PretrainedEncoder

        vectors = None
        encoder = PretrainedEncoder(
            settings.encoder.kind, len(names.columns), gradient_checkpointing=settings.encoder.gradient_checkpointing
        )
    kind = COMPACT if settings.encoder.kind == COMPACT else "huggingface"
    parts = Parts(encoder.settings(), kind, names, labels, HIDDEN, vectors)
    return joint(encoder, labels, HIDDEN, settings.encoder.dropout), parts


def _compact(settings: Settings, names: FeatureNames) -> tuple[Encoder, SubwordVectors | None]:
    chosen = settings.encoder
    if not chosen.pretrained:
        return CompactEncoder(0, len(names.columns), **compact_shape(settings)), None
    folder = Path(chosen.pretrained)
    config = read_pretraining(folder)
    vectors = SubwordVectors(storage.tensors(folder / storage.VECTORS)["vectors"], VectorSettings(**config["vectors"]))
    if not (folder / PRETRAINED).is_file():  # vectors alone
        return CompactEncoder(vectors.settings.width, len(names.columns), **compact_shape(settings)), vectors
    shape = config["encoder"] | {"features": len(names.columns), "dropout": chosen.dropout}
    encoder = CompactEncoder(**shape)
    _fill(encoder, storage.tensors(folder / PRETRAINED), tuple(config["columns"]), names)
    return encoder, vectors


def read_pretraining(folder: Path) -> dict[str, Any]:
    """Configuration of the folder of a pretraining. Raises RecordError for another folder."""
    try:
        config = json.loads((folder / storage.CONFIG).read_text(encoding="utf-8"))
        if config["format"] == storage.FORMAT and {"vectors", "encoder", "columns"} <= config.keys():
            return config  # type: ignore[no-any-return]
    except (OSError, ValueError, KeyError, TypeError):
        pass
    raise RecordError(f"{folder}: no pretraining of this version is there; give the folder that bilat-nlp pretrain has written")


def compact_shape(settings: Settings) -> dict[str, Any]:
    """Arguments of `CompactEncoder` that the settings decide."""
    chosen = settings.encoder
    dilations = [2 ** (number % FAR) for number in range(chosen.layers)]
    return {"rows": chosen.rows, "width": chosen.width, "dilations": dilations, "kernel": chosen.kernel, "dropout": chosen.dropout}


def _fill(encoder: CompactEncoder, weights: dict[str, Any], columns: tuple[str, ...], names: FeatureNames) -> None:
    """Take over pretrained weights; columns that the pretraining had not (or had elsewhere) are found by their names."""
    known = {name: torch.as_tensor(array).float() for name, array in weights.items()}
    mix, old = encoder.mix.weight.data.clone(), known["mix.weight"]
    plain = old.shape[1] - len(columns)
    mix[:, :plain] = old[:, :plain]
    for place, name in enumerate(columns):
        if name in names.at and name.partition(":")[0] in ("lang", "shape", "ending"):
            mix[:, plain + names.at[name]] = old[:, plain + place]
    encoder.load_state_dict(known | {"mix.weight": mix})


def _go_on(settings: Settings) -> tuple[JointModel, Parts]:
    """The model of a folder, its heads widened by the types of the ontology that it does not know."""
    folder = storage.find(settings.run.init)
    if (own := folder / storage.ONTOLOGY).is_file() and not settings.data.ontology:
        ontology.use(own)
    parts = storage.read_parts(folder)
    model = restore(folder, parts)
    if settings.encoder.kind != COMPACT and parts.kind == COMPACT:
        raise RecordError(f"{folder}: the model has a compact encoder; leave out encoder.kind, or begin without run.init")
    fresh = [name for name in ontology.types() if name not in parts.labels.types]
    if fresh:
        labels = replace(parts.labels, types=(*parts.labels.types, *fresh))
        parts = replace(parts, labels=labels)
        model.labels = labels
        model.triggers.outputs["types"] = _widened(model.triggers.outputs["types"], len(fresh))  # type: ignore[arg-type]
        wider = nn.Embedding(len(labels.types), parts.hidden)
        nn.init.normal_(wider.weight, std=0.1)
        wider.weight.data[: -len(fresh)] = model.pairs.kind.weight.data
        model.pairs.kind = wider
    return model, parts


def _widened(layer: nn.Linear, more: int) -> nn.Linear:
    """The layer with further outputs, which begin as the mean of the old ones (the first, none, apart): never likelier than those are
    on average, since the exponential function is convex, and aware of what all events have in common."""
    made = nn.Linear(layer.in_features, layer.out_features + more)
    made.weight.data[:-more], made.bias.data[:-more] = layer.weight.data, layer.bias.data
    made.weight.data[-more:], made.bias.data[-more:] = layer.weight.data[1:].mean(dim=0), layer.bias.data[1:].mean()
    return made
