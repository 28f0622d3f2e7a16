"""This library: rules, model or both, whole or without some of its parts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from bilat_nlp.evaluation.systems.peers import missing
from bilat_nlp.records import Document, RecordError

MODEL_STAGE = "bilat_model"


class Own:
    """The library as `api.load` makes it of settings.

    Args:
        name: the specification.
        title: for tables.
        settings: of `api.load`: `mode`, `model`, `device`, `precision`, `min_confidence`, `without`.
    """

    recorded = False
    classes = None
    by_day = False

    def __init__(self, name: str, title: str, settings: dict[str, Any]) -> None:
        self.name, self.title, self.settings = name, title, settings
        self.notes: list[str] = []
        self.device: str | None = None

    def load(self) -> None:
        """Also finds out what computes the model, for `device`."""
        from bilat_nlp.api import load

        try:
            nlp = load(**self.settings)
        except ImportError as error:
            raise RecordError(missing(error.name or str(error), "neural")) from None
        except ValueError as error:
            raise RecordError(str(error)) from None
        if MODEL_STAGE in nlp.pipe_names:
            scorer: Any = nlp.get_pipe(MODEL_STAGE).model.scorer  # type: ignore[attr-defined]
            self.device = scorer.computed_by

    def predict(self, documents: Iterable[Document]) -> Iterator[Document]:
        """As a user calls it: with the document's date, and without its language."""
        from bilat_nlp.api import extract_many

        texts: Iterator[tuple[str, dict[str, Any]]] = (
            (document.text or "", {"id": document.id, "date": document.date}) for document in documents
        )
        yield from extract_many(texts, **self.settings)
