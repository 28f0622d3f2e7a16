"""The heads, computed anew span by span and pair by pair."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

torch = pytest.importorskip("torch")

from bilat_nlp.neural.heads import PairHead, SpanHead, legal, mean_states  # noqa: E402
from bilat_nlp.neural.model import SCALE, PairGold, SpanGold  # noqa: E402
from bilat_nlp.neural.pairs import COLUMNS  # noqa: E402
from neural import compact  # noqa: E402

LONGEST = 4


def states(rows: int, words: int, width: int = 5, seed: int = 1) -> torch.Tensor:
    return torch.randn(rows, words, width, generator=torch.Generator().manual_seed(seed))


@pytest.fixture(scope="module")
def span_head() -> SpanHead:
    torch.manual_seed(1)
    return SpanHead(5, 6, LONGEST, {"one": 3, "two": 2}).eval()


# -- spans -------------------------------------------------------------------------------------------------------------------------


@torch.no_grad()
@pytest.mark.parametrize("words", [1, 2, 3, 4, 5, 12])
def test_spans_are_those_of_a_plain_loop(span_head: SpanHead, words: int) -> None:
    read = states(2, words)
    found = span_head.spans(read)
    assert found.shape == (2, words, LONGEST, 6)
    for row in range(2):
        for first in range(words):
            for extra in range(min(LONGEST, words - first)):
                inner = torch.stack([read[row, place] for place in range(first, first + extra + 1)]).mean(0)
                expected = span_head.begin(read[row, first]) + span_head.end(read[row, first + extra]) + span_head.mean(inner)
                expected = torch.relu(expected + span_head.length.weight[extra])
                torch.testing.assert_close(found[row, first, extra], expected, atol=1e-5, rtol=1e-4)
    torch.testing.assert_close(span_head(read, "two"), span_head.outputs["two"](found))
    assert span_head(read, "one").shape == (2, words, LONGEST, 3)


@torch.no_grad()
def test_what_stands_behind_a_window_does_not_touch_its_spans(span_head: SpanHead) -> None:
    read = states(1, 9)
    padded = torch.cat([read[:, :6], 100 + read[:, 6:]], dim=1)
    inside = legal(torch.tensor([6]), 6, LONGEST)[0]
    torch.testing.assert_close(span_head.spans(padded)[0, :6][inside], span_head.spans(read[:, :6])[0][inside])


@given(st.lists(st.integers(0, 9), min_size=1, max_size=4), st.integers(1, 12))
@settings(max_examples=60, deadline=None)
def test_legal_spans_end_inside_their_window(lengths: list[int], longest: int) -> None:
    words = max(lengths)
    found = legal(torch.tensor(lengths), words, longest)
    assert found.shape == (len(lengths), words, longest)
    for row, length in enumerate(lengths):
        for first in range(words):
            for extra in range(longest):
                assert bool(found[row, first, extra]) is (first + extra + 1 <= length)


@given(st.data())
@settings(max_examples=60, deadline=None)
def test_mean_states_are_those_of_a_plain_mean(data: st.DataObject) -> None:
    words = data.draw(st.integers(1, 8))
    read = states(3, words)
    some = data.draw(st.lists(st.tuples(st.integers(0, 2), st.integers(0, words), st.integers(0, words)), max_size=6))
    row, first, last = (torch.tensor([each[place] for each in some], dtype=torch.int64) for place in range(3))
    found = mean_states(read, row, first, last)
    assert found.shape == (len(some), 5)
    for made, (window, low, high) in zip(found, some, strict=True):
        expected = read[window, low:high].mean(0) if low < high else torch.zeros(5)  # an empty span, or one turned round, has no state
        torch.testing.assert_close(made, expected, atol=1e-5, rtol=1e-4)


# -- losses ------------------------------------------------------------------------------------------------------------------------


@st.composite
def span_golds(draw: st.DrawFn) -> tuple[list[int], int, SpanGold]:
    """Lengths of windows, number of classes, and gold on distinct legal spans with one class or several."""
    classes = draw(st.integers(2, 5))
    lengths = draw(st.lists(st.integers(1, 6), min_size=1, max_size=3))
    places = [(b, i, k) for b, length in enumerate(lengths) for i in range(length) for k in range(min(LONGEST, length - i))]
    chosen = draw(st.lists(st.sampled_from(places), unique=True, max_size=5))
    some = st.lists(st.booleans(), min_size=classes, max_size=classes).filter(any)
    rows, firsts, extras = (torch.tensor([each[place] for each in chosen], dtype=torch.int64) for place in range(3))
    allowed = torch.tensor([draw(some) for _ in chosen], dtype=torch.bool).reshape(len(chosen), classes)
    other = torch.tensor([[True, *draw(st.lists(st.booleans(), min_size=classes - 1, max_size=classes - 1))] for _ in lengths])
    told = torch.tensor([draw(st.lists(st.booleans(), min_size=max(lengths), max_size=max(lengths))) for _ in lengths])
    return lengths, classes, SpanGold(rows, firsts, extras, allowed, other, told)


@given(span_golds(), st.integers(0, 1000))
@settings(max_examples=60, deadline=None)
def test_the_loss_of_spans_with_partial_labels(drawn: tuple[list[int], int, SpanGold], seed: int) -> None:
    lengths, classes, gold = drawn
    joint, _ = compact.model()
    scores = 3 * torch.randn(len(lengths), max(lengths), LONGEST, classes, generator=torch.Generator().manual_seed(seed))
    found = joint.span_loss(scores, torch.tensor(lengths), gold)
    labelled = {(int(b), int(i), int(k)): allowed for b, i, k, allowed in zip(gold.row, gold.first, gold.extra, gold.allowed, strict=True)}
    expected = 0.0
    for b, length in enumerate(lengths):
        for i in range(length):
            for k in range(min(LONGEST, length - i)):
                chances = torch.softmax(scores[b, i, k].double(), 0)
                if (b, i, k) in labelled:
                    expected -= float(chances[labelled[b, i, k]].sum().log())
                elif gold.told[b, i]:
                    expected -= SCALE * float(chances[gold.other[b]].sum().log())
    assert float(found) == pytest.approx(expected, rel=1e-4, abs=1e-4)


def test_a_class_that_is_open_everywhere_is_not_pushed_down() -> None:
    """A source that does not mark a label says nothing against it."""
    joint, _ = compact.model()
    scores = torch.zeros(1, 2, LONGEST, 3, requires_grad=True)
    none = torch.zeros(0, dtype=torch.int64)
    other = torch.tensor([[True, False, True]])
    gold = SpanGold(none, none, none, torch.zeros(0, 3, dtype=torch.bool), other, torch.tensor([[True, True]]))
    joint.span_loss(scores, torch.tensor([2]), gold).backward()
    assert scores.grad is not None
    assert (scores.grad[0, 0, 0, [0, 2]] < 0).all()  # rises as the loss falls
    assert scores.grad[0, 0, 0, 1] > 0
    assert scores.grad[0, 1, 1].abs().sum() == 0  # ends behind the window


def test_the_gold_of_a_loss_is_left_as_it_is() -> None:
    joint, _ = compact.model()
    lengths, scores = torch.tensor([3, 2]), torch.randn(2, 3, LONGEST, 3)
    one = torch.tensor([1])
    told = torch.ones(2, 3, dtype=torch.bool)
    gold = SpanGold(one, one, one * 0, torch.tensor([[False, True, False]]), torch.tensor([[True, False, False]] * 2), told)
    assert float(joint.span_loss(scores, lengths, gold)) == float(joint.span_loss(scores, lengths, gold))
    assert (lengths.tolist(), bool(told.all())) == ([3, 2], True)


def pair_gold(count: int, words: int, roles: int, types: int) -> PairGold:
    type_, trigger, filler, shown = (torch.as_tensor(each) for each in compact.pairs(count, words, len(COLUMNS), types))
    random = torch.Generator().manual_seed(5)
    return PairGold(
        torch.randint(0, 2, (count,), generator=random), type_, trigger, filler, shown,
        torch.randint(0, 2, (count, roles), generator=random).float(), torch.rand(count, roles, generator=random) < 0.7,
    )  # fmt: skip


@torch.no_grad()
def test_roles_and_their_loss_pair_by_pair() -> None:
    joint, _ = compact.model()
    read = states(2, 15, compact.WIDTH)
    gold = pair_gold(25, 15, len(joint.labels.roles), len(joint.labels.types))
    orders = {bool(f < t) for (t, _), (f, _) in zip(gold.trigger, gold.filler, strict=True)}
    assert orders == {True, False}, "fillers before and behind their triggers are wanted"
    lost = 0.0
    head, found = joint.pairs, joint.roles(read, gold)
    for p in range(25):
        (t0, t1), (f0, f1) = gold.trigger[p].tolist(), gold.filler[p].tolist()
        low, high = (t1, f0) if t0 < f0 else (f1, t0)
        window = read[gold.row[p]]
        between = window[low:high].mean(0) if low < high else torch.zeros(compact.WIDTH)
        hidden = head.trigger(window[t0:t1].mean(0)) + head.filler(window[f0:f1].mean(0)) + head.between(between)
        hidden = torch.relu(hidden + head.shown(gold.shown[p]) + head.kind.weight[gold.type[p]])
        scores = head.roles(torch.relu(head.inner(hidden)))
        torch.testing.assert_close(found[p], scores, atol=1e-4, rtol=1e-3)
        for score, role, counts in zip(scores, gold.roles[p], gold.counts[p], strict=True):
            chance = torch.sigmoid(score.double())
            lost -= float(counts) * float((chance if role else 1 - chance).log())
    assert float(joint.pair_loss(read, gold)) == pytest.approx(lost, rel=1e-4)


def test_no_pairs_cost_nothing() -> None:
    joint, _ = compact.model()
    gold = pair_gold(0, 15, len(joint.labels.roles), len(joint.labels.types))
    assert joint.pair_loss(states(2, 15, compact.WIDTH), gold).item() == 0.0


@torch.no_grad()
def test_dropout_only_in_training() -> None:
    torch.manual_seed(1)
    head, pair = SpanHead(5, 6, LONGEST, {"one": 3}, dropout=0.5), PairHead(5, 4, 7, 2, 8, dropout=0.5)
    read, shown = states(1, 6), torch.randn(3, 7)
    asked = read[0, :3], read[0, 1:4], read[0, 2:5], torch.tensor([0, 1, 3]), shown
    assert not torch.equal(head.train()(read, "one"), head(read, "one"))
    assert torch.equal(head.eval()(read, "one"), head(read, "one"))
    assert not torch.equal(pair.train()(*asked), pair(*asked))
    assert torch.equal(pair.eval()(*asked), pair(*asked))
