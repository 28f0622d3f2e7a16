"""Which mentions are one happening: sides, dates, places, modality, and the order in which they are told."""

from __future__ import annotations

from itertools import permutations

import pytest

from bilat_nlp.analysis import Draft, Mention, Party
from bilat_nlp.languages.entries import TriggerEntry
from bilat_nlp.mentions.dates import DateMention
from bilat_nlp.resolve.merge import dates_agree, merge


def _mention(code: str, sentence: int = 0, kind: str = "state") -> Mention:
    return Mention(0, 1, 0, 1, "GPE", kind, (code,), frozenset({"nom"}), sentence)


def draft(
    type_: str,
    actors: str = "",
    recipients: str = "",
    *,
    sentence: int = 0,
    first: int = 0,
    date: str | None = None,
    place: str | None = None,
    modality: str = "actual",
    inferred: str = "",
) -> Draft:
    """A draft as the stages make it; `inferred` names the codes that stand outside the sentence."""
    made = Draft(TriggerEntry("t", type_), sentence, first, first + 1, modality=modality)
    for role, codes in ((made.actor, actors), (made.recipient, recipients)):
        role += [Party(_mention(code, sentence), code, code in inferred.split()) for code in codes.split()]
    if date:
        made.date = DateMention(0, 1, date, "day", False)
    if place:
        made.location = [_mention(place, sentence, "city")]
    return made


@pytest.mark.parametrize(("one", "other", "agree"), [
    ("2025-11-12", "2025-11-12", True),
    ("2025-11", "2025-11-12", True),
    ("2025", "2025-11", True),
    ("2025-11-10/2025-11-16", "2025-11-12", True),
    ("2025-11-12", "2025-11-10/2025-11-16", True),
    ("2025-11-12", "2025-11-13", False),
    ("2024", "2025-11-12", False),
    ("2025-11-10/2025-11-16", "2025-11-17", False),
    ("1992", "19", True),
])  # fmt: skip
def testdates_agree(one: str, other: str, agree: bool) -> None:
    assert dates_agree(one, other) is agree
    assert dates_agree(other, one) is agree


def test_two_tellings_are_one_record() -> None:
    assert len(merge([draft("visit", "KAZ", "HUN"), draft("visit", "KAZ", "HUN", sentence=1)])) == 1


@pytest.mark.parametrize("other", [
    draft("visit", "KAZ", "HUN", sentence=1, date="2025-11-13"),
    draft("visit", "KAZ", "HUN", sentence=1, place="POL"),
    draft("visit", "KAZ", "HUN", sentence=1, modality="negated"),
    draft("visit", "KAZ", "POL", sentence=1),
    draft("meet", "KAZ HUN", sentence=1),
    draft("visit", "HUN", "KAZ", sentence=1),
])  # fmt: skip
def test_what_speaks_against_it(other: Draft) -> None:
    told = draft("visit", "KAZ", "HUN", date="2025-11-12", place="HUN")
    assert len(merge([told, other])) == 2


def test_tit_for_tat_is_two() -> None:
    one = draft("expel_diplomat", "POL", "BLR")
    other = draft("expel_diplomat", "BLR", "POL", sentence=1)
    assert len(merge([one, other])) == 2


def test_one_wording_divided_stays_divided() -> None:
    """Two documents signed by one verb have the same sides and the same trigger."""
    assert len(merge([draft("sign_agreement", "KAZ HUN", first=3), draft("sign_agreement", "KAZ HUN", first=3)])) == 2


def test_an_inferred_side_does_not_stand_in_the_way() -> None:
    assert len(merge([draft("visit", "KAZ", "HUN"), draft("visit", "KAZ", "POL", sentence=1, inferred="POL")])) == 1


def test_the_fullest_mention_leads_its_group() -> None:
    bare = draft("visit", "KAZ", "HUN", sentence=0, inferred="HUN")
    full = draft("visit", "KAZ", "HUN", sentence=1, date="2025-11-12")
    ((best, _),) = merge([bare, full])
    assert best is full


def test_grouping_by_full_sides_does_not_depend_on_the_order() -> None:
    """Where nothing is inferred and nothing is vague, any order of the same mentions gives the same groups."""
    told = [
        draft("visit", "KAZ", "HUN", sentence=0, date="2025-11-12"),
        draft("visit", "KAZ", "HUN", sentence=1, date="2025-11-12"),
        draft("visit", "KAZ", "HUN", sentence=2, date="2024-05-01"),
        draft("meet", "KAZ HUN", sentence=3),
        draft("meet", "HUN KAZ", sentence=4),
    ]
    groupings = {
        frozenset(frozenset(one.sentence for one in group) for group in merge(list(order)))
        for order in permutations(told)
    }  # fmt: skip
    assert groupings == {frozenset({frozenset({0, 1}), frozenset({2}), frozenset({3, 4})})}


def test_no_drafts_no_groups() -> None:
    assert merge([]) == []
