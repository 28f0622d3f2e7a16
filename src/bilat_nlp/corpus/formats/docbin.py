"""spaCy's DocBin, for ``spacy train``: entities in ``doc.ents`` and ``doc.spans["sc"]``, triggers in ``doc.spans["triggers"]``.

``doc.ents`` knows no overlap, so of two spans the wider one is there. Everything else of the annotation lies in
``doc.user_data["bilat_nlp"]`` as the JSON of the library, and is read from there again; a DocBin of somebody else's gives its entities.
"""

from __future__ import annotations

from pathlib import Path

from bilat_nlp import ontology
from bilat_nlp.corpus.formats.sheet import Losses
from bilat_nlp.corpus.formats.tokens import tokens_of
from bilat_nlp.records import Argument, Document, RecordError

KEY = "bilat_nlp"


def read(path: Path, losses: Losses) -> list[Document]:
    """Raises RecordError."""
    import spacy
    from spacy.tokens import DocBin

    try:
        docs = list(DocBin().from_disk(path).get_docs(spacy.blank("xx").vocab))
    except Exception as error:  # msgpack, zlib and spaCy each have errors of their own
        raise RecordError(f"{path}: no DocBin ({type(error).__name__}: {error}); write it with DocBin.to_disk") from None
    documents = []
    for number, doc in enumerate(docs, 1):
        if KEY in doc.user_data:
            documents.append(Document.from_json(str(doc.user_data[KEY])))
            documents[-1].text = doc.text
            documents[-1].check()
        else:
            documents.append(_plain(doc, f"{path.stem}-{number}", losses))
    return documents


def _plain(doc: object, name: str, losses: Losses) -> Document:
    document = Document(id=name, text=doc.text)  # type: ignore[attr-defined]
    for entity in doc.ents:  # type: ignore[attr-defined]
        label = losses.ours(entity.label_)
        if label in ontology.current().labels:
            document.entities.append(Argument(entity.start_char, entity.end_char, entity.text, label))
        else:
            losses[f"entities labelled {entity.label_!r}, which is no label here"] += 1
    return document


def write(documents: list[Document], path: Path, losses: Losses) -> None:
    """Raises ValueError if a document has no text."""
    import spacy
    from spacy.tokens import Doc, DocBin
    from spacy.util import filter_spans

    vocab = spacy.blank("xx").vocab
    docbin = DocBin(store_user_data=True)
    for document in documents:
        if document.text is None:
            raise ValueError(f"document {document.id!r} has no text")
        triggers = [(each.start, each.end, event.type) for event in document.events for each in event.triggers]
        mentions = [(each.start, each.end, each.label or "") for each in document.entities]
        tokens = tokens_of(document.text, (each[:2] for each in (*triggers, *mentions)), gaps=True)
        doc = Doc(vocab, words=[token.text for token in tokens], spaces=[token.space for token in tokens])
        for key, found in (("sc", mentions), ("triggers", triggers)):
            spans = [doc.char_span(start, end, label=label) for start, end, label in found]
            doc.spans[key] = [span for span in spans if span is not None]  # none is: the tokens were cut at their edges
        doc.ents = filter_spans(doc.spans["sc"])
        doc.user_data[KEY] = document.to_json()
        docbin.add(doc)
    docbin.to_disk(path)
