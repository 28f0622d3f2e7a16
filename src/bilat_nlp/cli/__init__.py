"""The command line. A verb is a module of this package with a click command named ``command``, imported only when it is called."""

from __future__ import annotations

import importlib
from collections.abc import Sequence
from typing import Any

import click

from bilat_nlp import __version__

# the help lines stand here, since to read them from the commands would import every verb
VERBS = (
    ("extract", "Extract diplomatic events from files, folders or standard input."),
    ("evaluate", "Score extracted records against gold records."),
    ("benchmark", "Measure speed and memory on this machine."),
    ("train", "Train a model on annotated documents."),
    ("pretrain", "Train word vectors and the compact encoder on plain texts."),
    ("corpus", "Check, count, convert, compare and split annotated documents."),
    ("info", "Show version, languages, pipeline, devices and models."),
    ("schema", "Print the JSON Schema of the output."),
)


class Verbs(click.Group):
    """Knows its commands by name and imports the one that is called: the module of that name in ``package``."""

    def __init__(self, *args: Any, package: str = __name__, verbs: Sequence[tuple[str, str]] = VERBS, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.package, self.verbs = package, verbs

    def list_commands(self, ctx: click.Context) -> list[str]:
        return [name for name, _ in self.verbs]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in self.list_commands(ctx):
            return None
        command: click.Command = importlib.import_module(f"{self.package}.{cmd_name.replace('-', '_')}").command
        return command

    def resolve_command(self, ctx: click.Context, args: list[str]) -> tuple[str | None, click.Command | None, list[str]]:
        if args and args[0] not in self.list_commands(ctx) and not args[0].startswith("-"):
            ctx.fail(f"there is no command {args[0]!r}; there are {', '.join(self.list_commands(ctx))}")
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl(list(self.verbs))


class BadInput(click.ClickException):
    """One sentence on standard error and exit code 2."""

    exit_code = 2


def _print_version(ctx: click.Context, _: click.Parameter, wanted: bool) -> None:
    if wanted and not ctx.resilient_parsing:
        click.echo(f"bilat-nlp {__version__}")
        ctx.exit()


@click.group(cls=Verbs, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.option("--version", is_flag=True, is_eager=True, expose_value=False, callback=_print_version, help="Show the version and exit.")
def main(**_: Any) -> None:
    """Diplomatic events from news, by rules and a model: who did what to whom, where and when."""
