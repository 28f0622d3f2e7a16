"""A GLiNER model, by the folder it is stored in.

It cuts off what is longer than its window, so the texts are handed over in overlapping windows of its own words.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from bilat_nlp.evaluation.systems.huggingface import UNLIMITED
from bilat_nlp.evaluation.systems.peers import check_device, need, stay_offline, store, windows
from bilat_nlp.evaluation.systems.reading import PlainReader, Reading, Span, labels
from bilat_nlp.records import RecordError

FILES = {"gliner_config.json": "the model's configuration", "model.safetensors": "its weights"}
THRESHOLD = 0.5  # the library's own
Found = dict[str, Any]  # start, end, label, score: what the library returns


class GlinerReader:
    """spaCy's words and sentences, the entities of the model; asked for with the labels of ``labels.toml``."""

    def __init__(self, folder: str, device: str, threshold: float = THRESHOLD) -> None:
        self.folder, self.device, self.threshold = folder, device, threshold
        self.prompts = list(labels()["prompts"])
        self.plain = PlainReader()

    def load(self) -> None:
        need("gliner", "gliner")
        store(self.folder, FILES)
        stay_offline()
        check_device(self.device)
        from gliner import GLiNER

        try:
            self.model = GLiNER.from_pretrained(self.folder, local_files_only=True, map_location=self.device)
        except (OSError, ValueError, KeyError, RuntimeError) as error:
            line = str(error).strip().partition("\n")[0].rstrip(".")
            raise RecordError(f"{self.folder}: GLiNER cannot load it ({line}); store model and tokenizer with save_pretrained()") from error
        self.plain.load()

    def read(self, texts: Iterable[tuple[str, str | None]]) -> Iterator[Reading]:
        texts = list(texts)
        parts = [(n, *span) for n, (text, _) in enumerate(texts) for span in self.spans(text)]
        found: list[list[Found]] = [[] for _ in texts]
        if parts:
            windowed = [texts[n][0][start:end] for n, start, end in parts]
            answers = self.model.inference(windowed, self.prompts, threshold=self.threshold, flat_ner=True)
            for (n, start, _), answer in zip(parts, answers, strict=True):
                found[n] += [one | {"start": one["start"] + start, "end": one["end"] + start} for one in answer]
        for reading, entities in zip(self.plain.read(texts), found, strict=True):
            reading.entities = flat(entities)
            yield reading

    def spans(self, text: str) -> list[tuple[int, int]]:
        """Windows of a text in code points: so many words as the model takes, and so many subwords, with the prompts beside them."""
        processor = self.model.data_processor
        tokenizer = processor.transformer_tokenizer
        words = list(processor.words_splitter(text))
        costs, room = [1] * len(words), len(words)
        if tokenizer.model_max_length < UNLIMITED:
            costs = [len(tokenizer.tokenize(word)) for word, _, _ in words]
            prompts = sum(len(tokenizer.tokenize(prompt)) + 1 for prompt in self.prompts)  # each with a mark before it
            room = tokenizer.model_max_length - prompts - tokenizer.num_special_tokens_to_add() - 1
        return [(words[first][1], words[last - 1][2]) for first, last in windows(costs, room, int(self.model.config.max_len))]


def flat(found: Sequence[Found]) -> list[Span]:
    """The surest entities, none overlapping another: neighbouring windows see the words they share twice."""
    kept: list[Found] = []
    taken: set[int] = set()
    for one in sorted(found, key=lambda one: (-one["score"], one["start"], -one["end"])):
        places = range(one["start"], one["end"])
        if taken.isdisjoint(places):
            taken.update(places)
            kept.append(one)
    return [Span(one["start"], one["end"], one["label"]) for one in sorted(kept, key=lambda one: one["start"])]
