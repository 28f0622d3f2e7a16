"""Documents in: ``.txt`` files, ``.jsonl`` files, folders of both, and standard input as ``.jsonl``.

What cannot be read never ends the reading: it comes out as a `Fault` between the documents. Text is handed on code point for code point
(line ends too), so that offsets hold for the file as it lies there; only a byte order mark is no part of the text.
"""

from __future__ import annotations

import codecs
import json
import os
import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from bilat_nlp import edtf

SUFFIXES = (".txt", ".jsonl")
STDIN = "-"
# the four-byte mark of UTF-32-LE begins with the mark of UTF-16-LE, so it is tried first
_MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF32_LE, "utf-32"), (codecs.BOM_UTF32_BE, "utf-32"),
          (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))  # fmt: skip
_NUL_SHARE = 0.1  # UTF-16 without a mark is half NULs; a damaged text holds a few
_TIMESTAMP = re.compile(r"(\d{4}-\d{2}-\d{2})[T ]\d{2}:?\d{2}.*", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Source:
    """A document as it came in; ``id`` is unique within one reading, ``date`` is EDTF of one day, month or year."""

    id: str
    text: str
    date: str | None = None
    lang: str | None = None


@dataclass(frozen=True, slots=True)
class Fault:
    """Something that could not be read as given. ``lost`` is false where the document came out all the same."""

    where: str
    problem: str
    mend: str
    lost: bool = True

    def __str__(self) -> str:
        return f"{self.where}: {self.problem}; {self.mend}."


@dataclass(frozen=True, slots=True)
class _Place:
    """A file to read, with the id that its document (or the nameless lines in it) shall have."""

    path: Path
    name: str


def check_date(value: Any) -> str:
    """The day, month or year in EDTF; of a time stamp the day. Raises ValueError with a sentence."""
    text = str(value).strip() if isinstance(value, (str, int)) and not isinstance(value, bool) else ""
    if stamp := _TIMESTAMP.fullmatch(text):
        text = stamp[1]
    if "/" in text or not edtf.is_edtf(text):
        raise ValueError(f"{value!r} is not a date in EDTF, which writes a day as 2025-11-12, a month as 2025-11 and a year as 2025")
    return text


def read(
    paths: Iterable[str | Path],
    *,
    date: str | None = None,
    lang: str | None = None,
    stdin: BinaryIO | None = None,
    skip: Collection[Path] = (),
) -> Iterator[Source | Fault]:
    """Documents and faults in the order of the paths, folders sorted by path.

    Args:
        paths: files, folders, or ``-`` for ``stdin``.
        date: EDTF date for documents that bring none of their own; `lang` likewise.
        stdin: the stream that ``-`` means.
        skip: files in folders that are not read (such as the output of an earlier run).
    """
    unique = _Unique()
    for path in paths:
        if str(path) == STDIN:
            if stdin is None:
                raise ValueError("'-' was given, but no stream for it")
            yield from unique(_standard_input(stdin, date, lang))
            continue
        for found in _locate(Path(path), skip):
            yield from unique(iter([found]) if isinstance(found, Fault) else _file(found, date, lang))


def read_documents(paths: Iterable[str | Path]) -> Iterator[Source]:
    """Like `read`, for callers that need every document. Raises ValueError at the first fault that loses one."""
    for found in read(paths):
        if isinstance(found, Source):
            yield found
        elif found.lost:
            raise ValueError(str(found))


class _Unique:
    """Lets every id pass once: event ids are built on them, and a resumed run knows finished documents by them."""

    def __init__(self) -> None:
        self.seen: set[str] = set()

    def __call__(self, found: Iterator[Source | Fault]) -> Iterator[Source | Fault]:
        for one in found:
            if isinstance(one, Source):
                name, number = one.id, 1
                while name in self.seen:
                    number += 1
                    name = f"{one.id}~{number}"
                self.seen.add(name)
                if name != one.id:
                    yield Fault(
                        f"document {one.id!r}",
                        f"the id occurs again, the document goes by {name!r}",
                        "give every document its own id",
                        lost=False,
                    )
                    one = Source(name, one.text, one.date, one.lang)
            yield one


def _locate(path: Path, skip: Collection[Path]) -> Iterator[_Place | Fault]:
    if not path.is_dir():
        yield _Place(path, path.stem)
        return
    faults: list[Fault] = []
    files: list[Path] = []
    for folder, _, names in os.walk(path, onerror=lambda error: faults.append(_unreadable(str(error.filename), error))):
        # names with a leading dot are the business of editors and file managers, never documents
        files += [Path(folder, name) for name in names if Path(name).suffix.lower() in SUFFIXES and not name.startswith(".")]
    yield from faults
    left = {each.resolve() for each in skip}
    files = sorted(each for each in files if not left or each.resolve() not in left)
    for each in files:
        yield _Place(each, each.relative_to(path).with_suffix("").as_posix())
    if not files and not faults:
        yield Fault(str(path), "no .txt or .jsonl file in this folder or below it", "name a folder that holds some")


def _file(place: _Place, date: str | None, lang: str | None) -> Iterator[Source | Fault]:
    path, suffix = place.path, place.path.suffix.lower()
    try:
        if suffix == ".txt":
            yield _plain(path, place.name, date, lang)
        elif suffix == ".jsonl" or path.is_fifo() or path.is_char_device():  # a pipe of the shell has no ending
            with path.open("rb") as stream:
                yield from _json_lines(stream, str(path), place.name, date, lang)
        elif not path.exists():
            yield Fault(str(path), "there is no such file or folder", "check the path")
        else:
            yield Fault(str(path), "neither a .txt nor a .jsonl file", "rename it, or hand it in as JSON Lines through '-'")
    except OSError as error:
        yield _unreadable(str(path), error)


def _standard_input(stream: BinaryIO, date: str | None, lang: str | None) -> Iterator[Source | Fault]:
    try:
        yield from _json_lines(stream, "standard input", "stdin", date, lang)
    except OSError as error:
        yield _unreadable("standard input", error)


def _plain(path: Path, name: str, date: str | None, lang: str | None) -> Source | Fault:
    data = path.read_bytes()
    try:
        text = _decode(data)
    except UnicodeDecodeError as error:
        if data.count(0) > len(data) * _NUL_SHARE / 10:
            return Fault(str(path), "a binary file, no text", "leave it out")
        return Fault(str(path), _bad_byte(error), "save the file as UTF-8")
    if text.count("\0") > len(text) * _NUL_SHARE:
        return Fault(str(path), "a binary file, or UTF-16 without a byte order mark", "save the text as UTF-8")
    return Source(name, text, date, lang)


def _decode(data: bytes) -> str:
    encoding = next((name for mark, name in _MARKS if data.startswith(mark)), "utf-8")
    return data.decode(encoding)


def _json_lines(stream: BinaryIO, where: str, name: str, date: str | None, lang: str | None) -> Iterator[Source | Fault]:
    lines: Iterable[bytes | str]
    first = stream.readline()
    if any(first.startswith(mark) for mark, encoding in _MARKS if encoding != "utf-8-sig"):
        try:
            lines = _decode(first + stream.read()).split("\n")
        except UnicodeDecodeError as error:
            yield Fault(where, _bad_byte(error), "save the file as UTF-8")
            return
    elif first.count(0) > len(first) * _NUL_SHARE or (b"\0" in first and not first.lstrip().startswith(b"{")):
        yield Fault(where, "binary data, no JSON Lines", "unpack it, or save it as UTF-8")
        return
    else:
        lines = _chain(first.removeprefix(codecs.BOM_UTF8), stream)
    empty = True
    for number, line in enumerate(lines, 1):
        if not line.isspace() and line:
            empty = False
            yield from _json_line(line, f"{where}, line {number}", f"{name}-{number}", date, lang)
    if empty:
        yield Fault(where, "holds no document", 'write one a line as {"id": ..., "text": ...}', lost=False)


def _chain(first: bytes, rest: Iterable[bytes]) -> Iterator[bytes | str]:
    yield first
    yield from rest


def _json_line(line: bytes | str, where: str, name: str, date: str | None, lang: str | None) -> Iterator[Source | Fault]:
    try:
        # strict=False: scraped text often holds a raw tab or NUL inside a string, and its meaning is plain
        data = json.loads(line.decode("utf-8") if isinstance(line, bytes) else line, strict=False)
    except UnicodeDecodeError as error:
        yield Fault(where, _bad_byte(error), "save the file as UTF-8")
        return
    except json.JSONDecodeError as error:
        yield Fault(where, f"not JSON ({error.msg.removesuffix(' at')} at column {error.colno})", "write one whole JSON object a line")
        return
    except (ValueError, RecursionError) as error:
        yield Fault(where, f"not readable as JSON ({error})", 'write a plain {"id": ..., "text": ...}')
        return
    if not isinstance(data, dict):
        yield Fault(where, f"a JSON {_kind(data)}, no object", 'write {"id": ..., "text": ...}')
        return
    if not isinstance(data.get("text"), str):
        problem = f'"text" is a {_kind(data["text"])}, no string' if "text" in data else '"text" is missing'
        yield Fault(where, problem, 'put the document under "text" as a string')
        return
    own_date = data.get("date")
    if own_date not in (None, ""):
        try:
            date = check_date(own_date)
        except ValueError as error:
            yield Fault(where, f'"date": {error}, the document is read without', "correct it", lost=False)
            date = None
    own_lang = data.get("lang")
    if own_lang not in (None, ""):
        lang = _tag(own_lang)
        if lang is None:
            problem = f'"lang": {own_lang!r} is no language code, the language is recognised instead'
            yield Fault(where, problem, "write a code such as hu or kk", lost=False)
    yield Source(_id(data.get("id"), name), data["text"], date, lang)


def _id(given: Any, otherwise: str) -> str:
    if isinstance(given, str) and given:
        return given
    return str(given) if isinstance(given, (int, float)) and not isinstance(given, bool) else otherwise


def _tag(lang: Any) -> str | None:
    """The language of a tag: ``uz`` of ``uz-Cyrl``, ``ru`` of ``ru_RU``; None of anything else."""
    found = re.match(r"([a-z]{2,3})(?![^-_])", lang.strip().lower()) if isinstance(lang, str) else None
    return found[1] if found else None


def _kind(value: Any) -> str:
    names = {dict: "object", list: "list", str: "string", bool: "truth value", type(None): "null"}
    return names.get(type(value), "number")


def _bad_byte(error: UnicodeDecodeError) -> str:
    return f"not {error.encoding.upper()} at byte offset {error.start} (0x{error.object[error.start]:02x})"


def _unreadable(where: str, error: OSError) -> Fault:
    if isinstance(error, FileNotFoundError):
        return Fault(where, "there is no such file or folder", "check the path")
    if isinstance(error, PermissionError):
        return Fault(where, "reading is not permitted", "change the rights of the file or folder")
    return Fault(where, f"could not be read ({error.strerror or error})", "check the file")
