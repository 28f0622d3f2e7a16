"""How far two annotators agree: F1 of spans and records, with the one as gold for the other, and Cohen's kappa on types.

F1 is symmetric, and for spans, where nothing counts how often both rightly marked nothing, it is what kappa tends to (Hripcsak and
Rothschild, "Agreement, the F-measure, and reliability in information retrieval", 2005). Kappa is of Cohen, "A coefficient of agreement
for nominal scales", 1960, as scikit-learn computes it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bilat_nlp.evaluation.report import measure
from bilat_nlp.evaluation.results import Report
from bilat_nlp.records import Document, RecordError
from bilat_nlp.text.words import words_of

NOTHING = "-"
DocumentPair = tuple[Document, Document]


@dataclass(frozen=True, slots=True)
class Kappa:
    """``value`` lies in -1..1 and is None where both used one category only; ``items`` is what was judged twice."""

    name: str
    value: float | None
    items: int


def pair_annotations(one: Sequence[Document], other: Sequence[Document]) -> list[DocumentPair]:
    """The documents that both annotated, by id. Raises RecordError if there are none, or if their texts differ."""
    by_id = {document.id: document for document in other}
    pairs = [(document, by_id[document.id]) for document in one if document.id in by_id]
    if not pairs:
        raise RecordError("the two have no document in common; agreement is computed over documents with the same id")
    for first, second in pairs:
        if first.text != second.text:
            raise RecordError(f"document {first.id!r}: the texts of the two differ; annotate the same text twice")
    return pairs


def agreement(pairs: Sequence[DocumentPair]) -> tuple[Report, list[Kappa]]:
    """The scores of the second annotator against the first, and kappas on what both judged."""
    return measure(pairs, system="second annotator"), [
        _kappa("type of an event, where both put a trigger", _typed_triggers(pairs)),
        _kappa("type of an event, every word (- for none)", [each for pair in pairs for each in _by_word(pair, _trigger_spans)]),
        _kappa("label of a mention, every word (- for none)", [each for pair in pairs for each in _by_word(pair, _entity_spans)]),
        _kappa("modality, where type and trigger agree", _modalities(pairs)),
    ]


def _kappa(name: str, judged: Sequence[tuple[str, str]]) -> Kappa:
    from sklearn.metrics import cohen_kappa_score

    if len({value for pair in judged for value in pair}) < 2:
        return Kappa(name, None, len(judged))
    return Kappa(name, float(cohen_kappa_score(*zip(*judged, strict=True))), len(judged))


def _typed_triggers(pairs: Sequence[DocumentPair]) -> list[tuple[str, str]]:
    """Types at triggers that overlap; each trigger is compared once, with the one it shares most letters with."""
    judged = []
    for first, second in pairs:
        theirs = _trigger_spans(second)
        for start, end, kind in _trigger_spans(first):
            shared = [(min(end, b) - max(start, a), other) for a, b, other in theirs]
            if shared and max(shared)[0] > 0:
                # of several events under one trigger the same type is meant if it is there
                best = max(shared)[0]
                kinds = [other for length, other in shared if length == best]
                judged.append((kind, kind if kind in kinds else kinds[0]))
    return judged


def _modalities(pairs: Sequence[DocumentPair]) -> list[tuple[str, str]]:
    judged = []
    for first, second in pairs:
        for event in first.events:
            same = [
                other
                for other in second.events
                if other.type == event.type and any(a.start < b.end and b.start < a.end for a in event.triggers for b in other.triggers)
            ]
            if same:
                judged.append((event.modality, same[0].modality))
    return judged


def _trigger_spans(document: Document) -> list[tuple[int, int, str]]:
    return [(trigger.start, trigger.end, event.type) for event in document.events for trigger in event.triggers]


def _entity_spans(document: Document) -> list[tuple[int, int, str]]:
    return [(entity.start, entity.end, entity.label or NOTHING) for entity in document.entities]


def _by_word(pair: DocumentPair, spans_of) -> list[tuple[str, str]]:  # type: ignore[no-untyped-def]
    first, second = (spans_of(document) for document in pair)
    return [(_label_at(first, word.start, word.end), _label_at(second, word.start, word.end)) for word in words_of(pair[0].text or "", str)]


def _label_at(spans: Sequence[tuple[int, int, str]], start: int, end: int) -> str:
    """The label over a word, that of the widest span; of two events under one trigger the first in the alphabet."""
    over = [(-(b - a), label) for a, b, label in spans if a < end and start < b]
    return min(over)[1] if over else NOTHING
