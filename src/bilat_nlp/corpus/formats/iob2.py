"""IOB2 columns in the manner of CoNLL-2003: a word and its tag a line, entities only.

The form holds neither events nor codes nor white space; all of that is counted as lost. Where one span lies in another the wider one is
written. Documents begin with ``-DOCSTART-``, or with a comment ``# doc = id`` as in several public sets, and one is made for each such
head.
"""

from __future__ import annotations

from pathlib import Path

from bilat_nlp import ontology
from bilat_nlp.corpus.formats.files import text_of
from bilat_nlp.corpus.formats.sheet import Losses
from bilat_nlp.corpus.formats.tokens import tokens_of
from bilat_nlp.records import Argument, Document, RecordError

_START = "-DOCSTART-"


def read(path: Path, losses: Losses) -> list[Document]:
    """Words are joined by spaces, sentences by line ends. Raises RecordError."""
    documents: list[Document] = []
    sentence: list[tuple[str, str]] = []
    name, heads = path.stem, 0

    def close() -> None:
        if sentence:
            if not documents:
                documents.append(Document(id=name, text=""))
            _append(documents[-1], sentence, losses)
            sentence.clear()

    for number, line in enumerate(text_of(path).split("\n"), 1):
        fields = line.rstrip("\r").split("\t") if "\t" in line else line.split()
        if line.startswith(("# doc =", "# newdoc id =")) or (fields and fields[0] == _START):
            close()
            heads += 1
            given = (
                line.partition("=")[2].strip()
                if line.startswith("#")
                else " ".join(field for field in fields[1:] if field not in ("O", "-X-"))
            )
            if not documents or not given or documents[-1].id != given:
                documents.append(Document(id=given or f"{name}-{heads}", text=""))
        elif not line.strip():
            close()
        elif not (line.startswith("# ") and "\t" not in line):
            if len(fields) < 2 or not (fields[-1] == "O" or fields[-1][:2] in ("B-", "I-")):
                raise RecordError(f"{path}:{number}: {line[:60]!r} is no word with an IOB2 tag; write the word, then B-, I- or O")
            sentence.append((fields[0], fields[-1]))
    close()
    return [document for document in documents if document.text]


def _append(document: Document, sentence: list[tuple[str, str]], losses: Losses) -> None:
    text = document.text or ""
    text += "\n" if text else ""
    open_at, label = 0, ""
    for word, tag in [*sentence, ("", "O")]:
        kind = tag[2:]
        if label and (tag[:2] != "I-" or kind != label):
            _entity(document, text.rstrip(" "), open_at, label, losses)
            label = ""
        if tag[:2] in ("B-", "I-") and not label:
            open_at, label = len(text), kind
        text += f"{word} " if word else ""
    document.text = text.rstrip(" ")


def _entity(document: Document, text: str, start: int, label: str, losses: Losses) -> None:
    if losses.ours(label) in ontology.current().labels:
        document.entities.append(Argument(start, len(text), text[start:], losses.ours(label)))
    else:
        losses[f"entities labelled {label!r}, which is no label here"] += 1


def write(documents: list[Document], path: Path, losses: Losses) -> None:
    """Raises ValueError if a document has no text."""
    with path.open("w", encoding="utf-8", newline="\n") as stream:
        for document in documents:
            stream.write(f"{_START} {document.id} O\n\n")
            stream.write(_columns(document, losses))


def _columns(document: Document, losses: Losses) -> str:
    if document.text is None:
        raise ValueError(f"document {document.id!r} has no text")
    chosen: list[Argument] = []
    for each in sorted(document.entities, key=lambda one: (one.start, -one.end)):
        if chosen and each.start < chosen[-1].end:
            losses["entities inside another one"] += 1
        else:
            chosen.append(each)
    losses["events"] += len(document.events)
    losses["codes, names and coreference of entities"] += sum(bool(each.code or each.name or each.entity) for each in chosen)
    losses["white space between words, and facts about the document"] += 1
    out, waiting = "", iter(chosen)
    entity = next(waiting, None)
    last = 0
    for token in tokens_of(document.text, ((each.start, each.end) for each in chosen)):
        while entity is not None and entity.end <= token.start:
            entity = next(waiting, None)
        inside = entity is not None and entity.start <= token.start
        if not inside and "\n" in document.text[last : token.start]:
            out += "\n"
        tag = "O" if entity is None or not inside else f"{'B' if token.start == entity.start else 'I'}-{entity.label}"
        out += f"{token.text} {tag}\n"
        last = token.end
    losses += Losses()
    return out + "\n"
