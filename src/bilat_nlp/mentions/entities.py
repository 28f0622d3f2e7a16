"""Finds names, offices and references in the words of a sentence and composes them to mentions.

An office takes the code of the state beside it, a name beside the office takes the code of the office, and the state inside such a
phrase is no party of its own any more (offices.py, names.py, places.py); adpositions and lists have the last word on cases (cases.py).
"""

from __future__ import annotations

from collections.abc import Sequence

from ..analysis import Analysis, Mention
from ..languages.entries import KnownPerson, Name, Office
from ..languages.patterns import Found
from ..text.words import Word
from .cases import give_adpositions, join_lists
from .names import NameGiver
from .offices import OwnerGiver
from .places import close_brackets, drop_currencies, drop_private, mark_modifiers, name_capitals, put_in_states, take_heads
from .view import PLAIN, View

RANK = {
    "igo": 9,
    "body": 8,
    "state": 7,
    "capital": 6,
    "person": 5,
    "adjective": 4,
    "office": 3,
    "both": 3.5,
    "city": 2,
    "reference": 1,
    "region": 0,
    "surname": -1,
}


PART = "company"  # kind of an office that is only the last part of a compound


def rank(payload: object) -> float:
    if isinstance(payload, Name):
        return RANK[payload.kind]
    if isinstance(payload, KnownPerson):
        return RANK["surname" if payload.short else "person"]
    if isinstance(payload, Office):
        return RANK["office"]
    return RANK["both" if payload.kind == "both" else "reference"]  # type: ignore[attr-defined]


def find(analysis: Analysis, sentence: int) -> list[Mention]:
    """The mentions of a sentence in the order of the text, composed but not yet resolved across sentences."""
    span, view = analysis.layout.sentences[sentence], View(analysis, sentence)
    raw = _raw(analysis, sentence, span.first, span.last)
    close_brackets(view, raw)
    take_heads(view, raw)
    put_in_states(view, raw)
    OwnerGiver(view, raw).give()
    names = NameGiver(view, raw)
    for mention in raw:
        if mention.kind in ("office", "counterpart") and mention.label == "PER":
            names.give(mention)
    made = name_capitals(view, [m for m in raw if not m.inside or m.kind not in ("person", "office")])
    put_in_states(view, made)
    mark_modifiers(view, made)
    drop_private(view, made)
    drop_currencies(view, made)
    give_adpositions(view, names.taken, made)
    join_lists(view, made)
    return made


def _raw(analysis: Analysis, sentence: int, first: int, last: int) -> list[Mention]:
    words, hits, names = analysis.layout.words, analysis.hits, analysis.language.names
    made: list[Mention] = []
    place = first
    while place < last:
        best: Found | None = None
        if hits[place]:
            for found in names.at(words, hits, place, last):
                if isinstance(found.phrase.payload, Office) and _adposition(analysis, found, last):
                    continue
                if isinstance(found.phrase.payload, KnownPerson) and found.phrase.payload.short and _strange(analysis, made, place, first):
                    continue
                if best is None or (found.last, rank(found.phrase.payload)) > (best.last, rank(best.phrase.payload)):
                    best = found
        if best is not None and _hides_name(analysis, best, last):
            best = None
        joined = "-" in words[place].key[1:-1]
        if joined and not (best and _whole(analysis, best)):
            made.extend(_compound(analysis, place, sentence))
            best = best if best and isinstance(best.phrase.payload, Office) else None
        if best is not None:
            mention = _mention(words, best, sentence, analysis.year)
            if joined and not _whole(analysis, best):
                mention.office = PART  # "Hamász-kormány": never the government at home
            made.append(mention)
        place = best.last if best else place + 1
    return made


def _hides_name(analysis: Analysis, found: Found, stop: int) -> bool:
    """Whether a reference ("the organization") covers the begin of a longer name ("Organization of Turkic States")."""
    if isinstance(found.phrase.payload, Name | Office | KnownPerson):
        return False
    words, hits, names = analysis.layout.words, analysis.hits, analysis.language.names
    inner = (other for place in range(found.first + 1, found.last) for other in names.at(words, hits, place, stop))
    return any(isinstance(other.phrase.payload, Name) and other.last > found.last for other in inner)


def _strange(analysis: Analysis, made: list[Mention], place: int, first: int) -> bool:
    """Whether another first name stands before a surname: "Мануэл Кошта" is not António Costa."""
    if place <= first + 1:
        return False
    before = analysis.layout.words[place - 1]
    covered = bool(made) and made[-1].last == place
    return before.text[:1].isupper() and before.text.isalpha() and len(before.text) > 2 and not covered


def _adposition(analysis: Analysis, found: Found, stop: int) -> bool:
    """Whether the words of an office are an adposition here: Uzbek "tomonidan" (by) beside "tomoni" (its side)."""
    after = analysis.language.cues.after
    return any(other.last >= found.last for other in after.at(analysis.layout.words, analysis.hits, found.first, stop))


def _whole(analysis: Analysis, found: Found) -> bool:
    """Whether the first word matched as it stands, not by the last part of a compound."""
    here = analysis.language.index.match(analysis.layout.words[found.first].key)
    return any(number in here for number in found.phrase.elements[0])  # type: ignore[union-attr]


def _mention(words: Sequence[Word], found: Found, sentence: int, year: int | None) -> Mention:
    payload, relations = found.phrase.payload, found.relations or PLAIN
    mention = Mention(
        found.first, found.last, words[found.first].start, words[found.last - 1].end, "GPE", "", (), relations, sentence
    )  # fmt: skip
    if isinstance(payload, Name):
        mention.label, mention.kind, mention.english = payload.label, payload.kind, payload.english or None
        mention.codes = (payload.code,) if payload.code else ()
        if payload.kind == "adjective":
            mention.relations = frozenset({"adj"}) if "nom" in relations else relations | {"adj"}
    elif isinstance(payload, KnownPerson):
        code = payload.code(year)
        mention.label, mention.kind, mention.codes = "PER", "person", (code,) if code else ()
        mention.sides = tuple(person.code for person in payload.people)
    elif isinstance(payload, Office):
        mention.label, mention.kind, mention.office = payload.label, "office", payload.kind
    else:
        mention.kind = payload.kind
        mention.label = "PER" if payload.kind == "counterpart" else mention.label
    return mention


def _compound(analysis: Analysis, place: int, sentence: int) -> list[Mention]:
    """The parts of a hyphenated word that are names: "orosz-kazah", "Qazaxıstan–Rumıniya"."""
    language, word = analysis.language, analysis.layout.words[place]
    made, at = [], word.start
    parts = word.text.replace("–", "-").replace("—", "-").replace("‑", "-").split("-")
    for part in parts:
        if part:
            piece = Word(at, at + len(part), part, language.normalise(part))
            hits = [language.index.match(piece.key)]
            options = [f for f in language.names.at([piece], hits, 0, 1) if _coded(f.phrase.payload)]
            if options:
                best = max(options, key=lambda found: rank(found.phrase.payload))
                mention = _mention([piece], best, sentence, analysis.year)
                mention.first, mention.last = place, place + 1
                made.append(mention)
        at += len(part) + 1
    if len(made) > 1:
        # The ending stands on the last part and counts for all of them.
        for mention in made:
            mention.relations = (made[-1].relations - {"nom"}) | {"adj"}
            mention.group = word.start
    return made


def _coded(payload: object) -> bool:
    return isinstance(payload, KnownPerson) or (isinstance(payload, Name) and payload.code is not None)
