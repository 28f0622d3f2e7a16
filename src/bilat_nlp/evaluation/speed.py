"""How the library grows: cost against the length of a text, memory of a long stream, and what its import costs.

Figures that a warm process would spoil are measured in a fresh interpreter. Speed beside other systems is measured in benchmark.py.
"""

from __future__ import annotations

import inspect
import json
import statistics
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from bilat_nlp.evaluation.process import peak_memory
from bilat_nlp.output.grid import Cell, Table

LENGTHS = (1_000, 10_000, 100_000, 1_000_000, 10_000_000)  # code points
REPEATS = 5
STREAM = 10_000  # documents of the memory figure

_IMPORT = "import time; t = time.perf_counter(); import bilat_nlp; print(time.perf_counter() - t)"
# Nothing of this package is imported there, since it would be measured too.
_STREAM = f"""
import json, re, sys
from pathlib import Path
from bilat_nlp.api import extract_many

{inspect.getsource(peak_memory)}

texts = json.load(sys.stdin)
stream = ((texts[n % len(texts)], {{"id": str(n)}}) for n in range(int(sys.argv[1])))
print(sum(1 for _ in extract_many(stream, mode="rules")), peak_memory())
"""


@dataclass(frozen=True, slots=True)
class Scaling:
    """Seconds by length of text in code points, seconds of the import, and what a stream of documents takes in megabytes."""

    by_length: dict[int, float]
    import_seconds: float
    stream_documents: int
    stream_megabytes: float

    def as_data(self) -> dict[str, Any]:
        """For programs."""
        return asdict(self)

    def table(self) -> Table:
        """For people."""
        rows: list[tuple[Cell, ...]] = [
            (f"one text of {length:,} code points", f"{seconds:.3f} s ({length / seconds / 1e6:.2f} M code points/s)")
            for length, seconds in self.by_length.items()
        ]
        rows.append(("import bilat_nlp", f"{self.import_seconds:.3f} s"))
        rows.append((f"peak memory of a stream of {self.stream_documents:,} documents", f"{self.stream_megabytes:.0f} MB"))
        return Table("growth of the rules, one process", ("figure", "value"), rows)


def scaling(texts: Sequence[str], lengths: Sequence[int] = LENGTHS, stream: int = STREAM) -> Scaling:
    """Measure on the given texts; `lengths` in code points, made by repeating the texts.

    Raises:
        ValueError: no text holds a word.
    """
    from bilat_nlp.api import extract_document, extract_many

    if not any(text.split() for text in texts):
        raise ValueError("the texts hold no words; give at least one news text")
    for _ in extract_many(((text, {}) for text in texts), mode="rules"):  # lexicons load, caches fill
        pass
    by_length = {}
    # One language, or identification would hide the slope behind another language's lexicon.
    whole = "\n\n".join(texts)
    language = extract_document(texts[0], mode="rules").lang
    for length in lengths:
        text = (whole * (length // max(1, len(whole)) + 1))[:length]
        start = time.perf_counter()
        extract_document(text, lang=language, mode="rules")
        by_length[length] = time.perf_counter() - start
    count, megabytes = _fresh(_STREAM, str(stream), given=json.dumps(list(texts))).split()
    return Scaling(by_length, statistics.median(float(_fresh(_IMPORT)) for _ in range(REPEATS)), int(count), float(megabytes))


def _fresh(code: str, *arguments: str, given: str = "") -> str:
    return subprocess.run([sys.executable, "-c", code, *arguments], input=given, capture_output=True, text=True, check=True).stdout
