"""Every figure against cases worked out by hand: ``cases.toml``, whose head explains the notation."""

from __future__ import annotations

import tomllib
from collections import Counter
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from bilat_nlp.evaluation.report import measure
from bilat_nlp.records import Argument, DateValue, Document, Event, Trigger

CASES: list[dict[str, Any]] = tomllib.loads(Path(__file__).with_name("cases.toml").read_text(encoding="utf-8"))["case"]
F1 = [
    *("strict", "relaxed", "dyad", "trig_i", "trig_c", "arg_i", "arg_c", "arg_i_attached", "arg_c_attached"),
    *("entity", "entity_exact", "entity_partial", "entity_type"),
]
SHARES = ["direction", "date", "modality", "location", "quiet"]
CALIBRATION = ["brier", "ece", "average_precision"]
# which sides are turned round: nothing may depend on the order in which events and entities are listed
ORDERS = {"as written": (), "gold turned": ("gold",), "prediction turned": ("predicted",), "both turned": ("gold", "predicted")}


def span(notation: str) -> tuple[int, int]:
    start, end = notation.split("-")
    return int(start), int(end)


def event(notation: str, text: str) -> Event:
    kind, modality, triggers, *rest = notation.split()
    made = Event("", kind, modality, [Trigger(*at, text[slice(*at)]) for at in map(span, triggers.split(","))])
    for role, value in zip(rest[::2], rest[1::2], strict=True):
        if role == "conf":
            made.confidence = float(value)
            continue
        fillers = [(what, span(at)) for what, at in (filler.split("@") for filler in value.split(","))]
        if role == "date":
            ((when, at),) = fillers
            made.date = DateValue(when, *at, text[slice(*at)])
        else:
            getattr(made, role).extend(Argument(*at, text[slice(*at)], code=None if code == "-" else code) for code, at in fillers)
    return made


def entity(notation: str, text: str) -> Argument:
    label, where, *code = notation.split()
    at = span(where)
    return Argument(*at, text[slice(*at)], label, *code)


def document(case: dict[str, Any], name: str, side: str, turned: bool) -> Document:
    text = case.get("text") or " ".join("w" * case.get("words", 200))
    step = -1 if turned else 1
    events = [event(line, text) for line in case.get(side, [])][::step]
    entities = [entity(line, text) for line in case.get(f"{side}_entities", [])][::step]
    for number, one in enumerate(events, 1):  # after turning, so that an id does not tell the order either
        one.id = f"{name}#{number}"
    known = {key: case[key] for key in ("lang", "script", "origin") if key in case}
    return Document(name, text=text, entities=entities, events=events, **known)


def pairs(case: dict[str, Any], turned: tuple[str, ...]) -> list[tuple[Document, Document]]:
    return [
        (document(one, f"d{number}", "gold", "gold" in turned), document(one, f"d{number}", "predicted", "predicted" in turned))
        for number, one in enumerate(case["document"], 1)
    ]


def number(written: str | int) -> Fraction | None:
    return None if written == "none" else Fraction(written)


def assert_number(found: float | None, written: str | int, where: str) -> None:
    expected = number(written)
    if expected is None or found is None:
        assert found is expected, where
    else:
        assert found == pytest.approx(float(expected), abs=1e-12), where


def assert_scores(scores: Any, expected: dict[str, dict[str, Any]], where: str) -> None:
    for figure, parts in expected.items():
        for part, written in parts.items():
            assert_number(getattr(scores[figure], part), written, f"{where}{figure}: {part}")


def assert_calibration(found: Any, expected: dict[str, Any]) -> None:
    for figure in CALIBRATION:
        if figure in expected:
            assert_number(None if found is None else getattr(found, figure).value, expected[figure], figure)
    if "bins" in expected:
        filled = [(one.low, one.high, one.events, one.confidence, one.accuracy) for one in found.bins if one.events]
        assert_rows(filled, expected["bins"], "bins")
    if "curve" in expected:
        points = sorted(((one.threshold, one.precision, one.recall) for one in found.curve), reverse=True)
        assert_rows(points, expected["curve"], "curve")


def assert_rows(found: list[tuple[float, ...]], expected: list[str], where: str) -> None:
    rows = [[Fraction(written) for written in row.split()] for row in expected]
    assert [len(row) for row in found] == [len(row) for row in rows], where
    for row, right in zip(found, rows, strict=True):
        assert row == pytest.approx([float(value) for value in right], abs=1e-12), where


@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_case(case: dict[str, Any], order: str) -> None:
    expected = dict(case["expected"])
    macro, by, calibration = (expected.pop(part, {}) for part in ("macro", "by", "calibration"))
    report = measure(pairs(case, ORDERS[order]), by=tuple(by), samples=20, seed=1)
    assert_scores(report.scores, expected, "")
    for figure, written in macro.items():
        assert_number(report.macro[figure].value, written, f"macro {figure}")
    for facet, groups in by.items():
        for name, figures in groups.items():
            group = report.groups[facet][name]
            assert_scores(group.scores, {key: parts for key, parts in figures.items() if key != "documents"}, f"{facet} {name} ")
            if "documents" in figures:
                assert group.documents == figures["documents"], f"{facet} {name}"
    if calibration:
        assert_calibration(report.calibration, calibration)


# By a facet of documents every figure is divided, by one of events, arguments or entities those that count what has it: a dyad has a type
# but no modality, and only Arg-C knows roles.
EVENTS = [figure for figure in (*F1, *SHARES) if not figure.startswith("entity") and figure != "quiet"]
DIVIDED = {
    "lang": [*F1, *SHARES],
    "origin": [*F1, *SHARES],
    "length": [*F1, *SHARES],
    "type": EVENTS,
    "modality": [figure for figure in EVENTS if figure != "dyad"],
    "explicit": [figure for figure in EVENTS if figure != "dyad"],
    "role": ["arg_c", "arg_c_attached"],
    "label": [figure for figure in F1 if figure.startswith("entity")],
}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_groups_add_up_to_the_whole(case: dict[str, Any]) -> None:
    report = measure(pairs(case, ()), by=tuple(DIVIDED), samples=20, seed=1)
    for facet, figures in DIVIDED.items():
        for figure in figures:
            for part in ("right", "gold", "predicted") if figure in F1 else ("right", "gold"):
                parts = [getattr(group.scores[figure], part) for group in report.groups[facet].values() if figure in group.scores]
                assert sum(parts) == getattr(report.scores[figure], part), f"{facet}: {part} of {figure}"


def examined(expected: dict[str, Any]) -> Iterator[str]:
    """The figures that a case asks anything of; each once."""
    groups = [group for facet in expected.get("by", {}).values() for group in facet.values()]
    tables = [expected, expected.get("macro", {}), expected.get("calibration", {}), *groups]
    yield from {figure for table in tables for figure in table}


def test_there_are_enough_cases_of_every_figure() -> None:
    assert len(CASES) >= 60
    assert len({case["name"] for case in CASES}) == len(CASES)
    assert all(case["why"].strip() for case in CASES)
    times = Counter(figure for case in CASES for figure in examined(case["expected"]))
    assert {figure: times[figure] for figure in (*F1, *SHARES, *CALIBRATION) if times[figure] < 3} == {}
