"""What a finished run says of its model: figures on the development documents, curves, and the card."""

from __future__ import annotations

import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from ..api import MODES, extract_many
from ..corpus.names import Named
from ..evaluation import machine
from ..evaluation.report import measure
from ..evaluation.results import Report
from ..neural.storage import Parts
from ..records import Document
from .card import Card, Source
from .config import Settings
from .fingerprint import Part
from .folder import CARD, RunFolder

if TYPE_CHECKING:
    from ..neural.model import JointModel

TITLES = {"both": "rules + model", "model": "model alone", "rules": "rules alone"}


def describe(
    run: RunFolder, folder: Path, settings: Settings, parts: Parts, model: JointModel, prints: Mapping[str, Part], dev: Sequence[Document],
    names: Sequence[Named], seconds: float,
) -> None:  # fmt: skip
    """Write curves and card of a run; the card also into the folder of the model. Raises OSError."""
    missing = run.draw()
    licences = {each.source.name: each.source.licence for each in names}
    card = Card(
        name=run.path.name,
        settings=settings,
        parts=prints,
        parameters=sum(each.numel() for each in model.parameters()),
        reports={TITLES[mode]: figures(folder, mode, dev) for mode in ("both", *(each for each in reversed(MODES) if each != "both"))},
        sources=[Source(name, licence) for name, licence in sorted(licences.items())],
        seconds=seconds,
        machine=machine.describe(),
        notes=[missing] if missing else [],
    )
    run.describe_model(card)
    shutil.copyfile(run.path / CARD, folder / CARD)


def figures(folder: Path, mode: str, documents: Sequence[Document]) -> Report:
    """The figures of a stored model, by language; texts are read as a user's are, without their language."""
    texts = ((each.text or "", {"id": each.id, "date": each.date}) for each in documents)
    return measure(zip(documents, extract_many(texts, mode=mode, model=folder), strict=True), by=["lang"], system=TITLES[mode])
