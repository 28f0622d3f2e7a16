"""What a corpus holds, in tables; and how rich its language is beside other texts."""

from __future__ import annotations

import json
import lzma
import statistics as st
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from pathlib import Path

from bilat_nlp import ontology
from bilat_nlp.corpus.dataset import language_of
from bilat_nlp.corpus.duplicates import Pair, pairs, words
from bilat_nlp.languages import loader
from bilat_nlp.output.grid import Cell, Table
from bilat_nlp.records import Document, RecordError
from bilat_nlp.text.segment import lay_out

WINDOW = 500  # words, for the type-token ratio: texts of other lengths cannot be compared without one
NEAR = 0.2  # overlap from which on two documents count as near duplicates
_LONGEST = 6000  # characters of other texts: of books and laws the beginning is enough


def count(documents: Sequence[Document]) -> list[Table]:
    """Documents, events, roles, modality and mentions by language and script."""
    groups: dict[str, list[Document]] = {}
    for document in documents:
        groups.setdefault(language_of(document), []).append(document)
    names = sorted(groups)
    parts = [groups[name] for name in names]
    known = ontology.current()
    types = [Counter(event.type for document in part for event in document.events) for part in parts]
    modalities = [Counter(event.modality for document in part for event in document.events) for part in parts]
    labels = [Counter(entity.label for document in part for entity in document.entities) for part in parts]
    different = [
        Counter(label for label, _ in {(entity.label, entity.text) for document in part for entity in document.entities}) for part in parts
    ]
    fillers = [Counter(role for document in part for event in document.events for role in _filled(event)) for part in parts]
    return [
        Table(
            "documents",
            _DOCUMENTS,
            [_documents(name, part) for name, part in zip(names, parts, strict=True)] + [_documents("all", documents)],
        ),
        _across("events by type", names, known.types, types),
        _across("events by modality", names, known.modalities, modalities),
        _across("events with a filler of the role", names, (*known.roles, "date"), fillers),
        _across("mentions by label", names, known.labels, labels),
        _across("different mentions by label", names, known.labels, different),
    ]


_DOCUMENTS = (
    "documents of",
    "documents",
    "without event",
    "words",
    "median",
    "shortest",
    "longest",
    "events",
    "per 100 words",
    "triggers",
    "mentions",
    "states",
    "IGOs",
)


def _documents(name: str, documents: Sequence[Document]) -> tuple[Cell, ...]:
    lengths = [len((document.text or "").split()) for document in documents]
    events = [event for document in documents for event in document.events]
    codes = {code for event in events for code in event.codes()}
    igos = sum(code.startswith("IGO-") for code in codes)
    return (
        name,
        len(documents),
        sum(not document.events for document in documents),
        sum(lengths),
        st.median(lengths),
        min(lengths),
        max(lengths),
        len(events),
        round(100 * len(events) / max(1, sum(lengths)), 2),
        sum(len(event.triggers) for event in events),
        sum(len(document.entities) for document in documents),
        len(codes) - igos,
        igos,
    )


def _filled(event: object) -> Iterator[str]:
    for role in (*ontology.current().roles, "date"):
        if getattr(event, role):
            yield role


def _across(title: str, names: Sequence[str], keys: Iterable[str], counters: Sequence[Counter]) -> Table:  # type: ignore[type-arg]
    rows: list[tuple[Cell, ...]] = [(key, *(each[key] for each in counters), sum(each[key] for each in counters)) for key in keys]
    return Table(title, (title.split()[-1], *names, "all"), rows)


def near_duplicates(documents: Sequence[Document], at_least: float = NEAR) -> list[Table]:
    """How close documents of one language come to each other, words as they stand and with names and numbers masked."""
    rows: list[tuple[Cell, ...]] = []
    closest: list[tuple[Cell, ...]] = []
    for name in sorted({language_of(document) for document in documents}):
        part = [document for document in documents if language_of(document) == name]
        plain, masked = pairs(part, masked=False), pairs(part)
        leaks = [pair for pair in masked if part[pair.first].split != part[pair.second].split]
        rows.append((name, len(part), _highest(plain), _highest(masked), sum(pair.overlap >= at_least for pair in masked), _highest(leaks)))
        closest += [
            (part[pair.first].id, part[pair.second].id, round(pair.overlap, 3)) for pair in masked[:3] if pair.overlap >= at_least / 2
        ]
    columns = ("overlap of 5-grams in", "documents", "highest", "highest, masked", f"pairs from {at_least}", "highest between splits")
    return [Table("near duplicates", columns, rows), Table("closest pairs", ("document", "other", "overlap, masked"), closest)]


def _highest(found: Sequence[Pair]) -> float:
    return round(found[0].overlap, 3) if found else 0.0


def richness(documents: Sequence[Document], title: str) -> Table:
    """Type-token ratio, and length of words and sentences, for each language and script.

    The ratio is the mean over windows of `WINDOW` words (MATTR; Covington and McFall, "Cutting the Gordian knot", 2010), here windows side
    by side over the texts one after the other. Languages without a folder of data are left out.
    """
    rows: list[tuple[Cell, ...]] = []
    for name in sorted({language_of(document) for document in documents}):
        part = [document for document in documents if language_of(document) == name and document.lang in loader.available()]
        if not part:
            continue
        sequence = [word for document in part for word in words(document)]
        windows = [sequence[at : at + WINDOW] for at in range(0, len(sequence) - WINDOW + 1, WINDOW)] or [sequence]
        ratio = st.mean(len(set(window)) / max(1, len(window)) for window in windows)
        lengths = [length for document in part for length in sentences(document)]
        quarters = st.quantiles(lengths, n=4) if len(lengths) > 1 else [0.0] * 3
        rows.append(
            (
                name,
                len(part),
                len(sequence),
                round(ratio, 3),
                round(st.mean(map(len, sequence)), 2),
                round(st.mean(lengths), 1),
                *(round(q) for q in quarters),
            )
        )
    columns = (
        title,
        "documents",
        "words",
        f"type-token ratio ({WINDOW})",
        "letters a word",
        "words a sentence",
        "quarter under",
        "half under",
        "three quarters under",
    )
    return Table(title, columns, rows)


def sentences(document: Document) -> list[int]:
    """Lengths of the sentences in words, without titles, lists and page furniture."""
    layout = lay_out(document.text or "", loader.load(document.lang or ""))
    return [
        sum(any(char.isalnum() for char in word.text) for word in layout.words[one.first : one.last])
        for one in layout.sentences
        if one.kind == "body"
    ]


def raw_texts(path: Path, limit: int = 2000) -> list[Document]:
    """The first texts of a .jsonl or .jsonl.xz file, one object with ``text`` and ``lang`` a line, as documents without annotation.

    Where objects have a ``kind``, only those of news are taken. Raises RecordError or OSError.
    """
    opened = lzma.open(path, "rt", encoding="utf-8") if path.suffix == ".xz" else path.open(encoding="utf-8")
    documents = []
    with opened as stream:
        try:
            objects = (json.loads(line) for line in stream if line.strip())
            wanted = (each for each in objects if each.get("kind", "news") in ("news", "news-translated"))
            for number, each in enumerate(islice(wanted, limit)):
                documents.append(Document(id=str(number), text=each["text"][:_LONGEST], lang=each.get("lang"), script=each.get("script")))
        except (ValueError, KeyError, AttributeError, lzma.LZMAError) as error:
            raise RecordError(
                f'{path}: no JSON Lines of texts ({error}); write {{"lang": ..., "script": ..., "text": ...}} a line'
            ) from None
    return documents
