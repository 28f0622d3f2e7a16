"""Batches of examples as tensors, in an order that seed and epoch alone decide, so that a resumed run sees the same ones."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import torch
from torch import Tensor

from ..neural.encoders import Batch, collate
from ..neural.labels import NONE, Labels
from ..neural.model import PairGold, SpanGold
from .examples import Example, Pairs, without_votes

WHOLE = "events"  # examples with events; the other kinds have entities alone, or are rehearsed


@dataclass
class Task:
    """A batch with all that is known of it; `triggers`, `modalities` and `pairs` are None where no example of it has events."""

    batch: Batch
    lengths: Tensor
    entities: SpanGold
    triggers: SpanGold | None
    modalities: Tensor | None
    pairs: PairGold | None

    def to(self, device: str) -> Task:
        def moved(gold):  # type: ignore[no-untyped-def]
            return None if gold is None else type(gold)(*(getattr(gold, name).to(device) for name in gold.__dataclass_fields__))

        modalities = None if self.modalities is None else self.modalities.to(device)
        golds = moved(self.entities), moved(self.triggers), modalities, moved(self.pairs)
        return Task(self.batch.to(device), self.lengths.to(device), *golds)


class BatchMaker:
    """Turns examples into tasks for one model.

    Args:
        labels: what its heads distinguish.
        first_rule: number of the first column of the rules' votes.
        rule_dropout: share of the examples whose votes are blanked.
        word_dropout: share of the words that are hidden.
    """

    def __init__(self, labels: Labels, first_rule: int, rule_dropout: float, word_dropout: float) -> None:
        self.labels, self.first_rule = labels, first_rule
        self.rule_dropout, self.word_dropout = rule_dropout, word_dropout

    def make(self, examples: Sequence[Example], rng: np.random.Generator) -> Task:
        """One task; `rng` decides what is hidden."""
        shown = [without_votes(each, self.first_rule) if rng.random() < self.rule_dropout else each for each in examples]
        batch = collate([each.window for each in shown])
        if self.word_dropout:
            hidden = torch.as_tensor(rng.random(batch.mask.shape) < self.word_dropout) & batch.mask
            batch.hashes[hidden] = 0
        marks = [self._open(each) for each in examples]
        entities = self._spans([each.entities for each in examples], self.labels.entities, marks, batch.mask)
        lengths = torch.tensor([len(each) for each in examples])
        if all(each.triggers is None and each.eventless is None for each in examples):
            return Task(batch, lengths, entities, None, None, None)
        triggers = self._spans(
            [[(span, frozenset({type_})) for span, type_, _ in each.triggers or []] for each in examples],
            self.labels.types,
            [_only(len(self.labels.types)) for _ in examples],
            self._told(examples, batch.mask),
        )
        known = set(self.labels.types)
        modalities = [
            self.labels.modalities.index(modality) for each in examples for _, type_, modality in _distinct(each.triggers) if type_ in known
        ]
        return Task(batch, lengths, entities, triggers, torch.tensor(modalities, dtype=torch.int64), self._pairs(shown))

    def _open(self, example: Example) -> np.ndarray:
        """Classes that a span without a label may have: none, and what the source does not mark."""
        return np.array([name == NONE or name not in example.marked for name in self.labels.entities])

    def _told(self, examples: Sequence[Example], mask: Tensor) -> Tensor:
        """Words of which it is known whether they name an event."""
        told = mask.clone()
        for row, each in zip(told, examples, strict=True):
            if each.triggers is None:
                row[:] = False
                if each.eventless is not None:
                    row[: len(each)] = torch.as_tensor(each.eventless)
        return told

    def _spans(
        self, spans: Sequence[Sequence[Any]], names: tuple[str, ...], marks: Sequence[np.ndarray], told: Tensor
    ) -> SpanGold:
        numbers = {name: number for number, name in enumerate(names)}
        found = [
            (row, first, extra, [numbers[name] for name in labels if name in numbers])
            for row, each in enumerate(spans)
            for (first, extra), labels in _once(each, numbers)
        ]
        allowed = torch.zeros((len(found), len(names)), dtype=torch.bool)
        for place, (*_, classes) in enumerate(found):
            allowed[place, classes] = True
        row, first, extra = (torch.tensor([each[column] for each in found], dtype=torch.int64) for column in range(3))
        return SpanGold(row, first, extra, allowed, torch.as_tensor(np.stack(marks)), told)

    def _pairs(self, examples: Sequence[Example]) -> PairGold | None:
        parts: list[tuple[int, Pairs]] = [(row, each.pairs) for row, each in enumerate(examples) if each.pairs is not None]
        if not parts:
            return None
        rows = np.concatenate([np.full(len(pairs), row) for row, pairs in parts])

        def joined(name: str, kind: torch.dtype) -> Tensor:
            return torch.as_tensor(np.concatenate([getattr(pairs, name) for _, pairs in parts])).to(kind)

        return PairGold(
            torch.as_tensor(rows), joined("type", torch.int64), joined("trigger", torch.int64), joined("filler", torch.int64),
            joined("shown", torch.float32), joined("roles", torch.float32), joined("counts", torch.bool),
        )  # fmt: skip


def _only(size: int) -> np.ndarray:
    made = np.zeros(size, dtype=bool)
    made[0] = True
    return made


def _distinct(triggers: Sequence | None) -> list:  # type: ignore[type-arg]
    """Of several events on one wording the first, since a span has one type."""
    seen: dict[tuple[int, int], tuple] = {}  # type: ignore[type-arg]
    for each in triggers or []:
        seen.setdefault(each[0], each)
    return list(seen.values())


def _once(spans: Sequence, numbers: dict[str, int]) -> Iterator:  # type: ignore[type-arg]
    seen = set()
    for span, labels in spans:
        if span not in seen:
            seen.add(span)
            if any(name in numbers for name in labels):
                yield span, labels


def order(examples: Sequence[Example], words: int, rng: np.random.Generator) -> list[list[int]]:
    """Numbers of examples in batches of at most so many words, padding included, or of one longer example; like lengths together."""
    ranked = sorted(range(len(examples)), key=lambda number: (len(examples[number]) * (1 + 0.1 * rng.random())))
    batches: list[list[int]] = []
    longest = 0  # of the last batch; the order is not quite that of the lengths
    for number in ranked:
        longest = max(longest, len(examples[number]))
        if not batches or (len(batches[-1]) + 1) * longest > words:
            batches.append([])
            longest = len(examples[number])
        batches[-1].append(number)
    return [batches[number] for number in rng.permutation(len(batches))]


class Mixture:
    """Batches of several kinds of examples in fixed shares: those with events are all seen once in an epoch, the others beside them in
    turn.

    Args:
        kinds: examples by kind; `WHOLE` must be among them.
        shares: share of the batches that come from each other kind.
        words: of a batch.
    """

    def __init__(self, kinds: dict[str, list[Example]], shares: dict[str, float], words: int, seed: int) -> None:
        self.kinds = {kind: examples for kind, examples in kinds.items() if examples}
        self.shares = {kind: share for kind, share in shares.items() if share > 0 and kind in self.kinds}
        self.words, self.seed = words, seed

    def epoch(self, number: int) -> list[tuple[str, list[int]]]:
        """Kind and examples of every batch of an epoch."""
        rng = np.random.default_rng([self.seed, number])
        main = order(self.kinds[WHOLE], self.words, rng)
        made = [(WHOLE, batch) for batch in main]
        rest = max(0.05, 1.0 - sum(self.shares.values()))
        for kind, share in self.shares.items():
            wanted = round(len(main) * share / rest)
            batches: list[list[int]] = []
            while len(batches) < wanted:
                batches += order(self.kinds[kind], self.words, rng)
            made += [(kind, batch) for batch in batches[:wanted]]
        return [made[place] for place in rng.permutation(len(made))]


def compact(example: Example) -> Example:
    """The example in half the memory."""
    window = replace(
        example.window, vectors=example.window.vectors.astype(np.float16), features=example.window.features.astype(np.float16),
        hashes=example.window.hashes.astype(np.int32),
    )  # fmt: skip
    return replace(example, window=window)
