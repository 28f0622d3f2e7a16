"""How fast the library is: words a second, cost against length, import and load time, memory of a long stream.

Each figure that a warm process would spoil (import, load, memory) is measured in a fresh interpreter.
"""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass

LENGTHS = (1_000, 10_000, 100_000, 1_000_000, 10_000_000)  # code points
REPEATS = 5
STREAM = 10_000  # documents of the memory figure

_IMPORT = "import time; t = time.perf_counter(); import bilat_nlp; print(time.perf_counter() - t)"
_LOAD = "import time; t = time.perf_counter(); import bilat_nlp; bilat_nlp.extract(TEXT, lang='en'); print(time.perf_counter() - t)"
_LOAD = _LOAD.replace("TEXT", repr("Russia expelled two Polish diplomats."))
_STREAM = """
import json, pathlib, re, resource, sys
from bilat_nlp.api import extract_many
texts = json.load(sys.stdin)
count = sum(1 for _ in extract_many((texts[n %% len(texts)], {"id": str(n)}) for n in range(%d)))
status = pathlib.Path("/proc/self/status")
if status.exists():
    # Linux: getrusage would give a fresh process the peak of the one that started it.
    print(count, int(re.search("VmHWM:[^0-9]*([0-9]+)", status.read_text())[1]) / 1024)
else:  # macOS counts bytes
    print(count, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1024 if sys.platform != "darwin" else 1024 ** 2))
"""


@dataclass(frozen=True, slots=True)
class Speed:
    """Seconds, words a second (median and range over repeats), seconds by length of text, megabytes."""

    documents: int
    words: int
    words_per_second: float
    slowest: float
    fastest: float
    by_length: dict[int, float]
    import_seconds: float
    first_result_seconds: float
    stream_documents: int
    stream_megabytes: float


def measure(texts: Sequence[str], lengths: Sequence[int] = LENGTHS, stream: int = STREAM) -> Speed:
    """Measure on the given texts; `lengths` in code points, made by repeating the texts.

    Raises:
        ValueError: no text holds a word.
    """
    from ..api import extract_document, extract_many

    words = sum(len(text.split()) for text in texts)
    if not words:
        raise ValueError("the texts hold no words; give at least one news text")
    for _ in extract_many((text, {}) for text in texts):  # lexicons load, caches fill
        pass
    rates = []
    for _ in range(REPEATS):
        start = time.perf_counter()
        for _ in extract_many((text, {}) for text in texts):
            pass
        rates.append(words / (time.perf_counter() - start))
    by_length = {}
    # One language, or identification would hide the slope behind another language's lexicon.
    whole = "\n\n".join(texts)
    language = extract_document(texts[0]).lang
    for length in lengths:
        text = (whole * (length // max(1, len(whole)) + 1))[:length]
        start = time.perf_counter()
        extract_document(text, lang=language)
        by_length[length] = time.perf_counter() - start
    count, megabytes = _fresh(_STREAM % stream, json.dumps(list(texts))).split()
    return Speed(
        documents=len(texts),
        words=words,
        words_per_second=statistics.median(rates),
        slowest=min(rates),
        fastest=max(rates),
        by_length=by_length,
        import_seconds=statistics.median(float(_fresh(_IMPORT)) for _ in range(REPEATS)),
        first_result_seconds=statistics.median(float(_fresh(_LOAD)) for _ in range(3)),
        stream_documents=int(count),
        stream_megabytes=float(megabytes),
    )


def _fresh(code: str, given: str = "") -> str:
    return subprocess.run([sys.executable, "-c", code], input=given, capture_output=True, text=True, check=True).stdout
