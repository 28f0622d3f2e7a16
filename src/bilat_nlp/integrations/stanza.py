"""The pipeline on Stanza's tokens, sentences, lemmas, entities and dependencies, for the languages that it has models of on disk.

    nlp = bilat_nlp.integrations.stanza.load("stanza_resources", "hu")
    nlp("Szijjártó Péter Asztanában tárgyalt.")._.events

Stanza: Qi and others, "Stanza: A Python Natural Language Processing Toolkit for Many Human Languages" (ACL 2020, demonstrations).
Nothing is fetched from the network. See docs/stanza.md for what feeds what.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from spacy.language import Language as Nlp
from spacy.tokens import Doc
from spacy.util import filter_spans, get_words_and_spaces

from ..analysis import Analysis, Mention
from ..languages.loader import available
from ..mentions.cases import give_adpositions
from ..mentions.names import name_relations
from ..mentions.offices import OwnerGiver
from ..mentions.view import View
from ..pipeline import stages
from ..pipeline.assemble import assemble
from ..pipeline.components import STATE, FindEntities, LayOut, State
from ..records import RecordError
from .parses import Name, Parse, Reading

PROCESSORS = ("tokenize", "mwt", "pos", "lemma", "depparse", "ner")
OLDEST = (1, 13)  # from here on model files are read without unpickling objects
READINGS = "bilat_nlp_parses"  # what the two components share about a document
KINDS = {"PER": "person", "ORG": "office"}  # kinds of mentions with a side; whatever has none is a mere name, like a region
LINKED = frozenset({"gen", "adj"})


def load(folder: str | Path, *langs: str, device: str = "cpu", without: Iterable[str] = ()) -> Nlp:
    """The pipeline of `bilat_nlp.load` with Stanza below it; texts in other languages go through our own stages alone.

    Args:
        folder: where `stanza.download` has put its models (the folder with `resources.json`).
        langs: ISO 639-1 codes of the languages to load; without any, all that the folder has and the library serves.
        device: "cpu", or a device of torch such as "cuda" or "cuda:1".
        without: as in `bilat_nlp.load`; without "suffixes", lemmas and dependencies stand in for our analysis of endings.

    Raises:
        RecordError: the package, the models or the device are not there, or the models cannot be read.
        ValueError: there is no such part to do without.
    """
    nlp = assemble(without)
    config = {"folder": str(folder), "langs": list(langs), "device": device, "without": sorted(without)}
    nlp.replace_pipe("bilat_layout", "bilat_stanza_layout", config=config)
    nlp.replace_pipe("bilat_entities", "bilat_stanza_entities")
    return nlp


class StanzaLayOut(LayOut):
    """In the place of `bilat_layout`: words and sentences, lemmas and dependencies from Stanza. The `Doc` is made anew with its tokens."""

    def __init__(self, pipelines: dict[str, Any], without: Iterable[str] = ()) -> None:
        super().__init__(without)
        self.pipelines = pipelines

    @classmethod
    def create(  # type: ignore[override]
        cls, nlp: Nlp, name: str, folder: str, langs: Sequence[str], device: str, without: Sequence[str]
    ) -> StanzaLayOut:
        return cls(pipelines(Path(folder), langs, device), without)

    def __call__(self, doc: Doc) -> Doc:
        state: State = doc.user_data[STATE]
        readings: list[Reading | None] = []
        for text, lang in [(text, lang) for lang, text in state.parts]:
            pipeline = self.pipelines.get(lang)
            if pipeline is None:
                readings.append(None)
                state.analyses.append(stages.open_analysis(text, lang, doc._.date, self.without))
                continue
            reading = Reading(pipeline.process_many)
            analysis = stages.open_analysis(text, lang, doc._.date, self.without, reading.lay_out)
            reading.mark(analysis)
            readings.append(reading)
            state.analyses.append(analysis)
        doc.user_data[READINGS] = readings
        return _with_tokens(doc, state.analyses, readings) if any(readings) else doc


class StanzaEntities(FindEntities):
    """In the place of `bilat_entities`: what that finds, and the people, bodies and places that Stanza names besides."""

    def __call__(self, doc: Doc) -> Doc:
        doc = super().__call__(doc)
        state: State = doc.user_data[STATE]
        readings: list[Reading | None] = doc.user_data.pop(READINGS)
        spans = list(doc.spans["entities"])
        for analysis, reading in zip(state.analyses, readings, strict=True):
            for mention in add_names(analysis, reading) if reading else ():
                span = doc.char_span(mention.start, mention.end, mention.label, kb_id=mention.code or "", alignment_mode="expand")
                if span is not None:
                    spans.append(span)
        doc.spans["entities"] = spans
        doc.ents = filter_spans(spans)  # type: ignore[assignment]
        return doc


def add_names(analysis: Analysis, reading: Reading) -> list[Mention]:
    """Make mentions of the names that no mention of a side covers; returns those, taken into the analysis.

    A person or body has the code of the state beside it ("Hungary's MOL", "a magyar MOL"), anything else none.
    """
    added: list[Mention] = []
    sentences = analysis.layout.sentences
    names = iter(sorted(reading.names, key=lambda name: name.start))
    name = next(names, None)
    for number, sentence in enumerate(sentences):
        end = analysis.layout.words[sentence.last - 1].end
        here = []
        while name is not None and name.start < end:
            here.append(name)
            name = next(names, None)
        fresh = _fresh(analysis, reading, number, here)
        if not fresh:
            continue
        known, view = analysis.mentions[number], View(analysis, number)
        taken = {place for mention in known for place in range(mention.first, mention.last)}
        give_adpositions(view, taken, fresh)
        together = sorted(known + fresh, key=lambda mention: (mention.first, mention.last))
        _give_owners(view, together, fresh)
        analysis.mentions[number] = together
        added += fresh
    return added


def _fresh(analysis: Analysis, reading: Reading, number: int, names: Iterable[Name]) -> list[Mention]:
    sentence, words = analysis.layout.sentences[number], analysis.layout.words
    sides = [mention for mention in analysis.mentions[number] if mention.codes or mention.kind == "region"]
    found = []
    for name in names:
        first, last = reading.words_at(name.start, name.end)
        covered = any(mention.start < name.end and name.start < mention.end for mention in sides)
        if covered or not sentence.first <= first < last <= sentence.last:
            continue
        parses: list[Parse] = [parse for parse in reading.parses[first:last] if parse and parse.relations]
        relations = parses[-1].relations if parses else name_relations(analysis, words[last - 1])
        found.append(Mention(first, last, name.start, name.end, name.label, "region", (), relations, number))
    return found


def _give_owners(view: View, mentions: list[Mention], fresh: list[Mention]) -> None:
    """Let people and bodies take the state beside them, as an office does; the state is no party of its own then."""
    giver = OwnerGiver(view, mentions)
    for place, mention in enumerate(mentions):
        if mention.label not in KINDS or not any(mention is other for other in fresh):
            continue
        owner = giver.right(place, mention) or giver.left(place, mention)
        # A state that stands beside a name without a case or word that links them is another party.
        if owner and owner.codes and (owner.kind == "adjective" or owner.relations & LINKED):
            mention.codes, mention.kind, owner.inside = owner.codes, KINDS[mention.label], True


def _with_tokens(doc: Doc, analyses: Sequence[Analysis], readings: Sequence[Reading | None]) -> Doc:
    """A document of the same text and data whose tokens are the words of the analyses, with lemmas, tags and sentences."""
    words = sorted((word for analysis in analyses for word in analysis.layout.words), key=lambda word: word.start)
    pieces, at = [], 0
    for word in words:
        pieces += [doc.text[at : word.start].strip(), doc.text[word.start : word.end]]  # between words: white space or markup
        at = word.end
    pieces.append(doc.text[at:].strip())
    made = Doc(doc.vocab, *get_words_and_spaces(list(filter(None, pieces)), doc.text))
    made.user_data.update(doc.user_data)
    read = [(analysis, reading) for analysis, reading in zip(analyses, readings, strict=True) if reading]
    parses = {
        word.start: parse for analysis, reading in read for word, parse in zip(analysis.layout.words, reading.parses, strict=True) if parse
    }
    starts = {analysis.layout.words[sentence.first].start for analysis in analyses for sentence in analysis.layout.sentences}
    for token in made:
        token.is_sent_start = token.i == 0 or token.idx in starts
        if parse := parses.get(token.idx):
            token.lemma_, token.pos_ = parse.lemma or "", parse.tag or ""
    return made


def pipelines(folder: Path, langs: Sequence[str], device: str) -> dict[str, Any]:
    """Stanza's pipelines by language. Raises RecordError as `load`."""
    _need()
    if not (folder / "resources.json").is_file():
        raise RecordError(f"{folder}: no resources.json there; give the folder into which stanza.download() has put its models")
    if unknown := [lang for lang in langs if lang not in available()]:
        raise RecordError(f"the language {unknown[0]!r} is not served; there are {', '.join(available())}")
    wanted = langs or [lang for lang in available() if (folder / lang / "tokenize").is_dir()]
    if not wanted:
        raise RecordError(f"{folder}: no models of {', '.join(available())} there; download those of a language with stanza.download()")
    return {lang: _pipeline(folder, lang, device) for lang in wanted}


def _need() -> None:
    try:
        found = tuple(int(part) for part in version("stanza").split(".")[:2])
    except PackageNotFoundError:
        found = (0,)
    if found < OLDEST:
        oldest = ".".join(map(str, OLDEST))
        raise RecordError(f"this needs the package stanza, {oldest} or later; install it with: pip install 'bilat-nlp[stanza]'")


def _pipeline(folder: Path, lang: str, device: str) -> Any:
    has = [name for name in PROCESSORS if (folder / lang / name).is_dir()]
    if "tokenize" not in has:
        raise RecordError(f"{folder}: no models of the language {lang!r} there; download them with stanza.download({lang!r})")
    import stanza
    import torch

    if device != "cpu" and not (device.partition(":")[0] == "cuda" and torch.cuda.is_available()):
        raise RecordError(f"there is no device {device!r} here; leave it away to run on the CPU")
    try:
        return stanza.Pipeline(lang, dir=str(folder), processors=",".join(has), download_method=None, device=device, verbose=False)
    except Exception as error:  # it raises its own classes as well as whatever the files cause
        raise RecordError(f"{folder}: Stanza cannot load the models of {lang!r} ({error}); download them anew") from error


Nlp.factory("bilat_stanza_layout", default_config={"langs": [], "device": "cpu", "without": []}, func=StanzaLayOut.create)
Nlp.factory("bilat_stanza_entities", func=StanzaEntities.create)
