"""What a run learned from, so that anyone can tell whether they hold the same data: a hash of every file, and counts."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from bilat_nlp.corpus.dataset import language_of
from bilat_nlp.records import Document, RecordError


@dataclass(frozen=True, slots=True)
class File:
    """A file as the settings reach it (``corpus/train/hu-Latn.jsonl``), its length in bytes and its SHA-256."""

    path: str
    bytes: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Part:
    """The files of one part of the data, and what is in them; languages by code and script, types of events by name."""

    files: tuple[File, ...]
    documents: int
    events: int
    entities: int
    languages: dict[str, int]
    types: dict[str, int]

    def as_data(self) -> dict[str, Any]:
        """As JSON holds it."""
        return asdict(self) | {"files": [asdict(file) for file in self.files]}

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> Part:
        """Back from `as_data`. Raises KeyError or TypeError for other data."""
        return cls(**{**data, "files": tuple(File(**file) for file in data["files"])})


def part(paths: Sequence[str | Path], documents: Iterable[Document]) -> Part:
    """The fingerprint of the files of ``paths``, and counts over the documents that were read from them.

    Raises RecordError where there is no file; OSError if one cannot be read.
    """
    number = events = entities = 0
    languages: Counter[str] = Counter()
    types: Counter[str] = Counter()
    for document in documents:
        number += 1
        events += len(document.events)
        entities += len(document.entities)
        languages[language_of(document)] += 1
        types.update(event.type for event in document.events)
    return Part(tuple(files(paths)), number, events, entities, dict(sorted(languages.items())), dict(sorted(types.items())))


def moved(old: Mapping[str, Part], new: Mapping[str, Part]) -> list[str]:
    """What differs, half a sentence each: parts and files that are new, gone or changed. Counts do not matter."""
    names = [*old, *(name for name in new if name not in old)]
    return [each for name in names for each in differences(name, *(parts[name].files if name in parts else () for parts in (old, new)))]


def differences(name: str, old: Iterable[File], new: Iterable[File]) -> list[str]:
    """What differs between the files of one part, half a sentence each."""
    before, after = ({file.path: file.sha256 for file in each} for each in (old, new))
    found = []
    for path in [*before, *(path for path in after if path not in before)]:
        if before.get(path) != after.get(path):
            how = "is new" if path not in before else "is gone" if path not in after else "has changed"
            found.append(f"{path} ({name}) {how}")
    return found


def files(paths: Sequence[str | Path]) -> Iterator[File]:
    """Every file once, in the order of the paths and, in a folder, of the names; hidden ones are nobody's data."""
    seen = set()
    for path in map(Path, paths):
        inside = sorted(each for each in path.rglob("*") if each.is_file()) if path.is_dir() else [path]
        inside = [each for each in inside if not any(name.startswith(".") for name in each.relative_to(path).parts)]
        if not inside or not inside[0].exists():
            raise RecordError(f"{path}: there is no file; mend the path in the section [data] of the settings")
        for each in inside:
            if each.resolve() not in seen:
                seen.add(each.resolve())
                with each.open("rb") as stream:
                    digest = hashlib.file_digest(stream, "sha256")
                yield File(each.as_posix(), each.stat().st_size, digest.hexdigest())
