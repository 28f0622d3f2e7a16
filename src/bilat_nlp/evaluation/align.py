"""Which gold event is which predicted event: one-to-one within a document, as many pairs as possible."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

import numpy as np

from bilat_nlp.corpus.groups import Groups
from bilat_nlp.records import Event

Pair = tuple[Event, Event]
_EXACT = 2**62  # sums below it are whole numbers to numpy, above it to Python


class Said(NamedTuple):
    """What is compared of an event."""

    type: str
    codes: frozenset[str]
    actor: frozenset[str]
    recipient: frozenset[str]
    location: frozenset[str]
    date: str | None
    modality: str
    triggers: tuple[tuple[int, int], ...]

    @classmethod
    def by(cls, event: Event) -> Said:
        """What the event says."""
        actor, recipient, location = (event.codes(role) for role in ("actor", "recipient", "location"))
        date = event.date.value if event.date else None
        triggers = tuple((trigger.start, trigger.end) for trigger in event.triggers)
        return cls(event.type, actor | recipient, actor, recipient, location, date, event.modality, triggers)


def is_strict(gold: Said, predicted: Said) -> bool:
    """Same type, and the same codes of actor and recipient together."""
    return gold.codes == predicted.codes and gold.type == predicted.type


def is_relaxed(gold: Said, predicted: Said) -> bool:
    """Same type, and at least one code shared or no codes in both."""
    return gold.type == predicted.type and bool(gold.codes & predicted.codes or not (gold.codes or predicted.codes))


def strict_matches(gold: Sequence[Event], predicted: Sequence[Event]) -> list[Pair]:
    """The best strict matching, of all largest ones the one that agrees most in `likeness`."""
    return _matches(gold, predicted, is_strict)


def relaxed_matches(gold: Sequence[Event], predicted: Sequence[Event]) -> list[Pair]:
    """The best relaxed matching: of all matchings with the most pairs the one that agrees most in `likeness`, criterion by criterion.

    The total of each criterion is the same whatever the order of the events, so every score computed from the pairs is too. Of
    predictions that are alike in all of them the more confident ones are taken.
    """
    return _matches(gold, predicted, is_relaxed)


def _matches(gold: Sequence[Event], predicted: Sequence[Event], fits: Callable[[Said, Said], bool]) -> list[Pair]:
    pairs: list[Pair] = []
    ours, theirs = _by_type(gold), _by_type(predicted)
    for kind in sorted(ours.keys() & theirs.keys()):
        rows, columns = ours[kind], sorted(theirs[kind], key=_confidence, reverse=True)
        base, ranks = min(len(rows), len(columns)) + 1, len(columns)  # a criterion outweighs all later ones together over a whole matching
        said = [Said.by(column) for column in columns]
        weights = [
            [_weight(one, other, base) * ranks * base + ranks - j if fits(one, other) else 0 for j, other in enumerate(said)]
            for one in map(Said.by, rows)
        ]
        pairs += [(rows[i], columns[j]) for i, j in assign(weights)]
    return pairs


def _confidence(event: Event) -> float:
    return -1.0 if event.confidence is None else event.confidence


def _by_type(events: Sequence[Event]) -> dict[str, list[Event]]:
    groups: dict[str, list[Event]] = defaultdict(list)
    for event in events:
        groups[event.type].append(event)
    return groups


def likeness(gold: Said, predicted: Said) -> tuple[bool, ...]:
    """What makes two events of one type the same, most telling first.

    The words that name them come before the attributes that are scored on matched pairs: those should not choose their own pairs.
    """
    return (
        gold.codes == predicted.codes,
        any(start < other_end and other_start < end for start, end in gold.triggers for other_start, other_end in predicted.triggers),
        gold.actor == predicted.actor and gold.recipient == predicted.recipient,
        gold.date == predicted.date,
        gold.modality == predicted.modality,
        gold.location == predicted.location,
    )


def same_direction(gold: Event, predicted: Event) -> bool:
    """Equal codes of the actor and equal codes of the recipient."""
    return gold.codes("actor") == predicted.codes("actor") and gold.codes("recipient") == predicted.codes("recipient")


def same_date(gold: Event, predicted: Event) -> bool:
    """Equal EDTF; no date equals no date."""
    return (gold.date and gold.date.value) == (predicted.date and predicted.date.value)


def same_place(gold: Event, predicted: Event) -> bool | None:
    """Equal codes of the location; None where gold has none, since then nothing is asked."""
    place = gold.codes("location")
    return place == predicted.codes("location") if place else None


def _weight(gold: Said, predicted: Said, base: int) -> int:
    """The criteria as digits of one number, the pair itself the first of them."""
    weight = 1
    for agrees in likeness(gold, predicted):
        weight = weight * base + agrees
    return weight


def assign(weights: Sequence[Sequence[int]]) -> list[tuple[int, int]]:
    """Pairs (row, column) of greatest total weight, each row and column at most once; weight 0 means no pair.

    The weights are whole numbers of any size, and the result is exact.
    """
    return assign_edges({(i, j): weight for i, row in enumerate(weights) for j, weight in enumerate(row) if weight})


def assign_edges(weights: Mapping[tuple[int, int], int]) -> list[tuple[int, int]]:
    """`assign` for weights of which most are 0: the others, by row and column. What no weight connects is solved apart."""
    weights = {pair: weight for pair, weight in weights.items() if weight}
    parts = Groups()
    for i, j in weights:
        parts.join(2 * i, 2 * j + 1)  # rows are even, columns odd
    pairs: list[tuple[int, int]] = []
    for members in parts.all():
        rows, columns = [i // 2 for i in members if i % 2 == 0], [j // 2 for j in members if j % 2]
        if len(rows) == 1 or len(columns) == 1:
            pairs.append(max(((i, j) for i in rows for j in columns), key=lambda pair: (weights.get(pair, 0), -pair[0], -pair[1])))
        else:
            part = [[weights.get((i, j), 0) for j in columns] for i in rows]
            pairs += [(rows[i], columns[j]) for i, j in _hungarian(part)]
    return sorted(pair for pair in pairs if pair in weights)


def _hungarian(weights: list[list[int]]) -> list[tuple[int, int]]:
    """The Hungarian method with potentials (Kuhn 1955, Munkres 1957), one row after the other by shortest augmenting paths."""
    if len(weights) > len(weights[0]):
        return [(i, j) for j, i in _hungarian([list(row) for row in zip(*weights, strict=True)])]
    height, width = len(weights), len(weights[0])
    most = max(map(max, weights))
    kind = np.int64 if most * (height + 2) < _EXACT else object
    cost = -np.array(weights, dtype=kind)
    far = 2 * most * (height + 2) + 1
    row_potential, column_potential = np.zeros(height + 1, dtype=kind), np.zeros(width + 1, dtype=kind)
    owner, came_from = np.zeros(width + 1, dtype=np.int64), np.zeros(width + 1, dtype=np.int64)
    for row in range(1, height + 1):
        owner[0], column = row, 0  # column 0 is where the new row waits
        slack, done = np.full(width + 1, far, dtype=kind), np.zeros(width + 1, dtype=bool)
        while owner[column]:
            done[column] = True
            reduced = cost[owner[column] - 1] - row_potential[owner[column]] - column_potential[1:]
            closer = ~done[1:] & (reduced < slack[1:])
            slack[1:][closer] = reduced[closer]
            came_from[1:][closer] = column
            nearest = int(np.argmin(np.where(done[1:], far, slack[1:]))) + 1
            step = slack[nearest]
            row_potential[owner[done]] += step
            column_potential[done] -= step
            slack[~done] -= step
            column = nearest
        while column:
            owner[column] = owner[came_from[column]]
            column = int(came_from[column])
    return [(int(owner[j]) - 1, j - 1) for j in range(1, width + 1) if owner[j]]
