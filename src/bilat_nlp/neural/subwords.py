"""From words to the sub-words of somebody's tokenizer, in pieces that a pretrained encoder takes at once, and back.

Words come ready split, so that the states of a word are those of its own sub-words. Nothing is cut off: a text longer than the encoder
takes goes through it in pieces that overlap.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..records import RecordError

OVERLAP = 4  # two neighbouring pieces have at least a quarter of a piece in common
PROBE = ("the", "2024", "of", "Bern")  # words by which a tokenizer shows how it marks the beginning of one
FIRST = ("a", "1", ".")  # words of which at least one has a sub-word in any vocabulary


@dataclass(frozen=True, slots=True)
class Pieces:
    """Windows as an encoder reads them: P pieces of at most L sub-words, S sub-words of all windows together.

    Attributes:
        ids, mask: (P, L) int64: numbers of sub-words, and 1 where there is one. Pieces begin and end with the tokenizer's marks.
        row, column: (S,) int64: the piece whose state counts for each sub-word, and the place there.
        window, word: (S,) int64: where each sub-word comes from.
    """

    ids: np.ndarray
    mask: np.ndarray
    row: np.ndarray
    column: np.ndarray
    window: np.ndarray
    word: np.ndarray


class Subwords:
    """Cuts words with a fast tokenizer of transformers.

    Args:
        tokenizer: must say which sub-word belongs to which word.
        limit: sub-words of a piece, marks at its ends counted.

    Raises:
        RecordError: the tokenizer cannot be used; the sentence goes on from the name of the model.
    """

    def __init__(self, tokenizer: Any, limit: int) -> None:
        if not tokenizer.is_fast:
            raise RecordError("its tokenizer does not say which word a sub-word belongs to; store a fast one (tokenizer.json) beside it")
        if set(tokenizer.get_vocab()) <= {*tokenizer.all_special_tokens, ""}:
            # transformers makes an empty one of the right class where the files of the tokenizer are missing
            raise RecordError("its tokenizer has no words; store the files of the tokenizer (tokenizer.json) beside the model")
        self.tokenizer = tokenizer
        self.before, self.after = self._marks()
        self.room = limit - len(self.before) - len(self.after)
        if self.room < 1:
            raise RecordError(f"it takes only {limit} sub-words at once, which leaves no room for a word; give another model")
        self.special, self.unknown = sorted(tokenizer.all_special_ids), tokenizer.unk_token_id
        self.pad = 0 if tokenizer.pad_token_id is None else int(tokenizer.pad_token_id)
        # Words in running text begin with a blank, and byte-level tokenizers know them so; not all add it to words that come ready split.
        running = self._ids(" ".join((FIRST[0], *PROBE)))[len(self._ids(FIRST[0])) :]
        self.blank = " " if self._probed("") != running and self._probed(" ") == running else ""

    def _marks(self) -> tuple[list[int], list[int]]:
        """What the tokenizer puts before and behind a text."""
        for word in FIRST:
            marked = self.tokenizer([word], is_split_into_words=True)
            places = [place for place, owner in enumerate(marked.word_ids(0)) if owner is not None]
            if places:
                ids = list(marked["input_ids"])
                return ids[: places[0]], ids[places[-1] + 1 :]
        raise RecordError(f"its tokenizer has no sub-word for any of {', '.join(FIRST)}; give another model")

    def _ids(self, text: str) -> list[int]:
        return list(self.tokenizer(text, add_special_tokens=False)["input_ids"])

    def _probed(self, blank: str) -> list[int]:
        split = self.tokenizer([blank + word for word in (FIRST[0], *PROBE)], is_split_into_words=True, add_special_tokens=False)
        return [number for number, owner in zip(split["input_ids"], split.word_ids(0), strict=True) if owner]

    def cut(self, windows: Sequence[Sequence[str]]) -> list[tuple[np.ndarray, np.ndarray]]:
        """For each window the numbers of its sub-words and the words they belong to, both (n,) int64; a word may have none."""
        if not windows:
            return []
        split = self.tokenizer(
            [[self.blank + word for word in words] for words in windows],
            is_split_into_words=True,
            add_special_tokens=False,
            split_special_tokens=True,  # a text that says "[SEP]" says five letters and no mark
            verbose=False,  # it is no matter that a window is longer than the model takes
        )
        found = []
        for row, numbers in enumerate(split["input_ids"]):
            ids = np.array(numbers, dtype=np.int64)
            if self.unknown is not None:
                ids[np.isin(ids, self.special)] = self.unknown  # of tokenizers of SentencePiece, whose marks are sub-words like others
            found.append((ids, np.array(split.word_ids(row), dtype=np.int64)))
        return found

    def lay_out(self, windows: Sequence[Sequence[str]]) -> Pieces:
        """The windows in pieces; P is 0 where no word has a sub-word."""
        rows: list[np.ndarray] = []
        places: list[list[np.ndarray]] = [[], [], [], []]
        for window, (ids, word) in enumerate(self.cut(windows)):
            if not len(ids):
                continue
            spans = pieces(len(ids), self.room)
            counting = best_piece(word, spans)
            starts = np.array([first for first, _ in spans], dtype=np.int64)
            column = len(self.before) + np.arange(len(ids)) - starts[counting]
            for found, more in zip(places, (len(rows) + counting, column, np.full(len(ids), window), word), strict=True):
                found.append(more)
            rows += [np.array([*self.before, *ids[first:last], *self.after], dtype=np.int64) for first, last in spans]
        padded = np.full((len(rows), max(map(len, rows), default=0)), self.pad, dtype=np.int64)
        mask = np.zeros_like(padded)
        for number, row in enumerate(rows):
            padded[number, : len(row)] = row
            mask[number, : len(row)] = 1
        return Pieces(padded, mask, *(np.concatenate(found) if found else np.zeros(0, dtype=np.int64) for found in places))


def pieces(count: int, room: int) -> list[tuple[int, int]]:
    """Ranges of `count` sub-words, none longer than `room`, evenly spread; two neighbours share a quarter of the room or more."""
    if count <= room:
        return [(0, count)]
    step = max(1, room - room // OVERLAP)
    steps = -(-(count - room) // step)
    starts = [round(number * (count - room) / steps) for number in range(steps + 1)]
    return [(start, start + room) for start in starts]


def best_piece(word: np.ndarray, spans: Sequence[tuple[int, int]]) -> np.ndarray:
    """For each sub-word the number of the piece where its word stands farthest from an edge.

    The ends of the text are edges like others here: a word near one is in no other piece, or stands nearer to the edge of that.

    Args:
        word: (n,) int64, the word of each sub-word, never falling.
        spans: pieces that cover all n sub-words.

    Returns:
        (n,) int64. A word that no piece holds whole has each sub-word from the piece that suits that sub-word best.
    """
    count = len(word)
    begin, end = np.searchsorted(word, word, side="left"), np.searchsorted(word, word, side="right")
    whole = _distances(begin, end, spans)
    single = _distances(np.arange(count), np.arange(count) + 1, spans)
    return np.where(whole.max(axis=0) >= 0, whole.argmax(axis=0), single.argmax(axis=0))


def _distances(begin: np.ndarray, end: np.ndarray, spans: Sequence[tuple[int, int]]) -> np.ndarray:
    """(pieces, n): sub-words between a range and the nearer edge of a piece, below zero where the piece does not hold the whole range."""
    return np.stack([np.minimum(begin - first, last - end) for first, last in spans])
