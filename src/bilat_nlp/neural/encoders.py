"""Encoders: from a batch of windows to a state for every word. The compact one is ours; `pretrained.py` holds any of Hugging Face."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn

from .dropout import Dropout
from .features import Window
from .surface import AFFIXES, MASKED


@dataclass
class Batch:
    """Windows padded to one length: B windows of at most W words.

    Attributes:
        words: as written, B lists.
        langs: language of each window.
        vectors: (B, W, V) float32, static sub-word vectors; V is 0 for an encoder with words of its own.
        hashes: (B, W, H) int64, rows of the table of hashed affixes.
        features: (B, W, F) float32, columns of `features.FeatureNames`.
        mask: (B, W) bool, true where there is a word.
    """

    words: list[list[str]]
    langs: list[str]
    vectors: Tensor
    hashes: Tensor
    features: Tensor
    mask: Tensor

    def to(self, device: str) -> Batch:
        moved = (tensor.to(device, non_blocking=True) for tensor in (self.vectors, self.hashes, self.features, self.mask))
        return Batch(self.words, self.langs, *moved)


def collate(windows: Sequence[Window]) -> Batch:
    """The windows as one batch; at least one word long, since a convolution cannot read none."""
    longest = max(1, *(len(window) for window in windows))

    def padded(arrays: list[Any], dtype: torch.dtype) -> Tensor:
        made = torch.zeros((len(arrays), longest, arrays[0].shape[1]), dtype=dtype)
        for row, array in zip(made, arrays, strict=True):
            row[: len(array)] = torch.as_tensor(array)
        return made

    mask = torch.zeros((len(windows), longest), dtype=torch.bool)
    for row, window in zip(mask, windows, strict=True):
        row[: len(window)] = True
    return Batch(
        [window.words for window in windows],
        [window.lang for window in windows],
        padded([window.vectors for window in windows], torch.float32),
        padded([window.hashes for window in windows], torch.int64),
        padded([window.features for window in windows], torch.float32),
        mask,
    )


class Encoder(nn.Module, ABC):
    """What the heads stand on. `width` is the number of values of a state."""

    width: int

    @abstractmethod
    def forward(self, batch: Batch) -> Tensor:
        """States of the words, shape (B, W, width); what it holds where `batch.mask` is false does not count."""

    @abstractmethod
    def settings(self) -> dict[str, Any]:
        """What builds it anew, as JSON can hold it."""


class CompactEncoder(Encoder):
    """Static sub-word vectors, hashed affixes and features, mixed by dilated convolutions.

    After Strubell et al., "Fast and Accurate Entity Recognition with Iterated Dilated Convolutions" (EMNLP 2017), with residual
    connections and layer normalisation. `forward.py` computes the same without torch.

    Args:
        vectors: values of a static vector.
        features: columns of features.
        rows, affix: rows of the table of hashed affixes, and values of one of them.
        width: values of a state.
        dilations: one convolution for each; each reads `kernel` words that lie so far apart.
        dropout: share of the values that is dropped in training.
    """

    def __init__(
        self, vectors: int, features: int, rows: int = 30_000, affix: int = 32, width: int = 192,
        dilations: Sequence[int] = (1, 2, 4, 8, 1), kernel: int = 3, dropout: float = 0.2,
    ) -> None:  # fmt: skip
        super().__init__()
        self.width, self.kernel, self.dilations = width, kernel, tuple(dilations)
        self._settings = {"vectors": vectors, "features": features, "rows": rows, "affix": affix, "width": width,
                          "dilations": list(dilations), "kernel": kernel, "dropout": dropout}  # fmt: skip
        self.affixes = nn.Embedding(rows, affix)
        nn.init.normal_(self.affixes.weight, std=0.02)  # rows of words that training has not seen stay small
        self.masked = nn.Parameter(torch.zeros(vectors))
        self.mix = nn.Linear(vectors + affix * len(AFFIXES) + features, width)
        self.first = nn.LayerNorm(width)
        self.layers = nn.ModuleList(
            nn.Conv1d(width, width, kernel, padding=dilation * (kernel // 2), dilation=dilation) for dilation in self.dilations
        )
        self.norms = nn.ModuleList(nn.LayerNorm(width) for _ in self.dilations)
        self.dropout = Dropout(dropout)

    def forward(self, batch: Batch) -> Tensor:
        hidden = batch.hashes[..., :1] == MASKED
        vectors = torch.where(hidden, self.masked, batch.vectors) if self.training else batch.vectors
        read = torch.cat([vectors, self.affixes(batch.hashes).flatten(2), batch.features], dim=-1)
        keep = batch.mask.unsqueeze(-1)
        states = self.first(self.mix(self.dropout(read))) * keep
        for layer, norm in zip(self.layers, self.norms, strict=True):
            mixed = torch.relu(layer(states.transpose(1, 2))).transpose(1, 2)
            states = norm(states + self.dropout(mixed)) * keep
        return states

    def settings(self) -> dict[str, Any]:
        return dict(self._settings)
