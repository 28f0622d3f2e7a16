"""What `train` and `pretrain` do alike: the settings of a call, and what is said when it ends early."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import click

from bilat_nlp.cli import _faults
from bilat_nlp.training import config

INTERRUPTED = 130  # exit code
LITTLE_MEMORY = "the device has too little memory; take a smaller --set optimiser.batch_words and a greater --set optimiser.accumulate"


def settings_of(output: Path, file: Path | None, overrides: Sequence[str], resume: bool, *, needs_data: bool = True) -> config.Settings:
    """The settings of a call; one that resumes begins from those that ``output`` was begun with.

    With ``needs_data`` everything that the section [data] names must be there. Raises RecordError.
    """
    kept = output / "config.toml"
    if resume and file is None and kept.is_file():
        file = kept
    settings = config.read(file, overrides)
    if needs_data:
        config.check_paths(settings)
    return settings


@contextmanager
def told() -> Iterator[None]:
    """What `_faults.told` says, and how to go on after an interruption."""
    try:
        with _faults.told(LITTLE_MEMORY):
            yield
    except KeyboardInterrupt:
        click.echo("Interrupted. Call again with --resume to go on.", err=True)
        sys.exit(INTERRUPTED)
