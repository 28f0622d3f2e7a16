"""The computation with torch: batches, devices, and memory that runs out."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

torch = pytest.importorskip("torch")

from bilat_nlp.neural.accelerated import TorchScorer  # noqa: E402
from bilat_nlp.neural.features import Window  # noqa: E402
from bilat_nlp.neural.pairs import COLUMNS  # noqa: E402
from bilat_nlp.neural.scores import Scores  # noqa: E402
from neural import compact  # noqa: E402

GPU = pytest.mark.skipif(not torch.cuda.is_available(), reason="torch finds no GPU here")


class Counting(TorchScorer):
    """Remembers its batches; more than `room` words of a batch, padding included, are too many for its memory."""

    def __init__(self, batch_words: int, room: int = 10**9) -> None:
        super().__init__(compact.model()[0], batch_words=batch_words)
        self.room, self.tried, self.done = room, list[list[int]](), list[list[int]]()

    def _score(self, windows: Sequence[Window]) -> list[Scores]:
        lengths = [len(window) for window in windows]
        self.tried.append(lengths)
        if max(lengths) * len(lengths) > self.room:
            raise torch.cuda.OutOfMemoryError("no room")
        self.done.append(lengths)
        return super()._score(windows)


def assert_alike(one: Scores, other: Scores, atol: float = 1e-5) -> None:
    words = len(other.states)
    for name in ("entities", "triggers", "modalities"):
        found, wanted = getattr(one, name), getattr(other, name)
        assert found.shape == wanted.shape
        inside = np.arange(words)[:, None] + np.arange(wanted.shape[1])[None, :] < words
        np.testing.assert_allclose(found[inside], wanted[inside], atol=atol)
    torch.testing.assert_close(one.states.cpu(), other.states.cpu(), atol=10 * atol, rtol=100 * atol)


# -- batches -----------------------------------------------------------------------------------------------------------------------


@given(st.lists(st.integers(0, 25), max_size=8), st.integers(1, 120))
@settings(max_examples=40, deadline=None)
def test_windows_score_in_a_batch_as_they_do_alone(lengths: list[int], batch_words: int) -> None:
    scorer = Counting(batch_words)
    windows = [compact.window(length, seed) for seed, length in enumerate(lengths)]
    found = scorer.score(windows)
    assert sorted(length for batch in scorer.done for length in batch) == sorted(lengths)
    assert all(len(batch) == 1 or max(batch) * len(batch) <= batch_words for batch in scorer.done)
    for window, scores in zip(windows, found, strict=True):
        (alone,) = scorer.score([window])
        assert_alike(scores, alone)


def test_windows_of_like_length_share_a_batch() -> None:
    scorer = Counting(40)
    scorer.score([compact.window(length) for length in (20, 3, 19, 4, 3, 50)])
    assert scorer.done == [[3, 3, 4], [19, 20], [50]]


# -- memory ------------------------------------------------------------------------------------------------------------------------


def test_where_memory_runs_out_batches_are_halved_and_nothing_is_lost() -> None:
    windows = [compact.window(10, seed) for seed in range(9)]
    scorer, wanted = Counting(80, room=25), Counting(80).score(windows)
    found = scorer.score(windows)
    assert [len(batch) for batch in scorer.tried] == [8, 4, 2, 2, 2, 2, 1]
    assert scorer.batch_words == 20
    for one, other in zip(found, wanted, strict=True):
        assert_alike(one, other)
    scorer.tried.clear()
    scorer.score(windows)
    assert [len(batch) for batch in scorer.tried] == [2, 2, 2, 2, 1]  # what did not fit is not tried again


def test_a_single_window_that_does_not_fit_is_an_error() -> None:
    scorer = Counting(80, room=25)
    with pytest.raises(torch.cuda.OutOfMemoryError, match="no room"):
        scorer.score([compact.window(10), compact.window(26)])


# -- devices and precisions --------------------------------------------------------------------------------------------------------


def test_scores_are_probabilities_without_gradients() -> None:
    scorer = TorchScorer(compact.model()[0].train())
    read = compact.window(12)
    (one,), (other,) = scorer.score([read]), scorer.score([read])
    assert not one.states.requires_grad
    for name in ("entities", "triggers", "modalities"):
        assert isinstance(getattr(one, name), np.ndarray)
        np.testing.assert_allclose(getattr(one, name).sum(-1), 1.0, atol=1e-5)
        np.testing.assert_array_equal(getattr(one, name), getattr(other, name))  # a model in training would drop values


@pytest.mark.parametrize("precision", ["bf16", "fp16"])
def test_a_lower_precision_is_taken_and_stays_close(precision: str) -> None:
    made, read = compact.model()[0], compact.window(12)
    exact, rough = TorchScorer(made), TorchScorer(made, precision=precision)
    (wanted,), (found,) = exact.score([read]), rough.score([read])
    assert found.entities.dtype == np.float32
    assert 0 < np.abs(found.triggers - wanted.triggers).max() < 0.1
    asked = compact.pairs(20, 12, len(COLUMNS), 5)
    np.testing.assert_allclose(rough.roles(found, *asked), exact.roles(wanted, *asked), atol=0.1)


@GPU
@pytest.mark.parametrize("precision", ["fp32", "bf16"])
def test_a_gpu_gives_what_the_processor_gives(precision: str) -> None:
    windows = [compact.window(length, length) for length in (30, 7, 0, 200, 12)]
    here, there = TorchScorer(compact.model()[0]), TorchScorer(compact.model()[0], "cuda", precision=precision)
    atol = 1e-3 if precision == "fp32" else 0.1  # 32 bits may mean 19 in the products of a GPU
    asked = compact.pairs(40, 200, len(COLUMNS), len(here.model.labels.types))
    wanted, found = here.score(windows), there.score(windows)
    for one, other in zip(found, wanted, strict=True):
        for name in ("entities", "triggers", "modalities"):
            np.testing.assert_allclose(getattr(one, name), getattr(other, name), atol=atol)
    np.testing.assert_allclose(there.roles(found[3], *asked), here.roles(wanted[3], *asked), atol=atol)
