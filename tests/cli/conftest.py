"""A small engine in the place of the real one: the command line is tested for what it does with documents, not for the events."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Iterator
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest

from bilat_nlp.records import Argument, DateValue, Document, Event, Trigger


def _argument(text: str, word: str, code: str | None, name: str | None = None) -> list[Argument]:
    start = text.find(word)
    return [Argument(start, start + len(word), word, "GPE", code, name)] if start >= 0 else []


def extract_document(text: str, *, id: str = "doc", lang: str | None = None, date: str | None = None) -> Document:
    """An event for every "visited"; a text with "crash" is a bug."""
    if "crash" in text:
        raise ValueError("an index too far")
    document = Document(id, lang or "en", "Latn", date)
    for number, found in enumerate(re.finditer("visited|=visited", text), 1):
        document.events.append(
            Event(
                f"{id}#{number}", "visit", "actual", [Trigger(found.start(), found.end(), found[0])],
                actor=_argument(text, "Anna; of\nHungary", "HUN") or _argument(text, "Hungary", "HUN") + _argument(text, "=Romania", "ROU"),
                recipient=_argument(text, "Kazakhstan", "KAZ") or _argument(text, "Hamas", None),
                location=_argument(text, "Astana", "KAZ", "Astana"),
                date=DateValue(date, 0, 1, text[0]) if date else None,
                cameo="042", plover={"type": "CONSULT", "mode": "visit"}, goldstein=1.9, confidence=0.9, evidence=["rule:en.visit.visit"],
            )
        )  # fmt: skip
    if not document.events:
        document.reason = "no trigger found"
    return document


def extract_many(items: Iterable[tuple[str, dict[str, Any]]], batch_size: int = 64) -> Iterator[Document]:
    for text, known in items:
        yield extract_document(text, **known)


@pytest.fixture(autouse=True)
def engine(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    made = ModuleType("bilat_nlp.api")
    made.extract_document = extract_document  # type: ignore[attr-defined]
    made.extract_many = extract_many  # type: ignore[attr-defined]
    made.load = lambda: SimpleNamespace(pipe_names=["segment", "match"])  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "bilat_nlp.api", made)
    return made
