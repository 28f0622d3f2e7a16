"""The corpus of this repository: clean, compiled from its sources, as large and as varied as it is said to be, and without a leak."""

from __future__ import annotations

import json
from collections import Counter
from functools import cache

import pytest

import bilat_nlp.corpus
from bilat_nlp import ontology
from bilat_nlp.corpus import formats, standoff
from bilat_nlp.corpus.dataset import language_of
from bilat_nlp.corpus.duplicates import pairs
from bilat_nlp.corpus.formats.files import json_lines
from bilat_nlp.corpus.validate import validate
from bilat_nlp.records import Document

from .conftest import ROOT

CORPUS = ROOT / "corpus"
SCRIPTS = ("az-Latn", "en-Latn", "hu-Latn", "kk-Cyrl", "ro-Latn", "ru-Cyrl", "tr-Latn", "uz-Cyrl", "uz-Latn")
TEMPLATE = 0.15  # overlap of masked 5-grams from which on two texts come from one mould


@cache
def _documents() -> list[Document]:
    return [document for document in bilat_nlp.corpus.load(CORPUS) if document.split]


def _of(script: str) -> list[Document]:
    return [document for document in _documents() if language_of(document) == script]


def test_it_is_valid():
    count, findings = validate([CORPUS])
    assert [str(each) for each in findings if not each.hint] == []
    assert count > 2000


def test_it_is_what_the_sources_compile_to():
    sources = {document.id: document for document in formats.read(CORPUS / "source", "markup")}
    compiled = {document.id: document for document in _documents()}
    assert sources.keys() == compiled.keys()
    for name, document in compiled.items():
        document = Document.from_dict(document.to_dict(text=True) | {"split": None})
        assert document.to_dict(text=True) == sources[name].to_dict(text=True), f"{name} is out of date: make corpus"


def test_documents_lie_where_their_split_says():
    for part in ("train", "dev"):
        documents = formats.read(CORPUS / part)
        assert {document.split for document in documents} == {part}


@pytest.mark.parametrize("script", SCRIPTS)
def test_every_script_has_its_share(script):
    documents = _of(script)
    events = [event for document in documents for event in document.events]
    assert len(documents) >= 120
    assert sum(not document.events for document in documents) >= len(documents) / 6 - 1
    types = Counter(event.type for event in events)
    assert min(types[kind] for kind in ontology.types()) >= 20, types.most_common()[-5:]
    assert {event.modality for event in events} == set(ontology.load().modalities)
    dev = [document for document in documents if document.split == "dev"]
    assert 0.15 <= len(dev) / len(documents) <= 0.25
    assert len({event.type for document in dev for event in document.events}) == len(ontology.types())


def test_the_whole_world_acts():
    codes = Counter(code for document in _documents() for event in document.events for code in event.codes())
    assert sum(not code.startswith("IGO-") for code in codes) >= 120
    assert sum(code.startswith("IGO-") for code in codes) >= 25
    assert sum(len(document.events) for document in _documents()) >= 9000
    assert max(codes.values()) / codes.total() < 0.1, "no side may be learned by heart"


@pytest.mark.parametrize("script", SCRIPTS)
def test_no_two_texts_come_from_one_mould(script):
    documents = _of(script)
    for pair in pairs(documents, at_least=TEMPLATE)[:1]:
        pytest.fail(f"{documents[pair.first].id} and {documents[pair.second].id} share {pair.overlap:.0%} of their masked 5-grams")


def test_the_seeds_are_the_seeds():
    for document in formats.read(CORPUS / "gold" / "seeds.jsonl"):
        assert document.text == (CORPUS / "seeds" / f"{document.id}.txt").read_bytes().decode("utf-8")


def test_datasets_loads_it(tmp_path, monkeypatch):
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    datasets = pytest.importorskip("datasets")
    found = datasets.load_dataset(str(CORPUS), cache_dir=str(tmp_path))
    by_id = {document.id: document for document in _documents()}
    rows = [row for part in found.values() for row in part]
    assert {row["id"] for row in rows} == by_id.keys()
    assert set(found) == {"train", "validation"}
    for row in rows[:: len(rows) // 50]:
        document = by_id[row["id"]]
        assert row["text"] == document.text
        assert [event["type"] for event in row["events"]] == [event.type for event in document.events]
        assert [[each["code"] for each in event["actor"]] for event in row["events"]] == [
            [each.code for each in event.actor] for event in document.events
        ]


def test_the_annotation_of_real_news_has_no_word_of_it():
    files = sorted((CORPUS / "news").rglob(f"*{standoff.SUFFIX}"))
    names: set[str] = set()
    for place, row in (found for file in files for found in json_lines(file)):
        assert '"text"' not in json.dumps(row), place
        assert row["split"] in place, place
        assert len(row[standoff.FINGERPRINT]) == 64, place
        assert row["id"] not in names, f"{place}: {row['id']} stands twice"
        names.add(row["id"])
    assert len(names) > 1800


def test_the_annotation_of_real_news_keeps_to_the_contract():
    known = ontology.current()
    for file in sorted((CORPUS / "news").rglob(f"*{standoff.SUFFIX}")):
        for place, row in json_lines(file):
            for event in row["events"]:
                assert event["type"] in known.types, place
                assert event["modality"] in known.modalities, place
                sides = [*event["actor"], *event["recipient"]]
                assert sides, place
                assert event["triggers"], place
                assert all(side.get("code") is None or known.is_code(side["code"]) for side in sides), place
