"""The folder of a run: what it refuses, what it keeps over a stop, its curves and its card."""

from __future__ import annotations

import hashlib
import importlib
import json
import math
from collections.abc import Sequence
from pathlib import Path

import pytest
import torch

from bilat_nlp import ontology
from bilat_nlp.evaluation import measure
from bilat_nlp.records import Argument, Document, Event, RecordError, Trigger
from bilat_nlp.training import checkpoint, config, fingerprint
from bilat_nlp.training.card import Card, Source
from bilat_nlp.training.folder import RunFolder

SETTINGS = config.read()


def _begun(path: Path, settings: config.Settings = SETTINGS, step: int = 10) -> RunFolder:
    """A run stopped after its checkpoint at ``step``."""
    run = RunFolder(path, settings)
    run.validated(step, 1.0, {"total": 2.5}, {"relaxed": 0.5}, best=True)
    checkpoint.save(run.last, {"weight": torch.ones(2)}, {"step": step})
    return run


def _tree(path: Path) -> dict[str, bytes]:
    return {str(each.relative_to(path)): each.read_bytes() for each in path.rglob("*") if each.is_file()}


def test_a_new_folder_holds_the_settings(tmp_path: Path) -> None:
    settings = config.read(None, ["run.seed=7"])
    run = RunFolder(tmp_path / "deep" / "run", settings)
    assert config.read(run.path / "config.toml") == settings
    assert not run.begun()
    assert run.history() == []
    assert run.draw() is None
    (tmp_path / "empty").mkdir()
    RunFolder(tmp_path / "empty", settings, resume=True)


@pytest.mark.parametrize("resume", [False, True])
def test_a_foreign_folder_is_refused_and_left_alone(resume: bool, tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("ten years of work")
    with pytest.raises(RecordError, match=r"the folder is not empty \(thesis.txt\) and holds no run"):
        RunFolder(tmp_path, SETTINGS, resume=resume)
    assert _tree(tmp_path) == {"thesis.txt": b"ten years of work"}
    with pytest.raises(RecordError, match="this is a file; a run needs a folder"):
        RunFolder(tmp_path / "thesis.txt", SETTINGS, resume=resume)


def test_a_config_of_another_program_is_no_run(tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text("[nlp]\nlang = 'xx'\n")
    with pytest.raises(RecordError, match="unknown section 'nlp'"):
        RunFolder(tmp_path, SETTINGS)
    assert list(_tree(tmp_path)) == ["config.toml"]


def test_a_run_is_resumed_only_when_asked_and_with_its_own_settings(tmp_path: Path) -> None:
    path = tmp_path / "run"
    _begun(path)
    before = _tree(path)
    with pytest.raises(RecordError, match="the folder holds a run already; add --resume"):
        RunFolder(path, SETTINGS)
    with pytest.raises(RecordError, match=r"the run was begun with another optimiser.epochs \(and 1 more\)"):
        RunFolder(path, config.read(None, ["run.seed=2", "optimiser.epochs=3"]), resume=True)
    assert _tree(path) == before
    run = RunFolder(path, config.read(None, ["run.device=cpu"]), resume=True)
    assert run.begun()
    assert len(run.history()) == 1
    assert config.read(path / "config.toml").run.device == "cpu"


def test_a_run_that_died_early_begins_anew(tmp_path: Path) -> None:
    """With its settings only, without asking; with a validation but no checkpoint, when resumed."""
    RunFolder(tmp_path, SETTINGS)
    run = RunFolder(tmp_path, config.read(None, ["run.seed=2"]))
    assert config.read(tmp_path / "config.toml").run.seed == 2
    run.validated(10, 1.0, {}, {})
    again = RunFolder(tmp_path, config.read(None, ["run.seed=2"]), resume=True)
    assert again.history() == []


def test_validations_are_kept_and_taken_back(tmp_path: Path) -> None:
    run = _begun(tmp_path / "run", step=10)
    run.validated(20, 2.0, {"total": math.nan}, {"relaxed": 0.25, "strict": None}, seconds=1.5, learning_rate=0.001)
    with (run.path / "metrics.jsonl").open("a") as stream:
        stream.write('{"step": 30, "epo')  # the power failed here
    first, second = run.history()
    assert (first["step"], first["best"], first["losses"], first["figures"]) == (10, True, {"total": 2.5}, {"relaxed": 0.5})
    assert second["losses"] == {"total": None}
    assert second["seconds"] == 1.5
    again = RunFolder(run.path, SETTINGS, resume=True)
    again.rewind(10)
    again.validated(20, 2.0, {}, {})
    assert [line["step"] for line in again.history()] == [10, 20]
    (run.path / "metrics.jsonl").write_text('{"step": 1}\n')
    with pytest.raises(RecordError, match=r"metrics.jsonl:1: this is no line of a run"):
        run.history()


def _document(name: str, lang: str, types: Sequence[str], text: str = "Hungary visits Poland") -> Document:
    events = []
    for number, kind in enumerate(types):
        actor = [Argument(0, 7, text[:7], "GPE", "HUN")]
        events.append(Event(f"{name}#{number}", kind, "actual", [Trigger(8, 14, text[8:14])], actor=actor, confidence=0.75))
    return Document(name, lang, "Latn", text=text, events=events, entities=[Argument(0, 7, text[:7], "GPE", "HUN")])


TYPE, OTHER = list(ontology.types())[:2]


def _data(folder: Path) -> dict[str, fingerprint.Part]:
    (folder / "train").mkdir(parents=True, exist_ok=True)
    for name in ("hu.jsonl", "ro.jsonl"):
        (folder / "train" / name).write_text(name)
    (folder / "train" / ".hidden").write_text("nothing")
    (folder / "dev.jsonl").write_text("dev")
    documents = [_document("a", "hu", [TYPE, TYPE]), _document("b", "ro", [OTHER]), _document("c", "hu", [])]
    return {
        "train": fingerprint.part([folder / "train", folder / "train" / "hu.jsonl"], documents),
        "dev": fingerprint.part([folder / "dev.jsonl"], documents[:1]),
    }


def test_fingerprints_count_and_hash(tmp_path: Path) -> None:
    part = _data(tmp_path)["train"]
    assert [(Path(file.path).name, file.bytes) for file in part.files] == [("hu.jsonl", 8), ("ro.jsonl", 8)]
    assert part.files[0].sha256 == hashlib.sha256(b"hu.jsonl").hexdigest()
    assert (part.documents, part.events, part.entities) == (3, 3, 3)
    assert part.languages == {"hu-Latn": 2, "ro-Latn": 1}
    assert part.types == {TYPE: 2, OTHER: 1}
    assert fingerprint.Part.from_data(json.loads(json.dumps(part.as_data()))) == part
    for path in ("none", "empty"):
        (tmp_path / "empty").mkdir(exist_ok=True)
        with pytest.raises(RecordError, match=f"{path}: there is no file; mend the path"):
            fingerprint.part([tmp_path / path], [])


def test_a_run_goes_on_with_the_data_it_began_with(tmp_path: Path) -> None:
    run = RunFolder(tmp_path / "run", SETTINGS)
    parts = _data(tmp_path)
    run.describe(parts)
    assert run.data() == parts
    checkpoint.save(run.last, {"weight": torch.ones(1)}, {"step": 1})
    run.describe(_data(tmp_path))
    (tmp_path / "train" / "ro.jsonl").write_text("changed")
    (tmp_path / "train" / "new.jsonl").write_text("new")
    (tmp_path / "dev.jsonl").rename(tmp_path / "other.jsonl")
    changed = {"train": fingerprint.part([tmp_path / "train"], []), "dev": fingerprint.part([tmp_path / "other.jsonl"], [])}
    assert [sentence.rpartition("/")[2] for sentence in fingerprint.moved(parts, changed)] == [
        "ro.jsonl (train) has changed", "new.jsonl (train) is new", "dev.jsonl (dev) is gone", "other.jsonl (dev) is new",
    ]  # fmt: skip
    with pytest.raises(RecordError, match=r"not those that the run began with: .*ro.jsonl \(train\) has changed \(and 3 more\)"):
        run.describe(changed)
    assert run.data() == parts
    (run.path / "data.json").write_text('{"train": {"files": 3}}')
    with pytest.raises(RecordError, match="data.json: the file is missing or was changed"):
        run.data()


def test_curves_are_drawn_and_equal_histories_give_equal_files(tmp_path: Path) -> None:
    pytest.importorskip("matplotlib")
    drawn = []
    for name in ("one", "two"):
        run = _begun(tmp_path / name)
        run.validated(20, 2.0, {"total": math.inf, "roles": 1.0}, {"relaxed": 0.6, "strict": None}, best=True)
        assert run.draw() is None
        drawn.append([(run.path / f"curves.{form}").read_bytes() for form in ("png", "svg")])
    assert drawn[0] == drawn[1]
    assert drawn[0][0].startswith(b"\x89PNG")
    assert b"<svg" in drawn[0][1][:500]


def test_without_matplotlib_a_sentence_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run = _begun(tmp_path / "run")
    monkeypatch.setitem(importlib.import_module("sys").modules, "matplotlib", None)
    assert run.draw() == "no curves are drawn: matplotlib is not installed; get it with: pip install 'bilat-nlp[corpus]'"
    assert not list(run.path.glob("curves*"))


def _card(folder: Path, **more: object) -> Card:
    gold = [_document(f"d{number}", "hu" if number < 31 else "ro", [TYPE]) for number in range(40)]
    predicted = [_document(each.id, str(each.lang), [TYPE] if number % 4 else []) for number, each in enumerate(gold)]
    report = measure(zip(gold, predicted, strict=True), ["lang"], samples=50, system="model")
    about = {"name": "run-1", "settings": config.read(None, ["run.seed=7", "data.train=my corpus"]), "parts": _data(folder)}
    return Card(**{**about, "parameters": 1234567, "reports": {"this model": report}, **more})  # type: ignore[arg-type]


def test_the_card_says_what_is_known(tmp_path: Path) -> None:
    run = _begun(tmp_path / "run")
    (run.path / "curves.svg").write_text("<svg/>")
    sources = [Source("corpus | mine", "CC-BY-4.0", "by hand"), Source("other", "")]
    run.describe_model(_card(tmp_path, sources=sources, licence="apache-2.0", seconds=3725.2, machine={"processor": "X", "load": None}))
    text = (run.path / "README.md").read_text(encoding="utf-8")
    head, body = text.removeprefix("---\n").split("\n---\n", 1)
    yaml = pytest.importorskip("yaml")
    assert yaml.safe_load(head) == {
        "license": "apache-2.0", "language": ["hu", "ro"], "library_name": "bilat-nlp", "pipeline_tag": "token-classification",
        "tags": ["event-extraction", "diplomacy"],
    }  # fmt: skip
    for line in (
        "# run-1",
        "| parameters | 1,234,567 |",
        "| training took | 1 h 2 min |",
        "| processor | X |",
        "| train | hu-Latn 2, ro-Latn 1 | 3 | 3 | 3 | 2 |",
        "| corpus \\| mine | CC-BY-4.0 | by hand |",
        "| other | none stated |  |",
        "    bilat-nlp train --set 'data.train=[\"my corpus\"]' --set run.seed=7 run-1",
        "![Losses and figures over the steps](curves.svg)",
        "**this model, by lang**",
        "| 0.7-0.8 | 30 | 0.750 | 1.000 |",
        "- Measured on fewer than 30 documents, so that little can be said: ro-Latn (9).",
        f"- Types with fewer than 10 examples to learn from: `{TYPE}` (2), `{OTHER}` (1).",
    ):
        assert line in body.split("\n"), line
    assert any(line.startswith("| event F1, relaxed | 0.857 |") for line in body.split("\n"))
    assert "- Types without any example to learn from: " in body
    assert "metrics:2|" in body, "the line that makes the figures repeatable"
    assert "\n\n\n" not in body


def test_the_card_does_not_say_what_is_not_known(tmp_path: Path) -> None:
    text = _card(tmp_path, reports={}, settings=config.read(None, ["encoder.kind=xlm-roberta-base"])).render()
    assert 'base_model: "xlm-roberta-base"' in text
    for absent in ("license:", "curves.svg", "## Calibration", "training took", "None"):
        assert absent not in text
    for present in ("Nothing was measured.", "The licences of the data are not recorded", "not chosen by its maker"):
        assert present in text
    assert "base_model" not in _card(tmp_path, settings=config.read(None, [config.override("encoder.kind", tmp_path)])).render()
