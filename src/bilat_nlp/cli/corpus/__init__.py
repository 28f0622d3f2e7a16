"""``bilat-nlp corpus``: annotated documents. A verb is a module of this package with a click command named ``command``."""

from __future__ import annotations

from typing import Any

import click

from bilat_nlp.cli import Verbs

VERBS = (
    ("validate", "Name file, line and fault of what is wrong with annotated documents."),
    ("stats", "Count documents, events, roles and mentions; compare with other texts."),
    ("convert", "Carry annotations between the library and annotation tools."),
    ("preannotate", "Write the library's own events for a person to correct."),
    ("agree", "Compare two annotators."),
    ("split", "Divide documents into train and dev, stratified and without a leak."),
    ("detach", "Write annotation without its texts."),
    ("attach", "Put such annotation together with its texts."),
    ("labelstudio-config", "Print the labelling configuration for Label Studio."),
)


@click.group("corpus", cls=Verbs, package=__name__, verbs=VERBS)
def command(**_: Any) -> None:
    """Check, count, convert, compare and split annotated documents."""
