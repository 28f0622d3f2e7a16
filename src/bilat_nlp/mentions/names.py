"""Personal names beside an office, and the case that the ending of a name may mark."""

from __future__ import annotations

from ..analysis import Analysis, Mention, Relations
from ..text.words import Word
from ..world.people import particles
from .view import PLAIN, View

LONGEST_NAME = 4  # words, particles not counted
UNSURE = 2  # letters of an ending that may as well belong to the name


class NameGiver:
    """Gives an office the personal name in apposition to it."""

    def __init__(self, view: View, raw: list[Mention]) -> None:
        self.view, self.raw = view, raw
        self.words = view.words
        self.taken = {place for mention in raw for place in range(mention.first, mention.last)}
        for date in view.analysis.dates[view.sentence]:
            self.taken.update(range(date.first, date.last))

    def give(self, office: Mention) -> None:
        """Make the office a person, where a name stands beside it; the name's own span is the filler's."""
        behind_first = self.view.language.person_after_office
        # Where endings stack, a name follows its office in the nominative only: "Prezidentini Müstəqillik Günü ..." is no name.
        closed = behind_first and not self.view.language.agreement and "nom" not in office.relations
        sides = (None, None) if closed else (self.behind(office.last), self.before(office.first))
        name = (sides[0] or sides[1]) if behind_first else (sides[1] or sides[0])
        if name is None:
            return
        first, last = name
        if behind_first is False and name == sides[0] and last - first < 2 and self.words[first - 1].text != ",":
            return  # where the name stands in front, a lone capitalised word behind is rather a place
        if any(_another(m, office) and first <= m.first < last for m in self.raw):
            return  # "Xitoy Raisi Shavkat Mirziyoyevga ...": two people, one of them known to stand for another side
        if office.office == "delegation" and last <= office.first:
            return  # "Büyükelçi X, Cezayir heyetine ise Y başkanlık etti"
        for other in self.raw:
            if other is not office and first <= other.first and other.last <= last:
                if other.kind == "person" and not office.codes:
                    office.codes = other.codes
                other.inside = True
        office.kind = "person"
        office.start, office.end = self.words[first].start, self.words[last - 1].end
        if last > office.last and not self.view.language.agreement:
            office.relations = name_relations(self.view.analysis, self.words[last - 1])
        office.first, office.last = min(first, office.first), max(last, office.last)

    def behind(self, place: int) -> tuple[int, int] | None:
        if place + 1 < self.view.last and self.words[place].text == ",":
            # "the Cuban foreign minister, Bruno Rodriguez, ..." closes with another comma.
            name = self.from_word(place + 1)
            closed = name is not None and name[1] < self.view.last and self.words[name[1]].text == ","
            return name if closed and name and name[1] - name[0] > 1 else None
        return self.from_word(place)

    def from_word(self, place: int) -> tuple[int, int] | None:
        last, length = place, 0
        while last < self.view.last and length < LONGEST_NAME and self.is_name(last, last > place):
            length += self.words[last].key not in particles()
            last += 1
        while last > place and not begins_name(self.words[last - 1]):
            last -= 1
        return (place, last) if last > place else None

    def before(self, place: int) -> tuple[int, int] | None:
        last = place
        article = last > self.view.first and self.view.article(last - 1)
        last -= article
        comma = last > self.view.first and self.words[last - 1].text == ","
        if comma:
            last -= 1
        elif article or self.view.language.person_after_office:
            return None
        first, length = last, 0
        while first > self.view.first and length < LONGEST_NAME and self.is_name(first - 1, first < last):
            first -= 1
            length += self.words[first].key not in particles()
        while first < last and not begins_name(self.words[first]):
            first += 1
        if comma and any(o.office and o is not None and o.first < last and first <= o.last for o in self.raw):
            return None  # "Dışişleri Bakanı Fidan, Gabon Dışişleri Bakanı ile ...": he has his own office
        return (first, last) if last - first >= (2 if comma else 1) else None

    def is_name(self, place: int, continues: bool) -> bool:
        word = self.words[place]
        if continues and word.key in particles():
            return True
        if place in self.taken:
            known = (other for other in self.raw if other.kind == "person" and not other.office)
            return any(other.first <= place < other.last for other in known)
        opens = place == self.view.first and self.view.trigger(
            place
        )  # "Kiutasították Venezuela nagykövetét": a verb, capitalised by its place
        return begins_name(word) and len(word.text) > 1 and not opens


def _another(person: Mention, office: Mention) -> bool:
    """Whether a known person cannot be the holder of an office: the list knows him for other sides only."""
    known = person.kind == "person" and bool(person.codes) and bool(office.codes)
    return known and not set(office.codes) & {*person.codes, *person.sides}


def begins_name(word: Word) -> bool:
    """Whether a word is written like a name: a capital at its head, or behind a particle ("el-Sisi")."""
    head, hyphen, rest = word.text.partition("-")
    letters = rest if hyphen and head in particles() else word.text
    return letters[:1].isupper()


def name_relations(analysis: Analysis, word: Word) -> Relations:
    """What the ending of a name that no list holds may mark.

    Behind an apostrophe or hyphen the case is sure; a short ending may also be the end of the bare name.
    """
    key, endings = word.key, analysis.language.morphology.endings
    for cut in range(3, len(key)):
        rest = key[cut:]
        joint = rest[0] in "'-"
        if not joint and analysis.language.names_apostrophe:
            continue
        rest = rest[1:] if joint else rest
        for table in endings.values():
            marked = table.get(rest, PLAIN) - {"nom", "adj"}
            if marked and (joint or not table[rest] & {"nom", "adj"}):
                return marked if joint or len(rest) > UNSURE else marked | PLAIN
    return PLAIN
