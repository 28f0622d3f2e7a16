"""One evaluation put together: gold from wherever it comes, predictions of whatever made them, both on the same classes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bilat_nlp.api import MODE
from bilat_nlp.evaluation import foreign
from bilat_nlp.evaluation.errors import Error, find_errors
from bilat_nlp.evaluation.foreign import names
from bilat_nlp.evaluation.foreign.days import by_day
from bilat_nlp.evaluation.foreign.scheme import Scheme
from bilat_nlp.evaluation.foreign.scheme import load as scheme_of
from bilat_nlp.evaluation.metrics import FIGURES
from bilat_nlp.evaluation.report import measure
from bilat_nlp.evaluation.results import CALIBRATION, Report
from bilat_nlp.evaluation.signature import fingerprint
from bilat_nlp.evaluation.significance import FEW
from bilat_nlp.evaluation.source import gold_documents, pair_up, predicted_documents
from bilat_nlp.evaluation.systems import parse
from bilat_nlp.output.grid import Table
from bilat_nlp.records import Document, RecordError

Progress = Callable[[Iterable[Document]], Iterable[Document]]
DEFAULT = MODE  # what a user gets who says nothing


@dataclass(slots=True)
class Task:
    """Pairs of gold and predicted documents, what made the predictions, and what is to be said of both.

    ``scheme`` is set where the events have the classes of another annotation instead of our types.
    """

    pairs: list[tuple[Document, Document]]
    system: str
    scheme: Scheme | None = None
    warnings: list[str] = field(default_factory=list)

    def measure(self, by: Sequence[str], samples: int, seed: int) -> Report:
        """The figures that this gold can measure; see `report.measure`."""
        about: dict[str, Any] = {"by": by, "samples": samples, "seed": seed, "system": self.system}
        if self.scheme:
            about |= {"scheme": self.scheme.label, "figures": self.scheme.figures, "recall_only": not self.scheme.exhaustive}
        elif not all(any(document.entities for document in side) for side in zip(*self.pairs, strict=True)):
            about["figures"] = [name for name in (*FIGURES, *CALIBRATION) if not name.startswith("entity")]  # one side marks none
        return measure(self.pairs, **about)

    def tables(self, report: Report) -> list[Table]:
        """For people; on other people's gold also the figures that publications give."""
        if self.scheme is None or not self.scheme.exhaustive or not self.scheme.scope:
            return report.tables()
        from bilat_nlp.evaluation.foreign.by_sentence import table

        return [*report.tables(), table(self.pairs)]

    def errors(self) -> list[Error]:
        """What is missed or wrong, document by document; where the gold does not mark everything nothing is spurious."""
        found = find_errors(sorted(self.pairs, key=lambda pair: pair[0].id))
        return [error for error in found if self.scheme is None or self.scheme.exhaustive or error.gold is not None]


@dataclass(slots=True)
class _Prediction:
    """Predicted documents and what made them; the scheme of their classes if they have not our types; whether they are of days."""

    documents: list[Document]
    system: str
    warnings: list[str]
    classes: str | None = None
    by_day: bool = False


def own_gold(source: str, prediction: str | None, progress: Progress = iter) -> Task:
    """An evaluation on gold in our types.

    Args:
        source: a file, a folder, or a data set (see `source.gold_documents`).
        prediction: a file or folder of records, or a system (see `systems`); the library runs without it.
        progress: wraps the documents while a system runs.

    Raises RecordError with a sentence, OSError, ImportError.
    """
    documents = gold_documents(source)
    warnings = []
    if not any(document.events for document in documents):
        warnings.append(f"the gold has no event in any of its {len(documents)} documents, so every predicted event counts as spurious")
    if len(documents) < FEW:
        warnings.append(f"there are only {len(documents)} documents: intervals over so few are too narrow")
    found = _predicted(documents, prediction, progress)
    scheme = scheme_of(found.classes) if found.classes else None
    if scheme:
        documents = [scheme.project(document) for document in documents]
    pairs = pair_up(documents, found.documents)
    return Task(by_day(pairs) if found.by_day else pairs, found.system, scheme, [*warnings, *found.warnings])


def foreign_gold(path: str, form: str, splits: Sequence[str], whole: bool, prediction: str | None, progress: Progress = iter) -> Task:
    """An evaluation on other people's gold; the arguments are those of `foreign.read` and `own_gold`, which tell what is raised."""
    if form == foreign.NAMES:
        return _names(path, splits, whole, prediction, progress)
    gold = foreign.read(Path(path), form, splits or None, whole=whole)
    warnings = [f"{count} {what}" for what, count in (gold.left_out + gold.notes).items()] + [gold.scheme.note]
    found = _predicted(gold.documents, prediction, progress)
    if found.classes not in (None, form):
        raise RecordError(f"{found.system!r} gives classes of {found.classes}, which cannot be compared with those of {form}; give records")
    predicted = found.documents if found.classes else [gold.scheme.project(document) for document in found.documents]
    pairs = pair_up(gold.documents, predicted)
    return Task(by_day(pairs) if found.by_day else pairs, found.system, gold.scheme, [*warnings, *found.warnings])


def _names(path: str, splits: Sequence[str], whole: bool, prediction: str | None, progress: Progress) -> Task:
    """`foreign_gold` where the gold holds names alone."""
    gold = names.read(Path(path), splits or None, whole=whole)
    found = _predicted(gold.documents, prediction, progress)
    pairs = [(one, gold.comparable(other, one.text or "")) for one, other in pair_up(gold.documents, found.documents)]
    notes = [note for note in found.warnings if "no event" not in note]  # names are asked for, not events
    return Task(pairs, found.system, gold.scheme, [gold.scheme.note, *notes])


def _predicted(gold: Sequence[Document], prediction: str | None, progress: Progress) -> _Prediction:
    if prediction is not None and Path(prediction).suffix in (".csv", ".tsv") and Path(prediction).exists():
        raise RecordError(f"{prediction}: a table of codes is given as csv:{prediction}")
    if prediction is not None and Path(prediction).exists():
        found, warnings = predicted_documents(Path(prediction), gold)
        return _Prediction(found, f"records,{fingerprint(found)}", warnings)
    if prediction is not None and ":" not in prediction and ("/" in prediction or "." in prediction):
        raise RecordError(f"there is no file or folder {prediction!r} with predicted records; check the path")
    system = parse(prediction or DEFAULT)
    if not system.recorded and (missing := [document.id for document in gold if document.text is None]):
        raise RecordError(f'document {missing[0]!r} has no text to extract from; add the key "text" or give PRED')
    system.load()
    bare = [Document(id=document.id, text=document.text, date=document.date) for document in gold]
    found = list(system.predict(progress(bare)))
    return _Prediction(found, f"{system.name},{fingerprint(found)}", system.notes, system.classes, system.by_day)
