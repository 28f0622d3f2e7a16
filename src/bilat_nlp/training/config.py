"""The settings of a run: TOML files over the packaged defaults (``config.toml``), and single values over both.

Every fault is one sentence that names the file (or ``--set``), the key, and what would be right.
"""

from __future__ import annotations

import dataclasses
import json
import math
import re
import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from functools import cache
from pathlib import Path
from typing import Any, cast, get_type_hints

from bilat_nlp.records import RecordError

DEFAULTS = Path(__file__).with_name("config.toml")
_ASSIGNMENT = re.compile(r"(\w+) = ")
_DEVICE = re.compile(r"auto|cpu|mps|cuda(:\d+)?")
_TYPES = {
    bool: "true or false",
    int: "a whole number",
    float: "a number",
    str: "a text in quotes",
    tuple[str, ...]: "a list of texts in quotes",
}


def _held(words: str, holds: Callable[[Any], bool], *, free: bool = False) -> Any:
    """A field whose value must satisfy ``holds``, said in ``words``; a ``free`` one may change when a run is resumed."""
    return field(metadata={"words": words, "holds": holds, "free": free})


def _any(*, free: bool = False) -> Any:
    return _held("", lambda value: True, free=free)


def _filled(words: str) -> Any:
    return _held(words, lambda value: bool(value))


def _share() -> Any:
    return _held("between 0 and 1", lambda value: 0 <= value <= 1)


def _part() -> Any:
    return _held("at least 0 and below 1", lambda value: 0 <= value < 1)


def _positive(*, free: bool = False) -> Any:
    return _held("above 0", lambda value: value > 0, free=free)


def _count(*, least: int = 1, free: bool = False) -> Any:
    return _held(f"{least} or more", lambda value: value >= least, free=free)


def _one_of(*words: str) -> Any:
    return _held("one of " + ", ".join(map(repr, words)), lambda value: value in words)


@dataclass(frozen=True, slots=True)
class DataSettings:
    """What is learned from. Paths are kept as written."""

    train: tuple[str, ...] = _filled("a list of at least one path")
    dev: tuple[str, ...] = _filled("a list of at least one path")
    names: tuple[str, ...] = _any()
    names_words: int = _count(least=0)
    raw: tuple[str, ...] = _any()
    raw_words: int = _count()
    raw_kinds: tuple[str, ...] = _any()
    raw_share: float = _part()
    names_eventless: bool = _any()
    ontology: str = _any()
    rehearsal: tuple[str, ...] = _any()
    rehearsal_share: float = _part()


@dataclass(frozen=True, slots=True)
class EncoderSettings:
    """What turns words into states."""

    kind: str = _filled("'compact', a name at Hugging Face or a path")
    width: int = _count()
    layers: int = _count(least=0)
    rows: int = _count(least=2)
    kernel: int = _held("odd and 1 or more", lambda value: value > 0 and value % 2 == 1)
    dropout: float = _part()
    pretrained: str = _any()
    gradient_checkpointing: bool = _any(free=True)


@dataclass(frozen=True, slots=True)
class OptimiserSettings:
    """How the weights are moved."""

    epochs: int = _count()
    batch_words: int = _count()
    learning_rate: float = _positive()
    weight_decay: float = _held("0 or more", lambda value: value >= 0)
    warmup: float = _part()
    accumulate: int = _count()
    clip: float = _positive()
    precision: str = _one_of("fp32", "bf16", "fp16")
    rule_dropout: float = _share()
    word_dropout: float = _part()
    names_share: float = _part()


@dataclass(frozen=True, slots=True)
class PretrainingSettings:
    """What `pretrain` makes of raw text; the shape of the encoder is that of `EncoderSettings`."""

    words: int = _count()
    vector_rows: int = _count(least=2)
    vector_width: int = _count()
    vector_epochs: int = _count()
    minutes: float = _positive(free=True)
    batch_words: int = _count()
    learning_rate: float = _positive()


@dataclass(frozen=True, slots=True)
class RunSettings:
    """Where and how the run goes."""

    seed: int = _held("between 0 and 4294967295", lambda value: 0 <= value < 2**32)
    deterministic: bool = _any()
    device: str = _held("'auto', 'cpu', 'cuda', 'cuda:1' or 'mps'", lambda value: bool(_DEVICE.fullmatch(value)), free=True)
    patience: int = _count(least=0, free=True)
    init: str = _any()
    keep: str = _one_of("best", "last")
    blend: float = _share()
    threads: int = _count(least=0, free=True)
    every: int = _count()


@dataclass(frozen=True, slots=True)
class Settings:
    """All settings of a run, a section of the file each."""

    data: DataSettings
    encoder: EncoderSettings
    optimiser: OptimiserSettings
    pretraining: PretrainingSettings
    run: RunSettings

    def as_data(self) -> dict[str, dict[str, Any]]:
        """As JSON and TOML hold it: sections of keys, tuples as lists."""
        return {
            section: {key: list(value) if isinstance(value, tuple) else value for key, value in keys.items()}
            for section, keys in dataclasses.asdict(self).items()
        }

    def overrides(self) -> list[str]:
        """What differs from the packaged defaults, as `read` takes it."""
        before = _values(read())
        return [override(key, value) for key, value in _values(self).items() if value != before[key]]

    def as_toml(self) -> str:
        """The packaged file with these values in place of the defaults, comments and all; `read` gives equal settings back.

        Raises RecordError for a path that no file in UTF-8 can hold.
        """
        lines, section = [], ""
        for line in DEFAULTS.read_text(encoding="utf-8").splitlines():
            if line.startswith("["):
                section = line.strip("[]")
            if found := _ASSIGNMENT.match(line):
                line = f"{found[1]} = {_written(getattr(getattr(self, section), found[1]))}"
            lines.append(line)
        text = "\n".join(lines) + "\n"
        try:
            text.encode("utf-8")
        except UnicodeEncodeError:
            raise RecordError("a path in the settings has bytes that are no UTF-8; rename the file or folder") from None
        return text


_SECTIONS: dict[str, type] = {each.name: get_type_hints(Settings)[each.name] for each in dataclasses.fields(Settings)}


def read(path: str | Path | None = None, overrides: Sequence[str] = ()) -> Settings:
    """The packaged defaults, over them the values of a file, over them the overrides in their order.

    Args:
        path: a TOML file with the sections and keys of ``config.toml``, or some of them.
        overrides: ``"optimiser.learning_rate=0.002"``; the value is written as in TOML, a text or a single path may also stand without
            quotes.

    Raises:
        RecordError: the file is missing or no TOML, a key is unknown, a value has the wrong type or lies outside of its range.
    """
    values = _checked(_table(DEFAULTS), str(DEFAULTS))
    places: dict[str, str] = {}
    if path is not None:
        found = _checked(_table(Path(path)), str(path))
        values |= found
        places |= dict.fromkeys(found, str(path))
    for text in overrides:
        key, value = _override(text)
        values[key] = value
        places[key] = "--set"
    sections: dict[str, Any] = {}
    for section, cls in _SECTIONS.items():
        sections[section] = cls(**{each.name: values[f"{section}.{each.name}"] for each in dataclasses.fields(cls)})
    settings = Settings(**sections)
    if settings.data.rehearsal and not settings.run.init:
        place = places.get("data.rehearsal", "the settings")
        raise RecordError(f"{place}: data.rehearsal needs a model that knows these documents; name its folder in run.init (--init)")
    return settings


def override(key: str, value: Any) -> str:
    """The override that gives ``key`` this value; paths, texts, numbers, and sequences of texts or paths."""
    return f"{key}={_written(value)}"


def check_paths(settings: Settings) -> None:
    """Raises RecordError, with the key, for the first path in the settings where nothing stands.

    ``encoder.kind`` may be a name at Hugging Face and is not looked at.
    """
    for key, value in _values(settings).items():
        if key in ("data.train", "data.dev", "data.names", "data.raw", "data.rehearsal", "data.ontology", "encoder.pretrained", "run.init"):
            for path in filter(None, value if isinstance(value, tuple) else [value]):
                if not Path(path).exists():
                    raise RecordError(f"{key}: there is no file or folder {path!r} (seen from {str(Path.cwd())!r}); mend the path")


def changed(old: Settings, new: Settings) -> list[str]:
    """Keys that differ and that decide what a run computes; those of the machine (device, threads) and patience may differ."""
    free = {f"{section}.{each.name}" for section, cls in _SECTIONS.items() for each in dataclasses.fields(cls) if each.metadata["free"]}
    before, after = _values(old), _values(new)
    return [key for key in before if key not in free and before[key] != after[key]]


def _values(settings: Settings) -> dict[str, Any]:
    """Every value by its full key, ``optimiser.epochs``."""
    return {f"{section}.{key}": value for section, keys in dataclasses.asdict(settings).items() for key, value in keys.items()}


@cache
def _fields() -> dict[str, tuple[Any, Mapping[str, Any]]]:
    """For every full key its type and what must hold of its value."""
    return {
        f"{section}.{each.name}": (get_type_hints(cls)[each.name], each.metadata)
        for section, cls in _SECTIONS.items()
        for each in dataclasses.fields(cls)
    }


def _table(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise RecordError(f"{path}: no TOML: {error}") from None
    except OSError as error:
        raise RecordError(f"{path}: {error.strerror or error}; --config takes a file of settings") from None


def _checked(table: Mapping[str, Any], place: str) -> dict[str, Any]:
    """The values of a file by their full keys. Raises RecordError."""
    values = {}
    for section, keys in table.items():
        if section not in _SECTIONS:
            raise RecordError(f"{place}: unknown {'section' if isinstance(keys, dict) else 'key'} {section!r}; {_nearest(section)}")
        if not isinstance(keys, dict):
            raise RecordError(f"{place}: {section} is a section; write [{section}] and its keys below")
        for key, value in keys.items():
            values[f"{section}.{key}"] = _value(f"{section}.{key}", value, place)
    return values


def _override(text: str) -> tuple[str, Any]:
    """Key and value of one override. Raises RecordError."""
    key, sign, written = (part.strip() for part in text.partition("="))
    if not sign or not key:
        raise RecordError(f"--set {text!r}: write KEY=VALUE, as in optimiser.learning_rate=0.002")
    if key not in _fields():
        raise RecordError(f"--set: unknown key {key!r}; {_nearest(key)}")
    kind = _fields()[key][0]
    try:
        value: Any = tomllib.loads(f"value = {written}")["value"]
    except tomllib.TOMLDecodeError:
        value = written
    if kind is str and not isinstance(value, str):
        value = written  # a folder may be called 2024
    elif kind == tuple[str, ...] and not isinstance(value, list):
        value = [value if isinstance(value, str) else written]
    return key, _value(key, value, "--set")


def _value(key: str, value: Any, place: str) -> Any:
    """The value in the type of its field, checked. Raises RecordError."""
    if key not in _fields():
        raise RecordError(f"{place}: unknown key {key!r}; {_nearest(key)}")
    kind, about = _fields()[key]
    fits = isinstance(value, kind) if isinstance(kind, type) else isinstance(value, list) and all(isinstance(one, str) for one in value)
    if kind is float and isinstance(value, int):
        fits = True
    if isinstance(value, bool) and kind is not bool:
        fits = False
    if not fits:
        raise RecordError(f"{place}: {key}: expected {_TYPES[kind]}, found {_shown(value)}")
    if kind is float:
        value = float(value)
        if not math.isfinite(value):
            raise RecordError(f"{place}: {key}: expected a finite number, found {value}")
    if kind == tuple[str, ...]:
        value = tuple(value)
    if not about["holds"](value):
        raise RecordError(f"{place}: {key} must be {about['words']}, not {_shown(value)}")
    return value


def _shown(value: Any) -> str:
    shown = json.dumps(list(value) if isinstance(value, tuple) else value, ensure_ascii=False, default=str)
    return shown if len(shown) <= 60 else shown[:57] + "..."


def _nearest(key: str) -> str:
    """Half a sentence that names the known key most like it: by the whole key, by its last part, or by initials (``lr``)."""

    def likeness(known: str) -> float:
        last = known.rpartition(".")[2]
        pairs = [(key, known), (key.rpartition(".")[2], last), (key.rpartition(".")[2], "".join(word[0] for word in last.split("_")))]
        return max(SequenceMatcher(None, one.casefold(), other).ratio() for one, other in pairs if len(other) > 1)

    return f"the nearest known one is {max([*_SECTIONS, *_fields()] if '.' not in key else _fields(), key=likeness)!r}"


def _written(value: Any) -> str:
    """A value as TOML; every basic string of JSON is one of TOML but for DEL."""
    if isinstance(value, (str, Path)):
        return json.dumps(str(value), ensure_ascii=False).replace("\x7f", "\\u007f")
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Sequence):
        return "[" + ", ".join(_written(each) for each in value) + "]"
    return repr(cast(float, value))
