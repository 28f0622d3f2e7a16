"""``bilat-nlp corpus labelstudio-config``."""

from __future__ import annotations

import click


@click.command("labelstudio-config")
def command() -> None:
    """Print the labelling configuration, to be pasted into Label Studio under Settings, Labeling Interface, Code."""
    from bilat_nlp.corpus.formats.labelstudio import configuration

    click.echo(configuration(), nl=False)
