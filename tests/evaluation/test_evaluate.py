"""``bilat-nlp evaluate`` from files to figures."""

import json
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from click.testing import CliRunner, Result

from bilat_nlp.cli.evaluate import command
from bilat_nlp.corpus.dataset import load_documents
from bilat_nlp.evaluation.source import pair_up
from bilat_nlp.records import Argument, Document, Event, RecordError, Trigger

TEXT = "Budapest received Astana."


def document(name: str, kind: str = "meet", **more: Any) -> Document:
    actor = [Argument(0, 8, "Budapest", "GPE", "HUN"), Argument(18, 24, "Astana", "GPE", "KAZ")]
    meeting = Event(f"{name}#1", kind, "actual", [Trigger(9, 17, "received")], actor)
    return Document(name, "en", "Latn", "2024-05-01", TEXT, events=[meeting], **more)


@pytest.fixture
def gold(tmp_path: Path) -> Path:
    folder = tmp_path / "gold"
    (folder / "below").mkdir(parents=True)
    (folder / "a.jsonl").write_text(document("a", origin="real").to_json(text=True) + "\n\n", encoding="utf-8")
    (folder / "below" / "b.jsonl").write_text(document("b").to_json(text=True), encoding="utf-8")
    return folder


def run(*arguments: object) -> Result:
    return CliRunner().invoke(command, [str(argument) for argument in arguments])


def test_predictions_from_a_file(gold: Path, tmp_path: Path) -> None:
    records = tmp_path / "records.jsonl"
    records.write_text(document("a").to_json() + "\n" + document("b", "negotiate").to_json(), encoding="utf-8")
    result = run(gold, "--pred", records, "--format", "json")
    assert result.exit_code == 0
    scores = json.loads(result.stdout)["groups"]["all"]["scores"]
    assert scores["event_strict"]["value"] == 0.5
    assert scores["trigger_i"]["value"] == 1
    assert scores["trigger_c"]["value"] == 0.5


def test_documents_without_prediction_are_empty_and_said(gold: Path, tmp_path: Path) -> None:
    records = tmp_path / "records.jsonl"
    records.write_text(document("a").to_json(), encoding="utf-8")
    result = run(gold, "--pred", records, "--by", "origin", "--format", "markdown")
    assert "1 gold documents are not predicted" in result.stderr
    assert "| real | 1 | 1.000" in result.stdout
    assert "| unknown | 1 | 0.000" in result.stdout


def test_texts_are_extracted_with_their_date_and_without_their_language(gold: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[tuple[str, dict[str, object]]] = []

    def extract_document(text: str, **more: object) -> Document:
        asked.append((text, more))
        return document(str(more["id"]))

    monkeypatch.setitem(sys.modules, "bilat_nlp.api", SimpleNamespace(extract_document=extract_document))
    result = run(gold, "--by", "lang")
    assert result.exit_code == 0
    assert asked == [(TEXT, {"id": "a", "date": "2024-05-01"}), (TEXT, {"id": "b", "date": "2024-05-01"})]
    assert "en-Latn" in result.stdout
    assert "1.000" in result.stdout


def test_gold_without_text_cannot_be_extracted(tmp_path: Path) -> None:
    (tmp_path / "g.jsonl").write_text(document("a").to_json(), encoding="utf-8")
    result = run(tmp_path / "g.jsonl")
    assert result.exit_code == 2
    assert "document 'a' has no text" in result.stderr


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "no document found"),
        (b"{\n", "g.jsonl:1: not JSON"),
        (b'{"id": "a"}', "g.jsonl:1: document 'a': the key 'events' is missing"),
        (b"\xff\xfe", "g.jsonl: not UTF-8 at byte 0"),
        (document("a").to_json(text=True).replace('"HUN"', '"HU"').encode(), "g.jsonl:1: document 'a': event a#1: actor[0]: 'HU' is"),
        (f"{document('a').to_json()}\n{document('a').to_json()}".encode(), "g.jsonl:2: the id 'a' stands in"),
    ],
)
def test_bad_input_is_one_sentence_and_exit_code_2(tmp_path: Path, content: bytes, sentence: str) -> None:
    (tmp_path / "g.jsonl").write_bytes(content)
    result = run(tmp_path / "g.jsonl")
    assert result.exit_code == 2
    assert sentence in result.stderr
    assert len(result.stderr.strip().splitlines()) == 1


def test_records_of_another_text_are_refused(gold: Path, tmp_path: Path) -> None:
    moved = document("a").to_json().replace('"start": 9, "end": 17', '"start": 8, "end": 16')
    (tmp_path / "records.jsonl").write_text(moved, encoding="utf-8")
    result = run(gold, "--pred", tmp_path / "records.jsonl")
    assert result.exit_code == 2
    assert "the text at 8:16 is ' receive', not 'received'" in result.stderr


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    assert run(tmp_path / "nowhere.jsonl").exit_code == 2
    assert run().exit_code == 2


def test_predictions_without_gold_are_refused() -> None:
    with pytest.raises(RecordError, match="1 predicted documents have no gold, first of them 'z'"):
        pair_up([document("a")], [document("a"), document("z")])


def test_a_line_separator_inside_a_text_divides_no_line(tmp_path: Path) -> None:
    (tmp_path / "g.jsonl").write_text(Document("a", text="one\u2028two\x85three").to_json(text=True) + "\r\n", encoding="utf-8")
    assert load_documents([tmp_path])[0].text == "one\u2028two\x85three"
