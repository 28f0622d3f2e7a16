"""Who takes which part: roles from case, adposition and position, by the pattern of the trigger or of its type."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from .. import ontology
from ..analysis import Analysis, Draft, Mention, Party
from ..world.gazetteer import seat_state
from .clauses import Distances

FARTHEST = 3.0  # cost beyond which a mention of the same sentence belongs to something else
PLACE_FARTHEST = 2.2
DATE_FARTHEST = 2.6
POSTS = frozenset({"ambassador", "envoy"})
PLACES = frozenset({"city", "capital", "state"})
BONUS = {"com": -0.5, "bet": -0.6, "agt": -0.4, "nom": -0.1, "gen": 0.1, "adj": 0.3}
BEHIND = 0.9  # cost of an argument behind the trigger where the verb is final
OPENING = 5  # words of a sentence that open it
LEADING = 0.5
ATTACHED = 4  # words between a trigger and a place behind it ("summitul NATO de la Vilnius")
ATTRIBUTE = 2  # words between an attributive place and the trigger that it belongs to
VACANT = 2.4  # price of leaving a role empty
INVERTED = 0.15  # price of a recipient that stands before the actor
WIDTH = 10  # mentions weighed against each other
SUBJECT = 0.6  # a subject may stand far from its verb


Option = tuple[float, Mention, set[str]]  # cost, mention, roles that it may take


class RoleFinder:
    """Fills the roles of the drafts of one sentence."""

    def __init__(self, analysis: Analysis, sentence: int) -> None:
        self.analysis = analysis
        self.language = analysis.language
        span = analysis.layout.sentences[sentence]
        self.sentence, self.last = sentence, span.last
        self.distances = Distances(analysis, span.first, span.last)
        self.mentions = [m for m in analysis.mentions[sentence] if not m.inside and m.kind != "region"]

    def fill(self, draft: Draft) -> None:
        """Actor, recipient and location of a draft, as far as its own sentence tells them."""
        type_ = ontology.types()[draft.type]
        options = self.options(draft)
        if type_.variant(draft.entry.variant).symmetric:
            self.parties(draft, [(cost, m) for cost, m, roles in options if "actor" in roles or "recipient" in roles])
        else:
            self.directed(draft, options)
        self.location(draft, type_)
        self.date(draft)

    # -- candidates ----------------------------------------------------------------------------------------------------------------

    def options(self, draft: Draft) -> list[Option]:
        """Every coded mention within reach, cheapest first, with the roles that its relations allow."""
        found = []
        for mention in self.mentions:
            if not mention.codes:
                continue
            cost = self.cost(draft, mention)
            if cost <= FARTHEST:
                found.append((cost, mention, self.roles(draft, mention)))
        found.sort(key=lambda option: (option[0], option[1].first))
        return found

    def modified(self, draft: Draft, mention: Mention) -> bool:
        """Whether the trigger is a participle in front of the mention, which is its subject: "tashrif buyurgan prezident"."""
        participle = self.language.participle
        between = self.analysis.layout.words[draft.last : mention.first]
        if participle is None or mention.first < draft.last or len(between) > 1 or any(not word.text.islower() for word in between):
            return False
        return participle.search(self.analysis.layout.words[draft.last - 1].key) is not None

    def compounded(self, draft: Draft, mention: Mention) -> bool:
        """A bare name right before a possessed trigger ("Macaristan ziyareti"), where the entry says what it means (`obl`)."""
        possessed = self.language.possessed
        if possessed is None or mention.last != draft.first or mention.relations != {"nom"} or "obl" not in draft.entry.roles:
            return False
        return any(possessed.search(word.key) for word in self.analysis.layout.words[draft.first : draft.last])

    def relations(self, draft: Draft, mention: Mention) -> set[str]:
        """What the mention's case, place and the form of the trigger say of its part in this event."""
        relations = {"nom"} if self.modified(draft, mention) else set(mention.relations)
        if "loc" in relations:
            relations.discard("adj")  # "-dagi": a place that describes, no side
        if self.compounded(draft, mention):
            relations = {"obl"}
        convened = draft.entry.single and ontology.types()[draft.type].symmetric
        if convened and mention.kind in ("city", "capital") and mention.last == draft.first:
            relations = {"loc"}  # "Vilnius Zirvesi", "szingapúri csúcs": where it was, not who met
        if not self.language.verb_final and relations == {"nom"} and mention.first >= draft.last:
            relations = {"nom", "acc"}  # the object, or a subject that follows its verb
        return relations

    def roles(self, draft: Draft, mention: Mention) -> set[str]:
        type_ = ontology.types()[draft.type]
        roles = set()
        for relation in self.relations(draft, mention):
            role = draft.entry.roles.get(relation) or type_.role(relation, draft.entry.variant)
            if role:
                roles.add(role)
        if roles and any(m.first == mention.first and m is not mention for m in self.list_of(mention)):
            roles |= {"actor", "recipient"}  # "Kazakh-Saudi": one of them is each, the word does not say which
        return roles

    def cost(self, draft: Draft, mention: Mention) -> float:
        cost = self.distances.between((draft.first, draft.last), (mention.first, mention.last))
        if "nom" in mention.relations and mention.first < draft.first:
            cost *= SUBJECT
        cost += min((BONUS[r] for r in mention.relations if r in BONUS), default=0.4)
        if self.modified(draft, mention):
            cost = 0.0
        elif self.language.verb_final and mention.first >= draft.last:
            cost += BEHIND
        if mention.resolved:
            cost += 0.2
        return max(0.0, cost + 0.6)

    # -- roles ---------------------------------------------------------------------------------------------------------------------

    def parties(self, draft: Draft, options: list[tuple[float, Mention]]) -> None:
        """All sides of a mutual event: the cheapest two with different codes, and the lists that they stand in."""
        if draft.entry.single and (host := self.convener(draft)):
            draft.actor = _parties([host])
            return
        chosen: list[Mention] = []
        codes: set[str] = set()
        for _, mention in options:
            if set(mention.codes) <= codes:
                continue
            if len(codes) >= 2 and not self.completes(chosen, mention):
                continue
            whole = len(codes) >= 2
            for member in [mention, *self.list_of(mention)]:
                if not set(member.codes) <= codes:
                    chosen.append(member)
                    codes.update(member.codes)
            if whole or (len(codes) >= 2 and chosen[0].group < 0):
                break
        draft.actor = _parties(sorted(chosen, key=lambda m: m.first))

    def completes(self, chosen: list[Mention], mention: Mention) -> bool:
        """Whether a list is only one half of the sides: "X received the envoys of A, B and C", "A, B and C met with X"."""
        first = chosen[0].relations
        if any(m.group < 0 or m.group != chosen[0].group for m in chosen) or first & {"bet", "adj", "gen"}:
            return False
        objects = {"acc", "com", "dat", "opp"}
        return bool(first <= objects and mention.relations & {"nom", "agt"}) or bool("nom" in first and mention.relations & {"com", "agt"})

    def convener(self, draft: Draft) -> Mention | None:
        """The IGO that a summit or session belongs to ("NATO Zirvesi"): others in the sentence need not have taken part."""
        for mention in self.mentions:
            touches = 0 <= draft.first - mention.last <= 1 or 0 <= mention.first - draft.last <= 1
            if touches and mention.code and mention.code.startswith("IGO-") and not mention.relations & {"com", "bet"}:
                return mention
        return None

    def directed(self, draft: Draft, options: list[Option]) -> None:
        """Actor and recipient, chosen together: the cheapest pair of different codes, where an empty place has its price."""
        options = self.acted_for(draft, options[:WIDTH])
        actors: list[tuple[float, Mention | None]] = [(cost, m) for cost, m, roles in options if "actor" in roles]
        recipients: list[tuple[float, Mention | None]] = [(cost, m) for cost, m, roles in options if "recipient" in roles]
        best: tuple[float, Mention | None, Mention | None] = (2 * VACANT, None, None)
        for actor_cost, actor in [*actors, (VACANT, None)]:
            for recipient_cost, recipient in [*recipients, (VACANT, None)]:
                if actor and recipient and not _apart(actor, recipient):
                    continue
                price = actor_cost + recipient_cost
                if actor and recipient and recipient.start < actor.start:
                    price += INVERTED
                if price < best[0]:
                    best = price, actor, recipient
        _, actor, recipient = best
        if actor is None and recipient is not None:
            # Nobody fits the actor's case: the cheapest that fits no role at all may be it.
            actor = next((m for _, m, roles in options if not roles and not set(m.codes) & set(recipient.codes)), None)
        for role, mention, opposite in (("actor", actor, recipient), ("recipient", recipient, actor)):
            if mention is None:
                continue
            other = set(opposite.codes) if opposite else set()
            members = [mention, *(m for m in self.list_of(mention) if not set(m.codes) & other and m is not opposite)]
            parties = _parties(sorted(members, key=lambda m: m.first))
            setattr(draft, role, [party for party in parties if party.code not in other] if mention.kind == "both" else parties)

    def acted_for(self, draft: Draft, options: list[Option]) -> list[Option]:
        """Turn the roles where a body in the sentence says whose side acts: "Poland closes the Russian consulate in Gdansk"."""
        kinds = ontology.types()[draft.type].acts_for
        acting = next((m for _, m, _ in options if m.office in kinds), None)
        if acting is None or all(set(m.codes) & set(acting.codes) for _, m, roles in options if "actor" in roles):
            return options
        return [(cost, m, {"actor"} if set(m.codes) & set(acting.codes) else {"recipient"}) for cost, m, roles in options]

    def distribute(self, draft: Draft) -> list[Draft]:
        """A draft for each of several fillers, where the type counts them apart (see `distribute` in ontology.toml)."""
        for role in ontology.types()[draft.type].distribute:
            parties: list[Party] = getattr(draft, role)
            other = draft.recipient if role == "actor" else draft.actor
            if len(parties) == 1 and parties[0].mention.label != "NORP":
                parties = self.run_of(draft, role, parties[0], {party.code for party in other})
            if len({party.code for party in parties}) > 1:
                parts = [_with(draft, role, [party]) for party in parties]
                for part in parts:
                    own = getattr(part, role)[0].mention
                    if role == "recipient" and own.kind in PLACES and own.relations & ontology.types()[draft.type].also_location:
                        part.location = [own]
                    part.siblings = frozenset(party.code for party in parties if party.code)
                named = any(party.mention.label == "PER" for party in parties)  # men with papers bring them to a third
                if role == "actor" and not draft.recipient and len(parts) == 2 and not named:  # "A and B exchanged ambassadors"
                    parts[0].recipient, parts[1].recipient = [parties[1]], [parties[0]]
                return parts
        return [draft]

    def run_of(self, draft: Draft, role: str, party: Party, other: set[str | None]) -> list[Party]:
        """Fillers told one by one, each with its own person: "X from Bulgaria, Y from Poland"."""
        found = {party.code: party}
        if not any(person.label == "PER" for person in self.mentions):
            return [party]
        relation = party.mention.relations
        for mention in self.mentions:
            if mention.relations & relation and mention.code and mention.code not in found and mention.code not in other:
                if self.told_alike(party.mention, mention) and mention.first >= party.mention.first and role in self.roles(draft, mention):
                    found[mention.code] = Party(mention, mention.code)
        return list(found.values())

    def told_alike(self, one: Mention, other: Mention) -> bool:
        """Both persons or both states; or "послы Дании Ян Петерсен, Перу Карлос Гомес": a state with its own man behind it."""
        words = self.analysis.layout.words
        named = other.kind == "state" and other.last < len(words) and words[other.last].text[:1].isupper()
        last = one.kind == "state" and other.office in POSTS  # "X, Peru, Y, Norvégia, valamint Z, Vietnam nagykövete"
        return one.label == other.label or (one.office in POSTS and named) or last

    def list_of(self, mention: Mention) -> Iterable[Mention]:
        if mention.group < 0:
            return []
        return [m for m in self.mentions if m.group == mention.group and m is not mention and m.codes]

    # -- circumstances -------------------------------------------------------------------------------------------------------------

    def location(self, draft: Draft, type_: ontology.EventType) -> None:
        """Where it took place: the goal of a journey, else the nearest place in the locative that is no party's post."""
        recipients = [party.mention for party in draft.recipient if party.mention.kind in PLACES | {"home", "here", "own"}]
        goal = next((m for m in recipients if self.relations(draft, m) & type_.also_location), None)
        best: tuple[float, Mention] | None = None
        for mention in self.analysis.mentions[self.sentence]:
            if mention.kind not in PLACES | {"body"} or not mention.code or mention.code.startswith("IGO-") or mention.inside:
                continue
            if "loc" not in self.relations(draft, mention) and not self.attached(draft, mention, type_):
                continue
            if type_.role("loc") == "recipient" and "loc" not in type_.also_location:
                continue
            if goal and mention.codes != goal.codes:
                continue
            if "adj" in mention.relations and not 0 <= draft.first - mention.last <= ATTRIBUTE:
                continue  # "the embassy in Kabul", "-dagi": belongs to the noun that follows it
            cost = self.circumstance(draft, mention.first, mention.last)
            cost += 0.3 if mention.kind == "state" else 0.0
            if cost <= PLACE_FARTHEST and (best is None or cost < best[0]):
                best = cost, mention
        if best or goal:
            draft.location = [best[1] if best else goal]  # type: ignore[list-item]

    def attached(self, draft: Draft, mention: Mention, type_: ontology.EventType) -> bool:
        """ "summitul de la Vilnius": a place of origin right behind the noun that names the event."""
        behind = 0 < mention.first - draft.last <= ATTACHED and not self.language.verb_final
        return behind and bool(mention.relations & type_.also_location & {"abl"})

    def dates_noun(self, draft: Draft, first: int, last: int) -> bool:
        """Whether a date only says of when the noun before it is ("acordul din 2005"), and that noun is not the trigger."""
        dating = self.language.cues.dating.first_in(
            self.analysis.layout.words, self.analysis.hits, max(first - 1, self.distances.first), first
        )
        after = self.language.cues.after.at(self.analysis.layout.words, self.analysis.hits, last, self.last) if last < self.last else ()
        if any(found.phrase.payload == "ben" for found in after):
            return True  # "2027-2029-cu illər üçün": the years that it is for
        words, hits, low = self.analysis.layout.words, self.analysis.hits, max(first - 1, self.distances.first)
        if "object" in ontology.types()[draft.type].distribute and self.language.cues.terms.first_in(words, hits, low, first):
            return True  # "программа на 2026-2029 годы"
        return dating is not None and not draft.first < first - 1 <= draft.last

    def circumstance(self, draft: Draft, first: int, last: int) -> float:
        """Cost of a time or place; one that opens the sentence holds for all of it ("On Tuesday in Brussels, ...")."""
        cost = self.distances.between((draft.first, draft.last), (first, last))
        return cost * LEADING if first - self.distances.first < OPENING else cost

    def date(self, draft: Draft) -> None:
        dates = self.analysis.dates[self.sentence]
        near = [
            (self.circumstance(draft, date.first, date.last), date.first, date)
            for date in dates
            if date.value and not self.dates_noun(draft, date.first, date.last)
        ]
        if near:
            cost, _, date = min(near, key=lambda option: option[:2])
            if cost <= DATE_FARTHEST:
                draft.date = date


def _with(draft: Draft, role: str, parties: list[Party]) -> Draft:
    return replace(draft, actor=parties) if role == "actor" else replace(draft, recipient=parties)


def _apart(one: Mention, other: Mention) -> bool:
    """Two sides that can face each other: of different codes, not members of one list."""
    if other.only_place and any(code.startswith("IGO-") and seat_state(code) in other.codes for code in one.codes):
        return False  # "the EU opened a forum in Brussels": its seat is no host
    if one.kind == "both" and set(other.codes) < set(one.codes):
        return True  # "the leaders ... the visit to Paris": the one of the two whose capital it is not
    one_list = one.group >= 0 and one.group == other.group and one.first != other.first  # parts of "Kazakh-Saudi" may face each other
    return not set(one.codes) & set(other.codes) and not one_list


def _parties(mentions: Iterable[Mention]) -> list[Party]:
    return [Party(mention, code) for mention in mentions for code in mention.codes]
