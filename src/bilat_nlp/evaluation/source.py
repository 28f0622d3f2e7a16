"""Annotated documents from files, checked; and those that belong together."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from bilat_nlp.records import Document, RecordError


def load_documents(paths: Iterable[Path]) -> list[Document]:
    """The documents of .jsonl files, and of all such files below folders, in the order of their names.

    Raises RecordError naming file and line if a line is in another form, an id stands twice, or nothing is found; OSError if a
    file cannot be read.
    """
    documents: list[Document] = []
    places: dict[str, str] = {}
    for path in paths:
        for file in sorted(path.rglob("*.jsonl")) if path.is_dir() else [path]:
            for place, document in _documents_of(file):
                if document.id in places:
                    raise RecordError(f"{place}: the id {document.id!r} stands in {places[document.id]} already")
                places[document.id] = place
                documents.append(document)
    if not documents:
        raise RecordError("no document found; give .jsonl files, or folders with such files, one document a line")
    return documents


def pair_up(gold: Sequence[Document], predicted: Sequence[Document]) -> list[tuple[Document, Document]]:
    """Every gold document with the predicted one of the same id, or with an empty one. Raises RecordError on ids without gold."""
    by_id = {document.id: document for document in predicted}
    strangers = sorted(by_id.keys() - {document.id for document in gold})
    if strangers:
        raise RecordError(f"{len(strangers)} predicted documents have no gold, first of them {strangers[0]!r}")
    return [(document, by_id.get(document.id, Document(id=document.id))) for document in gold]


def _documents_of(file: Path) -> Iterable[tuple[str, Document]]:
    try:
        lines = file.read_text(encoding="utf-8-sig").split("\n")  # never splitlines: texts may hold U+2028
    except UnicodeDecodeError as error:
        raise RecordError(f"{file}: not UTF-8 at byte {error.start}") from None
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        place = f"{file}:{number}"
        try:
            document = Document.from_json(line)
            document.check()
        except RecordError as error:
            raise RecordError(f"{place}: {error}") from None
        yield place, document
