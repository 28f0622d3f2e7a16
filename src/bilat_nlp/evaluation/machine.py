"""The machine that figures of speed were measured on."""

from __future__ import annotations

import os
import platform
from pathlib import Path

from bilat_nlp import __version__
from bilat_nlp.output.grid import Cell

_DRIVER = Path("/proc/driver/nvidia/gpus")


def describe() -> dict[str, Cell]:
    """Processor, cores that may be used, memory in gigabytes, GPUs, load, system, Python and library; None for what cannot be known."""
    memory: float | None = None
    try:
        cores = len(os.sched_getaffinity(0))
    except AttributeError:  # macOS and Windows
        cores = os.cpu_count() or 1
    try:
        memory = round(os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") / 1024**3, 1)
    except (AttributeError, ValueError, OSError):
        pass
    return {
        "processor": _processor() or platform.processor() or platform.machine(),
        "cores": cores,
        "memory_gb": memory,
        "gpus": ", ".join(_gpus()) or None,
        "load": _busy(),
        "system": platform.platform(),
        "python": platform.python_version(),
        "bilat_nlp": __version__,
    }


def _processor() -> str | None:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return None
    return next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), None)


def _gpus() -> list[str]:
    """As the driver names them: to ask torch takes seconds, and memory of the GPU. Empty where there is none, or no such driver."""
    found = []
    for file in sorted(_DRIVER.glob("*/information")):
        try:
            lines = file.read_text(encoding="utf-8").splitlines()
        except OSError:
            continue
        found += [line.partition(":")[2].strip() for line in lines if line.startswith("Model")]
    return found


def _busy() -> float | None:
    """Processes that wanted to run in the last minute: other work than the benchmark makes every figure slower."""
    try:
        return round(os.getloadavg()[0], 2)
    except (AttributeError, OSError):
        return None
