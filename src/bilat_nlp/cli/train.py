"""``bilat-nlp train``: a model from annotated documents."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import click

from bilat_nlp.cli._training import settings_of, told

# options that name one setting each; what `--set` says goes over them
_KEYS = {
    "train": "data.train",
    "dev": "data.dev",
    "rehearse": "data.rehearsal",
    "init": "run.init",
    "ontology": "data.ontology",
    "device": "run.device",
    "encoder": "encoder.kind",
    "seed": "run.seed",
}


@click.command("train")
@click.argument("output", type=click.Path(file_okay=False, path_type=Path))
@click.option("--config", "file", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="Settings, as a TOML file.")
@click.option("--set", "overrides", multiple=True, metavar="KEY=VALUE", help="One setting, as in optimiser.epochs=20; may be given again.")
@click.option("--train", multiple=True, metavar="PATH", help="Annotated documents to learn from; may be given again.")
@click.option("--dev", multiple=True, metavar="PATH", help="Annotated documents that choose the best weights; may be given again.")
@click.option("--init", metavar="MODEL", help="Go on from this model, with its labels and encoder.")
@click.option("--rehearse", multiple=True, metavar="PATH", help="Documents that the model of --init should not forget; may be given again.")
@click.option("--ontology", metavar="FILE", help="Your own ontology.toml.")
@click.option("--device", metavar="DEVICE", help="auto, cpu, cuda, cuda:1 or mps.")
@click.option("--encoder", metavar="ENCODER", help="compact, the name of an encoder at Hugging Face, or its folder.")
@click.option("--seed", type=click.IntRange(0, 2**32 - 1), help="Of every draw.")
@click.option("--resume", is_flag=True, help="Go on with the run in OUTPUT where it stopped, with its settings; begin where there is none.")
def command(output: Path, file: Path | None, overrides: tuple[str, ...], resume: bool, **named: str | int | Sequence[str] | None) -> None:
    """Train a model and write it, with its settings, figures, curves and card, into the folder OUTPUT.

    Without options it learns from corpus/train and is validated on corpus/dev. Every setting with its default stands in
    bilat_nlp/training/config.toml. Prints the folder of the best model.
    """
    from bilat_nlp.training import config

    given = [config.override(_KEYS[name], value) for name, value in named.items() if value is not None and value != ()]
    with told():
        settings = settings_of(output, file, [*given, *overrides], resume)
        from bilat_nlp.training.train import train

        click.echo(train(settings, output, resume=resume, progress=True))
