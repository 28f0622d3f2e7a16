"""Things that belong together, grown from pairs of them."""

from __future__ import annotations

from collections.abc import Iterable


class Groups:
    """Disjoint sets of numbers (union-find): mentions of one entity, triggers of one event, documents that resemble each other."""

    def __init__(self, members: Iterable[int] = ()) -> None:
        self._leader = {one: one for one in members}

    def find(self, one: int) -> int:
        """The member that stands for the group; a number not seen before is a group of its own."""
        leader = self._leader
        while leader.setdefault(one, one) != one:
            leader[one] = leader.setdefault(leader[one], leader[one])
            one = leader[one]
        return one

    def join(self, one: int, other: int) -> None:
        """Makes one group of the two that these are in."""
        self._leader[self.find(one)] = self.find(other)

    def all(self) -> list[list[int]]:
        """The groups in the order of their smallest members, each in order."""
        members: dict[int, list[int]] = {}
        for one in sorted(self._leader):
            members.setdefault(self.find(one), []).append(one)
        return list(members.values())
