"""The stage of the model on a text, with a scorer that says what it was told."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from bilat_nlp.analysis import Analysis
from bilat_nlp.pipeline import stages
from bilat_nlp.records import Event
from pipeline.told import Judged, Told, judge_of


@pytest.fixture(scope="module")
def judged(analyse: Callable[..., Analysis]) -> Judged:
    """`judged(scorer, text, alone=False, date=None, ...)`: the analysis after the stage of the model, and the events."""

    def run(scorer: Told, text: str, date: str | None = None, **more: object) -> tuple[Analysis, list[Event]]:
        analysis = analyse("en", text, date)
        judge_of(scorer, **more).judge([analysis])  # type: ignore[arg-type]
        return analysis, stages.make_records(analysis, text)[1]

    return run
