"""A spaCy pipeline, by its folder or the name of an installed package."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from bilat_nlp.evaluation.systems.reading import Reading, reading_of
from bilat_nlp.records import RecordError


class SpacyReader:
    """Lemmas, sentences and entities as far as the pipeline has components for them."""

    def __init__(self, target: str) -> None:
        self.target = target

    def load(self) -> None:
        import spacy

        if not (Path(self.target).is_dir() or spacy.util.is_package(self.target)):
            raise RecordError(f"{self.target}: neither the folder of a stored spaCy pipeline nor an installed package; check the name")
        try:
            self.nlp = spacy.load(self.target)
        except (OSError, ValueError, ImportError) as error:
            raise RecordError(f"{self.target}: spaCy cannot load it ({_first_line(error)}); check that it is a whole pipeline") from error
        self.nlp.max_length = 10**9  # whether the memory is enough is for the user to know
        if not {"parser", "senter", "sentencizer"} & set(self.nlp.pipe_names):
            self.nlp.add_pipe("sentencizer")

    def read(self, texts: Iterable[tuple[str, str | None]]) -> Iterator[Reading]:
        for doc in self.nlp.pipe(text for text, _ in texts):
            yield reading_of(doc, entities=doc.has_annotation("ENT_IOB"))


def _first_line(error: BaseException) -> str:
    return str(error).strip().partition("\n")[0].rstrip(".")
