"""The systems that a benchmark can run, each named by a specification: ``rules``, ``rules:without=suffixes``, ``spacy:PATH``, ``csv:FILE``.

A specification is the kind of system, behind a colon what it is made from, and behind commas options: ``KIND:PATH,option=value``.
A new kind is a line in `KINDS`; what runs over somebody else's words and entities is a `Reader` under the nearest-country baseline.
"""

from __future__ import annotations

import re
from pathlib import Path

from bilat_nlp.evaluation.systems.specification import Kind, Specification, System, specification
from bilat_nlp.records import RecordError

__all__ = ["KINDS", "System", "parse"]


def _rules(given: Specification) -> System:
    from bilat_nlp.evaluation.systems.own import Rules

    parts = given.listed("without")
    if AWAITED.intersection(parts):
        raise RecordError(f"the system {given.text!r} cannot run: {_NO_MODEL} that could be left out")
    if parts:
        from bilat_nlp.pipeline.components import PARTS

        if unknown := [part for part in parts if part not in PARTS]:
            raise RecordError(f"{given.text!r}: the rules have no part {unknown[0]!r} to do without; there are {', '.join(PARTS)}")
    return Rules(given.text, "rules" + "".join(f", without {part}" for part in parts), parts)


def _nearest(given: Specification) -> System:
    from bilat_nlp.evaluation.systems.nearest import NearestCountry
    from bilat_nlp.evaluation.systems.reading import PlainReader

    return NearestCountry(given.text, "plain words + nearest country", PlainReader())


def _spacy(given: Specification) -> System:
    from bilat_nlp.evaluation.systems.nearest import NearestCountry
    from bilat_nlp.evaluation.systems.spacy import SpacyReader

    return NearestCountry(given.text, f"spaCy {_last(given)} + nearest country", SpacyReader(given.target))


def _stanza(given: Specification) -> System:
    from bilat_nlp.evaluation.systems.nearest import NearestCountry
    from bilat_nlp.evaluation.systems.stanza import StanzaReader

    reader = StanzaReader(given.target, given.listed("lang"), given.options.get("device", "cpu"))
    return NearestCountry(given.text, f"Stanza {_last(given)} + nearest country", reader)


def _gliner(given: Specification) -> System:
    from bilat_nlp.evaluation.systems.gliner import THRESHOLD, GlinerReader
    from bilat_nlp.evaluation.systems.nearest import NearestCountry

    written = given.options.get("threshold", str(THRESHOLD))
    if not re.fullmatch(r"0?\.\d+|[01]", written):
        raise RecordError(f"{given.text!r}: the threshold must be a number between 0 and 1")
    reader = GlinerReader(given.target, given.options.get("device", "cpu"), float(written))
    return NearestCountry(given.text, f"GLiNER {_last(given)} + nearest country", reader)


def _hugging_face(given: Specification) -> System:
    from bilat_nlp.evaluation.systems.huggingface import TokenClassifier
    from bilat_nlp.evaluation.systems.nearest import NearestCountry

    reader = TokenClassifier(given.target, given.options.get("device", "cpu"))
    return NearestCountry(given.text, f"{_last(given)} + nearest country", reader)


def _records(given: Specification) -> System:
    from bilat_nlp.evaluation.systems.recorded import Records

    return Records(given.text, _last(given), given.target)


def _codes(given: Specification) -> System:
    from bilat_nlp.evaluation.systems.recorded import Codes

    return Codes(given.text, _last(given), given.target, "cameo")


def _last(given: Specification) -> str:
    return Path(given.target).name or given.target


KINDS: dict[str, Kind] = {
    "rules": Kind("our rules, if asked without: suffixes, gazetteer, resolution (joined by +)", _rules, options=("without",)),
    "nearest": Kind("a baseline: trigger words with the nearest countries", _nearest),
    "spacy": Kind("the baseline over a spaCy pipeline", _spacy, "PATH"),
    "stanza": Kind("the baseline over Stanza's pipelines", _stanza, "FOLDER", ("lang", "device")),
    "hf": Kind("the baseline over a Hugging Face token classifier", _hugging_face, "FOLDER", ("device",)),
    "gliner": Kind("the baseline over a GLiNER model", _gliner, "FOLDER", ("threshold", "device")),
    "jsonl": Kind("records in our form", _records, "FILE"),
    "cameo": Kind("the same in columns of the PETRARCH family", _codes, "FILE"),
    "csv": Kind("a table of date, source, target, code and id, with a header", _codes, "FILE"),
}
# A trained model brings its modes into KINDS and takes its words away here.
AWAITED = frozenset({"model", "both", "pretraining"})
_NO_MODEL = "no trained model is installed with this version"


def parse(text: str) -> System:
    """The system of a specification, not loaded yet. Raises RecordError with what there is."""
    name = text.partition(":")[0]
    if name in AWAITED:
        raise RecordError(f"the system {text!r} cannot run: {_NO_MODEL}; {_there_are()}")
    if name not in KINDS:
        raise RecordError(f"there is no system {text!r}; {_there_are()}")
    return KINDS[name].make(specification(text, KINDS))


def _there_are() -> str:
    return "there are " + ", ".join(kind.usage(name) for name, kind in KINDS.items())
