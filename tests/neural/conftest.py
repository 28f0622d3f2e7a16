"""Tiny encoders, made once for all tests of this room."""

from __future__ import annotations

from pathlib import Path

import pytest

from neural.tiny import KINDS


@pytest.fixture(scope="session")
def tiny_encoders(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Folders of stored models, one for each of `tiny.KINDS`."""
    torch = pytest.importorskip("torch")
    pytest.importorskip("transformers")
    torch.manual_seed(1)
    return {name: make(tmp_path_factory.mktemp(name) / "model") for name, make in KINDS.items()}


@pytest.fixture(params=list(KINDS))
def tiny_encoder(request: pytest.FixtureRequest, tiny_encoders: dict[str, Path]) -> Path:
    return tiny_encoders[request.param]
