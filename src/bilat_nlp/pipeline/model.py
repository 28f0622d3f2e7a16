"""The stage of the model: it reads what the rules have found, in batches, and has its say."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import partial
from itertools import islice
from typing import TYPE_CHECKING

import numpy as np
from spacy.language import Language as Nlp
from spacy.tokens import Doc

from ..analysis import Analysis, Draft
from ..neural import decode, storage
from ..records import RecordError
from ..resolve.combine import PLAIN, Combiner, company, signs
from . import judge
from .components import STATE, Component

if TYPE_CHECKING:
    from collections.abc import Sequence

MODES = ("rules", "model", "both")


class Judge(Component):
    """Scores the analyses of documents.

    Args:
        model: a loaded model.
        alone: the rules have no vote and no drafts; names, codes and dates still come from the lists.
        least: confidence below which no event is given; None for the limits that the model was calibrated with, one for what the rules
            report and one for what the model alone sees.

    Raises:
        RecordError: the calibration of the model is damaged or of another version.
    """

    def __init__(self, model: storage.Model, alone: bool = False, least: float | None = None) -> None:
        self.model, self.alone = model, alone
        try:
            known = model.calibration.get("model" if alone else "both", {})
            self.limits = judge.Limits(**known.get("limits", {}))
            self.combiner = Combiner.from_json(known["confidence"]) if "confidence" in known else PLAIN
            self.least = least if least is not None else float(known.get("least", 0.5))
            self.least_seen = least if least is not None else float(known.get("least_seen", self.least))
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise RecordError(f"{model.folder / storage.CALIBRATION}: {error}; calibrate the model anew") from None

    @classmethod
    def create(  # type: ignore[override]
        cls, nlp: Nlp, name: str, model: str = "default", mode: str = "both", device: str = "cpu", precision: str = "fp32",
        batch_words: int = 8000, least: float | None = None,
    ) -> Judge:  # fmt: skip
        return cls(storage.load(model, device=device, precision=precision, batch_words=batch_words), mode == "model", least)

    def __call__(self, doc: Doc) -> Doc:
        self._judge([doc])
        return doc

    def pipe(self, stream: Iterable[Doc], *, batch_size: int = 64) -> Iterator[Doc]:
        """Documents in their order, scored so many at a time."""
        docs = iter(stream)
        while batch := list(islice(docs, batch_size)):
            self._judge(batch)
            yield from batch

    def _judge(self, docs: Sequence[Doc]) -> None:
        self.judge([analysis for doc in docs for analysis in doc.user_data[STATE].analyses])

    def judge(self, analyses: Iterable[Analysis]) -> None:
        """Drafts, roles and names of analyses that have gone through all stages up to the roles."""
        read = [analysis for analysis in analyses if analysis.layout.words]
        windows = [self.model.reader.read(analysis) for analysis in read]
        if self.alone:
            for window in windows:
                window.features[:, self.model.names.first_rule :] = 0.0
        for analysis, scores in zip(read, self.model.scorer.score(windows), strict=True):
            judge.propose(analysis, scores, self.model.labels, self.limits, self.alone)
            judge.judge(analysis, scores, self.model.scorer, self.model.labels, self.limits, self.alone)
            analysis.names = decode.names(scores, self.model.labels)
            analysis.confidence = partial(self._confidence, company(analysis.drafts))
            analysis.least, analysis.least_seen = self.least, self.least_seen

    def _confidence(self, others: int, group: Sequence[Draft]) -> float:
        return float(self.combiner.confidence(np.array([signs(group, others)]))[0])


Nlp.factory("bilat_model", func=Judge.create)
