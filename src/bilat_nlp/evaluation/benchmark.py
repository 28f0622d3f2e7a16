"""Several systems on the same documents: how good, how fast, how large, and whether the differences between them could be chance."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from bilat_nlp.evaluation import process
from bilat_nlp.evaluation.machine import describe
from bilat_nlp.evaluation.report import measure
from bilat_nlp.evaluation.resample import SAMPLES, SEED
from bilat_nlp.evaluation.results import TITLES, Report, cell
from bilat_nlp.evaluation.run import as_json, p_value
from bilat_nlp.evaluation.significance import Difference, difference
from bilat_nlp.evaluation.source import pair_up
from bilat_nlp.evaluation.systems import System, parse
from bilat_nlp.output.grid import Cell, Table
from bilat_nlp.records import Document, RecordError

REPEATS, STARTS = 5, 3
SHOWN = ("strict", "relaxed", "dyad", "trig_c", "arg_c", "direction", "date", "modality", "location", "entity")
COMPARED = ("strict", "relaxed", "dyad")
MACHINE = {
    "processor": "processor",
    "cores": "cores that may be used",
    "memory_gb": "memory, GB",
    "gpus": "GPUs",
    "load": "load before the run (processes)",
    "system": "system",
    "python": "Python",
    "bilat_nlp": "bilat_nlp",
}


@dataclass(frozen=True, slots=True)
class Spread:
    """The median of several measurements, and their range."""

    median: float
    low: float
    high: float
    runs: int

    @classmethod
    def of(cls, values: Iterable[float]) -> Spread | None:
        """None of nothing."""
        ordered = sorted(values)
        return cls(statistics.median(ordered), ordered[0], ordered[-1], len(ordered)) if ordered else None


@dataclass(slots=True)
class Result:
    """One system: its records, its speed unless they were written before, its scores if there is gold.

    ``speed`` has the keys ``words_per_second``, ``documents_per_second``, ``load_seconds``, ``first_result_seconds`` and ``megabytes``.
    ``classes`` is the report on the classes of a scheme, where the benchmark has a system that knows no finer ones.
    """

    system: System
    predicted: list[Document]
    figures: process.Figures | None = None
    speed: dict[str, Spread] = field(default_factory=dict)
    report: Report | None = None
    classes: Report | None = None

    @property
    def notes(self) -> list[str]:
        return self.figures.notes if self.figures else self.system.notes


@dataclass(slots=True)
class Benchmark:
    """All systems in the order they were asked for; differences are those from the first of them that was scored alike."""

    documents: int
    words: int
    machine: dict[str, Cell]
    results: list[Result]
    scheme: str | None = None

    def tables(self) -> list[Table]:
        """For people: speed, quality with intervals, differences, and what it was measured on."""
        tables = [self._speed()] if any(result.speed for result in self.results) else []
        tables += self._quality("quality", SHOWN, {result.system.name: result.report for result in self.results})
        if self.scheme:
            shown = (*COMPARED, "direction")
            tables += self._quality(f"quality on the classes of {self.scheme}", shown, {r.system.name: r.classes for r in self.results})
        return [*tables, self._machine()]

    def long(self) -> Table:
        """For programs: one row a system and figure, numbers unrounded; ``n`` is the number of runs or of gold items."""
        rows: list[tuple[Cell, ...]] = []
        for result in self.results:
            rows += [(result.system.name, name, each.median, each.low, each.high, each.runs) for name, each in result.speed.items()]
            for prefix, report in (("", result.report), (f"{self.scheme} ", result.classes)):
                for name, score in report.scores.items() if report else ():
                    if score.value is not None:
                        rows.append((result.system.name, prefix + name, score.value, score.low, score.high, score.gold))
        return Table("benchmark", ("system", "figure", "value", "low", "high", "n"), rows)

    def as_data(self) -> dict[str, Any]:
        """Everything, for programs."""
        first, first_classes = _first(r.report for r in self.results), _first(r.classes for r in self.results)
        return {
            "machine": self.machine,
            "documents": self.documents,
            "words": self.words,
            "scheme": self.scheme,
            "systems": [
                {
                    "system": result.system.name,
                    "title": result.system.title,
                    "speed": {name: asdict(spread) for name, spread in result.speed.items()},
                    "process": asdict(result.figures) if result.figures else None,
                    "notes": result.notes,
                    "scores": _scores(result.report),
                    "difference": _differences(result.report, first),
                    "classes": _scores(result.classes),
                    "difference_on_classes": _differences(result.classes, first_classes),
                }
                for result in self.results
            ],
        }

    def _speed(self) -> Table:
        rows: list[tuple[Cell, ...]] = []
        for result in self.results:
            if speed := result.speed:
                rates = map(_rate, (speed["words_per_second"], speed["documents_per_second"]))
                waits = map(_seconds, (speed["load_seconds"], speed["first_result_seconds"]))
                rows.append((result.system.name, *rates, *waits, f"{speed['megabytes'].median:.0f}"))
        columns = ("system", "words a second", "documents a second", "load, s", "first result, s", "peak memory, MB")
        return Table(f"speed: median (range) over {self.documents} documents, {self.words:,} words", columns, rows)

    def _quality(self, title: str, figures: Sequence[str], reports: dict[str, Report | None]) -> list[Table]:
        scored = {name: report for name, report in reports.items() if report is not None}
        if not scored:
            return []
        shown = [name for name in figures if any(report.scores[name].gold for report in scored.values())]
        rows: list[tuple[Cell, ...]]
        rows = [(name, str(report.predicted), *(cell(report.scores[figure]) for figure in shown)) for name, report in scored.items()]
        events = next(iter(scored.values())).events
        found = [Table(f"{title}: {events:,} gold events", ("system", "events", *(TITLES[name] for name in shown)), rows)]
        first, *others = scored
        if others:
            columns = ("system", *(f"{TITLES[name]}{what}" for name in COMPARED for what in ("", ", p")))
            rows = [_against(name, scored[name], scored[first]) for name in others]
            found.append(Table(f"{title}: difference from {first}", columns, rows))
        return found

    def _machine(self) -> Table:
        rows: list[tuple[Cell, ...]] = [(MACHINE[name], str(value)) for name, value in self.machine.items() if value is not None]
        packages: dict[str, str] = {}
        for result in self.results:
            if result.figures:
                packages |= result.figures.packages
                if result.figures.device:
                    rows.append((f"model of {result.system.name} computed by", result.figures.device))
                if result.figures.gpu:
                    rows.append((f"GPU of {result.system.name}", f"{result.figures.gpu}, {result.figures.gpu_memory:.0f} MB used"))
        rows.append(("packages", ", ".join(f"{name} {version}" for name, version in sorted(packages.items()))))
        return Table("machine", ("what", "value"), [row for row in rows if row[1]])


def benchmark(
    documents: Sequence[Document],
    systems: Sequence[str],
    *,
    gold: bool,
    repeats: int = REPEATS,
    starts: int = STARTS,
    samples: int = SAMPLES,
    seed: int = SEED,
    progress: Callable[[str], None] = lambda system: None,
) -> Benchmark:
    """Run each system on all documents.

    Args:
        documents: with their texts.
        systems: specifications (see `evaluation.systems`), each run in processes of its own.
        gold: whether the documents carry gold events, so that the records are scored.
        repeats: times that the speed is measured, after a first pass that warms up.
        starts: fresh processes in which load time and first result are measured.
        samples, seed: of the bootstrap.
        progress: is told each system before it runs.

    Raises:
        RecordError: no words, an unknown system, one that cannot run here; a sentence.
    """
    words = sum(len((document.text or "").split()) for document in documents)
    if not words:
        raise RecordError("the texts hold no words; give at least one news text")
    if len(set(systems)) < len(systems):
        raise RecordError("a system is named twice; name each once")
    machine = describe()
    found = [Result(system, []) for system in map(parse, systems)]
    # All of them start once or twice before one runs for long: what is missing shows at once.
    early = [_start(result, documents, starts) for result in found]
    for result, started in zip(found, early, strict=True):
        progress(result.system.name)
        if not result.system.recorded:
            _run(result, documents, words, repeats, started)
    scheme = next((result.system.classes for result in found if result.system.classes), None) if gold else None
    by_day = any(result.system.by_day for result in found)
    for result in found if gold else ():
        _score(result, documents, scheme, by_day, samples, seed)
    return Benchmark(len(documents), words, machine, found, scheme)


def _start(result: Result, documents: Sequence[Document], starts: int) -> list[process.Figures]:
    """What was measured in all fresh processes but the one that does the work; what was recorded is only read."""
    system = result.system
    if not system.recorded:
        return [process.run(system.name, documents[:1], 0)[0] for _ in range(starts - 1)]
    system.load()
    # as the others get them: without anything that an annotator added
    result.predicted = list(system.predict([Document(id=each.id, text=each.text, date=each.date) for each in documents]))
    return []


def _run(result: Result, documents: Sequence[Document], words: int, repeats: int, started: list[process.Figures]) -> None:
    result.figures, result.predicted = process.run(result.system.name, documents, repeats)
    fresh = [*started, result.figures]
    spreads = {
        "words_per_second": Spread.of(words / seconds for seconds in result.figures.passes),
        "documents_per_second": Spread.of(len(documents) / seconds for seconds in result.figures.passes),
        "load_seconds": Spread.of(each.load for each in fresh),
        "first_result_seconds": Spread.of(each.first for each in fresh),
        "megabytes": Spread.of([result.figures.memory]),
    }
    result.speed = {name: spread for name, spread in spreads.items() if spread}


def _score(result: Result, documents: Sequence[Document], scheme: str | None, day_by_day: bool, samples: int, seed: int) -> None:
    from bilat_nlp.evaluation.foreign.days import by_day
    from bilat_nlp.evaluation.foreign.scheme import load

    system, pairs = result.system, pair_up(documents, result.predicted)
    about: dict[str, Any] = {"samples": samples, "seed": seed, "system": system.name}
    if system.classes is None:
        result.report = measure(pairs, **about)
    if scheme:
        classes = load(scheme)
        projected = [(classes.project(one), other if system.classes == scheme else classes.project(other)) for one, other in pairs]
        result.classes = measure(by_day(projected) if day_by_day else projected, scheme=scheme, **about)


def _first(reports: Iterable[Report | None]) -> Report | None:
    return next((report for report in reports if report is not None), None)


def _scores(report: Report | None) -> dict[str, Any] | None:
    return {key: value for key, value in as_json(report).items() if key not in ("groups", "by_document")} if report else None


def _differences(report: Report | None, first: Report | None) -> dict[str, Any] | None:
    if report is None or first is None or report is first:
        return None
    return {name: asdict(found) for name, found in difference(report, first).items()}


def _against(name: str, report: Report, first: Report) -> tuple[Cell, ...]:
    found = difference(report, first)
    return (name, *(text for figure in COMPARED for text in _difference(found[figure])))


def _difference(found: Difference) -> tuple[str, str]:
    if found.value is None or found.low is None or found.high is None:
        return "-", "-"
    return f"{found.value:+.3f}\n{found.low:+.3f} to {found.high:+.3f}", p_value(found.p_randomisation)


def _rate(spread: Spread) -> str:
    digits = 0 if spread.median >= 100 else 1
    return f"{spread.median:,.{digits}f}\n({spread.low:,.{digits}f} to {spread.high:,.{digits}f})"


def _seconds(spread: Spread) -> str:
    return f"{spread.median:.2f}\n({spread.low:.2f} to {spread.high:.2f})"
