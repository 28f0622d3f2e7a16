"""Train and dev without a leak: documents that resemble each other stay together, and both parts hold their share of everything.

Iterative stratification (Sechidis, Tsoumakas and Vlahavas, "On the stratification of multi-label data", 2011) over groups of
near-duplicates: the rarest label is dealt out first, each time to the part that is furthest below its share of it.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Mapping, Sequence

from bilat_nlp.corpus.duplicates import clusters, pairs
from bilat_nlp.records import Document

LEAK = 0.15  # documents that share this much of their masked 5-grams go to the same side
Label = tuple[str, ...]


def split(documents: Sequence[Document], shares: Mapping[str, float], *, seed: int = 0, leak: float = LEAK) -> list[str]:
    """The part for every document, in their order; one that names its split keeps it, and takes those that resemble it along.

    Args:
        documents: with text; entities make the comparison blind to names.
        shares: parts with their positive shares, which need not sum to one: ``{"train": 4, "dev": 1}``.
        seed: decides between equals.
        leak: overlap from which on documents stay together.

    Raises:
        ValueError: a share is not positive, or two documents that resemble each other name different parts.
    """
    if not shares or min(shares.values()) <= 0:
        raise ValueError("every part needs a positive share, such as train=4 dev=1")
    total = sum(shares.values())
    labels = [_labels(document) for document in documents]
    counts = Counter(label for each in labels for label in each)
    wanted = {part: {label: count * share / total for label, count in counts.items()} for part, share in shares.items()}
    chosen: list[str] = [""] * len(documents)
    groups = clusters(len(documents), pairs(documents, at_least=leak))
    random.Random(seed).shuffle(groups)

    def put(group: Sequence[int], part: str) -> None:
        for number in group:
            chosen[number] = part
            for label in labels[number] if part in wanted else ():
                wanted[part][label] -= 1

    open_groups = []
    for group in groups:
        named = {documents[number].split for number in group} - {None}
        if len(named) > 1:
            ids = ", ".join(documents[number].id for number in group)
            raise ValueError(f"the documents {ids} resemble each other and name different splits; mend one of them")
        if named:
            put(group, str(named.pop()))
        else:
            open_groups.append(group)
    # how often a label still waits decides whose turn it is; a group is dealt out by its rarest label, of equal ones by the one
    # that was rarer at the start
    waiting = Counter(label for group in open_groups for number in group for label in labels[number])
    while open_groups:
        rarest = min((label for label in waiting if waiting[label] > 0), key=lambda label: (waiting[label], counts[label], label))
        group = next(each for each in open_groups if any(rarest in labels[number] for number in each))
        open_groups.remove(group)
        for number in group:
            waiting.subtract(labels[number])
        put(group, max(shares, key=lambda part: (wanted[part][rarest], wanted[part][_every(group, labels)], shares[part])))
    return chosen


def _every(group: Sequence[int], labels: Sequence[Sequence[Label]]) -> Label:
    return labels[group[0]][0]


def _labels(document: Document) -> list[Label]:
    """What has to be dealt out evenly: documents of a language and script, those without events, and every type and modality."""
    language = f"{document.lang}-{document.script}"
    kinds = {(language, "type", event.type) for event in document.events} | {
        (language, "modality", event.modality) for event in document.events
    }
    genre = (language, "genre", str(document.meta.get("genre", "")))
    return [(language,), genre, *sorted(kinds)] if document.events else [(language,), genre, (language, "no event")]
