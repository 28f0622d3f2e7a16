"""Places in their phrases: "Moskva shahriga", "Riyadh, Saudi Arabia", "the Kazakh capital", "Ukrayna konferansına"."""

from __future__ import annotations

from ..analysis import Mention, Relations
from ..languages.entries import PLACES
from ..rules.amounts import amounts
from ..text.words import Word
from .view import PLAIN, View

ATTRIBUTIVE = frozenset({"nom", "gen", "adj"})
MODIFIERS = frozenset({"state", "igo", "capital", "city", "body", "person", "office"})


def take_heads(view: View, mentions: list[Mention]) -> None:
    """The noun behind a place name carries its case: "Moskva shahriga"."""
    for mention in mentions:
        if mention.kind in PLACES and mention.last < view.last and "nom" in mention.relations:
            found = view.cues.place_heads.first_in(view.words, view.hits, mention.last, mention.last + 1)
            if found:
                for other in mentions:
                    if other is not mention and mention.last <= other.first and other.last <= found.last:
                        other.inside = True  # "paytaxtında" is the head itself, and a reference no longer
                if mention.kind == "state":
                    mention.kind = "capital"  # "Iroq poytaxti"
                mention.last, mention.end = found.last, view.words[found.last - 1].end
                mention.relations = found.relations - {"nom"} or PLAIN


def close_brackets(view: View, mentions: list[Mention]) -> None:
    """ "İqtisadi Əməkdaşlıq Təşkilatı (İƏT)": letters in brackets repeat the name before them."""
    for left, right in zip(mentions, mentions[1:], strict=False):
        bracketed = right.first == left.last + 1 and right.last < view.last and view.words[left.last].text == "("
        if bracketed and view.words[right.last].text == ")" and left.codes and right.codes:
            right.inside = True


def name_capitals(view: View, mentions: list[Mention]) -> list[Mention]:
    """ "Avusturya'nın başkenti", "the Kazakh capital", "столица Армении": a place in the state that is named beside it."""
    kept: list[Mention] = []
    for mention in mentions:
        left = kept[-1] if kept else None
        touching = left is not None and left.last == mention.first and not left.inside
        if left and touching and mention.kind == "here" and left.kind in ("state", "adjective") and left.relations <= ATTRIBUTIVE:
            kept[-1] = _joined(view, left, mention, mention.relations)
        elif (
            left
            and touching
            and not view.language.verb_final
            and left.kind == "here"
            and mention.kind == "state"
            and "gen" in mention.relations
        ):
            kept[-1] = _joined(view, mention, left, left.relations)
        else:
            kept.append(mention)
    return kept


def _joined(view: View, state: Mention, head: Mention, relations: Relations) -> Mention:
    first, last = min(state.first, head.first), max(state.last, head.last)
    start, end = min(state.start, head.start), max(state.end, head.end)
    return Mention(first, last, start, end, "GPE", "capital", state.codes, relations, view.sentence)


def put_in_states(view: View, mentions: list[Mention]) -> None:
    """ "Iroq poytaxti Bag'dod", "Riyadh, Saudi Arabia": the state only says where the city lies."""
    parties = [mention for mention in mentions if not mention.inside]
    for left, right in zip(parties, parties[1:], strict=False):
        if left.codes != right.codes or not left.codes or {left.kind, right.kind} - PLACES or "adj" in right.relations:
            continue
        comma = right.first == left.last + 1 and view.words[left.last].text == ","
        if comma and left.kind != "state" and right.kind == "state":
            right.inside = True
        elif right.kind != "state" and _apposed(view, left.last, right.first) and (left.kind == "capital" or "gen" in left.relations):
            left.inside = True


def _apposed(view: View, left: int, right: int) -> bool:
    """Nothing or a noun such as "capital" between."""
    return right - left <= 1 and all(view.place_head(place) for place in range(left, right))


def drop_private(view: View, mentions: list[Mention]) -> None:
    """ "brit napilap", "американский эксперт": a nationality word beside somebody who acts for no state is no party."""
    for mention in mentions:
        if mention.kind == "adjective" and not mention.inside and mention.group < 0:
            beside = [place for place in (mention.last, mention.first - 1) if view.first <= place < view.last]
            if any(view.cues.private.first_in(view.words, view.hits, place, place + 1) for place in beside):
                mention.codes = ()


def drop_currencies(view: View, mentions: list[Mention]) -> None:
    """ "50 million US dollars": the state inside a sum of money only says whose coin it is."""
    sums = amounts(view.analysis, view.sentence)
    for mention in mentions:
        if not mention.inside and any(first < mention.first and mention.last < last for first, last, *_ in sums):
            mention.codes, mention.group = (), -1


def mark_modifiers(view: View, mentions: list[Mention]) -> None:
    """A bare name before a possessed noun is its modifier, no subject ("Ukrayna konferansına")."""
    for mention in mentions:
        if mention.group >= 0 or mention.inside or mention.last >= view.last or mention.kind not in MODIFIERS:
            continue
        named = view.words[mention.last]
        if mention.relations == PLAIN and mention.kind in ("city", "capital") and named.text[:1].isupper() and _ends_possessed(view, named):
            mention.relations = frozenset({"obl"})  # "İslamabad Bəyannaməsi": part of a name
        elif mention.relations == PLAIN and any(_possessed(view, place, mention) for place in (mention.last, mention.last + 1)):
            mention.relations = frozenset({"obl"} if mention.kind == "city" else {"gen"})  # "Ottava konvensiyası": no side


def _ends_possessed(view: View, word: Word) -> bool:
    return view.language.possessed is not None and view.language.possessed.search(word.key) is not None


def _possessed(view: View, place: int, mention: Mention) -> bool:
    """Whether the word is a possessed noun right behind a mention, or behind one adjective."""
    if place >= view.last or view.language.possessed is None:
        return False
    between = view.words[mention.last : place + 1]
    if not all(word.text.islower() for word in between) or any(
        view.trigger(at) or view.postposition(at) for at in range(mention.last, place + 1)
    ):
        return False
    return view.language.possessed.search(view.words[place].key) is not None
