"""Static sub-word vectors from raw text, trained by floret (Explosion's fastText with a hashed table)."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np

from ..neural.surface import SubwordVectors, VectorSettings

LEAST = 3  # times that a word must stand in the text to be learned from


def train(lines: Iterable[Sequence[str]], settings: VectorSettings, epochs: int = 4, threads: int = 2) -> SubwordVectors:
    """Skip-grams with negative sampling over lines of spelled words.

    Raises ValueError where there is too little text: no word stands there `LEAST` times.
    """
    import floret

    with tempfile.TemporaryDirectory() as folder:
        text = Path(folder, "lines.txt")
        with text.open("w", encoding="utf-8") as file:
            for line in lines:
                file.write(" ".join(line) + "\n")
        try:
            model = floret.train_unsupervised(
                str(text), model="skipgram", mode="floret", hashCount=settings.hash_count, bucket=settings.rows, minn=settings.minn,
                maxn=settings.maxn, dim=settings.width, epoch=epochs, minCount=LEAST, lr=0.05, thread=threads, verbose=0,
            )  # fmt: skip
        except ValueError as error:
            raise ValueError(f"the text is too little for word vectors ({error}); give more of it") from error
        saved = Path(folder, "vectors.floret")
        model.save_floret_vectors(str(saved))
        return read(saved)


def read(path: Path) -> SubwordVectors:
    """The vectors of a file in floret's own form."""
    with path.open(encoding="utf-8") as file:
        rows, width, minn, maxn, count, seed, *_ = file.readline().split()
        settings = VectorSettings(int(rows), int(width), int(minn), int(maxn), int(count), int(seed))
        table = np.zeros((settings.rows, settings.width), dtype=np.float32)
        for line in file:
            number, *values = line.split()
            table[int(number)] = [float(value) for value in values]
    return SubwordVectors(table, settings)
