"""The forward pass in numpy is that of torch, for windows of any length, cut into stretches or not."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

torch = pytest.importorskip("torch")

from bilat_nlp.neural import forward  # noqa: E402
from bilat_nlp.neural.accelerated import TorchScorer  # noqa: E402
from bilat_nlp.neural.features import Window  # noqa: E402
from bilat_nlp.neural.forward import NumpyScorer, sigmoid, softmax  # noqa: E402
from bilat_nlp.neural.model import LONGEST_ENTITY, LONGEST_TRIGGER  # noqa: E402
from bilat_nlp.neural.pairs import COLUMNS  # noqa: E402
from bilat_nlp.neural.scores import Scores  # noqa: E402
from neural import compact  # noqa: E402


def both(seed: int, kernel: int = 3) -> tuple[NumpyScorer, TorchScorer]:
    made, parts = compact.model(seed, kernel)
    weights = {name: tensor.numpy() for name, tensor in made.state_dict().items()}
    return NumpyScorer(weights, parts.encoder), TorchScorer(made)


def legal(words: int, longest: int) -> np.ndarray:
    """Spans that end inside the window; what the others score is nobody's business."""
    return np.arange(words)[:, None] + np.arange(longest)[None, :] < words


def assert_alike(one: Scores, other: Scores, words: int, atol: float = 2e-5) -> None:
    for name, longest in (("entities", LONGEST_ENTITY), ("triggers", LONGEST_TRIGGER), ("modalities", LONGEST_TRIGGER)):
        found, wanted = getattr(one, name), getattr(other, name)
        assert found.shape == wanted.shape
        assert found.shape[:2] == (words, longest)
        inside = legal(words, longest)
        np.testing.assert_allclose(found[inside], wanted[inside], atol=atol, rtol=1e-3, err_msg=name)
    np.testing.assert_allclose(np.asarray(one.states), np.asarray(other.states), atol=10 * atol, rtol=1e-3)


@pytest.mark.parametrize("words", [1, 2, 3, 4, 9, 10, 11, 60])
@pytest.mark.parametrize("kernel", [1, 3, 5])
def test_numpy_and_torch_give_the_same_scores(words: int, kernel: int) -> None:
    fast, slow = both(words, kernel)
    read = compact.window(words, words)
    (one,), (other,) = fast.score([read]), slow.score([read])
    assert_alike(one, other, words)
    for scores in (one.entities, one.triggers, one.modalities):
        np.testing.assert_allclose(scores.sum(axis=-1), 1.0, atol=1e-5)
    if words > 1:  # else there is too little that could differ
        assert one.entities[:, 0].std(axis=0).max() > 0.01


@given(words=st.integers(1, 40), count=st.integers(1, 30), seed=st.integers(0, 1000))
@settings(max_examples=40, deadline=None)
def test_roles_of_pairs_are_the_same(words: int, count: int, seed: int) -> None:
    fast, slow = both(seed % 3)
    read = compact.window(words, seed)
    (one,), (other,) = fast.score([read]), slow.score([read])
    asked = compact.pairs(count, words, len(COLUMNS), len(slow.model.labels.types), seed)
    found, wanted = fast.roles(one, *asked), slow.roles(other, *asked)
    assert found.shape == wanted.shape == (count, len(slow.model.labels.roles))
    np.testing.assert_allclose(found, wanted, atol=1e-4)


def test_roles_depend_on_all_that_is_asked() -> None:
    fast, _ = both(1)
    (scores,) = fast.score([compact.window(30)])
    types, triggers, fillers, shown = compact.pairs(1, 30, len(COLUMNS), 5)
    triggers[:], fillers[:] = (10, 12), (20, 21)
    told = fast.roles(scores, types, triggers, fillers, shown)
    for other in (
        (types + 1, triggers, fillers, shown),
        (types, triggers + 1, fillers, shown),
        (types, triggers, fillers + 1, shown),
        (types, triggers, fillers, shown + 1),
    ):
        assert not np.allclose(fast.roles(scores, *other), told, atol=1e-4)


@pytest.mark.parametrize("stretch", [1, 2, 7, 29, 30, 31])
def test_a_window_longer_than_a_stretch_scores_as_if_uncut(stretch: int, monkeypatch: pytest.MonkeyPatch) -> None:
    fast, slow = both(2)
    read = compact.window(30, 4)
    (whole,), (wanted,) = fast.score([read]), slow.score([read])
    monkeypatch.setattr(forward, "STRETCH", stretch)
    (cut,) = fast.score([read])
    assert_alike(cut, whole, 30, 1e-6)
    assert_alike(cut, wanted, 30)


def test_a_stretch_reads_what_lies_around_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """Were the halo forgotten, the cut would be seen at the seams: the test above can fail."""
    fast, _ = both(2)
    read = compact.window(30, 4)
    whole = fast.states(read)
    monkeypatch.setattr(forward, "STRETCH", 10)
    fast.halo = 0
    changed = np.abs(fast.states(read) - whole).max(axis=1) > 1e-4
    assert changed[8:12].all()
    assert not changed[:3].any()  # farther from the first seam than the convolutions read


def test_a_long_window_of_the_usual_stretch() -> None:
    words = forward.STRETCH + 500
    fast, slow = both(3)
    read = compact.window(words, 5)
    (one,), (other,) = fast.score([read]), slow.score([read])
    # torch sums the means of spans in 32 bits over the whole window
    assert_alike(one, other, words, 2e-3)


def test_a_window_without_words() -> None:
    fast, slow = both(1)
    empty = compact.window(0)
    for scorer in (fast, slow):
        one, none, two = scorer.score([compact.window(4), empty, compact.window(2)])
        assert none.entities.shape == (0, LONGEST_ENTITY, one.entities.shape[2])
        assert none.triggers.shape[0] == none.modalities.shape[0] == len(none.states) == 0
        assert (len(one.states), len(two.states)) == (4, 2)
        (alone,) = scorer.score([empty])
        assert alone.triggers.shape == (0, LONGEST_TRIGGER, one.triggers.shape[2])
        assert scorer.score([]) == []


def test_weights_of_16_bits_are_taken() -> None:
    made, parts = compact.model(1)
    weights = {name: tensor.numpy() for name, tensor in made.state_dict().items()}
    half = {name: array.astype(np.float16) for name, array in weights.items()}
    read = compact.window(20)
    (exact,), (rounded,) = NumpyScorer(weights, parts.encoder).score([read]), NumpyScorer(half, parts.encoder).score([read])
    assert rounded.entities.dtype == np.float32
    assert 0 < np.abs(rounded.entities - exact.entities).max() < 0.05


@given(st.lists(st.floats(-200, 200), min_size=1, max_size=6))
def test_softmax_and_sigmoid_hold_for_any_score(values: list[float]) -> None:
    array = np.array(values)
    np.testing.assert_allclose(softmax(array), torch.softmax(torch.tensor(array), -1).numpy(), atol=1e-12)
    np.testing.assert_allclose(sigmoid(array), torch.sigmoid(torch.tensor(array)).numpy(), atol=1e-12)


def test_windows_keep_their_order() -> None:
    fast, _ = both(1)
    windows: list[Window] = [compact.window(length, length) for length in (9, 2, 30, 5)]
    for read, scores in zip(windows, fast.score(windows), strict=True):
        (alone,) = fast.score([read])
        np.testing.assert_array_equal(scores.entities, alone.entities)
