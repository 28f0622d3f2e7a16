"""Groups of mentions as records of the contract: spans, codes, place names, evidence."""

from __future__ import annotations

from bilat_nlp import ontology
from bilat_nlp.pipeline import stages

TEXT = (
    "The president of Kazakhstan, Nurlan Aliyarov, arrived in Budapest on an official visit on 11 November 2025. "
    "Kazakhstan and Hungary signed a declaration and a memorandum in Budapest."
)


def test_a_record_quotes_the_text_and_carries_the_codes_of_the_ontology(analyse) -> None:
    _, events = stages.make_records(analyse("en", TEXT), TEXT)
    visit = next(event for event in events if event.type == "visit")
    assert [(a.text, a.code) for a in visit.actor] == [("Nurlan Aliyarov", "KAZ")]
    assert [(a.text, a.code, a.name) for a in visit.location] == [("Budapest", "HUN", "Budapest")]
    assert visit.date is not None
    assert (visit.date.value, visit.date.text) == ("2025-11-11", "11 November 2025")
    assert (visit.cameo, visit.plover, visit.goldstein) == ontology.codes("visit")
    assert all(name.startswith("rule:en.visit.") for name in visit.evidence)
    for event in events:
        for argument in (*event.triggers, *event.actor, *event.recipient, *event.object, *event.location):
            assert TEXT[argument.start : argument.end] == argument.text


def test_documents_named_apart_are_records_apart(analyse) -> None:
    _, events = stages.make_records(analyse("en", TEXT), TEXT)
    signed = [event for event in events if event.type == "sign_agreement"]
    assert [[a.text for a in event.object] for event in signed] == [["declaration"], ["memorandum"]]
    assert all(event.codes("actor") == {"KAZ", "HUN"} and not event.recipient for event in signed)


def test_a_negated_event_has_no_goldstein_value(analyse) -> None:
    text = "Poland refused to sign the agreement with Latvia."
    _, events = stages.make_records(analyse("en", text), text)
    (event,) = (event for event in events if event.type == "sign_agreement")
    assert (event.modality, event.goldstein) == ("negated", None)


def test_entities_hold_names_and_dates_but_no_references(analyse) -> None:
    text = "Poland and Latvia met on 11 November 2025. The two countries agreed."
    entities, _ = stages.make_records(analyse("en", text), text)
    assert [(entity.text, entity.label) for entity in entities] == [
        ("Poland", "GPE"),
        ("Latvia", "GPE"),
        ("11 November 2025", "DATE"),
    ]
