"""Prodigy: JSONL of ``rel.manual`` and ``ner_manual``.

Token indices are inclusive there, character offsets half-open. Tokens are ours, cut further where a span begins or ends inside one, so
that every span falls on tokens. Of exported tasks only accepted ones are read.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from pathlib import Path
from typing import Any

from bilat_nlp.corpus.formats.files import json_lines, name_at, offsets, string, write_lines
from bilat_nlp.corpus.formats.labelled import details_at, fold, remember, unfold
from bilat_nlp.corpus.formats.sheet import Losses, Relation, Sheet, Span, document_of, sheet_of
from bilat_nlp.corpus.formats.tokens import Token, tokens_of
from bilat_nlp.records import Document


def read(path: Path, losses: Losses) -> list[Document]:
    """Raises RecordError."""
    documents = []
    for place, data in json_lines(path):
        if data.get("answer", "accept") == "accept":
            documents.append(document_of(_sheet(data, place), losses))
        else:
            losses[f"tasks answered {data['answer']!r}"] += 1
    return documents


def _sheet(data: dict[str, Any], place: str) -> Sheet:
    text = string(data, "text", place)
    kept = data.get("bilat_nlp") or {}
    meta = data.get("meta") if isinstance(data.get("meta"), dict) else {}
    sheet = Sheet(str(kept.get("id", (meta or {}).get("id", name_at(place)))), text, kept.get("head", {}))
    ids: dict[tuple[int, int, str], int] = {}

    def add(one: dict[str, Any]) -> int:
        start, end = offsets(one, "start", "end", text, place)
        written = str(one.get("label"))
        # a span of its own number is told apart from another one with the same place and label
        key = (start, end, f"{written} {one.get('bilat_id', '')}")
        if key not in ids:
            label, modality = unfold(written)
            ids[key] = len(ids) + 1
            sheet.spans.append(Span(ids[key], start, end, label, details_at(kept, start, end, label) | modality))
        return ids[key]

    for span in data.get("spans") or []:
        add(span)
    for relation in data.get("relations") or []:
        sheet.relations.append(Relation(add(relation["head_span"]), add(relation["child_span"]), str(relation.get("label"))))
    return sheet


def write(documents: list[Document], path: Path, losses: Losses) -> None:
    write_lines(path, (_line(sheet_of(document, losses)) for document in documents))


def _line(sheet: Sheet) -> dict[str, Any]:
    tokens = tokens_of(sheet.text, ((span.start, span.end) for span in sheet.spans))
    spans = {span.id: _span(span, tokens) for span in sheet.spans}
    return {
        "text": sheet.text,
        "tokens": [
            {"text": token.text, "start": token.start, "end": token.end, "id": number, "ws": token.space, "disabled": False}
            for number, token in enumerate(tokens)
        ],
        "spans": list(spans.values()),
        "relations": [
            {
                "head": spans[each.source]["token_end"],
                "child": spans[each.target]["token_end"],
                "head_span": spans[each.source],
                "child_span": spans[each.target],
                "label": each.label,
            }
            for each in sheet.relations
        ],
        "meta": {"id": sheet.id},
        "bilat_nlp": remember(sheet),
        "answer": "accept",
    }


def _span(span: Span, tokens: list[Token]) -> dict[str, Any]:
    first = bisect_left(tokens, span.start, key=lambda token: token.start)
    last = bisect_right(tokens, span.end - 1, key=lambda token: token.start) - 1
    return {"start": span.start, "end": span.end, "token_start": first, "token_end": last, "label": fold(span), "bilat_id": span.id}
