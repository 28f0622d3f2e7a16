"""The limit and the curve of the confidence, against searches that try everything; a stored model, against what it then extracts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bilat_nlp.api import extract_many
from bilat_nlp.evaluation.align import relaxed_matches, strict_matches
from bilat_nlp.neural import storage
from bilat_nlp.pipeline.model import Judge
from bilat_nlp.records import Argument, Document, Event, Trigger
from bilat_nlp.resolve.combine import PLAIN, SIGNS, Combiner
from bilat_nlp.resolve.records import record
from training.material import expulsion, meeting, nothing, stories

pytest.importorskip("sklearn")
validation = pytest.importorskip("bilat_nlp.training.validation")
SHARES = st.floats(0, 1).map(lambda value: round(value, 4))


NEAR = st.integers(0, 30).map(lambda number: 0.5 + number / 5000)  # often alike to three digits


@given(st.lists(st.tuples(NEAR | SHARES, st.booleans()), min_size=1, max_size=40), st.integers(0, 5))
@example([(0.5008, True), (0.5002, False)], 0)
def test_no_limit_gives_a_higher_f1(records: list[tuple[float, bool]], missed: int) -> None:
    confidence, right = np.array([each for each, _ in records]), np.array([each for _, each in records])
    gold = int(right.sum()) + missed

    def f1(least: float) -> float:
        given = confidence >= least
        return 2 * (right & given).sum() / max(1, given.sum() + gold)

    least, best = validation._best_limit(confidence, right, gold)
    assert best == pytest.approx(f1(least)), "the figure is that of the limit that is stored"
    assert best >= max(f1(number / 1000) for number in range(1001)) - 1e-12


@pytest.mark.parametrize(("confidence", "right", "least"), [
    ([0.3, 0.9, 0.8], [False, True, True], 0.55),
    ([0.9, 0.8], [True, True], 0.4),  # nothing is left out
    ([0.7071, 0.7069, 0.2], [True, False, False], 0.707),  # three digits tell them apart
    ([0.70712, 0.70708, 0.2], [True, True, False], 0.454),  # and here they do not
])  # fmt: skip
def test_the_limit_lies_half_way_to_what_is_left_out(confidence: list[float], right: list[bool], least: float) -> None:
    assert validation._best_limit(np.array(confidence), np.array(right), 2)[0] == pytest.approx(least)


def _pools(shares: Sequence[float], weights: Sequence[float]) -> list[float]:
    """Means of neighbours that stand in the wrong order, until none do (Ayer et al., 1955)."""
    pools = [[share, weight, 1] for share, weight in zip(shares, weights, strict=True)]
    place = 0
    while place < len(pools) - 1:
        if pools[place][0] <= pools[place + 1][0]:
            place += 1
            continue
        (a, wa, na), (b, wb, nb) = pools[place : place + 2]
        pools[place : place + 2] = [[(a * wa + b * wb) / (wa + wb), wa + wb, na + nb]]
        place = max(0, place - 1)
    return [share for share, _, number in pools for _ in range(int(number))]


@pytest.mark.parametrize("seed", range(4))
def test_the_curve_is_the_best_rising_one_over_the_shares_of_right_records(seed: int) -> None:
    drawn = np.random.default_rng(seed)
    scores = drawn.random(400 + 37 * seed)
    right = drawn.random(len(scores)) < scores**2
    middles, shares = validation._curve(scores, right)
    bins = np.array_split(np.sort(scores), len(middles))
    assert len(middles) == len(scores) // validation.PER_BIN
    ranked = right[np.argsort(scores)]
    parts = np.split(ranked, np.cumsum([len(each) for each in bins])[:-1])
    np.testing.assert_allclose(middles, [each.mean() for each in bins], atol=0.01)
    wanted = _pools([(each.sum() + 0.5) / (len(each) + 1) for each in parts], [len(each) for each in parts])
    np.testing.assert_allclose(shares, np.clip(wanted, 0.01, 0.99), atol=0.04)
    assert (np.diff(shares) > 0).all(), "a higher score is never the same confidence"
    told = np.interp(scores, middles, shares)
    assert abs(told.mean() - right.mean()) < 0.03


def test_a_curve_of_one_step_would_make_all_records_alike() -> None:
    drawn = np.random.default_rng(1)
    scores = drawn.random(validation.PER_BIN * 2 - 1)
    assert validation._curve(scores, scores > 0.5) == ((), ())
    same = np.full(500, 0.5)
    assert validation._curve(same, drawn.random(500) > 0.5) == ((), ())


def test_records_of_the_rules_have_a_curve_of_their_own() -> None:
    drawn = np.random.default_rng(2)
    scores, believed = drawn.random(2000), np.arange(2000) < 1000
    right = drawn.random(2000) < np.where(believed, 0.9, 0.2)
    made = validation._curved(PLAIN, scores, right, believed)
    assert min(made.believed_confidences) > 0.7
    assert max(made.confidences) < 0.4


def test_the_regression_finds_the_sign_that_matters() -> None:
    drawn = np.random.default_rng(1)
    rows = drawn.normal(size=(300, len(SIGNS)))
    right = rows[:, 4] + 0.3 * drawn.normal(size=300) > 0
    made = validation.fit(rows, right)
    assert int(np.argmax(np.abs(made.weights[:-1]))) == 4
    assert np.mean((made.score(rows) > 0.5) == right) > 0.9
    for alike in (np.ones(300, dtype=bool), np.zeros(300, dtype=bool)):
        assert validation.fit(rows, alike) == PLAIN


CODES = st.sets(st.sampled_from(["HUN", "POL", "NOR", "TUR"]), max_size=2)
EVENTS = st.lists(st.tuples(st.sampled_from(["meet", "visit"]), CODES), max_size=6)


def _event(type_: str, codes: set[str], place: int) -> Event:
    actor = [Argument(0, 1, "x", "GPE", code) for code in sorted(codes)]
    return Event(str(place), type_, triggers=[Trigger(place, place + 1, "x")], actor=actor)


@settings(max_examples=60, deadline=None)
@given(EVENTS, EVENTS, st.data())
def test_what_stands_below_a_limit_takes_no_gold_event_from_what_stands_above(
    one: list[Any], other: list[Any], data: st.DataObject
) -> None:
    gold, mine = ([_event(type_, codes, place) for place, (type_, codes) in enumerate(events)] for events in (one, other))
    scores = np.array(data.draw(st.lists(SHARES, min_size=len(mine), max_size=len(mine), unique=True)), dtype=float)
    right = validation._right([gold], [mine], scores, [list(range(len(mine)))])
    assert right.sum() <= len(relaxed_matches(gold, mine))
    for least in scores:
        kept = [number for number in range(len(mine)) if scores[number] >= least]
        alone = validation._right([gold], [[mine[number] for number in kept]], scores[kept], [list(range(len(kept)))])
        assert alone.tolist() == right[kept].tolist()
    for number, event in enumerate(mine):
        assert right[number] <= bool(relaxed_matches(gold, [event]))


@pytest.fixture(scope="module")
def documents() -> list[Document]:
    strange, empty = Document("strange", "fr", "Latn", text="Ça va bien."), Document("empty", "en", "Latn", text=" ")
    return [*stories("d", 24, expulsion, meeting, nothing), strange, empty]


@pytest.mark.parametrize("mode", ["both", "model"])
def test_the_figures_are_those_of_what_the_stored_model_extracts(
    any_model: Path, documents: list[Document], tmp_path: Path, mode: str
) -> None:
    found = validation.validate(storage.load(any_model), documents, mode, batch=7)
    folder = tmp_path / "model"
    folder.mkdir()
    for path in any_model.iterdir():
        (folder / path.name).write_bytes(path.read_bytes())
    storage.save_calibration(folder, {mode: found.calibration})
    served = [document for document in documents if document.lang == "en"]
    texts = ((each.text or "", {"id": each.id, "lang": each.lang, "date": each.date}) for each in served)
    predicted = list(extract_many(texts, mode=mode, model=folder))
    given = sum(len(each.events) for each in predicted)
    gold = sum(len(each.events) for each in documents)
    for name, match in (("strict", strict_matches), ("relaxed", relaxed_matches)):
        hits = sum(len(match(one.events, other.events)) for one, other in zip(served, predicted, strict=True))
        assert found.figures[name] == pytest.approx(2 * hits / (given + gold)), name
    assert given, "else nothing was compared"
    assert found.figures["relaxed"] > 0
    stored = found.calibration["confidence"]
    assert Combiner.from_json(stored).to_json() == stored  # type: ignore[arg-type]
    least = found.calibration["least"]
    assert all(event.confidence is not None and event.confidence >= least - 0.0005 for each in predicted for event in each.events)


def test_quiet_documents_lower_no_figure_and_raise_the_limit(any_model: Path, documents: list[Document]) -> None:
    quiet = [replace(document, events=[]) for document in stories("q", 24, expulsion, nothing)]
    model = storage.load(any_model)
    alone, beside = (validation.validate(model, documents, "both", quiet=more) for more in ([], quiet))
    assert beside.calibration["confidence"] != alone.calibration["confidence"], "what is found in them counts for the confidence"
    gold = sum(len(each.events) for each in documents)
    combiner = Combiner.from_json(beside.calibration["confidence"])  # type: ignore[arg-type]
    assert len(combiner.scores) > 1
    hits = given = 0
    for document in documents:
        one = _found(model, document, combiner, float(beside.calibration["least"]))  # type: ignore[arg-type]
        hits += len(strict_matches(document.events, one))
        given += len(one)
    assert beside.figures["strict"] == pytest.approx(2 * hits / (given + gold)), "they are left out of the figures"


def _found(model: storage.Model, document: Document, combiner: Combiner, least: float) -> list[Event]:
    """What the model finds in one document and gives from a limit on."""
    judge = Judge(replace(model, calibration={"both": {"confidence": combiner.to_json(), "least": least}}))
    [(groups, analysis)] = validation._groups(judge, [document])
    if analysis is None:
        return []
    chances = [analysis.confidence(group) for group in groups]  # type: ignore[misc]
    return [record(analysis, group, analysis.text) for group, chance in zip(groups, chances, strict=True) if chance >= least]


def test_documents_in_which_nothing_is_found_are_said_to_be_such(any_model: Path) -> None:
    silent = [Document("a", "en", "Latn", text="Bread costs more."), Document("b", "fr", "Latn", text="Ça va bien.")]
    with pytest.raises(validation.NothingFound, match="no event at all in the development documents"):
        validation.validate(storage.load(any_model), silent, "both")
