"""What a word shows by itself: spelling across scripts, static vectors, hashed affixes, shape, cases of its ending."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bilat_nlp import ontology
from bilat_nlp.languages import loader
from bilat_nlp.neural import surface
from bilat_nlp.neural.surface import AFFIXES, MASKED, SHAPES, SubwordVectors, SurfaceReader, VectorSettings, fold, hashed, shape
from bilat_nlp.text.words import Word


def word(lang: str, text: str) -> Word:
    return Word(0, len(text), text, loader.load(lang).normalise(text))


# -- spelling ----------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("lang", "one", "other"), [
    ("uz", "Ўзбекистон", "O‘zbekiston"),
    ("uz", "Ҳиндистон", "Hindiston"),
    ("uz", "вазирлиги", "vazirligi"),
    ("uz", "Франция", "Fransiya"),
    ("uz", "делегация", "delegatsiya"),
    ("uz", "маъно", "ma’no"),
    ("kk", "Қазақстан", "Qazaqstan"),
    ("kk", "Тоқаев", "Toqaev"),
    ("kk", "Әлем", "Älem"),
    ("kk", "өнер", "öner"),
    ("kk", "үкімет", "ükımet"),
    ("kk", "министрі", "ministri"),
])  # fmt: skip
def test_both_scripts_of_a_language_have_one_spelling(lang: str, one: str, other: str) -> None:
    cyrillic, latin = word(lang, one), word(lang, other)
    assert fold(cyrillic.key) == fold(latin.key)
    # word and prefix have one row; the endings too where the language writes both scripts
    assert hashed(cyrillic, lang, 1000)[:2] == hashed(latin, lang, 1000)[:2]


def test_a_name_is_spelled_alike_in_several_languages() -> None:
    spelled = {fold(word(lang, text).key) for lang, text in (("ru", "Астана"), ("kk", "Астана"), ("uz", "Astana"), ("hu", "ASTANA"))}
    assert spelled == {"astana"}


@given(st.text(max_size=20))
def test_a_spelling_is_plain_small_and_never_empty(key: str) -> None:
    spelled = fold(key)
    assert spelled
    assert spelled.isascii()
    assert " " not in spelled
    assert spelled == spelled.lower()
    assert not any(letter in "123456789" for letter in spelled)


def test_digits_count_by_their_number_only() -> None:
    assert fold("2025") == fold("1991") == "0000" != fold("12")
    assert fold("\u200d") == "_"


# -- vectors -----------------------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory):  # type: ignore[no-untyped-def]
    """A model of floret, and what we read of the file that it writes."""
    floret = pytest.importorskip("floret")
    from bilat_nlp.training.vectors import read

    folder = tmp_path_factory.mktemp("floret")
    lines = ["the minister met the president in astana", "the president of kazakhstan signed an agreement", "talks in budapest"]
    (folder / "text").write_text("\n".join(lines * 20), encoding="utf-8")
    model = floret.train_unsupervised(
        str(folder / "text"), model="skipgram", mode="floret", hashCount=2, bucket=300, minn=3, maxn=5, dim=8, epoch=3, minCount=1,
        lr=0.05, thread=1, verbose=0,
    )  # fmt: skip
    model.save_floret_vectors(str(folder / "vectors"))
    return model, read(Path(folder, "vectors"))


@pytest.mark.parametrize("text", ["minister", "kazakhstan", "astana", "qozogiston", "ab", "x", "0000", "_", "o'zbek", "a" * 50])
def test_vectors_are_those_of_floret(trained, text: str) -> None:  # type: ignore[no-untyped-def]
    model, ours = trained
    wanted = model.get_word_vector(text)
    # floret writes five digits; a single letter has no n-gram and no vector
    np.testing.assert_allclose(ours.of([text])[0], wanted / max(np.linalg.norm(wanted), 1e-6), atol=2e-3)
    assert wanted.any() == (len(text) > 1)


def test_vectors_of_several_words_have_unit_length(trained) -> None:  # type: ignore[no-untyped-def]
    _, ours = trained
    found = ours.of(["budapest", "astana", "budapest"])
    assert (found.shape, found.dtype) == ((3, 8), np.float32)
    np.testing.assert_allclose(np.linalg.norm(found, axis=1), 1.0, atol=1e-5)
    np.testing.assert_array_equal(found[0], found[2])
    assert not np.allclose(found[0], found[1], atol=0.01)


def test_a_word_without_rows_has_no_direction() -> None:
    settings = VectorSettings(rows=10, width=4)
    assert not SubwordVectors(np.zeros((10, 4), dtype=np.float32), settings).of(["word"]).any()


def test_a_table_of_another_shape_is_refused() -> None:
    with pytest.raises(ValueError, match=r"shape \(9, 4\), the settings say \(10, 4\)"):
        SubwordVectors(np.zeros((9, 4), dtype=np.float32), VectorSettings(rows=10, width=4))


# -- hashed affixes ----------------------------------------------------------------------------------------------------------------


def test_rows_are_the_same_on_every_machine() -> None:
    """Stored weights belong to these rows: who changes them makes all models useless, and must raise `storage.FORMAT`."""
    assert hashed(word("hu", "Magyarországgal"), "hu", 30_000) == (4070, 24693, 12446, 18506, 28057)
    assert hashed(word("hu", "2025-ben"), "hu", 30_000) == (1047, 9664, 22856, 25469, 7839)


@given(st.text(min_size=1, max_size=12), st.integers(2, 5000))
def test_rows_lie_in_the_table_and_none_is_that_of_a_hidden_word(key: str, rows: int) -> None:
    found = hashed(Word(0, len(key), key, key), "xx", rows)
    assert len(found) == len(AFFIXES)
    assert all(MASKED < row < rows for row in found)


def test_words_and_prefixes_are_shared_by_languages_and_endings_are_not() -> None:
    one, other = (hashed(Word(0, 6, "Astana", "astana"), lang, 1 << 20) for lang in ("hu", "tr"))
    assert one[:2] == other[:2]
    assert all(mine != theirs for mine, theirs in zip(one[2:], other[2:], strict=True))


# -- shape and ending --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("text", "shown"), [
    ("minister", "lower"), ("Astana", "title"), ("EU", "upper"), ("iPhone", "mixed"), ("2025", "digits"),
    ("2025-ben", "lower digit+ hyphen"), (",", "mark"), ("-", "mark"), ("A", "initial"), ("Sh", "initial"),
    ("o’zbek", "lower apostrophe"), ("x-ray", "lower hyphen"),
    ("Орысша", "title"), ("ЕО", "upper"), ("27,8", "digit+"),
])  # fmt: skip
def test_shapes(text: str, shown: str) -> None:
    assert sorted(SHAPES[number] for number in shape(text)) == sorted(shown.split())


@pytest.mark.parametrize(("lang", "text", "relations"), [
    ("hu", "Kazahsztánba", {"dat"}),
    ("hu", "Moszkvából", {"abl"}),
    ("hu", "EU-val", {"com"}),
    ("hu", "ban", set()),  # nothing would be left of the word
    ("tr", "Macaristan'a", {"dat"}),
    ("hu", "2017-ben", set()),
    ("hu", ",", set()),
])  # fmt: skip
def test_the_longest_known_ending_tells_the_case(lang: str, text: str, relations: set[str]) -> None:
    reader, read = SurfaceReader(loader.load(lang), 100), word(lang, text)
    rows, shapes, endings = reader.of(read.text, read.key)
    assert {ontology.current().relations[number] for number in endings} == relations
    assert rows == hashed(read, lang, 100)
    assert list(shapes) == shape(read.text)


def test_what_was_read_is_remembered_within_bounds() -> None:
    reader = SurfaceReader(loader.load("hu"), 100)
    assert reader.of("Moszkvából", "moszkvából") is reader.of("Moszkvából", "moszkvából")
    assert reader.of.cache_info().maxsize == fold.cache_info().maxsize == surface.REMEMBERED
