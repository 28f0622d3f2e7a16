"""Encoders of Hugging Face on disk: saved and read back whole, and one sentence for what cannot be used."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

torch = pytest.importorskip("torch")
pytest.importorskip("transformers")

from safetensors.torch import load_file, save_file  # noqa: E402

from bilat_nlp.neural import pretrained  # noqa: E402
from bilat_nlp.neural.pretrained import PretrainedEncoder  # noqa: E402
from bilat_nlp.neural.subwords import Subwords  # noqa: E402
from bilat_nlp.records import RecordError  # noqa: E402
from neural.tiny import FEATURES, LONG, SHORT, SIZES, batch, bert, encoder  # noqa: E402


def test_what_was_saved_is_read_back_exactly(tiny_encoder: Path, tmp_path: Path) -> None:
    made = encoder(tiny_encoder, gradient_checkpointing=True)
    with torch.no_grad():
        for parameter in made.parameters():
            parameter.mul_(1.5)
        before = made(batch(SHORT, LONG))
    for _ in range(2):  # the second time in place of the first
        made.save(tmp_path / "deep" / "encoder")
    assert [path.name for path in (tmp_path / "deep").iterdir()] == ["encoder"]
    assert not [path.name for path in tmp_path.rglob("*") if path.suffix in {".bin", ".pt", ".pkl"}]
    again = PretrainedEncoder.load(tmp_path / "deep" / "encoder").eval()
    for (name, tensor), (same_name, same) in zip(made.state_dict().items(), again.state_dict().items(), strict=True):
        assert name == same_name
        assert torch.equal(tensor, same), name
    with torch.no_grad():
        assert torch.equal(again(batch(SHORT, LONG)), before)
    assert again.settings() == made.settings() == json.loads(json.dumps(made.settings()))
    assert made.settings()["name"] == str(tiny_encoder)
    other = PretrainedEncoder.load(tmp_path / "deep" / "encoder", gradient_checkpointing=False, trainable=False)
    assert other.settings() == made.settings() | {"gradient_checkpointing": False, "trainable": False}
    anew = PretrainedEncoder(**made.settings())
    assert anew.settings() == made.settings()


def test_weights_stored_in_half_precision_are_read_in_full(tiny_encoders: dict[str, Path], tmp_path: Path) -> None:
    from transformers import AutoModel

    shutil.copytree(tiny_encoders["bert"], tmp_path / "half")
    AutoModel.from_pretrained(tiny_encoders["bert"]).bfloat16().save_pretrained(tmp_path / "half")
    made = PretrainedEncoder(str(tmp_path / "half"), FEATURES)
    assert {tensor.dtype for tensor in made.state_dict().values() if tensor.is_floating_point()} == {torch.float32}
    made.save(tmp_path / "full")
    assert {tensor.dtype for tensor in load_file(tmp_path / "full" / "model.safetensors").values()} == {torch.float32}


def test_a_failed_save_leaves_what_was_there(tiny_encoders: dict[str, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = encoder(tiny_encoders["bert"])
    made.save(tmp_path / "encoder")
    stored = {path.name: path.read_bytes() for path in (tmp_path / "encoder").iterdir()}

    def full(*_: object) -> None:
        raise OSError("No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(pretrained, "save_file", full)
        with pytest.raises(OSError, match="No space left"):
            made.save(tmp_path / "encoder")
    assert {path.name: path.read_bytes() for path in (tmp_path / "encoder").iterdir()} == stored
    assert [path.name for path in tmp_path.iterdir()] == ["encoder"]
    (tmp_path / "notes").mkdir()
    (tmp_path / "notes" / "mine.txt").write_text("kept")
    with pytest.raises(RecordError, match="notes: it holds something other than a stored encoder; give another folder"):
        made.save(tmp_path / "notes")
    assert (tmp_path / "notes" / "mine.txt").read_text() == "kept"


# -- refusals ----------------------------------------------------------------------------------------------------------------------


@pytest.fixture
def copy(tiny_encoders: dict[str, Path], tmp_path: Path) -> Path:
    return Path(shutil.copytree(tiny_encoders["bert"], tmp_path / "model"))


def refused(folder: Path | str, sentence: str) -> None:
    with pytest.raises(RecordError, match=sentence) as caught:
        PretrainedEncoder(str(folder), FEATURES)
    assert "\n" not in str(caught.value)
    assert str(caught.value).startswith(str(folder))
    assert "; " in str(caught.value)  # behind which the mend stands


def changed(file: Path, **values: object) -> None:
    file.write_text(json.dumps(json.loads(file.read_text()) | values))


def test_folders_that_are_not_there_or_not_whole(copy: Path) -> None:
    refused(copy / "none", "there is no such folder; give the folder")
    (copy / "model.safetensors").write_bytes((copy / "model.safetensors").read_bytes()[:2000])
    refused(copy, "transformers cannot load it")
    (copy / "model.safetensors").rename(copy / "pytorch_model.bin")
    refused(copy, r"model.safetensors, its weights, is missing \(pytorch_model.bin is a pickle, which can run any code when it is read\)")
    (copy / "pytorch_model.bin").unlink()
    refused(copy, "model.safetensors, its weights, is missing; store")
    (copy / "config.json").unlink()
    refused(copy, "config.json, the model's configuration, is missing")


def test_a_name_that_cannot_be_fetched(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    from huggingface_hub import constants

    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", True)
    monkeypatch.setattr(constants, "HF_HUB_CACHE", str(tmp_path))
    refused("nobody/no-such-encoder", "no such model can be fetched .*; give the folder of a stored encoder")


def test_weights_that_are_missing_are_not_made_up(copy: Path) -> None:
    tensors = load_file(copy / "model.safetensors")
    save_file({name: tensor for name, tensor in tensors.items() if "layer.1." not in name}, copy / "model.safetensors", {"format": "pt"})
    refused(copy, r"16 of its weights are missing \(encoder.layer.1")
    save_file({name: tensor for name, tensor in tensors.items() if "pooler" not in name}, copy / "model.safetensors", {"format": "pt"})
    assert PretrainedEncoder(str(copy), FEATURES).width == 16  # what reads the first state only is not needed


def test_program_code_is_not_run(copy: Path) -> None:
    changed(copy / "config.json", auto_map={"AutoConfig": "own.Config", "AutoModel": "own.Model"}, model_type="own")
    (copy / "own.py").write_text("raise SystemExit('this ran')")
    refused(copy, "it needs program code of its own, which is not run; give")


def test_tokenizers_that_do_not_fit(copy: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    bare = copy.parent / "bare"
    shutil.copytree(copy, bare, ignore=shutil.ignore_patterns("tokenizer*", "vocab*", "special*"))
    refused(bare, "its tokenizer has no words; store the files of the tokenizer")
    made = PretrainedEncoder(str(copy), FEATURES)
    tokenizer = made.subwords.tokenizer
    with pytest.raises(RecordError, match="it takes only 2 sub-words at once"):
        Subwords(tokenizer, 2)
    assert Subwords(tokenizer, 3).room == 1
    tokenizer.add_tokens(["vilnius", "tbilisi"])
    tokenizer.save_pretrained(copy)
    size = made.model.config.vocab_size
    refused(copy, f"its tokenizer has {size + 2} sub-words, the model {size}; give the tokenizer")
    monkeypatch.setattr(type(tokenizer), "is_fast", False)
    refused(copy, "does not say which word a sub-word belongs to; store a fast one")


def test_models_that_are_no_encoders_of_text(copy: Path) -> None:
    from transformers import T5Config, T5Model, ViTConfig, ViTModel

    T5Model(T5Config(vocab_size=200, d_model=8, d_kv=4, d_ff=8, num_layers=1, num_heads=2)).save_pretrained(copy)
    refused(copy, "made of an encoder and a decoder; give a model that is an encoder only")
    ViTModel(ViTConfig(image_size=8, patch_size=4, **SIZES)).save_pretrained(copy)
    refused(copy, "it does not give a state for each sub-word of a text .*; give an encoder of text")


def test_stored_encoders_that_are_broken(tiny_encoders: dict[str, Path], tmp_path: Path) -> None:
    folder = tmp_path / "encoder"
    encoder(tiny_encoders["bert"]).save(folder)
    changed(folder / "encoder.json", features=FEATURES + 1)
    with pytest.raises(RecordError, match=r"features.safetensors: it does not fit the 6 features of encoder.json; store"):
        PretrainedEncoder.load(folder)
    changed(folder / "encoder.json", features=FEATURES)
    (folder / "features.safetensors").write_bytes(b"\x00" * 20)
    with pytest.raises(RecordError, match=r"features.safetensors: it cannot be read"):
        PretrainedEncoder.load(folder)
    with pytest.raises(RecordError, match=r"encoder.json: it cannot be read .*; give a folder that PretrainedEncoder.save wrote"):
        PretrainedEncoder.load(bert(tmp_path / "plain"))
