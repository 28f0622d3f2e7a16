"""Event data as its programs are compared in publications: which types a sentence tells, and which ordered pairs of countries.

Counted are sets for each document (there a sentence): its classes; its pairs (source, target); its classes with their pairs. Parties
that act on each other have no order, so of a pair that is mutual on either side both orders are right. This is the nearest to the
published figures that the records allow; those do not say how they count several events of one sentence.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import combinations

from bilat_nlp.output.grid import Cell, Table
from bilat_nlp.records import Document, Event

TITLES = {"type": "type", "pair": "ordered pair of countries", "both": "type and ordered pair"}
Pair = tuple[str, str, str, bool]  # class or nothing, source, target, whether mutual


def counts(pairs: Iterable[tuple[Document, Document]]) -> dict[str, tuple[int, int, int]]:
    """Right, gold and predicted of ``type``, ``pair`` and ``both``, over (gold, predicted) documents with classes."""
    total = {name: [0, 0, 0] for name in ("type", "pair", "both")}
    for gold, predicted in pairs:
        ours, theirs = ({event.type for event in document.events} for document in (gold, predicted))
        _add(total["type"], len(ours & theirs), len(ours), len(theirs))
        for name, typed in (("pair", False), ("both", True)):
            one, other = _pairs(gold, typed), _pairs(predicted, typed)
            found = min(sum(_in(each, other) for each in one), sum(_in(each, one) for each in other))
            _add(total[name], found, len(one), len(other))
    return {name: (right, gold, predicted) for name, (right, gold, predicted) in total.items()}


def table(pairs: Iterable[tuple[Document, Document]]) -> Table:
    """`counts` with precision, recall and F1."""
    rows: list[tuple[Cell, ...]] = []
    for name, (right, gold, predicted) in counts(pairs).items():
        shares = [part / of if of else None for part, of in ((2 * right, gold + predicted), (right, predicted), (right, gold))]
        rows.append((TITLES[name], *shares, right, gold, predicted))
    return Table("by sentence, as in publications", ("measure", "F1", "precision", "recall", "right", "gold", "predicted"), rows)


def _add(total: list[int], *numbers: int) -> None:
    for place, number in enumerate(numbers):
        total[place] += number


def _pairs(document: Document, typed: bool) -> set[Pair]:
    return {(event.type if typed else "", *pair) for event in document.events for pair in _sides(event)}


def _sides(event: Event) -> Iterable[tuple[str, str, bool]]:
    sources, targets = event.codes("actor"), event.codes("recipient")
    if sources and targets:
        return [(source, target, False) for source in sources for target in targets]
    return [(one, other, True) for one, other in combinations(sorted(sources | targets), 2)]


def _in(pair: Pair, others: set[Pair]) -> bool:
    kind, source, target, mutual = pair
    return any(
        each[0] == kind and (each[1:3] == (source, target) or ((mutual or each[3]) and each[1:3] == (target, source))) for each in others
    )
