"""Every language folder loads whole; damage is named with file, line and mend."""

from __future__ import annotations

import re
import shutil
import tomllib
from pathlib import Path

import pytest

from bilat_nlp import ontology
from bilat_nlp.languages import loader
from bilat_nlp.languages.entries import Name


@pytest.mark.parametrize("code", loader.available())
def test_a_language_loads_and_covers_every_type(code: str) -> None:
    language = loader.load(code)
    types = {phrase.payload.type for phrases in language.triggers._starts.values() for phrase in phrases}
    assert types == set(ontology.types())
    assert language.counts["state"] > 200
    assert language.counts["adjective"] > 180
    assert language.counts["igo"] > 50


@pytest.mark.parametrize("code", loader.available())
def test_triggers_name_known_roles_variants_and_modalities(code: str) -> None:
    known = ontology.load()
    for phrases in loader.load(code).triggers._starts.values():
        for phrase in phrases:
            entry = phrase.payload
            known.types[entry.type].variant(entry.variant)
            assert set(entry.roles) <= set(known.relations), entry.id
            assert set(entry.roles.values()) <= {*known.roles, "none"}, entry.id
            assert entry.modality in (None, *known.modalities), entry.id


@pytest.mark.parametrize("code", loader.available())
def test_names_carry_known_codes(code: str) -> None:
    known = ontology.load()
    bad = {
        phrase.payload.code
        for phrases in loader.load(code).names._starts.values()
        for phrase in phrases
        if isinstance(phrase.payload, Name) and phrase.payload.code and not known.is_code(phrase.payload.code)
    }
    assert bad == set()


DOCUMENTATION = (Path(__file__).parents[2] / "docs" / "languages.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("code", loader.available())
def test_every_key_of_a_language_is_documented(code: str) -> None:
    tables = {name: tomllib.loads((loader.FOLDER / code / name).read_text(encoding="utf-8")) for name in ("language.toml", "cues.toml")}
    settings, cues = tables["language.toml"], tables["cues.toml"]
    keys = {*settings, *settings["spelling"], *cues, *(key for table in cues.values() for key in table)}
    assert [key for key in sorted(keys) if not re.search(rf"^\W*{key}\b|\.{key}\b", DOCUMENTATION, re.MULTILINE)] == []


def test_an_unknown_language_is_refused_with_the_served_ones() -> None:
    with pytest.raises(loader.LanguageDataError, match=r"'xx'.*az.*uz"):
        loader.load("xx")


@pytest.mark.parametrize(("name", "text", "message"), [
    ("names.tsv", "KAZ\tstate\tKazakhstan\n", r"names.tsv, line 1: 3 columns where 4 belong"),
    ("names.tsv", "KAZ\tcountry\tKazakhstan\tQazaqstan\n", r"names.tsv, line 1: unknown kind 'country'"),
    ("offices.tsv", "boss\tPER\tboshliq\n", r"offices.tsv, line 1: unknown kind 'boss'"),
    ("references.tsv", "we\tbiz\n", r"references.tsv, line 1: unknown kind 'we'"),
    ("triggers.toml", "[[trigger]]\nid='a'\n", r"triggers.toml.*'a'"),
    ("triggers.toml", "x = = 1", r"triggers.toml"),
    ("triggers.toml", "[[trigger]]\nid='a'\ntype='visit'\nany=['x']\nwihtin=3", r"triggers.toml.*'a'.*unknown key 'wihtin'"),
    ("triggers.toml", "[[trigger]]\nid='a'\ntype='visitt'\nany=['x']", r"triggers.toml.*'a'.*unknown type 'visitt'"),
    ("triggers.toml", "[[trigger]]\nid='a'\ntype='visit'\nvariant='no'\nany=['x']", r"triggers.toml.*'a'.*no variant"),
    ("triggers.toml", "[[trigger]]\nid='a'\ntype='visit'\nroles={nom='hero'}\nany=['x']", r"triggers.toml.*'a'.*unknown role 'hero'"),
    ("cues.toml", "[noise]\nword=['x']", r"cues.toml.*unknown key 'word'"),
    ("cues.toml", "[[modality.cue]]\nvalue='likely'\non=['x']", r"cues.toml.*unknown modality 'likely'"),
    ("cues.toml", "[adpositions.before]\nin='inside'", r"cues.toml.*unknown relation of 'in' 'inside'"),
    ("morphology.toml", "[endings.a]\nforms={x=['nowhere']}", r"morphology.toml.*nowhere"),
])  # fmt: skip
def test_damage_is_named(name: str, text: str, message: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.copytree(loader.FOLDER / "uz", tmp_path / "uz")
    (tmp_path / "uz" / name).write_text(text, encoding="utf-8")
    monkeypatch.setattr(loader, "FOLDER", tmp_path)
    loader.available.cache_clear()
    loader.load.cache_clear()
    try:
        with pytest.raises(loader.LanguageDataError, match=message):
            loader.load("uz")
    finally:
        monkeypatch.undo()
        loader.available.cache_clear()
        loader.load.cache_clear()
