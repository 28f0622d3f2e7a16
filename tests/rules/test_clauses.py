"""Distances grow with words, and far more with the borders of clauses."""

from __future__ import annotations

import pytest

from bilat_nlp.rules.clauses import BOUNDARY, COMMA, WORD, Distances


def _between(analyse, lang: str, text: str, left: str, right: str) -> float:
    analysis = analyse(lang, text)
    places = {word.text: place for place, word in enumerate(analysis.layout.words)}
    sentence = analysis.layout.sentences[0]
    one, other = ((places[word], places[word] + 1) for word in (left, right))
    distances = Distances(analysis, sentence.first, sentence.last)
    assert distances.between(one, other) == distances.between(other, one)
    return distances.between(one, other)


def test_touching_words_cost_nothing(analyse) -> None:
    assert _between(analyse, "en", "Poland expelled diplomats.", "Poland", "expelled") == 0


def test_words_and_commas_add_up(analyse) -> None:
    assert _between(analyse, "en", "Poland later expelled them.", "Poland", "expelled") == pytest.approx(WORD)
    assert _between(analyse, "en", "Poland, expelled them.", "Poland", "expelled") == pytest.approx(COMMA)


@pytest.mark.parametrize(("lang", "text", "left", "right"), [
    ("en", "Poland protested; Latvia agreed.", "protested", "Latvia"),
    ("hu", "Lengyelország tiltakozott; Lettország beleegyezett.", "tiltakozott", "Lettország"),
    ("ru", "Польша выразила протест; Латвия согласилась.", "протест", "Латвия"),
])  # fmt: skip
def test_a_semicolon_is_a_border(analyse, lang: str, text: str, left: str, right: str) -> None:
    assert _between(analyse, lang, text, left, right) >= BOUNDARY


def test_a_party_beyond_the_border_is_not_taken(analyse) -> None:
    (draft,) = (
        draft
        for draft in analyse("en", "Latvia signed nothing; Poland expelled two Belarusian diplomats.").drafts
        if draft.type == "expel_diplomat"
    )
    assert ([party.code for party in draft.actor], [party.code for party in draft.recipient]) == (["POL"], ["BLR"])
