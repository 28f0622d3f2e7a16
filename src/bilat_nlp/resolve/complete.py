"""Parties that the sentence leaves out, taken from the title, the sentences before and the parties the document is about."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

from .. import ontology
from ..analysis import Analysis, Draft, Mention, Party
from .merge import dates_agree

BACK = 3  # sentences before the trigger's that may lend a party
LEAST = 0.3  # weight below which nobody is taken
LEAST_WEAK = 0.9  # the same for wording of many senses
LABEL_WEIGHT = {"PER": 1.2, "GPE": 1.0, "ORG": 0.9, "NORP": 0.7, "LOC": 0.3}
TITLE = 0.6
PASS_ON = 2  # sentences from a general sentence to the particular one
LEAD = 3  # sentences from a title to the lead, datelines between
OPENING = 4  # words of a sentence in which wording still opens it
BACK_TO = 4  # sentences back to what an opening means
SIDES = ("actor", "recipient")
HOME = 0.2  # the press of a state leaves out its own side most of all
ABOUT = 0.06  # for every mention of the code in the whole document


class Context:
    """What the document offers beyond the sentence."""

    def __init__(self, analysis: Analysis) -> None:
        self.analysis = analysis
        self.counts = Counter(m.code for mentions in analysis.mentions for m in mentions if m.code and m.kind not in ("city", "region"))
        # In a text that surely reports an event between two sides, wording of many senses may be believed more readily.
        self.diplomatic = any(sure(draft) for draft in analysis.drafts)
        self.title = next((n for n, s in enumerate(analysis.layout.sentences) if s.kind == "title"), None)

    def complete(self, draft: Draft) -> bool:
        """Fill what is missing; False where the event cannot be believed: too few sides."""
        needed, symmetric = _needed(draft), _symmetric(draft)
        if not self._plausible(draft) or not (draft.codes or self._spoken_of(draft)):
            return False
        if symmetric and draft.entry.single and draft.codes:
            return True
        for role in ("actor", "actor") if symmetric else ("actor", "recipient"):
            if getattr(draft, role) and (not symmetric or len(draft.codes) >= 2):
                continue
            # A demand or a ratification needs no addressee: only one who is clearly in the fore.
            party = self.lend(draft, role, LEAST_WEAK if draft.entry.weak or (needed == 1 and draft.codes) else LEAST)
            if party is None:
                continue
            parties = [party] if symmetric else [party, *self.fellows(party, draft)]
            setattr(draft, role, [*getattr(draft, role), *parties])
            draft.confidence *= 0.8
        return len(draft.codes) >= needed

    def stands_alone(self, draft: Draft) -> bool:
        """Whether an event can be believed with the parties that the grammar of its sentence gives it, and no others."""
        return self._plausible(draft) and len(draft.codes) >= _needed(draft)

    def _plausible(self, draft: Draft) -> bool:
        """Whether wording of many senses names an event here: what it asks for is two sides that face each other, or such a text."""
        if draft.entry.weak and not draft.codes:
            return False
        if draft.entry.pair or (draft.entry.weak and not self.diplomatic):
            facing = len(draft.codes) >= 2 and (_symmetric(draft) or bool(draft.actor and draft.recipient))
            return facing or bool(self.diplomatic and draft.codes)
        return True

    def _spoken_of(self, draft: Draft) -> bool:
        """Whether this sentence and the one before speak of two sides: then wording that names nobody may go on about them."""
        low = max(0, draft.sentence - 1)
        codes = {code for n in range(low, draft.sentence + 1) for m in self.analysis.mentions[n] for code in m.codes}
        return len(codes) >= 2

    def lend(self, draft: Draft, role: str, least: float) -> Party | None:
        """The likeliest holder of an empty role: who stood in the fore last, the subject of the sentences before for an actor."""
        weights: dict[str, float] = {}
        holders: dict[str, Mention] = {}
        for number in range(max(0, draft.sentence - BACK), draft.sentence + 1):
            self._weigh(number, draft, role, 1.0 / (1 + draft.sentence - number), weights, holders)
        if self.title is not None and self.title < draft.sentence - BACK:
            self._weigh(self.title, draft, role, TITLE, weights, holders)
        for code in weights:
            weights[code] += ABOUT * min(self.counts[code], 12) + (HOME if code == self.analysis.home and not draft.entry.weak else 0.0)
        barred = draft.codes | draft.siblings
        options = [(weight, code) for code, weight in weights.items() if code not in barred and weight >= least]
        if not options:
            return None
        _, code = max(options)
        return Party(holders[code], code, inferred=holders[code].sentence != draft.sentence)

    def fellows(self, party: Party, draft: Draft) -> list[Party]:
        """The rest of the list that a lent party stands in: of "Sudan and Chad" both are meant."""
        mention = party.mention
        if mention.group < 0:
            return []
        near = self.analysis.mentions[mention.sentence]
        barred = draft.codes | draft.siblings | {party.code}
        return [replace(party, mention=m, code=m.code) for m in near if m.group == mention.group and m.code and m.code not in barred]

    def _weigh(self, number: int, draft: Draft, role: str, factor: float, weights: dict[str, float], holders: dict[str, Mention]) -> None:
        if self.analysis.layout.sentences[number].kind == "furniture":
            return
        for mention in self.analysis.mentions[number]:
            if mention.kind == "region" or mention.relations == {"obl"}:
                continue
            if mention.kind == "both" and len(set(mention.codes) & draft.codes) != 1:
                continue  # of a pair spoken of together only the other one can be meant
            if number == draft.sentence and not _open_to(draft, role, mention):
                continue
            weight = factor * LABEL_WEIGHT.get(mention.label, 0.5)
            weight *= 0.5 if mention.inside else 0.6 if mention.only_place else 1.3 if "nom" in mention.relations else 1.0
            for code in mention.codes:
                if weight > weights.get(code, 0.0):
                    weights[code] = weight
                    holders[code] = mention


def _needed(draft: Draft) -> int:
    return 1 if draft.entry.single else ontology.types()[draft.type].minimum_sides


def _symmetric(draft: Draft) -> bool:
    return ontology.types()[draft.type].variant(draft.entry.variant).symmetric


def _open_to(draft: Draft, role: str, mention: Mention) -> bool:
    """Whether a mention of the trigger's own sentence may take a role after all."""
    if role == "actor" and mention.only_place:
        return False  # a mere place was no side; a missing host may well be one
    # What the wording makes an object or a place ("the attack on X") is no side.
    return not any(draft.entry.roles.get(relation, role) not in SIDES for relation in mention.relations)


def sure(draft: Draft) -> bool:
    """Wording of one sense, with two sides in its own sentence."""
    return not (draft.entry.weak or draft.entry.pair) and len(draft.codes) >= 2


def refer_back(analysis: Analysis, draft: Draft, earlier: list[Draft]) -> bool:
    """Whether wording that opens a sentence ("At the meeting ...") means a happening told before; if so it takes that one's parties.

    What follows such an opening are the matters talked about, not new parties.
    """
    meant = ontology.types()[draft.type].refers_to
    if not meant or not (draft.entry.back or _opens(analysis, draft)):
        return False
    for other in reversed(earlier):
        if draft.sentence - other.sentence > BACK_TO:
            break
        if other.type != draft.type and ontology.has_trait(other.type, "remote") and (draft.date or draft.location):
            continue  # talks with a day or place of their own are no telephone call
        if other.sentence < draft.sentence and other.type in meant:
            present = [p for p in draft.actor if p.mention.label == "PER" and "nom" in p.mention.relations and p.code not in other.codes]
            draft.actor = [replace(party, inferred=True) for party in other.actor]
            draft.recipient = [replace(party, inferred=True) for party in other.recipient]
            if other.type == draft.type and other.entry.single:
                draft.actor += present  # "At the summit the presidents of A and B took part"
                draft.refers = other
            if draft.modality != other.modality and draft.modality != "actual":
                return True  # "The next summit will ...": of the same sides, but another one
            draft.entry = other.entry if other.type != draft.type else draft.entry
            draft.modality = other.modality
            draft.location = (
                draft.location if other.location and draft.location and draft.location[0].codes == other.location[0].codes else []
            )
            return True
    return False


def _opens(analysis: Analysis, draft: Draft) -> bool:
    first = analysis.layout.sentences[draft.sentence].first
    if draft.first - first > OPENING:
        return False
    return not any(m.codes and m.first < draft.first for m in analysis.mentions[draft.sentence])


def inherit(drafts: list[Draft]) -> None:
    """Place and date that a happening shares with the one it is part of, told in the same sentence or the one before.

    A meeting or signing during a visit took place where the visitor went; acts of the same sides on one occasion share its day.
    """
    for number, draft in enumerate(drafts):
        if not ontology.has_trait(draft.type, "occasion"):
            continue
        near = [
            other
            for other in drafts[max(0, number - 6) : number + 3]
            if other is not draft
            and -1 <= other.sentence - draft.sentence <= 0
            and other.codes == draft.codes
            and ontology.has_trait(other.type, "occasion")
            and other.type != draft.type
            and other.modality == draft.modality
        ]
        near = [other for other in near if not _apart_in_time(draft, other)]
        if not draft.location and not ontology.has_trait(draft.type, "journey"):
            draft.location = next((other.location for other in reversed(near) if other.location), []) or _place_of_occasion(drafts, number)
        if draft.date is None:
            draft.date = next((other.date for other in reversed(near) if other.date), None)


def _place_of_occasion(drafts: list[Draft], number: int) -> list[Mention]:
    """Where the talks or the visit of the sentences before took place, if a side is shared."""
    draft = drafts[number]
    for other in reversed(drafts[max(0, number - 8) : number]):
        if draft.sentence - other.sentence > BACK_TO:
            break
        if _apart_in_time(draft, other):
            continue
        if ontology.has_trait(other.type, "occasion") and other.location and other.codes & draft.codes and other.modality == draft.modality:
            return other.location
    return []


def date_titles(analysis: Analysis, drafts: list[Draft]) -> None:
    """A title has no room for the day; the lead that repeats its news does."""
    sentences = analysis.layout.sentences
    for draft in drafts:
        if draft.date is not None or sentences[draft.sentence].kind != "title" or draft.modality != "actual":
            continue
        lead = next((n for n in range(draft.sentence + 1, len(sentences)) if sentences[n].kind == "body"), None)
        if lead is None or lead - draft.sentence > LEAD:
            continue
        told = {code for mention in analysis.mentions[lead] for code in mention.codes}
        if draft.codes <= told:
            draft.date = next((date for date in analysis.dates[lead] if date.value), None)


def _apart_in_time(one: Draft, other: Draft) -> bool:
    """Whether two happenings have days that cannot be one occasion's."""
    dates = [draft.date.value for draft in (one, other) if draft.date and draft.date.value]
    return len(dates) == 2 and not dates_agree(*dates)


def pass_on(draft: Draft, dropped: list[Draft]) -> None:
    """Day and place of a general sentence ("received credentials on Monday") for the particular one that follows it."""
    for other in reversed(dropped):
        if other.type == draft.type and 0 <= draft.sentence - other.sentence <= PASS_ON:
            draft.date = draft.date or other.date
            draft.location = draft.location or other.location
