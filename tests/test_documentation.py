"""What the documentation prints is what this commit prints: tables between cog marks that need nothing from outside the repository."""

from __future__ import annotations

import csv
import re
import shlex
from pathlib import Path

import pytest
from click.testing import CliRunner

from bilat_nlp import __version__
from bilat_nlp.cli import main

ROOT = Path(__file__).parents[1]
RESULTS, README = ROOT / "docs" / "results.md", ROOT / "README.md"
BLOCK = re.compile(r'figures\.command\("(.*?)"(, plain=True)?\) \]\]\] -->\n(.*?)<!-- \[\[\[end', re.DOTALL)
LIBRARY = re.compile(r"\|library:[^|]*")  # a print of all code and data: it changes with every commit, and figures only with some
PAGES = (README, RESULTS, ROOT / "corpus" / "README.md", ROOT / "corpus" / "gold" / "seeds.md")
BLOCKS = {found[1]: found[3] for page in PAGES for found in BLOCK.finditer(page.read_text(encoding="utf-8"))}
LOCAL = [line for line in BLOCKS if line.startswith(("bilat-nlp evaluate corpus/", "bilat-nlp corpus agree"))]


def test_there_are_tables_to_check() -> None:
    assert len(BLOCKS) >= 8
    assert len(LOCAL) >= 4


@pytest.mark.parametrize("line", LOCAL)
def test_a_table_is_what_its_command_prints(line: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """`make figures` mends it."""
    monkeypatch.chdir(ROOT)
    result = CliRunner().invoke(main, shlex.split(line)[1:])
    assert result.exit_code == 0, result.output
    shown = BLOCKS[line].replace(f"    {line}\n", "")
    assert LIBRARY.sub("", shown.strip()) == LIBRARY.sub("", result.stdout.strip())


def test_the_main_figures_are_those_of_this_version() -> None:
    with (ROOT / "docs" / "history.csv").open(encoding="utf-8", newline="") as stream:
        rows = [row for row in csv.DictReader(stream) if row["version"] == __version__]
    assert {row["figure"] for row in rows} == {"relaxed", "strict", "dyad", "direction", "date", "modality", "location"}
    for page in (README, RESULTS):
        text = page.read_text(encoding="utf-8")
        for row in rows:
            value, low, high = (f"{float(row[key]):.3f}" for key in ("value", "low", "high"))
            line = next(line for line in text.splitlines() if line.startswith(f"| {row['texts']} |"))
            assert f"{value} ({low}-{high})" in line, f"{page.name}: {row['texts']}, {row['figure']}"
