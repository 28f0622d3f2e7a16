"""``bilat-nlp evaluate``: scores against annotated documents."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bilat_nlp.cli import BadInput
from bilat_nlp.evaluation import foreign
from bilat_nlp.evaluation.report import FACETS, measure
from bilat_nlp.evaluation.resample import SAMPLES, SEED
from bilat_nlp.output import grid
from bilat_nlp.records import Document, RecordError

if TYPE_CHECKING:
    from bilat_nlp.evaluation.errors import Error
    from bilat_nlp.evaluation.results import Report
    from bilat_nlp.evaluation.task import Task

FORMS = ("table", "json", "csv", "html", "markdown")
_FLOOR = re.compile(r"\s*(\w+)\s*(>=|<=|>|<)\s*(\d*\.?\d+)\s*")
_HOLDS: dict[str, Callable[[float, float], bool]] = {
    ">=": lambda value, floor: value >= floor,
    "<=": lambda value, floor: value <= floor,
    ">": lambda value, floor: value > floor,
    "<": lambda value, floor: value < floor,
}


@click.command("evaluate")
@click.argument("gold", metavar="GOLD")
@click.argument("pred", metavar="[PRED]", required=False)
@click.option("--by", multiple=True, type=click.Choice(FACETS), help="Scores by group too; may be given again.")
@click.option("--format", "form", type=click.Choice(FORMS), default="table", show_default=True)
@click.option("-o", "--output", type=click.Path(dir_okay=False, path_type=Path), help="Write here instead of printing.")
@click.option("--errors", is_flag=True, help="List what is missed, spurious or wrong, a line each; html shows it anyway.")
@click.option("--documents", type=click.IntRange(min=0), default=500, show_default=True, help="Documents that html shows in full.")
@click.option("--fail-under", multiple=True, metavar="FLOOR", help="Exit with 1 unless this holds, as in relaxed>=0.7; may be given again.")
@click.option("--baseline", type=click.Path(exists=True, dir_okay=False, path_type=Path), metavar="RUN.json",
              help="Compare with an earlier run (--format json) on the same gold: difference, interval, p-values.")  # fmt: skip
@click.option("--agreement", nargs=2, type=click.Path(exists=True, path_type=Path), metavar="ONE OTHER",
              help="Show how far two annotators of such texts agree beside the scores: what one can hope for.")  # fmt: skip
@click.option("--scheme", type=click.Choice(foreign.FORMS), help="GOLD is other people's annotation, in this form.")
@click.option("--split", multiple=True, help="With --scheme: only this part of the data; may be given again.")
@click.option("--whole", is_flag=True, help="With --scheme: also events that are none by our definition, as other programs are measured.")
@click.option("--samples", type=click.IntRange(min=1), default=SAMPLES, show_default=True, help="Bootstrap draws.")
@click.option("--seed", type=click.IntRange(min=0), default=SEED, show_default=True, help="Of the draws.")
def command(
    gold: str,
    pred: str | None,
    by: tuple[str, ...],
    form: str,
    output: Path | None,
    errors: bool,
    documents: int,
    fail_under: tuple[str, ...],
    baseline: Path | None,
    agreement: tuple[Path, Path] | None,
    scheme: str | None,
    split: tuple[str, ...],
    whole: bool,
    samples: int,
    seed: int,
) -> None:
    """Compare predicted events with annotated documents.

    GOLD is a file or folder of annotated documents, or datasets:NAME[:SPLIT]. PRED is a file or folder with the records of another system,
    or a system as `benchmark --help` lists them (csv:FILE, rules:without=suffixes); without it the library extracts from the texts of GOLD,
    each with its date and without its language, as a user would.

    Events are paired one to one; every figure comes with a 95 % interval over resampled documents, and a line at the end that says
    what it was computed on and how.
    """
    floors = [_floor(text) for text in fail_under]
    try:
        task = _task(gold, pred, scheme, split, whole)
        for warning in task.warnings:
            click.echo(f"warning: {warning}", err=True)
        report = task.measure(by, samples, seed)
        extra = [*_ceiling(report, agreement), *_against(report, baseline, samples, seed)]
        if form == "html":
            text = _page(task, report, gold, documents)
        else:
            text = _written(task, report, extra, form, errors)
        if output is not None:
            from bilat_nlp.output import write

            tables = grid.as_text([*task.tables(report), *extra]) if form == "table" else ""
            with write.whole(output) as stream:
                stream.write(f"{tables}{text}\n".encode("utf-8", "backslashreplace"))
    except ImportError as error:
        raise BadInput(f"{error.name or error} is needed for this; install it with: pip install 'bilat-nlp[datasets]'") from None
    except (RecordError, OSError) as error:
        raise BadInput(str(error)) from None
    if output is None:  # outside of what is caught above: a reader that closes the pipe early is no bad input
        if form == "table":
            grid.print_tables([*task.tables(report), *extra])
        click.echo(text)
    broken = [sentence for sentence in (floor.broken(report) for floor in floors) if sentence]
    for sentence in broken:
        click.echo(sentence, err=True)
    if broken:
        sys.exit(1)


def _task(gold: str, pred: str | None, scheme: str | None, split: Sequence[str], whole: bool) -> Task:
    from bilat_nlp.evaluation.task import foreign_gold, own_gold

    if scheme is None and (split or whole):
        raise click.UsageError("--split and --whole belong to --scheme; a data set names its split as datasets:NAME:SPLIT")
    if scheme is not None:
        return foreign_gold(gold, scheme, split, whole, pred, _progress)
    return own_gold(gold, pred, _progress)


def _progress(documents: Iterable[Document]) -> Iterable[Document]:
    from tqdm import tqdm

    return tqdm(documents, unit="document", disable=not (sys.stderr and sys.stderr.isatty()))


def _ceiling(report: Report, agreement: tuple[Path, Path] | None) -> list[grid.Table]:
    if agreement is None:
        return []
    from bilat_nlp.corpus.dataset import load_documents
    from bilat_nlp.evaluation.agreement import pair_annotations
    from bilat_nlp.evaluation.results import TITLES, span

    pairs = pair_annotations(*(load_documents([path]) for path in agreement))
    between = measure(pairs, system="second annotator")
    rows: list[tuple[grid.Cell, ...]] = [
        (TITLES[name], report.scores[name].value, found.value, span(found), found.gold)
        for name, found in between.scores.items()
        if found.value is not None
    ]
    return [grid.Table("agreement of two annotators", ("measure", "this run", "annotators", "95 %", "n"), rows)]


def _against(report: Report, baseline: Path | None, samples: int, seed: int) -> list[grid.Table]:
    if baseline is None:
        return []
    from bilat_nlp.evaluation import run
    from bilat_nlp.evaluation.significance import difference

    earlier = run.load(baseline)
    return [run.difference_table(report, earlier, difference(report, earlier, samples=samples, seed=seed))]


def _page(task: Task, report: Report, gold: str, documents: int) -> str:
    from bilat_nlp.evaluation.page import page

    more = f"Give --documents {len(task.pairs)} to see all of them."
    return page(task.pairs, report, title=f"Events of {Path(gold).name}", limit=documents, more=more)


def _written(task: Task, report: Report, extra: list[grid.Table], form: str, errors: bool) -> str:
    """The report as text; as a table on the terminal only what stands below the tables."""
    from bilat_nlp.evaluation import run
    from bilat_nlp.evaluation.errors import find_errors

    found = find_errors(sorted(task.pairs, key=lambda pair: pair[0].id)) if errors else []
    if form == "json":
        data = run.as_json(report) | {"warnings": task.warnings, "tables": grid.as_data(extra)}
        data |= {"errors": [_plain(error) for error in found]} if errors else {}
        return json.dumps(data, ensure_ascii=False, indent=1)
    if form == "csv":
        return grid.as_csv([report.long(), *extra, *_error_table(found)]).rstrip("\r\n")
    lines = "\n".join(map(str, found))
    if form == "markdown":
        parts = [grid.as_markdown([*task.tables(report), *extra]), f"`{report.signature}`", *([f"```\n{lines}\n```"] if errors else [])]
        return "\n\n".join(parts)
    return "\n".join([*([lines] if errors else []), report.signature])


def _plain(error: Error) -> dict[str, object]:
    sides = {"gold": error.gold, "predicted": error.predicted}
    return {"kind": error.kind, "document": error.document, "lang": error.lang} | {
        name: event.to_dict() if event else None for name, event in sides.items()
    }


def _error_table(found: Sequence[Error]) -> list[grid.Table]:
    """Ids lead back to the records, where all else stands."""
    rows: list[tuple[grid.Cell, ...]] = []
    for error in found:
        ids = (event.id if event else None for event in (error.gold, error.predicted))
        rows.append((error.kind, error.document, error.lang, *ids))
    return [grid.Table("errors", ("kind", "document", "lang", "gold", "predicted"), rows)] if rows else []


@dataclass(frozen=True, slots=True)
class _Floor:
    """What a figure must hold for the exit code to be 0."""

    name: str
    sign: str
    floor: float

    def broken(self, report: Report) -> str | None:
        """A sentence if it is not held."""
        value = report.figure(self.name).value
        asked = f"{self.name}{self.sign}{self.floor:g}"
        if value is None:
            return f"{self.name} has no value on these documents, so that {asked} is not held"
        return None if _HOLDS[self.sign](value, self.floor) else f"{self.name} is {value:.4f}: {asked} is not held"


def _floor(text: str) -> _Floor:
    from bilat_nlp.evaluation.results import TITLES

    parts = _FLOOR.fullmatch(text)
    if parts is None or parts[1] not in TITLES:
        raise click.UsageError(f"--fail-under {text!r}: write it as relaxed>=0.7, with one of the figures {', '.join(TITLES)}")
    return _Floor(parts[1], parts[2], float(parts[3]))
