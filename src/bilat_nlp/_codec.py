"""Dataclass to plain JSON values, back, and to JSON Schema: three readings of the same field definitions.

A field says more about itself in its metadata: ``required`` (it may not be missing when read), ``omit`` (None and empty values are
left out when written) and ``schema`` (further JSON Schema keywords, or a function that gives them).
"""

from __future__ import annotations

import dataclasses
import types
import typing
from collections.abc import Callable
from functools import cache, partial
from typing import Any, TypeVar, Union

T = TypeVar("T")
_JSON_NAMES = {int: "integer", float: "number", str: "string", bool: "boolean", dict: "object", list: "array", type(None): "null"}


def about(*, required: bool = False, omit: bool = False, schema: Any = None) -> dict[str, Any]:
    """Metadata of a field, see the module."""
    return {"required": required, "omit": omit, "schema": schema or {}}


@cache
def _hints(cls: type) -> dict[str, Any]:
    return typing.get_type_hints(cls)


def write(record: Any) -> dict[str, Any]:
    """The record as a dictionary of JSON values, keys in the order of the fields."""
    out = {}
    for field in dataclasses.fields(record):
        value = getattr(record, field.name)
        if field.metadata["omit"] and (value is None or value in ("", [], {})):
            continue
        out[field.name] = _plain(value)
    return out


def _plain(value: Any) -> Any:
    if value is None or isinstance(value, (str, int, float)):
        return value
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    if dataclasses.is_dataclass(value):
        return value.to_dict() if hasattr(value, "to_dict") else write(value)
    return dict(value) if isinstance(value, dict) else value


def read(cls: type[T], data: Any, where: str, *, ignore: frozenset[str] = frozenset()) -> T:
    """The record that ``data`` describes; ``where`` begins the error texts. Raises ValueError with one sentence."""
    if not isinstance(data, dict):
        raise ValueError(f"{where}: expected an object, found {_describe(data)}")
    fields = _readers(typing.cast(type, cls))
    for key in data:
        if key not in fields and key not in ignore:
            raise ValueError(f"{where}: unknown key {key!r}; known are {', '.join(fields)}")
    values = {}
    for name, (reader, required) in fields.items():
        if name in data:
            values[name] = reader(data[name], f"{where}.{name}")
        elif required:
            raise ValueError(f"{where}: the key {name!r} is missing")
    return cls(**values)


Reader = Callable[[Any, str], Any]


@cache
def _readers(cls: type) -> dict[str, tuple[Reader, bool]]:
    """For every field how its value is read, and whether it is required; worked out once, for records are read by the million."""
    hints = _hints(cls)
    return {field.name: (_reader(hints[field.name]), field.metadata["required"]) for field in dataclasses.fields(cls)}


def _reader(hint: Any) -> Reader:
    origin = typing.get_origin(hint)
    if origin in (Union, types.UnionType):
        options = typing.get_args(hint)
        inner = _reader(next(option for option in options if option is not type(None)))
        if type(None) not in options:
            return inner
        return lambda value, where: None if value is None else inner(value, where)
    if origin is list:
        (item,) = typing.get_args(hint)
        return partial(_read_list, _reader(item))
    if origin is dict:
        return _read_dict
    if dataclasses.is_dataclass(hint):
        return lambda value, where: read(typing.cast(type, hint), value, where)
    return partial(_read_value, hint)


def _read_list(item: Reader, value: Any, where: str) -> list[Any]:
    if not isinstance(value, list):
        raise ValueError(f"{where}: expected a list, found {_describe(value)}")
    return [item(each, f"{where}[{n}]") for n, each in enumerate(value)]


def _read_dict(value: Any, where: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise ValueError(f"{where}: expected an object, found {_describe(value)}")
    return dict(value)


def _read_value(kind: type, value: Any, where: str) -> Any:
    if kind is float and isinstance(value, int) and not isinstance(value, bool):
        return float(value)
    if not isinstance(value, kind) or (isinstance(value, bool) and kind is not bool):
        raise ValueError(f"{where}: expected {_JSON_NAMES[kind]}, found {_describe(value)}")
    return value


def _describe(value: Any) -> str:
    name = _JSON_NAMES.get(type(value), type(value).__name__)
    shown = repr(value)
    return name if value is None else f"{name} {shown if len(shown) <= 40 else shown[:37] + '...'}"


def schema(cls: type, definitions: dict[str, Any]) -> dict[str, Any]:
    """JSON Schema of a record; those of the records inside it are put into ``definitions`` under their names."""
    properties = {}
    for field in dataclasses.fields(cls):
        if field.name.startswith("_") or field.metadata.get("schema") is None:
            continue
        more = field.metadata["schema"]
        properties[field.name] = _constrain(_hint_schema(_hints(cls)[field.name], definitions), more() if callable(more) else more)
    required = [field.name for field in dataclasses.fields(cls) if field.metadata["required"]]
    return {"type": "object", "properties": properties, "required": required, "additionalProperties": False}


def _constrain(made: dict[str, Any], more: dict[str, Any]) -> dict[str, Any]:
    """Keywords are added; an ``enum`` of a value that may be null lists null, since JSON Schema would refuse it otherwise."""
    made = made | more
    if "enum" in more and isinstance(made.get("type"), list) and "null" in made["type"]:
        made["enum"] = [*more["enum"], None]
    return made


def _hint_schema(hint: Any, definitions: dict[str, Any]) -> dict[str, Any]:
    origin = typing.get_origin(hint)
    if origin in (Union, types.UnionType):
        inner = _hint_schema(next(option for option in typing.get_args(hint) if option is not type(None)), definitions)
        if "$ref" in inner:
            return {"anyOf": [inner, {"type": "null"}]}
        return inner | {"type": [inner["type"], "null"]}
    if origin is list:
        return {"type": "array", "items": _hint_schema(typing.get_args(hint)[0], definitions)}
    if origin is dict:
        return {"type": "object"}
    if dataclasses.is_dataclass(hint):
        cls = typing.cast(type, hint)
        if cls.__name__ not in definitions:
            definitions[cls.__name__] = {}  # stands before its fields are read, so that a record may hold its own kind
            definitions[cls.__name__] = schema(cls, definitions)
        return {"$ref": f"#/$defs/{cls.__name__}"}
    return {"type": _JSON_NAMES[hint]}
