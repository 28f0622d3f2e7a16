"""The joint model: one encoder, and on its states heads for entities, triggers with type and modality, and roles of pairs."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional

from .encoders import Batch, Encoder
from .heads import PairHead, SpanHead, legal, mean_states
from .labels import Labels
from .pairs import COLUMNS

LONGEST_ENTITY, LONGEST_TRIGGER = 10, 4  # words
SCALE = 0.5  # weight of a span without a label in the loss, beside that of one with


@dataclass
class SpanGold:
    """Gold of a batch for one output of a span head: spans that have one label, or any of several.

    Attributes:
        row, first, extra: (S,) int64: window, first word and further words of each labelled span.
        allowed: (S, classes) bool: the classes that it may have.
        other: (B, classes) bool: the classes that a span without a label may have in each window, since not every source marks all.
        told: (B, W) bool: whether it is known of the spans that begin at a word that those without a label have none.
    """

    row: Tensor
    first: Tensor
    extra: Tensor
    allowed: Tensor
    other: Tensor
    told: Tensor


@dataclass
class PairGold:
    """Pairs of a batch, P of them.

    Attributes:
        row, type: (P,) int64: window, number of the type.
        trigger, filler: (P, 2) int64: half-open words.
        shown: (P, features) float32.
        roles: (P, roles) float32: 1 where the filler has the role.
        counts: (P, roles) bool: false where that cannot be told.
    """

    row: Tensor
    type: Tensor
    trigger: Tensor
    filler: Tensor
    shown: Tensor
    roles: Tensor
    counts: Tensor


class JointModel(nn.Module):
    """Encoder and heads.

    Args:
        encoder: gives a state for every word.
        labels: what the heads distinguish.
    """

    def __init__(self, encoder: Encoder, labels: Labels, hidden: int = 128, dropout: float = 0.2) -> None:
        super().__init__()
        self.encoder, self.labels, self.hidden = encoder, labels, hidden
        self.entities = SpanHead(encoder.width, hidden, LONGEST_ENTITY, {"labels": len(labels.entities)}, dropout)
        outputs = {"types": len(labels.types), "modalities": len(labels.modalities)}
        self.triggers = SpanHead(encoder.width, hidden, LONGEST_TRIGGER, outputs, dropout)
        self.pairs = PairHead(encoder.width, len(labels.types), len(COLUMNS), len(labels.roles), hidden, dropout)

    def forward(self, batch: Batch) -> Tensor:
        """States, (B, W, width)."""
        states: Tensor = self.encoder(batch)
        return states

    def roles(self, states: Tensor, pairs: PairGold) -> Tensor:
        """Scores of the roles of pairs, (P, roles)."""
        low = torch.minimum(pairs.trigger[:, 1], pairs.filler[:, 1])
        high = torch.maximum(pairs.trigger[:, 0], pairs.filler[:, 0])
        return self.pairs(  # type: ignore[no-any-return]
            mean_states(states, pairs.row, pairs.trigger[:, 0], pairs.trigger[:, 1]),
            mean_states(states, pairs.row, pairs.filler[:, 0], pairs.filler[:, 1]),
            mean_states(states, pairs.row, torch.minimum(low, high), high),
            pairs.type,
            pairs.shown,
        )

    def span_loss(self, scores: Tensor, lengths: Tensor, gold: SpanGold) -> Tensor:
        """Minus the logarithm of the probability of the classes that each span may have, summed; `scores` (B, W, longest, classes).

        A source that does not mark a label, or does not tell two of them apart, leaves several classes open; their probabilities are
        added, as in the partial labels of Tsuboi et al., "Training Conditional Random Fields Using Incomplete Annotations" (COLING 2008).
        """
        logged = functional.log_softmax(scores.float(), dim=-1)
        open_classes = gold.other.float().log().clamp(min=-1e4)
        base = torch.logsumexp(logged + open_classes[:, None, None, :], dim=-1)
        inside = legal(lengths, scores.shape[1], scores.shape[2]) & gold.told[:, :, None]
        if not len(gold.row):
            return -(base * inside).sum() * SCALE
        inside[gold.row, gold.first, gold.extra] = False
        named = torch.logsumexp(logged[gold.row, gold.first, gold.extra] + gold.allowed.float().log().clamp(min=-1e4), dim=-1)
        return -(base * inside).sum() * SCALE - named.sum()

    def pair_loss(self, states: Tensor, gold: PairGold) -> Tensor:
        """Binary cross-entropy over the roles of all pairs, summed."""
        lost = functional.binary_cross_entropy_with_logits(self.roles(states, gold).float(), gold.roles, reduction="none")
        return (lost * gold.counts).sum()
