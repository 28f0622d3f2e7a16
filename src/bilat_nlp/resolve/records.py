"""Groups of event mentions become the records of the contract."""

from __future__ import annotations

from collections.abc import Iterable

from .. import ontology
from ..analysis import Analysis, Draft, Mention, Party
from ..records import Argument, DateValue, Event, Trigger
from ..world.gazetteer import seats

_SURE = frozenset({"state", "igo"})  # kinds of mentions that are names wherever they stand
_REFERENCES = frozenset("both home here he counterpart guest host alliance".split())  # kinds of mentions that are no names


def entities(analysis: Analysis, text: str) -> list[Argument]:
    """Every named mention, dates included, in the order of the text.

    Where a model has had its say its names come first, with the code of the mention that shares most of their letters; of the mentions
    of the lists those stay that meet none of them.
    """
    found = {
        (m.start, m.end): _argument(m, m.code, text)
        for mentions in analysis.mentions
        for m in mentions
        if m.kind not in _REFERENCES and (m.codes or m.kind == "region")
    }
    words = analysis.layout.words
    for dates in analysis.dates:
        for date in dates:
            start, end = words[date.first].start, words[date.last - 1].end
            found.setdefault((start, end), Argument(start, end, text[start:end], "DATE"))
    listed = [found[span] for span in sorted(found)]
    if analysis.names is None:
        return listed
    sure = {(m.start, m.end) for mentions in analysis.mentions for m in mentions if m.kind in _SURE}
    return _seen(analysis, listed, sure, text)


def _seen(analysis: Analysis, listed: list[Argument], sure: set[tuple[int, int]], text: str) -> list[Argument]:
    words = analysis.layout.words
    made: list[Argument] = []
    left, place = [], 0
    for name in analysis.names or ():
        start, end = words[name.first].start, words[name.last - 1].end
        while place < len(listed) and listed[place].end <= start:
            left.append(listed[place])
            place += 1
        met = []
        while place < len(listed) and listed[place].start < end:
            met.append(listed[place])
            place += 1
        best = max(met, key=lambda each: min(each.end, end) - max(each.start, start), default=None)
        code = best.code if best is not None and best.label not in ("DATE", "MONEY") and name.name not in ("DATE", "MONEY") else None
        made.append(Argument(start, end, text[start:end], name.name, code))
    left = [each for each in [*left, *listed[place:]] if (each.start, each.end) in sure]
    return sorted([*made, *left], key=lambda each: (each.start, each.end))


SEEN = 0.5  # probability of a trigger from which on the model is evidence


def record(analysis: Analysis, group: list[Draft], text: str, confidence: float | None = None) -> Event:
    """One record from the mentions of one happening; the first of the group is the fullest.

    `confidence` is that of rules and model together; without it that of the surest rule is taken.
    """
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
        confidence=round(max(draft.confidence for draft in group) if confidence is None else confidence, 3),
        evidence=_evidence(analysis, group),
    )


def _evidence(analysis: Analysis, group: list[Draft]) -> list[str]:
    rules = sorted({f"rule:{analysis.language.code}.{draft.type}.{draft.entry.id}" for draft in group if draft.entry.id})
    seen = any(draft.trigger >= SEEN for draft in group) or not rules
    return [*rules, "model"] if seen and analysis.confidence is not None else rules


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
