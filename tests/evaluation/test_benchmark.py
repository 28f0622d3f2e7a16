"""``bilat-nlp benchmark``: several systems in processes of their own, on texts alone and on annotated documents."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from bilat_nlp.cli.benchmark import command
from bilat_nlp.evaluation import machine
from bilat_nlp.evaluation.benchmark import Benchmark, Spread, benchmark
from bilat_nlp.evaluation.process import Figures, peak_memory, run
from bilat_nlp.records import Argument, Document, Event, RecordError, Trigger

TEXTS = {
    "a": "Hungary expelled two diplomats of Serbia on Monday, the foreign ministry said in a statement.",
    "b": "Diplomats of Poland were expelled by Russia on Monday, the foreign ministry said in a statement.",
    "c": "The weather in the capital was mild, and nothing of any note happened there on Monday.",
}
SIDES = {"a": ("Hungary", "HUN", "Serbia", "SRB"), "b": ("Russia", "RUS", "Poland", "POL")}


def gold(name: str) -> Document:
    text, events = TEXTS[name], []
    if name in SIDES:
        actor, of_actor, recipient, of_recipient = SIDES[name]
        parties = [
            [Argument(text.index(side), text.index(side) + len(side), side, "GPE", code)]
            for side, code in ((actor, of_actor), (recipient, of_recipient))
        ]
        at = text.index("expelled")
        events = [Event(f"{name}#1", "expel_diplomat", "actual", [Trigger(at, at + 8, "expelled")], *parties)]
    return Document(name, "en", "Latn", "2024-05-01", text, events=events)


@pytest.fixture(scope="module")
def annotated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("gold")
    (folder / "en.jsonl").write_text("".join(gold(name).to_json(text=True) + "\n" for name in TEXTS), encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def coded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Another program's output: right on one document, with the sides turned round on the other."""
    file = tmp_path_factory.mktemp("coded") / "events.csv"
    file.write_text("date,source,target,code,id\n2024-05-01,HUNGOV,SRB,1622,a\n2024-05-01,POL,RUSMIL,161,b\n", encoding="utf-8")
    return file


@pytest.fixture(scope="module")
def measured(coded: Path) -> Benchmark:
    return benchmark([gold(name) for name in TEXTS], ["rules", "nearest", f"csv:{coded}"], gold=True, repeats=2, starts=1, samples=50)


def call(*arguments: object) -> Result:
    return CliRunner().invoke(command, [str(argument) for argument in arguments])


def test_quality_is_that_of_the_records(measured: Benchmark) -> None:
    rules, nearest, _ = measured.results
    assert rules.report
    assert nearest.report
    assert rules.report.scores["relaxed"].value == nearest.report.scores["relaxed"].value == 1
    assert rules.report.scores["direction"].value == 1
    assert nearest.report.scores["direction"].value == 0.5  # it knows no passive
    assert rules.report.scores["quiet"].value == 1


def test_a_system_without_our_types_is_compared_on_its_classes(measured: Benchmark) -> None:
    rules, _, coded = measured.results
    assert coded.report is None
    assert coded.speed == {}
    assert measured.scheme == "cameo"
    assert coded.classes
    assert rules.classes
    assert coded.classes.scores["strict"].value == rules.classes.scores["strict"].value == 1
    assert (coded.classes.scores["direction"].value, rules.classes.scores["direction"].value) == (0.5, 1)


def test_speed_has_a_median_and_a_range(measured: Benchmark) -> None:
    speed = measured.results[0].speed
    assert speed["words_per_second"].runs == 2
    assert 0 < speed["words_per_second"].low <= speed["words_per_second"].median <= speed["words_per_second"].high
    words = sum(len(text.split()) for text in TEXTS.values())
    assert speed["words_per_second"].median == pytest.approx(speed["documents_per_second"].median * words / 3)
    assert 0 < speed["load_seconds"].median < speed["first_result_seconds"].median < 60
    assert 30 < speed["megabytes"].median < 2000
    assert Spread.of([3.0, 1.0, 2.0]) == Spread(2.0, 1.0, 3.0, 3)
    assert Spread.of([]) is None


def test_all_that_was_measured_is_in_the_tables(measured: Benchmark) -> None:
    tables = {table.title.partition(":")[0] + ": difference" * ("difference" in table.title): table for table in measured.tables()}
    assert list(tables) == ["speed", "quality", "quality: difference", "quality on the classes of cameo",
                            "quality on the classes of cameo: difference", "machine"]  # fmt: skip
    assert [row[0] for row in tables["speed"].rows] == ["rules", "nearest"]
    assert [row[0] for row in tables["quality: difference"].rows] == ["nearest"]
    assert len(tables["quality on the classes of cameo"].rows) == 3
    assert {"processor", "Python", "packages"} <= {row[0] for row in tables["machine"].rows}
    data = json.loads(json.dumps(measured.as_data()))
    assert [each["system"] for each in data["systems"]] == [result.system.name for result in measured.results]
    assert data["systems"][1]["difference"]["direction"]["value"] == -0.5
    assert data["systems"][0]["difference"] is None
    assert data["systems"][0]["process"]["packages"]["spacy"]
    long = measured.long()
    assert ("rules", "relaxed", 1.0) in {row[:3] for row in long.rows}
    assert {row[1] for row in long.rows if row[0].startswith("csv")} >= {"cameo strict", "cameo direction"}


def test_the_process_gets_nothing_that_an_annotator_added(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[str] = []

    def spy(command: list[str], **_: object) -> object:
        folder = Path(command[-2])
        seen.append((folder / "texts.jsonl").read_text(encoding="utf-8"))
        (folder / "figures.json").write_text(json.dumps({"error": "seen enough"}))
        return None

    monkeypatch.setattr("bilat_nlp.evaluation.process.subprocess.run", spy)
    with pytest.raises(RecordError, match="seen enough"):
        run("rules", [gold("a")], 1)
    assert json.loads(seen[0]) == {"id": "a", "text": TEXTS["a"], "date": "2024-05-01"}


def test_a_process_that_dies_is_said_to_have(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bilat_nlp.evaluation.process._START", "import sys; sys.exit('out of memory')")
    with pytest.raises(RecordError, match=r"the system 'rules' stopped before its end \(out of memory\)"):
        run("rules", [gold("a")], 1)


def test_what_cannot_run_is_known_before_anything_runs(annotated: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bilat_nlp.evaluation.process.run", lambda *_: pytest.fail("something ran"))
    wrong = {"both:without=pretraining": "give model=FOLDER", "magic": "there is no system", "rules:without=x": "no part 'x'"}
    for wanted, sentence in wrong.items():
        result = call(annotated, "--system", "rules", "--system", wanted)
        assert result.exit_code == 2
        assert sentence in result.stderr
    assert "named twice" in call(annotated, "--system", "rules", "--system", "rules").stderr


def test_rules_beside_rules_and_model(annotated: Path, any_model: Path) -> None:
    """The model is a random one: what counts is that it ran, in its own process, and that the table says what computed it."""
    both = f"both:model={any_model}"
    result = call(annotated, "--system", "rules", "--system", both, "--repeats", 1, "--starts", 1, "--samples", 50, "--format", "json")
    assert result.exit_code == 0, result.stderr
    rules, model = json.loads(result.stdout)["systems"]
    assert (rules["title"], rules["process"]["device"]) == ("rules", None)
    assert (model["title"], model["process"]["device"]) == ("rules + model (any)", "numpy, cpu, fp32")
    assert rules["scores"]["scores"]["relaxed"]["value"] == 1
    assert model["scores"]["predicted"] > rules["scores"]["predicted"]
    assert model["difference"]["relaxed"]["value"] < 0


def test_a_model_that_is_not_there_is_said_to_be_missing() -> None:
    with pytest.raises(RecordError, match="there is no model 'no/such'; give a folder with a config.json"):
        run("model:model=no/such", [gold("a")], 0)


def test_what_computed_a_model_stands_in_the_table(measured: Benchmark) -> None:
    measured.results[0].figures.device = "torch, cuda, bf16"
    try:
        rows = {table.title: table for table in measured.tables()}["machine"].rows
    finally:
        measured.results[0].figures.device = None
    assert ("model of rules computed by", "torch, cuda, bf16") in rows


def test_gpus_are_told_by_their_driver(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(machine, "_DRIVER", tmp_path)
    assert machine.describe()["gpus"] is None
    for number, name in enumerate(("NVIDIA H200", "NVIDIA L4")):
        (tmp_path / str(number)).mkdir()
        (tmp_path / str(number) / "information").write_text(f"Model: \t\t {name}\nIRQ:   \t 11\n", encoding="utf-8")
    assert machine.describe()["gpus"] == "NVIDIA H200, NVIDIA L4"


def test_on_annotated_documents_by_command(annotated: Path, coded: Path) -> None:
    result = call(annotated, "--system", f"csv:{coded}", "--system", f"jsonl:{annotated / 'en.jsonl'}", "--format", "csv")
    assert result.exit_code == 0, result.stderr
    rows = list(csv.DictReader(io.StringIO(result.stdout)))
    assert {(row["system"].partition(":")[0], row["figure"], row["value"]) for row in rows} >= {
        ("csv", "cameo direction", "0.5"), ("jsonl", "relaxed", "1.0"), ("jsonl", "cameo strict", "1.0"),
    }  # fmt: skip


def test_on_texts_alone_by_command(tmp_path: Path) -> None:
    (tmp_path / "one.txt").write_text(TEXTS["a"], encoding="utf-8")
    result = call(tmp_path, "--system", "rules", "--longest", 1000, "--stream", 3, "--repeats", 1, "--starts", 1, "--format", "json")
    assert result.exit_code == 0, result.stderr
    data = json.loads(result.stdout)
    assert data["documents"] == 1
    assert data["systems"][0]["scores"] is None
    assert data["systems"][0]["speed"]["words_per_second"]["runs"] == 1
    assert list(data["growth"]["by_length"]) == ["1000"]
    assert data["growth"]["stream_documents"] == 3


def test_input_that_cannot_be_measured_gives_a_sentence(annotated: Path, tmp_path: Path) -> None:
    (tmp_path / "one.txt").write_text("  ", encoding="utf-8")
    for paths, sentence in (
        ([tmp_path / "one.txt"], "hold no words"),
        ([tmp_path / "none.txt"], "no such file"),
        ([annotated, tmp_path / "one.txt"], "measure them in two runs"),
    ):
        result = call(*paths, "--no-growth")
        assert result.exit_code == 2
        assert sentence in result.stderr
    (tmp_path / "bare.jsonl").write_text(gold("a").to_json() + "\n", encoding="utf-8")
    assert "has no text" in call(tmp_path / "bare.jsonl").stderr


def test_the_machine_is_described() -> None:
    about = machine.describe()
    assert about["python"]
    assert about["processor"]
    assert isinstance(about["cores"], int)
    assert peak_memory() > 10
    assert Figures().passes == []
