"""``bilat-nlp corpus ...`` from files to files."""

from __future__ import annotations

import json
from pathlib import Path
from xml.etree import ElementTree

import pytest
from click.testing import CliRunner, Result

from bilat_nlp import ontology
from bilat_nlp.cli import main
from bilat_nlp.corpus import formats

SAMPLE = Path(__file__).parents[1] / "corpus" / "sample.markup"
EXPORTS = SAMPLE.parent / "exports"
SEEDS = Path(__file__).parents[2] / "corpus" / "seeds"


def run(*words: object) -> Result:
    result = CliRunner().invoke(main, ["corpus", *map(str, words)])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result


def test_help_names_every_verb():
    found = run("--help").output
    assert all(verb in found for verb in ("validate", "stats", "convert", "preannotate", "agree", "split", "labelstudio-config"))


def test_validate(tmp_path):
    assert run("validate", SAMPLE).exit_code == 0
    bad = tmp_path / "bad.jsonl"
    bad.write_text('{"id": "a", "events": [], "text": "x", "lang": "en", "script": "Latn", "date": "May"}\n')
    result = run("validate", bad)
    assert result.exit_code == 1
    assert result.stdout == f"{bad}:1: a: the document's date 'May' is not EDTF\n"
    assert "1 documents, 1 faults" in result.stderr
    assert run("validate", tmp_path / "nowhere").exit_code == 2


def test_hints_are_shown_when_asked_for_and_are_no_faults(tmp_path):
    path = tmp_path / "a.markup"
    path.write_text("=== a\nlang: en\nscript: Latn\n---\n[Peru|g1 GPE PER] [met|e1].\n---\ne1 meet actual actor=g1\n")
    assert run("validate", path).stdout == ""
    result = run("validate", "--hints", path)
    assert result.exit_code == 0
    assert f"{path}:1: hint: a: event a#1: meet with fewer than two coded sides" in result.stdout


def test_stats_as_table_markdown_and_json(tmp_path):
    assert "open_mission" in run("stats", SAMPLE).output
    assert "| open_mission | 2 | 0 | 2 |" in run("stats", SAMPLE, "--format", "markdown").output
    data = json.loads(run("stats", SAMPLE, "--format", "json").stdout)
    assert data["documents"][-1]["events"] == 7


@pytest.mark.parametrize("ending", ["png", "svg"])
def test_stats_draws(tmp_path, ending):
    picture = tmp_path / f"counts.{ending}"
    assert run("stats", SAMPLE, "--plot", picture).exit_code == 0
    assert picture.stat().st_size > 10_000
    assert picture.read_bytes().startswith(b"\x89PNG" if ending == "png" else b"<?xml")


def test_stats_compares(tmp_path):
    raw = tmp_path / "raw.jsonl"
    raw.write_text(
        '{"lang": "en", "script": "Latn", "text": "One two three. Four five."}\n{"lang": "hu", "script": "Latn", "text": "Egy."}\n'
    )
    data = json.loads(run("stats", SAMPLE, "--against", raw, "--format", "json").stdout)
    assert [row["other texts"] for row in data["other texts"]] == ["en-Latn"]
    assert "near duplicates" in json.loads(run("stats", SAMPLE, "--duplicates", "--format", "json").stdout)


def test_bad_input_is_one_sentence(tmp_path):
    raw, empty = tmp_path / "raw.jsonl", tmp_path / "empty.jsonl"
    raw.write_text("[]\n")
    empty.write_text("")
    for words in (
        ("stats", SAMPLE, "--against", raw),
        ("stats", empty),
        ("stats", SAMPLE, "--plot", tmp_path / "x.exe"),
        ("convert", raw, "-o", tmp_path / "out.markup"),
        ("convert", SAMPLE, "-o", tmp_path / "out.json2"),
        ("convert", SAMPLE, "-o", tmp_path / "out.jsonl", "--map", "Person"),
        ("convert", SAMPLE, SAMPLE, "-o", tmp_path / "out.jsonl"),
        ("convert", SAMPLE, "-o", tmp_path / "nowhere" / "out.jsonl"),
        ("convert", empty, "-o", tmp_path / "out.markup"),
        ("validate", empty),
        ("agree", SAMPLE, empty),
        ("split", SAMPLE, "-o", tmp_path / "out", "--shares", "train"),
        ("preannotate", empty, "-o", tmp_path / "out.json", "--to", "labelstudio"),
    ):
        result = run(*words)
        assert result.exit_code == 2, words
        assert "Traceback" not in result.output
    assert sorted(each.name for each in tmp_path.iterdir()) == ["empty.jsonl", "raw.jsonl"]


def test_convert_names_what_is_lost(tmp_path):
    out = tmp_path / "out.jsonl"
    result = run("convert", EXPORTS / "brat", "-o", out, "--map", "Country=GPE")
    assert result.exit_code == 0
    assert "attributes 'Certain' (1)" in result.stderr
    assert "1 documents, 2 events written" in result.stderr
    assert formats.read(out)[0].events[0].codes() == {"PER"}
    result = run("convert", SAMPLE, "-o", tmp_path / "out.conll")
    assert "not kept by IOB2" in result.stderr
    assert "events (7)" in result.stderr


def test_convert_into_a_folder(tmp_path):
    assert run("convert", SAMPLE, "-o", tmp_path / "brat", "--to", "brat").exit_code == 0
    names = {each.name for each in (tmp_path / "brat").iterdir()}
    assert {"annotation.conf", "visual.conf", "documents.jsonl", "sample%2Fone.ann", "sample%2Fone.txt"} <= names
    assert run("convert", SAMPLE, "-o", tmp_path / "brat", "--to", "brat").exit_code == 2


def test_agree_with_oneself():
    data = json.loads(run("agree", SAMPLE, SAMPLE, "--format", "json").stdout)
    assert data["kappa"]["type of an event, where both put a trigger"] == {"kappa": 1.0, "items": 8}
    assert "Cohen's kappa" in run("agree", SAMPLE, SAMPLE).output
    assert "| Cohen's kappa | value | items |" in run("agree", SAMPLE, SAMPLE, "--format", "markdown").output


def test_split_writes_parts_and_remembers(tmp_path):
    out, listed = tmp_path / "corpus", tmp_path / "split.tsv"
    result = run("split", SAMPLE, "-o", out, "--shares", "train=0.5,dev=0.5", "--list", listed)
    assert result.exit_code == 0
    ids = {document.id: document.split for file in out.rglob("*.jsonl") for document in formats.read(file)}
    assert set(ids) == {"sample/one", "sample-two", "sample-three"}
    assert set(ids.values()) == {"train", "dev"}
    listed.write_text("sample/one\tdev\n")
    run("split", SAMPLE, "-o", out, "--shares", "train=1,dev=0.001", "--list", listed)
    assert "sample/one\tdev\n" in listed.read_text()
    listed.write_text("nonsense\n")
    assert run("split", SAMPLE, "-o", out, "--list", listed).exit_code == 2


def test_the_configuration_of_label_studio_has_a_place_for_everything():
    view = ElementTree.fromstring(run("labelstudio-config").stdout)
    known = ontology.load()
    labels = {each.get("value") for each in view.iter("Label")}
    assert {*known.types, *known.labels} <= labels
    assert {each.get("value") for each in view.iter("Choice")} == set(known.modalities)
    assert {*known.roles, "date"} <= {each.get("value") for each in view.iter("Relation")}
    assert {each.get("toName") for each in view.iter("TextArea")} == {"text"}


def test_the_names_of_an_export_are_those_of_the_configuration(tmp_path):
    view = ElementTree.fromstring(run("labelstudio-config").stdout)
    names = {each.get("name") for each in view.iter() if each.get("name")}
    run("convert", SAMPLE, "-o", tmp_path / "tasks.json")
    for task in json.loads((tmp_path / "tasks.json").read_text(encoding="utf-8")):
        for result in task["annotations"][0]["result"]:
            assert result["type"] == "relation" or result["from_name"] in names


def test_preannotate_gives_what_extract_gives_least_certain_first(tmp_path):
    out = tmp_path / "tasks.json"
    result = run("preannotate", SEEDS, "-o", out, "--to", "labelstudio")
    assert result.exit_code == 0, result.stderr
    tasks = json.loads(out.read_text(encoding="utf-8"))
    scores = [task["predictions"][0]["score"] for task in tasks]
    assert len(tasks) == 3
    assert scores == sorted(scores)
    assert all(not task["annotations"] for task in tasks)
    by_name = {document.id: document for document in formats.read(out)}
    extracted = CliRunner().invoke(main, ["extract", str(SEEDS), "--format", "jsonl"])
    for line in extracted.stdout.split("\n")[:-1]:
        ours = json.loads(line)
        theirs = by_name[ours["id"]]
        assert [event["type"] for event in ours["events"]] == [event.type for event in theirs.events]
        assert [event["actor"] for event in ours["events"]] == [event["actor"] for event in theirs.to_dict()["events"]]
    limited = run("preannotate", SEEDS, "-o", tmp_path / "one.markup", "--to", "markup", "--limit", 1)
    assert "1 documents" in limited.stderr
    assert formats.read(tmp_path / "one.markup")[0].status == "draft"
