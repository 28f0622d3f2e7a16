"""`extract()` and what stands around it."""

from __future__ import annotations

import subprocess
import sys

import pytest

import bilat_nlp

MIXED = (
    "Президент Казахстана прибыл с официальным визитом в Венгрию, где его встретил премьер-министр страны.\n\n"
    "A magyar külügyminiszter kedden Taskentbe látogatott, ahol üzbég kollégájával tárgyalt a gazdasági együttműködésről.\n"
)


def test_the_one_line_face() -> None:
    events = bilat_nlp.extract("Türkiye ve Macaristan dışişleri bakanları Ankara'da bir araya geldi.", date="2025-11-12")
    assert [event.type for event in events] == ["meet"]
    assert events[0].codes() == {"TUR", "HUN"}
    assert events[0].evidence[0].startswith("rule:tr.meet.")


@pytest.mark.parametrize(("text", "reason"), [
    ("", "letters"), ("   \n ", "letters"), ("1234 5678", "letters"), ("Ok.", "letters"),
    ("Der Bundeskanzler traf am Dienstag in Paris den französischen Präsidenten zu einem Gespräch über die Lage in Europa.", "not served"),
    ("习近平主席在北京会见了来访的外国元首,双方就双边关系交换了意见。", "not served"),
])  # fmt: skip
def test_a_text_that_is_not_served_gives_a_reason(text: str, reason: str) -> None:
    document = bilat_nlp.extract_document(text)
    assert document.events == []
    assert reason in (document.reason or "")


def test_an_unserved_language_given_by_the_caller_gives_a_reason() -> None:
    assert bilat_nlp.extract_document("Hallo Welt", lang="de").reason == "language de is not served"


def test_parts_in_two_languages_are_each_read_in_their_own() -> None:
    document = bilat_nlp.extract_document(MIXED)
    types = {(event.type, event.evidence[0].split(":")[1][:2]) for event in document.events}
    assert ("visit", "ru") in types
    assert ("visit", "hu") in types
    assert document.validate(MIXED) == []


def test_bad_arguments_are_refused() -> None:
    with pytest.raises(ValueError, match="EDTF"):
        bilat_nlp.extract("text", date="12.11.2025")
    with pytest.raises(TypeError, match="bytes"):
        bilat_nlp.extract(b"text")  # type: ignore[arg-type]


def test_a_stream_keeps_order_and_ids() -> None:
    texts = [(f"Russia expelled two Polish diplomats. {n}", {"id": f"d{n}"}) for n in range(450)]
    documents = list(bilat_nlp.extract_many(texts))
    assert [document.id for document in documents] == [f"d{n}" for n in range(450)]
    assert all(document.events[0].id == f"{document.id}#1" for document in documents)


def test_importing_the_library_stays_light() -> None:
    code = "import sys, bilat_nlp; print('spacy' in sys.modules, 'numpy' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split() == ["False", "False"]


def test_a_doc_made_while_a_stream_is_open_outlives_it() -> None:
    stream = bilat_nlp.extract_many([(f"Russia expelled two Polish diplomats. {n}", {}) for n in range(3)], batch_size=2)
    next(stream)
    doc = bilat_nlp.load()("Quuxland expelled zorgish diplomats.")
    assert len(list(stream)) == 2
    assert [token.text for token in doc][:3] == ["Quuxland", "expelled", "zorgish"]


def test_a_batch_holds_at_least_one_document() -> None:
    with pytest.raises(ValueError, match="batch_size"):
        list(bilat_nlp.extract_many([], batch_size=0))
