"""Codes for participants that an annotation names without saying which state they act for.

They are those of the library's own entities at the same words, so a mistake of linking is made alike in gold and prediction and does
not show: what is measured with them is whether the event was found between these sides, not whether the sides were coded right.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from bilat_nlp.api import extract_many
from bilat_nlp.records import Argument, Document


def entities_of(documents: Sequence[Document]) -> list[list[Argument]]:
    """The entities that the library finds in each document and knows a code for."""
    texts = ((document.text or "", {"id": document.id, "lang": document.lang}) for document in documents)
    found = extract_many(texts, mode="rules")  # a model finds names, but codes come from the lists
    return [[entity for entity in document.entities if entity.code] for document in found]


def code_at(spans: Iterable[tuple[int, int]], entities: Sequence[Argument]) -> str | None:
    """The code that most characters of these mentions of one participant speak for; the first of equals in the alphabet."""
    votes: Counter[str] = Counter()
    for start, end in spans:
        for entity in entities:
            shared = min(end, entity.end) - max(start, entity.start)
            if shared > 0 and entity.code:
                votes[entity.code] += shared
    return min(votes, key=lambda code: (-votes[code], code), default=None)
