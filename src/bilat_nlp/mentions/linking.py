"""Resolves mentions across sentences: later short names, bare offices, "our country", "the two countries", pronouns.

The document is read once from the beginning with a short memory: who was named, in what office, and which parties stand in the fore.
"""

from __future__ import annotations

from collections import Counter
from functools import cache, lru_cache

from ..analysis import RESOLUTION, Analysis, Mention
from ..languages.entries import BODIES
from ..languages.loader import GAZETTEER
from ..text.words import Word
from ..world.people import People
from .cases import give_adpositions
from .names import begins_name, name_relations
from .offices import POSTS
from .view import PLAIN, View

STATE_OFFICES = frozenset(
    "head_of_state head_of_government foreign_minister minister deputy parliament_speaker".split()
    + "ministry government parliament army".split()
)
FRAMES = frozenset({"obl", "top"})  # "within the UN": what sets the frame is no side
GPE = frozenset({"state", "adjective", "capital", "igo", "body", "city"})
SHORTEST_NAME = 3
LONGEST_NAME = 3
HEAD = 2  # further mentions that the place of a dateline and the first state of a title count for
OWN = 3  # mentions that the own state counts for without being named
LONGEST_ENDING = 5


def link(analysis: Analysis) -> None:
    """Give codes to the mentions that take them from elsewhere in the document."""
    if GAZETTEER not in analysis.without:
        _by_sound(analysis)
    if RESOLUTION in analysis.without:
        return
    _names(analysis)
    analysis.home = _home(analysis)
    if _at_home(analysis):
        _names(analysis)
    _Memory(analysis).read()


def _by_sound(analysis: Analysis) -> None:
    """Full names that the lexicon has in another spelling only: matched by their sound, as they stand and without a case ending."""
    language, words = analysis.language, analysis.layout.words
    endings = language.morphology.all_endings
    for number, sentence in enumerate(analysis.layout.sentences):
        for mention in analysis.mentions[number]:
            if mention.kind == "person" and not mention.codes:
                span = [word for word in words[mention.first : mention.last] if mention.start <= word.start < mention.end]
                if len(span) > 1 and (code := _sounds_like(tuple(word.text for word in span), language.code, analysis.year, endings)):
                    mention.codes = (code,)
        taken = {place for mention in analysis.mentions[number] for place in range(mention.first, mention.last)}
        fresh, place = [], sentence.first
        while place < sentence.last - 1:
            last = place
            while (
                last < sentence.last
                and last - place < LONGEST_NAME
                and last not in taken
                and begins_name(words[last])
                and len(words[last].text) > 1
            ):
                last += 1
            name = tuple(word.text for word in words[place:last])
            if len(name) >= 2 and (code := _sounds_like(name, language.code, analysis.year, endings)):
                relations = name_relations(analysis, words[last - 1])
                fresh.append(Mention(place, last, words[place].start, words[last - 1].end, "PER", "person", (code,), relations, number))
            place = max(last, place + 1)
        if fresh:
            _take_in(analysis, number, fresh)


@lru_cache(maxsize=20_000)
def _sounds_like(name: tuple[str, ...], lang: str, year: int | None, endings: frozenset[str]) -> str | None:
    people = _people()
    *given, surname = name
    for cut in range(len(surname), max(3, len(surname) - LONGEST_ENDING) - 1, -1):
        if surname[cut:].lower().lstrip("'’-") in endings and (
            person := people.find(" ".join([*given, surname[:cut].rstrip("'’-")]), lang, year)
        ):
            return person.code
    return None


@cache
def _people() -> People:
    return People()


def _at_home(analysis: Analysis) -> bool:
    """ "President X" without a state is the president at home; True if anybody was found so."""
    found = False
    for mentions in analysis.mentions:
        for mention in mentions:
            if mention.kind == "person" and mention.office in STATE_OFFICES and not mention.codes and analysis.home:
                mention.codes = (analysis.home,)
                found = True
    return found


def _names(analysis: Analysis) -> None:
    """Later (and earlier) short mentions of the people that the document introduces with their office."""
    registry: dict[str, list[tuple[str, str]]] = {}
    for mentions in analysis.mentions:
        for mention in mentions:
            if mention.kind == "person" and mention.code and not mention.inside:
                for word in analysis.layout.words[mention.first : mention.last]:
                    if mention.start <= word.start < mention.end and begins_name(word) and len(word.key) >= SHORTEST_NAME:
                        known = registry.setdefault(word.key[:SHORTEST_NAME], [])
                        if (word.key, mention.code) not in known:
                            known.append((word.key, mention.code))
    if not registry:
        return
    same = analysis.language.morphology.same_name
    for number, sentence in enumerate(analysis.layout.sentences):
        taken = {place for mention in analysis.mentions[number] for place in range(mention.first, mention.last)}
        for mention in analysis.mentions[number]:
            if mention.kind == "person" and not mention.codes:
                name = [w for w in analysis.layout.words[mention.first : mention.last] if mention.start <= w.start < mention.end]
                surnames = name[-1:] if analysis.language.person_after_office else [*name[:1], *name[-1:]]
                mention.codes = _known(registry, same, surnames)
        fresh: list[Mention] = []
        matched = {
            place: _known(registry, same, [analysis.layout.words[place]])
            for place in range(sentence.first, sentence.last)
            if place not in taken and begins_name(analysis.layout.words[place]) and len(analysis.layout.words[place].text) >= SHORTEST_NAME
        }
        for place, codes in matched.items():
            word = analysis.layout.words[place]
            # "Владимира Головатюка" is not the Vladimir spoken of before: the other half of the name is a stranger's.
            strangers = (near for near in (place - 1, place + 1) if near != sentence.first and not matched.get(near, True))
            if not codes or any(analysis.layout.words[near].text[:1].isupper() for near in strangers):
                continue
            if fresh and fresh[-1].last == place and fresh[-1].codes == codes:
                fresh[-1].last, fresh[-1].end = place + 1, word.end
                fresh[-1].relations = name_relations(analysis, word)
            else:
                relations = name_relations(analysis, word)
                fresh.append(Mention(place, place + 1, word.start, word.end, "PER", "person", codes, relations, number))
        if fresh:
            _take_in(analysis, number, fresh)


def _take_in(analysis: Analysis, number: int, fresh: list[Mention]) -> None:
    """Add mentions to a sentence, each with what the adpositions around it say."""
    known = analysis.mentions[number]
    taken = {place for mention in known for place in range(mention.first, mention.last)}
    give_adpositions(View(analysis, number), taken, fresh)
    analysis.mentions[number] = sorted(known + fresh, key=lambda mention: (mention.first, mention.last))


def _known(registry: dict[str, list[tuple[str, str]]], same, words: list[Word]) -> tuple[str, ...]:  # type: ignore[no-untyped-def]
    for word in reversed(words):
        codes = {code for key, code in registry.get(word.key[:SHORTEST_NAME], ()) if key == word.key or same(key, word.key)}
        if len(codes) == 1:
            return (codes.pop(),)
    return ()


def _home(analysis: Analysis) -> str | None:
    """The state from whose side the text is written: the language's own, unless another is named clearly more often."""
    counts = Counter(
        mention.codes[0]
        for mentions in analysis.mentions
        for mention in mentions
        if mention.code
        and mention.kind in ("state", "adjective", "capital")
        and not mention.only_place
        and not mention.code.startswith("IGO-")
    )
    named_own = analysis.language.home and counts[analysis.language.home]
    for number, sentence in enumerate(analysis.layout.sentences):
        if not named_own and sentence.kind in ("dateline", "title"):
            heads = [m.code for m in analysis.mentions[number][:1] if m.code and m.kind in ("state", "capital", "adjective")]
            counts.update(dict.fromkeys(heads, HEAD))
    own = analysis.language.home
    if own:
        counts[own] += OWN  # the press of a state seldom names it before its own ministries
    return max(counts, key=lambda code: (counts[code], code == own)) if counts else None


class _Memory:
    """Reads the sentences in order and fills in what depends on what was read before."""

    def __init__(self, analysis: Analysis) -> None:
        self.analysis = analysis
        self.recent: list[str] = []  # codes, the last named at the end
        self.offices: dict[str, tuple[str, ...]] = {}
        self.igo: tuple[str, ...] = ()
        self.person: tuple[str, ...] = ()
        self.own_head = False  # the own head of state has been named
        self.subjects: set[str] = set()  # codes of the bare nominatives of the sentence that is read
        self.pair: tuple[str, ...] = ()  # the sides that were last named in one breath

    def read(self) -> None:
        for mentions in self.analysis.mentions:
            self.subjects = {m.code for m in mentions if m.code and not m.inside and m.relations == PLAIN}
            for mention in mentions:
                self.resolve(mention)
                self.remember(mention)
            self.remember_pair(mentions)

    def resolve(self, mention: Mention) -> None:
        if mention.codes or mention.inside:
            return
        mention.resolved = True
        if mention.kind == "office":
            mention.codes = self.own() if self.says_our(mention) else self.office(mention.office or "")
            if "nom" not in mention.relations and set(mention.codes) & self.subjects:
                # "Koreya Prezidenti dövlət başçısına ...": an office in another case is not the subject's own.
                mention.codes = () if set(self.own()) & self.subjects else self.own()
        elif mention.kind == "both":
            mention.codes = self.pair or tuple(self.recent[-2:])
        elif mention.kind == "home":
            mention.codes = (self.analysis.home,) if self.analysis.home else ()
        elif mention.kind in ("here", "host"):
            # "Türkiye bu ölkəyə ...": the country meant is not the subject beside it.
            barred = set() if mention.relations == PLAIN else self.subjects
            states = [code for code in self.recent if not code.startswith("IGO-") and code not in barred]
            mention.codes = (states[-1],) if states else ()
        elif mention.kind == "alliance":
            mention.codes = self.igo
        elif mention.kind == "own":
            mention.codes = self.person  # "his country"
        elif mention.kind in ("he", "guest"):
            mention.codes, mention.label = self.person, "PER"
        if mention.kind != "office" and mention.relations == PLAIN:
            mention.relations = self.pronoun_case(mention)

    def remember_pair(self, mentions: list[Mention]) -> None:
        """Two sides in one list, or the only two that a sentence names."""
        groups: dict[int, list[str]] = {}
        mentions = [mention for mention in mentions if not mention.relations <= FRAMES]
        for mention in mentions:
            if mention.code and mention.group >= 0 and mention.code not in groups.setdefault(mention.group, []):
                groups[mention.group].append(mention.code)
        pairs = [tuple(codes) for codes in groups.values() if len(codes) == 2]
        if self.pair and not any(code.startswith("IGO-") for code in self.pair):
            pairs = [pair for pair in pairs if not all(code.startswith("IGO-") for code in pair)]
        named = tuple(dict.fromkeys(m.code for m in mentions if m.code and not m.resolved and not m.only_place and m.kind != "city"))
        if pairs:
            self.pair = pairs[-1]
        elif len(named) == 2:
            self.pair = named

    def own(self) -> tuple[str, ...]:
        return (self.analysis.home,) if self.analysis.home else ()

    def says_our(self, mention: Mention) -> bool:
        """Whether an office holds a word for "our country": "davlatimiz rahbari"."""
        words, hits, names = self.analysis.layout.words, self.analysis.hits, self.analysis.language.names
        found = (f for place in range(mention.first, mention.last) for f in names.at(words, hits, place, mention.last))
        return any(getattr(f.phrase.payload, "kind", "") == "home" for f in found)

    def office(self, kind: str) -> tuple[str, ...]:
        if kind == "head_of_state" and self.own_head:
            return self.own()  # in the press at home the bare president is the own one
        if kind in self.offices and kind not in POSTS:  # "its embassy" is not the one spoken of before
            return self.offices[kind]
        if kind in STATE_OFFICES and self.analysis.home and (kind not in ("minister", "deputy", "army") or not self.offices):
            return (self.analysis.home,)
        return ()

    def pronoun_case(self, mention: Mention) -> frozenset[str]:
        """Pronouns change their stem ("o", "ondan") and are listed form by form: any known ending tells the case."""
        key = self.analysis.layout.words[mention.last - 1].key
        for cut in range(1, len(key)):
            for table in self.analysis.language.morphology.endings.values():
                relations = table.get(key[cut:])
                if relations and not relations & {"nom", "adj"}:
                    return relations
        return mention.relations

    def remember(self, mention: Mention) -> None:
        if mention.kind == "region":
            return
        for code in mention.codes[:1] if mention.kind != "both" else ():
            if code in self.recent:
                self.recent.remove(code)
            self.recent.append(code)
            if code.startswith("IGO-"):
                self.igo = (code,)
        if mention.inside or not mention.codes:
            return
        if mention.office == "head_of_state" and not mention.resolved and mention.codes == self.own():
            self.own_head = True
        if mention.office and not mention.resolved:
            self.offices[mention.office] = mention.codes
        if mention.label == "PER" and mention.office not in BODIES and mention.relations & PLAIN:
            self.person = mention.codes
