"""The benchmark's fresh processes run and give their figures."""

from __future__ import annotations

import json

import pytest

from bilat_nlp.evaluation.speed import _IMPORT, _STREAM, _fresh, measure


def test_the_memory_of_a_stream() -> None:
    texts = ["Russia expelled two Polish diplomats.", "It rained."]
    count, megabytes = _fresh(_STREAM % 5, json.dumps(texts)).split()
    assert int(count) == 5
    assert 10 < float(megabytes) < 400


def test_importing_takes_no_time() -> None:
    assert float(_fresh(_IMPORT)) < 1


def test_texts_without_words_are_refused() -> None:
    with pytest.raises(ValueError, match="no words"):
        measure(["", " "])
