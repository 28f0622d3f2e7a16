"""bilat_nlp: typed, dated, coded diplomatic events out of raw news text.

import bilat_nlp
for event in bilat_nlp.extract(text, date="2025-11-12"): ...
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

__version__ = "0.4.0"
__all__ = ["Argument", "Document", "Event", "extract", "extract_document", "extract_many", "load", "train"]

if TYPE_CHECKING:
    from .api import extract, extract_document, extract_many, load
    from .records import Argument, Document, Event
    from .training.train import train

_HOMES = {
    **dict.fromkeys(("extract", "extract_document", "extract_many", "load"), "api"),
    **dict.fromkeys(("Argument", "Document", "Event"), "records"),
    "train": "training.train",
}


def __getattr__(name: str) -> Any:
    # spaCy and the lexicons are only loaded when something is used.
    if name in _HOMES:
        from importlib import import_module

        return getattr(import_module(f".{_HOMES[name]}", __name__), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted(__all__)
