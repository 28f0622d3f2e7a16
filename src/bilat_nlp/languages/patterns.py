"""Word patterns and phrases: how a form in a data file meets the words of a text.

All forms of a language share one index of word patterns. A word is looked up once (and remembered); what it matches is a small
dictionary {pattern number: relations}, and phrases are sequences of sets of pattern numbers. So the cost of a text does not grow with
the size of the lexicon.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from .morphology import NOMINATIVE, Morphology

Relations = frozenset[str]
Hits = dict[int, tuple[Relations, int]]  # pattern number -> relations of the form, length of the stem in letters
NOTHING: Relations = frozenset()
UNKNOWN: Relations = frozenset({"?"})  # what no table of endings marks
GAP = 3  # most words that `__` stands for
LONGEST_WORD = 80  # letters; what is longer is no word of any language
SHORTEST_STEM = 3  # letters of a stem that takes endings without a joint: Hungarian "írt" (wrote) is no form of "ír" (Irish)
SHORTEST_PART = 4  # letters of a compound's last part; shorter ones are endings ("EU-val")
REMEMBERED = 200_000  # words kept by the cache of one language


class HasKey(Protocol):
    """A word of a text: as written, and normalised."""

    text: str
    key: str


class WordIndex:
    """The one-word patterns of a language.

    Args:
        morphology: endings of the language.
        normalise: the normaliser that the words of texts go through as well.
    """

    def __init__(self, morphology: Morphology, normalise: Callable[[str], str]) -> None:
        self.morphology = morphology
        self.normalise = normalise
        self._numbers: dict[tuple[str, bool], int] = {}
        self._exact: dict[str, list[tuple[int, Relations]]] = {}
        self._prefix: dict[str, list[int]] = {}
        self._stem: dict[str, list[tuple[int, dict[str, Relations]]]] = {}
        self._loose: list[tuple[re.Pattern[str], int]] = []
        self._any_loose: re.Pattern[str] | None = None
        self._memory: dict[str, Hits] = {}
        self._inflected: set[int] = set()

    def add(self, pattern: str, inflect: bool) -> int:
        """The number of a one-word pattern, new or known."""
        known = self._numbers.get((pattern, inflect))
        if known is not None:
            return known
        number = self._numbers[pattern, inflect] = len(self._numbers)
        self._memory.clear()
        if pattern.startswith("="):
            self._exact.setdefault(self.normalise(pattern[1:]), []).append((number, NOMINATIVE))
        elif pattern.startswith("*"):
            inner = re.escape(self.normalise(pattern.strip("*")))
            self._loose.append((re.compile(inner if pattern.endswith("*") else inner + "$"), number))
            self._any_loose = None
        elif pattern.endswith("*"):
            self._prefix.setdefault(self.normalise(pattern[:-1]), []).append(number)
        else:
            lemma = self.normalise(pattern)
            self._exact.setdefault(lemma, []).append((number, NOMINATIVE))
            if inflect:
                self._inflected.add(number)
                for stem, endings in self.morphology.stems(lemma):
                    self._stem.setdefault(stem, []).append((number, endings))
        return number

    def match(self, key: str) -> Hits:
        """What a normalised word matches."""
        hits = self._memory.get(key)
        if hits is None:
            if len(self._memory) >= REMEMBERED:
                self._memory.clear()
            hits = self._memory[key] = self._match(key)
        return hits

    def match_compound(self, key: str) -> Hits:
        """What a word matches as a whole or, where a hyphen joins it, by its last part: "NATO-csatlakozás" names an accession."""
        whole = self.match(key)
        if "-" not in key:
            return whole
        part = key.rpartition("-")[2]
        tail = self.match(part) if len(part) >= SHORTEST_PART else {}
        return whole | {number: hit for number, hit in tail.items() if number not in whole}

    def match_lemma(self, lemma: str) -> Hits:
        """What a word matches by the normalised lemma that somebody else's analysis gives it: patterns that take any form of theirs.

        A lemma says nothing of the relation that its form marks.
        """
        hits: Hits = {number: (NOTHING, len(lemma)) for number, _ in self._exact.get(lemma, ()) if number in self._inflected}
        for cut in range(1, min(len(lemma), LONGEST_WORD) + 1):
            for number in self._prefix.get(lemma[:cut], ()):
                hits.setdefault(number, (NOTHING, cut))
        return hits

    def _any_relations(self, rest: str) -> Relations:
        """What an ending marks in whatever paradigm has it; a prefix pattern does not say which one it follows."""
        return frozenset().union(*(table.get(rest, NOTHING) for table in self.morphology.endings.values())) if rest else NOTHING

    def _match(self, key: str) -> Hits:
        hits: Hits = {}
        if len(key) > LONGEST_WORD:
            return hits
        for number, relations in self._exact.get(key, ()):
            hits[number] = relations, len(key)
        for cut in range(1, len(key) + 1):
            head = key[:cut]
            if head in self._prefix:
                relations = self._any_relations(key[cut:])
                for number in self._prefix[head]:
                    hits.setdefault(number, (relations, cut))
            if head in self._stem:
                rest = key[cut:]
                joint = rest[:1] in ("'", "-")
                rest = rest[1:] if joint else rest
                if cut < SHORTEST_STEM and rest and not joint:
                    continue
                for number, endings in self._stem[head]:
                    relations = endings.get(rest, UNKNOWN)
                    if relations is not UNKNOWN:
                        if joint:  # behind an apostrophe or hyphen stands the case of a name, never its possessive
                            relations = relations - {"nom", "adj"} or relations
                        old = hits.get(number)
                        # Two cuts of one word ("Anka-ra-da", "Ankara-da"): the longer stem is the likelier, its relations come first.
                        hits[number] = (relations | old[0] if old and rest else relations), cut
        if self._loose:
            if self._any_loose is None:
                self._any_loose = re.compile("|".join(pattern.pattern for pattern, _ in self._loose))
            if self._any_loose.search(key):
                for pattern, number in self._loose:
                    if pattern.search(key):
                        hits.setdefault(number, (NOTHING, len(key)))
        return hits


ANY = "any"
SKIP = "skip"
Element = frozenset[int] | str


@dataclass(slots=True)
class Phrase:
    """A compiled form: what it stands for, its elements, and what capital letters it asks for.

    `capitals` is 0 for none, 1 for one at the head, 2 for nothing but capitals; `proper` asks for a capital on every word that the form
    writes with one: "Péter magyar külügyminiszter" is no Péter Magyar.
    """

    payload: Any
    elements: tuple[Element, ...]
    capitals: int = 0
    length: int = 0
    text: str = ""
    proper: bool = False


@dataclass(slots=True)
class Found:
    """A phrase in a text: words [first, last), the relations its last word marks, the letters of the first word's stem."""

    phrase: Phrase
    first: int
    last: int
    relations: Relations
    stem: int = 0


@dataclass
class PhraseSet:
    """Phrases that are looked for together."""

    index: WordIndex
    agreement: bool
    sets: dict[str, list[str]] = field(default_factory=dict)
    _starts: dict[int, list[Phrase]] = field(default_factory=dict)

    def add(
        self,
        form: str,
        payload: Any = None,
        *,
        alternatives: bool = True,
        inflect: bool = True,
        cased: bool = False,
        proper: bool = False,
    ) -> None:
        """Compile one form (docs/languages.md, "Patterns") and take it in.

        Args:
            payload: what a `Found` of the form hands on.
            alternatives: read "a|b" as a choice and "@name" as a set.
            inflect: its words may take endings (all or the last, by `agreement`).
            cased: ask for the capitals of the form at its head, `proper` for those of all its words.

        Raises:
            ValueError: an empty form, a gap at its begin, an unknown set.
        """
        words = form.split()
        if not words or words[0] in ("_", "__"):
            raise ValueError(f"the form {form!r} is empty or begins with a gap")
        elements: list[Element] = []
        for place, word in enumerate(words):
            if word in ("_", "__"):
                elements.append(ANY if word == "_" else SKIP)
                continue
            inflected = inflect and (self.agreement or place == len(words) - 1)
            numbers = (self.index.add(one, inflected) for one in self._alternatives(word, alternatives))
            elements.append(frozenset(numbers))
        letters = "".join(c for c in form if c.isalpha())
        capitals = 0 if not cased or letters == letters.lower() else 2 if letters.isupper() and len(letters) < 8 else 1
        phrase = Phrase(payload, tuple(elements), capitals, len(elements), form, proper and len(elements) > 1)
        for number in elements[0]:  # type: ignore[union-attr]
            self._starts.setdefault(number, []).append(phrase)  # type: ignore[arg-type]

    def _alternatives(self, word: str, alternatives: bool) -> Iterator[str]:
        for one in word.split("|") if alternatives else [word]:
            if one.startswith("@"):
                if one[1:] not in self.sets:
                    raise ValueError(f"the set {one!r} is not defined in [sets]")
                yield from self.sets[one[1:]]
            else:
                yield one

    def __bool__(self) -> bool:
        return bool(self._starts)

    def at(self, words: Sequence[HasKey], hits: Sequence[Hits], place: int, stop: int) -> Iterator[Found]:
        """Every phrase that begins at a word; `hits[i]` are the matches of `words[i]`, `stop` is the first word out of reach."""
        starts = self._starts
        for number, (relations, stem) in hits[place].items():
            for phrase in starts.get(number, ()):
                if phrase.capitals and not _capitals(phrase.capitals, words[place].text):
                    continue
                if phrase.length == 1:
                    yield Found(phrase, place, place + 1, relations, stem)
                elif (tail := self._rest(phrase.elements, 1, hits, place + 1, stop)) is not None:
                    last, end = tail
                    if phrase.proper and not _proper(phrase.text, words[place:last]):
                        continue
                    yield Found(phrase, place, last, self._relations(relations, end), stem)

    def _rest(self, elements: tuple[Element, ...], step: int, hits: Sequence[Hits], place: int, stop: int) -> tuple[int, Relations] | None:
        relations = NOTHING
        while step < len(elements):
            element = elements[step]
            if element is SKIP:
                for gap in range(GAP + 1):
                    if (tail := self._rest(elements, step + 1, hits, place + gap, stop)) is not None:
                        return tail
                return None
            if place >= stop:
                return None
            if element is not ANY:
                here = hits[place]
                for number in element:
                    if number in here:  # type: ignore[comparison-overlap]
                        relations = here[number][0]  # type: ignore[index]
                        break
                else:
                    return None
            place += 1
            step += 1
        return place, relations

    def _relations(self, first: Relations, last: Relations) -> Relations:
        # Where every word inflects the head of "Республики Молдова" is its first word; elsewhere the last word carries the case.
        return (first & last or first) if self.agreement else last

    def first_in(self, words: Sequence[HasKey], hits: Sequence[Hits], low: int, high: int) -> Found | None:
        """The first phrase that lies wholly in words [low, high)."""
        starts = self._starts
        for place in range(low, high):
            here = hits[place]
            if here and any(number in starts for number in here):
                for found in self.at(words, hits, place, high):
                    return found
        return None


def _capitals(asked: int, text: str) -> bool:
    return text[:2].isupper() if asked == 2 else text[:1].isupper()


def _proper(form: str, words: Sequence[HasKey]) -> bool:
    return all(word.text[:1].isupper() or not part[:1].isupper() for part, word in zip(form.split(), words, strict=True))


def phrase_set(index: WordIndex, agreement: bool, forms: Iterable[str], sets: dict[str, list[str]] | None = None) -> PhraseSet:
    """A set of forms without payload, for contexts and cues."""
    made = PhraseSet(index, agreement, sets or {})
    for form in forms:
        made.add(form)
    return made
