"""``bilat-nlp evaluate``: scores against annotated documents."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from pathlib import Path

import click

from bilat_nlp.cli import BadInput
from bilat_nlp.corpus.dataset import load_documents
from bilat_nlp.evaluation import report as reports
from bilat_nlp.evaluation.source import pair_up
from bilat_nlp.records import Document, RecordError


@click.command("evaluate")
@click.argument("gold", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path))
@click.option("--pred", type=click.Path(exists=True, path_type=Path), help="Score these records (.jsonl) instead of extracting anew.")
@click.option("--by", type=click.Choice(reports.GROUPINGS), help="Scores for each language and script, origin or type too.")
@click.option("--format", "form", type=click.Choice(["table", "json", "markdown"]), default="table", show_default=True)
def command(gold: tuple[Path, ...], pred: Path | None, by: str | None, form: str) -> None:
    """Compare extracted events with the annotated documents in GOLD (.jsonl files, or folders of them).

    Each text is extracted with the document's date and without its language, as a user would. Events are paired one to one; every
    figure comes with a 95 % interval from 1,000 resamplings of the documents.
    """
    try:
        documents = load_documents(gold)
        if pred is None:
            predicted = _extract(documents)
        else:
            predicted = load_documents([pred])
            _compare_sources(documents, predicted)
        groups = reports.compare(pair_up(documents, predicted), by)
    except (RecordError, OSError) as error:
        raise BadInput(str(error)) from None
    _show(groups, form)


def _extract(documents: Sequence[Document]) -> list[Document]:
    """The documents with the events that the library finds in their texts. Raises RecordError if one has no text."""
    from tqdm import tqdm

    from bilat_nlp.api import extract_document

    predicted = []
    for document in tqdm(documents, unit="document", disable=not (sys.stderr and sys.stderr.isatty())):
        if document.text is None:
            raise RecordError(f'document {document.id!r} has no text to extract from; add the key "text" or give --pred')
        predicted.append(extract_document(document.text, id=document.id, date=document.date))
    return predicted


def _compare_sources(documents: Sequence[Document], predicted: Sequence[Document]) -> None:
    """Warns of documents without prediction. Raises RecordError where a prediction does not quote the gold's text."""
    texts = {document.id: document.text for document in documents}
    for document in predicted:
        document.check(texts.get(document.id))
    missing = {document.id for document in documents} - {document.id for document in predicted}
    if missing:
        click.echo(f"{len(missing)} gold documents are not predicted and count as empty, first of them {min(missing)!r}", err=True)


def _show(groups: Sequence[reports.Group], form: str) -> None:
    if form == "json":
        click.echo(json.dumps(reports.as_json(groups), ensure_ascii=False, indent=2))
    elif form == "markdown":
        click.echo(reports.as_markdown(groups))
    else:
        from rich.console import Console
        from rich.table import Table

        header, rows = reports.as_table(groups)
        table = Table(header[0], show_lines=len(groups) > 1)
        for name in header[1:]:
            table.add_column(name, justify="right")
        for row in rows:
            table.add_row(*row)
        console = Console()
        # a pipe has no width to keep to
        (console if console.is_terminal else Console(width=160)).print(table)
