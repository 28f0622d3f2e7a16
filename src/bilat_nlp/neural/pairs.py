"""What a trigger and a possible filler of one of its roles show together: distance, case, kind, and what the rules made of them."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from .. import ontology
from ..analysis import RESOLUTION, Analysis, Draft, Mention
from .features import KINDS, RULE

if TYPE_CHECKING:
    from ..mentions.dates import DateMention

BACK, AHEAD = 6, 2  # sentences around the trigger's in which a filler is looked for; the title always counts
STEPS = tuple(range(-4, 3))  # sentences between trigger and filler, the ends stand for all beyond
ROLES = ("actor", "recipient", "location", "date", "object")
PARTIES = ("actor", "recipient")
DATES = ("day", "week", "month", "year", "interval")


@dataclass(slots=True)
class Candidate:
    """A possible filler: half-open words, sentence, and the mention or date that it is."""

    first: int
    last: int
    sentence: int
    mention: Mention | None = None
    date: DateMention | None = None


class PairReader:
    """Finds the candidates of the drafts of one analysis and says what they show.

    Args:
        analysis: after all stages that find mentions, dates and drafts.
        votes: whether the rules have a say.
    """

    def __init__(self, analysis: Analysis, votes: bool = True) -> None:
        self.analysis, self.votes = analysis, votes
        mentions = [mention for found in analysis.mentions for mention in found]
        self.counts = Counter(code for mention in mentions if not mention.inside for code in mention.codes)
        self.firsts: dict[str, int] = {}
        for mention in mentions:
            for code in mention.codes:
                self.firsts.setdefault(code, mention.first)
        self.coded = sorted(mention.first for mention in mentions if mention.codes and not mention.inside)
        titles = [number for number, sentence in enumerate(analysis.layout.sentences) if sentence.kind == "title"]
        self.title = titles[0] if titles else None
        self._near: dict[int, list[Candidate]] = {}

    def candidates(self, draft: Draft) -> list[Candidate]:
        """Everything around the trigger that may fill a role, in the order of the text."""
        if draft.sentence not in self._near:
            numbers = self._around(draft.sentence)
            self._near[draft.sentence] = [each for number in numbers for each in self._of_sentence(number)]
        near = self._near[draft.sentence]
        known = {id(each.mention) for each in near if each.mention is not None}
        voted = [party.mention for party in (*draft.actor, *draft.recipient)] + draft.location
        far = [Candidate(m.first, m.last, m.sentence, mention=m) for m in voted if id(m) not in known]
        return [*far, *near]

    def _around(self, number: int) -> list[int]:
        """The sentences in which fillers of a trigger in this one are looked for."""
        if RESOLUTION in self.analysis.without:
            return [number]
        sentences = range(max(0, number - BACK), min(len(self.analysis.layout.sentences), number + AHEAD + 1))
        return [*([self.title] if self.title is not None and self.title not in sentences else []), *sentences]

    def _of_sentence(self, number: int) -> list[Candidate]:
        found = [
            Candidate(mention.first, mention.last, number, mention=mention)
            for mention in self.analysis.mentions[number]
            if mention.codes and (mention.kind != "region" or mention.code)
        ]
        return found + [Candidate(date.first, date.last, number, date=date) for date in self.analysis.dates[number] if date.value]

    def features(self, draft: Draft, candidates: list[Candidate]) -> np.ndarray:
        """Shape (candidates, `len(columns())`), float32."""
        made = np.zeros((len(candidates), len(COLUMNS)), dtype=np.float32)
        parties = {role: {party.code for party in getattr(draft, role)} for role in PARTIES}
        for row, candidate in zip(made, candidates, strict=True):
            self._place(row, draft, candidate)
            if candidate.mention is not None:
                self._mention(row, draft, candidate.mention, parties)
            elif candidate.date is not None:
                row[AT[f"date:{candidate.date.kind}"]] = 1.0
                row[AT["date:relative"]] = float(candidate.date.relative)
                if self.votes and draft.date is not None and draft.date.value == candidate.date.value:
                    row[AT[f"{RULE}date"]] = 1.0
            if self.votes and draft.entry.id:
                row[AT[f"{RULE}drafted"]] = 1.0
        return made

    def _place(self, row: np.ndarray, draft: Draft, candidate: Candidate) -> None:
        step = min(max(candidate.sentence - draft.sentence, STEPS[0]), STEPS[-1])
        row[AT[f"step:{step}"]] = 1.0
        before = candidate.first < draft.first
        words = draft.first - candidate.last if before else candidate.first - draft.last
        row[AT["before" if before else "behind"]] = 1.0
        row[AT["distance:before" if before else "distance:behind"]] = math.log1p(max(0, words)) / 3
        row[AT["touches"]] = float(words <= 0)
        row[AT["near"]] = float(words <= 2)
        row[AT["title"]] = float(candidate.sentence == self.title)
        low, high = sorted((candidate.first, draft.first))
        between = int(np.searchsorted(self.coded, high) - np.searchsorted(self.coded, low + 1))
        row[AT["between"]] = min(between, 6) / 3

    def _mention(self, row: np.ndarray, draft: Draft, mention: Mention, parties: dict[str, set[str | None]]) -> None:
        for name in (f"name:{mention.kind}", f"label:{mention.label}"):
            if name in AT:
                row[AT[name]] = 1.0
        for relation in mention.relations:
            row[AT[f"case:{relation}"]] = 1.0
        code = mention.code or ""
        row[AT["nested"]], row[AT["resolved"]] = float(mention.inside), float(mention.resolved)
        row[AT["list"]], row[AT["several"]] = float(mention.group >= 0), float(len(mention.codes) > 1)
        row[AT["organisation"]] = float(code.startswith("IGO-"))
        row[AT["home"]] = float(code == self.analysis.home)
        row[AT["count"]] = math.log1p(max((self.counts[each] for each in mention.codes), default=0)) / 2
        row[AT["first"]] = float(self.firsts.get(code) == mention.first)
        row[AT["office"]] = float(mention.office is not None)
        if not self.votes:
            return
        for role in PARTIES:
            if code in parties[role] or parties[role] & set(mention.codes):
                row[AT[f"{RULE}{role}"]] = 1.0
            for party in getattr(draft, role):
                if party.mention is mention:
                    row[AT[f"{RULE}{role}:here"]] = 0.5 if party.inferred else 1.0
        if any(place is mention for place in draft.location):
            row[AT[f"{RULE}location"]] = 1.0


class _Columns:
    """Names of the columns, from the ontology and the kinds of names."""

    @cached_property
    def names(self) -> tuple[str, ...]:
        known = ontology.current()
        names = [f"step:{step}" for step in STEPS]
        names += ["before", "behind", "distance:before", "distance:behind", "touches", "near", "title", "between"]
        names += [f"name:{kind}" for kind in KINDS] + [f"label:{label}" for label in known.labels]
        names += [f"case:{relation}" for relation in known.relations]
        names += ["nested", "resolved", "list", "several", "organisation", "home", "count", "first", "office"]
        names += [f"date:{kind}" for kind in DATES] + ["date:relative"]
        names += [f"{RULE}{role}" for role in PARTIES] + [f"{RULE}{role}:here" for role in PARTIES]
        return (*names, f"{RULE}location", f"{RULE}date", f"{RULE}drafted")


COLUMNS = _Columns().names
AT = {name: number for number, name in enumerate(COLUMNS)}
