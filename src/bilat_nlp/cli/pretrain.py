"""``bilat-nlp pretrain``: word vectors and the weights of the compact encoder from plain texts."""

from __future__ import annotations

from pathlib import Path

import click

from bilat_nlp.cli._training import settings_of, told


@click.command("pretrain")
@click.argument("texts", nargs=-1, required=True, metavar="TEXT...", type=click.Path(exists=True, path_type=Path))
@click.option("-o", "--output", required=True, type=click.Path(file_okay=False, path_type=Path), help="Folder for vectors and weights.")
@click.option("--config", "file", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="Settings, as a TOML file.")
@click.option("--set", "overrides", multiple=True, metavar="KEY=VALUE", help="One setting, as in encoder.width=256; may be given again.")
@click.option("--vectors-only", is_flag=True, help="Stop after the word vectors.")
@click.option("--minutes", type=click.FloatRange(min=0, min_open=True), help="Time for the encoder; without it that of the settings.")
@click.option("--resume", is_flag=True, help="Go on with what OUTPUT holds, with its settings; begin where there is nothing.")
def command(
    texts: tuple[Path, ...], output: Path, file: Path | None, overrides: tuple[str, ...], vectors_only: bool, minutes: float | None,
    resume: bool,
) -> None:  # fmt: skip
    """Learn from plain texts what words are alike and what stands beside what, before anything is annotated.

    TEXT are files or folders of texts. `bilat-nlp train --set encoder.pretrained=FOLDER` begins with what this gives. Prints the folder.
    """
    with told():
        settings = settings_of(output, file, overrides, resume, needs_data=False)
        from bilat_nlp.training.pretrain import pretrain

        given = {} if minutes is None else {"minutes": minutes}
        made = pretrain(texts, output, settings=settings, vectors_only=vectors_only, resume=resume, progress=True, **given)
        click.echo(made)
