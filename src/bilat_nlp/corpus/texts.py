"""Texts without annotation in files and folders, packed or not."""

from __future__ import annotations

import gzip
import json
import lzma
import zlib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import IO, Any

from ..records import RecordError

OPENERS = {".gz": gzip.open, ".xz": lzma.open}
SUFFIXES = (".txt", ".jsonl", *(f".jsonl{suffix}" for suffix in OPENERS))


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


def rows(path: Path) -> Iterator[dict[str, Any]]:
    """The objects of a .jsonl file, each with a ``text``; of a .txt file one that has nothing but its text.

    Raises RecordError where the file is no text or damaged, or a line of it is no object with a text.
    """
    try:
        yield from _rows(path)
    except UnicodeDecodeError:
        raise RecordError(f"{path}: no text in UTF-8; convert it") from None
    except (EOFError, gzip.BadGzipFile, lzma.LZMAError, zlib.error) as error:
        raise RecordError(f"{path}: damaged or cut short ({error}); copy the file anew") from None


def _rows(path: Path) -> Iterator[dict[str, Any]]:
    with _open(path) as file:
        if path.suffix == ".txt":
            yield {"text": file.read()}
            return
        for number, row in enumerate(file, 1):
            if not row.strip():
                continue
            try:
                data = json.loads(row)
            except json.JSONDecodeError:
                data = None
            if not isinstance(data, dict) or not isinstance(data.get("text"), str):
                raise RecordError(f"{path}:{number}: no object with a 'text'; write one JSON object a line")
            yield data


def _open(path: Path) -> IO[str]:
    opener = OPENERS.get(path.suffix, open)
    return opener(path, "rt", encoding="utf-8-sig")  # type: ignore[return-value, operator, no-any-return]
