"""The tables of the world: well-formed, complete, and loud when they are not."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from bilat_nlp.world import gazetteer

CONTRACT_IGOS = (
    "EU UN NATO OTS CIS EAEU SCO CSTO OSCE COE OIC WTO IAEA IMF WB ADB EBRD BRICS G7 G20 UNESCO WHO ASEAN AU LAS GCC ECO CICA V4 "
    "TURKPA TURKSOY OECD ICC ICJ"
)


@pytest.fixture
def damaged(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str, str], None]]:
    """Puts a file of one's own in the place of a table; the caches are emptied before and after."""
    real = gazetteer.resources.files("bilat_nlp.world")

    def empty() -> None:
        for table in (gazetteer.states, gazetteer.igos, gazetteer.people):
            table.cache_clear()

    def put(name: str, text: str) -> None:
        for file in ("states.tsv", "igos.tsv", "people.tsv"):
            (tmp_path / file).write_text(real.joinpath(file).read_text(encoding="utf-8"), encoding="utf-8")
        (tmp_path / name).write_text(text, encoding="utf-8")
        monkeypatch.setattr(gazetteer.resources, "files", lambda package: tmp_path)
        empty()

    yield put
    monkeypatch.undo()
    empty()


def test_states_are_iso_3166_and_kosovo() -> None:
    states = gazetteer.states()
    assert len(states) == 250
    assert len({state.iso2 for state in states.values()}) == 250
    assert states["XKX"].iso2 == "XK"
    assert (states["KAZ"].name, states["KAZ"].capital) == ("Kazakhstan", "Astana")
    assert states["NLD"].capital == "The Hague"
    assert states["ISR"].iso2 == "IL"


@pytest.mark.parametrize("acronym", CONTRACT_IGOS.split())
def test_organisations_of_the_contract_are_there(acronym: str) -> None:
    assert f"IGO-{acronym}" in gazetteer.igos()


def test_organisations_have_distinct_names() -> None:
    igos = gazetteer.igos()
    assert len({igo.name for igo in igos.values()}) == len(igos) > 90


def test_kinds_and_codes() -> None:
    assert gazetteer.kind_of("HUN") == "state"
    assert gazetteer.kind_of("IGO-OTS") == "igo"
    assert not gazetteer.is_code("SUN")
    with pytest.raises(KeyError, match="unknown code 'EU'"):
        gazetteer.kind_of("EU")


def test_every_person_has_a_code_years_and_a_script_that_fits() -> None:
    people = gazetteer.people()
    assert len(people) >= 700
    for person in people:
        assert gazetteer.is_code(person.code)
        assert 1950 < person.since <= 2026
        assert person.until is None or person.since <= person.until <= 2026
        for lang, forms in person.names.items():
            assert len(set(forms)) == len(forms), person.name
            for form in forms:
                cyrillic = any("Ѐ" <= letter <= "ӿ" for letter in form)
                latin = any(letter.isalpha() and letter < "ɐ" for letter in form.replace("I", "").replace("V", "").replace("X", ""))
                assert cyrillic == (lang in ("kk", "ru")), (person.name, form)
                assert not (cyrillic and latin), (person.name, form)


def test_no_person_stands_twice_for_one_code() -> None:
    owners: dict[tuple[str, str], str] = {}
    for person in gazetteer.people():
        for form in person.names["en"]:
            assert owners.setdefault((person.code, form), person.name) == person.name


@pytest.mark.parametrize(
    ("name", "code", "lang", "form"),
    [
        ("Vladimir Putin", "RUS", "hu", "Vlagyimir Putyin"),
        ("Kassym-Jomart Tokayev", "KAZ", "hu", "Kaszim-Zsomart Tokajev"),
        ("Shavkat Mirziyoyev", "UZB", "hu", "Savkat Mirzijojev"),
        ("Emmanuel Macron", "FRA", "az", "Emmanuel Makron"),
        ("Donald Trump", "USA", "az", "Donald Tramp"),
        ("Joe Biden", "USA", "az", "Co Bayden"),
        ("Recep Tayyip Erdogan", "TUR", "kk", "Режеп Тайып Ердоған"),
        ("Islam Karimov", "UZB", "uz", "Islom Karimov"),
        ("Sergey Lavrov", "RUS", "ro", "Serghei Lavrov"),
        ("Mikhail Mishustin", "RUS", "tr", "Mihail Mişustin"),
        ("Xi Jinping", "CHN", "ru", "Си Цзиньпин"),
        ("Viktor Orbán", "HUN", "hu", "Orbán Viktor"),
    ],
)
def test_spellings_of_the_press(name: str, code: str, lang: str, form: str) -> None:
    person = next(p for p in gazetteer.people() if p.name == name and p.code == code)
    assert form in person.spellings(lang)


@pytest.mark.parametrize(
    ("file", "text", "message"),
    [
        ("states.tsv", "# head\nKAZ\tKZ\tKazakhstan\n", r"states.tsv, line 2: 3 columns instead of 4"),
        ("states.tsv", "kaz\tKZ\tKazakhstan\tAstana\n", r"line 1: 'kaz' is no code"),
        ("states.tsv", "KAZ\tKZ\tKazakhstan\tAstana\nKAZ\tKZ\tKazakhstan\tAstana\n", r"line 2: KAZ stands twice"),
        ("igos.tsv", "EU\tEuropean Union\tBrussels\n", r"igos.tsv, line 1: 'EU' is no code"),
        ("igos.tsv", "IGO-EU\t\tBrussels\n", r"IGO-EU has no name"),
        ("people.tsv", "XXX\tofficial\t2000\t\tA B\t\t\t\t\t\t\t\n", r"unknown code 'XXX'"),
        ("people.tsv", "HUN\tking\t2000\t\tA B\t\t\t\t\t\t\t\n", r"unknown office 'king'"),
        ("people.tsv", "HUN\tofficial\t2000\t\t\t\t\t\t\t\t\t\n", r"no English name"),
        ("people.tsv", "HUN\tofficial\tsoon\t\tA B\t\t\t\t\t\t\t\n", r"'soon' in the column 'from' is no year"),
        ("people.tsv", "HUN\tofficial\t2000\t1999\tA B\t\t\t\t\t\t\t\n", r"ends \(1999\) before it begins \(2000\)"),
        ("people.tsv", "HUN\tofficial\t2000\t\tA B|\t\t\t\t\t\t\t\n", r"an empty name or a space too many"),
        ("people.tsv", "HUN\tofficial\t2000\t\tA B\t\t\t\t\t\t\t\n" * 2, r"line 2: A B stands for HUN in line 1 too"),
    ],
)
def test_damaged_rows_say_where_and_how_to_mend(damaged: Callable[[str, str], None], file: str, text: str, message: str) -> None:
    damaged(file, text)
    with pytest.raises(gazetteer.GazetteerError, match=message):
        gazetteer.states(), gazetteer.igos(), gazetteer.people()
