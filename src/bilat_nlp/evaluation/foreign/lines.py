"""What every reader needs: the objects of a file, plain or packed, and what a reader hands over."""

from __future__ import annotations

import gzip
import json
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bilat_nlp.records import Document, Event, RecordError


@dataclass(slots=True)
class Found:
    """A document without events, and beside it each event that was annotated with the codes of its sides.

    ``type`` of an event is a class of the scheme. ``sides`` may hold codes that the event itself does not: of rebels, say, who do not
    act for their state but make the event more than a domestic one where the other side is a foreign state.
    """

    document: Document
    events: list[tuple[Event, frozenset[str]]] = field(default_factory=list)


def text_of(path: Path) -> str:
    """The content of a UTF-8 file, unpacked if its name ends in .gz. Raises RecordError, or OSError if it cannot be read."""
    try:
        data = path.read_bytes()
        return (gzip.decompress(data) if path.suffix == ".gz" else data).decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise RecordError(f"{path}: not UTF-8 at byte {error.start}; save the file as UTF-8") from None
    except (gzip.BadGzipFile, EOFError):
        raise RecordError(f"{path}: not a whole gzip file; copy it again, or take .gz off the name of a plain one") from None


def objects(path: Path, splits: Collection[str] | None = None) -> Iterator[tuple[str, dict[str, Any]]]:
    """The objects of a JSON Lines file, of these parts of the data only, each with its place ``file:line``. Raises RecordError."""
    seen: set[str] = set()
    for place, data in _objects(path):
        if splits is None or data.get("split") in splits:
            yield place, data
        seen.add(str(data.get("split")))
    if splits is not None and (missing := sorted({*splits} - seen)):
        has = f"the file has {', '.join(sorted(seen))}" if seen - {"None"} else "its records are not split; leave the choice of a split out"
        raise RecordError(f"{path}: no record of the split {', '.join(missing)}; {has}")


def _objects(path: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    for number, line in enumerate(text_of(path).split("\n"), 1):
        if not line.strip():
            continue
        try:
            data = json.loads(line)
        except (ValueError, RecursionError) as error:
            raise RecordError(f"{path}:{number}: not JSON ({error}); give a file with one JSON object a line") from None
        if not isinstance(data, dict):
            raise RecordError(f"{path}:{number}: a JSON {type(data).__name__} where an object should stand; give one object a line")
        yield f"{path}:{number}", data


def get(data: dict[str, Any], key: str, kind: type, place: str) -> Any:
    """The value of a key that must be there and of this kind. Raises RecordError."""
    value = data.get(key)
    if not isinstance(value, kind):
        raise RecordError(f"{place}: {key!r} is missing or no {kind.__name__}; is this file really of this form?")
    return value
