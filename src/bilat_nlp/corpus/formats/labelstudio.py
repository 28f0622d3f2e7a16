"""Label Studio: JSON of tasks, and the labelling configuration that they need.

Spans are ``labels``, modality is a choice and code, name and EDTF value are text fields of the region, roles are relations. Label
Studio counts UTF-16 units, as JavaScript does. Read are the annotations of a task (the last one that was not cancelled); where there is
none, its predictions.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.sax.saxutils import quoteattr

from bilat_nlp import ontology
from bilat_nlp.corpus.formats.files import json_list, name_at, offsets, string
from bilat_nlp.corpus.formats.sheet import DETAILS, Losses, Relation, Sheet, Span, document_of, labels, sheet_of
from bilat_nlp.records import Document, RecordError

DRAFT = "draft"
_COLOURS = {"mention": "#9ecae1", "trigger": "#fdae6b"}


def configuration() -> str:
    """The labelling interface, to be pasted into the settings of a project."""
    mentions, triggers, relations = labels()
    lines = ["<View>", "  <Relations>", *(f"    <Relation value={quoteattr(each)}/>" for each in relations), "  </Relations>"]
    lines.append('  <Labels name="label" toName="text">')
    lines += [f"    <Label value={quoteattr(each)} background={quoteattr(_COLOURS['mention'])}/>" for each in mentions]
    lines += [f"    <Label value={quoteattr(each)} background={quoteattr(_COLOURS['trigger'])}/>" for each in triggers]
    lines += ["  </Labels>", '  <Text name="text" value="$text" granularity="word"/>']
    lines.append('  <Choices name="modality" toName="text" perRegion="true" choice="single" showInline="true">')
    lines += [f"    <Choice value={quoteattr(each)}/>" for each in ontology.current().modalities]
    lines.append("  </Choices>")
    for field, title in zip(DETAILS, ("code of the actor", "English name of the place", "entity", "EDTF value of the date"), strict=True):
        lines.append(f'  <TextArea name="{field}" toName="text" perRegion="true" maxSubmissions="1" rows="1" placeholder="{title}"/>')
    return "\n".join([*lines, "</View>"]) + "\n"


def read(path: Path, losses: Losses) -> list[Document]:
    """Raises RecordError."""
    return [document_of(_sheet(task, place, losses), losses) for place, task in json_list(path)]


def _sheet(task: dict[str, Any], place: str, losses: Losses) -> Sheet:
    data = task.get("data")
    if not isinstance(data, dict):
        raise RecordError(f"{place}: no 'data' with the text; export the project as JSON, not as JSON-MIN")
    text = string(data, "text", place)
    head = {key: value for key, value in data.items() if key not in ("text", "id")}
    sheet = Sheet(str(data.get("id", task.get("id", name_at(place)))), text, head)
    points = _code_points(text)
    spans: dict[str, Span] = {}
    # fields of a region may stand before the region
    results = sorted(_results(task, place, losses), key=lambda each: each.get("type") != "labels")
    for result in results:
        if result.get("type") == "labels":
            _region(sheet, spans, result, points, place, losses)
    for result in results:
        if result.get("type") == "relation":
            ends = [spans.get(str(result.get(key))) for key in ("from_id", "to_id")]
            if ends[0] is None or ends[1] is None:
                raise RecordError(f"{place}: a relation joins regions that are not there; export the task again")
            for label in result.get("labels") or [""]:
                sheet.relations.append(Relation(ends[0].id, ends[1].id, label))
        elif result.get("type") != "labels":
            _detail(spans, result, losses)
    return sheet


def _results(task: dict[str, Any], place: str, losses: Losses) -> list[dict[str, Any]]:
    annotations = [each for each in task.get("annotations") or [] if not each.get("was_cancelled")]
    if len(annotations) > 1:
        losses["annotations of a task beside the last one"] += len(annotations) - 1
    chosen = (annotations or task.get("predictions") or [{"result": []}])[-1]
    result = chosen.get("result") if isinstance(chosen, dict) else None
    if not isinstance(result, list):
        raise RecordError(f"{place}: an annotation without 'result'; export the project as JSON")
    return result


def _region(sheet: Sheet, spans: dict[str, Span], result: dict[str, Any], points: dict[int, int], place: str, losses: Losses) -> None:
    value = result.get("value") or {}
    units = {key: points.get(value.get(key, -1), -1) for key in ("start", "end")}
    start, end = offsets(units, "start", "end", sheet.text, place)
    kinds = value.get("labels") or []
    losses["second labels of a region"] += max(0, len(kinds) - 1)
    losses += Losses()
    span = Span(len(sheet.spans) + 1, start, end, str(kinds[0]) if kinds else "")
    spans[str(result.get("id"))] = span
    sheet.spans.append(span)


def _detail(spans: dict[str, Span], result: dict[str, Any], losses: Losses) -> None:
    span, field, value = spans.get(str(result.get("id"))), result.get("from_name"), result.get("value") or {}
    written = value.get("choices") or value.get("text")
    written = written[0] if isinstance(written, list) and written else written
    if span is None or field not in (*DETAILS, "modality") or not isinstance(written, str):
        losses[f"answers to {field!r}"] += 1
    else:
        span.details[str(field)] = written.strip()


def write(documents: list[Document], path: Path, losses: Losses) -> None:
    """Drafts, and documents without a status, are written as predictions, which an annotator corrects; others as annotations."""
    tasks = [_task(document, number, losses) for number, document in enumerate(documents, 1)]
    path.write_text(json.dumps(tasks, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def _task(document: Document, number: int, losses: Losses) -> dict[str, Any]:
    sheet = sheet_of(document, losses)
    result = list(_regions(sheet, number))
    data = {"text": sheet.text, "id": sheet.id, **sheet.head}
    if document.status not in (None, DRAFT):
        return {"id": number, "data": data, "annotations": [{"id": number, "was_cancelled": False, "result": result}], "predictions": []}
    scores = [event.confidence for event in document.events if event.confidence is not None]
    prediction = {"id": number, "model_version": "bilat_nlp", "score": min(scores, default=0.0), "result": result}
    return {"id": number, "data": data, "annotations": [], "predictions": [prediction]}


def _regions(sheet: Sheet, number: int) -> Iterator[dict[str, Any]]:
    units = _utf16(sheet.text)
    for span in sheet.spans:
        place = {"start": units[span.start], "end": units[span.end]}
        common = {"id": f"{number}-{span.id}", "to_name": "text"}
        quoted = sheet.text[span.start : span.end]
        yield common | {"from_name": "label", "type": "labels", "value": place | {"text": quoted, "labels": [span.label]}}
        for field, written in span.details.items():
            if field == "modality":
                yield common | {"from_name": field, "type": "choices", "value": place | {"choices": [written]}}
            else:
                yield common | {"from_name": field, "type": "textarea", "value": place | {"text": [written]}}
    for each in sheet.relations:
        ends = {"from_id": f"{number}-{each.source}", "to_id": f"{number}-{each.target}"}
        yield {"type": "relation", "direction": "right", "labels": [each.label]} | ends


def _utf16(text: str) -> list[int]:
    """For every code point, and the end, its offset in UTF-16 units."""
    out, at = [], 0
    for char in text:
        out.append(at)
        at += 2 if ord(char) > 0xFFFF else 1
    return [*out, at]


def _code_points(text: str) -> dict[int, int]:
    return {unit: point for point, unit in enumerate(_utf16(text))}
