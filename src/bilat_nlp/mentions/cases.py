"""What adpositions and lists say of a mention's part in the sentence."""

from __future__ import annotations

from ..analysis import Mention, Relations
from .view import PLAIN, View, alike

UNMARKED: Relations = frozenset({"nom", "acc"})
# Cases that a preposition of a relation can stand with, where nouns have cases.
GOVERNS: dict[str, Relations] = {
    "loc": frozenset({"loc"}), "dat": frozenset({"dat"}), "com": frozenset({"com"}), "bet": frozenset({"com"}),
    "abl": frozenset({"gen"}), "opp": frozenset({"gen"}), "ben": frozenset({"gen"}), "agt": frozenset({"gen"}), "gen": frozenset({"gen"}),
    "top": frozenset({"loc", "dat", "gen"}),
}  # fmt: skip
TOWNS = frozenset({"city", "capital"})
HEADED = frozenset({"bet", "com", "opp", "agt"})  # what one preposition says of a whole list, whatever its cases
GOVERNED = HEADED | {"loc", "dat", "gen"}


def give_adpositions(view: View, taken: set[int], mentions: list[Mention]) -> None:
    """Let adpositions speak before cases; `taken` are the words of other mentions."""
    prepositional = bool(view.cues.before)
    for mention in mentions:
        if mention.inside:
            if prepositional and "adj" not in mention.relations:
                mention.relations = mention.relations - {"loc"} or PLAIN
            continue
        if relation := view.postposition(mention.last):
            mention.relations = frozenset({relation})
        if not prepositional:
            continue
        if relation := _preposition(view, taken, mention):
            mention.relations = _with_case(relation, mention.relations)
        elif mention.relations > {"loc"} and "adj" not in mention.relations:
            # Where prepositions mark the place, a bare ending that could be locative is not.
            mention.relations -= {"loc"}


def _preposition(view: View, taken: set[int], mention: Mention) -> str | None:
    """The preposition right in front, or one before an article or adjective that fits the mention's case."""
    place = mention.first
    if found := view.preposition(place):
        return found
    for first in (place - 2, place - 3):
        between = first + 1
        if between < view.last and view.trigger(between):
            return None  # "to meet the Polish president": it belongs to the verb
        if first < view.first or not view.words[between].text.islower() or between in taken or not view.words[first].key[:1].isalpha():
            return None
        if reached := next(view.cues.before.at(view.words, view.hits, first, place), None):
            relation: str = reached.phrase.payload
            # Romanian prepositions take the unmarked case: a genitive behind a noun is governed by that noun.
            # Where nouns have cases, a form that is only nominative never stands behind a preposition.
            oblique = GOVERNS.get(relation, UNMARKED) | {"acc"} if "com" in view.language.morphology.marks else UNMARKED
            fits = not view.language.agreement or mention.relations & oblique
            return relation if fits else None  # "в ответ на введение США пошлин": it governs the noun between
    return None


def _with_case(relation: str, case: Relations) -> Relations:
    # Russian "в" + accusative is direction, + prepositional is place: the case decides between the two readings.
    return frozenset({"dat"}) if relation == "loc" and "acc" in case and "loc" not in case else frozenset({relation})


def join_lists(view: View, mentions: list[Mention]) -> None:
    """Find lists ("A, B and C"); their members share the case of the last one, or the preposition of the first."""
    parties = [mention for mention in mentions if not mention.inside]
    _number(view, parties)
    lists: dict[int, list[Mention]] = {}
    for mention in parties:
        if mention.group >= 0:
            lists.setdefault(mention.group, []).append(mention)
    for members in lists.values():
        if view.language.verb_final and _begins_with_subject(view, members):
            members.pop(0).group = -1
        first, second = members[0], members[1] if len(members) > 1 else members[0]
        apart = len(members) == 2 and first.relations != second.relations and first.first != second.first
        if apart and view.joint(first.last, second.first) == ",":
            first.group = second.group = -1  # "A, with B" is no list
        else:
            _share(view, members)


def _begins_with_subject(view: View, members: list[Mention]) -> bool:
    """ "Tokayev, Portekiz Büyükelçisi A, Ürdün Büyükelçisi B ve ... C'yi kabul etti": the first is of another office than the rest."""
    if len(members) < 3 or members[0].relations != PLAIN or members[-1].relations <= UNMARKED:
        return False
    shared = {member.office for member in members[1:]}
    return (
        len(shared) == 1 and None not in shared and members[0].office not in shared and view.joint(members[0].last, members[1].first) == ","
    )


def _number(view: View, parties: list[Mention]) -> None:
    closed = False  # a conjunction has named the last member
    for left, right in zip(parties, parties[1:], strict=False):
        if left.group >= 0 and left.group == right.group:
            continue
        joint = view.joint(left.last, right.first)
        if left.last == right.first and left.relations == {"com"} and right.relations == {"bet"}:
            joint = "and"  # "İranla BƏƏ arasında": the ending is the conjunction
        if joint == "with" and right.relations == {"bet"} and left.group >= 0:
            left.group = -1  # "X, A ile B arasında": the list begins with A
        extends = left.group >= 0 and left.group != left.start
        aside = joint == "," and left.kind in TOWNS and left.only_place and right.kind not in TOWNS  # "In Oslo, Poland and Latvia ..."
        if joint is None or aside or not alike(left, right) or (closed and joint == ",") or (joint == "with" and extends):
            closed = False
            continue
        closed = joint != ","
        if left.group < 0:
            left.group = left.start
        right.group = left.group


def _share(view: View, members: list[Mention]) -> None:
    head, tail = members[0].relations, members[-1].relations
    if not view.cues.before:
        # "A ilə B" is "A and B" where B is subject, genitive or between; else "with A".
        yielding = UNMARKED | {"com"} if tail & {"nom", "gen", "bet", "agt"} else UNMARKED
        if yielding != UNMARKED or not tail <= UNMARKED:
            for member in members[:-1]:
                if member.relations <= yielding:
                    member.relations = tail
        return
    for member in members[1:]:
        if head & HEADED or (head & GOVERNED and not view.language.agreement and member.relations <= UNMARKED):
            member.relations = head if head & HEADED and view.language.agreement or member.relations <= UNMARKED else member.relations
