"""Offices and bodies take the code of the state beside them: "kazah elnök", "президент Казахстана", "O'zbekiston Prezidenti"."""

from __future__ import annotations

from ..analysis import Mention
from .view import PLAIN, View, alike

SEATED = frozenset(
    "government official agency parliament ministry court army citizen_leader".split()
)  # "власти в Киеве": the place names the state
POSTS = frozenset({"ambassador", "embassy", "envoy"})
OWNERS = frozenset({"state", "adjective", "capital", "igo", "body", "city", "home"})
CITIES = frozenset({"city", "capital"})
AWAY = frozenset({"loc", "abl", "dat", "com"})


class OwnerGiver:
    """Gives the offices of one sentence their owners."""

    def __init__(self, view: View, raw: list[Mention]) -> None:
        self.view, self.raw = view, raw

    def give(self) -> None:
        # The inner office of "советник президента России" is composed first: it stands behind the outer one here, before it elsewhere.
        places = range(len(self.raw))
        for place in reversed(places) if self.view.language.agreement else places:
            mention = self.raw[place]
            if mention.kind in ("office", "counterpart") and not mention.inside:
                owner = self.right(place, mention) or self.left(place, mention)
                if owner is not None:
                    self.own(mention, owner)
        self.share()

    def own(self, office: Mention, owner: Mention) -> None:
        office.codes = owner.codes
        owner.inside = True
        calls = owner.kind != "adjective" and owner.first < office.first and not self.view.language.agreement
        if calls and office.relations == {"nom", "acc"}:
            office.relations = PLAIN  # "Çexiya hökuməti": the ending is the possessive that an owner calls for
        if owner.first >= office.last and (tail := self.tail(owner.last)):
            office.last, office.end = tail, self.view.words[tail - 1].end
        if not self.view.language.agreement and owner.first > office.first:
            office.relations = office.relations | (owner.relations - {"gen"})
        office.first, office.last = min(office.first, owner.first), max(office.last, owner.last)
        office.start, office.end = min(office.start, owner.start), max(office.end, owner.end)

    def can_own(self, mention: Mention) -> bool:
        """States, organisations, and offices that have their state already ("Rusiya Prezidentinin müşaviri")."""
        # "Avrupa Birliği Yüksek Temsilcisi Sözcüsü": a bare inner office owns where its own form is possessed.
        inner = "gen" in mention.relations or not self.view.language.verb_final or self.possessed(mention.last - 1)
        office = mention.kind == "office" and bool(mention.codes) and inner
        return mention.kind in OWNERS or office

    def tail(self, place: int) -> int | None:
        """Where the rest of a title ends: "ministrul rus de externe"."""
        tails = self.view.language.office_tails
        found = [one.last for one in tails.at(self.view.words, self.view.hits, place, self.view.last)] if place < self.view.last else []
        return max(found, default=None)

    def right(self, place: int, office: Mention) -> Mention | None:
        """ "президент Казахстана", "the foreign minister of Cuba", "autoritățile de la Chișinău"."""
        if self.view.language.verb_final or place + 1 >= len(self.raw):
            return None
        owner = next((mention for mention in self.raw[place + 1 :] if not mention.inside), office)
        if not self.can_own(owner) or owner.first < office.last or not self.view.near(office.last, owner.first):
            return None
        found = self.view.preposition(owner.first)
        if owner.kind == "adjective":
            return owner if self.view.language.adjective_follows and owner.first == office.last else None
        # English "'s" stands before its head: behind an office only "of" makes an owner.
        genitive = found == "gen" if found or not self.view.language.agreement else "gen" in owner.relations
        seat = (found == "abl" and office.office not in POSTS) or (found == "loc" and owner.kind == "capital" and office.office in SEATED)
        return owner if genitive or seat else None

    def left(self, place: int, office: Mention) -> Mention | None:
        """ "Qazaxıstan Prezidenti", "orosz külügyminiszter"; for an envoy the post stands between and is passed over."""
        reach, bare_post = office.first, False
        part = self.raw[place - 1] if place else None
        if part and part.codes and part.first == office.first and part.last == office.last:
            return part  # "Trump-adminisztráció"
        for number in range(place - 1, max(-1, place - 4), -1):
            owner = self.raw[number]
            if owner.inside and self.raw[number + 1].first <= owner.first:
                continue  # a part of the office that stands behind it here
            if not self.can_own(owner) or owner.inside or not self.view.near(owner.last, reach):
                return None
            if any(self.view.preposition(at + 1) for at in range(owner.last, reach)):
                return None
            away = owner.kind != "adjective" and bool(owner.relations & AWAY) and not owner.relations & {"gen", "nom"}
            if office.office in POSTS and (away or self.is_post(owner, number)):
                bare_post = "nom" in owner.relations
                owner.relations = owner.relations | {"loc"} if away else frozenset({"loc"})
                reach = owner.first
                continue
            away = away and "adj" not in owner.relations  # "teheráni vezetés"
            return owner if self.owns(owner, away, reach, reach != office.first and not bare_post) else None
        return None

    def owns(self, owner: Mention, away: bool, reach: int, past_post: bool) -> bool:
        if owner.group >= 0 or (away and owner.kind != "adjective"):
            return False
        linked = owner.relations & {"gen", "adj"} or owner.kind == "adjective"
        if past_post and self.view.language.verb_final:
            return bool(linked)  # "Braziliya Tel-Avivdagi elchisini ...": the subject, not the owner
        apart = owner.last < reach and not past_post
        # "Азербайджан вызвал своего посла": words between a bare name and the office are no part of one phrase.
        return bool(linked) or not apart or self.view.language.verb_final or self.possessed(reach)

    def possessed(self, place: int) -> bool:
        """Whether an office stands in a possessed form: "Svédország újonnan megválasztott miniszterelnökének"."""
        possessed = self.view.language.possessed
        return possessed is not None and possessed.search(self.view.words[place].key) is not None

    def is_post(self, place: Mention, number: int) -> bool:
        """Where an envoy serves: a city before the office ("Tahran Büyükelçisi"), a bare state behind the sender's genitive."""
        if place.kind == "adjective":
            return False
        if place.kind == "capital" and self.view.language.verb_final and "nom" in place.relations:
            return True  # "Bağdat Büyükelçiliği": there the state names the sender, its capital the post
        before = self.raw[number - 1] if number else None
        follows = before is not None and before.kind in OWNERS and before.last == place.first
        if place.kind in CITIES:
            return "loc" in place.relations or ("nom" in place.relations and follows)
        return place.kind == "state" and follows and before is not None and before.kind == "state" and "gen" in before.relations

    def share(self) -> None:
        """ "Чехии, Польши и Кубы" behind "послы": every state of the list has its part in the office."""
        for place, owner in enumerate(self.raw):
            office = (
                next((o for o in self.raw if o.kind in ("office", "counterpart") and o.first <= owner.first < o.last), None)
                if owner.inside
                else None
            )
            if office is None:
                continue
            step = 1 if owner.last == office.last else -1
            fellows, joints = self.fellows(place, owner, step)
            if not set(joints) - {","}:
                continue  # "Türkiye, Tahran büyükelçisini ...": a comma alone makes no list of owners
            office.group = office.start
            for fellow in fellows:
                fellow.relations, fellow.group = office.relations, office.group

    def fellows(self, place: int, owner: Mention, step: int) -> tuple[list[Mention], list[str]]:
        """The states in one list with an owner, going away from the office, and what joins them."""
        found: list[Mention] = []
        joints: list[str] = []
        nearest, at = owner, place + step
        while 0 <= at < len(self.raw):
            other = self.raw[at]
            between = (nearest.last, other.first) if step > 0 else (other.last, nearest.first)
            joint = self.view.joint(*between)
            if joint is None or not self.shares(owner, other, step):
                break
            found.append(other)
            joints.append(joint)
            nearest, at = other, at + step
        return found, joints

    def shares(self, owner: Mention, other: Mention, step: int) -> bool:
        if other.inside or other.kind not in OWNERS or other.kind == "home" or not alike(owner, other):
            return False
        return step < 0 or bool(other.relations & owner.relations) or other.relations == PLAIN
