"""Groups of event mentions become the records of the contract."""

from __future__ import annotations

from collections.abc import Iterable

from .. import ontology
from ..analysis import Analysis, Draft, Mention, Party
from ..records import Argument, DateValue, Event, Trigger
from ..world.gazetteer import seats


def entities(analysis: Analysis, text: str) -> list[Argument]:
    """Every named mention, dates included, in the order of the text."""
    found = {
        (m.start, m.end): _argument(m, m.code, text)
        for mentions in analysis.mentions
        for m in mentions
        if m.kind not in ("both", "home", "here", "he", "counterpart", "guest", "host", "alliance") and (m.codes or m.kind == "region")
    }
    words = analysis.layout.words
    for dates in analysis.dates:
        for date in dates:
            start, end = words[date.first].start, words[date.last - 1].end
            found.setdefault((start, end), Argument(start, end, text[start:end], "DATE"))
    return [found[span] for span in sorted(found)]


def record(analysis: Analysis, group: list[Draft], text: str) -> Event:
    """One record from the mentions of one happening; the first of the group is the fullest."""
    best = group[0]
    in_order = sorted(group, key=lambda draft: (draft.sentence, draft.first))
    type_ = ontology.types()[best.type]
    variant = next((draft.entry.variant for draft in group if draft.entry.variant), None)
    modality = in_order[0].modality
    cameo, plover, goldstein = ontology.codes(best.type, modality, variant)
    actor, recipient = best.actor, best.recipient
    if "recipient" not in type_.roles or (variant and type_.variant(variant).symmetric):
        actor, recipient = actor + recipient, []
    dated = next((draft for draft in group if draft.date and draft.date.value), None)
    place = next((draft.location for draft in group if draft.location), [])
    objects = next((draft.object for draft in group if draft.object), []) if "object" in type_.roles else []
    return Event(
        type=best.type,
        modality=modality,
        triggers=[_trigger(analysis, draft, text) for draft in in_order],
        actor=_arguments(actor, text),
        recipient=_arguments(recipient, text),
        object=[Argument(start, end, text[start:end]) for start, end in objects],
        amount=[Argument(s, e, text[s:e], "MONEY") for s, e in next((d.amount for d in group if d.amount), [])],
        location=[_argument(mention, mention.code, text, named=True) for mention in place],
        date=_date(analysis, dated, text),
        cameo=cameo,
        plover=plover,
        goldstein=goldstein,
        confidence=round(max(draft.confidence for draft in group), 3),
        evidence=sorted({f"rule:{analysis.language.code}.{draft.type}.{draft.entry.id}" for draft in group}),
    )


def _trigger(analysis: Analysis, draft: Draft, text: str) -> Trigger:
    start, end = analysis.layout.words[draft.first].start, analysis.layout.words[draft.last - 1].end
    return Trigger(start, end, text[start:end])


def _date(analysis: Analysis, draft: Draft | None, text: str) -> DateValue | None:
    if draft is None or draft.date is None or draft.date.value is None:
        return None
    start, end = analysis.layout.words[draft.date.first].start, analysis.layout.words[draft.date.last - 1].end
    return DateValue(draft.date.value, start, end, text[start:end])


def _arguments(parties: Iterable[Party], text: str) -> list[Argument]:
    seen: set[str | None] = set()
    made = []
    for party in parties:
        if party.code is None or party.code not in seen:
            seen.add(party.code)
            made.append(_argument(party.mention, party.code, text))
    return made


def _argument(mention: Mention, code: str | None, text: str, named: bool = False) -> Argument:
    name = None
    if named:
        # The Kremlin or the White House as a place: the seat of its state.
        name = seats().get(code or "") if mention.kind == "body" else mention.english
    return Argument(mention.start, mention.end, text[mention.start : mention.end], mention.label, code, name)
