"""The face of the library: `extract()` and `load()`; whatever reads texts (command line, benchmark, notebooks) comes in here."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cache
from itertools import islice
from typing import TYPE_CHECKING, Any

from . import edtf
from .records import Document, Event

if TYPE_CHECKING:
    from spacy.language import Language as Nlp


def load(*, without: Iterable[str] = ()) -> Nlp:
    """The pipeline as a spaCy `Language` (one for all languages); `nlp.pipe(texts)` gives documents with `doc._.events`.

    Args:
        without: parts to switch off, for comparisons: "suffixes", "gazetteer", "resolution" (see `pipeline.components.PARTS`).

    Raises:
        ValueError: there is no such part.
    """
    return _pipeline(frozenset(without))


@cache
def _pipeline(without: frozenset[str]) -> Nlp:
    from .pipeline.assemble import assemble

    return assemble(without)


def extract(text: str, *, lang: str | None = None, date: str | None = None) -> list[Event]:
    """The diplomatic events that a news text reports.

    Args:
        text: raw text; offsets of the events count its code points.
        lang: ISO 639-1 code, where it is known; else the language is identified, also part by part.
        date: the day the text was published (EDTF: "2025-11-12", "2025-11" or "2025"); expressions such as "on Wednesday" are
            resolved against it. Without it the dateline of the text serves, if there is one.

    Raises:
        ValueError: `date` is not a day, month or year in EDTF.
        TypeError: `text` is no string.
    """
    return extract_document(text, lang=lang, date=date).events


def extract_document(text: str, *, id: str = "doc", lang: str | None = None, date: str | None = None) -> Document:
    """Like `extract`, with language, script, entities and, where there are no events, the reason. Raises the same."""
    return next(extract_many([(text, {"id": id, "lang": lang, "date": date})]))


def extract_many(
    texts: Iterable[tuple[str, dict[str, Any]]], *, batch_size: int = 200, without: Iterable[str] = ()
) -> Iterator[Document]:
    """Documents of a stream of texts, in its order and with bounded memory.

    Args:
        texts: pairs of a text and what is known of it: `id`, `lang`, `date`, each optional.
        batch_size: documents that are read before the first of them comes out; what spaCy remembers of their words is forgotten then.
        without: as in `load`.

    Raises:
        ValueError, TypeError: as `extract`, before any document of the batch comes out.
    """
    if batch_size < 1:
        raise ValueError(f"batch_size must be 1 or more, not {batch_size}")
    nlp = load(without=without)
    stream = iter(texts)
    # The zone is closed before anything is handed out: what the caller makes with the same `nlp` meanwhile shall outlive it.
    while batch := list(islice(stream, batch_size)):
        with nlp.memory_zone():
            made = [nlp(_document(nlp, text, about))._.record for text, about in batch]
        yield from made


def _document(nlp: Nlp, text: str, about: dict[str, Any]):  # type: ignore[no-untyped-def]
    from .text.script import clean

    if not isinstance(text, str):
        raise TypeError(f"a text is needed, not {type(text).__name__}")
    date = about.get("date")
    if date is not None and not edtf.is_edtf(date):
        raise ValueError(f"the date {date!r} is not a day, month or year in EDTF, such as 2025-11-12")
    doc = nlp.make_doc(clean(text))
    doc._.original = text
    doc._.id, doc._.date, doc._.lang = about.get("id") or "doc", date, about.get("lang")
    return doc
