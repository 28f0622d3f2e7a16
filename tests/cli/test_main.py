"""The command line as a whole: quick to answer, quiet when its reader goes, and the two verbs that only tell."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from jsonschema import Draft202012Validator

from bilat_nlp import __version__
from bilat_nlp.cli import VERBS, main
from bilat_nlp.records import RecordError

HEAVY = {"spacy", "rich", "tqdm", "torch", "numpy", "bilat_nlp.records", "bilat_nlp.languages", "bilat_nlp.api"}


@pytest.mark.parametrize("option", ["--help", "--version"])
def test_help_and_version_import_nothing_heavy(option: str) -> None:
    program = f"import sys, bilat_nlp.cli\ntry: bilat_nlp.cli.main([{option!r}])\nfinally: print(*sys.modules, file=sys.stderr)"
    result = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert not HEAVY & set(result.stderr.split())
    assert __version__ in result.stdout or all(name in result.stdout for name, _ in VERBS)


def test_unknown_verb() -> None:
    result = CliRunner().invoke(main, ["extrakt"])
    assert result.exit_code == 2
    assert "there are extract, evaluate" in result.stderr


def test_schema_is_one() -> None:
    result = CliRunner().invoke(main, ["schema"])
    Draft202012Validator.check_schema(json.loads(result.stdout))


def test_info() -> None:
    facts = json.loads(CliRunner().invoke(main, ["info", "--format", "json"]).stdout)
    assert facts["version"] == __version__
    assert facts["devices"][0] == "cpu"
    assert (facts["pipeline"], facts["problem"]) == (["segment", "match", "judge"], None)
    languages = {each["code"]: each for each in facts["languages"]}
    assert set(languages) >= {"az", "uz", "hu", "kk", "ru", "ro", "tr", "en"}
    assert all(each["triggers"] > 20 and each["names"] > 300 for each in languages.values())
    table = CliRunner().invoke(main, ["info"]).stdout
    assert "Hungarian" in table
    assert "segment > match > judge" in table
    assert "problem" not in table


def test_info_speaks_of_a_model_that_cannot_run(engine: Any) -> None:
    engine.fault = RecordError("weights.safetensors: the file is missing; copy the model anew")
    result = CliRunner().invoke(main, ["info"])
    assert result.exit_code == 0
    assert "pipeline   segment > match\n" in result.stdout
    assert "problem    rules only: weights.safetensors: the file is missing; copy the model anew\n" in result.stdout


def test_info_tells_the_models_that_there_are(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from bilat_nlp.neural import storage

    monkeypatch.setattr(storage, "_PACKAGED", tmp_path)
    monkeypatch.setattr(storage, "_CHECKOUT", tmp_path / "none")
    assert "models     none (rules only)" in CliRunner().invoke(main, ["info"]).stdout
    for name, config in (("default", '{"format": 1, "kind": "compact", "names": {"languages": ["hu", "kk"]}}'), ("broken", "{")):
        (tmp_path / name).mkdir()
        (tmp_path / name / "config.json").write_text(config, encoding="utf-8")
    (tmp_path / "default" / "weights.safetensors").write_bytes(b"x" * 2_500_000)
    (tmp_path / "no model").mkdir()
    broken, default = json.loads(CliRunner().invoke(main, ["info", "--format", "json"]).stdout)["models"]
    assert default == {"name": "default", "megabytes": 2.5, "languages": ["hu", "kk"], "encoder": "compact", "format": 1}
    assert (broken["name"], broken["format"]) == ("broken", None)
    assert "default: 2.5 MB, format 1, encoder compact, hu kk" in CliRunner().invoke(main, ["info"]).stdout


def test_a_reader_that_leaves_is_no_error() -> None:
    program = (
        "from bilat_nlp import api; from bilat_nlp.records import Document\n"
        "api.load = lambda **settings: None\n"
        "api.extract_many = lambda items, **settings: (Document('x' * 5000) for _ in items)\n"
        "import bilat_nlp.cli; bilat_nlp.cli.main(['extract', '-'])"
    )
    process = subprocess.Popen([sys.executable, "-c", program], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert process.stdout is not None
    process.stdout.close()
    lines = b"".join(b'{"id": "%d", "text": ""}\n' % number for number in range(500))
    assert _finish(process, lines) == b""
    assert process.returncode == 0


def _finish(process: subprocess.Popen[bytes], lines: bytes) -> bytes:
    assert process.stdin is not None
    assert process.stderr is not None
    try:
        process.stdin.write(lines)
        process.stdin.close()
    except BrokenPipeError:
        pass
    errors = process.stderr.read()
    process.wait(30)
    return errors
