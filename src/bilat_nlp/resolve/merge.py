"""Mentions of one happening become one record.

Two mentions are one happening when type and sides agree and neither date, place nor modality speaks against it. A side that was only
inferred from the context does not stand in the way of joining mentions near each other.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field

from .. import ontology
from ..analysis import Draft

NEAR = 6  # sentences between two mentions that share only one side
RECENT = 12  # groups that a mention with an inferred side is compared with
ONE_BREATH = 10  # words between two wordings of one act ("summoned the envoy to protest")
ALONE = frozenset({"negated", "recurring"})  # never one with a mention of another modality


@dataclass(slots=True)
class Group:
    """The mentions of one happening, with what speaks for or against a further one."""

    drafts: list[Draft]
    named: set[str] = field(default_factory=set)
    dates: set[str] = field(default_factory=set)
    places: set[str] = field(default_factory=set)
    modalities: set[str] = field(default_factory=set)
    wordings: set[tuple[int, int]] = field(default_factory=set)
    inferred: bool = False

    def take(self, draft: Draft) -> None:
        self.drafts.append(draft)
        self.modalities.add(draft.modality)
        self.wordings.add((draft.sentence, draft.first))
        self.places |= {mention.code for mention in draft.location if mention.code}
        if draft.date and draft.date.value:
            self.dates.add(draft.date.value)
        self.named |= _named(draft)
        self.inferred |= _inferred(draft)

    def of_another_year(self, date: str | None, year: int | None) -> bool:
        """Background of an earlier year beside undated news, or the other way round."""
        if year is None or bool(date) == bool(self.dates):
            return False
        return any(int(known[:4]) < year for known in ({date} if date else self.dates) if known)

    def admits(self, draft: Draft, year: int | None = None) -> bool:
        """Whether nothing that is known of the group speaks against this mention being one of it."""
        if (draft.sentence, draft.first) in self.wordings:
            return False  # parts of one wording that names several happenings
        if _kind(self.drafts[0]) != _kind(draft) and self.drafts[-1].sentence != draft.sentence:
            return False
        if self.opposes(draft):
            return False
        if draft.modality not in self.modalities and (draft.modality in ALONE or self.modalities & ALONE):
            return False
        date = draft.date.value if draft.date else None
        if not ontology.has_trait(draft.type, "lasting") and self.of_another_year(date, year):
            return False
        if date and not all(dates_agree(date, other) for other in self.dates):
            return False
        places = {mention.code for mention in draft.location if mention.code}
        return not (places and self.places and not places & self.places)

    def opposes(self, draft: Draft) -> bool:
        """Tit for tat: who acts here suffers there. One sentence that says it twice has not turned it round."""
        first = self.drafts[0]
        if first.sentence == draft.sentence and abs(draft.first - first.first) <= ONE_BREATH:
            return False
        acting, acted = ({party.code for party in one.actor if not party.inferred} for one in (draft, first))
        return bool(acting & {party.code for party in first.recipient}) and bool(acted) and not acting & acted


def merge(drafts: list[Draft], year: int | None = None) -> list[list[Draft]]:
    """Groups of drafts in the order of the text; each group is one record, its first member the fullest mention.

    `year` is that of the document, where it is known.
    """
    homes: dict[int, Group] = {}
    groups: list[Group] = []
    by_sides: dict[tuple[str, frozenset[str]], list[Group]] = {}
    recent: dict[str, deque[Group]] = {}
    for draft in drafts:
        key = draft.type, frozenset(draft.codes)
        group = homes.get(id(draft.refers)) if draft.refers is not None else None
        if group is None:
            group = next((g for g in reversed(by_sides.get(key, [])) if g.admits(draft, year)), None)
        if group is None:
            group = next((g for g in reversed(recent.get(draft.type, deque())) if _near(g, draft) and g.admits(draft, year)), None)
        if group is None:
            group = Group([])
            groups.append(group)
            by_sides.setdefault(key, []).append(group)
            recent.setdefault(draft.type, deque(maxlen=RECENT)).append(group)
        group.take(draft)
        homes[id(draft)] = group
    return [sorted(group.drafts, key=lambda d: (-_fullness(d), d.sentence, d.first)) for group in groups]


def _kind(draft: Draft) -> str:
    """A call, a letter and a congratulation are three happenings; elsewhere a variant only refines the code."""
    return draft.entry.variant or "" if ontology.has_trait(draft.type, "variants_apart") else ""


def _near(group: Group, draft: Draft) -> bool:
    """One has the named sides of the other and infers the rest, and they are not far from each other."""
    mine = _named(draft)
    told_less = bool(mine & group.named) and (mine <= group.named or group.named <= mine)
    return (
        told_less
        and _kind(group.drafts[0]) == _kind(draft)
        and (group.inferred or _inferred(draft))
        and draft.sentence - group.drafts[-1].sentence <= NEAR
    )


def _named(draft: Draft) -> set[str]:
    return {party.code for party in draft.actor + draft.recipient if party.code and not party.inferred}


def _inferred(draft: Draft) -> bool:
    return any(party.inferred for party in draft.actor + draft.recipient)


def _fullness(draft: Draft) -> int:
    known = sum(not party.inferred for party in draft.actor + draft.recipient)
    return 4 * min(known, 2) + 2 * bool(draft.date) + bool(draft.location)


def dates_agree(one: str, other: str) -> bool:
    """Equal, one a coarser form of the other ("2025-11" and "2025-11-12"), or a day inside an interval."""
    if one == other or one.startswith(other) or other.startswith(one):
        return True
    for whole, part in ((one, other), (other, one)):
        if "/" in whole:
            begin, _, end = whole.partition("/")
            if begin <= part[: len(begin)] and part[: len(end)] <= end:
                return True
    return False
