"""The label maps of a model: what the numbers that its heads give stand for."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from .. import ontology
from .pairs import ROLES

NONE = "none"
THING = "object"  # a span that fills the role of that name and is no name: a document, a project
MERGED = frozenset({"GPE", "LOC"})  # what many sources do not tell apart


@dataclass(frozen=True)
class Labels:
    """Names in the order of the numbers; entities and types begin with `NONE`.

    Attributes:
        entities: labels of spans.
        types: event types.
        modalities: of the contract.
        roles: that the model fills from names and dates.
    """

    entities: tuple[str, ...]
    types: tuple[str, ...]
    modalities: tuple[str, ...]
    roles: tuple[str, ...] = ROLES

    @classmethod
    def of(cls, known: ontology.Ontology, types: Iterable[str] | None = None) -> Labels:
        """All labels of an ontology; `types` in place of its own."""
        entities = (NONE, *(label for label in known.labels if label != "TITLE"), THING)
        return cls(entities, (NONE, *(known.types if types is None else types)), known.modalities)
