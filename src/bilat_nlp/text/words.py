"""Words: one regular expression for all scripts, so that every rule counts words the same way."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from .script import APOSTROPHES


@dataclass(slots=True)
class Word:
    """A word or a single mark: half-open code point offsets, the text's own letters, and the normalised key."""

    start: int
    end: int
    text: str
    key: str


_LETTER = r"[^\W\d_]"
_MARK = r"\u0300-\u036f\u00ad\u200b-\u200d"  # combining accents, soft hyphen, zero-width joiners: inside words only
_UPPER = r"[A-ZÀ-ÖØ-ÞĀĂĄĆČĎĐĒĘĚĞĢĪĮİĶĻŁŃŅŇŌŐŒŔŘŚŞŠȘŢŤȚŪŮŰŲŹŻŽƏЀ-ЯҒҖҚҢҮҰҲӘӨҺӢӮЎІЇЄ]"
_JOINT = rf"[-‐‑‒–{re.escape(APOSTROPHES)}]"
_HOSTS = "uz|az|ru|kz|kg|tm|tj|hu|ro|md|tr|com|org|net|info|gov|edu|eu|uk|ua|by|tv|io|me|am|ge"

# All repetitions in front of something that may fail are bounded, so that no text takes more than linear time.
_WORD = re.compile(
    rf"""
    (?:https?://|www\.)[^\s<>"«»]*[^\s<>"«».,;:!?)\]]              # an address
    | [A-Za-z0-9_.+-]{{1,64}}@[A-Za-z0-9-]{{1,64}}\.[A-Za-z.]{{2,20}}   # a mailbox
    | {_LETTER}(?:\.{_LETTER}){{1,5}}\.(?!\w)(?:{_JOINT}{_LETTER}+)?    # U.S.   e.g.   Ш.М.
    | {_UPPER}[a-zа-яё]?[‘’ʻʼ']?\.(?={_UPPER})                      # Ю.Ратас   Sh.Mirziyoyev   O‘.Alimov: initial, then the name
    | {_UPPER}\.(?!\w)                                              # an initial that stands alone
    | \[\d{{1,3}}\]                                                 # a reference mark
    | \d+(?:[.,:/\-–]\d+)*(?:{_JOINT}?{_LETTER}[\w{_MARK}]*(?:{_JOINT}\w[\w{_MARK}]*)*)?   # 27,8   2017-ci   1962'den   4–5
    | {_LETTER}[\w{_MARK}]*
      (?:{_JOINT}\w[\w{_MARK}]*)*
      (?:(?<=[oOgG])[‘ʻ`])?                                         # tog‘: the sign is part of the Uzbek letter
      (?:\.(?:{_HOSTS})(?![\w.-]\w|\w))?                            # kun.uz
    | \.{{2,}}                                                      # an ellipsis typed as stops
    | \S                                                            # any other mark by itself
    """,
    re.VERBOSE,
)


def words_of(text: str, normalise: Callable[[str], str]) -> list[Word]:
    """Split `text` into words and marks in order; `normalise` gives each its key. Linear in the length of the text."""
    return [Word(found.start(), found.end(), found.group(), normalise(found.group())) for found in _WORD.finditer(text)]
