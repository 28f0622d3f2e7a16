"""Our figures beside those of the reference implementations, on the same input: equal to the last digit."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from nervaluate import Evaluator
from seqeval.metrics import classification_report
from seqeval.scheme import IOB2
from sklearn.calibration import calibration_curve
from sklearn.metrics import average_precision_score, brier_score_loss, cohen_kappa_score, precision_recall_curve

from bilat_nlp.corpus import formats
from bilat_nlp.evaluation.agreement import agreement
from bilat_nlp.evaluation.align import assign
from bilat_nlp.evaluation.report import measure
from bilat_nlp.records import Argument, Document, Event, Trigger

LABELS = ("GPE", "ORG", "PER")


@st.composite
def sentences(draw: st.DrawFn) -> list[str]:
    """Tags of a sentence in proper IOB2: I- only behind B- or I- of its label."""
    tags: list[str] = []
    for _ in range(draw(st.integers(1, 9))):
        label = draw(st.sampled_from(LABELS))
        begins = draw(st.sampled_from(("B", "I", "O")))
        inside = begins == "I" and tags and tags[-1][2:] == label
        tags.append(f"I-{label}" if inside else "O" if begins == "O" else f"B-{label}")
    return tags


TWICE = st.lists(st.integers(1, 9).flatmap(lambda _: sentences()), min_size=1, max_size=4)


@st.composite
def tagged_twice(draw: st.DrawFn) -> tuple[list[list[str]], list[list[str]]]:
    gold = draw(TWICE)
    other = []
    for tags in gold:
        found = draw(sentences())
        kept = (found + ["O"] * len(tags))[: len(tags)]
        other.append(tags if draw(st.booleans()) else kept)
    return gold, other


def read(tags: list[list[str]], path: Path) -> Document:
    """The tags as a file of columns, read as any user's file is."""
    lines = "\n\n".join("\n".join(f"w{number} {tag}" for number, tag in enumerate(sentence)) for sentence in tags)
    path.write_text(f"-DOCSTART- d O\n\n{lines}\n", encoding="utf-8")
    (document,) = formats.read(path, "iob2")
    return document


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(tagged_twice())
def test_iob2_as_seqeval(tmp_path: Path, tags: tuple[list[list[str]], list[list[str]]]) -> None:
    gold, predicted = (read(side, tmp_path / f"{name}.conll") for name, side in zip(("gold", "predicted"), tags, strict=True))
    report = measure([(gold, predicted)], ("label",), samples=2)
    theirs = classification_report(*tags, mode="strict", scheme=IOB2, output_dict=True, zero_division=0)
    found = report.scores["entity"]
    if not found.gold and not found.predicted:
        return
    assert found.gold == theirs["micro avg"]["support"]
    ours = {"micro avg": found, **{name: group.scores["entity"] for name, group in report.groups["label"].items()}}
    for name, score in ours.items():
        expected = theirs[name] if name in theirs else None
        assert expected is not None
        # they print 0 where there is nothing to divide by
        assert ((score.precision or 0.0), (score.recall or 0.0)) == (expected["precision"], expected["recall"])
        assert score.value == pytest.approx(expected["f1-score"], abs=1e-15)  # 2PR / (P + R) there, 2 right / (gold + predicted) here
    assert report.macro["entity"].value == pytest.approx(theirs["macro avg"]["f1-score"], abs=1e-15)


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(tagged_twice())
def test_partial_matches_as_nervaluate(tmp_path: Path, tags: tuple[list[list[str]], list[list[str]]]) -> None:
    gold, predicted = (read(side, tmp_path / f"{name}.conll") for name, side in zip(("gold", "predicted"), tags, strict=True))
    compare_with_nervaluate(gold, predicted)


SPANS = st.lists(st.tuples(st.integers(0, 300), st.integers(1, 220), st.sampled_from(LABELS)), max_size=7)


@settings(max_examples=300, deadline=None)
@given(SPANS, SPANS)
def test_nested_and_crossing_spans_as_nervaluate(ours: list[tuple[int, int, str]], theirs: list[tuple[int, int, str]]) -> None:
    """Long spans too, of which a touch is less than the one per cent that counts."""
    documents = [
        Document("d", entities=[Argument(at, at + size, "x" * size, label) for at, size, label in sorted(side)])
        for side in ({(at, size): (at, size, label) for at, size, label in spans}.values() for spans in (ours, theirs))
    ]
    for document in documents:
        document.entities.sort(key=lambda each: (each.start, each.end))
    compare_with_nervaluate(*documents, schemes={"entity_partial": "partial", "entity_type": "ent_type"})


SCHEMES = {"entity": "strict", "entity_exact": "exact", "entity_partial": "partial", "entity_type": "ent_type"}


def compare_with_nervaluate(gold: Document, predicted: Document, schemes: dict[str, str] = SCHEMES) -> None:
    # its ends are inclusive
    sides = [[{"label": e.label, "start": e.start, "end": e.end - 1} for e in document.entities] for document in (gold, predicted)]
    if not sides[0] and not sides[1]:
        return
    overall = Evaluator([sides[0]], [sides[1]], tags=list(LABELS), loader="dict").evaluate()["overall"]
    found = measure([(gold, predicted)], samples=2).scores
    for ours, theirs in schemes.items():
        score, expected = found[ours], overall[theirs]
        assert score.right == expected.correct + 0.5 * expected.partial, ours
        assert (score.predicted, score.gold) == (expected.actual, expected.possible), ours
        assert ((score.precision or 0), (score.recall or 0)) == (expected.precision, expected.recall), ours
        assert (score.value or 0) == pytest.approx(expected.f1, abs=1e-15), ours


CONFIDENCES = st.lists(st.tuples(st.sampled_from([0.0, 0.05, 0.1, 0.3, 0.35, 0.6, 0.7, 0.9, 1.0]), st.booleans()), min_size=2, max_size=30)


@settings(max_examples=100, deadline=None)
@given(CONFIDENCES)
def test_calibration_as_scikit_learn(judged: list[tuple[float, bool]]) -> None:
    """Each prediction in a place of its own; where it is right a gold event stands there too, so that nothing is missed."""

    def event(number: int, confidence: float | None = None) -> Event:
        at = 10 * number
        return Event(str(number), "visit", "actual", [Trigger(at, at + 2, "xx")], [Argument(at + 3, at + 6, "xxx", "GPE", f"A{number:02}")],
                     confidence=confidence)  # fmt: skip

    predicted = Document("d", events=[event(number, confidence) for number, (confidence, _) in enumerate(judged)])
    gold = Document("d", events=[event(number) for number, (_, right) in enumerate(judged) if right])
    found = measure([(gold, predicted)], samples=2).calibration
    assert found is not None
    confidence, right = (np.array(column) for column in zip(*judged, strict=True))
    assert found.brier.value == pytest.approx(brier_score_loss(right, confidence), abs=1e-12)
    accuracy, mean = calibration_curve(right, confidence, n_bins=10)
    filled = [each for each in found.bins if each.events]
    assert [each.accuracy for each in filled] == pytest.approx(accuracy.tolist(), abs=1e-12)
    assert [each.confidence for each in filled] == pytest.approx(mean.tolist(), abs=1e-12)
    if right.any():
        assert found.average_precision.value == pytest.approx(average_precision_score(right, confidence), abs=1e-12)
        precision, recall, thresholds = precision_recall_curve(right, confidence)
        ours = sorted((point.threshold, point.precision, point.recall) for point in found.curve)
        assert [value for point in ours for value in point] == pytest.approx(
            [value for point in zip(thresholds, precision, recall, strict=False) for value in point], abs=1e-12
        )


@settings(max_examples=100, deadline=None)
@given(st.integers(1, 7).flatmap(lambda wide: st.lists(st.lists(st.integers(0, 50), min_size=wide, max_size=wide), min_size=1, max_size=7)))
def test_assignment_as_scipy(weights: list[list[int]]) -> None:
    from scipy.optimize import linear_sum_assignment

    rows, columns = linear_sum_assignment(np.array(weights), maximize=True)
    assert sum(weights[i][j] for i, j in assign(weights)) == np.array(weights)[rows, columns].sum()


def test_kappa_comes_from_scikit_learn() -> None:
    """What agreement prints is its kappa of the types at triggers that both annotators marked."""
    kinds = [("visit", "visit"), ("meet", "visit"), ("meet", "meet"), ("invite", "invite")]

    def document(side: int) -> Document:
        events = [Event(str(n), pair[side], "actual", [Trigger(4 * n, 4 * n + 3, "abc")]) for n, pair in enumerate(kinds)]
        return Document("d", text="abc " * len(kinds), events=events)

    _, kappas = agreement([(document(0), document(1))])
    assert kappas[0].value == pytest.approx(cohen_kappa_score(*zip(*kinds, strict=True)))
