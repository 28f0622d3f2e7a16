"""Self-supervised training of the compact encoder: hidden words are told from their neighbours.

Two aims at once for every hidden word: its static vector among those of the batch and of a random draw (InfoNCE, van den Oord et al.,
"Representation Learning with Contrastive Predictive Coding", 2018), and its ending, which carries the case. Nothing is predicted over a
vocabulary, so a language with many forms costs no more than another.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from ..languages import loader
from ..neural.encoders import Batch, CompactEncoder
from ..neural.features import FeatureReader
from ..neural.surface import AFFIXES, fold
from ..text.words import Word
from .raw import Line

HIDDEN = 0.15  # share of the words
ENDINGS = 1021  # classes of hashed endings
DRAWN = 1024  # words of the vocabulary that a hidden word is told from, beside those of the batch
HEAT = 0.07  # temperature of the contrast


@dataclass
class Tables:
    """What the distinct words of the text show, a row each; a text is then a sequence of row numbers.

    Attributes:
        vectors: (words, V) float16.
        hashes: (words, H) int32.
        shown: (words, columns) uint8: the surface columns, which stand first among the features.
    """

    vectors: np.ndarray
    hashes: np.ndarray
    shown: np.ndarray


class Text:
    """Lines as row numbers of the distinct words.

    Attributes:
        words, langs: the distinct words, with the language of each.
        lines: a sequence of row numbers for every line.
    """

    def __init__(self, lines: Iterable[Line]) -> None:
        rows: dict[tuple[str, str], int] = {}
        self.words: list[Word] = []
        self.langs: list[str] = []
        self.lines: list[np.ndarray] = []
        for line in lines:
            numbers = np.empty(len(line.words), dtype=np.int32)
            for place, word in enumerate(line.words):
                number = rows.setdefault((line.lang, word.text), len(rows))
                if number == len(self.words):
                    self.words.append(word)
                    self.langs.append(line.lang)
                numbers[place] = number
            self.lines.append(numbers)
        self.total = sum(map(len, self.lines))

    def spelled(self, seed: int) -> Iterator[list[str]]:
        """The lines in random order, their words in the spelling that all scripts share."""
        known = [fold(word.key) for word in self.words]
        for number in np.random.default_rng(seed).permutation(len(self.lines)):
            yield [known[row] for row in self.lines[number]]

    def tables(self, reader: FeatureReader) -> Tables:
        """What the words show to a model with the columns and vectors of `reader`."""
        width = reader.vectors.settings.width if reader.vectors is not None else 0
        surface = sum(1 for name in reader.names.columns if name.partition(":")[0] in ("lang", "shape", "ending"))
        tables = Tables(
            np.zeros((len(self.words), width), dtype=np.float16),
            np.zeros((len(self.words), len(AFFIXES)), dtype=np.int32),
            np.zeros((len(self.words), surface), dtype=np.uint8),
        )
        for lang in sorted(set(self.langs)):
            mine = [number for number, other in enumerate(self.langs) if other == lang]
            for first in range(0, len(mine), 5000):
                part = mine[first : first + 5000]
                window = reader.plain([self.words[number] for number in part], loader.load(lang))
                tables.vectors[part], tables.hashes[part] = window.vectors, window.hashes
                tables.shown[part] = window.features[:, :surface]
        return tables

    def batches(self, words: int, rng: np.random.Generator) -> Iterator[list[np.ndarray]]:
        """Lines of like length together, the batches in random order."""
        order = sorted(range(len(self.lines)), key=lambda number: (len(self.lines[number]), rng.random()))
        made: list[list[np.ndarray]] = [[]]
        for number in order:
            if made[-1] and (len(made[-1]) + 1) * len(self.lines[number]) > words:
                made.append([])
            made[-1].append(self.lines[number])
        for number in rng.permutation(len(made)):
            yield made[number]


class MaskedWords(nn.Module):
    """The encoder with the two heads that pretraining needs and the finished model does not."""

    def __init__(self, encoder: CompactEncoder, vectors: int) -> None:
        super().__init__()
        self.encoder = encoder
        self.word = nn.Sequential(nn.Linear(encoder.width, encoder.width), nn.ReLU(), nn.Linear(encoder.width, vectors))
        self.ending = nn.Linear(encoder.width, ENDINGS)

    def loss(self, batch: Batch, hidden: Tensor, targets: Tensor, words: Tensor, endings: Tensor, drawn: Tensor) -> tuple[Tensor, float]:
        """Mean loss over the hidden words, and the share of them that is told rightly among the words offered.

        `hidden` (B, W) bool; of the M hidden words `targets` (M, V) are the unit vectors, `words` (M,) the rows and `endings` (M,) the
        classes; `drawn` (D, V) are the vectors of other words.
        """
        states = self.encoder(batch)[hidden]
        guess = functional.normalize(self.word(states), dim=-1)
        scores = torch.cat([guess @ targets.T, guess @ drawn.T], dim=1) / HEAT
        same = words[:, None] == words[None, :]
        same.fill_diagonal_(False)
        scores[:, : len(words)] = scores[:, : len(words)].masked_fill(same, -1e4)
        truth = torch.arange(len(words), device=scores.device)
        told = float((scores.argmax(dim=1) == truth).float().mean())
        return functional.cross_entropy(scores, truth) + 0.5 * functional.cross_entropy(self.ending(states), endings), told


class Masker:
    """Makes batches with hidden words from lines."""

    def __init__(self, tables: Tables, features: int, device: str, rng: np.random.Generator) -> None:
        self.tables, self.features, self.device, self.rng = tables, features, device, rng

    def make(self, lines: list[np.ndarray]) -> tuple[Batch, Tensor, Tensor, Tensor, Tensor, Tensor]:
        """Arguments of `MaskedWords.loss`."""
        tables = self.tables
        longest = max(map(len, lines))
        rows = np.zeros((len(lines), longest), dtype=np.int64)
        mask = np.zeros((len(lines), longest), dtype=bool)
        for number, line in enumerate(lines):
            rows[number, : len(line)] = line
            mask[number, : len(line)] = True
        hidden = mask & (self.rng.random(mask.shape) < HIDDEN)
        if not hidden.any():
            hidden[0, 0] = True
        hashes = tables.hashes[rows].astype(np.int64)
        endings = hashes[hidden][:, AFFIXES.index("suffix3")] % ENDINGS
        hashes[hidden] = 0
        features = np.zeros((*rows.shape, self.features), dtype=np.float32)
        features[..., : tables.shown.shape[1]] = tables.shown[rows]
        features[hidden] = 0.0
        drawn = self.rng.integers(0, len(tables.vectors), DRAWN)

        def tensor(array: np.ndarray) -> Tensor:
            return torch.as_tensor(array).to(self.device)

        vectors = tensor(tables.vectors[rows].astype(np.float32))
        batch = Batch([], [], vectors, tensor(hashes), tensor(features), tensor(mask))
        targets = tensor(tables.vectors[rows[hidden]].astype(np.float32))
        return batch, tensor(hidden), targets, tensor(rows[hidden]), tensor(endings), tensor(tables.vectors[drawn].astype(np.float32))


@dataclass
class Progress:
    """Where a pretraining stands; `loss` and `told` are means of the last steps."""

    step: int
    words: int
    loss: float
    told: float
    share: float


def steps(
    model: MaskedWords, text: Text, tables: Tables, optimiser: torch.optim.Optimizer, *, device: str, batch_words: int, seconds: float,
    rate: float, seed: int, spent: float = 0.0, words: int = 0, report: int = 100, clip: float = 1.0,
) -> Iterator[Progress]:  # fmt: skip
    """Train until `seconds` of work are done, `spent` of them before a resume; gives a report every so many steps.

    The step size grows over the first twentieth of the time and falls to zero as a cosine of the share of it that is gone.
    """
    rng = np.random.default_rng(seed + words)
    masker = Masker(tables, int(model.encoder.settings()["features"]), device, rng)
    begin, step = time.monotonic() - spent, 0
    losses: list[float] = []
    rights: list[float] = []
    model.train()
    while True:
        for lines in text.batches(batch_words, rng):
            share = min(1.0, (time.monotonic() - begin) / seconds)
            for group in optimiser.param_groups:
                group["lr"] = rate * min(1.0, share * 20 + 1e-3) * 0.5 * (1 + np.cos(np.pi * share))
            loss, told = model.loss(*masker.make(lines))
            optimiser.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(model.parameters(), clip)
            optimiser.step()
            step, words = step + 1, words + sum(map(len, lines))
            losses.append(float(loss.detach()))
            rights.append(told)
            if step % report == 0 or share >= 1.0:
                yield Progress(step, words, float(np.mean(losses[-report:])), float(np.mean(rights[-report:])), share)
            if share >= 1.0:
                return
