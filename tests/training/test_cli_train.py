"""The command lines of training, with a trainer that only notes what it was asked for."""

from __future__ import annotations

import importlib.util
import inspect
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from click.testing import CliRunner, Result

from bilat_nlp.cli import main
from bilat_nlp.records import RecordError
from bilat_nlp.training import config
from bilat_nlp.training.config import Settings


class OutOfMemoryError(RuntimeError):
    """As torch calls it."""


class Trainer:
    """Stands in the place of `training.train` and `training.pretrain`."""

    def __init__(self) -> None:
        self.asked: dict[str, Any] = {}
        self.fault: BaseException | None = None

    def train(self, settings: Settings, output: Path, *, resume: bool = False, progress: bool = False) -> Path:
        self.asked = {"settings": settings, "output": output, "resume": resume, "progress": progress}
        return self._done(output / "best")

    def pretrain(
        self, texts: Sequence[Path], output: Path, *, settings: Settings, vectors_only: bool = False, minutes: float = 30.0,
        resume: bool = False, progress: bool = False,
    ) -> Path:  # fmt: skip
        self.asked = {"texts": texts, "settings": settings, "output": output, "vectors_only": vectors_only, "minutes": minutes,
                      "resume": resume}  # fmt: skip
        return self._done(output)

    def _done(self, path: Path) -> Path:
        if self.fault is not None:
            raise self.fault
        return path


@pytest.fixture
def trainer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Trainer:
    """In a working folder that has the corpus of the defaults and a text."""
    monkeypatch.chdir(tmp_path)
    for path in ("corpus/train", "corpus/dev", "model", "old"):
        (tmp_path / path).mkdir(parents=True)
    (tmp_path / "news.txt").write_text("x")
    (tmp_path / "ontology.toml").write_text("")
    trainer = Trainer()
    for name in ("train", "pretrain"):
        made = ModuleType(f"bilat_nlp.training.{name}")
        setattr(made, name, getattr(trainer, name))
        monkeypatch.setitem(sys.modules, made.__name__, made)
    return trainer


def _call(*words: str) -> Result:
    return CliRunner().invoke(main, list(words))


def test_without_options_the_defaults_are_taken(trainer: Trainer) -> None:
    result = _call("train", "out")
    assert (result.exit_code, result.stdout) == (0, f"{Path('out/best')}\n")
    assert trainer.asked == {"settings": config.read(), "output": Path("out"), "resume": False, "progress": True}


def test_every_option_reaches_its_setting(trainer: Trainer) -> None:
    Path("mine.toml").write_text("[optimiser]\nepochs = 3\nclip = 2.0\n[run]\nseed = 4\n")
    words = (
        "--config mine.toml --set optimiser.epochs=5 --train corpus/train --train corpus/dev --dev corpus/dev --init model --rehearse old"
    )
    result = _call("train", *words.split(), *"--ontology ontology.toml --device cpu --encoder xlm-roberta-base --seed 9 out".split())
    assert result.exit_code == 0, result.output
    settings = trainer.asked["settings"]
    assert settings.data.train == ("corpus/train", "corpus/dev")
    assert (settings.data.dev, settings.data.rehearsal, settings.data.ontology) == (("corpus/dev",), ("old",), "ontology.toml")
    assert (settings.optimiser.epochs, settings.optimiser.clip) == (5, 2.0)
    assert (settings.run.init, settings.run.device, settings.run.seed) == ("model", "cpu", 9)
    assert settings.encoder.kind == "xlm-roberta-base"


def test_what_set_says_goes_over_the_named_options(trainer: Trainer) -> None:
    assert _call("train", "--seed", "2", "--set", "run.seed=3", "out").exit_code == 0
    assert trainer.asked["settings"].run.seed == 3


def test_a_resumed_run_keeps_its_settings(trainer: Trainer) -> None:
    Path("out").mkdir()
    Path("out/config.toml").write_text(config.read(None, ["optimiser.epochs=77"]).as_toml())
    assert _call("train", "--resume", "--device", "cpu", "out").exit_code == 0
    settings = trainer.asked["settings"]
    assert trainer.asked["resume"]
    assert (settings.optimiser.epochs, settings.run.device) == (77, "cpu")
    assert _call("train", "out").exit_code == 0
    assert trainer.asked["settings"].optimiser.epochs == config.read().optimiser.epochs
    assert _call("train", "--resume", "new").exit_code == 0, "nothing there yet: it begins"


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["--set", "lr=1"], "Error: --set: unknown key 'lr'; the nearest known one is 'optimiser.learning_rate'"),
        (["--train", "gone"], "Error: data.train: there is no file or folder 'gone'"),
        (["--rehearse", "old"], "Error: --set: data.rehearsal needs a model"),
        (["--device", "tpu"], "Error: --set: run.device must be"),
        (["--config", "gone.toml"], "File 'gone.toml' does not exist"),
        (["--seed", "-1"], "Invalid value for '--seed'"),
    ],
)
def test_bad_input_is_a_sentence_before_anything_is_done(words: list[str], sentence: str, trainer: Trainer) -> None:
    result = _call("train", *words, "out")
    assert result.exit_code == 2
    assert sentence in result.stderr
    assert trainer.asked == {}
    assert not Path("out").exists()


@pytest.mark.parametrize(
    ("fault", "code", "sentence"),
    [
        (RecordError("corpus/train: nothing to learn"), 2, "Error: corpus/train: nothing to learn\n"),
        (OSError(28, "No space left on device", "out/last"), 2, "No space left on device"),
        (ImportError("no torch", name="torch"), 2, "torch is needed for this; install it with: pip install 'bilat-nlp[neural]'"),
        (OutOfMemoryError("CUDA out of memory"), 2, "too little memory; take a smaller --set optimiser.batch_words"),
        (KeyboardInterrupt(), 130, "Interrupted. Call again with --resume to go on.\n"),
    ],
)
@pytest.mark.parametrize("verb", [["train", "out"], ["pretrain", "news.txt", "-o", "out"]])
def test_faults_of_the_work_end_in_a_sentence(verb: list[str], fault: BaseException, code: int, sentence: str, trainer: Trainer) -> None:
    trainer.fault = fault
    result = _call(*verb)
    assert result.exit_code == code
    assert sentence in result.stderr
    assert result.stdout == ""


def test_a_bug_is_not_hidden(trainer: Trainer) -> None:
    trainer.fault = RuntimeError("a bug")
    assert _call("train", "out").exception is trainer.fault


def test_pretrain_hands_its_options_on(trainer: Trainer) -> None:
    result = _call(
        "pretrain", "news.txt", "corpus", "--output", "base", "--set", "encoder.width=64", "--minutes", "2.5", "--vectors-only", "--resume"
    )
    assert (result.exit_code, result.stdout) == (0, "base\n")
    assert trainer.asked["texts"] == (Path("news.txt"), Path("corpus"))
    assert trainer.asked["settings"].encoder.width == 64
    assert (trainer.asked["minutes"], trainer.asked["vectors_only"], trainer.asked["resume"]) == (2.5, True, True)
    assert _call("pretrain", "news.txt", "--output", "base").exit_code == 0
    assert (trainer.asked["minutes"], trainer.asked["vectors_only"]) == (30.0, False)


def test_pretrain_needs_no_annotated_documents(trainer: Trainer) -> None:
    Path("corpus/train").rmdir()
    assert _call("pretrain", "news.txt", "--output", "base").exit_code == 0
    result = _call("pretrain", "gone.txt", "--output", "base")
    assert result.exit_code == 2
    assert "gone.txt" in result.stderr


@pytest.mark.parametrize("name", ["train", "pretrain"])
def test_the_trainer_takes_what_the_command_line_gives(name: str) -> None:
    """The real functions, not the ones above, must accept the calls."""
    if importlib.util.find_spec("torch") is None:
        pytest.skip("training needs torch")
    real = inspect.signature(getattr(importlib.import_module(f"bilat_nlp.training.{name}"), name))
    stood_in = inspect.signature(getattr(Trainer(), name))
    real.bind(**dict.fromkeys(stood_in.parameters))
    real.bind(**dict.fromkeys(key for key in stood_in.parameters if key != "minutes"))
    places = [key for key, each in stood_in.parameters.items() if each.kind is inspect.Parameter.POSITIONAL_OR_KEYWORD]
    assert list(real.parameters)[: len(places)] == places


def test_help_needs_neither_torch_nor_numpy() -> None:
    program = (
        "import sys, bilat_nlp.cli\n"
        "for verb in ('train', 'pretrain'):\n"
        "    try: bilat_nlp.cli.main([verb, '--help'])\n"
        "    except SystemExit: pass\n"
        "print(*sys.modules, file=sys.stderr)"
    )
    result = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert not {"torch", "numpy", "spacy", "transformers"} & set(result.stderr.split())
    assert "--rehearse" in result.stdout
    assert "--vectors-only" in result.stdout
