"""Properties that any score must have; the values themselves stand in ``cases.toml``."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bilat_nlp.evaluation.items import dyads
from bilat_nlp.evaluation.metrics import FIGURES
from bilat_nlp.evaluation.report import FACETS, measure
from bilat_nlp.evaluation.significance import difference
from bilat_nlp.records import Argument, DateValue, Document, Event, Trigger

F1 = [name for name, figure in FIGURES.items() if figure.kind == "f1"]


def place(code: str | None, start: int = 0) -> Argument:
    return Argument(start, start + 3, "xxx", "GPE", code)


def gold(id: str = "d") -> Document:
    """A visit of KAZ to RUS, talks of KAZ and RUS in Vienna, a demand of nobody known."""
    visit = Event(
        "1", "visit", "actual", [Trigger(10, 15, "xxxxx")], [place("KAZ")], [place("RUS", 20)], date=DateValue("2024", 30, 34, "2024")
    )
    talks = Event("2", "meet", "planned", [Trigger(40, 44, "xxxx")], [place("KAZ"), place("RUS", 20)], location=[place("AUT", 50)])
    demand = Event("3", "demand", "actual", [Trigger(60, 64, "xxxx")], [place(None, 70)])
    return Document(id, "hu", "Latn", events=[visit, talks, demand], entities=[place("KAZ")], origin="real")


def predicted(id: str = "d") -> Document:
    """The visit with sides exchanged and without date; the talks with Austria for a party; an award that never was."""
    visit = Event("1", "visit", "actual", [Trigger(10, 15, "xxxxx")], [place("RUS", 20)], [place("KAZ")], confidence=0.9)
    sides = [place("KAZ"), place("RUS", 20), place("AUT", 50)]
    talks = Event("2", "meet", "planned", [Trigger(40, 45, "xxxxx")], sides, location=[place("AUT", 50)], confidence=0.7)
    award = Event("3", "award", "actual", [Trigger(60, 64, "xxxx")], [place("KAZ")], [place("HUN", 80)], confidence=0.7)
    return Document(id, "hu", "Latn", events=[visit, talks, award], entities=[place("KAZ"), place("RUS", 20)])


def test_nothing_to_find_and_nothing_found_is_no_figure() -> None:
    for pairs in ([(Document("d"), Document("d"))], []):
        report = measure(pairs, FACETS)
        assert all(found.value is None and found.low is None for name, found in report.scores.items() if name != "quiet")
        assert all(found.value is None for found in report.macro.values())
        assert report.calibration is None
        assert report.tables()
        assert report.long().rows
    assert measure([]).scores["quiet"].value is None


def test_the_interval_is_that_of_resampled_documents() -> None:
    pairs = [(gold(f"{n}"), gold(f"{n}") if n % 2 else Document(f"{n}")) for n in range(40)]
    found = measure(pairs).scores["strict"]
    # by hand: with k of 40 documents right, F1 = 2k / (40 + k); k is binomial with mean 20, standard deviation 3.16
    assert found.value == pytest.approx(2 / 3)
    assert found.low == pytest.approx(2 * 14 / 54, abs=0.03)
    assert found.high == pytest.approx(2 * 26 / 66, abs=0.03)
    assert measure(pairs).scores["strict"] == found
    others = [measure(pairs, seed=seed, samples=100).scores["strict"] for seed in range(3)]
    assert {other.value for other in others} == {found.value}
    assert len({(other.low, other.high) for other in others}) > 1


def test_one_document_has_no_interval() -> None:
    report = measure([(gold(), predicted()), (Document("e"), Document("e"))])
    assert report.scores["dyad"].value == pytest.approx(4 / 7)
    assert (report.scores["dyad"].low, report.scores["dyad"].recall_range) == (None, (None, None))
    assert report.calibration is not None
    assert report.calibration.brier.low is None


def test_precision_and_recall_have_intervals_and_so_have_means() -> None:
    pairs = [(gold(f"{n}"), gold(f"{n}") if n % 2 else predicted(f"{n}")) for n in range(20)]
    report = measure(pairs)
    found = report.scores["strict"]
    for value, (low, high) in ((found.precision, found.precision_range), (found.recall, found.recall_range)):
        assert low is not None
        assert high is not None
        assert low < value < high  # type: ignore[operator]
    assert report.macro["strict"].low < report.macro["strict"].value < report.macro["strict"].high  # type: ignore[operator]


def test_the_calibration_error_lies_in_its_interval() -> None:
    """Events that are as often right as they say: gaps by chance alone, which draws with replacement would only widen."""
    chance = random.Random(3)
    pairs = []
    for number in range(60):
        events = [replace(gold().events[0], id=str(n), triggers=[Trigger(n, n + 1, "x")], confidence=chance.random()) for n in range(5)]
        right = [event for event in events if chance.random() < (event.confidence or 0)]
        wrong = [replace(event, type="invite") for event in events if event not in right]
        pairs.append((Document(str(number), events=right), Document(str(number), events=right + wrong)))
    found = measure(pairs).calibration
    assert found is not None
    assert found.ece.low <= found.ece.value <= found.ece.high  # type: ignore[operator]


def test_where_gold_is_not_complete_every_figure_is_a_recall() -> None:
    pairs = [(gold(f"{n}"), predicted(f"{n}")) for n in range(3)]
    report = measure(pairs, ("lang",), figures=("relaxed", "strict"), recall_only=True)
    assert set(report.scores) == {"relaxed", "strict"}
    whole = measure(pairs).scores["relaxed"]
    assert (report.scores["relaxed"].value, report.scores["relaxed"].predicted) == (whole.recall, None)
    assert report.groups["lang"]["hu-Latn"].scores["relaxed"].value == whole.recall
    assert report.tables()[0].columns[1] == "recall"
    assert report.calibration is None
    assert difference(report, report)["relaxed"].value == 0


def test_calibration_by_language() -> None:
    other = replace(predicted("e"), lang="uz", script="Latn", events=[])
    pairs = [(gold(), predicted()), (gold("f"), predicted("f")), (replace(gold("e"), lang="uz"), other)]
    groups = measure(pairs, ("lang",)).groups["lang"]
    assert groups["hu-Latn"].scores["brier"].predicted == 6
    assert "brier" not in groups["uz-Latn"].scores


def test_the_order_of_documents_changes_nothing() -> None:
    pairs = [(gold("a"), predicted("a")), (gold("b"), gold("b")), (gold("c"), Document("c"))]
    there, back = measure(pairs, ("type",)), measure(pairs[::-1], ("type",))
    assert there.scores == back.scores
    assert there.groups == back.groups
    assert there.calibration == back.calibration
    assert there.signature == back.signature


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
    lambda kind, one, other, at, modality, confidence: Event(
        "", kind, modality, [Trigger(at, at + 2, "xx")], [place(one, at)], [place(other, at)], confidence=confidence
    ),
    st.sampled_from(["visit", "invite"]),
    CODES,
    CODES,
    st.integers(0, 3),
    st.sampled_from(["actual", "planned"]),
    st.one_of(st.none(), st.sampled_from([0.0, 0.3, 0.7, 1.0])),
)
ENTITIES = st.lists(st.builds(lambda at, size, label: Argument(at, at + size, "x" * size, label), st.integers(0, 9), st.integers(1, 4),
                              st.sampled_from(["GPE", "PER"])), max_size=4)  # fmt: skip
DOCUMENTS = st.builds(lambda events, entities: Document("d", events=events, entities=entities), st.lists(EVENTS, max_size=4), ENTITIES)


def numbered(pairs: list[tuple[Document, Document]]) -> list[tuple[Document, Document]]:
    return [(replace(one, id=str(n)), replace(other, id=str(n))) for n, (one, other) in enumerate(pairs)]


@given(st.lists(st.tuples(DOCUMENTS, DOCUMENTS), max_size=4))
def test_scores_lie_in_bounds_and_in_order(pairs: list[tuple[Document, Document]]) -> None:
    report = measure(numbered(pairs), samples=20)
    for found in (*report.scores.values(), *report.macro.values()):
        assert found.value is None or 0 <= found.value <= 1
        assert found.low is None or found.high is None or 0 <= found.low <= found.high <= 1
        assert found.right <= found.gold
    right = {name: found.right for name, found in report.scores.items()}
    assert right["strict"] <= right["relaxed"]
    if report.calibration:
        bins = report.calibration.bins
        assert sum(each.events for each in bins) == report.calibration.events
        assert all(each.low <= each.confidence <= each.high for each in bins if each.confidence is not None)


@given(DOCUMENTS)
def test_gold_against_itself_is_perfect_and_exchange_keeps_f1(document: Document) -> None:
    own = measure([(document, document)], samples=5)
    plain = {name: found.value for name, found in own.scores.items() if name not in ("entity_partial", "entity_type")}
    assert set(plain.values()) <= {None, 1}  # spans one over the other are matched from left to right, not at best
    other = predicted()
    forth, back = measure([(document, other)], samples=5).scores, measure([(other, document)], samples=5).scores
    symmetric = [name for name in F1 if name not in ("entity_partial", "entity_type")]
    assert all(forth[name].value == back[name].value for name in symmetric)
    assert all(forth[name].precision == back[name].recall for name in symmetric)


def test_groups_of_documents_and_unknown_facets() -> None:
    uzbek = replace(gold(), id="e", lang="uz", script="Cyrl", origin="rewritten", text="один два")
    pairs = [(gold(), predicted()), (uzbek, uzbek)]
    report = measure(pairs, ("lang", "origin", "length"))
    assert {name: group.documents for name, group in report.groups["lang"].items()} == {"hu-Latn": 1, "uz-Cyrl": 1}
    assert report.groups["origin"]["rewritten"].scores["strict"].value == 1
    assert list(report.groups["length"]) == ["1-100", "unknown"]
    with pytest.raises(ValueError, match="cannot group by 'colour'; choose among lang, origin"):
        measure(pairs, ("colour",))


def test_the_signature_tells_what_changes_a_figure() -> None:
    def parts(**more: object) -> dict[str, str]:
        report = measure([(gold(), predicted())], **more)  # type: ignore[arg-type]
        return dict(part.split(":", 1) for part in report.signature.split("|"))

    plain = parts()
    assert plain["gold"].endswith(",1docs,3events")
    assert parts(samples=10)["interval"] != plain["interval"] != parts(seed=3)["interval"]
    assert parts(system="rules")["system"] == "rules"
    other = gold()
    other.events[0].modality = "planned"
    changed = measure([(other, predicted())]).signature
    assert plain["gold"] not in changed
    other.events.reverse()
    assert measure([(other, predicted())]).signature == changed


def test_the_tables_of_a_report() -> None:
    report = measure([(gold(), predicted())], ("type", "lang"))
    tables = {table.title: table for table in report.tables()}
    assert ("event F1, relaxed", pytest.approx(2 / 3), "-") == tables["scores"].rows[1][:3]
    assert [row[0] for row in tables["by type"].rows] == ["award", "demand", "meet", "visit"]
    assert [row[0] for row in tables["by lang"].rows] == ["all", "hu-Latn"]
    long = report.long()
    row = dict(zip(long.columns, next(row for row in long.rows if row[:2] == ("type", "visit") and row[3] == "strict"), strict=True))
    assert (row["value"], row["right"], row["gold"], row["predicted"]) == (1, 1, 1, 1)
