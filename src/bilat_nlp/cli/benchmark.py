"""``bilat-nlp benchmark``: quality and speed of several systems on the same documents."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from bilat_nlp.cli import BadInput
from bilat_nlp.cli._show import show
from bilat_nlp.evaluation.benchmark import REPEATS, STARTS, Benchmark, benchmark
from bilat_nlp.evaluation.resample import SAMPLES, SEED
from bilat_nlp.evaluation.speed import LENGTHS, STREAM, Scaling, scaling
from bilat_nlp.evaluation.systems import KINDS
from bilat_nlp.output import grid
from bilat_nlp.records import Document, RecordError

_HELP = """Run systems on the texts of PATHS, each in fresh processes of its own: how fast, how large and, on annotated documents, how good.

PATHS are .txt and .jsonl files, folders of them, and annotated documents in any format of the corpus. Where the documents carry events,
these are the gold; every score comes with its 95 % interval, and with the difference from the first system and its p-value.

\b
SYSTEM is written as
""" + "\n".join(f"  {kind.usage(name):<44} {kind.about}" for name, kind in KINDS.items())


@click.command("benchmark", help=_HELP)
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--system", "systems", multiple=True, default=("rules",), show_default="rules", help="What to run; may be given again.")
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
        documents, gold = _read(paths)
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


def _read(paths: Sequence[Path]) -> tuple[list[Document], bool]:
    """The documents, and whether they carry gold events. Raises RecordError, or ValueError if a text cannot be read."""
    from bilat_nlp.corpus.dataset import load_documents
    from bilat_nlp.reading import read_documents

    annotated = [path for path in paths if _is_annotated(path)]
    if not annotated:
        found = read_documents(paths)
        return [Document(id=one.id, text=one.text, date=one.date) for one in found], False
    if plain := [path for path in paths if path not in annotated]:
        raise RecordError(f"{plain[0]} holds texts alone and {annotated[0]} annotated ones; measure them in two runs")
    documents = load_documents(annotated)
    if missing := [document.id for document in documents if document.text is None]:
        raise RecordError(f'document {missing[0]!r} has no text to run a system on; add the key "text"')
    gold = any(document.events for document in documents)
    if not gold:
        click.echo("warning: no document is annotated with an event, so speed alone is measured", err=True)
    return documents, gold


def _is_annotated(path: Path) -> bool:
    """Whether a path holds annotated documents: told by the first line of a .jsonl file, by the name of another one."""
    if path.is_dir():
        return any(map(_is_annotated, sorted(path.rglob("*.jsonl"))))
    if path.suffix.lower() != ".jsonl":
        return path.exists() and path.suffix.lower() != ".txt"
    try:
        with path.open(encoding="utf-8-sig") as lines:
            first = json.loads(next(line for line in lines if line.strip()))
    except (OSError, ValueError, StopIteration, RecursionError):
        return False  # whoever reads it says what is wrong with it
    return isinstance(first, dict) and "events" in first
