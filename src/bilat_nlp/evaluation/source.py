"""Gold and predicted documents that belong together."""

from __future__ import annotations

from collections.abc import Sequence

from bilat_nlp.records import Document, RecordError


def pair_up(gold: Sequence[Document], predicted: Sequence[Document]) -> list[tuple[Document, Document]]:
    """Every gold document with the predicted one of the same id, or with an empty one. Raises RecordError on ids without gold."""
    by_id = {document.id: document for document in predicted}
    strangers = sorted(by_id.keys() - {document.id for document in gold})
    if strangers:
        raise RecordError(f"{len(strangers)} predicted documents have no gold, first of them {strangers[0]!r}")
    return [(document, by_id.get(document.id, Document(id=document.id))) for document in gold]
