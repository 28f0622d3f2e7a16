"""A small engine in the place of the real one: the command line is tested for what it does with documents, not for the events."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from types import SimpleNamespace
from typing import Any

import pytest

from bilat_nlp import api
from bilat_nlp.records import Argument, DateValue, Document, Event, Trigger


def _argument(text: str, word: str, code: str | None, name: str | None = None) -> list[Argument]:
    start = text.find(word)
    return [Argument(start, start + len(word), word, "GPE", code, name)] if start >= 0 else []


class OutOfMemoryError(RuntimeError):
    """As torch calls it."""


def extract_document(text: str, *, id: str = "doc", lang: str | None = None, date: str | None = None, **settings: Any) -> Document:
    """An event for every "visited"; a text with "crash" is a bug, one with "endless" is too long for a device."""
    if "crash" in text:
        raise ValueError("an index too far")
    if "endless" in text:
        raise OutOfMemoryError("CUDA out of memory")
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


class Engine:
    """Stands in the place of `bilat_nlp.api`; a test may put in a part of its own. `asked` are the settings of each pipeline made."""

    def __init__(self) -> None:
        self.asked: list[dict[str, Any]] = []
        self.batches: list[int] = []
        self.fault: Exception | None = None

    def load(self, **settings: Any) -> SimpleNamespace:
        self.asked.append(settings)
        if self.fault is not None and settings.get("mode") != "rules":
            raise self.fault
        return SimpleNamespace(pipe_names=["segment", "match"] if settings.get("mode") == "rules" else ["segment", "match", "judge"])

    def extract_document(self, text: str, **more: Any) -> Document:
        return extract_document(text, **more)

    def extract_many(self, items: Iterable[tuple[str, dict[str, Any]]], batch_size: int = 64, **settings: Any) -> Iterator[Document]:
        self.batches.append(batch_size)
        for text, known in items:
            yield extract_document(text, **known)


@pytest.fixture(autouse=True)
def engine(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Engine:
    """In the place of the real one, unless a test is marked as one of the real engine."""
    made = Engine()
    if request.node.get_closest_marker("real_engine") is None:
        for name in ("load", "extract_document", "extract_many"):
            monkeypatch.setattr(api, name, lambda *given, _name=name, **more: getattr(made, _name)(*given, **more))
    return made
