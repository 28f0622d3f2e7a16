"""What a system is, and how one is named on the command line."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Protocol

from bilat_nlp.records import Document, RecordError


class System(Protocol):
    """Something that finds events in texts.

    ``recorded``: its output was written before, so that it has no speed. ``classes``: the scheme (see `evaluation.foreign`) whose
    classes its events have instead of our types. ``by_day``: after `predict`, whether its events belong to days and not to documents.
    ``notes``: what there is to say of its output beside the figures.
    """

    @property
    def name(self) -> str: ...

    @property
    def title(self) -> str: ...

    @property
    def recorded(self) -> bool: ...

    @property
    def classes(self) -> str | None: ...

    @property
    def by_day(self) -> bool: ...

    @property
    def notes(self) -> list[str]: ...

    def load(self) -> None:
        """Everything that takes time before the first text. Raises RecordError with a sentence if it cannot run here."""
        ...

    def predict(self, documents: Iterable[Document]) -> Iterator[Document]:
        """A document with events for each one given, in order; those given have an id, a text and perhaps a date, and nothing else."""
        ...


@dataclass(frozen=True, slots=True)
class Specification:
    """A specification in its parts."""

    text: str
    kind: str
    target: str = ""
    options: dict[str, str] = field(default_factory=dict)

    def listed(self, option: str) -> list[str]:
        """The values of an option that takes several, joined by ``+``."""
        return [value for value in self.options.get(option, "").split("+") if value]


@dataclass(frozen=True, slots=True)
class Kind:
    """``target`` says what is written behind the colon ("" for nothing); ``options`` which options there are."""

    about: str
    make: Callable[[Specification], System]
    target: str = ""
    options: tuple[str, ...] = ()

    def usage(self, name: str) -> str:
        """How it is written: ``stanza:FOLDER[,lang=...]``."""
        first = "," if self.target else ":"
        options = "".join(f"[{',' if number else first}{option}=...]" for number, option in enumerate(self.options))
        return ":".join(filter(None, (name, self.target))) + options


def specification(text: str, kinds: Mapping[str, Kind]) -> Specification:
    """The parts of a specification. A path may hold commas; only where an option of the kind follows is it split.

    Raises RecordError, which says how the kind is written, if this is not it; KeyError if there is no such kind.
    """
    name, _, rest = text.partition(":")
    kind = kinds[name]
    known = "|".join(kind.options) or "(?!)"
    target, *given = re.split(rf"(?:^|,)(?=(?:{known})=)", rest)
    options = dict(each.split("=", 1) for each in given)
    strange = any(re.search(r",\w+=", value) for value in options.values())  # an option that there is not
    if bool(target) != bool(kind.target) or strange:
        raise RecordError(f"{text!r} is no way to name this system; write {kind.usage(name)}")
    return Specification(text, name, target, options)
