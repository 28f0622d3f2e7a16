"""What several doors need: lines of JSON with their numbers, and names of files for ids of documents."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote

from bilat_nlp.records import RecordError


def text_of(path: Path) -> str:
    """The content of a UTF-8 file, line ends as they are. Raises RecordError."""
    try:
        return path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise RecordError(f"{path}: not UTF-8 at byte {error.start}; save the file as UTF-8") from None


def json_lines(path: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    """The objects of a .jsonl file, each with its place. Raises RecordError."""
    for number, line in enumerate(text_of(path).split("\n"), 1):  # never splitlines: texts may hold U+2028
        if line.strip():
            place = f"{path}:{number}"
            yield place, _object(_loads(line, place), place)


def json_list(path: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    """The objects of a .json file that holds a list, or one of them. Raises RecordError."""
    data = _loads(text_of(path), str(path))
    for number, each in enumerate(data if isinstance(data, list) else [data], 1):
        place = f"{path}, item {number}"
        yield place, _object(each, place)


def _loads(text: str, place: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        raise RecordError(f"{place}: not JSON ({error}); export the file again") from None


def _object(data: Any, place: str) -> dict[str, Any]:
    if not isinstance(data, dict):
        raise RecordError(f"{place}: a JSON {type(data).__name__} where an object should stand; export the file again")
    return data


def name_at(place: str) -> str:
    """An id for a document that brings none: ``news.jsonl-3`` for what stands at ``data/news.jsonl:3``."""
    return Path(place).name.replace(":", "-")


def string(data: dict[str, Any], key: str, place: str) -> str:
    value = data.get(key)
    if not isinstance(value, str):
        raise RecordError(f"{place}: {key!r} is missing or no string; put the text of the document there")
    return value


def offsets(data: dict[str, Any], first: str, last: str, text: str, place: str) -> tuple[int, int]:
    """Two offsets in code points that lie in the text. Raises RecordError."""
    start, end = data.get(first), data.get(last)
    good = isinstance(start, int) and isinstance(end, int) and 0 <= start < end <= len(text)
    if not good:
        raise RecordError(
            f"{place}: the span {first}={start!r}, {last}={end!r} does not lie in the text of {len(text)} characters; export it again"
        )
    return start, end  # type: ignore[return-value]


def write_lines(path: Path, objects: Iterable[dict[str, Any]]) -> None:
    with path.open("w", encoding="utf-8", newline="\n") as stream:
        for each in objects:
            stream.write(json.dumps(each, ensure_ascii=False) + "\n")


def file_name(id: str) -> str:
    """A name for files of a document that no operating system objects to."""
    return quote(id, safe=" #+,=@()")


def id_of(name: str) -> str:
    return unquote(name)
