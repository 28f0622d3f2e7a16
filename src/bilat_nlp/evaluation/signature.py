"""What makes a figure repeatable, on one line: the idea is sacreBLEU's (Post, "A call for clarity in reporting BLEU scores", 2018)."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from functools import cache
from pathlib import Path

from bilat_nlp import __version__
from bilat_nlp.evaluation.items import content
from bilat_nlp.evaluation.metrics import VERSION
from bilat_nlp.evaluation.resample import LEVEL, Draws
from bilat_nlp.records import Document

_LENGTH = 12  # hexadecimal digits: enough to tell corpora apart, short enough to compare by eye
_KNOWLEDGE = (".py", ".toml", ".tsv", ".safetensors", ".json")


def fingerprint(documents: Iterable[Document]) -> str:
    """Of all that a figure can depend on, whatever the order of documents and events and the ids of events."""
    digests = sorted(hashlib.sha256(repr(_said(document)).encode("utf-8", "surrogatepass")).digest() for document in documents)
    return hashlib.sha256(b"".join(digests)).hexdigest()[:_LENGTH]


def _said(document: Document) -> tuple[object, ...]:
    entities = sorted((entity.start, entity.end, entity.label or "", entity.code or "") for entity in document.entities)
    about = (document.date, document.lang, document.script, document.origin)  # what systems are told, and what groups are made by
    return document.id, document.text, about, sorted(map(content, document.events)), entities


@cache
def library() -> str:
    """The version, and a print of the code and data that stand under it: a lexicon may change between two releases."""
    root = Path(__file__).parents[1]
    hashed = hashlib.sha256()
    for path in sorted(each for each in root.rglob("*") if each.suffix in _KNOWLEDGE and each.is_file()):
        hashed.update(str(path.relative_to(root).as_posix()).encode())
        hashed.update(hashlib.sha256(path.read_bytes()).digest())
    return f"{__version__}+{hashed.hexdigest()[:_LENGTH]}"


def signature(gold: str, documents: int, events: int, system: str, draws: Draws, scheme: str | None = None) -> str:
    """One line of ``name:value`` parts; two figures with equal lines were computed in the same way on the same gold."""
    parts = {
        "metrics": str(VERSION),
        "match": "one-to-one,largest",
        "gold": f"{gold},{documents}docs,{events}events",
        "scheme": scheme,
        "system": system,
        "library": library(),
        "interval": f"{LEVEL}%,percentile,{draws.samples}draws,seed{draws.seed}",
    }
    return "|".join(f"{name}:{value}" for name, value in parts.items() if value)
