"""Which device torch computes on."""

from __future__ import annotations

import re

from bilat_nlp.records import RecordError

_KNOWN = re.compile(r"auto|cpu|mps|cuda(:\d+)?")


def pick(wanted: str = "auto") -> str:
    """The device as torch names it: ``cpu``, ``cuda``, ``cuda:1`` or ``mps``.

    ``auto`` is the first GPU where there is one, the processor elsewhere; it leaves ``mps`` (Apple's GPUs) aside, since some operations
    are missing there.

    Raises RecordError for a device that this machine or this torch does not have, ImportError without torch.
    """
    import torch

    if not _KNOWN.fullmatch(wanted):
        raise RecordError(f"there is no device {wanted!r}; write auto, cpu, cuda, cuda:1 or mps")
    if wanted == "auto":
        return "cuda" if torch.cuda.is_available() else "cpu"
    if wanted == "mps" and not torch.backends.mps.is_available():
        raise RecordError("the device 'mps' was asked for, and torch finds no GPU of Apple here; take --device cpu or --device auto")
    if wanted.startswith("cuda"):
        number, there = int(wanted.partition(":")[2] or 0), torch.cuda.device_count() if torch.cuda.is_available() else 0
        if number >= there:
            found = "no GPU" if not there else "only cuda:0" if there == 1 else f"only cuda:0 to cuda:{there - 1}"
            raise RecordError(f"the device {wanted!r} was asked for, and torch finds {found} here; take --device cpu or --device auto")
    return wanted
