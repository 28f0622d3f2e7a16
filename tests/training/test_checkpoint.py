"""Checkpoints: bit-equal after a stop, whole after a kill, and refused in one sentence when they do not fit."""

from __future__ import annotations

import json
import os
import random
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy
import pytest
import torch
from safetensors.torch import load_file, save_file

from bilat_nlp.records import RecordError
from bilat_nlp.training import checkpoint

OPTIMISERS: dict[str, Callable[[Any], torch.optim.Optimizer]] = {
    "adamw": lambda groups: torch.optim.AdamW(groups, lr=0.01, betas=(0.8, 0.95)),
    "amsgrad": lambda groups: torch.optim.AdamW(groups, lr=0.01, amsgrad=True),
    "momentum": lambda groups: torch.optim.SGD(groups, lr=0.01, momentum=0.9, nesterov=True),
    "adagrad": lambda groups: torch.optim.Adagrad(groups, lr=0.01),
}


class Run:
    """A small net with dropout, on data drawn anew at every step from all three sources of random numbers."""

    def __init__(self, kind: str) -> None:
        self.net = torch.nn.Sequential(torch.nn.Linear(6, 8), torch.nn.Dropout(0.3), torch.nn.GELU(), torch.nn.Linear(8, 2))
        groups = [{"params": self.net[0].parameters(), "weight_decay": 0.1}, {"params": self.net[3].parameters()}]
        self.optimiser = OPTIMISERS[kind](groups)
        self.schedule = torch.optim.lr_scheduler.LinearLR(self.optimiser, 1.0, 0.1, 12)
        self.steps = 0

    def step(self) -> None:
        inputs = torch.tensor(numpy.random.normal(size=(4, 6)), dtype=torch.float32) * random.gauss(1, 0.1)
        self.optimiser.zero_grad()
        self.net(inputs).pow(2).sum().backward()
        self.optimiser.step()
        self.schedule.step()
        self.steps += 1

    def save(self, folder: Path) -> None:
        learned, about = checkpoint.optimiser_state(self.optimiser)
        drawn, places = checkpoint.random_state()
        parts = {"net": self.net.state_dict(), "optimiser": learned, "random": drawn}
        tensors = {name: tensor for prefix, part in parts.items() for name, tensor in checkpoint.prefixed(prefix, part).items()}
        checkpoint.save(folder, tensors, {"step": self.steps, "optimiser": about, "random": places, "schedule": self.schedule.state_dict()})

    @classmethod
    def resumed(cls, kind: str, folder: Path) -> Run:
        run = cls(kind)
        tensors, state = checkpoint.load(folder)
        run.net.load_state_dict(checkpoint.under("net", tensors))
        checkpoint.restore_optimiser(run.optimiser, checkpoint.under("optimiser", tensors), state["optimiser"])
        run.schedule.load_state_dict(state["schedule"])
        run.steps = state["step"]
        checkpoint.restore_random(checkpoint.under("random", tensors), state["random"])
        return run


def _seed(number: int) -> None:
    random.seed(number)
    numpy.random.seed(number)
    torch.manual_seed(number)


@pytest.mark.parametrize("kind", OPTIMISERS)
def test_a_resumed_run_gives_the_same_bits(kind: str, tmp_path: Path) -> None:
    _seed(3)
    run = Run(kind)
    for _ in range(5):
        run.step()
    random.gauss(0, 1)  # one draw of a pair: the other one waits in the state
    run.save(tmp_path / "last")
    for _ in range(5):
        run.step()
    whole = {name: tensor.clone() for name, tensor in run.net.state_dict().items()}
    drawn = random.gauss(0, 1), numpy.random.normal(), torch.rand(3).tolist()

    _seed(99)
    again = Run.resumed(kind, tmp_path / "last")
    assert again.steps == 5
    for _ in range(5):
        again.step()
    assert all(torch.equal(tensor, whole[name]) for name, tensor in again.net.state_dict().items())
    assert (random.gauss(0, 1), numpy.random.normal(), torch.rand(3).tolist()) == drawn
    if kind == "adamw":
        assert again.optimiser.param_groups[0]["betas"] == (0.8, 0.95)
        assert [group["weight_decay"] for group in again.optimiser.param_groups] == [0.1, 0.01]


def test_without_the_optimiser_or_the_draws_the_bits_differ(tmp_path: Path) -> None:
    """The test above would see it: what is restored does matter here."""
    _seed(3)
    run = Run("adamw")
    run.step()
    run.save(tmp_path / "last")
    run.step()
    for part in ("optimiser", "random"):
        again = Run.resumed("adamw", tmp_path / "last")
        if part == "optimiser":
            again.optimiser.state.clear()
        else:
            _seed(4)
        again.step()
        assert not torch.equal(again.net.state_dict()["0.weight"], run.net.state_dict()["0.weight"])


def test_any_tensor_comes_back(tmp_path: Path) -> None:
    whole = torch.arange(24.0).reshape(4, 6)
    tensors = {
        "scalar": torch.tensor(3, dtype=torch.int64),
        "empty": torch.empty(0, 5),
        "half": torch.tensor([1.5, float("inf")], dtype=torch.float16),
        "brain": torch.tensor([1.5], dtype=torch.bfloat16),
        "bool": torch.tensor([True, False]),
        "turned": whole.T,
        "view": whole[1:3],
        "tied": whole,
        "tied again": whole,
        "learned": torch.nn.Parameter(torch.ones(2)),
    }
    state = {"best": None, "loss": 0.1 + 0.2, "order": [3, 1], "name": "Қазақстан \ud800", "wide": 2**130}
    checkpoint.save(tmp_path / "one", tensors, state)
    back, told = checkpoint.load(tmp_path / "one")
    assert told == state
    assert set(back) == set(tensors)
    for name, tensor in tensors.items():
        assert back[name].dtype == tensor.dtype
        assert torch.equal(back[name], tensor.detach())
    checkpoint.save(tmp_path / "two", tensors, state)
    for name in (checkpoint.WEIGHTS, checkpoint.STATE):
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes()


def _saved(folder: Path, number: int) -> None:
    checkpoint.save(folder, {"weight": torch.full((300,), float(number))}, {"step": number})


def _number(folder: Path) -> int:
    tensors, state = checkpoint.load(folder)
    assert torch.equal(tensors["weight"], torch.full((300,), float(state["step"])))
    step: int = state["step"]
    return step


class Killed(BaseException):
    """Nothing may catch it and clean up, as with a real kill."""


@pytest.mark.parametrize("survived", range(40))
def test_a_kill_leaves_a_whole_checkpoint(survived: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The process ends before each of its calls to the disk in turn; what cleans up in a living process does nothing either."""
    folder = tmp_path / "last"
    _saved(folder, 1)
    left = survived

    def until_killed(real: Callable[..., Any]) -> Callable[..., Any]:
        def call(*args: Any, **kwargs: Any) -> Any:
            nonlocal left
            if left <= 0:
                raise Killed
            left -= 1
            return real(*args, **kwargs)

        return call

    with monkeypatch.context() as patched:
        for module, name in ((os, "replace"), (os, "fsync"), (os, "mkdir"), (os, "unlink"), (os, "rmdir"), (shutil, "rmtree")):
            patched.setattr(module, name, until_killed(getattr(module, name)))
        try:
            _saved(folder, 2)
            killed = False
        except Killed:
            killed = True
    assert checkpoint.exists(folder)
    assert _number(folder) == 2 or killed
    if survived == 0:
        assert killed
        assert _number(folder) == 1
    if survived == 39:
        assert not killed, "more calls than this test lives through; raise the range"
    _saved(folder, 3)
    assert _number(folder) == 3
    assert [path.name for path in tmp_path.iterdir()] == ["last"], "nothing is left of the killed one"


def test_a_full_disk_leaves_the_earlier_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _saved(tmp_path / "last", 1)
    with monkeypatch.context() as patched:
        patched.setattr(Path, "write_text", _full)
        with pytest.raises(OSError, match="No space"):
            _saved(tmp_path / "last", 2)
    assert [path.name for path in tmp_path.iterdir()] == ["last"]
    assert _number(tmp_path / "last") == 1


def _full(*_: Any, **__: Any) -> None:
    raise OSError(28, "No space left on device")


def _cut(folder: Path) -> None:
    path = folder / checkpoint.WEIGHTS
    path.write_bytes(path.read_bytes()[:-100])


def _flip(folder: Path) -> None:
    """As long as before, and with a header that says nothing."""
    path = folder / checkpoint.WEIGHTS
    path.write_bytes(b"\xff" * path.stat().st_size)


def _foreign(folder: Path) -> None:
    path = folder / checkpoint.WEIGHTS
    save_file(load_file(path), path, metadata={"state": "0" * 64})


def _head(**changes: Any) -> Callable[[Path], None]:
    def change(folder: Path) -> None:
        path = folder / checkpoint.STATE
        path.write_text(json.dumps(json.loads(path.read_text()) | changes))

    return change


def _only(folder: Path, *keys: str) -> None:
    path = folder / checkpoint.STATE
    path.write_text(json.dumps({key: value for key, value in json.loads(path.read_text()).items() if key in keys}))


@pytest.mark.parametrize(
    ("spoil", "sentence"),
    [
        (_cut, "tensors.safetensors: the file is broken off or was changed"),
        (_flip, "tensors.safetensors: the file is broken off or was changed"),
        (_foreign, "tensors.safetensors: the file is broken off or was changed"),
        (lambda folder: (folder / checkpoint.WEIGHTS).unlink(), "the file tensors.safetensors is missing"),
        (lambda folder: (folder / checkpoint.STATE).unlink(), "no checkpoint is there"),
        (lambda folder: (folder / checkpoint.STATE).write_text('{"format": 1, "st'), "state.json: the file is broken off"),
        (lambda folder: (folder / checkpoint.STATE).write_text("[1]"), "this is no checkpoint of bilat-nlp"),
        (_head(format=7), "a checkpoint of format 7, and this version reads format 1"),
        (_head(library="0.0.1"), "written by bilat-nlp 0.0.1, and this is"),
        (lambda folder: _only(folder, "format", "library"), "was changed"),
        (shutil.rmtree, "no checkpoint is there"),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_refused(spoil: Callable[[Path], Any], sentence: str, tmp_path: Path) -> None:
    _saved(tmp_path / "last", 1)
    spoil(tmp_path / "last")
    with pytest.raises(RecordError, match=sentence) as raised:
        checkpoint.load(tmp_path / "last")
    assert "\n" not in str(raised.value)


def test_an_optimiser_of_another_kind_or_net_is_refused() -> None:
    run = Run("adamw")
    run.step()
    tensors, about = checkpoint.optimiser_state(run.optimiser)
    with pytest.raises(RecordError, match="the state of AdamW, and this run moves its weights with SGD"):
        checkpoint.restore_optimiser(Run("momentum").optimiser, tensors, about)
    with pytest.raises(RecordError, match="does not fit this network"):
        checkpoint.restore_optimiser(torch.optim.AdamW(run.net.parameters()), tensors, about)


def test_a_step_size_that_is_a_tensor_comes_back_as_one() -> None:
    run = torch.optim.AdamW([torch.nn.Parameter(torch.ones(1))], lr=torch.tensor(0.25))
    tensors, about = checkpoint.optimiser_state(run)
    again = torch.optim.AdamW([torch.nn.Parameter(torch.ones(1))], lr=torch.tensor(0.5))
    checkpoint.restore_optimiser(again, tensors, json.loads(json.dumps(about)))
    assert torch.equal(again.param_groups[0]["lr"], torch.tensor(0.25))


def test_a_value_that_json_cannot_hold_is_named() -> None:
    optimiser = torch.optim.SGD([torch.nn.Parameter(torch.ones(1))], lr=0.1)
    optimiser.param_groups[0]["note"] = object()
    with pytest.raises(TypeError, match=r"group\.0\.note"):
        checkpoint.optimiser_state(optimiser)


def test_a_folder_of_any_files_is_replaced_as_a_whole(tmp_path: Path) -> None:
    target = tmp_path / "best"
    for number in (1, 2):
        with checkpoint.replacing(target) as beside:
            (beside / "encoder").mkdir()
            (beside / "encoder" / f"{number}.txt").write_text("x")
    assert [path.name for path in (target / "encoder").iterdir()] == ["2.txt"]
    with pytest.raises(IsADirectoryError), checkpoint.replacing(target) as beside:
        beside.write_text("half")
    assert [path.name for path in tmp_path.rglob("*.txt")] == ["2.txt"]
