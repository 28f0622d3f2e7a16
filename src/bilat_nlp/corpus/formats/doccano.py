"""doccano: JSONL of a sequence-labelling project with relations.

doccano knows spans and relations with a label each. The modality of an event stands behind the label of its trigger
(``visit:planned``); codes, names and EDTF values travel in the column ``bilat_nlp``, which doccano keeps as metadata and gives back,
and hold for the spans that still stand where they stood.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from bilat_nlp.corpus.formats.files import json_lines, name_at, offsets, string, write_lines
from bilat_nlp.corpus.formats.labelled import details_at, fold, remember, unfold
from bilat_nlp.corpus.formats.sheet import Losses, Relation, Sheet, Span, document_of, sheet_of
from bilat_nlp.records import Document, RecordError

_TEXT = ("text", "data")
_OLD_LABELS = ("label", "labels")


def read(path: Path, losses: Losses) -> list[Document]:
    """Also the older export without relations: ``"label": [[0, 5, "GPE"]]``. Raises RecordError."""
    return [document_of(_sheet(data, place), losses) for place, data in json_lines(path)]


def _sheet(data: dict[str, Any], place: str) -> Sheet:
    text = string(data, "text" if "text" in data else "data", place)
    kept = data.get("bilat_nlp") or {}
    sheet = Sheet(str(kept.get("id", data.get("id", name_at(place)))), text, kept.get("head", {}))
    for number, entity in enumerate(_entities(data), 1):
        start, end = offsets(entity, "start_offset", "end_offset", text, place)
        label, modality = unfold(str(entity.get("label")))
        details = details_at(kept, start, end, label) | modality
        sheet.spans.append(Span(entity.get("id", number), start, end, label, details))
    known = {span.id for span in sheet.spans}
    for each in data.get("relations", []):
        if not {each.get("from_id"), each.get("to_id")} <= known:
            raise RecordError(
                f"{place}: a relation joins {each.get('from_id')} and {each.get('to_id')}, which are no spans; export it again"
            )
        sheet.relations.append(Relation(each["from_id"], each["to_id"], str(each.get("type"))))
    return sheet


def _entities(data: dict[str, Any]) -> list[dict[str, Any]]:
    if "entities" in data:
        return list(data["entities"])
    plain: list[Any] = next((data[key] for key in _OLD_LABELS if data.get(key)), [])
    return [{"start_offset": start, "end_offset": end, "label": label} for start, end, label in plain]


def write(documents: list[Document], path: Path, losses: Losses) -> None:
    write_lines(path, (_line(sheet_of(document, losses), number) for number, document in enumerate(documents, 1)))


def _line(sheet: Sheet, number: int) -> dict[str, Any]:
    return {
        "id": number,
        "text": sheet.text,
        "entities": [{"id": span.id, "label": fold(span), "start_offset": span.start, "end_offset": span.end} for span in sheet.spans],
        "relations": [
            {"id": count, "from_id": each.source, "to_id": each.target, "type": each.label} for count, each in enumerate(sheet.relations, 1)
        ],
        "Comments": [],
        "bilat_nlp": remember(sheet),
    }
