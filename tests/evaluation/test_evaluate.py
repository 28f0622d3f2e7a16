"""``bilat-nlp evaluate`` from files to figures."""

import csv
import json
import re
import shutil
from collections.abc import Iterable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from click.testing import CliRunner, Result

from bilat_nlp import api
from bilat_nlp.cli.evaluate import command
from bilat_nlp.corpus import formats
from bilat_nlp.corpus.dataset import load_documents
from bilat_nlp.evaluation.signature import fingerprint
from bilat_nlp.evaluation.source import gold_documents, pair_up
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


@pytest.fixture
def records(tmp_path: Path) -> Path:
    """The one document right, the other of a wrong type."""
    path = tmp_path / "records.jsonl"
    path.write_text(document("a").to_json() + "\n" + document("b", "negotiate").to_json(), encoding="utf-8")
    return path


def test_predictions_from_a_file(gold: Path, records: Path) -> None:
    result = run(gold, records, "--format", "json")
    assert result.exit_code == 0
    assert result.stderr == "warning: there are only 2 documents: intervals over so few are too narrow\n"
    scores = json.loads(result.stdout)["scores"]
    assert scores["strict"]["value"] == 0.5
    assert scores["trig_i"]["value"] == 1
    assert scores["trig_c"]["value"] == 0.5


def test_the_same_in_every_form(gold: Path, records: Path) -> None:
    table = run(gold, records, "--by", "type", "--by", "origin").stdout
    assert "event F1, relaxed" in table
    assert "by origin" in table
    assert re.search(r"^metrics:\d+\|match:.*\|gold:[0-9a-f]{12},2docs,2events\|system:records,[0-9a-f]{12}\|library:", table, re.MULTILINE)
    markdown = run(gold, records, "--format", "markdown").stdout
    assert "| event F1, relaxed | 0.500 | 0.000-1.000 | 0.500 | 0.500 | 1 | 2 | 2 | 0.333 |" in markdown
    assert "\n`metrics:" in markdown
    rows = list(csv.DictReader(run(gold, records, "--format", "csv", "--by", "type").stdout.splitlines()))
    (row,) = [row for row in rows if (row["facet"], row["figure"]) == ("all", "relaxed")]
    assert (row["value"], row["right"], row["gold"], float(row["macro"])) == ("0.5", "1", "2", pytest.approx(1 / 3))
    assert {row["group"] for row in rows if row["facet"] == "type"} == {"meet", "negotiate"}
    page = run(gold, records, "--format", "html").stdout
    assert page.startswith("<!doctype html>")
    assert page.count("<article") == 2


def test_output_to_a_file(gold: Path, records: Path, tmp_path: Path) -> None:
    for form in ("table", "html", "csv"):
        target = tmp_path / f"report.{form}"
        result = run(gold, records, "--format", form, "-o", target)
        assert (result.exit_code, result.stdout) == (0, "")
        assert "event F1, relaxed" in target.read_text(encoding="utf-8") or form == "csv"
    assert run(gold, records, "-o", tmp_path / "nowhere" / "x").exit_code == 2


def test_errors_are_listed(gold: Path, records: Path) -> None:
    lines = [line for line in run(gold, records, "--errors").stdout.splitlines() if line.startswith("wrong type")]
    assert len(lines) == 1
    assert "meet ≠ negotiate" in lines[0]
    listed = json.loads(run(gold, records, "--errors", "--format", "json").stdout)["errors"]
    assert [(error["kind"], error["document"], error["gold"]["id"]) for error in listed] == [("wrong type", "b", "b#1")]
    (row,) = csv.DictReader(run(gold, records, "--errors", "--format", "csv").stdout.splitlines())
    assert (row["kind"], row["gold"], row["gold_type"], row["predicted_type"]) == ("wrong type", "b#1", "meet", "negotiate")


@pytest.mark.parametrize(
    ("floor", "code", "sentence"),
    [
        ("relaxed>=0.5", 0, ""),
        ("relaxed >= 0.7", 1, "relaxed is 0.5000: relaxed>=0.7 is not held"),
        ("relaxed>0.5", 1, "relaxed>0.5 is not held"),
        ("trig_i>=1", 0, ""),
        ("brier<=0.1", 1, "brier has no value on these documents"),
        ("beauty>=1", 2, "with one of the figures strict, relaxed"),
        ("relaxed", 2, "write it as relaxed>=0.7"),
        ("relaxed>=70", 2, "figures lie between 0 and 1"),
    ],
)
def test_floors_for_continuous_integration(gold: Path, records: Path, floor: str, code: int, sentence: str) -> None:
    result = run(gold, records, "--fail-under", "strict>=0.1", "--fail-under", floor)
    assert result.exit_code == code
    assert sentence in result.stderr


def test_a_baseline_is_compared_with_its_significance(gold: Path, records: Path, tmp_path: Path) -> None:
    baseline = tmp_path / "run.json"
    run(gold, records, "--format", "json", "-o", baseline)
    better = tmp_path / "better.jsonl"
    better.write_text(document("a").to_json() + "\n" + document("b").to_json(), encoding="utf-8")
    result = run(gold, better, "--baseline", baseline, "--format", "markdown")
    # two documents: swapping the one that differs is as likely as not, and the bootstrap has nothing to say
    assert "| event F1, relaxed | 1.000 | 0.500 | +0.500 | +0.000 to +1.000 | 1.000 | - |" in result.stdout
    assert "`baseline: metrics:" in result.stdout
    data = json.loads(run(gold, better, "--baseline", baseline, "--format", "json").stdout)
    assert data["baseline"]["differences"]["relaxed"]["value"] == 0.5
    rows = list(csv.DictReader(run(gold, better, "--baseline", baseline, "--format", "csv").stdout.splitlines()))
    (row,) = [row for row in rows if (row["facet"], row["figure"]) == ("difference", "relaxed")]
    assert (row["value"], row["p"], row["p_bootstrap"]) == ("0.5", "1.0", "")
    page = run(gold, better, "--baseline", baseline, "--format", "html").stdout
    assert "difference from the baseline" in page
    assert "there are only 2 documents" in page
    assert run(gold, records, "--samples", "1", "--baseline", baseline).exit_code == 0
    other = run(gold / "a.jsonl", better, "--baseline", baseline)
    assert other.exit_code == 2
    assert "not measured on the same gold documents" in other.stderr
    assert "this is no run; make one with" in run(gold, records, "--baseline", records).stderr


def test_agreement_of_annotators_stands_beside_the_scores(gold: Path, records: Path) -> None:
    shown = run(gold, records, "--agreement", gold, gold, "--format", "markdown").stdout
    assert "| event F1, relaxed | 0.500 | 1.000 | 1.000-1.000 | 2 |" in shown


def test_documents_missing_on_one_side_are_counted(gold: Path, tmp_path: Path) -> None:
    records = tmp_path / "records.jsonl"
    records.write_text(document("a").to_json() + "\n" + document("z").to_json(), encoding="utf-8")
    result = run(gold, records, "--by", "origin", "--format", "markdown")
    assert "1 gold documents are not predicted and count as empty, first of them 'b'" in result.stderr
    assert "1 predicted documents have no gold and are left out, first of them 'z'" in result.stderr
    assert "| real | 1 | 1.000" in result.stdout
    assert "| unknown | 1 | 0.000" in result.stdout
    records.write_text(document("z").to_json(), encoding="utf-8")
    assert "none of its 1 documents has the id of a gold document" in run(gold, records).stderr


def test_a_document_that_was_not_predicted_is_not_rightly_left_empty(tmp_path: Path) -> None:
    quiet = tmp_path / "quiet.jsonl"
    quiet.write_text("\n".join(Document(id, text=TEXT).to_json(text=True) for id in "ab"), encoding="utf-8")
    records = tmp_path / "records.jsonl"
    records.write_text(Document("a").to_json(), encoding="utf-8")
    scores = json.loads(run(quiet, records, "--format", "json").stdout)["scores"]
    assert (scores["quiet"]["right"], scores["quiet"]["gold"]) == (1, 1)


def test_entities_that_one_side_does_not_mark_are_not_scored(tmp_path: Path) -> None:
    marked = document("a")
    marked.entities = list(marked.events[0].actor)
    (tmp_path / "gold.jsonl").write_text(marked.to_json(text=True), encoding="utf-8")
    (tmp_path / "records.jsonl").write_text(document("a").to_json(), encoding="utf-8")
    result = run(tmp_path / "gold.jsonl", tmp_path / "records.jsonl", "--format", "json")
    assert "holds no entities, which are not scored then" in result.stderr
    assert "entity" not in json.loads(result.stdout)["scores"]
    assert "entity" in json.loads(run(tmp_path / "gold.jsonl", tmp_path / "gold.jsonl", "--format", "json").stdout)["scores"]


def test_the_signature_changes_with_what_systems_are_told_and_what_they_give(gold: Path, records: Path, tmp_path: Path) -> None:
    def signature(source: Path, prediction: object) -> str:
        return str(json.loads(run(source, prediction, "--format", "json").stdout)["signature"])

    plain = signature(gold, f"jsonl:{records}")
    redated = tmp_path / "redated"
    shutil.copytree(gold, redated)
    (redated / "a.jsonl").write_text((gold / "a.jsonl").read_text(encoding="utf-8").replace("2024-05-01", "2024-05-02"), encoding="utf-8")
    assert signature(redated, f"jsonl:{records}").split("|")[2] != plain.split("|")[2]
    records.write_text(document("a").to_json() + "\n" + document("b").to_json(), encoding="utf-8")
    assert signature(gold, f"jsonl:{records}") != plain


def test_anything_may_stand_in_names(tmp_path: Path) -> None:
    odd = document("a\ud800</script>", origin="[/x] [red]")
    path = tmp_path / "gold.jsonl"
    path.write_text(odd.to_json(text=True), encoding="utf-8")
    table = run(path, path, "--by", "origin", "--errors")
    assert table.exit_code == 0, table.output
    assert "[/x] [red]" in table.stdout
    for form in ("json", "csv", "html", "markdown"):
        result = run(path, path, "--by", "origin", "--format", form)
        assert result.exit_code == 0, (form, result.output)
    assert "\\ud800</script>" not in run(path, path, "--format", "html").stdout


def test_gold_in_another_format_and_as_a_folder(gold: Path, tmp_path: Path) -> None:
    target = tmp_path / "brat"
    formats.write(load_documents([gold]), target, "brat")
    assert json.loads(run(target, gold, "--format", "json").stdout)["scores"]["strict"]["value"] == 1
    (tmp_path / "sources").mkdir()
    formats.write(load_documents([gold]), tmp_path / "sources" / "all.markup", "markup")
    assert json.loads(run(tmp_path / "sources", gold, "--format", "json").stdout)["scores"]["strict"]["value"] == 1


def test_hints_for_what_is_given_in_the_wrong_way(gold: Path, tmp_path: Path) -> None:
    (tmp_path / "other.csv").write_text("date,source,target,code\n", encoding="utf-8")
    assert f"given as csv:{tmp_path / 'other.csv'}" in run(gold, tmp_path / "other.csv").stderr
    assert "say which with --scheme" in run(tmp_path / "other.csv").stderr
    assert "make it first" in run(gold, gold, "-o", tmp_path / "no" / "x.html").stderr
    wrong = tmp_path / "wrong.jsonl"
    wrong.write_text("\n" + document("a").to_json().replace('"HUN"', '"HU"'), encoding="utf-8")
    assert "wrong.jsonl:2: document 'a': event a#1: actor[0]: 'HU' is" in run(gold, wrong).stderr


def test_unknown_types_are_counted_and_wrong(gold: Path, tmp_path: Path) -> None:
    records = tmp_path / "records.jsonl"
    records.write_text("\n".join(document(id).to_json().replace('"meet"', '"riot"') for id in "ab"), encoding="utf-8")
    result = run(gold, records, "--format", "json")
    assert "2 predicted events have types that the ontology does not know (riot 2); they count as wrong" in result.stderr
    strict = json.loads(result.stdout)["scores"]["strict"]
    assert [strict[key] for key in ("right", "gold", "predicted", "value", "precision", "recall")] == [0, 2, 2, 0, 0, 0]


def test_gold_or_prediction_without_any_event_is_said(gold: Path, tmp_path: Path) -> None:
    empty = tmp_path / "empty.jsonl"
    empty.write_text("\n".join(Document(id, text=TEXT).to_json(text=True) for id in "ab"), encoding="utf-8")
    result = run(empty, gold)
    assert result.exit_code == 0
    assert "the gold has no event in any of its 2 documents, so every predicted event counts as spurious" in result.stderr
    assert "documents rightly left empty" in result.stdout
    assert "predicts no event in any document" in run(gold, empty).stderr


def test_another_text_under_the_same_id(gold: Path, tmp_path: Path) -> None:
    other = document("a")
    other.text = TEXT.replace("Astana", "Ankara")
    other.events = []
    (tmp_path / "records.jsonl").write_text(other.to_json(text=True), encoding="utf-8")
    result = run(gold, tmp_path / "records.jsonl")
    assert result.exit_code == 2
    assert "document 'a': its text differs from the gold's from character 19 on ('nkara.', gold 'stana.')" in result.stderr


def test_a_data_set_by_its_name(tmp_path: Path) -> None:
    pytest.importorskip("datasets")
    folder = tmp_path / "mine"
    folder.mkdir()
    for split in ("train", "test"):
        (folder / f"{split}.jsonl").write_text(document(split).to_json(text=True) + "\n", encoding="utf-8")
    records = tmp_path / "records.jsonl"
    records.write_text(document("test").to_json(), encoding="utf-8")
    result = run(f"datasets:{folder}:test", records, "--format", "json")
    assert result.exit_code == 0, result.output
    assert json.loads(result.stdout)["scores"]["strict"]["gold"] == 1
    assert json.loads(run(f"datasets:{folder}", records, "--format", "json").stdout)["documents"] == 2
    assert run(f"datasets:{folder}:dev", records).exit_code == 2


def test_the_corpus_as_a_data_set_is_the_corpus() -> None:
    pytest.importorskip("datasets")
    root = Path(__file__).parents[2] / "corpus"
    assert fingerprint(gold_documents(f"datasets:{root}:validation")) == fingerprint(gold_documents(str(root / "dev")))


def test_texts_are_extracted_with_their_date_and_without_their_language(gold: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[tuple[str, dict[str, object]]] = []
    modes: list[object] = []

    def extract_many(texts: Iterable[tuple[str, dict[str, object]]], **settings: object) -> Iterator[Document]:
        modes.append(settings["mode"])
        for text, more in texts:
            asked.append((text, more))
            yield document(str(more["id"]))

    monkeypatch.setattr(api, "extract_many", extract_many)
    monkeypatch.setattr(api, "load", lambda **settings: SimpleNamespace(pipe_names=[]))
    result = run(gold, "--by", "lang")
    assert result.exit_code == 0, result.output
    assert asked == [(TEXT, {"id": "a", "date": "2024-05-01"}), (TEXT, {"id": "b", "date": "2024-05-01"})]
    assert modes == [api.MODE], "what a user gets who says nothing"
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
    result = run(gold, tmp_path / "records.jsonl")
    assert result.exit_code == 2
    assert "the text at 8:16 is ' receive', not 'received'" in result.stderr


def test_any_system_can_be_scored(gold: Path, tmp_path: Path) -> None:
    table = tmp_path / "other.csv"
    table.write_text("date,source,target,code,id\n2024-05-01,KAZ,HUN,040,a\n2024-05-01,KAZ,HUN,042,b\n", encoding="utf-8")
    result = run(gold, f"csv:{table}")
    assert result.exit_code == 0, result.output
    assert re.search(r"event F1, relaxed +1.000", result.stdout), "both are consultations on the classes of CAMEO"
    assert "|scheme:cameo|system:csv:" in result.stdout
    ablation = json.loads(run(gold, "rules:without=resolution", "--format", "json").stdout)
    assert "|system:rules:without=resolution," in ablation["signature"]
    assert "there is no system 'beauty'; there are both" in run(gold, "beauty").stderr
    assert "there is no file or folder 'x/records.jsonl'" in run(gold, "x/records.jsonl").stderr


def test_a_table_without_documents_is_compared_day_by_day(gold: Path, tmp_path: Path) -> None:
    """Both documents are of 1 May, and tell the same meeting: one event of that day."""
    table = tmp_path / "other.csv"
    rows = "date,source,target,code\n2024-05-01,KAZ,HUN,040\n20240501,KAZ,HUN,041\n2024-05-01,KAZ,RUS,112\n2024-05-02,KAZ,HUN,040\n"
    table.write_text(rows, encoding="utf-8")
    result = run(gold, f"csv:{table}", "--format", "markdown")
    assert result.exit_code == 0, result.output
    assert "its rows name no documents, so that everything is compared day by day" in result.stderr
    assert "1 of its days are not among the dates of the texts, first of them 2024-05-02" in result.stderr
    assert "| event F1, relaxed | 0.667 | - | 0.500 | 1.000 | 1 | 1 | 2 |" in result.stdout
    table.write_text(rows.replace("2024-05-01", "2023-05-01").replace("20240501", "20230501"), encoding="utf-8")
    assert "none of its days is a date of publication" in run(gold, f"csv:{table}").stderr


def test_other_peoples_gold(tmp_path: Path) -> None:
    table = tmp_path / "gold.csv"
    head = "id,date,source,target,code,text\n"
    table.write_text(head + "s1,2024-05-01,KAZ,HUN,040,Kazakhstan and Hungary held talks in Budapest on Monday.\n", encoding="utf-8")
    result = run(table, "rules", "--scheme", "cameo", "--format", "markdown")
    assert result.exit_code == 0, result.output
    assert "| event F1, relaxed | 1.000" in result.stdout
    assert "| type and ordered pair | 1.000" in result.stdout
    assert "|scheme:cameo|system:rules," in result.stdout
    assert "--split and --whole belong to --scheme" in run(table, "--whole").stderr


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    result = run(tmp_path / "nowhere.jsonl")
    assert result.exit_code == 2
    assert "there is no file or folder" in result.stderr
    assert run().exit_code == 2


def test_predictions_without_gold_are_refused() -> None:
    with pytest.raises(RecordError, match="1 predicted documents have no gold, first of them 'z'"):
        pair_up([document("a")], [document("a"), document("z")])


def test_a_line_separator_inside_a_text_divides_no_line(tmp_path: Path) -> None:
    (tmp_path / "g.jsonl").write_text(Document("a", text="one\u2028two\x85three").to_json(text=True) + "\r\n", encoding="utf-8")
    assert load_documents([tmp_path])[0].text == "one\u2028two\x85three"
