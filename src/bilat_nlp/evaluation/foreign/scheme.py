"""How the types of somebody else's annotation and ours correspond, read from a data file for each form.

A foreign class is as a rule coarser than our types, so the comparison is made on the foreign classes: `Scheme.project` gives the
events of the library (or of a corpus of ours) the class that their type belongs to, and gold documents carry the classes as they are.

Keys of a file
  title, note      what the annotation is; what a figure on it does not say
  exhaustive       true: an event found beside those of the annotators is a mistake; false: it may be right, only recall says something
  figures          names of the figures that the annotation can measure
  any_igo          the one code of all organisations, where the annotation does not tell them apart
  types            class = our types that belong to it; unmapped = the rest
  modality.VALUE   class = the class that an event of this modality belongs to instead ("" = none)
  labels           class = names of it in the foreign file, where they differ; outside = names that none of our types corresponds to
  like             another scheme whose types and modalities hold here too
Everything else in a file is for the reader of that form and explained there.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import Any

from bilat_nlp.records import Argument, Document, Event, RecordError

_HERE = Path(__file__).parent
_IGO = "IGO-"


@dataclass(frozen=True, slots=True)
class Scheme:
    """The correspondence for one form; ``tables`` holds what only its reader knows.

    ``types`` leads from our types to classes, ``labels`` from names in the foreign file to classes. ``scope`` are the classes that
    are compared: those that our types correspond to, or, when a file is read whole, all of them (`is_whole`).
    """

    name: str
    title: str
    note: str
    exhaustive: bool
    figures: tuple[str, ...]
    types: Mapping[str, str]
    unmapped: frozenset[str]
    modality: Mapping[str, Mapping[str, str]]
    labels: Mapping[str, str]
    outside: frozenset[str]
    any_igo: str | None
    tables: Mapping[str, Any] = field(repr=False)
    scope: frozenset[str] = frozenset()
    is_whole: bool = False

    @classmethod
    def of(cls, name: str, raw: Mapping[str, Any]) -> Scheme:
        """From the tables of a file; KeyError if one is missing."""
        types = dict(raw["types"])
        unmapped = frozenset(types.pop("unmapped", ()))
        labels = dict(raw.get("labels", {}))
        outside = frozenset(labels.pop("outside", ()))
        return cls(
            name=name,
            title=raw["title"],
            note=raw["note"],
            exhaustive=raw["exhaustive"],
            figures=tuple(raw["figures"]),
            types={ours: kind for kind, members in types.items() for ours in members},
            unmapped=unmapped,
            modality=raw.get("modality", {}),
            labels={kind: kind for kind in types} | {label: kind for kind, names in labels.items() for label in names},
            outside=outside,
            any_igo=raw.get("any_igo"),
            tables=raw,
            scope=frozenset(types) - outside,
        )

    @property
    def label(self) -> str:
        """For signatures."""
        return f"{self.name},whole" if self.is_whole else self.name

    def whole(self) -> Scheme:
        """The same with every class in scope."""
        changed = {kind for table in self.modality.values() for kind in table.values()} - {""}
        return replace(self, scope=self.scope | self.outside | changed, is_whole=True)

    def class_of(self, label: str) -> str:
        """The class of a name in the foreign file. Raises RecordError, without the place, for a name that the file of the scheme lacks."""
        if label in self.outside:
            return label
        try:
            return self.labels[label]
        except KeyError:
            known = ", ".join(sorted({*self.labels, *self.outside}))
            raise RecordError(f"unknown class {label!r}; write one of {known}, or add it to {self.name}.toml") from None

    def class_of_event(self, event: Event) -> str | None:
        """The class that an event of ours belongs to by type and modality; None if there is none in scope."""
        kind = self.types.get(event.type, "")
        kind = self.modality.get(event.modality, {}).get(kind, kind)
        return kind if kind in self.scope else None

    def project(self, document: Document) -> Document:
        """The document with classes instead of our types; events without a class leave, entities too.

        Events that can no longer be told apart become one (see `joined`).
        """
        classed = ((event, self.class_of_event(event)) for event in document.events)
        return replace(document, events=joined(self.recoded(replace(event, type=kind)) for event, kind in classed if kind), entities=[])

    def recoded(self, event: Event) -> Event:
        """The event with the codes that the annotation uses."""
        if self.any_igo is None:
            return event
        actor, recipient = ([self._recoded(each) for each in side] for side in (event.actor, event.recipient))
        return replace(event, actor=actor, recipient=recipient)

    def _recoded(self, argument: Argument) -> Argument:
        return replace(argument, code=self.any_igo) if (argument.code or "").startswith(_IGO) else argument


def joined(events: Iterable[Event]) -> list[Event]:
    """Events of one class between the same sides as one event with all their triggers; those without any code stay apart.

    A class holds several of our types (a visit and the talks during it), and most foreign annotation marks mentions, not events.
    """
    kept: dict[tuple[str, frozenset[str]], Event] = {}
    result: list[Event] = []
    for event in events:
        key = event.type, event.codes()
        first = kept.get(key) if key[1] else None
        if first is None:
            kept[key] = event = replace(event, triggers=list(event.triggers))
            result.append(event)
        else:
            first.triggers.extend(trigger for trigger in event.triggers if trigger not in first.triggers)
    return result


@cache
def load(name: str) -> Scheme:
    """The scheme of a form."""
    raw = _raw(name)
    if "like" in raw:
        base = _raw(raw["like"])
        modality = {value: base["modality"].get(value, {}) | raw.get("modality", {}).get(value, {}) for value in base["modality"]}
        raw = raw | {"types": base["types"], "modality": modality}
    return Scheme.of(name, raw)


def _raw(name: str) -> dict[str, Any]:
    return tomllib.loads((_HERE / f"{name}.toml").read_text(encoding="utf-8"))
