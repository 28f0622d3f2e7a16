"""Which gold event is which predicted event: one-to-one within a document, as many pairs as possible."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from bilat_nlp.records import Event

Pair = tuple[Event, Event]


def strict_key(event: Event) -> tuple[str, frozenset[str]]:
    """Events are strictly equal if these are: type, and the codes of actor and recipient together."""
    return event.type, event.codes()


def is_relaxed(gold: Event, predicted: Event) -> bool:
    """Same type, and at least one code shared or no codes in both."""
    ours, theirs = gold.codes(), predicted.codes()
    return gold.type == predicted.type and bool(ours & theirs or not (ours or theirs))


def strict_matches(gold: Sequence[Event], predicted: Sequence[Event]) -> int:
    """Size of the largest strict matching. Strict equality divides the events into classes, so that counting them is enough."""
    return (Counter(map(strict_key, gold)) & Counter(map(strict_key, predicted))).total()


def relaxed_matches(gold: Sequence[Event], predicted: Sequence[Event]) -> list[Pair]:
    """The best relaxed matching: of all matchings with the most pairs the one that agrees most in `likeness`, criterion by criterion.

    The total of each criterion is the same whatever the order of the events, so every score computed from the pairs is too.
    """
    pairs: list[Pair] = []
    for kind in sorted({event.type for event in gold}):
        rows = [event for event in gold if event.type == kind]
        columns = [event for event in predicted if event.type == kind]
        base = min(len(rows), len(columns)) + 1  # a criterion outweighs all later ones together over a whole matching
        weights = [[_weight(row, column, base) for column in columns] for row in rows]
        pairs += [(rows[i], columns[j]) for i, j in assign(weights)]
    return pairs


def likeness(gold: Event, predicted: Event) -> tuple[bool, ...]:
    """What makes two events of one type the same, most telling first.

    The words that name them come before the attributes that are scored on matched pairs: those should not choose their own pairs.
    """
    return (
        gold.codes() == predicted.codes(),
        any(one.start < other.end and other.start < one.end for one in gold.triggers for other in predicted.triggers),
        same_direction(gold, predicted),
        same_date(gold, predicted),
        gold.modality == predicted.modality,
        gold.codes("location") == predicted.codes("location"),
    )


def same_direction(gold: Event, predicted: Event) -> bool:
    """Equal codes of the actor and equal codes of the recipient."""
    return gold.codes("actor") == predicted.codes("actor") and gold.codes("recipient") == predicted.codes("recipient")


def same_date(gold: Event, predicted: Event) -> bool:
    """Equal EDTF; no date equals no date."""
    return (gold.date and gold.date.value) == (predicted.date and predicted.date.value)


def _weight(gold: Event, predicted: Event, base: int) -> int:
    """0 if they must not be paired, else the criteria as digits of one number, the pair itself the first of them."""
    if not is_relaxed(gold, predicted):
        return 0
    weight = 1
    for agrees in likeness(gold, predicted):
        weight = weight * base + agrees
    return weight


def assign(weights: Sequence[Sequence[int]]) -> list[tuple[int, int]]:
    """Pairs (row, column) of greatest total weight, each row and column at most once; weight 0 means no pair.

    The Hungarian method with potentials (Kuhn 1955, Munkres 1957), one row after the other by shortest augmenting paths; whole
    numbers throughout, hence exact. O(rows squared times columns).
    """
    if not weights or not weights[0]:
        return []
    if len(weights) > len(weights[0]):
        return sorted((i, j) for j, i in assign(list(zip(*weights, strict=True))))
    width = len(weights[0])
    row_potential, column_potential = [0] * (len(weights) + 1), [0] * (width + 1)
    owner = [0] * (width + 1)  # row of each column, counted from 1; column 0 is where the new row starts
    for row in range(1, len(weights) + 1):
        owner[0] = row
        _augment(weights, row_potential, column_potential, owner)
    return sorted((owner[j] - 1, j - 1) for j in range(1, width + 1) if owner[j] and weights[owner[j] - 1][j - 1] > 0)


def _augment(weights: Sequence[Sequence[int]], row_potential: list[int], column_potential: list[int], owner: list[int]) -> None:
    """Give the row that waits in column 0 a column, moving others along the cheapest path (cost = minus weight)."""
    width = len(owner) - 1
    slack: list[float] = [float("inf")] * (width + 1)
    came_from, done = [0] * (width + 1), [False] * (width + 1)
    column = 0
    while owner[column]:
        done[column] = True
        row = owner[column]
        for j in range(1, width + 1):
            if not done[j]:
                reduced = -weights[row - 1][j - 1] - row_potential[row] - column_potential[j]
                if reduced < slack[j]:
                    slack[j], came_from[j] = reduced, column
        column = min((j for j in range(1, width + 1) if not done[j]), key=slack.__getitem__)
        delta = int(slack[column])
        for j in range(width + 1):
            if done[j]:
                row_potential[owner[j]] += delta
                column_potential[j] -= delta
            elif j:
                slack[j] -= delta
    while column:
        owner[column] = owner[came_from[column]]
        column = came_from[column]
