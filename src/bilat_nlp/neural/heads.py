"""Heads on the states of an encoder: labelled spans, roles of pairs.

Shapes: B windows, W words, D values of a state, P pairs.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional

from .dropout import Dropout


class SpanHead(nn.Module):
    """Scores all spans of a window up to a number of words.

    A span is the sum of a projection of its first word, one of its last, one of the mean of its words, and an embedding of its length,
    in the manner of Lee et al., "End-to-end Neural Coreference Resolution" (EMNLP 2017); with projections before sums the cost of a span
    is that of one addition.

    Args:
        width: values of a state.
        hidden: values of the representation of a span.
        longest: words of the longest span.
        classes: for each output its number of classes.
    """

    def __init__(self, width: int, hidden: int, longest: int, classes: dict[str, int], dropout: float = 0.2) -> None:
        super().__init__()
        self.longest = longest
        self.begin = nn.Linear(width, hidden)
        self.end = nn.Linear(width, hidden, bias=False)
        self.mean = nn.Linear(width, hidden, bias=False)
        self.length = nn.Embedding(longest, hidden)
        nn.init.normal_(self.length.weight, std=0.1)
        self.outputs = nn.ModuleDict({name: nn.Linear(hidden, number) for name, number in classes.items()})
        self.dropout = Dropout(dropout)

    def spans(self, states: Tensor) -> Tensor:
        """Representations of all spans: (B, W, longest, hidden); the span at [b, i, k] has the words i to i + k."""
        states = self.dropout(states)  # here and not on the spans, of which there are many times more
        begin, end, mean = self.begin(states), self.end(states), self.mean(states)
        words, most = states.shape[1], self.longest
        # views, since the gradient of a look-up is far dearer; spans that end in the padding are not legal; in half precision a long sum
        # would drown its parts
        end = functional.pad(end, (0, 0, 0, most - 1))
        total = functional.pad(torch.cumsum(mean.float(), dim=1), (0, 0, 1, most - 1))
        made = []
        for extra in range(most):
            inner = ((total[:, extra + 1 : extra + 1 + words] - total[:, :words]) / (extra + 1)).to(mean.dtype)
            made.append(begin + end[:, extra : extra + words] + inner + self.length.weight[extra])
        return torch.relu(torch.stack(made, dim=2))

    def forward(self, states: Tensor, output: str) -> Tensor:
        """Scores of one output, (B, W, longest, classes)."""
        scores: Tensor = self.outputs[output](self.spans(states))
        return scores


def legal(lengths: Tensor, words: int, longest: int) -> Tensor:
    """Which spans end inside their window, (B, W, longest) bool; `lengths` has the words of each window, shape (B,)."""
    last = torch.arange(words, device=lengths.device)[:, None] + torch.arange(longest, device=lengths.device)[None, :]
    return last[None] < lengths[:, None, None]


class PairHead(nn.Module):
    """Scores every role for pairs of a trigger and a candidate.

    Args:
        width: values of a state.
        types: event types, with none.
        features: columns of `pairs.COLUMNS`.
        roles: one score each.
    """

    def __init__(self, width: int, types: int, features: int, roles: int, hidden: int = 128, dropout: float = 0.2) -> None:
        super().__init__()
        self.trigger = nn.Linear(width, hidden)
        self.filler = nn.Linear(width, hidden, bias=False)
        self.between = nn.Linear(width, hidden, bias=False)
        self.shown = nn.Linear(features, hidden, bias=False)
        self.kind = nn.Embedding(types, hidden)
        nn.init.normal_(self.kind.weight, std=0.1)
        self.inner = nn.Linear(hidden, hidden)
        self.roles = nn.Linear(hidden, roles)
        self.dropout = Dropout(dropout)

    def forward(self, trigger: Tensor, filler: Tensor, between: Tensor, type_: Tensor, shown: Tensor) -> Tensor:
        """Scores (P, roles), from mean states (P, D) of trigger, filler and words between, types (P,), and columns (P, features)."""
        read = self.trigger(trigger) + self.filler(filler) + self.between(between) + self.shown(shown) + self.kind(type_)
        hidden = self.dropout(torch.relu(read))
        hidden = self.dropout(torch.relu(self.inner(hidden)))
        scores: Tensor = self.roles(hidden)
        return scores


def mean_states(states: Tensor, row: Tensor, first: Tensor, last: Tensor) -> Tensor:
    """Mean states of P half-open spans, (P, D); zeros for an empty one. `row` is the window of each, `states` (B, W, D)."""
    total = torch.cumsum(states.float(), dim=1)
    total = torch.cat([torch.zeros_like(total[:, :1]), total], dim=1)
    long = (last - first).clamp(min=1).unsqueeze(-1)
    return (total[row, torch.maximum(first, last)] - total[row, first]) / long
