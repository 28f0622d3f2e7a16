"""The grammar of dates: which words speak of time, and which runs of them make one expression.

Every word gets one letter (its *tag*); the tags of a sentence form a string, and the orders of `time.toml`, compiled to one regular
expression over that string, find the expressions. What an expression means on a given day is not decided here (`mentions/dates.py`):
this room only says "day 12, month 11, no year" or "the weekday Wednesday, of next week".
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from .tags import Expression, Offset, Phrase, Tag, compile_order, matches
from .words import Word

_NUMBER = re.compile(r"(\d+)(?:-(\d+))?(?:[-']?([^\W\d].*))?")
_WHOLE = re.compile(r"(?:(\d{4})[-./](\d{1,2})[-./](\d{1,2})|(\d{1,2})([-./])(\d{1,2})[-./](\d{4}))(?:[-']?[^\W\d]\w*)?")
_MONTH_DAY = re.compile(r"([^\W\d_]+)-(\d{1,2})")
# In this order: a word of two lists is taken for what the first says.
_WORD_LISTS = {
    "day_words": "d",
    "week_words": "k",
    "month_words": "o",
    "year_words": "y",
    "decade_words": "c",
    "ago": "A",
    "several": "b",
    "last": "L",
    "this": "T",
    "next": "N",
    "before_weak": "q",
    "before": "p",
    "to": "t",
}
_UNIT = {"y": "year", "o": "month", "k": "week", "d": "day"}
_CLASS = {"ago": "F", "day": "R", "same": "R", "week": "K", "weekend": "K", "month": "O", "year": "U", "weekday": "W"}
_OFFSET = re.compile(r"(day|week|weekend|month|year|weekday|same)([+-]?\d+)?")
FIRST_YEAR, LAST_YEAR = 1500, 2100
_REMEMBERED = 200_000


class Calendar:
    """The time words of one language, compiled from the table of its `time.toml` (see `languages/en/time.toml`) and its normaliser."""

    def __init__(self, time: Mapping[str, Any], normalise: Callable[[str], str]) -> None:
        self._normalise = normalise
        self._months = self._month_forms(time)
        self._capital = bool(time.get("capital", False))
        self._slash = time.get("slash")
        self._day_ending = re.compile(time.get("day_ending") or r"(?!)")
        self._year_ending = re.compile(time.get("year_ending") or r"(?!)")
        self._decade_ending = re.compile(time.get("decade_ending") or r"(?!)")
        self._year_link = re.compile(time.get("year_link") or r"(?!)")
        self._words = self._plain_words(time)
        self._phrases = list(self._relative(time))
        self.future = [self._form(pattern) for pattern in time.get("future", [])]
        self.past = [self._form(pattern) for pattern in time.get("past", [])]
        self._orders = re.compile("|".join(compile_order(order) for order in time.get("orders", [])) or r"(?!)")
        self._tags: dict[str, Tag] = {}
        self._hints: dict[str, int] = {}

    # Loading

    def _form(self, pattern: str) -> str:
        """Normalise a one-word pattern, keeping its asterisks."""
        head = "*" if pattern.startswith("*") else ""
        tail = "*" if pattern.endswith("*") and len(pattern) > 1 else ""
        return head + self._normalise(pattern.strip("*")) + tail

    def _month_forms(self, time: Mapping[str, Any]) -> dict[str, Tag]:
        forms: dict[str, Tag] = {}
        weak = {self._normalise(stem) for stem in time.get("weak_months", [])}
        for letters, endings in (("mv", time.get("month_endings", [])), ("MV", ["", *time.get("month_link", [])])):
            for number, stems in enumerate(time["months"], start=1):
                for stem in stems:
                    letter = letters[self._normalise(stem) in weak]
                    for ending in endings:
                        for joint in ("", "'", "-") if ending else ("",):
                            forms[self._normalise(stem + joint + ending)] = Tag(letter, (number,))
        return forms

    def _plain_words(self, time: Mapping[str, Any]) -> list[tuple[str, Tag]]:
        """The one-word patterns with the tag of each; the first that fits wins."""
        rows: list[tuple[str, Tag]] = []
        joining = set(time.get("to", []))
        for name, letter in _WORD_LISTS.items():
            for pattern in time.get(name, []):
                chosen = {"p": "i", "q": "j"}.get(letter, letter) if pattern in joining else letter
                rows.append((self._form(pattern), Tag(chosen)))
        for pattern, number in time.get("ordinals", {}).items():
            rows.append((self._form(pattern), Tag("C", (number,))))
        for number, patterns in enumerate(time.get("numerals", []), start=1):
            rows.extend((self._form(pattern), Tag("n", (number,))) for pattern in patterns)
        return rows

    def _relative(self, time: Mapping[str, Any]) -> Iterator[tuple[str, Phrase]]:
        """The first word of every relative phrase with the rest of it. Raises ValueError on a value that is none."""
        named = [(value, phrase) for value, phrases in time.get("relative", {}).items() for phrase in phrases]
        named += [(f"weekday{day}", phrase) for day, phrases in enumerate(time.get("weekdays", [])) for phrase in phrases]
        for phrase in time.get("ago_before", []):
            first, *rest = (self._form(word) for word in phrase.split())
            yield first, Phrase(tuple(rest), Offset("ago", 0))
        for value, phrase in named:
            found = _OFFSET.fullmatch(value)
            if found is None:
                raise ValueError(f"time.toml: {value!r} is no relative value")
            first, *rest = (self._form(word) for word in phrase.split())
            yield first, Phrase(tuple(rest), Offset(found[1], int(found[2] or 0)))

    # Tagging

    def tag(self, key: str) -> Tag:
        """The tag of a normalised word, remembered."""
        known = self._tags.get(key)
        if known is None:
            if len(self._tags) >= _REMEMBERED:
                self._tags.clear()
            known = self._tags[key] = self._tag(key)
        return known

    def _tag(self, key: str) -> Tag:
        if key[:1].isdigit():
            return self._number_tag(key)
        if not key[:1].isalpha():
            return Tag(key if key in (",", ".", "-") else "x")
        phrases = tuple(sorted((phrase for first, phrase in self._phrases if matches(first, key)), key=lambda one: -len(one.rest)))
        found = self._months.get(key)
        if found is None and (pair := _MONTH_DAY.fullmatch(key)) and pair[1] in self._months:
            found = Tag("H", (self._months[pair[1]].numbers[0], int(pair[2])))
        if found is None:
            found = next((tag for pattern, tag in self._words if matches(pattern, key)), Tag("x"))
        return Tag(found.letter, found.numbers, phrases)

    def _number_tag(self, key: str) -> Tag:
        if whole := _WHOLE.fullmatch(key):
            return self._whole_tag(whole)
        found = _NUMBER.fullmatch(key)
        if found is None:
            return Tag("x")
        numbers = tuple(int(part) for part in found.group(1, 2) if part and len(part) <= 4)
        if len(numbers) != 1 + bool(found[2]):
            return Tag("x")
        years = len(found[1]) == 4 and all(FIRST_YEAR <= number <= LAST_YEAR for number in numbers) and numbers[0] <= numbers[-1]
        days = all(1 <= number <= 31 for number in numbers) and numbers[0] <= numbers[-1] and len(found[1]) < 3
        ending = found[3]
        if ending is None:
            return Tag(("Y" if len(numbers) == 1 else "J") if years else ("D" if len(numbers) == 1 else "E") if days else "x", numbers)
        return self._ending_tag(numbers, ending, years, days)

    def _ending_tag(self, numbers: tuple[int, ...], ending: str, years: bool, days: bool) -> Tag:
        """The tag of a number with letters behind it: "2003-ban", "25-də", "13-sentabr", "2018-yilning"."""
        single = len(numbers) == 1
        month = self._months.get(ending)
        if days and month:
            return Tag("B", (*numbers, month.numbers[0]))
        unit = next((tag.letter for pattern, tag in self._words if tag.letter in "yd" and matches(pattern, ending)), "")
        if years:
            if numbers[0] % 10 == 0 and single and self._decade_ending.fullmatch(ending):
                return Tag("I", numbers)
            if unit == "y" or self._year_ending.fullmatch(ending):
                return Tag("Z" if single else "J", numbers)
            return Tag("Y" if single else "J", numbers) if self._year_link.fullmatch(ending) else Tag("x")
        if days and (unit == "d" or self._day_ending.fullmatch(ending)):
            return Tag("C" if single else "E", numbers)
        return Tag("x")

    def _whole_tag(self, whole: re.Match[str]) -> Tag:
        if whole[1]:
            year, month, day = int(whole[1]), int(whole[2]), int(whole[3])
        else:
            day, month, year = int(whole[4]), int(whole[6]), int(whole[7])
            if month > 12 >= day or (whole[5] == "/" and self._slash == "mdy"):
                day, month = month, day
            elif whole[5] == "/" and self._slash is None and day <= 12 and day != month:
                return Tag("x")  # 5/6/2024: nobody can tell
        fits = FIRST_YEAR <= year <= LAST_YEAR and 1 <= month <= 12 and 1 <= day <= 31
        return Tag("S", (day, month, year)) if fits else Tag("x")

    def hint(self, key: str) -> int:
        """1 for a word that looks forward ("will"), -1 for one that looks back, 0 for the rest."""
        known = self._hints.get(key)
        if known is None:
            known = 1 if any(matches(one, key) for one in self.future) else -1 if any(matches(one, key) for one in self.past) else 0
            if len(self._hints) >= _REMEMBERED:
                self._hints.clear()
            self._hints[key] = known
        return known

    # Reading

    def read(self, words: Sequence[Word], spans: Iterable[tuple[int, int]]) -> list[Expression]:
        """Find the expressions of time inside `spans` (half-open word indices), in order."""
        tags = [self.tag(word.key) for word in words]
        letters = [tag.letter for tag in tags]
        offsets: dict[int, Offset] = {}
        if self._capital:
            for at, letter in enumerate(letters):
                if letter in "MmVv" and not words[at].text[0].isupper():
                    letters[at] = "x"
        found: list[Expression] = []
        for first, last in spans:
            self._mark_phrases(words, tags, letters, offsets, first, last)
        line = "".join(letters)
        for first, last in spans:
            for match in self._orders.finditer(line, first, last):
                expression = self._compose(match.start(), match.end(), tags, line, offsets)
                if expression is not None:
                    found.append(expression)
        return found

    def _mark_phrases(
        self, words: Sequence[Word], tags: Sequence[Tag], letters: list[str], offsets: dict[int, Offset], first: int, last: int
    ) -> None:
        at = first
        while at < last:
            phrases = tags[at].phrases
            step = 1
            for rest, offset in phrases:
                end = at + 1 + len(rest)
                if end <= last and all(matches(pattern, words[at + 1 + n].key) for n, pattern in enumerate(rest)):
                    if offset.unit == "weekday" and self._capital and not words[at].text[0].isupper():
                        continue
                    letters[at] = _CLASS[offset.unit]
                    letters[at + 1 : end] = "_" * len(rest)
                    offsets[at] = offset
                    step = end - at
                    break
            at += step

    def _compose(self, first: int, last: int, tags: Sequence[Tag], line: str, offsets: Mapping[int, Offset]) -> Expression | None:
        if "W" in line[first:last] and last - first <= 2 and first and line[first - 1] in "nDYb":
            return None  # Romanian "trei luni" is three months, "ultimele luni" the last months: no Monday
        while first < last and line[first] in "pqjit-,.":
            first += 1
        while first < last and line[last - 1] in "pqjit-,.":
            last -= 1
        made = Expression(first, last)
        counted = 0
        unit = ""
        for at in range(first, last):
            letter, numbers, _ = tags[at]
            actual = line[at]
            if actual in "DCEn":
                made.days += numbers
                counted = numbers[0]
            elif actual in "MmVv":
                made.months += numbers
            elif actual in "YZJI":
                made.years += numbers
            elif actual == "B":
                made.days += numbers[:-1]
                made.months.append(numbers[-1])
            elif actual == "H":
                made.months.append(numbers[0])
                made.days.append(numbers[1])
            elif actual == "S":
                made.days, made.months, made.years = [numbers[0]], [numbers[1]], [numbers[2]]
            elif actual in "RKOUW":
                made.offsets[offsets[at].unit] = offsets[at].number
            elif actual in "LTN":
                made.side = "LTN".index(actual) - 1
            elif actual in _UNIT:
                unit = unit or _UNIT[letter]
        decade = "c" in line[first:last] or "I" in line[first:last]
        if decade and len(made.years) == 1 and made.years[0] % 10 == 0 and not made.months:
            made.years = [made.years[0], made.years[0] + 9]
        if "A" in line[first:last] or "F" in line[first:last]:
            made.days = []
            made.offsets = {unit: -counted}
        return made


_CALENDARS: dict[int, tuple[Mapping[str, Any], Calendar]] = {}


def calendar_of(language: Any) -> Calendar:
    """The compiled calendar of a language (an object with `.time` and `.normalise`), built once for each table."""
    known = _CALENDARS.get(id(language.time))
    if known is None:
        known = _CALENDARS[id(language.time)] = (language.time, Calendar(language.time, language.normalise))
    return known[1]
