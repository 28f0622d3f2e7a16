"""The losses of a task are those that one computes span by span and pair by pair."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from bilat_nlp.neural.labels import MERGED, NONE
from training.material import Story, example_maker, expulsion, meeting, nothing, stories, tiny_model

torch = pytest.importorskip("torch")
batches = pytest.importorskip("bilat_nlp.training.batches")
learning = pytest.importorskip("bilat_nlp.training.learning")


@pytest.fixture(scope="module")
def maker() -> Any:
    return example_maker()


@pytest.fixture(scope="module")
def read(maker: Any) -> list[Any]:
    return [maker.events(each) for each in stories("d", 6, expulsion, meeting, nothing)]


def _task(maker: Any, examples: list[Any]) -> Any:
    return batches.BatchMaker(maker.labels, maker.reader.names.first_rule, 0.0, 0.0).make(examples, np.random.default_rng(1))


def _chances(scores: Any) -> list[float]:
    raised = [math.exp(float(value)) for value in scores]
    return [value / sum(raised) for value in raised]


def _span_loss(scores: Any, example: Any, row: int, longest: int, gold: dict[Any, set[int]], open_classes: set[int], told: Any) -> float:
    """Every span of the example by itself, those that no label has half as heavy."""
    lost = 0.0
    for first in range(len(example)):
        for extra in range(min(longest, len(example) - first)):
            chances = _chances(scores[row, first, extra])
            if (first, extra) in gold:
                lost -= math.log(sum(chances[number] for number in gold[first, extra]))
            elif told[first]:
                lost -= 0.5 * math.log(sum(chances[number] for number in open_classes))
    return lost


def _naive(model: Any, maker: Any, examples: list[Any], states: Any) -> dict[str, float]:
    labels, lost = maker.labels, dict.fromkeys(("entities", "triggers", "modality", "roles"), 0.0)
    entities = model.entities(states, "labels")
    types, modalities = (model.triggers(states, output) for output in ("types", "modalities"))
    for row, each in enumerate(examples):
        free = {n for n, name in enumerate(labels.entities) if name == NONE or name not in each.marked}
        gold = {span: {labels.entities.index(name) for name in names} for span, names in each.entities}
        lost["entities"] += _span_loss(entities, each, row, model.entities.longest, gold, free, np.ones(len(each)))
        told = np.ones(len(each)) if each.triggers is not None else each.eventless
        named = {span: (labels.types.index(type_), labels.modalities.index(m)) for span, type_, m in each.triggers or []}
        lost["triggers"] += _span_loss(types, each, row, model.triggers.longest, {s: {t} for s, (t, _) in named.items()}, {0}, told)
        for (first, extra), (_, modality) in named.items():
            lost["modality"] -= math.log(_chances(modalities[row, first, extra])[modality])
        for place in range(len(each.pairs) if each.pairs is not None else 0):
            one = replace(each.pairs, **{name: getattr(each.pairs, name)[place : place + 1] for name in each.pairs.__dataclass_fields__})
            alone = model.roles(states[row : row + 1], _task(maker, [replace(each, pairs=one)]).pairs)[0]
            for score, role, counts in zip(alone, one.roles[0], one.counts[0], strict=True):
                chance = 1 / (1 + math.exp(-float(score)))
                lost["roles"] -= math.log(chance if role else 1 - chance) if counts else 0.0
    return lost


def test_the_losses_are_the_sums_over_spans_and_pairs(maker: Any, read: list[Any]) -> None:
    story = Story("n", "Anna Kis saw Oslo. It was cold. Hungary expelled two diplomats of Poland.")
    story.name("Anna Kis", "PER")
    story.name("Oslo", "LOC")
    named = maker.names(story.document, frozenset({"PER", "LOC"}), merged=True)
    assert 0 < named.eventless.sum() < len(named)
    assert any(labels == MERGED for _, labels in named.entities)
    examples, model = [*read[:3], named], tiny_model(maker).eval()
    with torch.no_grad():
        task = _task(maker, examples)
        found = learning.losses(model, task)
        naive = _naive(model, maker, examples, model(task.batch))
    words = sum(map(len, examples))
    for name, value in naive.items():
        assert found.parts[name] == pytest.approx(value / words, rel=1e-4), name
        assert value > 0
    assert float(found.total) == pytest.approx(sum(learning.WEIGHTS[name] * value for name, value in naive.items()) / words, rel=1e-4)


def test_names_alone_move_no_head_of_events(maker: Any, read: list[Any]) -> None:
    model = tiny_model(maker)
    found = learning.losses(model, _task(maker, [replace(read[0], triggers=None, pairs=None, eventless=None)]))
    assert set(found.parts) == {"entities"}
    found.total.backward()
    assert all(each.grad is None for part in (model.triggers, model.pairs) for each in part.parameters())
    assert all(each.grad is not None for each in model.entities.parameters())


def test_text_without_events_teaches_no_modality(maker: Any) -> None:
    model = tiny_model(maker)
    found = learning.losses(model, _task(maker, [maker.raw("It was cold. Bread costs more.", "en")]))
    assert set(found.parts) == {"entities", "triggers"}
    assert found.parts["entities"] == pytest.approx(0, abs=1e-4), "of its names nothing is known"
    assert found.parts["triggers"] > 0


def test_a_model_can_learn_its_documents_by_heart(maker: Any, read: list[Any]) -> None:
    model, task = tiny_model(maker), _task(maker, read)
    optimiser = torch.optim.AdamW(model.parameters(), lr=0.03)
    first = learning.losses(model, task)
    for _ in range(30):
        optimiser.zero_grad()
        learning.losses(model, task).total.backward()
        optimiser.step()
    last = learning.losses(model, task)
    for name in learning.WEIGHTS:
        assert last.parts[name] < 0.2 * first.parts[name], name
