"""The stage of the model as a whole: drafts of its own, evidence, confidence, and the pipeline with a model of random weights."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

import bilat_nlp
from bilat_nlp.analysis import Analysis
from bilat_nlp.neural.features import RULE
from bilat_nlp.neural.pairs import COLUMNS
from bilat_nlp.pipeline import stages
from bilat_nlp.pipeline.judge import Limits
from bilat_nlp.records import RecordError
from bilat_nlp.resolve.combine import PLAIN, SIGNS
from neural import compact
from pipeline.told import LABELS, Judged, Told, judge_of

RULES = np.array([name.startswith(RULE) for name in COLUMNS])
EXPELLED = "Russia expelled diplomats of Poland and Romania."
BOTH_MET = {("met", "Hungary"): {"actor": 0.9}, ("met", "Poland"): {"actor": 0.8}}


# -- drafts ------------------------------------------------------------------------------------------------------------------------

def test_evidence_says_who_saw_it(judged: Judged) -> None:
    text = "Hungary met Poland. Romania frobnicated Russia."
    told = BOTH_MET | {("frobnicated", "Romania"): {"actor": 0.9}, ("frobnicated", "Russia"): {"recipient": 0.9}}
    seen = Told({"met": ("meet", 0.9), "frobnicated": ("threaten", 0.8)}, told)
    _, (met, threatened) = judged(seen, text)
    assert met.evidence[-1] == "model"
    assert met.evidence[0].startswith("rule:en.meet.")
    assert (threatened.type, threatened.evidence) == ("threaten", ["model"])
    doubting = Told({"met": ("meet", 0.2)}, told)
    _, (met,) = judged(doubting, text)
    assert len(met.evidence) == 1
    assert met.evidence[0].startswith("rule:")


def test_the_model_alone_has_no_evidence_of_the_rules(judged: Judged) -> None:
    text = "Hungary met Poland. Russia expelled diplomats of Romania."
    scorer = Told({"met": ("meet", 0.9)}, BOTH_MET)
    analysis, (event,) = judged(scorer, text, alone=True)
    assert (event.type, event.evidence, event.codes("actor")) == ("meet", ["model"], {"HUN", "POL"})
    assert [draft.entry.id for draft in analysis.drafts] == [""]
    # nor does it see their votes
    names = compact.names()
    assert not scorer.windows[0].features[:, names.first_rule :].any()
    assert scorer.windows[0].features[:, : names.first_rule].any()
    assert len(scorer.shown)
    assert not scorer.shown[:, RULES].any()


def test_both_together_see_the_votes(judged: Judged) -> None:
    scorer = Told({"met": ("meet", 0.9)}, BOTH_MET)
    judged(scorer, "Hungary met Poland.")
    assert scorer.windows[0].features[:, compact.names().first_rule :].any()
    assert scorer.shown[:, RULES].any()


def test_a_wording_that_the_rules_have_is_not_drafted_twice(judged: Judged) -> None:
    text = "Hungary and Poland signed an agreement."
    told = {("signed an agreement", name): {"actor": 0.9} for name in ("Hungary", "Poland")}
    analysis, events = judged(Told({"signed": ("sign_agreement", 0.9)}, told), text)
    assert [draft.entry.id != "" for draft in analysis.drafts] == [True]
    assert analysis.drafts[0].trigger == pytest.approx(0.9)  # the model's own span is shorter, and yet it speaks for the draft
    assert len(events) == 1


@pytest.mark.parametrize(("chance", "drafted"), [(0.9, 1), (0.16, 1), (0.14, 0)])
def test_a_draft_of_the_models_own_must_reach_the_limit(judged: Judged, chance: float, drafted: int) -> None:
    assert Limits().trigger == 0.15
    analysis, _ = judged(Told({"frobnicated": ("meet", chance)}), "Hungary frobnicated Poland.")
    assert len(analysis.drafts) == drafted


@pytest.mark.parametrize("alone", [False, True])
def test_furniture_names_no_event(judged: Judged, alone: bool) -> None:
    text = "Hungary frobnicated Poland.\n\nPhoto: Hungary frobnicated Poland\n"
    told = {("frobnicated", "Hungary"): {"actor": 0.9}, ("frobnicated", "Poland"): {"actor": 0.9}}
    analysis, _ = judged(Told({"frobnicated": ("meet", 0.9)}, told), text, alone=alone)
    assert [sentence.kind for sentence in analysis.layout.sentences][-1] == "furniture"
    assert [draft.sentence for draft in analysis.drafts] == [0]


def test_news_of_sport_names_no_event_where_the_rules_have_a_say(judged: Judged) -> None:
    text = "Hungary frobnicated Poland in the football league."
    analysis, _ = judged(Told({"frobnicated": ("meet", 0.9)}), text)
    assert analysis.quiet == {0}
    assert analysis.drafts == []
    assert len(judged(Told({"frobnicated": ("meet", 0.9)}), text, alone=True)[0].drafts) == 1  # alone, the model must know by itself


def test_a_type_that_the_model_was_not_trained_with_stays_as_the_rules_have_it(judged: Judged) -> None:
    labels = replace(LABELS, types=tuple(each for each in LABELS.types if each != "expel_diplomat"))
    analysis, (event,) = judged(Told({}, labels=labels), EXPELLED, least=0.0)
    (draft,) = analysis.drafts
    assert not draft.judged
    assert (event.codes("actor"), event.codes("recipient")) == ({"RUS"}, {"POL", "ROU"})
    assert all(each.startswith("rule:") for each in event.evidence)


def test_a_type_that_is_no_longer_in_the_ontology_is_not_drafted(judged: Judged) -> None:
    labels = replace(LABELS, types=(*LABELS.types, "wish_well"))
    for alone in (False, True):
        analysis, events = judged(Told({"frobnicated": ("wish_well", 0.9)}, labels=labels), "Hungary frobnicated Poland.", alone=alone)
        assert (analysis.drafts, events) == ([], [])


def test_a_reference_back_changes_the_type(judged: Judged) -> None:
    """"The talks" behind a telephone call are that call, whatever they are by themselves."""
    text = "The presidents of Hungary and Kazakhstan had a phone call. The talks were long."
    scorer = Told({"phone call": ("communicate", 0.9), "talks": ("meet", 0.6)})
    analysis, _ = judged(scorer, text)
    call, talks = analysis.drafts
    assert (call.type, talks.type) == ("communicate", "communicate")
    assert talks.sentence == 1
    assert talks.trigger == pytest.approx(0.6)  # as the type that the model gave the wording; as a call it has none


def test_a_wording_counts_as_the_type_that_it_is_a_reference_to(judged: Judged) -> None:
    text = "The presidents of Hungary and Kazakhstan had a phone call. The negotiations were long."
    scorer = Told({"phone call": ("communicate", 0.9), "negotiations": ("communicate", 0.7)})
    analysis, _ = judged(scorer, text)
    drafts = [draft for draft in analysis.drafts if draft.sentence == 1]
    assert [draft.type for draft in drafts] == ["communicate"] * len(drafts)
    assert drafts
    assert all(draft.trigger == pytest.approx(0.7) for draft in drafts)  # the rules had called it something else


def test_names_of_the_model_are_given_with_the_codes_of_the_lists(judged: Judged) -> None:
    text = "Zsolt Frobnik met Poland."
    analysis, _ = judged(Told({}, names={"Zsolt Frobnik": ("PER", 0.9), "Poland": ("LOC", 0.8)}), text)
    entities, _ = stages.make_records(analysis, text)
    assert [(each.text, each.label, each.code) for each in entities] == [("Zsolt Frobnik", "PER", None), ("Poland", "LOC", "POL")]


def test_an_analysis_without_words_is_passed_over(analyse: Callable[..., Analysis]) -> None:
    scorer, text = Told({"met": ("meet", 0.9)}, BOTH_MET), "Hungary met Poland."
    empty, full = analyse("en", " \n"), analyse("en", text)
    judge_of(scorer).judge([empty, full])
    assert len(scorer.windows) == 1
    assert stages.make_records(empty, " \n") == ([], [])
    assert len(stages.make_records(full, text)[1]) == 1


# -- what is believed --------------------------------------------------------------------------------------------------------------


def test_events_below_the_least_confidence_are_left_out(judged: Judged) -> None:
    scorer = Told({"met": ("meet", 0.9)}, BOTH_MET)
    _, (event,) = judged(scorer, "Hungary met Poland.")
    assert event.confidence is not None
    assert 0.5 < event.confidence < 1
    for least, count in ((event.confidence - 0.01, 1), (event.confidence + 0.01, 0), (1.0, 0)):
        assert len(judged(scorer, "Hungary met Poland.", least=least)[1]) == count


def test_doubt_of_the_model_lowers_the_confidence(judged: Judged) -> None:
    found = [judged(Told({"met": ("meet", chance)}, BOTH_MET), "Hungary met Poland.")[1][0].confidence for chance in (0.95, 0.6, 0.1, 0.0)]
    assert found == sorted(found, reverse=True)
    assert len(set(found)) == len(found)


def test_a_draft_that_neither_believes_is_no_event(judged: Judged) -> None:
    text = "The sides held talks."
    told = {("talks", "Hungary"): {"actor": 0.9}}
    analysis, events = judged(Told({}, told), text)
    assert events == []
    assert analysis.drafts
    assert not any(draft.believed for draft in analysis.drafts)


def test_limits_and_confidence_are_those_of_the_mode() -> None:
    raised = list(PLAIN.weights[:-1]) + [PLAIN.weights[-1] + 1]
    calibration = {
        "both": {"limits": {"trigger": 0.6, "role": 0.7}, "least": 0.4, "confidence": PLAIN.to_json() | {"weights": raised}},
        "model": {"limits": {"needed": 0.3}, "least": 0.6},
    }
    both, alone = (judge_of(Told({}), alone, None, calibration) for alone in (False, True))
    assert both.limits == Limits(trigger=0.6, role=0.7)
    assert alone.limits == Limits(needed=0.3)
    assert (both.least, alone.least) == (0.4, 0.6)
    assert both.combiner.weights == tuple(raised)
    assert alone.combiner == PLAIN
    assert judge_of(Told({}), False, 0.0, calibration).least == 0.0  # asked for, and not merely absent


@pytest.mark.parametrize(("both", "sentence"), [
    ({"limits": {"trigge": 0.6}}, "trigge"),
    ({"limits": [0.6]}, ""),
    ({"least": "much"}, "much"),
    ({"confidence": {"signs": list(SIGNS), "weights": [1.0]}}, "lacks some of its numbers"),
    ({"confidence": {"signs": ["other"]}}, "other signs"),
    ([], ""),
])  # fmt: skip
def test_a_calibration_that_is_damaged_is_refused_by_name(both: object, sentence: str) -> None:
    with pytest.raises(RecordError, match=rf"calibration\.json: .*{sentence}"):
        judge_of(Told({}), False, None, {"both": both})


# -- the whole pipeline, with a model of random weights ----------------------------------------------------------------------------

TEXTS = [
    "Hungary met Poland in Astana on Monday. The two countries signed an agreement, and Russia expelled two diplomats of Romania.",
    "A magyar elnök Kazahsztánba látogatott, és megállapodást írt alá a kazah kormánnyal.",
    "",
    "It rained in the north all through the week.",
    "Россия выслала двух дипломатов Румынии. Президент Казахстана посетил Венгрию.",
]


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    pytest.importorskip("torch")
    return compact.stored(tmp_path_factory.mktemp("judge") / "model", seed=3)


def documents(mode: str, model: Path, **more: object) -> list:
    texts = [(text, {"id": str(number)}) for number, text in enumerate(TEXTS)]
    return list(bilat_nlp.extract_many(texts, mode=mode, model=model, **more))


@pytest.mark.parametrize("mode", ["both", "model"])
def test_records_hold_together_whatever_the_weights(mode: str, model: Path) -> None:
    found = documents(mode, model, min_confidence=0.0)
    for text, document in zip(TEXTS, found, strict=True):
        assert document.validate(text) == []
    events = [event for document in found for event in document.events]
    assert events
    assert all(0 <= event.confidence <= 1 for event in events)
    assert any("model" in event.evidence for event in events)
    assert any(each.startswith("rule:") for event in events for each in event.evidence) is (mode == "both")
    assert all(not event.codes("actor") & event.codes("recipient") for event in events if mode == "model")


@pytest.mark.parametrize("mode", ["both", "model"])
def test_a_higher_limit_only_leaves_events_out(mode: str, model: Path) -> None:
    every = documents(mode, model, min_confidence=0.0)
    confidences = sorted(event.confidence for document in every for event in document.events)
    middle = confidences[len(confidences) // 2]
    some = documents(mode, model, min_confidence=middle)
    assert 0 < sum(len(document.events) for document in some) < len(confidences)
    for all_, kept in zip(every, some, strict=True):
        wanted = [replace(event, id="") for event in all_.events if event.confidence >= middle]
        assert [replace(event, id="") for event in kept.events] == wanted
        assert [event.id for event in kept.events] == [f"{kept.id}#{number}" for number in range(1, len(wanted) + 1)]


def test_documents_do_not_depend_on_their_batch(model: Path) -> None:
    one, many = documents("both", model, min_confidence=0.0, batch_size=1), documents("both", model, min_confidence=0.0, batch_size=5)
    assert [document.to_json() for document in one] == [document.to_json() for document in many]
    nlp = bilat_nlp.load(mode="both", model=model, min_confidence=0.0)
    assert nlp.pipe_names[-2:] == ["bilat_model", "bilat_records"]
    assert [doc._.record.events for doc in nlp.pipe(TEXTS)] == [nlp(text)._.record.events for text in TEXTS]


def test_a_missing_model_is_named() -> None:
    with pytest.raises(RecordError, match="there is no model 'no such model'"):
        bilat_nlp.load(model="no such model")
