"""From probabilities to spans, against a search by hand."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bilat_nlp import ontology
from bilat_nlp.neural import decode
from bilat_nlp.neural.decode import Found
from bilat_nlp.neural.labels import NONE, THING, Labels
from bilat_nlp.neural.scores import Scores

NAMES = (NONE, "a", "b")
LABELS = Labels.of(ontology.current())


def blank(words: int, longest: int, classes: int) -> np.ndarray:
    made = np.zeros((words, longest, classes), dtype=np.float32)
    made[:, :, 0] = 1.0
    return made


def say(array: np.ndarray, first: int, last: int, name: int, probability: float) -> None:
    array[first, last - first - 1] = 0.0
    array[first, last - first - 1, [0, name]] = 1 - probability, probability


def scores(words: int = 8) -> Scores:
    return Scores(blank(words, 4, len(LABELS.entities)), blank(words, 3, len(LABELS.types)), blank(words, 3, len(LABELS.modalities)), None)


# -- spans -------------------------------------------------------------------------------------------------------------------------


@given(st.integers(0, 9), st.integers(1, 4), st.integers(0, 10_000), st.sampled_from([0.2, 0.5, 0.7, 0.95]))
@settings(max_examples=100, deadline=None)
def test_spans_are_those_of_a_search_by_hand(words: int, longest: int, seed: int, least: float) -> None:
    raw = np.random.default_rng(seed).normal(scale=2, size=(words, longest, 3))
    chances = (np.exp(raw) / np.exp(raw).sum(-1, keepdims=True)).astype(np.float32)
    every = [
        Found(i, i + k + 1, NAMES[1 + int(chances[i, k, 1:].argmax())], float(1 - chances[i, k, 0]))
        for i in range(words)
        for k in range(min(longest, words - i))
        if 1 - chances[i, k, 0] >= least
    ]
    assert decode.spans(chances, NAMES, least, apart=False) == every
    kept: list[Found] = []
    for each in sorted(every, key=lambda each: -each.probability):
        if not any(each.first < other.last and other.first < each.last for other in kept):
            kept.append(each)
    assert decode.spans(chances, NAMES, least) == sorted(kept, key=lambda each: each.first)


def test_the_probability_is_that_of_being_anything_at_all() -> None:
    chances = blank(3, 2, 3)
    chances[1, 0] = 0.4, 0.35, 0.25  # less than a half for either, and yet more than a half
    (found,) = decode.spans(chances, NAMES, 0.5)
    assert (found.first, found.last, found.name) == (1, 2, "a")
    assert found.probability == pytest.approx(0.6)


def test_no_span_runs_over_the_end() -> None:
    chances = blank(3, 3, 3)
    chances[2, 1:] = 0.0, 1.0, 0.0
    assert decode.spans(chances, NAMES, 0.1) == []


# -- names -------------------------------------------------------------------------------------------------------------------------


def test_names_leave_out_what_is_only_an_object() -> None:
    told = scores()
    person, thing = LABELS.entities.index("PER"), LABELS.entities.index(THING)
    say(told.entities, 0, 2, person, 0.9)
    say(told.entities, 3, 5, thing, 0.95)
    before = told.entities.copy()
    assert [(each.first, each.last, each.name) for each in decode.names(told, LABELS)] == [(0, 2, "PER")]
    np.testing.assert_array_equal(told.entities, before)


def test_an_object_does_not_stand_in_the_way_of_the_name_inside_it() -> None:
    told = scores()
    say(told.entities, 0, 4, LABELS.entities.index(THING), 0.95)
    say(told.entities, 1, 2, LABELS.entities.index("GPE"), 0.7)
    (found,) = decode.names(told, LABELS)
    assert (found.first, found.last, found.name) == (1, 2, "GPE")


def test_what_is_half_object_is_a_name_only_where_the_other_half_suffices() -> None:
    told = scores()
    told.entities[2, 0] = 0.0
    told.entities[2, 0, [LABELS.entities.index("ORG"), LABELS.entities.index(THING)]] = 0.45, 0.55
    assert decode.names(told, LABELS) == []
    (found,) = decode.names(told, LABELS, least=0.4)
    assert (found.name, found.probability) == ("ORG", pytest.approx(0.45))


def test_all_labels_of_the_contract_but_titles_and_objects_are_names() -> None:
    assert set(decode.NAMES) == set(LABELS.entities) - {NONE, THING}


# -- strength ----------------------------------------------------------------------------------------------------------------------


@given(st.integers(1, 8), st.integers(0, 10_000), st.data())
@settings(max_examples=80, deadline=None)
def test_strength_is_the_highest_over_the_spans_that_share_a_word(words: int, seed: int, data: st.DataObject) -> None:
    told = scores(words)
    told.triggers = np.random.default_rng(seed).random((words, 3, len(LABELS.types))).astype(np.float32)
    first = data.draw(st.integers(0, words - 1))
    last = data.draw(st.integers(first + 1, words))
    types = data.draw(st.sets(st.sampled_from([*LABELS.types[1:], "a type that it does not know"]), max_size=3))
    best = 0.0
    for i in range(words):
        for k in range(min(3, words - i)):
            if i < last and first < i + k + 1:
                best = max([best, *(float(told.triggers[i, k, LABELS.types.index(each)]) for each in types if each in LABELS.types)])
    assert decode.strength(told, LABELS, first, last, types) == best
