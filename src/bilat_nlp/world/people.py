"""Who a name means: whole names by their spelling, failing that by their sound; bare surnames only where that is safe.

The forms are those of the table, as written. Lower-casing, inflection and the two scripts of Uzbek are the business of
the lexicon that takes them in.
"""

from __future__ import annotations

import re
import tomllib
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from functools import cache, cached_property
from importlib import resources

from bilat_nlp.world.gazetteer import LANGUAGES, Person
from bilat_nlp.world.gazetteer import people as all_people
from bilat_nlp.world.transcribe import key

_NUMERAL = re.compile("[IVX]+")


class _SurnameRules:
    """`surnames.toml`, with the lists as sets."""

    def __init__(self, data: Mapping[str, object]) -> None:
        self.offices = _words(data["offices"])
        self.codes = _words(data["codes"])
        self.surname_first = _words(data["surname_first"])
        self.shortest = _number(data["shortest"])
        self.slack = _number(data["slack"])
        self.particles = _words(_table(data["particles"])["words"])
        self.inside = _words(_table(data["particles"])["inside"])
        self._first_in = {lang: _words(codes) for lang, codes in _table(data["surname_first_in"]).items()}
        self._ordinary = {lang: _words(words) for lang, words in _table(data["ordinary"]).items()}

    def leads(self, code: str, lang: str) -> bool:
        """Do names of this side begin with the surname in this language?"""
        return code in self.surname_first or code in self._first_in.get(lang, frozenset())

    def ordinary(self, lang: str) -> frozenset[str]:
        """Names never safe alone in `lang`. English words too: English spellings are looked up in every language."""
        return self._ordinary["all"] | self._ordinary["en"] | self._ordinary.get(lang, frozenset())


def _words(value: object) -> frozenset[str]:
    if not isinstance(value, list):
        raise ValueError(f"world/surnames.toml: {value!r} must be a list of words")
    return frozenset(map(str, value))


def _number(value: object) -> int:
    if not isinstance(value, int):
        raise ValueError(f"world/surnames.toml: {value!r} must be a whole number")
    return value


def _table(value: object) -> Mapping[str, object]:
    if not isinstance(value, dict):
        raise ValueError(f"world/surnames.toml: {value!r} must be a table")
    return value


@cache
def _rules() -> _SurnameRules:
    text = resources.files(__package__).joinpath("surnames.toml").read_text(encoding="utf-8")
    return _SurnameRules(tomllib.loads(text))


@cache
def particles() -> frozenset[str]:
    """Lower-case words inside names: "al", "von", "de", "ibn", "oğlu"."""
    return _rules().particles | _rules().inside


def _split(form: str, first: bool) -> tuple[list[str], list[str]]:
    """Given names and surname of a full name; a particle goes with the surname behind it. Single words have no surname."""
    words = form.split()
    if len(words) < 2:
        return words, []
    if first:
        return words[1:], words[:1]
    start = len(words) - 1
    while start > 1 and words[start - 1].lower() in _rules().particles:
        start -= 1
    return words[:start], words[start:]


def _crowned(person: Person) -> bool:
    """A monarch or pope: what stands last in the name is a given name, a number or a title, never a surname."""
    return any(_NUMERAL.fullmatch(word) for form in person.names["en"] for word in form.split())


class People:
    """An index over people. Without an argument, over the whole table; pass a list to index a part of it."""

    def __init__(self, people: Sequence[Person] | None = None) -> None:
        self._people = all_people() if people is None else list(people)
        self._forms: dict[str, dict[str, tuple[Person, ...]]] = {}

    def for_language(self, lang: str) -> dict[str, tuple[Person, ...]]:
        """Every full name as the press of `lang` writes it (English spellings too) and whom it may mean.

        More than one person only where somebody changed sides: choose with `pick`.
        """
        if lang not in self._forms:
            forms: dict[str, list[Person]] = defaultdict(list)
            for person in self._people:
                for form in person.spellings(lang):
                    forms[form].append(person)
            self._forms[lang] = {form: tuple(found) for form, found in forms.items()}
        return self._forms[lang]

    def find(self, name: str, lang: str, year: int | None = None) -> Person | None:
        """The person with this full name in this language: first by spelling, then by sound. None when nobody or several fit.

        `year` (of the document) decides between the offices of one who changed sides.
        """
        found = self.for_language(lang).get(name)
        if found is None and len(name.split()) > 1:
            sounds = {key(name, lang), key(name, "en")}
            found = tuple({id(p): p for sound in sounds for p in self._sounds.get(sound, ())}.values())
        return pick(found, year) if found else None

    @cached_property
    def _sounds(self) -> dict[str, tuple[Person, ...]]:
        """Phonetic keys of all spellings. Keys of one word are left out: one word is no full name."""
        sounds: dict[str, dict[int, Person]] = defaultdict(dict)
        for person in self._people:
            for lang in LANGUAGES:
                for form in person.names.get(lang, ()):
                    sound = key(form, lang)
                    if " " in sound:
                        sounds[sound][id(person)] = person
        return {sound: tuple(found.values()) for sound, found in sounds.items()}

    def surnames(self, lang: str, year: int | None = None) -> dict[str, str]:
        """Surnames that are safe alone, as written in `lang`, to the code they stand for.

        With `year`, only people in office about then count, so that somebody who has changed sides since is found under
        the side of that year; without it, such a surname is left out.
        """
        found = ((name, pick(owners, year)) for name, owners in self.surname_owners(lang, year).items())
        return {name: person.code for name, person in found if person}

    def surname_owners(self, lang: str, year: int | None = None) -> dict[str, tuple[Person, ...]]:
        """Surnames that are safe alone, as written in `lang`, to the people they may mean: of one side, or one human being.

        Safe: of a well-known office-holder, and neither a given name nor an ordinary word (`surnames.toml`). Somebody who
        changed sides has several entries, for `pick` to choose from.
        """
        rules = _rules()
        given: set[str] = set()
        owners: dict[str, list[Person]] = defaultdict(list)
        known: set[str] = set()
        for person in self._people:
            current = year is None or person.in_office(year, rules.slack)
            famous = person.office in rules.offices and person.code in rules.codes
            for form in person.spellings(lang):
                # A spelling taken over from English keeps the English order.
                first, last = _split(form, rules.leads(person.code, lang if form in person.names.get(lang, ()) else "en"))
                given.update(first)
                if not last or not current:
                    continue
                for surname in {" ".join(last), last[-1]}:
                    if person not in owners[surname]:
                        owners[surname].append(person)
                    if famous and len(surname) >= rules.shortest:
                        known.add(surname)
        safe = sorted(known - given - rules.ordinary(lang))
        return {name: tuple(owners[name]) for name in safe if _one(owners[name])}


def _one(owners: Sequence[Person]) -> bool:
    """Do all of them stand for one side, or are they one human being?"""
    return len({owner.code for owner in owners}) == 1 or len({owner.name for owner in owners}) == 1


def pick(found: Iterable[Person], year: int | None = None) -> Person | None:
    """The one person meant: the only one, or the only side held in `year`. None when that leaves several sides open."""
    left = list(found)
    if len({person.code for person in left}) > 1 and year is not None:
        left = [p for p in left if p.in_office(year)] or [p for p in left if p.in_office(year, slack=1)]
        if len(left) > 1:  # a year of change: the newer office
            newest = max(person.since for person in left)
            left = [person for person in left if person.since == newest]
    return left[0] if len({person.code for person in left}) == 1 else None
