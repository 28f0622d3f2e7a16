"""What a line is on its page: title, list item, dateline, furniture (credits, reference lists, share and read-also lines) or body.

A line is called furniture only where that is sure, for nothing is looked for in it afterwards. The wording is in `boilerplate.toml`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from .calendar import Calendar, calendar_of
from .tags import Expression
from .words import Word, words_of

HEAD_LINES = 6  # lines in which the date of the report is looked for
HEAD_WORDS = 60
DATELINE_WORDS = 16  # a dateline is at most so long
SHOUTED_WORDS = 4  # "RIYADH:" and the like, with no day or agency to prove it
TITLE_WORDS = 40
HEADING_WORDS = 8
_CLOCK = re.compile(r"\d{1,2}[:.]\d\d(?::\d\d)?$")
_BULLETS = frozenset("*•·▪●■‣◦")
_SEPARATORS = frozenset("-–—:")
_CLOSING = ".!?…;:,"
_LIST_NUMBER = re.compile(r"\d{1,2}$")


@dataclass(slots=True)
class Block:
    """Words `first` to `last` (half-open) of the line `line`, all of one kind."""

    first: int
    last: int
    kind: str
    line: int


@dataclass
class Reading:
    """The blocks of a page in order, and what its dateline says."""

    blocks: list[Block] = field(default_factory=list)
    date: str | None = None
    place: tuple[int, int] | None = None


class Page:
    """The wording of pages in one language, compiled from the table of its `boilerplate.toml`."""

    def __init__(self, boilerplate: Mapping[str, Any], calendar: Calendar, normalise: Any) -> None:
        def phrases(name: str) -> list[tuple[str, ...]]:
            return [tuple(word.key for word in words_of(phrase, normalise)) for phrase in boilerplate.get(name, [])]

        self.calendar = calendar
        self.abbreviations = frozenset(normalise(form.rstrip(".")) for form in boilerplate.get("abbreviations", []))
        self.ordinal_stop = bool(boilerplate.get("ordinal_stop", False))
        self._closing_headings = frozenset(phrases("closing_headings"))
        self._whole_lines = frozenset(phrases("whole_lines"))
        self._line_starts = _by_first(phrases("line_starts"))
        self._bylines = _by_first(phrases("bylines"))
        self._line_parts = _by_first(phrases("line_parts"))
        self._agencies = _by_first(phrases("agencies"))
        self._date_labels = frozenset(phrase[0] for phrase in phrases("date_labels") if phrase)

    def read(self, words: Sequence[Word], lines: Sequence[tuple[int, int]]) -> Reading:
        """Say of every line what it is; a line may hold a dateline in front of its text."""
        reading = Reading()
        kinds = self._furniture(words, lines)
        spoken = 0  # lines so far that are no furniture
        for number, (first, last) in enumerate(lines):
            if kinds[number]:
                reading.blocks.append(Block(first, last, kinds[number], number))
                if number < HEAD_LINES and reading.date is None:
                    self._head_date(words, first, last, reading)
                continue
            kind = self._kind(words, lines, number, spoken)
            spoken += 1
            for block in self._with_dateline(words, Block(first, last, kind, number), spoken, reading):
                reading.blocks.append(block)
        return reading

    # Furniture

    def _furniture(self, words: Sequence[Word], lines: Sequence[tuple[int, int]]) -> list[str]:
        """ "furniture" for every line that is surely no running text, "" for the rest."""
        kinds: list[str] = []
        closed = False
        for first, last in lines:
            closed = closed or (len(kinds) > 2 and last - first <= 6 and _keys(words, first, last) in self._closing_headings)
            kinds.append("furniture" if closed or self._is_furniture(words, first, last) else "")
        teasers = 0  # a page often ends in cut-off teasers of other reports
        for _, last in reversed(lines):
            if words[last - 1].text not in ("…", "...") or kinds[len(lines) - 1 - teasers]:
                break
            teasers += 1
        if teasers >= 2 and teasers < len(lines) - 1:
            kinds[len(lines) - teasers :] = ["furniture"] * teasers
        return kinds

    def _is_furniture(self, words: Sequence[Word], first: int, last: int) -> bool:
        size = last - first
        if size > 30:
            return False
        keys = _keys(words, first, last)
        if keys in self._whole_lines or not any(any(map(str.isalpha, key)) for key in keys):
            return True
        if keys[0].startswith(("http", "www.")) and size <= 3:
            return True
        if size <= 5 and keys[0] == "(" and keys[-1] == ")" and self._agency(keys, 1):
            return True
        if size <= 18 and _starts(self._line_starts, keys, 0):
            return True
        if size <= 10 and _starts(self._bylines, keys, 0) and keys[-1] not in _CLOSING:
            return all(word.text[0].isupper() or not word.text[0].isalpha() for word in words[first + 1 : last])
        return any(_starts(self._line_parts, keys, at) for at in range(size))

    def _agency(self, keys: Sequence[str], at: int) -> int:
        return _starts(self._agencies, keys, at)

    # Titles and lists

    def _kind(self, words: Sequence[Word], lines: Sequence[tuple[int, int]], number: int, spoken: int) -> str:
        first, last = lines[number]
        opening = words[first].text
        if opening in _BULLETS or (
            last - first > 2
            and _LIST_NUMBER.match(opening)
            and words[first + 1].text in (".", ")")
            and (words[first + 1].text == ")" or self.calendar.tag(words[first + 2].key).letter not in "MmVv")
        ):
            return "list"
        more = number + 1 < len(lines)
        closing = words[last - 1].text[-1]
        if closing in '"”»)“' and last - first > 1:
            closing = words[last - 2].text[-1]
        if closing not in _CLOSING and more and not opening[0].islower():
            if spoken == 0 and last - first <= TITLE_WORDS:
                return "title"
            if last - first <= (TITLE_WORDS // 2 if spoken < 3 else HEADING_WORDS):
                return "title"
        return "title" if spoken == 0 and more and closing in "?!" and last - first <= TITLE_WORDS // 2 else "body"

    # Datelines

    def _with_dateline(self, words: Sequence[Word], block: Block, spoken: int, reading: Reading) -> list[Block]:
        """Cut the dateline out of a block; the pieces in order."""
        if block.line < HEAD_LINES and block.first < HEAD_WORDS and reading.date is None:
            cut = self._head_date(words, block.first, block.last, reading)
            if cut is not None:
                return _pieces(block, *cut)
        if spoken <= 4 and block.kind in ("body", "title"):
            end = self._place_line(words, block.first, min(block.last, block.first + DATELINE_WORDS), block.kind, reading)
            if end:
                return _pieces(block, block.first, end)
        return [block]

    def _days(self, words: Sequence[Word], first: int, last: int) -> list[tuple[Expression, str]]:
        """The expressions between two words that name a whole day of our times, with that day."""
        last = min(last, first + HEAD_WORDS)
        head = words[first:last]
        found = []
        for expression in self.calendar.read(head, [(0, len(head))]):
            whole = expression.whole()
            if whole is None or not 1900 <= whole[0] <= 2100:
                continue
            try:
                day = date(*whole).isoformat()
            except ValueError:
                continue
            expression.first += first
            expression.last += first
            found.append((expression, day))
        return found

    def _head_date(self, words: Sequence[Word], first: int, last: int, reading: Reading) -> tuple[int, int] | None:
        """The stamp of the report: alone on a short line, behind a label, or beside a clock time or a count of readers."""
        for expression, day in self._days(words, first, last):
            start, end = expression.first, expression.last
            before = start - 1 if start > first and words[start - 1].text in (":", ",", "|") else start
            label = before > first and words[before - 1].key in self._date_labels
            timed = before > first and _CLOCK.match(words[before - 1].text)
            if label or timed:
                start = before - 1
            after = end
            while after < last and words[after].text in (".", ",", "|", "-", "–", "г"):
                after += 1
            clock = after < last and _CLOCK.match(words[after].text)
            count = end + 1 < last and words[end].text.isdigit() and words[end + 1].text[0].isupper()
            if clock or count:
                end = after + 1 if clock else end + 1
            alone = last - first - (end - start) <= 6 and words[last - 1].text != "!" and self._bare(words, first, last, start, end)
            if not (label or timed or clock or count or alone):
                continue
            reading.date = day
            return (first, last) if alone else (start, end)
        return None

    def _bare(self, words: Sequence[Word], first: int, last: int, start: int, end: int) -> bool:
        """Whether nothing but names and marks stands around the date: a stamp, not a short sentence or a title."""
        around = [*words[first:start], *words[end:last]]
        return (
            all(not word.text[0].isalpha() or word.text[0].isupper() for word in around)
            and sum(word.text[0].isalpha() for word in around) <= 3
        )

    def _place_line(self, words: Sequence[Word], first: int, limit: int, kind: str, reading: Reading) -> int:
        """The end of a dateline ("BAKU, 12 May (AZERTAC) -") that opens at `first`, or 0; notes its date and place."""
        end = dated = sourced = depth = 0
        for at in range(first, limit):
            word = words[at]
            tag = self.calendar.tag(word.key)
            if word.text in "([":
                depth = 1
            elif word.text in ")]":
                depth = 0
            elif word.text == "/":
                depth = 1 - depth
            elif word.text in _SEPARATORS and not depth and at > first:
                end = at + 1
                break
            elif (
                word.text == "."
                and (dated or sourced)
                and at > first
                and words[first].text.isupper()
                and len(words[first].text) > 2
                and (words[at - 1].text in "/)" or (dated and self.calendar.tag(words[at - 1].key).letter in "MVYZy"))
            ):
                end = at + 1
            elif tag.letter in "MmVvYZSB":
                dated = 1
            elif self._agency([one.key for one in words[at : at + 4]], 0):
                sourced = 1
            elif not (depth or word.text in ",." or word.text[0].isupper() or tag.letter != "x" or tag.phrases):
                break
        opening = words[first].text
        shouted = len(opening) >= 5 and opening.isupper() and kind == "body" and end - first <= SHOUTED_WORDS
        dated = dated and (opening[0].isupper() or bool(self._days(words, first, end)))  # "11 December:" opens a list of days, no report
        if not end or end >= len(words) or not (dated or sourced or shouted) or (kind == "title" and words[end - 1].text == ":"):
            return 0
        if words[end].text[0].islower():
            return 0
        if dated and reading.date is None:
            reading.date = next((day for _, day in self._days(words, first, end)), None)
        self._note_place(words, first, end, reading)
        return end

    def _note_place(self, words: Sequence[Word], first: int, end: int, reading: Reading) -> None:
        at = first
        while (
            at < end and words[at].text[0].isalpha() and words[at].text[0].isupper() and self.calendar.tag(words[at].key).letter not in "MV"
        ):
            at += 1
        if at > first and reading.place is None and not self._agency([word.key for word in words[first:at]], 0):
            reading.place = (first, at)


def _keys(words: Sequence[Word], first: int, last: int) -> tuple[str, ...]:
    return tuple(word.key for word in words[first:last])


def _by_first(phrases: Sequence[tuple[str, ...]]) -> dict[str, list[tuple[str, ...]]]:
    table: dict[str, list[tuple[str, ...]]] = {}
    for phrase in phrases:
        if phrase:
            table.setdefault(phrase[0], []).append(phrase)
    return table


def _starts(table: Mapping[str, list[tuple[str, ...]]], keys: Sequence[str], at: int) -> int:
    """The length of a phrase of the table that stands at `at`, else 0."""
    return max((len(one) for one in table.get(keys[at], ()) if tuple(keys[at : at + len(one)]) == one), default=0) if at < len(keys) else 0


def _pieces(block: Block, first: int, last: int) -> list[Block]:
    pieces = [Block(first, last, "dateline", block.line)]
    if first > block.first:
        pieces.insert(0, Block(block.first, first, "title" if block.line == 0 else block.kind, block.line))
    if last < block.last:
        pieces.append(Block(last, block.last, "body" if first > block.first else block.kind, block.line))
    return pieces


_PAGES: dict[int, tuple[Any, Page]] = {}


def page_of(language: Any) -> Page:
    """The compiled page of a language (an object with `.boilerplate`, `.time`, `.normalise`), built once for each table."""
    known = _PAGES.get(id(language.boilerplate))
    if known is None:
        page = Page(language.boilerplate, calendar_of(language), language.normalise)
        known = _PAGES[id(language.boilerplate)] = (language.boilerplate, page)
    return known[1]
