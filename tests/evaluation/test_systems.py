"""The systems of a benchmark: how they are named, the nearest-country baseline, and output that was written before."""

from __future__ import annotations

import sys
import time
from pathlib import Path

import pytest

from bilat_nlp import ontology
from bilat_nlp.evaluation.systems import KINDS, parse
from bilat_nlp.evaluation.systems.nearest import made
from bilat_nlp.evaluation.systems.reading import PlainReader, Reading, Span, Token, labels
from bilat_nlp.languages import loader
from bilat_nlp.pipeline.components import PARTS
from bilat_nlp.records import Argument, Document, Event, RecordError, Trigger

TEXT = "Hungary expelled two diplomats of Serbia on Monday, the foreign ministry said in a statement.\n"


def test_a_specification_names_kind_target_and_options() -> None:
    assert parse("rules").title == "rules"
    assert parse("rules:without=suffixes+gazetteer").title == "rules, without suffixes, without gazetteer"
    assert parse("both").title == "rules + model"
    assert parse("both").settings == {"mode": "both", "without": ()}
    named = parse("model:model=/my/models,old/first,device=cuda:1,precision=bf16,min_confidence=0.3,without=resolution+suffixes")
    assert named.title == "model alone (first), without resolution, without suffixes"
    assert named.settings == {
        "mode": "model", "model": "/my/models,old/first", "device": "cuda:1", "precision": "bf16", "min_confidence": 0.3,
        "without": ("resolution", "suffixes"),
    }  # fmt: skip
    stanza = parse("stanza:/some/folder,with,commas,lang=hu+ru,device=cuda")
    assert (str(stanza.reader.folder), stanza.reader.langs, stanza.reader.device) == ("/some/folder,with,commas", ("hu", "ru"), "cuda")


@pytest.mark.parametrize(("text", "sentence"), [
    ("magic", "there is no system 'magic'; there are both.*, rules.*, nearest, spacy:PATH"),
    ("spacy", "write spacy:PATH"),
    ("nearest:words", "write nearest"),
    ("rules:wihtout=suffixes", r"write rules\[:without=...\]"),
    ("both:madel=x", r"write both\[:model=...\]\[,device=...\]"),
    ("both:model=x,wihtout=suffixes", r"write both\[:model=...\]"),
    ("model:some/folder", r"write model\[:model=...\]"),
    ("rules:model=x", r"write rules\[:without=...\]"),
    ("model:model=no/such", "there is no model 'no/such'; give a folder with a config.json"),
    ("both:model=no/such,without=suffixes", "there is no model 'no/such'"),
    ("both:without=pretraining", "a model that was trained without it .* is another model: give model=FOLDER"),
    ("rules:without=grammar", "no part 'grammar' to do without; there are suffixes, gazetteer, resolution"),
    ("both:min_confidence=2", "the min_confidence must be a number between 0 and 1"),
    ("gliner:x,threshold=2", "the threshold must be a number between 0 and 1"),
    ("spacy:no/such", "no/such: neither the folder of a stored spaCy pipeline nor an installed package"),
    ("hf:no/such", "no/such: there is no such folder"),
    ("gliner:no/such", "no/such: there is no such folder"),
    ("stanza:no/such", "no resources.json"),
    ("csv:no/such.csv", "no/such.csv: it cannot be read"),
    ("jsonl:no/such.jsonl", "no/such.jsonl: there is no such file"),
])  # fmt: skip
def test_what_cannot_run_gives_a_sentence(text: str, sentence: str) -> None:
    for package, kind in (("torch", "hf"), ("gliner", "gliner"), ("stanza", "stanza")):
        if text.startswith(kind):
            pytest.importorskip(package)
    with pytest.raises(RecordError, match=sentence):
        parse(text).load()


@pytest.mark.parametrize(("text", "package"), [("hf:x", "torch"), ("gliner:x", "gliner"), ("stanza:x", "stanza")])
def test_a_missing_package_is_named_with_its_extra(text: str, package: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bilat_nlp.evaluation.systems.peers.find_spec", lambda name: None)
    with pytest.raises(RecordError, match=rf"needs the package {package}; install it with: pip install 'bilat-nlp\["):
        parse(text).load()


@pytest.mark.parametrize(("options", "sentence"), [
    ("device=cuda:7", "the device 'cuda:7' was asked for, and torch finds"),
    ("device=tpu", "there is no device 'tpu'; write auto, cpu"),
    ("precision=int8", "there is no precision 'int8'; write one of fp32, bf16, fp16"),
])  # fmt: skip
def test_a_model_that_cannot_run_so_gives_a_sentence(any_model: Path, options: str, sentence: str) -> None:
    with pytest.raises(RecordError, match=sentence):
        parse(f"both:model={any_model},{options}").load()


@pytest.mark.parametrize("options", ["device=auto", "precision=bf16"])
def test_torch_is_named_where_it_is_missing(any_model: Path, options: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in sys.modules if name.startswith(("bilat_nlp.neural.accelerated", "bilat_nlp.neural.build"))]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "torch", None)
    with pytest.raises(RecordError, match=r"needs the package torch; install it with: pip install 'bilat-nlp\[neural\]'"):
        parse(f"model:model={any_model},{options}").load()


def test_the_modes_give_records_of_their_own(any_model: Path) -> None:
    """What speaks for an event: rules, the model, or either."""
    found = {}
    for kind in ("rules", f"model:model={any_model}", f"both:model={any_model}"):
        system = parse(kind)
        system.load()
        (document,) = system.predict([Document("d", text=TEXT)])
        assert document.validate(TEXT) == []
        found[kind.partition(":")[0]] = {each.partition(":")[0] for event in document.events for each in event.evidence}
    assert found == {"rules": {"rule"}, "model": {"model"}, "both": {"rule", "model"}}


def test_parts_are_left_out_beside_a_model_too(any_model: Path) -> None:
    text = "Hungary and the European Union signed an agreement in Budapest on Monday, their spokesmen said."
    codes = []
    for kind in ("both:", "both:without=gazetteer,"):
        system = parse(f"{kind}model={any_model}")
        system.load()
        (document,) = system.predict([Document("d", text=text)])
        codes.append({entity.code for entity in document.entities if entity.code})
    assert codes == [{"HUN", "IGO-EU"}, {"HUN"}]


def test_the_help_names_all_parts() -> None:
    assert all(part in KINDS["rules"].about for part in PARTS)


# -- the baseline ------------------------------------------------------------------------------------------------------------------


def read(text: str, lang: str = "en") -> list[tuple[str, list[str | None], list[str | None]]]:
    """Type, actors and recipients of what the baseline finds over plain words."""
    reader = PlainReader()
    reader.load()
    document = made(Document("d", text=text), lang, next(reader.read([(text, lang)])))
    assert document.validate(text) == []
    return [(event.type, [a.code for a in event.actor], [a.code for a in event.recipient]) for event in document.events]


@pytest.mark.parametrize(("lang", "text", "expected"), [
    ("en", "Hungary expelled diplomats of Serbia.", [("expel_diplomat", ["HUN"], ["SRB"])]),
    # it knows no passive: that is what a baseline gets wrong
    ("en", "Diplomats of Serbia were expelled by Hungary.", [("expel_diplomat", ["SRB"], ["HUN"])]),
    # the nearest on each side, whoever else is named
    ("en", "Poland said Hungary expelled diplomats of Serbia and Latvia.", [("expel_diplomat", ["HUN"], ["SRB"])]),
    # a mutual type has actors alone
    ("en", "Hungary met Serbia.", [("meet", ["HUN", "SRB"], [])]),
    # all on one side, in the order of the text; capitals and nationality words count, and forms that begin with a listed word
    ("tr", "Macaristan'ın Cumhurbaşkanı Ankara'yı ziyaret etti.", [("visit", ["HUN"], ["TUR"])]),
    # nothing reaches over the end of a sentence or line
    ("en", "Hungary expelled diplomats. Serbia protested", []),
    ("en", "Hungary expelled diplomats\nSerbia", []),
    # one record a type and pair
    ("en", "Hungary expelled diplomats of Serbia. Hungary expelled envoys of Serbia.", [("expel_diplomat", ["HUN"], ["SRB"])]),
    ("en", "Nothing happened.", []),
])  # fmt: skip
def test_the_nearest_countries(lang: str, text: str, expected: list) -> None:
    assert read(text, lang) == expected


def test_entities_and_lemmas_of_a_pipeline_decide_where_it_has_them() -> None:
    text = "Венгрии выслала дипломатов Сербии"
    words = [(0, 7, "Венгрия"), (8, 15, "выслать"), (16, 26, "дипломат"), (27, 33, "Сербия")]
    tokens = [Token(start, end, text[start:end], lemma) for start, end, lemma in words]
    both = [Span(0, 7, "LOC"), Span(27, 33, "COUNTRY"), Span(16, 26, "MISC")]
    document = made(Document("d", text=text), "ru", Reading(tokens, [(0, 4)], both))
    assert [(event.type, event.codes("actor"), event.codes("recipient")) for event in document.events] == [
        ("expel_diplomat", {"HUN"}, {"SRB"})
    ]
    assert document.events[0].triggers[0].start == 8
    # labels are ours, and what we have no label for is no entity
    assert [(entity.label, entity.code) for entity in document.entities] == [("LOC", "HUN"), ("GPE", "SRB")]
    # a country that the pipeline does not take for an entity is not seen, and one side alone makes no expulsion
    assert made(Document("d", text=text), "ru", Reading(tokens, [(0, 4)], both[:1])).events == []


def test_labels_are_labels() -> None:
    known = set(ontology.load().labels)
    assert {*labels()["labels"].values(), *labels()["prompts"].values()} <= known
    assert set(labels()["prompts"]) <= {key.lower() for key in [*labels()["labels"], "amount of money"]}


@pytest.mark.parametrize("lang", loader.available())
def test_every_language_has_its_words(lang: str) -> None:
    from bilat_nlp.evaluation.systems.wordlist import countries, triggers

    words = triggers(lang).words()
    assert len(set(words.values())) > 24
    assert not [form for form in words if set("*@_=|") & set(form)]
    assert len({code for code, _ in countries(lang).words().values()}) > 190


def test_a_document_in_no_language_of_ours_comes_out_empty_and_in_its_place() -> None:
    system = parse("nearest")
    system.load()
    documents = [Document(str(n), text=TEXT if n % 2 else "12345") for n in range(130)]  # more than one batch
    found = list(system.predict(documents))
    assert [document.id for document in found] == [document.id for document in documents]
    assert [len(document.events) for document in found] == [n % 2 for n in range(130)]


def test_the_baseline_is_linear_in_the_length_of_a_text() -> None:
    system = parse("nearest")
    system.load()

    def seconds(times: int) -> float:
        """Of the processor, and the better of two, so that a busy machine does not decide."""
        tries = []
        for _ in range(2):
            begin = time.process_time()
            list(system.predict([Document("d", text=TEXT * times)]))
            tries.append(time.process_time() - begin)
        return min(tries)

    seconds(10)
    assert seconds(2000) < 9 * seconds(500)  # quadratic would be sixteen times


# -- output written before ---------------------------------------------------------------------------------------------------------


def test_records_of_a_file_by_their_ids(tmp_path: Path) -> None:
    event = Event("b#1", "meet", "actual", [Trigger(0, 7, "Hungary")], [Argument(0, 7, "Hungary", "GPE", "HUN")])
    file = tmp_path / "records.jsonl"
    file.write_text(Document("b", events=[event]).to_json() + "\n" + Document("stranger").to_json() + "\n", encoding="utf-8")
    system = parse(f"jsonl:{file}")
    system.load()
    found = list(system.predict([Document("a", text=TEXT), Document("b", text=TEXT)]))
    assert [len(document.events) for document in found] == [0, 1]
    assert any("1 predicted documents have no gold" in note for note in system.notes)


def test_codes_of_a_table_with_sentences_apart(tmp_path: Path) -> None:
    rows = [
        ("20240501", "HUNGOV", "SRB", "174", "", "story-7_1"),
        ("20240501", "HUN", "SRBMIL", "1622", "", "story-7_2"),  # the same class and sides: one event
        ("20240501", "SRB", "HUN", "042", "", "story-7_3;story-9_1"),
        ("20240501", "HUN", "HUN", "042", "", "story-7_3"),  # at home
        ("20240501", "RUS", "POL", "042", "", "other"),
    ]
    file = tmp_path / "events.txt"
    file.write_text("".join("\t".join(row) + "\n" for row in rows), encoding="utf-8")
    system = parse(f"cameo:{file}")
    assert system.classes == "cameo"
    system.load()
    (document,) = system.predict([Document("story-7", text=TEXT)])
    found = sorted((event.type, *event.codes("actor"), *event.codes("recipient")) for event in document.events)
    assert found == [("CONSULT", "SRB", "HUN"), ("SANCTION", "HUN", "SRB")]
    assert any("1 of its documents are not among the texts" in note for note in system.notes)
    assert any("not compared" in note for note in system.notes)


def test_a_table_of_other_texts_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "events.csv"
    file.write_text("date,source,target,code,id\n2024-05-01,HUN,SRB,174,elsewhere\n", encoding="utf-8")
    system = parse(f"csv:{file}")
    system.load()
    with pytest.raises(RecordError, match="none of its documents is among the texts: its ids are like 'elsewhere', those .* like 'here'"):
        list(system.predict([Document("here", text=TEXT)]))
    file.write_text("date,source,target,code\n2024-05-01,HUN,SRB,174\n", encoding="utf-8")
    system = parse(f"csv:{file}")
    system.load()
    with pytest.raises(RecordError, match="none of its days is a date of publication of the texts"):
        list(system.predict([Document("here", text=TEXT, date="2024-05-02")]))
