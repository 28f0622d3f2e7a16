"""The same computation with torch: any encoder, on any device, in batches of windows of like length."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch

from .encoders import collate
from .features import Window
from .model import JointModel, PairGold
from .scores import Scores

PRECISIONS = {"fp32": torch.float32, "bf16": torch.bfloat16, "fp16": torch.float16}


class TorchScorer:
    """Computes a joint model.

    Args:
        model: with its encoder.
        device: such as "cpu" or "cuda:1".
        batch_words: words of a batch, padding included; where memory runs out it is halved.
        precision: of the matrix products, one of `PRECISIONS`.
    """

    def __init__(self, model: JointModel, device: str = "cpu", batch_words: int = 8000, precision: str = "fp32") -> None:
        self.model, self.device, self.batch_words = model.to(device).eval(), device, batch_words
        self.precision = PRECISIONS[precision]
        self.computed_by = f"torch, {device}, {precision}"

    def score(self, windows: Sequence[Window]) -> list[Scores]:
        order = sorted(range(len(windows)), key=lambda number: len(windows[number]))
        found: dict[int, Scores] = {}
        while order:
            batch = [order[0]]
            while len(batch) < len(order) and len(windows[order[len(batch)]]) * (len(batch) + 1) <= self.batch_words:
                batch.append(order[len(batch)])
            try:
                made = self._score([windows[number] for number in batch])
            except torch.cuda.OutOfMemoryError:
                if len(batch) == 1:
                    raise
                self.batch_words //= 2
                torch.cuda.empty_cache()
                continue
            found.update(zip(batch, made, strict=True))
            order = order[len(batch) :]
        return [found[number] for number in range(len(windows))]

    @torch.inference_mode()
    def _score(self, windows: Sequence[Window]) -> list[Scores]:
        with torch.autocast(self.device.partition(":")[0], dtype=self.precision, enabled=self.precision != torch.float32):
            states = self.model(collate(windows).to(self.device)).float()
            entities = self.model.entities(states, "labels")
            spans = self.model.triggers.spans(states)
            types, modalities = (self.model.triggers.outputs[name](spans) for name in ("types", "modalities"))
        probabilities = [torch.softmax(each.float(), dim=-1).cpu().numpy() for each in (entities, types, modalities)]
        made = []
        for row, window in enumerate(windows):
            one, two, three = (each[row, : len(window)] for each in probabilities)
            made.append(Scores(one, two, three, states[row, : len(window)]))
        return made

    @torch.inference_mode()
    def roles(self, scores: Scores, types: np.ndarray, triggers: np.ndarray, fillers: np.ndarray, shown: np.ndarray) -> np.ndarray:
        def tensor(array: np.ndarray) -> torch.Tensor:
            return torch.as_tensor(array, device=self.device)

        rows = torch.zeros(len(types), dtype=torch.int64, device=self.device)
        blank = torch.zeros((len(types), len(self.model.labels.roles)), device=self.device)
        pairs = PairGold(rows, tensor(types), tensor(triggers), tensor(fillers), tensor(shown.astype(np.float32)), blank, blank > 0)
        made: np.ndarray = torch.sigmoid(self.model.roles(scores.states.unsqueeze(0), pairs)).float().cpu().numpy()
        return made
