"""What the tests of several rooms share: a text taken through the public stages of the pipeline, and a model with random weights."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

import random_model
from bilat_nlp.analysis import Analysis
from bilat_nlp.pipeline import stages


@pytest.fixture(scope="session")
def analyse() -> Callable[..., Analysis]:
    """`analyse(lang, text, date=None)`: the analysis after all stages but the last, which makes the records."""

    def run(lang: str, text: str, date: str | None = None) -> Analysis:
        return stages.analyse(text, lang, date)

    return run


@pytest.fixture(scope="session")
def any_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a model that says much and nothing true; whoever spoils it takes a copy."""
    pytest.importorskip("torch")
    return random_model.save(tmp_path_factory.mktemp("models") / "any")
