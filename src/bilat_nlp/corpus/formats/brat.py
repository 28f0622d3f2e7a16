"""brat standoff: a ``.txt`` and an ``.ann`` for every document, with ``annotation.conf`` and ``visual.conf`` for the tool.

Events are brat's own: ``E1 visit:T3 actor:T1 recipient:T2``; a second filler of a role is ``actor2``, as in the shared tasks of BioNLP.
A further trigger is an event without arguments, joined to the first by ``same_event``. Modality is an attribute, code and EDTF value
are normalisations, coreference is ``Equiv``. The form has no place for facts about the document: they go to ``documents.jsonl`` beside
it, which brat leaves alone.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

from bilat_nlp import ontology
from bilat_nlp.corpus.formats.files import file_name, id_of, json_lines, text_of
from bilat_nlp.corpus.formats.sheet import (
    COREFERENT,
    SAME_EVENT,
    Losses,
    Relation,
    Sheet,
    Span,
    document_of,
    is_trigger,
    labels,
    sheet_of,
)
from bilat_nlp.records import Document, RecordError

HEADS = "documents.jsonl"
_CODE, _VALUE, _ENTITY = "Actor", "EDTF", "Entity"
_TEXTBOUND = re.compile(r"(T\d+)\t(\S+) (\d+) (\d+)(?:;[\d; ]+)?\t(.*)")
_ROLE = re.compile(r"(.*?)\d*")


def read(path: Path, losses: Losses) -> list[Document]:
    """The documents of a folder, or of one .ann file. Raises RecordError."""
    files = sorted(path.rglob("*.ann")) if path.is_dir() else [path]
    if not files:
        raise RecordError(f"{path}: no .ann file in this folder; name the folder that brat keeps the collection in")
    heads = path / HEADS if path.is_dir() else path.with_name(HEADS)
    known = {str(data.get("id")): data for _, data in json_lines(heads)} if heads.exists() else {}
    return [document_of(_sheet(file, known, losses), losses) for file in files]


def _sheet(file: Path, heads: dict[str, dict[str, object]], losses: Losses) -> Sheet:
    text_file = file.with_suffix(".txt")
    if not text_file.exists():
        raise RecordError(f"{file}: the text {text_file.name} is missing beside it; copy both")
    name = id_of(file.stem)
    head = {key: value for key, value in heads.get(name, {}).items() if key != "id"}
    sheet = Sheet(name, text_of(text_file), head)
    reader = _Reader(sheet, losses)
    # relations and attributes may stand before what they speak of
    lines = [(number, line) for number, line in enumerate(text_of(file).split("\n"), 1) if line.strip()]
    for kind in ("T", "E", "AMNR*"):
        for number, line in lines:
            if line[0] in kind:
                try:
                    reader.line(line)
                except (KeyError, ValueError, IndexError) as error:
                    raise RecordError(f"{file}:{number}: {line[:60]!r} cannot be read ({error}); mend the line in brat") from None
    losses["notes of annotators"] += sum(line.startswith("#") for _, line in lines)
    losses += Losses()  # forgets what was counted as zero
    return sheet


class _Reader:
    """Fills a sheet line by line."""

    def __init__(self, sheet: Sheet, losses: Losses) -> None:
        self.sheet, self.losses = sheet, losses
        self.spans: dict[str, Span] = {}
        self.triggers: dict[str, Span] = {}  # by the id of their event

    def line(self, line: str) -> None:
        if line[0] == "T":
            self._textbound(line)
        elif line[0] == "E":
            self._event(line)
        elif line[0] in "AM":
            _, name, target, *value = line.split()
            if name == "Modality" and value:
                self.triggers[target].details["modality"] = value[0]
            else:
                self.losses[f"attributes {name!r}"] += 1
        elif line[0] == "N":
            self._normalisation(line)
        elif line[0] == "R":
            _, label, one, other = line.split()
            ends = [each.partition(":")[2] for each in (one, other)]
            found = [self.triggers.get(each) or self.spans[each] for each in ends]
            self.sheet.relations.append(Relation(found[0].id, found[1].id, label))
        else:
            first, *others = line.split()[2:]
            self.sheet.relations += [Relation(self.spans[each].id, self.spans[first].id, COREFERENT) for each in others]

    def _textbound(self, line: str) -> None:
        match = _TEXTBOUND.fullmatch(line)
        if match is None:
            raise ValueError("no text-bound annotation")
        if ";" in line.split("\t")[1]:
            self.losses["further parts of discontinuous spans"] += 1
        start, end = int(match[3]), int(match[4])
        if not 0 <= start < end <= len(self.sheet.text):
            raise ValueError("the span does not lie in the text")
        span = Span(len(self.sheet.spans) + 1, start, end, match[2])
        self.spans[match[1]] = span
        self.sheet.spans.append(span)

    def _event(self, line: str) -> None:
        name, rest = line.split("\t", 1)
        head, *arguments = rest.split()
        trigger = self.spans[head.partition(":")[2]]
        self.triggers[name] = trigger
        for role, _, target in (each.partition(":") for each in arguments):
            if target not in self.spans:
                self.losses["events that fill a role of an event"] += 1
                continue
            match = _ROLE.fullmatch(role)
            self.sheet.relations.append(Relation(trigger.id, self.spans[target].id, match[1] if match else role))

    def _normalisation(self, line: str) -> None:
        fields, _, name = line.partition("\t")[2].partition("\t")
        _, target, reference = fields.split(" ", 2)
        base, _, value = reference.partition(":")
        details = self.spans[target].details
        if base in (_CODE, _VALUE, _ENTITY):
            details[{_CODE: "code", _VALUE: "value", _ENTITY: "entity"}[base]] = value
            if base == _ENTITY and name:
                details["name"] = name
        else:
            self.losses[f"normalisations to {base!r}"] += 1


def write(documents: list[Document], path: Path, losses: Losses) -> None:
    with (path / HEADS).open("w", encoding="utf-8", newline="\n") as heads:
        for document in documents:
            sheet = sheet_of(document, losses)
            stem = path / file_name(document.id)
            stem.with_name(stem.name + ".txt").write_bytes(sheet.text.encode("utf-8"))
            stem.with_name(stem.name + ".ann").write_bytes("".join(line + "\n" for line in _lines(sheet, losses)).encode("utf-8"))
            heads.write(json.dumps({"id": sheet.id} | sheet.head, ensure_ascii=False) + "\n")
    for name, lines in (("annotation.conf", _configuration()), ("visual.conf", _looks())):
        (path / name).write_text("\n".join(lines) + "\n", encoding="utf-8")


def _lines(sheet: Sheet, losses: Losses) -> Iterator[str]:
    notes: list[str] = []
    events = {span.id: f"E{number}" for number, span in enumerate((each for each in sheet.spans if is_trigger(each.label)), 1)}
    for span in sheet.spans:
        quoted = sheet.text[span.start : span.end]
        if "\n" in quoted:
            losses["line ends inside a span, written as spaces"] += 1
        quoted = re.sub(r"\s", " ", quoted)
        yield f"T{span.id}\t{span.label} {span.start} {span.end}\t{quoted}"
        for key, base in (("code", _CODE), ("value", _VALUE), ("entity", _ENTITY)):
            # the English name of a place hangs on its entity, the only reference whose text is ours to choose
            if span.details.get(key):
                notes.append(f"Reference T{span.id} {base}:{span.details[key]}\t{span.details.get('name', '') if key == 'entity' else ''}")
        if span.details.get("name") and not span.details.get("entity"):
            notes.append(f"Reference T{span.id} {_ENTITY}:T{span.id}\t{span.details['name']}")
    for span in sheet.spans:
        if span.id in events:
            yield f"{events[span.id]}\t{span.label}:T{span.id}{_arguments(sheet, span)}"
    count = 0
    for span in sheet.spans:
        if span.details.get("modality"):
            count += 1
            yield f"A{count}\tModality {events[span.id]} {span.details['modality']}"
    for number, note in enumerate(notes, 1):
        yield f"N{number}\t{note}"
    count = 0
    for relation in sheet.relations:
        if relation.label == SAME_EVENT:
            count += 1
            yield f"R{count}\t{SAME_EVENT} Arg1:{events[relation.source]} Arg2:{events[relation.target]}"
        elif relation.label == COREFERENT:
            yield f"*\tEquiv T{relation.target} T{relation.source}"


def _arguments(sheet: Sheet, trigger: Span) -> str:
    seen: dict[str, int] = {}
    out = ""
    for relation in sheet.relations:
        if relation.source == trigger.id and relation.label not in (SAME_EVENT, COREFERENT):
            seen[relation.label] = seen.get(relation.label, 0) + 1
            number = seen[relation.label]
            out += f" {relation.label}{number if number > 1 else ''}:T{relation.target}"
    return out


def _configuration() -> Iterator[str]:
    mentions, triggers, _ = labels()
    known = ontology.current()
    yield from ("[entities]", *mentions)
    yield from ("[relations]", f"{SAME_EVENT}\tArg1:<EVENT>, Arg2:<EVENT>", "<OVERLAP>\tArg1:<ANY>, Arg2:<ANY>, <OVL-TYPE>:<ANY>")
    yield from ("[events]", f"<FILLER>={'|'.join(mentions)}")
    for name in triggers:
        roles = [role for role in known.roles if role in known.types[name].roles or role not in ("actor", "recipient", "object")]
        yield f"{name}\t" + ", ".join([*(f"{role}*:<FILLER>" for role in roles), "date?:DATE"])
    yield from ("[attributes]", "Modality\tArg:<EVENT>, Value:" + "|".join(known.modalities))


def _looks() -> Iterator[str]:
    mentions, triggers, _ = labels()
    yield from ("[labels]", *(f"{name} | {name}" for name in (*mentions, *triggers)))
    yield from (
        "[drawing]",
        "SPAN_DEFAULT fgColor:black, bgColor:#d0e0f0, borderColor:darken",
        "ARC_DEFAULT color:black, arrowHead:triangle-5",
    )
    yield from (f"{name} bgColor:#f0d8a0" for name in triggers)
