"""PLOVER gold standard records: one coded event a line, with the words of the event and of its sides marked up in a copy of the sentence.

A side that does not act for its state (rebels, civilians) keeps its words and loses its code, as in our own annotation, unless the file
is read whole. The dates of the file are placeholders and are not read.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from pathlib import Path
from typing import Any

from bilat_nlp import ontology
from bilat_nlp.evaluation.foreign.lines import Found, get, objects
from bilat_nlp.evaluation.foreign.scheme import Scheme
from bilat_nlp.records import Argument, Document, Event, RecordError, Trigger

_TOKEN = re.compile(r"\((?P<tag>[A-Z]+(?:/[A-Z]+)*): *|[()]")


@dataclass(frozen=True, slots=True)
class Marked:
    """A marked span: its tags (``SRC/TAR`` has two), and where it stands."""

    tags: tuple[str, ...]
    start: int
    end: int


def read(path: Path, scheme: Scheme, notes: Counter[str], splits: Collection[str] | None = None) -> Iterator[Found]:
    """A document for each different text. Raises RecordError."""
    found: dict[str, Found] = {}
    seen: Counter[str] = Counter()
    for place, data in objects(path, splits):
        text = get(data, "text", str, place)
        name = get(data, "id", str, place)
        seen[name] += 1
        if seen[name] > 1:  # the published file has one id twice
            notes["records whose id stands twice, numbered"] += 1
            name = f"{name}-{seen[name]}"
        if text not in found:
            found[text] = Found(Document(id=name, lang=data.get("language"), text=text))
        found[text].events.append(_event(data, text, name, scheme, notes, place))
    return iter(found.values())


def _event(
    data: dict[str, Any], text: str, name: str, scheme: Scheme, notes: Counter[str], place: str
) -> tuple[Event, frozenset[str]]:
    try:
        event = Event(id=name, type=scheme.class_of(get(data, "event", str, place)))
    except RecordError as error:
        raise RecordError(str(error) if str(error).startswith(place) else f"{place}: {error}") from None
    spans = marked(_markup(data), text, notes)
    names = scheme.tables["markup"]
    event.triggers = [Trigger(each.start, each.end, text[each.start : each.end]) for each in spans if {*each.tags} & {*names["trigger"]}]
    sides: set[str] = set()
    for role, key in (("actor", "source"), ("recipient", "target")):
        own = [each for each in spans if {*each.tags} & {*names[key]}]
        for number, actor in enumerate(_actors(data, key, place)):
            code, acts = _code(actor, scheme)
            sides |= {code} if code else set()
            getattr(event, role).append(_argument(actor, number, own, text, code if acts or scheme.is_whole else None))
    return event, frozenset(sides)


def _markup(data: dict[str, Any]) -> str:
    """The marked copy stands under ``textInfo``, in one record directly so."""
    info = data.get("textInfo") or {}
    return str(info.get("markup", "") if isinstance(info, dict) else info)


def _actors(data: dict[str, Any], key: str, place: str) -> list[dict[str, Any]]:
    actors = data.get(key) or []
    if isinstance(actors, str):  # some records have an empty or stray string where there is no target
        return []
    if not isinstance(actors, list) or not all(isinstance(each, dict) and isinstance(each.get("code"), str) for each in actors):
        raise RecordError(f"{place}: {key!r} is no list of actors with a code; is this file really of this form?")
    return actors


def _code(actor: dict[str, Any], scheme: Scheme) -> tuple[str | None, bool]:
    """The code, None where the file names no state or organisation, and whether the actor acts for it."""
    table = scheme.tables["actors"]
    code = table["codes"].get(actor["code"], actor["code"])
    if code == table["igo"]:
        return scheme.any_igo, True
    acts = str(actor.get("sector") or "")[:3] in table["state_sectors"]
    return (code, acts) if code in ontology.current().states else (None, False)  # a group without a state


def _argument(actor: dict[str, Any], number: int, own: Sequence[Marked], text: str, code: str | None) -> Argument:
    """With the marked span of the same words, else the one at the same place in the list; of length 0 where none is marked."""
    words = str(actor.get("actorText", ""))
    same = [each for each in own if text[each.start : each.end] == words] or list(own[number : number + 1])
    if not same:
        return Argument(0, 0, words, code=code)
    return Argument(same[0].start, same[0].end, text[same[0].start : same[0].end], code=code)


def marked(markup: str, text: str, notes: Counter[str]) -> list[Marked]:
    """The marked spans with their offsets in the text.

    Where the copy without its marks is not the text (it has slips: brackets left open, a word changed), spans are carried over by the
    parts that agree, and one whose words do not is counted in the notes.
    """
    plain, spans = _strip(markup)
    if plain == text:
        return spans
    where: dict[int, int] = {}
    for block in SequenceMatcher(None, plain, text, autojunk=False).get_matching_blocks():
        where.update({block.a + step: block.b + step for step in range(block.size)})
    kept = []
    for span in spans:
        start, last = where.get(span.start), where.get(span.end - 1)
        if start is None or last is None or text[start : last + 1] != plain[span.start : span.end]:
            notes["marked spans that do not stand in the text"] += 1
        else:
            kept.append(Marked(span.tags, start, last + 1))
    return kept


def _strip(markup: str) -> tuple[str, list[Marked]]:
    """The markup without its marks, and the spans in it. Brackets that are no marks stay in the text."""
    plain, spans, at = "", [], 0
    open_marks: list[tuple[tuple[str, ...], int] | None] = []  # None for a bracket of the text itself
    for match in _TOKEN.finditer(markup):
        plain += markup[at : match.start()]
        at = match.end()
        if match["tag"]:
            open_marks.append((tuple(match["tag"].split("/")), len(plain)))
        elif match[0] == ")" and open_marks and (mark := open_marks.pop()) is not None:
            if len(plain) > mark[1]:
                spans.append(_trimmed(mark[0], mark[1], plain))
        else:
            if match[0] == "(":
                open_marks.append(None)
            plain += match[0]
    return plain + markup[at:], sorted(spans, key=lambda span: span.start)


def _trimmed(tags: tuple[str, ...], start: int, plain: str) -> Marked:
    inner = plain[start:]
    return Marked(tags, start + len(inner) - len(inner.lstrip()), start + len(inner.rstrip()))
