"""Batches: what is in them, what is hidden in them, and an order that seed and epoch decide."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bilat_nlp.neural.features import RULE
from bilat_nlp.neural.labels import MERGED, NONE
from bilat_nlp.neural.pairs import COLUMNS
from training.material import Story, example_maker, expulsion, meeting, nothing, stories

torch = pytest.importorskip("torch")
batches = pytest.importorskip("bilat_nlp.training.batches")
SIZES = st.lists(st.integers(1, 60), min_size=1, max_size=60)


class Long(SimpleNamespace):
    """Stands for an example of which only the length matters."""

    def __len__(self) -> int:
        return self.length  # type: ignore[no-any-return]


def _of(sizes: list[int]) -> list[Any]:
    return [Long(length=size) for size in sizes]


@pytest.fixture(scope="module")
def maker() -> Any:
    return example_maker()


@pytest.fixture(scope="module")
def read(maker: Any) -> list[Any]:
    """Examples with events, of several lengths."""
    return [maker.events(each) for each in stories("d", 6, expulsion, meeting, nothing)]


def _tasks(maker: Any, rule_dropout: float = 0.0, word_dropout: float = 0.0) -> Any:
    return batches.BatchMaker(maker.labels, maker.reader.names.first_rule, rule_dropout, word_dropout)


def _drawn(*seed: int) -> np.random.Generator:
    return np.random.default_rng(seed)


@given(SIZES, st.integers(1, 150), st.integers(0, 5))
def test_every_example_comes_once_and_batches_keep_to_their_words(sizes: list[int], words: int, seed: int) -> None:
    found = batches.order(_of(sizes), words, _drawn(seed))
    assert sorted(number for batch in found for number in batch) == list(range(len(sizes)))
    for batch in found:
        assert len(batch) == 1 or len(batch) * max(sizes[number] for number in batch) <= words


def test_examples_of_like_length_stand_together() -> None:
    sizes = [5] * 50 + [50] * 50
    found = batches.order(_of(sizes), 250, _drawn(1))
    assert len(found) == 11
    assert all(len({sizes[number] for number in batch}) == 1 for batch in found)


def test_seed_and_epoch_alone_decide_the_order() -> None:
    kinds = {batches.WHOLE: _of(list(range(1, 40))), "names": _of([7] * 30)}
    one, same, other = (batches.Mixture(kinds, {"names": 0.3}, 40, seed) for seed in (1, 1, 2))
    later = one.epoch(3)
    assert later == same.epoch(3), "an epoch does not need the ones before it"
    assert later != one.epoch(4)
    assert later != other.epoch(3)


@given(SIZES, st.integers(10, 80), st.floats(0, 0.6), st.floats(0, 0.6))
def test_all_events_are_seen_once_an_epoch_and_other_kinds_have_their_shares(
    sizes: list[int], words: int, share: float, rest: float
) -> None:
    kinds = {batches.WHOLE: _of(sizes), "names": _of([9] * 7), "rehearsal": _of([30, 3]), "empty": []}
    made = batches.Mixture(kinds, {"names": share, "rehearsal": rest, "empty": 0.3}, words, 5).epoch(0)
    count = Counter(kind for kind, _ in made)
    assert sorted(number for kind, numbers in made if kind == batches.WHOLE for number in numbers) == list(range(len(sizes)))
    assert set(count) <= {batches.WHOLE, "names", "rehearsal"}
    if share + rest <= 0.95:
        for kind, wanted in (("names", share), ("rehearsal", rest)):
            assert abs(count[kind] - wanted / (1 - share - rest) * count[batches.WHOLE]) <= 0.5 + 1e-9
    for kind, numbers in made:
        assert all(number < len(kinds[kind]) for number in numbers)


def test_a_small_kind_is_gone_through_again_before_any_example_comes_thrice() -> None:
    kinds = {batches.WHOLE: _of([10] * 30), "names": _of([10] * 12)}
    made = batches.Mixture(kinds, {"names": 0.4}, 10, 1).epoch(0)
    seen = Counter(number for kind, numbers in made if kind == "names" for number in numbers)
    assert sum(seen.values()) == 20
    assert len(seen) == 12
    assert set(seen.values()) <= {1, 2}


def test_a_task_has_the_words_the_spans_and_the_pairs_of_its_examples(maker: Any, read: list[Any]) -> None:
    task = _tasks(maker).make(read, _drawn(1))
    assert task.lengths.tolist() == [len(each) for each in read] == task.batch.mask.sum(1).tolist()
    for gold, names, known in (
        (task.entities, maker.labels.entities, [[(span, labels) for span, labels in each.entities] for each in read]),
        (task.triggers, maker.labels.types, [[(span, {type_}) for span, type_, _ in each.triggers] for each in read]),
    ):
        found: list[list[Any]] = [[] for _ in read]
        for row, first, extra, allowed in zip(gold.row, gold.first, gold.extra, gold.allowed, strict=True):
            found[row].append(((int(first), int(extra)), {name for name, here in zip(names, allowed, strict=True) if here}))
        assert found == [[(span, set(labels)) for span, labels in each] for each in known]
        assert gold.other[:, 0].all()
        assert not gold.other[:, 1:].any(), "gold marks everything"
    assert [maker.labels.modalities[number] for number in task.modalities] == [m for each in read for *_, m in each.triggers]
    whole = [(row, each.pairs) for row, each in enumerate(read) if each.pairs is not None]
    assert task.pairs.row.tolist() == [row for row, pairs in whole for _ in range(len(pairs))]
    for name in ("type", "trigger", "filler", "shown", "roles", "counts"):
        np.testing.assert_array_equal(getattr(task.pairs, name), np.concatenate([getattr(pairs, name) for _, pairs in whole]))


def test_words_are_hidden_in_the_share_that_is_asked_for(maker: Any, read: list[Any]) -> None:
    many = read * 40
    plain = _tasks(maker).make(many, _drawn(1)).batch
    hidden = _tasks(maker, word_dropout=0.3).make(many, _drawn(1)).batch
    gone = (hidden.hashes == 0).all(-1) & hidden.mask
    assert (plain.hashes[plain.mask] > 0).all()
    assert 0.27 < gone.sum() / hidden.mask.sum() < 0.33
    assert torch.equal(hidden.hashes[~gone & hidden.mask], plain.hashes[~gone & plain.mask])
    assert torch.equal(hidden.features, plain.features)
    assert torch.equal(hidden.hashes, _tasks(maker, word_dropout=0.3).make(many, _drawn(1)).batch.hashes), "the same draw hides the same"
    assert not torch.equal(hidden.hashes, _tasks(maker, word_dropout=0.3).make(many, _drawn(2)).batch.hashes)


def test_votes_are_blanked_for_whole_examples(maker: Any, read: list[Any]) -> None:
    voted = [each for each in read if each.pairs is not None] * 60
    task = _tasks(maker, rule_dropout=0.4).make(voted, _drawn(1))
    first, votes = maker.reader.names.first_rule, torch.tensor([name.startswith(RULE) for name in COLUMNS])
    blank = ~task.batch.features[:, :, first:].flatten(1).any(1)
    assert 0.3 < blank.float().mean() < 0.5
    dumb = torch.stack([~task.pairs.shown[task.pairs.row == row][:, votes].any() for row in range(len(voted))])
    assert torch.equal(blank, dumb), "an example without votes in its words has none in its pairs"
    assert all(each.window.features[:, first:].any() for each in voted), "the examples themselves keep them"


def test_what_a_source_does_not_mark_stays_open(maker: Any, read: list[Any]) -> None:
    story = Story("n", "Anna Kis saw Oslo.")
    story.name("Anna Kis", "PER")
    story.name("Oslo", "LOC")
    named = maker.names(story.document, frozenset({"PER", "LOC"}), merged=True)
    raw = maker.raw("Anna Kis saw Oslo.", "en")
    gold = _tasks(maker).make([named, raw], _drawn(1)).entities
    entities = maker.labels.entities
    assert [name for name, free in zip(entities, gold.other[0], strict=True) if not free] == [
        name for name in entities if name in {"PER", *MERGED}
    ]
    assert gold.other[1].all(), "raw text says nothing of names"
    spans = {(int(first), int(extra)): {entities[place] for place in allowed.nonzero().flatten()}
             for first, extra, allowed in zip(gold.first, gold.extra, gold.allowed, strict=True)}  # fmt: skip
    assert spans == {(0, 1): {"PER"}, (3, 0): set(MERGED)}
    assert entities.index(NONE) == 0


def test_of_words_that_may_name_an_event_nothing_is_told(maker: Any, read: list[Any]) -> None:
    raw = maker.raw("Norway is far away. It is cold there. Hungary expelled two diplomats of Poland.", "en")
    assert 0 < raw.eventless.sum() < len(raw)
    bare = replace(raw, eventless=None)
    task = _tasks(maker).make([raw, read[0], bare], _drawn(1))
    told = task.triggers.told
    assert told[0, : len(raw)].tolist() == raw.eventless.tolist()
    assert told[1].tolist() == task.batch.mask[1].tolist()
    assert not told[2].any()
    assert torch.equal(task.entities.told, task.batch.mask)
    assert task.triggers.row.tolist() == [1] * len(read[0].triggers)
    alone = _tasks(maker).make([bare], _drawn(1))
    assert (alone.triggers, alone.modalities, alone.pairs) == (None, None, None)


def test_a_wording_has_one_type_and_its_modality(maker: Any, read: list[Any]) -> None:
    span = read[0].triggers[0][0]
    double = replace(read[0], triggers=[(span, "no such type", "actual"), (span, "meet", "actual"), ((4, 0), "meet", "planned"),
                                        ((4, 0), "visit", "negated"), ((5, 1), "visit", "possible")])  # fmt: skip
    task = _tasks(maker).make([double], _drawn(1))
    types = [maker.labels.types[int(allowed.nonzero())] for allowed in task.triggers.allowed]
    modalities = [maker.labels.modalities[number] for number in task.modalities]
    assert list(zip(task.triggers.first.tolist(), types, modalities, strict=True)) == [(4, "meet", "planned"), (5, "visit", "possible")]


def test_a_task_moves_as_a_whole(maker: Any, read: list[Any]) -> None:
    moved = _tasks(maker).make(read, _drawn(1)).to("meta")
    tensors = [moved.lengths, moved.modalities, moved.batch.features, moved.batch.hashes, moved.batch.mask]
    for gold in (moved.entities, moved.triggers, moved.pairs):
        tensors += [getattr(gold, name) for name in gold.__dataclass_fields__]
    assert {tensor.device.type for tensor in tensors} == {"meta"}
    bare = _tasks(maker).make([replace(read[0], triggers=None, pairs=None)], _drawn(1)).to("meta")
    assert (bare.triggers, bare.modalities, bare.pairs) == (None, None, None)


def test_a_compact_example_says_the_same(maker: Any, read: list[Any]) -> None:
    small = [batches.compact(each) for each in read]
    assert all(each.window.features.dtype == np.float16 and each.window.hashes.dtype == np.int32 for each in small)
    one, other = (_tasks(maker).make(each, _drawn(1)).batch for each in (read, small))
    assert torch.equal(one.hashes, other.hashes)
    assert torch.allclose(one.features, other.features, atol=1e-3)
    assert other.features.dtype == torch.float32
