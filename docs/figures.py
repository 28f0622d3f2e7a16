"""What stands between the cog marks of README.md, docs/results.md and the cards of corpus/: the output of commands, never typed by hand.

`make figures` runs it. What needs data from outside the repository keeps its last output where they are not at hand, and says so.
"""

from __future__ import annotations

import atexit
import csv
import json
import os
import shlex
import shutil
import subprocess
import sys
import tempfile
import venv
from functools import cache
from pathlib import Path

KEEP = os.environ.get("KEEP")  # commands that hold this word keep their output: KEEP=benchmark on a machine that is busy
ROOT = Path(__file__).parents[1]
HISTORY = ROOT / "docs" / "history.csv"
COLUMNS = ("version", "texts", "documents", "events", "figure", "value", "low", "high")
SETS = {  # what the texts are called in tables: where they lie
    "real news, development": "../shared/data/dev",
    "real news of the corpus, development": "build/real-dev.jsonl",
    "own corpus, development": "corpus/dev",
    "sample texts": "corpus/gold/seeds.jsonl",
}
ATTACH = "bilat-nlp corpus attach corpus/news/dev --texts ../shared/data/raw -o build/real-dev.jsonl"
MODES = ("both", "rules", "model")
SHOWN = ("relaxed", "strict", "dyad", "direction", "date", "modality", "location")


def command(line: str, *, plain: bool = False) -> None:
    """The command and what it prints.

    With ``plain`` it runs as one gets it from `make demo`: in an environment without the extras, since spaCy loads torch where it
    finds it, which costs seconds and memory.
    """
    import cog

    if not _at_hand(line) or (KEEP and KEEP in line):
        print(f"{line}: kept as it was", file=sys.stderr)
        cog.out(cog.previous)
        return
    cog.outl(f"\n    {line}\n\n{_output(line, plain)}\n")


def summary() -> None:
    """The main figures of all sets and modes, a row each; those of the default mode go into the history too."""
    import cog

    from bilat_nlp.evaluation.results import TITLES

    lines = {(name, mode): f"bilat-nlp evaluate {path} {mode} --format json" for name, path in SETS.items() for mode in MODES}
    if missing := [line for line in lines.values() if not _at_hand(line)]:
        print(f"{missing[0]}: the summary is kept as it was, the data are not here", file=sys.stderr)
        cog.out(cog.previous)
        return
    runs = {name: json.loads(_output(line)) for name, line in lines.items()}
    cog.outl(f"\n| texts | mode | documents | events | {' | '.join(TITLES[name] for name in SHOWN)} |")
    cog.outl(f"|---|---|---:|---:|{'---:|' * len(SHOWN)}")
    for (name, mode), run in runs.items():
        cells = (f"{found['value']:.3f} ({found['low']:.3f}-{found['high']:.3f})" for found in (run["scores"][each] for each in SHOWN))
        cog.outl(f"| {name} | {mode} | {run['documents']} | {run['events']} | {' | '.join(cells)} |")
    cog.outl()
    _remember({name: run for (name, mode), run in runs.items() if mode == MODES[0]})


@cache
def _output(line: str, plain: bool = False) -> str:
    program, *arguments = shlex.split(line)
    print(line, file=sys.stderr)
    python = _plain() if plain else Path(sys.executable)
    done = subprocess.run([python.with_name(program), *arguments], cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"{line}: {done.stderr}")
    return done.stdout.strip()


@cache
def _plain() -> Path:
    """The interpreter of an environment that holds the library without extras, made for the occasion."""
    folder = Path(tempfile.mkdtemp(prefix="bilat-nlp-plain-"))
    atexit.register(shutil.rmtree, folder)
    venv.create(folder, with_pip=True)
    python = folder / "bin" / "python"
    install = [python, "-m", "pip", "install", "--quiet", "--constraint", "constraints.txt", "--editable", "."]
    subprocess.run(install, cwd=ROOT, check=True)
    return python


def _at_hand(line: str) -> bool:
    if "build/real-dev.jsonl" in shlex.split(line) and line != ATTACH:
        _put_together()
    return all((ROOT / part).exists() for part in shlex.split(line) if part.startswith(("../", "build/")) and line != ATTACH)


@cache
def _put_together() -> None:
    """The annotation of real news with its texts, where these are at hand."""
    (ROOT / "build").mkdir(exist_ok=True)
    if (ROOT / "../shared/data/raw").exists():
        _output(ATTACH)


def _remember(runs: dict[str, dict]) -> None:
    """This version's figures in place of those it had before, and the picture of all versions."""
    from bilat_nlp import __version__

    with HISTORY.open(encoding="utf-8", newline="") as stream:
        rows = [row for row in csv.DictReader(stream) if row["version"] != __version__]
    for name, run in runs.items():
        for figure in SHOWN:
            found = {key: f"{run['scores'][figure][key]:.6f}" for key in ("value", "low", "high")}
            size = {"documents": run["documents"], "events": run["events"]}
            rows.append({"version": __version__, "texts": name, "figure": figure} | size | found)
    with HISTORY.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, COLUMNS, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    _draw(rows)


def _draw(rows: list[dict]) -> None:
    import matplotlib
    from matplotlib.backends.backend_svg import FigureCanvasSVG
    from matplotlib.figure import Figure

    matplotlib.rcParams["svg.hashsalt"] = "bilat_nlp"  # the same picture from the same figures
    figure = Figure(figsize=(9, 3.2), layout="constrained")
    FigureCanvasSVG(figure)
    versions = list(dict.fromkeys(row["version"] for row in rows))
    for axes, shown in zip(figure.subplots(1, 2, sharey=True), ("relaxed", "strict"), strict=True):
        for shift, texts in enumerate(SETS):
            found = {row["version"]: row for row in rows if row["texts"] == texts and row["figure"] == shown}
            at = [number + 0.08 * (shift - 1) for number, version in enumerate(versions) if version in found]
            value, low, high = ([float(found[each][key]) for each in versions if each in found] for key in ("value", "low", "high"))
            error = [[v - below for v, below in zip(value, low, strict=True)], [above - v for v, above in zip(value, high, strict=True)]]
            axes.errorbar(at, value, yerr=error, marker="o", capsize=3, label=texts)
        axes.set_title(f"event F1, {shown}", loc="left")
        axes.set_xticks(range(len(versions)), versions)
        axes.set_xlim(-0.5, len(versions) - 0.5)
        axes.set_ylim(0, 1)
        axes.spines[["top", "right"]].set_visible(False)
        axes.grid(axis="y", alpha=0.3)
    axes.legend(loc="lower right", fontsize="small")
    figure.savefig(HISTORY.with_suffix(".svg"), metadata={"Date": None})
