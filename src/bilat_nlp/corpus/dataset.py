"""Annotated documents from files, checked."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from bilat_nlp.corpus import formats
from bilat_nlp.corpus.formats import jsonl
from bilat_nlp.records import Document, RecordError

_HERE = Path(__file__).resolve().parents[3] / "corpus"  # of a checkout; an installed package has none


def language_of(document: Document) -> str:
    """Language and script: ``uz-Cyrl``."""
    return "-".join(filter(None, (document.lang, document.script))) or "unknown"


def load(path: str | Path | None = None, *, lang: str | None = None, script: str | None = None, split: str | None = None) -> list[Document]:
    """Documents of the corpus, in the order of their files and lines.

    Args:
        path: a file or folder of annotated documents in JSON Lines; without it the ``corpus`` of the checkout that the library runs from.
        lang: only this language, by its code: ``"kk"``.
        script: only this script, by its ISO 15924 code: ``"Latn"``.
        split: only ``"train"`` or ``"dev"``.

    Raises:
        RecordError: no documents there, or a line in another form; the sentence names file and line.
        OSError: a file cannot be read.
    """
    if path is None and not _HERE.is_dir():
        raise RecordError("the corpus is not part of an installed package; give the path of the folder 'corpus' of a checkout")
    wanted = {"lang": lang, "script": script, "split": split}
    documents = load_documents([Path(path) if path is not None else _HERE])
    return [each for each in documents if all(value in (None, getattr(each, key)) for key, value in wanted.items())]


def load_documents(paths: Iterable[Path]) -> list[Document]:
    """The documents of files in any of the formats and of folders, in the order of their names.

    Of a folder all .jsonl files in it are read; if it has none, the files of the one format that it holds.

    Raises RecordError naming file and line if something is in another form, an id stands twice, or nothing is found; OSError if a
    file cannot be read.
    """
    return [document for _, document in load_placed(paths)]


def load_placed(paths: Iterable[Path], *, check: bool = True) -> list[tuple[str, Document]]:
    """`load_documents` with the place of each document, ``file:line``.

    With ``check=False`` records in JSON Lines are not compared with their text and the ontology.
    """
    found: list[tuple[str, Document]] = []
    places: dict[str, str] = {}
    for path in paths:
        for file, form in _files(path):
            for place, document in _placed(file, form, check):
                if document.id in places:
                    raise RecordError(
                        f"{place}: the id {document.id!r} stands in {places[document.id]} already; give every document its own"
                    )
                places[document.id] = place
                found.append((place, document))
    if not found:
        raise RecordError("no document found; give .jsonl files, or folders with such files, one document a line")
    return found


def _files(path: Path) -> list[tuple[Path, str]]:
    """The files of a path with their formats; a folder that one tool wrote is read as a whole."""
    if not path.is_dir():
        return [(path, formats.guess(path))]
    try:
        form = formats.guess(path)
    except RecordError:
        form = "jsonl"  # files of several kinds: ours are among them, or nothing is found
    if formats.FORMATS[form].folder:
        return [(path, form)]
    ours = [(file, formats.guess(file)) for file in sorted(path.rglob("*.jsonl"))]
    return ours or [(file, form) for file in sorted(path.rglob(f"*{formats.FORMATS[form].suffix}"))]


def _placed(file: Path, form: str, check: bool) -> Iterable[tuple[str, Document]]:
    return jsonl.placed(file, check=check) if form == "jsonl" else ((str(file), document) for document in formats.read(file, form))
