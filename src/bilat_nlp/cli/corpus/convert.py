"""``bilat-nlp corpus convert``."""

from __future__ import annotations

from pathlib import Path

import click

from bilat_nlp.cli import BadInput
from bilat_nlp.corpus.formats import FORMATS, Losses, guess, read, write
from bilat_nlp.records import Document, RecordError


@click.command("convert", epilog="Formats: " + "; ".join(f"{name}: {form.title}" for name, form in FORMATS.items()) + ".")
@click.argument("paths", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path))
@click.option("-o", "--output", required=True, type=click.Path(path_type=Path), help="File, or new folder where the format has many files.")
@click.option("--to", "target", type=click.Choice(list(FORMATS)), help="Format to write; without it the ending of OUTPUT decides.")
@click.option("--from", "source", type=click.Choice(list(FORMATS)), help="Format to read; without it names and content decide.")
@click.option(
    "--map", "names", multiple=True, metavar="THEIRS=OURS", help="Read a label, type or role by another name; may be given again."
)
def command(paths: tuple[Path, ...], output: Path, target: str | None, source: str | None, names: tuple[str, ...]) -> None:
    """Carry annotated documents from one format into another.

    What a format cannot hold is named and counted on standard error.
    """
    losses, lost = Losses(), Losses()
    losses.names = _mapping(names)
    try:
        target = target or _form_of(output)
        documents = [document for path in paths for document in read(path, source or guess(path), losses)]
        if not documents:
            raise RecordError(f"{paths[0]}: no document found; nothing was written")
        _unique(documents)
        write(documents, output, target, lost)
    except RecordError as error:
        raise BadInput(str(error)) from None
    except OSError as error:
        raise BadInput(f"{error.filename or output}: {error.strerror or error}") from None
    _report(losses, f"not known here, left out of {output}:")
    _report(lost, f"not kept by {FORMATS[target].title}:")
    click.echo(f"{len(documents)} documents, {sum(len(each.events) for each in documents)} events written to {output}", err=True)


def _report(losses: Losses, head: str) -> None:
    """Names what was lost on standard error, if anything was."""
    if losses:
        click.echo(head, err=True)
        for sentence in losses.sentences():
            click.echo(f"  {sentence}", err=True)


def _mapping(names: tuple[str, ...]) -> dict[str, str]:
    for each in names:
        if not all(each.partition("=")):
            raise click.BadParameter(f"{each!r} is no pair; write THEIRS=OURS, such as Person=PER", param_hint="'--map'")
    return {theirs: ours for theirs, _, ours in (each.partition("=") for each in names)}


def _form_of(output: Path) -> str:
    fit = [name for name, form in FORMATS.items() if form.suffix == output.suffix and not form.folder]
    if len(fit) == 1 or output.suffix == ".jsonl":
        return fit[0]
    raise RecordError(f"{output}: the ending does not say the format; give --to, one of {', '.join(FORMATS)}")


def _unique(documents: list[Document]) -> None:
    seen: set[str] = set()
    for document in documents:
        if document.id in seen:
            raise RecordError(f"the id {document.id!r} stands twice in what was read; give every document its own")
        seen.add(document.id)
