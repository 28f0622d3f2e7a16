"""Endings, stems and the comparison of inflected names."""

from __future__ import annotations

import pytest

from bilat_nlp.languages.morphology import Morphology

DATA = {
    "endings": {
        "noun": {"slots": ["plural", "case"], "plural": {"lar": []}, "case": {"da": ["loc"], "ga": ["dat"], "ning": ["gen"]}},
        "soft": {"forms": {"я": ["nom"], "и": ["gen", "dat"]}},
    },
    "paradigm": [{"lemma": ".", "endings": "noun"}, {"lemma": "ия$", "replace": "и", "endings": "soft"}],
}


def test_chains_of_slots_carry_the_relations_of_their_case() -> None:
    morphology = Morphology(DATA)
    assert morphology.endings["noun"]["larda"] == {"loc"}
    assert morphology.endings["noun"]["lar"] == {"nom"}
    assert morphology.endings["noun"][""] == {"nom"}


def test_a_paradigm_changes_the_stem() -> None:
    stems = dict(Morphology(DATA).stems("россия"))
    assert stems["росси"]["и"] == {"gen", "dat"}


@pytest.mark.parametrize(("one", "other", "same"), [
    ("putin", "putinga", True), ("putinning", "putinda", True), ("putin", "putingrad", False),
    ("ali", "aziz", False), ("pu", "puda", False),
])  # fmt: skip
def test_forms_of_one_name_are_recognised(one: str, other: str, same: bool) -> None:
    assert Morphology(DATA).same_name(one, other) is same


def test_an_unknown_relation_is_named() -> None:
    with pytest.raises(ValueError, match="'lokativ'.*no relation"):
        Morphology({"endings": {"n": {"forms": {"da": ["lokativ"]}}}})


def test_an_undefined_ending_set_is_named() -> None:
    with pytest.raises(ValueError, match="verb"):
        Morphology({"paradigm": [{"lemma": ".", "endings": "verb"}]})
