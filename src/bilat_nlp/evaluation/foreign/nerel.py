"""NEREL: entities and relations of Russian news; its event mentions, so far as they are diplomatic.

The codes of a participant are those of the Wikidata items of the states and organisations that stand in its words; where none stands
there (persons, most bodies) those of `linked`. The notes count which way they came.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

from bilat_nlp.corpus.groups import Groups
from bilat_nlp.evaluation.foreign import linked
from bilat_nlp.evaluation.foreign.lines import Found, get, objects
from bilat_nlp.evaluation.foreign.scheme import Scheme
from bilat_nlp.records import Argument, Document, Event, RecordError, Trigger

_EVENT = "EVENT"
_NEVER = "never"
_WORD = re.compile(r"[\w-]+")


@dataclass(frozen=True, slots=True)
class Entity:
    """A mention; ``start`` to ``end`` is its first part. ``code`` is that of its Wikidata item, if we know it."""

    id: str
    type: str
    start: int
    end: int
    text: str
    code: str | None


@dataclass(slots=True)
class Page:
    """A document with its mentions by id, and what stands in each relation to an event: (relation, other end)."""

    document: Document
    mentions: dict[str, Entity]
    around: dict[str, list[tuple[str, Entity]]] = field(default_factory=dict)


def read(path: Path, scheme: Scheme, notes: Counter[str], splits: Collection[str] | None = None) -> Iterator[Found]:
    """Raises RecordError."""
    pages = []
    for place, data in objects(path, splits):
        try:
            pages.append(_page(data, place))
        except (LookupError, TypeError, ValueError, AttributeError) as error:
            if isinstance(error, RecordError):
                raise
            raise RecordError(f"{place}: entities, relations or links are not as in NEREL ({error!r}); is this file of it?") from None
    told = [page for page in pages if any(_class(each, scheme) for each in page.mentions.values())]
    entities = dict(zip((page.document.id for page in told), linked.entities_of([page.document for page in told]), strict=True))
    for page in pages:
        found = Found(page.document)
        for kind, mentions in _events(page, scheme, notes):
            event = _event(kind, mentions, page, entities.get(page.document.id, ()), scheme, notes)
            found.events.append((event, event.codes()))
        yield found


@cache
def items() -> Mapping[str, str]:
    """Code by Wikidata item."""
    table = resources.files(__package__).joinpath("wikidata.tsv").read_text(encoding="utf-8")
    return dict(line.split("\t") for line in table.splitlines() if not line.startswith("#"))


def _page(data: dict[str, Any], place: str) -> Page:
    text = get(data, "text", str, place)
    codes = {each["ent"]: items().get(each["kb"].rpartition(":")[2]) for each in get(data, "links", list, place)}
    mentions = {}
    for each in get(data, "entities", list, place):
        start, end = each["spans"][0]
        mentions[each["id"]] = Entity(each["id"], each["type"], start, end, text[start:end], codes.get(each["id"]))
    page = Page(Document(id=get(data, "id", str, place), lang=data.get("lang"), text=text, split=data.get("split")), mentions)
    for each in get(data, "relations", list, place):
        one, other = mentions.get(each["arg1"]), mentions.get(each["arg2"])
        if one and other:
            page.around.setdefault(one.id, []).append((each["type"], other))
            page.around.setdefault(other.id, []).append((each["type"], one))
    return page


def _class(mention: Entity, scheme: Scheme) -> str | None:
    """The class that the words of an event mention speak for; `_NEVER` for what is surely none."""
    if mention.type != _EVENT:
        return None
    whole = " ".join(mention.text.casefold().split())
    words = [whole, *_WORD.findall(whole)]
    begun = [
        (kind == _NEVER, len(stem), kind)
        for kind, stems in scheme.tables["stems"].items()
        for stem in stems
        if any(each.startswith(stem) for each in words)
    ]
    return max(begun)[2] if begun else None


def _events(page: Page, scheme: Scheme, notes: Counter[str]) -> Iterator[tuple[str, list[Entity]]]:
    """Class and mentions of each event; mentions that NEREL calls names of one thing are one event if they are of one class."""
    table = scheme.tables["relations_of"]
    classes = {mention.id: _class(mention, scheme) for mention in page.mentions.values() if mention.type == _EVENT}
    kept = []
    for id, kind in classes.items():
        spoilt = any(classes.get(other.id) == _NEVER for relation, other in page.around.get(id, ()) if relation in table["spoils"])
        if kind in (None, _NEVER) or spoilt:
            notes["event mentions whose words speak for no class of ours"] += 1
        else:
            kept.append(id)
    same = Groups(range(len(kept)))
    for number, id in enumerate(kept):
        for relation, other in page.around.get(id, ()):
            if relation in table["same"] and other.id in kept and classes[other.id] == classes[id]:
                same.join(number, kept.index(other.id))
    for members in same.all():
        mentions = sorted((page.mentions[kept[number]] for number in members), key=lambda each: each.start)
        yield classes[mentions[0].id] or "", mentions


def _event(
    kind: str, mentions: Sequence[Entity], page: Page, entities: Sequence[Argument], scheme: Scheme, notes: Counter[str]
) -> Event:
    event = Event(id=f"{page.document.id}#{mentions[0].id}", type=kind)
    event.triggers = [Trigger(each.start, each.end, each.text) for each in mentions]
    table = scheme.tables["relations_of"]
    for relation, other in [near for mention in mentions for near in page.around.get(mention.id, ())]:
        if relation in table["actor"]:
            side = event.actor
        elif relation in table["recipient"] or (relation in table["place"] and kind in table["placed"]):
            side = event.recipient
        else:
            continue
        for code in _codes(other, page, entities, scheme, notes):
            side.append(Argument(other.start, other.end, other.text, code=code))
    return event


def _codes(
    participant: Entity, page: Page, entities: Sequence[Argument], scheme: Scheme, notes: Counter[str]
) -> Sequence[str | None]:
    """The codes of a participant; [None] for one without."""
    if participant.code:
        told = {participant.code}
    else:
        inside = (each for each in page.mentions.values() if participant.start <= each.start and each.end <= participant.end)
        told = {each.code for each in inside if each.code and each.type in scheme.tables["relations_of"]["states"]}
    if told:
        notes["participants whose state the annotation says"] += 1
        return sorted(told)
    code = linked.code_at([(participant.start, participant.end)], entities)
    notes["participants whose state the library's linking says" if code else "participants without a state"] += 1
    return [code]
