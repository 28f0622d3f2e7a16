"""bilat-nlp extract: formats, faults, exit codes, whole files and resumed runs."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from bilat_nlp.cli import main

TEXT = "Anna; of\nHungary visited Kazakhstan and its capital Astana."


def run(*args: object, stdin: bytes | None = None) -> Result:
    result = CliRunner().invoke(main, ["extract", *map(str, args)], input=stdin)
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


def lines(*documents: dict[str, object]) -> bytes:
    return "".join(json.dumps(each) + "\n" for each in documents).encode()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "in"
    made.mkdir()
    (made / "a.txt").write_text(TEXT)
    (made / "b.jsonl").write_bytes(
        lines({"id": "b1", "text": "nothing"}, {"id": "b2", "text": "Hungary visited Hamas", "date": "2025-11-12"})
    )
    return made


def test_json_lines_are_the_default_where_no_terminal_is(folder: Path) -> None:
    result = run(folder)
    documents = [json.loads(line) for line in result.stdout.splitlines()]
    assert result.exit_code == 0
    assert [(each["id"], len(each["events"])) for each in documents] == [("a", 1), ("b1", 0), ("b2", 1)]
    assert documents[1]["reason"] == "no trigger found"
    assert documents[2]["date"] == "2025-11-12"
    assert result.stderr == ""


def test_json_is_one_array(folder: Path) -> None:
    assert [each["id"] for each in json.loads(run(folder, "--format", "json").stdout)] == ["a", "b1", "b2"]


def test_csv_has_stable_columns_and_keeps_zeros(folder: Path) -> None:
    output = run(folder, "--format", "csv").stdout
    first, second = csv.DictReader(io.StringIO(output))
    assert (
        list(first)
        == (
            "document lang event type modality date actor_codes recipient_codes actors recipients objects location location_code cameo "
            "plover_type plover_mode goldstein confidence trigger start end evidence"
        ).split()
    )
    assert '"042"' in output
    assert (first["actor_codes"], first["actors"], first["location"], first["location_code"]) == (
        "HUN",
        "Anna, of Hungary",
        "Astana",
        "KAZ",
    )
    assert (first["goldstein"], first["start"], first["end"]) == ("1.9", "17", "24")
    assert (second["recipient_codes"], second["recipients"]) == ("", "Hamas")


def test_csv_holds_no_formula() -> None:
    stdin = lines({"id": "=cmd()", "text": "=visited =Romania Hungary"})
    (row,) = csv.DictReader(io.StringIO(run("-", "--format", "csv", stdin=stdin).stdout))
    assert (row["document"], row["trigger"], row["actors"]) == ("'=cmd()", "'=visited", "Hungary;=Romania")


def test_table(folder: Path) -> None:
    output = run(folder, "--format", "table").stdout
    assert "HUN → KAZ" in output
    assert "[visited]" in output
    assert "b1  en  no events: no trigger found" in output
    assert "HUN → “Hamas”" in output
    assert "\x1b" not in output
    assert max(map(len, output.splitlines())) <= 100


def test_narrow_table_is_a_list(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "40")
    output = run(folder, "--format", "table").stdout
    assert "- visit  HUN → KAZ  Astana" in output
    assert max(map(len, output.splitlines())) <= 40


def test_table_does_what_no_text_tells_the_terminal() -> None:
    stdin = lines({"id": "x\x1b[2J", "text": "\x1b]0;title\x07 Hungary visited \u202eKazakhstan [red]\ud800"})
    output = run("-", "--format", "table", stdin=stdin).stdout
    assert not {"\x1b", "\x07", "\u202e"} & set(output)
    assert "[red]" in output


def test_date_and_language_are_handed_on(folder: Path) -> None:
    first = json.loads(run(folder / "a.txt", "--date", "2024-05", "--lang", "ru").stdout)
    assert (first["date"], first["lang"]) == ("2024-05", "ru")


@pytest.mark.parametrize(
    ("args", "words"),
    [
        (["--date", "12.11.2025"], "EDTF"),
        (["--date", "2025-02-30"], "EDTF"),
        (["--lang", "xx"], "served are az, en, hu, kk, ro, ru, tr, uz"),
        (["--format", "xml"], "xml"),
        (["--resume"], "--resume needs -o"),
        (["--resume", "-o", "x.csv"], "--resume needs -o"),
        (["-o", "no/such/folder/x.jsonl"], "does not exist"),
        (["--mode", "neither"], "'rules', 'model', 'both'"),
        (["--min-confidence", "1.5"], "range"),
        (["--batch-size", "0"], "range"),
        (["--mode", "rules", "--device", "cuda"], "--device says how a model is run, and --mode rules runs none"),
        (["--mode", "rules", "--model", "mine"], "--model says how a model is run"),
        (["--mode", "rules", "--precision", "bf16"], "--precision says how a model is run"),
    ],
)
def test_wrong_usage(folder: Path, args: list[str], words: str) -> None:
    result = run(folder, *args)
    assert result.exit_code == 2
    assert words in " ".join(result.stderr.split())
    assert result.stdout == ""


def test_faults_are_named_and_the_rest_comes_out(folder: Path) -> None:
    (folder / "c.jsonl").write_bytes(b'{"id": "c1", "text"\n' + lines({"id": "c2", "text": "t"}))
    (folder / "d.txt").write_bytes(b"caf\xe9")
    result = run(folder, folder / "none.txt")
    assert result.exit_code == 1
    assert [json.loads(line)["id"] for line in result.stdout.splitlines()] == ["a", "b1", "b2", "c2"]
    assert [line.split(": ")[0].rpartition("/")[2] for line in result.stderr.splitlines()] == ["c.jsonl, line 1", "d.txt", "none.txt"]


def test_nothing_readable(tmp_path: Path) -> None:
    result = run(tmp_path, "-o", tmp_path / "out.jsonl")
    assert (result.exit_code, result.stdout) == (2, "")
    assert not (tmp_path / "out.jsonl").exists()


def test_a_bug_of_the_engine_costs_one_document() -> None:
    result = run("-", stdin=lines({"id": "1", "text": "fine"}, {"id": "2", "text": "crash"}, {"id": "3", "text": "fine"}))
    assert result.exit_code == 1
    assert [json.loads(line)["id"] for line in result.stdout.splitlines()] == ["1", "3"]
    assert "document '2': the analysis failed (ValueError: an index too far)" in result.stderr


def test_half_a_surrogate_pair_survives() -> None:
    result = run("-", stdin=b'{"id": "\\ud800", "text": "Hungary visited"}\n')
    assert json.loads(result.stdout)["id"] == "\ud800"


def test_output_is_whole_and_its_ending_names_the_format(folder: Path, tmp_path: Path) -> None:
    output = folder / "out.csv"
    assert run(folder, "-o", output).exit_code == 0
    assert output.read_text().startswith('"document"')
    output = folder / "out.jsonl"
    assert run(folder, "-o", output).exit_code == 0
    assert run(folder, "-o", output).exit_code == 0  # the earlier output is no input
    assert len(output.read_text().splitlines()) == 3
    assert not list(folder.glob(".*"))


def test_an_interrupted_run_leaves_the_old_output(folder: Path, engine: Any) -> None:
    output = folder / "out.jsonl"
    output.write_text("old\n")
    engine.extract_many = interrupted(engine.extract_many, after=1)
    result = run(folder, "-o", output)
    assert result.exit_code == 130
    assert output.read_text() == "old\n"
    assert sorted(each.name for each in folder.iterdir()) == ["a.txt", "b.jsonl", "out.jsonl"]


def test_a_resumed_run_ends_in_the_same_bytes(folder: Path, engine: Any) -> None:
    straight, resumed = folder.parent / "straight.jsonl", folder.parent / "resumed.jsonl"
    assert run(folder, "-o", straight).exit_code == 0
    many = engine.extract_many
    engine.extract_many = interrupted(many, after=2)
    assert run(folder, "-o", resumed, "--resume", "--batch-size", 1).exit_code == 130
    part = resumed.with_name("resumed.jsonl.part")
    assert not resumed.exists()
    assert len(part.read_text().splitlines()) == 2
    part.write_bytes(part.read_bytes() + b'{"id": "b2", "ev')  # as if the machine had gone down in the middle of a line
    engine.extract_many = counted = Counted(many)
    assert run(folder, "-o", resumed, "--resume").exit_code == 0
    assert resumed.read_bytes() == straight.read_bytes()
    assert counted.ids == ["b2"]
    assert not part.exists()


def test_resuming_a_finished_part_only_names_it(folder: Path) -> None:
    output = folder.parent / "o.jsonl"
    assert run(folder, "-o", output).exit_code == 0
    output.rename(output.with_name("o.jsonl.part"))
    assert run(folder, "-o", output, "--resume").exit_code == 0
    assert len(output.read_text().splitlines()) == 3


def test_a_device_is_written_to_and_not_replaced(folder: Path) -> None:
    assert run(folder, "-o", "/dev/null").exit_code == 0
    assert Path("/dev/null").is_char_device()


def interrupted(many: object, after: int) -> object:
    """The engine until somebody presses Ctrl-C: after so many documents."""
    left = [after]

    def broken(items: object, batch_size: int = 64, **settings: object) -> object:
        for document in many(items, batch_size):  # type: ignore[operator]
            if not left[0]:
                raise KeyboardInterrupt
            left[0] -= 1
            yield document

    return broken


class Counted:
    """Remembers which documents the engine was asked for."""

    def __init__(self, many: object) -> None:
        self.many, self.ids = many, []  # type: ignore[var-annotated]

    def __call__(self, items: object, batch_size: int = 64, **settings: object) -> object:
        for document in self.many(items, batch_size):  # type: ignore[operator]
            self.ids.append(document.id)
            yield document
