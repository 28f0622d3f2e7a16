"""Stanza below the pipeline: its own documents with parses written here, and a real tokenizer, trained here, from a folder."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from spacy.tokens import DocBin

import bilat_nlp
from bilat_nlp.analysis import Mention
from bilat_nlp.integrations import parses
from bilat_nlp.integrations import stanza as door
from bilat_nlp.pipeline import stages
from bilat_nlp.records import Document, RecordError

pytest.importorskip("stanza")

FIELDS = ("text", "lemma", "upos", "feats", "head", "deprel", "ner")


def parsed(text: str, *sentences: str) -> Any:
    """A document of Stanza; a line a token, its fields divided by blanks, "_" for none, those at the end may be left away."""
    from stanza.models.common.doc import Document as StanzaDocument

    at, made = 0, []
    for sentence in sentences:
        words = []
        for number, line in enumerate(sentence.strip().splitlines(), 1):
            word = {key: value for key, value in zip(FIELDS, line.split(), strict=False) if value != "_"}
            at = text.index(word["text"], at)
            words.append(word | {"id": number, "head": int(word.get("head", 0)), "ner": word.get("ner", "O")})
            words[-1] |= {"start_char": at, "end_char": (at := at + len(word["text"]))}
        made.append(words)
    document = StanzaDocument(made, text=text)
    document.build_ents()
    return document


class Parsed:
    """In the place of Stanza's pipeline: hands out the parses of the texts that it is asked for."""

    def __init__(self, *documents: Any) -> None:
        self.documents = {document.text: document for document in documents}

    def process_many(self, texts: list[str]) -> list[Any]:
        return [self.documents[text] for text in texts]


def run(monkeypatch: pytest.MonkeyPatch, lang: str, text: str, *documents: Any, without: list[str] = []) -> Any:  # noqa: B006
    monkeypatch.setattr(door, "pipelines", lambda folder, langs, device: {lang: Parsed(*documents)})
    nlp = door.load("here", lang, without=without)
    doc = nlp.make_doc(text)
    doc._.lang = lang
    doc = nlp(doc)
    assert doc.text == text
    assert doc._.record.validate(text) == []
    return doc


def events(document: Document) -> list[tuple[str, set[str], set[str]]]:
    return [(event.type, set(event.codes("actor")), set(event.codes("recipient"))) for event in document.events]


def entities(document: Document) -> set[tuple[str, str | None, str | None]]:
    return {(entity.text, entity.label, entity.code) for entity in document.entities}


def own(lang: str, text: str, *without: str) -> Document:
    return next(bilat_nlp.extract_many([(text, {"lang": lang})], without=without, mode="rules"))


VISIT = """
A a DET _ 3 det
magyar magyar ADJ _ 3 amod:att
elnök elnök NOUN Case=Nom|Number=Sing 5 nsubj
Kazahsztánba Kazahsztán PROPN Case=Ill|Number=Sing 5 obl
látogatott látogat VERB _ 0 root
. . PUNCT _ 5 punct
"""


def test_lemmas_and_cases_stand_in_for_our_endings(monkeypatch: pytest.MonkeyPatch) -> None:
    text = "A magyar elnök Kazahsztánba látogatott."
    assert events(own("hu", text, "suffixes")) == []
    doc = run(monkeypatch, "hu", text, parsed(text, VISIT), without=["suffixes"])
    assert events(doc._.record) == [("visit", {"HUN"}, {"KAZ"})]
    assert [(token.text, token.lemma_, token.pos_) for token in doc][3] == ("Kazahsztánba", "Kazahsztán", "PROPN")


def test_with_our_endings_beside_them_nothing_is_lost(monkeypatch: pytest.MonkeyPatch) -> None:
    text = "A magyar elnök Kazahsztánba látogatott."
    doc = run(monkeypatch, "hu", text, parsed(text, VISIT))
    assert doc._.record == own("hu", text)


def test_a_lemma_serves_no_form_that_is_written_as_it_stands() -> None:
    index = bilat_nlp.languages.loader.load("en").index
    exact, plain, begin = index.add("=zorblat", True), index.add("zorblat", True), index.add("zorb*", False)
    fixed = index.add("zorblat", False)
    assert index.match_lemma("zorblat") == {plain: (frozenset(), 7), begin: (frozenset(), 4)}
    assert {exact, fixed} <= index.match("zorblat").keys()


FRONTED = """
Serbia Serbia PROPN Number=Sing 3 {}
Hungary Hungary PROPN Number=Sing 3 {}
condemned condemn VERB _ 0 root
. . PUNCT _ 3 punct
"""


@pytest.mark.parametrize(("first", "second", "actor", "recipient"), [("obj", "nsubj", "HUN", "SRB"), ("nsubj", "obj", "SRB", "HUN")])
def test_dependencies_tell_subject_and_object_where_no_form_does(
    first: str, second: str, actor: str, recipient: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = "Serbia Hungary condemned."
    doc = run(monkeypatch, "en", text, parsed(text, FRONTED.format(first, second)))
    assert events(doc._.record) == [("criticize", {actor}, {recipient})]


def test_the_case_of_a_form_goes_before_the_dependency(monkeypatch: pytest.MonkeyPatch) -> None:
    """A wrong parse does not overrule an ending that our analysis reads."""
    text = "A magyar elnök Kazahsztánba látogatott."
    doc = run(monkeypatch, "hu", text, parsed(text, VISIT.replace("Case=Ill", "Case=Nom").replace("obl", "nsubj")))
    assert events(doc._.record) == [("visit", {"HUN"}, {"KAZ"})]


NAMES = """
Hungary Hungary PROPN _ 3 nmod:poss S-GPE
's 's PART _ 1 case
Zorbtech Zorbtech PROPN _ 4 nsubj S-ORG
met meet VERB _ 0 root
Jane Jane PROPN _ 4 obj B-PERSON
Doe Doe PROPN _ 5 flat E-PERSON
in in ADP _ 8 case
Wexholm Wexholm PROPN _ 4 obl S-LOC
on on ADP _ 10 case
Monday Monday PROPN _ 4 obl S-DATE
. . PUNCT _ 4 punct
"""


def test_names_that_no_list_has_become_entities(monkeypatch: pytest.MonkeyPatch) -> None:
    body = "Hungary's Zorbtech met Jane Doe in Wexholm on Monday."
    text = f"Talks\n{body}"
    assert not entities(own("en", text)) & {("Zorbtech", "ORG", "HUN"), ("Jane Doe", "PER", None), ("Wexholm", "LOC", None)}
    doc = run(monkeypatch, "en", text, parsed("Talks", "Talks"), parsed(body, NAMES))
    found = entities(doc._.record)
    assert {("Zorbtech", "ORG", "HUN"), ("Jane Doe", "PER", None), ("Wexholm", "LOC", None)} <= found
    assert sum(label == "GPE" for _, label, _ in found) <= 1  # the state that the gazetteer has is not taken twice
    assert ("Zorbtech", "ORG", "HUN") in {(span.text, span.label_, span.kb_id_) for span in doc.ents}
    assert {span.text for span in doc.spans["entities"]} >= {"Zorbtech", "Jane Doe", "Wexholm"}


def test_a_person_or_body_acts_for_the_state_beside_it(monkeypatch: pytest.MonkeyPatch) -> None:
    text = "Hungary's Zorbtech signed an agreement with Serbia."
    parse = """
        Hungary Hungary PROPN _ 3 nmod:poss S-GPE
        's 's PART _ 1 case
        Zorbtech Zorbtech PROPN _ 4 nsubj S-ORG
        signed sign VERB _ 0 root
        an a DET _ 6 det
        agreement agreement NOUN _ 4 obj
        with with ADP _ 8 case
        Serbia Serbia PROPN _ 4 obl S-GPE
        . . PUNCT _ 4 punct
    """
    doc = run(monkeypatch, "en", text, parsed(text, parse))
    (event,) = doc._.events
    assert {(party.text, party.label, party.code) for party in event.actor} == {("Zorbtech", "ORG", "HUN"), ("Serbia", "GPE", "SRB")}


def named(text: str, parse: str) -> list[Mention]:
    """The mentions of an English sentence, with Stanza's names among them."""
    reading = parses.Reading(Parsed(parsed(text, parse)).process_many)
    analysis = stages.open_analysis(text, "en", None, lay_out=reading.lay_out)
    reading.mark(analysis)
    stages.find_time(analysis)
    stages.find_mentions(analysis)
    door.add_names(analysis, reading)
    return analysis.mentions[0]


def test_the_state_of_a_body_is_no_party_of_its_own() -> None:
    hungary, zorbtech, jane, wexholm = named("Hungary's Zorbtech met Jane Doe in Wexholm on Monday.", NAMES)
    assert (hungary.inside, zorbtech.codes, zorbtech.kind) == (True, ("HUN",), "office")
    assert (jane.codes, jane.relations, wexholm.relations) == ((), {"acc"}, {"loc"})


def test_a_state_that_nothing_links_to_a_name_is_another_party() -> None:
    parse = """
        He he PRON _ 2 nsubj
        told tell VERB _ 0 root
        Hungary Hungary PROPN _ 2 dep S-GPE
        Jane Jane PROPN _ 6 nsubj B-PER
        Doe Doe PROPN _ 4 flat E-PER
        spoke speak VERB _ 2 ccomp
    """
    hungary, jane = [mention for mention in named("He told Hungary Jane Doe spoke", parse) if mention.kind != "he"]
    assert (hungary.inside, hungary.codes, jane.codes) == (False, ("HUN",), ())


def test_sentences_are_those_of_stanza_on_our_lines(monkeypatch: pytest.MonkeyPatch) -> None:
    text = "Zorb visits Bonn\nHe spoke; they slept. (Share on Facebook\nRead also: more news"
    title, body = "Zorb visits Bonn", "He spoke; they slept. (Share on Facebook"
    furniture = "Read also: more news"
    doc = run(
        monkeypatch, "en", text,
        parsed(title, "Zorb\nvisits\nBonn"),
        parsed(body, "He\nspoke\n;", "they\nslept\n. _ PUNCT\n(\nShare\non\nFacebook"),
        parsed(furniture, "Read\nalso\n:\nmore\nnews"),
    )  # fmt: skip
    assert [sentence.text.strip() for sentence in doc.sents][:3] == [title, "He spoke;", "they slept. (Share on Facebook"]


def test_words_with_a_mark_stay_whole_and_others_are_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    text = "The Kazakh-Saudi council of Gen. Zorb cannot meet."
    parse = """
        The the DET _ 5 det
        Kazakh Kazakh ADJ _ 4 amod
        - - PUNCT _ 4 punct
        Saudi Saudi ADJ _ 5 amod
        council council NOUN _ 10 nsubj
        of of ADP _ 7 case
        Gen. general NOUN _ 5 nmod
        Zorb Zorb PROPN _ 7 flat
        can can AUX _ 11 aux
        not not PART _ 11 advmod
        meet meet VERB _ 0 root
        . . PUNCT _ 11 punct
    """
    doc = run(monkeypatch, "en", text, parsed(text, parse))
    assert [token.text for token in doc] == "The Kazakh-Saudi council of Gen. Zorb can not meet .".split()
    assert {("Kazakh", "KAZ"), ("Saudi", "SAU")} <= {(text, code) for text, _, code in entities(doc._.record)}
    assert doc[1].lemma_ == ""  # the lemmas of its parts are not its own


def test_a_sentence_too_long_for_the_stages_is_divided_where_we_would(monkeypatch: pytest.MonkeyPatch) -> None:
    text = "The long talks went on. " * 60
    doc = run(monkeypatch, "en", text, parsed(text.strip(), "\n".join(["The", "long", "talks", "went", "on", "."] * 60)))
    assert [sentence.text.strip() for sentence in doc.sents] == ["The long talks went on."] * 60


def test_the_rest_of_a_document_is_as_without(monkeypatch: pytest.MonkeyPatch) -> None:
    """Markup, blanks, datelines and letters that normalising lengthens: the text comes back and the offsets hold."""
    body = "A magyar elnök Kazahsztánba látogatott."
    text = f"  BUDAPEST, november 12. (MTI) –  <b>{body}</b>\r\n\r\n"
    monkeypatch.setattr(door, "pipelines", lambda folder, langs, device: {"hu": Parsed(parsed(body, VISIT))})
    doc = door.load("here")(text)
    assert doc.text == text
    assert events(doc._.record) == events(own("hu", text)) == [("visit", {"HUN"}, {"KAZ"})]
    stored = DocBin(docs=[doc], store_user_data=True).to_bytes()
    assert next(iter(DocBin().from_bytes(stored).get_docs(doc.vocab)))._.record == doc._.record


def test_a_language_without_models_goes_through_our_own_stages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(door, "pipelines", lambda folder, langs, device: {"hu": Parsed()})
    text = "Hungary expelled two diplomats of the United States on Monday."
    nlp = door.load("here")
    assert nlp(text)._.record == bilat_nlp.load(mode="rules")(text)._.record
    assert nlp("")._.events == []


@pytest.mark.parametrize(("rows", "place", "expected"), [
    (["Orbán _ PROPN _ 3 nsubj", "Viktor _ PROPN _ 1 flat:name", "jött _ VERB _ 0 root"], 1, {"nom"}),
    (["Baku _ PROPN Case=Dat 2 nmod", "jött _ VERB _ 0 root"], 0, {"dat"}),
    (["România _ PROPN Case=Acc,Nom 2 nsubj", "vine _ VERB _ 0 root"], 0, {"nom"}),
    (["România _ PROPN Case=Acc,Nom 2 nmod", "vine _ VERB _ 0 root"], 0, {"nom", "acc"}),
    (["Serbia _ PROPN _ 2 nsubj:pass", "hit _ VERB _ 0 root", "Bonn _ PROPN _ 1 conj"], 2, {"acc"}),
    (["one _ NOUN _ 2 conj", "two _ NOUN _ 1 conj"], 0, set()),  # no parse, but a parser may give it
    (["one", "two"], 0, set()),  # models without dependencies
])  # fmt: skip
def test_what_case_and_dependency_say(rows: list[str], place: int, expected: set[str]) -> None:
    words = parsed(" ".join(row.split()[0] for row in rows), "\n".join(rows)).sentences[0].words
    assert parses.relations(words[place], words) == expected


def test_the_table_speaks_in_relations_and_labels_of_the_ontology() -> None:
    known = bilat_nlp.ontology.load()
    assert {*parses.terms()["case"].values(), *parses.terms()["relation"].values()} <= set(known.relations)
    assert set(parses.terms()["labels"].values()) <= set(known.labels)


# -- from a folder -----------------------------------------------------------------------------------------------------------------

SAMPLE = "A magyar elnök ma Kazahsztánba látogatott; a szerb elnök ma Kazahsztánba látogatott."


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder as `stanza.download` leaves it, with a tokenizer that has learned by heart to end sentences at a semicolon too."""
    import torch
    from stanza.models.tokenization.trainer import Trainer
    from stanza.models.tokenization.vocab import Vocab

    torch.manual_seed(0)
    vocabulary = Vocab(data=[[(letter, 0) for letter in sorted(set(SAMPLE))]], lang="hu")
    args = {
        "lang": "hu", "vocab_size": len(vocabulary), "emb_dim": 16, "hidden_dim": 16, "dropout": 0.0, "feat_dropout": 0.0, "feat_dim": 5,
        "rnn_layers": 1, "conv_res": None, "hierarchical": False, "use_mwt": False, "tok_noise": 0.0, "lr0": 0.02, "weight_decay": 0.0,
        "max_seqlen": 100, "feat_funcs": ["space_before", "capitalized", "numeric", "end_of_para", "start_of_para"],
        "use_dictionary": False, "input_dropout": False, "unit_dropout": 0.0, "feat_unit_dropout": 0.0, "shorthand": "hu_tiny",
        "skip_newline": False, "batch_size": 4, "max_grad_norm": 1.0,
    }  # fmt: skip
    trainer = Trainer(args=args, vocab=vocabulary, device="cpu")
    ends = [2 if mark in ";." else int(after in " ;.") for mark, after in zip(SAMPLE, SAMPLE[1:] + " ", strict=True)]
    labels = torch.tensor([[0 if mark == " " else end for mark, end in zip(SAMPLE, ends, strict=True)]])
    units = torch.tensor([[vocabulary.unit2id(mark) for mark in SAMPLE]])
    features = torch.zeros(1, len(SAMPLE), 5)
    features[0, :, 0] = torch.tensor([float(place > 0 and SAMPLE[place - 1] == " ") for place in range(len(SAMPLE))])
    features[0, :, 1] = torch.tensor([float(mark.isupper()) for mark in SAMPLE])
    features[0, -1, 3] = features[0, 0, 4] = 1.0
    for _ in range(150):
        loss = trainer.update((units, labels, features, [list(SAMPLE)]))
    assert loss < 0.05
    place = tmp_path_factory.mktemp("stanza")
    (place / "hu" / "tokenize").mkdir(parents=True)
    trainer.save(str(place / "hu" / "tokenize" / "tiny.pt"))
    has = {"tokenize": "tiny"}
    about = {"tokenize": {"tiny": {}}, "default_processors": has, "default_dependencies": {}, "packages": {"default": has}}
    (place / "resources.json").write_text(json.dumps({"hu": about | {"lang_name": "Hungarian"}}))
    return place


def test_a_pipeline_from_a_folder_of_models(folder: Path) -> None:
    """Two lines are read apart, and the offsets of the second are those of the text."""
    text = f"Kazahsztán\n{SAMPLE}"
    first, second = "A magyar elnök ma Kazahsztánba látogatott;", "a szerb elnök ma Kazahsztánba látogatott."
    for nlp in (door.load(folder), door.load(folder, "hu")):
        doc = nlp.make_doc(text)
        doc._.lang = "hu"
        doc = nlp(doc)
        assert doc.text == text
        assert [sentence.text.strip() for sentence in doc.sents][1:] == [first, second]
        assert events(doc._.record) == [("visit", {"HUN"}, {"KAZ"}), ("visit", {"SRB"}, {"KAZ"})]
        assert doc._.record.validate(text) == []


HOSTILE = [
    "", " ", "\n\n", "…", "A\u0301\u00ad\u200b b", "x" * 1500, "\x00\x0b magyar\x85elnök", "<p>A <b>magyar</b> elnök</p>\r\n\r\n",
    "😀 " * 50 + "Kazahsztánba", "(;;;...", "a\u2028b\n\n\n1.\n2.\n", "Share on Facebook\n\nhttps://example.org/?q=1;2 a. b.c",
]  # fmt: skip


def test_texts_of_any_kind_come_back_whole(folder: Path) -> None:
    nlp = door.load(folder)
    for text in [*HOSTILE, "\n".join(HOSTILE)]:
        doc = nlp.make_doc(text)
        doc._.lang = "hu"
        doc = nlp(doc)
        assert doc.text == text
        assert doc._.record.validate(text) == []


def test_the_pipeline_is_told_in_its_config(folder: Path) -> None:
    nlp = door.load(folder, "hu", without=["resolution"])
    assert nlp.pipe_names == bilat_nlp.load(mode="rules").pipe_names
    config = nlp.get_pipe_config("bilat_layout")
    assert (config["folder"], config["langs"], config["without"]) == (str(folder), ["hu"], ["resolution"])


def test_what_is_not_there_is_told_in_a_sentence(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import torch

    with pytest.raises(RecordError, match=r"no resources.json there; give the folder into which stanza.download\(\)"):
        door.load(tmp_path)
    with pytest.raises(RecordError, match="no models of the language 'kk' there; download them"):
        door.load(folder, "kk")
    with pytest.raises(RecordError, match="the language 'xx' is not served; there are az, "):
        door.load(folder, "xx")
    with pytest.raises(ValueError, match="no part 'grammar' to do without"):
        door.load(folder, without=["grammar"])
    if not torch.cuda.is_available():
        with pytest.raises(RecordError, match="there is no device 'cuda' here"):
            door.load(folder, device="cuda")
    (tmp_path / "resources.json").write_bytes((folder / "resources.json").read_bytes())
    with pytest.raises(RecordError, match=r"no models of az, .* there; download those of a language"):
        door.load(tmp_path)
    (tmp_path / "hu" / "tokenize").mkdir(parents=True)
    (tmp_path / "hu" / "tokenize" / "tiny.pt").write_bytes(b"no model")
    with pytest.raises(RecordError, match="Stanza cannot load the models of 'hu'"):
        door.load(tmp_path)
    monkeypatch.setattr(door, "version", lambda package: "1.9.2")
    with pytest.raises(RecordError, match=r"stanza, 1\.13 or later; install it with: pip install 'bilat-nlp\[stanza\]'"):
        door.load(folder)
