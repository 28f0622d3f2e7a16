"""Case-suffix analysis: which endings a lemma takes, and the grammatical relation that each of them marks.

An agglutinative language gives its endings slot by slot (plural, possessive, case, particle); every chain of slots is spelled out once,
on loading, so that analysing a word is a dictionary look-up. A fusional language lists the endings of each paradigm.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import product

RELATIONS = frozenset("nom gen acc dat loc abl com ben agt opp top bet adj obl".split())
Endings = dict[str, frozenset[str]]
NOMINATIVE = frozenset({"nom"})


@dataclass(frozen=True)
class Paradigm:
    """A rule that makes a stem from a lemma and names the endings of that stem."""

    lemma: re.Pattern[str]
    replace: str | None
    endings: str
    only: bool = False  # what the rules before it gave the lemma is forgotten


class Morphology:
    """The endings of one language.

    Args:
        data: the content of `morphology.toml` (see docs/languages.md).

    Raises:
        ValueError: an unknown relation, an ending set that is not defined, a broken regular expression.
    """

    def __init__(self, data: dict) -> None:
        self.endings: dict[str, Endings] = {
            name: _slots(table) if "slots" in table else _listed(table.get("forms", {})) for name, table in data.get("endings", {}).items()
        }
        self.paradigms: list[Paradigm] = []
        for rule in data.get("paradigm", []):
            if rule["endings"] not in self.endings:
                raise ValueError(f"paradigm {rule['lemma']!r} names the ending set {rule['endings']!r}, which is not defined")
            self.paradigms.append(Paradigm(re.compile(rule["lemma"]), rule.get("replace"), rule["endings"], rule.get("only", False)))
        self.marks = frozenset().union(*(marks for table in self.endings.values() for marks in table.values()))
        self.all_endings = frozenset(ending for table in self.endings.values() for ending in table) | {""}

    def stems(self, lemma: str) -> list[tuple[str, Endings]]:
        """The stems of a normalised lemma, each with the endings that it takes."""
        found: list[tuple[str, Endings]] = []
        for rule in self.paradigms:
            if match := rule.lemma.search(lemma):
                if rule.only:
                    found = []
                stem = lemma if rule.replace is None else lemma[: match.start()] + match.expand(rule.replace)
                found.append((stem, self.endings[rule.endings]))
        return found

    def same_name(self, one: str, other: str) -> bool:
        """Whether two normalised words can be forms of one name: a common stem of three letters or more, known endings behind it."""
        shared = 0
        for a, b in zip(one, other, strict=False):
            if a != b:
                break
            shared += 1
        while shared >= 3 and 2 * shared >= max(len(one), len(other)):
            if _joint(one[shared:]) in self.all_endings and _joint(other[shared:]) in self.all_endings:
                return True
            shared -= 1
        return False


def _joint(rest: str) -> str:
    return rest[1:] if rest[:1] in ("'", "-") else rest


def _relations(names: list[str] | str, where: str) -> frozenset[str]:
    relations = frozenset([names] if isinstance(names, str) else names)
    if unknown := relations - RELATIONS:
        raise ValueError(f"the ending {where!r} marks {sorted(unknown)}, which is no relation; use one of {sorted(RELATIONS)}")
    return relations


def _listed(forms: dict[str, list[str]]) -> Endings:
    return {ending: _relations(names, ending) for ending, names in forms.items()}


def _slots(table: dict) -> Endings:
    """Every chain of slot fillers; the relations of a chain are those of its fillers, `nom` where none marks any."""
    slots = []
    for slot in table["slots"]:
        fillers = {"": frozenset[str]()} | {ending: _relations(names, ending) for ending, names in table.get(slot, {}).items()}
        slots.append(fillers.items())
    chains: Endings = {}
    for chain in product(*slots):
        ending = "".join(filler for filler, _ in chain)
        relations = frozenset().union(*(marks for _, marks in chain)) or NOMINATIVE
        chains[ending] = chains.get(ending, frozenset()) | relations
    return chains
