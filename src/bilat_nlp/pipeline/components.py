"""The spaCy components: one short class a stage, each a registered factory that also serves in a user's own pipeline.

Between the stages a document carries its analyses, one a language, in `doc.user_data`; the last stage leaves only plain data there, so that
the `Doc` can be stored in a `DocBin`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from spacy.language import Language as Nlp
from spacy.tokens import Doc, Span
from spacy.util import filter_spans

from ..analysis import RESOLUTION, Analysis
from ..languages.loader import GAZETTEER, SUFFIXES, profiles
from ..records import Document, Event
from ..text.language import identify, runs
from ..text.script import clean
from . import stages

STATE = "bilat_nlp_state"
RECORD = "bilat_nlp"
Labelled = tuple[int, int, str, str | None]  # code points from and to, label, code or date
# What the pipeline can do without, and what that means.
PARTS = {
    SUFFIXES: "no ending is cut off or read: names and triggers are found in their written form, and no case tells a role",
    GAZETTEER: "no names of people, towns and organisations, only those of states with their nationality words",
    RESOLUTION: "every sentence by itself: no party, day or place from another one, and no mentions joined",
}


@dataclass(slots=True)
class State:
    """What the stages share about one document; `text` is the text as handed in, `clean` what spaCy and the rules can read."""

    text: str
    clean: str
    lang: str | None = None
    script: str | None = None
    reason: str | None = None
    parts: list[tuple[str, str]] = field(default_factory=list)  # language, text with everything else blanked
    analyses: list[Analysis] = field(default_factory=list)


def record_of(doc: Doc) -> Document:
    """The document's record.

    Raises:
        ValueError: the pipeline has no `bilat_records` component.
    """
    data = doc.user_data.get(RECORD)
    if data is None:
        raise ValueError("the document has no events yet: add the component 'bilat_records' to the pipeline")
    return Document.from_json(data)


def _events(doc: Doc) -> list[Event]:
    return record_of(doc).events


def set_extensions() -> None:
    """`doc._.events`, `doc._.record`, `doc._.script`, `doc._.reason`; `doc._.date` and `doc._.lang` may be set before the pipeline runs."""
    for name in ("id", "date", "lang", "original"):
        if not Doc.has_extension(name):
            Doc.set_extension(name, default=None)
    getters: dict[str, Callable[[Doc], Any]] = {
        "events": _events,
        "record": record_of,
        "script": lambda doc: record_of(doc).script,
        "reason": lambda doc: record_of(doc).reason,
    }
    for name, getter in getters.items():
        if not Doc.has_extension(name):
            Doc.set_extension(name, getter=getter)


set_extensions()


class Component:
    """A stage; `create` is what spaCy and the package's entry points call to make one. Only `LayOut` has a setting."""

    @classmethod
    def create(cls, nlp: Nlp, name: str) -> Component:
        return cls()


class IdentifyLanguage(Component):
    """Language and script of the document, and of its parts where they are mixed."""

    def __call__(self, doc: Doc) -> Doc:
        text = doc._.original if doc._.original is not None else doc.text
        state = State(text, clean(text), lang=doc._.lang)
        given = state.lang
        found = identify(state.clean, profiles())
        state.script = found.script
        if given:
            state.parts = [(given, state.clean)] if given in profiles() else []
            state.reason = None if state.parts else f"language {given} is not served"
        elif found.lang is None:
            state.reason = found.reason
        else:
            state.lang = found.lang
            state.parts = _parts(state.clean, found.lang)
        doc.user_data[STATE] = state
        return doc


def _parts(text: str, main: str) -> list[tuple[str, str]]:
    pieces: dict[str, list[tuple[int, int]]] = {}
    for start, end, lang in runs(text, profiles()):
        pieces.setdefault(lang or main, []).append((start, end))
    if len(pieces) < 2:
        return [(main, text)]
    return [(lang, _only(text, spans)) for lang, spans in pieces.items() if lang in profiles()]


def _only(text: str, spans: list[tuple[int, int]]) -> str:
    """The text with everything outside the spans blanked, so that offsets stay."""
    made, at = [], 0
    for start, end in spans:
        made += [" " * (start - at), text[start:end]]
        at = end
    return "".join([*made, " " * (len(text) - at)])


class LayOut(Component):
    """Words, sentences, title, dateline and furniture.

    The analyses begin here, so here is said what all stages shall do without (`PARTS`); a part that there is not raises ValueError.
    """

    def __init__(self, without: Iterable[str] = ()) -> None:
        self.without = frozenset(without)
        if unknown := sorted(self.without - PARTS.keys()):
            raise ValueError(f"the pipeline has no part {unknown[0]!r} to do without; there are {', '.join(PARTS)}")

    @classmethod
    def create(cls, nlp: Nlp, name: str, without: Sequence[str] = ()) -> LayOut:
        return cls(without)

    def __call__(self, doc: Doc) -> Doc:
        state: State = doc.user_data[STATE]
        state.analyses = [stages.open_analysis(text, lang, doc._.date, self.without) for lang, text in state.parts]
        return doc


class FindDates(Component):
    """Dates in EDTF; fills `doc.spans["dates"]`."""

    def __call__(self, doc: Doc) -> Doc:
        for analysis in doc.user_data[STATE].analyses:
            stages.find_time(analysis)
        doc.spans["dates"] = _spans(doc, _dates)
        return doc


def _dates(analysis: Analysis) -> Iterator[Labelled]:
    words = analysis.layout.words
    for dates in analysis.dates:
        for date in dates:
            yield words[date.first].start, words[date.last - 1].end, "DATE", date.value


class FindEntities(Component):
    """States, organisations, people and places with their codes; fills `doc.ents` and `doc.spans["entities"]`."""

    def __call__(self, doc: Doc) -> Doc:
        for analysis in doc.user_data[STATE].analyses:
            stages.find_mentions(analysis)
        found = _spans(doc, _coded)
        doc.spans["entities"] = found
        doc.ents = filter_spans(found)  # type: ignore[assignment]
        return doc


def _coded(analysis: Analysis) -> Iterator[Labelled]:
    for mentions in analysis.mentions:
        for mention in mentions:
            if mention.codes or mention.kind == "region":
                yield mention.start, mention.end, mention.label, mention.code


class FindTriggers(Component):
    """Wordings that name an event; fills `doc.spans["triggers"]`."""

    def __call__(self, doc: Doc) -> Doc:
        for analysis in doc.user_data[STATE].analyses:
            stages.find_triggers(analysis)
        doc.spans["triggers"] = _spans(doc, _triggers)
        return doc


def _triggers(analysis: Analysis) -> Iterator[Labelled]:
    words = analysis.layout.words
    for draft in analysis.drafts:
        yield words[draft.first].start, words[draft.last - 1].end, draft.type, None


class AssignRoles(Component):
    """Parties, place, date, sum and modality of each trigger."""

    def __call__(self, doc: Doc) -> Doc:
        for analysis in doc.user_data[STATE].analyses:
            stages.assign_roles(analysis)
        return doc


class MakeRecords(Component):
    """Missing parties from the context, mentions of one happening joined; fills `doc._.events`."""

    def __call__(self, doc: Doc) -> Doc:
        state: State = doc.user_data.pop(STATE)
        document = Document(id=doc._.id or "doc", lang=state.lang, script=state.script, date=doc._.date, reason=state.reason)
        for analysis in state.analyses:
            document.date = document.date or analysis.reference
            entities, events = stages.make_records(analysis, state.text)
            document.entities += entities
            document.events += events
        document.entities.sort(key=lambda entity: (entity.start, entity.end))
        document.events.sort(key=lambda event: (event.triggers[0].start, event.triggers[0].end))
        for number, event in enumerate(document.events, 1):
            event.id = f"{document.id}#{number}"
        if not document.events and document.reason is None:
            document.reason = "no diplomatic event found"
        doc.user_data[RECORD] = document.to_json()  # plain data, so that a DocBin can hold it
        return doc


def _spans(doc: Doc, found: Callable[[Analysis], Iterator[Labelled]]) -> list[Span]:
    """What was found in the analyses of a document as spans on whatever tokens it has."""
    spans = [
        doc.char_span(start, end, label=label, kb_id=code or "", alignment_mode="expand")
        for analysis in doc.user_data[STATE].analyses
        for start, end, label, code in found(analysis)
    ]
    return [span for span in spans if span is not None]


COMPONENTS: dict[str, type[Component]] = {
    "bilat_language": IdentifyLanguage,
    "bilat_layout": LayOut,
    "bilat_dates": FindDates,
    "bilat_entities": FindEntities,
    "bilat_triggers": FindTriggers,
    "bilat_roles": AssignRoles,
    "bilat_records": MakeRecords,
}

# The entry points let spaCy find the classes; only this gives it their names and settings. Repeating it does no harm.
for _name, _component in COMPONENTS.items():
    Nlp.factory(_name, func=_component.create)
