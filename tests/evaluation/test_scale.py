"""Scoring stays fast. 10,000 documents with 50,000 events and 1,000 draws take less than 30 s on two quiet cores; here a part of it."""

from __future__ import annotations

import random
import time

from bilat_nlp import ontology
from bilat_nlp.evaluation.report import measure
from bilat_nlp.records import Argument, DateValue, Document, Event, Trigger

CODES = ["KAZ", "RUS", "HUN", "TUR", "AZE", "UZB", "ROU", "IGO-EU", "IGO-UN"]


def document(number: int, chance: random.Random) -> tuple[Document, Document]:
    """Five gold events, of which about two thirds are found."""
    types = list(ontology.types())
    events = []
    for _ in range(5):
        at = chance.randrange(2000)
        sides = [[Argument(side, side + 6, "x" * 6, "GPE", chance.choice(CODES))] for side in (at + 10, at + 20)]
        when = DateValue("2024-05-01", at + 30, at + 34, "xxxx") if chance.random() < 0.6 else None
        trigger = Trigger(at, at + 7, "x" * 7)
        events.append(Event("", chance.choice(types), "actual", [trigger], *sides, date=when, confidence=chance.random()))
    entities = [Argument(at, at + 6, "x" * 6, chance.choice(["PER", "ORG", "GPE"])) for at in range(0, 1200, 60)]
    found = [event for event in events if chance.random() < 0.8]
    gold = Document(f"d{number}", "hu", "Latn", events=events, entities=entities)
    return gold, Document(gold.id, events=found, entities=[entity for entity in entities if chance.random() < 0.8])


def test_a_tenth_of_it_takes_seconds() -> None:
    """The limit leaves room for a busy machine, and none for a cost that grows faster than the documents."""
    chance = random.Random(5)
    pairs = [document(number, chance) for number in range(1000)]
    start = time.process_time()
    report = measure(pairs, ("lang", "type"))
    assert time.process_time() - start < 10
    assert report.events == 5000
    assert report.scores["relaxed"].value is not None
