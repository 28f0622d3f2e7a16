"""The systems that a benchmark can run, each named by a specification: ``both``, ``rules:without=suffixes``, ``spacy:PATH``, ``csv:FILE``.

A specification is the kind of system, behind a colon what it is made from, and behind commas options: ``KIND:PATH,option=value``.
A new kind is a line in `KINDS`; what runs over somebody else's words and entities is a `Reader` under the nearest-country baseline.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from bilat_nlp.evaluation.systems.specification import Kind, Specification, System, specification
from bilat_nlp.records import RecordError

__all__ = ["KINDS", "System", "parse"]


def _own(given: Specification) -> System:
    from bilat_nlp.evaluation.systems.own import Own

    parts = given.listed("without")
    _check_parts(given.text, parts)
    settings: dict[str, Any] = {"mode": given.kind, "without": tuple(parts)}
    settings |= {name: given.options[name] for name in ("model", "device", "precision") if name in given.options}
    if written := given.options.get("min_confidence"):
        settings["min_confidence"] = _share(given, "min_confidence", written)
    model = f" ({Path(settings['model']).name})" if "model" in settings else ""
    return Own(given.text, TITLES[given.kind] + model + "".join(f", without {part}" for part in parts), settings)


def _check_parts(text: str, parts: Sequence[str]) -> None:
    if not parts:
        return
    from bilat_nlp.pipeline.components import PARTS

    if unknown := [part for part in parts if part not in PARTS]:
        sentence = f"{text!r}: the library has no part {unknown[0]!r} to do without; there are {', '.join(PARTS)}"
        if unknown[0] == "pretraining":
            sentence += '; a model that was trained without it (encoder.pretrained = "") is another model: give model=FOLDER'
        raise RecordError(sentence)


def _share(given: Specification, name: str, written: str) -> float:
    if not re.fullmatch(r"0?\.\d+|[01](\.0*)?", written):
        raise RecordError(f"{given.text!r}: the {name} must be a number between 0 and 1")
    return float(written)


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

    threshold = _share(given, "threshold", given.options.get("threshold", str(THRESHOLD)))
    reader = GlinerReader(given.target, given.options.get("device", "cpu"), threshold)
    return NearestCountry(given.text, f"GLiNER {_last(given)} + nearest country", reader)


def _hugging_face(given: Specification) -> System:
    from bilat_nlp.evaluation.systems.huggingface import TokenClassifier
    from bilat_nlp.evaluation.systems.nearest import NearestCountry

    reader = TokenClassifier(given.target, given.options.get("device", "cpu"))
    return NearestCountry(given.text, f"{_last(given)} + nearest country", reader)


def _crf(given: Specification) -> System:
    from bilat_nlp.evaluation.systems.crf import ConditionalField

    return ConditionalField(given.text, f"CRF {_last(given)}, names alone", given.target)


def _records(given: Specification) -> System:
    from bilat_nlp.evaluation.systems.recorded import Records

    return Records(given.text, _last(given), given.target)


def _codes(given: Specification) -> System:
    from bilat_nlp.evaluation.systems.recorded import Codes

    return Codes(given.text, _last(given), given.target, "cameo")


def _last(given: Specification) -> str:
    return Path(given.target).name or given.target


TITLES = {"rules": "rules", "both": "rules + model", "model": "model alone"}
_OF_A_MODEL = ("model", "device", "precision", "min_confidence", "without")
KINDS: dict[str, Kind] = {
    "both": Kind("rules and model of ours together; options as extract has them", _own, options=_OF_A_MODEL),
    "rules": Kind("our rules, if asked without: suffixes, gazetteer, resolution (joined by +)", _own, options=("without",)),
    "model": Kind("a model of ours alone", _own, options=_OF_A_MODEL),
    "nearest": Kind("a baseline: trigger words with the nearest countries", _nearest),
    "spacy": Kind("the baseline over a spaCy pipeline", _spacy, "PATH"),
    "stanza": Kind("the baseline over Stanza's pipelines", _stanza, "FOLDER", ("lang", "device")),
    "hf": Kind("the baseline over a Hugging Face token classifier", _hugging_face, "FOLDER", ("device",)),
    "gliner": Kind("the baseline over a GLiNER model", _gliner, "FOLDER", ("threshold", "device")),
    "crf": Kind("names alone, by models of evaluation.crf: the bar for a neural model (evaluate --scheme names)", _crf, "FOLDER"),
    "jsonl": Kind("records in our form", _records, "FILE"),
    "cameo": Kind("the same in columns of the PETRARCH family", _codes, "FILE"),
    "csv": Kind("a table of date, source, target, code and id, with a header", _codes, "FILE"),
}


def parse(text: str) -> System:
    """The system of a specification, not loaded yet. Raises RecordError with what there is."""
    name = text.partition(":")[0]
    if name not in KINDS:
        raise RecordError(f"there is no system {text!r}; {_there_are()}")
    return KINDS[name].make(specification(text, KINDS))


def _there_are() -> str:
    return "there are " + ", ".join(kind.usage(name) for name, kind in KINDS.items())
