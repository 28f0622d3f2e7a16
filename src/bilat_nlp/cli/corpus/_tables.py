"""Tables on the terminal, as Markdown and as JSON."""

from __future__ import annotations

import json
from collections.abc import Sequence

import click

from bilat_nlp.corpus.statistics import Cell, Table

FORMS = ("table", "markdown", "json")


def show(tables: Sequence[Table], form: str) -> None:
    """Prints the tables one below the other; ``form`` is one of `FORMS`."""
    if form == "json":
        click.echo(
            json.dumps(
                {table.title: [dict(zip(table.columns, row, strict=True)) for row in table.rows] for table in tables},
                ensure_ascii=False,
                indent=1,
            )
        )
    elif form == "markdown":
        click.echo("\n\n".join(_markdown(table) for table in tables))
    else:
        _print(tables)


def _markdown(table: Table) -> str:
    rule = "|".join(["---", *("---:" for _ in table.columns[1:])])
    rows = [table.columns, *table.rows]
    lines = ["| " + " | ".join(map(_text, row)) + " |" for row in rows]
    return "\n".join([lines[0], f"|{rule}|", *lines[1:]])


def _print(tables: Sequence[Table]) -> None:
    from rich.console import Console
    from rich.table import Table as Grid

    console = Console()
    # a pipe has no width to keep to
    console = console if console.is_terminal else Console(width=200)
    for table in tables:
        grid = Grid(table.columns[0], title=table.title, title_justify="left")
        for column in table.columns[1:]:
            grid.add_column(column, justify="right")
        for row in table.rows:
            grid.add_row(*map(_text, row))
        console.print(grid)


def _text(cell: Cell) -> str:
    return "" if cell is None else f"{cell:,}" if isinstance(cell, int) else str(cell)
