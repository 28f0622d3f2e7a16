"""What the lines of the data files become: typed entries of one language's lexicon."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from ..world.gazetteer import Person
from ..world.people import pick
from .patterns import PhraseSet

PLACES = frozenset({"state", "capital", "city", "region"})
NAME_KINDS = PLACES | {"adjective", "igo", "body"}
BODIES = frozenset("ministry government parliament embassy army agency court company chamber university".split())
PERSONS = frozenset(
    "head_of_state head_of_government foreign_minister minister deputy ambassador envoy parliament_speaker lawmaker monarch spokesperson "
    "commander official delegation citizen_leader".split()
)
REFERENCES = frozenset("both home here counterpart he alliance guest host".split())
LABELS = {"state": "GPE", "capital": "GPE", "city": "GPE", "region": "LOC", "adjective": "NORP", "igo": "ORG", "body": "ORG"}


@dataclass(frozen=True, slots=True)
class Name:
    """A name of names.tsv: a state, nationality word, place, IGO or coded body."""

    code: str | None
    kind: str
    english: str

    @property
    def label(self) -> str:
        return LABELS[self.kind]


@dataclass(frozen=True, slots=True)
class Office:
    """An office or body without a code of its own."""

    kind: str
    label: str


@dataclass(frozen=True, slots=True)
class Reference:
    """A word that refers back to parties named before."""

    kind: str


@dataclass(frozen=True, slots=True)
class KnownPerson:
    """A known name in the spelling of one language; `short` where the surname alone stands.

    The people that it may mean differ in side and years.
    """

    people: tuple[Person, ...]
    short: bool = False

    def code(self, year: int | None) -> str | None:
        """The side that the name stands for in a year; None where that stays open."""
        person = pick(self.people, year)
        return person.code if person else None


@dataclass(slots=True)
class TriggerEntry:
    """One sense of a wording that names an event (an entry of triggers.toml)."""

    id: str
    type: str
    near: PhraseSet | None = None
    within: int | None = None
    bar: PhraseSet | None = None
    bar_within: int = 4
    roles: dict[str, str] = field(default_factory=dict)
    object: PhraseSet | None = None
    modality: str | None = None
    variant: str | None = None
    weak: bool = False
    pair: bool = False
    single: bool = False
    confidence: float = 0.8


@dataclass(slots=True)
class ModalityCue:
    """A wording that makes an event planned, recurring, possible or negated."""

    value: str
    on: PhraseSet | None
    before: PhraseSet | None
    after: PhraseSet | None
    unless: PhraseSet | None
    within: int


@dataclass(slots=True)
class Cues:
    """What cues.toml holds, compiled."""

    before: PhraseSet  # adpositions that stand before a name; the payload is the relation
    after: PhraseSet
    conjunctions: PhraseSet
    boundaries: PhraseSet
    articles: PhraseSet
    dating: PhraseSet  # prepositions that give a noun its date: "acordul din 2005"
    place_heads: PhraseSet  # nouns behind a place name that carry its case: "Moskva shahriga"
    modality: list[ModalityCue]
    noise: PhraseSet
    opinion: PhraseSet
    private: PhraseSet  # newspapers, analysts, tourists: a nationality word beside one makes no party
    currencies: PhraseSet
    scale: PhraseSet


Data = dict[str, Any]
