"""The doors: one file a tool, each with ``read(path, losses)`` and ``write(documents, path, losses)``.

`read` and `write` here find the right door and see to it that outputs stand whole or not at all.
"""

from __future__ import annotations

import importlib
import json
import os
import shutil
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

from bilat_nlp.corpus.formats.sheet import Losses
from bilat_nlp.records import Document, RecordError

__all__ = ["FORMATS", "Losses", "guess", "read", "write"]


@dataclass(frozen=True, slots=True)
class Format:
    """A door. ``suffix`` is that of its files; ``folder`` says that a document has files of its own; ``extra`` what must be installed."""

    title: str
    suffix: str
    folder: bool = False
    extra: str | None = None


FORMATS = {
    "jsonl": Format("the library's own JSON Lines", ".jsonl"),
    "markup": Format("the inline markup of the corpus", ".markup"),
    "brat": Format("brat standoff", ".ann", folder=True),
    "doccano": Format("doccano JSONL (sequence labelling with relations)", ".jsonl"),
    "labelstudio": Format("Label Studio JSON", ".json"),
    "inception": Format("INCEpTION, UIMA CAS XMI", ".xmi", folder=True, extra="corpus"),
    "prodigy": Format("Prodigy JSONL (rel.manual, ner_manual)", ".jsonl"),
    "iob2": Format("IOB2 columns as in CoNLL-2003", ".conll"),
    "conllup": Format("CoNLL-U Plus", ".conllup"),
    "docbin": Format("spaCy DocBin", ".spacy"),
}


def _door(name: str) -> ModuleType:
    return importlib.import_module(f"{__name__}.{name}")


def guess(path: Path) -> str:
    """The format that the name of a file or the files in a folder speak for. Raises RecordError where several or none do."""
    if path.is_dir():
        names = {each.suffix for each in path.rglob("*") if each.is_file()}
        fit = [name for name, form in FORMATS.items() if form.suffix in names and (form.folder or form.suffix not in (".jsonl", ".json"))]
        if not fit and ".jsonl" in names:
            fit = ["jsonl"]
    else:
        fit = [name for name, form in FORMATS.items() if form.suffix == path.suffix and not form.folder]
        if path.suffix == ".jsonl":
            fit = [_dialect(path)]
    if len(fit) != 1:
        raise RecordError(
            f"{path}: the format cannot be told from the name; convert it with: bilat-nlp corpus convert --from one of {', '.join(FORMATS)}"
        )
    return fit[0]


def _dialect(path: Path) -> str:
    """Which of the tools that write .jsonl wrote this one, by the keys of its first line."""
    with path.open(encoding="utf-8-sig", errors="replace") as stream:
        first = next((line for line in stream if line.strip()), "")
    try:
        keys = json.loads(first).keys()
    except (ValueError, AttributeError):
        keys = set()
    if "events" in keys:
        return "jsonl"
    if keys & {"entities", "label", "labels", "Comments"}:
        return "doccano"
    return "prodigy" if keys & {"spans", "tokens", "answer"} else "jsonl"


def read(path: Path, form: str | None = None, losses: Losses | None = None) -> list[Document]:
    """The documents of a file or folder.

    Args:
        path: what the tool exported.
        form: one of `FORMATS`; without it `guess` decides.
        losses: counts what the library has no place for.

    Raises:
        RecordError: a sentence with file, line and mend.
        OSError: the file cannot be read.
    """
    found: list[Document] = _door(form or guess(path)).read(path, Losses() if losses is None else losses)
    return found


def write(documents: Iterable[Document], path: Path, form: str, losses: Losses | None = None) -> None:
    """Writes the documents for a tool; ``path`` is a folder where the format wants one, and then must be new or empty.

    Raises RecordError or OSError, and then leaves what stood there.
    """
    losses = Losses() if losses is None else losses
    if path.exists() and path.is_dir() != FORMATS[form].folder:
        raise RecordError(f"{path}: {form} writes a {'folder' if FORMATS[form].folder else 'file'}, and this is none; give another name")
    if FORMATS[form].folder and path.exists() and any(path.iterdir()):
        raise RecordError(f"{path}: the folder is not empty; give a new one")
    if not path.absolute().parent.is_dir():
        raise RecordError(f"{path}: the folder {str(path.parent)!r} does not exist; make it first")
    beside = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        if FORMATS[form].folder:
            beside.mkdir()
        _door(form).write(list(documents), beside, losses)
        if FORMATS[form].folder and path.exists():
            path.rmdir()
        os.replace(beside, path)
    except ValueError as error:
        raise RecordError(str(error)) from None
    finally:
        if beside.is_dir():
            shutil.rmtree(beside)
        beside.unlink(missing_ok=True)
