"""CoNLL-U Plus: every word with its mentions and triggers in columns of their own, and the white space exact.

Columns are ``ID FORM MISC BILAT:MENTION BILAT:TRIGGER``. A mention is ``B-x1:GPE`` and then ``I-x1:GPE``, several are joined by ``|``.
Comments at the head of a document hold what belongs to no single word: ``# bilat_head = {"lang": "hu"}``, ``# bilat_span = x1 {"code":
"KAZ"}``, ``# bilat_relation = x9 actor x1``. A document is one block. ``SpaceAfter=No`` and ``SpacesAfter=\\n`` are those of Universal
Dependencies. See https://universaldependencies.org/ext-format.html.
"""

from __future__ import annotations

import json
import re
from bisect import bisect_left
from collections.abc import Iterator
from pathlib import Path

from bilat_nlp.corpus.formats.files import text_of
from bilat_nlp.corpus.formats.sheet import Losses, Relation, Sheet, Span, document_of, is_trigger, sheet_of
from bilat_nlp.corpus.formats.tokens import Token, tokens_of
from bilat_nlp.records import Document, RecordError

_COLUMNS = "# global.columns = ID FORM MISC BILAT:MENTION BILAT:TRIGGER"
_NONE = "_"
_ESCAPES = {" ": "\\s", "\n": "\\n", "\t": "\\t", "\r": "\\r", "|": "\\p", "\\": "\\\\"}
_UNESCAPES = {written: char for char, written in _ESCAPES.items()}
_TAG = re.compile(r"([BI])-x(\d+):(.+)")


def read(path: Path, losses: Losses) -> list[Document]:
    """Raises RecordError."""
    sheets: list[tuple[Sheet, list[int]]] = []
    for number, line in enumerate(text_of(path).split("\n"), 1):
        try:
            _line(line, sheets)
        except (ValueError, IndexError, KeyError) as error:
            mend = "the file must be one that the library wrote, or follow its columns"
            raise RecordError(f"{path}:{number}: {line[:60]!r} cannot be read ({error}); {mend}") from None
    return [document_of(sheet, losses) for sheet, _ in sheets]


def _line(line: str, sheets: list[tuple[Sheet, list[int]]]) -> None:
    if line.startswith("# newdoc id = "):
        sheets.append((Sheet(line.removeprefix("# newdoc id = "), ""), []))
    elif line.startswith("# bilat_"):
        key, _, value = line.removeprefix("# bilat_").partition(" = ")
        _comment(sheets[-1][0], key, value)
    elif line and not line.startswith("#"):
        _, form, misc, mentions, triggers = line.split("\t")
        sheet = sheets[-1][0]
        start = len(sheet.text)
        sheet.text += form
        for tag in [*mentions.split("|"), *triggers.split("|")]:
            if tag != _NONE:
                match = _TAG.fullmatch(tag)
                if match is None:
                    raise ValueError(f"{tag!r} is no tag")
                span = _span(sheet, int(match[2]))
                span.label = match[3]
                span.start, span.end = (start if match[1] == "B" else span.start), len(sheet.text)
        sheet.text += _space(misc)


def _comment(sheet: Sheet, key: str, value: str) -> None:
    if key == "head":
        sheet.head = json.loads(value)
    elif key == "before":
        sheet.text = _unescape(value)
    elif key == "relation":
        source, label, target = value.split()
        sheet.relations.append(Relation(int(source[1:]), int(target[1:]), label))
    elif key == "span":
        name, details = value.split(" ", 1)
        _span(sheet, int(name[1:])).details.update(json.loads(details))


def _span(sheet: Sheet, id: int) -> Span:
    place = bisect_left(sheet.spans, id, key=lambda each: each.id)
    if place == len(sheet.spans) or sheet.spans[place].id != id:
        sheet.spans.insert(place, Span(id, 0, 0, ""))
    return sheet.spans[place]


def _space(misc: str) -> str:
    values = dict(each.partition("=")[::2] for each in misc.split("|")) if misc != _NONE else {}
    if values.get("SpaceAfter") == "No":
        return ""
    return _unescape(values["SpacesAfter"]) if "SpacesAfter" in values else " "


def _unescape(written: str) -> str:
    return re.sub(r"\\.", lambda match: _UNESCAPES[match[0]], written)


def write(documents: list[Document], path: Path, losses: Losses) -> None:
    with path.open("w", encoding="utf-8", newline="\n") as stream:
        stream.write(_COLUMNS + "\n")
        for document in documents:
            for line in _lines(sheet_of(document, losses)):
                stream.write(line + "\n")


def _lines(sheet: Sheet) -> Iterator[str]:
    tokens = tokens_of(sheet.text, ((span.start, span.end) for span in sheet.spans))
    yield f"# newdoc id = {sheet.id}"
    yield f"# bilat_head = {json.dumps(sheet.head, ensure_ascii=False)}"
    for span in sheet.spans:
        yield f"# bilat_span = x{span.id} {json.dumps(span.details, ensure_ascii=False)}"
    for relation in sheet.relations:
        yield f"# bilat_relation = x{relation.source} {relation.label} x{relation.target}"
    before = sheet.text[: tokens[0].start] if tokens else sheet.text
    if before:
        yield f"# bilat_before = {_escape(before)}"
    mentions, triggers = (_tags(sheet, tokens, wanted) for wanted in (False, True))
    for number, token in enumerate(tokens, 1):
        after = sheet.text[token.end : tokens[number].start if number < len(tokens) else len(sheet.text)]
        misc = _NONE if after == " " else f"SpacesAfter={_escape(after)}" if after else "SpaceAfter=No"
        yield "\t".join([str(number), token.text, misc, mentions[number - 1], triggers[number - 1]])
    yield ""


def _escape(text: str) -> str:
    return "".join(_ESCAPES.get(char, char) for char in text)


def _tags(sheet: Sheet, tokens: list[Token], triggers: bool) -> list[str]:
    """For every token the tags of the mentions or triggers that it belongs to; spans begin and end with a token."""
    at = {token.start: number for number, token in enumerate(tokens)}
    tags: list[list[str]] = [[] for _ in tokens]
    for span in sheet.spans:
        if is_trigger(span.label) is triggers:
            number, mark = at[span.start], "B"
            while number < len(tokens) and tokens[number].start < span.end:
                tags[number].append(f"{mark}-x{span.id}:{span.label}")
                number, mark = number + 1, "I"
    return ["|".join(each) or _NONE for each in tags]
