"""Modality from the form of the trigger, from cues around it, and from the day of the document."""

from __future__ import annotations

import pytest


@pytest.mark.parametrize(("lang", "text", "type_", "modality"), [
    ("en", "The Polish president will visit Kyiv.", "visit", "planned"),
    ("en", "Poland refused to sign the agreement with Lithuania.", "sign_agreement", "negated"),
    ("en", "The Polish president visited Kyiv.", "visit", "actual"),
    ("tr", "Polonya, Litvanya ile anlaşmayı imzalamadı.", "sign_agreement", "negated"),
    ("tr", "Polonya Cumhurbaşkanı Litvanya'yı ziyaret edecek.", "visit", "planned"),
    ("ru", "Президент Польши не приедет с визитом в Литву.", "visit", "negated"),
    ("ru", "Дипломаты Польши и Литвы ежегодно проводят консультации.", "meet", "recurring"),
    ("az", "Polşa Prezidenti Litvaya səfər edəcək.", "visit", "planned"),
    ("ro", "Președintele Poloniei va efectua o vizită în Lituania.", "visit", "planned"),
])  # fmt: skip
def test_cues(analyse, lang: str, text: str, type_: str, modality: str) -> None:
    found = {draft.type: draft.modality for draft in analyse(lang, text).drafts}
    assert found.get(type_) == modality


def test_a_present_tense_with_a_day_to_come_is_planned(analyse) -> None:
    text = "A lengyel elnök november 20-án Kijevbe látogat."
    (draft,) = (draft for draft in analyse("hu", text, "2025-11-12").drafts if draft.type == "visit")
    assert draft.modality == "planned"
    assert draft.date is not None
    assert draft.date.value == "2025-11-20"


def test_a_plan_never_takes_the_day_of_its_announcement(analyse) -> None:
    text = "Poland announced on Monday that its president will visit Kyiv."
    (draft,) = (draft for draft in analyse("en", text, "2025-11-12").drafts if draft.type == "visit")
    assert draft.modality == "planned"
    assert draft.date is None


def test_a_cue_does_not_reach_over_a_semicolon(analyse) -> None:
    (draft,) = (d for d in analyse("en", "The Polish president visited Kyiv; the rest will follow.").drafts if d.type == "visit")
    assert draft.modality == "actual"
