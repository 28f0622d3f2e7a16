"""Layout of a document: lines, titles, datelines, page furniture and sentences, in word indices.

Boundaries are found by rules alone. What differs from language to language (abbreviations, ordinals written with a stop) is in
`boilerplate.toml`; what a line is (heading, list item, furniture, dateline) is decided in `page.py`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from .page import Page, page_of
from .script import blank_markup, clean
from .words import Word, words_of

LONGEST = 200  # words; a longer sentence is cut, at a semicolon or comma where there is one
_STOPS = frozenset(".!?…") | {"..", "...", "....", "....."}
_CLOSERS = frozenset("\"'”’»)]›“")
_OPENERS = frozenset("\"'“‘«([„‹”")
_DASHES = frozenset("-–—")
_HARD_WRAP = 40  # letters: a line at least this long that ends inside a sentence was broken by a typesetter


@dataclass(slots=True)
class Sentence:
    """A sentence: half-open word indices, what it is on the page, and the number of its line.

    `kind` is "title", "body", "dateline", "list" or "furniture"; events are looked for in all but the last and the dateline.
    """

    first: int
    last: int
    kind: str
    paragraph: int


@dataclass
class Layout:
    """A document in words and sentences.

    `text` has the length of the text handed in (controls and markup blanked), so offsets hold for both. `dateline_date` is a day in
    EDTF (`YYYY-MM-DD`), `dateline_place` half-open word indices.
    """

    text: str
    words: list[Word] = field(default_factory=list)
    sentences: list[Sentence] = field(default_factory=list)
    dateline_date: str | None = None
    dateline_place: tuple[int, int] | None = None


def lay_out(text: str, language: Any) -> Layout:
    """Divide a document; `language` has `.code`, `.normalise`, `.time` and `.boilerplate`. Linear in the length of the text."""
    text = blank_markup(clean(text))
    layout = Layout(text, words_of(text, language.normalise))
    page = page_of(language)
    reading = page.read(layout.words, _lines(text, layout.words))
    layout.dateline_date, layout.dateline_place = reading.date, reading.place
    for block in reading.blocks:
        if block.kind in ("furniture", "dateline"):
            layout.sentences.append(Sentence(block.first, block.last, block.kind, block.line))
            continue
        for first, last in split(layout.words, block.first, block.last, page):
            layout.sentences.append(Sentence(first, last, block.kind, block.line))
    return layout


def _lines(text: str, words: Sequence[Word]) -> list[tuple[int, int]]:
    """Half-open word indices of every line that has words; lines broken inside a sentence are joined."""
    lines: list[tuple[int, int]] = []
    first = 0
    for at in range(1, len(words) + 1):
        if at < len(words) and not _breaks(text, words[at - 1].end, words[at].start):
            continue
        if lines and _wrapped(words, lines[-1], first):
            lines[-1] = (lines[-1][0], at)
        elif at > first:
            lines.append((first, at))
        first = at
    return lines


def _breaks(text: str, start: int, end: int) -> bool:
    """Whether the gap between two words holds the end of a line."""
    return end - start > 0 and any(mark in "\n\r\u2028\u2029\x0b\x0c\x85" for mark in text[start:end])


def _wrapped(words: Sequence[Word], line: tuple[int, int], following: int) -> bool:
    first, last = line
    return (
        words[following].text[0].islower()
        and words[last - 1].text[-1] not in ".!?…:;"
        and words[last - 1].end - words[max(first, last - 12)].start >= _HARD_WRAP
        and (words[last - 1].text == "," or words[last - 1].text[0].isalnum())
    )


def split(words: Sequence[Word], first: int, last: int, page: Page) -> list[tuple[int, int]]:
    """Cut the words `first` to `last` of one line into sentences."""
    sentences: list[tuple[int, int]] = []
    start = at = first
    while at < last:
        if words[at].text in _STOPS or (words[at].text[0] == "[" and len(words[at].text) > 1):
            end = at + 1
            while end < last and _belongs(words, end):
                end += 1
            if end < last and _ends(words, at, end, last, page):
                sentences += _cut(words, start, end)
                start = end
            at = end
        else:
            at += 1
    sentences += _cut(words, start, last)
    return sentences


def _belongs(words: Sequence[Word], at: int) -> bool:
    """Whether a mark behind a full stop still belongs to the sentence: another stop, a closing quote or bracket, a reference mark."""
    mark = words[at].text
    if mark in _STOPS or (mark[0] == "[" and len(mark) > 1):
        return True
    if mark not in _CLOSERS:
        return False
    if mark not in _OPENERS:
        return True
    return words[at - 1].end == words[at].start and (at + 1 >= len(words) or words[at + 1].start > words[at].end)


def _ends(words: Sequence[Word], stop: int, following: int, last: int, page: Page) -> bool:
    """Whether the stop at `stop` ends a sentence, `following` being the first word behind it and its closing marks."""
    mark = words[stop].text
    glued = words[following - 1].end == words[following].start
    begin = following
    while begin < last - 1 and words[begin].text in _OPENERS | _DASHES:
        begin += 1
    opener = words[begin].text[0]
    dashed = words[following].text in _DASHES
    if not (opener.isupper() or opener.isdigit()) or (dashed and opener.isdigit()):
        return False
    if mark[0] == "[":
        return glued and opener.isupper() and words[stop].start == words[stop - 1].end
    if mark != ".":
        return not (glued and opener.isdigit())
    before = words[stop - 1]
    if stop == 0 or before.end != words[stop].start:
        return not glued
    if before.text[0].isdigit():
        return _after_number(before.text, opener, dashed, page)
    if before.key in page.abbreviations or (len(before.text) == 1 and before.text.isupper()):
        return False
    if _roman(before.text) and page.ordinal_stop:
        return False
    if glued:
        return opener.isupper() and (len(before.text) > 1 or not before.text.isalpha())
    return True


def _after_number(number: str, opener: str, dashed: bool, page: Page) -> bool:
    """A stop behind a number is an ordinal's ("12. November", "2021. – Hétfőn") or ends a sentence ("in 1992. The")."""
    if opener.isdigit() or dashed:
        return False
    return not (page.ordinal_stop and number.isdigit() and len(number) < 3)


def _roman(word: str) -> bool:
    return word.isupper() and all(letter in "IVXLC" for letter in word)


def _cut(words: Sequence[Word], first: int, last: int) -> list[tuple[int, int]]:
    pieces = []
    while last - first > LONGEST:
        at = first + LONGEST
        for mark in (";", ","):
            found = next((n for n in range(at - 1, first + LONGEST // 2, -1) if words[n].text == mark), None)
            if found is not None:
                at = found + 1
                break
        pieces.append((first, at))
        first = at
    return [*pieces, (first, last)] if last > first else pieces
