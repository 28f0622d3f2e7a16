"""Any encoder of Hugging Face under our heads, by its name there or by the folder it is stored in."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file, save_file
from torch import Tensor, nn

from ..records import RecordError
from .encoders import Batch, Encoder
from .hub import FAILURES, line, open_model, positions, quiet
from .subwords import Pieces, Subwords

SETTINGS, ADDED = "encoder.json", "features.safetensors"  # our own files beside those of transformers
PIECES = 64  # that go through the model at once


class PretrainedEncoder(Encoder):
    """The state of a word is the mean over the last states of its sub-words, plus a projection of its features.

    The first sub-word alone (Devlin et al., "BERT", NAACL 2019) does not stand for the endings of a word, and which are taken matters in
    languages rich in endings (Ács, Kádár and Kornai, "Subword Pooling Makes a Difference", EACL 2021). A word without any sub-word (a lone
    control character) has the mean of its nearest neighbours that have one, or zeros. The projection is zero at first, so that training
    begins at the encoder as it was pretrained.

    Args:
        name: of a model of Hugging Face, or a folder.
        features: columns of features; 0 to leave them out.
        gradient_checkpointing: states of the layers are computed anew for the gradient, which takes a third more time and far less memory.
        trainable: false keeps the pretrained weights as they are; the projection is trained all the same.
        revision: of the model at Hugging Face; None for the newest. `settings` names the one that was found.
        folder: where the files lie, if not under the name.

    Raises:
        RecordError: the model cannot be had, or cannot be used here.
    """

    def __init__(
        self, name: str, features: int, *, gradient_checkpointing: bool = False, trainable: bool = True,
        revision: str | None = None, folder: str | Path | None = None,
    ) -> None:  # fmt: skip
        super().__init__()
        self.name, self.features, self.trainable, self.gradient_checkpointing = name, features, trainable, gradient_checkpointing
        source = str(folder or name)
        self.model, tokenizer, self.revision = open_model(source, revision)
        try:
            self.subwords = Subwords(tokenizer, positions(self.model, tokenizer))
            self.width = self._tried(tokenizer)
            if gradient_checkpointing and trainable:
                self._checkpoint_layers()
        except RecordError as error:
            raise RecordError(f"{source}: {error}") from error
        self.model.requires_grad_(trainable)
        if isinstance(pooler := getattr(self.model, "pooler", None), nn.Module):
            pooler.requires_grad_(False)  # it reads the first state only, which we do not use
        self.shown: nn.Sequential | None = None
        if features:
            project = nn.Linear(features, self.width)
            nn.init.zeros_(project.weight)
            nn.init.zeros_(project.bias)
            self.shown = nn.Sequential(nn.LayerNorm(features), project)
        self.train()

    def _tried(self, tokenizer: Any) -> int:
        """The width of the states of a short text: shows early what model and tokenizer cannot do together."""
        if getattr(self.model.config, "is_encoder_decoder", False):
            raise RecordError("it is made of an encoder and a decoder; give a model that is an encoder only")
        self.model.eval()
        try:
            with torch.no_grad():
                states = self._states(*self._tensors(self.subwords.lay_out([["a"]])))
        except FAILURES as error:
            raise RecordError(f"it does not give a state for each sub-word of a text ({line(error)}); give an encoder of text") from error
        known, largest = self.model.get_input_embeddings().weight.shape[0], max(tokenizer.get_vocab().values())
        if largest >= known:
            raise RecordError(f"its tokenizer has {largest + 1} sub-words, the model {known}; give the tokenizer that it was trained with")
        return int(states.shape[-1])

    def _checkpoint_layers(self) -> None:
        # the newer name since transformers 5; the older one warns there
        enable = getattr(self.model, "activation_checkpointing_enable", None) or self.model.gradient_checkpointing_enable
        try:
            self.model.config.use_cache = False  # states of earlier sub-words, of no use to an encoder; it warns otherwise
            enable({"use_reentrant": False})
        except ValueError as error:
            raise RecordError("its layers cannot be computed anew for the gradient; set gradient_checkpointing to false") from error

    def train(self, mode: bool = True) -> PretrainedEncoder:
        """As of any module, but a pretrained part that is not trained keeps its dropout off."""
        super().train(mode)
        if not self.trainable:
            self.model.eval()
        return self

    def own_parameters(self) -> list[nn.Parameter]:
        """Those of the projection: they are not pretrained, and want the greater learning rate of the heads."""
        return [] if self.shown is None else list(self.shown.parameters())

    def settings(self) -> dict[str, Any]:
        return {"name": self.name, "features": self.features, "gradient_checkpointing": self.gradient_checkpointing,
                "trainable": self.trainable, "revision": self.revision}  # fmt: skip

    def forward(self, batch: Batch) -> Tensor:
        """States of the words, shape (B, W, width), float32."""
        rows, longest = batch.mask.shape
        pieces = self.subwords.lay_out(batch.words)
        device = self._device()
        sums = torch.zeros(rows * longest, self.width, device=device)
        place = torch.as_tensor(pieces.window * longest + pieces.word, device=device)
        if len(place):
            with torch.set_grad_enabled(self.trainable and torch.is_grad_enabled()):
                states = self._states(*self._tensors(pieces)).float()
            at = (torch.as_tensor(pieces.row, device=device), torch.as_tensor(pieces.column, device=device))
            sums = sums.index_add(0, place, states[at])
        counts = torch.bincount(place, minlength=rows * longest).view(rows, longest)
        means = sums.view(rows, longest, self.width) / counts.clamp(min=1).unsqueeze(-1)
        if bool((batch.mask.to(device) & (counts == 0)).any()):
            means = _filled(means, counts > 0)
        return means if self.shown is None else means + self.shown(batch.features.to(device))

    def _device(self) -> torch.device:
        return next(self.model.parameters()).device

    def _tensors(self, pieces: Pieces) -> tuple[Tensor, Tensor]:
        return torch.as_tensor(pieces.ids, device=self._device()), torch.as_tensor(pieces.mask, device=self._device())

    def _states(self, ids: Tensor, mask: Tensor) -> Tensor:
        """Last states of all sub-words, shape (P, L, width)."""
        runs = zip(ids.split(PIECES), mask.split(PIECES), strict=True)
        return torch.cat([self.model(input_ids=some, attention_mask=which).last_hidden_state for some, which in runs])

    def save(self, folder: str | Path) -> None:
        """Writes model and tokenizer as transformers does, and our own part beside them; the folder holds all of it or what it held before.

        Raises:
            RecordError: the folder holds something else.
            OSError: it cannot be written.
        """
        folder = Path(folder)
        if folder.exists() and not (folder.is_dir() and ((folder / SETTINGS).is_file() or not any(folder.iterdir()))):
            raise RecordError(f"{folder}: it holds something other than a stored encoder; give another folder")
        folder.parent.mkdir(parents=True, exist_ok=True)
        beside, old = (folder.with_name(f".{folder.name}.{mark}") for mark in ("new", "old"))
        for left in (beside, old):
            shutil.rmtree(left, ignore_errors=True)
        beside.mkdir()
        try:
            with quiet(bars=False):
                self.model.save_pretrained(beside, safe_serialization=True)
                self.subwords.tokenizer.save_pretrained(beside)
            added = {} if self.shown is None else self.shown.state_dict()
            save_file({name: tensor.cpu().contiguous() for name, tensor in added.items()}, beside / ADDED)
            (beside / SETTINGS).write_text(json.dumps(self.settings(), indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
            if folder.exists():
                os.replace(folder, old)
            os.replace(beside, folder)
        except BaseException:
            if old.exists() and not folder.exists():
                os.replace(old, folder)
            raise
        finally:
            shutil.rmtree(beside, ignore_errors=True)
        shutil.rmtree(old, ignore_errors=True)

    @classmethod
    def load(cls, folder: str | Path, **changes: Any) -> PretrainedEncoder:
        """What `save` wrote, with the settings it had.

        Args:
            changes: settings that shall be others now: `trainable`, `gradient_checkpointing`.

        Raises:
            RecordError: the folder does not hold it, or not whole.
        """
        path = Path(folder) / SETTINGS
        try:
            stored = json.loads(path.read_text(encoding="utf-8")) | changes
            name, features, revision = stored.pop("name"), stored.pop("features"), stored.pop("revision")
            wanted = {key: stored[key] for key in ("gradient_checkpointing", "trainable")}
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
            raise RecordError(f"{path}: it cannot be read ({line(error)}); give a folder that PretrainedEncoder.save wrote") from error
        made = cls(name, features, folder=folder, **wanted)
        made.revision = revision
        path = Path(folder) / ADDED
        try:
            added = load_file(path)
            if made.shown is not None:
                made.shown.load_state_dict(added)
        except (OSError, SafetensorError) as error:
            raise RecordError(f"{path}: it cannot be read ({line(error)}); store the encoder anew") from error
        except RuntimeError as error:
            raise RecordError(f"{path}: it does not fit the {features} features of {SETTINGS}; store the encoder anew") from error
        return made


def _filled(means: Tensor, has: Tensor) -> Tensor:
    """Words without a state get the mean of the nearest on both sides, or the one there is; `means` (B, W, D), `has` (B, W) bool."""
    count = has.shape[1]
    places = torch.arange(count, device=has.device).expand_as(has)
    left = torch.where(has, places, -1).cummax(dim=1).values
    right = torch.where(has, places, count).flip(1).cummin(dim=1).values.flip(1)
    left, right = torch.where(left < 0, right, left), torch.where(right == count, left, right)
    # where a window has no state at all both lie outside of it; any place will do, since all are zero
    left, right = left.clamp(0, count - 1), right.clamp(0, count - 1)
    rows = torch.arange(len(has), device=has.device).unsqueeze(1)
    return (means[rows, left] + means[rows, right]) / 2
