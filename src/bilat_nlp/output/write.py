"""Writing documents: the formats, and files that stand there whole or not at all."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from bilat_nlp.output import tables

if TYPE_CHECKING:
    from bilat_nlp.records import Document

FORMATS = ("jsonl", "json", "csv", "table")


@dataclass(frozen=True, slots=True)
class Format:
    """``head``, then every document (with the text that its offsets refer to), ``between`` them a joint, then ``tail``."""

    one: Callable[[Document, str], str]
    head: str = ""
    between: str = ""
    tail: str = ""


def format_of(name: str, *, width: int = 100, colour: bool = False) -> Format:
    """The format of that name, one of `FORMATS`; width and colour concern the table. Raises KeyError."""
    return {
        "jsonl": lambda: Format(lambda document, _: document.to_json() + "\n"),
        "json": lambda: Format(_indented, head="[", between=",", tail="\n]\n"),
        "csv": lambda: Format(lambda document, _: tables.csv_rows(document), head=tables.csv_head()),
        "table": lambda: Format(lambda document, text: tables.table(document, text, width=width, colour=colour), between="\n"),
    }[name]()


def _indented(document: Document, _: str) -> str:
    text = json.dumps(json.loads(document.to_json()), ensure_ascii=False, indent=2)
    return "\n  " + text.replace("\n", "\n  ")


class Writer:
    """Writes documents to a byte stream in one format, always as UTF-8 unless an encoding is given."""

    def __init__(self, stream: BinaryIO, form: Format, encoding: str = "utf-8") -> None:
        self.stream, self.form, self.encoding, self.count = stream, form, encoding, 0

    def __enter__(self) -> Writer:
        self._put(self.form.head)
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if kind is None:
            self._put(self.form.tail)
            self.stream.flush()

    def write(self, document: Document, text: str) -> None:
        self._put((self.form.between if self.count else "") + self.form.one(document, text))
        self.count += 1

    def flush(self) -> None:
        self.stream.flush()

    def _put(self, text: str) -> None:
        # a lone surrogate cannot be encoded; written as \udXXX it is also the right escape inside JSON
        self.stream.write(text.encode(self.encoding, "backslashreplace"))


def part_of(output: Path) -> Path:
    """Where a resumable run keeps what it has."""
    return output.with_name(output.name + ".part")


@contextmanager
def whole(output: Path, *, resume: bool = False) -> Iterator[BinaryIO]:
    """A stream whose content becomes ``output`` at the end, or leaves it untouched when the block raises.

    The content lies in a temporary file beside ``output`` meanwhile; with ``resume`` in `part_of`, which is appended to and outlives an
    interruption. What is no regular file (a pipe, /dev/null) is written to at once. Raises OSError.
    """
    if output.exists() and not output.is_file():
        with output.open("wb") as stream:
            yield stream
        return
    target = output.resolve()  # through a link, so that the link stays one
    beside = part_of(target) if resume else target.with_name(f".{target.name}.{os.getpid()}.tmp")
    try:
        with beside.open("ab" if resume else "wb") as stream:
            yield stream
            stream.flush()
            os.fsync(stream.fileno())
        os.replace(beside, target)
    except BaseException:
        if not resume:
            beside.unlink(missing_ok=True)
        raise


def finished(output: Path) -> set[str]:
    """Ids of the documents in the partial file of an interrupted run; a last line that broke off is cut away. Raises OSError."""
    part = part_of(output.resolve())
    if not part.exists():
        return set()
    done: set[str] = set()
    good = 0
    with part.open("r+b") as stream:
        for line in stream:
            try:
                name = json.loads(line)["id"] if line.endswith(b"\n") else None
            except (ValueError, TypeError, KeyError):
                name = None
            if not isinstance(name, str):
                break
            done.add(name)
            good += len(line)
        stream.truncate(good)
    return done
