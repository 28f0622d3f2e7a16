"""A model as a folder: configuration, label maps, static vectors, weights, calibration. Nothing in it is code, and no pickle is ever read.

    config.json             format, encoder, columns, labels
    vectors.safetensors     the table of sub-word vectors (compact encoder)
    weights.safetensors     all trained weights
    calibration.json        limits and the confidence; absent before it is fitted
    ontology.toml           where the model was trained with types of a user's own
    encoder/                Hugging Face's own files (any other encoder)
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from safetensors import SafetensorError
from safetensors.numpy import load_file, save_file

from .. import ontology
from ..records import RecordError
from .features import FeatureNames, FeatureReader
from .labels import Labels
from .pairs import COLUMNS
from .scores import Scorer
from .shapes import compact, misfit
from .surface import SubwordVectors, VectorSettings

if TYPE_CHECKING:
    from .model import JointModel

FORMAT = 1
CONFIG, VECTORS, WEIGHTS, CALIBRATION, ONTOLOGY = (
    "config.json", "vectors.safetensors", "weights.safetensors", "calibration.json", "ontology.toml",
)  # fmt: skip
COMPACT = "compact"
PRECISIONS = ("fp32", "bf16", "fp16")
_PACKAGED = Path(__file__).parents[1] / "models"
_CHECKOUT = Path(__file__).parents[3] / "models"  # where a checkout holds no link to it


@dataclass
class Model:
    """A model that is ready to score.

    Attributes:
        names: its columns.
        labels: what its heads distinguish.
        reader: makes its windows.
        scorer: computes it.
        calibration: what `calibration.json` holds.
    """

    folder: Path
    names: FeatureNames
    labels: Labels
    reader: FeatureReader
    scorer: Scorer
    calibration: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Parts:
    """What a model is made of, as stored: see `save`."""

    encoder: dict[str, Any]
    kind: str
    names: FeatureNames
    labels: Labels
    hidden: int
    vectors: SubwordVectors | None


def find(name: str | Path) -> Path:
    """The folder of a model: a path, or the name of one that came with the library ("default").

    Raises RecordError with the names that there are.
    """
    if Path(name).is_dir():
        return Path(name)
    known = installed()
    if str(name) in known:
        return known[str(name)]
    there = f", or one of {', '.join(known)}" if known else ""
    raise RecordError(f"there is no model {str(name)!r}; give a folder with a {CONFIG}{there}, or take the mode rules, which needs none")


def installed() -> dict[str, Path]:
    """Folders of the models that came with the library, by their names."""
    homes = [home for home in (_CHECKOUT, _PACKAGED) if home.is_dir()]
    return {each.name: each for home in homes for each in sorted(home.iterdir()) if (each / CONFIG).is_file()}


def save(folder: Path, model: JointModel, parts: Parts, half: bool = True) -> None:
    """Write configuration and weights into a folder that exists, `half` as 16-bit numbers; it should be renamed when it is whole."""
    config = {
        "format": FORMAT,
        "kind": parts.kind,
        "encoder": parts.encoder,
        "hidden": parts.hidden,
        "names": {name: list(getattr(parts.names, name)) for name in FeatureNames.__dataclass_fields__},
        "pairs": list(COLUMNS),
        "labels": {name: list(values) for name, values in asdict(parts.labels).items()},
        "vectors": asdict(parts.vectors.settings) if parts.vectors is not None else None,
    }
    (folder / CONFIG).write_text(json.dumps(config, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    kept = model.state_dict()
    if parts.kind != COMPACT:
        model.encoder.save(folder / "encoder")  # type: ignore[operator]
        kept = {name: tensor for name, tensor in kept.items() if not name.startswith("encoder.")}
    weights = {name: tensor.detach().cpu().float().numpy() for name, tensor in kept.items()}
    save_file({name: _stored(array, half) for name, array in weights.items()}, folder / WEIGHTS)
    if parts.vectors is not None:
        save_file({"vectors": _stored(parts.vectors.table, half)}, folder / VECTORS)


def save_calibration(folder: Path, modes: Mapping[str, Mapping[str, object]]) -> None:
    """Write what turns votes into confidences, by mode."""
    (folder / CALIBRATION).write_text(json.dumps(modes, indent=1) + "\n", encoding="utf-8")


def _stored(array: np.ndarray, half: bool) -> np.ndarray:
    return np.ascontiguousarray(array, dtype=np.float16 if half else np.float32)


def read_parts(folder: Path) -> Parts:
    """Configuration and vectors of a model, without its weights.

    Raises RecordError where a file is missing or damaged, or was written by another version of the library.
    """
    config = _json(folder / CONFIG)
    if config.get("format") != FORMAT:
        raise RecordError(
            f"{folder / CONFIG}: the model has format {config.get('format')!r}, this version reads {FORMAT}; train it with this version, "
            "or install the one that it was made with"
        )
    try:
        if tuple(config["pairs"]) != COLUMNS:
            raise RecordError(f"{folder / CONFIG}: the model reads other columns of pairs than this version; train it with this version")
        names = FeatureNames(**{name: tuple(values) for name, values in config["names"].items()})
        labels = Labels(**{name: tuple(values) for name, values in config["labels"].items()})
        settings = VectorSettings(**config["vectors"]) if config["vectors"] is not None else None
        parts = Parts(dict(config["encoder"]), config["kind"], names, labels, int(config["hidden"]), None)
        _agree(folder, parts, settings)
    except (KeyError, TypeError, AttributeError) as error:
        raise RecordError(f"{folder / CONFIG}: incomplete or damaged ({type(error).__name__}: {error}); copy the model anew") from None
    return parts if settings is None else replace(parts, vectors=_vectors(folder / VECTORS, settings))


def _agree(folder: Path, parts: Parts, vectors: VectorSettings | None) -> None:
    """A compact encoder reads as many columns and values as there are; any other has its own way with words."""
    if parts.kind != COMPACT:
        return
    have = {"features": len(parts.names.columns), "vectors": vectors.width if vectors is not None else 0}
    for name, number in have.items():
        if parts.encoder[name] != number:
            read = parts.encoder[name]
            raise RecordError(f"{folder / CONFIG}: the encoder reads {read} {name}, the model has {number}; copy the model anew")


def _vectors(path: Path, settings: VectorSettings) -> SubwordVectors:
    try:
        return SubwordVectors(tensors(path)["vectors"], settings)
    except KeyError:
        raise RecordError(f"{path}: there are no vectors in it; copy the model anew") from None
    except RecordError:
        raise
    except ValueError as error:
        raise RecordError(f"{path}: {error}; copy the model anew") from None


def load(name: str | Path = "default", *, device: str = "cpu", precision: str = "fp32", batch_words: int = 8000) -> Model:
    """A model from its folder.

    Args:
        name: a folder, or the name of a model that came with the library.
        device: "cpu" computes a compact model with numpy; anything else, and any other encoder, with torch.
        precision: of the matrix products on a device, "fp32", "bf16" or "fp16".
        batch_words: words of a batch on a device.

    Raises:
        RecordError: there is no such model, or one of its files is missing, damaged or of another version.
        ImportError: torch is needed and not installed.
    """
    if precision not in PRECISIONS:
        raise RecordError(f"there is no precision {precision!r}; write one of {', '.join(PRECISIONS)}")
    if device != "cpu":
        from .device import pick

        device = pick(device)
    folder = find(name)
    parts = read_parts(folder)
    if (own := folder / ONTOLOGY).is_file():
        ontology.use(own)
    reader = FeatureReader(parts.names, parts.vectors, int(parts.encoder.get("rows", 2)))
    calibration = _json(folder / CALIBRATION) if (folder / CALIBRATION).is_file() else {}
    return Model(folder, parts.names, parts.labels, reader, _scorer(folder, parts, device, precision, batch_words), calibration)


def _scorer(folder: Path, parts: Parts, device: str, precision: str, batch_words: int) -> Scorer:
    if parts.kind == COMPACT and device == "cpu" and precision == "fp32":
        from .forward import NumpyScorer

        weights = tensors(folder / WEIGHTS)
        if problem := misfit(weights, compact(parts.encoder, parts.labels, parts.hidden)):
            raise RecordError(f"{folder / WEIGHTS}: {problem}; copy the model anew")
        return NumpyScorer(weights, parts.encoder)
    from .accelerated import TorchScorer
    from .build import restore

    return TorchScorer(restore(folder, parts), device, batch_words, precision)


def tensors(path: Path) -> dict[str, np.ndarray]:
    """Arrays of a safetensors file. Raises RecordError where it is missing or cut short."""
    try:
        return load_file(path)
    except FileNotFoundError:
        raise RecordError(f"{path}: the file is missing; copy the model anew") from None
    except (SafetensorError, OSError) as error:
        raise RecordError(f"{path}: damaged or cut short ({error}); copy the model anew") from None


def _json(path: Path) -> dict[str, Any]:
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise RecordError(f"{path}: the file is missing; copy the model anew") from None
    except (ValueError, OSError) as error:
        raise RecordError(f"{path}: damaged ({error}); copy the model anew") from None
    if not isinstance(data, Mapping):
        raise RecordError(f"{path}: no object in it; copy the model anew")
    return dict(data)
