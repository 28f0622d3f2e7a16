"""What a run goes on from after it was stopped: tensors as safetensors beside JSON, in a folder that stands whole or not at all.

`save` and `load` carry any tensors and any JSON-able state; `optimiser_state` and `random_state` take apart what torch, numpy and
Python keep, so that a resumed run computes the same bits as one that was never stopped. Nothing is ever pickled.
"""

from __future__ import annotations

import hashlib
import json
import os
import random
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bilat_nlp import __version__
from bilat_nlp.records import RecordError

if TYPE_CHECKING:
    import torch
    from torch import Tensor

FORMAT = 1  # to be raised when files of an older version can no longer be read rightly
WEIGHTS, STATE = "tensors.safetensors", "state.json"
_TUPLE = "__tuple__"  # JSON knows lists only


def save(folder: Path, tensors: Mapping[str, Tensor], state: Mapping[str, Any]) -> None:
    """Writes a checkpoint in the place of the one that stands there, if any.

    Args:
        folder: whose parent exists; ``tensors.safetensors`` and ``state.json`` are written into it.
        tensors: on any device, of any shape and type; those that share memory are written once each.
        state: JSON-able; tuples and dictionaries with other keys than texts do not come back as such.

    Raises:
        OSError: the disk is full or the folder cannot be written; the earlier checkpoint then still stands.
        TypeError: the state is not JSON-able.
    """
    from safetensors.torch import save_file

    written = json.dumps(state, ensure_ascii=False)
    mark = hashlib.sha256(written.encode("utf-8", "surrogatepass")).hexdigest()
    with replacing(folder) as beside:
        save_file(_apart(tensors), beside / WEIGHTS, metadata={"state": mark})
        head = {"format": FORMAT, "library": __version__, "mark": mark, "bytes": (beside / WEIGHTS).stat().st_size}
        (beside / STATE).write_text(json.dumps(head | {"state": state}), encoding="utf-8")


def load(folder: Path) -> tuple[dict[str, Tensor], dict[str, Any]]:
    """The tensors, on the processor, and the state that `save` was given.

    Raises RecordError with a sentence: no checkpoint there, one of another format or version of the library, a file that is missing,
    broken off or of another checkpoint.
    """
    from safetensors import SafetensorError, safe_open

    recover(folder)
    head = _head(folder)
    path = folder / WEIGHTS
    broken = RecordError(f"{path}: the file is broken off or was changed; go on from another checkpoint, or train anew")
    if not path.is_file():
        raise RecordError(f"{folder}: the file {WEIGHTS} is missing, so that nobody can go on from this checkpoint; train anew")
    if path.stat().st_size != head["bytes"]:
        raise broken
    try:
        with safe_open(path, framework="pt") as stored:
            if (stored.metadata() or {}).get("state") != head["mark"]:
                raise broken
            return {name: stored.get_tensor(name) for name in stored.keys()}, head["state"]
    except SafetensorError:
        raise broken from None


def exists(folder: Path) -> bool:
    """Whether there is a checkpoint, whole or not; one whose writer was killed between two renames is put in its place."""
    recover(folder)
    return (folder / STATE).is_file()


def _head(folder: Path) -> dict[str, Any]:
    path = folder / STATE
    try:
        head = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise RecordError(f"{folder}: no checkpoint is there (the file {STATE} is missing)") from None
    except ValueError:
        raise RecordError(f"{path}: the file is broken off; go on from another checkpoint, or train anew") from None
    if not isinstance(head, dict) or "format" not in head:
        raise RecordError(f"{path}: this is no checkpoint of bilat-nlp; give the folder of a run")
    if head["format"] != FORMAT:
        raise RecordError(f"{path}: a checkpoint of format {head['format']}, and this version reads format {FORMAT}; train anew")
    if head.get("library") != __version__:
        raise RecordError(
            f"{path}: written by bilat-nlp {head.get('library')}, and this is {__version__}, which may compute otherwise; "
            "go on with that version, or train anew"
        )
    if not {"mark", "bytes", "state"} <= set(head):
        raise RecordError(f"{path}: the file was changed; go on from another checkpoint, or train anew")
    return head


def _apart(tensors: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """On the processor, contiguous, and without shared memory, as safetensors wants them."""
    apart, taken = {}, set()
    for name, tensor in tensors.items():
        tensor = tensor.detach().to("cpu").contiguous()
        if tensor.untyped_storage().data_ptr() in taken or tensor.untyped_storage().nbytes() != tensor.nbytes:
            tensor = tensor.clone()
        taken.add(tensor.untyped_storage().data_ptr())
        apart[name] = tensor
    return apart


@contextmanager
def replacing(folder: Path) -> Iterator[Path]:
    """A new folder beside ``folder`` that takes its place at the end of the block; if the block raises, what stood there stays.

    A folder that holds something cannot be replaced in one step. The old one is first renamed to ``.NAME.old``, from where `recover`
    brings it back if the process is killed before the new one has its name. Raises OSError.
    """
    recover(folder)
    beside, old = folder.with_name(f".{folder.name}.new"), _old(folder)
    shutil.rmtree(beside, ignore_errors=True)  # of a process that was killed
    beside.mkdir()
    try:
        yield beside
        for path in sorted(beside.rglob("*")):
            _to_disk(path)
        if folder.exists():
            os.replace(folder, old)
        os.replace(beside, folder)
        _to_disk(folder.parent)
    except BaseException:
        shutil.rmtree(beside, ignore_errors=True)
        recover(folder)
        raise
    shutil.rmtree(old, ignore_errors=True)


def recover(folder: Path) -> None:
    """Puts a folder back that `replacing` had set aside when its process was killed. Raises OSError."""
    old = _old(folder)
    if not old.is_dir():
        return
    if folder.exists():
        shutil.rmtree(old)
    else:
        os.replace(old, folder)


def _old(folder: Path) -> Path:
    return folder.with_name(f".{folder.name}.old")


def _to_disk(path: Path) -> None:
    """Waits until the file or folder outlives a loss of power, where the system can tell."""
    if path.is_dir() and os.name == "nt":
        return
    handle = os.open(path, os.O_RDONLY if os.name != "nt" else os.O_RDWR)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def prefixed(prefix: str, tensors: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """The tensors under ``PREFIX.NAME``, so that those of several parts lie in one file."""
    return {f"{prefix}.{name}": tensor for name, tensor in tensors.items()}


def under(prefix: str, tensors: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """The tensors of one part, under the names they had before `prefixed`."""
    return {name.removeprefix(f"{prefix}."): tensor for name, tensor in tensors.items() if name.startswith(f"{prefix}.")}


def optimiser_state(optimiser: torch.optim.Optimizer) -> tuple[dict[str, Tensor], dict[str, Any]]:
    """What an optimiser of torch has learned, as tensors and JSON-able values. Raises TypeError for a value that is neither."""
    from torch import Tensor

    tensors: dict[str, Tensor] = {}

    def plain(place: str, value: Any) -> Any:
        if isinstance(value, Tensor):
            tensors[place] = value
            return {"__tensor__": place}
        if isinstance(value, tuple):
            return {_TUPLE: [plain(f"{place}.{number}", each) for number, each in enumerate(value)]}
        if isinstance(value, list):
            return [plain(f"{place}.{number}", each) for number, each in enumerate(value)]
        if value is None or isinstance(value, (bool, int, float, str)):
            return value
        raise TypeError(f"the optimiser keeps a {type(value).__name__} in {place}, which is neither a tensor nor a plain value")

    state = optimiser.state_dict()
    states = {
        str(number): {key: plain(f"state.{number}.{key}", value) for key, value in kept.items()} for number, kept in state["state"].items()
    }
    groups = [
        {key: plain(f"group.{number}.{key}", value) for key, value in group.items()} for number, group in enumerate(state["param_groups"])
    ]
    return tensors, {"kind": type(optimiser).__name__, "state": states, "groups": groups}


def restore_optimiser(optimiser: torch.optim.Optimizer, tensors: Mapping[str, Tensor], meta: Mapping[str, Any]) -> None:
    """Gives an optimiser of the same kind over the same parameters what `optimiser_state` told. Raises RecordError."""

    def full(value: Any) -> Any:
        if isinstance(value, dict):
            return tensors[value["__tensor__"]].clone() if "__tensor__" in value else tuple(full(each) for each in value[_TUPLE])
        return [full(each) for each in value] if isinstance(value, list) else value

    if meta["kind"] != type(optimiser).__name__:
        raise RecordError(f"the checkpoint has the state of {meta['kind']}, and this run moves its weights with {type(optimiser).__name__}")
    states = {int(number): {key: full(value) for key, value in kept.items()} for number, kept in meta["state"].items()}
    groups = [{key: full(value) for key, value in group.items()} for group in meta["groups"]]
    try:
        optimiser.load_state_dict({"state": states, "param_groups": groups})
    except ValueError as error:
        raise RecordError(f"the checkpoint's optimiser does not fit this network ({error})") from None


def random_state() -> tuple[dict[str, Tensor], dict[str, Any]]:
    """Where the random numbers of torch (every device), numpy (the old global ones) and Python stand.

    A ``numpy.random.Generator`` of one's own keeps its place in ``generator.bit_generator.state``, which is JSON-able as it is.
    """
    import numpy
    import torch

    kept: dict[str, Any] = numpy.random.get_state(legacy=False)  # type: ignore[assignment]
    twister = kept["state"]
    tensors = {"torch": torch.get_rng_state(), "numpy": torch.from_numpy(twister["key"].astype(numpy.int64))}
    if torch.cuda.is_available():
        tensors |= {f"cuda.{number}": state for number, state in enumerate(torch.cuda.get_rng_state_all())}
    if torch.backends.mps.is_available():
        tensors["mps"] = torch.mps.get_rng_state()
    version, numbers, gauss = random.getstate()
    about = {"bit_generator": kept["bit_generator"], "pos": twister["pos"], "has_gauss": kept["has_gauss"], "gauss": kept["gauss"]}
    return tensors, {"python": [version, list(numbers), gauss], "numpy": about}


def restore_random(tensors: Mapping[str, Tensor], meta: Mapping[str, Any]) -> None:
    """Sets the random numbers back to where `random_state` found them; those of devices that are not here are left out."""
    import numpy
    import torch

    version, numbers, gauss = meta["python"]
    random.setstate((version, tuple(numbers), gauss))
    about = dict(meta["numpy"])
    numpy.random.set_state(about | {"state": {"key": tensors["numpy"].numpy().astype(numpy.uint32), "pos": about.pop("pos")}})
    torch.set_rng_state(tensors["torch"])
    for number in range(torch.cuda.device_count() if torch.cuda.is_available() else 0):
        if f"cuda.{number}" in tensors:
            torch.cuda.set_rng_state(tensors[f"cuda.{number}"], number)
    if "mps" in tensors and torch.backends.mps.is_available():
        torch.mps.set_rng_state(tensors["mps"])
