"""factRuEval-2016: facts of Russian news between objects, which are chains of mentions.

A fact names its participants but neither the words that tell it nor the states behind them: events have no triggers, all participants
are actors, and their codes come from `linked`. A participant stands at its first mention.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bilat_nlp.evaluation.foreign import linked
from bilat_nlp.evaluation.foreign.lines import Found, get, objects
from bilat_nlp.evaluation.foreign.scheme import Scheme
from bilat_nlp.records import Argument, Document, Event, RecordError

_CHAIN = "obj"  # a fact refers to the chain 90 as obj90
Spans = list[tuple[int, int]]


@dataclass(slots=True)
class Fact:
    """``participants`` holds the mentions of each."""

    event: Event
    participants: list[Spans]


def read(path: Path, scheme: Scheme, notes: Counter[str], splits: Collection[str] | None = None) -> Iterator[Found]:
    """Raises RecordError."""
    read_so_far = [_document(data, scheme, notes, place) for place, data in objects(path, splits)]
    told = [(document, facts) for document, facts in read_so_far if any(fact.event.type in scheme.scope for fact in facts)]
    entities = dict(zip((document.id for document, _ in told), linked.entities_of([document for document, _ in told]), strict=True))
    for document, facts in read_so_far:
        text = document.text or ""
        found = Found(document)
        for fact in facts:
            for spans in fact.participants:
                start, end = spans[0]
                code = linked.code_at(spans, entities.get(document.id, ()))
                fact.event.actor.append(Argument(start, end, text[start:end], code=code))
            found.events.append((fact.event, fact.event.codes()))
        yield found


def _document(data: dict[str, Any], scheme: Scheme, notes: Counter[str], place: str) -> tuple[Document, list[Fact]]:
    document = Document(
        id=get(data, "id", str, place), lang=data.get("lang"), text=get(data, "text", str, place), split=data.get("split")
    )
    try:
        mentions = {each["id"]: _span(each) for each in get(data, "objects", list, place)}
        chains = {each["id"]: [mentions[id] for id in each["objects"] if id in mentions] for each in get(data, "coref", list, place)}
        facts = [_fact(each, chains, scheme, notes) for each in get(data, "facts", list, place)]
    except (LookupError, TypeError, ValueError, AttributeError) as error:
        if isinstance(error, RecordError):
            raise RecordError(str(error) if str(error).startswith(place) else f"{place}: {error}") from None
        raise RecordError(f"{place}: objects, coref or facts are not as in factRuEval ({error!r}); is this file really of it?") from None
    return document, facts


def _span(mention: dict[str, Any]) -> tuple[int, int]:
    """From the first to the last of its parts."""
    return min(start for _, start, _ in mention["spans"]), max(end for *_, end in mention["spans"])


def _fact(fact: dict[str, Any], chains: dict[str, Spans], scheme: Scheme, notes: Counter[str]) -> Fact:
    roles = scheme.tables["roles"]
    values = [(each["role"], " ".join(filter(None, (each["ref"], each["value"])))) for each in fact["args"]]
    event = Event(id=fact["id"], type=_kind(scheme.class_of(fact["type"]), values, scheme))
    told = " ".join(value for role, value in values if role == roles["modality"])
    event.modality = next((ours for theirs, ours in scheme.tables["modalities"].items() if theirs in told), event.modality)
    participants = []
    for each in fact["args"]:
        if each["role"] == roles["side"]:
            spans = chains.get(each["ref"].removeprefix(_CHAIN), [])
            if spans:
                participants.append(spans)
            else:
                notes["participants without a mention in the text"] += 1
    return Fact(event, participants)


def _kind(kind: str, values: list[tuple[str, str]], scheme: Scheme) -> str:
    """Some kinds of one class are a class of their own."""
    table = scheme.tables["kinds"].get(kind)
    if table is None:
        return kind
    told = [value for role, value in values if role == table["role"]]
    return next((other for start, other in table.items() if any(value.startswith(start) for value in told)), kind)
