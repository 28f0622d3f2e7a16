"""Standard streams that the shell has closed: one sentence and exit code 2, no traceback."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest


@pytest.mark.parametrize(("stream", "path", "said"), [
    ("stdin", "-", "standard input is closed"),
    ("stdout", "news.txt", "standard output is closed"),
])  # fmt: skip
def test_a_closed_stream_is_named(stream: str, path: str, said: str, tmp_path: Path) -> None:
    (tmp_path / "news.txt").write_text("Russia expelled two Polish diplomats.", encoding="utf-8")
    code = f"import sys; sys.{stream} = None; from bilat_nlp.cli import main; main(['extract', {path!r}])"
    done = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert said in done.stderr
    assert "Traceback" not in done.stderr
