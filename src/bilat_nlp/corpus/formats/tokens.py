"""Tokens for formats that are made of them: the library's words, cut further so that spans begin and end with a token."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from bilat_nlp.text.words import words_of


@dataclass(frozen=True, slots=True)
class Token:
    """``text[start:end]``; ``space`` says whether exactly one space follows."""

    start: int
    end: int
    text: str
    space: bool


def tokens_of(text: str, spans: Iterable[tuple[int, int]] = (), *, gaps: bool = False) -> list[Token]:
    """The tokens of the text in order. Linear in its length.

    Args:
        text: the document.
        spans: half-open offsets that must fall on tokens.
        gaps: whether white space other than a single space between words becomes tokens too, as in spaCy.
    """
    edges = {edge for span in spans for edge in span}
    pieces: list[tuple[int, int]] = []
    at = 0
    for word in words_of(text, str):
        if gaps:
            pieces += _gap(text, at, word.start)
        cuts = [word.start, *(edge for edge in range(word.start + 1, word.end) if edge in edges), word.end]
        pieces += zip(cuts, cuts[1:], strict=False)
        at = word.end
    if gaps:
        pieces += _gap(text, at, len(text))
    return [
        Token(start, end, text[start:end], _spaced(text, end, pieces[number : number + 1], gaps))
        for number, (start, end) in enumerate(pieces, 1)
    ]


def _spaced(text: str, end: int, following: list[tuple[int, int]], gaps: bool) -> bool:
    """Whether a space follows that is no token itself; spaCy lets one stand after the last token too."""
    return text[end : end + 1] == " " and (not gaps or not following or following[0][0] == end + 1)


def _gap(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """White space between two words without the single space that belongs to the word before it."""
    first = start + 1 if start and text[start:end].startswith(" ") else start
    return [(first, end)] if first < end else []
