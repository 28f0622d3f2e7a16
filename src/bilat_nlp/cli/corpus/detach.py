"""``bilat-nlp corpus detach``."""

from __future__ import annotations

import json
from pathlib import Path

import click

from bilat_nlp.cli import BadInput
from bilat_nlp.corpus.dataset import load_documents
from bilat_nlp.corpus.standoff import detach
from bilat_nlp.output.write import whole
from bilat_nlp.records import RecordError


@click.command("detach")
@click.argument("paths", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path))
@click.option("-o", "--output", required=True, type=click.Path(dir_okay=False, path_type=Path), help="File of annotation, .standoff.")
def command(paths: tuple[Path, ...], output: Path) -> None:
    """Write annotation without its texts, where these may not be handed on.

    Every line has offsets, codes and the fingerprint of the text; corpus attach puts the two together again.
    """
    try:
        rows = [detach(document) for document in load_documents(paths)]
        with whole(output) as stream:
            stream.writelines(json.dumps(row, ensure_ascii=False).encode() + b"\n" for row in rows)
    except RecordError as error:
        raise BadInput(str(error)) from None
    except OSError as error:
        raise BadInput(f"{error.filename or output}: {error.strerror or error}") from None
    click.echo(f"{len(rows)} documents written to {output}", err=True)
