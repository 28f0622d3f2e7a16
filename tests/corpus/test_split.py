from __future__ import annotations

import random
from collections import Counter

import pytest

from bilat_nlp import ontology
from bilat_nlp.corpus.duplicates import Pair, clusters, pairs, shingles, words
from bilat_nlp.corpus.split import split
from bilat_nlp.records import Argument, Document, Event

LETTERS = "abcdefghijklmnopqrstuvwxyz"


def _text(number, length=30):
    """Words that no other number has."""
    return " ".join(f"{LETTERS[number % 26]}{LETTERS[number // 26]}{LETTERS[place % 26]}" for place in range(length))


def _document(number, *types, lang="az", text=None, **more):
    events = [Event(id=f"{number}#{place}", type=kind) for place, kind in enumerate(types)]
    return Document(id=str(number), lang=lang, script="Latn", text=text or _text(number), events=events, **more)


def test_masked_words_are_blind_to_names_and_numbers():
    first = Document(id="a", text="On 5 May Peru met Laos.", entities=[Argument(9, 13, "Peru", "GPE"), Argument(18, 22, "Laos", "GPE")])
    second = Document(
        id="b", text="On 6 May New Guinea met Oman.", entities=[Argument(9, 19, "New Guinea", "GPE"), Argument(24, 28, "Oman", "GPE")]
    )
    assert words(first, masked=True) == words(second, masked=True) == ["on", "0", "may", "GPE", "met", "GPE"]
    assert words(first) == ["on", "5", "may", "peru", "met", "laos"]
    assert len(shingles(first, 3)) == 4


def test_the_overlap_is_the_share_of_the_smaller_document():
    documents = [Document(id="a", text="a b c d e f g"), Document(id="b", text="c d e f g h i j k l"), Document(id="c", text="z y x w v")]
    assert pairs(documents, width=3) == [Pair(0, 1, 3 / 5)]
    assert pairs(documents, width=3, at_least=0.7) == []


def test_clusters_follow_chains():
    assert sorted(map(sorted, clusters(5, [Pair(0, 1, 1.0), Pair(1, 2, 1.0)]))) == [[0, 1, 2], [3], [4]]


def test_shares_hold_for_every_type_and_language():
    kinds = ["meet", "visit", "award", "threaten"]
    documents = [_document(number, kinds[number % 4], kinds[number % 3], lang="az" if number % 2 else "hu") for number in range(100)]
    documents += [_document(number, lang="az") for number in range(100, 140)]
    parts = split(documents, {"train": 0.8, "dev": 0.2})
    for name in ("az", "hu"):
        own = Counter(part for document, part in zip(documents, parts, strict=True) if document.lang == name)
        assert own["dev"] / own.total() == pytest.approx(0.2, abs=0.04)
    for kind in kinds:
        own = Counter(part for document, part in zip(documents, parts, strict=True) for event in document.events if event.type == kind)
        assert own["dev"] / own.total() == pytest.approx(0.2, abs=0.07)
    empty = Counter(part for document, part in zip(documents, parts, strict=True) if not document.events)
    assert empty["dev"] == 8


def test_documents_without_events_get_their_share_though_rare_types_fill_a_part_first():
    chance = random.Random(0)
    kinds = list(ontology.types())
    documents = [_document(number, *chance.sample(kinds, 7)) for number in range(100)]
    documents += [_document(number) for number in range(100, 120)]
    parts = split(documents, {"train": 0.8, "dev": 0.2})
    assert parts[100:].count("dev") == 4


def test_what_resembles_each_other_stays_together():
    documents = [_document(number, "meet", text=_text(number // 4)) for number in range(80)]
    parts = split(documents, {"train": 1, "dev": 1})
    assert all(len({parts[first + place] for place in range(4)}) == 1 for first in range(0, 80, 4))
    assert 32 <= Counter(parts)["dev"] <= 48


def test_a_named_split_is_kept_and_takes_its_like_along():
    documents = [_document(number, "meet", text=_text(number // 2)) for number in range(40)]
    for number in (0, 10, 20):
        documents[number].split = "dev"
    parts = split(documents, {"train": 0.9, "dev": 0.1})
    assert {parts[number] for number in (0, 1, 10, 11, 20, 21)} == {"dev"}
    assert Counter(parts)["dev"] == 6


def test_a_leak_that_is_written_down_is_refused():
    documents = [_document(0, "meet", text=_text(0), split="train"), _document(1, "meet", text=_text(0), split="dev")]
    with pytest.raises(ValueError, match="resemble each other"):
        split(documents, {"train": 1, "dev": 1})


def test_order_does_not_decide_and_the_seed_repeats():
    documents = [_document(number, "meet") for number in range(30)]
    assert split(documents, {"train": 2, "dev": 1}, seed=3) == split(documents, {"train": 2, "dev": 1}, seed=3)
    with pytest.raises(ValueError, match="positive share"):
        split(documents, {"train": 1, "dev": 0})
