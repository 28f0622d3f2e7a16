"""A text cut into runs, so that spans which overlap or lie in each other can be shown in it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Mark:
    """A span and what it is: ``role`` in the event of that ``number``."""

    start: int
    end: int
    number: int
    role: str


@dataclass(frozen=True, slots=True)
class Run:
    """A piece of the text with all marks that cover it; ``opened`` are those that begin with it."""

    text: str
    marks: tuple[Mark, ...] = ()
    opened: tuple[Mark, ...] = ()


def runs(text: str, marks: Iterable[Mark]) -> list[Run]:
    """The pieces in order; joined they are the text. Marks that do not fit the text are cut to it or left out."""
    opening, closing = defaultdict(list), defaultdict(list)
    for mark in sorted(set(marks), key=lambda mark: (mark.number, mark.role, mark.start, mark.end)):
        start, end = max(0, mark.start), min(len(text), mark.end)
        if start < end:
            opening[start].append(mark)
            closing[end].append(mark)
    cuts = sorted({0, len(text), *opening, *closing})
    open_marks: dict[Mark, None] = {}
    pieces = []
    for start, end in zip(cuts, cuts[1:], strict=False):
        for mark in closing[start]:
            del open_marks[mark]
        open_marks |= dict.fromkeys(opening[start])
        pieces.append(Run(text[start:end], tuple(open_marks), tuple(opening[start])))
    return pieces
