"""Kinds of error: one hand-made case each, and the same errors in any order of events."""

import random
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bilat_nlp.evaluation.align import relaxed_matches
from bilat_nlp.evaluation.errors import KINDS, confusion, find_errors, verdicts
from bilat_nlp.records import Argument, DateValue, Document, Event, Trigger


def event(
    kind: str, actor: str = "", recipient: str = "", *, at: int = 0, date: str = "", modality: str = "actual", place: str = ""
) -> Event:
    """Codes divided by spaces; the trigger is four letters at ``at``."""
    sides = [[Argument(0, 1, "x", code=code) for code in codes.split()] for codes in (actor, recipient)]
    where = [Argument(0, 1, "x", code=place)] if place else []
    when = DateValue(date, 0, 1, "x") if date else None
    return Event("", kind, modality, [Trigger(at, at + 4, "word")], *sides, location=where, date=when)


def document(*events: Event, id: str = "d1") -> Document:
    for number, each in enumerate(events, 1):
        each.id = each.id or f"{id}#{number}"
    return Document(id, "en", "Latn", events=list(events))


VISIT = event("visit", "KAZ", "RUS", date="2024", place="RUS")
CASES = {
    "nothing wrong": (VISIT, event("visit", "KAZ", "RUS", at=50, date="2024", place="RUS"), []),
    "no prediction": (VISIT, None, ["missed"]),
    "no gold": (None, VISIT, ["spurious"]),
    "other type, same words": (VISIT, event("meet", "KAZ RUS", at=3), ["wrong type"]),
    "other type, other words": (VISIT, event("meet", "KAZ RUS", at=4), ["missed", "spurious"]),
    "a side too few": (VISIT, event("visit", "KAZ", date="2024", place="RUS"), ["wrong actor"]),
    "no side shared, same words": (VISIT, event("visit", "HUN", "ROU", at=1), ["wrong actor"]),
    "no side shared, other words": (VISIT, event("visit", "HUN", "ROU", at=9), ["missed", "spurious"]),
    "sides exchanged": (VISIT, event("visit", "RUS", "KAZ", date="2024", place="RUS"), ["wrong direction"]),
    "sides not told apart": (VISIT, event("visit", "KAZ RUS", date="2024", place="RUS"), ["wrong direction"]),
    "another date": (VISIT, event("visit", "KAZ", "RUS", date="2024-05", place="RUS"), ["wrong date"]),
    "no date": (VISIT, event("visit", "KAZ", "RUS", place="RUS"), ["wrong date"]),
    "another modality": (VISIT, event("visit", "KAZ", "RUS", date="2024", place="RUS", modality="planned"), ["wrong modality"]),
    "another place": (VISIT, event("visit", "KAZ", "RUS", date="2024", place="HUN"), ["wrong location"]),
    "a place that gold does not ask for": (event("visit", "KAZ"), event("visit", "KAZ", place="HUN"), []),
    "several at once": (VISIT, event("visit", "RUS", "KAZ", modality="negated"),
                        ["wrong direction", "wrong date", "wrong modality", "wrong location"]),
}  # fmt: skip


@pytest.mark.parametrize(("gold", "predicted", "kinds"), CASES.values(), ids=CASES)
def test_kinds(gold: Event | None, predicted: Event | None, kinds: list[str]) -> None:
    pair = document(*filter(None, [gold])), document(*filter(None, [predicted]))
    assert [error.kind for error in find_errors([pair])] == kinds
    assert set(kinds) <= set(KINDS)


def test_an_exact_match_is_not_given_up_for_overlapping_words() -> None:
    right, other = event("visit", "KAZ", "RUS", at=10), event("visit", "HUN", "ROU", at=0)
    found = verdicts(document(event("visit", "KAZ", "RUS")), document(other, right))
    assert [(verdict.predicted, verdict.kinds) for verdict in found] == [(other, ("spurious",)), (right, ())]


def test_one_type_is_paired_before_another() -> None:
    """Both predictions stand on the words of the gold event; that of its type has another side and is still the nearer one."""
    found = verdicts(document(event("visit", "KAZ", "RUS")), document(event("meet", "KAZ", "RUS"), event("visit", "HUN")))
    assert [(verdict.kinds, verdict.predicted and verdict.predicted.type) for verdict in found] == [
        (("spurious",), "meet"),
        (("wrong actor",), "visit"),
    ]


def test_confusion() -> None:
    gold = document(event("visit", "KAZ"), event("meet", "RUS", at=10), event("award", "HUN", at=20))
    predicted = document(event("visit", "KAZ"), event("visit", "RUS", at=10), event("invite", "HUN", at=30))
    table = confusion(verdicts(gold, predicted))
    assert table.columns == ("type", "award", "invite", "meet", "visit", "none")
    assert table.rows == [
        ("award", 0, 0, 0, 0, 1),
        ("invite", 0, 0, 0, 0, 0),
        ("meet", 0, 0, 0, 1, 0),
        ("visit", 0, 0, 0, 1, 0),
        ("none", 0, 1, 0, 0, 0),
    ]


def test_an_error_on_one_line() -> None:
    pair = (
        document(event("visit", "KAZ", "RUS", date="2024"), event("award", "HUN", at=20)),
        document(event("visit", "RUS", "KAZ"), event("meet", "HUN", at=20)),
    )
    assert [str(error) for error in find_errors([pair])] == [
        "wrong type       d1  en-Latn  award ≠ meet  HUN  “word”",
        "wrong direction  d1  en-Latn  visit  KAZ → RUS ≠ RUS → KAZ  “word”",
        "wrong date       d1  en-Latn  visit  KAZ → RUS ≠ RUS → KAZ  “word”  2024 ≠ none",
    ]


CODES = st.sampled_from(["", "KAZ", "RUS", "KAZ RUS"])
EVENTS = st.lists(
    st.builds(event, st.sampled_from(["visit", "meet"]), CODES, CODES, date=st.sampled_from(["", "2024"]), at=st.integers(0, 8)), max_size=6
)


@given(EVENTS, EVENTS, st.randoms(use_true_random=False))
def test_any_order_of_events_gives_the_same_errors(gold: list[Event], predicted: list[Event], chance: random.Random) -> None:
    pair = document(*gold), document(*predicted)
    errors = find_errors([pair])
    chance.shuffle(pair[0].events)
    chance.shuffle(pair[1].events)
    assert find_errors([pair]) == errors


@given(EVENTS, EVENTS)
def test_every_event_is_judged_once_and_as_it_is_scored(gold: list[Event], predicted: list[Event]) -> None:
    found = verdicts(document(*gold), document(*predicted))
    assert Counter(id(verdict.gold) for verdict in found if verdict.gold) == Counter(map(id, gold))
    assert Counter(id(verdict.predicted) for verdict in found if verdict.predicted) == Counter(map(id, predicted))
    matched = relaxed_matches(gold, predicted)
    dates = sum((one.date and one.date.value) != (other.date and other.date.value) for one, other in matched)
    assert sum("wrong date" in verdict.kinds for verdict in found) == dates
    unmatched = Counter(kind for verdict in found for kind in verdict.kinds if kind in ("missed", "wrong type"))
    assert len(gold) - len(matched) >= unmatched.total()
