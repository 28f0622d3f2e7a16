"""The fresh processes of the growth figures run and give them."""

from __future__ import annotations

import json

import pytest

from bilat_nlp.evaluation.speed import _IMPORT, _STREAM, Scaling, _fresh, scaling


def test_the_memory_of_a_stream() -> None:
    texts = ["Russia expelled two Polish diplomats.", "It rained."]
    count, megabytes = _fresh(_STREAM, "5", given=json.dumps(texts)).split()
    assert int(count) == 5
    assert 10 < float(megabytes) < 800  # more than half of it is torch, where that is installed


def test_importing_takes_no_time() -> None:
    assert float(_fresh(_IMPORT)) < 1


def test_texts_without_words_are_refused() -> None:
    with pytest.raises(ValueError, match="no words"):
        scaling(["", " "])


def test_growth_as_people_read_it() -> None:
    rows = Scaling({1000: 0.01, 100_000: 0.5}, 0.02, 10, 251.4).table().rows
    assert ("one text of 100,000 code points", "0.500 s (0.20 M code points/s)") in rows
    assert ("peak memory of a stream of 10 documents", "251 MB") in rows
