"""What the lines of the data files become: typed entries of one language's lexicon."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from .. import ontology
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
REFERENCES = frozenset("both home here own counterpart he alliance guest host".split())
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
    back: bool = False
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
    terms: PhraseSet  # prepositions that give a document its term: "на 2026-2029 годы"
    articles: PhraseSet
    dating: PhraseSet  # prepositions that give a noun its date: "acordul din 2005"
    place_heads: PhraseSet  # nouns behind a place name that carry its case: "Moskva shahriga"
    modality: list[ModalityCue]
    noise: PhraseSet
    private: PhraseSet  # newspapers, analysts, tourists: a nationality word beside one makes no party
    currencies: PhraseSet
    scale: PhraseSet


# The keys that the files may hold. A slip of the pen in a key ("wihtin") would otherwise be passed over without a word.
TRIGGER = frozenset("id type any near within not not_within roles object variant modality weak pair back single confidence".split())
CUE = frozenset("value on before after unless within".split())
CUES = {
    "adpositions": frozenset("before after dating terms articles place_heads".split()),
    "conjunctions": frozenset({"words"}),
    "clauses": frozenset({"boundary"}),
    "modality": frozenset({"cue"}),
    "noise": frozenset("words private".split()),
    "money": frozenset("currencies scale".split()),
}


def check_keys(table: Mapping[str, Any], known: Collection[str], where: str) -> None:
    """Raises ValueError naming a key that nobody reads, with those that are."""
    if unknown := [key for key in table if key not in known]:
        raise ValueError(f"{where}: unknown key {unknown[0]!r}; known are {', '.join(sorted(known))}")


def check_trigger(raw: Mapping[str, Any]) -> None:
    """Raises ValueError or KeyError for an entry of triggers.toml that the ontology does not bear out."""
    known = ontology.current()
    check_keys(raw, TRIGGER, "entry")
    if raw["type"] not in known.types:
        raise ValueError(f"unknown type {raw['type']!r}; the types stand in ontology.toml")
    known.types[raw["type"]].variant(raw.get("variant"))
    _among(raw.get("modality", "actual"), known.modalities, "modality")
    for relation, role in raw.get("roles", {}).items():
        _among(relation, known.relations, "relation")
        _among(role, (*known.roles, "none"), "role")
    if not 0 <= raw.get("confidence", 0.8) <= 1:
        raise ValueError(f"the confidence {raw['confidence']} does not lie between 0 and 1")


def check_cues(data: Mapping[str, Any]) -> None:
    """Raises ValueError for a table, key, relation or modality of cues.toml that nobody reads."""
    known = ontology.current()
    check_keys(data, CUES, "file")
    for name, table in data.items():
        check_keys(table, CUES[name], f"[{name}]")
    for side in ("before", "after"):
        for form, relation in data.get("adpositions", {}).get(side, {}).items():
            _among(relation, known.relations, f"relation of {form!r}")
    for cue in data.get("modality", {}).get("cue", []):
        check_keys(cue, CUE, "[[modality.cue]]")
        _among(cue["value"], known.modalities, "modality")


def _among(value: str, known: Collection[str], what: str) -> None:
    if value not in known:
        raise ValueError(f"unknown {what} {value!r}; use one of {', '.join(known)}")
