"""What the tests of several rooms share: a text taken through the public stages of the pipeline."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from bilat_nlp.analysis import Analysis
from bilat_nlp.pipeline import stages

STAGES = (stages.find_time, stages.find_mentions, stages.find_triggers, stages.assign_roles)


@pytest.fixture(scope="session")
def analyse() -> Callable[..., Analysis]:
    """`analyse(lang, text, date=None)`: the analysis after all stages but the last, which makes the records."""

    def run(lang: str, text: str, date: str | None = None) -> Analysis:
        analysis = stages.open_analysis(text, lang, date)
        for stage in STAGES:
            stage(analysis)
        return analysis

    return run
