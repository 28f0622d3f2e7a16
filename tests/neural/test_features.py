"""From an analysis to rows of features: every column is named, and those of the rules can be blanked."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from bilat_nlp import ontology
from bilat_nlp.analysis import Analysis
from bilat_nlp.languages import loader
from bilat_nlp.neural import surface
from bilat_nlp.neural.features import RULE, FeatureReader
from neural import compact

TEXT = """Hungary expels two Russian diplomats

BUDAPEST, November 12 - Hungarian Foreign Minister Peter Balogh will meet his Kazakh counterpart in Astana on November 14. \
Poland signed an agreement.
"""


@pytest.fixture(scope="module")
def reader() -> FeatureReader:
    return FeatureReader(compact.names(), compact.vectors(), compact.ROWS)


@pytest.fixture(scope="module")
def analysis(analyse: Callable[..., Analysis]) -> Analysis:
    return analyse("en", TEXT, "2025-11-12")


@pytest.fixture(scope="module")
def shown(reader: FeatureReader, analysis: Analysis) -> dict[str, dict[str, float]]:
    """For every word of the text (the last, where there are several) its columns that are not zero."""
    window = reader.read(analysis)
    return {
        text: {reader.names.columns[number]: float(row[number]) for number in np.nonzero(row)[0]}
        for text, row in zip(window.words, window.features, strict=True)
    }


# -- columns -----------------------------------------------------------------------------------------------------------------------


def test_columns_have_names_of_their_own_and_those_of_the_rules_are_the_last(reader: FeatureReader) -> None:
    columns = reader.names.columns
    assert len(set(columns)) == len(columns)
    assert [reader.names.at[name] for name in columns] == list(range(len(columns)))
    first = reader.names.first_rule
    assert 0 < first < len(columns)
    assert not any(name.startswith(RULE) for name in columns[:first])
    assert all(name.startswith(RULE) for name in columns[first:])


def test_columns_follow_what_the_model_knows_and_not_what_is_in_use(reader: FeatureReader) -> None:
    fewer = type(reader.names)(("hu",), reader.names.types[:2])
    languages = {f"lang:{code}" for code in loader.available() if code != "hu"}
    assert set(reader.names.columns) - set(fewer.columns) == languages | {f"{RULE}type:{name}" for name in reader.names.types[2:]}


# -- words -------------------------------------------------------------------------------------------------------------------------


def test_a_window_has_a_row_for_every_word(reader: FeatureReader, analysis: Analysis) -> None:
    window, words = reader.read(analysis), analysis.layout.words
    assert len(window) == len(words) > 30
    assert window.words == [word.text for word in words]
    assert window.features.shape == (len(words), len(reader.names.columns))
    assert (window.features.dtype, window.vectors.dtype, window.hashes.dtype) == (np.float32, np.float32, np.int64)
    assert reader.vectors is not None
    for row, word in enumerate(words):
        np.testing.assert_array_equal(window.vectors[row], reader.vectors.of([surface.fold(word.key)])[0])
        assert tuple(window.hashes[row]) == surface.hashed(word, "en", compact.ROWS)
    for number, sentence in enumerate(analysis.layout.sentences):
        assert (window.sentences[sentence.first : sentence.last] == number).all()


def test_the_surface_alone_is_what_an_analysis_adds_to(reader: FeatureReader, analysis: Analysis) -> None:
    plain, whole = reader.plain(analysis.layout.words, analysis.language), reader.read(analysis)
    some = [n for n, name in enumerate(reader.names.columns) if name.partition(":")[0] in ("lang", "shape", "ending")]
    rest = sorted(set(range(len(reader.names.columns))) - set(some))
    np.testing.assert_array_equal(plain.features[:, some], whole.features[:, some])
    assert not plain.features[:, rest].any()
    assert plain.features[:, some].any()
    np.testing.assert_array_equal(plain.hashes, whole.hashes)
    np.testing.assert_array_equal(plain.vectors, whole.vectors)


@pytest.mark.parametrize(("word", "has", "lacks"), [
    ("Hungary", "lang:en shape:title name:state name:begin name:coded label:GPE sentence:title sentence:begin", "name:inside sentence:end"),
    ("diplomats", "shape:lower name:office name:inside sentence:title sentence:end", "name:begin name:nested"),
    ("BUDAPEST", "shape:upper name:capital sentence:dateline", "sentence:body"),
    ("Balogh", "name:person name:inside label:PER sentence:body", "name:begin"),
    ("his", "name:he name:resolved case:gen", "date:begin"),
    ("Kazakh", "name:adjective label:NORP case:adj", "name:nested"),
    ("November", "date:begin", "date:inside rule:begin"),
    ("14", "shape:digits date:inside", "date:begin"),
    (".", "shape:mark sentence:end", "name:begin"),
])  # fmt: skip
def test_what_words_show(shown: dict[str, dict[str, float]], word: str, has: str, lacks: str) -> None:
    assert set(has.split()) <= shown[word].keys()
    assert not set(lacks.split()) & shown[word].keys()


def test_what_the_rules_vote(shown: dict[str, dict[str, float]], analysis: Analysis) -> None:
    votes = {text: {name: value for name, value in row.items() if name.startswith(RULE)} for text, row in shown.items()}
    (deal,) = [draft for draft in analysis.drafts if draft.type == "sign_agreement"]
    assert votes["expels"].keys() == {f"{RULE}{name}" for name in ("type:expel_diplomat", "begin", "sure", "modality:actual")}
    assert votes["meet"].keys() == {f"{RULE}{name}" for name in ("type:meet", "begin", "sure", "modality:planned")}
    assert {f"{RULE}begin", f"{RULE}type:sign_agreement"} <= votes["signed"].keys()
    assert f"{RULE}inside" in votes["agreement"]
    assert f"{RULE}begin" not in votes["agreement"]
    assert votes["signed"][f"{RULE}sure"] == pytest.approx(deal.entry.confidence)
    assert not votes["Astana"]


def test_a_type_that_the_model_does_not_know_leaves_no_column(analysis: Analysis) -> None:
    names = type(compact.names())(loader.available(), tuple(each for each in ontology.types() if each != "meet"))
    window = FeatureReader(names, None, compact.ROWS).read(analysis)
    row = window.features[window.words.index("meet")]
    assert [names.columns[n] for n in np.nonzero(row)[0] if names.columns[n].startswith(f"{RULE}type")] == []
    assert row[names.at[f"{RULE}begin"]] == 1.0
    assert window.vectors.shape == (len(window), 0)


def test_a_language_that_the_model_does_not_know_has_no_column_of_its_own(analyse: Callable[..., Analysis]) -> None:
    names = type(compact.names())(("en",), tuple(ontology.types()))
    window = FeatureReader(names, None, compact.ROWS).read(analyse("hu", "A magyar elnök Kazahsztánba látogatott."))
    assert not window.features[:, names.at["lang:en"]].any()
    assert window.features[window.words.index("Kazahsztánba"), names.at["ending:dat"]] == 1.0


# -- the store of vectors ----------------------------------------------------------------------------------------------------------


def test_a_full_store_of_vectors_begins_anew(analyse: Callable[..., Analysis], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(surface, "REMEMBERED", 8)
    small, usual = (FeatureReader(compact.names(), compact.vectors(), compact.ROWS) for _ in range(2))
    monkeypatch.undo()
    texts = ["Hungary met Poland in Astana.", "Russia criticized the European Union.", "Hungary met Poland in Astana and talked of Russia."]
    for text in texts * 2:
        analysis = analyse("en", text)
        monkeypatch.setattr(surface, "REMEMBERED", 8)
        found = small.read(analysis)
        assert len(small._known) <= 12  # at most the words of one text
        monkeypatch.undo()
        np.testing.assert_array_equal(found.vectors, usual.read(analysis).vectors)


def test_no_words_make_an_empty_window(reader: FeatureReader) -> None:
    window = reader.plain([], loader.load("en"))
    assert len(window) == 0
    assert window.vectors.shape == (0, compact.VECTOR)
    assert window.features.shape == (0, len(reader.names.columns))
    assert window.hashes.shape == (0, len(surface.AFFIXES))
