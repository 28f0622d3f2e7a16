"""``bilat-nlp corpus split``."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import click

from bilat_nlp.cli import BadInput
from bilat_nlp.corpus.formats import read
from bilat_nlp.output.write import whole
from bilat_nlp.records import Document, RecordError


@click.command("split")
@click.argument("paths", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path))
@click.option("-o", "--output", required=True, type=click.Path(file_okay=False, path_type=Path), help="Folder for PART/LANG-SCRIPT.jsonl.")
@click.option("--shares", default="train=0.8,dev=0.2", show_default=True, help="The parts and their shares.")
@click.option("--seed", default=0, show_default=True, help="Decides between equals.")
@click.option(
    "--list",
    "listed",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Table of ids and parts: documents named there stay where they are, and new ones are added to it.",
)
def command(paths: tuple[Path, ...], output: Path, shares: str, seed: int, listed: Path | None) -> None:
    """Divide annotated documents into parts, each a folder with a file for every language and script.

    Documents that resemble each other, names aside, stay on one side; languages, types, modalities and documents without events are
    spread evenly. A document that says its split keeps it.
    """
    from bilat_nlp.corpus.split import split

    try:
        documents = [document for path in paths for document in read(path)]
        known = _listed(listed)
        for document in documents:
            document.split = known.get(document.id, document.split)
        parts = split(documents, _shares(shares), seed=seed)
    except (RecordError, ValueError, OSError) as error:
        raise BadInput(str(error)) from None
    files: dict[tuple[str, str], list[Document]] = {}
    for document, part in zip(documents, parts, strict=True):
        document.split = part
        files.setdefault((part, f"{document.lang or 'und'}-{document.script or 'Zyyy'}"), []).append(document)
    try:
        for (part, language), members in sorted(files.items()):
            target = output / part / f"{language}.jsonl"
            target.parent.mkdir(parents=True, exist_ok=True)
            with whole(target) as stream:
                for document in members:
                    stream.write((document.to_json(text=True) + "\n").encode())
        if listed is not None:
            with whole(listed) as stream:
                stream.write("".join(f"{each.id}\t{each.split}\n" for each in sorted(documents, key=lambda one: one.id)).encode())
    except OSError as error:
        raise BadInput(f"{error.filename or output}: {error.strerror or error}") from None
    for part, number in sorted(Counter(parts).items()):
        click.echo(f"{part}: {number} documents", err=True)


def _shares(text: str) -> dict[str, float]:
    shares = {}
    for each in text.split(","):
        name, _, share = each.partition("=")
        try:
            shares[name.strip()] = float(share)
        except ValueError:
            raise ValueError(f"{each!r} is no share; write train=0.8,dev=0.2") from None
    return shares


def _listed(path: Path | None) -> dict[str, str]:
    if path is None or not path.exists():
        return {}
    known = {}
    for number, line in enumerate(path.read_text(encoding="utf-8").split("\n"), 1):
        if line:
            name, tab, part = line.partition("\t")
            if not (name and tab and part):
                raise RecordError(f"{path}:{number}: {line!r} is no id and part; write them with a tab between")
            known[name] = part
    return known
