"""Records: the form of the contract, both ways; what does not fit is named."""

import json
from dataclasses import replace
from typing import Any

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bilat_nlp import edtf, ontology
from bilat_nlp.records import Argument, DateValue, Document, Event, RecordError, Trigger, schema

TEXT = "😀 Kazakh Foreign Minister Aslan Beisov visited Moscow on 11 November."


def span(words: str) -> tuple[int, int, str]:
    start = TEXT.index(words)
    return start, start + len(words), words


def sample() -> Document:
    cameo, plover, goldstein = ontology.codes("visit")
    visit = Event(
        id="doc-1#1",
        type="visit",
        modality="actual",
        triggers=[Trigger(*span("visited"))],
        actor=[Argument(*span("Aslan Beisov"), label="PER", code="KAZ")],
        recipient=[Argument(*span("Moscow"), label="GPE", code="RUS")],
        location=[Argument(*span("Moscow"), label="GPE", code="RUS", name="Moscow")],
        date=DateValue("2025-11-11", *span("11 November")),
        cameo=cameo,
        plover=plover,
        goldstein=goldstein,
        confidence=0.97,
        evidence=["rule:en.visit"],
    )
    entities = [Argument(*span("Aslan Beisov"), label="PER", code="KAZ")]
    return Document("doc-1", "en", "Latn", "2025-11-12", TEXT, entities, [visit])


def changed(**changes: Any) -> Document:
    """The sample with its event changed."""
    document = sample()
    return replace(document, events=[replace(document.events[0], **changes)])


VALIDATOR = jsonschema.Draft202012Validator(schema())


def test_the_form_of_the_contract_with_its_order_of_keys() -> None:
    written = json.loads(sample().to_json())
    assert list(written) == ["id", "lang", "script", "date", "entities", "events"]
    assert list(written["events"][0]) == (
        "id type modality triggers actor recipient object amount location date cameo plover goldstein confidence evidence".split()
    )
    assert written["events"][0]["actor"] == [{"start": 26, "end": 38, "text": "Aslan Beisov", "label": "PER", "code": "KAZ"}]
    assert list(written["events"][0]["location"][0]) == ["start", "end", "text", "label", "code", "name"]
    assert list(written["events"][0]["date"].items())[0] == ("value", "2025-11-11")


def test_text_is_written_only_when_asked_for() -> None:
    assert "text" not in sample().to_dict()
    assert Document.from_json(sample().to_json(text=True)) == sample()
    assert Document("d", text="").to_dict(text=True)["text"] == ""


def test_an_annotated_document_may_leave_out_what_only_the_library_knows() -> None:
    line = """{"id": "a", "lang": "uz", "script": "Cyrl", "origin": "real", "url": "http://x", "text": "ташриф", "events":
      [{"type": "visit", "modality": "planned", "triggers": [{"start": 0, "end": 6, "text": "ташриф"}],
        "actor": [{"start": 0, "end": 6, "text": "ташриф", "code": null}], "recipient": [], "date": null}]}"""
    document = Document.from_json(line)
    assert document.events[0].id == "a#1"
    assert document.origin == "real"
    assert document.meta == {"url": "http://x"}
    assert document.validate() == []
    VALIDATOR.validate(json.loads(line))
    written = document.to_dict(text=True)
    assert written["url"] == "http://x"
    assert "goldstein" not in written["events"][0]
    VALIDATOR.validate(written)


def test_a_negated_event_writes_its_missing_value() -> None:
    written = changed(modality="negated", goldstein=None).to_dict()["events"][0]
    assert written["goldstein"] is None
    VALIDATOR.validate(changed(modality="negated", goldstein=None).to_dict())


def test_the_reason_of_an_empty_document() -> None:
    assert Document("d", reason="language not supported").to_dict()["reason"] == "language not supported"


def test_codes_of_roles() -> None:
    event = sample().events[0]
    assert event.codes() == {"KAZ", "RUS"}
    assert event.codes("actor") == {"KAZ"}
    assert event.codes("object") == frozenset()


def test_short_representations() -> None:
    assert repr(sample()) == "<Document 'doc-1' en 2025-11-12: 1 event>"
    assert repr(sample().events[0]) == "<Event visit KAZ -> RUS 2025-11-11 'visited'>"
    assert repr(changed(modality="planned").events[0]) == "<Event visit planned KAZ -> RUS 2025-11-11 'visited'>"
    assert repr(sample().entities[0]) == "<'Aslan Beisov' PER KAZ 26:38>"


def test_a_good_document_has_no_problems() -> None:
    assert sample().validate() == []
    assert sample().validate(TEXT) == []
    sample().check()
    VALIDATOR.validate(sample().to_dict(text=True))


@pytest.mark.parametrize(
    ("document", "problem"),
    [
        (changed(type="travel"), "unknown type 'travel'"),
        (changed(modality="certain"), "unknown modality 'certain'"),
        (changed(triggers=[]), "it has no trigger"),
        (changed(triggers=[Trigger(0, 7, "visited")]), "triggers[0]: the text at 0:7 is '😀 Kazak', not 'visited'"),
        (changed(actor=[Argument(5, 5, "")]), "actor[0]: 5:5 is no span"),
        (changed(actor=[Argument(900, 906, "Moscow")]), "the text at 900:906 is '', not 'Moscow'"),
        (changed(actor=[Argument(*span("Moscow"), label="CITY")]), "actor[0]: unknown label 'CITY'"),
        (changed(actor=[Argument(*span("Moscow"), code="RU")]), "actor[0]: 'RU' is neither"),
        (changed(type="meet"), "meet takes no recipient"),
        (changed(object=[Argument(*span("Moscow"))]), "visit takes no object"),
        (changed(date=DateValue("2025-02-30", *span("11 November"))), "'2025-02-30' is not in the calendar"),
        (changed(confidence=1.5), "the confidence 1.5"),
        (changed(modality="negated"), "no Goldstein value"),
        (replace(sample(), date="12.11.2025"), "'12.11.2025' is not EDTF"),
        (replace(sample(), events=sample().events * 2), "'doc-1#1' stands twice"),
        (replace(sample(), entities=[Argument(0, 1, "x")]), "entities[0]: the text"),
    ],
)
def test_every_problem_is_named(document: Document, problem: str) -> None:
    assert any(problem in found for found in document.validate()), document.validate()
    with pytest.raises(RecordError, match="^document 'doc-1': "):
        document.check()


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("{", "not JSON"),
        ("[" * 100_000, "not JSON"),
        ("[]", "expected an object"),
        ("{}", "the key 'id' is missing"),
        ('{"id": 7, "events": []}', "document.id: expected string, found integer 7"),
        ('{"id": "a"}', "document 'a': the key 'events' is missing"),
        ('{"id": "a", "events": {}}', "document 'a'.events: expected a list"),
        ('{"id": "a", "events": [{"type": "visit", "modality": "actual", "triggers": [], "actors": []}]}', "unknown key 'actors'"),
        ('{"id": "a", "events": [], "entities": [{"start": true, "end": 1, "text": "x"}]}', "expected integer, found boolean True"),
        ('{"id": "a", "events": [], "entities": [{"start": 0, "text": "x"}]}', r"entities\[0\]: the key 'end' is missing"),
        ('{"id": "a", "events": [], "text": null, "lang": 5}', "lang: expected string, found integer 5"),
    ],
)
def test_other_forms_are_refused_with_a_sentence(line: str, sentence: str) -> None:
    with pytest.raises(RecordError, match=sentence):
        Document.from_json(line)


def test_half_a_surrogate_pair_is_written_and_read_back() -> None:
    document = Document("d", text="bad \ud83d scrape", entities=[Argument(4, 5, "\ud83d")])
    line = document.to_json(text=True)
    assert line.encode("utf-8")
    assert Document.from_json(line) == document
    assert document.validate() == []


@pytest.mark.parametrize(
    ("value", "first", "last"),
    [
        ("1992", "1992-01-01", "1992-12-31"),
        ("1993-11", "1993-11-01", "1993-11-30"),
        ("2024-02", "2024-02-01", "2024-02-29"),
        ("1992-07-15", "1992-07-15", "1992-07-15"),
        ("2017-10-04/2017-10-05", "2017-10-04", "2017-10-05"),
        ("1999/2001-03", "1999-01-01", "2001-03-31"),
    ],
)
def test_bounds_of_dates(value: str, first: str, last: str) -> None:
    assert [day.isoformat() for day in edtf.bounds(value)] == [first, last]
    assert jsonschema.Draft202012Validator({"pattern": edtf.INTERVAL_PATTERN}).is_valid(value)


@pytest.mark.parametrize(
    "value",
    [
        "",
        "92",
        "1992-13",
        "1992-7-15",
        "2025-02-29",
        "0000",
        "2017/..",
        "/2017",
        "2018/2017",
        "2017-10-04/",
        "2017/2018/2019",
        "２０１７",
        "2017\n",
    ],
)
def test_what_is_no_date(value: str) -> None:
    assert not edtf.is_edtf(value)


# Half pairs that stand side by side would be joined to one character by any JSON reader; no text that came in as JSON holds them.
WORDS = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=12)
OFFSETS = st.integers(0, 10_000)
ARGUMENTS = st.builds(
    Argument,
    OFFSETS,
    OFFSETS,
    WORDS,
    st.none() | st.sampled_from(ontology.load().labels),
    st.none() | st.sampled_from(["KAZ", "XKX", "IGO-EU"]),
    st.none() | WORDS,
)
DATES = st.builds(DateValue, st.sampled_from(["1992", "1992-07/1993", "2017-10-04/2017-10-05"]), OFFSETS, OFFSETS, WORDS)
LISTS = st.lists(ARGUMENTS, max_size=3)


@st.composite
def events(draw: st.DrawFn) -> Event:
    kind, modality = draw(st.sampled_from(sorted(ontology.types()))), draw(st.sampled_from(ontology.load().modalities))
    made = Event(
        draw(WORDS), kind, modality, draw(st.lists(st.builds(Trigger, OFFSETS, OFFSETS, WORDS), max_size=2)),
        draw(LISTS), draw(LISTS), draw(LISTS), draw(LISTS), draw(LISTS), draw(st.none() | DATES),
    )  # fmt: skip
    if draw(st.booleans()):
        made.cameo, made.plover, made.goldstein = ontology.codes(kind, modality)
        made.confidence, made.evidence = draw(st.floats(0, 1)), draw(st.lists(WORDS, max_size=2))
    return made


DOCUMENTS = st.builds(
    Document,
    WORDS,
    lang=st.none() | st.sampled_from(["az", "uz"]),
    script=st.none() | st.sampled_from(["Latn", "Cyrl"]),
    date=st.none() | st.just("2025-11-12"),
    text=st.none() | WORDS,
    entities=LISTS,
    events=st.lists(events(), max_size=3),
    reason=st.none() | WORDS,
    split=st.none() | st.just("dev"),
    meta=st.just({}) | st.just({"url": "x"}),
)


@given(DOCUMENTS)
def test_reading_undoes_writing_and_the_schema_agrees(document: Document) -> None:
    line = document.to_json(text=True)
    assert "\n" not in line
    assert Document.from_json(line) == document
    assert Document.from_json(line).to_json(text=True) == line
    VALIDATOR.validate(json.loads(line))


@pytest.mark.parametrize(
    ("path", "value"),
    [("type", "travel"), ("modality", "sure"), ("actors", []), ("cameo", 42), ("confidence", 2), ("triggers", None), ("plover", {})],
)
def test_the_schema_refuses_what_the_contract_does_not_know(path: str, value: object) -> None:
    written = sample().to_dict()
    written["events"][0][path] = value
    assert not VALIDATOR.is_valid(written)


def test_the_schema_is_a_schema() -> None:
    jsonschema.Draft202012Validator.check_schema(schema())
    assert schema()["properties"]["events"]["items"] == {"$ref": "#/$defs/Event"}
