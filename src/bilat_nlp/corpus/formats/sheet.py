"""Spans and relations: the common ground of the annotation tools, between a `Document` and the files of each tool.

A document becomes spans (entities, phrases that fill a role, dates, triggers) with a label and a few details, and relations from
triggers to fillers. Further triggers of an event and further mentions of an entity hang on the first one by a relation of their own.
What a tool has no place for is counted in `Losses`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from bilat_nlp import ontology
from bilat_nlp.corpus.groups import Groups
from bilat_nlp.records import Argument, DateValue, Document, Event, Trigger

PHRASE = "PHRASE"  # a filler without a label, such as a document that is signed
DATE = "DATE"
SAME_EVENT = "same_event"
COREFERENT = "coreferent"
ACTUAL = "actual"
DETAILS = ("code", "name", "entity", "value")
KEYS = ("lang", "script", "date", "origin", "annotator", "status", "split", "reason")
_COMPUTED = ("confidence", "evidence", "cameo")


class Losses(Counter[str]):
    """How often something could not be kept, by what it is; empty if everything came over.

    ``names`` says which labels, types and roles of a tool are to be read as which of ours, so that they need not be lost.
    """

    names: Mapping[str, str] = {}

    def ours(self, label: str) -> str:
        """The name to read a label by."""
        return self.names.get(label, label)

    def sentences(self) -> list[str]:
        return [f"{what} ({number})" for what, number in self.items()]


@dataclass(slots=True)
class Span:
    """``details`` holds code, name, entity and value of a mention, or modality of a trigger, each only if there is one."""

    id: int
    start: int
    end: int
    label: str
    details: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Relation:
    """``source`` and ``target`` are ids of spans."""

    source: int
    target: int
    label: str


@dataclass(slots=True)
class Sheet:
    """One document as a tool shows it."""

    id: str
    text: str
    head: dict[str, Any] = field(default_factory=dict)
    spans: list[Span] = field(default_factory=list)
    relations: list[Relation] = field(default_factory=list)


def head_of(document: Document) -> dict[str, Any]:
    """What is known of the document beside its text and annotation."""
    return {key: value for key in KEYS if (value := getattr(document, key)) is not None} | document.meta


def is_trigger(label: str) -> bool:
    return label in ontology.types()


def labels() -> tuple[list[str], list[str], list[str]]:
    """Labels of mentions, labels of triggers, and labels of relations."""
    known = ontology.current()
    return [*known.labels, PHRASE], list(known.types), [*known.roles, "date", SAME_EVENT, COREFERENT]


def sheet_of(document: Document, losses: Losses) -> Sheet:
    """Raises ValueError if the document has no text."""
    if document.text is None:
        raise ValueError(f"document {document.id!r} has no text; only documents with their text can be annotated")
    sheet = Sheet(document.id, document.text, head_of(document))
    mentions: dict[tuple[Any, ...], Span] = {}
    for entity in document.entities:
        _mention(sheet, mentions, entity)
    for event in document.events:
        for role in ontology.current().roles:
            for filler in getattr(event, role):
                _mention(sheet, mentions, filler)
        if event.date is not None:
            _dated(sheet, mentions, event.date)
    _coreference(sheet)
    for event in document.events:
        _event(sheet, mentions, event)
        for key in _COMPUTED:
            if getattr(event, key):
                losses[f"{key} of an event (computed again by the library)"] += 1
    return sheet


def _mention(sheet: Sheet, mentions: dict[tuple[Any, ...], Span], filler: Argument) -> None:
    key = (filler.start, filler.end, filler.label, filler.code)
    if key not in mentions:
        details = {name: value for name in DETAILS if (value := getattr(filler, name))}
        mentions[key] = _add(sheet, filler.start, filler.end, filler.label or PHRASE, details)


def _dated(sheet: Sheet, mentions: dict[tuple[Any, ...], Span], date: DateValue) -> None:
    """A mention without value at the place gets this one; a second value at one place needs a span of its own."""
    plain = mentions.get((date.start, date.end, DATE, None))
    if plain is not None and plain.details.setdefault("value", date.value) == date.value:
        mentions[(date.start, date.end, DATE, date.value)] = plain
    elif (date.start, date.end, DATE, date.value) not in mentions:
        details = {"entity": plain.details["entity"]} if plain is not None and "entity" in plain.details else {}
        mentions[(date.start, date.end, DATE, date.value)] = _add(sheet, date.start, date.end, DATE, details | {"value": date.value})


def _add(sheet: Sheet, start: int, end: int, label: str, details: dict[str, str]) -> Span:
    span = Span(len(sheet.spans) + 1, start, end, label, details)
    sheet.spans.append(span)
    return span


def _coreference(sheet: Sheet) -> None:
    first: dict[str, int] = {}
    for span in sorted(sheet.spans, key=lambda each: (each.start, each.id)):
        name = span.details.get("entity")
        if name in first:
            sheet.relations.append(Relation(span.id, first[name], COREFERENT))
        elif name:
            first[name] = span.id


def _event(sheet: Sheet, mentions: Mapping[tuple[Any, ...], Span], event: Event) -> None:
    details = {} if event.modality == ACTUAL else {"modality": event.modality}
    triggers = [_add(sheet, each.start, each.end, event.type, dict(details)) for each in event.triggers]
    main = triggers[0].id
    sheet.relations += [Relation(other.id, main, SAME_EVENT) for other in triggers[1:]]
    for role in ontology.current().roles:
        for filler in getattr(event, role):
            span = mentions[(filler.start, filler.end, filler.label, filler.code)]
            sheet.relations.append(Relation(main, span.id, role))
    if event.date is not None:
        date = mentions[(event.date.start, event.date.end, DATE, event.date.value)]
        sheet.relations.append(Relation(main, date.id, "date"))


def document_of(sheet: Sheet, losses: Losses) -> Document:
    """What the sheet says as a document; labels and relations that the library does not know are counted as lost."""
    document = Document(
        id=sheet.id,
        text=sheet.text,
        meta={key: value for key, value in sheet.head.items() if key not in KEYS},
        **{key: sheet.head[key] for key in KEYS if sheet.head.get(key) is not None},
    )
    known = ontology.current()
    mentions: dict[int, Span] = {}
    triggers: dict[int, Span] = {}
    for span in sheet.spans:
        span.label = losses.ours(span.label)
        if is_trigger(span.label):
            triggers[span.id] = span
        elif span.label == PHRASE or span.label in known.labels:
            mentions[span.id] = span
        else:
            losses[f"spans labelled {span.label!r}, which is no label or event type here"] += 1
    sheet.relations = [replace(each, label=losses.ours(each.label)) for each in sheet.relations]
    names = _entity_names(sheet.relations, mentions)
    fillers = {number: _argument(sheet.text, span, names.get(number)) for number, span in mentions.items()}
    seen: set[tuple[int, int, str]] = set()
    for number, span in sorted(mentions.items(), key=lambda item: (item[1].start, item[1].end, item[0])):
        place = (span.start, span.end, span.label)
        if span.label != PHRASE and place not in seen:  # a second one at the place stands for another side in one event only
            seen.add(place)
            document.entities.append(fillers[number])
    for main, event in _events(sheet, triggers, losses):
        document.events.append(event)
        _fill(document, event, [each for each in sheet.relations if each.source in main], mentions, fillers, losses)
    for event_number, event in enumerate(document.events, 1):
        event.id = f"{document.id}#{event_number}"
    return document


def _argument(text: str, span: Span, entity: str | None) -> Argument:
    label = None if span.label == PHRASE else span.label
    details = span.details
    quoted = text[span.start : span.end]
    return Argument(span.start, span.end, quoted, label, details.get("code"), details.get("name"), entity, details.get("value"))


def _entity_names(relations: Iterable[Relation], mentions: Mapping[int, Span]) -> dict[int, str]:
    """The entity of every mention: its own name where the tool kept it, else one for each group of coreferent mentions."""
    names = {number: span.details["entity"] for number, span in mentions.items() if span.details.get("entity")}
    groups = Groups()
    for relation in relations:
        if relation.label == COREFERENT:
            groups.join(relation.source, relation.target)
    taken, count = set(names.values()), 0
    for members in groups.all():
        name = next((names[member] for member in members if member in names), None)
        while name is None or (name in taken and not any(names.get(member) == name for member in members)):
            count += 1
            name = f"c{count}"
        names.update({member: name for member in members if member in mentions})
    return names


def _events(sheet: Sheet, triggers: Mapping[int, Span], losses: Losses) -> list[tuple[set[int], Event]]:
    """Events with the ids of their triggers, in the order of the first of these."""
    groups = Groups()
    for number in triggers:
        groups.find(number)
    for relation in sheet.relations:
        if relation.label == SAME_EVENT and relation.source in triggers and relation.target in triggers:
            groups.join(relation.source, relation.target)
    modalities = ontology.current().modalities
    out = []
    for members in groups.all():
        spans = [triggers[number] for number in members]
        modality = next((span.details["modality"] for span in spans if span.details.get("modality")), ACTUAL)
        if modality not in modalities:
            losses[f"modality {modality!r}, which is none here"] += 1
            modality = ACTUAL
        marks = [Trigger(span.start, span.end, sheet.text[span.start : span.end]) for span in spans]
        out.append((set(members), Event(type=spans[0].label, modality=modality, triggers=marks)))
    return out


def _fill(
    document: Document,
    event: Event,
    relations: Iterable[Relation],
    mentions: Mapping[int, Span],
    fillers: Mapping[int, Argument],
    losses: Losses,
) -> None:
    text = document.text or ""
    for relation in relations:
        span = mentions.get(relation.target)
        if relation.label in (SAME_EVENT, COREFERENT):
            continue
        if relation.label == "date" and span is not None:
            value = span.details.get("value")
            if value is None:
                losses["dates of events without an EDTF value"] += 1
            elif event.date is not None:
                losses["second dates of an event"] += 1
            else:
                event.date = DateValue(value, span.start, span.end, text[span.start : span.end])
        elif span is not None and relation.label in ontology.current().roles:
            getattr(event, relation.label).append(fillers[relation.target])
        elif span is None:
            losses[f"relations {relation.label!r} to a span that is no mention here"] += 1
        else:
            losses[f"relations {relation.label!r}, which is no role here"] += 1
