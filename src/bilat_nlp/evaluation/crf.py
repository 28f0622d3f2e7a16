"""The bar for a neural model: conditional random fields trained on public sets of names, and measured beside the rules.

    python -m bilat_nlp.evaluation.crf OUTPUT hu-nerkor-ontonotespp.conll.gz ro-ronec.conll.gz --json crf.json

One model a language, of all files given in it; each file is measured on its own part for development. The settings are fixed, so that
nothing is chosen by what is measured.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import click

from bilat_nlp.corpus import names as sets
from bilat_nlp.evaluation.foreign import NAMES
from bilat_nlp.evaluation.foreign import names as gold_names
from bilat_nlp.evaluation.foreign import scheme as schemes
from bilat_nlp.evaluation.report import measure
from bilat_nlp.evaluation.results import Report, span
from bilat_nlp.evaluation.systems import parse
from bilat_nlp.evaluation.systems.crf import ENDING, EXTRA, ChainReader, ConditionalField, tags_of
from bilat_nlp.evaluation.systems.peers import need
from bilat_nlp.evaluation.systems.specification import System
from bilat_nlp.languages import loader
from bilat_nlp.output import grid, write
from bilat_nlp.records import Document, RecordError
from bilat_nlp.text.words import words_of

TOKENS = 300_000  # that a language is trained on at most
ITERATIONS = 100
SETTINGS: dict[str, Any] = {"c1": 0.05, "c2": 0.01, "feature.minfreq": 2, "feature.possible_transitions": True}
COLUMNS = ("set", "system", "F1", "95 %", "precision", "recall", "gold")


@dataclass(slots=True)
class Trained:
    """What a model was trained on."""

    lang: str
    files: list[str] = field(default_factory=list)
    licences: list[str] = field(default_factory=list)
    documents: int = 0
    tokens: int = 0
    settings: dict[str, Any] = field(default_factory=dict)


def train(files: Sequence[Path], output: Path, *, tokens: int = TOKENS, iterations: int = ITERATIONS) -> list[Trained]:
    """Train a model for each language of the files on their parts for training, and store it in the folder ``output`` with a record of it.

    Where there are more tokens than asked for, documents are taken at equal distances from the whole set.

    Raises:
        RecordError: a file is not read, is not for training, or is in a language that the library does not serve.
        OSError: a file cannot be read or written.
    """
    need("pycrfsuite", EXTRA)
    output.mkdir(parents=True, exist_ok=True)
    by_language: dict[str, list[Path]] = {}
    for file in files:
        lang = sets.source_of(file).lang
        if lang not in loader.available():
            raise RecordError(f"{file}: its language {lang!r} is not served; there are {', '.join(loader.available())}")
        by_language.setdefault(lang, []).append(file)
    return [_train(lang, chosen, output, tokens, iterations) for lang, chosen in by_language.items()]


def _train(lang: str, files: Sequence[Path], output: Path, tokens: int, iterations: int) -> Trained:
    import pycrfsuite

    settings = SETTINGS | {"max_iterations": iterations}
    about = Trained(lang, [file.name for file in files], sorted({sets.source_of(file).licence for file in files}), settings=settings)
    scheme = schemes.load(NAMES)
    labels = frozenset(scheme.tables["names"])
    reader, trainer = ChainReader(), pycrfsuite.Trainer(algorithm="lbfgs", verbose=False)
    trainer.set_params(settings)
    for document in _thinned([each.document for file in files for each in sets.for_training(file)], tokens):
        text = document.text or ""
        entities = gold_names.comparable(document.entities, text, scheme, labels)
        about.documents += 1
        for chain in reader.read(text, lang):
            about.tokens += len(chain.spans)
            trainer.append(chain.features, tags_of(chain, entities))
    unfinished = output / f"{lang}{ENDING}.part"
    trainer.train(str(unfinished))
    os.replace(unfinished, output / f"{lang}{ENDING}")
    with write.whole(output / f"{lang}.json") as stream:
        stream.write(json.dumps(asdict(about), ensure_ascii=False, indent=1).encode())
    return about


def _thinned(documents: Sequence[Document], tokens: int) -> list[Document]:
    """Documents at equal distances that hold no more than so many words and marks together."""
    sizes = [len(words_of(document.text or "", str)) for document in documents]
    share = min(1.0, tokens / max(1, sum(sizes)))
    kept: list[Document] = []
    for number, (document, size) in enumerate(zip(documents, sizes, strict=True)):
        if int((number + 1) * share) > int(number * share) and size <= tokens:
            kept.append(document)
            tokens -= size
    return kept


def score(file: Path, system: System, split: str = sets.DEV, *, samples: int = 1000) -> Report:
    """Names of a part of a file as a system finds them; the language is told, as a model in training is told it.

    Raises:
        RecordError: the file is not read, or has no such part.
        OSError: the file cannot be read.
    """
    gold = gold_names.read(file, [split])
    bare = [Document(id=each.id, lang=each.lang, text=each.text) for each in gold.documents]
    found = system.predict(bare)
    pairs = [(one, gold.comparable(other, one.text or "")) for one, other in zip(gold.documents, found, strict=True)]
    return measure(
        pairs, by=["label"], samples=samples, system=system.name.partition(":")[0], scheme=gold.scheme.label, figures=gold.scheme.figures
    )


def table(scored: Iterable[tuple[str, str, Report]]) -> grid.Table:
    """Exact spans with labels, micro-averaged, and F1 of each label; rows are (set, system, report)."""
    scored = list(scored)
    labels: list[str] = schemes.load(NAMES).tables["names"]
    rows: list[tuple[grid.Cell, ...]] = []
    for name, system, report in scored:
        found = report.scores["entity"]
        groups = report.groups["label"]
        each = [groups[label].scores["entity"].value if label in groups else None for label in labels]
        rows.append((name, system, found.value, span(found), found.precision, found.recall, found.gold, *each))
    return grid.Table("names", (*COLUMNS, *labels), rows)


@click.command()
@click.argument("output", type=click.Path(file_okay=False, path_type=Path))
@click.argument("files", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--tokens", type=click.IntRange(min=1), default=TOKENS, show_default=True, help="Of training, a language.")
@click.option("--iterations", type=click.IntRange(min=1), default=ITERATIONS, show_default=True)
@click.option("--trained", is_flag=True, help="OUTPUT holds the models already; measure alone.")
@click.option("--json", "report", type=click.Path(dir_okay=False, path_type=Path), help="Write figures and settings here.")
def main(output: Path, files: tuple[Path, ...], tokens: int, iterations: int, trained: bool, report: Path | None) -> None:
    """Train a conditional random field for each language of FILES, store them in OUTPUT, and show how well they find names."""
    try:
        if not trained:
            train(files, output, tokens=tokens, iterations=iterations)
        scored = list(_scored(files, parse("rules"), ConditionalField("crf", "CRF", str(output))))
        found = table(scored)
        if report is not None:
            made = [json.loads(each.read_bytes()) for each in sorted(output.glob("*.json"))]
            figures = [{"set": name, "system": system, **_figures(each)} for name, system, each in scored]
            with write.whole(report) as stream:
                stream.write(json.dumps({"trained": made, "scores": figures}, ensure_ascii=False, indent=1).encode())
    except (RecordError, OSError) as error:
        click.echo(f"error: {error}", err=True)
        sys.exit(2)
    grid.print_tables([found])


def _scored(files: Sequence[Path], rules: System, fields: ConditionalField) -> Iterator[tuple[str, str, Report]]:
    """The rules on every file, the field on those in a language that it has a model of."""
    rules.load()
    fields.load()
    for file in files:
        source = sets.source_of(file)
        yield source.name, "rules", score(file, rules)
        if source.lang in fields.taggers:
            yield source.name, "CRF", score(file, fields)


def _figures(report: Report) -> dict[str, Any]:
    """Of one run: every figure, those of each label, and the signature."""
    labels = {name: asdict(group.scores["entity"]) for name, group in report.groups["label"].items()}
    return {"documents": report.documents, "entity": asdict(report.scores["entity"]), "labels": labels, "signature": report.signature}


if __name__ == "__main__":
    main()
