"""A model on development documents: the record metrics of the contract, and the confidence that is fitted on them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from ..analysis import Analysis, Draft
from ..evaluation.align import relaxed_matches, strict_matches
from ..languages import loader
from ..neural.storage import Model
from ..pipeline import stages
from ..pipeline.judge import Limits
from ..pipeline.model import Judge
from ..records import Document, Event
from ..resolve.combine import PLAIN, Combiner, company, is_believed, signs
from ..resolve.records import record
from ..text.script import clean

PER_BIN = 40  # records of one step of the curve, at least
FEW = 200  # records below which confidences are hardly probabilities yet
LIKELY = 0.5  # what the model alone sees is given where it is likelier right than wrong: a false row costs more trust than a missed one
MODES = {"both": False, "model": True}


class NothingFound(ValueError):
    """The model finds no record at all."""


@dataclass
class Outcome:
    """What the development documents say of a model in one mode.

    Attributes:
        figures: relaxed and strict F1 at the limit that gives the highest relaxed one, and those of the spans.
        calibration: what goes into `calibration.json` for the mode.
    """

    figures: dict[str, float]
    calibration: dict[str, object]


def validate(model: Model, documents: Sequence[Document], mode: str, batch: int = 64, quiet: Sequence[Document] = ()) -> Outcome:
    """Score the documents, fit the confidence on their records and find the limit from which on they are given.

    Their languages are taken as known. `quiet` are documents without any event: confidence and limit are fitted on what is found in them
    too, and the figures leave them out. Raises NothingFound where the model finds no record at all.
    """
    rows: list[np.ndarray] = []
    found: list[list[int]] = []
    events: list[list[Event]] = []
    judge = Judge(replace(model, calibration={}), alone=MODES[mode], least=0.0)
    read = [*documents, *quiet]
    for first in range(0, len(read), batch):
        for groups, analysis in _groups(judge, read[first : first + batch]):
            found.append(list(range(len(rows), len(rows) + len(groups))))
            others = company(analysis.drafts) if analysis is not None else 0
            rows += [signs(group, others) for group in groups]
            events.append([record(analysis, group, analysis.text, 0.0) for group in groups] if analysis is not None else [])
    gold = [document.events for document in read]
    if not rows:
        raise NothingFound("the model finds no event at all in the development documents")
    table = np.stack(rows)
    combiner = fit(table, _right(gold, events, PLAIN.score(table), found))
    scores = combiner.score(table)
    right = _right(gold, events, scores, found)
    combiner = _curved(combiner, scores, right, is_believed(table))
    confidence = combiner.confidence(table)
    confidence = np.maximum(confidence, np.round(confidence, 3))  # a record is believed by what it shows, see `stages`
    least_seen = LIKELY if mode == "both" else 0.0
    eligible = is_believed(table) | (confidence >= least_seen)
    # The top of the curve is flat, and where exactly it is highest is chance. Where confidences are probabilities the best limit is half of
    # the highest F1 (Lipton et al., "Optimal Thresholding of Classifiers to Maximize F1 Measure", ECML PKDD 2014).
    limit, highest = _best_limit(np.where(eligible, confidence, 0.0), right & eligible, sum(map(len, gold)))
    least = min(limit, round(highest / 2, 3)) if len(rows) < FEW else round(highest / 2, 3)
    least_seen = max(least, least_seen)
    confidence = np.where(eligible, confidence, 0.0)
    kept = confidence >= least
    own = np.arange(len(rows)) < sum(map(len, found[: len(documents)]))
    hits, given, all_gold = int(right[own & kept].sum()), int((own & kept).sum()), sum(map(len, gold))
    relaxed = 2 * hits / max(1, given + all_gold)
    strict = _strict(gold[: len(documents)], events, found, confidence, least)
    figures = {"relaxed": relaxed, "strict": strict}
    limits = {name: getattr(Limits(), name) for name in Limits.__dataclass_fields__}
    return Outcome(figures, {"limits": limits, "least": least, "least_seen": least_seen, "confidence": combiner.to_json()})


def _groups(judge: Judge, documents: Sequence[Document]) -> list[tuple[list[list[Draft]], Analysis | None]]:
    analyses: list[Analysis | None] = []
    for document in documents:
        if document.lang not in loader.available():
            analyses.append(None)
            continue
        analyses.append(stages.analyse(clean(document.text or ""), document.lang, document.date))
    judge.judge(each for each in analyses if each is not None)
    return [([] if each is None else stages.groups_of(each), each) for each in analyses]


def fit(rows: np.ndarray, right: np.ndarray) -> Combiner:
    """The regression over the signs; with outcomes of one kind only, the weights that hold before any are known."""
    from sklearn.linear_model import LogisticRegression

    if right.all() or not right.any():
        return PLAIN
    found = LogisticRegression(C=1.0, max_iter=1000).fit(rows, right)
    return Combiner((*map(float, found.coef_[0]), float(found.intercept_[0])))


def _curved(combiner: Combiner, scores: np.ndarray, right: np.ndarray, believed: np.ndarray) -> Combiner:
    """The combiner with a curve for the records of the rules, and one for those that the model alone sees."""
    mine, theirs = _curve(scores[~believed], right[~believed]), _curve(scores[believed], right[believed])
    return replace(combiner, scores=mine[0], confidences=mine[1], believed_scores=theirs[0], believed_confidences=theirs[1])


def _curve(scores: np.ndarray, right: np.ndarray) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """Scores and confidences of an isotonic curve; none where there are too few records for two steps, since it would make all alike."""
    if not len(scores):
        return (), ()
    from sklearn.isotonic import IsotonicRegression

    bins = max(1, min(20, len(scores) // PER_BIN))
    edges = np.quantile(scores, np.linspace(0, 1, bins + 1))
    place = np.clip(np.searchsorted(edges, scores, side="right") - 1, 0, bins - 1)
    used = [number for number in range(bins) if (place == number).any()]
    if len(used) < 2:
        return (), ()
    middle = np.array([scores[place == number].mean() for number in used])
    share = np.array([(right[place == number].sum() + 0.5) / ((place == number).sum() + 1) for number in used])
    weight = np.array([(place == number).sum() for number in used])
    curve = IsotonicRegression(y_min=0.01, y_max=0.99).fit(middle, share, sample_weight=weight).predict(middle)
    curve = curve + np.arange(len(curve)) * 1e-6  # records that the regression tells apart stay apart
    return tuple(map(float, middle)), tuple(map(float, curve))


def _right(gold: list[list[Event]], events: list[list[Event]], scores: np.ndarray, found: list[list[int]]) -> np.ndarray:
    """Which of all records is matched by a gold event, where the surer of two like ones is taken."""
    right = np.zeros(len(scores), dtype=bool)
    for truth, mine, numbers in zip(gold, events, found, strict=True):
        for event, number in zip(mine, numbers, strict=True):
            event.confidence = float(scores[number])
        places = {id(event): number for event, number in zip(mine, numbers, strict=True)}
        # Surest first, each taking a gold event that is left: what stands below a limit never takes one from what stands above it.
        left = list(truth)
        for event in sorted(mine, key=lambda each: -(each.confidence or 0.0)):
            if pairs := relaxed_matches(left, [event]):
                right[places[id(event)]] = True
                left = [each for each in left if each is not pairs[0][0]]
    return right


def _best_limit(confidence: np.ndarray, right: np.ndarray, gold: int) -> tuple[float, float]:
    """The confidence from which on records should be given for the highest F1, to three digits, and the F1 of all that reach it.

    It lies half way to the surest record that is left out, for what other documents hold will not stop at the last one that was right here.
    """
    order = np.argsort(-confidence, kind="stable")
    grades = np.floor(confidence[order] * 1000).astype(int)
    hits, given = np.cumsum(right[order]), np.arange(1, len(order) + 1)
    f1 = 2 * hits / (given + gold)
    ends = np.append(np.diff(grades) != 0, True)  # records of one grade are given together
    best = int(np.argmax(np.where(ends, f1, 0.0)))
    below = int(grades[best + 1]) if best + 1 < len(grades) else 0
    return (below + int(grades[best]) + 1) // 2 / 1000, float(f1[best])


def _strict(gold: list[list[Event]], events: list[list[Event]], found: list[list[int]], confidence: np.ndarray, least: float) -> float:
    hits = given = 0
    for truth, mine, numbers in zip(gold, events, found, strict=False):
        kept = [event for event, number in zip(mine, numbers, strict=True) if confidence[number] >= least]
        hits += len(strict_matches(truth, kept))
        given += len(kept)
    return 2 * hits / max(1, given + sum(map(len, gold)))
