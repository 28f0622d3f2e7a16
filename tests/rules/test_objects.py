"""Documents signed: one by one a draft each, together one."""

from __future__ import annotations

import pytest


def _objects(analyse, lang: str, text: str) -> list[list[str]]:
    drafts = [draft for draft in analyse(lang, text).drafts if draft.type == "sign_agreement"]
    return [[text[start:end] for start, end in draft.object] for draft in drafts]


@pytest.mark.parametrize(("lang", "text", "objects"), [
    ("en", "Kazakhstan and Hungary signed a declaration and a memorandum in Budapest.", [["declaration"], ["memorandum"]]),
    ("tr", "Türkiye ile Macaristan arasında iki anlaşma imzalandı.", [["anlaşma"]]),
    ("ru", "Казахстан и Венгрия подписали соглашение о торговле.", [["соглашение"]]),
    ("ro", "România și Moldova au semnat un acord și un protocol.", [["acord"], ["protocol"]]),
])  # fmt: skip
def test_documents(analyse, lang: str, text: str, objects: list[list[str]]) -> None:
    assert _objects(analyse, lang, text) == objects


def test_two_documents_of_one_wording_stay_two_records(analyse) -> None:
    from bilat_nlp.resolve.merge import merge

    analysis = analyse("en", "Kazakhstan and Hungary signed a declaration and a memorandum in Budapest.")
    assert len(merge([draft for draft in analysis.drafts if draft.type == "sign_agreement"])) == 2


def test_a_bare_noun_may_be_the_object_beside_one_with_an_ending(analyse) -> None:
    text = "Казахстан и Венгрия подписали меморандум о взаимопонимании и программу сотрудничества."
    assert _objects(analyse, "ru", text) == [["меморандум"], ["программу"]]
