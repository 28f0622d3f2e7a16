"""Scores from counts: every document gives a row of counts, a score is a function of their sum.

The same rows, summed again over documents drawn with replacement, give the intervals.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from bilat_nlp.evaluation.align import relaxed_matches, same_date, same_direction, strict_matches
from bilat_nlp.records import Document, Event

SAMPLES, SEED = 1000, 0
# measured by precision and recall (right, gold, predicted)
F_SCORES = ("event_strict", "event_relaxed", "dyad", "trigger_i", "trigger_c", "argument_i", "argument_c", "entity")
# measured on the relaxed matches (right, asked)
SHARES = ("direction", "date", "modality", "location")
COLUMNS = len(F_SCORES) * 3 + len(SHARES) * 2
ROLES = ("actor", "recipient", "object", "amount", "location")


@dataclass(frozen=True, slots=True)
class Score:
    """One figure with its 95 % bootstrap interval; all of them lie in 0..1, and are None where there is nothing to divide by.

    ``value`` is F1, or the share that is right; ``gold`` is what could be found, or how many matches were asked; ``predicted``,
    ``precision`` and ``recall`` belong to F1 alone.
    """

    value: float | None
    low: float | None
    high: float | None
    right: int
    gold: int
    predicted: int | None = None
    precision: float | None = None
    recall: float | None = None


def statistics(gold: Document, predicted: Document) -> np.ndarray:
    """The counts of one document, int64 of length `COLUMNS`: three for each of `F_SCORES`, two for each of `SHARES`."""
    row: list[int] = [strict_matches(gold.events, predicted.events), len(gold.events), len(predicted.events)]
    pairs = relaxed_matches(gold.events, predicted.events)
    row += [len(pairs), len(gold.events), len(predicted.events)]
    for items in (_dyads, _triggers, _typed_triggers, _arguments, _arguments_in_roles):
        row += _overlap(items(gold.events), items(predicted.events))
    row += _overlap(_entities(gold), _entities(predicted))
    row += [sum(same_direction(*pair) for pair in pairs), len(pairs)]
    row += [sum(same_date(*pair) for pair in pairs), len(pairs)]
    row += [sum(one.modality == other.modality for one, other in pairs), len(pairs)]
    placed = [(one.codes("location"), other.codes("location")) for one, other in pairs if one.codes("location")]
    row += [sum(ours == theirs for ours, theirs in placed), len(placed)]
    return np.array(row, dtype=np.int64)


def score(rows: Sequence[np.ndarray] | np.ndarray, *, samples: int = SAMPLES, seed: int = SEED) -> dict[str, Score]:
    """All figures over the documents with these counts, by the names in `F_SCORES` and `SHARES`."""
    table = np.asarray(rows, dtype=np.int64).reshape(-1, COLUMNS)
    total = table.sum(axis=0)
    resampled = _resample(table, samples, seed)
    scores: dict[str, Score] = {}
    for number, name in enumerate(F_SCORES):
        columns = slice(number * 3, number * 3 + 3)
        right, gold, predicted = (int(count) for count in total[columns])
        low, high = _interval(_f1(resampled[:, columns]))
        precision, recall = _divide(right, predicted), _divide(right, gold)
        scores[name] = Score(_divide(2 * right, gold + predicted), low, high, right, gold, predicted, precision, recall)
    for number, name in enumerate(SHARES):
        start = len(F_SCORES) * 3 + number * 2
        right, asked = (int(count) for count in total[start : start + 2])
        low, high = _interval(_ratio(resampled[:, start], resampled[:, start + 1]))
        scores[name] = Score(_divide(right, asked), low, high, right, asked)
    return scores


def dyads(event: Event) -> Iterator[tuple[str, str]]:
    """Unordered pairs of codes that the event stands between: actor with recipient, or the actors with each other."""
    actors, recipients = event.codes("actor"), event.codes("recipient")
    if actors and recipients:
        pairs: Iterable[tuple[str, str]] = ((one, other) for one in actors for other in recipients if one != other)
    else:
        pairs = combinations(actors | recipients, 2)
    for one, other in pairs:
        yield min(one, other), max(one, other)


def _dyads(events: Iterable[Event]) -> set[tuple[object, ...]]:
    return {(event.type, pair) for event in events for pair in dyads(event)}


def _triggers(events: Iterable[Event]) -> set[tuple[object, ...]]:
    return {(trigger.start, trigger.end) for event in events for trigger in event.triggers}


def _typed_triggers(events: Iterable[Event]) -> set[tuple[object, ...]]:
    return {(trigger.start, trigger.end, event.type) for event in events for trigger in event.triggers}


def _arguments(events: Iterable[Event]) -> set[tuple[object, ...]]:
    return {item[:3] for item in _arguments_in_roles(events)}


def _arguments_in_roles(events: Iterable[Event]) -> set[tuple[object, ...]]:
    found: set[tuple[object, ...]] = set()
    for event in events:
        found |= {(a.start, a.end, event.type, role) for role in ROLES for a in getattr(event, role)}
        if event.date is not None:
            found.add((event.date.start, event.date.end, event.type, "date"))
    return found


def _entities(document: Document) -> set[tuple[object, ...]]:
    return {(entity.start, entity.end, entity.label) for entity in document.entities}


def _overlap(gold: set[tuple[object, ...]], predicted: set[tuple[object, ...]]) -> list[int]:
    return [len(gold & predicted), len(gold), len(predicted)]


def _resample(table: np.ndarray, samples: int, seed: int) -> np.ndarray:
    """Sums over ``samples`` draws of as many documents as there are, shape (samples, COLUMNS)."""
    size = len(table)
    if not size:
        return np.zeros((samples, table.shape[1]), dtype=np.int64)
    index = np.random.default_rng(seed).integers(0, size, (samples, size))
    times_drawn = np.stack([np.bincount(draw, minlength=size) for draw in index])
    return times_drawn @ table


def _f1(counts: np.ndarray) -> np.ndarray:
    return _ratio(2 * counts[:, 0], counts[:, 1] + counts[:, 2])


def _ratio(right: np.ndarray, of: np.ndarray) -> np.ndarray:
    """Not a number where there is nothing to divide by; such draws say nothing and are left out of the interval."""
    return np.divide(right, of, out=np.full(len(of), np.nan), where=of > 0)


def _interval(values: np.ndarray) -> tuple[float | None, float | None]:
    known = values[~np.isnan(values)]
    if not known.size:
        return None, None
    low, high = np.percentile(known, (2.5, 97.5))
    return float(low), float(high)


def _divide(right: int, of: int) -> float | None:
    return right / of if of else None
