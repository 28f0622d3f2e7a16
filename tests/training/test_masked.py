"""Masked words: the tables show what a model would see, batches hide what they say they hide, and the loss is the one of the paper."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from bilat_nlp.languages import loader  # noqa: E402
from bilat_nlp.neural.encoders import CompactEncoder  # noqa: E402
from bilat_nlp.neural.features import FeatureNames, FeatureReader  # noqa: E402
from bilat_nlp.neural.surface import AFFIXES, MASKED, SubwordVectors, VectorSettings, fold  # noqa: E402
from bilat_nlp.training import masked, raw  # noqa: E402
from training.raw_texts import write  # noqa: E402

ROWS, WIDTH = 50, 8
NAMES = FeatureNames(loader.available(), ())


@pytest.fixture(scope="module")
def text(tmp_path_factory: pytest.TempPathFactory) -> masked.Text:
    return masked.Text(raw.lines([write(tmp_path_factory.mktemp("raw"))], 10**6))


@pytest.fixture(scope="module")
def reader() -> FeatureReader:
    table = np.random.default_rng(1).normal(size=(ROWS, WIDTH)).astype(np.float32)
    return FeatureReader(NAMES, SubwordVectors(table, VectorSettings(ROWS, WIDTH)), 500)


@pytest.fixture(scope="module")
def tables(text: masked.Text, reader: FeatureReader) -> masked.Tables:
    return text.tables(reader)


def _encoder(**more: float) -> CompactEncoder:
    return CompactEncoder(WIDTH, len(NAMES.columns), rows=500, affix=4, width=16, dilations=(1, 2), dropout=more.get("dropout", 0.0))


def _masker(tables: masked.Tables, seed: int = 1) -> masked.Masker:
    return masked.Masker(tables, len(NAMES.columns), "cpu", np.random.default_rng(seed))


def test_a_text_is_its_distinct_words_and_their_numbers(text: masked.Text, tmp_path: Path) -> None:
    lines = list(raw.lines([write(tmp_path)], 10**6))
    assert [[text.words[row].text for row in line] for line in text.lines] == [[word.text for word in line.words] for line in lines]
    assert {text.langs[row] for line, numbers in zip(lines, text.lines, strict=True) for row in numbers if line.lang == "hu"} == {"hu"}
    seen = [(lang, word.text) for lang, word in zip(text.langs, text.words, strict=True)]
    assert len(seen) == len(set(seen))
    assert {("hu", "."), ("ru", ".")} <= set(seen), "one word in two languages is two"
    assert text.total == sum(len(line.words) for line in lines)


def test_spelled_lines_are_all_lines_in_another_order(text: masked.Text) -> None:
    plain = [[fold(text.words[row].key) for row in line] for line in text.lines]
    once, again, other = (list(text.spelled(seed)) for seed in (1, 1, 2))
    assert once == again != other
    assert Counter(map(tuple, once)) == Counter(map(tuple, plain))
    assert once != plain
    assert "uzbekistana" in {word for line in once for word in line}


def test_tables_hold_what_a_model_would_see_of_each_word(text: masked.Text, tables: masked.Tables, reader: FeatureReader) -> None:
    width = tables.shown.shape[1]
    assert all(name.partition(":")[0] in ("lang", "shape", "ending") for name in NAMES.columns[:width])
    assert not NAMES.columns[width].startswith(("lang:", "shape:", "ending:"))
    for row, (word, lang) in enumerate(zip(text.words, text.langs, strict=True)):
        window = reader.plain([word], loader.load(lang))
        assert (tables.hashes[row] == window.hashes[0]).all()
        assert (tables.shown[row] == window.features[0, :width]).all()
        assert not window.features[0, width:].any()
        assert np.allclose(tables.vectors[row], window.vectors[0], atol=1e-3)
    assert tables.shown[:, : len(loader.available())].sum(axis=1).tolist() == [1] * len(text.words)


@pytest.mark.parametrize("words", [1, 20, 100, 10**6])
def test_every_line_is_in_one_batch_of_lines_like_it(words: int, text: masked.Text) -> None:
    made = list(text.batches(words, np.random.default_rng(3)))
    assert Counter(id(line) for lines in made for line in lines) == Counter(map(id, text.lines))
    assert all(len(lines) == 1 or len(lines) * max(map(len, lines)) <= words for lines in made)
    spans = sorted((min(map(len, lines)), max(map(len, lines))) for lines in made)
    assert all(before[1] <= after[0] for before, after in zip(spans, spans[1:], strict=False))


def test_a_batch_hides_words_wholly_and_shows_the_others(text: masked.Text, tables: masked.Tables) -> None:
    lines = text.lines[:100] + [text.lines[0][:3]]
    batch, hidden, targets, words, endings, drawn = _masker(tables).make(lines)
    width = tables.shown.shape[1]
    counts = [len(line) for line in lines]
    assert batch.mask.sum(dim=1).tolist() == counts
    assert not (hidden & ~batch.mask).any(), "nothing is hidden where no word is"
    assert 0.08 < hidden.sum().item() / sum(counts) < 0.25
    rows = [lines[line][place] for line, place in hidden.nonzero().tolist()]
    assert words.tolist() == rows
    assert np.array_equal(targets.numpy(), tables.vectors[rows].astype(np.float32))
    assert (batch.hashes[hidden] == MASKED).all()
    assert not batch.features[hidden].any()
    assert drawn.shape == (masked.DRAWN, WIDTH)
    for number, line in enumerate(lines):
        for place, row in enumerate(line):
            if not hidden[number, place]:
                assert np.array_equal(batch.hashes[number, place].numpy(), tables.hashes[row])
                assert np.array_equal(batch.features[number, place, :width].numpy(), tables.shown[row])
                assert np.array_equal(batch.vectors[number, place].numpy(), tables.vectors[row].astype(np.float32))
    by_ending: dict[str, set[int]] = {}
    for row, ending in zip(rows, endings.tolist(), strict=True):
        assert ending == tables.hashes[row, AFFIXES.index("suffix3")] % masked.ENDINGS
        by_ending.setdefault(text.langs[row] + text.words[row].key[-3:], set()).add(ending)
    assert len(by_ending) < len(set(rows)), "several words end alike"
    assert all(len(classes) == 1 for classes in by_ending.values())


def test_a_line_with_nothing_hidden_hides_its_first_word(tables: masked.Tables, text: masked.Text) -> None:
    class Never:
        def random(self, shape: tuple[int, ...]) -> np.ndarray:
            return np.ones(shape)

        def integers(self, low: int, high: int, size: int) -> np.ndarray:
            return np.zeros(size, dtype=np.int64)

    _, hidden, *_ = masked.Masker(tables, len(NAMES.columns), "cpu", Never()).make(text.lines[:2])  # type: ignore[arg-type]
    assert hidden.nonzero().tolist() == [[0, 0]]


def test_what_is_hidden_cannot_be_seen(text: masked.Text, tables: masked.Tables) -> None:
    """The states of a batch stay as they are when the hidden words are others."""
    encoder = _encoder().train()
    batch, hidden, *_ = _masker(tables).make(text.lines[:20])
    with torch.no_grad():
        before = encoder(batch)
        batch.vectors[hidden] = torch.randn(int(hidden.sum()), WIDTH)
        after = encoder(batch)
        batch.vectors[batch.mask & ~hidden] += 1.0
        moved = encoder(batch)
    assert torch.equal(before, after)
    assert not torch.allclose(before[hidden], moved[hidden])


def test_the_loss_is_that_of_a_loop_over_the_hidden_words(text: masked.Text, tables: masked.Tables) -> None:
    torch.manual_seed(2)
    model = masked.MaskedWords(_encoder(), WIDTH).train()
    batch, hidden, targets, words, endings, drawn = _masker(tables).make(text.lines[:40])
    assert len(set(words.tolist())) < len(words), "a word that is hidden twice must not count against itself"
    with torch.no_grad():
        loss, told = model.loss(batch, hidden, targets, words, endings, drawn)
        states = model.encoder(batch)[hidden]
        expected, right = [], 0
        for number, state in enumerate(states):
            guess = model.word(state)
            guess = guess / guess.norm()
            offered = {place: float(guess @ target) / masked.HEAT for place, target in enumerate(targets)
                       if place == number or words[place] != words[number]}  # fmt: skip
            others = [float(guess @ vector) / masked.HEAT for vector in drawn]
            total = math.log(sum(math.exp(value) for value in [*offered.values(), *others]))
            right += offered[number] == max([*offered.values(), *others])
            marks = model.ending(state)
            expected.append(total - offered[number] + 0.5 * float(torch.logsumexp(marks, 0) - marks[endings[number]]))
    assert float(loss) == pytest.approx(sum(expected) / len(expected), rel=1e-4)
    assert told == pytest.approx(right / len(words))


class Clock:
    """Time that passes when it is looked at."""

    def __init__(self, step: float) -> None:
        self.now, self.step = 100.0, step

    def monotonic(self) -> float:
        self.now += self.step
        return self.now


def _train(
    text: masked.Text, tables: masked.Tables, monkeypatch: pytest.MonkeyPatch, looks: int, **more: float
) -> tuple[Sequence[masked.Progress], list[float]]:
    """Reports and step sizes of a training that ends after so many looks at the clock."""
    monkeypatch.setattr(masked, "time", Clock(1.0))
    torch.manual_seed(3)
    model = masked.MaskedWords(_encoder(), WIDTH)
    optimiser = torch.optim.SGD(model.parameters(), lr=0.0)
    rates: list[float] = []
    optimiser.register_step_pre_hook(lambda *_: rates.append(optimiser.param_groups[0]["lr"]))
    given = {"batch_words": 60, "seconds": looks, "rate": 0.5, "seed": 1, "report": 5} | more
    return list(masked.steps(model, text, tables, optimiser, device="cpu", **given)), rates  # type: ignore[arg-type]


def test_the_step_size_follows_the_time(text: masked.Text, tables: masked.Tables, monkeypatch: pytest.MonkeyPatch) -> None:
    reports, rates = _train(text, tables, monkeypatch, 100)
    shares = [(number + 1) / 100 for number in range(100)]
    assert rates == pytest.approx([0.5 * min(1.0, share * 20 + 1e-3) * (1 + math.cos(math.pi * share)) / 2 for share in shares])
    assert [each.step for each in reports] == list(range(5, 101, 5))
    assert reports[-1].share == 1.0
    assert reports[-1].words > text.total, "more than one pass"


def test_a_resumed_training_has_the_time_that_is_left(text: masked.Text, tables: masked.Tables, monkeypatch: pytest.MonkeyPatch) -> None:
    reports, rates = _train(text, tables, monkeypatch, 100, spent=80.0, words=5000)
    assert len(rates) == 20
    assert rates[0] < 0.5 * 0.2
    assert 5000 < reports[0].words < reports[-1].words
    assert reports[0].share == pytest.approx(0.85)


def test_gradients_are_cut(text: masked.Text, tables: masked.Tables, monkeypatch: pytest.MonkeyPatch) -> None:
    """With steps of plain gradients no step is longer than rate times clip."""
    monkeypatch.setattr(masked, "time", Clock(1.0))
    model = masked.MaskedWords(_encoder(), WIDTH)
    before = torch.cat([each.detach().flatten().clone() for each in model.parameters()])
    optimiser = torch.optim.SGD(model.parameters(), lr=0.0)
    list(masked.steps(model, text, tables, optimiser, device="cpu", batch_words=60, seconds=2, rate=1.0, seed=1, clip=0.001))
    after = torch.cat([each.detach().flatten() for each in model.parameters()])
    assert 0 < float((after - before).norm()) <= 2 * 0.001


def test_words_are_told_from_their_neighbours(text: masked.Text, tables: masked.Tables, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(masked, "time", Clock(1.0))
    torch.manual_seed(1)
    model = masked.MaskedWords(_encoder(), WIDTH)
    optimiser = torch.optim.AdamW(model.parameters(), lr=0.0)
    reports = list(masked.steps(model, text, tables, optimiser, device="cpu", batch_words=400, seconds=100, rate=0.02, seed=1, report=20))
    assert reports[-1].loss < reports[0].loss - 1.0
    assert reports[-1].told > 2 * reports[0].told
