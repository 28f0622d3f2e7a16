"""For tools whose spans carry a label and nothing more: what else is known of them goes beside."""

from __future__ import annotations

from typing import Any

from bilat_nlp.corpus.formats.sheet import Sheet, Span, is_trigger

_JOINT = ":"


def fold(span: Span) -> str:
    """The label, with the modality of an event that is not actual behind it."""
    modality = span.details.get("modality")
    return f"{span.label}{_JOINT}{modality}" if modality else span.label


def unfold(label: str) -> tuple[str, dict[str, str]]:
    """Label and details of `fold`; a colon in a label of somebody else's is left alone."""
    kind, _, modality = label.partition(_JOINT)
    return (kind, {"modality": modality}) if modality and is_trigger(kind) else (label, {})


def remember(sheet: Sheet) -> dict[str, Any]:
    """Head of the document and details of its mentions, by place and label."""
    spans: dict[str, list[dict[str, str]]] = {}
    for span in sheet.spans:
        if not is_trigger(span.label):
            spans.setdefault(_place(span.start, span.end, span.label), []).append(span.details)
    return {"id": sheet.id, "head": sheet.head, "spans": spans}


def details_at(kept: dict[str, Any], start: int, end: int, label: str) -> dict[str, str]:
    """The remembered details of a mention; each is given once, so that two mentions at one place keep theirs."""
    waiting = kept.get("spans", {}).get(_place(start, end, label))
    if not waiting:
        return {}
    return dict(waiting.pop(0) if len(waiting) > 1 else waiting[0])


def _place(start: int, end: int, label: str) -> str:
    return f"{start}-{end} {label}"
