"""Dates against `dates.toml`, and properties that hold for every text."""

from __future__ import annotations

import re
import time
import tomllib
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bilat_nlp.mentions.dates import find_dates
from bilat_nlp.text.segment import lay_out
from light import light

TABLE = tomllib.loads((Path(__file__).parent / "dates.toml").read_text(encoding="utf-8"))
CODES = [code for code in TABLE if code != "reference"]
CASES = [(code, *case) for code in CODES for case in TABLE[code]["cases"]]


def values(code: str, text: str, reference: str | None) -> list[str]:
    language = light(code)
    return [mention.value or "?" for mention in find_dates(lay_out(text, language), language, reference)]


@pytest.mark.parametrize(
    ("code", "text", "expected", "reference"),
    [(code, text, expected, (rest or [TABLE["reference"]])[0]) for code, text, expected, *rest in CASES],
)
def test_value(code: str, text: str, expected: str, reference: str) -> None:
    assert values(code, text, None if reference == "-" else reference) == ([expected] if expected else [])


@pytest.mark.parametrize("code", CODES)
def test_enough_cases(code: str) -> None:
    assert len(TABLE[code]["cases"]) >= 25


def test_same_day_is_the_day_last_spoken_of() -> None:
    assert values("en", "They met on 3 November. The same day he flew home.", "2025-11-12") == ["2025-11-03", "2025-11-03"]


def test_dateline_gives_the_day() -> None:
    language = light("hu")
    layout = lay_out("Budapest, 2025. november 12. (MTI) - Hétfőn tárgyalt a két miniszter.", language)
    assert layout.dateline_date == "2025-11-12"
    assert [mention.value for mention in find_dates(layout, language, layout.dateline_date)] == ["2025-11-10"]


def test_impossible_days_are_no_dates() -> None:
    assert values("en", "On 31 February 2024 nothing happened, nor on February 30.", "2025-11-12") == []


def test_linear() -> None:
    language = light("en")
    layout = lay_out("On 12 May 2024 and on Friday the 5 to 6 and 7 met two days ago. " * 5_000, language)
    begin = time.perf_counter()
    find_dates(layout, language, "2025-11-12")
    assert time.perf_counter() - begin < 10


EDTF = re.compile(r"\d{4}(-\d\d(-\d\d)?)?(/\d{4}(-\d\d(-\d\d)?)?)?")


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(CODES), st.lists(st.sampled_from([text for _, text, *_ in CASES]), min_size=1, max_size=4), st.randoms())
def test_any_mixture_gives_edtf(code: str, texts: list[str], random) -> None:
    words = " ".join(texts).split()
    random.shuffle(words)
    language = light(code)
    layout = lay_out(" ".join(words), language)
    end = 0
    for mention in find_dates(layout, language, "2025-11-12"):
        assert end <= mention.first < mention.last <= len(layout.words)
        end = mention.last
        assert mention.value is None or EDTF.fullmatch(mention.value)
        assert "/" not in (mention.value or "") or mention.value.split("/")[0] <= mention.value.split("/")[1]
