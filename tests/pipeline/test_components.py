"""The spaCy side: factories, `nlp.pipe`, `doc.ents`, `doc.spans`, storing, and our components in a pipeline of the user's own."""

from __future__ import annotations

import configparser
import subprocess
import sys
from importlib.metadata import EntryPoint
from pathlib import Path

import pytest
import spacy
from spacy.tokens import Doc, DocBin

import bilat_nlp
from bilat_nlp.pipeline.components import COMPONENTS

TEXT = "Hungarian Foreign Minister Peter Balogh arrived in Astana on Tuesday for talks with Kazakh officials."


@pytest.fixture(scope="module")
def nlp() -> spacy.language.Language:
    return bilat_nlp.load(mode="rules")


def test_the_components_stand_in_their_order(nlp: spacy.language.Language) -> None:
    assert nlp.pipe_names == list(COMPONENTS)


def test_pipe_fills_events_entities_and_spans(nlp: spacy.language.Language) -> None:
    first, second = nlp.pipe([TEXT, "It rained in the north of the country all through the week, and farmers were glad of it."])
    assert {event.type for event in first._.events} == {"visit", "meet"}
    assert ("Astana", "KAZ") in {(span.text, span.kb_id_) for span in first.ents}
    assert {"entities", "dates", "triggers"} <= set(first.spans)
    assert second._.events == []
    assert second._.reason == "no diplomatic event found"


def test_tokens_give_the_text_back(nlp: spacy.language.Language) -> None:
    for text in (TEXT, "  two  blanks \n\n and\ttabs ", "", " ", "a", "«Нью-Дели».Как", "\u00a0x"):
        assert nlp.make_doc(text).text == text


def test_a_processed_doc_can_be_stored_and_read_back(nlp: spacy.language.Language) -> None:
    stored = DocBin(docs=[nlp(TEXT)], store_user_data=True).to_bytes()
    doc = next(iter(DocBin().from_bytes(stored).get_docs(nlp.vocab)))
    assert {event.type for event in doc._.events} == {"visit", "meet"}


@pytest.mark.parametrize("code", ["en", "xx", "hu"])
def test_the_components_work_behind_a_tokenizer_of_the_users_own(code: str) -> None:
    own = spacy.blank(code)
    for name in COMPONENTS:
        own.add_pipe(name)
    doc = own(TEXT)
    assert {event.type for event in doc._.events} == {"visit", "meet"}
    for event in doc._.events:
        assert all(TEXT[a.start : a.end] == a.text for a in event.actor + event.recipient)


def test_spacy_finds_the_stages_before_the_package_is_imported(nlp: spacy.language.Language, tmp_path: Path) -> None:
    nlp.to_disk(tmp_path / "stored")
    program = f"import spacy; nlp = spacy.load({str(tmp_path / 'stored')!r})"
    program += f"; print(len(nlp({TEXT!r})._.events), type(spacy.blank('en').add_pipe('bilat_layout')).__name__)"
    found = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert found.stdout.split() == ["2", "LayOut"]


def test_every_entry_point_leads_somewhere() -> None:
    """A slip there would show only where somebody's own pipeline is loaded."""
    config = configparser.ConfigParser()
    config.read(Path(__file__).parents[2] / "setup.cfg", encoding="utf-8")
    points = [line for group in config["options.entry_points"].values() for line in group.split("\n") if "=" in line and line[0] != "#"]
    named = {EntryPoint(*(part.strip() for part in point.split("=")), group="") for point in points}
    assert all(callable(point.load()) for point in named)
    assert {point.name for point in named} >= {*COMPONENTS, "bilat_model", "bilat_stanza_layout", "bilat_stanza_entities"}


def test_events_of_an_unprocessed_doc_are_a_clear_error(nlp: spacy.language.Language) -> None:
    with pytest.raises(ValueError, match="bilat_records"):
        _ = Doc(nlp.vocab, words=["a"])._.events


def test_date_and_language_may_be_set_before_the_pipeline_runs(nlp: spacy.language.Language) -> None:
    doc = nlp.make_doc(TEXT)
    doc._.date, doc._.lang = "2025-11-12", "en"
    visit = next(event for event in nlp(doc)._.events if event.type == "visit")
    assert visit.date is not None
    assert visit.date.value == "2025-11-11"
