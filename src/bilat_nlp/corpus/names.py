"""Public sets of annotated names: IOB2 columns of a token and its tag, packed into documents that the pipeline can read.

    for each in read(Path("hu-nerkor-ontonotespp.conll.gz"), ["dev"]):
        each.document.entities, each.source.marked, each.source.merged

Every set marks some of our labels and says nothing of the others, and few tell states from other places as we do; what is known of each
stands in ``names.toml``. Parts of a set that serve for training and development are called ``train`` and ``dev`` here, whatever their
authors call them; all else keeps its name.
"""

from __future__ import annotations

import gzip
import re
import tomllib
from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache
from itertools import groupby
from pathlib import Path
from typing import Any, NamedTuple

from bilat_nlp import ontology
from bilat_nlp.records import Argument, Document, RecordError

TRAIN, DEV = "train", "dev"
LENGTH = 20  # sentences of a document
BLOCK = 50  # sentences that are held out together
TENTH = 10  # one block of so many is held out
_DATA = Path(__file__).with_name("names.toml")
_ENDINGS = (".gz", ".conll", ".iob2", ".iob", ".tsv", ".txt")
_QUOTE = '"'  # the first one of a sentence opens, the next one closes
_FINAL = re.compile(r"[.!?…][\"'’”»)\]]*$")
_KEYS: dict[str, type] = {"lang": str, "script": str, "labels": list, "merged": bool, "licence": str, "trainable": bool,
                           "train": list, "dev": list}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Source:
    """What is known of a set; the keys of ``names.toml`` say what each field means."""

    name: str
    lang: str
    script: str
    marked: frozenset[str]
    merged: bool
    licence: str
    trainable: bool
    train: tuple[str, ...]
    dev: tuple[str, ...]
    held_out: bool = False

    def split(self, theirs: str, number: int) -> str:
        """The part that a sentence is in: ours where it serves for training or development, else the name that the set gives it.

        What the set calls by one of our names, and nobody listed, serves for neither and is "unused".

        Args:
            theirs: the part as the file names it.
            number: of the sentence among all of that part, from 0.
        """
        if theirs in self.dev:
            return DEV
        if theirs in self.train:
            return DEV if self.held_out and number // BLOCK % TENTH == TENTH - 1 else TRAIN
        return theirs if theirs not in (TRAIN, DEV) else "unused"


@dataclass(frozen=True, slots=True)
class Named:
    """A document with names, and the set that it is from."""

    document: Document
    source: Source

    @property
    def marked(self) -> frozenset[str]:
        return self.source.marked

    @property
    def merged(self) -> bool:
        return self.source.merged


@dataclass(slots=True)
class Sentence:
    """Tokens with their tags, and what the comment lines before them say."""

    tokens: list[str] = field(default_factory=list)
    tags: list[str] = field(default_factory=list)
    about: dict[str, str] = field(default_factory=dict)


class Joints(NamedTuple):
    """Where no blank stands; the keys of ``names.toml`` say what each matches."""

    after_these: re.Pattern[str]
    before_these: re.Pattern[str]
    inside_names: re.Pattern[str]


def read(path: Path, splits: Collection[str] | None = None, *, length: int = LENGTH) -> list[Named]:
    """The documents of a file of a set, with text, entities, language and split; the genre, where the set names one, is in ``meta``.

    Consecutive sentences of one split (and of one document, where the set names them) make a document. Entities are the spans with a
    label that the set marks, as code points of the text that is put together from the tokens.

    Args:
        path: IOB2, plain or ending in ``.gz``.
        splits: only documents of these, for instance ``("dev",)``.
        length: most sentences of a document.

    Raises:
        RecordError: a sentence with file, line and mend.
        OSError: the file cannot be read.
    """
    source = source_of(path)
    numbered = _numbered(source, sentences(path))
    found: list[Named] = []
    counts: Counter[str] = Counter()
    for (split, genre, _), group in groupby(numbered, key=lambda each: (each[0], each[1].about.get("genre"), each[1].about.get("doc"))):
        if splits is not None and split not in splits:
            continue
        run = [sentence for _, sentence in group]
        for first in range(0, len(run), length):
            document = _document(run[first : first + length], source)
            counts[split] += 1
            document.id = f"{source.name}-{split or 'all'}-{counts[split]}"
            document.split = split or None
            document.meta = {"genre": genre} if genre else {}
            found.append(Named(document, source))
    return found


def for_training(path: Path, *, any_licence: bool = False) -> list[Named]:
    """The documents of a set that a model may learn from.

    Args:
        any_licence: sets too whose licence does not let the model be passed on.

    Raises:
        RecordError: as `read`; the licence forbids it; the set has no part for training.
        OSError: the file cannot be read.
    """
    source = source_of(path)
    if not source.trainable and not any_licence:
        raise RecordError(
            f"{path}: its licence ({source.licence}) does not let a model trained on it be given away; leave the file out of the training"
        )
    found = read(path, (TRAIN,))
    if not found:
        raise RecordError(f"{path}: no part of {source.name} is for training; leave the file out, it is there to measure on")
    return found


def sources() -> list[Source]:
    """All sets that are known, in the order of ``names.toml``."""
    return [_source(name, table, f"{_DATA}: sets.{name}") for name, table in _data()["sets"].items()]


def source_of(path: Path) -> Source:
    """The set that a file is of: by a file with the ending ``.toml`` beside it, or by its name. Raises RecordError."""
    name = path.name
    while (shorter := next((name.removesuffix(ending) for ending in _ENDINGS if name.endswith(ending)), name)) != name:
        name = shorter
    beside = path.with_name(f"{name}.toml")
    if beside.is_file():
        try:
            return _source(name, tomllib.loads(beside.read_text(encoding="utf-8")), str(beside))
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            raise RecordError(f"{beside}: not TOML in UTF-8 ({error}); correct that place") from None
    known = _data()["sets"]
    if name not in known:
        raise RecordError(f"{path}: nothing is known of this set of names; describe it in {beside.name} beside it ({', '.join(_KEYS)})")
    return _source(name, known[name], f"{_DATA}: sets.{name}")


def sentences(path: Path) -> Iterator[Sentence]:
    """The sentences of a file as they stand, of all splits. Raises RecordError with the line, OSError."""
    sentence = Sentence()
    for number, line in enumerate(_lines(path), 1):
        if not line.strip():
            if sentence.tokens:
                yield sentence
            sentence = Sentence()
        elif line.startswith("#") and "\t" not in line:
            key, _, value = line[1:].partition("=")
            sentence.about[key.strip()] = value.strip()
        else:
            token, _, tag = line.partition("\t")
            if not token.strip() or not re.fullmatch(r"O|[BI]-\w+", tag):
                raise RecordError(f"{path}:{number}: {line[:60]!r} is no token with a tag; write a token, a tab, and O, B- or I-LABEL")
            sentence.tokens.append(token.strip())
            sentence.tags.append(tag)
    if sentence.tokens:
        yield sentence


def _lines(path: Path) -> Iterator[str]:
    opened = gzip.open(path, "rt", encoding="utf-8") if path.suffix == ".gz" else path.open(encoding="utf-8-sig")
    with opened as stream:
        try:
            yield from (line.rstrip("\r\n") for line in stream)
        except UnicodeDecodeError:
            raise RecordError(f"{path}: not UTF-8; save the file as UTF-8") from None
        except (gzip.BadGzipFile, EOFError) as error:
            raise RecordError(f"{path}: no whole gzip file ({error}); fetch it again") from None


def _numbered(source: Source, found: Iterable[Sentence]) -> Iterator[tuple[str, Sentence]]:
    """Sentences with their splits. A document is held out as a whole: its first sentence decides."""
    counts: dict[str, int] = {}
    last: tuple[str, str | None, str] = ("", None, "")
    for sentence in found:
        theirs, name = sentence.about.get("split", ""), sentence.about.get("doc")
        number = counts.get(theirs, 0)
        counts[theirs] = number + 1
        same = name is not None and last[:2] == (theirs, name)
        split = last[2] if same else source.split(theirs, number)
        last = (theirs, name, split)
        yield split, sentence


def _document(run: Iterable[Sentence], source: Source) -> Document:
    """One text; a sentence that ends without a full stop ends its line, as titles do."""
    text = ""
    entities: list[tuple[int, int, str]] = []
    for sentence in run:
        text += "" if not text else " " if _FINAL.search(text) else "\n"
        text, found = _joined(text, sentence, _joints(source.lang))
        entities += found
    kept = [Argument(start, end, text[start:end], label) for start, end, label in entities if label in source.marked]
    return Document(id="", lang=source.lang, script=source.script, text=text, entities=kept)


def _joined(text: str, sentence: Sentence, joints: Joints) -> tuple[str, list[tuple[int, int, str]]]:
    """The text with the sentence behind it, and the spans of its names."""
    spans: list[tuple[int, int, str]] = []
    for number, (token, tag) in enumerate(zip(sentence.tokens, sentence.tags, strict=True)):
        text += " " if number and _blank(sentence, number, joints) else ""
        start = len(text)
        text += token
        if _goes_on(sentence, number):
            spans[-1] = (spans[-1][0], len(text), tag[2:])
        elif tag != "O":
            spans.append((start, len(text), tag[2:]))
    return text, spans


def _goes_on(sentence: Sentence, number: int) -> bool:
    """Whether there is such a token, and it is in the same name as the one before it."""
    if not 0 < number < len(sentence.tags):
        return False
    tag = sentence.tags[number]
    return tag[0] == "I" and sentence.tags[number - 1][1:] == tag[1:]


def _blank(sentence: Sentence, number: int, joints: Joints) -> bool:
    """Whether a blank stands before a token that is not the first."""
    last, token = sentence.tokens[number - 1 : number + 1]
    if joints.after_these.fullmatch(last) or joints.before_these.fullmatch(token):
        return False
    if _QUOTE in (last, token) and sentence.tokens[:number].count(_QUOTE) % 2:
        return False  # behind one that opens, or before one that closes
    left, right = (_goes_on(sentence, place) for place in (number - 1, number + 1))
    tied = (joints.inside_names.fullmatch(token) and right) or (joints.inside_names.fullmatch(last) and left)
    return not (tied and _goes_on(sentence, number))


@cache
def _data() -> dict[str, Any]:
    return tomllib.loads(_DATA.read_text(encoding="utf-8"))


@cache
def _joints(lang: str) -> Joints:
    tables = [table for name, table in _data()["joints"].items() if name in ("all", lang)]
    return Joints(*(re.compile("|".join(table[key] for table in tables if key in table)) for key in Joints._fields))


def _source(name: str, table: dict[str, Any], where: str) -> Source:
    """Raises RecordError with the key."""
    kinds = _KEYS | {"held_out": bool}
    if unknown := sorted(table.keys() - kinds):
        raise RecordError(f"{where}: unknown key {unknown[0]!r}; there are {', '.join(kinds)}")
    for key, kind in kinds.items():
        if key not in table and key in _KEYS:
            raise RecordError(f"{where}: the key {key!r} is missing; add it")
        value = table.get(key, False)
        items = value if isinstance(value, list) else []
        if not isinstance(value, kind) or not all(isinstance(each, str) for each in items):
            wanted = {str: "a string", bool: "true or false", list: "a list of strings"}[kind]
            raise RecordError(f"{where}: {key} is {value!r}; write {wanted}")
    if wrong := [label for label in table["labels"] if label not in ontology.current().labels]:
        raise RecordError(f"{where}: labels names {wrong[0]!r}; use some of {', '.join(ontology.current().labels)}")
    return Source(
        name, table["lang"], table["script"], frozenset(table["labels"]), table["merged"], table["licence"], table["trainable"],
        tuple(table["train"]), tuple(table["dev"]), table.get("held_out", False),
    )  # fmt: skip
