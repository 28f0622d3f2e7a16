"""Roles from case, adposition and order: the same event told eight ways."""

from __future__ import annotations

import pytest


def _sides(analyse, lang: str, text: str, type_: str) -> tuple[list[str], list[str]]:
    draft = next(draft for draft in analyse(lang, text).drafts if draft.type == type_)
    return [party.code for party in draft.actor], [party.code for party in draft.recipient]


@pytest.mark.parametrize(("lang", "text"), [
    ("en", "Poland expelled two Belarusian diplomats."),
    ("en", "Two Belarusian diplomats were expelled by Poland."),
    ("ru", "Польша высылает двух белорусских дипломатов."),
    ("ru", "Двух белорусских дипломатов высылает Польша."),
    ("hu", "Lengyelország kiutasított egy belarusz diplomatát."),
    ("hu", "Lengyelország kiutasított két belarusz diplomatát."),
    ("tr", "Polonya iki Belaruslu diplomatı sınır dışı etti."),
    ("az", "Polşa iki Belarus diplomatını ölkədən çıxarıb."),
    ("ro", "Polonia a expulzat doi diplomați belaruși."),
    ("kk", "Польша Беларусьтің екі дипломатын елден шығарды."),
    ("uz", "Polsha Belarusning ikki diplomatini mamlakatdan chiqarib yubordi."),
])  # fmt: skip
def test_who_expels_whom(analyse, lang: str, text: str) -> None:
    assert _sides(analyse, lang, text, "expel_diplomat") == (["POL"], ["BLR"])


@pytest.mark.parametrize(("lang", "text"), [
    ("en", "The president of Kazakhstan arrived in Hungary on an official visit."),
    ("hu", "Magyarországra látogatott a kazah elnök."),
    ("az", "Qazaxıstan Prezidenti Macarıstana səfər edib."),
    ("kk", "Қазақстан Президенті Венгрияға ресми сапармен барды."),
    ("uz", "Қозоғистон Президенти Венгрияга ташриф буюрди."),
    ("ru", "Президент Казахстана прибыл в Венгрию с официальным визитом."),
])  # fmt: skip
def test_the_goal_of_a_journey_is_host_and_place(analyse, lang: str, text: str) -> None:
    draft = next(draft for draft in analyse(lang, text).drafts if draft.type == "visit")
    assert ([p.code for p in draft.actor], [p.code for p in draft.recipient]) == (["KAZ"], ["HUN"])
    assert [mention.code for mention in draft.location] == ["HUN"]


def test_a_meeting_in_a_third_state_makes_the_host_no_side(analyse) -> None:
    draft = next(d for d in analyse("tr", "İran ile ABD heyetleri Viyana'da görüştü.").drafts if d.type == "meet")
    assert sorted(party.code or "" for party in draft.actor) == ["IRN", "USA"]
    assert [mention.code for mention in draft.location] == ["AUT"]


def test_every_envoy_of_a_list_is_an_event_of_its_own(analyse) -> None:
    text = "Послы Чехии, Польши и Кубы вручили верительные грамоты президенту Казахстана."
    drafts = [draft for draft in analyse("ru", text).drafts if draft.type == "appoint_envoy"]
    assert [[party.code for party in draft.actor] for draft in drafts] == [["CZE"], ["POL"], ["CUB"]]
    assert all([party.code for party in draft.recipient] == ["KAZ"] for draft in drafts)


def test_a_day_that_opens_the_sentence_holds_for_all_of_it(analyse) -> None:
    text = "In Oslo on 3 March 2021, after long preparations, delegations of Poland and Norway signed an agreement."
    draft = next(draft for draft in analyse("en", text).drafts if draft.type == "sign_agreement")
    assert draft.date is not None
    assert draft.date.value == "2021-03-03"
    assert [mention.code for mention in draft.location] == ["NOR"]
