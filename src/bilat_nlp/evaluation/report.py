"""All figures of predicted against gold documents: over everything, and by group."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

import numpy as np

from bilat_nlp.corpus.dataset import language_of
from bilat_nlp.evaluation.calibration import calibrate
from bilat_nlp.evaluation.items import Items, items_of
from bilat_nlp.evaluation.metrics import FIGURES, ITEM_FACETS, MACRO, Score, Tally, score, scores
from bilat_nlp.evaluation.resample import SAMPLES, SEED, Draws
from bilat_nlp.evaluation.results import CALIBRATION, Group, Report
from bilat_nlp.evaluation.signature import fingerprint, signature
from bilat_nlp.records import Document

DocumentPair = tuple[Document, Document]
LENGTHS = ((100, "1-100"), (200, "101-200"), (400, "201-400"))  # words
LONGER = "over 400"


def length_of(document: Document) -> str:
    """The class of a document's length in words."""
    if document.text is None:
        return "unknown"
    words = len(document.text.split())
    return next((name for most, name in LENGTHS if words <= most), LONGER)


DOCUMENT_FACETS: dict[str, Callable[[Document], str]] = {
    "lang": language_of,
    "origin": lambda document: document.origin or "unknown",
    "length": length_of,
}
FACETS = (*DOCUMENT_FACETS, *ITEM_FACETS)


def measure(
    pairs: Iterable[DocumentPair],
    by: Sequence[str] = (),
    *,
    samples: int = SAMPLES,
    seed: int = SEED,
    system: str = "records",
    scheme: str | None = None,
    figures: Sequence[str] = (*FIGURES, *CALIBRATION),
    recall_only: bool = False,
) -> Report:
    """The figures of predicted against gold documents.

    Args:
        pairs: gold and predicted document; their order does not matter.
        by: facets to group by, of `FACETS`.
        samples: bootstrap draws.
        seed: of the draws.
        system: what made the predictions, for the signature.
        scheme: the classes that are scored where they are not our own types, for the signature.
        figures: names of the figures that the gold can measure.
        recall_only: the gold does not mark everything, so that every figure is a recall.

    Raises:
        ValueError: another facet.
    """
    for facet in by:
        if facet not in FACETS:
            raise ValueError(f"cannot group by {facet!r}; choose among {', '.join(FACETS)}")
    ordered = sorted(pairs, key=lambda pair: pair[0].id)
    items = [items_of(gold, predicted, _explicit(gold, by)) for gold, predicted in ordered]
    draws = Draws(len(items), samples, seed)
    tally = Tally(items, [name for name in FIGURES if name in figures], recall_only)
    counts = {name: tally.whole(name) for name in tally.figures}
    print_of_gold = fingerprint(gold for gold, _ in ordered)
    golds = np.array([len(gold.events) for gold, _ in ordered], dtype=np.int64)
    calibrated = not recall_only and not set(CALIBRATION).isdisjoint(figures)
    macro = {name: tally.by(name, facet)[1] for name, facet in MACRO.items() if name in tally.figures}
    report = Report(
        documents=len(ordered),
        events=int(golds.sum()),
        predicted=sum(len(predicted.events) for _, predicted in ordered),
        scores={name: score(tally.kinds[name], counts[name], draws) for name in tally.figures},
        macro={name: scores(tally.kinds[name], table, draws)[1] for name, table in macro.items()},
        groups={},
        calibration=calibrate(items, golds, draws) if calibrated else None,
        signature=signature(print_of_gold, len(ordered), int(golds.sum()), system, draws, scheme),
        gold=print_of_gold,
        ids=[gold.id for gold, _ in ordered],
        counts=counts,
        recall_only=recall_only,
    )
    for facet in by:
        if facet in DOCUMENT_FACETS:
            kinds = [DOCUMENT_FACETS[facet](gold) for gold, _ in ordered]
            report.groups[facet] = _document_groups(kinds, counts, tally, draws)
            if calibrated:
                _calibrate_groups(report.groups[facet], kinds, items, golds, draws)
        else:
            report.groups[facet] = _item_groups(facet, tally, draws)
    return report


def _explicit(gold: Document, by: Sequence[str]):  # type: ignore[no-untyped-def]
    if "explicit" not in by:
        return None  # it takes the languages' data and the sentences of every text
    from bilat_nlp.evaluation.sentences import explicit_in

    return explicit_in(gold)


def _document_groups(kinds: Sequence[str], counts: dict[str, np.ndarray], tally: Tally, draws: Draws) -> dict[str, Group]:
    """Groups of whole documents; ``kinds`` says of each document which one it is in."""
    names = sorted(set(kinds))
    inside = np.array([[kind == name for name in names] for kind in kinds]).reshape(len(kinds), len(names))
    groups = {name: Group(name, int(inside[:, number].sum()), {}) for number, name in enumerate(names)}
    for figure, whole in counts.items():
        found, _ = scores(tally.kinds[figure], whole[:, None, :] * inside[:, :, None], draws)
        for name, each in zip(names, found, strict=True):
            groups[name].scores[figure] = each
    return groups


def _calibrate_groups(groups: dict[str, Group], kinds: Sequence[str], items: Sequence[Items], golds: np.ndarray, draws: Draws) -> None:
    for name, group in groups.items():
        inside = [kind == name for kind in kinds]
        found = calibrate([each if is_in else Items() for each, is_in in zip(items, inside, strict=True)], golds * inside, draws)
        if found is not None:
            group.scores.update(brier=found.brier, ece=found.ece, average_precision=found.average_precision)


def _item_groups(facet: str, tally: Tally, draws: Draws) -> dict[str, Group]:
    """Groups of items, by what each of them is; figures that do not know the facet are left out."""
    found: dict[str, dict[str, Score]] = {}
    documents: dict[str, np.ndarray] = {}
    nowhere = np.zeros(tally.size, dtype=bool)
    for figure in tally.figures:
        if facet in FIGURES[figure].facets:
            names, table = tally.by(figure, facet)
            for number, (name, each) in enumerate(zip(names, scores(tally.kinds[figure], table, draws)[0], strict=True)):
                found.setdefault(name, {})[figure] = each
                documents[name] = np.logical_or(documents.get(name, nowhere), table[:, number].any(axis=1))
    return {name: Group(name, int(documents[name].sum()), found[name]) for name in sorted(found)}
