"""A model as a folder: what was stored comes back, and what is missing, damaged or foreign is refused in one sentence."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from safetensors.numpy import load_file, save_file

torch = pytest.importorskip("torch")

from bilat_nlp import ontology  # noqa: E402
from bilat_nlp.neural import forward, shapes, storage  # noqa: E402
from bilat_nlp.neural.accelerated import TorchScorer  # noqa: E402
from bilat_nlp.neural.build import joint  # noqa: E402
from bilat_nlp.neural.labels import Labels  # noqa: E402
from bilat_nlp.neural.storage import CALIBRATION, CONFIG, ONTOLOGY, VECTORS, WEIGHTS  # noqa: E402
from bilat_nlp.records import RecordError  # noqa: E402
from neural import compact, tiny  # noqa: E402


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return compact.stored(tmp_path_factory.mktemp("models") / "whole", modes={"both": {"least": 0.25}})


@pytest.fixture
def copy(whole: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(whole, tmp_path / "copy"))


def loaders(folder: Path) -> list[Callable[[], object]]:
    """With numpy and with torch: both refuse the same folders."""
    return [lambda: storage.load(folder), lambda: storage.load(folder, precision="bf16")]


def refused(folder: Path, *words: str) -> None:
    for load in loaders(folder):
        with pytest.raises(RecordError) as caught:
            load()
        sentence = str(caught.value)
        assert "\n" not in sentence
        for word in words:
            assert word in sentence


def rewritten(folder: Path, change: Callable[[dict[str, Any]], object]) -> None:
    config = json.loads((folder / CONFIG).read_text(encoding="utf-8"))
    change(config)
    (folder / CONFIG).write_text(json.dumps(config), encoding="utf-8")


def reweighted(folder: Path, change: Callable[[dict[str, np.ndarray]], object], name: str = WEIGHTS) -> None:
    weights = dict(load_file(folder / name))
    change(weights)
    save_file(weights, folder / name)


# -- there and back ----------------------------------------------------------------------------------------------------------------


def test_what_was_stored_comes_back_exactly(tmp_path: Path) -> None:
    folder = compact.stored(tmp_path / "model", seed=4, half=False, modes={"both": {"least": 0.3}})
    made, parts = compact.model(4)
    model = storage.load(folder)
    assert isinstance(model.scorer, forward.NumpyScorer)
    assert (model.names, model.labels, model.folder) == (parts.names, parts.labels, folder)
    assert model.calibration == {"both": {"least": 0.3}}
    assert model.reader.vectors is not None
    assert parts.vectors is not None
    np.testing.assert_array_equal(model.reader.vectors.table, parts.vectors.table)
    assert model.reader.vectors.settings == parts.vectors.settings
    assert model.reader.rows == compact.ROWS
    for name, tensor in made.state_dict().items():
        np.testing.assert_array_equal(model.scorer.w[name], tensor.numpy())
    other = storage.load(folder, precision="bf16").scorer
    assert isinstance(other, TorchScorer)
    assert all(torch.equal(tensor, made.state_dict()[name]) for name, tensor in other.model.state_dict().items())


def test_numbers_of_16_bits_halve_the_files(tmp_path: Path) -> None:
    half, full = compact.stored(tmp_path / "half"), compact.stored(tmp_path / "full", half=False)
    for name, least in ((WEIGHTS, 0.6), (VECTORS, 0.6)):
        assert (half / name).stat().st_size < least * (full / name).stat().st_size
    window = compact.window(20)
    (rounded,), (exact,) = (storage.load(folder).scorer.score([window]) for folder in (half, full))
    np.testing.assert_allclose(rounded.triggers, exact.triggers, atol=0.02)


def test_a_folder_holds_no_pickle_and_no_code(whole: Path) -> None:
    assert {path.name for path in whole.iterdir()} == {CONFIG, VECTORS, WEIGHTS, CALIBRATION}


def test_the_shapes_that_are_expected_are_those_of_the_model() -> None:
    for kernel in (1, 3, 5):
        made, parts = compact.model(kernel=kernel)
        wanted = shapes.compact(parts.encoder, parts.labels, parts.hidden)
        found = {name: tuple(tensor.shape) for name, tensor in made.state_dict().items()}
        assert wanted.keys() == found.keys()
        free = {name for name, shape in wanted.items() if None in shape}
        assert free == {"entities.length.weight", "triggers.length.weight"}
        assert {name: shape for name, shape in wanted.items() if name not in free} == {n: s for n, s in found.items() if n not in free}
        assert shapes.misfit({name: tensor.numpy() for name, tensor in made.state_dict().items()}, wanted) is None


def test_a_model_on_an_encoder_of_hugging_face(tiny_encoders: dict[str, Path], tmp_path: Path) -> None:
    from bilat_nlp.neural.pretrained import PretrainedEncoder

    torch.manual_seed(1)
    names, labels = compact.names(), Labels.of(ontology.current())
    encoder = PretrainedEncoder(str(tiny_encoders["bert"]), len(names.columns))
    made = joint(encoder, labels, compact.HIDDEN, 0.1).eval()
    storage.save(tmp_path, made, storage.Parts(encoder.settings(), "huggingface", names, labels, compact.HIDDEN, None), half=False)
    assert not (tmp_path / VECTORS).exists()
    assert not any(name.startswith("encoder.") for name in load_file(tmp_path / WEIGHTS))
    model = storage.load(tmp_path)
    assert isinstance(model.scorer, TorchScorer)
    window = compact.window(len(tiny.SHORT))
    window.words = list(tiny.SHORT)
    (found,), (wanted,) = model.scorer.score([window]), TorchScorer(made).score([window])
    np.testing.assert_allclose(found.entities, wanted.entities, atol=1e-5)
    shutil.rmtree(tmp_path / "encoder")
    with pytest.raises(RecordError, match="encoder"):
        storage.load(tmp_path)


# -- finding one -------------------------------------------------------------------------------------------------------------------


def test_a_model_is_found_by_name_or_path(whole: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(storage, "_PACKAGED", whole.parent)
    monkeypatch.setattr(storage, "_CHECKOUT", whole.parent / "no such folder")
    assert storage.find("whole") == storage.find(whole) == whole
    with pytest.raises(RecordError, match=r"there is no model 'hole'; give a folder with a config\.json, or one of whole"):
        storage.find("hole")


def test_where_there_are_no_models_none_are_offered(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(storage, "_PACKAGED", tmp_path)
    monkeypatch.setattr(storage, "_CHECKOUT", tmp_path)
    with pytest.raises(RecordError, match=r"there is no model 'default'; give a folder with a config\.json") as caught:
        storage.load()
    assert "one of" not in str(caught.value)


# -- refusals ----------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", [CONFIG, VECTORS, WEIGHTS])
def test_a_missing_file(copy: Path, name: str) -> None:
    (copy / name).unlink()
    refused(copy, str(copy / name), "the file is missing; copy the model anew")


@pytest.mark.parametrize("name", [CONFIG, VECTORS, WEIGHTS, CALIBRATION])
@pytest.mark.parametrize("share", [0.0, 0.5, 0.9])
def test_a_file_cut_short(copy: Path, name: str, share: float) -> None:
    whole = (copy / name).read_bytes()
    (copy / name).write_bytes(whole[: int(len(whole) * share)])
    refused(copy, str(copy / name), "damaged", "copy the model anew")


@pytest.mark.parametrize("format", [0, 2, "1", None])
def test_another_format(copy: Path, format: object) -> None:
    rewritten(copy, lambda config: config.update(format=format))
    refused(copy, str(copy / CONFIG), f"the model has format {format!r}, this version reads {storage.FORMAT}", "train it with this version")


def test_other_columns_of_pairs(copy: Path) -> None:
    rewritten(copy, lambda config: config["pairs"].pop())
    refused(copy, str(copy / CONFIG), "other columns of pairs", "train it with this version")


@pytest.mark.parametrize("key", ["pairs", "names", "labels", "encoder", "kind", "hidden", "vectors"])
def test_a_key_is_missing_from_the_configuration(copy: Path, key: str) -> None:
    rewritten(copy, lambda config: config.pop(key))
    refused(copy, str(copy / CONFIG), repr(key), "copy the model anew")


@pytest.mark.parametrize(
    ("key", "value"), [("labels", ["PER"]), ("names", {"strange": []}), ("vectors", {"rows": 3}), ("hidden", None), ("encoder", 7)]
)
def test_a_key_of_another_kind(copy: Path, key: str, value: object) -> None:
    rewritten(copy, lambda config: config.update({key: value}))
    refused(copy, str(copy / CONFIG), "copy the model anew")


def test_a_configuration_that_is_no_object(copy: Path) -> None:
    (copy / CONFIG).write_text("[1]", encoding="utf-8")
    refused(copy, str(copy / CONFIG), "no object")


@pytest.mark.parametrize("name", ["encoder.mix.weight", "encoder.norms.1.bias", "triggers.outputs.types.weight", "pairs.roles.bias"])
def test_weights_are_missing(copy: Path, name: str) -> None:
    reweighted(copy, lambda weights: weights.pop(name))
    refused(copy, str(copy / WEIGHTS), name, "copy the model anew")


@pytest.mark.parametrize("name", ["encoder.affixes.weight", "encoder.layers.0.weight", "entities.begin.bias", "pairs.kind.weight"])
def test_weights_of_another_shape(copy: Path, name: str) -> None:
    reweighted(copy, lambda weights: weights.update({name: np.ascontiguousarray(weights[name][:-1])}))
    refused(copy, str(copy / WEIGHTS), name, "copy the model anew")


def test_labels_that_the_weights_do_not_have(copy: Path) -> None:
    rewritten(copy, lambda config: config["labels"]["types"].append("wish_well"))
    refused(copy, str(copy / WEIGHTS), "copy the model anew")


def test_columns_that_the_encoder_does_not_read(copy: Path) -> None:
    rewritten(copy, lambda config: config["names"]["types"].append("wish_well"))
    refused(copy, str(copy / CONFIG), "features", "copy the model anew")


def test_vectors_of_another_shape(copy: Path) -> None:
    reweighted(copy, lambda tables: tables.update(vectors=np.ascontiguousarray(tables["vectors"][:-1])), VECTORS)
    refused(copy, str(copy / VECTORS), "shape", "copy the model anew")


def test_vectors_under_another_name(copy: Path) -> None:
    reweighted(copy, lambda tables: tables.update(table=tables.pop("vectors")), VECTORS)
    refused(copy, str(copy / VECTORS), "no vectors", "copy the model anew")


def test_a_precision_that_there_is_not(whole: Path) -> None:
    with pytest.raises(RecordError, match=r"there is no precision 'fp8'; write one of fp32, bf16, fp16"):
        storage.load(whole, precision="fp8")


def test_a_gpu_that_there_is_not(whole: Path) -> None:
    absent = f"cuda:{torch.cuda.device_count()}"
    with pytest.raises(RecordError, match=f"the device '{absent}' was asked for"):
        storage.load(whole, device=absent)


# -- types of a user's own ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def packaged_ontology() -> Iterator[None]:
    yield
    ontology.use(None)


@pytest.mark.usefixtures("packaged_ontology")
def test_a_model_brings_its_own_types(copy: Path) -> None:
    (copy / ONTOLOGY).write_text(
        '[types.wish_well]\ndescription = "good wishes"\nroles = ["actor", "recipient"]\nminimum_sides = 2\ncameo = "051"\n'
        'plover = { type = "SUPPORT" }\nrelations = { actor = "nom", recipient = "dat" }\n',
        encoding="utf-8",
    )
    storage.load(copy)
    assert "wish_well" in ontology.types()
