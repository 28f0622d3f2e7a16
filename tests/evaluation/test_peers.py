"""Other people's pipelines under the baseline: each adapter with a real, tiny model of its kind, made here and read from a folder."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bilat_nlp.evaluation.systems import parse
from bilat_nlp.evaluation.systems.gliner import flat
from bilat_nlp.evaluation.systems.huggingface import entities
from bilat_nlp.evaluation.systems.peers import windows
from bilat_nlp.evaluation.systems.reading import Span, Token
from bilat_nlp.records import Document, RecordError

TEXT = "Hungary expelled two diplomats of the United States on Monday, the ministry said in a statement."
LIMIT = 24  # subwords that the tiny models take
LONG = "The ministers said that the talks were long. " * 20 + TEXT
WORDS = "[PAD] [UNK] [CLS] [SEP] [MASK] hungary united states serbia expelled two diplomats of the on said , . new ##land".split()
ARCHITECTURES = ["BertForTokenClassification", "DistilBertForTokenClassification", "XLMRobertaForTokenClassification"]


def found(name: str, *texts: str) -> list[Document]:
    system = parse(name)
    system.load()
    documents = list(system.predict([Document(str(n), text=text) for n, text in enumerate(texts)]))
    for document, text in zip(documents, texts, strict=True):
        assert document.validate(text) == []
    return documents


def assert_expulsion(document: Document, shift: int = 0) -> None:
    (event,) = document.events
    assert (event.type, event.codes("actor"), event.codes("recipient")) == ("expel_diplomat", {"HUN"}, {"USA"})
    assert {(entity.start - shift, entity.text, entity.code) for entity in document.entities} == {
        (0, "Hungary", "HUN"),
        (TEXT.index("United"), "United States", "USA"),
    }


# -- windows and tags --------------------------------------------------------------------------------------------------------------


@given(st.lists(st.integers(0, 9), max_size=60), st.integers(1, 20), st.one_of(st.none(), st.integers(1, 9)))
def test_windows_cover_every_word_and_keep_to_their_size(costs: list[int], budget: int, most: int | None) -> None:
    spans = windows(costs, budget, most)
    assert {place for first, last in spans for place in range(first, last)} == set(range(len(costs)))
    for first, last in spans:
        assert last - first == 1 or (sum(costs[first:last]) <= budget and last - first <= (most or len(costs)))
    for (first, last), (after, _) in zip(spans, spans[1:], strict=False):
        assert first < after <= last


def test_neighbouring_windows_share_a_part() -> None:
    assert windows([1] * 20, 8) == [(0, 8), (6, 14), (12, 20)]


@pytest.mark.parametrize(("tags", "expected"), [
    ("B-LOC I-LOC O B-LOC", [(0, 2, "LOC"), (3, 4, "LOC")]),
    ("B-LOC B-LOC", [(0, 1, "LOC"), (1, 2, "LOC")]),
    ("O I-LOC I-PER", [(1, 2, "LOC"), (2, 3, "PER")]),  # a wrong mark begins an entity all the same
    ("B-LOC E-LOC S-PER S-PER", [(0, 2, "LOC"), (2, 3, "PER"), (3, 4, "PER")]),
    ("B-LOC L-LOC I-LOC U-LOC", [(0, 2, "LOC"), (2, 3, "LOC"), (3, 4, "LOC")]),
    ("LOC LOC O LOC", [(0, 2, "LOC"), (3, 4, "LOC")]),  # without marks
    ("B-FOO-BAR I-FOO-BAR", [(0, 2, "FOO-BAR")]),
])  # fmt: skip
def test_tags_become_entities(tags: str, expected: list) -> None:
    split = tags.split()
    tokens = [Token(place, place + 1, "x") for place in range(len(split))]
    assert entities(split, tokens) == [Span(*each) for each in expected]


# -- spaCy -------------------------------------------------------------------------------------------------------------------------


def test_a_spacy_pipeline_from_a_folder(tmp_path: Path) -> None:
    import spacy

    nlp = spacy.blank("en")
    ruler = nlp.add_pipe("entity_ruler")
    ruler.add_patterns([{"label": "GPE", "pattern": "Hungary"}, {"label": "GPE", "pattern": "United States"}])
    nlp.to_disk(tmp_path / "pipeline")
    document, two, late = found(f"spacy:{tmp_path / 'pipeline'}", TEXT, "Hungary spoke. The United States expelled diplomats.", LONG)
    assert_expulsion(document)
    assert two.events == []  # it has no sentences of its own, and gets some
    assert_expulsion(late, LONG.index(TEXT))


def test_a_spacy_pipeline_without_entities_has_all_words_looked_up(tmp_path: Path) -> None:
    import spacy

    spacy.blank("en").to_disk(tmp_path / "blank")
    (document,) = found(f"spacy:{tmp_path / 'blank'}", TEXT)
    assert document.events[0].codes() == {"HUN", "USA"}


def test_a_broken_spacy_pipeline_gives_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(RecordError, match="spaCy cannot load it"):
        parse(f"spacy:{tmp_path}").load()


# -- Hugging Face ------------------------------------------------------------------------------------------------------------------


def tokenizer(limit: int, more: list[str] = []) -> Any:  # noqa: B006
    """Words of `WORDS`, all else letter by letter."""
    from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors
    from transformers import PreTrainedTokenizerFast

    letters = "abcdefghijklmnopqrstuvwxyz"
    vocabulary = list(dict.fromkeys([*WORDS, *more, *letters, *(f"##{letter}" for letter in letters)]))
    made = Tokenizer(models.WordPiece({word: number for number, word in enumerate(vocabulary)}, unk_token="[UNK]"))
    made.normalizer = normalizers.BertNormalizer(lowercase=True)
    made.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    made.post_processor = processors.TemplateProcessing(single="[CLS] $A [SEP]", special_tokens=[("[CLS]", 2), ("[SEP]", 3)])
    marks = {f"{name}_token": f"[{name.upper()}]" for name in ("unk", "pad", "cls", "sep", "mask")}
    return PreTrainedTokenizerFast(tokenizer_object=made, model_max_length=limit, **marks)


def classifier(folder: Path, architecture: str, *, positions: int = LIMIT, limit: int = LIMIT) -> str:
    """A token classifier without layers: what a subword is decides, so that the right answer is known."""
    pytest.importorskip("torch")
    transformers = pytest.importorskip("transformers")
    import torch

    words = tokenizer(limit)
    names = ["O", "B-LOC", "I-LOC"]
    kind = getattr(transformers, architecture)
    sizes = {"hidden_size": 8, "num_attention_heads": 1, "num_hidden_layers": 0, "intermediate_size": 8}
    if architecture.startswith("Distil"):
        sizes = {"dim": 8, "n_heads": 1, "n_layers": 0, "hidden_dim": 8}
    model = kind(kind.config_class(
        vocab_size=len(words), max_position_embeddings=positions, pad_token_id=0, id2label=dict(enumerate(names)),
        label2id={name: number for number, name in enumerate(names)}, **sizes,
    ))  # fmt: skip
    with torch.no_grad():
        for name, values in model.named_parameters():
            if "LayerNorm" not in name:
                values.zero_()
        of = words.get_vocab()
        embeddings = model.get_input_embeddings().weight
        for word, place in {"hungary": 0, "united": 0, "serbia": 0, "states": 1, "##land": 0}.items():
            embeddings[of[word], place] = 1.0
        model.classifier.weight[1, 0] = model.classifier.weight[2, 1] = 5.0
        model.classifier.bias[0] = 1.0
    model.save_pretrained(folder)
    words.save_pretrained(folder)
    return f"hf:{folder}"


@pytest.mark.parametrize("architecture", ARCHITECTURES)
def test_a_token_classifier_reads_texts_of_any_length(architecture: str, tmp_path: Path) -> None:
    name = classifier(tmp_path, architecture)
    short, long, empty, twice = found(name, TEXT, LONG, "", LONG + "\n" + TEXT)
    assert_expulsion(short)
    assert_expulsion(long, LONG.index(TEXT))
    assert empty.entities == []
    assert [entity.start for entity in twice.entities if entity.code == "HUN"] == [LONG.index(TEXT), len(LONG) + 1]


def test_the_limit_is_that_of_the_model_where_the_tokenizer_names_none(tmp_path: Path) -> None:
    # positions of the RoBERTa family begin behind that of padding: of 24 only 23 can be used
    (document,) = found(classifier(tmp_path, ARCHITECTURES[2], limit=10**30), LONG)
    assert_expulsion(document, LONG.index(TEXT))


def test_all_subwords_of_a_word_have_a_say(tmp_path: Path) -> None:
    (document,) = found(classifier(tmp_path, ARCHITECTURES[0]), "The newland expelled diplomats of Serbia and said nothing more about it.")
    assert [entity.text for entity in document.entities] == ["newland", "Serbia"]


def test_a_word_longer_than_a_window_is_no_end(tmp_path: Path) -> None:
    (document,) = found(classifier(tmp_path, ARCHITECTURES[0]), f"{'x' * 300} {TEXT}")
    assert_expulsion(document, 301)


def test_pickled_weights_are_refused(tmp_path: Path) -> None:
    name = classifier(tmp_path, ARCHITECTURES[0])
    (tmp_path / "model.safetensors").rename(tmp_path / "pytorch_model.bin")
    with pytest.raises(RecordError, match="pytorch_model.bin is a pickle, which can run any code"):
        parse(name).load()


def test_code_that_goes_with_a_model_is_not_run(tmp_path: Path) -> None:
    name = classifier(tmp_path, ARCHITECTURES[0])
    config = json.loads((tmp_path / "config.json").read_text())
    (tmp_path / "config.json").write_text(json.dumps(config | {"auto_map": {"AutoConfig": "evil.Config"}}))
    (tmp_path / "evil.py").write_text("raise SystemExit('this ran')")
    with pytest.raises(RecordError, match="auto_map"):
        parse(name).load()


def test_a_folder_that_is_no_classifier_and_a_device_that_is_not_there(tmp_path: Path) -> None:
    name = classifier(tmp_path, ARCHITECTURES[0])
    import torch

    if not torch.cuda.is_available():
        with pytest.raises(RecordError, match="there is no device 'cuda' here"):
            parse(f"{name},device=cuda").load()
    (tmp_path / "config.json").write_text('{"model_type": "nothing"}')
    with pytest.raises(RecordError, match="transformers cannot load it"):
        parse(name).load()


# -- GLiNER ------------------------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def gliner(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A model with random weights: what it finds means nothing, where it looks does."""
    library = pytest.importorskip("gliner")
    import torch
    from transformers import BertConfig, BertModel

    torch.manual_seed(0)
    base, folder = (tmp_path_factory.mktemp(name) for name in ("encoder", "gliner"))
    words = tokenizer(128, ["person", "organization", "country", "city", "location", "nationality", "date", "amount", "money"])
    words.save_pretrained(base)
    sizes = {"hidden_size": 16, "num_attention_heads": 2, "num_hidden_layers": 1, "intermediate_size": 16, "max_position_embeddings": 128}
    BertModel(BertConfig(vocab_size=len(words), **sizes)).save_pretrained(base)
    config = {"model_name": str(base), "hidden_size": 16, "max_width": 2, "max_len": 12, "dropout": 0.0, "span_mode": "markerV0"}
    model = library.GLiNER.from_config(config, backbone_from_pretrained=False)
    model.save_pretrained(str(folder), safe_serialization=True)
    return folder


def test_a_gliner_model_reads_texts_of_any_length(gliner: Path, recwarn: pytest.WarningsRecorder) -> None:
    system = parse(f"gliner:{gliner},threshold=0")
    system.load()
    (document,) = system.predict([Document("d", text=LONG)])
    assert not [warning for warning in recwarn if "truncated" in str(warning.message)]
    assert document.validate(LONG) == []
    covered = sum(entity.end - entity.start for entity in document.entities)
    assert covered > 0.9 * len(LONG.replace(" ", ""))  # at a threshold of 0 everything is something, the end of the text too
    assert document.entities[-1].end == len(LONG)
    ends = [(entity.start, entity.end) for entity in document.entities]
    assert all(end <= start for (_, end), (start, _) in zip(ends, ends[1:], strict=False))
    for start, end in system.reader.spans(LONG):
        assert len(list(system.reader.model.data_processor.words_splitter(LONG[start:end]))) <= 12


def test_the_surest_of_overlapping_entities_is_kept() -> None:
    one = {"start": 0, "end": 7, "label": "country", "score": 0.6}
    better = {"start": 4, "end": 9, "label": "city", "score": 0.9}
    apart = {"start": 9, "end": 12, "label": "date", "score": 0.1}
    assert flat([one, better, apart, dict(one)]) == [Span(4, 9, "city"), Span(9, 12, "date")]


def test_a_pickled_gliner_model_is_refused(gliner: Path, tmp_path: Path) -> None:
    (tmp_path / "gliner_config.json").write_bytes((gliner / "gliner_config.json").read_bytes())
    (tmp_path / "pytorch_model.bin").write_bytes(b"\x80\x04")
    with pytest.raises(RecordError, match="pytorch_model.bin is a pickle"):
        parse(f"gliner:{tmp_path}").load()


# -- Stanza ------------------------------------------------------------------------------------------------------------------------


def test_a_stanza_document_becomes_a_reading() -> None:
    pytest.importorskip("stanza")
    from stanza.models.common.doc import Document as StanzaDocument

    from bilat_nlp.evaluation.systems.nearest import made
    from bilat_nlp.evaluation.systems.stanza import reading_of

    text = "Венгрией выслан дипломат Сербии."
    lemmas = {"Венгрией": "Венгрия", "выслан": "выслать", "дипломат": "дипломат", "Сербии": "Сербия", ".": "."}
    words = []
    for number, (word, lemma) in enumerate(lemmas.items(), 1):
        tag = "S-LOC" if lemma[:1].isupper() else "O"
        start = text.index(word)
        words.append({"id": number, "text": word, "lemma": lemma, "ner": tag, "start_char": start, "end_char": start + len(word)})
    doc = StanzaDocument([words], text=text)
    doc.build_ents()
    document = made(Document("d", text=text), "ru", reading_of(doc, entities=True))
    assert [(event.type, event.codes("actor"), event.codes("recipient")) for event in document.events] == [
        ("expel_diplomat", {"HUN"}, {"SRB"})
    ]
    assert [(entity.text, entity.code) for entity in document.entities] == [("Венгрией", "HUN"), ("Сербии", "SRB")]


def test_stanza_pipelines_from_a_folder(tmp_path: Path) -> None:
    """A tokenizer with random weights: it cuts the text somewhere, but is found, loaded and run without a network."""
    pytest.importorskip("stanza")
    from stanza.models.tokenization.trainer import Trainer
    from stanza.models.tokenization.vocab import Vocab

    args = {
        "lang": "hu", "vocab_size": 40, "emb_dim": 4, "hidden_dim": 4, "dropout": 0.0, "feat_dropout": 0.0, "feat_dim": 5, "rnn_layers": 1,
        "conv_res": None, "hierarchical": False, "use_mwt": False, "tok_noise": 0.0, "lr0": 0.1, "weight_decay": 0.0, "max_seqlen": 100,
        "feat_funcs": ["space_before", "capitalized", "numeric", "end_of_para", "start_of_para"], "use_dictionary": False,
        "input_dropout": False, "unit_dropout": 0.0, "feat_unit_dropout": 0.0, "shorthand": "hu_tiny", "skip_newline": False,
        "batch_size": 4,
    }  # fmt: skip
    vocabulary = Vocab(data=[[(letter, 0) for letter in "abcdefghijklmnopqrstuvwxyz ,."]], lang="hu")
    folder = tmp_path / "hu" / "tokenize"
    folder.mkdir(parents=True)
    Trainer(args=args | {"vocab_size": len(vocabulary)}, vocab=vocabulary, device="cpu").save(str(folder / "tiny.pt"))
    has = {"tokenize": "tiny"}
    about = {"tokenize": {"tiny": {}}, "default_processors": has, "default_dependencies": {}, "packages": {"default": has}}
    (tmp_path / "resources.json").write_text(json.dumps({"hu": about | {"lang_name": "Hungarian"}}))
    hungarian = "A magyar külügyminiszter kedden Belgrádba látogatott, ahol szerb kollégájával tárgyalt."
    own, other = found(f"stanza:{tmp_path}", hungarian, TEXT)
    assert own.lang == "hu"
    assert other.events[0].codes() == {"HUN", "USA"}  # of a language without models the words are looked up
    with pytest.raises(RecordError, match="no models of the language 'kk'"):
        parse(f"stanza:{tmp_path},lang=kk").load()
