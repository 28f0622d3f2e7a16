"""What a pipeline that knows nothing of events makes of a text: words, sentences, entities."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any, Protocol


@dataclass(frozen=True, slots=True)
class Token:
    """A word by its code points; the lemma where the pipeline gives one."""

    start: int
    end: int
    text: str
    lemma: str | None = None


@dataclass(frozen=True, slots=True)
class Span:
    """An entity by its code points, with the label of whoever found it."""

    start: int
    end: int
    label: str


@dataclass(slots=True)
class Reading:
    """``sentences`` are ranges of tokens; ``entities`` is None where the pipeline looks for none."""

    tokens: list[Token]
    sentences: list[tuple[int, int]]
    entities: list[Span] | None = None


class Reader(Protocol):
    """A pipeline under a baseline."""

    def load(self) -> None:
        """Everything that takes time before the first text. Raises RecordError with a sentence if the pipeline cannot be had."""
        ...

    def read(self, texts: Iterable[tuple[str, str | None]]) -> Iterator[Reading]:
        """A reading of each text, in order; beside the text stands its language, where it is known."""
        ...


class PlainReader:
    """spaCy's tokenizer and sentence splitter for any language, and no model."""

    def load(self) -> None:
        import spacy

        self.nlp = spacy.blank("xx")
        self.nlp.add_pipe("sentencizer")
        self.nlp.max_length = 10**9

    def read(self, texts: Iterable[tuple[str, str | None]]) -> Iterator[Reading]:
        for text, _ in texts:
            yield reading_of(self.nlp(text))


def reading_of(doc: Any, *, entities: bool = False) -> Reading:
    """The reading of a spaCy document; a sentence ends with its line too, as titles have no full stop."""
    tokens: list[Token] = []
    starts: list[int] = []
    split = doc.has_annotation("SENT_START")
    fresh = True
    for token in doc:
        if token.is_space:
            fresh = fresh or "\n" in token.text
            continue
        if fresh or (split and token.is_sent_start):
            starts.append(len(tokens))
        fresh = False
        tokens.append(Token(token.idx, token.idx + len(token.text), token.text, token.lemma_ or None))
    found = [Span(entity.start_char, entity.end_char, entity.label_) for entity in doc.ents] if entities else None
    return Reading(tokens, list(pairwise([*starts, len(tokens)])), found)


@cache
def labels() -> dict[str, dict[str, str]]:
    """Our labels for those of other people's models."""
    data: dict[str, dict[str, str]] = tomllib.loads((Path(__file__).parent / "labels.toml").read_text(encoding="utf-8"))
    return data


def our_label(label: str) -> str | None:
    """Our label for a foreign one, None for what we have no label for."""
    return labels()["labels"].get(label.upper())
