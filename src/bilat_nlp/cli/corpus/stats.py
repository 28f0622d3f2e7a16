"""``bilat-nlp corpus stats``."""

from __future__ import annotations

from pathlib import Path

import click

from bilat_nlp.cli import BadInput
from bilat_nlp.cli._show import show
from bilat_nlp.output.grid import FORMS
from bilat_nlp.records import RecordError


@click.command("stats")
@click.argument("paths", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path))
@click.option("--duplicates", is_flag=True, help="How much documents of one language have in common.")
@click.option(
    "--against",
    multiple=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Compare the richness of the language with these texts (.jsonl or .jsonl.xz); may be given again.",
)
@click.option("--plot", type=click.Path(dir_okay=False, path_type=Path), help="Draw the counts into this .png, .svg or .pdf file.")
@click.option("--format", "form", type=click.Choice(FORMS), default="table", show_default=True)
def command(paths: tuple[Path, ...], duplicates: bool, against: tuple[Path, ...], plot: Path | None, form: str) -> None:
    """Count documents, events by type and modality, roles and mentions, by language and script.

    With --duplicates or --against that is shown instead.
    """
    from bilat_nlp.corpus import statistics
    from bilat_nlp.corpus.dataset import language_of, load_documents

    try:
        documents = load_documents(paths)
        tables = statistics.near_duplicates(documents) if duplicates else []
        if against:
            others = [document for path in against for document in statistics.raw_texts(path)]
            known = {language_of(document) for document in documents}
            others = [document for document in others if language_of(document) in known]
            tables += [statistics.richness(documents, "corpus"), statistics.richness(others, "other texts")]
        tables = tables or statistics.count(documents)
        if plot is not None:
            _draw(statistics.count(documents), documents, plot)
    except (RecordError, OSError) as error:
        raise BadInput(str(error)) from None
    show(tables, form)


def _draw(tables, documents, plot: Path) -> None:  # type: ignore[no-untyped-def]
    from bilat_nlp.corpus.dataset import language_of
    from bilat_nlp.output.figures import Bars, draw

    stacks = []
    for table in tables[1:]:
        names = list(table.columns[1:-1])
        series = {name: [row[column] for row in table.rows] for column, name in enumerate(names, 1)}
        stacks.append(Bars(table.title, [str(row[0]) for row in table.rows], series))
    lengths: dict[str, list[int]] = {}
    for document in documents:
        lengths.setdefault(language_of(document), []).append(len((document.text or "").split()))
    try:
        draw(stacks, dict(sorted(lengths.items())), plot)
    except ImportError:
        raise BadInput("plots need matplotlib; install it with: pip install 'bilat-nlp[corpus]'") from None
    except ValueError as error:
        raise BadInput(f"{plot}: {error}") from None
