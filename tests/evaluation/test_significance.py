"""Differences between two runs: intervals and p-values against what can be worked out, and runs written and read back."""

from __future__ import annotations

import json
from itertools import product
from math import comb
from pathlib import Path

import pytest

from bilat_nlp.evaluation import run
from bilat_nlp.evaluation.report import measure
from bilat_nlp.evaluation.results import Report
from bilat_nlp.evaluation.significance import difference
from bilat_nlp.records import Argument, Document, Event, RecordError, Trigger


def document(number: int, right: bool = True) -> Document:
    sides = [Argument(0, 3, "xxx", "GPE", "KAZ")], [Argument(4, 7, "xxx", "GPE", "RUS")]
    return Document(f"d{number:03}", events=[Event("1", "visit" if right else "invite", "actual", [Trigger(8, 10, "xx")], *sides)])


def system(answers: list[bool]) -> Report:
    """A run that is right on these documents and wrong on the others."""
    return measure([(document(n), document(n, right)) for n, right in enumerate(answers)], samples=200)


def test_a_system_does_not_differ_from_itself() -> None:
    one = system([True, False] * 10)
    found = difference(one, one)["relaxed"]
    assert (found.value, found.low, found.high, found.p_randomisation, found.p_bootstrap) == (0, 0, 0, 1, 1)


def test_randomisation_comes_to_the_exact_permutation_test() -> None:
    """Each document gives one gold and one predicted event, so F1 is the share right, and swaps move it by whole documents."""
    ours, theirs = [True] * 9 + [False] * 3, [True] * 3 + [False] * 8 + [True]
    gaps = [int(a) - int(b) for a, b in zip(ours, theirs, strict=True)]
    observed = abs(sum(gaps))
    sums = [abs(sum(sign * gap for sign, gap in zip(signs, gaps, strict=True))) for signs in product((1, -1), repeat=len(gaps))]
    exact = sum(each >= observed for each in sums) / len(sums)
    found = difference(system(ours), system(theirs), trials=20_000)["relaxed"]
    assert found.value == pytest.approx(sum(gaps) / len(gaps))
    assert found.p_randomisation == pytest.approx(exact, abs=0.01)
    assert 0.05 < exact < 0.2, "a case that could be told either way"


def test_a_clear_difference_is_significant_and_symmetric() -> None:
    ours, theirs = system([True] * 36 + [False] * 4), system([True] * 12 + [False] * 28)
    there, back = difference(ours, theirs)["relaxed"], difference(theirs, ours)["relaxed"]
    assert there.value == pytest.approx(0.6)
    assert there.low > 0.4
    assert there.p_randomisation < 0.001 + 2 * 0.5**24 * comb(24, 24)
    assert there.p_bootstrap < 0.01
    assert (back.value, back.low) == (pytest.approx(-there.value), pytest.approx(-there.high))
    assert back.p_randomisation == pytest.approx(there.p_randomisation, abs=0.001)


def test_false_alarms_are_as_rare_as_promised() -> None:
    """Two systems of equal worth, answers drawn by chance: p < 0.05 in about one of twenty trials."""
    import random

    chance = random.Random(7)
    alarms = 0
    for _ in range(200):
        one, other = ([chance.random() < 0.6 for _ in range(30)] for _ in range(2))
        p = difference(system(one), system(other), samples=10, trials=400)["relaxed"].p_randomisation
        alarms += p < 0.05
    assert alarms <= 20  # 10 expected, standard deviation 3


def test_runs_on_other_gold_cannot_be_compared() -> None:
    one = system([True] * 4)
    with pytest.raises(RecordError, match="not measured on the same gold documents"):
        difference(one, system([True] * 5))
    changed = [(document(n, right=False), document(n)) for n in range(4)]
    with pytest.raises(RecordError, match="not measured on the same gold documents"):
        difference(one, measure(changed))


def test_a_run_written_and_read_back_compares_like_the_report(tmp_path: Path) -> None:
    ours, theirs = system([True] * 9 + [False] * 3), system([True] * 4 + [False] * 8)
    path = tmp_path / "run.json"
    path.write_text(json.dumps(run.as_json(theirs)), encoding="utf-8")
    back = run.load(path)
    assert difference(ours, back) == difference(ours, theirs)
    assert back.signature == theirs.signature
    table = run.difference_table(ours, back, difference(ours, back))
    assert next(row for row in table.rows if row[0] == "event F1, relaxed")[1:4] == (0.75, pytest.approx(1 / 3), "+0.417")


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (lambda data: data.pop("by_document"), "this is no run; make one with"),
        (lambda data: data.update(metrics=1), "measured with version 1 of the metrics"),
        (lambda data: data["by_document"]["ids"].append("x"), "its counts do not fit its 3 documents"),
        (lambda data: data["by_document"]["counts"].update(relaxed=[[1, 2]]), "this is no run"),
        (lambda data: data["by_document"]["counts"].update(relaxed=[[None, 1, 1]] * 2), "its counts do not fit"),
    ],
)
def test_a_damaged_run_is_refused(tmp_path: Path, change, sentence: str) -> None:  # type: ignore[no-untyped-def]
    data = run.as_json(system([True, False]))
    change(data)
    path = tmp_path / "run.json"
    path.write_text(json.dumps(data), encoding="utf-8")
    with pytest.raises(RecordError, match=sentence):
        run.load(path)


def test_p_values_are_never_printed_as_nought() -> None:
    assert [run.p_value(p) for p in (None, 0.0001, 0.0123, 1.0)] == ["-", "<0.001", "0.012", "1.000"]
