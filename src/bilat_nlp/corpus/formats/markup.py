r"""The inline markup that the corpus is written in, so that nobody types an offset.

A file holds documents, each a head, a text with mentions and triggers in brackets, and a line for every event::

    === az-Latn-0001
    date: 2025-03-12
    ---
    [Bolqarıstanın|g1 GPE BGR] xarici işlər naziri [Georgi Petkov|p1 PER BGR] [çərşənbə günü|d1 DATE 2025-03-12]
    [Bakıda|l1 GPE AZE Baku] həmkarı [Elnur Səfərli|p2 PER AZE] ilə [görüşüb|e1]. [Petkov|p1] ...
    ---
    e1 meet actual actor=p1,p2 location=l1 date=d1

- ``[words|x1 LABEL CODE English name]`` is a mention of the thing x1. Label and code are said once in a document; ``-`` stands for none.
  Mentions with the same id are coreferent. The third word is the EDTF value for a DATE, else the code.
- ``[words|e1]`` is a trigger of the event e1; several make one event. ``[words|x1 -;e1]`` is both, ``[[words|x1] more|x2]`` is nested.
- An event line has type, modality and ``role=id,id``. An id stands for the mention nearest to the first trigger, ``p1.2`` for the second
  one of p1; ``d1:2025-03`` gives the date another value than its mention has, ``l1:IGO-EU`` a filler another code.
- Lines before the ``---`` are ``key: value``; a head ``=== *`` holds for all documents below it. ``\[``, ``\]``, ``\|`` and ``\\`` are the
  characters themselves, and a line of text that begins with ``\`` before ``---`` or ``===`` is that line without it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from bilat_nlp import ontology
from bilat_nlp.corpus.formats.files import text_of
from bilat_nlp.corpus.formats.sheet import KEYS, Losses
from bilat_nlp.records import Argument, DateValue, Document, Event, RecordError, Trigger

HEAD = "==="
RULE = "---"
NONE = "-"
ID = re.compile(r"[a-z]+[0-9]+")
EVENT_ID = re.compile(r"e[0-9]+")
_REFERENCE = re.compile(r"(?P<id>[a-z]+[0-9]+)(\.(?P<number>[0-9]+))?(:(?P<value>\S+))?")
# an antecedent in another sentence is further away than anything in the trigger's own
_SENTENCE_END = re.compile(r"[.!?…][\"”»’)]*\s|\n")
_OTHER_SENTENCE = 10_000


@dataclass(frozen=True, slots=True)
class Fault:
    """Something in a markup file that cannot be read as meant. ``line`` counts from 1."""

    line: int
    problem: str
    mend: str

    def __str__(self) -> str:
        return f"{self.problem}; {self.mend}"


@dataclass(slots=True)
class _Thing:
    """What the mentions of one id have in common."""

    label: str | None = None
    value: str | None = None
    name: str | None = None
    declared: bool = False


@dataclass(slots=True)
class _Block:
    """The lines of one document and what was read out of them."""

    line: int
    id: str
    head: dict[str, str]
    text_line: int = 0
    source: list[str] = field(default_factory=list)
    event_lines: list[tuple[int, str]] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    things: dict[str, _Thing] = field(default_factory=dict)
    spans: list[tuple[str, int, int]] = field(default_factory=list)
    mentions: dict[str, list[tuple[str, int, int]]] = field(default_factory=dict)  # the spans of each id, in the order of the text
    text: str = ""

    def fault(self, line: int, problem: str, mend: str) -> None:
        self.faults.append(Fault(line, problem, mend))


def read(path: Path, losses: Losses) -> list[Document]:
    """The documents of a file, or of all .markup files below a folder. Raises RecordError with the first fault."""
    documents = []
    for file in sorted(path.rglob("*.markup")) if path.is_dir() else [path]:
        found, faults = parse(text_of(file))
        if faults:
            more = f" (and {len(faults) - 1} more faults in this file)" if len(faults) > 1 else ""
            raise RecordError(f"{file}:{faults[0].line}: {faults[0]}{more}")
        documents += found
    return documents


def parse(source: str) -> tuple[list[Document], list[Fault]]:
    """The documents without a fault, and the faults of the others in the order of their lines."""
    documents: list[Document] = []
    faults: list[Fault] = []
    for block in _blocks(source.split("\n"), faults):
        document = _document(block)
        if block.faults:
            faults += block.faults
        else:
            documents.append(document)
    return documents, sorted(faults, key=lambda fault: fault.line)


def _blocks(lines: list[str], faults: list[Fault]) -> Iterator[_Block]:
    common: dict[str, str] = {}
    block: _Block | None = None
    part = 0  # 0 head, 1 text, 2 events
    for number, line in enumerate(lines, 1):
        if line.startswith(HEAD):
            if block is not None and block.id != "*":
                yield _closed(block, part)
            name = line.removeprefix(HEAD).strip()
            block, part = _Block(number, name, common if name == "*" else dict(common)), 0
            if not name:
                block.fault(number, f"{HEAD} without an id", f"write {HEAD} and the id of the document")
        elif block is None:
            if line.strip() and not line.startswith("#"):
                faults.append(Fault(number, "a line before the first document", f"begin the document with {HEAD} and its id"))
        elif line.strip() == RULE and part < 2:
            part += 1
            block.text_line = number + 1 if part == 1 else block.text_line
        elif part == 0:
            _head_line(block, number, line)
        elif part == 1:
            block.source.append(line.removeprefix("\\") if line.startswith(("\\" + HEAD, "\\" + RULE)) else line)
        elif line.strip() and not line.startswith("#"):
            block.event_lines.append((number, line))
    if block is not None and block.id != "*":
        yield _closed(block, part)


def _closed(block: _Block, part: int) -> _Block:
    if part < 2:
        block.fault(block.line, f"the document {block.id!r} has {part} of its two lines {RULE}", f"put {RULE} before and after its text")
    return block


def _head_line(block: _Block, number: int, line: str) -> None:
    key, colon, value = line.partition(":")
    if colon:
        block.head[key.strip()] = value.strip()
    elif line.strip() and not line.startswith("#"):
        block.fault(number, f"{line.strip()!r} is no line of a head", f"write key: value, or {RULE} before the text")


def _document(block: _Block) -> Document:
    _read_text(block)
    for span in sorted(block.spans, key=lambda each: each[1:]):
        block.mentions.setdefault(span[0], []).append(span)
    head = {key: value for key, value in block.head.items() if value}
    document = Document(
        id=block.id,
        text=block.text,
        entities=[_argument(block, *span) for span in block.spans if block.things[span[0]].label],
        meta={key: value for key, value in head.items() if key not in KEYS},
        **{key: head[key] for key in KEYS if key in head},  # type: ignore[arg-type]
    )
    triggers = _triggers(block)
    seen = set()
    for number, line in block.event_lines:
        event = _event(block, number, line, triggers)
        if event is not None:
            seen.add(line.split()[0])
            event.id = f"{block.id}#{len(document.events) + 1}"
            document.events.append(event)
    for missing in sorted(triggers.keys() - seen - {line.split()[0] for _, line in block.event_lines}):
        block.fault(block.line, f"the trigger of {missing} has no line", f"add: {missing} type modality role=id")
    if not block.faults:
        for problem in document.validate():
            block.fault(block.line, problem, "mend the document")
    return document


def _read_text(block: _Block) -> None:
    """Fills text, spans and things from the lines of the text."""
    source, out, open_at = "\n".join(block.source), [], []
    line, at, length = block.text_line, 0, 0
    while at < len(source):
        char = source[at]
        if char == "\\" and source[at + 1 : at + 2] in ("[", "]", "|", "\\"):
            at += 1
            out.append(source[at])
            length += 1
        elif char == "[":
            open_at.append((length, line))
        elif char == "|" and open_at:
            start, start_line = open_at.pop()
            close = source.find("]", at)
            if close < 0 or "\n" in source[at:close]:
                block.fault(line, "a bracket with | is not closed", "write ] after its ids")
                return
            _annotate(block, start_line, source[at + 1 : close], start, length, "".join(out[start:length]))
            at = close
        elif char in "]|":
            block.fault(line, f"{char} without a bracket before it", f"write \\{char} for the character itself")
        else:
            out.append(char)
            length += 1
            line += char == "\n"
        at += 1
    for _, start_line in open_at:
        block.fault(start_line, "a bracket without | and ids", "write [words|id], or \\[ for the character itself")
    block.text = "".join(out)
    for name in dict.fromkeys(name for name, _, _ in block.spans):
        if not block.things[name].declared and not EVENT_ID.fullmatch(name):
            block.fault(block.line, f"{name} has no label anywhere", f"write [words|{name} LABEL CODE] once")


def _annotate(block: _Block, line: int, note: str, start: int, end: int, words: str) -> None:
    if not words.strip() or words != words.strip():
        block.fault(line, f"the span {words!r} is empty or begins or ends with a space", "put the bracket around words only")
    for part in note.split(";"):
        name, *more = part.split()[:3] or [""]
        rest = " ".join(part.split()[3:]) or None
        if not ID.fullmatch(name):
            block.fault(line, f"{part.strip()!r} is no annotation of {words!r}", "write an id such as p1 or e1, then label and code")
            continue
        block.spans.append((name, start, end))
        thing = block.things.setdefault(name, _Thing())
        if more:
            label, value = (None if each == NONE else each for each in (*more, NONE, NONE)[:2])
            if EVENT_ID.fullmatch(name):
                block.fault(line, f"the trigger of {name} has {' '.join(more)!r} behind it", "say type and modality below the text")
            elif label is not None and label not in ontology.current().labels:
                block.fault(line, f"unknown label {label!r}", f"use one of {', '.join(ontology.current().labels)}, or - for none")
            elif thing.declared and (thing.label, thing.value) != (label, value):
                block.fault(line, f"{name} was declared with another label or code before", "say it once, or give it another id")
            else:
                thing.label, thing.value, thing.name, thing.declared = label, value, rest or thing.name, True


def _argument(block: _Block, name: str, start: int, end: int, code: str | None = None) -> Argument:
    thing = block.things[name]
    dated = thing.label == "DATE"
    code = code or (None if dated else thing.value)
    return Argument(start, end, block.text[start:end], thing.label, code, thing.name, name, thing.value if dated else None)


def _triggers(block: _Block) -> dict[str, list[Trigger]]:
    found: dict[str, list[Trigger]] = {}
    for name, start, end in sorted(block.spans, key=lambda span: span[1:]):
        if EVENT_ID.fullmatch(name):
            found.setdefault(name, []).append(Trigger(start, end, block.text[start:end]))
    return found


def _event(block: _Block, number: int, line: str, triggers: dict[str, list[Trigger]]) -> Event | None:
    name, *words = line.split()
    kind, modality, *roles = [*words, "", ""] if len(words) < 2 else words
    known = ontology.current()
    if kind not in known.types or modality not in known.modalities:
        block.fault(number, f"{line.strip()!r} begins with no id, type and modality", "write: e1 meet actual actor=p1,p2 date=d1")
        return None
    if name not in triggers:
        block.fault(number, f"{name} has no trigger in the text", f"put [words|{name}] around the words that name it")
        return None
    event = Event(type=kind, modality=modality, triggers=triggers[name])
    for role, references in (each.partition("=")[::2] for each in roles):
        if role not in (*known.roles, "date"):
            block.fault(number, f"{role!r} is no role", f"use {', '.join(known.roles)} or date")
            continue
        for reference in references.split(","):
            _fill(block, number, event, role, reference)
    return event


def _fill(block: _Block, number: int, event: Event, role: str, reference: str) -> None:
    match = _REFERENCE.fullmatch(reference)
    spans = block.mentions.get(match["id"], []) if match else []
    nth = int(match["number"] or 0) if match else 0
    if match is None or not spans or nth > len(spans):
        block.fault(number, f"{role}={reference} names nothing in the text", "use the id of a bracket, or id.2 for its second mention")
        return
    span = spans[nth - 1] if nth else min(spans, key=lambda each: _distance(block.text, event.triggers[0], each))
    if role != "date":
        getattr(event, role).append(_argument(block, *span, code=match["value"]))
        return
    thing, (_, start, end) = block.things[span[0]], span
    value = match["value"] or (thing.value if thing.label == "DATE" else None)
    if value is None or event.date is not None:
        block.fault(number, f"date={reference} has no value, or is the second one", "give one date, declared as [words|d1 DATE 2025-03-12]")
        return
    event.date = DateValue(value, start, end, block.text[start:end])


def _distance(text: str, trigger: Trigger, span: tuple[str, int, int]) -> int:
    _, start, end = span
    between = text[end : trigger.start] if end <= trigger.start else text[trigger.end : start]
    return len(between) + _OTHER_SENTENCE * len(_SENTENCE_END.findall(between))


def write(documents: list[Document], path: Path, losses: Losses) -> None:
    """Raises ValueError if a document has no text."""
    from bilat_nlp.corpus.formats.markup_writer import dump

    path.write_bytes("\n".join(dump(document, losses) for document in documents).encode("utf-8"))
