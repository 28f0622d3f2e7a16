"""Pretraining end to end on small texts: what the folder holds, what a training takes of it, and going on after a stop."""

from __future__ import annotations

import json
import random
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pytest

torch = pytest.importorskip("torch")
pytest.importorskip("floret")

from click.testing import CliRunner  # noqa: E402

from bilat_nlp.cli import main  # noqa: E402
from bilat_nlp.languages import loader  # noqa: E402
from bilat_nlp.neural import storage  # noqa: E402
from bilat_nlp.neural.encoders import CompactEncoder, collate  # noqa: E402
from bilat_nlp.neural.features import FeatureNames, FeatureReader, Window  # noqa: E402
from bilat_nlp.neural.surface import SubwordVectors, VectorSettings  # noqa: E402
from bilat_nlp.records import RecordError  # noqa: E402
from bilat_nlp.text.words import words_of  # noqa: E402
from bilat_nlp.training import checkpoint, config, masked, start, vectors  # noqa: E402
from bilat_nlp.training import pretrain as module  # noqa: E402
from bilat_nlp.training.pretrain import pretrain  # noqa: E402
from training.raw_texts import sentences, write  # noqa: E402

SMALL = [
    "pretraining.vector_rows=200", "pretraining.vector_width=8", "pretraining.vector_epochs=2", "pretraining.batch_words=200",
    "pretraining.minutes=0.02", "encoder.width=16", "encoder.layers=2", "run.device=cpu", "run.threads=1",
]  # fmt: skip
FILES = {"config.toml", "config.json", "vectors.safetensors", "encoder.safetensors", "data.json", "metrics.jsonl", "last"}


def _settings(*overrides: str) -> config.Settings:
    return config.read(None, [*SMALL, *overrides])


def _json(path: Path) -> dict[str, Any]:
    return json.loads(path.read_text(encoding="utf-8"))  # type: ignore[no-any-return]


def _metrics(folder: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (folder / "metrics.jsonl").read_text().splitlines()]


def _tree(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


class Clock:
    """Three hundredths of a second pass at every look, so that a run has as many steps on every machine."""

    now = 0.0

    def monotonic(self) -> float:
        self.now += 0.03
        return self.now


@pytest.fixture(scope="module", autouse=True)
def clock() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(masked, "time", Clock())
        yield


@dataclass
class Spy:
    """What was asked of the two learners."""

    vectors: int = 0
    steps: list[dict[str, Any]] = field(default_factory=list)
    begins: list[dict[str, Any]] = field(default_factory=list)


@pytest.fixture
def spy(monkeypatch: pytest.MonkeyPatch) -> Spy:
    found, train, steps = Spy(), vectors.train, masked.steps

    def counted(*args: Any, **more: Any) -> SubwordVectors:
        found.vectors += 1
        return train(*args, **more)

    def noted(model: masked.MaskedWords, *args: Any, **more: Any) -> Iterator[masked.Progress]:
        found.steps.append(more)
        found.begins.append({name: tensor.clone() for name, tensor in model.state_dict().items()})
        return steps(model, *args, **more)

    monkeypatch.setattr(vectors, "train", counted)
    monkeypatch.setattr(masked, "steps", noted)
    monkeypatch.setattr(module, "LINE", 0.0)
    monkeypatch.setattr(module, "KEPT", 0.0)
    return found


@pytest.fixture(scope="module")
def texts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write(tmp_path_factory.mktemp("raw"))


@pytest.fixture(scope="module")
def made(texts: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A finished pretraining; to be read only."""
    return pretrain([texts], tmp_path_factory.mktemp("run") / "made", settings=_settings())


@pytest.fixture(scope="module")
def vectors_alone(texts: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return pretrain([texts], tmp_path_factory.mktemp("run") / "vectors", settings=_settings(), vectors_only=True)


def test_the_folder_holds_what_is_said(made: Path, texts: Path) -> None:
    assert {path.name for path in made.iterdir()} == FILES
    assert config.read(made / "config.toml") == _settings()
    about, data = _json(made / "config.json"), _json(made / "data.json")["texts"]
    assert start.read_pretraining(made) == about
    assert VectorSettings(**about["vectors"]) == VectorSettings(200, 8)
    assert about["encoder"] == CompactEncoder(8, len(about["columns"]), **start.compact_shape(_settings())).settings()
    assert about["languages"] == data["languages"]
    assert sorted(about["languages"]) == ["hu", "ru"]
    assert about["words"] == data["words"] == sum(about["languages"].values()) == 60 * 6 + 60 * 6 + _two_word_places("ru", texts)
    assert data["lines"] == 120
    assert [file["path"] for file in data["files"]] == [(texts / name).as_posix() for name in ("hu.jsonl", "ru.jsonl")]
    assert about["minutes"] == 0.02
    assert about["seen"] > about["words"]


def _two_word_places(lang: str, texts: Path) -> int:
    """Words that stand beyond six in the sentences of a language whose last phrase has two words."""
    rows = [json.loads(row)["text"] for row in (texts / f"{lang}.jsonl").read_text(encoding="utf-8").splitlines()]
    return sum(len(line.split()) - 6 for row in rows for line in row.splitlines())


def test_vectors_and_weights_can_be_used(made: Path) -> None:
    table = storage.tensors(made / "vectors.safetensors")["vectors"]
    assert (table.dtype, table.shape) == (np.float16, (200, 8))
    assert np.isfinite(table).all()
    assert table.any()
    weights = storage.tensors(made / "encoder.safetensors")
    assert all(np.isfinite(array).all() for array in weights.values())
    CompactEncoder(**_json(made / "config.json")["encoder"]).load_state_dict(
        {name: torch.as_tensor(array) for name, array in weights.items()}
    )


def test_the_metrics_tell_the_course(made: Path) -> None:
    (*_, last) = _metrics(made)
    assert set(last) == {"step", "epoch", "best", "losses", "figures", "words", "seconds"}
    assert last["seconds"] == pytest.approx(1.2)
    assert 0 < last["losses"]["hidden"] < 100
    assert 0 <= last["figures"]["told"] <= 1
    about = _json(made / "config.json")
    assert last["words"] == about["seen"]
    assert last["epoch"] == pytest.approx(about["seen"] / about["words"], abs=1e-4)


def _states(encoder: Any, names: FeatureNames, table: SubwordVectors | None) -> Any:
    language = loader.load("hu")
    words = words_of(sentences("hu", 1)[0], loader.profiles()["hu"].normalise)
    window: Window = FeatureReader(names, table, encoder.settings()["rows"]).plain(words, language)
    with torch.no_grad():
        return encoder.eval()(collate([window]))


def test_a_training_begins_with_the_same_states(made: Path) -> None:
    """Its encoder has more columns, those of the event types among them; what both know must weigh the same."""
    about = _json(made / "config.json")
    table = SubwordVectors(storage.tensors(made / "vectors.safetensors")["vectors"], VectorSettings(**about["vectors"]))
    encoder = CompactEncoder(**about["encoder"])
    fresh = _states(encoder, FeatureNames(loader.available(), ()), table)
    encoder.load_state_dict({name: torch.as_tensor(array) for name, array in storage.tensors(made / "encoder.safetensors").items()})
    expected = _states(encoder, FeatureNames(loader.available(), ()), table)
    model, parts = start.start(_settings(f"encoder.pretrained={made}"))
    assert len(parts.names.columns) > len(about["columns"])
    assert torch.allclose(_states(model.encoder, parts.names, parts.vectors), expected, atol=1e-5)
    assert not torch.allclose(fresh, expected, atol=1e-2)


def test_vectors_alone(vectors_alone: Path) -> None:
    assert {path.name for path in vectors_alone.iterdir()} == FILES - {"encoder.safetensors", "metrics.jsonl"}
    model, parts = start.start(_settings(f"encoder.pretrained={vectors_alone}"))
    assert parts.vectors is not None
    assert parts.encoder["vectors"] == parts.vectors.settings.width == 8
    assert _json(vectors_alone / "config.json")["seen"] == 0


def test_after_vectors_alone_the_encoder_can_be_made(vectors_alone: Path, texts: Path, tmp_path: Path, spy: Spy) -> None:
    folder = tmp_path / "run"
    shutil.copytree(vectors_alone, folder)
    before = (folder / "vectors.safetensors").read_bytes()
    pretrain([texts], folder, settings=_settings(), resume=True)
    assert spy.vectors == 0
    assert (folder / "vectors.safetensors").read_bytes() == before
    assert {path.name for path in folder.iterdir()} == FILES
    pretrain([texts], folder, settings=_settings(), resume=True, vectors_only=True)
    assert _json(folder / "config.json")["seen"] > 0, "what was learned before is not forgotten"
    start.start(_settings(f"encoder.pretrained={folder}"))


def test_a_killed_run_goes_on_where_it_was(texts: Path, tmp_path: Path, spy: Spy, monkeypatch: pytest.MonkeyPatch) -> None:
    folder, save = tmp_path / "run", checkpoint.save
    saved: list[tuple[dict[str, Any], dict[str, Any]]] = []

    def killed(path: Path, tensors: Any, state: Any) -> None:
        if len(saved) == 4:  # one behind the vectors, three of the encoder; the line of metrics is written by now
            raise KeyboardInterrupt
        save(path, tensors, state)
        saved.append(({name: tensor.clone() for name, tensor in tensors.items()}, state))

    monkeypatch.setattr(checkpoint, "save", killed)
    with pytest.raises(KeyboardInterrupt):
        pretrain([texts], folder, settings=_settings("pretraining.minutes=0.04"))
    monkeypatch.setattr(checkpoint, "save", save)
    assert not (folder / "config.json").exists(), "what is not finished cannot be begun with"
    with pytest.raises(RecordError, match="no pretraining of this version is there"):
        start.start(_settings(f"encoder.pretrained={folder}"))
    lines = _metrics(folder)
    assert [line["step"] for line in lines] == [10, 20, 30, 40]
    pretrain([texts], folder, settings=_settings("pretraining.minutes=0.04"), resume=True)
    assert spy.vectors == 1
    weights, state = saved[-1]
    asked, begin = spy.steps[1], spy.begins[1]
    assert (asked["spent"], asked["words"]) == (state["course"]["spent"], state["course"]["words"])
    assert asked["spent"] == pytest.approx(0.9)
    assert asked["seconds"] == pytest.approx(2.4)
    for name, tensor in begin.items():
        assert torch.equal(tensor, weights[f"model.{name}"]), name
    after = _metrics(folder)
    assert after[:3] == lines[:3]
    assert [line["step"] for line in after] == sorted({line["step"] for line in after}), "no step is told twice"
    assert after[-1]["seconds"] == pytest.approx(2.4)
    assert _json(folder / "config.json")["minutes"] == 0.04


def test_a_run_killed_within_its_vectors_begins_anew(texts: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def stopped(*_: Any, **__: Any) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(vectors, "train", stopped)
        with pytest.raises(KeyboardInterrupt):
            pretrain([texts], tmp_path / "run", settings=_settings())
    assert pretrain([texts], tmp_path / "run", settings=_settings("pretraining.vector_width=4"), vectors_only=True) == tmp_path / "run"
    assert storage.tensors(tmp_path / "run" / "vectors.safetensors")["vectors"].shape == (200, 4)


def test_a_finished_run_goes_on_only_with_more_time(made: Path, texts: Path, tmp_path: Path, spy: Spy) -> None:
    folder = tmp_path / "run"
    shutil.copytree(made, folder)
    before = _tree(folder)
    pretrain([texts], folder, settings=_settings(), resume=True)
    assert spy.steps == []
    assert _tree(folder) == before
    pretrain([texts], folder, settings=_settings(), minutes=0.03, resume=True)
    assert (spy.steps[0]["spent"], spy.steps[0]["seconds"]) == (pytest.approx(1.2), pytest.approx(1.8))
    assert config.read(folder / "config.toml").pretraining.minutes == 0.03
    assert _json(folder / "config.json")["seen"] > _json(made / "config.json")["seen"]
    assert _tree(folder)["encoder.safetensors"] != before["encoder.safetensors"]


def _changed(texts: Path) -> None:
    (texts / "hu.jsonl").write_text(json.dumps({"lang": "hu", "text": "Ez egy egészen más szöveg."}))


@pytest.mark.parametrize(
    ("change", "overrides", "resume", "sentence"),
    [
        (None, [], False, "the folder holds a run already; add --resume"),
        (None, ["pretraining.words=1000"], True, "the run was begun with another pretraining.words; resume it without changing that"),
        (_changed, [], True, "the texts are not those that the run began with: {texts}/hu.jsonl (texts) has changed; give a new folder"),
    ],
)
def test_what_a_run_does_not_go_on_with(
    change: Any, overrides: list[str], resume: bool, sentence: str, vectors_alone: Path, texts: Path, tmp_path: Path
) -> None:
    """The texts are copied to where they can be changed, and a run is begun with them."""
    mine, folder = tmp_path / "raw", tmp_path / "run"
    shutil.copytree(texts, mine)
    shutil.copytree(vectors_alone, folder)
    data = (folder / "data.json").read_text(encoding="utf-8").replace(texts.as_posix(), mine.as_posix())
    (folder / "data.json").write_text(data, encoding="utf-8")
    if change:
        change(mine)
    before = _tree(folder)
    with pytest.raises(RecordError) as raised:
        pretrain([mine], folder, settings=_settings(*overrides), resume=resume)
    assert str(raised.value).startswith(f"{folder}: " + sentence.format(texts=mine.as_posix()))
    assert _tree(folder) == before


def test_the_folder_of_a_training_is_none_of_a_pretraining(texts: Path, tmp_path: Path) -> None:
    from bilat_nlp.training.folder import RunFolder

    run = RunFolder(tmp_path / "run", _settings())
    checkpoint.save(run.last, {"weight": torch.ones(1)}, {"step": 1})
    (run.path / "data.json").write_text('{"train": {"files": []}}')
    with pytest.raises(RecordError, match=r"data\.json: the folder holds no pretraining, or the file was changed; give a new folder"):
        pretrain([texts], run.path, settings=_settings(), resume=True)


def test_a_foreign_folder_is_left_alone(texts: Path, tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("ten years of work")
    with pytest.raises(RecordError, match="the folder is not empty"):
        pretrain([texts], tmp_path, settings=_settings())
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.txt"]


@pytest.mark.parametrize(
    ("overrides", "minutes", "sentence"),
    [
        (["encoder.kind=some/encoder"], None, "encoder.kind: 'some/encoder' is pretrained already; leave it out"),
        ([], 0.0, "pretraining.minutes must be above 0"),
    ],
)
def test_settings_that_do_not_fit(overrides: list[str], minutes: float | None, sentence: str, texts: Path, tmp_path: Path) -> None:
    with pytest.raises(RecordError, match=sentence):
        pretrain([texts], tmp_path / "run", settings=_settings(*overrides), minutes=minutes)
    assert not (tmp_path / "run").exists()


def test_memory_that_runs_out_and_weights_that_run_away(
    vectors_alone: Path, texts: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(vectors_alone, tmp_path / "run")
    with monkeypatch.context() as patch:

        def full(*_: Any, **__: Any) -> Any:
            raise torch.OutOfMemoryError("CUDA out of memory")

        patch.setattr(masked.MaskedWords, "loss", full)
        with pytest.raises(RecordError, match=r"^cpu has too little memory; begin anew with a smaller --set pretraining\.batch_words$"):
            pretrain([texts], tmp_path / "run", settings=_settings(), resume=True)
    loss = masked.MaskedWords.loss
    monkeypatch.setattr(masked.MaskedWords, "loss", lambda *args: (loss(*args)[0] * float("nan"), 0.0))
    with pytest.raises(RecordError, match=r"a smaller --set pretraining\.learning_rate$"):
        pretrain([texts], tmp_path / "run", settings=_settings(), resume=True)
    assert not (tmp_path / "run" / "encoder.safetensors").exists()


def test_words_that_stand_together_get_like_vectors() -> None:
    """Two subjects with words of their own, whose letters say nothing about the subject."""
    draw = random.Random(1)
    words = ["".join(draw.choices("abcdefghijklmnoprstuvz", k=7)) for _ in range(200)]
    subjects = words[:100], words[100:]
    made = vectors.train([draw.choices(subjects[number % 2], k=10) for number in range(6000)], VectorSettings(4000, 16), 30, 1)
    one, other = (made.of(subject[:50]) for subject in subjects)
    assert (one @ one.T).mean() > 0.9
    assert (one @ other.T).mean() < 0.6


def test_vectors_are_read_as_floret_computes_them(tmp_path: Path) -> None:
    import floret

    (tmp_path / "lines.txt").write_text("\n".join(sentences("hu", 300)), encoding="utf-8")
    settings = VectorSettings(100, 6)
    model = floret.train_unsupervised(
        str(tmp_path / "lines.txt"), mode="floret", hashCount=settings.hash_count, bucket=100, minn=3, maxn=5, dim=6, verbose=0
    )
    model.save_floret_vectors(str(tmp_path / "made.floret"))
    found = vectors.read(tmp_path / "made.floret")
    assert found.settings == settings
    for word in ("Üzbegisztán", "elnöke", "soha-nem-látott"):
        expected = model.get_word_vector(word)
        assert found.of([word])[0] == pytest.approx(expected / np.linalg.norm(expected), abs=1e-3)


def test_too_little_text_for_vectors(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text(json.dumps({"lang": "hu", "text": "minden szó csak egyszer áll"}))
    result = CliRunner().invoke(main, ["pretrain", str(tmp_path / "a.jsonl"), "-o", str(tmp_path / "run"), *_sets()])
    assert result.exit_code == 2
    assert "the text is too little for word vectors" in result.stderr
    assert not (tmp_path / "run" / "config.json").exists()


def _sets() -> list[str]:
    return [word for override in SMALL for word in ("--set", override)]


def test_the_command_line_shows_how_far_it_is(texts: Path, tmp_path: Path) -> None:
    folder = tmp_path / "run"
    result = CliRunner().invoke(main, ["pretrain", str(texts), "--output", str(folder), "--minutes", "0.005", *_sets()])
    assert result.exit_code == 0, result.output
    assert result.stdout == f"{folder}\n"
    assert all(
        part in result.stderr for part in ("reading 2 files", "distinct, of hu, ru", "training word vectors, 2 times", "encoder: 100%")
    )
    assert config.read(folder / "config.toml").pretraining.minutes == 0.005
