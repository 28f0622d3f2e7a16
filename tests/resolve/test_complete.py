"""What the context may lend to an event mention, and what it may not."""

from __future__ import annotations

import pytest

from bilat_nlp.resolve.complete import Context


def _completed(analyse, lang: str, text: str, type_: str, sentence: int):
    analysis = analyse(lang, text)
    draft = next(draft for draft in analysis.drafts if draft.type == type_ and draft.sentence == sentence)
    return Context(analysis).complete(draft), draft


@pytest.mark.parametrize(("lang", "text"), [
    ("en", "Poland summoned the Belarusian ambassador on Monday. Two Belarusian diplomats were expelled."),
    ("ru", "Польша вызвала посла Белоруссии. Двух белорусских дипломатов выслали."),
])  # fmt: skip
def test_the_actor_of_a_passive_comes_from_the_sentence_before(analyse, lang: str, text: str) -> None:
    believed, draft = _completed(analyse, lang, text, "expel_diplomat", 1)
    assert believed
    assert [(party.code, party.inferred) for party in draft.actor] == [("POL", True)]
    assert [(party.code, party.inferred) for party in draft.recipient] == [("BLR", False)]


def test_what_is_lent_costs_confidence(analyse) -> None:
    text = "Poland summoned the Belarusian ambassador on Monday. Two Belarusian diplomats were expelled."
    before = next(draft.confidence for draft in analyse("en", text).drafts if draft.type == "expel_diplomat")
    _, draft = _completed(analyse, "en", text, "expel_diplomat", 1)
    assert draft.confidence < before


def test_a_wording_without_any_side_is_not_believed(analyse) -> None:
    analysis = analyse("en", "Two diplomats were expelled.")
    assert not any(Context(analysis).complete(draft) for draft in analysis.drafts)


@pytest.mark.parametrize(("lang", "text"), [
    ("en", "The committee met on Monday and signed the report."),
    ("hu", "A bizottság hétfőn ülésezett, és aláírta a jelentést."),
    ("tr", "Komisyon pazartesi günü toplandı ve raporu imzaladı."),
    ("uz", "Qo‘mita dushanba kuni yig‘ildi va hisobotni imzoladi."),
])  # fmt: skip
def test_domestic_acts_give_nothing(analyse, lang: str, text: str) -> None:
    analysis = analyse(lang, text)
    assert not any(Context(analysis).complete(draft) for draft in analysis.drafts)
