"""Annotated documents become spans of words, roles of pairs and their gaps, as a reader of the annotation would say."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bilat_nlp.neural.features import RULE
from bilat_nlp.neural.labels import MERGED, NONE, THING
from bilat_nlp.neural.pairs import COLUMNS
from bilat_nlp.records import Document
from training.material import MONDAY, Story, example_maker, expulsion, meeting, nothing

examples = pytest.importorskip("bilat_nlp.training.examples")


@pytest.fixture(scope="module")
def maker() -> Any:
    return example_maker()


def _words(example: Any, span: tuple[int, int]) -> str:
    return " ".join(example.window.words[span[0] : span[0] + span[1] + 1])


def _labelled(example: Any) -> set[tuple[str, frozenset[str]]]:
    return {(_words(example, span), labels) for span, labels in example.entities}


def _truth(maker: Any, example: Any, role: str, type_: str | None = None) -> dict[str, list[float | None]]:
    """For every candidate, by its words, whether it has the role; None where that cannot be told."""
    pairs, column = example.pairs, maker.labels.roles.index(role)
    found: dict[str, list[float | None]] = {}
    for number in range(len(pairs)):
        if type_ is None or maker.labels.types[pairs.type[number]] == type_:
            first, last = pairs.filler[number]
            told = float(pairs.roles[number, column]) if pairs.counts[number, column] else None
            found.setdefault(_words(example, (first, last - first - 1)), []).append(told)
    return found


@given(st.text(alphabet="ab -", max_size=30), st.data())
def test_a_span_has_the_words_that_share_a_letter_with_it(text: str, data: st.DataObject) -> None:
    words, at = [], 0
    for part in text.replace("-", " - ").split(" "):
        if part:
            start = text.index(part, at)
            words.append(SimpleNamespace(start=start, end=start + len(part)))
            at = start + len(part)
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start + 1, len(text) + 1))
    inside = [number for number, word in enumerate(words) if word.start < end and start < word.end]
    found = examples._Places(SimpleNamespace(layout=SimpleNamespace(words=words))).words(start, end)
    assert found == ((inside[0], inside[-1] + 1) if inside else None)


def test_an_event_shows_its_names_its_wordings_and_its_sides(maker: Any) -> None:
    example = maker.events(expulsion("a", "Hungary", "Poland"))
    assert _labelled(example) == {("Hungary", frozenset({"GPE"})), ("Poland", frozenset({"GPE"})), ("Monday", frozenset({"DATE"}))}
    assert [(_words(example, span), *rest) for span, *rest in example.triggers] == [("expelled", "expel_diplomat", "actual")]
    assert example.marked == set(maker.labels.entities) - {NONE}
    assert (example.id, example.left_out, example.eventless) == ("a", 0, None)
    actor, recipient, day = (_truth(maker, example, role) for role in ("actor", "recipient", "date"))
    assert actor["Hungary"] == [1.0]
    assert recipient["Hungary"] == [0.0]
    assert [value for words, values in recipient.items() if "Poland" in words for value in values].count(1.0) >= 1
    assert not any(value for words, values in actor.items() if "Poland" in words for value in values)
    assert day == {words: [1.0] if words == "Monday" else [None] * len(values) for words, values in day.items()}
    assert actor["Monday"] == [None]


def test_what_gold_leaves_open_teaches_nothing(maker: Any) -> None:
    text = "Hungary expelled two diplomats of Poland on Monday. Norway saw snow on 1 March. "
    story = Story("a", text + "On 3 March Hungary said that the two countries talk.")
    sides = [story.name("Hungary", "GPE", "HUN"), story.name("Poland", "GPE", "POL")]
    story.event("expel_diplomat", "expelled", actor=sides[:1], recipient=sides[1:], day=(MONDAY, "Monday"))
    example = maker.events(story.document)
    actor, place, day = (_truth(maker, example, role, "expel_diplomat") for role in ("actor", "location", "date"))
    assert actor["Hungary"] == [1.0, None], "of two mentions of one state gold names one"
    assert actor["the two countries"] == [None]
    assert actor["Norway"] == [0.0]
    assert place["Hungary"] == [0.0, 0.0]
    assert day["Monday"] == [1.0]
    assert day["3 March"] == [None], "the same day, said again"
    assert day["1 March"] == [0.0]


def test_a_wording_that_no_rule_knows_is_learned_too(maker: Any) -> None:
    story = Story("a", "Hungary fribbled Poland on Monday.")
    sides = [story.name("Hungary", "GPE", "HUN"), story.name("Poland", "GPE", "POL")]
    story.event("meet", "fribbled", actor=sides)
    example = maker.events(story.document)
    assert _truth(maker, example, "actor") == {"Hungary": [1.0], "Poland": [1.0], "Monday": [None]}
    assert _truth(maker, example, "date")["Monday"] == [0.0], "gold gives the event no day"
    assert not example.pairs.shown[:, COLUMNS.index(f"{RULE}drafted")].any()
    assert not example.window.features[:, maker.reader.names.at[f"{RULE}begin"]].any(), "the proposal is no vote of the rules"


def test_each_of_several_events_on_one_wording_has_its_own_sides(maker: Any) -> None:
    story = Story("a", "Hungary and Poland recalled their ambassadors from Norway.")
    one, other, host = (story.name(*each) for each in (("Hungary", "GPE", "HUN"), ("Poland", "GPE", "POL"), ("Norway", "GPE", "NOR")))
    story.event("recall_envoy", "recalled", actor=[one], recipient=[host])
    story.event("recall_envoy", "recalled", actor=[other], recipient=[host])
    example = maker.events(story.document)
    truth = _truth(maker, example, "actor")
    assert {tuple(truth["Hungary"]), tuple(truth["Poland"])} == {(1.0, 0.0), (0.0, 1.0)}
    assert _truth(maker, example, "recipient")["Norway"] == [1.0, 1.0]


def test_spans_longer_than_any_of_the_model_are_counted(maker: Any) -> None:
    text = "The Office for the Care of All Very Old and Very New Bridges opened, and Hungary put all of its names under it with Poland."
    story = Story("a", text)
    story.name("The Office for the Care of All Very Old and Very New Bridges", "ORG")
    thing = story.name("names", None)
    sides = [story.name("Hungary", "GPE", "HUN"), story.name("Poland", "GPE", "POL")]
    story.event("sign_agreement", "put all of its names under", actor=sides, object=[thing])
    example = maker.events(story.document)
    assert example.left_out == 2
    assert example.triggers == []
    assert _labelled(example) == {("names", frozenset({THING})), ("Hungary", frozenset({"GPE"})), ("Poland", frozenset({"GPE"}))}


def test_a_source_that_merges_places_leaves_both_open(maker: Any) -> None:
    document = expulsion("a", "Hungary", "Poland")
    story = Story("a", document.text or "")
    story.name("Hungary", "LOC")
    story.name("Poland", "GPE")
    story.name("Monday", "DATE")
    apart = maker.names(story.document, frozenset({"PER", "LOC"}), merged=False)
    assert _labelled(apart) == {("Hungary", frozenset({"LOC"}))}
    assert apart.marked == {"PER", "LOC"}
    merged = maker.names(story.document, frozenset({"PER", "LOC"}), merged=True)
    assert _labelled(merged) == {("Hungary", MERGED)}
    assert merged.marked == {"PER", *MERGED}
    assert maker.names(story.document, frozenset({"PER"}), merged=True).marked == {"PER"}, "a source without places says nothing of them"
    assert (merged.triggers, merged.pairs) == (None, None)


def test_raw_text_tells_only_where_no_event_is(maker: Any) -> None:
    quiet = maker.raw(nothing("a", "Hungary", "Poland").text, "en")
    assert quiet.eventless.all()
    assert (quiet.entities, quiet.marked, quiet.triggers) == ([], frozenset(), None)
    text = "Norway is far away. It is cold there. Hungary expelled two diplomats of Poland. Nobody was sure why."
    loud = maker.raw(text, "en")
    told = {word: bool(known) for word, known in zip(loud.window.words, loud.eventless, strict=True)}
    assert not told["expelled"]
    assert not told["diplomats"], "words around an event may name another one"
    assert told["far"], "a sentence from which two sides are far"
    assert maker.raw("Ça va bien.", "fr") is None


@pytest.mark.parametrize("text", ["", " \n "])
def test_a_text_without_words_gives_no_example(maker: Any, text: str) -> None:
    document = Document("a", "en", "Latn", text=text)
    assert maker.events(document) is None
    assert maker.names(document, frozenset({"PER"}), merged=False) is None


def test_documents_in_other_languages_are_left_out(maker: Any) -> None:
    strange = replace(expulsion("b", "Hungary", "Poland"), lang="fr")
    served = [expulsion("a", "Hungary", "Poland"), strange, meeting("c", "Norway", "Turkey")]
    assert [example.id for example in examples.event_examples(served, maker)] == ["a", "c"]


def test_without_votes_nothing_of_the_rules_is_left_and_the_example_stays(maker: Any) -> None:
    example = maker.events(expulsion("a", "Hungary", "Poland"))
    names, votes = maker.reader.names, np.array([name.startswith(RULE) for name in COLUMNS])
    before = example.window.features.copy(), example.pairs.shown.copy()
    assert before[0][:, names.first_rule :].any()
    assert before[1][:, votes].any()
    blank = examples.without_votes(example, names.first_rule)
    assert not blank.window.features[:, names.first_rule :].any()
    assert not blank.pairs.shown[:, votes].any()
    np.testing.assert_array_equal(blank.window.features[:, : names.first_rule], before[0][:, : names.first_rule])
    np.testing.assert_array_equal(blank.pairs.shown[:, ~votes], before[1][:, ~votes])
    np.testing.assert_array_equal(example.window.features, before[0])
    np.testing.assert_array_equal(example.pairs.shown, before[1])
