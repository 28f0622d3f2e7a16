"""Where gold and predicted documents come from, and which of them belong together."""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

from bilat_nlp import ontology
from bilat_nlp.corpus.dataset import load_documents, load_placed
from bilat_nlp.evaluation.items import NOT_PREDICTED
from bilat_nlp.reading import read_documents
from bilat_nlp.records import Document, RecordError

_MIDNIGHT = " 00:00:00"
HUB = "datasets:"  # in front of a name that the `datasets` library knows


def gold_documents(source: str) -> list[Document]:
    """Annotated documents of a file, a folder, or ``datasets:NAME`` (with ``:SPLIT`` behind it for one split only).

    Raises:
        RecordError: nothing there, or something in another form; the sentence names the place and the mend.
        OSError: a file cannot be read.
        ImportError: a data set is asked for and the `datasets` library is not installed.
    """
    if source.startswith(HUB):
        return list(_data_set(source.removeprefix(HUB)))
    if not Path(source).exists():
        raise RecordError(f"there is no file or folder {source!r}; write {HUB}NAME for a data set of the `datasets` library")
    if Path(source).suffix in (".gz", ".csv", ".tsv"):
        raise RecordError(f"{source}: no annotation in our types; if it is other people's gold, say which with --scheme")
    return load_documents([Path(source)])


def _data_set(source: str) -> Iterator[Document]:
    from datasets import load_dataset

    name, _, split = source.rpartition(":") if ":" in source else (source, "", "")
    if not name:
        raise RecordError(f"{HUB}{source}: no name; write {HUB}OWNER/NAME or {HUB}FOLDER, with :SPLIT behind it for one split only")
    try:
        loaded = load_dataset(name, split=split or None)
    except Exception as error:  # it raises whatever its file systems and builders raise
        raise RecordError(f"{HUB}{source}: {str(error).splitlines()[0]}") from None
    for part in [loaded] if split else loaded.values():
        for number, row in enumerate(part, 1):
            try:
                document = Document.from_dict(_restored(row))
                document.check()
            except RecordError as error:
                raise RecordError(f"{HUB}{source}, row {number}: {error}") from None
            yield document


def _restored(value: Any, key: str = "") -> Any:
    """A row as a record: without the nulls for keys that it lacks, and with days where the library took them for points in time."""
    if isinstance(value, Mapping):
        return {key: _restored(each, key) for key, each in value.items() if each is not None}
    if isinstance(value, list):
        return [_restored(each) for each in value]
    if isinstance(value, datetime):
        return value.date().isoformat()
    return value.removesuffix(_MIDNIGHT) if key in ("date", "value") and isinstance(value, str) else value


def predicted_documents(path: Path, gold: Sequence[Document]) -> tuple[list[Document], list[str]]:
    """What a system predicted for gold documents, and warnings of what does not count as it may seem to.

    Raises RecordError where scoring would mean nothing: no document in common, another text under the same id, offsets that do not fit.
    """
    texts = {document.id: document.text for document in gold}
    placed = load_placed([path], check=False)
    documents = [document for _, document in placed]
    shared = [document for document in documents if document.id in texts]
    if not shared:
        raise RecordError(f"{path}: none of its {len(documents)} documents has the id of a gold document; give the same ids to both")
    known = ontology.types()
    strange: Counter[str] = Counter()
    for place, document in placed:
        if document.id not in texts:
            continue
        _same_text(place, document, texts[document.id])
        strange.update(event.type for event in document.events if event.type not in known)
        # an unknown type is wrong but can be counted; a span that does not fit may be of another text
        try:
            replace(document, events=[event for event in document.events if event.type in known]).check(texts[document.id])
        except RecordError as error:
            raise RecordError(f"{place}: {error}") from None
    return shared, list(_warnings(path, gold, documents, shared, strange))


def _same_text(place: str, document: Document, text: str | None) -> None:
    if document.text is None or text is None or document.text == text:
        return
    at = len(os.path.commonprefix([document.text, text]))
    raise RecordError(
        f"{place}: document {document.id!r}: its text differs from the gold's from character {at} on ({document.text[at : at + 20]!r}, "
        f"gold {text[at : at + 20]!r}); predict on the gold's texts"
    )


def _warnings(
    path: Path, gold: Sequence[Document], documents: Sequence[Document], shared: Sequence[Document], strange: Counter[str]
) -> Iterator[str]:
    found = {document.id for document in shared}
    if missing := sorted({document.id for document in gold} - found):
        yield f"{len(missing)} gold documents are not predicted and count as empty, first of them {missing[0]!r}"
    if left := [document.id for document in documents if document.id not in found]:
        yield f"{len(left)} predicted documents have no gold and are left out, first of them {left[0]!r}"
    if strange:
        kinds = ", ".join(f"{kind} {count}" for kind, count in strange.most_common(5))
        yield f"{strange.total()} predicted events have types that the ontology does not know ({kinds}); they count as wrong"
    if not any(document.events for document in shared):
        yield f"{path} predicts no event in any document"
    if any(document.entities for document in gold) and not any(document.entities for document in shared):
        yield f"{path} holds no entities, which are not scored then"


def pair_up(gold: Sequence[Document], predicted: Sequence[Document]) -> list[tuple[Document, Document]]:
    """Every gold document with the predicted one of the same id, or with an empty one. Raises RecordError on ids without gold."""
    by_id = {document.id: document for document in predicted}
    strangers = sorted(by_id.keys() - {document.id for document in gold})
    if strangers:
        raise RecordError(f"{len(strangers)} predicted documents have no gold, first of them {strangers[0]!r}")
    return [(document, by_id.get(document.id, Document(id=document.id, status=NOT_PREDICTED))) for document in gold]


def texts_or_gold(paths: Sequence[Path]) -> tuple[list[Document], bool, str | None]:
    """Documents to run systems on, whether they carry gold events, and a warning if they might have been meant to.

    Raises RecordError, or ValueError if a text cannot be read.
    """
    annotated = [path for path in paths if _is_annotated(path)]
    if not annotated:
        return [Document(id=one.id, text=one.text, date=one.date) for one in read_documents(paths)], False, None
    if plain := [path for path in paths if path not in annotated]:
        raise RecordError(f"{plain[0]} holds texts alone and {annotated[0]} annotated ones; measure them in two runs")
    documents = load_documents(annotated)
    if missing := [document.id for document in documents if document.text is None]:
        raise RecordError(f'document {missing[0]!r} has no text to run a system on; add the key "text"')
    gold = any(document.events for document in documents)
    return documents, gold, None if gold else "no document is annotated with an event, so speed alone is measured"


def _is_annotated(path: Path) -> bool:
    """Whether a path holds annotated documents: told by the first line of a .jsonl file, by the name of another one."""
    if path.is_dir():
        return any(map(_is_annotated, sorted(path.rglob("*.jsonl"))))
    if path.suffix.lower() != ".jsonl":
        return path.exists() and path.suffix.lower() != ".txt"
    try:
        with path.open(encoding="utf-8-sig") as lines:
            first = json.loads(next(line for line in lines if line.strip()))
    except (OSError, ValueError, StopIteration, RecursionError):
        return False  # whoever reads it says what is wrong with it
    return isinstance(first, dict) and "events" in first
