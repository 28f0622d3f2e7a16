"""The options of whatever extracts events: rules, model or both, and where the model is computed."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any, TypeVar

import click

from bilat_nlp.api import DEVICE, MODE, MODEL, MODES, PRECISION
from bilat_nlp.cli._faults import told

Command = TypeVar("Command", bound=Callable[..., Any])
OF_A_MODEL = {"model": MODEL, "device": DEVICE, "precision": PRECISION}  # what means nothing where the rules speak alone

_OPTIONS = (
    click.option("--mode", type=click.Choice(MODES), default=MODE, show_default=True, help="The rules, a model, or both together."),
    click.option("--model", metavar="NAME|FOLDER", default=MODEL, show_default=True, help="One that came with the library, or a folder."),
    click.option("--device", metavar="DEVICE", default=DEVICE, show_default=True,
                 help="Where the model is computed: cpu, auto (a GPU if there is one), cuda, cuda:1, mps."),  # fmt: skip
    click.option("--precision", metavar="fp32|bf16|fp16", default=PRECISION, show_default=True, help="Of the model's products."),
    click.option("--min-confidence", type=click.FloatRange(0, 1), metavar="0..1",
                 help="Leave out events below it. Default: the limit that the model was calibrated with."),  # fmt: skip
)  # fmt: skip


def model_options(command: Command) -> Command:
    """Gives a command the options; it gets their values by the names that `api.load` has for them, and hands them to `settings`."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


def settings(**given: Any) -> dict[str, Any]:
    """What `api.load` is to be called with. Raises click.UsageError where an option has nothing to act on."""
    if given["mode"] == "rules":
        for name, usual in OF_A_MODEL.items():
            if given[name] != usual:
                raise click.UsageError(f"--{name} says how a model is run, and --mode rules runs none; leave one of them away.")
    return given


def ready() -> AbstractContextManager[None]:
    """A pipeline that cannot be made ends in a sentence and exit code 2: no such model, a damaged one, no such device, no torch."""
    return told("the device has too little memory for the model; run it with --device cpu")
