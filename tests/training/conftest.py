"""What all tests of training need: one thread for their tiny models, and the packaged ontology again behind each."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.util import find_spec

import pytest

from bilat_nlp import ontology


@pytest.fixture(autouse=True, scope="session")
def one_thread() -> Iterator[None]:
    """Threads that wait for each other take longer than the work of a tiny model."""
    if find_spec("torch") is None:
        yield
        return
    import torch

    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.fixture(autouse=True)
def packaged_ontology() -> Iterator[None]:
    yield
    ontology.use(None)
