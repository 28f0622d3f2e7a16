"""From the analysis of a document to the numbers that the model reads: one row of features a word, and what pairs of mentions show.

A column has a name, and the model's configuration holds the names, so that a model trained with one ontology is never fed with another's
columns. Columns whose name begins with "rule:" are votes of the rules; they are blank where the model shall speak alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from .. import ontology
from ..analysis import Analysis, Draft, Mention
from ..languages.entries import NAME_KINDS, REFERENCES
from ..languages.loader import Language
from .surface import SHAPES, SubwordVectors, SurfaceReader

RULE = "rule:"
KINDS = (*sorted(NAME_KINDS), "office", "person", *sorted(REFERENCES))
SENTENCES = ("title", "body", "list", "dateline", "furniture")


@dataclass(slots=True)
class Window:
    """A document (or one run of a single language in it) as the model reads it; n words.

    Attributes:
        words: as written.
        vectors: (n, V) float32, static sub-word vectors.
        hashes: (n, H) int64, rows of the trained affix table.
        features: (n, F) float32, columns as `FeatureNames.columns` says.
        sentences: (n,) int64, number of the sentence of each word.
    """

    lang: str
    words: list[str]
    vectors: np.ndarray
    hashes: np.ndarray
    features: np.ndarray
    sentences: np.ndarray

    def __len__(self) -> int:
        return len(self.words)


@dataclass(frozen=True)
class FeatureNames:
    """The columns of a model.

    Attributes:
        languages: codes of the languages that it was trained with.
        types: names of the event types that the rules may vote for.
    """

    languages: tuple[str, ...]
    types: tuple[str, ...]
    relations: tuple[str, ...] = field(default_factory=lambda: ontology.current().relations)
    modalities: tuple[str, ...] = field(default_factory=lambda: ontology.current().modalities)
    labels: tuple[str, ...] = field(default_factory=lambda: ontology.current().labels)

    @cached_property
    def columns(self) -> tuple[str, ...]:
        names = [f"lang:{code}" for code in self.languages]
        names += [f"shape:{name}" for name in SHAPES]
        names += [f"ending:{name}" for name in self.relations]
        names += [f"name:{kind}" for kind in KINDS] + ["name:begin", "name:inside", "name:coded", "name:nested", "name:resolved"]
        names += [f"label:{label}" for label in self.labels] + [f"case:{name}" for name in self.relations]
        names += ["date:begin", "date:inside"]
        names += [f"sentence:{kind}" for kind in SENTENCES] + ["sentence:begin", "sentence:end", "sentence:early", "sentence:quiet"]
        names += [f"{RULE}type:{name}" for name in self.types] + [f"{RULE}begin", f"{RULE}inside", f"{RULE}weak", f"{RULE}sure"]
        names += [f"{RULE}modality:{name}" for name in self.modalities]
        return tuple(names)

    @cached_property
    def at(self) -> dict[str, int]:
        return {name: number for number, name in enumerate(self.columns)}

    @cached_property
    def first_rule(self) -> int:
        """The number of the first column of the rules' votes; all behind it are theirs."""
        return next(number for number, name in enumerate(self.columns) if name.startswith(RULE))


class FeatureReader:
    """Reads analyses for one model.

    Args:
        names: its columns.
        vectors: its static vectors; None for an encoder that has words of its own.
        rows: of its table of hashed affixes.
    """

    def __init__(self, names: FeatureNames, vectors: SubwordVectors | None, rows: int) -> None:
        self.names, self.vectors, self.rows = names, vectors, rows
        self._surfaces: dict[str, SurfaceReader] = {}
        self._known: dict[str, np.ndarray] = {}

    def surface(self, language: Language) -> SurfaceReader:
        if language.code not in self._surfaces:
            self._surfaces[language.code] = SurfaceReader(language, self.rows)
        return self._surfaces[language.code]

    def plain(self, words: Sequence, language: Language) -> Window:  # type: ignore[type-arg]
        """Words without any analysis: surface columns only, all in one sentence. `words` are `text.words.Word`s."""
        features = np.zeros((len(words), len(self.names.columns)), dtype=np.float32)
        at, reader = self.names.at, self.surface(language)
        shapes, endings = at[f"shape:{SHAPES[0]}"], at[f"ending:{self.names.relations[0]}"]
        hashes = np.zeros((len(words), 5), dtype=np.int64)
        for row, word in enumerate(words):
            rows, shown, marked = reader.of(word.text, word.key)
            hashes[row] = rows
            for number in shown:
                features[row, shapes + number] = 1.0
            for number in marked:
                features[row, endings + number] = 1.0
        if (column := at.get(f"lang:{language.code}")) is not None:
            features[:, column] = 1.0
        return Window(
            language.code, [word.text for word in words], self._vectors([word.key for word in words]), hashes, features,
            np.zeros(len(words), dtype=np.int64),
        )  # fmt: skip

    def read(self, analysis: Analysis) -> Window:
        """The words of an analysis that has gone through the stages up to its triggers."""
        window = self.plain(analysis.layout.words, analysis.language)
        features, at = window.features, self.names.at
        for number, sentence in enumerate(analysis.layout.sentences):
            rows = slice(sentence.first, sentence.last)
            window.sentences[rows] = number
            features[rows, at[f"sentence:{sentence.kind}"]] = 1.0
            if sentence.last > sentence.first:
                features[sentence.first, at["sentence:begin"]] = features[sentence.last - 1, at["sentence:end"]] = 1.0
            features[rows, at["sentence:early"]] = 1.0 / (1 + number)
            features[rows, at["sentence:quiet"]] = float(number in analysis.quiet)
        for mention in (each for found in analysis.mentions for each in found):
            self._name(features, mention)
        for date in (each for found in analysis.dates for each in found):
            features[date.first, at["date:begin"]] = 1.0
            features[date.first + 1 : date.last, at["date:inside"]] = 1.0
        for draft in analysis.drafts:
            self._vote(features, draft)
        return window

    def _name(self, features: np.ndarray, mention: Mention) -> None:
        at, rows = self.names.at, slice(mention.first, mention.last)
        features[mention.first, at["name:begin"]] = 1.0
        features[mention.first + 1 : mention.last, at["name:inside"]] = 1.0
        for name in (f"name:{mention.kind}", f"label:{mention.label}"):
            if name in at:
                features[rows, at[name]] = 1.0
        for flag, name in ((mention.codes, "coded"), (mention.inside, "nested"), (mention.resolved, "resolved")):
            if flag:
                features[rows, at[f"name:{name}"]] = 1.0
        for relation in mention.relations:
            features[rows, at[f"case:{relation}"]] = 1.0

    def _vote(self, features: np.ndarray, draft: Draft) -> None:
        at, rows = self.names.at, slice(draft.first, draft.last)
        if (column := at.get(f"{RULE}type:{draft.type}")) is not None:
            features[rows, column] = 1.0
        features[draft.first, at[f"{RULE}begin"]] = 1.0
        features[draft.first + 1 : draft.last, at[f"{RULE}inside"]] = 1.0
        features[rows, at[f"{RULE}weak"]] = float(draft.entry.weak or draft.entry.pair)
        features[rows, at[f"{RULE}sure"]] = draft.entry.confidence
        features[rows, at[f"{RULE}modality:{draft.modality}"]] = 1.0

    def _vectors(self, keys: Iterable[str]) -> np.ndarray:
        if self.vectors is None:
            return np.zeros((len(list(keys)), 0), dtype=np.float32)
        from .surface import REMEMBERED, fold

        spelled = [fold(key) for key in keys]
        if fresh := [word for word in dict.fromkeys(spelled) if word not in self._known]:
            if len(self._known) + len(fresh) > REMEMBERED:
                self._known.clear()
                fresh = list(dict.fromkeys(spelled))
            self._known.update(zip(fresh, self.vectors.of(fresh), strict=True))
        if not spelled:
            return np.zeros((0, self.vectors.settings.width), dtype=np.float32)
        return np.stack([self._known[word] for word in spelled])
