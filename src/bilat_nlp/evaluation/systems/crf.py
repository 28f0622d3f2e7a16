"""A linear-chain conditional random field over hand-made features: what finding names costs without a neural model.

The features are the usual ones of the field (Lafferty, McCallum and Pereira, 2001; Ratinov and Roth, "Design challenges and misconceptions
in named entity recognition", 2009): the word, its affixes and shape, its neighbours, and what our analysis knows of it, in the same columns
that the neural model reads: the case that its ending marks, and the gazetteer's mentions. Models are files of CRFsuite (Okazaki, 2007),
one for each language, named ``LANG.crfsuite``.
"""

from __future__ import annotations

import re
import struct
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from bilat_nlp.analysis import Analysis
from bilat_nlp.evaluation.systems.peers import need
from bilat_nlp.languages import loader
from bilat_nlp.neural.features import RULE, FeatureNames, FeatureReader
from bilat_nlp.pipeline import stages
from bilat_nlp.records import Argument, Document, RecordError
from bilat_nlp.text.language import identify
from bilat_nlp.text.script import clean

EXTRA = "crf"
ENDING = ".crfsuite"
AFFIX = 5  # letters of the longest prefix and suffix
OUTSIDE = "O"
_HEAD, _MAGIC = struct.Struct("<4sI"), b"lCRF"  # of a file: magic number and size
_GAZETTEER = ("name:", "label:")  # columns that are shown of neighbours too
_SHOWN_ENDING = len("suf=") + 3  # of neighbours the last three letters are shown
_LEFT_OUT = (RULE, "lang:", "sentence:early")  # votes on events, what is the same in the whole model, and what is no yes or no


@dataclass(slots=True)
class Chain:
    """A sentence: code points of its words, and the features of each."""

    spans: list[tuple[int, int]]
    features: list[list[str]]


class ChainReader:
    """Turns texts into chains."""

    def __init__(self) -> None:
        names = FeatureNames(languages=(), types=())
        self.columns = names.columns
        self.shown = [number for number, name in enumerate(self.columns) if not name.startswith(_LEFT_OUT)]
        self.reader = FeatureReader(names, None, 2)  # no vectors, no table of affixes: these are written out

    def read(self, text: str, lang: str) -> list[Chain]:
        """The sentences of a text in a language that the library serves."""
        analysis = stages.open_analysis(clean(text), lang, None)
        stages.find_time(analysis)
        stages.find_mentions(analysis)
        words = analysis.layout.words
        if not words:
            return []
        columns = self._columns(analysis)
        own = [_own(word.text, word.key) for word in words]
        return [
            Chain(
                [(words[at].start, words[at].end) for at in range(each.first, each.last)],
                [_features(own, columns, at, each.first, each.last) for at in range(each.first, each.last)],
            )
            for each in analysis.layout.sentences
            if each.last > each.first
        ]

    def _columns(self, analysis: Analysis) -> list[list[str]]:
        """The names of the columns that are set, for each word."""
        table = self.reader.read(analysis).features[:, self.shown]
        found: list[list[str]] = [[] for _ in table]
        for row, column in zip(*table.nonzero(), strict=True):
            found[row].append(self.columns[self.shown[column]])
        return found


@lru_cache(maxsize=200_000)
def _own(text: str, key: str) -> tuple[str, ...]:
    """What a word shows by itself: the word first, its shape second."""
    lengths = range(1, min(AFFIX, len(key)) + 1)
    return (f"w={key}", f"shape={_shape(text)}", *(f"pre={key[:n]}" for n in lengths), *(f"suf={key[-n:]}" for n in lengths))


def _shape(text: str) -> str:
    """``Xx`` for Ankara, ``X.X.`` for U.S., ``0-x`` for 2017-ci: runs of letters and digits as one."""
    shape = "".join("X" if letter.isupper() else "x" if letter.isalpha() else "0" if letter.isdigit() else letter for letter in text)
    return re.sub(r"(.)\1+", r"\1", shape)


def _features(own: Sequence[tuple[str, ...]], columns: Sequence[list[str]], at: int, first: int, last: int) -> list[str]:
    found = ["bias", *own[at], *columns[at]]
    for offset in (-2, -1, 1, 2):
        place = at + offset
        if not first <= place < last:
            found.append(f"{offset}:none")
            continue
        found += [f"{offset}:{each}" for each in own[place][:2]]
        if abs(offset) == 1:
            found += [f"{offset}:{each}" for each in own[place] if each.startswith("suf=") and len(each) == _SHOWN_ENDING]
            found += [f"{offset}:{each}" for each in columns[place] if each.startswith(_GAZETTEER)]
            found.append(f"{min(offset, 0)}|{own[min(at, place)][0]}|{own[max(at, place)][0]}")
    return found


def tags_of(chain: Chain, entities: Sequence[Argument]) -> list[str]:
    """IOB2 tags of the words of a chain; entities do not overlap and stand in order."""
    tags = [OUTSIDE] * len(chain.spans)
    starts, ends = [start for start, _ in chain.spans], [end for _, end in chain.spans]
    for each in entities:
        first, last = bisect_right(ends, each.start), bisect_left(starts, each.end)
        if first < last:
            tags[first:last] = [f"B-{each.label}"] + [f"I-{each.label}"] * (last - first - 1)
    return tags


def entities_of(chain: Chain, tags: Sequence[str], text: str) -> list[Argument]:
    """The spans of IOB2 tags; an I- that continues nothing begins a span."""
    found: list[Argument] = []
    first = None
    for number, tag in enumerate([*tags, OUTSIDE]):
        if first is not None and tag != f"I-{tags[first][2:]}":
            start, end = chain.spans[first][0], chain.spans[number - 1][1]
            found.append(Argument(start, end, text[start:end], tags[first][2:]))
            first = None
        if first is None and tag != OUTSIDE:
            first = number
    return found


def _whole(file: Path) -> bool:
    """Whether a file has the head of a model and the size that this tells; CRFsuite itself would read beyond the end of a cut one."""
    with file.open("rb") as stream:
        head = stream.read(_HEAD.size)
    return len(head) == _HEAD.size and _HEAD.unpack(head) == (_MAGIC, file.stat().st_size)


class ConditionalField:
    """The models of a folder; texts in a language without one get no names. Events it has none.

    The language of a document is taken where it is given and else identified.
    """

    recorded = False
    classes = None
    by_day = False

    def __init__(self, name: str, title: str, folder: str) -> None:
        self.name, self.title, self.folder = name, title, Path(folder)
        self.notes: list[str] = []
        self.taggers: dict[str, Any] = {}
        self.reader = ChainReader()

    def load(self) -> None:
        need("pycrfsuite", EXTRA)
        import pycrfsuite

        files = sorted(self.folder.glob(f"*{ENDING}"))
        if not files:
            raise RecordError(f"{self.folder}: no model LANG{ENDING} in it; make some: python -m bilat_nlp.evaluation.crf FOLDER FILE...")
        for file in files:
            if not _whole(file):
                raise RecordError(f"{file}: no model of CRFsuite, or not a whole one; train it again")
            self.taggers[file.stem] = pycrfsuite.Tagger()
            self.taggers[file.stem].open(str(file))

    def predict(self, documents: Iterable[Document]) -> Iterator[Document]:
        """A document with entities for each one given."""
        for document in documents:
            text = document.text or ""
            lang = document.lang or identify(text, loader.profiles()).lang
            found: list[Argument] = []
            if lang in self.taggers:
                for chain in self.reader.read(text, lang):
                    found += entities_of(chain, self.taggers[lang].tag(chain.features), text)
            yield Document(id=document.id, lang=lang, text=document.text, entities=found)
