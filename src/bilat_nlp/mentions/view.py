"""One sentence with the questions that composing mentions asks of its words."""

from __future__ import annotations

from ..analysis import Analysis, Mention, Relations

PLAIN: Relations = frozenset({"nom"})
GAP = 2  # words inside one noun phrase that no list knows
LONGEST_PREPOSITION = 4
PEOPLE = frozenset({"PER"})
BODIES_AND_STATES = frozenset({"GPE", "ORG", "NORP", "LOC"})


class View:
    """The words of a sentence, and what stands between and in front of them."""

    def __init__(self, analysis: Analysis, sentence: int) -> None:
        self.analysis, self.sentence = analysis, sentence
        self.language, self.cues = analysis.language, analysis.language.cues
        self.words, self.hits = analysis.layout.words, analysis.hits
        span = analysis.layout.sentences[sentence]
        self.first, self.last = span.first, span.last

    def conjunction(self, place: int) -> bool:
        return self.cues.conjunctions.first_in(self.words, self.hits, place, place + 1) is not None

    def postposition(self, place: int) -> str | None:
        """The relation that a postposition beginning at a word gives to the name before it."""
        found = next(self.cues.after.at(self.words, self.hits, place, self.last), None) if place < self.last else None
        return found.phrase.payload if found else None

    def article(self, place: int) -> bool:
        return self.cues.articles.first_in(self.words, self.hits, place, place + 1) is not None

    def place_head(self, place: int) -> bool:
        return self.cues.place_heads.first_in(self.words, self.hits, place, place + 1) is not None

    def trigger(self, place: int) -> bool:
        return self.language.triggers.first_in(self.words, self.hits, place, place + 1) is not None

    def preposition(self, place: int) -> str | None:
        """The relation that the longest preposition right in front of a word gives ("de la" before "la")."""
        for first in range(max(self.first, place - LONGEST_PREPOSITION), place):
            for found in self.cues.before.at(self.words, self.hits, first, place):
                if found.last == place:
                    return found.phrase.payload  # type: ignore[no-any-return]
        return None

    def near(self, left: int, right: int) -> bool:
        """At most two words between, none of them punctuation, a conjunction, a postposition or a word that names an event."""
        if not -1 <= right - left <= GAP:
            return False
        return all(
            self.words[place].key[:1].isalpha() and not (self.trigger(place) or self.conjunction(place) or self.postposition(place))
            for place in range(left, right)
        )

    def joint(self, left: int, right: int) -> str | None:
        """What joins two members of a list: "," alone, "and", or "with" (an "and" that is also a postposition); None for no list."""
        if not 1 <= right - left <= 3:
            return None
        found = None
        for place in range(left, right):
            if self.words[place].text in (",", "-", "–", "—"):
                found = found or ","
            elif self.conjunction(place):
                found = "with" if self.postposition(place) else "and"
            elif not self.article(place):
                return None
        return found


def alike(left: Mention, right: Mention) -> bool:
    """Whether two mentions can be members of one list."""
    return any({left.label, right.label} <= labels for labels in (PEOPLE, BODIES_AND_STATES))
