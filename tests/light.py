"""A language without its lexicon, for tests of what only needs its spelling, its time words and its page furniture."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from types import SimpleNamespace

from bilat_nlp.text.script import normaliser

LANGUAGES = Path(__file__).parents[1] / "src" / "bilat_nlp" / "languages"


@cache
def light(code: str) -> SimpleNamespace:
    """The parts of a language that layout and dates need."""

    def table(name: str) -> dict:
        return tomllib.loads((LANGUAGES / code / name).read_text(encoding="utf-8"))

    return SimpleNamespace(
        code=code,
        normalise=normaliser(table("language.toml").get("spelling", {})),
        time=table("time.toml"),
        boilerplate=table("boilerplate.toml"),
    )
