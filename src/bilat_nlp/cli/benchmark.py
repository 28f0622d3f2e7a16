"""`bilat-nlp benchmark`: speed and memory on texts of one's own."""

from __future__ import annotations

import json
from pathlib import Path

import click


@click.command("benchmark")
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option(
    "--format", "form", type=click.Choice(["table", "json"]), default="table", show_default=True, help="How to print the figures."
)
@click.option(
    "--longest",
    type=click.IntRange(min=1),
    default=10_000_000,
    show_default=True,
    help="Longest text of the length series, in code points.",
)
@click.option("--stream", type=click.IntRange(min=1), default=10_000, show_default=True, help="Documents of the memory figure.")
def command(paths: tuple[Path, ...], form: str, longest: int, stream: int) -> None:
    """Measure speed and memory on the texts of PATHS (.txt and .jsonl files, folders)."""
    from dataclasses import asdict

    from ..evaluation.speed import LENGTHS, measure
    from ..reading import read_documents

    try:
        texts = [document.text for document in read_documents(paths)]
        speed = measure(texts, [length for length in LENGTHS if length <= longest], stream)
    except ValueError as error:
        raise click.UsageError(str(error)) from error
    if form == "json":
        click.echo(json.dumps(asdict(speed)))
        return
    from rich.console import Console
    from rich.table import Table

    table = Table("figure", "value", title=f"{speed.documents} documents, {speed.words:,} words, one process")
    table.add_row("words a second, median of 5 (range)", f"{speed.words_per_second:,.0f} ({speed.slowest:,.0f} to {speed.fastest:,.0f})")
    for length, seconds in speed.by_length.items():
        table.add_row(f"one text of {length:,} code points", f"{seconds:.3f} s ({length / seconds / 1e6:.2f} M code points/s)")
    table.add_row("import bilat_nlp", f"{speed.import_seconds:.3f} s")
    table.add_row("first result of a fresh process", f"{speed.first_result_seconds:.2f} s")
    table.add_row(f"peak memory of a stream of {speed.stream_documents:,} documents", f"{speed.stream_megabytes:.0f} MB")
    Console().print(table)
