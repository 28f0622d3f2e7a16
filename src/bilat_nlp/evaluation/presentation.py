"""One evaluation as people and programs read it: tables, Markdown, CSV, JSON, and the page of errors."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from bilat_nlp.corpus.dataset import load_documents
from bilat_nlp.evaluation import run
from bilat_nlp.evaluation.agreement import pair_annotations
from bilat_nlp.evaluation.errors import Error, error_table
from bilat_nlp.evaluation.report import measure
from bilat_nlp.evaluation.results import Report
from bilat_nlp.evaluation.significance import Difference, difference
from bilat_nlp.evaluation.task import Task
from bilat_nlp.output import grid


@dataclass(slots=True)
class Presentation:
    """A report, and what was asked to stand beside it."""

    task: Task
    report: Report
    annotators: Report | None = None
    baseline: run.Run | None = None
    differences: dict[str, Difference] = field(default_factory=dict)

    def beside_annotators(self, one: Path, other: Path, *, samples: int, seed: int) -> None:
        """How far two annotators agree. Raises RecordError, OSError."""
        first, second = (load_documents([path]) for path in (one, other))
        pairs = pair_annotations(first, second)
        if left := len(first) + len(second) - 2 * len(pairs):
            self.task.warnings.append(f"{left} documents of the two annotators stand on one side only and are left out")
        self.annotators = measure(pairs, samples=samples, seed=seed, system="second annotator")

    def beside_baseline(self, path: Path, *, samples: int, seed: int) -> None:
        """An earlier run. Raises RecordError, OSError."""
        self.baseline = run.load(path)
        self.differences = difference(self.report, self.baseline, samples=samples, seed=seed)

    def tables(self) -> list[grid.Table]:
        """For people."""
        found = self.task.tables(self.report)
        if self.annotators:
            found.append(run.agreement_table(self.report, self.annotators))
        if self.baseline:
            found.append(run.difference_table(self.report, self.baseline, self.differences))
        return found

    def signatures(self) -> list[str]:
        """Of this run, and of the one that it is compared with."""
        return [self.report.signature, *([f"baseline: {self.baseline.signature}"] if self.baseline else [])]

    def page(self, title: str, documents: int) -> str:
        """The page of errors, with so many documents in full."""
        from bilat_nlp.evaluation.page import page

        more, notes = f"Give --documents {len(self.task.pairs)} to see all of them.", self.task.warnings
        return page(self.task.pairs, self.report, title=title, limit=documents, more=more, tables=self.tables(), notes=notes)

    def text(self, form: str, errors: bool, tables: bool) -> str:
        """The other forms, with the errors if asked for.

        Of ``form="table"`` this is what stands below the tables, unless ``tables`` says that they come first.
        """
        found = self.task.errors() if errors else []
        if form == "json":
            return json.dumps(self._data(found if errors else None), ensure_ascii=False, indent=1)
        if form == "csv":
            table = error_table(found) if errors else self.report.long(differences=self.differences, annotators=self.annotators)
            return grid.as_csv([table]).rstrip("\r\n")
        lines = "\n".join(map(str, found))
        if form == "markdown":
            signatures = [f"`{signature}`" for signature in self.signatures()]
            return "\n\n".join([grid.as_markdown(self.tables()), *signatures, *([f"```\n{lines}\n```"] if errors else [])])
        return (grid.as_text(self.tables()) if tables else "") + "\n".join([*([lines] if errors else []), *self.signatures()])

    def _data(self, found: Sequence[Error] | None) -> dict[str, Any]:
        data = run.as_json(self.report) | {"warnings": self.task.warnings}
        if self.annotators:
            data["agreement"] = {name: asdict(each) for name, each in self.annotators.figures().items()}
        if self.baseline:
            each = {name: asdict(found) for name, found in self.differences.items()}
            data["baseline"] = {"signature": self.baseline.signature, "differences": each}
        return data if found is None else data | {"errors": [error.to_dict() for error in found]}
