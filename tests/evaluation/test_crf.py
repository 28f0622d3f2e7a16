"""The conditional random field that is the bar for a neural model: chains, training, storing, measuring."""

from __future__ import annotations

import json
import random
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from bilat_nlp.evaluation import crf
from bilat_nlp.evaluation.systems import parse
from bilat_nlp.evaluation.systems.crf import Chain, ChainReader, ConditionalField, entities_of, tags_of
from bilat_nlp.records import Argument, Document, RecordError

pytest.importorskip("pycrfsuite")

SYLLABLES = ("ka", "ro", "mi", "ste", "lun", "dar", "vo", "bek")


def sentences(number: int, seed: int) -> list[str]:
    """Invented sentences in which names that no list knows are told by the words around them and by their endings."""
    chance = random.Random(seed)

    def name() -> str:
        return "".join(chance.choice(SYLLABLES) for _ in range(3)).capitalize()

    forms = (
        "minister {0}/B-PER {1}/I-PER said/O on/O Friday/O that/O the/O talks/O in/O {2}stad/B-LOC were/O good/O ./O",
        "the/O {0}/B-ORG Bank/I-ORG of/O trade/O opened/O an/O office/O near/O {1}stad/B-LOC this/O year/O ./O",
        "nobody/O in/O the/O hall/O had/O asked/O minister/O {0}/B-PER {1}/I-PER about/O the/O price/O of/O bread/O ./O",
    )
    made = [chance.choice(forms).format(name(), name(), name()) for _ in range(number)]
    return [each.replace("minister ", "minister/O ", 1) if each.startswith("minister ") else each for each in made]


def stored(folder: Path, name: str = "en-uner-ewt", train: int = 150) -> Path:
    path = folder / f"{name}.conll"
    parts = (("train", train, 1), ("dev", 40, 2), ("test", 2, 3))
    path.write_text("".join(
        f"# split = {split}\n" + each.replace(" ", "\n").replace("/", "\t") + "\n\n"
        for split, number, seed in parts for each in sentences(number, seed)
    ))  # fmt: skip
    return path


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A file of a set, and the folder of a model trained on it."""
    folder = tmp_path_factory.mktemp("crf")
    file = stored(folder)
    [about] = crf.train([file], folder / "models", iterations=40)
    assert (about.lang, about.files, about.licences) == ("en", ["en-uner-ewt.conll"], ["CC BY-SA 4.0"])
    assert about.tokens == sum(len(each.split()) for each in sentences(150, 1))
    return file, folder / "models"


# --- chains --------------------------------------------------------------------------------------------------------------------------


@given(st.lists(st.sampled_from(["O", "B-PER", "I-PER", "B-LOC", "I-LOC"]), max_size=12))
def test_tags_and_spans_say_the_same(tags: list[str]) -> None:
    text = "".join(f"w{number:02} " for number in range(len(tags)))
    chain = Chain([(4 * number, 4 * number + 3) for number in range(len(tags))], [[]] * len(tags))
    found = entities_of(chain, tags, text)
    assert all(text[each.start : each.end] == each.text for each in found)
    written = tags_of(chain, found)
    for number, (before, after) in enumerate(zip(tags, written, strict=True)):
        continues = number and tags[number - 1][2:] == before[2:]
        assert after == (before if before[0] != "I" or continues else f"B{before[1:]}")  # an I- that continues nothing begins


def test_only_the_words_of_a_span_in_this_sentence_are_tagged() -> None:
    chain = Chain([(10, 14), (15, 18)], [[], []])
    assert tags_of(chain, [Argument(0, 4, "Oslo", "LOC"), Argument(15, 30, "x", "PER")]) == ["O", "B-PER"]


def test_features_tell_what_the_word_its_ending_and_the_gazetteer_say() -> None:
    [chain] = ChainReader().read("Bakan dün Ankara'da Zırvalar ile görüştü.", "tr")
    words = dict(zip(("Bakan", "dün", "Ankara'da", "Zırvalar"), chain.features[:4], strict=True))
    assert {"shape=Xx'x", "pre=ank", "ending:loc", "name:capital", "label:GPE", "name:begin", "-1:w=dün"} <= {*words["Ankara'da"]}
    assert {"-1:name:capital", "-1:suf='da", "1:w=ile", "shape=Xx"} <= {*words["Zırvalar"]}
    assert not any(each.startswith(("name:", "label:")) for each in words["Zırvalar"])
    assert {"-1:none", "-2:none", "sentence:begin"} <= {*words["Bakan"]}
    assert not any(each.startswith(("rule:", "lang:")) for features in chain.features for each in features)
    assert [chain.spans[2], chain.spans[-1]] == [(10, 19), (40, 41)]


def test_a_text_without_words_has_no_chains() -> None:
    assert ChainReader().read(" \n ", "tr") == []


# --- training and measuring ----------------------------------------------------------------------------------------------------------


def test_it_finds_names_that_it_never_saw_and_beats_the_rules(trained: tuple[Path, Path]) -> None:
    file, folder = trained
    system = parse(f"crf:{folder}")
    system.load()
    found, rules = crf.score(file, system, samples=50), crf.score(file, parse("rules"), samples=50)
    value = found.scores["entity"].value
    assert value is not None
    assert value > 0.95
    assert found.scores["entity"].gold == rules.scores["entity"].gold > 50
    assert (rules.scores["entity"].value or 0) < value
    assert {*found.groups["label"]} == {"PER", "ORG", "LOC"}


def test_a_document_gives_spans_of_its_text(trained: tuple[Path, Path]) -> None:
    system = ConditionalField("crf", "CRF", str(trained[1]))
    system.load()
    text = "Nobody in the hall had asked minister Mirovo Kastelun about the price of bread."
    told = [Document(id="a", text=text, lang="en"), Document(id="c", text=text, lang="hu")]
    documents = [told[0], Document(id="b", text=text), told[1], Document(id="d")]
    one, other, foreign, empty = system.predict(documents)
    assert [(each.text, each.label) for each in one.entities] == [("Mirovo Kastelun", "PER")]
    assert one.validate() == []
    assert (other.lang, other.entities) == ("en", one.entities)  # the language is identified where nobody gives it
    assert (foreign.entities, empty.entities, one.events) == ([], [], [])


def test_models_are_stored_whole(trained: tuple[Path, Path]) -> None:
    assert sorted(each.name for each in trained[1].iterdir()) == ["en.crfsuite", "en.json"]
    assert json.loads((trained[1] / "en.json").read_text())["settings"]["max_iterations"] == 40


def test_two_trainings_give_one_model(trained: tuple[Path, Path], tmp_path: Path) -> None:
    crf.train([trained[0]], tmp_path, iterations=40)
    assert (tmp_path / "en.crfsuite").read_bytes() == (trained[1] / "en.crfsuite").read_bytes()


def test_documents_are_thinned_evenly() -> None:
    documents = [Document(id=str(number), text="a b c d e") for number in range(100)]
    assert crf._thinned(documents, 10_000) == documents
    kept = [int(each.id) for each in crf._thinned(documents, 100)]
    assert len(kept) == 20
    assert {after - before for before, after in zip(kept, kept[1:], strict=False)} == {5}
    long = [Document(id="long", text="a " * 90), *documents[:20]]
    assert sum(len((each.text or "").split()) for each in crf._thinned(long, 95)) <= 95


def test_what_cannot_be_trained_or_loaded_gives_a_sentence(tmp_path: Path) -> None:
    for name, sentence in (("uk-ner-uk", "'uk' is not served"), ("ru-nerel", "licence"), ("en-uner-pud", "no part of en-uner-pud is for")):
        with pytest.raises(RecordError, match=sentence):
            crf.train([stored(tmp_path, name, train=2)], tmp_path / "models")
    with pytest.raises(RecordError, match=r"no model LANG.crfsuite in it; make some: python -m"):
        parse(f"crf:{tmp_path}").load()


def test_a_damaged_model_gives_a_sentence(trained: tuple[Path, Path], tmp_path: Path) -> None:
    whole = (trained[1] / "en.crfsuite").read_bytes()
    for content in (whole[:-1], whole[:6], b"", b"PK" + whole[2:]):
        (tmp_path / "en.crfsuite").write_bytes(content)
        with pytest.raises(RecordError, match="en.crfsuite: no model of CRFsuite, or not a whole one; train it again"):
            parse(f"crf:{tmp_path}").load()


def test_the_command_trains_measures_and_writes(tmp_path: Path) -> None:
    file = stored(tmp_path, train=60)
    run = CliRunner().invoke(crf.main, [str(tmp_path / "models"), str(file), "--iterations", "15", "--json", str(tmp_path / "crf.json")])
    assert run.exit_code == 0, run.output
    assert "rules" in run.stdout
    assert "CRF" in run.stdout
    data = json.loads((tmp_path / "crf.json").read_text())
    assert [(each["set"], each["system"]) for each in data["scores"]] == [("en-uner-ewt", "rules"), ("en-uner-ewt", "CRF")]
    assert data["scores"][1]["entity"]["value"] > 0.8
    assert data["trained"][0]["settings"]["max_iterations"] == 15
    other = stored(tmp_path, "az-xwmt-news")  # no model of this language: the rules stand alone
    alone = CliRunner().invoke(crf.main, [str(tmp_path / "models"), str(other), "--trained"])
    assert "rules" in alone.stdout
    assert "CRF" not in alone.stdout
    again = CliRunner().invoke(crf.main, [str(tmp_path / "models"), str(file), "--trained"])
    assert again.stdout == run.stdout
    wrong = CliRunner().invoke(crf.main, [str(tmp_path / "models"), str(stored(tmp_path, "ru-nerel"))])
    assert wrong.exit_code == 2
    assert "error:" in wrong.stderr
