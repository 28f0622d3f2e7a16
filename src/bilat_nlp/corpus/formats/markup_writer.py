"""Documents into the inline markup; `markup` describes it and reads it."""

from __future__ import annotations

from collections.abc import Iterable

from bilat_nlp import ontology
from bilat_nlp.corpus.formats.markup import EVENT_ID, HEAD, ID, NONE, RULE
from bilat_nlp.corpus.formats.sheet import (
    ACTUAL,
    COREFERENT,
    DATE,
    PHRASE,
    SAME_EVENT,
    Losses,
    Relation,
    Sheet,
    Span,
    is_trigger,
    sheet_of,
)
from bilat_nlp.records import Document

Declared = tuple[str, str]  # label, and code or EDTF value


def dump(document: Document, losses: Losses) -> str:
    """The block of one document. Raises ValueError if it has no text."""
    return _Writer(sheet_of(document, losses), losses).block()


class _Writer:
    """Gives ids to spans and puts the brackets into the text."""

    def __init__(self, sheet: Sheet, losses: Losses) -> None:
        self.sheet, self.losses = sheet, losses
        self.spans = {span.id: span for span in _without_crossings(sheet.spans, losses)}
        self.declared: dict[str, Declared] = {}
        self.places: dict[str, list[tuple[int, int]]] = {}
        self.notes: dict[tuple[int, int], list[str]] = {}
        self.references: dict[int, tuple[str, tuple[int, int], str]] = {}  # id of a mention: its name, place, and ":value"
        for span in self.spans.values():
            if not is_trigger(span.label):
                self._mention(span)

    def _mention(self, span: Span) -> None:
        own = (span.label, span.details.get("value" if span.label == DATE else "code", NONE))
        place = (span.start, span.end)
        name = span.details.get("entity", "")
        if name in self.declared and self.declared[name] != own and place in self.places[name]:
            self.references[span.id] = (name, place, f":{own[1]}")
            return
        if not ID.fullmatch(name) or EVENT_ID.fullmatch(name) or self.declared.get(name, own) != own:
            taken = self.declared.keys() | {each.details.get("entity") for each in self.spans.values()}
            name = next(new for new in (f"x{number}" for number in range(1, len(taken) + 2)) if new not in taken)
        note = name
        if name not in self.declared:
            label = NONE if span.label == PHRASE else span.label
            note = " ".join([name, label, own[1], span.details.get("name", "")]).rstrip()
            note = note.removesuffix(f" {NONE}") if note.count(" ") == 2 and label != NONE else note
        self.declared[name] = own
        self.places.setdefault(name, []).append(place)
        self.notes.setdefault(place, []).append(note)
        self.references[span.id] = (name, place, "")

    def block(self) -> str:
        lines = [line for number, main in enumerate(self._main_triggers(), 1) if (line := self._event(f"e{number}", main))]
        head = [f"{HEAD} {self.sheet.id}"]
        for key, value in self.sheet.head.items():
            if isinstance(value, str) and "\n" not in value:
                head.append(f"{key}: {value}")
            else:
                self.losses[f"the key {key!r} of a document, which is no line of text"] += 1
        return "\n".join([*head, RULE, self._marked(), RULE, *lines, ""])

    def _main_triggers(self) -> list[Span]:
        others = {each.source for each in self.sheet.relations if each.label == SAME_EVENT and each.target in self.spans}
        return [span for span in self.spans.values() if is_trigger(span.label) and span.id not in others]

    def _event(self, name: str, main: Span) -> str:
        further = [each.source for each in self.sheet.relations if each.label == SAME_EVENT and each.target == main.id]
        for number in (main.id, *further):
            if number in self.spans:
                self.notes.setdefault((self.spans[number].start, self.spans[number].end), []).append(name)
        parts = [name, main.label, main.details.get("modality", ACTUAL)]
        mine = [each for each in self.sheet.relations if each.source == main.id and each.label not in (SAME_EVENT, COREFERENT)]
        for role in (*ontology.current().roles, "date"):
            fillers = ",".join(self._reference(each) for each in mine if each.label == role and each.target in self.references)
            if fillers:
                parts.append(f"{role}={fillers}")
        return " ".join(parts)

    def _reference(self, relation: Relation) -> str:
        name, place, value = self.references[relation.target]
        places = sorted(self.places[name])
        return name + (f".{places.index(place) + 1}" if len(places) > 1 else "") + value

    def _marked(self) -> str:
        text, out = self.sheet.text, []
        opening: dict[int, int] = {}
        closing: dict[int, list[str]] = {}
        for (start, end), notes in sorted(self.notes.items(), key=lambda item: (-item[0][0], item[0][1])):
            opening[start] = opening.get(start, 0) + 1
            closing.setdefault(end, []).append(f"|{';'.join(notes)}]")  # the inner one begins later, or ends earlier
        for at in range(len(text) + 1):
            out += [*closing.get(at, []), "[" * opening.get(at, 0)]
            char = text[at : at + 1]
            out.append("\\" + char if char and char in "[]|\\" else char)
        return "\n".join("\\" + line if line.startswith((HEAD, RULE)) else line for line in "".join(out).split("\n"))


def _without_crossings(spans: Iterable[Span], losses: Losses) -> list[Span]:
    """The spans in their order without those that brackets cannot hold: crossing another one, or with space at an end."""
    kept: list[Span] = []
    open_ends: list[int] = []
    for span in sorted(spans, key=lambda each: (each.start, -each.end)):
        while open_ends and open_ends[-1] <= span.start:
            open_ends.pop()
        if open_ends and span.end > open_ends[-1]:
            losses["spans that cross another one, with what hung on them"] += 1
            continue
        open_ends.append(span.end)
        kept.append(span)
    return sorted(kept, key=lambda each: each.id)
