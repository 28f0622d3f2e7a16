from __future__ import annotations

import pytest
from sklearn.metrics import cohen_kappa_score

from bilat_nlp.evaluation.agreement import agreement, pair_annotations
from bilat_nlp.records import Argument, Document, Event, RecordError, Trigger

TEXT = "Peru met Laos, visited Oman, scolded Chad."
PLACES = {"Peru": "PER", "Laos": "LAO", "Oman": "OMN", "Chad": "TCD"}


def _annotation(*events, entities=PLACES, id="a"):
    """Events as (word, type, modality, other side)."""

    def name(word):
        start = TEXT.index(word)
        return Argument(start, start + len(word), word, "GPE", PLACES[word])

    made = [
        Event(
            id=f"{id}#{number}",
            type=kind,
            modality=modality,
            triggers=[Trigger(TEXT.index(word), TEXT.index(word) + len(word), word)],
            actor=[name("Peru"), name(other)],
        )
        for number, (word, kind, modality, other) in enumerate(events)
    ]
    return Document(id=id, lang="en", text=TEXT, entities=[name(each) for each in entities], events=made)


ONE = (("met", "meet", "actual", "Laos"), ("visited", "visit", "actual", "Oman"), ("scolded", "criticize", "actual", "Chad"))
OTHER = (("met", "meet", "planned", "Laos"), ("visited", "meet", "actual", "Oman"))


def _kappas(first, second):
    scores, kappas = agreement(pair_annotations([first], [second]))
    return scores.scores, {each.name.split(",")[0] + ("" if "every" not in each.name else " by word"): each for each in kappas}


def test_an_annotator_agrees_with_himself():
    scores, kappas = _kappas(_annotation(*ONE), _annotation(*ONE))
    assert scores["strict"].value == scores["entity"].value == scores["arg_c"].value == 1.0
    assert kappas["type of an event"].value == 1.0
    assert kappas["modality"].value is None, "one category only: chance alone agrees"


def test_kappa_by_hand():
    scores, kappas = _kappas(_annotation(*ONE), _annotation(*OTHER, entities=["Peru", "Laos"]))
    # triggers both found: meet/meet and visit/meet; expected agreement is 1/2 * 1
    assert kappas["type of an event"].value == pytest.approx(0.0)
    assert kappas["type of an event"].items == 2
    words = ["meet", "visit", "criticize"], ["meet", "meet", "-"]
    nothing = ["-"] * 7, ["-"] * 7  # four names, two commas, a full stop
    expected = cohen_kappa_score(words[0] + nothing[0], words[1] + nothing[1])
    assert kappas["type of an event by word"].value == pytest.approx(expected)
    assert kappas["modality"].items == 1
    assert scores["entity"].value == pytest.approx(2 * 2 / (4 + 2))
    assert scores["trig_c"].value == pytest.approx(2 * 1 / (3 + 2))


def test_agreement_does_not_depend_on_who_comes_first():
    there, _ = _kappas(_annotation(*ONE), _annotation(*OTHER))
    back, _ = _kappas(_annotation(*OTHER), _annotation(*ONE))
    assert {name: score.value for name, score in there.items()} == {name: score.value for name, score in back.items()}


def test_documents_must_be_the_same():
    with pytest.raises(RecordError, match="no document in common"):
        pair_annotations([_annotation(*ONE)], [_annotation(*ONE, id="b")])
    other = _annotation(*ONE)
    other.text = TEXT + " "
    with pytest.raises(RecordError, match="the texts of the two differ"):
        pair_annotations([_annotation(*ONE)], [other])
