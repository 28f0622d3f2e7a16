"""Small annotated documents that the tests of training write themselves."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import permutations
from pathlib import Path
from typing import TYPE_CHECKING

from bilat_nlp import ontology
from bilat_nlp.languages.loader import available
from bilat_nlp.records import Argument, DateValue, Document, Event, Trigger

if TYPE_CHECKING:
    from bilat_nlp.neural.model import JointModel
    from bilat_nlp.training.examples import ExampleMaker

DAY = "2025-03-04"  # a Tuesday
MONDAY = "2025-03-03"
STATES = {"Hungary": "HUN", "Poland": "POL", "Norway": "NOR", "Turkey": "TUR", "Romania": "ROU", "Georgia": "GEO"}
NEW = "observe_drill"
NEW_TYPE = f"""
[types.{NEW}]
description = "One side watches an exercise of the other."
roles = ["actor", "recipient"]
symmetric = false
minimum_sides = 2
cameo = "040"
plover = {{ type = "CONSULT" }}
planned = "036"
relations = {{ actor = "nom agt", recipient = "gen" }}
"""
TINY = ("encoder.width=24", "encoder.layers=1", "optimiser.batch_words=80", "optimiser.learning_rate=0.01", "run.threads=1",
        "run.device=cpu", "run.patience=0", "optimiser.epochs=2")  # fmt: skip


class Story:
    """A text whose annotation is told by the words that bear it; `document` is the record."""

    def __init__(self, name: str, text: str, lang: str = "en", date: str | None = DAY) -> None:
        self.document = Document(name, lang, "Latn", date, text)

    def span(self, words: str, number: int = 0) -> tuple[int, int, str]:
        """Where the words stand for the first time (or again)."""
        start = -1
        for _ in range(number + 1):
            start = (self.document.text or "").index(words, start + 1)
        return start, start + len(words), words

    def name(self, words: str, label: str | None, code: str | None = None, number: int = 0) -> Argument:
        """A name, which becomes an entity if it has a label."""
        made = Argument(*self.span(words, number), label=label, code=code)
        if label is not None and made not in self.document.entities:
            self.document.entities = sorted([*self.document.entities, made], key=lambda each: each.start)
        return made

    def event(
        self, type_: str, *triggers: str, actor: Sequence[Argument] = (), recipient: Sequence[Argument] = (),
        object: Sequence[Argument] = (), location: Sequence[Argument] = (), day: tuple[str, str] | None = None, modality: str = "actual",
    ) -> Event:  # fmt: skip
        """`day` is a value with the words for it."""
        date = DateValue(day[0], *self.span(day[1])) if day is not None else None
        made = Event(
            f"{self.document.id}#{len(self.document.events) + 1}", type_, modality, [Trigger(*self.span(words)) for words in triggers],
            list(actor), list(recipient), list(object), location=list(location), date=date,
        )  # fmt: skip
        self.document.events.append(made)
        return made


def expulsion(name: str, one: str, other: str) -> Document:
    """One state sends home diplomats of the other."""
    story = Story(name, f"{one} expelled two diplomats of {other} on Monday. The weather was fine.")
    sides = [story.name(each, "GPE", STATES[each]) for each in (one, other)]
    story.name("Monday", "DATE")
    story.event("expel_diplomat", "expelled", actor=sides[:1], recipient=sides[1:], day=(MONDAY, "Monday"))
    return story.document


def meeting(name: str, one: str, other: str) -> Document:
    """Talks to come between two states."""
    story = Story(name, f"The foreign ministers of {one} and {other} will meet in Vienna.")
    sides = [story.name(each, "GPE", STATES[each]) for each in (one, other)]
    place = story.name("Vienna", "GPE", "AUT")
    story.event("meet", "meet", actor=sides, location=[place], modality="planned")
    return story.document


def nothing(name: str, one: str, other: str) -> Document:
    """Two states and no event."""
    story = Story(name, f"The rivers of {one} are longer than those of {other}. Bread costs more this year.")
    for each in (one, other):
        story.name(each, "GPE", STATES[each])
    return story.document


def drill(name: str, one: str, other: str) -> Document:
    """An event of a type, and with wording, that only `NEW_TYPE` knows."""
    story = Story(name, f"{one} observed a drill of {other} on Monday.")
    sides = [story.name(each, "GPE", STATES[each]) for each in (one, other)]
    story.event(NEW, "observed", actor=sides[:1], recipient=sides[1:], day=(MONDAY, "Monday"))
    return story.document


def stories(prefix: str, number: int, *kinds: Callable[[str, str, str], Document]) -> list[Document]:
    """So many documents, of the kinds in turn, each of another pair of states."""
    return [kinds[place % len(kinds)](f"{prefix}{place}", *pair) for place, pair in zip(range(number), _pairs(), strict=False)]


def _pairs() -> Iterator[tuple[str, str]]:
    while True:
        yield from sorted(permutations(STATES, 2), key=lambda pair: "".join(pair)[::-1])  # mixed, and the same in every run


def example_maker() -> ExampleMaker:
    """For the packaged ontology, without static vectors."""
    from bilat_nlp.neural.features import FeatureNames, FeatureReader
    from bilat_nlp.neural.labels import Labels
    from bilat_nlp.training.examples import ExampleMaker

    names = FeatureNames(available(), tuple(ontology.types()))
    return ExampleMaker(FeatureReader(names, None, 50), Labels.of(ontology.current()))


def tiny_model(maker: ExampleMaker, dropout: float = 0.0) -> JointModel:
    """One with random weights that reads what the maker makes."""
    import torch

    from bilat_nlp.neural.build import joint
    from bilat_nlp.neural.encoders import CompactEncoder

    torch.manual_seed(3)
    encoder = CompactEncoder(0, len(maker.reader.names.columns), rows=50, affix=4, width=16, dilations=(1, 2), dropout=dropout)
    return joint(encoder, maker.labels, 16, dropout)


def write(path: Path, documents: Sequence[Document]) -> Path:
    """As JSON Lines."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(document.to_json(text=True) + "\n" for document in documents), encoding="utf-8")
    return path


def write_names(folder: Path) -> Path:
    """A set of names with its description; it marks persons and places, and does not tell states from other places."""
    rows = "".join(
        f"# split = train\n{first}\tB-PER\n{last}\tI-PER\nvisited\tO\n{city}\tB-LOC\n.\tO\n\n"
        for first, last, city in (("Anna", "Kis", "Oslo"), ("Ion", "Pop", "Ankara"), ("Jan", "Nowak", "Turkey"))
    )
    path = folder / "mine.conll"
    path.write_text(rows, encoding="utf-8")
    (folder / "mine.toml").write_text(
        'lang = "en"\nscript = "Latn"\nlabels = ["PER", "LOC", "GPE"]\nmerged = true\nlicence = "MIT"\ntrainable = true\n'
        'train = ["train"]\ndev = []\n',
        encoding="utf-8",
    )
    return path
