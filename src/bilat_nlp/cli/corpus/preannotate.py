"""``bilat-nlp corpus preannotate``."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import click

from bilat_nlp.cli import BadInput
from bilat_nlp.cli._model import model_options, ready, settings
from bilat_nlp.corpus.formats import FORMATS, Losses, write
from bilat_nlp.records import Document, RecordError


@click.command("preannotate")
@click.argument("paths", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path))
@click.option("-o", "--output", required=True, type=click.Path(path_type=Path), help="File, or new folder where the format has many files.")
@click.option("--to", "target", type=click.Choice(list(FORMATS)), required=True, help="Format to write.")
@click.option(
    "--order", type=click.Choice(["confidence", "input"]), default="confidence", show_default=True, help="Least certain first, or as read."
)
@click.option("--limit", type=click.IntRange(min=1), help="Write this many documents at most, the first ones of the order.")
@click.option("--date", help="Date of texts that bring none, EDTF (2025-11-12).")
@click.option("--lang", help="Language of texts that bring none, by its code.")
@model_options
def command(
    paths: tuple[Path, ...], output: Path, target: str, order: str, limit: int | None, date: str | None, lang: str | None, **options: Any
) -> None:
    """Extract events from texts (.txt, .jsonl, folders) and write them for a person to correct in an annotation tool.

    Documents come with their least certain event first in order; those in which nothing was found come last.
    """
    from bilat_nlp.api import load

    losses, options = Losses(), settings(**options)
    with ready():
        load(**options)
    try:
        documents = _annotated(paths, date, lang, options)
        if order == "confidence":
            documents.sort(key=certainty)
        documents = documents[:limit]
        write(documents, output, target, losses)
    except (RecordError, ValueError) as error:
        raise BadInput(str(error)) from None
    except OSError as error:
        raise BadInput(f"{error.filename or output}: {error.strerror or error}") from None
    kept = [sentence for sentence in losses.sentences() if "computed again" not in sentence]
    if kept:
        click.echo(f"not kept by {FORMATS[target].title}: {'; '.join(kept)}", err=True)
    click.echo(f"{len(documents)} documents, {sum(len(each.events) for each in documents)} events written to {output}", err=True)


def certainty(document: Document) -> float:
    """The lowest confidence of the events, in 0..1; 2 where there is none."""
    return min((event.confidence or 0.0 for event in document.events), default=2.0)


def _annotated(paths: tuple[Path, ...], date: str | None, lang: str | None, options: dict[str, Any]) -> list[Document]:
    from tqdm import tqdm

    from bilat_nlp.api import extract_document
    from bilat_nlp.reading import check_date, read_documents

    date = check_date(date) if date else None
    documents = []
    for source in tqdm(read_documents(paths), unit="document", disable=not (sys.stderr and sys.stderr.isatty())):
        document = extract_document(source.text, id=source.id, date=source.date or date, lang=source.lang or lang, **options)
        document.text, document.status, document.annotator, document.reason = source.text, "draft", "bilat_nlp", None
        documents.append(document)
    if not documents:
        raise RecordError("no text found; give .txt or .jsonl files, or folders that hold some")
    return documents
