"""Training a model: examples in, a run folder with the best model out; a run that was killed goes on as if nothing had been."""

from __future__ import annotations

import logging
import math
import shutil
import time
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import nn

from ..corpus import names as name_sets
from ..corpus.dataset import load_documents
from ..corpus.validate import faults
from ..neural import storage
from ..neural.accelerated import PRECISIONS, TorchScorer
from ..neural.build import restore
from ..neural.device import pick
from ..neural.features import FeatureReader
from ..neural.model import JointModel
from ..neural.storage import Model, Parts
from ..records import Document, RecordError
from . import checkpoint, fingerprint, raw
from .batches import WHOLE, BatchMaker, Mixture, compact
from .config import Settings
from .examples import Example, ExampleMaker, event_examples
from .folder import RunFolder
from .learning import losses
from .report import describe
from .start import start
from .validation import MODES, NothingFound, Outcome, validate

MODEL = "model"  # folder of the finished model inside that of the run
NAMES, REHEARSED, RAW = "names", "rehearsal", "raw"
CHOSEN_BY = "relaxed"
HELD_OUT = 8  # every eighth raw text is kept for fitting the confidence
logger = logging.getLogger(__name__)


@dataclass
class Data:
    """Documents of a run by what they are for; raw texts with their language."""

    train: list[Document]
    dev: list[Document]
    rehearsal: list[Document]
    names: list[name_sets.Named]
    raw: list[tuple[str, str]]


def train(settings: Settings, output: str | Path, *, resume: bool = False, progress: bool = False) -> Path:
    """Train and return the folder of the finished model.

    Args:
        settings: of the run, see ``config.toml``.
        output: folder of the run; new or empty, or that of a run to go on with.
        resume: go on from the last checkpoint, if there is one.
        progress: show a bar for every epoch.

    Raises:
        RecordError: settings, data or folders that do not fit; the sentence names the place and the mend.
        OSError: a file cannot be read or written.
        ImportError: a package of the extra ``neural`` is missing.
    """
    begun = time.monotonic()
    output = Path(output)
    device = pick(settings.run.device)
    _prepare(settings)
    model, parts = start(settings)
    _check_blend(settings, parts)
    run = RunFolder(output, settings, resume=resume)
    data = _read(settings, parts)
    run.describe(_fingerprints(settings, data))
    learner = Learner(settings, model.to(device), parts, data, run, device, progress)
    learner.learn()
    folder = finish(learner, settings, output)
    describe(run, folder, settings, parts, model, _fingerprints(settings, data), data.dev, data.names, time.monotonic() - begun)
    return folder


def _check_blend(settings: Settings, parts: Parts) -> None:
    """Raises RecordError where weights of different shapes would have to be averaged."""
    if settings.run.blend < 1.0 and settings.run.init:
        folder = storage.find(settings.run.init)
        if fresh := set(parts.labels.types) - set(storage.read_parts(folder).labels.types):
            raise RecordError(f"{folder}: no type {min(fresh)!r} there, so that the two cannot be averaged; leave out run.blend")


def _prepare(settings: Settings) -> None:
    if settings.run.threads:
        torch.set_num_threads(settings.run.threads)
    torch.manual_seed(settings.run.seed)
    if settings.run.deterministic != torch.are_deterministic_algorithms_enabled():  # the call takes seconds: it loads torch's compiler
        torch.use_deterministic_algorithms(settings.run.deterministic)


def _read(settings: Settings, parts: Parts) -> Data:
    """The documents, checked. Raises RecordError for annotation that does not validate or has types that the ontology lacks."""
    data = Data(
        _documents(settings.data.train),
        _documents(settings.data.dev),
        _documents(settings.data.rehearsal) if settings.data.rehearsal else [],
        [each for path in settings.data.names for each in _first_words(name_sets.for_training(Path(path)), settings.data.names_words)],
        _raw(settings),
    )
    known = set(parts.labels.types)
    for document in (*data.train, *data.dev, *data.rehearsal):
        for event in document.events:
            if event.type not in known:
                raise RecordError(
                    f"{document.id}: the ontology has no type {event.type!r}; declare it in a file and give that with --ontology"
                )
    return data


def _raw(settings: Settings) -> list[tuple[str, str]]:
    chosen = settings.data
    return raw.texts([Path(path) for path in chosen.raw], chosen.raw_words, chosen.raw_kinds) if chosen.raw else []


def _documents(paths: Iterable[str]) -> list[Document]:
    found = load_documents([Path(path) for path in paths])
    for document in found:
        for fault in faults(document):
            raise RecordError(f"{document.id}: {fault}; see all faults with: bilat-nlp corpus validate")
    return found


def _first_words(found: list[name_sets.Named], most: int) -> list[name_sets.Named]:
    """As many of the documents, evenly over the file, as have so many words."""
    sizes = [len((each.document.text or "").split()) for each in found]
    if not most or sum(sizes) <= most:
        return found
    share = most / sum(sizes)
    return [each for number, each in enumerate(found) if math.floor((number + 1) * share) > math.floor(number * share)]


def _fingerprints(settings: Settings, data: Data) -> dict[str, fingerprint.Part]:
    made = {"train": fingerprint.part(settings.data.train, data.train), "dev": fingerprint.part(settings.data.dev, data.dev)}
    if data.rehearsal:
        made[REHEARSED] = fingerprint.part(settings.data.rehearsal, data.rehearsal)
    if data.names:
        made[NAMES] = fingerprint.part(settings.data.names, [each.document for each in data.names])
    if settings.data.raw:
        made[RAW] = fingerprint.part(settings.data.raw, [])
    return made


class Learner:
    """The loop over epochs, with validations, checkpoints and an early end."""

    def __init__(
        self, settings: Settings, model: JointModel, parts: Parts, data: Data, run: RunFolder, device: str, progress: bool
    ) -> None:
        self.settings, self.model, self.parts, self.data, self.run = settings, model, parts, data, run
        self.device, self.progress = device, progress
        self.reader = FeatureReader(parts.names, parts.vectors, int(parts.encoder.get("rows", 2)))
        chosen = settings.optimiser
        self.maker = BatchMaker(parts.labels, parts.names.first_rule, chosen.rule_dropout, chosen.word_dropout)
        shares = {NAMES: chosen.names_share, REHEARSED: settings.data.rehearsal_share, RAW: settings.data.raw_share}
        self.quiet: list[Document] = []  # texts without any event, on which the confidence is fitted too
        self.mixture = Mixture(self._examples(), shares, chosen.batch_words, settings.run.seed)
        self.optimiser = torch.optim.AdamW(model.parameters(), lr=chosen.learning_rate, weight_decay=chosen.weight_decay)
        self.scaler = torch.amp.GradScaler(enabled=chosen.precision == "fp16" and device.startswith("cuda"))
        self.epoch = self.place = self.step = 0
        self.best, self.stale = -1.0, 0
        self.batch_halvings = 0

    def _examples(self) -> dict[str, list[Example]]:
        maker = ExampleMaker(self.reader, self.parts.labels)
        kinds = {
            WHOLE: list(map(compact, event_examples(self._shown(self.data.train, "reading"), maker))),
            REHEARSED: list(map(compact, event_examples(self._shown(self.data.rehearsal, "reading rehearsal"), maker))),
            NAMES: [
                compact(example)
                for each in self._shown(self.data.names, "reading names")
                if (example := maker.names(each.document, each.marked, each.merged, self.settings.data.names_eventless)) is not None
            ],
            RAW: [
                compact(example)
                for number, (lang, text) in enumerate(self._shown(self.data.raw, "reading raw text"))
                if number % HELD_OUT and (example := maker.raw(text, lang)) is not None
            ],
        }
        for lang, text in self.data.raw[::HELD_OUT]:
            example = maker.raw(text, lang)
            if example is not None and example.eventless is not None and example.eventless.all():
                self.quiet.append(Document(id=f"quiet-{len(self.quiet) + 1}", lang=lang, text=text))
        if not kinds[WHOLE]:
            raise RecordError(f"{', '.join(self.settings.data.train)}: no document in a language that is served")
        if left := sum(example.left_out for examples in kinds.values() for example in examples):
            logger.warning("%d annotated spans are longer than any that the model has, and are not learned", left)
        return kinds

    def _shown(self, items: list[Any], what: str) -> Iterable[Any]:
        from tqdm import tqdm

        return tqdm(items, desc=what, disable=not self.progress, leave=False)

    def learn(self) -> None:
        """Until the last epoch, or until so many validations in a row were no better."""
        if self.run.begun():
            self._restore()
        epochs, patience = self.settings.optimiser.epochs, self.settings.run.patience
        while self.epoch < epochs and not (patience and self.stale >= patience):
            self._pass()

    def _pass(self) -> None:
        """The rest of one epoch."""
        batches = self.mixture.epoch(self.epoch)
        accumulate = self.settings.optimiser.accumulate
        stops = {round(len(batches) * (n + 1) / self.settings.run.every) for n in range(self.settings.run.every)}
        sums: dict[str, list[float]] = {}
        self.model.train()
        bar = self._shown(batches[self.place :], f"epoch {self.epoch + 1}")
        self.optimiser.zero_grad()
        for kind, numbers in bar:
            rng = np.random.default_rng([self.settings.run.seed, self.epoch, self.place])
            for name, value in self._backward([self.mixture.kinds[kind][number] for number in numbers], rng).items():
                sums.setdefault(name, []).append(value)
            self.place += 1
            # what was gathered is used before a stop: a run that goes on from there has no gradients
            if self.place % accumulate == 0 or self.place in stops:
                self._step((self.epoch + self.place / len(batches)) / self.settings.optimiser.epochs)
            if self.place in stops:
                done = self.place == len(batches)
                self._validate(self.epoch + self.place / len(batches), sums, done)
                sums = {}
                self.model.train()

    def _backward(self, examples: list[Example], rng: np.random.Generator, share: float = 1.0) -> dict[str, float]:
        """Gradients of a batch; where memory runs out, those of its halves."""
        try:
            return self._gradients(examples, rng, share)
        except (torch.OutOfMemoryError, MemoryError):
            if len(examples) == 1:
                raise RecordError(
                    f"{examples[0].id or 'a document'}: too long for the memory of {self.device} by itself; divide it, or take a smaller "
                    "encoder"
                ) from None
        if self.device.startswith("cuda"):
            torch.cuda.empty_cache()
        self.batch_halvings += 1
        if self.batch_halvings == 1:
            logger.warning("memory ran out: batches that do not fit are halved from here on; set optimiser.batch_words lower to be faster")
        middle = len(examples) // 2
        # losses are means per word, so a half weighs as many words as it has
        part = sum(map(len, examples[:middle])) / sum(map(len, examples))
        first = self._backward(examples[:middle], rng, share * part)
        second = self._backward(examples[middle:], rng, share * (1 - part))
        return {name: part * first.get(name, 0.0) + (1 - part) * second.get(name, 0.0) for name in first | second}

    def _gradients(self, examples: list[Example], rng: np.random.Generator, share: float) -> dict[str, float]:
        """Adds the gradients of a batch to those that there are, all or none; nothing of it stays in memory where that fails."""
        precision = PRECISIONS[self.settings.optimiser.precision]
        task = self.maker.make(examples, rng).to(self.device)
        with torch.autocast(self.device.partition(":")[0], dtype=precision, enabled=precision != torch.float32):
            found = losses(self.model, task)
        scaled = self.scaler.scale(found.total * share / self.settings.optimiser.accumulate)
        parameters = [each for each in self.model.parameters() if each.requires_grad]
        made = torch.autograd.grad(scaled, parameters, allow_unused=True)
        for parameter, gradient in zip(parameters, made, strict=True):
            if gradient is not None:
                parameter.grad = gradient if parameter.grad is None else parameter.grad.add_(gradient)
        return found.parts

    def _step(self, done: float) -> None:
        chosen = self.settings.optimiser
        rate = chosen.learning_rate * min(1.0, done / max(chosen.warmup, 1e-9)) * 0.5 * (1 + math.cos(math.pi * min(1.0, done)))
        for group in self.optimiser.param_groups:
            group["lr"] = max(rate, 1e-7)
        self.scaler.unscale_(self.optimiser)
        nn.utils.clip_grad_norm_(self.model.parameters(), chosen.clip)
        self.scaler.step(self.optimiser)
        self.scaler.update()
        self.optimiser.zero_grad()
        self.step += 1

    def scored(self) -> Model:
        """The model as it stands, ready to be validated."""
        scorer = TorchScorer(self.model, self.device, self.settings.optimiser.batch_words)
        return Model(Path(), self.parts.names, self.parts.labels, self.reader, scorer)

    def _validate(self, epoch: float, sums: dict[str, list[float]], done: bool) -> None:
        try:
            figures: dict[str, float | None] = dict(validate(self.scored(), self.data.dev, "both", quiet=self.quiet).figures)
        except NothingFound:  # an untrained model may see nothing at all
            figures = {CHOSEN_BY: 0.0}
        better = (figures[CHOSEN_BY] or 0.0) > self.best
        self.best, self.stale = (figures[CHOSEN_BY] or 0.0, 0) if better else (self.best, self.stale + 1)
        means = {name: float(np.mean(values)) for name, values in sums.items()}
        self.run.validated(self.step, epoch, means, figures, best=better)
        if self.progress:
            shown = "  ".join(f"{name} {value:.3f}" for name, value in figures.items() if value is not None)
            print(f"epoch {epoch:.1f}  {shown}{'  best' if better else ''}", flush=True)
        if better:
            checkpoint.save(self.run.best, checkpoint.prefixed("model", self.model.state_dict()), {"step": self.step})
        if done:
            self.epoch, self.place = self.epoch + 1, 0
        self._save()

    def _save(self) -> None:
        optimiser, meta = checkpoint.optimiser_state(self.optimiser)
        drawn, random = checkpoint.random_state()
        tensors = checkpoint.prefixed("model", self.model.state_dict()) | checkpoint.prefixed("optimiser", optimiser)
        state = {
            "optimiser": meta, "random": random, "epoch": self.epoch, "place": self.place, "step": self.step, "best": self.best,
            "stale": self.stale, "scaler": self.scaler.state_dict(),
        }  # fmt: skip
        checkpoint.save(self.run.last, tensors | checkpoint.prefixed("random", drawn), state)

    def _restore(self) -> None:
        tensors, state = checkpoint.load(self.run.last)
        self.model.load_state_dict(checkpoint.under("model", tensors))
        checkpoint.restore_optimiser(self.optimiser, checkpoint.under("optimiser", tensors), state["optimiser"])
        checkpoint.restore_random(checkpoint.under("random", tensors), state["random"])
        self.scaler.load_state_dict(state["scaler"])
        self.epoch, self.place, self.step = state["epoch"], state["place"], state["step"]
        self.best, self.stale = state["best"], state["stale"]
        self.run.rewind(self.step)


def finish(learner: Learner, settings: Settings, output: Path) -> Path:
    """The weights that are kept, with their confidence, as a model folder."""
    tensors, _ = checkpoint.load(learner.run.best if settings.run.keep == "best" else learner.run.last)
    learner.model.load_state_dict(_blended(checkpoint.under("model", tensors), settings))
    outcomes: dict[str, Outcome] = {}
    for mode in MODES:
        try:
            outcomes[mode] = validate(learner.scored(), learner.data.dev, mode, quiet=learner.quiet)
        except NothingFound:
            logger.warning("the model finds no event in the development documents in the mode %s: its confidence stays uncalibrated", mode)
    folder = output / MODEL
    with checkpoint.replacing(folder) as beside:
        storage.save(beside, learner.model, replace(learner.parts, encoder=learner.model.encoder.settings()))
        storage.save_calibration(beside, {mode: outcome.calibration for mode, outcome in outcomes.items()})
        own = Path(settings.data.ontology) if settings.data.ontology else _own_ontology(settings)
        if own is not None:
            shutil.copyfile(own, beside / storage.ONTOLOGY)
    return folder


def _blended(weights: dict[str, torch.Tensor], settings: Settings) -> dict[str, torch.Tensor]:
    """The mean of the weights and those of the model that was gone on from, in the shares that the settings say."""
    share = settings.run.blend
    if share == 1.0 or not settings.run.init:
        return weights
    folder = storage.find(settings.run.init)
    before = restore(folder, storage.read_parts(folder)).state_dict()
    return {name: torch.lerp(before[name], tensor, share) if tensor.is_floating_point() else tensor for name, tensor in weights.items()}


def _own_ontology(settings: Settings) -> Path | None:
    """That of the model that was gone on from."""
    path = storage.find(settings.run.init) / storage.ONTOLOGY if settings.run.init else None
    return path if path is not None and path.is_file() else None
