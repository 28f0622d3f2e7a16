"""Figures that must not fall below a floor: for continuous integration."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from bilat_nlp.evaluation.results import TITLES, Report

_WRITTEN = re.compile(r"\s*(\w+)\s*(>=|<=|>|<)\s*(\d+\.?\d*|\.\d+)\s*")
_HOLDS: dict[str, Callable[[float, float], bool]] = {
    ">=": lambda value, floor: value >= floor,
    "<=": lambda value, floor: value <= floor,
    ">": lambda value, floor: value > floor,
    "<": lambda value, floor: value < floor,
}


@dataclass(frozen=True, slots=True)
class Floor:
    """A figure, a sign, and a number between 0 and 1."""

    name: str
    sign: str
    floor: float

    @classmethod
    def of(cls, text: str) -> Floor:
        """From ``relaxed>=0.7``. Raises ValueError with a sentence."""
        parts = _WRITTEN.fullmatch(text)
        if parts is None or parts[1] not in TITLES:
            raise ValueError(f"{text!r}: write it as relaxed>=0.7, with one of the figures {', '.join(TITLES)}")
        if float(parts[3]) > 1:
            raise ValueError(f"{text!r}: figures lie between 0 and 1, so that {parts[3]} is never reached")
        return cls(parts[1], parts[2], float(parts[3]))

    def broken(self, report: Report) -> str | None:
        """A sentence if it is not held."""
        figures, asked = report.figures(), f"{self.name}{self.sign}{self.floor:g}"
        value = figures[self.name].value if self.name in figures else None
        if value is None:
            return f"{self.name} has no value on these documents, so that {asked} is not held"
        return None if _HOLDS[self.sign](value, self.floor) else f"{self.name} is {value:.4f}: {asked} is not held"
