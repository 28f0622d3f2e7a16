"""Identification of the served languages, refusal of their neighbours, and documents in two languages."""

from __future__ import annotations

import tomllib
from pathlib import Path
from types import SimpleNamespace

import pytest

from bilat_nlp.text.language import identify, runs
from bilat_nlp.text.script import normaliser

FOLDER = Path(__file__).parents[2] / "src" / "bilat_nlp" / "languages"


def _language(code: str) -> SimpleNamespace:
    table = tomllib.loads((FOLDER / code / "language.toml").read_text(encoding="utf-8"))
    spelling = table.get("spelling", {})  # keys written below [spelling] belong to it in TOML
    return SimpleNamespace(
        scripts=table["scripts"],
        normalise=normaliser(spelling),
        identify=table.get("identify") or spelling["identify"],
        letters=table.get("letters", spelling.get("letters", "")),
    )


LANGUAGES = {path.parent.name: _language(path.parent.name) for path in sorted(FOLDER.glob("*/language.toml"))}
SAMPLES = {
    "az": "İki ölkənin xarici işlər nazirləri Bakıda görüşüb və yeni saziş imzalayıblar.",
    "uz": "Икки мамлакат ташқи ишлар вазирлари Тошкентда учрашди ва янги битим имзолади.",
    "hu": "A két ország külügyminisztere Budapesten találkozott, és új megállapodást írt alá.",
    "kk": "Екі елдің сыртқы істер министрлері Астанада кездесіп, жаңа келісімге қол қойды.",
    "ru": "Министры иностранных дел двух стран встретились в Москве и подписали новое соглашение.",
    "ro": "Miniștrii de externe ai celor două țări s-au întâlnit la București și au semnat un nou acord.",
    "tr": "İki ülkenin dışişleri bakanları Ankara'da bir araya geldi ve yeni bir anlaşma imzaladı.",
    "en": "The foreign ministers of the two countries met in London and signed a new agreement.",
}


@pytest.mark.parametrize("code", SAMPLES)
def test_served(code: str) -> None:
    assert identify(SAMPLES[code], LANGUAGES).lang == code


def test_uzbek_in_latin_letters() -> None:
    found = identify("Ikki mamlakat tashqi ishlar vazirlari Toshkentda uchrashdi va yangi bitim imzoladi.", LANGUAGES)
    assert (found.lang, found.script, found.reason) == ("uz", "Latn", None)


@pytest.mark.parametrize(
    ("code", "text"),
    [
        ("ky", "Эки өлкөнүн тышкы иштер министрлери Бишкекте жолугушуп, жаңы келишимге кол коюшту."),
        ("uk", "Міністри закордонних справ двох країн зустрілися в Києві та підписали нову угоду."),
        ("de", "Die Außenminister der beiden Länder trafen sich in Berlin und unterzeichneten ein neues Abkommen."),
        ("bg", "Външните министри на двете страни се срещнаха в София и подписаха ново споразумение."),
        ("tg", "Вазирони корҳои хориҷии ду кишвар дар Душанбе мулоқот карда, созишномаи нав ба имзо расониданд."),
        ("it", "I ministri degli esteri dei due Paesi si sono incontrati a Roma e hanno firmato un nuovo accordo."),
    ],
)
def test_neighbours_are_refused(code: str, text: str) -> None:
    found = identify(text, LANGUAGES)
    assert found.lang is None
    assert found.reason == f"language {code} is not served"


@pytest.mark.parametrize("text", ["", "...", "12.05.2024", "Bakı", "\x00\ud800"])
def test_too_little(text: str) -> None:
    found = identify(text, LANGUAGES)
    assert found.lang is None
    assert "too little" in (found.reason or "")


def test_other_scripts() -> None:
    assert "Hani" in (identify("两国外交部长在北京举行会谈并签署新协议。", LANGUAGES).reason or "")


def test_runs_split_at_a_paragraph() -> None:
    text = "\n".join([SAMPLES["ru"], SAMPLES["ru"], SAMPLES["ro"], SAMPLES["ro"]])
    found = runs(text, LANGUAGES)
    assert [lang for _, _, lang in found] == ["ru", "ro"]
    assert text[found[1][0] :].startswith("Miniștrii")
    assert found[0][0] == 0
    assert found[-1][1] == len(text)


def test_runs_of_one_language_are_one() -> None:
    text = "\n".join([SAMPLES["en"]] * 3 + ["Foto: Kreml"])
    assert runs(text, LANGUAGES) == [(0, len(text), "en")]
