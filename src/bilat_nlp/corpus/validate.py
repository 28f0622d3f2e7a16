"""What is wrong with annotated documents: with their form, and with what only a corpus has to keep to.

A *fault* breaks the contract or makes a document useless for training and scoring. A *hint* is something that is often a slip and
sometimes meant: an annotator looks at it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from bilat_nlp import ontology
from bilat_nlp.corpus.formats import markup
from bilat_nlp.corpus.formats.files import text_of
from bilat_nlp.records import Document, Event, RecordError
from bilat_nlp.world import gazetteer

SPLITS = ("train", "dev", "test")
STATUSES = ("draft", "annotated", "adjudicated")
_LONG_TRIGGER = 5  # words


@dataclass(frozen=True, slots=True)
class Finding:
    """A fault or hint with its place."""

    file: Path
    line: int
    problem: str
    hint: bool = False

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {'hint: ' if self.hint else ''}{self.problem}"


def validate(paths: Iterable[Path]) -> tuple[int, list[Finding]]:
    """The number of documents in the .jsonl and .markup files and below the folders, and all that was found in them.

    Raises RecordError if a path holds no such file or is not UTF-8, OSError if it cannot be read.
    """
    count, findings = 0, []
    for path in paths:
        files = sorted(each for each in path.rglob("*") if each.suffix in (".jsonl", ".markup")) if path.is_dir() else [path]
        if not files:
            raise RecordError(f"{path}: no .jsonl or .markup file in this folder or below it; name a folder that holds some")
        places: dict[tuple[str, str | None], dict[str, str]] = {}
        for file in files:
            for line, document, found in _read(file):
                findings += [Finding(file, line, each) for each in found]
                if document is None:
                    continue
                count += 1
                # sources and what was compiled from them hold the same ids, and so do annotators of the same texts
                seen = places.setdefault((file.suffix, document.annotator), {})
                if document.id in seen:
                    findings.append(Finding(file, line, f"the id {document.id!r} stands in {seen[document.id]} already; give it its own"))
                seen[document.id] = f"{file}:{line}"
                findings += [Finding(file, line, f"{document.id}: {each}") for each in faults(document)]
                findings += [Finding(file, line, f"{document.id}: {each}", hint=True) for each in hints(document)]
    if not count and not findings:
        raise RecordError("no document found; give files with one document a line, or folders with such files")
    return count, findings


def _read(file: Path) -> Iterator[tuple[int, Document | None, list[str]]]:
    """Line, document if there is one, and faults of the form."""
    source = text_of(file)
    if file.suffix == ".markup":
        documents, broken = markup.parse(source)
        yield from ((fault.line, None, [str(fault)]) for fault in broken)
        lines = {
            line.removeprefix(markup.HEAD).strip(): number
            for number, line in enumerate(source.split("\n"), 1)
            if line.startswith(markup.HEAD)
        }
        yield from ((lines[document.id], document, []) for document in documents)
        return
    for number, line in enumerate(source.split("\n"), 1):  # never splitlines: texts may hold U+2028
        if line.strip():
            try:
                document = Document.from_json(line)
            except RecordError as error:
                yield number, None, [f"{error}; mend the line"]
            else:
                yield number, document, []


def faults(document: Document) -> Iterator[str]:
    """What breaks the contract, or the use of the document for training and scoring."""
    yield from document.validate()
    if not document.text:
        yield "it has no text; annotation without text trains nothing"
    for key in ("lang", "script"):
        if getattr(document, key) is None:
            yield f"the key {key!r} is missing"
    if document.split is not None and document.split not in SPLITS:
        yield f"unknown split {document.split!r}; use {', '.join(SPLITS)}"
    if document.status is not None and document.status not in STATUSES:
        yield f"unknown status {document.status!r}; use {', '.join(STATUSES)}"
    yield from _trigger_faults(document)
    yield from _entity_faults(document)


def _trigger_faults(document: Document) -> Iterator[str]:
    """One word may govern two events, but triggers never overlap in part, nor does one event name a place twice."""
    spans = sorted({(each.start, each.end) for event in document.events for each in event.triggers})
    for one, other in zip(spans, spans[1:], strict=False):
        if other[0] < one[1]:
            texts = [(document.text or "")[start:end] for start, end in (one, other)]
            yield f"the triggers {texts[0]!r} and {texts[1]!r} overlap; shorten one"
    for event in document.events:
        if len(set(event.triggers)) < len(event.triggers):
            yield f"event {event.id}: the same trigger stands twice; leave one out"
    described = [_description(event) for event in document.events]
    for number, event in enumerate(document.events):
        if described[number] in described[:number]:
            yield f"event {event.id}: another one is exactly the same; leave one out"


def _description(event: Event) -> tuple[object, ...]:
    roles = tuple(tuple(getattr(event, role)) for role in ontology.current().roles)
    return event.type, event.modality, tuple(event.triggers), roles, event.date


def _entity_faults(document: Document) -> Iterator[str]:
    codes: dict[str, tuple[str | None, str | None]] = {}
    for entity in document.entities:
        kind = (entity.label, entity.code)
        if entity.entity and codes.setdefault(entity.entity, kind) != kind:
            yield f"the mentions of {entity.entity} differ in label or code ({entity.text!r}); coreferent mentions have one of each"
    spans = sorted((each.start, -each.end, each.text) for each in document.entities)
    ends: list[int] = []
    for start, negative_end, text in spans:
        while ends and ends[-1] <= start:
            ends.pop()
        if ends and -negative_end > ends[-1]:
            yield f"the entity {text!r} begins inside another one and ends after it; mentions may be nested, not crossed"
        ends.append(-negative_end)


def hints(document: Document) -> Iterator[str]:
    """What is often a slip."""
    known = ontology.current()
    for entity in document.entities:
        if entity.code and entity.code.startswith("IGO-") and entity.code not in gazetteer.igos():
            yield f"{entity.text!r}: {entity.code} is not in our list of IGOs; right if it is the usual acronym"
        if entity.label in ("GPE", "NORP") and entity.code is None:
            yield f"{entity.text!r} is a {entity.label} without a code"
    for event in document.events:
        kind, sides = known.types.get(event.type), event.codes()
        if kind is None:
            continue
        if not event.actor:
            yield f"event {event.id}: {event.type} without actor"
        elif kind.symmetric and len(sides) < 2:
            yield f"event {event.id}: {event.type} with fewer than two coded sides"
        elif not kind.symmetric and not sides:
            yield f"event {event.id}: {event.type} without any code"
        elif not kind.symmetric and event.codes("actor") & event.codes("recipient"):
            yield f"event {event.id}: the same side is actor and recipient"
        for trigger in event.triggers:
            if len(trigger.text.split()) > _LONG_TRIGGER:
                yield f"event {event.id}: the trigger {trigger.text!r} is long; the shortest words that name the event are enough"
