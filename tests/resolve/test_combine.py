"""What speaks for a record, and the confidence that follows from it."""

from __future__ import annotations

import json
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bilat_nlp.analysis import Draft, Mention, Party
from bilat_nlp.languages.entries import TriggerEntry
from bilat_nlp.mentions.dates import DateMention
from bilat_nlp.resolve.combine import EDGE, PLAIN, SIGNS, Combiner, company, signs

SOME = st.lists(st.floats(0, 1), min_size=len(SIGNS), max_size=len(SIGNS))
WEIGHTS = st.lists(st.floats(-5, 5), min_size=len(SIGNS) + 1, max_size=len(SIGNS) + 1).map(tuple)


def party(code: str, probability: float = 1.0, inferred: bool = False) -> Party:
    return Party(Mention(0, 1, 0, 1, "GPE", "state", (code,), frozenset({"nom"}), 0), code, inferred, probability)


def draft(
    type_: str = "expel_diplomat", id_: str = "rule", actor: tuple[Party, ...] = (), recipient: tuple[Party, ...] = (),
    weak: bool = False, **more: object,
) -> Draft:  # fmt: skip
    made = Draft(TriggerEntry(id_, type_, weak=weak), 0, 1, 2, actor=list(actor), recipient=list(recipient))
    for name, value in more.items():
        setattr(made, name, value)
    return made


def told(*group: Draft) -> dict[str, float]:
    found = signs(group)
    assert found.shape == (len(SIGNS),)
    return dict(zip(SIGNS, found.tolist(), strict=True))


def logit(probability: float) -> float:
    return math.log(probability / (1 - probability))


# -- signs -------------------------------------------------------------------------------------------------------------------------


def test_a_draft_that_rules_and_model_share() -> None:
    day = DateMention(0, 1, "2025-11-12", "day", False)
    found = told(draft(actor=(party("HUN", 0.9),), recipient=(party("RUS", 0.7),), trigger=0.8, confidence=0.85, date=day))
    shown = {
        "trigger": logit(0.8), "side": logit(0.9), "second side": logit(0.7), "drafted": 1, "believed": 1, "rule": 0.85, "drafted alone": 0,
        "wordings": 0, "inferred": 0, "sides missing": 0, "weak": 0, "dated": 1, "not actual": 0, "distributed": 0, "company": 0,
    }  # fmt: skip
    assert found == pytest.approx(shown | {f"believed, {name}": value for name, value in shown.items()})


def test_a_draft_of_the_models_own() -> None:
    found = told(draft(id_="", actor=(party("HUN", 0.6, inferred=True),), trigger=0.4, confidence=0.9, modality="planned", believed=False))
    shown = {
        "trigger": logit(0.4), "side": logit(0.6), "second side": logit(EDGE), "drafted": 0, "believed": 0, "rule": 0, "drafted alone": 0,
        "wordings": 0, "inferred": 1, "sides missing": 1, "weak": 0, "dated": 0, "not actual": 1, "distributed": 0, "company": 0,
    }  # fmt: skip
    assert found == pytest.approx(shown | {f"believed, {name}": 0.0 for name in shown})


def test_the_company_of_other_events_counts_but_not_the_record_itself() -> None:
    mine = draft(actor=(party("HUN", 0.9),))
    other = draft(actor=(party("HUN", 0.9),))
    number = company([mine, other, draft(id_="")])
    assert number == 2
    assert dict(zip(SIGNS, signs([mine], number), strict=True))["company"] == pytest.approx(math.log(2))


def test_a_draft_that_the_rules_do_not_believe() -> None:
    found = told(draft(believed=False, weak=True, siblings=frozenset({"HUN", "POL"})))
    assert (found["drafted"], found["believed"], found["drafted alone"]) == (1, 0, 1)
    assert (found["weak"], found["distributed"], found["sides missing"]) == (1, 1, 2)


def test_several_wordings_of_one_happening() -> None:
    sure = draft(actor=(party("HUN", 0.9),), recipient=(party("RUS", 0.8),), trigger=0.9, confidence=0.6, weak=True)
    likely = draft(actor=(party("HUN", 0.5, inferred=True),), trigger=0.95, confidence=0.8)
    own = draft(id_="", actor=(party("HUN", 0.3),), trigger=0.1)
    found = told(likely, own, sure)
    assert found == told(sure, likely, own)  # in whatever order
    assert found["trigger"] == pytest.approx(logit(0.95))  # the highest of all
    assert found["side"] == pytest.approx(logit(0.9))  # of the one with the surest side
    assert (found["rule"], found["inferred"], found["weak"]) == (0.8, 0, 0)
    assert found["wordings"] == pytest.approx(math.log(3))


def test_a_type_with_one_side_does_not_miss_a_second() -> None:
    found = told(draft("demand", actor=(party("HUN", 0.9),), trigger=0.8))
    assert (found["second side"], found["sides missing"]) == (0, 0)


def test_sides_are_counted_by_code() -> None:
    twice = told(draft(actor=(party("HUN", 0.4), party("HUN", 0.9)), recipient=(Party(party("X").mention, None, False, 0.99),)))
    assert twice["side"] == pytest.approx(logit(0.9))
    assert twice["second side"] == pytest.approx(logit(EDGE))
    assert twice["sides missing"] == 1


def test_certainty_is_kept_finite() -> None:
    found = told(draft(actor=(party("HUN", 1.0),), recipient=(party("RUS", 0.0),), trigger=0.0))
    assert [found["trigger"], found["second side"], -found["side"]] == pytest.approx([logit(EDGE)] * 3)


# -- confidence --------------------------------------------------------------------------------------------------------------------


@given(WEIGHTS, st.lists(SOME, min_size=1, max_size=4))
def test_the_score_is_a_logistic_regression(weights: tuple[float, ...], rows: list[list[float]]) -> None:
    found = Combiner(weights).score(np.array(rows))
    for row, score in zip(rows, found, strict=True):
        total = sum(weight * value for weight, value in zip(weights, row, strict=False)) + weights[-1]
        assert score == pytest.approx(1 / (1 + math.exp(-total)), abs=1e-9)
    np.testing.assert_array_equal(Combiner(weights).confidence(np.array(rows)), found)  # no curve, no change


def test_the_curve_runs_straight_between_its_points_and_is_flat_outside() -> None:
    weights = (1.0, *[0.0] * len(SIGNS))
    curve = Combiner(weights, (0.2, 0.5, 0.8), (0.1, 0.6, 0.7))
    wanted = {0.05: 0.1, 0.2: 0.1, 0.35: 0.35, 0.5: 0.6, 0.65: 0.65, 0.8: 0.7, 0.99: 0.7}
    rows = np.zeros((len(wanted), len(SIGNS)))
    rows[:, 0] = [logit(score) for score in wanted]
    np.testing.assert_allclose(curve.confidence(rows), list(wanted.values()), atol=1e-9)


@pytest.mark.parametrize("name", ["trigger", "side", "second side", "believed", "wordings"])
def test_what_speaks_for_a_record_raises_it_before_any_calibration(name: str) -> None:
    rows = np.zeros((2, len(SIGNS)))
    rows[1, SIGNS.index(name)] = 1.0
    low, high = PLAIN.confidence(rows)
    assert 0 < low < high < 1


def test_a_missing_side_lowers_it() -> None:
    rows = np.zeros((2, len(SIGNS)))
    rows[1, SIGNS.index("sides missing")] = 1.0
    high, low = PLAIN.confidence(rows)
    assert low < high


# -- storing -----------------------------------------------------------------------------------------------------------------------


@given(WEIGHTS, st.lists(st.floats(0, 1), max_size=5).map(tuple))
def test_there_and_back_through_json(weights: tuple[float, ...], points: tuple[float, ...]) -> None:
    made = Combiner(weights, points, points)
    assert Combiner.from_json(json.loads(json.dumps(made.to_json()))) == made


@pytest.mark.parametrize(("change", "sentence"), [
    ({"signs": list(SIGNS[:-1])}, "other signs than this version reads; train it with this version"),
    ({"signs": [*SIGNS[1:], SIGNS[0]]}, "other signs"),
    ({"weights": [1.0, 2.0]}, "lacks some of its numbers; copy the model anew"),
    ({"scores": [0.1, 0.2], "confidences": [0.1]}, "lacks some of its numbers"),
])  # fmt: skip
def test_what_does_not_fit_is_refused(change: dict, sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        Combiner.from_json(PLAIN.to_json() | change)


@pytest.mark.parametrize("name", ["signs", "weights"])
def test_what_is_missing_is_refused(name: str) -> None:
    data = PLAIN.to_json()
    del data[name]
    with pytest.raises(ValueError, match="model anew|other signs"):
        Combiner.from_json(data)
