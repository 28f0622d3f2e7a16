"""What the pipeline can do without: each part carries what it should, and nothing changes while all are there."""

from __future__ import annotations

import pytest

import bilat_nlp
from bilat_nlp.pipeline.components import PARTS

# Each sentence is understood by virtue of one part alone; the events as (type, actor, recipient).
CASES = [
    ("suffixes", "hu", "A magyar elnök Kazahsztánba látogatott.", [("visit", {"HUN"}, {"KAZ"})], []),
    ("suffixes", "tr", "Kazakistan'ı Macaristan Cumhurbaşkanı ziyaret etti.", [("visit", {"HUN"}, {"KAZ"})], []),
    ("suffixes", "ru", "Делегация Венгрии посетила Казахстан.", [("visit", {"HUN"}, {"KAZ"})], []),
    ("gazetteer", "en", "Viktor Orban met Emmanuel Macron.", [("meet", {"HUN", "FRA"}, set())], []),
    ("gazetteer", "en", "Hungary and the European Union signed an agreement.", [("sign_agreement", {"HUN", "IGO-EU"}, set())], []),
    (
        "resolution",
        "en",
        "The foreign ministers of Hungary and Kazakhstan met on Monday. They signed an agreement.",
        [("meet", {"HUN", "KAZ"}, set()), ("sign_agreement", {"HUN", "KAZ"}, set())],
        [("meet", {"HUN", "KAZ"}, set())],
    ),
    (
        "resolution",  # told twice, it is one record no longer
        "en",
        "Hungary and Poland signed an agreement. The agreement was signed by Hungary and Poland on Monday.",
        [("sign_agreement", {"HUN", "POL"}, set())],
        [("sign_agreement", {"HUN", "POL"}, set())] * 2,
    ),
]


def events(text: str, lang: str, *without: str) -> list[tuple[str, set[str], set[str]]]:
    document = next(bilat_nlp.extract_many([(text, {"lang": lang})], without=without, mode="rules"))
    assert document.validate(text) == []
    return [(event.type, set(event.codes("actor")), set(event.codes("recipient"))) for event in document.events]


@pytest.mark.parametrize(("part", "lang", "text", "whole", "less"), CASES, ids=[f"{part}-{lang}" for part, lang, *_ in CASES])
def test_what_a_part_is_worth(part: str, lang: str, text: str, whole: list, less: list) -> None:
    assert events(text, lang) == whole
    assert events(text, lang, part) == less
    for other in PARTS.keys() - {part}:
        assert events(text, lang, other) == whole, f"{other} does not carry this"


def test_parts_can_be_left_out_together() -> None:
    text = "Hungary met Poland."
    assert events(text, "en", *PARTS) == [("meet", {"HUN", "POL"}, set())]


def test_the_whole_pipeline_is_another_object_and_stays_as_it_is() -> None:
    nlp = bilat_nlp.load(mode="rules")
    assert bilat_nlp.load(mode="rules", without=["suffixes"]) is not nlp
    assert bilat_nlp.load(mode="rules", without=()) is nlp
    assert nlp.get_pipe_config("bilat_layout")["without"] == []


def test_the_setting_is_kept_in_the_config_of_a_pipeline() -> None:
    import spacy

    nlp = spacy.blank("xx", config={"nlp": {"tokenizer": {"@tokenizers": "bilat_nlp.Tokenizer.v1"}}})
    for name in bilat_nlp.load(mode="rules").pipe_names:
        nlp.add_pipe(name, config={"without": ["gazetteer"]} if name == "bilat_layout" else {})
    again = spacy.blank("xx").from_config(nlp.config)
    doc = again.make_doc("Viktor Orban met Emmanuel Macron.")
    doc._.lang = "en"
    assert again(doc)._.events == []


def test_an_unknown_part_is_refused() -> None:
    with pytest.raises(ValueError, match="no part 'grammar' to do without; there are suffixes, gazetteer, resolution"):
        bilat_nlp.load(mode="rules", without=["grammar"])
