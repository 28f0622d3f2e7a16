"""Documents with everything that annotation can hold, and a form in which two of them can be compared."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from bilat_nlp.corpus import formats
from bilat_nlp.records import Argument, Document

SAMPLE = Path(__file__).with_name("sample.markup")
EXPORTS = Path(__file__).with_name("exports")
ROOT = Path(__file__).parents[2]


def _meaning(document: Document) -> dict[str, Any]:
    """What a document says: the names of entities do not matter, only which mentions share one, nor does the order of mentions."""
    mentions = sorted(
        (each.start, each.end, each.label or "", each.code or "", each.name or "", each.value or "") for each in document.entities
    )
    groups: dict[str, list[tuple[int, int]]] = {}
    for each in document.entities:
        groups.setdefault(each.entity or "", []).append((each.start, each.end))
    data = document.to_dict(text=True)
    del data["entities"]
    for event in data["events"]:
        for role in ("actor", "recipient", "object", "amount", "location"):
            for filler in event[role]:
                filler.pop("entity", None)
                filler.pop("value", None)
    coreferent = sorted(tuple(sorted(members)) for name, members in groups.items() if name and len(members) > 1)
    return data | {"mentions": mentions, "coreferent": coreferent}


@pytest.fixture(scope="session")
def meaning() -> Callable[[Document], dict[str, Any]]:
    return _meaning


@pytest.fixture
def sample() -> list[Document]:
    return formats.read(SAMPLE)


@pytest.fixture
def exports() -> Path:
    """Files in the shape in which the tools write them, made by hand or by the tool's own library."""
    return EXPORTS


@pytest.fixture
def find() -> Callable[[Document, str], Argument]:
    def found(document: Document, text: str) -> Argument:
        return next(each for each in document.entities if each.text == text)

    return found
