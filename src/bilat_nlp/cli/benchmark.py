"""``bilat-nlp benchmark``: quality and speed of several systems on the same documents."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import click

from bilat_nlp.cli import BadInput
from bilat_nlp.cli._show import show
from bilat_nlp.evaluation.benchmark import REPEATS, STARTS, Benchmark, benchmark
from bilat_nlp.evaluation.resample import SAMPLES, SEED
from bilat_nlp.evaluation.source import texts_or_gold
from bilat_nlp.evaluation.speed import LENGTHS, STREAM, Scaling, scaling
from bilat_nlp.evaluation.systems import KINDS
from bilat_nlp.evaluation.task import DEFAULT
from bilat_nlp.output import grid
from bilat_nlp.records import RecordError

_COLUMN = 44  # where the help says what a system is; below its name where that is longer


def _explained(usage: str, about: str) -> str:
    return f"  {usage:<{_COLUMN}} {about}" if len(usage) <= _COLUMN else f"  {usage}\n  {'':<{_COLUMN}} {about}"


_HELP = """Run systems on the texts of PATHS, each in fresh processes of its own: how fast, how large and, on annotated documents, how good.

PATHS are .txt and .jsonl files, folders of them, and annotated documents in any format of the corpus. Where the documents carry events,
these are the gold; every score comes with its 95 % interval, and with the difference from the first system and its p-value.

\b
SYSTEM is written as
""" + "\n".join(_explained(kind.usage(name), kind.about) for name, kind in KINDS.items())


@click.command("benchmark", help=_HELP)
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--system", "systems", multiple=True, default=(DEFAULT,), show_default=DEFAULT, help="What to run; may be given again.")
@click.option("--format", "form", type=click.Choice(grid.FORMS), default="table", show_default=True, help="How to print the figures.")
@click.option("--repeats", type=click.IntRange(min=1), default=REPEATS, show_default=True, help="Times that speed is measured.")
@click.option("--starts", type=click.IntRange(min=1), default=STARTS, show_default=True, help="Processes in which the start is measured.")
@click.option("--growth/--no-growth", default=None, help="Cost of the rules against length, and a long stream. Default: without gold.")
@click.option("--longest", type=click.IntRange(min=1), default=LENGTHS[-1], show_default=True, help="--growth: longest text (code points).")
@click.option("--stream", type=click.IntRange(min=1), default=STREAM, show_default=True, help="--growth: documents of the stream.")
@click.option("--samples", type=click.IntRange(min=1), default=SAMPLES, show_default=True, help="Bootstrap draws.")
@click.option("--seed", type=click.IntRange(min=0), default=SEED, show_default=True, help="Of the draws.")
def command(
    paths: tuple[Path, ...],
    systems: tuple[str, ...],
    form: str,
    repeats: int,
    starts: int,
    growth: bool | None,
    longest: int,
    stream: int,
    samples: int,
    seed: int,
) -> None:
    """Read, run, print; the help is `_HELP`."""
    try:
        documents, gold, warning = texts_or_gold(paths)
        if warning:
            click.echo(f"warning: {warning}", err=True)
        about: dict[str, Any] = {"repeats": repeats, "starts": starts, "samples": samples, "seed": seed, "progress": _say}
        measured = benchmark(documents, systems, gold=gold, **about)
        larger = None
        if growth or (growth is None and not gold):
            texts = [document.text or "" for document in documents]
            larger = scaling(texts, [length for length in LENGTHS if length <= longest], stream)
    except (RecordError, ValueError, OSError) as error:
        raise BadInput(str(error)) from None
    for result in measured.results:
        for note in result.notes:
            click.echo(f"{result.system.name}: {note}", err=True)
    _print(measured, larger, form)


def _say(system: str) -> None:
    if sys.stderr and sys.stderr.isatty():
        click.echo(f"running {system} ...", err=True)


def _print(measured: Benchmark, larger: Scaling | None, form: str) -> None:
    if form == "json":
        data = measured.as_data() | ({"growth": larger.as_data()} if larger else {})
        click.echo(json.dumps(data, ensure_ascii=False, indent=1))
    elif form == "csv":
        show([measured.long(), *([larger.table()] if larger else [])], form)
    else:
        *tables, machine = measured.tables()
        tables = [*tables, *([larger.table()] if larger else []), machine]
        if form == "markdown":
            click.echo(grid.as_markdown(tables, titled=True))
        else:
            show(tables, form)
