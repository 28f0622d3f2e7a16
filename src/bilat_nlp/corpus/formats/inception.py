"""INCEpTION: a UIMA CAS in XMI for every document and the ``TypeSystem.xml`` they share, through dkpro-cassis.

The layers are those that INCEpTION makes for custom span layers with link features, so that the type system can be imported as it
stands: ``webanno.custom.BilatMention`` and ``webanno.custom.BilatEvent``, whose slots point from the trigger to its fillers. What
belongs to the document lies in ``webanno.custom.BilatDocument`` over the whole text. UTF-16 offsets of the file are turned into code
points by cassis.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from bilat_nlp.corpus.formats.files import file_name, id_of
from bilat_nlp.corpus.formats.sheet import (
    ACTUAL,
    COREFERENT,
    DETAILS,
    SAME_EVENT,
    Losses,
    Relation,
    Sheet,
    Span,
    document_of,
    is_trigger,
    sheet_of,
)
from bilat_nlp.records import Document, RecordError

TYPES = "TypeSystem.xml"
MENTION = "webanno.custom.BilatMention"
EVENT = "webanno.custom.BilatEvent"
LINK = "webanno.custom.BilatEventSlotsLink"
DOCUMENT = "webanno.custom.BilatDocument"
_META = "de.tudarmstadt.ukp.dkpro.core.api.metadata.type.DocumentMetaData"
_STRING, _ANNOTATION = "uima.cas.String", "uima.tcas.Annotation"


def _cassis() -> Any:
    try:
        import cassis
    except ImportError:
        raise RecordError("UIMA CAS files need dkpro-cassis; install it with: pip install 'bilat-nlp[corpus]'") from None
    return cassis


def type_system() -> Any:
    """The layers of the annotation, a `cassis.TypeSystem`."""
    types = _cassis().TypeSystem()
    meta = types.create_type(name=_META, supertypeName="uima.tcas.DocumentAnnotation")
    for feature in ("documentTitle", "documentId"):
        types.create_feature(domainType=meta, name=feature, rangeType=_STRING)
    for token in ("Token", "Sentence"):  # INCEpTION wants both layers to be there
        types.create_type(name=f"de.tudarmstadt.ukp.dkpro.core.api.segmentation.type.{token}", supertypeName=_ANNOTATION)
    mention = types.create_type(name=MENTION, supertypeName=_ANNOTATION)
    for feature in ("label", *DETAILS):
        types.create_feature(domainType=mention, name=feature, rangeType=_STRING)
    link = types.create_type(name=LINK, supertypeName="uima.cas.TOP")
    types.create_feature(domainType=link, name="role", rangeType=_STRING)
    types.create_feature(domainType=link, name="target", rangeType=mention)
    event = types.create_type(name=EVENT, supertypeName=_ANNOTATION)
    for feature in ("kind", "modality", "event"):
        types.create_feature(domainType=event, name=feature, rangeType=_STRING)
    types.create_feature(domainType=event, name="slots", rangeType="uima.cas.FSArray", elementType=link)
    whole = types.create_type(name=DOCUMENT, supertypeName=_ANNOTATION)
    types.create_feature(domainType=whole, name="head", rangeType=_STRING)
    return types


def read(path: Path, losses: Losses) -> list[Document]:
    """The documents of a folder with its type system, or one .xmi file beside it. Raises RecordError."""
    cassis = _cassis()
    folder = path if path.is_dir() else path.parent
    files = sorted(path.rglob("*.xmi")) if path.is_dir() else [path]
    described = next(iter(sorted(folder.rglob(TYPES))), None)
    if not files or described is None:
        raise RecordError(f"{path}: no {TYPES} with .xmi files; export from INCEpTION as UIMA CAS XMI (XML 1.1 or 1.0) and unpack it")
    try:
        with described.open("rb") as stream:
            types = cassis.load_typesystem(stream)
    except Exception as error:  # lxml and cassis each have errors of their own
        raise RecordError(f"{described}: no type system ({error}); export it again") from None
    documents = []
    for file in files:
        try:
            with file.open("rb") as stream:
                cas = cassis.load_cas_from_xmi(stream, typesystem=types)
        except Exception as error:
            raise RecordError(f"{file}: no CAS of this type system ({error}); export it again") from None
        documents.append(document_of(_sheet(cas, file, losses), losses))
    return documents


def _sheet(cas: Any, file: Path, losses: Losses) -> Sheet:
    def select(name: str) -> list[Any]:
        return list(cas.select(name)) if cas.typesystem.contains_type(name) else []

    head: dict[str, Any] = next((json.loads(each.head) for each in select(DOCUMENT) if each.head), {})
    # INCEpTION names an exported file after the annotator; the document is in its title
    title = next((each.documentTitle for each in select(_META) if each.documentTitle), id_of(file.stem))
    sheet = Sheet(str(head.pop("id", title)), cas.sofa_string or "", head)
    ids: dict[int, int] = {}
    for each in sorted(select(MENTION), key=lambda one: one.xmiID):
        details = {key: value for key in DETAILS if (value := getattr(each, key))}
        ids[id(each)] = _add(sheet, each.begin, each.end, each.label or "", details)
    first: dict[str, int] = {}
    for each in sorted(select(EVENT), key=lambda one: one.xmiID):
        details = {"modality": each.modality} if each.modality and each.modality != ACTUAL else {}
        trigger = _add(sheet, each.begin, each.end, each.kind or "", details)
        if each.event and each.event in first:
            sheet.relations.append(Relation(trigger, first[each.event], SAME_EVENT))
        elif each.event:
            first[each.event] = trigger
        for link in (each.slots.elements if each.slots else None) or []:
            if link.target is not None and id(link.target) in ids:
                sheet.relations.append(Relation(trigger, ids[id(link.target)], link.role or ""))
            else:
                losses["slots without a mention in them"] += 1
    other = {each.type.name for each in cas.select_all_annotations()} - {MENTION, EVENT, LINK, DOCUMENT, _META}
    for layer in sorted(other):
        if layer.startswith("webanno.custom"):
            losses[f"annotations of the layer {layer}"] += len(select(layer))
    return sheet


def _add(sheet: Sheet, start: int, end: int, label: str, details: dict[str, str]) -> int:
    sheet.spans.append(Span(len(sheet.spans) + 1, start, end, label, details))
    return len(sheet.spans)


def write(documents: list[Document], path: Path, losses: Losses) -> None:
    cassis, types = _cassis(), type_system()
    types.to_xml(path / TYPES)
    for document in documents:
        cas = cassis.Cas(
            typesystem=types, sofa_string=document.text or "", sofa_mime="text/plain", document_language=document.lang or "x-unspecified"
        )
        _fill(cas, types, sheet_of(document, losses))
        cas.to_xmi(path / (file_name(document.id) + ".xmi"))


def _fill(cas: Any, types: Any, sheet: Sheet) -> None:
    end = len(sheet.text)
    cas.add(types.get_type(_META)(begin=0, end=end, language=cas.document_language, documentId=sheet.id, documentTitle=sheet.id))
    cas.add(types.get_type(DOCUMENT)(begin=0, end=end, head=json.dumps({"id": sheet.id} | sheet.head, ensure_ascii=False)))
    names = _event_names(sheet)
    mentions: dict[int, Any] = {}
    for span in sheet.spans:
        if not is_trigger(span.label):
            mentions[span.id] = types.get_type(MENTION)(begin=span.start, end=span.end, label=span.label, **span.details)
            cas.add(mentions[span.id])
    for span in sheet.spans:
        if is_trigger(span.label):
            modality = span.details.get("modality", ACTUAL)
            trigger = types.get_type(EVENT)(begin=span.start, end=span.end, kind=span.label, modality=modality, event=names[span.id])
            slots = [
                types.get_type(LINK)(role=each.label, target=mentions[each.target])
                for each in sheet.relations
                if each.source == span.id and each.label not in (SAME_EVENT, COREFERENT)
            ]
            trigger.slots = types.get_type("uima.cas.FSArray")(elements=slots)
            cas.add(trigger)


def _event_names(sheet: Sheet) -> dict[int, str]:
    """For every trigger the event that it names; further triggers that of the first."""
    names = {span.id: f"e{span.id}" for span in sheet.spans if is_trigger(span.label)}
    for relation in sheet.relations:
        if relation.label == SAME_EVENT:
            names[relation.source] = names[relation.target]
    return names
