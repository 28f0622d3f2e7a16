"""A text as a parser of Universal Dependencies reads it, carried over to the words and sentences that the stages work on.

The lexicon and the endings are written for words as `text.words` divides them ("ABŞ-ın", "Türkiye'nin" are one word), so a word that
holds a mark stays whole and has what the parser says of its head; other words are cut where the parser cuts them. What a line is on its
page (title, dateline, furniture) is no question for a parser and stays ours.
"""

from __future__ import annotations

import re
import tomllib
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import groupby, pairwise
from pathlib import Path
from typing import Any

from ..analysis import Analysis, Relations
from ..languages.loader import Language
from ..languages.morphology import NOMINATIVE
from ..languages.patterns import NOTHING, Hits
from ..text import segment
from ..text.segment import Layout, Sentence
from ..text.words import Word

Parser = Callable[[list[str]], Sequence[Any]]  # texts to Stanza documents, one for each
UNREAD = frozenset({"furniture", "dateline"})  # lines in which nothing is looked for
_WHITE = re.compile(r"\s")


@dataclass(frozen=True, slots=True)
class Parse:
    """What the parser says of one word; the lemma only where it takes the word for a single token, too."""

    lemma: str | None
    tag: str | None
    relations: Relations


@dataclass(frozen=True, slots=True)
class Name:
    """An entity by the code points of the text, with our label."""

    start: int
    end: int
    label: str


@dataclass(frozen=True, slots=True)
class _Token:
    """A token of the parser by the code points of the text, the words of its sentence and its own among them."""

    start: int
    end: int
    sentence: Sequence[Any]
    words: Sequence[Any]


class Reading:
    """What a parser makes of one text: `layout`, a parse for each of its words (None in lines that are not read), and `names`."""

    def __init__(self, parser: Parser) -> None:
        self.parser = parser
        self.layout = Layout("")
        self.parses: list[Parse | None] = []
        self.names: list[Name] = []

    def lay_out(self, text: str, language: Language) -> Layout:
        """The words and sentences of the parser on the lines of our own layout, each run of a line read by itself."""
        own = segment.lay_out(text, language)
        blocks = [list(run) for _, run in groupby(own.sentences, key=lambda sentence: (sentence.kind, sentence.paragraph))]
        spans = [(own.words[block[0].first].start, own.words[block[-1].last - 1].end) for block in blocks]
        read = [place for place, block in enumerate(blocks) if block[0].kind not in UNREAD]
        # The end of a wrapped line is white space like any other, and an empty line must not end a sentence.
        documents = self.parser([_WHITE.sub(" ", own.text[slice(*spans[place])]) for place in read]) if read else []
        parsed = dict(zip(read, documents, strict=True))
        self.layout = Layout(own.text, dateline_date=own.dateline_date)
        for place, block in enumerate(blocks):
            words = own.words[block[0].first : block[-1].last]
            self._take(words, block, parsed.get(place), spans[place][0], language.normalise)
        if own.dateline_place:
            first, last = own.dateline_place
            self.layout.dateline_place = self.words_at(own.words[first].start, own.words[last - 1].end)
        return self.layout

    def words_at(self, start: int, end: int) -> tuple[int, int]:
        """The words of the layout, half-open, that a span of code points touches."""
        first = bisect_right(self.layout.words, start, key=lambda word: word.end)
        return first, max(first, bisect_left(self.layout.words, end, key=lambda word: word.start))

    def _take(self, words: Sequence[Word], block: Sequence[Sentence], document: Any, shift: int, normalise: Callable[[str], str]) -> None:
        """Add one run of words, in the parser's division where it has read them."""
        layout, first = self.layout, len(self.layout.words)
        tokens = _tokens(document, shift) if document is not None else []
        made = divided(words, tokens, normalise)
        layout.words += made
        self.parses += _parses(made, tokens) if document is not None else [None] * len(made)
        for entity in document.entities if document is not None else ():
            if label := terms()["labels"].get(entity.type.upper()):
                self.names.append(Name(entity.start_char + shift, entity.end_char + shift, label))
        sentences = [sentence for sentence in document.sentences if sentence.tokens] if document is not None else []
        starts = {sentence.tokens[0].start_char + shift for sentence in sentences}
        own = {words[sentence.first - block[0].first].start for sentence in block}
        for low, high in _runs(made, starts, own):
            layout.sentences.append(Sentence(first + low, first + high, block[0].kind, block[0].paragraph))

    def mark(self, analysis: Analysis) -> None:
        """Let the words of the analysis meet the lexicon by their lemmas too, and have the parser's relations where endings are silent.

        They are silent where a form matched by its lemma or its begin alone, and where a language has no form for the object, so that a
        bare name may be that as well as the subject.
        """
        index, normalise = analysis.language.index, analysis.language.normalise
        bare = "acc" not in analysis.language.morphology.marks
        for place, parse in enumerate(self.parses):
            if parse is None:
                continue
            hits: Hits = dict(analysis.hits[place])  # a copy: what the index hands out, it remembers
            if parse.lemma:
                for number, hit in index.match_lemma(normalise(parse.lemma)).items():
                    hits.setdefault(number, hit)
            for number, (relations, stem) in hits.items() if parse.relations else ():
                if not relations or (bare and relations == NOMINATIVE):
                    hits[number] = parse.relations, stem
            analysis.hits[place] = hits


def divided(words: Sequence[Word], tokens: Sequence[_Token], normalise: Callable[[str], str]) -> list[Word]:
    """Our words, those of letters and digits alone cut where a token ends, and an abbreviation joined with its full stop.

    The key of an abbreviation is that of its letters, as the lexicon writes it.
    """
    bounds = sorted({bound for token in tokens for bound in (token.start, token.end)})
    spans = {(token.start, token.end) for token in tokens}
    made: list[Word] = []
    for word in words:
        before = made[-1] if made else None
        if word.text == "." and before and before.text.isalpha() and (before.start, word.end) in spans:
            made[-1] = Word(before.start, word.end, before.text + ".", before.key)
            continue
        inner = bounds[bisect_right(bounds, word.start) : bisect_left(bounds, word.end)] if word.text.isalnum() else []
        if not inner:
            made.append(word)
        for start, end in pairwise([word.start, *inner, word.end]) if inner else ():
            piece = word.text[start - word.start : end - word.start]
            made.append(Word(start, end, piece, normalise(piece)))
    return made


def _tokens(document: Any, shift: int) -> list[_Token]:
    return [
        _Token(token.start_char + shift, token.end_char + shift, sentence.words, token.words)
        for sentence in document.sentences
        for token in sentence.tokens
    ]


def _runs(words: Sequence[Word], starts: set[int], own: set[int]) -> list[tuple[int, int]]:
    """The words from one start of a sentence to the next; a sentence too long for the stages is divided where we would do it."""

    def places(bounds: set[int]) -> list[int]:
        return sorted({0, len(words), *(bisect_left(words, bound, key=lambda word: word.start) for bound in bounds)})

    found: list[tuple[int, int]] = []
    ours = places(own)
    for low, high in pairwise(places(starts)):
        inner = ours[bisect_right(ours, low) : bisect_left(ours, high)] if high - low > segment.LONGEST else []
        found += pairwise([low, *inner, high])
    return found


def _parses(words: Sequence[Word], tokens: Sequence[_Token]) -> list[Parse]:
    """A parse for each word, from the tokens that lie in it."""
    found, at = [], 0
    for word in words:
        while at < len(tokens) and tokens[at].start < word.start:
            at += 1
        last = at
        while last < len(tokens) and tokens[last].end <= word.end:
            last += 1
        found.append(_parse(tokens[at:last]))
        at = last
    return found


def _parse(tokens: Sequence[_Token]) -> Parse:
    inside = [word for token in tokens for word in token.words]
    if not inside:
        return Parse(None, None, NOTHING)
    numbers = {word.id for word in inside}
    head = next((word for word in inside if word.head not in numbers), inside[0])
    return Parse(inside[0].lemma if len(tokens) == 1 else None, head.upos, relations(head, tokens[0].sentence))


def relations(word: Any, sentence: Sequence[Any]) -> Relations:
    """What case and dependency say of a word's part in its sentence; empty where neither says anything.

    The case goes first; where a form may be several cases the dependency chooses among them.

    Args:
        word: a word of Stanza, `sentence` all words of its sentence in order.
    """
    cases = terms()["case"]
    features = dict(pair.partition("=")[::2] for pair in (word.feats or "").split("|"))
    marked = frozenset(cases[case] for case in features.get("Case", "").split(",") if case in cases)
    if len(marked) == 1:
        return marked
    depends = _dependency(word, sentence)
    return (marked & depends or marked) if marked else depends


def _dependency(word: Any, sentence: Sequence[Any]) -> Relations:
    table, shared = terms()["relation"], terms()["shared"]["relations"]
    for _ in sentence:  # no longer chain than the sentence, even if a parse runs in a circle
        name = word.deprel or ""
        first = name.partition(":")[0]
        if found := table.get(name) or table.get(first):
            return frozenset({found})
        if first not in shared or not word.head:
            break
        word = sentence[word.head - 1]
    return NOTHING


@cache
def terms() -> Mapping[str, Mapping[str, Any]]:
    """Cases, relations and labels of others, and ours."""
    return tomllib.loads((Path(__file__).parent / "parses.toml").read_text(encoding="utf-8"))
