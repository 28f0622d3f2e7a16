"""Tiny encoders with random weights, real ones of three architectures with a tokenizer of their kind, stored as Hugging Face does."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from bilat_nlp.neural.encoders import Batch
    from bilat_nlp.neural.pretrained import PretrainedEncoder

POSITIONS = 40  # sub-words that they take, marks counted
WORDS = "hungary united states expelled two diplomats the of on monday said that talks were long a , . new ##land ##s un ##ited".split()
MARKS = ("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]")
LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789"
FEATURES = 5
SHORT = "hungary expelled two diplomats of newland , on monday .".split()
OTHER = "the talks were long".split()
LONG = "the ministers of the united states said that the talks were long and hungary expelled two diplomats .".split() * 5
SIZES = {"hidden_size": 16, "intermediate_size": 24, "num_hidden_layers": 2, "num_attention_heads": 2}


def bert(folder: Path) -> Path:
    """WordPiece; marks [CLS] and [SEP]; a word of control characters has no sub-word."""
    from transformers import BertConfig, BertModel, BertTokenizerFast

    words = list(dict.fromkeys([*MARKS, *WORDS, *LETTERS, *(f"##{letter}" for letter in LETTERS)]))
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "vocab.txt").write_text("\n".join(words), encoding="utf-8")
    tokenizer = BertTokenizerFast.from_pretrained(folder, model_max_length=POSITIONS)
    return _stored(folder, BertModel(BertConfig(vocab_size=len(words), max_position_embeddings=POSITIONS, **SIZES)), tokenizer)


def xlmr(folder: Path) -> Path:
    """A unigram model as of SentencePiece, blanks as "▁"; positions counted from behind that of padding; its tokenizer names no limit."""
    from transformers import XLMRobertaConfig, XLMRobertaModel, XLMRobertaTokenizerFast

    pieces = [f"▁{word}" for word in WORDS if word.isalpha()] + ["land", "ted", "s", "▁", ",", ".", *LETTERS]
    special = ["<s>", "<pad>", "</s>", "<unk>"]
    vocabulary = [(piece, 0.0) for piece in special] + [(piece, -float(2 + n / 100)) for n, piece in enumerate(dict.fromkeys(pieces))]
    tokenizer = XLMRobertaTokenizerFast(vocab=[*vocabulary, ("<mask>", 0.0)])
    config = XLMRobertaConfig(
        vocab_size=len(tokenizer), max_position_embeddings=POSITIONS + 2, pad_token_id=1, bos_token_id=0, eos_token_id=2, **SIZES
    )
    return _stored(folder, XLMRobertaModel(config), tokenizer)


def modernbert(folder: Path) -> Path:
    """Byte-level pairs, a blank as "Ġ" that its tokenizer does not add to words ready split; rotary positions."""
    from tokenizers import Tokenizer, models, pre_tokenizers, processors, trainers
    from transformers import ModernBertConfig, ModernBertModel, PreTrainedTokenizerFast

    made = Tokenizer(models.BPE())
    made.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    trainer = trainers.BpeTrainer(
        vocab_size=330, special_tokens=list(MARKS), initial_alphabet=pre_tokenizers.ByteLevel.alphabet(), show_progress=False
    )
    made.train_from_iterator([" ".join(word for word in WORDS if word.isalpha())] * 3, trainer)
    made.post_processor = processors.TemplateProcessing(single="[CLS] $A [SEP]", special_tokens=[("[CLS]", 2), ("[SEP]", 3)])
    marks = {f"{name}_token": f"[{name.upper()}]" for name in ("unk", "pad", "cls", "sep", "mask")}
    tokenizer = PreTrainedTokenizerFast(tokenizer_object=made, model_max_length=POSITIONS, **marks)
    config = ModernBertConfig(
        vocab_size=len(tokenizer), max_position_embeddings=POSITIONS, pad_token_id=0, cls_token_id=2, sep_token_id=3, bos_token_id=2,
        eos_token_id=3, local_attention=8, embedding_dropout=0.1, mlp_dropout=0.1, attention_dropout=0.1, **SIZES,
    )  # fmt: skip
    return _stored(folder, ModernBertModel(config), tokenizer)


def _stored(folder: Path, model: Any, tokenizer: Any) -> Path:
    model.save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return folder


KINDS: dict[str, Callable[[Path], Path]] = {"bert": bert, "xlmr": xlmr, "modernbert": modernbert}


def encoder(folder: Path, **options: object) -> PretrainedEncoder:
    """With weights of the projection that are not zero, as after training; without dropout."""
    import torch

    from bilat_nlp.neural.pretrained import PretrainedEncoder

    made = PretrainedEncoder(str(folder), FEATURES, **options)
    torch.manual_seed(2)
    for parameter in made.own_parameters():
        torch.nn.init.normal_(parameter)
    return made.eval()


def batch(*windows: Sequence[str]) -> Batch:
    """Windows with random features."""
    import torch

    from bilat_nlp.neural.encoders import Batch

    longest = max(map(len, windows))
    mask = torch.tensor([[place < len(words) for place in range(longest)] for words in windows])
    features = torch.rand(len(windows), longest, FEATURES, generator=torch.Generator().manual_seed(3))
    empty = torch.zeros(len(windows), longest, 0)
    return Batch([list(words) for words in windows], ["en"] * len(windows), empty, empty.long(), features, mask)
