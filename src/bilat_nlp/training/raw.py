"""Raw text for pretraining: documents of many files and languages, evened out, word by word."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from ..corpus.texts import files_of, rows
from ..languages import loader
from ..records import RecordError
from ..text.language import identify
from ..text.words import Word, words_of

SHORTEST, LONGEST = 5, 200  # words of a line that is learned from; a longer one is cut


@dataclass(frozen=True, slots=True)
class Line:
    """A line of raw text in words."""

    lang: str
    words: list[Word]


def lines(paths: Sequence[Path], most: int) -> Iterator[Line]:
    """Lines of the languages that the library serves, file by file.

    Args:
        most: words of one language; the line that reaches them is its last.

    Raises:
        RecordError: a file is no text or damaged, a line of a .jsonl file is no object with a text, or nothing long enough is in a
            language that is served.
    """
    read: Counter[str] = Counter()
    served = loader.available()
    for path in files_of(paths):
        for lang, text in _documents(path):
            if lang not in served:
                continue
            for line in _lines(lang, text):
                if read[lang] >= most:
                    break
                read[lang] += len(line.words)
                yield line
    if not read:
        raise RecordError(
            f"{', '.join(map(str, paths))}: no line of {SHORTEST} words or more in a language that is served "
            f"({', '.join(served)}); give other text"
        )


def texts(paths: Sequence[Path], most: int, kinds: Sequence[str] = (), longest: int = 400) -> list[tuple[str, str]]:
    """Language and text of documents, evenly from all files.

    Args:
        most: words of one language.
        kinds: only rows of .jsonl files whose ``kind`` begins with one of these; empty for all.
        longest: words of a document, behind which the rest is left.

    Raises:
        RecordError: as `lines`.
    """
    found: dict[str, list[str]] = {}
    for path in files_of(paths):
        for lang, text in _documents(path, kinds):
            if lang in loader.available():
                found.setdefault(lang, []).append(text)
    made = []
    for lang, all_texts in sorted(found.items()):
        sizes = [min(longest, len(text.split())) for text in all_texts]
        step = max(1.0, sum(sizes) / most)
        for number in range(int(len(all_texts) / step)):
            made.append((lang, _cut(all_texts[int(number * step)], longest)))
    return made


def _cut(text: str, longest: int) -> str:
    """The paragraphs of a text that begin before so many words."""
    kept, words = [], 0
    for paragraph in text.split("\n"):
        if words >= longest:
            break
        kept.append(paragraph)
        words += len(paragraph.split())
    return "\n".join(kept)


def _lines(lang: str, text: str) -> Iterator[Line]:
    normalise = loader.profiles()[lang].normalise
    for paragraph in text.splitlines():
        words = words_of(paragraph, normalise)
        for first in range(0, len(words), LONGEST):
            if len(words) - first >= SHORTEST:
                yield Line(lang, words[first : first + LONGEST])


def _documents(path: Path, kinds: Sequence[str] = ()) -> Iterator[tuple[str | None, str]]:
    """Language and text of each document of the kinds (all where none is named); a language that the file does not say is identified."""
    for row in rows(path):
        if not kinds or str(row.get("kind", "")).startswith(tuple(kinds)) or path.suffix == ".txt":
            yield row.get("lang") or identify(row["text"], loader.profiles()).lang, row["text"]
