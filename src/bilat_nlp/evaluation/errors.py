"""What is wrong with each predicted event: errors of eight kinds, and which types stand for which.

Events are paired as for the relaxed score first, so that the errors explain that score. Those left over are paired where their triggers
overlap: the words were found, but another type or other sides were read into them. What then stays alone is missed or spurious.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bilat_nlp.corpus.dataset import language_of
from bilat_nlp.evaluation.align import Pair, Said, assign, likeness, relaxed_matches, same_date, same_direction, same_place
from bilat_nlp.evaluation.items import content
from bilat_nlp.output.grid import Table
from bilat_nlp.output.tables import clean, sides
from bilat_nlp.records import Document, Event

KINDS = ("missed", "spurious", "wrong type", "wrong actor", "wrong direction", "wrong date", "wrong modality", "wrong location")
NOTHING = "none"  # in a table of types: no event on that side
_WIDEST = max(map(len, KINDS))


@dataclass(frozen=True, slots=True)
class Verdict:
    """A gold event and the predicted one that stands for it, either of which may be missing; right if there are no ``kinds``."""

    gold: Event | None
    predicted: Event | None
    kinds: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Error:
    """One thing wrong with one event: a missed event has no ``predicted``, a spurious one no ``gold``. ``str`` gives a line for reading."""

    kind: str
    document: str
    lang: str
    gold: Event | None
    predicted: Event | None

    def __str__(self) -> str:
        both = [event for event in (self.gold, self.predicted) if event]
        types = _unlike([event.type for event in both])
        trigger = next((f"“{clean(event.triggers[0].text)}”" for event in both if event.triggers), "")
        more = {
            "wrong date": [event.date.value if event.date else NOTHING for event in both],
            "wrong modality": [event.modality for event in both],
            "wrong location": [", ".join(sorted(event.codes("location"))) or NOTHING for event in both],
        }.get(self.kind, [])
        parts = [clean(self.document), self.lang, types, _unlike([sides(event) for event in both]), trigger, _unlike(more)]
        return "  ".join([self.kind.ljust(_WIDEST), *filter(None, parts)])


    def to_dict(self) -> dict[str, object]:
        """For programs: the kind, the document, and both events."""
        events = {name: event.to_dict() if event else None for name, event in (("gold", self.gold), ("predicted", self.predicted))}
        return {"kind": self.kind, "document": self.document, "lang": self.lang, **events}


def error_table(found: Iterable[Error]) -> Table:
    """A row an error with the ids of its events, which lead to the records."""
    rows: list[tuple[str | int | float | None, ...]] = []
    for error in found:
        types = (event.type if event else None for event in (error.gold, error.predicted))
        ids = (event.id if event else None for event in (error.gold, error.predicted))
        rows.append((error.kind, error.document, error.lang, *ids, *types))
    return Table("errors", ("kind", "document", "lang", "gold", "predicted", "gold_type", "predicted_type"), rows)


def verdicts(gold: Document, predicted: Document) -> list[Verdict]:
    """Every event of both once, those with errors first, by kind, then in the order of the text. The order of events does not matter."""
    ours, theirs = (sorted(document.events, key=lambda event: (content(event), event.id)) for document in (gold, predicted))
    matched = relaxed_matches(ours, theirs)
    missed, spurious = _others(ours, theirs, matched)
    near = _near_matches(missed, spurious)
    missed, spurious = _others(missed, spurious, near)
    found = [Verdict(one, other, _differences(one, other)) for one, other in matched]
    found += [Verdict(one, other, ("wrong actor" if one.type == other.type else "wrong type",)) for one, other in near]
    found += [Verdict(event, None, ("missed",)) for event in missed] + [Verdict(None, event, ("spurious",)) for event in spurious]
    return sorted(found, key=_rank)


def find_errors(pairs: Iterable[tuple[Document, Document]]) -> list[Error]:
    """All errors, document by document in the order of the pairs (gold, predicted)."""
    return [
        Error(kind, gold.id, language_of(gold), verdict.gold, verdict.predicted)
        for gold, predicted in pairs
        for verdict in verdicts(gold, predicted)
        for kind in verdict.kinds
    ]


def confusion(found: Iterable[Verdict]) -> Table:
    """How often which predicted type (columns) stands for which gold type (rows); the last of each are for events without a partner."""
    counts = Counter((_type(verdict.gold), _type(verdict.predicted)) for verdict in found)
    names = [*sorted({name for pair in counts for name in pair} - {NOTHING}), NOTHING]
    rows: list[tuple[str | int | float | None, ...]] = [(name, *(counts[name, other] for other in names)) for name in names]
    return Table("Types (rows: gold, columns: predicted)", ("type", *names), rows)


def _others(gold: Sequence[Event], predicted: Sequence[Event], pairs: Sequence[Pair]) -> tuple[list[Event], list[Event]]:
    """The events without a partner."""
    ours, theirs = {id(one) for one, _ in pairs}, {id(other) for _, other in pairs}
    return [event for event in gold if id(event) not in ours], [event for event in predicted if id(event) not in theirs]


def _near_matches(gold: Sequence[Event], predicted: Sequence[Event]) -> list[Pair]:
    """Pairs with overlapping triggers: as many as possible, then as many of one type, then those most alike."""
    base = min(len(gold), len(predicted)) + 1  # as in `align`: a criterion outweighs all later ones together
    weights = [[_nearness(one, other, base) for other in predicted] for one in gold]
    return [(gold[i], predicted[j]) for i, j in assign(weights)]


def _nearness(gold: Event, predicted: Event, base: int) -> int:
    if not any(one.start < other.end and other.start < one.end for one in gold.triggers for other in predicted.triggers):
        return 0
    weight = 1
    for agrees in (gold.type == predicted.type, bool(gold.codes() & predicted.codes()), *likeness(Said.by(gold), Said.by(predicted))):
        weight = weight * base + agrees
    return weight


def _differences(gold: Event, predicted: Event) -> tuple[str, ...]:
    """The kinds of error in an event that was found, in the order of `KINDS`."""
    same_sides = gold.codes() == predicted.codes()
    wrong = {
        "wrong actor": not same_sides,
        "wrong direction": same_sides and not same_direction(gold, predicted),
        "wrong date": not same_date(gold, predicted),
        "wrong modality": gold.modality != predicted.modality,
        "wrong location": same_place(gold, predicted) is False,
    }
    return tuple(kind for kind, is_so in wrong.items() if is_so)


def _rank(verdict: Verdict) -> tuple[object, ...]:
    kinds = [KINDS.index(kind) for kind in verdict.kinds] or [len(KINDS)]
    keys = [(content(event), event.id) for event in (verdict.gold, verdict.predicted) if event]
    return kinds[0], *keys[0], kinds, keys


def _type(event: Event | None) -> str:
    return event.type if event else NOTHING


def _unlike(values: Sequence[str]) -> str:
    """Equal values once."""
    return " ≠ ".join(dict.fromkeys(values))
