"""What one pair of documents, gold and predicted, counts for: every event, trigger, argument and entity as an item, found or not.

An item that gold holds belongs to the type, role, modality and so on of its gold side, another one to those of its predicted side, so that
the counts of the groups add up to those of the whole. Nothing depends on the order of events: they are sorted by content first.

Triggers and arguments are scored as in ACE (Li, Ji and Huang, "Joint event extraction via structured prediction with global features",
2013), attached arguments as in TextEE (Huang et al., "TextEE: benchmark, reevaluation, reflections, and future challenges in event
extraction", 2024), entities as in SemEval-2013 task 9 (Segura-Bedmar et al., 2013).
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from typing import NamedTuple

from bilat_nlp.evaluation.align import Pair, assign_edges, relaxed_matches, same_date, same_direction, same_place, strict_matches
from bilat_nlp.evaluation.spans import overlap_credit, type_credit
from bilat_nlp.records import Document, Event

NOT_PREDICTED = "not predicted"  # status of what stands for a document that a system left out
ROLES = ("actor", "recipient", "object", "amount", "location")
Explicit = Callable[[Event, int], bool]  # whether what stands at an offset stands in a sentence with a trigger of the event


class Facets(NamedTuple):
    """What an item can be grouped by; the empty string where that says nothing."""

    type: str = ""
    role: str = ""
    label: str = ""
    modality: str = ""
    explicit: str = ""


Counts = dict[tuple[str, Facets], list[float]]  # figure and group: right, gold, predicted


@dataclass(slots=True)
class Items:
    """The counts of one pair of documents, and its predicted events as (confidence, whether it is right)."""

    counts: Counts = field(default_factory=dict)
    judged: list[tuple[float, bool]] = field(default_factory=list)

    def add(self, figure: str, group: Facets, right: float, gold: int, predicted: int) -> None:
        count = self.counts.setdefault((figure, group), [0, 0, 0])
        count[0] += right
        count[1] += gold
        count[2] += predicted

    def add_sets(self, figure: str, gold: Mapping[Hashable, Facets], predicted: Mapping[Hashable, Facets]) -> None:
        """Items that are right if the other side holds the same."""
        for item, group in gold.items():
            found = item in predicted
            self.add(figure, group, found, 1, found)
        for item, group in predicted.items():
            if item not in gold:
                self.add(figure, group, 0, 0, 1)


def items_of(gold: Document, predicted: Document, explicit: Explicit | None = None) -> Items:
    """The counts of one pair; ``explicit`` tells explicit from inferred arguments, and without it they are not told apart."""
    ours, theirs = (sorted(document.events, key=content) for document in (gold, predicted))
    items = Items()
    group = _Facets(explicit)
    pairs = relaxed_matches(ours, theirs)
    for figure, matched in (("strict", strict_matches(ours, theirs)), ("relaxed", pairs)):
        _events(items, figure, ours, theirs, matched, group)
    items.add_sets("dyad", _dyads(ours), _dyads(theirs))
    for figure, spans in _SPANS.items():
        items.add_sets(figure, spans(ours, group), spans(theirs, group))
    _attached(items, "arg_i_attached", ours, theirs, group, with_role=False)
    _attached(items, "arg_c_attached", ours, theirs, group, with_role=True)
    _entities(items, gold, predicted)
    for one, other in pairs:
        _attributes(items, one, other, group.event(one))
    if not gold.events and predicted.status != NOT_PREDICTED:
        items.add("quiet", Facets(), not predicted.events, 1, 0)
    right = {id(other) for _, other in pairs}
    items.judged = [(event.confidence, id(event) in right) for event in theirs if event.confidence is not None]
    return items


def content(event: Event) -> tuple[object, ...]:
    """A key that sorts events by what they say, whatever their ids and order."""
    sides = tuple(tuple(sorted((a.code or "", a.start, a.end) for a in getattr(event, role))) for role in ROLES)
    triggers = tuple(sorted((trigger.start, trigger.end) for trigger in event.triggers))
    date = (event.date.value, event.date.start, event.date.end) if event.date else ("", 0, 0)
    return triggers, event.type, sides, date, event.modality, -1.0 if event.confidence is None else event.confidence


class _Facets:
    """The groups of events and of their arguments."""

    def __init__(self, explicit: Explicit | None) -> None:
        self._explicit = explicit

    def event(self, event: Event) -> Facets:
        """An event is explicit if all its parties are."""
        starts = [party.start for party in (*event.actor, *event.recipient)] if self._explicit else ()
        return Facets(event.type, "", "", event.modality, self._word(event, starts))

    def argument(self, event: Event, role: str, start: int) -> Facets:
        return Facets(event.type, role, "", event.modality, self._word(event, (start,)))

    def _word(self, event: Event, starts: Sequence[int]) -> str:
        if self._explicit is None:
            return ""
        return "explicit" if all(self._explicit(event, start) for start in starts) else "inferred"


def _events(items: Items, figure: str, gold: list[Event], predicted: list[Event], pairs: Sequence[Pair], group: _Facets) -> None:
    ours, theirs = {id(one) for one, _ in pairs}, {id(other) for _, other in pairs}
    for event in gold:
        items.add(figure, group.event(event), id(event) in ours, 1, id(event) in ours)
    for event in predicted:
        if id(event) not in theirs:
            items.add(figure, group.event(event), 0, 0, 1)


def _attributes(items: Items, gold: Event, predicted: Event, group: Facets) -> None:
    items.add("direction", group, same_direction(gold, predicted), 1, 0)
    items.add("date", group, same_date(gold, predicted), 1, 0)
    items.add("modality", group, gold.modality == predicted.modality, 1, 0)
    if (right := same_place(gold, predicted)) is not None:
        items.add("location", group, right, 1, 0)


def dyads(event: Event) -> Iterator[tuple[str, str]]:
    """Unordered pairs of codes that the event stands between: actor with recipient, or the actors with each other."""
    actors, recipients = event.codes("actor"), event.codes("recipient")
    if actors and recipients:
        pairs: Iterable[tuple[str, str]] = ((one, other) for one in actors for other in recipients if one != other)
    else:
        pairs = combinations(actors | recipients, 2)
    for one, other in pairs:
        yield min(one, other), max(one, other)


def _dyads(events: Iterable[Event]) -> dict[Hashable, Facets]:
    return {(event.type, pair): Facets(event.type) for event in events for pair in dyads(event)}


def arguments(event: Event) -> Iterator[tuple[int, int, str]]:
    """Spans with their roles; the date is one of them."""
    for role in ROLES:
        for argument in getattr(event, role):
            yield argument.start, argument.end, role
    if event.date is not None:
        yield event.date.start, event.date.end, "date"


def _trigger_spans(events: Iterable[Event], group: _Facets) -> dict[Hashable, Facets]:
    return _first(((t.start, t.end), group.event(event)) for event in events for t in event.triggers)


def _typed_triggers(events: Iterable[Event], group: _Facets) -> dict[Hashable, Facets]:
    return _first(((t.start, t.end, event.type), group.event(event)) for event in events for t in event.triggers)


def _argument_spans(events: Iterable[Event], group: _Facets) -> dict[Hashable, Facets]:
    return _first(((start, end, e.type), group.argument(e, "", start)) for e in events for start, end, _ in arguments(e))


def _arguments_in_roles(events: Iterable[Event], group: _Facets) -> dict[Hashable, Facets]:
    return _first(((start, end, e.type, role), group.argument(e, role, start)) for e in events for start, end, role in arguments(e))


def _first(found: Iterable[tuple[Hashable, Facets]]) -> dict[Hashable, Facets]:
    """Of items found twice the group of the first: events come sorted, so that it is always the same."""
    items: dict[Hashable, Facets] = {}
    for item, group in found:
        items.setdefault(item, group)
    return items


_SPANS = {"trig_i": _trigger_spans, "trig_c": _typed_triggers, "arg_i": _argument_spans, "arg_c": _arguments_in_roles}


def _attached(items: Items, figure: str, gold: list[Event], predicted: list[Event], group: _Facets, *, with_role: bool) -> None:
    """Arguments of events that share type and trigger, paired one to one so that most arguments agree."""

    def filled(event: Event) -> dict[tuple[int, int, str], Facets]:
        kept = ((start, end, role if with_role else "") for start, end, role in arguments(event))
        return {item: group.argument(event, item[2], item[0]) for item in kept}

    ours, theirs = [filled(event) for event in gold], [filled(event) for event in predicted]
    under: dict[tuple[str, int, int], list[int]] = {}
    for j, event in enumerate(predicted):
        for trigger in event.triggers:
            under.setdefault((event.type, trigger.start, trigger.end), []).append(j)
    partner = dict(
        assign_edges(
            {
                (i, j): len(ours[i].keys() & theirs[j].keys())
                for i, event in enumerate(gold)
                for trigger in event.triggers
                for j in under.get((event.type, trigger.start, trigger.end), ())
            }
        )
    )
    for i, one in enumerate(ours):
        other = theirs[partner[i]] if i in partner else {}
        for item, where in one.items():
            items.add(figure, where, item in other, 1, item in other)
        for item, where in other.items():
            if item not in one:
                items.add(figure, where, 0, 0, 1)
    for j in set(range(len(theirs))) - set(partner.values()):
        for where in theirs[j].values():
            items.add(figure, where, 0, 0, 1)


def _entities(items: Items, gold: Document, predicted: Document) -> None:
    ours, theirs = (sorted({(e.start, e.end, e.label or "") for e in document.entities}) for document in (gold, predicted))
    items.add_sets("entity", *(_first((span, Facets(label=span[2])) for span in side) for side in (ours, theirs)))
    items.add_sets("entity_exact", *(_first((span[:2], Facets(label=span[2])) for span in side) for side in (ours, theirs)))
    for figure, credit in (("entity_partial", overlap_credit), ("entity_type", type_credit)):
        matched = {i: (j, worth) for i, (j, worth) in credit(ours, theirs).items() if worth}
        for number, span in enumerate(ours):
            items.add(figure, Facets(label=span[2]), matched[number][1] if number in matched else 0, 1, number in matched)
        taken = {j for j, _ in matched.values()}
        for number, span in enumerate(theirs):
            if number not in taken:
                items.add(figure, Facets(label=span[2]), 0, 0, 1)
