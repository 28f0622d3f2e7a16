"""Dates in EDTF (ISO 8601-2), level 0 without clock times, and its intervals: ``1992``, ``1993-11``, ``1992-07-15``, ``A/B``."""

from __future__ import annotations

import calendar
import re
from datetime import date

PATTERN = r"[0-9]{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12][0-9]|3[01]))?)?"
INTERVAL_PATTERN = rf"^{PATTERN}(/{PATTERN})?$"
_DATE = re.compile(PATTERN)


def bounds(value: str) -> tuple[date, date]:
    """First and last day that the expression covers. Raises ValueError with a sentence if it is none or not in the calendar."""
    first, slash, last = value.partition("/")
    start, end = _days(first, value)[0], _days(last if slash else first, value)[1]
    if start > end:
        raise ValueError(f"{value!r} ends before it begins")
    return start, end


def is_edtf(value: str) -> bool:
    """Whether `bounds` accepts it."""
    try:
        bounds(value)
    except ValueError:
        return False
    return True


def _days(part: str, whole: str) -> tuple[date, date]:
    if not _DATE.fullmatch(part):
        raise ValueError(f"{whole!r} is not a date of the form YYYY, YYYY-MM, YYYY-MM-DD or an interval A/B of such")
    numbers = [int(number) for number in part.split("-")]
    first_month, last_month = (numbers[1], numbers[1]) if len(numbers) > 1 else (1, 12)
    try:
        if len(numbers) == 3:
            day = date(*numbers)
            return day, day
        year = numbers[0]
        return date(year, first_month, 1), date(year, last_month, calendar.monthrange(year, last_month)[1])
    except ValueError:
        raise ValueError(f"{whole!r} is not in the calendar") from None
