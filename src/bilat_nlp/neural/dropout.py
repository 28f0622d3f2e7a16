"""Dropout that draws little, since drawing random numbers is a fifth of the time of a training step on a processor without a GPU."""

from __future__ import annotations

import torch
from torch import Tensor, nn

STEPS = 256  # a byte decides over a value, so that shares are kept to the nearest 1/256


class Dropout(nn.Module):
    """As `torch.nn.Dropout`; one draw of 64 bits decides over eight values.

    Args:
        share: of the values that are dropped, below 1.
    """

    def __init__(self, share: float) -> None:
        super().__init__()
        self.limit = round(share * STEPS)

    def forward(self, values: Tensor) -> Tensor:
        if not self.training or not self.limit:
            return values
        if values.device.type != "cpu":
            return nn.functional.dropout(values, self.limit / STEPS)
        number = values.numel()
        drawn = torch.empty((number + 7) // 8, dtype=torch.int64).random_(torch.iinfo(torch.int64).min, None).view(torch.uint8)
        kept = drawn[:number].view(values.shape) >= self.limit
        return values * kept * (STEPS / (STEPS - self.limit))
