"""`extract()` and what stands around it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import bilat_nlp
import random_model
from bilat_nlp.api import MODES
from bilat_nlp.neural.storage import installed

MIXED = (
    "Президент Казахстана прибыл с официальным визитом в Венгрию, где его встретил премьер-министр страны.\n\n"
    "A magyar külügyminiszter kedden Taskentbe látogatott, ahol üzbég kollégájával tárgyalt a gazdasági együttműködésről.\n"
)


def test_the_one_line_face() -> None:
    text = "Türkiye ve Macaristan dışişleri bakanları Ankara'da bir araya geldi."
    events = bilat_nlp.extract(text, date="2025-11-12", mode="rules")
    assert [event.type for event in events] == ["meet"]
    assert events[0].codes() == {"TUR", "HUN"}
    assert events[0].evidence[0].startswith("rule:tr.meet.")


@pytest.mark.parametrize(("text", "reason"), [
    ("", "letters"), ("   \n ", "letters"), ("1234 5678", "letters"), ("Ok.", "letters"),
    ("Der Bundeskanzler traf am Dienstag in Paris den französischen Präsidenten zu einem Gespräch über die Lage in Europa.", "not served"),
    ("习近平主席在北京会见了来访的外国元首,双方就双边关系交换了意见。", "not served"),
])  # fmt: skip
def test_a_text_that_is_not_served_gives_a_reason(text: str, reason: str) -> None:
    document = bilat_nlp.extract_document(text, mode="rules")
    assert document.events == []
    assert reason in (document.reason or "")


def test_an_unserved_language_given_by_the_caller_gives_a_reason() -> None:
    assert bilat_nlp.extract_document("Hallo Welt", lang="de", mode="rules").reason == "language de is not served"


def test_parts_in_two_languages_are_each_read_in_their_own() -> None:
    document = bilat_nlp.extract_document(MIXED, mode="rules")
    types = {(event.type, event.evidence[0].split(":")[1][:2]) for event in document.events}
    assert ("visit", "ru") in types
    assert ("visit", "hu") in types
    assert document.validate(MIXED) == []


def test_bad_arguments_are_refused() -> None:
    with pytest.raises(ValueError, match="EDTF"):
        bilat_nlp.extract("text", date="12.11.2025", mode="rules")
    with pytest.raises(TypeError, match="bytes"):
        bilat_nlp.extract(b"text", mode="rules")  # type: ignore[arg-type]


def test_a_stream_keeps_order_and_ids() -> None:
    texts = [(f"Russia expelled two Polish diplomats. {n}", {"id": f"d{n}"}) for n in range(450)]
    documents = list(bilat_nlp.extract_many(texts, mode="rules"))
    assert [document.id for document in documents] == [f"d{n}" for n in range(450)]
    assert all(document.events[0].id == f"{document.id}#1" for document in documents)


def test_importing_the_library_stays_light() -> None:
    code = "import sys, bilat_nlp; print('spacy' in sys.modules, 'numpy' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split() == ["False", "False"]


def test_a_doc_made_while_a_stream_is_open_outlives_it() -> None:
    stream = bilat_nlp.extract_many([(f"Russia expelled two Polish diplomats. {n}", {}) for n in range(3)], batch_size=2, mode="rules")
    next(stream)
    doc = bilat_nlp.load(mode="rules")("Quuxland expelled zorgish diplomats.")
    assert len(list(stream)) == 2
    assert [token.text for token in doc][:3] == ["Quuxland", "expelled", "zorgish"]


def test_a_batch_holds_at_least_one_document() -> None:
    with pytest.raises(ValueError, match="batch_size"):
        list(bilat_nlp.extract_many([], batch_size=0))


# -- rules, model, both ------------------------------------------------------------------------------------------------------------

NEWS = "Hungary expelled two diplomats of Serbia on Monday, the foreign ministry said in a statement."


def spoken_for_by(document: bilat_nlp.Document) -> set[str]:
    return {each.partition(":")[0] for event in document.events for each in event.evidence}


def test_every_mode_has_a_say_of_its_own(any_model: Path) -> None:
    found = {}
    for mode in MODES:
        document = bilat_nlp.extract_document(NEWS, id="d", mode=mode, model=any_model)
        assert document.validate(NEWS) == []
        assert [event.id for event in document.events] == [f"d#{number}" for number in range(1, len(document.events) + 1)]
        found[mode] = spoken_for_by(document)
    assert found == {"rules": {"rule"}, "model": {"model"}, "both": {"rule", "model"}}


@pytest.mark.parametrize("mode", MODES)
def test_events_below_a_confidence_are_left_out(mode: str, any_model: Path) -> None:
    everything = bilat_nlp.extract_document(NEWS, mode=mode, model=any_model, min_confidence=0.0)
    confidences = sorted(event.confidence or 0.0 for event in everything.events)
    assert confidences
    for least in (*confidences, 1.0):
        document = bilat_nlp.extract_document(NEWS, mode=mode, model=any_model, min_confidence=least)
        expected = [event.triggers for event in everything.events if (event.confidence or 0.0) >= least]
        assert [event.triggers for event in document.events] == expected
        assert [event.id for event in document.events] == [f"doc#{number}" for number in range(1, len(expected) + 1)]
        assert bool(document.reason) is not bool(expected)


def test_a_limit_of_the_model_holds_where_none_is_given(tmp_path: Path) -> None:
    pytest.importorskip("torch")
    folder = random_model.save(tmp_path / "strict", least=1.0)
    assert bilat_nlp.extract(NEWS, model=folder) == []
    assert bilat_nlp.extract(NEWS, model=folder, min_confidence=0.0)
    assert bilat_nlp.extract(NEWS, model=folder, mode="rules")


def test_batches_do_not_change_what_comes_out(any_model: Path) -> None:
    texts = [(f"{NEWS} {'Poland and Hungary met. ' * number}", {"id": str(number)}) for number in range(7)]
    alone, together = ([each.to_dict() for each in bilat_nlp.extract_many(texts, batch_size=size, model=any_model)] for size in (1, 5))
    assert alone == together


@pytest.mark.parametrize(("settings", "sentence"), [
    ({"mode": "neither"}, "there is no mode 'neither'; choose among rules, model, both"),
    ({"min_confidence": 1.5}, "min_confidence must lie between 0 and 1, not 1.5"),
    ({"min_confidence": float("nan")}, "min_confidence must lie between 0 and 1"),
    ({"model": "no/such"}, "there is no model 'no/such'; give a folder with a config.json"),
    ({"mode": "rules", "without": ["grammar"]}, "no part 'grammar' to do without"),
])  # fmt: skip
def test_a_setting_that_means_nothing_is_refused(settings: dict[str, Any], sentence: str) -> None:
    for call in (bilat_nlp.load, lambda **given: bilat_nlp.extract(NEWS, **given)):
        with pytest.raises(ValueError, match=sentence):
            call(**settings)


def test_a_pipeline_is_made_once_and_again_where_the_model_is_another(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("torch")
    folder = random_model.save(tmp_path / "mine")
    nlp = bilat_nlp.load(model=folder)
    assert nlp.pipe_names[-2:] == ["bilat_model", "bilat_records"]
    monkeypatch.chdir(tmp_path)
    assert bilat_nlp.load(model="mine") is nlp, "the same folder by another name"
    assert bilat_nlp.load(model=folder, mode="model") is not nlp
    assert bilat_nlp.load(mode="rules", model=folder) is bilat_nlp.load(mode="rules")
    before = bilat_nlp.extract(NEWS, model="mine")
    random_model.save(folder, seed=5)
    assert bilat_nlp.load(model=folder) is not nlp
    assert bilat_nlp.extract(NEWS, model="mine") != before, "trained anew in its place"


def test_a_pipeline_with_a_model_is_stored_and_found_by_spacy_alone(any_model: Path, tmp_path: Path) -> None:
    bilat_nlp.load(mode="model", model=any_model).to_disk(tmp_path / "stored")
    import spacy

    stored = spacy.load(tmp_path / "stored")
    doc = stored.make_doc(NEWS)
    doc._.lang = "en"
    events = bilat_nlp.extract(NEWS, lang="en", mode="model", model=any_model)
    assert [event.to_dict() for event in stored(doc)._.events] == [event.to_dict() for event in events]


@pytest.mark.skipif("default" not in installed(), reason="this checkout holds no model yet: make one with bilat-nlp train")
def test_who_says_nothing_gets_rules_and_the_model_of_the_library() -> None:
    events = bilat_nlp.extract("Türkiye ve Macaristan dışişleri bakanları Ankara'da bir araya geldi.", date="2025-11-12")
    assert [(event.type, event.codes()) for event in events] == [("meet", {"TUR", "HUN"})]
    assert any(each.startswith("rule:tr.meet.") for each in events[0].evidence)
    assert bilat_nlp.load() is bilat_nlp.load(mode="both", model="default", device="cpu")
