"""What goes out through a door comes in again through it, character for character; what a form cannot hold is counted."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bilat_nlp import ontology
from bilat_nlp.corpus import formats
from bilat_nlp.corpus.formats import FORMATS, Losses
from bilat_nlp.records import Argument, DateValue, Document, Event, Trigger

LOSSLESS = [name for name in FORMATS if name != "iob2"]


def _there_and_back(documents, form, folder):
    path = folder / ("export" if FORMATS[form].folder else f"export{FORMATS[form].suffix}")
    out, back = Losses(), Losses()
    formats.write(documents, path, form, out)
    assert formats.guess(path) == form
    found = {each.id: each for each in formats.read(path, form, back)}
    out.update(back)
    return found, out


@pytest.mark.parametrize("form", LOSSLESS)
def test_everything_comes_back(form, sample, meaning, tmp_path):
    found, losses = _there_and_back(sample, form, tmp_path)
    assert losses == Losses()
    assert len(found) == len(sample)
    for document in sample:
        assert meaning(found[document.id]) == meaning(document)


@pytest.mark.parametrize("form", LOSSLESS)
def test_a_second_journey_changes_nothing(form, sample, meaning, tmp_path):
    once, _ = _there_and_back(sample, form, tmp_path)
    (tmp_path / "again").mkdir()
    twice, _ = _there_and_back(list(once.values()), form, tmp_path / "again")
    for name, document in once.items():
        assert meaning(twice[name]) == meaning(document)


def test_columns_keep_entities_and_count_the_rest(sample, tmp_path):
    found, losses = _there_and_back(sample, "iob2", tmp_path)
    for document in sample:
        wide = []
        for each in sorted(document.entities, key=lambda one: (one.start, -one.end)):
            if not wide or each.start >= wide[-1].end:
                wide.append(each)
        assert ["".join(each.text.split()) for each in found[document.id].entities] == ["".join(each.text.split()) for each in wide]
        assert [each.label for each in found[document.id].entities] == [each.label for each in wide]
    assert losses["events"] == sum(len(document.events) for document in sample)
    assert losses["white space between words, and facts about the document"] == len(sample)


@pytest.mark.parametrize("form", [name for name in FORMATS if name not in ("jsonl", "docbin", "iob2")])
def test_what_the_library_computes_is_named_as_lost(form, sample, tmp_path):
    sample[0].events[0].confidence = 0.5
    _, losses = _there_and_back(sample, form, tmp_path)
    assert sum(losses.values()) == 1
    assert "confidence" in losses.sentences()[0]


# White space and signs that mean something in one form or another; U+0085 and U+2028 are line ends to some readers only.
_TEXTS = st.text(st.sampled_from(list("abÄəқ🤝é[]|\\=-#_ \t\n\r\x85\u2028\u00a0\"'.,0:")), min_size=1, max_size=60)


@st.composite
def _documents(draw):
    """A text with disjoint spans that have no space at their ends, and events over them."""
    text = draw(_TEXTS)
    edges = sorted(draw(st.sets(st.integers(0, len(text)), max_size=8)))
    spans = [(a, b) for a, b in zip(edges[::2], edges[1::2], strict=False) if text[a:b] == text[a:b].strip() and "\x85" not in text[a:b]]
    spans = [(a, b) for a, b in spans if not any(char in text[a:b] for char in "\n\r\t\u2028")]
    document = Document(id="doc", lang="az", text=text)
    kinds = [draw(st.sampled_from(["entity", "date", "trigger", "phrase"])) for _ in spans]
    fillers = [
        Argument(a, b, text[a:b], None if kind == "phrase" else "GPE", "AZE" if kind == "entity" else None)
        for (a, b), kind in zip(spans, kinds, strict=True)
        if kind in ("entity", "phrase")
    ]
    document.entities = [each for each in fillers if each.label]
    dates = [DateValue("2025-01", a, b, text[a:b]) for (a, b), kind in zip(spans, kinds, strict=True) if kind == "date"]
    for (a, b), kind in zip(spans, kinds, strict=True):
        if kind == "trigger":
            event = Event(type=draw(st.sampled_from(list(ontology.types()))), triggers=[Trigger(a, b, text[a:b])])
            event.modality = draw(st.sampled_from(ontology.load().modalities))
            event.location = draw(st.lists(st.sampled_from(fillers), unique=True)) if fillers else []
            event.date = draw(st.sampled_from(dates)) if dates else None
            event.id = f"doc#{len(document.events) + 1}"
            document.events.append(event)
    used = {(event.date.start, event.date.end) for event in document.events if event.date}
    document.entities += [
        Argument(each.start, each.end, each.text, "DATE", value=each.value) for each in dates if (each.start, each.end) in used
    ]
    filled = {each for event in document.events for each in event.location}
    document.entities = [each for each in document.entities if each.label] + [
        each for each in filled if each.label and each not in document.entities
    ]
    return document


@pytest.mark.parametrize("form", LOSSLESS)
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(document=_documents())
def test_any_text_comes_back(form, document, meaning, tmp_path_factory):
    found, losses = _there_and_back([document], form, Path(tmp_path_factory.mktemp("any")))
    assert losses == Losses()
    assert meaning(found["doc"]) == meaning(document)
