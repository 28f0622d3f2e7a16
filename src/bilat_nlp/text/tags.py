"""Tags of time words: one letter a word, and the orders of `time.toml` as regular expressions over those letters."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import NamedTuple

# Tags. Numbers: D day or small number, C the same with an ending that only days have, E range of days, Y year, Z year with an ending,
# J range of years, I decade ("1990s"), S whole date, B day + month in one word, H month + day in one word ("май-2"), n numeral in letters.
# Months: M bare or in a form that may precede its day, m in another form; V, v the same for names with another meaning.
# Words: y o k d c year, month, week, day, decade; b "several"; p q before a date (q: also before a V); t joins a range, i both p and t,
# j both q and t; A "ago"; F "ago" that stands before; L T N last, this, next.
# Phrases with an offset: R day, K week (or weekend), O month, U year, W weekday; "_" continues a phrase.
# Marks: "," "." "-".  x anything else.
SYMBOLS = {
    "D": r"(?:E|[DC](?:[-tji][DC])?)",
    "n": "[nD]",
    "u": "[dkoyc]",
    "F": "F_*",
    "M": "[MmVv]",
    "s": "[Mm]",
    "G": "[MV]",
    "Y": r"(?:y?[YZ]\.?[yc]?|U_*)",
    "X": r"(?:[YZ]\.?c|I[cy]?)",
    "y": "[yc]",
    "p": "[pqji]",
    "q": "[qj]",
    "t": "[-tji]",
    "l": "[LTN]",
    "R": "R_*",
    "K": "K_*",
    "O": "O_*",
    "U": "U_*",
    "W": "W_*",
    ".": r"\.",
}


class Offset(NamedTuple):
    """A relative value: a unit and how many of it from the reference; for `weekday` the number of the day, Monday 0."""

    unit: str
    number: int


class Phrase(NamedTuple):
    """A relative phrase: patterns of its words after the first, and its value."""

    rest: tuple[str, ...]
    offset: Offset


class Tag(NamedTuple):
    """What a word may be in a date."""

    letter: str
    numbers: tuple[int, ...] = ()
    phrases: tuple[Phrase, ...] = ()


@dataclass(slots=True)
class Expression:
    """A run of words that speaks of a time; half-open word indices, numbers in the order of the text.

    `offsets` holds the relative parts ({"year": -1} for "last year"); `side` is -1, 0 or 1 for last, this, next before a weekday.
    """

    first: int
    last: int
    days: list[int] = field(default_factory=list)
    months: list[int] = field(default_factory=list)
    years: list[int] = field(default_factory=list)
    offsets: dict[str, int] = field(default_factory=dict)
    side: int | None = None

    def whole(self) -> tuple[int, int, int] | None:
        """Year, month and day where the text names all three and nothing else."""
        if (len(self.years), len(self.months), len(self.days)) == (1, 1, 1) and "year" not in self.offsets:
            return self.years[0], self.months[0], self.days[0]
        return None


def matches(pattern: str, key: str) -> bool:
    """Whether a normalised word fits a one-word pattern: `form`, `begin*`, `*end` or `*inside*`."""
    if pattern.startswith("*"):
        return pattern.strip("*") in key if pattern.endswith("*") else key.endswith(pattern[1:])
    return key.startswith(pattern[:-1]) if pattern.endswith("*") else key == pattern


def compile_order(order: str) -> str:
    """One order of `time.toml` ("Y? M D d?") as a regular expression over tags."""
    parts = []
    for place, symbol in enumerate(order.split()):
        if place == 0 and symbol in ("p", "q"):  # a preposition is asked for but no part of the date; or it would win over longer orders
            parts.append(f"(?<={SYMBOLS[symbol]})")
            continue
        optional = symbol.endswith("?") and len(symbol) > 1
        name = symbol.rstrip("?") if optional else symbol
        piece = SYMBOLS.get(name, re.escape(name))
        parts.append(f"(?:{piece})?" if optional else piece)
    return "(?:" + "".join(parts) + ")"
