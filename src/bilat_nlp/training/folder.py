"""The folder of a run, with everything that is needed to understand it, to go on with it and to do it again.

config.toml     every setting as used
data.json       fingerprints of the data
metrics.jsonl   a line a validation
curves.png .svg the same as a picture
README.md       the card of the model
best/  last/    checkpoints
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bilat_nlp.output.write import whole
from bilat_nlp.records import RecordError
from bilat_nlp.training import checkpoint, config, fingerprint
from bilat_nlp.training.config import Settings

if TYPE_CHECKING:
    from bilat_nlp.training.card import Card

CONFIG, DATA, METRICS, CARD = "config.toml", "data.json", "metrics.jsonl", "README.md"


class RunFolder:
    """The folder of one run: opened for a new one, or to go on.

    Attributes:
        path: the folder.
        best: where the checkpoint of the best validation is kept.
        last: where the checkpoint to go on from is kept.
    """

    def __init__(self, path: Path, settings: Settings, *, resume: bool = False) -> None:
        """Makes the folder and writes ``config.toml``; touches nothing of a folder that it refuses.

        Args:
            path: new, empty, or with ``resume`` the folder of a run; where a run died before its first checkpoint a new one may begin.
            settings: of the run; with ``resume`` those of the folder, but for what `config.changed` lets change.
            resume: go on with what is there, if anything is.

        Raises:
            RecordError: the folder holds something else, a run that was not to be resumed, or a run with other settings.
            OSError: the folder cannot be made or written.
        """
        self.path, self.best, self.last = path, path / "best", path / "last"
        if path.exists() and not path.is_dir():
            raise RecordError(f"{path}: this is a file; a run needs a folder of its own")
        held = sorted(each.name for each in path.iterdir() if not each.name.startswith(".")) if path.exists() else []
        if held and CONFIG not in held:
            raise RecordError(f"{path}: the folder is not empty ({held[0]}) and holds no run; give a new one")
        if held:
            self._check(settings, resume)
        path.mkdir(parents=True, exist_ok=True)
        self._write(CONFIG, settings.as_toml())
        if not self.begun():  # killed between its first validation and its first checkpoint: the validation comes again
            (path / METRICS).unlink(missing_ok=True)

    def _check(self, settings: Settings, resume: bool) -> None:
        """That the run in the folder may be gone on with, or is none yet. Raises RecordError."""
        before = config.read(self.path / CONFIG)
        begun = (self.path / METRICS).exists() or checkpoint.exists(self.last)
        if begun and not resume:
            raise RecordError(f"{self.path}: the folder holds a run already; add --resume to go on with it, or give a new folder")
        if begun and (keys := config.changed(before, settings)):
            more = f" (and {len(keys) - 1} more)" if len(keys) > 1 else ""
            raise RecordError(
                f"{self.path}: the run was begun with another {keys[0]}{more}; resume it without changing that, or give a new folder"
            )

    def begun(self) -> bool:
        """Whether there is a checkpoint to go on from."""
        return checkpoint.exists(self.last)

    def describe(self, parts: Mapping[str, fingerprint.Part]) -> None:
        """Writes ``data.json``; a run that is gone on with must find the data it began with.

        Raises RecordError if files have changed since, OSError.
        """
        if self.begun() and (differences := fingerprint.moved(self.data(), parts)):
            more = f" (and {len(differences) - 1} more)" if len(differences) > 1 else ""
            raise RecordError(f"{self.path}: the data are not those that the run began with: {differences[0]}{more}; give a new folder")
        self._write(DATA, json.dumps({name: each.as_data() for name, each in parts.items()}, ensure_ascii=False, indent=1) + "\n")

    def data(self) -> dict[str, fingerprint.Part]:
        """What ``data.json`` says, by part. Raises RecordError."""
        path = self.path / DATA
        try:
            return {name: fingerprint.Part.from_data(each) for name, each in json.loads(path.read_text(encoding="utf-8")).items()}
        except (OSError, ValueError, TypeError, KeyError, AttributeError):
            raise RecordError(f"{path}: the file is missing or was changed; give a new folder") from None

    def validated(
        self, step: int, epoch: float, losses: Mapping[str, float], figures: Mapping[str, float | None], *, best: bool = False, **more: Any
    ) -> None:
        """Adds a line to ``metrics.jsonl``. Raises OSError.

        Args:
            step: steps of the optimiser so far.
            epoch: passes over the documents so far, with the part of the present one.
            losses: means since the validation before, by the name of the part.
            figures: on the development documents, each between 0 and 1.
            best: whether this one is the best so far.
            more: whatever else is worth a note (seconds, learning_rate); JSON-able. Numbers that are not finite are written as null.
        """
        line = {"step": step, "epoch": round(epoch, 4), "best": best, "losses": dict(losses), "figures": dict(figures), **more}
        with (self.path / METRICS).open("a", encoding="utf-8") as stream:
            stream.write(json.dumps(_finite(line), ensure_ascii=False, allow_nan=False) + "\n")

    def history(self) -> list[dict[str, Any]]:
        """The validations so far; a last line that broke off is none. Raises RecordError for a file with other lines, OSError."""
        path = self.path / METRICS
        if not path.exists():
            return []
        lines = path.read_text(encoding="utf-8").split("\n")
        found = []
        for number, line in enumerate(lines[:-1], 1):
            try:
                found.append(json.loads(line))
                _ = [found[-1][key] for key in ("step", "epoch", "best", "losses", "figures")]
            except (ValueError, KeyError, TypeError):
                raise RecordError(f"{path}:{number}: this is no line of a run; give a new folder") from None
        return found

    def rewind(self, step: int) -> None:
        """Takes back the validations after ``step``: those that were written after the checkpoint that is gone on from. Raises OSError."""
        kept = [line for line in self.history() if line["step"] <= step]
        if (self.path / METRICS).exists():
            self._write(METRICS, "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in kept))

    def draw(self) -> str | None:
        """Draws the curves; a sentence that says what is missing where they cannot be drawn. Raises OSError."""
        from bilat_nlp.training import curves

        history = self.history()
        if not history:
            return None
        try:
            curves.draw(history, self.path)
        except ImportError as error:
            return f"no curves are drawn: {error.name or error} is not installed; get it with: pip install 'bilat-nlp[corpus]'"
        return None

    def describe_model(self, card: Card) -> None:
        """Writes the card as ``README.md``. Raises OSError."""
        self._write(CARD, card.render(curves=(self.path / "curves.svg").exists()))

    def _write(self, name: str, text: str) -> None:
        with whole(self.path / name) as stream:
            stream.write(text.encode("utf-8", "backslashreplace"))


def _finite(value: Any) -> Any:
    """Without the numbers that JSON does not know."""
    if isinstance(value, float) and not math.isfinite(value):
        return None
    if isinstance(value, dict):
        return {key: _finite(each) for key, each in value.items()}
    return [_finite(each) for each in value] if isinstance(value, (list, tuple)) else value
