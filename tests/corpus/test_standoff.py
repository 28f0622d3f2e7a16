"""Annotation apart from its texts, and put together with them again."""

from __future__ import annotations

import json
import lzma
from pathlib import Path

import pytest
from click.testing import CliRunner

from bilat_nlp.cli import main
from bilat_nlp.corpus.dataset import load_documents
from bilat_nlp.corpus.standoff import attach, detach
from bilat_nlp.records import RecordError

SAMPLE = Path(__file__).parent / "sample.markup"


def run(*words: object):
    return CliRunner().invoke(main, ["corpus", *map(str, words)])


def test_what_is_detached_is_the_same_again_with_its_text():
    for document in load_documents([SAMPLE]):
        assert attach(detach(document), document.text or "") == document


def test_no_span_and_no_text_is_left():
    document = load_documents([SAMPLE])[0]
    assert '"text"' not in json.dumps(detach(document))
    assert "Petkov" in (document.text or "")
    assert "Petkov" not in json.dumps(detach(document), ensure_ascii=False)


def test_another_text_is_known():
    document = load_documents([SAMPLE])[0]
    with pytest.raises(RecordError, match="not the one that was annotated"):
        attach(detach(document), (document.text or "") + " ")


def test_a_part_of_a_longer_text():
    document = load_documents([SAMPLE])[0]
    document.meta["cut"] = len(document.text or "")
    assert attach(detach(document), (document.text or "") + " And so on.") == document


def test_the_commands_undo_each_other(tmp_path):
    assert run("detach", SAMPLE, "-o", tmp_path / "marks.standoff").exit_code == 0
    texts = tmp_path / "texts.jsonl.xz"
    with lzma.open(texts, "wt", encoding="utf-8") as stream:
        for document in load_documents([SAMPLE]):
            stream.write(json.dumps({"id": document.id, "text": document.text}) + "\n")
    made = run("attach", tmp_path, "--texts", texts, "-o", tmp_path / "whole.jsonl")
    assert made.exit_code == 0, made.output
    assert load_documents([tmp_path / "whole.jsonl"]) == load_documents([SAMPLE])


def test_a_missing_text_is_named_and_nothing_is_written(tmp_path):
    run("detach", SAMPLE, "-o", tmp_path / "marks.standoff")
    (tmp_path / "texts.jsonl").write_text('{"id": "other", "text": "Other."}\n')
    made = run("attach", tmp_path / "marks.standoff", "--texts", tmp_path / "texts.jsonl", "-o", tmp_path / "whole.jsonl")
    assert made.exit_code == 2
    assert "no text with the id" in made.output
    assert not (tmp_path / "whole.jsonl").exists()


def test_a_place_that_cannot_be_written_to_is_said(tmp_path):
    made = run("detach", SAMPLE, "-o", tmp_path / "nowhere" / "marks.standoff")
    assert made.exit_code == 2
    assert "nowhere" in made.output
