"""Puts the components in order behind a tokenizer that knows all our scripts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import spacy
from spacy.language import Language as Nlp
from spacy.tokens import Doc
from spacy.vocab import Vocab

from ..text.words import words_of
from . import model as _model  # noqa: F401 - its import makes the stage known
from .components import COMPONENTS, LayOut, MakeRecords


class Tokenizer:
    """The words of `text.words` as spaCy tokens; white space that is more than one blank becomes a token of its own."""

    def __init__(self, vocab: Vocab) -> None:
        self.vocab = vocab

    def __call__(self, text: str) -> Doc:
        words: list[str] = []
        spaces: list[bool] = []
        at = 0
        for word in words_of(text, str):
            gap = text[at : word.start]
            if gap == " " and words and not spaces[-1]:
                spaces[-1] = True
            elif gap:
                if gap[0] == " " and words:
                    spaces[-1] = True
                    gap = gap[1:]
                words.append(gap)
                spaces.append(False)
            words.append(word.text)
            spaces.append(False)
            at = word.end
        if rest := text[at:]:
            words.append(rest)
            spaces.append(False)
        return Doc(self.vocab, words=words, spaces=spaces)

    def to_bytes(self, **kwargs: object) -> bytes:
        return b""

    def from_bytes(self, data: bytes, **kwargs: object) -> Tokenizer:
        return self

    def to_disk(self, path: object, **kwargs: object) -> None:
        return None

    def from_disk(self, path: object, **kwargs: object) -> Tokenizer:
        return self


@spacy.registry.tokenizers("bilat_nlp.Tokenizer.v1")
def make_tokenizer():  # type: ignore[no-untyped-def]
    return lambda nlp: Tokenizer(nlp.vocab)


def assemble(without: Iterable[str] = (), model: Mapping[str, Any] | None = None) -> Nlp:
    """A fresh pipeline with all components.

    Args:
        without: the `PARTS` that it shall do without.
        model: settings of the stage `bilat_model`, which has its say before the records are made; None for the rules alone.

    Raises:
        ValueError: there is no such part, or no such model.
    """
    nlp = spacy.blank("xx", config={"nlp": {"tokenizer": {"@tokenizers": "bilat_nlp.Tokenizer.v1"}}})
    nlp.max_length = 10**9  # the rules are linear in the length of a text and hold no tensors
    for name, component in COMPONENTS.items():
        if component is MakeRecords and model is not None:
            nlp.add_pipe("bilat_model", config=dict(model))
        nlp.add_pipe(name, config={"without": sorted(without)} if component is LayOut else {})
    return nlp
