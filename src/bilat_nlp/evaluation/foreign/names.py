"""Public sets of annotated names, as gold for the entities of `Document`.

The sets cut words in ways of their own ("Kazakhstan" in "Kazakhstan's"), our contract never does; so spans of both sides are widened to
whole words of the library before they are compared. States and other places are one label, since few sets tell them apart as we do.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from bilat_nlp.corpus import names
from bilat_nlp.evaluation.foreign import NAMES
from bilat_nlp.evaluation.foreign import scheme as schemes
from bilat_nlp.evaluation.foreign.scheme import Scheme
from bilat_nlp.records import Argument, Document, RecordError
from bilat_nlp.text.words import words_of


@dataclass(slots=True)
class NameGold:
    """Documents whose entities are those that are compared; ``labels`` are theirs."""

    documents: list[Document]
    scheme: Scheme
    labels: frozenset[str]

    def comparable(self, document: Document, text: str) -> Document:
        """A predicted document of a text with the entities that are compared alone."""
        return replace(document, entities=comparable(document.entities, text, self.scheme, self.labels), events=[])


def read(path: Path, splits: Collection[str] | None = None, *, whole: bool = False) -> NameGold:
    """The documents of a file of a set; their ``origin`` is the genre, where the set names one.

    Args:
        path: IOB2, plain or ending in ``.gz`` (see `corpus.names`).
        splits: only documents of these parts.
        whole: all kinds of names that are compared at all and that the set marks, and not only those that every set marks.

    Raises:
        RecordError: a sentence with file, line and mend.
        OSError: the file cannot be read.
    """
    found = names.read(path)
    has = sorted({each.document.split or "" for each in found})
    if splits is not None and (missing := sorted({*splits} - {*has})):
        raise RecordError(f"{path}: no sentence of the split {', '.join(missing)}; the file has {', '.join(filter(None, has)) or 'none'}")
    if not found:
        raise RecordError(f"{path}: no sentence in it; give a file with a token and its tag a line")
    scheme = schemes.load(NAMES)
    kinds = {*scheme.tables["names"], *(scheme.tables["more"] if whole else ())}
    labels = frozenset(kinds & {merged(label, scheme) for label in found[0].marked})
    kept = [each.document for each in found if splits is None or each.document.split in splits]
    for document in kept:
        document.entities = comparable(document.entities, document.text or "", scheme, labels)
        document.origin = document.meta.get("genre")
    return NameGold(kept, scheme.whole() if whole else scheme, labels)


def merged(label: str, scheme: Scheme) -> str:
    """The label that one is compared as."""
    return str(scheme.tables["merged"].get(label, label))


def comparable(entities: Iterable[Argument], text: str, scheme: Scheme, labels: Collection[str]) -> list[Argument]:
    """The entities with these labels in whole words, without those inside another one; in the order of the text. Linear but for sorting."""
    words = words_of(text, str)
    starts, ends = [word.start for word in words], [word.end for word in words]
    widened: dict[tuple[int, int], Argument] = {}
    for entity in entities:
        label = merged(entity.label or "", scheme)
        first, last = bisect_right(ends, entity.start), bisect_left(starts, entity.end) - 1
        if label in labels and first <= last:
            start, end = starts[first], ends[last]
            widened.setdefault((start, end), Argument(start, end, text[start:end], label))
    kept: list[Argument] = []
    for each in sorted(widened.values(), key=lambda one: (one.start, -one.end)):
        if not kept or each.end > kept[-1].end:
            kept.append(each)
    return kept
