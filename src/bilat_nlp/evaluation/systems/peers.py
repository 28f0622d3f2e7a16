"""What the adapters of other people's pipelines have in common: they need a package, files on this machine, sometimes a device.

Nothing is ever fetched from a network, and nothing that could run code on loading (a pickle) is read.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from importlib.util import find_spec
from pathlib import Path

from bilat_nlp.records import RecordError


def need(package: str, extra: str) -> None:
    """Raises RecordError, which says how to install it, if a package is not there."""
    if find_spec(package) is None:
        raise RecordError(missing(package, extra))


def missing(package: str, extra: str) -> str:
    """The sentence that says which extra brings a package."""
    return f"this system needs the package {package}; install it with: pip install 'bilat-nlp[{extra}]'"


def stay_offline() -> None:
    """To be called before a library of Hugging Face is imported."""
    os.environ["HF_HUB_OFFLINE"] = os.environ["TRANSFORMERS_OFFLINE"] = "1"
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")


def store(path: str, wanted: Mapping[str, str]) -> Path:
    """A folder that holds a stored model; ``wanted`` leads from names of files to what they are.

    Raises RecordError if one of them is not there, or if the configuration names program code that goes with the model.
    """
    folder = Path(path)
    if not folder.is_dir():
        raise RecordError(f"{path}: there is no such folder; give the folder of a stored model, since nothing is fetched from the network")
    for name, what in wanted.items():
        if not (folder / name).is_file():
            pickled = sorted(each.name for each in folder.glob("*.bin")) if name.endswith(".safetensors") else []
            also = f" ({pickled[0]} is a pickle, which can run any code when it is read)" if pickled else ""
            raise RecordError(f"{path}: {name}, {what}, is missing{also}; store the model anew, its weights as safetensors")
    for file in sorted(folder.glob("*.json")):
        if file.name.endswith("config.json") and '"auto_map"' in file.read_text(encoding="utf-8", errors="replace"):
            raise RecordError(f"{file}: it names program code of the model's own (auto_map), which is not run; give a model without")
    return folder


def check_device(device: str) -> None:
    """Raises RecordError for a device that torch does not have here."""
    import torch

    if device != "cpu" and not (device.partition(":")[0] == "cuda" and torch.cuda.is_available()):
        raise RecordError(f"there is no device {device!r} here; leave the option away to run on the CPU")


def windows(costs: Sequence[int], budget: int, most: int | None = None, overlap: float = 0.25) -> list[tuple[int, int]]:
    """Ranges of words that together cover all of them, none dearer than the budget and each sharing a part with the one before.

    Args:
        costs: what every word costs (subwords of a model); a word that is dearer than the budget has a range of its own.
        most: words of a range.
        overlap: about which share of a range two neighbours have in common.
    """
    found: list[tuple[int, int]] = []
    most = most or len(costs)
    first = 0
    while first < len(costs):
        last, total = first, 0
        while last < min(len(costs), first + most) and (total + costs[last] <= budget or last == first):
            total += costs[last]
            last += 1
        found.append((first, last))
        if last == len(costs):
            break
        back, shared = last, 0
        while back - 1 > first and shared + costs[back - 1] <= overlap * total and last - back < overlap * most:
            back -= 1
            shared += costs[back]
        first = back
    return found
