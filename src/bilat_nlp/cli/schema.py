"""``bilat-nlp schema``: what a line of output looks like, for machines."""

from __future__ import annotations

import json

import click


@click.command()
def command() -> None:
    """Print the JSON Schema (draft 2020-12) of one line of output."""
    from bilat_nlp.records import schema

    click.echo(json.dumps(schema(), ensure_ascii=False, indent=2))
