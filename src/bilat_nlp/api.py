"""The face of the library: `extract()` and `load()`; whatever reads texts (command line, benchmark, notebooks) comes in here."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cache
from typing import TYPE_CHECKING, Any

from . import edtf
from .records import Document, Event

if TYPE_CHECKING:
    from spacy.language import Language as Nlp

ZONE = 200  # documents after which the words that only they held are forgotten


@cache
def load() -> Nlp:
    """The pipeline as a spaCy `Language` (one for all languages); `nlp.pipe(texts)` gives documents with `doc._.events`."""
    from .pipeline.assemble import assemble

    return assemble()


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


def extract_many(texts: Iterable[tuple[str, dict[str, Any]]], *, batch_size: int = 64) -> Iterator[Document]:
    """Documents of a stream of texts, in its order and with bounded memory.

    Args:
        texts: pairs of a text and what is known of it: `id`, `lang`, `date`, each optional.
        batch_size: documents that go through the pipeline together.
    """
    nlp = load()
    stream = iter(texts)
    more = True
    while more:
        more = False
        with nlp.memory_zone():
            for count, (text, about) in enumerate(stream, 1):
                yield nlp(_document(nlp, text, about))._.record
                if count >= max(ZONE, batch_size):
                    more = True
                    break


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
