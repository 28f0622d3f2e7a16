"""``bilat-nlp corpus agree``."""

from __future__ import annotations

import json
from pathlib import Path

import click

from bilat_nlp.cli import BadInput
from bilat_nlp.cli._show import show
from bilat_nlp.output.grid import FORMS, Cell, Table
from bilat_nlp.records import RecordError


@click.command("agree")
@click.argument("one", type=click.Path(exists=True, path_type=Path))
@click.argument("other", type=click.Path(exists=True, path_type=Path))
@click.option("--format", "form", type=click.Choice(FORMS), default="table", show_default=True)
def command(one: Path, other: Path, form: str) -> None:
    """Compare two annotations of the same documents: F1 of spans and records, and Cohen's kappa on types, labels and modality.

    ONE and OTHER are files or folders; documents belong together by their id, and those that only one of them holds are left out.
    """
    from bilat_nlp.corpus.dataset import load_documents
    from bilat_nlp.evaluation.agreement import agreement, pair_annotations

    try:
        pairs = pair_annotations(load_documents([one]), load_documents([other]))
        scores, kappas = agreement(pairs)
    except ImportError:
        raise BadInput("kappa needs scikit-learn; install it with: pip install 'bilat-nlp[corpus]'") from None
    except (RecordError, OSError) as error:
        raise BadInput(str(error)) from None
    if form == "json":
        from bilat_nlp.evaluation.run import as_json

        figures = {each.name: {"kappa": each.value, "items": each.items} for each in kappas}
        click.echo(json.dumps(as_json(scores) | {"kappa": figures}, ensure_ascii=False, indent=1))
        return
    rows: list[tuple[Cell, ...]] = [(each.name, None if each.value is None else f"{each.value:.3f}", each.items) for each in kappas]
    show([*scores.tables(), Table("Cohen's kappa", ("Cohen's kappa", "value", "items"), rows)], form)
