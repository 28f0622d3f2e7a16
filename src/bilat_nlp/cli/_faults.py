"""How a command that computes with a model ends early: a sentence on standard error, and an exit code."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from bilat_nlp.cli import BadInput


@contextmanager
def told(little_memory: str) -> Iterator[None]:
    """Bad input, a missing extra and too little memory end in one sentence and exit code 2.

    Args:
        little_memory: the sentence for a device whose memory runs out.
    """
    try:
        yield
    except ImportError as error:
        raise BadInput(f"{error.name or error} is needed for this; install it with: pip install 'bilat-nlp[neural]'") from None
    except (ValueError, OSError) as error:
        raise BadInput(str(error)) from None
    except RuntimeError as error:
        if type(error).__name__ != "OutOfMemoryError":  # of torch, which need not be there
            raise
        raise BadInput(little_memory) from None
