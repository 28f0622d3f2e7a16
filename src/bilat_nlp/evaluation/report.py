"""All figures of predicted against gold documents: over everything, and by group."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

import numpy as np

from bilat_nlp.evaluation.calibration import calibrate
from bilat_nlp.evaluation.items import items_of
from bilat_nlp.evaluation.metrics import FIGURES, ITEM_FACETS, MACRO, Score, Table, score, scores
from bilat_nlp.evaluation.resample import SAMPLES, SEED, Draws
from bilat_nlp.evaluation.results import Group, Report
from bilat_nlp.evaluation.signature import fingerprint, signature
from bilat_nlp.records import Document

DocumentPair = tuple[Document, Document]
LENGTHS = ((100, "1-100"), (200, "101-200"), (400, "201-400"))  # words
LONGER = "over 400"


def language_of(document: Document) -> str:
    """Language and script: ``uz-Cyrl``."""
    return "-".join(filter(None, (document.lang, document.script))) or "unknown"


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
) -> Report:
    """The figures of predicted against gold documents.

    Args:
        pairs: gold and predicted document; their order does not matter.
        by: facets to group by, of `FACETS`.
        samples: bootstrap draws.
        seed: of the draws.
        system: what made the predictions, for the signature.
        scheme: the classes that are scored where they are not our own types, for the signature.

    Raises:
        ValueError: another facet.
    """
    for facet in by:
        if facet not in FACETS:
            raise ValueError(f"cannot group by {facet!r}; choose among {', '.join(FACETS)}")
    ordered = sorted(pairs, key=lambda pair: pair[0].id)
    items = [items_of(gold, predicted, _explicit(gold, by)) for gold, predicted in ordered]
    draws = Draws(len(items), samples, seed)
    table = Table(items)
    counts = {name: table.whole(name) for name in FIGURES}
    print_of_gold = fingerprint(gold for gold, _ in ordered)
    events = sum(len(gold.events) for gold, _ in ordered)
    return Report(
        documents=len(ordered),
        events=events,
        predicted=sum(len(predicted.events) for _, predicted in ordered),
        scores={name: score(figure.kind, counts[name], draws) for name, figure in FIGURES.items()},
        macro={name: scores(FIGURES[name].kind, table.by(name, facet)[1], draws)[1] for name, facet in MACRO.items()},
        groups={facet: _groups(facet, ordered, counts, table, draws) for facet in by},
        calibration=calibrate(items, counts["relaxed"][:, 1], draws),
        signature=signature(print_of_gold, len(ordered), events, system, draws, scheme),
        gold=print_of_gold,
        ids=[gold.id for gold, _ in ordered],
        counts=counts,
    )


def _explicit(gold: Document, by: Sequence[str]):  # type: ignore[no-untyped-def]
    if "explicit" not in by:
        return None  # it takes the languages' data and the sentences of every text
    from bilat_nlp.evaluation.sentences import explicit_in

    return explicit_in(gold)


def _groups(
    facet: str, ordered: Sequence[DocumentPair], counts: dict[str, np.ndarray], table: Table, draws: Draws
) -> dict[str, Group]:
    by_name: dict[str, dict[str, Score]] = {}
    documents: dict[str, np.ndarray] = {}
    if facet in DOCUMENT_FACETS:
        belongs = [DOCUMENT_FACETS[facet](gold) for gold, _ in ordered]
        documents = {name: np.array([each == name for each in belongs]) for name in sorted(set(belongs))}
        inside = np.stack(list(documents.values()), axis=1) if documents else np.zeros((0, 0))
    for figure, about in FIGURES.items():
        if facet in DOCUMENT_FACETS:
            names, tables = list(documents), counts[figure][:, None, :] * inside[:, :, None]
        elif facet in about.facets:
            names, tables = table.by(figure, facet)
            for number, name in enumerate(names):
                held = tables[:, number].any(axis=1)
                documents[name] = documents.get(name, np.zeros(len(ordered), dtype=bool)) | held
        else:
            continue
        for name, found in zip(names, scores(about.kind, tables, draws)[0], strict=True):
            by_name.setdefault(name, {})[figure] = found
    return {name: Group(name, int(documents[name].sum()), by_name[name]) for name in sorted(by_name)}
