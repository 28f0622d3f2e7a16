"""This library, whole or without some of its parts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from bilat_nlp.records import Document


class Rules:
    """The rules; ``without`` names parts of the pipeline that are switched off."""

    recorded = False
    classes = None
    by_day = False

    def __init__(self, name: str, title: str, without: Iterable[str] = ()) -> None:
        self.name, self.title, self.without = name, title, frozenset(without)
        self.notes: list[str] = []

    def load(self) -> None:
        from bilat_nlp.api import load

        load(without=self.without)

    def predict(self, documents: Iterable[Document]) -> Iterator[Document]:
        """As a user calls it: with the document's date, and without its language."""
        from bilat_nlp.api import extract_many

        texts: Iterator[tuple[str, dict[str, Any]]] = (
            (document.text or "", {"id": document.id, "date": document.date}) for document in documents
        )
        yield from extract_many(texts, without=self.without)
