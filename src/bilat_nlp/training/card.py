"""The card of a model: what it is, what it learned from, how good it is, and what it should not be used for.

After Mitchell and others, "Model cards for model reporting", 2019; the head is what the hub of Hugging Face reads.
"""

from __future__ import annotations

import json
import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from bilat_nlp import __version__, ontology
from bilat_nlp.evaluation.calibration import Calibration
from bilat_nlp.evaluation.results import Report
from bilat_nlp.output import grid
from bilat_nlp.output.grid import Cell, Table
from bilat_nlp.training.config import Settings
from bilat_nlp.training.fingerprint import Part

FEW_DOCUMENTS, FEW_EVENTS = 30, 10  # below: figures say little, and a type is hardly learned


@dataclass(frozen=True, slots=True)
class Source:
    """Data that the model learned from: what it is called, its licence ("" where none is stated), and where it comes from."""

    name: str
    licence: str
    origin: str = ""


@dataclass(frozen=True, slots=True)
class Card:
    """What a card is made of.

    Attributes:
        name: of the model.
        settings: of its run.
        parts: fingerprints of its data; ``train`` and ``dev`` among them.
        parameters: how many numbers it learned.
        reports: figures on the development documents, grouped by ``lang``, under what was measured: the model itself first, then
            what it should be compared with.
        sources: of the data, with licences.
        licence: of the model, as the hub writes it (``apache-2.0``); "" if its maker has not chosen one.
        seconds: that the training took.
        machine: where it was trained, as `evaluation.machine.describe` tells.
        notes: further limits, a sentence each.
    """

    name: str
    settings: Settings
    parts: Mapping[str, Part]
    parameters: int
    reports: Mapping[str, Report]
    sources: Sequence[Source] = ()
    licence: str = ""
    seconds: float | None = None
    machine: Mapping[str, Cell] = field(default_factory=dict)
    notes: Sequence[str] = ()

    def render(self, *, curves: bool = False) -> str:
        """The card in Markdown; ``curves`` says whether ``curves.svg`` lies beside it."""
        from jinja2 import Environment, StrictUndefined

        page = Environment(undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True, keep_trailing_newline=True)
        page.filters |= {"quoted": _quoted, "table": lambda table: grid.as_markdown([table])}
        template = page.from_string(Path(__file__).with_name("card.md.j2").read_text(encoding="utf-8"))
        main = next(iter(self.reports.values()), None)
        return template.render(
            card=self,
            version=__version__,
            languages=self._languages(),
            hub="" if self._own_encoder() else self.settings.encoder.kind,
            command=self._command(),
            data=self._data(),
            figures=[(title, table) for title, report in self.reports.items() for table in report.tables()],
            signatures=[report.signature for report in self.reports.values()],
            reliability=None if main is None or main.calibration is None else _reliability(main.calibration),
            limits=[*self._limits(main), *self.notes],
            time=None if self.seconds is None else _duration(self.seconds),
            curves=curves,
        )

    def _command(self) -> str:
        """What gives the same model anew from the same files."""
        changes = [word for text in self.settings.overrides() for word in ("--set", text)]
        return shlex.join(["bilat-nlp", "train", *changes, self.name])

    def _own_encoder(self) -> bool:
        """Whether the encoder is ours, or of the user's disk: no name that the hub knows."""
        kind = self.settings.encoder.kind
        return kind == "compact" or Path(kind).exists()

    def _languages(self) -> list[str]:
        """Codes of the languages of the training documents."""
        return sorted({name.partition("-")[0] for name in self.parts["train"].languages} - {"unknown"})

    def _data(self) -> Table:
        rows: list[tuple[Cell, ...]] = [
            (name, ", ".join(f"{language} {number}" for language, number in part.languages.items()), part.documents, part.events,
             part.entities, len(part.files))
            for name, part in self.parts.items()
        ]  # fmt: skip
        return Table("data", ("part", "documents by language", "documents", "events", "entities", "files"), rows)

    def _limits(self, main: Report | None) -> list[str]:
        """What the counts themselves say about where the model is weak."""
        found = []
        seen = self.parts["train"].types
        missing = [name for name in ontology.types() if not seen.get(name)]
        rare = [f"`{name}` ({seen[name]})" for name in ontology.types() if 0 < seen.get(name, 0) < FEW_EVENTS]
        if missing:
            found.append(f"Types without any example to learn from: {', '.join(f'`{name}`' for name in missing)}.")
        if rare:
            found.append(f"Types with fewer than {FEW_EVENTS} examples to learn from: {', '.join(rare)}.")
        groups = main.groups.get("lang", {}).values() if main else ()
        few = [f"{group.name} ({group.documents})" for group in groups if group.documents < FEW_DOCUMENTS]
        if few:
            found.append(f"Measured on fewer than {FEW_DOCUMENTS} documents, so that little can be said: {', '.join(few)}.")
        return found


def _reliability(calibration: Calibration) -> Table:
    rows: list[tuple[Cell, ...]] = [
        (f"{each.low:.1f}-{each.high:.1f}", each.events, each.confidence, each.accuracy) for each in calibration.bins if each.events
    ]
    return Table("reliability", ("confidence", "events", "mean confidence", "share right"), rows)


def _quoted(text: str) -> str:
    """As YAML reads it; a text of JSON is one of YAML."""
    return json.dumps(text, ensure_ascii=False)


def _duration(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes} min" if hours else f"{minutes} min {rest} s"
