"""``bilat-nlp info``: what is installed and what it can do, for bug reports and for the curious."""

from __future__ import annotations

import json
import platform
import tomllib
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import click

from bilat_nlp import __version__


@click.command()
@click.option("--format", "form", type=click.Choice(("table", "json")), default="table", show_default=True)
def command(form: str) -> None:
    """Show version, languages, pipeline, devices and models."""
    facts = collect()
    click.echo(json.dumps(facts, ensure_ascii=False, indent=2) if form == "json" else _table(facts))


def collect() -> dict[str, Any]:
    """All facts by subject; nothing heavy is imported that is not installed."""
    return {
        "version": __version__,
        "python": platform.python_version(),
        "platform": platform.platform(),
        "languages": _languages(),
        "pipeline": _components(),
        "devices": _devices(),
        "models": _models(),
    }


def _languages() -> list[dict[str, Any]]:
    """Counted in the data files themselves: to compile all languages takes seconds."""
    from bilat_nlp.languages import loader

    found = []
    for code in loader.available():
        folder = loader.FOLDER / code
        settings = _toml(folder / "language.toml")
        found.append(
            {
                "code": code,
                "name": settings.get("name", code),
                "scripts": settings.get("scripts", []),
                "triggers": len(_toml(folder / "triggers.toml").get("trigger", [])),
                "names": _forms(folder / "names.tsv"),
            }
        )
    return found


def _toml(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):  # info must also speak of a language that is half written
        return {}


def _forms(path: Path) -> int:
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, ValueError):
        return 0
    rows = [line.split("\t") for line in lines if line.strip() and not line.startswith("#")]
    return sum(len(row[3].split("|")) for row in rows if len(row) > 3)


def _components() -> list[str]:
    """Names of the stages of the pipeline in their order."""
    from bilat_nlp.api import load

    nlp = load()
    return list(getattr(nlp, "pipe_names", []))


def _devices() -> list[str]:
    devices = ["cpu"]
    if find_spec("torch") is not None:
        import torch

        devices += [f"cuda:{number} ({torch.cuda.get_device_name(number)})" for number in range(torch.cuda.device_count())]
    return devices


def _models() -> list[str]:
    """Trained models in the package; the rules need none."""
    folder = Path(__file__).parents[1] / "models"
    return sorted(path.name for path in folder.iterdir() if (path / "config.json").is_file()) if folder.is_dir() else []


def _table(facts: dict[str, Any]) -> str:
    lines = [f"{'bilat-nlp':<10} {facts['version']}", f"{'python':<10} {facts['python']} on {facts['platform']}"]
    lines.append(f"{'pipeline':<10} {' > '.join(facts['pipeline'])}")
    lines.append(f"{'devices':<10} {', '.join(facts['devices'])}")
    lines.append(f"{'models':<10} {', '.join(facts['models']) or 'none (rules only)'}")
    lines += ["", f"{'language':<24} {'scripts':<12} {'triggers':>8} {'names':>8}"]
    for each in facts["languages"]:
        label = f"{each['code']}  {each['name']}"
        lines.append(f"{label:<24} {', '.join(each['scripts']):<12} {each['triggers']:>8} {each['names']:>8}")
    return "\n".join(lines)
