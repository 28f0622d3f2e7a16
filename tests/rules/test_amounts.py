"""Sums of money in every order of number, scale and currency; what only looks like one."""

from __future__ import annotations

import pytest

from bilat_nlp.rules.amounts import amounts


@pytest.mark.parametrize(("lang", "text", "sums"), [
    ("en", "Norway gave 50 million US dollars.", ["50 million US dollars"]),
    ("en", "The fund received €20 million and $3 billion.", ["€20 million", "$3 billion"]),
    ("ru", "Япония выделила кредит в размере 12 млн американских долларов.", ["12 млн американских долларов"]),
    ("az", "Çin 3 milyon dollar həcmində yardım ayırıb.", ["3 milyon dollar"]),
    ("hu", "Norvégia 5 millió eurós segélyt nyújtott.", ["5 millió eurós"]),
    ("kk", "Қытай 3 миллион АҚШ доллары көлемінде көмек берді.", ["3 миллион АҚШ доллары"]),
    ("en", "The talks lasted 50 minutes, and 12 people attended.", []),
    ("hu", "A tárgyalás 12 napig tartott.", []),
])  # fmt: skip
def test_sums_of_a_sentence(analyse, lang: str, text: str, sums: list[str]) -> None:
    analysis = analyse(lang, text)
    assert [text[start:end] for _, _, start, end in amounts(analysis, 0)] == sums


def test_the_sum_belongs_to_the_gift(analyse) -> None:
    text = "Norway granted Moldova 20 million euros, and its president met the Moldovan leader in Oslo."
    drafts = {draft.type: draft for draft in analyse("en", text).drafts}
    assert [text[start:end] for start, end in drafts["provide_aid"].amount] == ["20 million euros"]
    assert drafts["meet"].amount == []
