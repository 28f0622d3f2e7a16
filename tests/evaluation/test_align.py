"""Matching: against brute force, and the same in any order."""

import random
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bilat_nlp.evaluation.align import Pair, Said, assign, assign_edges, is_relaxed, likeness, relaxed_matches, strict_matches
from bilat_nlp.records import Argument, DateValue, Event, Trigger


def event(kind: str = "visit", actor: str = "", recipient: str = "", *, date: str = "", at: int = 0, modality: str = "actual") -> Event:
    """Codes divided by spaces; the trigger is one letter at ``at``."""
    sides = [[Argument(0, 1, "x", "GPE", code) for code in codes.split()] for codes in (actor, recipient)]
    when = DateValue(date, 0, 1, "x") if date else None
    return Event("", kind, modality, [Trigger(at, at + 1, "x")], *sides, date=when)


def best_by_brute_force(weights: list[list[int]]) -> int:
    """Greatest total weight over all ways to give each row a column; the matrix is filled up with zeros to a square."""
    size = max(len(weights), max((len(row) for row in weights), default=0))
    square = [[*row, *[0] * (size - len(row))] for row in weights] + [[0] * size for _ in range(size - len(weights))]
    return max((sum(square[i][j] for i, j in enumerate(order)) for order in permutations(range(size))), default=0)


MATRICES = st.integers(1, 5).flatmap(lambda width: st.lists(st.lists(st.integers(0, 9), min_size=width, max_size=width), max_size=5))


@given(MATRICES)
def test_assignment_is_as_good_as_brute_force(weights: list[list[int]]) -> None:
    pairs = assign(weights)
    assert len({i for i, _ in pairs}) == len({j for _, j in pairs}) == len(pairs)
    assert all(weights[i][j] > 0 for i, j in pairs)
    assert sum(weights[i][j] for i, j in pairs) == best_by_brute_force(weights)


@given(st.dictionaries(st.tuples(st.integers(0, 4), st.integers(0, 4)), st.integers(0, 9)))
def test_edges_that_weigh_nothing_are_no_edges(weights: dict[tuple[int, int], int]) -> None:
    matrix = [[weights.get((i, j), 0) for j in range(5)] for i in range(5)]
    assert sum(weights[pair] for pair in assign_edges(weights)) == best_by_brute_force(matrix)
    assert all(weights[pair] > 0 for pair in assign_edges(weights))


def test_assignment_is_exact_beyond_floating_point() -> None:
    large = 10**30
    assert assign([[large, large + 1], [large + 1, large + 1]]) == [(0, 1), (1, 0)]


CODES = st.sampled_from(["", "KAZ", "RUS", "HUN", "KAZ RUS"])
EVENTS = st.lists(
    st.builds(event, st.sampled_from(["visit", "invite"]), CODES, CODES, date=st.sampled_from(["", "2024"]), at=st.integers(0, 2)),
    max_size=5,
)


def totals(pairs: list[Pair]) -> list[int]:
    return [len(pairs), *(sum(column) for column in zip(*(likeness(*map(Said.by, pair)) for pair in pairs), strict=True))]


@given(EVENTS, EVENTS)
def test_as_many_pairs_as_brute_force(gold: list[Event], predicted: list[Event]) -> None:
    allowed = [[int(is_relaxed(Said.by(one), Said.by(other))) for other in predicted] for one in gold]
    assert len(relaxed_matches(gold, predicted)) == best_by_brute_force(allowed)
    strict = [[int(one.type == other.type and one.codes() == other.codes()) for other in predicted] for one in gold]
    assert len(strict_matches(gold, predicted)) == best_by_brute_force(strict)
    assert len(strict_matches(gold, predicted)) <= len(relaxed_matches(gold, predicted))


@given(EVENTS, EVENTS, st.randoms(use_true_random=False))
def test_the_order_of_events_changes_no_total(gold: list[Event], predicted: list[Event], chance: random.Random) -> None:
    expected = totals(relaxed_matches(gold, predicted))
    assert totals(relaxed_matches(chance.sample(gold, len(gold)), chance.sample(predicted, len(predicted)))) == expected
    # and gold and prediction may change places
    assert totals(relaxed_matches(predicted, gold)) == expected


def test_a_greedy_choice_would_lose_a_pair() -> None:
    broad, narrow = event(actor="KAZ", recipient="RUS"), event(actor="KAZ", recipient="HUN")
    # HUN fits the second alone; to give the first its strictly equal partner would leave it without
    gold, predicted = [broad, event(actor="RUS", recipient="TUR")], [event(actor="RUS", recipient="KAZ"), narrow]
    assert len(relaxed_matches(gold, predicted)) == 2


def test_of_equally_many_pairs_those_with_equal_codes_win() -> None:
    gold = [event(actor="KAZ", recipient="RUS"), event(actor="KAZ", recipient="HUN")]
    pairs = relaxed_matches(gold, list(reversed([event(actor="KAZ", recipient="RUS"), event(actor="KAZ", recipient="HUN")])))
    assert all(one.codes() == other.codes() for one, other in pairs)


def test_words_come_before_dates() -> None:
    """A wrong date must not be hidden by pairing the event with another of the same sides."""
    gold = [event(actor="KAZ", recipient="RUS", date="2023", at=0), event(actor="KAZ", recipient="RUS", date="2024", at=50)]
    swapped = [event(actor="KAZ", recipient="RUS", date="2024", at=0), event(actor="KAZ", recipient="RUS", date="2023", at=50)]
    assert all(one.triggers == other.triggers for one, other in relaxed_matches(gold, swapped))


@pytest.mark.parametrize(
    ("gold", "predicted", "expected"),
    [
        (event(actor="KAZ"), event(actor="KAZ", recipient="RUS"), True),
        (event(actor="KAZ"), event(recipient="KAZ"), True),
        (event(actor="KAZ"), event(actor="RUS"), False),
        (event(), event(), True),
        (event(), event(actor="KAZ"), False),
        (event("visit", actor="KAZ"), event("meet", actor="KAZ"), False),
    ],
)
def test_what_may_be_paired(gold: Event, predicted: Event, expected: bool) -> None:
    assert is_relaxed(Said.by(gold), Said.by(predicted)) is expected
