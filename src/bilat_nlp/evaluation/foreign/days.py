"""Event data without documents: a table that says on which day something was reported, but not where, can be compared day by day."""

from __future__ import annotations

from collections.abc import Iterable

from bilat_nlp.evaluation.foreign.scheme import joined
from bilat_nlp.records import Document

DocumentPair = tuple[Document, Document]


def by_day(pairs: Iterable[DocumentPair]) -> list[DocumentPair]:
    """(gold, predicted) documents with classes, those of one date of publication as one; documents without a date stay apart.

    Events of one class between the same sides are one event of a day, however many texts report it.
    """
    days: dict[str, list[DocumentPair]] = {}
    for gold, predicted in pairs:
        days.setdefault(gold.date or f"document {gold.id}", []).append((gold, predicted))
    return [
        (_merged(day, (gold for gold, _ in members)), _merged(day, (predicted for _, predicted in members)))
        for day, members in sorted(days.items())
    ]


def _merged(day: str, documents: Iterable[Document]) -> Document:
    return Document(id=day, events=joined(event for document in documents for event in document.events))
