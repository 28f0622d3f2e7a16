"""Reads the tables of states, organisations and people. Loaded on first use, kept for the life of the process.

A damaged row raises `GazetteerError`, which names the file and line and says how to mend it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Literal, NoReturn

LANGUAGES = ("en", "az", "uz", "hu", "kk", "ro", "ru", "tr")
"""The languages of the columns of people.tsv, in the order of the columns; the first must be filled, the others fall back on it."""

OFFICES = ("head_of_state", "head_of_government", "foreign_minister", "minister", "official", "igo_head")

Kind = Literal["state", "igo"]


class GazetteerError(ValueError):
    """A row of a data file cannot be read. The message names file and line and how to mend it."""


@dataclass(frozen=True, slots=True)
class State:
    """A state or territory of ISO 3166-1, or Kosovo."""

    code: str
    """ISO 3166-1 alpha-3, or XKX."""
    iso2: str
    name: str
    """Short customary English name."""
    capital: str
    """Seat of the government, in English; empty where nobody lives."""


@dataclass(frozen=True, slots=True)
class Igo:
    """An intergovernmental organisation or a standing format of states."""

    code: str
    """``IGO-`` and the usual English acronym."""
    name: str
    seat: str
    """City, in English; empty where there is no secretariat."""


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who acts, or acted, for one state or organisation."""

    code: str
    office: str
    """One of `OFFICES`: the highest held for this code."""
    since: int
    """First year in a high office for this code."""
    until: int | None
    """Last year; None while in office or when the end is not known."""
    names: dict[str, tuple[str, ...]]
    """Language code to spellings, the usual one first. A language whose press writes the English form has no entry."""

    @property
    def name(self) -> str:
        """The usual English name."""
        return self.names["en"][0]

    def spellings(self, lang: str) -> tuple[str, ...]:
        """Every form that a text in `lang` may use: its own, then the English ones."""
        own = self.names.get(lang, ())
        return own + tuple(form for form in self.names["en"] if form not in own)

    def in_office(self, year: int, slack: int = 0) -> bool:
        """Was the person in office in `year`, give or take `slack` years?"""
        return self.since - slack <= year and (self.until is None or year <= self.until + slack)


def _fail(file: str, line: int, what: str, mend: str) -> NoReturn:
    raise GazetteerError(f"world/{file}, line {line}: {what}. {mend}")


def _rows(file: str, columns: int) -> Iterator[tuple[int, list[str]]]:
    """Line number and cells of each row; comment lines and empty ones left out."""
    text = resources.files(__package__).joinpath(file).read_text(encoding="utf-8")
    for number, line in enumerate(text.split("\n"), 1):
        if not line or line[0] == "#":
            continue
        cells = line.split("\t")
        if len(cells) != columns:
            _fail(file, number, f"{len(cells)} columns instead of {columns}", "Divide the cells by single tabs; keep empty cells.")
        yield number, cells


@cache
def states() -> dict[str, State]:
    """States and territories by code. Raises GazetteerError on a damaged file."""
    found: dict[str, State] = {}
    for line, (code, iso2, name, capital) in _rows("states.tsv", 4):
        if not (len(code) == 3 and code.isascii() and code.isupper()):
            _fail("states.tsv", line, f"{code!r} is no code", "Write three capital letters (ISO 3166-1 alpha-3).")
        if code in found:
            _fail("states.tsv", line, f"{code} stands twice", "Delete one of the two lines.")
        if not (len(iso2) == 2 and name):
            _fail("states.tsv", line, f"{code} lacks its two-letter code or its name", "Fill both cells.")
        found[code] = State(code, iso2, name, capital)
    return found


@cache
def igos() -> dict[str, Igo]:
    """Organisations by code. Raises GazetteerError on a damaged file."""
    found: dict[str, Igo] = {}
    for line, (code, name, seat) in _rows("igos.tsv", 3):
        if not code.startswith("IGO-") or len(code) < 5 or code != code.upper():
            _fail("igos.tsv", line, f"{code!r} is no code", "Write IGO- and the usual English acronym in capitals.")
        if code in found:
            _fail("igos.tsv", line, f"{code} stands twice", "Delete one of the two lines.")
        if not name:
            _fail("igos.tsv", line, f"{code} has no name", "Write its English name in the second column.")
        found[code] = Igo(code, name, seat)
    return found


@cache
def seats() -> dict[str, str]:
    """Code of a state to its capital, in English."""
    return {code: state.capital for code, state in states().items() if state.capital}


@cache
def seat_state(code: str) -> str | None:
    """The state in whose capital an organisation has its seat; None where it sits elsewhere or nowhere."""
    seat = igos()[code].seat if code in igos() else ""
    return next((state for state, capital in seats().items() if seat and capital == seat), None)


def _year(cell: str, line: int, column: str) -> int:
    if not (len(cell) == 4 and cell.isdecimal()):
        _fail("people.tsv", line, f"{cell!r} in the column {column!r} is no year", "Write four digits.")
    return int(cell)


@cache
def people() -> list[Person]:
    """All people, in the order of the file. Raises GazetteerError on a damaged file."""
    found: list[Person] = []
    seen: dict[tuple[str, str], int] = {}
    for line, (code, office, since, until, *cells) in _rows("people.tsv", 4 + len(LANGUAGES)):
        if not is_code(code):
            _fail("people.tsv", line, f"unknown code {code!r}", "Use a code of states.tsv or igos.tsv, or add it there.")
        if office not in OFFICES:
            _fail("people.tsv", line, f"unknown office {office!r}", f"Use one of {', '.join(OFFICES)}.")
        names = {lang: tuple(cell.split("|")) for lang, cell in zip(LANGUAGES, cells, strict=True) if cell}
        if LANGUAGES[0] not in names:
            _fail("people.tsv", line, "no English name", "Fill the fifth column.")
        if any(not form or form != form.strip() for forms in names.values() for form in forms):
            _fail("people.tsv", line, "an empty name or a space too many beside '|'", "Delete it.")
        twin = seen.setdefault((code, names["en"][0]), line)
        if twin != line:
            _fail("people.tsv", line, f"{names['en'][0]} stands for {code} in line {twin} too", "Join the two lines.")
        first = _year(since, line, "from")
        last = _year(until, line, "to") if until else None
        if last is not None and last < first:
            _fail("people.tsv", line, f"the office ends ({last}) before it begins ({first})", "Correct the years.")
        found.append(Person(code, office, first, last, names))
    return found


def is_code(code: str) -> bool:
    """Does `code` name a state or an organisation of the tables?"""
    return code in states() or code in igos()


def kind_of(code: str) -> Kind:
    """``"state"`` or ``"igo"``. Raises KeyError for an unknown code."""
    if code in states():
        return "state"
    if code in igos():
        return "igo"
    raise KeyError(f"unknown code {code!r}: neither in world/states.tsv nor in world/igos.tsv")
