"""The stages of the rule pipeline as functions on one `Analysis`, in the order in which they run.

The spaCy components of `components.py` are thin coats around these, so that the stages can be tested and timed by themselves.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from .. import ontology
from ..analysis import RESOLUTION, Analysis, Draft
from ..languages import loader
from ..languages.entries import TriggerEntry
from ..languages.loader import Language
from ..mentions import entities, linking
from ..mentions.dates import find_dates
from ..records import Argument, Event
from ..resolve.complete import Context, date_titles, inherit, pass_on, refer_back
from ..resolve.merge import merge
from ..resolve.records import entities as entity_records
from ..resolve.records import record
from ..rules import amounts, matcher
from ..rules.modality import fit_time, modality
from ..rules.objects import give_objects
from ..rules.roles import RoleFinder
from ..text.segment import Layout, lay_out

SILENT = frozenset({"furniture"})
FAINT = 0.05  # probability of a trigger below which a draft that the rules do not believe is no help either


def open_analysis(
    text: str,
    code: str,
    reference: str | None,
    without: frozenset[str] = frozenset(),
    lay_out: Callable[[str, Language], Layout] = lay_out,
) -> Analysis:
    """Words, sentences and the document's date of a text in one language.

    Args:
        without: what is switched off for all stages.
        lay_out: what divides the text into words and sentences; our rules unless another analysis serves.
    """
    language = loader.load(code, without) if without else loader.load(code)
    layout = lay_out(text, language)
    hits = [language.index.match_compound(word.key) for word in layout.words]
    analysis = Analysis(text, language, layout, reference or layout.dateline_date, hits, without=without)
    analysis.mentions = [[] for _ in layout.sentences]
    analysis.dates = [[] for _ in layout.sentences]
    return analysis


def find_time(analysis: Analysis) -> None:
    """Dates of every sentence."""
    sentences, number = analysis.layout.sentences, 0
    for date in find_dates(analysis.layout, analysis.language, analysis.reference):
        while number < len(sentences) - 1 and sentences[number].last <= date.first:
            number += 1
        analysis.dates[number].append(date)


def find_mentions(analysis: Analysis) -> None:
    """Names, offices and references, composed and linked to codes."""
    noise, words, hits = analysis.language.cues.noise, analysis.layout.words, analysis.hits
    for number, sentence in enumerate(analysis.layout.sentences):
        if sentence.kind in SILENT:
            analysis.quiet.add(number)
            continue
        if noise and noise.first_in(words, hits, sentence.first, sentence.last):
            analysis.quiet.add(number)
        analysis.mentions[number] = entities.find(analysis, number)
    linking.link(analysis)


def find_triggers(analysis: Analysis) -> None:
    """Drafts of events, one for every wording that names one."""
    analysis.drafts = [
        draft
        for number in range(len(analysis.layout.sentences))
        if number not in analysis.quiet
        for draft in matcher.triggers(analysis, number)
    ]


def assign_roles(analysis: Analysis) -> None:
    """Parties, place, date, sum and modality of every draft, as far as its sentence tells."""
    analysis.drafts = _assigned(analysis, analysis.drafts)


def _assigned(analysis: Analysis, unassigned: list[Draft]) -> list[Draft]:
    finder, sums = None, []
    drafts: list[Draft] = []
    for draft in unassigned:
        if finder is None or finder.sentence != draft.sentence:
            finder, sums = RoleFinder(analysis, draft.sentence), amounts.amounts(analysis, draft.sentence)
        finder.fill(draft)
        draft.modality = modality(analysis, draft)
        fit_time(analysis, draft)
        if ontology.has_trait(draft.type, "priced"):
            amounts.give_amount(draft, sums)
        drafts += [part for apart in finder.distribute(draft) for part in give_objects(analysis, apart)]
    return drafts


def analyse(text: str, code: str, reference: str | None) -> Analysis:
    """A text in one language, taken through all stages up to the roles: what a model learns from, and has its say on."""
    analysis = open_analysis(text, code, reference)
    for stage in (find_time, find_mentions, find_triggers, assign_roles):
        stage(analysis)
    return analysis


def propose(analysis: Analysis, spans: Iterable[tuple[int, int, str]]) -> None:
    """Drafts for wordings that no lexicon has: half-open words and type. What the rules found there already is not found twice."""
    known = [(draft.first, draft.last, draft.type) for draft in analysis.drafts]
    numbers = {place: number for number, each in enumerate(analysis.layout.sentences) for place in range(each.first, each.last)}
    fresh = [
        Draft(TriggerEntry("", type_), numbers[first], first, last)
        for first, last, type_ in spans
        if first in numbers and not any(first < high and low < last and type_ == other for low, high, other in known)
    ]
    fresh.sort(key=lambda draft: draft.first)
    analysis.drafts = sorted([*analysis.drafts, *_assigned(analysis, fresh)], key=lambda draft: (draft.sentence, draft.first))


def resolve(analysis: Analysis) -> None:
    """What the rest of the document says of parties, days and places; sets which drafts the rules believe."""
    if RESOLUTION in analysis.without:
        context = Context(analysis)
        believed = {id(draft) for draft in analysis.drafts if context.stands_alone(draft)}
    else:
        believed = {id(draft) for draft in _resolve(analysis)}
    for draft in analysis.drafts:
        draft.believed = id(draft) in believed


def make_records(analysis: Analysis, text: str) -> tuple[list[Argument], list[Event]]:
    """Entities and events of the analysis; `text` is the text as it was handed in."""
    if analysis.confidence is not None:
        return entity_records(analysis, text), _judged(analysis, text)
    if RESOLUTION in analysis.without:
        context = Context(analysis)
        groups = [[draft] for draft in analysis.drafts if context.stands_alone(draft)]
    else:
        groups = merge(_resolve(analysis), analysis.year)
    return entity_records(analysis, text), [record(analysis, group, text) for group in groups]


def groups_of(analysis: Analysis) -> list[list[Draft]]:
    """The drafts that the model has judged, those of one happening together."""
    kept = [draft for draft in analysis.drafts if draft.codes and (draft.believed or draft.trigger >= FAINT)]
    return [[draft] for draft in kept] if RESOLUTION in analysis.without else merge(kept, analysis.year)


def _judged(analysis: Analysis, text: str) -> list[Event]:
    events = []
    for group in groups_of(analysis):
        confidence = analysis.confidence(group)  # type: ignore[misc]
        made = record(analysis, group, text, confidence)
        least = analysis.least if any(draft.reported for draft in group) else analysis.least_seen
        if max(confidence, made.confidence or 0.0) >= least:  # the record shows it rounded, and is believed
            events.append(made)
    return events


def _resolve(analysis: Analysis) -> list[Draft]:
    """The drafts that can be believed, with what the rest of the document says of their parties, days and places."""
    context = Context(analysis)
    believed: list[Draft] = []
    dropped: list[Draft] = []
    for draft in analysis.drafts:
        if refer_back(analysis, draft, believed) or context.complete(draft):
            pass_on(draft, dropped)
            believed.append(draft)
        else:
            dropped.append(draft)
    inherit(believed)
    date_titles(analysis, believed)
    return believed
