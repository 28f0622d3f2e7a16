"""Any token classifier of the Hugging Face kind, by the folder it is stored in.

A text of any length is read: in windows of whole words that overlap, where the model takes only so many subwords. The probabilities of a
word are the mean over all its subwords in all windows, as the first subword alone knows little of a word with many endings.
"""

from __future__ import annotations

import inspect
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from bilat_nlp.evaluation.systems.peers import check_device, need, stay_offline, store, windows
from bilat_nlp.evaluation.systems.reading import PlainReader, Reading, Span, Token
from bilat_nlp.records import RecordError

BATCH = 16  # windows
UNLIMITED = 10**6  # a tokenizer that knows no limit names a number beyond this
USUAL = 512  # subwords, for a model that names no limit at all
FILES = {"config.json": "the model's configuration", "model.safetensors": "its weights"}
INSIDE = frozenset("IEL")  # of IOB2, IOBES and BILOU


class TokenClassifier:
    """spaCy's words and sentences, the entities of the model."""

    def __init__(self, folder: str, device: str) -> None:
        self.folder, self.device = folder, device
        self.plain = PlainReader()

    def load(self) -> None:
        need("torch", "neural")
        need("transformers", "neural")
        weights = "model.safetensors.index.json"  # of a model in several files
        folder = store(self.folder, {"config.json": FILES["config.json"]})
        if not (folder / weights).is_file():
            store(self.folder, FILES)
        stay_offline()
        check_device(self.device)
        from transformers import AutoModelForTokenClassification, AutoTokenizer

        local: dict[str, Any] = {"local_files_only": True, "trust_remote_code": False}
        try:
            # words are handed over ready split: byte-level tokenizers must put the blank in front themselves
            self.tokenizer = AutoTokenizer.from_pretrained(self.folder, add_prefix_space=True, **local)
            self.model = AutoModelForTokenClassification.from_pretrained(self.folder, use_safetensors=True, **local)
        except (OSError, ValueError, KeyError, ImportError) as error:
            line = str(error).strip().partition("\n")[0].rstrip(".")
            raise RecordError(f"{self.folder}: transformers cannot load it ({line}); give the folder of a token classifier") from error
        if not self.tokenizer.is_fast:
            raise RecordError(f"{self.folder}: its tokenizer does not say which subword belongs to which word; store a fast one beside it")
        self.model.to(self.device).eval()
        self.takes = set(inspect.signature(self.model.forward).parameters)
        self.limit = _limit(self.model, self.tokenizer)
        self.plain.load()

    def read(self, texts: Iterable[tuple[str, str | None]]) -> Iterator[Reading]:
        texts = list(texts)
        readings = list(self.plain.read(texts))
        sums = self._probabilities([[token.text for token in reading.tokens] for reading in readings])
        names = self.model.config.id2label
        for reading, rows in zip(readings, sums, strict=True):
            tags = [names[int(row.argmax())] if row.any() else "O" for row in rows]
            reading.entities = entities(tags, reading.tokens)
        return iter(readings)

    def _probabilities(self, texts: Sequence[Sequence[str]]) -> list[Any]:
        """For each text an array of shape (words, labels); a word that the model does not see has zeros."""
        import numpy as np
        import torch

        sums = [np.zeros((len(words), self.model.config.num_labels)) for words in texts]
        room = self.limit - self.tokenizer.num_special_tokens_to_add()
        parts = [(n, *span) for n, words in enumerate(texts) for span in windows(self._costs(words), room)]
        for at in range(0, len(parts), BATCH):
            batch = parts[at : at + BATCH]
            encoded = self.tokenizer(
                [list(texts[n][first:last]) for n, first, last in batch],
                is_split_into_words=True,
                truncation=True,  # of a single word longer than a whole window; every other window fits
                max_length=self.limit,
                padding=True,
                return_tensors="pt",
            )
            with torch.inference_mode():
                logits = self.model(**{name: value.to(self.device) for name, value in encoded.items() if name in self.takes}).logits
            chances = torch.softmax(logits.float(), dim=-1).cpu().numpy()
            for row, (n, first, _) in enumerate(batch):
                for column, word in enumerate(encoded.word_ids(row)):
                    if word is not None:
                        sums[n][first + word] += chances[row, column]
        return sums  # the sum has its greatest value where the mean has it

    def _costs(self, words: Sequence[str]) -> list[int]:
        """Subwords of each word."""
        costs = [0] * len(words)
        if words:
            split = self.tokenizer(list(words), is_split_into_words=True, add_special_tokens=False, verbose=False)
            for word in split.word_ids(0):
                costs[word] += 1
        return costs


def _limit(model: Any, tokenizer: Any) -> int:
    """Subwords that the model takes at once, special ones counted."""
    found = [tokenizer.model_max_length] if tokenizer.model_max_length < UNLIMITED else []
    if positions := getattr(model.config, "max_position_embeddings", None):
        # Models of the RoBERTa family count positions from behind the one of padding.
        tables = [part for name, part in model.named_modules() if name.endswith("position_embeddings")]
        offset = max((part.padding_idx + 1 for part in tables if getattr(part, "padding_idx", None) is not None), default=0)
        found.append(positions - offset)
    return min(found, default=USUAL)


def entities(tags: Sequence[str], tokens: Sequence[Token]) -> list[Span]:
    """Entities of tags in IOB2, IOBES or BILOU, or of labels without any such prefix; half a mark or a wrong one begins an entity."""
    found: list[Span] = []
    open_label = ""
    for tag, token in zip(tags, tokens, strict=True):
        mark, dash, label = tag.partition("-")
        if not dash:
            mark, label = ("O", "") if tag == "O" else ("I", tag)
        if label and label == open_label and mark in INSIDE:
            found[-1] = Span(found[-1].start, token.end, label)
        elif label:
            found.append(Span(token.start, token.end, label))
        open_label = "" if mark in "ELSU" else label
    return found
