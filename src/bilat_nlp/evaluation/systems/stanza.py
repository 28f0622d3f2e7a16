"""Stanza pipelines from a folder of downloaded models, one for every language of the texts that the folder has.

Since version 1.13 Stanza reads its model files without unpickling objects, so an older one is not asked for (see setup.cfg).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from bilat_nlp.evaluation.systems.peers import check_device, need
from bilat_nlp.evaluation.systems.reading import PlainReader, Reading, Span, Token
from bilat_nlp.records import RecordError

PROCESSORS = ("tokenize", "mwt", "pos", "lemma", "ner")


class StanzaReader:
    """Lemmas, sentences and entities as far as the folder has models for them; a language without any is split into words alone."""

    def __init__(self, folder: str, langs: Iterable[str], device: str) -> None:
        self.folder, self.langs, self.device = Path(folder), tuple(langs), device
        self.plain = PlainReader()
        self.pipelines: dict[str, Any] = {}

    def load(self) -> None:
        need("stanza", "stanza")
        if not (self.folder / "resources.json").is_file():
            raise RecordError(f"{self.folder}: no resources.json there; give the folder into which stanza.download() has put its models")
        import stanza

        check_device(self.device)
        langs = self.langs or sorted(each.name for each in self.folder.iterdir() if (each / "tokenize").is_dir())
        for lang in langs:
            has = [name for name in PROCESSORS if (self.folder / lang / name).is_dir()]
            if "tokenize" not in has:
                raise RecordError(f"{self.folder}: no models of the language {lang!r} there; download them with stanza.download({lang!r})")
            try:
                self.pipelines[lang] = stanza.Pipeline(
                    lang,
                    dir=str(self.folder),
                    processors=",".join(has),
                    download_method=None,
                    device=self.device,
                    verbose=False,
                )
            except Exception as error:  # it raises its own classes as well as whatever the files cause
                raise RecordError(f"{self.folder}: Stanza cannot load the models of {lang!r} ({error}); download them anew") from error
        self.plain.load()

    def read(self, texts: Iterable[tuple[str, str | None]]) -> Iterator[Reading]:
        for text, lang in texts:
            pipeline = self.pipelines.get(lang or "")
            if pipeline is None or not text.strip():
                yield from self.plain.read([(text, lang)])
            else:
                yield reading_of(pipeline(text), entities="ner" in pipeline.processors)


def reading_of(doc: Any, *, entities: bool) -> Reading:
    """The reading of a Stanza document. A token of several words (multi-word token) has the lemma of the first."""
    tokens: list[Token] = []
    sentences = []
    for sentence in doc.sentences:
        first = len(tokens)
        for token in sentence.tokens:
            tokens.append(Token(token.start_char, token.end_char, token.text, token.words[0].lemma if token.words else None))
        sentences.append((first, len(tokens)))
    found = [Span(entity.start_char, entity.end_char, entity.type) for entity in doc.ents] if entities else None
    return Reading(tokens, sentences, found)
