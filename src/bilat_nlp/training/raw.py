"""Raw text for pretraining: documents of many files and languages, evened out, word by word."""

from __future__ import annotations

import gzip
import json
import lzma
import zlib
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from ..languages import loader
from ..records import RecordError
from ..text.language import identify
from ..text.words import Word, words_of

SHORTEST, LONGEST = 5, 200  # words of a line that is learned from; a longer one is cut
OPENERS = {".gz": gzip.open, ".xz": lzma.open}
SUFFIXES = (".txt", ".jsonl", *(f".jsonl{suffix}" for suffix in OPENERS))


@dataclass(frozen=True, slots=True)
class Line:
    """A line of raw text in words."""

    lang: str
    words: list[Word]


def files_of(paths: Iterable[Path]) -> list[Path]:
    """The text files of paths, each once; of a folder all with one of `SUFFIXES` that are not hidden.

    Raises RecordError where there are none.
    """
    paths, wanted = list(paths), f"no raw text there; give files that end in {', '.join(SUFFIXES)}, or folders of them"
    found: dict[Path, Path] = {}
    for path in paths:
        if path.is_dir():
            inside = [each for each in sorted(path.rglob("*")) if each.is_file() and each.name.endswith(SUFFIXES)]
            mine = [each for each in inside if not any(name.startswith(".") for name in each.relative_to(path).parts)]
        elif path.name.endswith(SUFFIXES) and path.is_file():
            mine = [path]
        else:
            raise RecordError(f"{path}: {wanted}")
        for each in mine:
            found.setdefault(each.resolve(), each)
    if not found:
        raise RecordError(f"{', '.join(map(str, paths))}: {wanted}")
    return list(found.values())


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
        for lang, text in _whole_documents(path):
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
        for lang, text in _whole_documents(path, kinds):
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


def _whole_documents(path: Path, kinds: Sequence[str] = ()) -> Iterator[tuple[str | None, str]]:
    """Those of `_documents`, with a sentence where the file breaks off or is something else."""
    try:
        yield from _documents(path, kinds)
    except UnicodeDecodeError:
        raise RecordError(f"{path}: no text in UTF-8; convert it") from None
    except (EOFError, gzip.BadGzipFile, lzma.LZMAError, zlib.error) as error:
        raise RecordError(f"{path}: damaged or cut short ({error}); copy the file anew") from None


def _documents(path: Path, kinds: Sequence[str]) -> Iterator[tuple[str | None, str]]:
    """Language and text of each document of the kinds (all where none is named); a language that the file does not say is identified."""
    with _open(path) as file:
        if path.suffix == ".txt":
            whole = file.read()
            yield identify(whole, loader.profiles()).lang, whole
            return
        for number, row in enumerate(file, 1):
            if not row.strip():
                continue
            try:
                data = json.loads(row)
            except json.JSONDecodeError:
                data = None
            if not isinstance(data, dict) or not isinstance(text := data.get("text"), str):
                raise RecordError(f"{path}:{number}: no object with a 'text'; write one JSON object a line")
            if not kinds or str(data.get("kind", "")).startswith(tuple(kinds)):
                yield data.get("lang") or identify(text, loader.profiles()).lang, text


def _open(path: Path) -> IO[str]:
    opener = OPENERS.get(path.suffix, open)
    return opener(path, "rt", encoding="utf-8-sig")  # type: ignore[return-value, operator, no-any-return]
