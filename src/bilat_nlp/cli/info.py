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
    stages, problem = _components()
    return {
        "version": __version__,
        "python": platform.python_version(),
        "platform": platform.platform(),
        "languages": _languages(),
        "pipeline": stages,
        "problem": problem,
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


def _components() -> tuple[list[str], str | None]:
    """Names of the stages in their order, as a user gets them who says nothing; those of the rules, and why, where the model cannot run."""
    from bilat_nlp.api import load

    try:
        return list(load().pipe_names), None
    except (ValueError, ImportError, OSError) as error:
        return list(load(mode="rules").pipe_names), f"rules only: {error}"


def _devices() -> list[str]:
    """What --device can name here; without torch the processor alone."""
    devices = ["cpu"]
    if find_spec("torch") is not None:
        import torch

        for number in range(torch.cuda.device_count()):
            about = torch.cuda.get_device_properties(number)
            devices.append(f"cuda:{number} ({about.name}, {about.total_memory / 1024**3:.0f} GB)")
        if torch.backends.mps.is_available():
            devices.append("mps")
    return devices


def _models() -> list[dict[str, Any]]:
    """The models that came with the library, told by their files; the rules need none."""
    from bilat_nlp.neural.storage import CONFIG, installed

    found = []
    for name, folder in installed().items():
        try:
            config = json.loads((folder / CONFIG).read_text(encoding="utf-8"))
        except (OSError, ValueError):  # info must also speak of a model that is damaged
            config = None
        config = config if isinstance(config, dict) else {}
        names = config.get("names")
        found.append(
            {
                "name": name,
                "megabytes": round(sum(file.stat().st_size for file in folder.rglob("*") if file.is_file()) / 1e6, 1),
                "languages": names.get("languages", []) if isinstance(names, dict) else [],
                "encoder": config.get("kind"),
                "format": config.get("format"),
            }
        )
    return found


def _table(facts: dict[str, Any]) -> str:
    lines = [f"{'bilat-nlp':<10} {facts['version']}", f"{'python':<10} {facts['python']} on {facts['platform']}"]
    lines.append(f"{'pipeline':<10} {' > '.join(facts['pipeline'])}")
    if facts["problem"]:
        lines.append(f"{'problem':<10} {facts['problem']}")
    lines.append(f"{'devices':<10} {', '.join(facts['devices'])}")
    models = [
        f"{each['name']}: {each['megabytes']} MB, format {each['format']}, encoder {each['encoder']}, {' '.join(each['languages'])}"
        for each in facts["models"]
    ]
    lines += [f"{'models' if not number else '':<10} {line}" for number, line in enumerate(models or ["none (rules only)"])]
    lines += ["", f"{'language':<24} {'scripts':<12} {'triggers':>8} {'names':>8}"]
    for each in facts["languages"]:
        label = f"{each['code']}  {each['name']}"
        lines.append(f"{label:<24} {', '.join(each['scripts']):<12} {each['triggers']:>8} {each['names']:>8}")
    return "\n".join(lines)
