"""Encoders of Hugging Face under our heads: which sub-word counts for which word, in tiny models of three architectures."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

torch = pytest.importorskip("torch")
pytest.importorskip("transformers")

from bilat_nlp.neural import pretrained  # noqa: E402
from bilat_nlp.neural.pretrained import PretrainedEncoder  # noqa: E402
from bilat_nlp.neural.subwords import OVERLAP, best_piece, pieces  # noqa: E402
from neural.tiny import FEATURES, LONG, OTHER, POSITIONS, SHORT, SIZES, batch, encoder  # noqa: E402


def projected(made: PretrainedEncoder, features: torch.Tensor) -> torch.Tensor:
    norm, linear = made.shown
    mean, variance = features.mean(-1, keepdim=True), features.var(-1, keepdim=True, unbiased=False)
    return ((features - mean) / (variance + norm.eps).sqrt() * norm.weight + norm.bias) @ linear.weight.T + linear.bias


def word_ids(made: PretrainedEncoder, word: str) -> list[int]:
    tokenizer = made.subwords.tokenizer
    return list(tokenizer([made.subwords.blank + word], is_split_into_words=True, add_special_tokens=False)["input_ids"])


def subword_states(made: PretrainedEncoder, ids: Sequence[int]) -> torch.Tensor:
    """Of one piece that goes through the model alone."""
    with torch.no_grad():
        ids = [*made.subwords.before, *ids, *made.subwords.after]
        states = made.model(torch.tensor([ids])).last_hidden_state[0]
    return states[len(made.subwords.before) : len(states) - len(made.subwords.after)]


# -- alignment ---------------------------------------------------------------------------------------------------------------------


def test_the_state_of_a_word_is_the_mean_over_its_subwords_and_its_features(tiny_encoder: Path) -> None:
    made, read = encoder(tiny_encoder), batch(SHORT, OTHER)
    with torch.no_grad():
        found = made(read)
        for row, words in enumerate(read.words):
            # word by word, and no padding
            ids = [word_ids(made, word) for word in words]
            assert max(map(len, ids)) > 1 or words is not read.words[0]
            states = subword_states(made, [number for word in ids for number in word])
            expected = torch.stack([part.mean(0) for part in states.split([len(word) for word in ids])])
            expected = expected + projected(made, read.features[row, : len(words)])
            torch.testing.assert_close(found[row, : len(words)], expected, atol=1e-5, rtol=1e-4)
    assert found.shape == (2, len(SHORT), made.width) == (2, len(SHORT), SIZES["hidden_size"])


def test_words_have_the_subwords_that_they_have_in_running_text(tiny_encoder: Path) -> None:
    made = PretrainedEncoder(str(tiny_encoder), 0)
    ((ids, word),) = made.subwords.cut([SHORT])
    running = made.subwords.tokenizer(" ".join(SHORT), add_special_tokens=False)["input_ids"]
    behind = int((word > 0).sum())  # a tokenizer may take the first word of a text for the rest of one
    assert ids[-behind:].tolist() == running[-behind:]
    marked = made.subwords.tokenizer(" ".join(SHORT))["input_ids"]
    assert marked == [*made.subwords.before, *running, *made.subwords.after]
    assert sorted(set(word.tolist())) == list(range(len(SHORT)))


def test_windows_of_a_batch_do_not_touch_each_other(tiny_encoder: Path) -> None:
    made = encoder(tiny_encoder)
    with torch.no_grad():
        both, alone = made(batch(OTHER, LONG)), made(batch(OTHER))
    read = batch(OTHER, LONG)
    difference = projected(made, read.features[0, : len(OTHER)]) - projected(made, batch(OTHER).features[0])
    torch.testing.assert_close(both[0, : len(OTHER)] - difference, alone[0], atol=1e-5, rtol=1e-4)


def test_words_without_subwords_have_the_mean_of_their_neighbours(tiny_encoders: dict[str, Path]) -> None:
    made = PretrainedEncoder(str(tiny_encoders["bert"]), 0).eval()
    blank = "\u200b"
    with torch.no_grad():
        plain = made(batch(["the", "talks", "were"]))[0]
        found = made(batch([blank, "the", blank, "", "talks", "were", blank], ["long"], [blank]))
    torch.testing.assert_close(found[0, [1, 4, 5]], plain, atol=1e-6, rtol=1e-5)
    between = (plain[0] + plain[1]) / 2
    torch.testing.assert_close(found[0, [0, 2, 3, 6]], torch.stack([plain[0], between, between, plain[2]]), atol=1e-6, rtol=1e-5)
    assert found[2].abs().max() == 0
    with torch.no_grad():
        assert made(batch([blank, ""], [""])).abs().max() == 0  # nothing for the model to read at all


def test_a_text_that_spells_a_mark_has_no_mark(tiny_encoder: Path) -> None:
    made = PretrainedEncoder(str(tiny_encoder), 0)
    tokenizer = made.subwords.tokenizer
    marks = [mark for mark in tokenizer.all_special_tokens if mark != tokenizer.unk_token]
    ((ids, word),) = made.subwords.cut([marks])
    assert len(ids) > len(marks)  # it is spelled
    assert not {tokenizer.convert_tokens_to_ids(mark) for mark in marks} & set(ids.tolist())
    assert sorted(set(word.tolist())) == list(range(len(marks)))


# -- long windows ------------------------------------------------------------------------------------------------------------------


def test_a_word_of_a_long_window_comes_from_the_piece_where_it_stands_farthest_from_an_edge(tiny_encoder: Path) -> None:
    made, read = encoder(tiny_encoder), batch(OTHER, LONG, SHORT)
    ((ids, word),) = made.subwords.cut([LONG])
    spans = pieces(len(ids), made.subwords.room)
    assert len(spans) > 3
    states = [subword_states(made, ids[first:last].tolist()) for first, last in spans]
    with torch.no_grad():
        found, shown = made(read)[1], projected(made, read.features[1])
    for number in range(len(LONG)):
        places = [place for place, owner in enumerate(word) if owner == number]
        best, state = -1.0, None
        for (first, last), piece in zip(spans, states, strict=True):
            left = places[0] - first if first else np.inf
            right = last - 1 - places[-1] if last < len(ids) else np.inf
            if min(left, right) > best:
                best, state = min(left, right), piece[places[0] - first : places[-1] + 1 - first].mean(0)
        assert best >= made.subwords.room // OVERLAP // 2 - len(places)
        torch.testing.assert_close(found[number], state + shown[number], atol=1e-5, rtol=1e-4)


@pytest.mark.parametrize("more", [0, 1])
def test_a_window_goes_through_in_one_piece_as_long_as_it_fits(tiny_encoder: Path, more: int) -> None:
    made = encoder(tiny_encoder)
    assert made.subwords.room == POSITIONS - 2
    found = made.subwords.lay_out([["," for _ in range(60)]])
    size = int((found.window == 0).sum()) // 60  # sub-words of a comma
    found = made.subwords.lay_out([[","] * (made.subwords.room // size + more)])
    assert len(found.ids) == 1 + more
    assert found.ids.shape[1] <= POSITIONS
    with torch.no_grad():
        assert torch.isfinite(made(batch([","] * (made.subwords.room // size + more)))).all()


def test_a_word_longer_than_a_piece_is_read_to_its_end(tiny_encoders: dict[str, Path]) -> None:
    made = PretrainedEncoder(str(tiny_encoders["modernbert"]), 0).eval()
    words = ["the", "x" * 150, "talks"]
    found = made.subwords.lay_out([words])
    ((ids, word),) = made.subwords.cut([words])
    assert len(found.ids) > 3
    assert found.ids[found.row, found.column].tolist() == ids.tolist()  # each sub-word once, each from a place where it stands
    with torch.no_grad():
        states = made.model(torch.tensor(found.ids), attention_mask=torch.tensor(found.mask)).last_hidden_state
        expected = states[torch.tensor(found.row), torch.tensor(found.column)][torch.tensor(word == 1)].mean(0)
        torch.testing.assert_close(made(batch(words))[0, 1], expected, atol=1e-5, rtol=1e-4)


def test_many_pieces_go_through_the_model_in_runs(tiny_encoders: dict[str, Path], monkeypatch: pytest.MonkeyPatch) -> None:
    made = encoder(tiny_encoders["bert"])
    with torch.no_grad():
        whole = made(batch(LONG, SHORT))
        monkeypatch.setattr(pretrained, "PIECES", 2)
        torch.testing.assert_close(made(batch(LONG, SHORT)), whole, atol=1e-5, rtol=1e-4)


@given(st.lists(st.integers(1, 9), min_size=1, max_size=60), st.integers(1, 25))
def test_every_subword_has_a_piece_and_every_word_that_a_piece_holds_the_best(lengths: list[int], room: int) -> None:
    word = np.repeat(np.arange(len(lengths)), lengths)
    spans = pieces(len(word), room)
    assert spans[0][0] == 0
    assert spans[-1][1] == len(word)
    assert all(last - first <= room for first, last in spans)
    for (first, last), (after, _) in zip(spans, spans[1:], strict=False):
        assert first < after
        assert last - after >= min(room // OVERLAP, room - 1)
    chosen = best_piece(word, spans)
    for number in range(len(lengths)):
        begin, end = int(np.argmax(word == number)), len(word) - int(np.argmax(word[::-1] == number))
        holding = [number for number, (first, last) in enumerate(spans) if first <= begin and end <= last]
        for place in range(begin, end):
            first, last = spans[chosen[place]]
            assert first <= place < last
        if holding:
            assert len(set(chosen[begin:end])) == 1

            def distance(piece: int, begin: int = begin, end: int = end) -> float:
                first, last = spans[piece]
                return min(begin - first if first else np.inf, last - end if last < len(word) else np.inf)

            assert distance(chosen[begin]) == max(map(distance, holding))
        else:
            assert end - begin > room // OVERLAP


# -- training ----------------------------------------------------------------------------------------------------------------------


def test_training_begins_at_the_encoder_as_it_was_pretrained(tiny_encoder: Path) -> None:
    with_features, without = (PretrainedEncoder(str(tiny_encoder), count).eval() for count in (FEATURES, 0))
    with torch.no_grad():
        assert torch.equal(with_features(batch(SHORT)), without(batch(SHORT)))
    assert len(with_features.own_parameters()) == 4
    assert without.own_parameters() == []


def gradients(made: PretrainedEncoder) -> dict[str, torch.Tensor | None]:
    torch.manual_seed(4)
    read = batch(LONG, SHORT)
    made(read)[read.mask].pow(3).sum().backward()
    return {name: parameter.grad for name, parameter in made.named_parameters()}


def test_the_gradient_reaches_every_weight_that_is_trained(tiny_encoder: Path) -> None:
    made = encoder(tiny_encoder).train()
    found = gradients(made)
    still = {name for name, parameter in made.named_parameters() if not parameter.requires_grad}
    assert still == {name for name in found if ".pooler." in name}
    for name, gradient in found.items():
        if name not in still and not name.endswith("key.bias"):  # attention does not change with the bias of its keys
            assert gradient is not None, name
            assert gradient.abs().max() > 0, name
    seen = {number for ids, _ in made.subwords.cut([LONG, SHORT]) for number in ids.tolist()}
    embedded = made.model.get_input_embeddings().weight.grad
    assert all(embedded[number].abs().max() > 0 for number in seen)


def test_what_is_not_trained_stands_still(tiny_encoder: Path) -> None:
    made = encoder(tiny_encoder, trainable=False)
    with torch.no_grad():
        before = made(batch(SHORT))
    found = gradients(made.train())
    assert {name for name, gradient in found.items() if gradient is not None} == {name for name in found if name.startswith("shown.")}
    assert torch.equal(made(batch(SHORT)).detach(), before)  # no dropout there
    assert made.training


def test_gradient_checkpointing_gives_the_same_gradients(tiny_encoder: Path) -> None:
    calls = []
    plain, saving = (encoder(tiny_encoder, gradient_checkpointing=wanted).train() for wanted in (False, True))
    for made in (plain, saving):
        layers = [part for name, part in made.model.named_modules() if name.endswith("layers.1") or name.endswith("layer.1")]
        next(layers[0].children()).register_forward_pre_hook(lambda *_, made=made: calls.append(made is saving))
    first, second = gradients(plain), gradients(saving)
    assert (calls.count(False), calls.count(True)) == (1, 2)  # once more for the gradient
    for name, gradient in first.items():
        if gradient is None:
            assert second[name] is None
        else:
            torch.testing.assert_close(second[name], gradient, atol=1e-5, rtol=1e-4)
