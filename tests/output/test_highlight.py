"""Marks in a text: overlapping, nested, out of bounds."""

from hypothesis import given
from hypothesis import strategies as st

from bilat_nlp.output.highlight import Mark, Run, runs

PLACES = st.integers(-2, 12)
MARKS = st.lists(st.builds(Mark, PLACES, PLACES, st.integers(1, 3), st.sampled_from(["actor", "trigger"])), max_size=6)


def test_overlapping_marks() -> None:
    left, right = Mark(0, 3, 1, "actor"), Mark(2, 5, 2, "trigger")
    assert runs("abcdef", [right, left]) == [
        Run("ab", (left,), (left,)),
        Run("c", (left, right), (right,)),
        Run("de", (right,)),
        Run("f"),
    ]


@given(st.text(max_size=10), MARKS)
def test_every_character_has_the_marks_that_cover_it(text: str, marks: list[Mark]) -> None:
    pieces = runs(text, marks)
    assert "".join(piece.text for piece in pieces) == text
    covering = [set(piece.marks) for piece in pieces for _ in piece.text]
    assert covering == [{mark for mark in marks if mark.start <= at < mark.end} for at in range(len(text))]
    opened = [mark for piece in pieces for mark in piece.opened]
    assert len(opened) == len(set(opened)) == len({mark for mark in marks if max(0, mark.start) < min(len(text), mark.end)})
