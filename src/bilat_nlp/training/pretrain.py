"""Pretraining the compact encoder on raw text: first vectors of sub-words, then an encoder that tells hidden words by their neighbours.

The folder of a pretraining, which `train` begins with when ``encoder.pretrained`` names it:

    config.toml           every setting as used
    config.json           format, shapes, columns, words of each language; written last, so that a folder with it is finished
    vectors.safetensors   the table of sub-word vectors, 16-bit
    encoder.safetensors   weights of the encoder; absent where vectors alone were asked for
    data.json             fingerprints of the raw files
    metrics.jsonl         a line a report
    last/                 the checkpoint that a killed run goes on from
"""

from __future__ import annotations

import json
import math
import sys
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from safetensors.numpy import save as as_safetensors

from ..languages import loader
from ..neural import storage
from ..neural.device import pick
from ..neural.encoders import CompactEncoder
from ..neural.features import FeatureNames, FeatureReader
from ..neural.surface import SubwordVectors, VectorSettings
from ..output.write import whole
from ..records import RecordError
from . import checkpoint, config, fingerprint, masked, raw, vectors
from .config import Settings
from .folder import DATA, RunFolder
from .start import PRETRAINED, compact_shape

TEXTS = "texts"  # the part of the data, in data.json
STEPS = 10  # of the optimiser between two looks at the clock
LINE, KEPT = 20.0, 60.0  # seconds between two lines of metrics.jsonl, and between two checkpoints


@dataclass
class Course:
    """How far the encoder has come: steps of the optimiser, words seen (with repetition), seconds of work."""

    step: int = 0
    words: int = 0
    spent: float = 0.0


def pretrain(
    texts: Sequence[str | Path], output: str | Path, *, settings: Settings, vectors_only: bool = False, minutes: float | None = None,
    resume: bool = False, progress: bool = False,
) -> Path:  # fmt: skip
    """Learn word vectors and the weights of a compact encoder from raw text, and return their folder.

    The vectors are floret's (skip-grams over sub-words), for the encoder see `masked`. The encoder learns for a time and not for a number
    of steps, so that two runs are alike but never give the same bits.

    Args:
        texts: files or folders as `raw.files_of` takes them.
        output: new, empty, or the folder of a pretraining to go on with.
        settings: [pretraining], and of the other sections the encoder's shape, seed, device, threads, weight decay and clip.
        vectors_only: stop after the vectors; a later call with ``resume`` goes on with the encoder.
        minutes: time for the encoder in place of ``pretraining.minutes``, which is then set to it. A finished run that is resumed with
            more of it goes on.
        resume: go on with what the folder holds. A run that was killed before its vectors were whole begins anew.
        progress: show on the error stream how far it is.

    Raises:
        RecordError: settings, texts or folders that do not fit; the sentence names the place and the mend.
        ValueError: there is too little text for vectors.
        OSError: a file cannot be read or written.
        ImportError: a package of the extra ``neural`` is missing.
    """
    if minutes is not None:
        settings = config.read(None, [*settings.overrides(), config.override("pretraining.minutes", float(minutes))])
    if settings.encoder.kind != storage.COMPACT:
        raise RecordError(
            f"encoder.kind: {settings.encoder.kind!r} is pretrained already; leave it out, for only compact encoders are pretrained here"
        )
    files = raw.files_of(map(Path, texts))
    device = pick(settings.run.device)
    if settings.run.threads:
        torch.set_num_threads(settings.run.threads)
    torch.manual_seed(settings.run.seed)
    run = RunFolder(Path(output), settings, resume=resume)
    return _Pretraining(settings, run, device, progress).make(files, vectors_only)


class _Pretraining:
    """One call: the texts are read, then what the folder does not hold yet is made."""

    def __init__(self, settings: Settings, run: RunFolder, device: str, progress: bool) -> None:
        self.settings, self.run, self.device, self.progress = settings, run, device, progress
        self.names = FeatureNames(loader.available(), ())  # of the event types nothing is shown before there are documents
        self.course = Course()

    def make(self, files: list[Path], vectors_only: bool) -> Path:
        fingerprints = list(fingerprint.files(files))
        if self.run.begun():
            self._compare(fingerprints)
        else:
            import floret  # noqa: F401  where it is missing, that is said before the texts are read
        self._say(f"reading {len(files)} files")
        text = masked.Text(raw.lines(files, self.settings.pretraining.words))
        languages = _words_of(text)
        self._say(f"{text.total} words, {len(text.words)} of them distinct, of {', '.join(languages)}")
        about = {"lines": len(text.lines), "words": text.total, "languages": languages}
        self._json(DATA, {TEXTS: {"files": [asdict(file) for file in fingerprints]} | about})
        table = self._vectors(text)
        encoder = CompactEncoder(table.settings.width, len(self.names.columns), **compact_shape(self.settings))
        if vectors_only:
            self.course = Course(**checkpoint.load(self.run.last)[1]["course"])
        else:
            self._learn(encoder, text, table)
            weights = {name: tensor.detach().cpu().numpy() for name, tensor in encoder.state_dict().items()}
            self._write(PRETRAINED, as_safetensors(weights))
        self._configure(encoder, table, text)
        return self.run.path

    def _compare(self, found: list[fingerprint.File]) -> None:
        """That the texts are those that the run began with. Raises RecordError."""
        path = self.run.path / DATA
        try:
            files = json.loads(path.read_text(encoding="utf-8"))[TEXTS]["files"]
            before = [fingerprint.File(**file) for file in files]
        except (OSError, ValueError, TypeError, KeyError, AttributeError):
            raise RecordError(f"{path}: the folder holds no pretraining, or the file was changed; give a new folder") from None
        if differences := fingerprint.differences(TEXTS, before, found):
            more = f" (and {len(differences) - 1} more)" if len(differences) > 1 else ""
            raise RecordError(
                f"{self.run.path}: the texts are not those that the run began with: {differences[0]}{more}; give a new folder"
            )

    def _vectors(self, text: masked.Text) -> SubwordVectors:
        """Those of the folder; without a checkpoint they are not there yet, or not whole, and are trained."""
        chosen = self.settings.pretraining
        path, shape = self.run.path / storage.VECTORS, VectorSettings(chosen.vector_rows, chosen.vector_width)
        if not self.run.begun():
            self._say(f"training word vectors, {chosen.vector_epochs} times over the text")
            threads = 1 if self.settings.run.deterministic else torch.get_num_threads()
            made = vectors.train(text.spelled(self.settings.run.seed), shape, chosen.vector_epochs, threads)
            self._write(storage.VECTORS, as_safetensors({"vectors": made.table.astype(np.float16)}))
            checkpoint.save(self.run.last, {}, {"course": asdict(self.course)})
        return SubwordVectors(storage.tensors(path)["vectors"], shape)

    def _learn(self, encoder: CompactEncoder, text: masked.Text, table: SubwordVectors) -> None:
        """Trains until the time is over, from the checkpoint on. Raises RecordError where memory runs out or the weights run away."""
        chosen = self.settings.pretraining
        model = masked.MaskedWords(encoder, table.settings.width).to(self.device)
        optimiser = torch.optim.AdamW(model.parameters(), lr=chosen.learning_rate, weight_decay=self.settings.optimiser.weight_decay)
        self._restore(model, optimiser)
        seconds = chosen.minutes * 60
        if self.course.spent >= seconds:
            return
        self._say("looking up the words")
        tables = text.tables(FeatureReader(self.names, table, int(encoder.settings()["rows"])))
        reports = masked.steps(
            model, text, tables, optimiser, device=self.device, batch_words=chosen.batch_words, seconds=seconds, rate=chosen.learning_rate,
            seed=self.settings.run.seed, spent=self.course.spent, words=self.course.words, report=STEPS, clip=self.settings.optimiser.clip,
        )  # fmt: skip
        try:
            self._follow(reports, model, optimiser, text.total, seconds)
        except (torch.OutOfMemoryError, MemoryError):
            raise RecordError(f"{self.device} has too little memory; begin anew with a smaller --set pretraining.batch_words") from None

    def _follow(
        self, reports: Iterator[masked.Progress], model: masked.MaskedWords, optimiser: torch.optim.Optimizer, total: int, seconds: float
    ) -> None:
        """Notes the reports, and keeps a checkpoint from time to time and at the end."""
        from tqdm import tqdm

        before, written, kept = self.course.step, time.monotonic(), time.monotonic()
        since: list[masked.Progress] = []
        with tqdm(total=100, desc="encoder", unit="%", bar_format="{l_bar}{bar}|{postfix}", disable=not self.progress) as bar:
            for report in reports:
                if not math.isfinite(report.loss):
                    raise RecordError(
                        "the weights ran away (the loss is no number); begin anew with a smaller --set pretraining.learning_rate"
                    )
                since.append(report)
                self.course = Course(before + report.step, report.words, min(report.share * seconds, seconds))
                bar.set_postfix_str(f"loss {report.loss:.3f}, told {report.told:.1%}", refresh=False)
                bar.update(100 * report.share - bar.n)
                over = report.share >= 1.0
                if over or time.monotonic() - written >= LINE:
                    self._note(since, total)
                    since, written = [], time.monotonic()
                if over or time.monotonic() - kept >= KEPT:
                    self._save(model, optimiser)
                    kept = time.monotonic()

    def _note(self, since: list[masked.Progress], total: int) -> None:
        """A line of metrics.jsonl: mean loss, and the mean share of hidden words told rightly, of the reports since the line before."""
        loss, told = (float(np.mean([getattr(each, name) for each in since])) for name in ("loss", "told"))
        course = self.course
        self.run.validated(
            course.step, course.words / total, {"hidden": loss}, {"told": told}, words=course.words, seconds=round(course.spent, 1)
        )

    def _save(self, model: masked.MaskedWords, optimiser: torch.optim.Optimizer) -> None:
        moved, meta = checkpoint.optimiser_state(optimiser)
        drawn, random = checkpoint.random_state()
        tensors = checkpoint.prefixed("model", model.state_dict()) | checkpoint.prefixed("optimiser", moved)
        tensors |= checkpoint.prefixed("random", drawn)
        checkpoint.save(self.run.last, tensors, {"course": asdict(self.course), "optimiser": meta, "random": random})

    def _restore(self, model: masked.MaskedWords, optimiser: torch.optim.Optimizer) -> None:
        tensors, state = checkpoint.load(self.run.last)
        self.course = Course(**state["course"])
        self.run.rewind(self.course.step)
        if self.course.step:  # the first checkpoint stands behind the vectors, when there is no encoder yet
            model.load_state_dict(checkpoint.under("model", tensors))
            checkpoint.restore_optimiser(optimiser, checkpoint.under("optimiser", tensors), state["optimiser"])
            checkpoint.restore_random(checkpoint.under("random", tensors), state["random"])

    def _configure(self, encoder: CompactEncoder, table: SubwordVectors, text: masked.Text) -> None:
        made = {
            "format": storage.FORMAT,
            "vectors": asdict(table.settings),
            "encoder": encoder.settings(),
            "columns": list(self.names.columns),
            "languages": _words_of(text),
            "words": text.total,
            "seen": self.course.words,
            "minutes": round(self.course.spent / 60, 2),
        }
        self._json(storage.CONFIG, made)

    def _json(self, name: str, content: Mapping[str, Any]) -> None:
        self._write(name, (json.dumps(content, ensure_ascii=False, indent=1) + "\n").encode("utf-8", "backslashreplace"))

    def _write(self, name: str, content: bytes) -> None:
        with whole(self.run.path / name) as stream:
            stream.write(content)

    def _say(self, what: str) -> None:
        if self.progress:
            print(what, file=sys.stderr, flush=True)


def _words_of(text: masked.Text) -> dict[str, int]:
    """Words of each language."""
    found: Counter[str] = Counter()
    for line in text.lines:
        found[text.langs[line[0]]] += len(line)
    return dict(sorted(found.items()))
