"""Which language a text is in, and whether it is one of ours.

Three kinds of evidence are added up: a general model over a hundred and more languages (py3langid, loaded at the first call), letters
that hardly any other language has, and frequent function words. The last two come from `language.toml`. A text in a related language
(Kyrgyz, Tatar, Tajik, Bulgarian ...) is refused by name, for reading it with the rules of another would give nonsense.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from .script import script_of

HEAD = 3000  # characters that are judged
SEARCHED = 30_000  # characters in which running text is looked for
RUNNING = 60  # letters that make a line running text
FEWEST = 12  # letters that a text must have
LEAST = 0.45  # of a score that goes to about 2.2
MARGIN = 0.5  # by which a paragraph must prefer another language than its document's

_WORD = re.compile(r"[^\W\d_]+(?:['’‘ʻʼ`-][^\W\d_]+)*['’‘ʻʼ`]?")
_ADDRESS = re.compile(r"(?:https?://|www\.)\S{1,500}")


@dataclass(frozen=True, slots=True)
class Identification:
    """`lang` is the code of a language we serve or None, then `reason` says why; `script` is an ISO 15924 code."""

    lang: str | None
    script: str
    reason: str | None = None


@cache
def _model() -> Any:
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)


@cache
def _function_words(normalise: Any, words: tuple[str, ...]) -> frozenset[str]:
    return frozenset(normalise(word) for word in words)


def identify(text: str, languages: Mapping[str, Any]) -> Identification:
    """Say which of `languages` (code to an object with `.identify`, `.letters`, `.scripts`, `.normalise`) a text is in.

    Looks at no more than the first 3,000 characters of running text.
    """
    head = _head(text)
    letters = sum(map(str.isalpha, head))
    script = script_of(head)
    if letters < FEWEST:
        return Identification(None, script, f"too little text to tell the language: {letters} letters")
    if not any(script in language.scripts for language in languages.values()):
        return Identification(None, script, f"script {script} is not served")
    ranking = _scores(head, script, letters, languages)
    best, score = ranking[0]
    if best not in languages:
        return Identification(None, script, f"language {best} is not served")
    if score < LEAST:
        return Identification(None, script, "the language is not clear")
    return Identification(best, script)


def runs(text: str, languages: Mapping[str, Any]) -> list[tuple[int, int, str | None]]:
    """Divide a text at line borders into runs of one language: half-open offsets and the code, None for a language not served.

    Only a paragraph of 60 letters or more that clearly belongs elsewhere starts a run; shorter lines go with what stands before them.
    """
    whole = identify(text, languages)
    found: list[tuple[int, int, str | None]] = []
    start = 0
    current = whole.lang
    position = 0
    for line in text.splitlines(keepends=True):
        chosen = _paragraph(line, current, languages)
        if chosen != current:
            if position > start and any(map(str.isalpha, text[start:position])):
                found.append((start, position, current))
                start = position
            current = chosen
        position += len(line)
    return [*found, (start, len(text), current)]


def _paragraph(line: str, current: str | None, languages: Mapping[str, Any]) -> str | None:
    """The language of one line, `current` unless another is clearly better."""
    line = line[:HEAD]
    letters = sum(map(str.isalpha, line))
    if letters < RUNNING:
        return current
    script = script_of(line)
    ranking = _scores(line, script, letters, languages)
    best, score = ranking[0]
    before = next((value for code, value in ranking if code == current), 0.0)
    if score - before < MARGIN:
        return current
    return best if best in languages else None


def _head(text: str) -> str:
    """The first characters of running text; of all lines where none is long enough."""
    searched = _ADDRESS.sub(" ", text[:SEARCHED])
    lines = [line for line in searched.splitlines() if len(line) >= RUNNING]
    running = "\n".join(lines)
    return (running if sum(map(str.isalpha, running[:HEAD])) >= RUNNING else searched)[:HEAD]


def _scores(head: str, script: str, letters: int, languages: Mapping[str, Any]) -> list[tuple[str, float]]:
    """All languages by their score, best first: model probability, plus letters and function words for those we serve."""
    scores = {str(code): float(value) for code, value in _model().rank(head)}
    words = _WORD.findall(head)
    lower = head.lower()
    for code, language in languages.items():
        if script not in language.scripts:
            scores[code] = 0.0
            continue
        own = _function_words(language.normalise, tuple(language.identify))
        share = sum(language.normalise(word) in own for word in words) / max(1, len(words))
        rare = sum(map(lower.count, language.letters)) / letters
        scores[code] = scores.get(code, 0.0) + 0.7 * min(1.0, share / 0.15) + 0.5 * min(1.0, 100 * rare)
    return sorted(scores.items(), key=lambda pair: -pair[1])
