"""The baseline over any pipeline that finds words, sentences and entities: a trigger word and the countries nearest to it.

Of the countries in the trigger's sentence, the nearest one before it acts and the nearest one after it is acted on. Where all stand on one
side, as where the verb comes last, the two nearest are taken in the order of the text. No case, no context, no coreference, no dates; every
event is taken as a fact. One record a type and pair of countries in a document.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from bilat_nlp import ontology
from bilat_nlp.evaluation.systems.reading import Reader, Reading, Span, our_label
from bilat_nlp.evaluation.systems.wordlist import countries, triggers
from bilat_nlp.languages.loader import profiles
from bilat_nlp.records import Argument, Document, Event, Trigger
from bilat_nlp.text.language import identify

BATCH = 64  # documents of which the languages are known before the first is read


@dataclass(frozen=True, slots=True)
class Country:
    """A country named in tokens [first, last)."""

    first: int
    last: int
    code: str
    label: str


class NearestCountry:
    """A pipeline with the baseline on top."""

    recorded = False
    classes = None
    by_day = False

    def __init__(self, name: str, title: str, reader: Reader) -> None:
        self.name, self.title, self.reader = name, title, reader
        self.notes: list[str] = []

    def load(self) -> None:
        self.reader.load()

    def predict(self, documents: Iterable[Document]) -> Iterator[Document]:
        """Documents with events, entities and language, in order."""
        waiting: list[tuple[Document, str | None]] = []

        def ready() -> Iterator[Document]:
            texts = [(document.text or "", lang) for document, lang in waiting]
            for (document, lang), reading in zip(waiting, self.reader.read(texts), strict=True):
                yield made(document, lang, reading)

        for document in documents:
            waiting.append((document, identify(document.text or "", profiles()).lang))
            if len(waiting) == BATCH:
                yield from ready()
                waiting.clear()
        yield from ready()


def made(document: Document, lang: str | None, reading: Reading) -> Document:
    """The document with what the baseline finds; without a language that we have word lists of, no events."""
    text = document.text or ""
    result = Document(id=document.id, lang=lang, date=document.date)
    named: list[Country] = []
    if lang is not None:
        named = _countries(lang, reading)
        result.events = list(_events(lang, reading, named, text))
        for number, event in enumerate(result.events, 1):
            event.id = f"{document.id}#{number}"
    if reading.entities is None:
        result.entities = [_argument(reading, country, text) for country in named]
    else:
        result.entities = [each for span in reading.entities if (each := _entity(reading, span, named, text))]
    return result


def _countries(lang: str, reading: Reading) -> list[Country]:
    """The countries that the entities name, or all words where no entities are looked for."""
    listed = countries(lang)
    keys = listed.keys(reading.tokens)
    places = [(0, len(keys))] if reading.entities is None else [_tokens(reading, span) for span in reading.entities]
    found = [Country(first, last, *payload) for place in places for first, last, payload in listed.all(keys, *place)]
    return sorted(found, key=lambda country: country.first)


def _tokens(reading: Reading, span: Span) -> tuple[int, int]:
    first = bisect_right(reading.tokens, span.start, key=lambda token: token.end)
    return first, max(first, bisect_left(reading.tokens, span.end, key=lambda token: token.start))


def _events(lang: str, reading: Reading, named: list[Country], text: str) -> Iterator[Event]:
    """One event a type and pair of countries, with all its triggers, in the order of the text."""
    listed = triggers(lang)
    keys = listed.keys(reading.tokens)
    events: dict[tuple[str, tuple[str, ...]], Event] = {}
    for low, high in reading.sentences:
        here = _between(named, low, high)
        for first, last, kind in listed.all(keys, low, high):
            sides = _sides(here, first, last)
            if len(sides) < ontology.types()[kind].minimum_sides or any(c.first < last and first < c.last for c in here):
                continue
            start, end = reading.tokens[first].start, reading.tokens[last - 1].end
            trigger = Trigger(start, end, text[start:end])
            key = kind, tuple(country.code for country in sides)
            if key in events:
                events[key].triggers.append(trigger)
                continue
            event = events[key] = Event(type=kind, triggers=[trigger])
            event.cameo, event.plover, event.goldstein = ontology.codes(kind)
            arguments = [_argument(reading, country, text) for country in sides]
            mutual = ontology.types()[kind].symmetric or "recipient" not in ontology.types()[kind].roles
            event.actor, event.recipient = (arguments, []) if mutual else (arguments[:1], arguments[1:])
    yield from events.values()


def _between(named: list[Country], low: int, high: int) -> list[Country]:
    """The countries that begin in tokens [low, high)."""
    first, last = (bisect_left(named, place, key=lambda country: country.first) for place in (low, high))
    return named[first:last]


def _sides(here: list[Country], first: int, last: int) -> list[Country]:
    """The nearest country on each side of the trigger, or the two nearest on one, in the order of the text."""
    before = _distinct([country for country in reversed(here) if country.last <= first])
    after = _distinct([country for country in here if country.first >= last])
    if before and (others := [country for country in after if country.code != before[0].code]):
        return [before[0], others[0]]
    nearer = before if len(before) > 1 or not after else after
    return sorted(nearer[:2], key=lambda country: country.first)


def _distinct(found: list[Country]) -> list[Country]:
    by_code: dict[str, Country] = {}
    for country in found:
        by_code.setdefault(country.code, country)
    return list(by_code.values())


def _argument(reading: Reading, country: Country, text: str) -> Argument:
    start, end = reading.tokens[country.first].start, reading.tokens[country.last - 1].end
    return Argument(start, end, text[start:end], country.label, country.code)


def _entity(reading: Reading, span: Span, named: list[Country], text: str) -> Argument | None:
    """An entity of the pipeline as one of ours; with the code of a country if it names just one. None if we have no label for it."""
    label = our_label(span.label)
    if label is None or not text[span.start : span.end].strip():
        return None
    codes = {country.code for country in _between(named, *_tokens(reading, span))}
    return Argument(span.start, span.end, text[span.start : span.end], label, codes.pop() if len(codes) == 1 else None)
