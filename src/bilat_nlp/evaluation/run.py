"""A run as one JSON file: every figure, and the counts of each document, so that a later run can be compared with it."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from bilat_nlp.evaluation.metrics import FIGURES, VERSION
from bilat_nlp.evaluation.results import TITLES, Report, span
from bilat_nlp.evaluation.significance import Difference
from bilat_nlp.output.grid import Cell, Table
from bilat_nlp.records import RecordError


@dataclass(frozen=True, slots=True)
class Run:
    """A run read back: values by figure, and what a comparison needs."""

    signature: str
    values: dict[str, float | None]
    ids: list[str]
    gold: str
    counts: dict[str, np.ndarray]


def as_json(report: Report) -> dict[str, Any]:
    """For programs and for `load`: everything, unrounded."""
    return {
        "signature": report.signature,
        "metrics": VERSION,
        "documents": report.documents,
        "events": report.events,
        "predicted": report.predicted,
        "recall_only": report.recall_only,
        "scores": {name: asdict(found) for name, found in report.scores.items()},
        "macro": {name: {"value": found.value, "low": found.low, "high": found.high} for name, found in report.macro.items()},
        "calibration": None if report.calibration is None else asdict(report.calibration),
        "groups": {
            facet: {
                name: {"documents": group.documents, "scores": {figure: asdict(found) for figure, found in group.scores.items()}}
                for name, group in groups.items()
            }
            for facet, groups in report.groups.items()
        },
        "by_document": {
            "gold": report.gold,
            "ids": report.ids,
            "counts": {name: [[_number(count) for count in row] for row in table.tolist()] for name, table in report.counts.items()},
        },
    }


def load(path: Path) -> Run:
    """Raises RecordError if the file holds no run, or one measured by other definitions; OSError if it cannot be read."""
    try:
        data = json.loads(path.read_bytes())
        version = data["metrics"]
        kept = data["by_document"]
        ids = [str(each) for each in kept["ids"]]
        counts = {name: np.array(kept["counts"][name], dtype=np.float64).reshape(-1, 3) for name in FIGURES if name in kept["counts"]}
        values = {name: data["scores"][name]["value"] for name in counts}
        run = Run(str(data["signature"]), values, ids, str(kept["gold"]), counts)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise RecordError(f"{path}: this is no run; make one with: bilat-nlp evaluate GOLD --format json -o {path.name}") from None
    if version != VERSION:
        raise RecordError(f"{path}: measured with version {version} of the metrics, and this is version {VERSION}; measure it again")
    if any(len(table) != len(ids) or not np.isfinite(table).all() for table in counts.values()):
        raise RecordError(f"{path}: its counts do not fit its {len(ids)} documents; measure it again")
    return run


def difference_table(report: Report, baseline: Run, found: Mapping[str, Difference]) -> Table:
    """This run beside the baseline, with the interval and the significance of what lies between them."""
    rows: list[tuple[Cell, ...]] = []
    for name, each in found.items():
        if each.value is not None:
            between = "-" if each.low is None or each.high is None else f"{each.low:+.3f} to {each.high:+.3f}"
            values = (report.scores[name].value, baseline.values[name])
            rows.append((TITLES[name], *values, f"{each.value:+.3f}", between, p_value(each.p_randomisation), p_value(each.p_bootstrap)))
    return Table("difference from the baseline", ("measure", "this run", "baseline", "difference", "95 %", "p", "p (bootstrap)"), rows)


def agreement_table(report: Report, annotators: Report) -> Table:
    """This run beside the agreement of two annotators on such texts."""
    rows: list[tuple[Cell, ...]] = []
    for name, found in annotators.figures().items():
        if found.value is not None and name in report.scores:
            rows.append((TITLES[name], report.scores[name].value, found.value, span(found), found.gold))
    return Table("agreement of two annotators", ("measure", "this run", "annotators", "95 %", "n"), rows)


def p_value(p: float | None) -> str:
    """As papers print it: never 0."""
    return "-" if p is None else "<0.001" if p < 0.001 else f"{p:.3f}"


def _number(count: float) -> float:
    return int(count) if math.isfinite(count) and count == int(count) else count
