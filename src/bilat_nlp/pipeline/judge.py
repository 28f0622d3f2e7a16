"""The model beside the rules: it proposes wordings that no lexicon has, and has its say on type, modality and roles of every draft.

The votes of the rules are among the features that the model reads, so its probability for a role is that of both together; where the
model shall speak alone it reads none, and the drafts are its own.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .. import ontology
from ..analysis import Analysis, Draft, Party
from ..languages.entries import TriggerEntry
from ..neural import decode
from ..neural.labels import Labels
from ..neural.pairs import PARTIES, Candidate, PairReader
from ..neural.scores import Scorer, Scores
from ..rules.modality import fit_time
from . import stages


@dataclass(frozen=True, slots=True)
class Limits:
    """Probabilities from which on something is believed; chosen on development documents, see `calibration.json` of a model.

    Attributes:
        trigger: that a wording names an event, for a draft of the model's own.
        role: that a candidate fills a role.
        needed: the same where the event lacks a side without it.
    """

    trigger: float = 0.15
    role: float = 0.5
    needed: float = 0.15


def propose(analysis: Analysis, scores: Scores, labels: Labels, limits: Limits, alone: bool) -> None:
    """Drafts for the wordings that the model finds; with `alone` in place of those of the rules, and without roles."""
    numbers = _sentences(analysis)
    found = [
        each
        for each in decode.spans(scores.triggers, labels.types, limits.trigger)
        if each.name in ontology.types() and each.first in numbers and (alone or numbers[each.first] not in analysis.quiet)
    ]
    if alone:
        analysis.drafts = [Draft(TriggerEntry("", each.name), numbers[each.first], each.first, each.last) for each in found]
    else:
        stages.propose(analysis, [(each.first, each.last, each.name) for each in found])
    for draft in analysis.drafts:
        draft.trigger = decode.strength(scores, labels, draft.first, draft.last, {draft.type})
    if not alone:
        stages.resolve(analysis)
        for draft in analysis.drafts:  # a reference back may have changed the type
            draft.trigger = max(draft.trigger, decode.strength(scores, labels, draft.first, draft.last, {draft.type}))


def _sentences(analysis: Analysis) -> dict[int, int]:
    """The sentence of every word that may name an event."""
    return {
        place: number
        for number, each in enumerate(analysis.layout.sentences)
        if each.kind != "furniture"
        for place in range(each.first, each.last)
    }


def judge(analysis: Analysis, scores: Scores, scorer: Scorer, labels: Labels, limits: Limits, alone: bool) -> None:
    """Roles and modality of all drafts."""
    reader = PairReader(analysis, votes=not alone)
    drafts = [draft for draft in analysis.drafts if draft.type in labels.types]
    candidates = [reader.candidates(draft) for draft in drafts]
    probabilities = _roles(drafts, candidates, reader, scores, scorer, labels)
    for draft, near, chances in zip(drafts, candidates, probabilities, strict=True):
        _Decision(draft, near, {role: chances[:, number] for number, role in enumerate(labels.roles)}, limits).take()
        # What the rules report keeps their parties, place, day and modality, which are right more often than the model's.
        if not draft.reported:
            _set_modality(draft, scores, labels)
            fit_time(analysis, draft)
        draft.judged = True


def _roles(
    drafts: list[Draft], candidates: list[list[Candidate]], reader: PairReader, scores: Scores, scorer: Scorer, labels: Labels
) -> list[np.ndarray]:
    """For every draft the probabilities (candidates, roles)."""
    sizes = [len(near) for near in candidates]
    if not sum(sizes):
        return [np.zeros((0, len(labels.roles)), dtype=np.float32) for _ in drafts]
    types = np.concatenate([np.full(size, labels.types.index(draft.type)) for draft, size in zip(drafts, sizes, strict=True)])
    triggers = np.concatenate([np.full((size, 2), (draft.first, draft.last)) for draft, size in zip(drafts, sizes, strict=True)])
    fillers = np.array([(each.first, each.last) for near in candidates for each in near])
    shown = np.concatenate([reader.features(draft, near) for draft, near in zip(drafts, candidates, strict=True)])
    made = scorer.roles(scores, types, triggers, fillers, shown)
    return np.split(made, np.cumsum(sizes)[:-1])


def _set_modality(draft: Draft, scores: Scores, labels: Labels) -> None:
    extra = min(draft.last - draft.first, scores.modalities.shape[1]) - 1
    draft.modality = labels.modalities[int(np.argmax(scores.modalities[draft.first, extra]))]


class _Decision:
    """Who fills the roles of one draft."""

    def __init__(self, draft: Draft, candidates: list[Candidate], chances: dict[str, np.ndarray], limits: Limits) -> None:
        self.draft, self.candidates, self.chances, self.limits = draft, candidates, chances, limits
        self.type = ontology.types()[draft.type]
        self.symmetric = self.type.variant(draft.entry.variant).symmetric or "recipient" not in self.type.roles

    def take(self) -> None:
        best = {role: self._by_code(role) for role in PARTIES}
        if self.symmetric:
            best = {"actor": _joined(best["actor"], best["recipient"]), "recipient": {}}
        # One of several events that one wording names has siblings: which side belongs to which only the rules know.
        if self.draft.siblings or self.draft.reported:
            for role in PARTIES:
                for party in getattr(self.draft, role):
                    party.probability = best[role].get(party.code, (0.0, None))[0]
        else:
            self._parties(best)
        self._circumstances()

    def _by_code(self, role: str) -> dict[str, tuple[float, Candidate]]:
        """For every code the likeliest of its mentions."""
        found: dict[str, tuple[float, Candidate]] = {}
        for candidate, chance in zip(self.candidates, self.chances[role], strict=True):
            for code in candidate.mention.codes if candidate.mention is not None else ():
                if chance > found.get(code, (0.0, None))[0]:
                    found[code] = float(chance), candidate
        return found

    def _parties(self, best: dict[str, dict[str, tuple[float, Candidate]]]) -> None:
        options = sorted(((chance, role, code) for role in PARTIES for code, (chance, _) in best[role].items()), reverse=True)
        taken: dict[str, str] = {}
        for chance, role, code in options:
            if code not in taken and chance >= self.limits.role:
                taken[code] = role
        for chance, role, code in options:
            missing = len(taken) < self.type.minimum_sides and (self.symmetric or role not in taken.values())
            if missing and code not in taken and chance >= self.limits.needed:
                taken[code] = role
        for role in PARTIES:
            chosen = [(best[role][code], code) for code, place in taken.items() if place == role]
            chosen.sort(key=lambda each: each[0][1].first)
            setattr(self.draft, role, [self._party(candidate, code, chance) for (chance, candidate), code in chosen])

    def _party(self, candidate: Candidate, code: str, chance: float) -> Party:
        assert candidate.mention is not None
        return Party(candidate.mention, code, candidate.sentence != self.draft.sentence, chance)

    def _circumstances(self) -> None:
        if not (self.draft.reported and self.draft.location):
            place = self._likeliest("location")
            self.draft.location = [place.mention] if place is not None and place.mention is not None else []
        if not (self.draft.reported and self.draft.date):
            day = self._likeliest("date")
            self.draft.date = day.date if day is not None else None

    def _likeliest(self, role: str) -> Candidate | None:
        fit = [
            (float(chance), number)
            for number, (candidate, chance) in enumerate(zip(self.candidates, self.chances[role], strict=True))
            if (candidate.date if role == "date" else candidate.mention) is not None and chance >= self.limits.role
        ]
        return self.candidates[max(fit)[1]] if fit else None


def _joined(one: dict[str, tuple[float, Candidate]], other: dict[str, tuple[float, Candidate]]) -> dict[str, tuple[float, Candidate]]:
    return {code: max((each[code] for each in (one, other) if code in each), key=lambda pair: pair[0]) for code in {**one, **other}}

