"""Which language a text is in, and whether it is one of ours.

Three kinds of evidence are added up: a general model over a hundred and more languages (py3langid, loaded at the first call), letters
that hardly any other language has, and frequent function words. The last two come from `language.toml`. A text in a related language
(Kyrgyz, Tatar, Tajik, Bulgarian ...) is refused by name, for reading it with the rules of another would give nonsense.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any

from .script import script_of

HEAD = 3000  # characters that are judged
SEARCHED = 30_000  # characters in which running text is looked for
RUNNING = 60  # letters that make a line running text
FEWEST = 12  # letters that a text must have
LEAST = 0.45  # of a score that goes to about 2.2
MARGIN = 0.5  # by which a paragraph must prefer another language than its document's
NEVER = -1.0  # evidence for a language that is not written in the script of the text

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


@lru_cache(maxsize=256)  # a document is asked for as a whole first, then by its paragraphs, and often it is one paragraph
def _model_scores(head: str) -> dict[str, float]:
    return {str(code): float(value) for code, value in _model().rank(head)}


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
    best, score = _ranking(head, _evidence_of(languages).weigh(head, script, letters))[0]
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
    evidence = _evidence_of(languages).weigh(line, script_of(line), letters)
    own = evidence.get(current, 0.0) if current else 0.0
    rival = max((value for code, value in evidence.items() if code != current), default=0.0)
    if own - max(rival, 0.0) > 1.0 - MARGIN:
        return current  # not even the whole of the model's probability could outdo this, so the model is not asked
    ranking = _ranking(line, evidence)
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


def _ranking(head: str, evidence: Mapping[str, float]) -> list[tuple[str, float]]:
    """All languages by their score, best first: model probability, plus letters and function words for those we serve."""
    scores = dict(_model_scores(head))
    for code, value in evidence.items():
        scores[code] = scores.get(code, 0.0) + value if value != NEVER else 0.0
    return sorted(scores.items(), key=lambda pair: -pair[1])


class _Evidence:
    """Function words and letters of the served languages, looked up in one go for all of them."""

    def __init__(self, languages: Mapping[str, Any]) -> None:
        self.languages = languages
        self._words = {code: frozenset(map(language.normalise, language.identify)) for code, language in languages.items()}
        self._claimed = lru_cache(maxsize=50_000)(self._claim)

    def _claim(self, word: str) -> tuple[str, ...]:
        """Codes of the languages that have the word among their function words."""
        return tuple(code for code, own in self._words.items() if self.languages[code].normalise(word) in own)

    def weigh(self, head: str, script: str, letters: int) -> dict[str, float]:
        """0 to 1.2 for every served language, `NEVER` for one that is not written in `script`."""
        words = _WORD.findall(head)
        votes = Counter(code for word in words for code in self._claimed(word))
        lower = head.lower()
        weights = {}
        for code, language in self.languages.items():
            if script not in language.scripts:
                weights[code] = NEVER
                continue
            rare = sum(map(lower.count, language.letters)) / letters
            weights[code] = 0.7 * min(1.0, votes[code] / max(1, len(words)) / 0.15) + 0.5 * min(1.0, 100 * rare)
        return weights


_BOOKS: dict[int, _Evidence] = {}


def _evidence_of(languages: Mapping[str, Any]) -> _Evidence:
    """Built once for each table of languages; the book holds the table, so that its id stays taken."""
    known = _BOOKS.get(id(languages))
    if known is None:
        known = _BOOKS[id(languages)] = _Evidence(languages)
    return known
