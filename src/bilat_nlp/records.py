"""Document, Event, Argument: what the library returns, what annotators write and what the evaluation compares.

Offsets count Unicode code points of the text as it was handed in. The JSON form has the keys and their order of the contract in
``docs/``; keys that a record does not have (a code for an unknown side, the codes of a hand-annotated event) are left out.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field, fields
from typing import Any

from bilat_nlp import _codec, edtf, ontology
from bilat_nlp._codec import about

_OFFSET = about(required=True, schema={"minimum": 0})
_SPAN_TEXT = about(required=True, schema={"minLength": 1})
_CODE = {"pattern": f"^([A-Z]{{3}}|{ontology.IGO_CODE})$"}
_PLOVER = {"properties": {"type": {"type": ["string", "null"]}, "mode": {"type": ["string", "null"]}}, "required": ["type", "mode"]}
_KEPT: dict[str, Any] = about()
_OPTIONAL: dict[str, Any] = about(omit=True)


class RecordError(ValueError):
    """A record that is not in the form of the contract, or does not fit its text."""


@dataclass(frozen=True, slots=True)
class Argument:
    """A span of the text that fills a role, or an entity.

    ``name`` is the English name of a place. Two keys more come from annotators: ``entity`` is what they call the thing mentioned, so that
    spans of one document with the same ``entity`` are coreferent, and ``value`` is the EDTF value of a date, whether an event has it
    or not.
    """

    start: int = field(metadata=_OFFSET)
    end: int = field(metadata=_OFFSET)
    text: str = field(metadata=_SPAN_TEXT)
    label: str | None = field(default=None, metadata=about(omit=True, schema=lambda: {"enum": list(ontology.current().labels)}))
    code: str | None = field(default=None, metadata=about(omit=True, schema=_CODE))
    name: str | None = field(default=None, metadata=_OPTIONAL)
    entity: str | None = field(default=None, compare=False, metadata=_OPTIONAL)
    value: str | None = field(default=None, compare=False, metadata=about(omit=True, schema={"pattern": edtf.INTERVAL_PATTERN}))

    def __repr__(self) -> str:
        return f"<{' '.join(filter(None, (repr(self.text), self.label, self.code)))} {self.start}:{self.end}>"


@dataclass(frozen=True, slots=True)
class Trigger:
    """The words that name the event."""

    start: int = field(metadata=_OFFSET)
    end: int = field(metadata=_OFFSET)
    text: str = field(metadata=_SPAN_TEXT)

    def __repr__(self) -> str:
        return f"<{self.text!r} {self.start}:{self.end}>"


@dataclass(frozen=True, slots=True)
class DateValue:
    """When it happened: ``value`` in EDTF, and the expression that says so."""

    value: str = field(metadata=about(required=True, schema={"pattern": edtf.INTERVAL_PATTERN}))
    start: int = field(metadata=_OFFSET)
    end: int = field(metadata=_OFFSET)
    text: str = field(metadata=_SPAN_TEXT)

    def __repr__(self) -> str:
        return f"<{self.value} {self.text!r} {self.start}:{self.end}>"


@dataclass(slots=True)
class Event:
    """One real-world event of one document. ``confidence`` lies between 0 and 1; ``goldstein`` is None for a negated event."""

    id: str = field(default="", metadata=about())
    type: str = field(default="", metadata=about(required=True, schema=lambda: {"enum": list(ontology.types())}))
    modality: str = field(default="actual", metadata=about(required=True, schema=lambda: {"enum": list(ontology.current().modalities)}))
    triggers: list[Trigger] = field(default_factory=list, metadata=about(required=True))
    actor: list[Argument] = field(default_factory=list, metadata=_KEPT)
    recipient: list[Argument] = field(default_factory=list, metadata=_KEPT)
    object: list[Argument] = field(default_factory=list, metadata=_KEPT)
    amount: list[Argument] = field(default_factory=list, metadata=_KEPT)
    location: list[Argument] = field(default_factory=list, metadata=_KEPT)
    date: DateValue | None = field(default=None, metadata=_KEPT)
    cameo: str | None = field(default=None, metadata=about(omit=True, schema={"pattern": "^[0-9]{3,4}$"}))
    plover: dict[str, str | None] | None = field(default=None, metadata=about(omit=True, schema=_PLOVER))
    goldstein: float | None = field(default=None, metadata=about(schema={"minimum": -10, "maximum": 10}))
    confidence: float | None = field(default=None, metadata=about(omit=True, schema={"minimum": 0, "maximum": 1}))
    evidence: list[str] = field(default_factory=list, metadata=_OPTIONAL)

    def codes(self, *roles: str) -> frozenset[str]:
        """The actor codes in these roles; without roles those of actor and recipient together."""
        return frozenset(argument.code for role in roles or ("actor", "recipient") for argument in getattr(self, role) if argument.code)

    def to_dict(self) -> dict[str, Any]:
        """The form of the contract."""
        out = _codec.write(self)
        if self.cameo is None:  # an uncoded event; a coded one keeps its null, which says "negated"
            del out["goldstein"]
        return out

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> Event:
        """Raises RecordError."""
        return _read(cls, data, "event")

    def to_json(self) -> str:
        return _dumps(self.to_dict())

    @classmethod
    def from_json(cls, line: str) -> Event:
        """Raises RecordError."""
        return cls.from_dict(_loads(line))

    def __repr__(self) -> str:
        sides = " -> ".join(filter(None, ("+".join(a.code or repr(a.text) for a in side) for side in (self.actor, self.recipient))))
        parts = [self.type, "" if self.modality == "actual" else self.modality, sides, self.date.value if self.date else ""]
        return f"<Event {' '.join(filter(None, parts))}{''.join(f' {t.text!r}' for t in self.triggers[:1])}>"


@dataclass(slots=True)
class Document:
    """The events of one text. ``reason`` says why there are none; ``meta`` keeps what a corpus file holds beside the known keys."""

    id: str = field(metadata=about(required=True, schema={"minLength": 1}))
    lang: str | None = field(default=None, metadata=about(schema={"pattern": "^[a-z]{2,3}$"}))
    script: str | None = field(default=None, metadata=about(schema={"pattern": "^[A-Z][a-z]{3}$"}))
    date: str | None = field(default=None, metadata=about(schema={"pattern": edtf.INTERVAL_PATTERN}))
    text: str | None = field(default=None, metadata=_OPTIONAL)
    entities: list[Argument] = field(default_factory=list, metadata=_KEPT)
    events: list[Event] = field(default_factory=list, metadata=about(required=True))
    reason: str | None = field(default=None, metadata=_OPTIONAL)
    origin: str | None = field(default=None, metadata=_OPTIONAL)
    annotator: str | None = field(default=None, metadata=_OPTIONAL)
    status: str | None = field(default=None, metadata=_OPTIONAL)
    split: str | None = field(default=None, metadata=_OPTIONAL)
    meta: dict[str, Any] = field(default_factory=dict, metadata=_OPTIONAL)

    def to_dict(self, *, text: bool = False) -> dict[str, Any]:
        """The form of the contract, with the text itself only if asked for."""
        out = _codec.write(self)
        if not text:
            out.pop("text", None)
        elif self.text is not None:
            out["text"] = self.text  # an empty text is one too
        return out | out.pop("meta", {})

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> Document:
        """Events without an id get ``DOCUMENT#1`` and so on. Raises RecordError."""
        if not isinstance(data, dict):
            raise RecordError("document: expected an object with the keys of a document")
        known = {f.name for f in fields(cls)} - {"meta"}
        where = f"document {data['id']!r}" if isinstance(data.get("id"), str) else "document"
        document = _read(cls, {key: value for key, value in data.items() if key in known}, where)
        document.meta = {key: value for key, value in data.items() if key not in known}
        for number, event in enumerate(document.events, 1):
            event.id = event.id or f"{document.id}#{number}"
        return document

    def to_json(self, *, text: bool = False) -> str:
        """One line of JSON without the line end."""
        return _dumps(self.to_dict(text=text))

    @classmethod
    def from_json(cls, line: str) -> Document:
        """Raises RecordError."""
        return cls.from_dict(_loads(line))

    def validate(self, text: str | None = None) -> list[str]:
        """What is wrong with the records, a sentence each; an empty list if nothing is.

        ``text`` is what the offsets refer to; without it ``self.text`` is used, and without both offsets are only checked for order.
        """
        return list(_problems(self, self.text if text is None else text))

    def check(self, text: str | None = None) -> None:
        """Raises RecordError with the first problem that `validate` finds and the number of the others."""
        problems = self.validate(text)
        if problems:
            more = f" (and {len(problems) - 1} more)" if len(problems) > 1 else ""
            raise RecordError(f"document {self.id!r}: {problems[0]}{more}")

    def __repr__(self) -> str:
        head = " ".join(filter(None, (repr(self.id), self.lang, self.date)))
        return f"<Document {head}: {len(self.events)} event{'' if len(self.events) == 1 else 's'}>"


def schema() -> dict[str, Any]:
    """JSON Schema (draft 2020-12) of one line of output; hand-annotated files, which leave some keys out, fit it too."""
    definitions: dict[str, Any] = {}
    document = _codec.schema(Document, definitions)
    del document["properties"]["meta"]
    document["additionalProperties"] = True
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "bilat_nlp document", **document, "$defs": definitions}


def _problems(document: Document, text: str | None) -> Iterator[str]:
    if document.date is not None and not edtf.is_edtf(document.date):
        yield f"the document's date {document.date!r} is not EDTF"
    for number, entity in enumerate(document.entities):
        yield from _argument_problems(entity, f"entities[{number}]", text)
    seen: set[str] = set()
    for event in document.events:
        if event.id in seen:
            yield f"the event id {event.id!r} stands twice"
        seen.add(event.id)
        yield from (f"event {event.id}: {problem}" for problem in _event_problems(event, text))


def _event_problems(event: Event, text: str | None) -> Iterator[str]:
    known = ontology.current()
    if event.modality not in known.modalities:
        yield f"unknown modality {event.modality!r}"
    if not event.triggers:
        yield "it has no trigger"
    for number, trigger in enumerate(event.triggers):
        yield from _span_problems(trigger, f"triggers[{number}]", text)
    kind = known.types.get(event.type)
    if kind is None:
        yield f"unknown type {event.type!r}"
    for role in known.roles:
        arguments = getattr(event, role)
        if arguments and kind is not None and role in ("actor", "recipient", "object") and role not in kind.roles:
            yield f"{event.type} takes no {role}"
        for number, argument in enumerate(arguments):
            yield from _argument_problems(argument, f"{role}[{number}]", text)
    if event.date is not None:
        yield from _span_problems(event.date, "date", text)
        try:
            edtf.bounds(event.date.value)
        except ValueError as error:
            yield f"date: {error}"
    if event.confidence is not None and not 0 <= event.confidence <= 1:
        yield f"the confidence {event.confidence} does not lie between 0 and 1"
    if event.modality == "negated" and event.goldstein is not None:
        yield "a negated event has no Goldstein value"


def _argument_problems(argument: Argument, where: str, text: str | None) -> Iterator[str]:
    yield from _span_problems(argument, where, text)
    known = ontology.current()
    if argument.label is not None and argument.label not in known.labels:
        yield f"{where}: unknown label {argument.label!r}"
    if argument.value is not None and not edtf.is_edtf(argument.value):
        yield f"{where}: the value {argument.value!r} is not EDTF"
    if argument.code is not None and not known.is_code(argument.code):
        yield f"{where}: {argument.code!r} is neither an ISO 3166-1 alpha-3 code nor IGO- with an acronym"


def _span_problems(span: Argument | Trigger | DateValue, where: str, text: str | None) -> Iterator[str]:
    if not 0 <= span.start < span.end:
        yield f"{where}: {span.start}:{span.end} is no span"
    elif text is not None and text[span.start : span.end] != span.text:
        yield f"{where}: the text at {span.start}:{span.end} is {text[span.start : span.end]!r}, not {span.text!r}"


def _read(cls: Any, data: Any, where: str) -> Any:
    try:
        return _codec.read(cls, data, where)
    except ValueError as error:
        raise RecordError(str(error)) from None


def _loads(line: str) -> Any:
    try:
        return json.loads(line)
    except (ValueError, RecursionError) as error:
        raise RecordError(f"not JSON: {error}") from None


def _dumps(data: dict[str, Any]) -> str:
    line = json.dumps(data, ensure_ascii=False, allow_nan=False)
    try:
        line.encode("utf-8")
    except UnicodeEncodeError:  # half of a surrogate pair, as broken scrapes hold it: UTF-8 cannot write it, an escape can
        return json.dumps(data, allow_nan=False)
    return line
