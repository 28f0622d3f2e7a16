from __future__ import annotations

import json

import pytest

from bilat_nlp.corpus.validate import faults, hints, validate
from bilat_nlp.records import Document, RecordError


def _document(**changes):
    span = {"start": 0, "end": 4, "text": "Peru", "label": "GPE", "code": "PER"}
    other = {"start": 9, "end": 13, "text": "Laos", "label": "GPE", "code": "LAO"}
    event = {"type": "meet", "modality": "actual", "triggers": [{"start": 14, "end": 17, "text": "met"}], "actor": [span, other]}
    base = {"id": "a", "lang": "en", "script": "Latn", "text": "Peru and Laos met again.", "entities": [span, other], "events": [event]}
    return Document.from_dict(base | changes)


def _event(**changes):
    return _document().to_dict()["events"][0] | {"id": ""} | changes


def test_a_clean_document():
    assert list(faults(_document())) == list(hints(_document())) == []


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"text": "Laos and Peru met again."}, "the text at 0:4 is 'Laos', not 'Peru'"),
        ({"text": None}, "has no text"),
        ({"lang": None}, "'lang' is missing"),
        ({"script": None}, "'script' is missing"),
        ({"date": "12.11.2025"}, "not EDTF"),
        ({"split": "training"}, "unknown split 'training'"),
        ({"status": "done"}, "unknown status 'done'"),
        ({"events": [_event(type="greet")]}, "unknown type 'greet'"),
        ({"events": [_event(modality="sure")]}, "unknown modality 'sure'"),
        ({"events": [_event(recipient=_event()["actor"][:1])]}, "meet takes no recipient"),
        ({"events": [_event(date={"value": "May", "start": 0, "end": 4, "text": "Peru"})]}, "date: 'May' is not a date"),
        ({"events": [_event(triggers=[])]}, "no trigger"),
        ({"events": [_event(), _event(type="visit", triggers=[{"start": 14, "end": 23, "text": "met again"}])]}, "'met again' overlap"),
        ({"events": [_event(triggers=_event()["triggers"] * 2)]}, "the same trigger stands twice"),
        ({"events": [_event(), _event()]}, "another one is exactly the same"),
        ({"entities": [{"start": 0, "end": 4, "text": "Peru", "code": "Peru"}]}, "neither an ISO 3166-1 alpha-3 code"),
        ({"entities": [{"start": 0, "end": 4, "text": "Peru", "label": "STATE"}]}, "unknown label 'STATE'"),
        ({"entities": [{"start": 0, "end": 4, "text": "Peru", "value": "soon"}]}, "the value 'soon' is not EDTF"),
        (
            {
                "entities": [
                    {"start": 0, "end": 4, "text": "Peru", "entity": "x"},
                    {"start": 9, "end": 13, "text": "Laos", "code": "LAO", "entity": "x"},
                ]
            },
            "the mentions of x differ",
        ),
        ({"entities": [{"start": 0, "end": 8, "text": "Peru and"}, {"start": 5, "end": 13, "text": "and Laos"}]}, "nested, not crossed"),
    ],
)
def test_faults(changes, says):
    assert any(says in each for each in faults(_document(**changes))), list(faults(_document(**changes)))


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"events": [_event(actor=[])]}, "meet without actor"),
        ({"events": [_event(actor=_event()["actor"][:1])]}, "fewer than two coded sides"),
        ({"events": [_event(type="visit", recipient=_event()["actor"])]}, "the same side is actor and recipient"),
        ({"events": [_event(triggers=[{"start": 0, "end": 24, "text": "Peru and Laos met again."}])]}, None),
        ({"entities": [{"start": 0, "end": 4, "text": "Peru", "label": "GPE"}]}, "is a GPE without a code"),
        ({"entities": [{"start": 0, "end": 4, "text": "Peru", "label": "ORG", "code": "IGO-XYZ"}]}, "IGO-XYZ is not in our list"),
    ],
)
def test_hints(changes, says):
    found = list(hints(_document(**changes)))
    assert any(says in each for each in found) if says else not found


def test_places(tmp_path):
    lines = [_document().to_json(text=True), "", json.dumps({"id": "b", "events": [], "text": "x"}), "{", _document().to_json(text=True)]
    (tmp_path / "x.jsonl").write_text("\n".join(lines), encoding="utf-8")
    (tmp_path / "x.markup").write_text("=== a\nlang: en\nscript: Latn\n---\nx\n---\n=== c\n---\nx\n---\ne1 meet\n", encoding="utf-8")
    count, findings = validate([tmp_path])
    assert count == 4
    places = [(each.file.name, each.line, each.problem) for each in findings]
    assert ("x.jsonl", 3, "b: the key 'lang' is missing") in places
    assert any(name == "x.jsonl" and line == 4 and "not JSON" in problem for name, line, problem in places)
    assert any(name == "x.jsonl" and line == 5 and "stands in" in problem and "x.jsonl:1" in problem for name, line, problem in places)
    assert any(name == "x.markup" and line == 11 for name, line, problem in places)
    assert not any("'a' stands in" in problem and name == "x.markup" for name, line, problem in places), (
        "a source and its compilation share ids"
    )


def test_an_empty_folder(tmp_path):
    with pytest.raises(RecordError, match=r"no \.jsonl or \.markup file"):
        validate([tmp_path])
