"""What the model may decide of an event: who fills which role, where and when it was, and its modality."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bilat_nlp import ontology
from bilat_nlp.analysis import Analysis, Draft
from bilat_nlp.pipeline.judge import Limits
from pipeline.told import Judged, Told


def sides(draft: Draft) -> tuple[dict[str | None, float], dict[str | None, float]]:
    actor, recipient = ({party.code: round(party.probability, 3) for party in parties} for parties in (draft.actor, draft.recipient))
    return actor, recipient


# -- who fills the roles -----------------------------------------------------------------------------------------------------------

EXPELLED = "Russia expelled diplomats of Poland and Romania."


def test_the_likeliest_side_of_each_role_is_taken(judged: Judged) -> None:
    told = {("expelled", "Russia"): {"recipient": 0.9}, ("expelled", "Poland"): {"actor": 0.8}}
    analysis, (event,) = judged(Told({"expelled": ("expel_diplomat", 0.9)}, told), EXPELLED, alone=True)
    assert sides(analysis.drafts[0]) == ({"POL": 0.8}, {"RUS": 0.9})
    assert (event.codes("actor"), event.codes("recipient")) == ({"POL"}, {"RUS"})
    assert analysis.drafts[0].judged


def test_what_the_rules_report_keeps_its_sides_and_takes_their_probabilities(judged: Judged) -> None:
    told = {("expelled", "Russia"): {"recipient": 0.9, "actor": 0.4}, ("expelled", "Poland"): {"actor": 0.8, "recipient": 0.7}}
    told["expelled", "Romania"] = {"recipient": 0.2}
    analysis, events = judged(Told({"expelled": ("expel_diplomat", 0.9)}, told, modalities={"expelled": "negated"}), EXPELLED)
    assert {code for event in events for code in event.codes("actor")} == {"RUS"}
    assert {code for event in events for code in event.codes("recipient")} == {"POL", "ROU"}
    assert {event.modality for event in events} == {"actual"}
    found = {party.code: party.probability for draft in analysis.drafts for party in draft.actor + draft.recipient}
    assert found == pytest.approx({"RUS": 0.4, "POL": 0.7, "ROU": 0.2})


def test_a_code_is_in_the_role_where_it_is_likelier(judged: Judged) -> None:
    told = {("expelled", "Russia"): {"actor": 0.7, "recipient": 0.9}, ("expelled", "Poland"): {"actor": 0.6, "recipient": 0.55}}
    analysis, _ = judged(Told({"expelled": ("expel_diplomat", 0.9)}, told), EXPELLED, alone=True)
    assert sides(analysis.drafts[0]) == ({"POL": 0.6}, {"RUS": 0.9})


@pytest.mark.parametrize(("chances", "recipients"), [
    ({"Poland": 0.3, "Romania": 0.2}, {"POL"}),  # a side that is missing may be less sure, but there are no more than it takes
    ({"Poland": 0.1, "Romania": 0.2}, {"ROU"}),
    ({"Poland": 0.1, "Romania": 0.12}, set()),
    ({"Poland": 0.8, "Romania": 0.3}, {"POL"}),  # none is missing any more
    ({"Poland": 0.8, "Romania": 0.6}, {"POL", "ROU"}),
])  # fmt: skip
def test_how_sure_a_side_must_be(judged: Judged, chances: dict[str, float], recipients: set[str]) -> None:
    told = {("expelled", name): {"recipient": chance} for name, chance in chances.items()} | {("expelled", "Russia"): {"actor": 0.9}}
    analysis, _ = judged(Told({"expelled": ("expel_diplomat", 0.9)}, told), EXPELLED, alone=True)
    assert {party.code for party in analysis.drafts[0].recipient} == recipients
    assert {party.code for party in analysis.drafts[0].actor} == {"RUS"}


@pytest.mark.parametrize("role", ["actor", "recipient"])
def test_all_sides_of_a_mutual_event_are_actors(judged: Judged, role: str) -> None:
    told = {("met", "Hungary"): {"actor": 0.9}, ("met", "Poland"): {role: 0.8}}
    analysis, (event,) = judged(Told({"met": ("meet", 0.9)}, told), "Hungary met Poland on Monday.")
    assert sides(analysis.drafts[0]) == ({"HUN": 0.9, "POL": 0.8}, {})
    assert event.recipient == []


def test_of_several_mentions_of_a_side_the_likeliest_is_taken(judged: Judged) -> None:
    text = "Hungary spoke first. Budapest and Poland signed an agreement."
    told = {("signed an agreement", name): {"actor": chance} for name, chance in (("Hungary", 0.6), ("Budapest", 0.9), ("Poland", 0.8))}
    analysis, (event,) = judged(Told({"signed an agreement": ("sign_agreement", 0.9)}, told), text, alone=True)
    assert [argument.text for argument in event.actor] == ["Budapest", "Poland"]
    told["signed an agreement", "Hungary"] = {"actor": 0.95}
    analysis, (event,) = judged(Told({"signed an agreement": ("sign_agreement", 0.9)}, told), text, alone=True)
    assert [argument.text for argument in event.actor] == ["Hungary", "Poland"]
    draft = next(draft for draft in analysis.drafts if draft.type == "sign_agreement")
    assert [party.inferred for party in draft.actor] == [True, False]


def test_the_two_countries_are_two_sides(judged: Judged) -> None:
    text = "The presidents of Hungary and Kazakhstan spoke to the press. The two countries signed an agreement."
    analysis = judged(Told({}), text)[0]
    both = next(mention for mention in analysis.mentions[1] if len(mention.codes) > 1)
    wording = " ".join(word.text for word in analysis.layout.words[both.first : both.last])
    scorer = Told({"signed an agreement": ("sign_agreement", 0.9)}, {("signed an agreement", wording): {"actor": 0.7}})
    analysis, _ = judged(scorer, text)
    draft = next(draft for draft in analysis.drafts if draft.type == "sign_agreement")
    assert sides(draft) == ({"HUN": 0.7, "KAZ": 0.7}, {})


CREDENTIALS = "The president received credentials from the ambassadors of Hungary, Poland and Romania on Monday."


def test_events_that_one_wording_names_keep_the_sides_that_the_rules_gave_them(judged: Judged, analyse: Callable[..., Analysis]) -> None:
    rules = analyse("en", CREDENTIALS)
    wanted = [({p.code for p in draft.actor}, {p.code for p in draft.recipient}) for draft in rules.drafts]
    assert len(wanted) > 1
    assert all(draft.siblings for draft in rules.drafts)
    wordings = {" ".join(word.text for word in rules.layout.words[draft.first : draft.last]) for draft in rules.drafts}
    told = {(wording, name): {"actor": chance} for wording in wordings for name, chance in (("Poland", 0.8), ("Romania", 0.3))}
    analysis, _ = judged(Told(dict.fromkeys(wordings, ("appoint_envoy", 0.9)), told), CREDENTIALS)
    found = [sides(draft) for draft in analysis.drafts]
    assert [(set(actor), set(recipient)) for actor, recipient in found] == wanted
    assert {code: chance for actor, _ in found for code, chance in actor.items()} == {"POL": 0.8, "ROU": 0.3}
    assert {chance for _, recipient in found for chance in recipient.values()} == {0.0}  # the model says nothing for them


NAMES = ("Hungary", "Poland", "Romania", "Russia", "Kazakhstan")
CODES = dict(zip(NAMES, ("HUN", "POL", "ROU", "RUS", "KAZ"), strict=True))


@given(st.sampled_from(["meet", "expel_diplomat", "demand", "visit", "support"]), st.data())
@settings(max_examples=60, deadline=None)
def test_sides_whatever_the_model_says(judged: Judged, type_: str, data: st.DataObject) -> None:
    chance = st.sampled_from([0.0, 0.1, 0.2, 0.3, 0.55, 0.6, 0.7, 0.8, 0.95])
    said = {name: {"actor": data.draw(chance), "recipient": data.draw(chance)} for name in NAMES}
    text = "Hungary, Poland, Romania and Russia frobnicated Kazakhstan."
    analysis, _ = judged(Told({"frobnicated": (type_, 0.9)}, {("frobnicated", name): row for name, row in said.items()}), text, alone=True)
    (draft,), limits, known = analysis.drafts, Limits(), ontology.types()[type_]
    actor, recipient = sides(draft)
    assert not actor.keys() & recipient.keys()
    symmetric = known.variant().symmetric or "recipient" not in known.roles
    if symmetric:
        assert not recipient
        said = {name: {"actor": max(row.values()), "recipient": 0.0} for name, row in said.items()}
    surely = {CODES[name] for name, row in said.items() if max(row.values()) >= limits.role}
    taken = actor.keys() | recipient.keys()
    assert surely <= taken
    for name, row in said.items():
        code = CODES[name]
        if code in surely:
            given_ = actor.get(code, recipient.get(code))
            assert given_ == pytest.approx(max(row.values()), abs=1e-3)
        elif code in taken:
            assert max(row.values()) >= limits.needed
            assert len(surely) < known.minimum_sides
    assert len(taken) <= max(len(surely), known.minimum_sides)


# -- circumstances -----------------------------------------------------------------------------------------------------------------


def test_place_and_day_are_the_likeliest_above_the_limit(judged: Judged) -> None:
    text = "Hungary met Poland in Astana on 3 June 2024. Romania was in Bucharest on 5 June 2024."
    told = {("met", "Hungary"): {"actor": 0.9, "location": 0.6}, ("met", "Poland"): {"actor": 0.9}, ("met", "Astana"): {"location": 0.8},
            ("met", "3 June 2024"): {"date": 0.6}, ("met", "5 June 2024"): {"date": 0.7}}  # fmt: skip
    _, (event,) = judged(Told({"met": ("meet", 0.9)}, told), text, alone=True)
    assert [place.text for place in event.location] == ["Astana"]
    assert event.date is not None
    assert event.date.value == "2024-06-05"
    for key in told:
        told[key] = {role: chance for role, chance in told[key].items() if role == "actor"}
    _, (event,) = judged(Told({"met": ("meet", 0.9)}, told), text, alone=True)
    assert (event.location, event.date) == ([], None)


@pytest.mark.parametrize(("said", "date", "modality"), [
    ("actual", "2025-11-12", "actual"),
    ("possible", "2025-11-12", "possible"),
    ("negated", "2025-11-12", "negated"),
    ("actual", "2024-01-01", "planned"),  # a day to come makes it a plan
])  # fmt: skip
def test_modality_is_the_models_as_far_as_the_calendar_allows(judged: Judged, said: str, date: str, modality: str) -> None:
    told = {("met", "Hungary"): {"actor": 0.9}, ("met", "Poland"): {"actor": 0.9}, ("met", "3 June 2024"): {"date": 0.9}}
    scorer = Told({"met": ("meet", 0.9)}, told, modalities={"met": said})
    _, (event,) = judged(scorer, "Hungary met Poland on 3 June 2024.", alone=True, date=date)
    assert event.modality == modality
