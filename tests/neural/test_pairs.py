"""Who may fill a role of a trigger, and what the two show together."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import pytest

from bilat_nlp.analysis import Analysis, Draft
from bilat_nlp.languages.entries import TriggerEntry
from bilat_nlp.neural.features import RULE
from bilat_nlp.neural.pairs import AHEAD, BACK, COLUMNS, PairReader
from bilat_nlp.pipeline import stages

TEXT = """Hungary expels two Russian diplomats

Hungarian Foreign Minister Peter Balogh met his Kazakh counterpart in Astana on Tuesday. \
Poland signed an agreement with Romania on 3 June 2024."""


def draft_of(analysis: Analysis, type_: str) -> Draft:
    return next(draft for draft in analysis.drafts if draft.type == type_)


def shown(reader: PairReader, draft: Draft) -> dict[tuple[str, int], dict[str, float]]:
    """By wording and sentence of the candidate, the columns that are not zero."""
    candidates, words = reader.candidates(draft), reader.analysis.layout.words
    rows = reader.features(draft, candidates)
    assert rows.shape == (len(candidates), len(COLUMNS))
    found = {}
    for each, row in zip(candidates, rows, strict=True):
        wording = " ".join(word.text for word in words[each.first : each.last])
        found[wording, each.sentence] = {COLUMNS[number]: float(row[number]) for number in np.nonzero(row)[0]}
    return found


@pytest.fixture(scope="module")
def analysis(analyse: Callable[..., Analysis]) -> Analysis:
    return analyse("en", TEXT, "2025-11-12")


def test_columns_have_names_of_their_own() -> None:
    assert len(set(COLUMNS)) == len(COLUMNS)
    assert any(name.startswith(RULE) for name in COLUMNS)


# -- candidates --------------------------------------------------------------------------------------------------------------------


def test_candidates_are_names_with_codes_and_dates_with_a_value_in_the_order_of_the_text(analysis: Analysis) -> None:
    found = PairReader(analysis).candidates(draft_of(analysis, "meet"))
    mentions = [mention for each in analysis.mentions for mention in each if mention.codes]
    dates = [date for each in analysis.dates for date in each]
    assert {id(each.mention) for each in found if each.mention} == {id(mention) for mention in mentions}
    assert {id(each.date) for each in found if each.date} == {id(date) for date in dates}
    assert [each.sentence for each in found] == sorted(each.sentence for each in found)
    assert all((each.mention is None) != (each.date is None) for each in found)
    for each in found:
        assert analysis.layout.sentences[each.sentence].first <= each.first < each.last <= analysis.layout.sentences[each.sentence].last


def test_only_sentences_around_the_trigger_and_the_title_are_looked_through(analyse: Callable[..., Analysis]) -> None:
    body = " ".join(f"Poland wrote letter number {number} to Romania." for number in range(14))
    analysis = analyse("en", f"Hungary and Kazakhstan\n\n{body}")
    assert [sentence.kind for sentence in analysis.layout.sentences][:2] == ["title", "body"]
    for sentence in (1, 4, 9, 14):
        first = analysis.layout.sentences[sentence].first
        near = PairReader(analysis).candidates(Draft(TriggerEntry("", "meet"), sentence, first + 1, first + 2))
        low, high = max(0, sentence - BACK), min(len(analysis.layout.sentences), sentence + AHEAD + 1)
        assert {each.sentence for each in near} == {0, *range(low, high)}
        assert len(near) == len({(each.first, each.last) for each in near})  # the title is not counted twice


def test_whom_the_rules_took_from_afar_is_a_candidate_too(analyse: Callable[..., Analysis]) -> None:
    filler = " ".join("The weather was fine and nothing else was said." for _ in range(BACK + 3))
    analysis = analyse("en", f"Hungary met Poland.\n{filler}\nAn agreement was signed.")
    draft = draft_of(analysis, "sign_agreement")
    assert PairReader(analysis).candidates(draft) == []
    far = draft_of(analysis, "meet").actor
    draft.actor = list(far)
    draft.location = [far[0].mention]
    found = PairReader(analysis).candidates(draft)
    assert {id(each.mention) for each in found} == {id(party.mention) for party in far}


# -- what a pair shows -------------------------------------------------------------------------------------------------------------


def test_place_and_kind(analysis: Analysis) -> None:
    pairs = shown(PairReader(analysis), draft_of(analysis, "meet"))
    title, here, there, after = (
        pairs[key] for key in (("Hungary", 0), ("Hungarian Foreign Minister Peter Balogh", 1), ("Astana", 1), ("Poland", 2))
    )
    assert {"step:-1", "before", "title", "name:state", "label:GPE"} <= title.keys()
    assert {"step:0", "before", "touches", "near", "name:person", "label:PER", "office"} <= here.keys()
    assert "title" not in here
    assert {"step:0", "behind", "nested", "name:capital"} <= there.keys()
    assert {"step:1", "behind"} <= after.keys()
    words = [word.text for word in analysis.layout.words]
    assert there["distance:behind"] == pytest.approx(math.log1p(words.index("Astana") - words.index("met") - 1) / 3)
    assert title["distance:before"] == pytest.approx(math.log1p(words.index("met") - 1) / 3)
    assert not {"distance:before", "before"} & there.keys()
    assert "between" not in here
    # between the title's name and "met" stand the diplomats and the minister; nested names do not count
    assert title["between"] == pytest.approx(2 / 3)


def test_steps_farther_than_the_last_count_as_the_last(analyse: Callable[..., Analysis]) -> None:
    text = " ".join(["Hungary is far.", *["It rained all the week."] * 5, "The sides signed an agreement."])
    analysis = analyse("en", text)
    pairs = shown(PairReader(analysis), draft_of(analysis, "sign_agreement"))
    assert pairs["Hungary", 0]["step:-4"] == 1.0


def test_dates(analysis: Analysis) -> None:
    pairs = shown(PairReader(analysis), draft_of(analysis, "sign_agreement"))
    relative, given = pairs["Tuesday", 1], pairs["3 June 2024", 2]
    assert {"date:day", "date:relative"} <= relative.keys()
    assert "date:relative" not in given
    assert f"{RULE}date" in given
    assert f"{RULE}date" not in relative
    assert not any(name.startswith(("name:", "label:")) for name in given)


def test_how_often_and_where_first_a_code_is_named(analysis: Analysis) -> None:
    pairs = shown(PairReader(analysis), draft_of(analysis, "meet"))
    assert "first" in pairs["Hungary", 0]
    assert "first" not in pairs["Hungarian Foreign Minister Peter Balogh", 1]
    # HUN: the title, the minister, "his"; his nationality word is part of him
    assert pairs["Hungary", 0]["count"] == pytest.approx(math.log1p(3) / 2)
    assert pairs["Poland", 2]["count"] == pytest.approx(math.log1p(1) / 2)


def test_the_two_countries_stand_for_both(analyse: Callable[..., Analysis]) -> None:
    analysis = analyse("en", "The presidents of Hungary and Kazakhstan met on Monday. The two countries signed an agreement.")
    pairs = shown(PairReader(analysis), draft_of(analysis, "sign_agreement"))
    both = next(row for (_, sentence), row in pairs.items() if sentence == 1)
    assert {"several", f"{RULE}actor"} <= both.keys()
    assert "several" not in pairs["Kazakhstan", 0]


def test_votes_of_the_rules(analysis: Analysis) -> None:
    pairs = shown(PairReader(analysis), draft_of(analysis, "expel_diplomat"))
    votes = {key: {name for name in row if name.startswith(RULE)} for key, row in pairs.items()}
    assert votes["Hungary", 0] == {f"{RULE}actor", f"{RULE}actor:here", f"{RULE}drafted"}
    assert votes["Russian diplomats", 0] == {f"{RULE}recipient", f"{RULE}recipient:here", f"{RULE}drafted"}
    # of the same side, but another mention
    assert votes["Hungarian Foreign Minister Peter Balogh", 1] == {f"{RULE}actor", f"{RULE}drafted"}
    assert votes["Tuesday", 1] == {f"{RULE}drafted"}


def test_a_party_from_the_context_has_half_a_vote(analyse: Callable[..., Analysis]) -> None:
    analysis = analyse("en", "Hungary met Poland on Monday. They signed an agreement.")
    draft = draft_of(analysis, "sign_agreement")
    assert draft.actor == []
    stages.resolve(analysis)
    pairs = shown(PairReader(analysis), draft)
    assert {party.inferred for party in draft.actor} == {True}
    assert pairs["Hungary", 0][f"{RULE}actor:here"] == pairs["Poland", 0][f"{RULE}actor:here"] == 0.5


def test_a_place_of_the_rules(analyse: Callable[..., Analysis]) -> None:
    analysis = analyse("en", "Hungary and Poland signed an agreement in Astana.")
    pairs = shown(PairReader(analysis), draft_of(analysis, "sign_agreement"))
    assert f"{RULE}location" in pairs["Astana", 0]
    assert f"{RULE}location" not in pairs["Poland", 0]


def test_without_votes_nothing_of_the_rules_is_shown(analysis: Analysis) -> None:
    for draft in analysis.drafts:
        with_votes, without = PairReader(analysis), PairReader(analysis, votes=False)
        candidates = with_votes.candidates(draft)
        assert [(each.first, each.last) for each in candidates] == [(each.first, each.last) for each in without.candidates(draft)]
        all_, some = with_votes.features(draft, candidates), without.features(draft, candidates)
        rules = np.array([name.startswith(RULE) for name in COLUMNS])
        assert all_[:, rules].any()
        assert not some[:, rules].any()
        np.testing.assert_array_equal(all_[:, ~rules], some[:, ~rules])


def test_a_draft_of_the_models_own_is_none_of_the_rules(analysis: Analysis) -> None:
    own = Draft(TriggerEntry("", "support"), 1, 8, 9)
    reader = PairReader(analysis)
    rows = reader.features(own, reader.candidates(own))
    assert not rows[:, COLUMNS.index(f"{RULE}drafted")].any()
    assert reader.features(own, []).shape == (0, len(COLUMNS))
