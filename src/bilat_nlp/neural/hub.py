"""Models and tokenizers of Hugging Face, by their names there or from folders, or one sentence that says why not.

Only weights in safetensors are read, and no program code that goes with a model is run.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from safetensors import SafetensorError

from ..records import RecordError

WEIGHTS = ("model.safetensors", "model.safetensors.index.json")  # in one file, or in several
UNLIMITED = 10**6  # a tokenizer that knows no limit names a number beyond this
USUAL = 512  # sub-words, for a model that names no limit at all
FAILURES = (OSError, ValueError, LookupError, TypeError, AttributeError, ImportError, RuntimeError, SafetensorError)
_HUB = re.compile(r"\w[\w.-]*(/[\w.-]+)?")


def open_model(source: str, revision: str | None) -> tuple[Any, Any, str | None]:
    """Model in float32, tokenizer, and the revision where the model comes from Hugging Face.

    Args:
        source: a folder, or a name at Hugging Face.
        revision: branch, tag or commit there; None for the newest.

    Raises:
        RecordError: it is not there, not whole, not in safetensors, or of a kind that transformers does not have.
    """
    if find_spec("transformers") is None:
        raise RecordError("a pretrained encoder needs the package transformers; install it with: pip install 'bilat-nlp[neural]'")
    local = Path(source).is_dir()
    if local:
        _check_files(Path(source))
    elif not _HUB.fullmatch(source):
        raise RecordError(f"{source}: there is no such folder; give the folder of a stored encoder, or a name at Hugging Face")
    from transformers import AutoConfig, AutoModel, AutoTokenizer

    options: dict[str, Any] = {"trust_remote_code": False, "local_files_only": local}
    with quiet(bars=not local):
        try:
            config = AutoConfig.from_pretrained(source, **options, **({"revision": revision} if revision else {}))
        except FAILURES as error:
            if local or not isinstance(error, OSError):
                raise _unusable(source, error) from error
            raise RecordError(
                f"{source}: there is no such folder, and no such model can be fetched ({line(error)}); give the folder of a stored encoder"
            ) from error
        if not local:  # model and tokenizer of one and the same revision
            options["revision"] = getattr(config, "_commit_hash", None) or revision or "main"
        try:
            # for classes that want to be asked before they read words that come ready split
            tokenizer = AutoTokenizer.from_pretrained(source, add_prefix_space=True, **options)
            model, report = AutoModel.from_pretrained(source, config=config, use_safetensors=True, output_loading_info=True, **options)
        except FAILURES as error:
            raise _unusable(source, error) from error
    missing = sorted(name for name in report["missing_keys"] if "pooler" not in name)
    if missing:
        raise RecordError(f"{source}: {len(missing)} of its weights are missing ({missing[0]} is the first); store the model anew, whole")
    return model.float(), tokenizer, options.get("revision")


def _check_files(folder: Path) -> None:
    if not (folder / "config.json").is_file():
        raise RecordError(f"{folder}: config.json, the model's configuration, is missing; give the folder of a stored encoder")
    if not any((folder / name).is_file() for name in WEIGHTS):
        pickled = sorted(each.name for each in (*folder.glob("*.bin"), *folder.glob("*.pt")))
        also = f" ({pickled[0]} is a pickle, which can run any code when it is read)" if pickled else ""
        raise RecordError(f"{folder}: {WEIGHTS[0]}, its weights, is missing{also}; store the model anew, its weights as safetensors")


def _unusable(source: str, error: BaseException) -> RecordError:
    if "trust_remote_code" in str(error):
        return RecordError(f"{source}: it needs program code of its own, which is not run; give a model of a kind that transformers has")
    if "safetensors" in str(error) and isinstance(error, OSError):
        return RecordError(f"{source}: its weights are not there as safetensors, and pickled ones are not read; give another model")
    return RecordError(f"{source}: transformers cannot load it ({line(error)}); give a stored encoder with its tokenizer")


def line(error: BaseException) -> str:
    """The first line of what an error says."""
    return str(error).strip().partition("\n")[0].rstrip(".:") or type(error).__name__


@contextmanager
def quiet(bars: bool) -> Iterator[None]:
    """Without the warnings of transformers, about heads that we do not use and the like; with its bars of progress if wanted."""
    from transformers.utils import logging

    level, shown = logging.get_verbosity(), logging.is_progress_bar_enabled()
    logging.set_verbosity_error()
    if shown and not bars:
        logging.disable_progress_bar()
    try:
        yield
    finally:
        logging.set_verbosity(level)
        if shown and not bars:
            logging.enable_progress_bar()


def positions(model: Any, tokenizer: Any) -> int:
    """Sub-words that a model of transformers takes at once, special ones counted."""
    found = [tokenizer.model_max_length] if tokenizer.model_max_length < UNLIMITED else []
    if largest := getattr(model.config, "max_position_embeddings", None):
        # Models of the RoBERTa family count positions from behind the one of padding.
        tables = [part for name, part in model.named_modules() if name.endswith("position_embeddings")]
        offset = max((part.padding_idx + 1 for part in tables if getattr(part, "padding_idx", None) is not None), default=0)
        found.append(largest - offset)
    return int(min(found, default=USUAL))
