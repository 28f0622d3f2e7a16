"""Rules, model or both on the command line: what is handed on, and what is said where a model cannot run."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

import random_model
from bilat_nlp.cli import main

TEXT = "Hungary expelled two diplomats of Serbia on Monday, the foreign ministry said in a statement."
DEFAULTS = {"mode": "both", "model": "default", "device": "cpu", "precision": "fp32", "min_confidence": None}


def call(*words: object) -> Result:
    result = CliRunner().invoke(main, list(map(str, words)))
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


@pytest.fixture
def news(tmp_path: Path) -> Path:
    path = tmp_path / "news.txt"
    path.write_text(TEXT, encoding="utf-8")
    return path


@pytest.fixture
def own_model(any_model: Path, tmp_path: Path) -> Path:
    """A copy that a test may spoil."""
    return Path(shutil.copytree(any_model, tmp_path / "mine"))


# -- what is handed on -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("verb", "more"), [("extract", []), ("corpus preannotate", ["--to", "jsonl"])])
def test_options_reach_the_engine(verb: str, more: list[str], news: Path, tmp_path: Path, engine: Any) -> None:
    out = tmp_path / "out.jsonl"
    assert call(*verb.split(), news, "-o", out, *more).exit_code == 0
    assert engine.asked == [DEFAULTS]
    given = "--mode model --model mine --device cuda:1 --precision bf16 --min-confidence 0.4".split()
    assert call(*verb.split(), news, "-o", out, *more, *given).exit_code == 0
    assert engine.asked[1:] == [{"mode": "model", "model": "mine", "device": "cuda:1", "precision": "bf16", "min_confidence": 0.4}]
    assert call(*verb.split(), news, "-o", out, *more, "--mode", "rules", "--min-confidence", "0.4").exit_code == 0
    assert engine.asked[2:] == [DEFAULTS | {"mode": "rules", "min_confidence": 0.4}]


def test_so_many_documents_are_scored_at_once(tmp_path: Path, engine: Any) -> None:
    many = tmp_path / "many.jsonl"
    many.write_text("".join(json.dumps({"id": str(number), "text": TEXT}) + "\n" for number in range(5)), encoding="utf-8")
    result = call("extract", many, "--batch-size", 2)
    assert [json.loads(line)["id"] for line in result.stdout.splitlines()] == list("01234")
    assert engine.batches == [2, 2, 2]


def test_where_nothing_can_be_read_no_model_is_loaded(tmp_path: Path, engine: Any) -> None:
    assert call("extract", tmp_path / "none.txt").exit_code == 2
    assert engine.asked == []


@pytest.mark.parametrize(
    ("fault", "sentence"),
    [
        (ImportError("no torch", name="torch"), "torch is needed for this; install it with: pip install 'bilat-nlp[neural]'"),
        (ValueError("there is no device 'tpu'"), "there is no device 'tpu'"),
        (PermissionError(13, "Permission denied", "m/config.json"), "Permission denied: 'm/config.json'"),
        (type("OutOfMemoryError", (RuntimeError,), {})("CUDA"), "too little memory for the model; run it with --device cpu"),
    ],
)
@pytest.mark.parametrize("verb", ["extract", "corpus preannotate"])
def test_what_is_missing_is_said_once_and_nothing_is_written(
    verb: str, fault: Exception, sentence: str, news: Path, tmp_path: Path, engine: Any
) -> None:
    engine.fault = fault
    out = tmp_path / "out.jsonl"
    out.write_text("old", encoding="utf-8")
    shutil.copy(news, tmp_path / "more.txt")
    result = call(*verb.split(), news, tmp_path / "more.txt", "-o", out, *(["--to", "jsonl"] if " " in verb else []))
    assert result.exit_code == 2
    assert result.stderr.count(sentence) == 1
    assert len(result.stderr.splitlines()) == 1
    assert out.read_text(encoding="utf-8") == "old"


def test_a_bug_of_the_engine_is_not_hidden(news: Path, engine: Any) -> None:
    engine.fault = RuntimeError("a bug")
    with pytest.raises(RuntimeError, match="a bug"):
        call("extract", news)


def test_a_document_too_long_for_the_device_costs_itself_alone(tmp_path: Path) -> None:
    many = tmp_path / "many.jsonl"
    many.write_text('{"id": "1", "text": "fine"}\n{"id": "2", "text": "endless"}\n', encoding="utf-8")
    result = call("extract", many, "--device", "cuda")
    assert result.exit_code == 1
    assert [json.loads(line)["id"] for line in result.stdout.splitlines()] == ["1"]
    assert "document '2': the device has too little memory for it; run it with --device cpu" in result.stderr


# -- the real engine with a model of random weights --------------------------------------------------------------------------------


def evidence(result: Result) -> set[str]:
    assert result.exit_code == 0, result.stderr
    return {each.partition(":")[0] for event in json.loads(result.stdout)["events"] for each in event["evidence"]}


@pytest.mark.real_engine
def test_every_mode_gives_its_own_records(news: Path, any_model: Path) -> None:
    assert evidence(call("extract", news, "--mode", "rules")) == {"rule"}
    assert evidence(call("extract", news, "--mode", "model", "--model", any_model)) == {"model"}
    both = call("extract", news, "--model", any_model)
    assert evidence(both) == {"rule", "model"}
    confidences = sorted(event["confidence"] for event in json.loads(both.stdout)["events"])
    middle = confidences[len(confidences) // 2]
    less = call("extract", news, "--model", any_model, "--min-confidence", middle)
    kept = [event["confidence"] for event in json.loads(less.stdout)["events"]]
    assert sorted(kept) == [each for each in confidences if each >= middle]
    assert len(kept) < len(confidences)


@pytest.mark.real_engine
@pytest.mark.parametrize(("options", "sentence"), [
    (["--model", "no/such"], "there is no model 'no/such'; give a folder with a config.json"),
    (["--device", "cuda:7"], "the device 'cuda:7' was asked for, and torch finds"),
    (["--device", "gpu"], "there is no device 'gpu'; write auto, cpu, cuda, cuda:1 or mps"),
    (["--precision", "int8"], "there is no precision 'int8'; write one of fp32, bf16, fp16"),
])  # fmt: skip
def test_what_is_not_there_is_a_sentence(options: list[str], sentence: str, news: Path, any_model: Path) -> None:
    result = call("extract", news, "--model", any_model, *options)
    assert (result.exit_code, result.stdout) == (2, "")
    assert sentence in result.stderr
    assert len(result.stderr.splitlines()) == 1


@pytest.mark.real_engine
@pytest.mark.parametrize(("file", "how", "sentence"), [
    ("config.json", "cut", "config.json: damaged"),
    ("config.json", "another format", "config.json: the model has format 99, this version reads 1; train it with this version"),
    ("weights.safetensors", "missing", "weights.safetensors: the file is missing; copy the model anew"),
    ("weights.safetensors", "cut", "weights.safetensors: damaged or cut short"),
    ("vectors.safetensors", "missing", "vectors.safetensors: the file is missing; copy the model anew"),
    ("vectors.safetensors", "cut", "vectors.safetensors: damaged or cut short"),
    ("calibration.json", "cut", "calibration.json: damaged"),
])  # fmt: skip
@pytest.mark.parametrize("verb", ["extract", "evaluate"])
def test_a_damaged_model_is_a_sentence(verb: str, file: str, how: str, sentence: str, news: Path, own_model: Path, tmp_path: Path) -> None:
    random_model.damage(own_model, file, how)
    gold = tmp_path / "gold.jsonl"
    gold.write_text(json.dumps({"id": "a", "text": TEXT, "events": []}) + "\n", encoding="utf-8")
    result = call("extract", news, "--model", own_model) if verb == "extract" else call("evaluate", gold, f"both:model={own_model}")
    assert (result.exit_code, result.stdout) == (2, "")
    assert str(own_model / file) in result.stderr
    assert sentence in result.stderr
    assert len(result.stderr.splitlines()) == 1


@pytest.mark.real_engine
def test_a_compact_model_runs_without_torch_and_a_device_asks_for_it(news: Path, any_model: Path) -> None:
    code = "import sys; sys.modules['torch'] = None; from bilat_nlp.cli import main; main(sys.argv[1:])"
    words = [sys.executable, "-c", code, "extract", str(news), "--model", str(any_model)]
    alone = subprocess.run(words, capture_output=True, text=True, check=False)
    assert alone.returncode == 0, alone.stderr
    assert json.loads(alone.stdout)["events"] == json.loads(call("extract", news, "--model", any_model).stdout)["events"]
    asked = subprocess.run([*words, "--device", "auto"], capture_output=True, text=True, check=False)
    assert asked.returncode == 2
    assert asked.stderr == "Error: torch is needed for this; install it with: pip install 'bilat-nlp[neural]'\n"
