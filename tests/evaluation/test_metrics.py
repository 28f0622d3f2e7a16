"""Scores computed by hand, and properties that any score must have."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bilat_nlp.evaluation.metrics import COLUMNS, F_SCORES, SHARES, dyads, score, statistics
from bilat_nlp.evaluation.report import as_json, as_markdown, compare
from bilat_nlp.records import Argument, DateValue, Document, Event, Trigger


def place(code: str | None, start: int = 0) -> Argument:
    return Argument(start, start + 3, "xxx", "GPE", code)


def gold() -> Document:
    """A visit of KAZ to RUS, talks of KAZ and RUS in Vienna, a demand of nobody known."""
    visit = Event(
        "1", "visit", "actual", [Trigger(10, 15, "xxxxx")], [place("KAZ")], [place("RUS", 20)], date=DateValue("2024", 30, 34, "2024")
    )
    talks = Event("2", "meet", "planned", [Trigger(40, 44, "xxxx")], [place("KAZ"), place("RUS", 20)], location=[place("AUT", 50)])
    demand = Event("3", "demand", "actual", [Trigger(60, 64, "xxxx")], [place(None, 70)])
    return Document("d", "hu", "Latn", events=[visit, talks, demand], entities=[place("KAZ")], origin="real")


def predicted() -> Document:
    """The visit with sides exchanged and without date; the talks with Austria for a party; an award that never was."""
    visit = Event("1", "visit", "actual", [Trigger(10, 15, "xxxxx")], [place("RUS", 20)], [place("KAZ")])
    talks = Event(
        "2", "meet", "planned", [Trigger(40, 45, "xxxxx")], [place("KAZ"), place("RUS", 20), place("AUT", 50)], location=[place("AUT", 50)]
    )
    award = Event("3", "award", "actual", [Trigger(60, 64, "xxxx")], [place("KAZ")], [place("HUN", 80)])
    return Document("d", "hu", "Latn", events=[visit, talks, award], entities=[place("KAZ"), place("RUS", 20)])


# name: right, gold, predicted (or asked)
BY_HAND = {
    "event_strict": (1, 3, 3),  # the visit: codes are compared over both roles
    "event_relaxed": (2, 3, 3),
    "dyad": (2, 2, 5),  # predicted: visit, three pairs of the talks, award
    "trigger_i": (2, 3, 3),  # the talks' trigger is a letter too long
    "trigger_c": (1, 3, 3),
    # gold: visit 0 20 30, talks 0 20 50, demand 70; predicted: visit 0 20, talks 0 20 50, award 0 80
    "argument_i": (5, 7, 7),
    # in roles: the visit's are exchanged, and Vienna is an actor and a location to the prediction
    "argument_c": (3, 7, 8),
    "entity": (1, 1, 2),
    "direction": (0, 2),
    "date": (1, 2),  # both talks have none
    "modality": (2, 2),
    "location": (1, 1),  # asked only where gold has one
}


def test_counts_by_hand() -> None:
    expected = [count for name in (*F_SCORES, *SHARES) for count in BY_HAND[name]]
    assert statistics(gold(), predicted()).tolist() == expected
    assert len(expected) == COLUMNS


def test_scores_by_hand() -> None:
    scores = score([statistics(gold(), predicted())])
    assert scores["dyad"].precision == pytest.approx(2 / 5)
    assert scores["dyad"].recall == 1
    assert scores["dyad"].value == pytest.approx(4 / 7)
    assert scores["event_relaxed"].value == pytest.approx(2 / 3)
    assert scores["date"].value == 0.5
    assert (scores["date"].gold, scores["date"].predicted, scores["date"].precision) == (2, None, None)
    # one document, drawn again and again, leaves no doubt
    assert scores["dyad"].low == scores["dyad"].high == scores["dyad"].value


def test_nothing_to_find_and_nothing_found_is_no_figure() -> None:
    scores = score([statistics(Document("d"), Document("d"))])
    assert all(found.value is None and found.low is None for found in scores.values())
    assert all(found.value is None for found in score([]).values())


def test_micro_average_sums_before_dividing() -> None:
    empty = Document("e")
    rows = [statistics(gold(), predicted()), statistics(empty, predicted())]
    assert score(rows)["event_strict"].value == pytest.approx(2 * 1 / (3 + 6))


def test_the_interval_is_that_of_resampled_documents() -> None:
    right, wrong = statistics(gold(), gold()), statistics(gold(), Document("d"))
    found = score([right, wrong] * 20)["event_strict"]
    # by hand: with k of 40 documents right, F1 = 2k / (40 + k); k is binomial with mean 20, standard deviation 3.16
    assert found.value == pytest.approx(2 / 3)
    assert found.low == pytest.approx(2 * 14 / 54, abs=0.03)
    assert found.high == pytest.approx(2 * 26 / 66, abs=0.03)
    assert score([right, wrong] * 20)["event_strict"] == found
    assert score([right, wrong] * 20, seed=1)["event_strict"].value == found.value


@pytest.mark.parametrize(
    ("actor", "recipient", "expected"),
    [
        ("KAZ RUS", "", {("KAZ", "RUS")}),
        ("RUS", "KAZ HUN", {("KAZ", "RUS"), ("HUN", "RUS")}),
        ("KAZ", "", set()),
        ("KAZ", "KAZ", set()),
        ("", "RUS KAZ", {("KAZ", "RUS")}),
    ],
)
def test_dyads(actor: str, recipient: str, expected: set[tuple[str, str]]) -> None:
    sides = [[place(code) for code in codes.split()] for codes in (actor, recipient)]
    assert set(dyads(Event("", "visit", "actual", [], *sides))) == expected


CODES = st.sampled_from([None, "KAZ", "RUS", "HUN"])
EVENTS = st.builds(
    lambda kind, one, other, at, modality: Event("", kind, modality, [Trigger(at, at + 2, "xx")], [place(one, at)], [place(other, at)]),
    st.sampled_from(["visit", "invite"]),
    CODES,
    CODES,
    st.integers(0, 3),
    st.sampled_from(["actual", "planned"]),
)
DOCUMENTS = st.builds(lambda events: Document("d", events=events), st.lists(EVENTS, max_size=4))


@given(st.lists(st.tuples(DOCUMENTS, DOCUMENTS), max_size=4))
def test_scores_lie_in_bounds_and_in_order(pairs: list[tuple[Document, Document]]) -> None:
    scores = score([statistics(*pair) for pair in pairs], samples=50)
    for found in scores.values():
        assert found.value is None or 0 <= found.value <= 1
        assert found.low is None or found.high is None or 0 <= found.low <= found.high <= 1
        assert found.right <= found.gold
    assert scores["event_strict"].right <= scores["event_relaxed"].right
    assert scores["trigger_c"].gold >= scores["trigger_i"].gold
    assert scores["argument_c"].gold >= scores["argument_i"].gold


@given(DOCUMENTS)
def test_gold_against_itself_is_perfect_and_exchange_keeps_f1(document: Document) -> None:
    own = score([statistics(document, document)], samples=5)
    assert all(found.value in (None, 1) for found in own.values())
    forth, back = score([statistics(document, predicted())], samples=5), score([statistics(predicted(), document)], samples=5)
    assert all(forth[name].value == back[name].value for name in F_SCORES)
    assert all(forth[name].precision == back[name].recall for name in F_SCORES)


def test_groups() -> None:
    uzbek = replace(gold(), id="e", lang="uz", script="Cyrl", origin="rewritten")
    pairs = [(gold(), predicted()), (uzbek, uzbek)]
    assert [group.name for group in compare(pairs)] == ["all"]
    assert [(group.name, group.documents) for group in compare(pairs, "lang")] == [("all", 2), ("hu-Latn", 1), ("uz-Cyrl", 1)]
    assert [group.name for group in compare(pairs, "origin")] == ["all", "real", "rewritten"]
    by_type = {group.name: group for group in compare(pairs, "type")}
    assert list(by_type) == ["all", "award", "demand", "meet", "visit"]
    assert by_type["award"].documents == 1
    assert by_type["award"].scores["event_strict"].predicted == 1
    # types divide the events: their counts sum to those of all
    assert sum(by_type[name].scores["event_relaxed"].right for name in list(by_type)[1:]) == by_type["all"].scores["event_relaxed"].right
    with pytest.raises(ValueError, match="choose one of lang, origin, type"):
        compare(pairs, "author")


def test_shown_as_markdown_and_json() -> None:
    groups = compare([(gold(), predicted())])
    assert "| dyad F1 | 0.571 | 0.571-0.571 | 0.400 | 1.000 | 2 | 2 | 5 |" in as_markdown(groups).splitlines()
    across = as_markdown(compare([(gold(), predicted())], "lang")).splitlines()
    assert across[0].startswith("| group | documents | event F1, strict |")
    assert across[3].startswith("| hu-Latn | 1 | 0.333 0.333-0.333 n=3 | 0.667")
    found = as_json(groups)
    assert found["groups"]["all"]["scores"]["dyad"]["right"] == 2
    assert found["interval"]["samples"] == 1000


def test_counts_are_whole_numbers_that_can_be_summed() -> None:
    assert statistics(gold(), predicted()).dtype == np.int64
