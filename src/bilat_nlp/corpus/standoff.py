"""Annotation without its texts, for texts that may be read but not handed on: offsets, codes and a fingerprint in place of words.

Who has the texts puts the two together again. The words of a span are never written; a text that is not the one that was annotated is
known by its fingerprint (SHA-256). Of a long text a part from its beginning may be annotated; ``cut`` is its length in code points.
"""

from __future__ import annotations

import hashlib
from typing import Any

from ..records import Document, RecordError

FINGERPRINT = "sha256"
CUT = "cut"
SUFFIX = ".standoff"  # of files of such annotation, which are no documents by themselves
_OWN_WORDS = "text"  # key of the words of a span, and of the text itself


def fingerprint(text: str) -> str:
    """SHA-256 of a text in UTF-8, hexadecimal."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def detach(document: Document) -> dict[str, Any]:
    """The annotation as an object for one line of JSON, without any word of the text.

    Raises RecordError for a document without its text, since then nothing could say what the offsets refer to.
    """
    if document.text is None:
        raise RecordError(f"{document.id}: a document without its text has nothing that its offsets could be checked against")
    data: dict[str, Any] = _wordless(document.to_dict())
    return data | {FINGERPRINT: fingerprint(document.text)}


def attach(row: dict[str, Any], text: str) -> Document:
    """The annotated document again, from what `detach` made and its text.

    Raises RecordError where the text is another one, or the object no such annotation.
    """
    name, cut = row.get("id"), row.get(CUT)
    text = text[:cut] if isinstance(cut, int) else text
    if row.get(FINGERPRINT) != fingerprint(text):
        raise RecordError(
            f"the text of {name!r} is not the one that was annotated; give the release of the texts that the annotation names"
        )
    data = _worded({key: value for key, value in row.items() if key != FINGERPRINT}, text)
    document = Document.from_dict(data | {"text": text})
    document.check()
    return document


def _wordless(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _wordless(each) for key, each in value.items() if key != _OWN_WORDS}
    return [_wordless(each) for each in value] if isinstance(value, list) else value


def _worded(value: Any, text: str) -> Any:
    if isinstance(value, dict):
        made = {key: _worded(each, text) for key, each in value.items()}
        start, end = value.get("start"), value.get("end")
        return made | {_OWN_WORDS: text[start:end]} if isinstance(start, int) and isinstance(end, int) else made
    return [_worded(each, text) for each in value] if isinstance(value, list) else value
