"""Output that another program has written, read from a file in place of running it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from bilat_nlp.evaluation import foreign
from bilat_nlp.evaluation.foreign.scheme import joined
from bilat_nlp.evaluation.source import predicted_documents
from bilat_nlp.records import Document, RecordError

_SENTENCE = re.compile(r"[_#-]\d{1,4}$")  # programs of the PETRARCH family number the sentences of a story behind its id


class Records:
    """Records in the form of this library, by the ids of their documents; a document that the file lacks has no events."""

    recorded = True
    classes = None
    by_day = False

    def __init__(self, name: str, title: str, path: str) -> None:
        self.name, self.title, self.path = name, title, Path(path)
        self.notes: list[str] = []

    def load(self) -> None:
        """Only looks whether the file is there: whether its offsets fit shows beside the texts."""
        if not self.path.is_file():
            raise RecordError(f"{self.path}: there is no such file; check the path")

    def predict(self, documents: Iterable[Document]) -> Iterator[Document]:
        """Raises RecordError if the file has none of the documents, or offsets that do not fit the texts."""
        documents = list(documents)
        try:
            found, self.notes = predicted_documents(self.path, documents)
        except OSError as error:
            raise _unreadable(self.path, error) from error
        by_id = {document.id: document for document in found}
        return (by_id.get(document.id, Document(id=document.id)) for document in documents)


class Codes:
    """A table of coded events, without spans and with the classes of a scheme in place of our types."""

    recorded = True

    def __init__(self, name: str, title: str, path: str, scheme: str) -> None:
        self.name, self.title, self.path, self.classes = name, title, Path(path), scheme
        self.notes: list[str] = []
        self.by_day = False
        self._documents: list[Document] = []

    def load(self) -> None:
        try:
            found = foreign.read(self.path, self.classes)
        except OSError as error:
            raise _unreadable(self.path, error) from error
        self._documents = found.documents
        self.notes = [f"{count} of its rows are not compared: {what}" for what, count in found.left_out.items()]
        self.by_day = all(document.date == document.id for document in self._documents)
        if self.by_day:
            self.notes.append("its rows name no documents, so that everything is compared day by day, by the dates of publication")

    def predict(self, documents: Iterable[Document]) -> Iterator[Document]:
        """The documents with the events of their rows; where sentences were coded one by one, with those of all of them.

        Where rows name no document, the first one of their day gets them: what is compared is the day.

        Raises RecordError if no row is about any of the documents.
        """
        documents = list(documents)
        if self.by_day:
            yield from self._by_day(documents)
            return
        ids, texts = {document.id for document in documents}, {document.text: document.id for document in documents if document.text}
        held: dict[str | None, list[Document]] = {}
        for one in self._documents:
            held.setdefault(_home(one, ids, texts), []).append(one)
        strangers = held.pop(None, [])
        if not held:
            first = documents[0].id if documents else ""
            raise RecordError(
                f"{self.path}: none of its documents is among the texts: its ids are like {strangers[0].id!r}, those of the texts like "
                f"{first!r}; write the ids of the texts into it"
            )
        if strangers:
            self.notes.append(f"{len(strangers)} of its documents are not among the texts, first of them {strangers[0].id!r}")
        for document in documents:
            events = joined(event for part in held.get(document.id, []) for event in part.events)
            yield Document(id=document.id, text=document.text, events=events)

    def _by_day(self, documents: list[Document]) -> Iterator[Document]:
        held = {document.id: document.events for document in self._documents}
        days = {document.date for document in documents}
        if days.isdisjoint(held):
            raise RecordError(
                f"{self.path}: none of its days is a date of publication of the texts; write the ids of the texts into it, or give the "
                f"texts their dates"
            )
        if strange := sorted(held.keys() - days):
            self.notes.append(f"{len(strange)} of its days are not among the dates of the texts, first of them {strange[0]}")
        for document in documents:
            yield Document(id=document.id, text=document.text, events=held.pop(document.date or "", []))


def _unreadable(path: Path, error: OSError) -> RecordError:
    return RecordError(f"{path}: it cannot be read ({error.strerror or error}); check the path")


def _home(one: Document, ids: set[str], texts: dict[str, str]) -> str | None:
    """The id of the text that a document of the file belongs to: its own, its story's, or that of the same text."""
    if one.id in ids:
        return one.id
    name = one.id.partition(";")[0]  # where one row was coded from several stories the first counts
    for _ in range(3):
        if name in ids:
            return name
        name = _SENTENCE.sub("", name)
    return texts.get(one.text or "")
