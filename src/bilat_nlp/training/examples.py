"""What the model learns from: annotated documents, taken through the stages of the rules and turned into numbers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace

import numpy as np

from ..analysis import Analysis, Draft, Mention
from ..languages import loader
from ..neural.features import RULE, FeatureReader, Window
from ..neural.labels import MERGED, NONE, THING, Labels
from ..neural.model import LONGEST_ENTITY, LONGEST_TRIGGER
from ..neural.pairs import COLUMNS, PairReader
from ..pipeline import stages
from ..records import Argument, Document, Event
from ..text.script import clean

VOTES = np.array([name.startswith(RULE) for name in COLUMNS])
NAMED = ("actor", "recipient", "location")  # roles whose fillers carry a label
Span = tuple[int, int]  # first word, further words


@dataclass
class Pairs:
    """Pairs of one window, P of them; see `model.PairGold`."""

    type: np.ndarray
    trigger: np.ndarray
    filler: np.ndarray
    shown: np.ndarray
    roles: np.ndarray
    counts: np.ndarray

    def __len__(self) -> int:
        return len(self.type)


@dataclass
class Example:
    """One window with what is known of it.

    Attributes:
        entities: labelled spans; a label may stand for several that the source does not tell apart.
        marked: labels of entities that the source marks.
        triggers: spans with type and modality; None where the source marks no events.
        eventless: (n,) bool: words of which it is known all the same that they name no event; only where `triggers` is None.
    """

    window: Window
    entities: list[tuple[Span, frozenset[str]]]
    marked: frozenset[str]
    triggers: list[tuple[Span, str, str]] | None = None
    pairs: Pairs | None = None
    eventless: np.ndarray | None = None
    id: str = ""
    left_out: int = field(default=0)  # annotated spans longer than the model's longest

    def __len__(self) -> int:
        return len(self.window)


class ExampleMaker:
    """Makes examples for one model: `reader` knows its columns, `labels` what it distinguishes."""

    def __init__(self, reader: FeatureReader, labels: Labels) -> None:
        self.reader, self.labels = reader, labels

    def events(self, document: Document) -> Example | None:
        """An example with entities, events and roles; None where the library does not serve the language or there are no words."""
        analysis = self._analysis(document)
        if analysis is None:
            return None
        window = self.reader.read(analysis)
        places = _Places(analysis)
        things = [a for event in document.events for a in event.object if a.label is None]
        # Who annotates events alone lists no entities: their fillers are names all the same, and of the other words nothing is known.
        listed = document.entities or [a for event in document.events for role in NAMED for a in getattr(event, role)]
        entities, left = self._spans(places, [*listed, *(replace(each, label=THING) for each in things)])
        marked = frozenset(self.labels.entities) - {NONE} if document.entities else frozenset()
        example = Example(window, entities, marked, [], id=document.id, left_out=left)
        mentions = []
        for event in document.events:
            for trigger in event.triggers:
                span = places.words(trigger.start, trigger.end)
                if span is None or span[1] - span[0] > LONGEST_TRIGGER:
                    example.left_out += 1
                    continue
                mentions.append((span, event))
                example.triggers.append(((span[0], span[1] - span[0] - 1), event.type, event.modality))  # type: ignore[union-attr]
        example.pairs = self._pairs(analysis, mentions)
        return example

    def names(self, document: Document, marked: frozenset[str], merged: bool, weak: bool = True) -> Example | None:
        """An example with entities alone; `merged` says that the source does not tell states from other places, `weak` whether it shall
        teach where no event is, too."""
        analysis = self._analysis(document)
        if analysis is None:
            return None
        places = _Places(analysis)
        entities, left = self._spans(places, [each for each in document.entities if each.label in marked])
        if merged:
            entities = [(span, MERGED if labels & MERGED else labels) for span, labels in entities]
            marked = marked | MERGED if marked & MERGED else marked
        window = self.reader.read(analysis)
        return Example(window, entities, marked, eventless=eventless(analysis) if weak else None, id=document.id, left_out=left)

    def raw(self, text: str, lang: str) -> Example | None:
        """An example of a text that nobody has annotated: it teaches only where no event is."""
        analysis = self._analysis(Document(id="", lang=lang, text=text))
        if analysis is None:
            return None
        window = self.reader.read(analysis)
        return Example(window, [], frozenset(), eventless=eventless(analysis))

    def _analysis(self, document: Document) -> Analysis | None:
        if document.lang not in loader.available():
            return None
        analysis = stages.analyse(clean(document.text or ""), document.lang, document.date)
        return analysis if analysis.layout.words else None

    def _spans(self, places: _Places, arguments: Iterable[Argument]) -> tuple[list[tuple[Span, frozenset[str]]], int]:
        """Labelled spans, and how many are too long."""
        found: dict[Span, frozenset[str]] = {}
        left = 0
        for each in arguments:
            span = places.words(each.start, each.end)
            if span is None or each.label not in self.labels.entities:
                continue
            if span[1] - span[0] > LONGEST_ENTITY:
                left += 1
                continue
            found.setdefault((span[0], span[1] - span[0] - 1), frozenset({each.label or NONE}))
        return list(found.items()), left

    def _pairs(self, analysis: Analysis, mentions: list[tuple[tuple[int, int], Event]]) -> Pairs | None:
        stages.propose(analysis, [(first, last, event.type) for (first, last), event in mentions if event.type in self.labels.types])
        types = [draft.type for draft in analysis.drafts]
        stages.resolve(analysis)
        reader = PairReader(analysis)
        kept = []
        for draft, type_ in zip(analysis.drafts, types, strict=True):
            event = _event_of(draft, type_, mentions)
            if event is None or type_ not in self.labels.types:
                continue
            candidates = reader.candidates(draft)
            if not candidates:
                continue
            truth = [self._truth(analysis, event, each) for each in candidates]
            number = self.labels.types.index(type_)
            kept.append(
                Pairs(
                    np.full(len(candidates), number),
                    np.array([(draft.first, draft.last)] * len(candidates)),
                    np.array([(each.first, each.last) for each in candidates]),
                    reader.features(draft, candidates).astype(np.float16),
                    np.array([roles for roles, _ in truth], dtype=np.float32),
                    np.array([counts for _, counts in truth], dtype=bool),
                )
            )
        if not kept:
            return None
        return Pairs(*(np.concatenate([getattr(each, name) for each in kept]) for name in Pairs.__dataclass_fields__))

    def _truth(self, analysis: Analysis, event: Event, candidate) -> tuple[list[float], list[bool]]:  # type: ignore[no-untyped-def]
        """For every role whether the candidate fills it, and whether that can be told: of two mentions of one state gold names only one."""
        roles, counts = [], []
        for role in self.labels.roles:
            if role == "date":
                same = candidate.date is not None and event.date is not None and candidate.date.value == event.date.value
                words = analysis.layout.words
                here = same and event.date.start is not None and _meet(  # type: ignore[union-attr]
                    (words[candidate.first].start, words[candidate.last - 1].end), (event.date.start, event.date.end)  # type: ignore[union-attr]
                )
                roles.append(float(bool(here)))
                counts.append(candidate.date is not None and (here or not same))
                continue
            if candidate.mention is None:
                roles.append(0.0)
                counts.append(False)
                continue
            mention: Mention = candidate.mention
            gold = getattr(event, role)
            here = any(_meet((mention.start, mention.end), (each.start, each.end)) and _codes_fit(mention, each) for each in gold)
            same = any(each.code is not None and each.code in mention.codes for each in gold)
            roles.append(float(here))
            counts.append(bool(here or not same))
        return roles, counts


def _event_of(draft: Draft, type_: str, mentions: Iterable[tuple[tuple[int, int], Event]]) -> Event | None:
    """The gold event of a draft: same type, wordings that meet; of several on one wording the one that shares most sides."""
    options = [event for (first, last), event in mentions if event.type == type_ and first < draft.last and draft.first < last]
    return max(options, key=lambda event: len(draft.codes & event.codes()), default=None)


def _codes_fit(mention: Mention, argument: Argument) -> bool:
    return argument.code is None or not mention.codes or argument.code in mention.codes


def _meet(one: tuple[int, int], other: tuple[int, int]) -> bool:
    return one[0] < other[1] and other[0] < one[1]


class _Places:
    """From code points to words."""

    def __init__(self, analysis: Analysis) -> None:
        self.starts = np.array([word.start for word in analysis.layout.words])
        self.ends = np.array([word.end for word in analysis.layout.words])

    def words(self, start: int, end: int) -> tuple[int, int] | None:
        """Half-open words that share a letter with the span; None if none does."""
        first = int(np.searchsorted(self.ends, start, side="right"))
        last = int(np.searchsorted(self.starts, end, side="left"))
        return (first, last) if first < last else None


def eventless(analysis: Analysis) -> np.ndarray:
    """Which words surely name no event, (words,) bool: those of a text in which the rules believe none, else those of sentences around
    which fewer than two sides are spoken of.

    A weak label in the sense of Mintz et al., "Distant supervision for relation extraction without labeled data" (ACL 2009): it is wrong
    where the rules miss all events of a text.
    """
    stages.resolve(analysis)
    made = np.zeros(len(analysis.layout.words), dtype=bool)
    if not any(draft.believed for draft in analysis.drafts):
        made[:] = True
        return made
    codes = [{code for mention in mentions for code in mention.codes} for mentions in analysis.mentions]
    for number, sentence in enumerate(analysis.layout.sentences):
        near = set().union(*codes[max(0, number - 1) : number + 2])
        made[sentence.first : sentence.last] = len(near) < 2 or number in analysis.quiet
    for draft in analysis.drafts:
        made[draft.first : draft.last] = False
    return made


def without_votes(example: Example, first_rule: int) -> Example:
    """The example as the model sees it where the rules have no say; `first_rule` is the number of their first column."""
    window = replace(example.window, features=example.window.features.copy())
    window.features[:, first_rule:] = 0.0
    pairs = example.pairs
    if pairs is not None:
        shown = pairs.shown.copy()
        shown[:, VOTES] = 0.0
        pairs = replace(pairs, shown=shown)
    return replace(example, window=window, pairs=pairs)


def event_examples(documents: Iterable[Document], maker: ExampleMaker) -> Iterator[Example]:
    """Examples of annotated documents, those that the library does not serve left out."""
    for document in documents:
        if (example := maker.events(document)) is not None:
            yield example
