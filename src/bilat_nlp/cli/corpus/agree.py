"""``bilat-nlp corpus agree``."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import click

from bilat_nlp.cli import BadInput
from bilat_nlp.records import RecordError


@click.command("agree")
@click.argument("one", type=click.Path(exists=True, path_type=Path))
@click.argument("other", type=click.Path(exists=True, path_type=Path))
@click.option("--format", "form", type=click.Choice(["table", "markdown", "json"]), default="table", show_default=True)
def command(one: Path, other: Path, form: str) -> None:
    """Compare two annotations of the same documents: F1 of spans and records, and Cohen's kappa on types, labels and modality.

    ONE and OTHER are files or folders; documents belong together by their id, and those that only one of them holds are left out.
    """
    from bilat_nlp.corpus.dataset import load_documents
    from bilat_nlp.evaluation import report
    from bilat_nlp.evaluation.agreement import agreement, pair_annotations

    try:
        pairs = pair_annotations(load_documents([one]), load_documents([other]))
        scores, kappas = agreement(pairs)
    except ImportError:
        raise BadInput("kappa needs scikit-learn; install it with: pip install 'bilat-nlp[corpus]'") from None
    except (RecordError, OSError) as error:
        raise BadInput(str(error)) from None
    rows = [(each.name, "" if each.value is None else f"{each.value:.3f}", str(each.items)) for each in kappas]
    if form == "json":
        figures = {each.name: {"kappa": each.value, "items": each.items} for each in kappas}
        click.echo(json.dumps({"scores": report.as_json([scores]), "kappa": figures}, ensure_ascii=False, indent=1))
    elif form == "markdown":
        click.echo(report.as_markdown([scores]) + "\n\n| Cohen's kappa | value | items |\n|---|---:|---:|")
        for row in rows:
            click.echo(f"| {' | '.join(row)} |")
    else:
        from rich.console import Console
        from rich.table import Table

        header, lines = report.as_table([scores])
        console = Console()
        console = console if console.is_terminal else Console(width=160)
        blocks: list[tuple[tuple[str, ...], Sequence[tuple[str, ...]]]] = [(header, lines), (("Cohen's kappa", "value", "items"), rows)]
        for head, body in blocks:
            grid = Table(head[0])
            for name in head[1:]:
                grid.add_column(name, justify="right")
            for cells in body:
                grid.add_row(*cells)
            console.print(grid)
