"""Reads the folder of a language and compiles it once."""

from __future__ import annotations

import csv
import re
import tomllib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from ..text.script import normaliser
from ..world.people import People
from . import entries as e
from .morphology import Morphology
from .patterns import PhraseSet, WordIndex, phrase_set

FOLDER = Path(__file__).parent
# What a language can be compiled without, to see what it is worth.
SUFFIXES, GAZETTEER = "suffixes", "gazetteer"
PLAIN_NAMES = frozenset({"state", "adjective"})  # without them nobody has a code


class LanguageDataError(ValueError):
    """A data file of a language is damaged; the message names file, place and mend."""


@dataclass(slots=True)
class Language:
    """All that the engine knows of one language."""

    code: str
    name: str
    scripts: list[str]
    home: str | None
    agreement: bool
    verb_final: bool
    person_after_office: bool
    adjective_follows: bool
    names_apostrophe: bool
    office_tails: PhraseSet
    possessed: re.Pattern[str] | None
    participle: re.Pattern[str] | None
    normalise: Callable[[str], str]
    morphology: Morphology
    index: WordIndex
    names: PhraseSet
    triggers: PhraseSet
    cues: e.Cues
    time: dict
    boilerplate: dict
    counts: dict[str, int]


@cache
def available() -> tuple[str, ...]:
    """Codes of the languages that have a folder, in alphabetical order."""
    return tuple(sorted(path.parent.name for path in FOLDER.glob("*/language.toml")))


@dataclass(frozen=True, slots=True)
class Profile:
    """What identification needs of a language, cheap to read."""

    name: str
    scripts: tuple[str, ...]
    identify: tuple[str, ...]
    letters: str
    normalise: Callable[[str], str]


@cache
def profiles() -> dict[str, Profile]:
    """The served languages without their lexicons.

    Raises:
        LanguageDataError: a language.toml is damaged.
    """
    return {code: _profile(code) for code in available()}


def _profile(code: str) -> Profile:
    settings = _toml(FOLDER / code / "language.toml")
    words, letters = (settings.get(key) or settings.get("spelling", {}).get(key, "") for key in ("identify", "letters"))
    return Profile(settings["name"], tuple(settings["scripts"]), tuple(words), letters, normaliser(settings.get("spelling", {})))


def _toml(path: Path) -> dict:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise LanguageDataError(f"{path}: {error}; mend the file or take it from a fresh installation") from error


@cache
def load(code: str, without: frozenset[str] = frozenset()) -> Language:
    """The compiled language.

    Args:
        code: ISO 639-1 code, one of `available()`.
        without: `SUFFIXES`: no ending is cut off or read, a name or trigger is found in its written form (or by the stem that the lexicon
            writes with an asterisk) and marks no relation. `GAZETTEER`: no names but those of states and their nationality words.

    Raises:
        LanguageDataError: no such language, or a data file is damaged.
    """
    if code not in available():
        raise LanguageDataError(f"no data for the language {code!r}; served are {', '.join(available())}")
    return _Builder(code, without).build()


class _Builder:
    def __init__(self, code: str, without: frozenset[str]) -> None:
        self.code, self.without = code, without
        self.folder = FOLDER / code
        self.settings = self.toml("language.toml")
        self.normalise = normaliser(self.settings.get("spelling", {}))
        self.agreement = bool(self.settings.get("agreement", False))
        endings = {} if SUFFIXES in without else self.toml("morphology.toml")
        self.morphology = self.checked("morphology.toml", lambda: Morphology(endings))
        self.index = WordIndex(self.morphology, self.normalise)

    def toml(self, name: str) -> dict:
        return _toml(self.folder / name)

    def expression(self, key: str) -> re.Pattern[str] | None:
        """An optional regular expression of language.toml that tells a form by its ending."""
        if SUFFIXES in self.without:
            return None
        try:
            return re.compile(self.settings[key]) if self.settings.get(key) else None
        except re.error as error:
            raise LanguageDataError(f"{self.folder / 'language.toml'}: {key} is no regular expression ({error})") from error

    def checked(self, name: str, make):  # type: ignore[no-untyped-def]
        try:
            return make()
        except (ValueError, KeyError, TypeError) as error:
            raise LanguageDataError(f"{self.folder / name}: {error}") from error

    def rows(self, name: str, columns: int) -> Iterator[tuple[int, list[str]]]:
        path = self.folder / name
        with path.open(encoding="utf-8", newline="") as lines:
            for number, row in enumerate(csv.reader(lines, delimiter="\t", quoting=csv.QUOTE_NONE), 1):
                if not row or not row[0].strip() or row[0].startswith("#"):
                    continue
                if len(row) != columns:
                    raise LanguageDataError(
                        f"{path}, line {number}: {len(row)} columns where {columns} belong; columns are divided by tabs"
                    )
                yield number, [cell.strip() for cell in row]

    def build(self) -> Language:
        settings = self.settings
        names, counts = self.names()
        triggers, trigger_count = self.checked("triggers.toml", self.triggers)
        return Language(
            code=self.code,
            name=settings["name"],
            scripts=settings["scripts"],
            home=settings.get("home") or None,
            agreement=self.agreement,
            verb_final=bool(settings.get("verb_final", False)),
            person_after_office=bool(settings.get("person_after_office", True)),
            names_apostrophe=bool(settings.get("names_apostrophe", False)),
            adjective_follows=bool(settings.get("adjective_follows", False)),
            office_tails=self.checked("language.toml", lambda: phrase_set(self.index, self.agreement, settings.get("office_tails", []))),
            possessed=self.expression("possessed"),
            participle=self.expression("participle"),
            normalise=self.normalise,
            morphology=self.morphology,
            index=self.index,
            names=names,
            triggers=triggers,
            cues=self.checked("cues.toml", self.cues),
            time=self.toml("time.toml"),
            boilerplate=self.toml("boilerplate.toml"),
            counts=counts | {"trigger": trigger_count},
        )

    def names(self) -> tuple[PhraseSet, dict[str, int]]:
        """Names, offices, references and known people: everything that can be a party or a place."""
        made = PhraseSet(self.index, self.agreement)
        counts: dict[str, int] = {}

        def take(forms: str, payload: object, kind: str, cased: bool, proper: bool = False) -> None:
            for form in filter(None, (form.strip() for form in forms.split("|"))):
                made.add(form, payload, alternatives=False, cased=cased, proper=proper)
                counts[kind] = counts.get(kind, 0) + 1

        for number, (code, kind, english, forms) in self.rows("names.tsv", 4):
            if kind not in e.NAME_KINDS:
                raise LanguageDataError(f"{self.folder}/names.tsv, line {number}: unknown kind {kind!r}; use one of {sorted(e.NAME_KINDS)}")
            if kind in PLAIN_NAMES or GAZETTEER not in self.without:
                take(forms, e.Name(None if code == "-" else code, kind, english), kind, cased=True)
        for number, (kind, _label, forms) in self.rows("offices.tsv", 3):
            if kind not in e.BODIES | e.PERSONS:
                raise LanguageDataError(
                    f"{self.folder}/offices.tsv, line {number}: unknown kind {kind!r}; use one of {sorted(e.BODIES | e.PERSONS)}"
                )
            take(forms, e.Office(kind, "ORG" if kind in e.BODIES else "PER"), "office", cased=False)
        for number, (kind, forms) in self.rows("references.tsv", 2):
            if kind not in e.REFERENCES:
                raise LanguageDataError(
                    f"{self.folder}/references.tsv, line {number}: unknown kind {kind!r}; use one of {sorted(e.REFERENCES)}"
                )
            take(forms, e.Reference(kind), "reference", cased=False)
        people = People([] if GAZETTEER in self.without else None)
        for form, persons in people.for_language(self.code).items():
            take(form, e.KnownPerson(persons), "person", cased=True, proper=True)
        for form, persons in people.surname_owners(self.code).items():
            take(form, e.KnownPerson(persons, short=True), "surname", cased=True, proper=True)
        return made, counts

    def triggers(self) -> tuple[PhraseSet, int]:
        data = self.toml("triggers.toml")
        sets = data.get("sets", {})
        made = PhraseSet(self.index, self.agreement, sets)

        def context(forms: list[str] | None) -> PhraseSet | None:
            return phrase_set(self.index, self.agreement, forms, sets) if forms else None

        for raw in data.get("trigger", []):
            try:
                e.check_trigger(raw)
                entry = e.TriggerEntry(
                    id=raw["id"],
                    type=raw["type"],
                    near=context(raw.get("near")),
                    within=raw.get("within"),
                    bar=context(raw.get("not")),
                    bar_within=raw.get("not_within", 4),
                    roles=raw.get("roles", {}),
                    object=context(raw.get("object")),
                    modality=raw.get("modality"),
                    variant=raw.get("variant"),
                    weak=raw.get("weak", False),
                    pair=raw.get("pair", False),
                    back=raw.get("back", False),
                    single=raw.get("single", False),
                    confidence=raw.get("confidence", 0.8),
                )
                for form in raw["any"]:
                    made.add(form, entry)
            except (KeyError, ValueError, TypeError) as error:
                raise ValueError(f"trigger {raw.get('id', raw)!r}: {error}") from error
        return made, len(data.get("trigger", []))

    def cues(self) -> e.Cues:
        data = self.toml("cues.toml")
        e.check_cues(data)

        def plain(forms: list[str] | None) -> PhraseSet:
            return phrase_set(self.index, self.agreement, forms or [])

        def maybe(forms: list[str] | None) -> PhraseSet | None:
            return plain(forms) if forms else None

        def adpositions(table: dict[str, str]) -> PhraseSet:
            made = PhraseSet(self.index, False)
            for form, relation in table.items():
                made.add(form, relation, inflect=False)
            return made

        cues = [
            e.ModalityCue(
                cue["value"],
                maybe(cue.get("on")),
                maybe(cue.get("before")),
                maybe(cue.get("after")),
                maybe(cue.get("unless")),
                cue.get("within", 4),
            )
            for cue in data.get("modality", {}).get("cue", [])
        ]
        noise, money = data.get("noise", {}), data.get("money", {})
        places = data.get("adpositions", {})
        return e.Cues(
            before=adpositions(places.get("before", {})),
            after=adpositions(places.get("after", {})),
            conjunctions=plain(data.get("conjunctions", {}).get("words")),
            boundaries=plain(data.get("clauses", {}).get("boundary")),
            dating=plain(places.get("dating")),
            terms=plain(places.get("terms")),
            articles=plain(places.get("articles")),
            place_heads=plain(places.get("place_heads")),
            modality=cues,
            noise=plain(noise.get("words")),
            private=plain(noise.get("private")),
            currencies=plain(money.get("currencies")),
            scale=plain(money.get("scale")),
        )
