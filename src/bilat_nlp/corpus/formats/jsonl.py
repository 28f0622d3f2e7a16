"""The library's own form: one document a line, with its text."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from bilat_nlp.corpus.formats.files import text_of
from bilat_nlp.corpus.formats.sheet import Losses
from bilat_nlp.records import Document, RecordError


def read(path: Path, losses: Losses) -> list[Document]:
    """The documents of a file, or of all .jsonl files below a folder, checked. Raises RecordError."""
    return [document for file in (sorted(path.rglob("*.jsonl")) if path.is_dir() else [path]) for _, document in placed(file)]


def placed(file: Path, *, check: bool = True) -> Iterator[tuple[str, Document]]:
    """Each document with its place, ``file:line``, compared with its text and the ontology if ``check``. Raises RecordError."""
    for number, line in enumerate(text_of(file).split("\n"), 1):  # never splitlines: texts may hold U+2028
        if not line.strip():
            continue
        try:
            document = Document.from_json(line)
            if check:
                document.check()
        except RecordError as error:
            raise RecordError(f"{file}:{number}: {error}") from None
        yield f"{file}:{number}", document


def write(documents: list[Document], path: Path, losses: Losses) -> None:
    with path.open("w", encoding="utf-8", newline="\n") as stream:
        for document in documents:
            stream.write(document.to_json(text=True) + "\n")
