"""Whom a name means: by spelling, by sound, by surname alone."""

from __future__ import annotations

import pytest

from bilat_nlp.world.gazetteer import LANGUAGES, Person, people
from bilat_nlp.world.people import People, pick


@pytest.fixture(scope="module")
def everybody() -> People:
    return People()


def person(code: str, name: str, since: int, until: int | None = None, office: str = "head_of_state") -> Person:
    return Person(code, office, since, until, {"en": (name,)})


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_spelling_leads_to_its_person(everybody: People, lang: str) -> None:
    forms = everybody.for_language(lang)
    for one in people():
        for form in one.spellings(lang):
            assert one in forms[form]


@pytest.mark.parametrize(
    ("name", "lang", "year", "code"),
    [
        ("Kaszim-Zsomart Tokajev", "hu", None, "KAZ"),
        ("Hszi Csin-ping", "hu", None, "CHN"),
        ("İlham Əliyev", "az", None, "AZE"),
        ("Шавкат Мирзиёев", "ru", None, "UZB"),
        ("Aleksander Lukaşenka", "tr", None, "BLR"),  # not in the table: by sound
        ("Mark Rutte", "en", 2015, "NLD"),
        ("Mark Rutte", "en", 2025, "IGO-NATO"),
        ("Donald Tusk", "en", 2016, "IGO-EU"),
        ("Donald Tusk", "en", 2024, "POL"),
        ("António Guterres", "ro", 2018, "IGO-UN"),
    ],
)
def test_find(everybody: People, name: str, lang: str, year: int | None, code: str) -> None:
    found = everybody.find(name, lang, year)
    assert found is not None
    assert found.code == code


@pytest.mark.parametrize("name", ["Rutte", "Mark Rutte", "John Smith", "Putin Vladimirov", ""])
def test_find_stays_silent_when_in_doubt(everybody: People, name: str) -> None:
    assert everybody.find(name, "en") is None


def test_a_bare_surname_is_never_matched_by_sound(everybody: People) -> None:
    assert everybody.find("Makronn", "az") is None


@pytest.mark.parametrize(
    ("lang", "surname", "code"),
    [
        ("en", "Putin", "RUS"),
        ("en", "Trump", "USA"),
        ("az", "Makron", "FRA"),
        ("az", "Tramp", "USA"),
        ("hu", "Putyin", "RUS"),
        ("hu", "Szijjártó", "HUN"),
        ("hu", "Hszi", "CHN"),
        ("ru", "Эрдоган", "TUR"),
        ("kk", "Тоқаев", "KAZ"),
        ("ro", "von der Leyen", "IGO-EU"),
        ("tr", "Macron", "FRA"),
        ("uz", "Mirziyoyev", "UZB"),
    ],
)
def test_surnames_of_the_well_known(everybody: People, lang: str, surname: str, code: str) -> None:
    assert everybody.surnames(lang)[surname] == code


@pytest.mark.parametrize("lang", LANGUAGES)
def test_no_unsafe_surname(everybody: People, lang: str) -> None:
    surnames = everybody.surnames(lang)
    given = {form.split()[0] for one in people() if one.code == "TUR" for form in one.names["en"]}
    assert not given & set(surnames)
    assert not {"May", "Bush", "Johnson", "Khan", "Li", "Xi", "Kim", "III", "II"} & set(surnames)
    assert all(len(surname) >= 4 for surname in surnames)


def test_a_surname_of_two_sides_is_left_out_unless_the_year_decides(everybody: People) -> None:
    assert "Tusk" not in everybody.surnames("en")
    assert everybody.surnames("en", 2016)["Tusk"] == "IGO-EU"
    assert everybody.surnames("en", 2025)["Tusk"] == "POL"


def test_surname_and_given_name_in_conflict() -> None:
    few = People([person("FRA", "Anna Martel", 2000), person("DEU", "Martel Weiss", 2000), person("USA", "Joe Weisser", 2000)])
    assert few.surnames("en") == {"Weiss": "DEU", "Weisser": "USA"}


def test_monarchs_have_no_surname() -> None:
    assert People([person("GBR", "Charles Windsor III", 2022)]).surnames("en") == {}


def test_pick_takes_the_newer_office_in_a_year_of_change() -> None:
    before, after = person("NLD", "Mark Rutte", 2010, 2024), person("IGO-NATO", "Mark Rutte", 2024, None, "igo_head")
    assert pick([before, after], 2024) is after
    assert pick([before, after], 2012) is before
    assert pick([before, after]) is None
    assert pick([before]) is before
    assert pick([]) is None
