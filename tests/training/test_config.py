"""Settings: defaults, files, single values, and a sentence for whatever is wrong with them."""

from __future__ import annotations

import dataclasses
import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bilat_nlp.neural.device import pick
from bilat_nlp.records import RecordError
from bilat_nlp.training import config
from bilat_nlp.training.config import Settings


def _file(folder: Path, text: str) -> Path:
    path = folder / "mine.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_the_packaged_file_has_every_setting_once_with_a_comment_above_it() -> None:
    lines = config.DEFAULTS.read_text(encoding="utf-8").splitlines()
    keys = {line.partition(" = ")[0] for line in lines if " = " in line and not line.startswith("#")}
    fields = {each.name for part in dataclasses.fields(Settings) for each in dataclasses.fields(getattr(config.read(), part.name))}
    assert keys == fields
    assert all(above.startswith("#") for above, line in zip(lines, lines[1:], strict=False) if " = " in line and not line.startswith("#"))


def test_values_of_a_file_stand_over_the_defaults_and_single_ones_over_both(tmp_path: Path) -> None:
    path = _file(tmp_path, "\ufeff[optimiser]\nepochs = 3\nlearning_rate = 1\n[data]\nnames = ['a.iob2.gz']\n")
    settings = config.read(path, ["optimiser.epochs=5", "data.train=x y.jsonl", "data.dev=['a', 'b']", "run.init = 2024"])
    assert settings.optimiser.epochs == 5
    assert settings.optimiser.learning_rate == 1.0
    assert isinstance(settings.optimiser.learning_rate, float)
    assert settings.optimiser.clip == config.read().optimiser.clip
    assert (settings.data.names, settings.data.train, settings.data.dev) == (("a.iob2.gz",), ("x y.jsonl",), ("a", "b"))
    assert settings.run.init == "2024"
    with pytest.raises(dataclasses.FrozenInstanceError):
        settings.run.seed = 3  # type: ignore[misc]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("[optimiser]\nlr = 1", "unknown key 'optimiser.lr'; the nearest known one is 'optimiser.learning_rate'"),
        ("[optimizer]\nepochs = 1", "unknown section 'optimizer'; the nearest known one is 'optimiser'"),
        ("[run]\nepochs = 1", "unknown key 'run.epochs'; the nearest known one is 'optimiser.epochs'"),
        ("batchwords = 1", "unknown key 'batchwords'; the nearest known one is 'optimiser.batch_words'"),
        ("data = 1", "data is a section"),
        ("[optimiser]\nepochs = '3'", 'optimiser.epochs: expected a whole number, found "3"'),
        ("[optimiser]\nepochs = 3.0", "optimiser.epochs: expected a whole number, found 3.0"),
        ("[optimiser]\nepochs = true", "optimiser.epochs: expected a whole number, found true"),
        ("[optimiser]\nclip = false", "optimiser.clip: expected a number, found false"),
        ("[optimiser]\nclip = inf", "optimiser.clip: expected a finite number, found inf"),
        ("[optimiser]\nwarmup = nan", "optimiser.warmup: expected a finite number, found nan"),
        ("[optimiser]\nprecision = 'fp8'", "optimiser.precision must be one of 'fp32', 'bf16', 'fp16', not \"fp8\""),
        ("[optimiser]\nbatch_words = 0", "optimiser.batch_words must be 1 or more, not 0"),
        ("[encoder]\ndropout = 1.0", "encoder.dropout must be at least 0 and below 1, not 1.0"),
        ("[encoder]\nkernel = 4", "encoder.kernel must be odd and 1 or more, not 4"),
        ("[run]\ndeterministic = 1", "run.deterministic: expected true or false, found 1"),
        ("[run]\nseed = -1", "run.seed must be between 0 and 4294967295, not -1"),
        ("[run]\ndevice = 'tpu'", "run.device must be 'auto', 'cpu', 'cuda', 'cuda:1' or 'mps', not \"tpu\""),
        ("[data]\ntrain = 'x'", 'data.train: expected a list of texts in quotes, found "x"'),
        ("[data]\ntrain = ['x', 1]", 'data.train: expected a list of texts in quotes, found ["x", 1]'),
        ("[data]\ndev = []", "data.dev must be a list of at least one path, not []"),
        ("[data]\nrehearsal = ['x']", "data.rehearsal needs a model that knows these documents; name its folder in run.init"),
        ("[data]\nontology = 2020-01-01", 'data.ontology: expected a text in quotes, found "2020-01-01"'),
        ("[data", "no TOML: "),
        ("[data]\ntrain = ['x']\ntrain = ['y']", "no TOML: "),
    ],
)
def test_a_fault_is_one_sentence_with_the_file(text: str, sentence: str, tmp_path: Path) -> None:
    path = _file(tmp_path, text)
    with pytest.raises(RecordError) as raised:
        config.read(path)
    assert str(raised.value).startswith(f"{path}: {sentence}")
    assert "\n" not in str(raised.value)


@pytest.mark.parametrize(
    ("override", "sentence"),
    [
        ("optimiser.epochs", "--set 'optimiser.epochs': write KEY=VALUE"),
        ("=3", "--set '=3': write KEY=VALUE"),
        ("lr=3", "--set: unknown key 'lr'; the nearest known one is 'optimiser.learning_rate'"),
        ("optimiser.epochs=many", '--set: optimiser.epochs: expected a whole number, found "many"'),
        ("data.train=[1]", "--set: data.train: expected a list of texts in quotes, found [1]"),
        ("encoder.kind=", "--set: encoder.kind must be 'compact', a name at Hugging Face or a path, not \"\""),
    ],
)
def test_a_fault_in_a_single_value_is_one_sentence(override: str, sentence: str) -> None:
    with pytest.raises(RecordError) as raised:
        config.read(None, [override])
    assert str(raised.value).startswith(sentence)


def test_a_file_that_is_not_there_or_no_text(tmp_path: Path) -> None:
    with pytest.raises(RecordError, match=r"none\.toml: No such file or directory; --config takes a file"):
        config.read(tmp_path / "none.toml")
    (tmp_path / "bytes.toml").write_bytes(b"\xff\xfe[\x00")
    with pytest.raises(RecordError, match=r"bytes\.toml: no TOML"):
        config.read(tmp_path / "bytes.toml")


_PATHS = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=20)


@given(
    paths=st.lists(_PATHS, min_size=1, max_size=3),
    init=_PATHS,
    rate=st.floats(min_value=1e-300, max_value=1e300),
    share=st.floats(0, 1),
    seed=st.integers(0, 2**32 - 1),
    flag=st.booleans(),
)
def test_settings_come_back_from_their_file_and_from_their_overrides(
    paths: list[str], init: str, rate: float, share: float, seed: int, flag: bool, tmp_path_factory: pytest.TempPathFactory
) -> None:
    given_ = {
        "data.train": paths, "run.init": init, "optimiser.learning_rate": rate, "optimiser.rule_dropout": share, "run.seed": seed,
        "run.deterministic": flag,
    }  # fmt: skip
    settings = config.read(None, [config.override(key, value) for key, value in given_.items()])
    assert settings.data.train == tuple(paths)
    assert (settings.run.init, settings.run.seed, settings.run.deterministic) == (init, seed, flag)
    assert (settings.optimiser.learning_rate, settings.optimiser.rule_dropout) == (rate, share)
    path = tmp_path_factory.getbasetemp() / "settings.toml"
    path.write_bytes(settings.as_toml().encode())
    assert config.read(path) == settings
    assert tomllib.loads(settings.as_toml()) == settings.as_data()
    assert config.read(None, settings.overrides()) == settings


def test_a_written_file_keeps_the_comments() -> None:
    text = config.read(None, ["optimiser.epochs=99"]).as_toml()
    before = config.DEFAULTS.read_text(encoding="utf-8")
    assert text == before.replace("epochs = 12", "epochs = 99")
    assert config.read().overrides() == []


def test_a_path_that_no_file_can_hold() -> None:
    with pytest.raises(RecordError, match="no UTF-8"):
        config.read(None, [config.override("run.init", "a\udcff")]).as_toml()


@pytest.mark.parametrize(
    "key", ["data.train", "data.dev", "data.names", "data.rehearsal", "data.ontology", "encoder.pretrained", "run.init"]
)
def test_a_missing_path_is_named(key: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for path in ("corpus/train", "corpus/dev", "model"):
        (tmp_path / path).mkdir(parents=True)
    settings = config.read(None, ["run.init=model", "encoder.kind=some/name-of-the-hub"])
    config.check_paths(settings)
    with pytest.raises(RecordError, match=rf"^{key}: there is no file or folder 'gone/x' "):
        config.check_paths(config.read(None, ["run.init=model", f"{key}=gone/x"]))


def test_what_may_change_when_a_run_goes_on() -> None:
    old = config.read()
    machine = ["run.device=cpu", "run.threads=4", "run.patience=9", "encoder.gradient_checkpointing=true"]
    assert config.changed(old, config.read(None, machine)) == []
    new = config.read(None, [*machine, "run.seed=2", "optimiser.epochs=13", "data.train=x"])
    assert config.changed(old, new) == ["data.train", "optimiser.epochs", "run.seed"]


@pytest.mark.parametrize(
    ("count", "wanted", "found"), [(0, "auto", "cpu"), (2, "auto", "cuda"), (2, "cuda:1", "cuda:1"), (0, "cpu", "cpu")]
)
def test_a_device_is_picked(count: int, wanted: str, found: str, monkeypatch: pytest.MonkeyPatch) -> None:
    _gpus(monkeypatch, count)
    assert pick(wanted) == found


@pytest.mark.parametrize(
    ("count", "wanted", "sentence"),
    [
        (0, "cuda", "the device 'cuda' was asked for, and torch finds no GPU here"),
        (1, "cuda:1", "the device 'cuda:1' was asked for, and torch finds only cuda:0 here"),
        (2, "cuda:2", "the device 'cuda:2' was asked for, and torch finds only cuda:0 to cuda:1 here"),
        (0, "mps", "the device 'mps' was asked for, and torch finds no GPU of Apple here"),
        (0, "gpu", "there is no device 'gpu'"),
    ],
)
def test_a_device_that_is_not_there(count: int, wanted: str, sentence: str, monkeypatch: pytest.MonkeyPatch) -> None:
    _gpus(monkeypatch, count)
    with pytest.raises(RecordError, match=sentence):
        pick(wanted)


def _gpus(monkeypatch: pytest.MonkeyPatch, count: int) -> None:
    import torch

    monkeypatch.setattr(torch.cuda, "is_available", lambda: count > 0)
    monkeypatch.setattr(torch.cuda, "device_count", lambda: count)
    monkeypatch.setattr(torch.backends.mps, "is_available", lambda: False)
