"""A system in a fresh process: what a warm one would spoil (load time, first result, memory) is measured there, and so is its speed.

The process gets a folder with the texts in it, without anything that an annotator added, and leaves its records and figures there.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

from bilat_nlp.records import Document, RecordError

_TEXTS, _RECORDS, _FIGURES = "texts.jsonl", "records.jsonl", "figures.json"
# The clock starts before anything is imported: a library that takes seconds to come up takes them from its user.
_START = """
import sys, time
start = time.perf_counter()
from bilat_nlp.evaluation.process import work
work(start, sys.argv[1], sys.argv[2], int(sys.argv[3]))
"""
_WATCHED = ("spacy", "numpy", "torch", "transformers", "tokenizers", "stanza", "gliner", "onnxruntime")


@dataclass(slots=True)
class Figures:
    """What one process measured: seconds and megabytes; ``passes`` are the seconds of each time through all texts, the first left out."""

    load: float = 0.0
    first: float = 0.0
    passes: list[float] = field(default_factory=list)
    memory: float = 0.0
    device: str | None = None  # what computed a model of ours
    gpu: str | None = None
    gpu_memory: float | None = None
    threads: int | None = None
    packages: dict[str, str] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    error: str | None = None


def run(system: str, documents: Sequence[Document], repeats: int) -> tuple[Figures, list[Document]]:
    """Load a system in a fresh process, run it on the documents, and then ``repeats`` times more for its speed.

    Without repeats only the first document is run.

    Raises:
        RecordError: the system cannot run, or stopped; a sentence.
    """
    with tempfile.TemporaryDirectory(prefix="bilat-nlp-") as name:
        folder = Path(name)
        with (folder / _TEXTS).open("w", encoding="utf-8") as stream:
            for document in documents:
                stream.write(json.dumps({"id": document.id, "text": document.text or "", "date": document.date}) + "\n")
        command = [sys.executable, "-c", _START, system, name, str(repeats)]
        done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, errors="replace")
        try:
            figures = Figures(**json.loads((folder / _FIGURES).read_text(encoding="utf-8")))
        except (OSError, ValueError):
            last = (done.stderr.strip().splitlines() or [f"exit code {done.returncode}"])[-1]
            raise RecordError(f"the system {system!r} stopped before its end ({last}); run it alone to see why") from None
        if figures.error is not None:
            raise RecordError(figures.error)
        with (folder / _RECORDS).open(encoding="utf-8") as lines:
            return figures, [Document.from_json(line) for line in lines]


def work(start: float, system: str, folder: str, repeats: int) -> None:
    """The process itself; ``start`` is when it began."""
    place = Path(folder)
    figures = Figures()
    try:
        _measure(start, system, place, repeats, figures)
    except (RecordError, ImportError) as error:
        figures.error = str(error)
    (place / _FIGURES).write_text(json.dumps(asdict(figures)), encoding="utf-8")


def _measure(start: float, name: str, place: Path, repeats: int, figures: Figures) -> None:
    from bilat_nlp.evaluation.systems import parse

    with (place / _TEXTS).open(encoding="utf-8") as lines:
        documents = [Document(**json.loads(line)) for line in lines]
    system = parse(name)
    system.load()
    figures.load = time.perf_counter() - start
    found = list(system.predict(documents[:1]))
    figures.first = time.perf_counter() - start
    if repeats:
        found = list(system.predict(documents))  # whatever is loaded at need is there now
        for _ in range(repeats):
            begin = time.perf_counter()
            for _document in system.predict(documents):
                pass
            figures.passes.append(time.perf_counter() - begin)
    figures.memory = peak_memory()
    figures.notes = list(system.notes)
    figures.device = getattr(system, "device", None)
    figures.packages = {name: _version(name) for name in _WATCHED if name in sys.modules}
    if torch := sys.modules.get("torch"):
        figures.threads = torch.get_num_threads()
        if torch.cuda.is_initialized():
            used = max(range(torch.cuda.device_count()), key=torch.cuda.max_memory_allocated)
            figures.gpu, figures.gpu_memory = torch.cuda.get_device_name(used), torch.cuda.max_memory_allocated(used) / 1024**2
    with (place / _RECORDS).open("w", encoding="utf-8") as stream:
        stream.writelines(document.to_json() + "\n" for document in found)


def peak_memory() -> float:
    """Megabytes that this process has held at most."""
    status = Path("/proc/self/status")
    if status.exists():
        # Linux: getrusage would give a fresh process the peak of the one that started it.
        found = re.search(r"VmHWM:\s*(\d+)", status.read_text())
        if found:
            return int(found[1]) / 1024
    import resource  # not on Windows

    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1024**2 if sys.platform == "darwin" else 1024)  # macOS counts bytes


def _version(package: str) -> str:
    return str(getattr(sys.modules[package], "__version__", "unknown"))
