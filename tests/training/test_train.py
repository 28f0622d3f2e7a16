"""Training from documents to a model that extracts, and what happens when something is in its way; tiny models, small documents."""

from __future__ import annotations

import filecmp
import json
import logging
import weakref
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from bilat_nlp import ontology
from bilat_nlp.api import extract, extract_document
from bilat_nlp.neural import storage
from bilat_nlp.neural.forward import NumpyScorer
from bilat_nlp.records import Document, RecordError
from bilat_nlp.training import checkpoint, config
from bilat_nlp.training.config import Settings
from bilat_nlp.training.folder import RunFolder
from neural import tiny
from training.material import MONDAY, NEW, NEW_TYPE, TINY, Story, drill, expulsion, meeting, nothing, stories, write, write_names

torch = pytest.importorskip("torch")
pytest.importorskip("sklearn")
training = pytest.importorskip("bilat_nlp.training.train")
start = pytest.importorskip("bilat_nlp.training.start")
OTHER = "Bulgaria expelled two diplomats of Slovakia on Monday."


@pytest.fixture(autouse=True, scope="module")
def small_tables() -> Iterator[None]:
    """Hashed tables of the size of the texts, so that no time goes into writing them."""
    real = start.compact_shape
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(start, "compact_shape", lambda settings: real(settings) | {"rows": 500, "affix": 8})
        yield


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with documents, names and an ontology with one more type."""
    folder = tmp_path_factory.mktemp("data")
    write(folder / "train" / "a.jsonl", stories("t", 12, expulsion, meeting, nothing))
    write(folder / "dev.jsonl", stories("d", 8, meeting, expulsion))
    write_names(folder)
    (folder / "ontology.toml").write_text(NEW_TYPE, encoding="utf-8")
    ontology.use(folder / "ontology.toml")
    write(folder / "drills.jsonl", stories("n", 16, drill))
    write(folder / "drills-dev.jsonl", stories("m", 6, drill, expulsion))
    ontology.use(None)
    return folder


def _settings(data: Path, *more: str, train: str = "train", dev: str = "dev.jsonl") -> Settings:
    paths = [config.override("data.train", [data / train]), config.override("data.dev", [data / dev])]
    return config.read(None, [*TINY, *paths, *more])


def _with_names(data: Path) -> list[str]:
    """Names beside events, two stops an epoch, and steps that gather three batches, so that a stop falls between steps."""
    names = config.override("data.names", [data / "mine.conll"])
    return [names, "run.every=2", "optimiser.accumulate=3", "optimiser.batch_words=45", "optimiser.learning_rate=0.03"]


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the card, whose figures take their time."""
    monkeypatch.setattr(training, "describe", lambda *args: None)


@pytest.fixture(scope="module")
def finished(data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a run that nothing has stopped."""
    output = tmp_path_factory.mktemp("runs") / "whole"
    assert training.train(_settings(data, *_with_names(data)), output) == output / "model"
    return output


def _learner(settings: Settings, folder: Path) -> Any:
    model, parts = start.start(settings)
    run = RunFolder(folder, settings)
    return training.Learner(settings, model, parts, training._read(settings, parts), run, "cpu", False)


def _gradients(learner: Any) -> dict[str, Any]:
    found = {name: each.grad.clone() for name, each in learner.model.named_parameters() if each.grad is not None}
    learner.optimiser.zero_grad()
    return found


# --- a whole run -----------------------------------------------------------------------------------------------------------------


def test_a_run_leaves_all_that_is_needed_to_understand_it(finished: Path, data: Path) -> None:
    assert {each.name for each in finished.iterdir()} >= {"config.toml", "data.json", "metrics.jsonl", "README.md", "best", "last", "model"}
    assert not [each.name for each in finished.iterdir() if each.name.startswith(".")], "nothing half written is left"
    assert config.read(finished / "config.toml") == _settings(data, *_with_names(data))
    lines = [json.loads(line) for line in (finished / "metrics.jsonl").read_text().splitlines()]
    assert [line["epoch"] for line in lines] == [0.5714, 1.0, 1.5714, 2.0], "4 of 7 batches, then all"
    assert lines[-1]["losses"]["entities"] < lines[0]["losses"]["entities"]
    assert all(np.isfinite(list(line["losses"].values())).all() and 0 <= line["figures"]["relaxed"] <= 1 for line in lines)
    card = (finished / "README.md").read_text(encoding="utf-8")
    assert card == (finished / "model" / "README.md").read_text(encoding="utf-8")
    for part in ("rules + model", "model alone", "rules alone", "| mine | MIT |", "en-Latn"):
        assert part in card, part
    prints = json.loads((finished / "data.json").read_text())
    assert (prints["train"]["documents"], prints["dev"]["events"], prints["names"]["documents"]) == (12, 8, 1)


def test_the_model_loads_without_torch_and_extracts(finished: Path) -> None:
    model = storage.load(finished / "model")
    assert isinstance(model.scorer, NumpyScorer)
    assert set(model.calibration) == {"both", "model"}
    found = extract(OTHER, lang="en", date="2025-03-04", model=finished / "model", min_confidence=0.0)
    [event] = [each for each in found if each.type == "expel_diplomat"]
    assert event.codes() == {"BGR", "SVK"}
    assert event.evidence[0].startswith("rule:en.expel_diplomat.")
    assert event.date is not None
    assert event.date.value == MONDAY


def test_what_is_stored_are_the_best_weights(finished: Path) -> None:
    lines = [json.loads(line) for line in (finished / "metrics.jsonl").read_text().splitlines()]
    best = [line for line in lines if line["best"]][-1]
    assert best["figures"]["relaxed"] == max(line["figures"]["relaxed"] for line in lines)
    tensors, state = checkpoint.load(finished / "best")
    assert state["step"] == best["step"]
    stored = storage.tensors(finished / "model" / storage.WEIGHTS)
    for name, tensor in checkpoint.under("model", tensors).items():
        np.testing.assert_allclose(stored[name].astype(np.float32), tensor.numpy(), atol=2e-3)


# --- a run that is killed --------------------------------------------------------------------------------------------------------


class Killed(BaseException):
    """As a signal would: nothing in the trainer catches it."""


def _kill(monkeypatch: pytest.MonkeyPatch, owner: Any, name: str, call: int, after: bool) -> None:
    """At one of the calls of a function, before it does anything or when all is done."""
    real: Callable[..., Any] = getattr(owner, name)
    count = [0]

    def dying(*args: Any, **named: Any) -> Any:
        count[0] += 1
        if count[0] == call and not after:
            raise Killed
        result = real(*args, **named)
        if count[0] == call:
            raise Killed
        return result

    monkeypatch.setattr(owner, name, dying)


@pytest.mark.usefixtures("quick")
@pytest.mark.parametrize(("place", "call", "after"), [
    ("batch", 2, False),  # before there is any checkpoint
    ("batch", 10, True),  # in the midst of an epoch
    ("metrics", 2, True),  # a validation is told, and its checkpoint not yet written
    ("save", 1, False),  # the best weights are there, and nothing to go on from
    ("save", 3, True),  # between two ends of epochs
    ("finish", 1, False),  # all is learned, and the model not yet written
])  # fmt: skip
def test_a_killed_run_goes_on_to_the_same_bits(
    data: Path, finished: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, place: str, call: int, after: bool
) -> None:
    settings = _settings(data, *_with_names(data))
    target = {"batch": (training.Learner, "_gradients"), "metrics": (RunFolder, "validated"),
              "save": (training.Learner, "_save"), "finish": (training, "finish")}[place]  # fmt: skip
    with monkeypatch.context() as patch:
        _kill(patch, *target, call, after)
        with pytest.raises(Killed):
            training.train(settings, tmp_path / "run")
    assert not (tmp_path / "run" / "model").exists()
    torch.manual_seed(99)
    torch.rand(7)
    training.train(settings, tmp_path / "run", resume=True)
    for name in ("model/weights.safetensors", "model/calibration.json", "model/config.json", "metrics.jsonl"):
        assert filecmp.cmp(tmp_path / "run" / name, finished / name, shallow=False), name
    one, other = (checkpoint.load(folder / "last")[0] for folder in (tmp_path / "run", finished))
    assert one.keys() == other.keys()
    assert all(torch.equal(one[name], other[name]) for name in one), "the optimiser and the random numbers stand alike too"


@pytest.mark.usefixtures("quick")
def test_a_run_stops_when_it_gets_no_better(data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    figures = iter([0.5, 0.6, 0.6, 0.2, 0.9])
    fake = training.Outcome({"relaxed": 0.0}, {})
    monkeypatch.setattr(training, "validate", lambda model, *args, **named: replace(fake, figures={"relaxed": next(figures, 0.0)}))
    training.train(_settings(data, "run.patience=2", "optimiser.epochs=9"), tmp_path / "run")
    lines = [json.loads(line) for line in (tmp_path / "run" / "metrics.jsonl").read_text().splitlines()]
    assert [(line["figures"]["relaxed"], line["best"]) for line in lines] == [(0.5, True), (0.6, True), (0.6, False), (0.2, False)]


@pytest.mark.usefixtures("quick")
@pytest.mark.parametrize("kept", ["best", "last"])
def test_the_weights_that_are_asked_for_become_the_model(data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kept: str) -> None:
    figures = iter([0.6, 0.2])
    fake = training.Outcome({"relaxed": 0.0}, {})
    monkeypatch.setattr(training, "validate", lambda model, *args, **named: replace(fake, figures={"relaxed": next(figures, 0.0)}))
    folder = training.train(_settings(data, "run.patience=0", "optimiser.epochs=2", f'run.keep="{kept}"'), tmp_path / "run")
    stored = storage.tensors(folder / storage.WEIGHTS)["encoder.mix.weight"].astype(float)
    runs = {name: checkpoint.under("model", checkpoint.load(tmp_path / "run" / name)[0]) for name in ("best", "last")}
    apart = {name: float(np.abs(stored - weights["encoder.mix.weight"].numpy()).max()) for name, weights in runs.items()}
    assert min(apart, key=apart.__getitem__) == kept


@pytest.mark.usefixtures("quick")
def test_the_weights_are_averaged_with_those_that_were_gone_on_from(data: Path, finished: Path, tmp_path: Path) -> None:
    more = [config.override("run.init", finished / "model"), "optimiser.epochs=1", "run.blend=0.25"]
    folder = training.train(_settings(data, *more), tmp_path / "run")
    name = "encoder.mix.weight"
    before, made = (storage.tensors(each / storage.WEIGHTS)[name].astype(float) for each in (finished / "model", folder))
    learned = checkpoint.under("model", checkpoint.load(tmp_path / "run" / "best")[0])[name].numpy()
    assert np.abs(learned - before).max() > 0.01
    assert made == pytest.approx(0.75 * before + 0.25 * learned, abs=2e-3)


def test_a_run_with_a_type_more_is_not_averaged(data: Path, finished: Path, tmp_path: Path) -> None:
    more = [config.override("run.init", finished / "model"), config.override("data.ontology", data / "ontology.toml"), "run.blend=0.5"]
    with pytest.raises(RecordError, match=f"{NEW}.*leave out run.blend"):
        training.train(_settings(data, *more, train="drills.jsonl", dev="drills-dev.jsonl"), tmp_path / "run")


# --- a type of one's own, and a model that is gone on from ------------------------------------------------------------------------


@pytest.mark.usefixtures("quick")
def test_a_type_of_ones_own_is_learned_and_extracted(data: Path, tmp_path: Path) -> None:
    more = [config.override("data.ontology", data / "ontology.toml"), "optimiser.epochs=8", "optimiser.word_dropout=0"]
    folder = training.train(_settings(data, *more, train="drills.jsonl", dev="drills-dev.jsonl"), tmp_path / "run")
    ontology.use(None)
    assert (folder / "ontology.toml").read_text() == NEW_TYPE
    text = "Bulgaria observed a drill of Slovakia on Monday."
    assert extract(text, lang="en", mode="rules") == [], "no rule knows it"
    [event] = extract(text, lang="en", date="2025-03-04", model=folder)
    assert (event.type, event.codes("actor"), event.codes("recipient")) == (NEW, {"BGR"}, {"SVK"})
    assert (event.cameo, event.evidence) == ("040", ["model"])


def _scores(model: Any, parts: Any, text: str = OTHER) -> Any:
    """What a model of torch says of a text, as logits of types."""
    from bilat_nlp.neural.encoders import collate
    from bilat_nlp.neural.features import FeatureReader
    from bilat_nlp.training.examples import ExampleMaker

    reader = FeatureReader(parts.names, parts.vectors, int(parts.encoder["rows"]))
    example = ExampleMaker(reader, parts.labels).raw(text, "en")
    assert example is not None
    with torch.no_grad():
        return model.eval().triggers(model(collate([example.window])), "types")


def test_a_model_that_is_gone_on_from_keeps_what_it_knows_and_learns_one_type_more(data: Path, finished: Path) -> None:
    before, known = start.start(_settings(data, config.override("run.init", finished / "model")))
    assert known.labels == storage.load(finished / "model").labels
    own = config.override("data.ontology", data / "ontology.toml")
    wider, parts = start.start(_settings(data, config.override("run.init", finished / "model"), own))
    assert parts.labels.types == (*known.labels.types, NEW) == wider.labels.types
    assert parts.names == known.names, "it reads the columns that it was trained with"
    old, new = _scores(before, known), _scores(wider, parts)
    assert torch.equal(new[..., :-1], old)
    chances = torch.softmax(new, dim=-1)
    assert chances[..., -1].mean() < chances[..., :-1].mean(), "a type that it has never seen is unlikely at first"
    assert torch.equal(wider.pairs.kind.weight[:-1], before.pairs.kind.weight)
    assert wider.pairs.kind.weight.shape[0] == len(parts.labels.types)


@pytest.mark.usefixtures("quick")
def test_going_on_with_new_documents_rehearses_the_old(data: Path, finished: Path, tmp_path: Path) -> None:
    more = [config.override("run.init", finished / "model"), config.override("data.ontology", data / "ontology.toml"),
            config.override("data.rehearsal", [data / "train"]), "optimiser.epochs=6", "optimiser.word_dropout=0"]  # fmt: skip
    settings = _settings(data, *more, train="drills.jsonl", dev="drills-dev.jsonl")
    folder = training.train(settings, tmp_path / "run")
    model = storage.load(folder)
    assert model.labels.types[-1] == NEW
    found = extract("Bulgaria observed a drill of Slovakia on Monday.", lang="en", model=folder)
    assert [event.type for event in found] == [NEW]
    assert [event.type for event in extract(OTHER, lang="en", model=folder)] == ["expel_diplomat"]
    ontology.use(None)
    again, parts = start.start(_settings(data, config.override("run.init", folder)))
    assert NEW in ontology.types(), "the ontology of a model comes with it"
    assert again.labels.types[-1] == parts.labels.types[-1] == NEW


# --- memory that runs out ----------------------------------------------------------------------------------------------------------


@pytest.fixture
def still(data: Path, tmp_path: Path) -> Any:
    """A learner without any dropout, so that halves add up to the whole."""
    none = ["encoder.dropout=0", "optimiser.rule_dropout=0", "optimiser.word_dropout=0", "optimiser.accumulate=3"]
    return _learner(_settings(data, *none), tmp_path / "run")


def _small(monkeypatch: pytest.MonkeyPatch, most: int, where: str = "forward") -> None:
    """A device on which more than so many windows do not fit, on the way forward or back; what did not must be gone before the next try."""
    real = training.losses
    refused: list[weakref.ref[Any]] = []

    def losses(model: Any, task: Any) -> Any:
        assert not [each for each in refused if each() is not None], "what did not fit is still in memory"
        found = real(model, task)
        if len(task.lengths) > most:
            refused.append(weakref.ref(task))
            if where == "forward":
                raise torch.OutOfMemoryError("fake")

            def fail(gradient: Any) -> None:
                handle.remove()
                raise torch.OutOfMemoryError("fake")

            handle = model.encoder.mix.weight.register_hook(fail)  # the heads have their gradients by then
        return found

    monkeypatch.setattr(training, "losses", losses)


@pytest.mark.parametrize("where", ["forward", "backward"])
def test_halves_of_a_batch_that_does_not_fit_give_the_gradient_of_the_whole(
    still: Any, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, where: str
) -> None:
    examples = still.mixture.kinds["events"][:7]
    assert len(set(map(len, examples))) > 1, "halves of unlike weight"
    parts = still._backward(examples, np.random.default_rng(1))
    whole = _gradients(still)
    _small(monkeypatch, 2, where)
    with caplog.at_level(logging.WARNING):
        again = still._backward(examples, np.random.default_rng(1))
    halved = _gradients(still)
    assert still.batch_halvings == 3, "7 to 3 and 4, 3 to 1 and 2, 4 to 2 and 2"
    assert [record.message.partition(":")[0] for record in caplog.records] == ["memory ran out"], "it is said once"
    assert halved.keys() == whole.keys()
    for name, gradient in whole.items():
        torch.testing.assert_close(halved[name], gradient, rtol=1e-4, atol=1e-7, msg=name)
    assert again == pytest.approx(parts, rel=1e-4)


def test_gradients_of_several_batches_add_up(still: Any) -> None:
    examples = still.mixture.kinds["events"]
    alone = []
    for few in (examples[:3], examples[3:5]):
        still._backward(few, np.random.default_rng(1))
        alone.append(_gradients(still))
    for few in (examples[:3], examples[3:5]):
        still._backward(few, np.random.default_rng(1))
    for name, gradient in _gradients(still).items():
        torch.testing.assert_close(gradient, alone[0].get(name, 0) + alone[1].get(name, 0), msg=name)


def test_a_document_that_does_not_fit_by_itself_is_named(still: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    _small(monkeypatch, 0)
    with pytest.raises(RecordError, match=r"^t\d+: too long for the memory of cpu by itself; divide it"):
        still._backward(still.mixture.kinds["events"][:3], np.random.default_rng(1))


# --- what cannot be trained from -----------------------------------------------------------------------------------------------------


def _spoiled(data: Path, tmp_path: Path, change: Callable[[dict[str, Any]], None]) -> Settings:
    lines = [json.loads(line) for line in (data / "train" / "a.jsonl").read_text(encoding="utf-8").splitlines()]
    change(lines[3])
    path = tmp_path / "spoiled.jsonl"
    path.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    return _settings(data, config.override("data.train", [path]))


@pytest.mark.parametrize(("change", "sentence"), [
    (lambda line: line["events"][0]["triggers"][0].update(text="was here"), r"spoiled\.jsonl:4: .*was here"),
    (lambda line: line["events"][0].update(type="no_such_type"), r"spoiled\.jsonl:4: .*no_such_type"),
    (lambda line: line.update(script=None), r"t3: the key 'script' is missing; see all faults with: bilat-nlp corpus validate"),
    (lambda line: line["events"].append(line["events"][0] | {"id": "t3#9"}), r"t3: event t3#9: another one is exactly the same"),
])  # fmt: skip
def test_faulty_annotation_is_named_before_anything_is_learned(
    data: Path, tmp_path: Path, change: Callable[[dict[str, Any]], None], sentence: str
) -> None:
    settings = _spoiled(data, tmp_path, change)
    with pytest.raises(RecordError, match=sentence) as told:
        training.train(settings, tmp_path / "run")
    assert "\n" not in str(told.value)
    assert not (tmp_path / "run" / "model").exists()
    assert not (tmp_path / "run" / "metrics.jsonl").exists()


def test_documents_of_a_type_that_only_another_ontology_has_say_so(data: Path, tmp_path: Path) -> None:
    with pytest.raises(RecordError, match=rf"drills\.jsonl:1: .*{NEW}"):
        training.train(_settings(data, train="drills.jsonl"), tmp_path / "run")


def test_documents_in_no_language_that_is_served_say_so(data: Path, tmp_path: Path) -> None:
    path = write(tmp_path / "fr.jsonl", [Document("a", "fr", "Latn", text="Ça va bien.")])
    settings = _settings(data, config.override("data.train", [path]))
    with pytest.raises(RecordError, match=r"fr\.jsonl: no document in a language that is served"):
        training.train(settings, tmp_path / "run")


@pytest.mark.parametrize(("more", "sentence"), [
    (["run.device=cuda:99"], r"the device 'cuda:99' was asked for, and torch finds .* here; take --device cpu"),
    (["run.init=nowhere"], r"there is no model 'nowhere'; give a folder with a config.json"),
    (["encoder.pretrained=nowhere"], r"nowhere: no pretraining of this version is there; give the folder that bilat-nlp pretrain"),
    (["encoder.kind=./nowhere"], r"nowhere"),
])  # fmt: skip
def test_what_is_not_there_is_named_and_no_folder_is_made(data: Path, tmp_path: Path, more: Sequence[str], sentence: str) -> None:
    with pytest.raises(RecordError, match=sentence):
        training.train(_settings(data, *more), tmp_path / "run")
    assert not (tmp_path / "run").exists()


def test_a_compact_model_is_not_gone_on_from_with_another_encoder(data: Path, finished: Path, tmp_path: Path) -> None:
    settings = _settings(data, config.override("run.init", finished / "model"), "encoder.kind=some/encoder")
    with pytest.raises(RecordError, match=r"the model has a compact encoder; leave out encoder.kind, or begin without run.init"):
        training.train(settings, tmp_path / "run")


def test_spans_that_are_not_learned_are_told(data: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    story = Story("long", "The Office for the Care of All Very Old and Very New Bridges of Hungary opened.")
    story.name("The Office for the Care of All Very Old and Very New Bridges of Hungary", "ORG")
    path = write(tmp_path / "long.jsonl", [story.document, *stories("t", 2, nothing)])
    with caplog.at_level(logging.WARNING):
        _learner(_settings(data, config.override("data.train", [path])), tmp_path / "run")
    assert [record.message.partition(" that")[0] for record in caplog.records] == ["1 annotated spans are longer than any"]


# --- encoders of Hugging Face ------------------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("quick")
@pytest.mark.parametrize(("kind", "checkpointing"), [("bert", "true"), ("xlmr", "false")])
def test_the_same_path_with_an_encoder_of_hugging_face(data: Path, tmp_path: Path, kind: str, checkpointing: str) -> None:
    pytest.importorskip("transformers")
    torch.manual_seed(1)
    made = tiny.KINDS[kind](tmp_path / "tiny")
    more = [config.override("encoder.kind", made), f"encoder.gradient_checkpointing={checkpointing}", *_with_names(data)]
    settings = _settings(data, *more)
    folder = training.train(settings, tmp_path / "run")
    assert {each.name for each in folder.iterdir()} == {"config.json", "weights.safetensors", "calibration.json", "encoder"}
    tensors, _ = checkpoint.load(tmp_path / "run" / "best")
    trained = checkpoint.under("model.encoder", tensors)
    fresh, _ = start.start(settings)
    assert any(not torch.equal(trained[name], tensor) for name, tensor in fresh.encoder.state_dict().items() if "layer.0" in name)
    loaded = storage.load(folder)
    stored = loaded.scorer.model.encoder.state_dict()  # type: ignore[attr-defined]
    assert all(torch.equal(tensor, trained[name]) for name, tensor in stored.items())
    document = extract_document(OTHER, lang="en", date="2025-03-04", model=folder, min_confidence=0.0)
    assert "expel_diplomat" in [event.type for event in document.events]
    again, parts = start.start(_settings(data, config.override("run.init", folder)))
    assert parts.kind != storage.COMPACT
    assert all(torch.equal(tensor, trained[name]) for name, tensor in again.encoder.state_dict().items())
