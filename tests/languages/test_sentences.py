"""The rules of each language on sentences of our own: every type, the eight sentences that a good peer fails, near misses.

`tests/languages/<code>.toml` holds `[[case]]` tables:

    about  = "type visit, noun as trigger"     # what the sentence is there for
    text   = "..."
    date   = "2025-11-12"                      # optional: day of publication
    lang   = "uz"                              # optional: else the language is identified as a user's would be
    events = [{ type = "visit", modality = "planned", actor = ["KAZ"], recipient = ["RUS"], date = "2025-11-20", location = "RUS" }]

`events` lists all events that must come out, no other one may. Keys that an expected event leaves out are not looked at, except
that modality is "actual" when left out. An empty list says that nothing may come out.
"""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

import bilat_nlp
from bilat_nlp import ontology

FOLDER = Path(__file__).parent
FILES = sorted(FOLDER.glob("*.toml"))
CASES = [(path.stem, number, case) for path in FILES for number, case in enumerate(tomllib.loads(path.read_text("utf-8"))["case"], 1)]
# Each must stand in every language's file under `about`, see shared design notes: what good peers get wrong.
EIGHT = ["noun visit", "arrived on a visit", "several diplomats expelled", "will open an embassy", "meeting in a third state",
         "signed in the capital", "envoy summoned", "cancelled visit"]  # fmt: skip


def agrees(event: bilat_nlp.Event, wanted: dict) -> bool:
    place = next((argument.code for argument in event.location), None)
    return (
        event.type == wanted["type"]
        and event.modality == wanted.get("modality", "actual")
        and ("actor" not in wanted or sorted(event.codes("actor")) == sorted(wanted["actor"]))
        and ("recipient" not in wanted or sorted(event.codes("recipient")) == sorted(wanted["recipient"]))
        and ("date" not in wanted or (event.date.value if event.date else "") == wanted["date"])
        and ("location" not in wanted or (place or "") == wanted["location"])
    )


@pytest.mark.parametrize(("language", "number", "case"), CASES, ids=[f"{lang}-{n}-{c['about'][:40]}" for lang, n, c in CASES])
def test_sentence(language: str, number: int, case: dict) -> None:
    document = bilat_nlp.extract_document(case["text"], lang=case.get("lang"), date=case.get("date"), mode="rules")
    assert document.validate(case["text"]) == []
    events = list(document.events)
    for wanted in case["events"]:
        match = next((event for event in events if agrees(event, wanted)), None)
        assert match is not None, f"{case['about']}: {wanted} is not among {document.events}"
        events.remove(match)
    assert not events, f"{case['about']}: too many: {events}"


@pytest.mark.parametrize("language", [path.stem for path in FILES])
def test_every_type_and_every_hard_sentence_is_covered(language: str) -> None:
    cases = [case for lang, _, case in CASES if lang == language]
    types = {event["type"] for case in cases for event in case["events"]}
    assert set(ontology.types()) - types == set()
    assert [hard for hard in EIGHT if not any(hard in case["about"] for case in cases)] == []
