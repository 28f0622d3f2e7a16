"""The face of the library: `extract()` and `load()`; whatever reads texts (command line, benchmark, notebooks) comes in here."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cache, lru_cache
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from . import edtf
from .records import Document, Event

if TYPE_CHECKING:
    from spacy.language import Language as Nlp


MODES = ("rules", "model", "both")
MODE, MODEL, DEVICE, PRECISION = "both", "default", "cpu", "fp32"


def load(
    *,
    mode: str = MODE,
    model: str | Path = MODEL,
    device: str = DEVICE,
    precision: str = PRECISION,
    min_confidence: float | None = None,
    without: Iterable[str] = (),
) -> Nlp:
    """The pipeline as a spaCy `Language` (one for all languages); `nlp.pipe(texts)` gives documents with `doc._.events`.

    Args:
        mode: "both", "rules" alone, or "model" alone (names, codes and dates come from the lists in any case).
        model: name of a model that came with the library, or the folder of one.
        device: "cpu", "auto" (a GPU where there is one), "cuda", "cuda:1" or "mps"; all but "cpu" need torch.
        precision: of the model's products on a device: "fp32", "bf16" or "fp16".
        min_confidence: events below it are left out; None for the limit that the model was calibrated with, and for none with rules alone.
        without: parts to switch off, for comparisons: "suffixes", "gazetteer", "resolution" (see `pipeline.components.PARTS`).

    Raises:
        ValueError: there is no such mode, model, device or part, or the model is damaged.
        ImportError: torch is needed and not installed.
    """
    if mode not in MODES:
        raise ValueError(f"there is no mode {mode!r}; choose among {', '.join(MODES)}")
    if min_confidence is not None and not 0 <= min_confidence <= 1:
        raise ValueError(f"min_confidence must lie between 0 and 1, not {min_confidence}")
    if mode == "rules":
        return _rules(frozenset(without))
    return _judged(mode, *_stored(model), device, precision, min_confidence, frozenset(without))


@cache
def _rules(without: frozenset[str]) -> Nlp:
    from .pipeline.assemble import assemble

    return assemble(without)


@lru_cache(maxsize=8)  # each holds a model
def _judged(mode: str, model: str, _: int, device: str, precision: str, least: float | None, without: frozenset[str]) -> Nlp:
    from .pipeline.assemble import assemble

    return assemble(without, {"model": model, "mode": mode, "device": device, "precision": precision, "least": least})


def _stored(model: str | Path) -> tuple[str, int]:
    """The name of a model, or its folder and when it was last written: one trained anew in the same place is another model."""
    folder = Path(model)
    if not folder.is_dir():
        return str(model), 0
    return str(folder.resolve()), max((file.stat().st_mtime_ns for file in folder.iterdir()), default=0)


def extract(text: str, *, lang: str | None = None, date: str | None = None, **settings: Any) -> list[Event]:
    """The diplomatic events that a news text reports.

    Args:
        text: raw text; offsets of the events count its code points.
        lang: ISO 639-1 code, where it is known; else the language is identified, also part by part.
        date: the day the text was published (EDTF: "2025-11-12", "2025-11" or "2025"); expressions such as "on Wednesday" are
            resolved against it. Without it the dateline of the text serves, if there is one.
        settings: as in `load`: `mode`, `model`, `device`, `precision`, `min_confidence`, `without`.

    Raises:
        ValueError: `date` is not a day, month or year in EDTF; a setting as in `load`.
        TypeError: `text` is no string.
    """
    return extract_document(text, lang=lang, date=date, **settings).events


def extract_document(text: str, *, id: str = "doc", lang: str | None = None, date: str | None = None, **settings: Any) -> Document:
    """Like `extract`, with language, script, entities and, where there are no events, the reason. Raises the same."""
    return next(extract_many([(text, {"id": id, "lang": lang, "date": date})], **settings))


def extract_many(texts: Iterable[tuple[str, dict[str, Any]]], *, batch_size: int = 200, **settings: Any) -> Iterator[Document]:
    """Documents of a stream of texts, in its order and with bounded memory.

    Args:
        texts: pairs of a text and what is known of it: `id`, `lang`, `date`, each optional.
        batch_size: documents that are read, and scored by the model, before the first of them comes out; what spaCy remembers of their
            words is forgotten then.
        settings: as in `load`.

    Raises:
        ValueError, TypeError: as `extract`, before any document of the batch comes out.
    """
    if batch_size < 1:
        raise ValueError(f"batch_size must be 1 or more, not {batch_size}")
    nlp = load(**settings)
    least = settings.get("min_confidence")
    stream = iter(texts)
    # The zone is closed before anything is handed out: what the caller makes with the same `nlp` meanwhile shall outlive it.
    while batch := list(islice(stream, batch_size)):
        with nlp.memory_zone():
            docs = [_document(nlp, text, about) for text, about in batch]
            made = [doc._.record for doc in nlp.pipe(docs, batch_size=batch_size)]
        yield from made if least is None else (_surer(document, least) for document in made)


def _surer(document: Document, least: float) -> Document:
    """Without the events below a confidence; the rest keep their order and are numbered anew."""
    kept = [event for event in document.events if event.confidence is None or event.confidence >= least]
    if len(kept) < len(document.events):
        for number, event in enumerate(kept, 1):
            event.id = f"{document.id}#{number}"
        document.events = kept
        if not kept:
            document.reason = f"no event with a confidence of {least} or more"
    return document


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
