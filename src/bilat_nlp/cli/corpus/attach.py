"""``bilat-nlp corpus attach``."""

from __future__ import annotations

import json
from pathlib import Path

import click

from bilat_nlp.cli import BadInput
from bilat_nlp.corpus.formats.files import json_lines
from bilat_nlp.corpus.standoff import SUFFIX, attach
from bilat_nlp.corpus.texts import files_of, rows
from bilat_nlp.output.write import whole
from bilat_nlp.records import RecordError


@click.command("attach")
@click.argument("paths", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path))
@click.option(
    "--texts",
    "sources",
    multiple=True,
    required=True,
    type=click.Path(exists=True, path_type=Path),
    help="File or folder with the texts, one object with id and text a line; may be given again.",
)
@click.option("-o", "--output", required=True, type=click.Path(dir_okay=False, path_type=Path), help="File of annotated documents, .jsonl.")
def command(paths: tuple[Path, ...], sources: tuple[Path, ...], output: Path) -> None:
    """Put annotation together with its texts.

    PATHS are files that corpus detach wrote, or folders of them.
    """
    try:
        files = [file for path in paths for file in (sorted(path.rglob(f"*{SUFFIX}")) if path.is_dir() else [path])]
        annotated = [row for file in files for _, row in json_lines(file)]
        if not annotated:
            raise RecordError(f"{paths[0]}: no annotation there; give {SUFFIX} files that corpus detach wrote, or folders of them")
        names = {str(row.get("id")) for row in annotated}
        texts = {row["id"]: row["text"] for file in files_of(sources) for row in rows(file) if row.get("id") in names}
        if missing := sorted(names - texts.keys()):
            where = ", ".join(map(str, sources))
            raise RecordError(f"{where}: no text with the id {missing[0]!r}, nor {len(missing) - 1} others; give their files too")
        made = [attach(row, texts[row["id"]]).to_dict(text=True) for row in annotated]
        with whole(output) as stream:
            stream.writelines(json.dumps(row, ensure_ascii=False).encode() + b"\n" for row in made)
    except RecordError as error:
        raise BadInput(str(error)) from None
    except OSError as error:
        raise BadInput(f"{error.filename or output}: {error.strerror or error}") from None
    click.echo(f"{len(made)} documents, {sum(len(each['events']) for each in made)} events written to {output}", err=True)
