"""What the stages of the pipeline hand to each other: mentions, drafts of events, and the analysis of one document that holds them.

Everything is anchored in words of the layout and in code points of the text, so the stages work on any tokenisation of the spaCy `Doc`
that carries them.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from .languages.entries import TriggerEntry
    from .languages.loader import Language
    from .languages.patterns import Hits
    from .mentions.dates import DateMention
    from .neural.decode import Found
    from .text.segment import Layout

Relations = frozenset[str]
RESOLUTION = "resolution"  # beside `SUFFIXES` and `GAZETTEER` of the language: what the pipeline can do without


@dataclass(slots=True)
class Mention:
    """Something in the text that can be a party or a place.

    Attributes:
        first, last: words of the whole noun phrase, half-open.
        start, end: code points of the filler's own span (the name without the office).
        kind: kind of the head: `state`, `capital`, `igo`, `person`, an office, a reference ...
        codes: codes that it stands for; more than one only for "the two countries".
        relations: what case ending, adposition and position say of its part in the sentence.
        inside: it is part of a larger mention and no party of its own.
        group: number of the list that it belongs to ("A, B and C"), -1 for none.
    """

    first: int
    last: int
    start: int
    end: int
    label: str
    kind: str
    codes: tuple[str, ...]
    relations: Relations
    sentence: int
    english: str | None = None
    office: str | None = None
    inside: bool = False
    group: int = -1
    resolved: bool = False
    sides: tuple[str, ...] = ()  # every side that a known person has stood for

    @property
    def code(self) -> str | None:
        return self.codes[0] if len(self.codes) == 1 else None

    @property
    def only_place(self) -> bool:
        """It says where, whence or whither, and no more: no party by itself."""
        return (
            self.kind in ("city", "capital", "state")
            and self.relations - {"adj"} <= {"loc", "abl", "dat"}
            and bool(self.relations - {"adj"})
        )


@dataclass(slots=True)
class Party:
    """A mention in a role; `inferred` where it stands outside the trigger's own sentence, `probability` as the model has it."""

    mention: Mention
    code: str | None
    inferred: bool = False
    probability: float = 1.0


@dataclass(slots=True)
class Draft:
    """An event mention on its way to a record."""

    entry: TriggerEntry
    sentence: int
    first: int
    last: int
    modality: str = "actual"
    actor: list[Party] = field(default_factory=list)
    recipient: list[Party] = field(default_factory=list)
    object: list[tuple[int, int]] = field(default_factory=list)  # code points
    amount: list[tuple[int, int]] = field(default_factory=list)
    location: list[Mention] = field(default_factory=list)
    date: DateMention | None = None
    confidence: float = 0.0
    refers: Draft | None = None  # the earlier mention that a definite noun means ("at the summit")
    siblings: frozenset[str] = frozenset()  # codes of the drafts that one wording was divided into
    believed: bool = True  # whether the rules would report it
    judged: bool = False  # whether the model had its say on it
    trigger: float = 0.0  # the model's probability that the wording names an event of this type

    @property
    def type(self) -> str:
        return self.entry.type

    @property
    def reported(self) -> bool:
        """Whether the rules found it and would report it."""
        return bool(self.entry.id) and self.believed

    @property
    def codes(self) -> set[str]:
        return {party.code for party in self.actor + self.recipient if party.code}


@dataclass(slots=True)
class Analysis:
    """One document (or one run of a single language in it) on its way through the stages."""

    text: str
    language: Language
    layout: Layout
    reference: str | None
    hits: list[Hits]
    mentions: list[list[Mention]] = field(default_factory=list)
    dates: list[list[DateMention]] = field(default_factory=list)
    drafts: list[Draft] = field(default_factory=list)
    home: str | None = None
    quiet: set[int] = field(default_factory=set)  # sentences that give no events: furniture, sport ...
    without: frozenset[str] = frozenset()  # parts of the pipeline that are switched off
    names: list[Found] | None = None  # names that the model sees, where one has had its say
    confidence: Callable[[Sequence[Draft]], float] | None = None  # of the record of some drafts, likewise
    least: float = 0.0  # confidence below which a record is not given
    least_seen: float = 0.0  # the same for a record that the model alone sees

    @property
    def year(self) -> int | None:
        """The year of the document, where its date is known."""
        return int(self.reference[:4]) if self.reference else None
