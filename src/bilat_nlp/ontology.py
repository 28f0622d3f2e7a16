"""The event types, their roles and their codes, read from ``ontology.toml``.

A file of one's own may add types or change keys of existing ones; it is merged over the file of the package.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

PACKAGED = Path(__file__).with_name("ontology.toml")
IGO_CODE = r"IGO-[A-Z0-9][A-Za-z0-9+-]*"


class OntologyError(ValueError):
    """A damaged ontology file; the message names the file, the key and the way to mend it."""

    def __init__(self, path: Path, key: str, problem: str, mend: str) -> None:
        super().__init__(f"{path}: {key}: {problem}; {mend}")
        self.path, self.key = path, key


@dataclass(frozen=True, slots=True)
class Plover:
    """Type and mode in PLOVER; both are None where PLOVER has no such event."""

    type: str | None = None
    mode: str | None = None


@dataclass(frozen=True, slots=True)
class Variant:
    """A refinement of a type that differs in codes, or in whether all parties are actors."""

    name: str
    description: str
    cameo: str
    plover: Plover
    planned: str
    symmetric: bool


@dataclass(frozen=True, slots=True)
class EventType:
    """One type of event.

    ``relations`` leads from a grammatical relation to a role; ``also_location`` names the relations that, borne by a place, fill the
    location too. ``distribute`` names the roles whose several fillers make a record each. ``acts_for`` names kinds of bodies whose
    owner is the actor, whoever the grammar makes one. ``traits`` say how mentions of it behave in a text, ``refers_to`` which types
    wording that opens a sentence may mean; both are explained in ``ontology.toml``. ``variants`` always holds the key ``""``: the
    type as it is when no variant is chosen.
    """

    name: str
    description: str
    roles: tuple[str, ...]
    symmetric: bool
    minimum_sides: int
    relations: Mapping[str, str]
    also_location: frozenset[str]
    distribute: tuple[str, ...]
    acts_for: tuple[str, ...]
    traits: frozenset[str]
    refers_to: frozenset[str]
    variants: Mapping[str, Variant]

    def variant(self, name: str | None = None) -> Variant:
        """The variant of that name, or the plain type. Raises KeyError with the names that exist."""
        try:
            return self.variants[name or ""]
        except KeyError:
            known = ", ".join(sorted(filter(None, self.variants))) or "none"
            raise KeyError(f"{self.name} has no variant {name!r} (known: {known})") from None

    def role(self, relation: str, variant: str | None = None) -> str | None:
        """The role that a relation fills, None if it fills none; with symmetric types every party is an actor."""
        role = self.relations.get(relation)
        return "actor" if role == "recipient" and self.variant(variant).symmetric else role


@dataclass(frozen=True, slots=True)
class Ontology:
    """All types with the vocabularies that the records may use."""

    types: Mapping[str, EventType]
    roles: tuple[str, ...]
    modalities: tuple[str, ...]
    labels: tuple[str, ...]
    relations: tuple[str, ...]
    states: frozenset[str]
    goldstein: Mapping[str, float] = field(repr=False)

    def is_code(self, code: str) -> bool:
        """Whether this is an ISO 3166-1 alpha-3 code (also of a former state) or ``IGO-`` with an acronym."""
        return code in self.states or re.fullmatch(IGO_CODE, code) is not None

    def codes(self, type: str, modality: str = "actual", variant: str | None = None) -> tuple[str, dict[str, str | None], float | None]:
        """CAMEO code, PLOVER type and mode, and Goldstein value of an event; a negated event has no Goldstein value.

        The code is that of the deed, whatever its modality; see `promise` for exports. Raises KeyError for an unknown name.
        """
        chosen = self.types[type].variant(variant)
        plover = {"type": chosen.plover.type, "mode": chosen.plover.mode}
        return chosen.cameo, plover, None if modality == "negated" else self.goldstein[chosen.cameo]

    def promise(self, type: str, variant: str | None = None) -> tuple[str, float]:
        """CAMEO code and Goldstein value of the intention to do it, for tables that take a planned event as a statement."""
        code = self.types[type].variant(variant).planned
        return code, self.goldstein[code]


@cache
def load(path: Path | None = None) -> Ontology:
    """The packaged ontology, with the file at ``path`` merged over it.

    Raises OntologyError if a file is damaged and OSError if it cannot be read.
    """
    raw = _read(PACKAGED)
    if path is not None:
        raw = _merge(raw, _read(Path(path)))
    return _Builder(Path(path) if path else PACKAGED, raw).ontology()


_in_use: list[Path | None] = [None]


def use(path: Path | None) -> Ontology:
    """Make the file at ``path``, merged over the packaged one, the ontology of this process; None goes back to the packaged one.

    A model that was trained with types of a user's own calls it when it is loaded. Raises as `load`.
    """
    known = load(path)
    _in_use[0] = path
    return known


def current() -> Ontology:
    """The ontology in use: the packaged one, or that of the last `use`."""
    return load(_in_use[0])


def types() -> Mapping[str, EventType]:
    """The types in use by name, those of the contract first and in its order."""
    return current().types


def has_trait(type: str, trait: str) -> bool:
    """Whether a type has the trait. Raises KeyError for an unknown type."""
    return trait in current().types[type].traits


def codes(type: str, modality: str = "actual", variant: str | None = None) -> tuple[str, dict[str, str | None], float | None]:
    """`Ontology.codes` of the ontology in use."""
    return current().codes(type, modality, variant)


def _read(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise OntologyError(path, "file", f"not TOML in UTF-8 ({error})", "correct that place") from error


def _merge(base: dict[str, Any], over: dict[str, Any]) -> dict[str, Any]:
    """Tables key by key, everything else replaced. ``relations`` and ``plover`` are replaced whole: half of one says nothing."""
    merged = dict(base)
    for key, value in over.items():
        old = merged.get(key)
        together = isinstance(old, dict) and isinstance(value, dict) and key not in ("relations", "plover")
        merged[key] = _merge(old, value) if together else value  # type: ignore[arg-type]
    return merged


class _Builder:
    """Turns the raw tables into an `Ontology` and says precisely what is wrong with them."""

    def __init__(self, path: Path, raw: dict[str, Any]) -> None:
        self.path, self.raw = path, raw

    def ontology(self) -> Ontology:
        raw = self.raw
        values = self._table(raw, "", "goldstein")
        self.goldstein = {code: float(self._get(values, "goldstein", code, (int, float))) for code in values}
        self.roles = self._names(raw, "", "roles")
        self.relations = self._names(raw, "", "relations")
        self.traits = self._names(raw, "", "traits")
        states = self._table(raw, "", "states")
        return Ontology(
            types=MappingProxyType({name: self._type(name, table) for name, table in self._table(raw, "", "types").items()}),
            roles=self.roles,
            modalities=self._names(raw, "", "modalities"),
            labels=self._names(raw, "", "labels"),
            relations=self.relations,
            states=frozenset(code for key in states for code in self._get(states, "states", key, str).split()),
            goldstein=MappingProxyType(self.goldstein),
        )

    def _type(self, name: str, table: Any) -> EventType:
        where = f"types.{name}"
        if not isinstance(table, dict):
            raise self._error(where, "is no table", "write it as [types.NAME]")
        roles = self._names(table, where, "roles")
        self._known(f"{where}.roles", roles, self.roles)
        sides = self._get(table, where, "minimum_sides", int)
        if sides not in (1, 2):
            raise self._error(f"{where}.minimum_sides", f"is {sides}", "write 1 or 2")
        also = tuple(self._names(table, where, "also_location")) if "also_location" in table else ()
        self._known(f"{where}.also_location", also, self.relations)
        distribute = self._names(table, where, "distribute") if "distribute" in table else ()
        self._known(f"{where}.distribute", distribute, roles)
        acts_for = self._names(table, where, "acts_for") if "acts_for" in table else ()
        traits = self._names(table, where, "traits") if "traits" in table else ()
        self._known(f"{where}.traits", traits, self.traits)
        refers_to = self._names(table, where, "refers_to") if "refers_to" in table else ()
        self._known(f"{where}.refers_to", refers_to, tuple(self.raw["types"]))
        plain = self._variant("", table, where, {})
        variants = {"": plain}
        for key in self._table({"variants": {}} | table, where, "variants"):
            over = self._table(table["variants"], f"{where}.variants", key)
            variants[key] = self._variant(key, table, f"{where}.variants.{key}", over)
        return EventType(
            name, plain.description, roles, plain.symmetric, sides, MappingProxyType(self._relations(table, where)),
            frozenset(also), distribute, acts_for, frozenset(traits), frozenset(refers_to), MappingProxyType(variants),
        )  # fmt: skip

    def _variant(self, name: str, table: dict[str, Any], where: str, over: dict[str, Any]) -> Variant:
        merged = _merge(table, over)
        cameo = self._code(merged, where, "cameo")
        plover = self._get(merged, where, "plover", dict)
        if not set(plover) <= {"type", "mode"}:
            raise self._error(f"{where}.plover", "has keys other than type and mode", "remove them")
        return Variant(
            name=name,
            description=self._get(merged, where, "description", str),
            cameo=cameo,
            plover=Plover(plover.get("type"), plover.get("mode")),
            # a variant with a deed of its own promises what its type promises
            planned=self._code(merged, where, "planned") if "planned" in merged else cameo,
            symmetric=self._get({"symmetric": False} | merged, where, "symmetric", bool),
        )

    def _relations(self, table: dict[str, Any], where: str) -> dict[str, str]:
        where = f"{where}.relations"
        found: dict[str, str] = {}
        for role, relations in self._get(table, where.rpartition(".")[0], "relations", dict).items():
            self._known(where, (role,), self.roles)
            for relation in self._get({role: relations}, where, role, str).split():
                self._known(f"{where}.{role}", (relation,), self.relations)
                if relation in found:
                    raise self._error(where, f"{relation} fills both {found[relation]} and {role}", "keep one of the two")
                found[relation] = role
        return found

    def _code(self, table: dict[str, Any], where: str, key: str) -> str:
        code: str = self._get(table, where, key, str)
        if code not in self.goldstein:
            raise self._error(f"{where}.{key}", f"{code} has no value under [goldstein]", f'add "{code}" = VALUE there')
        return code

    def _names(self, table: dict[str, Any], where: str, key: str) -> tuple[str, ...]:
        names = self._get(table, where, key, list)
        if not all(isinstance(name, str) for name in names):
            raise self._error(f"{where}.{key}".lstrip("."), "holds something other than strings", "quote every item")
        return tuple(names)

    def _known(self, where: str, names: tuple[str, ...], vocabulary: tuple[str, ...]) -> None:
        for name in names:
            if name not in vocabulary:
                raise self._error(where, f"{name!r} is unknown", f"use one of {', '.join(vocabulary)}")

    def _table(self, table: dict[str, Any], where: str, key: str) -> dict[str, Any]:
        found: dict[str, Any] = self._get(table, where, key, dict)
        return found

    def _get(self, table: dict[str, Any], where: str, key: str, kind: type | tuple[type, ...]) -> Any:
        full = f"{where}.{key}".lstrip(".")
        if key not in table:
            raise self._error(full, "is missing", "add it")
        # bool is an int in Python, but `minimum_sides = true` is a slip
        if not isinstance(table[key], kind) or (isinstance(table[key], bool) and kind is not bool):
            wanted = " or ".join(k.__name__ for k in (kind if isinstance(kind, tuple) else (kind,)))
            raise self._error(full, f"is {table[key]!r}", f"write a value of type {wanted}")
        return table[key]

    def _error(self, key: str, problem: str, mend: str) -> OntologyError:
        return OntologyError(self.path, key, problem, mend)
