"""Finds names, offices and references in the words of a sentence and composes them to mentions.

An office takes the code of the state beside it ("kazah elnök", "президент Казахстана", "O'zbekiston Prezidenti"), a name beside the
office takes the code of the office, and the state inside such a phrase is no party of its own any more.
"""

from __future__ import annotations

from collections.abc import Sequence

from ..analysis import Analysis, Mention, Relations
from ..languages.entries import BODIES, PLACES, KnownPerson, Name, Office, Reference
from ..languages.patterns import Found
from ..text.words import Word

PARTICLES = frozenset("al el ibn bin ben abu von van der den de di da du la le dos del bint oglu oğlu qizi qızı kızı аль ибн бин фон ван дер де да оглы кызы".split())
RANK = {"igo": 9, "body": 8, "state": 7, "capital": 6, "person": 5, "adjective": 4, "office": 3, "city": 2, "reference": 1, "region": 0, "surname": -1}
POSTS = frozenset({"ambassador", "embassy", "envoy"})
OWNERS = frozenset({"state", "adjective", "capital", "igo", "body", "city", "home"})
MODIFIERS = frozenset({"state", "igo", "capital", "city", "body", "person", "office"})
GAP = 2  # words between an office and its state
LONGEST_NAME = 4
UNSURE = 2  # letters of an ending that may as well belong to the name
PLAIN: Relations = frozenset({"nom"})


def rank(payload: object) -> int:
    if isinstance(payload, Name):
        return RANK[payload.kind]
    if isinstance(payload, KnownPerson):
        return RANK["surname" if payload.short else "person"]
    return RANK["office" if isinstance(payload, Office) else "reference"]


def find(analysis: Analysis, sentence: int) -> list[Mention]:
    """The mentions of a sentence in the order of the text, composed but not yet resolved across sentences."""
    span = analysis.layout.sentences[sentence]
    raw = _raw(analysis, sentence, span.first, span.last)
    return _Composer(analysis, sentence, raw).compose()


def _raw(analysis: Analysis, sentence: int, first: int, last: int) -> list[Mention]:
    words, hits, names = analysis.layout.words, analysis.hits, analysis.language.names
    made: list[Mention] = []
    place = first
    while place < last:
        best: Found | None = None
        if hits[place]:
            for found in names.at(words, hits, place, last):
                if isinstance(found.phrase.payload, Office) and _adposition(analysis, found, last):
                    continue
                if best is None or (found.last, rank(found.phrase.payload)) > (best.last, rank(best.phrase.payload)):
                    best = found
        joined = "-" in words[place].key[1:-1]
        if joined and not (best and _whole(analysis, best)):
            made.extend(_compound(analysis, place, sentence))
            best = best if best and isinstance(best.phrase.payload, Office) else None
        if best is not None:
            made.append(_mention(words, best, sentence, analysis.year))
        place = best.last if best else place + 1
    return made


def _adposition(analysis: Analysis, found: Found, stop: int) -> bool:
    """Whether the words of an office are an adposition here: Uzbek "tomonidan" (by) beside "tomoni" (its side)."""
    after = analysis.language.cues.after
    return any(other.last >= found.last for other in after.at(analysis.layout.words, analysis.hits, found.first, stop))


def _whole(analysis: Analysis, found: Found) -> bool:
    """Whether the first word matched as it stands, not by the last part of a compound."""
    here = analysis.language.index.match(analysis.layout.words[found.first].key)
    return any(number in here for number in found.phrase.elements[0])  # type: ignore[union-attr]


def _mention(words: Sequence[Word], found: Found, sentence: int, year: int | None) -> Mention:
    payload = found.phrase.payload
    start, end = words[found.first].start, words[found.last - 1].end
    common = {"first": found.first, "last": found.last, "start": start, "end": end, "relations": found.relations or PLAIN, "sentence": sentence}
    if isinstance(payload, Name):
        codes = (payload.code,) if payload.code else ()
        relations = frozenset({"adj"}) if payload.kind == "adjective" and "nom" in common["relations"] else common["relations"]
        common["relations"] = relations if payload.kind != "adjective" else relations | {"adj"}
        return Mention(label=payload.label, kind=payload.kind, codes=codes, english=payload.english or None, **common)
    if isinstance(payload, KnownPerson):
        code = payload.code(year)
        return Mention(label="PER", kind="person", codes=(code,) if code else (), **common)
    if isinstance(payload, Office):
        return Mention(label=payload.label, kind="office", codes=(), office=payload.kind, **common)
    assert isinstance(payload, Reference)
    return Mention(label="GPE", kind=payload.kind, codes=(), **common)


def _compound(analysis: Analysis, place: int, sentence: int) -> list[Mention]:
    """The parts of a hyphenated word that are names: "orosz-kazah", "Qazaxıstan–Rumıniya"."""
    language, word = analysis.language, analysis.layout.words[place]
    made, at = [], word.start
    parts = word.text.replace("–", "-").replace("—", "-").replace("‑", "-").split("-")
    for part in parts:
        if part:
            piece = Word(at, at + len(part), part, language.normalise(part))
            hits = [language.index.match(piece.key)]
            options = [f for f in language.names.at([piece], hits, 0, 1) if _coded(f.phrase.payload)]
            if options:
                best = max(options, key=lambda found: rank(found.phrase.payload))
                mention = _mention([piece], best, sentence, analysis.year)
                mention.first, mention.last = place, place + 1
                made.append(mention)
        at += len(part) + 1
    if len(made) > 1:
        # The ending stands on the last part and counts for all of them.
        for mention in made:
            mention.relations = made[-1].relations | {"adj"}
            mention.group = word.start
    return made


def _coded(payload: object) -> bool:
    return isinstance(payload, KnownPerson) or (isinstance(payload, Name) and payload.code is not None)


class _Composer:
    """Joins the raw mentions of one sentence."""

    def __init__(self, analysis: Analysis, sentence: int, raw: list[Mention]) -> None:
        self.analysis, self.sentence, self.raw = analysis, sentence, raw
        self.language = analysis.language
        self.words = analysis.layout.words
        span = analysis.layout.sentences[sentence]
        self.first, self.last = span.first, span.last
        self.taken = {place for mention in raw for place in range(mention.first, mention.last)}
        for date in analysis.dates[sentence]:
            self.taken.update(range(date.first, date.last))

    def compose(self) -> list[Mention]:
        self.place_heads(self.raw)
        for place, mention in enumerate(self.raw):
            if mention.kind == "office":
                self.give_owner(place, mention)
        self.share_offices()
        made = []
        for mention in self.raw:
            if mention.kind == "office" and mention.label == "PER":
                self.give_name(mention)
            made.append(mention)
        made = [mention for mention in made if not mention.inside or mention.kind not in ("person", "office")]
        made = self.capitals_of(made)
        self.place_in_state(made)
        self.modifiers(made)
        self.adpositions(made)
        self.lists(made)
        return made

    # -- office + state ------------------------------------------------------------------------------------------------------------

    def give_owner(self, place: int, office: Mention) -> None:
        """The state, IGO or coded body that an office belongs to."""
        owner = self.right_owner(place, office) or self.left_owner(place, office)
        if owner is None:
            return
        office.codes = owner.codes
        owner.inside = True
        if not self.language.agreement and owner.first > office.first:
            office.relations = office.relations | (owner.relations - {"gen"})
        first, last = min(office.first, owner.first), max(office.last, owner.last)
        office.first, office.last = first, last
        office.start, office.end = min(office.start, owner.start), max(office.end, owner.end)

    def share_offices(self) -> None:
        """ "Чехии, Польши и Кубы" behind "послы", "Çexiya, Polşa və Kuba" before "səfirləri": every state of the list has its part in the office."""
        owners = [place for place, mention in enumerate(self.raw) if mention.inside]
        for place in owners:
            owner = self.raw[place]
            office = next((o for o in self.raw if o.kind == "office" and o.first <= owner.first < o.last), None)
            if office is None:
                continue
            step = 1 if owner.last == office.last else -1
            fellow, at = owner, place + step
            while 0 <= at < len(self.raw):
                other = self.raw[at]
                between = (fellow.last, other.first) if step > 0 else (other.last, fellow.first)
                if other.inside or other.kind not in OWNERS or other.kind == "home" or not _alike(owner, other) or not self.joined(*between):
                    break
                if step > 0 and not (other.relations & owner.relations or other.relations == PLAIN):
                    break
                other.relations = office.relations
                other.group = office.group = office.start
                fellow, at = other, at + step

    def right_owner(self, place: int, office: Mention) -> Mention | None:
        if self.language.verb_final or place + 1 >= len(self.raw):
            return None
        owner = self.raw[place + 1]
        if owner.kind not in OWNERS or owner.inside or not self.near(office.last, owner.first):
            return None
        relations = owner.relations
        if found := self.adposition_before(owner.first):
            relations = frozenset({found})
        genitive = "gen" in relations and (found or not relations & {"adj"} or owner.kind != "adjective")
        return owner if genitive else None

    def left_owner(self, place: int, office: Mention) -> Mention | None:
        reach, skipped = office.first, False
        for owner in reversed(self.raw[max(0, place - 3) : place]):
            if owner.kind not in OWNERS or owner.inside or not self.near(owner.last, reach):
                return None
            if any(self.adposition_before(place + 1) for place in range(owner.last, reach)):
                return None
            place_only = owner.relations & {"loc", "abl", "dat", "com"} and not owner.relations & {"gen", "nom"}
            if office.office in POSTS and (place_only or self.is_post(owner, self.raw.index(owner))):
                owner.relations = owner.relations | {"loc"} if place_only else frozenset({"loc"})
                reach, skipped = owner.first, not owner.relations & {"nom"}
                continue
            if owner.group >= 0 or (skipped and self.language.verb_final and not owner.relations & {"gen", "adj"}):
                return None  # "Braziliya Tel-Avivdagi elchisini ...": the subject, not the owner
            return None if place_only and owner.kind != "adjective" else owner
        return None

    def is_post(self, place: Mention, number: int) -> bool:
        """Where an envoy serves: a city before the office ("Tahran Büyükelçisi"), a bare state behind the sender's genitive."""
        if "adj" in place.relations and place.kind == "adjective":
            return False
        if place.kind in ("city", "capital") and place.relations & {"nom", "loc"}:
            before = self.raw[number - 1] if number else None
            return "loc" in place.relations or (before is not None and before.kind in OWNERS and before.last == place.first)
        before = self.raw[number - 1] if number else None
        return place.kind == "state" and before is not None and before.kind == "state" and before.last == place.first and "gen" in before.relations

    def near(self, left: int, right: int) -> bool:
        """At most two words between, none of them punctuation, an adposition or a conjunction."""
        if not -1 <= right - left <= GAP:
            return False
        cues, hits = self.language.cues, self.analysis.hits
        for place in range(left, right):
            if not self.words[place].key[:1].isalpha():
                return False
            if cues.after.first_in(self.words, hits, place, place + 1) or cues.conjunctions.first_in(self.words, hits, place, place + 1):
                return False
        return True

    def adposition_before(self, place: int) -> str | None:
        found = self.language.cues.before.first_in(self.words, self.analysis.hits, max(self.first, place - 1), place)
        return found.phrase.payload if found else None

    # -- office + name -------------------------------------------------------------------------------------------------------------

    def give_name(self, office: Mention) -> None:
        """The personal name in apposition to an office."""
        name = self.name_from(office.last) or self.name_before(office.first)
        if not self.language.person_after_office:
            name = self.name_before(office.first) or self.name_from(office.last)
        if name is None:
            return
        first, last = name
        for other in self.raw:
            if other is not office and first <= other.first and other.last <= last:
                if other.kind == "person" and not office.codes:
                    office.codes = other.codes
                other.inside = True
        office.kind = "person"
        office.start, office.end = self.words[first].start, self.words[last - 1].end
        if last > office.last and not self.language.agreement:
            office.relations = self.ending_relations(self.words[last - 1])
        office.first, office.last = min(first, office.first), max(last, office.last)

    def name_from(self, place: int) -> tuple[int, int] | None:
        if place < self.last and self.words[place].text == "," and place + 1 < self.last:
            # "the Cuban foreign minister, Bruno Rodriguez, ..." closes with another comma.
            name = self.name_at(place + 1)
            closed = name and name[1] < self.last and self.words[name[1]].text == ","
            return name if closed and name and name[1] - name[0] > 1 else None
        return self.name_at(place)

    def name_at(self, place: int) -> tuple[int, int] | None:
        last, length = place, 0
        while last < self.last and length < LONGEST_NAME and self.is_name(last, last > place):
            length += self.words[last].key not in PARTICLES
            last += 1
        while last > place and not self.words[last - 1].text[:1].isupper():
            last -= 1
        return (place, last) if last > place else None

    def name_before(self, place: int) -> tuple[int, int] | None:
        last = place
        if last > self.first and self.words[last - 1].key in ("a", "az", "the"):
            last -= 1
        comma = last > self.first and self.words[last - 1].text == ","
        if comma:
            last -= 1
        elif self.language.person_after_office:
            return None
        first, length = last, 0
        while first > self.first and length < LONGEST_NAME and self.is_name(first - 1, first < last):
            first -= 1
            length += self.words[first].key not in PARTICLES
        while first < last and not self.words[first].text[:1].isupper():
            first += 1
        enough = 1 if not comma else 2
        return (first, last) if last - first >= enough else None

    def is_name(self, place: int, continues: bool) -> bool:
        word = self.words[place]
        if continues and word.key in PARTICLES:
            return True
        if place in self.taken:
            return any(other.kind == "person" and other.first <= place < other.last for other in self.raw)
        return word.text[:1].isupper() and word.text[:1].isalpha() and (len(word.text) > 1)

    def ending_relations(self, word: Word) -> Relations:
        return name_relations(self.analysis, word)

    def place_heads(self, made: list[Mention]) -> None:
        """ "Moskva shahriga": the noun behind a place name carries its case."""
        heads = self.language.cues.place_heads
        for mention in made:
            if mention.kind in PLACES and mention.last < self.last and "nom" in mention.relations:
                found = heads.first_in(self.words, self.analysis.hits, mention.last, mention.last + 1)
                if found:
                    mention.last, mention.end = found.last, self.words[found.last - 1].end
                    mention.relations = found.relations - {"nom"} or PLAIN

    def capitals_of(self, made: list[Mention]) -> list[Mention]:
        """ "Avusturya'nın başkenti", "the Kazakh capital", "столица Армении": a place in the state that is named beside it."""
        kept: list[Mention] = []
        for mention in made:
            left = kept[-1] if kept else None
            if left and mention.kind == "here" and left.kind in ("state", "adjective") and left.last == mention.first and not left.inside:
                kept[-1] = self.joined_place(left, mention, mention.relations)
            elif left and left.kind == "here" and mention.kind == "state" and mention.first == left.last and "gen" in mention.relations:
                kept[-1] = self.joined_place(mention, left, left.relations)
            else:
                kept.append(mention)
        return kept

    def joined_place(self, state: Mention, head: Mention, relations: Relations) -> Mention:
        first, last = min(state.first, head.first), max(state.last, head.last)
        start, end = min(state.start, head.start), max(state.end, head.end)
        return Mention(first, last, start, end, "GPE", "capital", state.codes, relations, self.sentence)

    def modifiers(self, made: list[Mention]) -> None:
        """A bare name before a possessed noun is its modifier, no subject ("Ukrayna konferansına")."""
        possessed = self.language.possessed
        if possessed is None:
            return
        for mention in made:
            if mention.group >= 0 or mention.inside or mention.last >= self.last or mention.kind not in MODIFIERS:
                continue
            if "nom" in mention.relations and (word := self.words[mention.last]).text.islower() and possessed.search(word.key):
                if not self.language.triggers.first_in(self.words, self.analysis.hits, mention.last, mention.last + 1):
                    mention.relations = frozenset({"gen"})

    def place_in_state(self, made: list[Mention]) -> None:
        """ "Iroq poytaxti Bag'dod", "Riyadh, Saudi Arabia": the state only says where the city lies."""
        parties = [mention for mention in made if not mention.inside]
        for left, right in zip(parties, parties[1:], strict=False):
            if left.codes != right.codes or not left.codes or {left.kind, right.kind} - PLACES or left.kind == right.kind:
                continue
            if self.apposed(left.last, right.first) and "adj" not in right.relations:
                (left if left.kind == "state" else right).inside = True

    def apposed(self, left: int, right: int) -> bool:
        """Nothing, a comma, or a noun such as "capital" between."""
        heads = self.language.cues.place_heads
        return right - left <= 1 and all(
            self.words[place].text == "," or heads.first_in(self.words, self.analysis.hits, place, place + 1) for place in range(left, right)
        )

    # -- adpositions and lists -----------------------------------------------------------------------------------------------------

    def adpositions(self, made: list[Mention]) -> None:
        cues, words, hits = self.language.cues, self.words, self.analysis.hits
        for mention in made:
            if mention.inside:
                if cues.before and "adj" not in mention.relations:
                    mention.relations = mention.relations - {"loc"} or PLAIN
                continue
            if cues.after and mention.last < self.last:
                for found in cues.after.at(words, hits, mention.last, self.last):
                    mention.relations = frozenset({found.phrase.payload})
                    break
            if cues.before:
                for back in (1, 2, 3):
                    place = mention.first - back
                    if place < self.first or not words[place].key[:1].isalpha():
                        break
                    found = next((f for f in cues.before.at(words, hits, place, mention.first) if f.last == place + 1 or f.last == mention.first), None)
                    if found:
                        mention.relations = _prepositional(found.phrase.payload, mention.relations)
                        break
                    if words[place].text[:1].isupper() or place in self.taken:
                        break
                if mention.relations > {"loc"} and "adj" not in mention.relations:
                    # Where prepositions mark the place, a bare ending that could be locative is not.
                    mention.relations -= {"loc"}

    def lists(self, made: list[Mention]) -> None:
        """Members of a list share the case of its last member, or the preposition of its first."""
        parties = [mention for mention in made if not mention.inside]
        closed = False  # a conjunction has named the last member
        for left, right in zip(parties, parties[1:], strict=False):
            if left.group >= 0 and left.group == right.group:
                continue
            joint = self.joint(left.last, right.first)
            extends = left.group >= 0 and left.group != left.start
            if joint is None or not _alike(left, right) or (closed and joint == ",") or (joint == "with" and extends):
                closed = False
                continue
            closed = joint != ","
            if left.group < 0:
                left.group = left.start
            right.group = left.group
        by_group: dict[int, list[Mention]] = {}
        for mention in parties:
            if mention.group >= 0:
                by_group.setdefault(mention.group, []).append(mention)
        for members in by_group.values():
            apart = len(members) == 2 and members[0].relations != members[1].relations
            if apart and members[0].first != members[1].first and not self.conjoined(members[0].last, members[1].first):
                # "A, with B" is no list.
                members[0].group = members[1].group = -1
            else:
                self.share_case(members)

    def conjoined(self, left: int, right: int) -> bool:
        return self.language.cues.conjunctions.first_in(self.words, self.analysis.hits, left, right) is not None

    def share_case(self, members: list[Mention]) -> None:
        head, tail = members[0], members[-1]
        if not self.language.cues.before:
            # "A ilə B" is "A and B" where B is subject, genitive or between; else "with A".
            if tail.relations & {"nom", "gen", "bet", "agt"}:
                for member in members[:-1]:
                    if member.relations <= {"nom", "acc", "com"}:
                        member.relations = tail.relations
            elif not tail.relations <= {"nom", "acc"}:
                for member in members[:-1]:
                    if member.relations <= {"nom", "acc"}:
                        member.relations = tail.relations
        elif head.relations & {"bet", "com", "opp", "agt", "loc", "dat", "gen"} and not self.language.agreement:
            for member in members[1:]:
                if member.relations <= {"nom", "acc"}:
                    member.relations = head.relations
        elif head.relations & {"bet", "com", "opp", "agt"}:
            for member in members[1:]:
                member.relations = head.relations

    def joint(self, left: int, right: int) -> str | None:
        """What joins two members of a list: "," alone, "and", or "with" (an "and" that is also a postposition); None for no list."""
        if not 1 <= right - left <= 3:
            return None
        found = None
        cues, hits = self.language.cues, self.analysis.hits
        for place in range(left, right):
            if self.words[place].text in (",", "-", "–", "—"):
                found = found or ","
            elif cues.conjunctions.first_in(self.words, hits, place, place + 1):
                found = "with" if cues.after.first_in(self.words, hits, place, place + 1) else "and"
            elif self.words[place].key not in ("the", "a", "az"):
                return None
        return found

    def joined(self, left: int, right: int) -> bool:
        return self.joint(left, right) is not None


def _prepositional(relation: str, case: Relations) -> Relations:
    # Russian "в" + accusative is direction, + prepositional is place: the case decides between the two readings.
    if relation == "loc" and "acc" in case and "loc" not in case:
        return frozenset({"dat"})
    return frozenset({relation})


def _alike(left: Mention, right: Mention) -> bool:
    people, bodies = ("PER",), ("GPE", "ORG", "NORP")
    return (left.label in people and right.label in people) or (left.label in bodies and right.label in bodies)


def name_relations(analysis: Analysis, word: Word) -> Relations:
    """What the ending of a name that no list holds may mark.

    Behind an apostrophe or hyphen the case is sure; a short ending may also be the end of the bare name.
    """
    key, endings = word.key, analysis.language.morphology.endings
    for cut in range(3, len(key)):
        rest = key[cut:]
        joint = rest[0] in "'-"
        rest = rest[1:] if joint else rest
        for table in endings.values():
            marked = table.get(rest, PLAIN) - {"nom", "adj"}
            if marked and (joint or not table[rest] & {"nom", "adj"}):
                return marked if joint or len(rest) > UNSURE else marked | PLAIN
    return PLAIN


def body(mention: Mention) -> bool:
    """Whether a mention is an institution."""
    return mention.office in BODIES
