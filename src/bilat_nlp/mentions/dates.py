"""Dates: expressions of time in a text, resolved to EDTF against the day of the report.

The grammar (which words, in which order) is data and is read by `text/calendar.py`; this file gives each expression its value.
Nothing is invented: a day and month without a year, or a weekday, has no value while the day of the report is unknown.
"""

from __future__ import annotations

import bisect
import calendar as _calendar
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from ..text.calendar import Calendar, calendar_of
from ..text.segment import Layout
from ..text.tags import Expression

HINT_WORDS = 10  # how far from a date a word may stand that tells past from future
NEAR_DAYS = 31  # "the day before" leans on a day last spoken of only if that is no further from the report
LATE_DAYS = 14  # a dateline this much older than the date given is believed, an older one is not
# What a day ahead of or behind the report costs, by direction, when the nearest year is sought: reports look back rather than ahead.
_AHEAD = {1: 1.0, 0: 1.5, -1: 5.0}
_BEHIND = {1: 3.0, 0: 1.0, -1: 1.0}
_SILENT = ("furniture", "dateline")


@dataclass(slots=True)
class DateMention:
    """An expression of time; half-open word indices.

    `value` is EDTF level 0 or an interval, None where it cannot be known without the document's date.
    `kind` is "day", "week", "month", "year" or "interval"; `relative` says that the value hangs on the document's date.
    """

    first: int
    last: int
    value: str | None
    kind: str
    relative: bool


def find_dates(layout: Layout, language: Any, reference: str | None) -> list[DateMention]:
    """Find the dates of a text in order, outside its datelines and furniture.

    `language` has `.time` and `.normalise`; `reference` is the day of the report (`YYYY-MM-DD`; anything coarser counts as unknown).
    """
    reader = calendar_of(language)
    today = _today(layout, reference)
    spoken = [sentence for sentence in layout.sentences if sentence.kind not in _SILENT]
    spans = [(sentence.first, sentence.last) for sentence in spoken]
    starts = [first for first, _ in spans]
    mentions: list[DateMention] = []
    last_day: date | None = None
    for expression in reader.read(layout.words, spans):
        span = spans[bisect.bisect_right(starts, expression.first) - 1]
        look = _Look(layout, reader, span, expression)
        mention = _resolve(expression, today, last_day, look)
        if mention is None:
            continue
        mentions.append(mention)
        if mention.kind == "day" and mention.value and (today is None or mention.value <= today.isoformat()):
            last_day = date.fromisoformat(mention.value)
    return mentions


def parse_day(value: str | None) -> date | None:
    """The day that an ISO string begins with ("2025-11-12", "2025-11-12T22:19"); None for anything else."""
    try:
        return date.fromisoformat(value[:10]) if value else None
    except ValueError:
        return None


def _today(layout: Layout, reference: str | None) -> date | None:
    """The day that "today" means: the reference, or the text's own dateline where the report came out a little later."""
    given, written = parse_day(reference), parse_day(layout.dateline_date)
    if given and written and 0 <= (given - written).days <= LATE_DAYS:
        return written
    return given


class _Look:
    """Whether the words around an expression look forward or back; asked only when the value depends on it."""

    def __init__(self, layout: Layout, reader: Calendar, span: tuple[int, int], expression: Expression) -> None:
        self._layout, self._reader, self._span, self._expression = layout, reader, span, expression

    def direction(self) -> int:
        """1 if the nearest word with a hint, within HINT_WORDS and the sentence, looks forward, -1 if it looks back, 0 without one."""
        first, last = self._expression.first, self._expression.last
        for distance in range(1, HINT_WORDS + 1):
            for at in (last - 1 + distance, first - distance):
                if self._span[0] <= at < self._span[1]:
                    hint = self._reader.hint(self._layout.words[at].key)
                    if hint:
                        return hint
        return 0


def _resolve(expression: Expression, today: date | None, last_day: date | None, look: _Look) -> DateMention | None:
    """Give an expression its value; None where it is no date after all (30 February, month 14 of a score)."""
    offsets = expression.offsets
    relative = bool(offsets) or (bool(expression.months) and not expression.years)
    mention = DateMention(expression.first, expression.last, None, "day", relative)
    if expression.months:
        return _named(expression, today, look, mention)
    if "month" in offsets:
        return _month_of(expression, today, mention)
    if "year" in offsets or expression.years:
        return _year_of(expression, today, mention)
    if "week" in offsets or "weekend" in offsets:
        mention.kind = "week"
        if today is not None:
            # "At the weekend" said on a Monday is the last one, unless the words look forward.
            earlier = offsets.get("weekend") == 0 and today.weekday() < 5 and look.direction() <= 0
            mention.value = _week(today, {"weekend": -1} if earlier else offsets)
        return mention
    anchor = today
    if "same" in offsets and last_day and (today is None or abs((today - last_day).days) <= NEAR_DAYS):
        anchor = last_day
    if "same" in offsets and anchor is not None:
        mention.value = _iso(anchor, offsets["same"])
    elif "day" in offsets and anchor is not None:
        mention.value = _iso(anchor, offsets["day"])
    elif "weekday" in offsets and anchor is not None:
        mention.value = _iso(anchor, _days_to(anchor, offsets["weekday"], expression.side, look))
    return mention if offsets else None


def _iso(day: date, days: int) -> str | None:
    try:
        return (day + timedelta(days=days)).isoformat()
    except OverflowError:
        return None


def _days_to(today: date, weekday: int, side: int | None, look: _Look) -> int:
    """Days from today to a weekday: the last such day, today included, unless the wording looks forward."""
    back = (weekday - today.weekday()) % 7 - 7
    if side == -1:
        return back
    if side == 1:
        return back + 7 or 7
    if back == -7:
        return 0
    if side == 0:
        return weekday - today.weekday()
    return back + 7 if look.direction() > 0 else back


def _week(today: date, offsets: dict[str, int]) -> str | None:
    start = timedelta(days=5 if "weekend" in offsets else 0)
    weeks = offsets.get("week", offsets.get("weekend", 0))
    try:
        monday = today - timedelta(days=today.weekday()) + timedelta(weeks=weeks)
        return f"{(monday + start).isoformat()}/{(monday + timedelta(days=6)).isoformat()}"
    except OverflowError:
        return None


def _month_of(expression: Expression, today: date | None, mention: DateMention) -> DateMention:
    """ "Last month", "on the 12th of last month"."""
    mention.kind = "day" if expression.days else "month"
    if today is None:
        return mention
    count = today.year * 12 + today.month - 1 + expression.offsets["month"]
    year, month = count // 12, count % 12 + 1
    if not expression.days:
        mention.value = f"{year:04d}-{month:02d}"
    elif _valid(year, month, expression.days[0]):
        mention.value = f"{year:04d}-{month:02d}-{expression.days[0]:02d}"
    return mention


def _year_of(expression: Expression, today: date | None, mention: DateMention) -> DateMention:
    years = expression.years
    mention.kind = "year"
    if not years:
        if today is not None:
            mention.value = f"{today.year + expression.offsets['year']:04d}"
        return mention
    mention.value = f"{years[0]:04d}"
    if years[-1] > years[0]:
        mention.kind = "interval"
        mention.value = f"{years[0]:04d}/{years[-1]:04d}"
    return mention


def _named(expression: Expression, today: date | None, look: _Look, mention: DateMention) -> DateMention | None:
    """An expression that names a month: with or without days, with or without a year, one or the ends of an interval."""
    starts = _ends(expression)
    if not starts:
        return None
    mention.kind = "interval" if len(starts) > 1 else "day" if starts[0][1] else "month"
    year = _year(expression, today, look, starts[0])
    if year is None:
        return mention if all(_valid(2000, month, day or 1) for month, day in starts) else None
    last_year = expression.years[-1] if expression.years else year + (starts[-1] < starts[0])
    values = []
    for end_year, (month, day) in zip((year, last_year), starts, strict=False):
        if not _valid(end_year, month, day or 1):
            return None
        values.append(f"{end_year:04d}-{month:02d}" + (f"-{day:02d}" if day else ""))
    mention.value = "/".join(values)
    return mention


def _ends(expression: Expression) -> list[tuple[int, int]]:
    """The (month, day) at each end; day 0 where only months are named. Empty where the numbers do not fit together."""
    days, months = expression.days, expression.months
    if len(months) > 2 or len(days) > 2:
        return []
    if not days:
        return [(month, 0) for month in months]
    if len(months) == 2 and len(days) == 1:
        return []
    ends = [(months[min(n, len(months) - 1)], day) for n, day in enumerate(days)]
    return ends[:1] if len(ends) == 2 and ends[0] == ends[1] else ends


def _year(expression: Expression, today: date | None, look: _Look, start: tuple[int, int]) -> int | None:
    """The year named, or the one that brings the date nearest to the report, looking forward where the words do."""
    if expression.years:
        return expression.years[0]
    if today is None:
        return None
    if "year" in expression.offsets:
        return today.year + expression.offsets["year"]
    direction = look.direction()

    def distance(year: int) -> float:
        month, day = start
        day = min(day or 15, _calendar.monthrange(year, month)[1])
        gap = (date(year, month, day) - today).days
        if start[1] == 0 and (year, month) == (today.year, today.month):
            gap = 0
        return gap * _AHEAD[direction] if gap >= 0 else -gap * _BEHIND[direction]

    return min((year for year in (today.year - 1, today.year, today.year + 1) if 1 <= year <= 9999), key=distance)


def _valid(year: int, month: int, day: int) -> bool:
    return 1 <= month <= 12 and 1 <= day <= _calendar.monthrange(year, month)[1]
