"""Annotated documents: read, check, count, split, and carry between tools."""

from __future__ import annotations

from bilat_nlp.corpus.dataset import load

__all__ = ["load"]
