"""``bilat-nlp corpus validate``."""

from __future__ import annotations

from pathlib import Path

import click

from bilat_nlp.cli import BadInput
from bilat_nlp.records import RecordError


@click.command("validate")
@click.argument("paths", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path))
@click.option("--hints", is_flag=True, help="Also name what is often a slip and sometimes meant.")
@click.pass_context
def command(ctx: click.Context, paths: tuple[Path, ...], hints: bool) -> None:
    """Name file, line and fault of what is wrong in .jsonl and .markup files, and in those below folders.

    The exit code is 1 if there is a fault; hints do not count.
    """
    from bilat_nlp.corpus.validate import validate

    try:
        count, findings = validate(paths)
    except (RecordError, OSError) as error:
        raise BadInput(str(error)) from None
    faults = [each for each in findings if not each.hint]
    for finding in findings if hints else faults:
        click.echo(str(finding))
    left = len(findings) - len(faults)
    click.echo(f"{count} documents, {len(faults)} faults, {left} hints{'' if hints or not left else ' (--hints names them)'}", err=True)
    ctx.exit(1 if faults else 0)
