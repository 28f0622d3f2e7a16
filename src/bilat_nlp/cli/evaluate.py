"""``bilat-nlp evaluate``: scores against annotated documents."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

import click

from bilat_nlp.cli import BadInput
from bilat_nlp.evaluation import foreign
from bilat_nlp.evaluation.floors import Floor
from bilat_nlp.evaluation.presentation import Presentation
from bilat_nlp.evaluation.report import FACETS
from bilat_nlp.evaluation.resample import SAMPLES, SEED
from bilat_nlp.evaluation.task import Task, foreign_gold, own_gold
from bilat_nlp.output import grid, write
from bilat_nlp.records import Document, RecordError

FORMS = ("table", "json", "csv", "html", "markdown")


@click.command("evaluate")
@click.argument("gold", metavar="GOLD")
@click.argument("pred", metavar="[PRED]", required=False)
@click.option("--by", multiple=True, type=click.Choice(FACETS), help="Scores by group too; may be given again.")
@click.option("--format", "form", type=click.Choice(FORMS), default="table", show_default=True)
@click.option("-o", "--output", type=click.Path(dir_okay=False, path_type=Path), help="Write here instead of printing.")
@click.option("--errors", is_flag=True, help="List what is missed, spurious or wrong; csv holds that list alone, html shows it anyway.")
@click.option("--documents", type=click.IntRange(min=0), default=500, show_default=True, help="Documents that html shows in full.")
@click.option("--fail-under", multiple=True, metavar="FLOOR", help="Exit with 1 unless this holds, as in relaxed>=0.7; may be given again.")
@click.option("--baseline", type=click.Path(exists=True, dir_okay=False, path_type=Path), metavar="RUN.json",
              help="Compare with an earlier run (--format json) on the same gold: difference, interval, p-values.")  # fmt: skip
@click.option("--agreement", nargs=2, type=click.Path(exists=True, path_type=Path), metavar="ONE OTHER",
              help="Show how far two annotators of such texts agree beside the scores: what one can hope for.")  # fmt: skip
@click.option("--scheme", type=click.Choice((*foreign.FORMS, foreign.NAMES)), help="GOLD is other people's annotation, in this form.")
@click.option("--split", multiple=True, help="With --scheme: only this part of the data; may be given again.")
@click.option("--whole", is_flag=True,
              help="With --scheme: also events that are none by our definition, as others are measured; dates and sums too.")  # fmt: skip
@click.option("--samples", type=click.IntRange(min=1), default=SAMPLES, show_default=True, help="Bootstrap draws.")
@click.option("--seed", type=click.IntRange(min=0), default=SEED, show_default=True, help="Of the draws.")
def command(
    gold: str,
    pred: str | None,
    by: tuple[str, ...],
    form: str,
    output: Path | None,
    errors: bool,
    documents: int,
    fail_under: tuple[str, ...],
    baseline: Path | None,
    agreement: tuple[Path, Path] | None,
    scheme: str | None,
    split: tuple[str, ...],
    whole: bool,
    samples: int,
    seed: int,
) -> None:
    """Compare predicted events with annotated documents.

    GOLD is a file or folder of annotated documents, or datasets:NAME[:SPLIT]. PRED is a file or folder with the records of another system,
    or a system as `benchmark --help` lists them (rules, both:model=FOLDER, csv:FILE); without it the library extracts from the texts of
    GOLD with rules and model together, each with its date and without its language, as a user would.

    Events are paired one to one; every figure comes with a 95 % interval over resampled documents, and a line at the end that says
    what it was computed on and how.
    """
    try:
        floors = [Floor.of(text) for text in fail_under]
    except ValueError as error:
        raise click.UsageError(f"--fail-under {error}") from None
    try:
        if output is not None:
            _check(output)
        task = _task(gold, pred, scheme, split, whole)
        shown = Presentation(task, task.measure(by, samples, seed))
        if agreement:
            shown.beside_annotators(*agreement, samples=samples, seed=seed)
        if baseline:
            shown.beside_baseline(baseline, samples=samples, seed=seed)
        for warning in task.warnings:
            click.echo(f"warning: {warning}", err=True)
        if form == "html":
            text = shown.page(f"Events of {Path(gold).name}", documents)
        else:
            text = shown.text(form, errors, tables=output is not None)
        if output is not None:
            with write.whole(output) as stream:
                stream.write(_bytes(text))
    except ImportError as error:
        raise BadInput(f"{error.name or error} is needed for this; install it with: pip install 'bilat-nlp[datasets]'") from None
    except (RecordError, OSError) as error:
        raise BadInput(str(error)) from None
    if output is None:  # outside of what is caught above: a reader that closes the pipe early is no bad input
        if form == "table":
            grid.print_tables(shown.tables())
        click.echo(_bytes(text), nl=False)
    broken = [sentence for sentence in (floor.broken(shown.report) for floor in floors) if sentence]
    for sentence in broken:
        click.echo(sentence, err=True)
    if broken:
        sys.exit(1)


def _bytes(text: str) -> bytes:
    """UTF-8 whatever the terminal speaks; what broken texts hold of surrogates is written as an escape."""
    return f"{text}\n".encode("utf-8", "backslashreplace")


def _check(output: Path) -> None:
    """Before the work is done. Raises OSError."""
    if not output.absolute().parent.is_dir():
        raise OSError(f"{output}: the folder {str(output.parent)!r} does not exist; make it first")


def _task(gold: str, pred: str | None, scheme: str | None, split: Sequence[str], whole: bool) -> Task:
    if scheme is None and (split or whole):
        raise click.UsageError("--split and --whole belong to --scheme; a data set names its split as datasets:NAME:SPLIT")
    if scheme is not None:
        return foreign_gold(gold, scheme, split, whole, pred, _progress)
    return own_gold(gold, pred, _progress)


def _progress(documents: Iterable[Document]) -> Iterable[Document]:
    from tqdm import tqdm

    return tqdm(documents, unit="document", disable=not (sys.stderr and sys.stderr.isatty()))
