"""What the verbs print alike: tables in the form that was asked for."""

from __future__ import annotations

import json
from collections.abc import Sequence

import click

from bilat_nlp.output import grid


def show(tables: Sequence[grid.Table], form: str) -> None:
    """Prints the tables; ``form`` is one of `grid.FORMS`."""
    if form == "json":
        click.echo(json.dumps(grid.as_data(tables), ensure_ascii=False, indent=1))
    elif form == "markdown":
        click.echo(grid.as_markdown(tables))
    elif form == "csv":
        click.echo(grid.as_csv(tables), nl=False)
    else:
        grid.print_tables(tables)
