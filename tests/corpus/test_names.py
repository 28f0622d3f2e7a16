"""Public sets of names: columns become texts with spans, parts become training and development, licences are kept to."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bilat_nlp.corpus import names
from bilat_nlp.records import RecordError


def columns(*sentences: str, **about: str) -> str:
    """Sentences written as ``Al/B-PER went/O``, each with the comment lines."""
    head = "".join(f"# {key} = {value}\n" for key, value in about.items())
    return "".join(head + "".join(each.replace("/", "\t") + "\n" for each in sentence.split()) + "\n" for sentence in sentences)


def stored(folder: Path, name: str, content: str) -> Path:
    path = folder / f"{name}.conll.gz"
    path.write_bytes(gzip.compress(content.encode()))
    return path


def spans(found: names.Named) -> list[tuple[str, str | None]]:
    text = found.document.text or ""
    return [(text[each.start : each.end], each.label) for each in found.document.entities]


@pytest.mark.parametrize(("name", "sentence", "text", "found"), [
    ("en-uner-ewt", "The/O envoy/O ,/O Abdullah/B-PER al/I-PER -/I-PER Ani/I-PER ,/O left/O Oslo/B-LOC ./O",
     "The envoy, Abdullah al-Ani, left Oslo.", [("Abdullah al-Ani", "PER"), ("Oslo", "LOC")]),
    ("en-uner-ewt", "It/O 's/O Norway/B-LOC 's/O well/O -/O known/O man/O (/O "
                    '"/O he/O is/O n\'t/O "/O )/O !/O',
     "It's Norway's well - known man (\"he isn't\")!", [("Norway", "LOC")]),
    ("hu-nerkor-ontonotespp", "A/O Bükk-/B-LOC és/O a/O «/O Mátra/B-LOC »/O ./O",
     "A Bükk- és a «Mátra».", [("Bükk-", "LOC"), ("Mátra", "LOC")]),
    ("ro-ronec", "Cluj/B-GPE s-/O a/O mutat/O :/O Dă/O -mi/O [/O tot/O ]/O", "Cluj s-a mutat: Dă-mi [tot]", [("Cluj", "GPE")]),
    ("kk-kaznerd", "Әсет/B-PER Асан/B-PER Астана/B-GPE Қаласы/I-GPE", "Әсет Асан Астана Қаласы",
     [("Әсет", "PER"), ("Асан", "PER"), ("Астана Қаласы", "GPE")]),
    ("tr-wiki-ner", "Ekim/B-DATE ayı/I-DATE Ankara'da/B-GPE Ödül/B-MISC 5/I-MONEY lira/I-MONEY", "Ekim ayı Ankara'da Ödül 5 lira",
     [("Ankara'da", "GPE"), ("5 lira", "MONEY")]),
])  # fmt: skip
def test_tokens_become_a_text_that_reads_as_it_was_written(
    tmp_path: Path, name: str, sentence: str, text: str, found: list[tuple[str, str]]
) -> None:
    [read] = names.read(stored(tmp_path, name, columns(sentence, split="dev")))
    assert read.document.text == text
    assert spans(read) == found
    assert read.document.validate() == []
    assert (read.document.lang, read.document.script) == (read.source.lang, read.source.script)


@given(st.lists(st.tuples(st.sampled_from(["Ankara", "-", ".", ",", "(", '"', "«", "»", "s-", "'s", "7", "al"]),
                          st.sampled_from(["O", "B-PER", "I-PER", "B-LOC", "I-LOC"])), min_size=1, max_size=25))  # fmt: skip
def test_nothing_is_lost_and_every_span_is_of_its_tokens(tokens: list[tuple[str, str]]) -> None:
    sentence = names.Sentence([token for token, _ in tokens], [tag for _, tag in tokens])
    text, found = names._joined("", sentence, names._joints("en"))
    assert text.replace(" ", "") == "".join(sentence.tokens)
    begun: list[list[str]] = []
    for number, (token, tag) in enumerate(tokens):
        if tag == "O":
            continue
        if tag.startswith("I-") and number and sentence.tags[number - 1][2:] == tag[2:]:
            begun[-1].append(token)
        else:
            begun.append([token])
    assert [text[start:end].replace(" ", "") for start, end, _ in found] == ["".join(each) for each in begun]
    assert all(text[start:end] == text[start:end].strip() for start, end, _ in found)


def test_a_sentence_without_a_full_stop_ends_its_line(tmp_path: Path) -> None:
    path = stored(tmp_path, "hu-nerkor-ontonotespp", columns("Cím/O", "Oslo/B-GPE szép/O ./O", "Vége/O .../O", "Nem/O", split="train"))
    [read] = names.read(path)
    assert read.document.text == "Cím\nOslo szép. Vége... Nem"
    assert spans(read) == [("Oslo", "GPE")]


def test_sentences_are_packed_by_split_genre_and_document(tmp_path: Path) -> None:
    content = columns(*["a/O ./O"] * 45, split="train", genre="news") + columns(*["b/O ./O"] * 5, split="train", genre="law")
    content += columns("c/O ./O", split="dev") + columns("d/O ./O", split="test")
    found = names.read(stored(tmp_path, "hu-nerkor-ontonotespp", content))
    told = [((each.document.text or "").count("."), each.document.split, each.document.meta.get("genre")) for each in found]
    news = [(number, "train", "news") for number in (20, 20, 5)]
    assert told == [*news, (5, "train", "law"), (1, "dev", None), (1, "test", None)]
    assert len({each.document.id for each in found}) == len(found)
    path = stored(tmp_path, "ru-nerel", columns("а/O ./O", split="dev", doc="1") + columns("б/O ./O", "в/O ./O", split="dev", doc="2"))
    assert [each.document.text for each in names.read(path)] == ["а.", "б. в."]
    assert [each.document.text for each in names.read(path, length=1)] == ["а.", "б.", "в."]


def test_ids_do_not_depend_on_what_else_is_read(tmp_path: Path) -> None:
    path = stored(tmp_path, "ro-ronec", columns("a/O", split="train") + columns("b/O", split="dev"))
    assert [each.document.id for each in names.read(path, ["dev"])] == [each.document.id for each in names.read(path)][1:]


def test_every_tenth_block_is_held_out_where_there_is_no_part_for_development(tmp_path: Path) -> None:
    content = columns(*(f"w{number}/O ./O" for number in range(1010)), split="dev") + columns("t/O", split="test")
    path = stored(tmp_path, "kk-kaznerd", content)
    held = [word for each in names.read(path, ["dev"]) for word in (each.document.text or "").replace(".", "").split()]
    assert held == [f"w{number}" for number in [*range(450, 500), *range(950, 1000)]]
    kept = " ".join(each.document.text or "" for each in names.read(path, ["train"])).split()
    assert len(kept) == 910
    assert not {*held} & {word.strip(".") for word in kept}
    assert [each.document.split for each in names.read(path) if "t" in (each.document.text or "").split()] == ["test"]


def test_a_document_is_held_out_as_a_whole(tmp_path: Path) -> None:
    content = columns(*["а/O ./O"] * 440, split="dev", doc="1") + columns(*["б/O ./O"] * 40, split="dev", doc="2")
    content += columns(*["в/O ./O"] * 40, split="dev", doc="3")
    path = stored(tmp_path, "ru-factrueval", content)
    assert {(each.document.text or "")[0]: each.document.split for each in names.read(path)} == {"а": "train", "б": "train", "в": "dev"}


def test_sets_are_trained_on_only_where_their_licence_and_their_authors_let_them(tmp_path: Path) -> None:
    learnt = stored(tmp_path, "ro-ronec", columns("Cluj/B-GPE", split="train") + columns("b/O", split="dev"))
    assert [each.document.split for each in names.for_training(learnt)] == ["train"]
    closed = stored(tmp_path, "uk-ner-uk", columns("Київ/B-LOC", split="train"))
    with pytest.raises(RecordError, match=r"uk-ner-uk.conll.gz: its licence \(CC BY-NC-SA 4.0\) does not let"):
        names.for_training(closed)
    assert len(names.for_training(closed, any_licence=True)) == 1
    with pytest.raises(RecordError, match="no part of en-uner-pud is for training"):
        names.for_training(stored(tmp_path, "en-uner-pud", columns("Oslo/B-LOC", split="test")))


def test_what_is_known_of_the_sets_holds_together() -> None:
    known = names.sources()
    assert len(known) == len({each.name for each in known}) > 20
    for each in known:
        open_licence = each.licence != "none stated" and "NC" not in each.licence
        assert each.trainable == open_licence, each.name
        assert each.name.split("-")[0] == each.lang
        assert not {*each.train} & {*each.dev}
        assert not each.held_out or (each.train and not each.dev)
        assert "test" not in (*each.train, *each.dev)
        assert {"PER", "ORG", "LOC", "GPE"} <= each.marked
        assert "NORP" not in each.marked  # every set counts nationality words among miscellaneous names, or marks none


def test_a_set_of_ones_own_is_described_beside_it(tmp_path: Path) -> None:
    path = stored(tmp_path, "ours", columns("Oslo/B-LOC Al/B-PER", split="a") + columns("b/O", split="train"))
    with pytest.raises(RecordError, match=r"ours.conll.gz: nothing is known .*; describe it in ours.toml beside it \(lang,"):
        names.read(path)
    good = 'lang = "hu"\nscript = "Latn"\nlabels = ["LOC"]\nmerged = true\nlicence = "CC0"\ntrainable = true\ntrain = ["a"]\ndev = []\n'
    (tmp_path / "ours.toml").write_text(good)
    first, second = names.read(path)
    assert (first.document.split, first.marked, first.merged, spans(first)) == ("train", {"LOC"}, True, [("Oslo", "LOC")])
    assert second.document.split == "unused"  # the set calls it "train", and whoever described it did not
    assert len(names.for_training(path)) == 1
    for old, new, sentence in (
        ('lang = "hu"\n', "", "ours.toml: the key 'lang' is missing"),
        ("merged = true", 'merged = "yes"', "merged is 'yes'; write true or false"),
        ('["a"]', "[1]", r"train is \[1\]; write a list of strings"),
        ('["LOC"]', '["PLACE"]', "labels names 'PLACE'; use some of PER"),
        ("licence", "license", "unknown key 'license'; there are lang"),
        ("dev = []", "dev = [", "ours.toml: not TOML"),
    ):
        (tmp_path / "ours.toml").write_text(good.replace(old, new))
        with pytest.raises(RecordError, match=sentence):
            names.read(path)


def test_damaged_files_are_named_with_the_line(tmp_path: Path) -> None:
    good = columns("Oslo/B-GPE ist/O", split="dev")
    plain = tmp_path / "ro-ronec.conll"
    for content, sentence in (
        (good + "Oslo B-LOC\n", r"ro-ronec.conll:5: 'Oslo B-LOC' is no token with a tag; write a token, a tab"),
        (good + "Oslo\tE-LOC\n", r"ro-ronec.conll:5: "),
        (good + "\tO\n", r"ro-ronec.conll:5: "),
    ):
        plain.write_text(content, encoding="utf-8")
        with pytest.raises(RecordError, match=sentence):
            names.read(plain)
    plain.write_bytes(good.encode() + b"\xff\tO\n")
    with pytest.raises(RecordError, match="ro-ronec.conll: not UTF-8"):
        names.read(plain)
    path = stored(tmp_path, "ro-ronec", good * 50)
    path.write_bytes(path.read_bytes()[:-12])
    with pytest.raises(RecordError, match=r"no whole gzip file"):
        names.read(path)
    path.write_text(good)
    with pytest.raises(RecordError, match=r"no whole gzip file"):
        names.read(path)
    plain.write_text("﻿# split = dev\n#\tO\r\nOslo\tB-GPE\r\n", encoding="utf-8")  # a byte order mark, line ends of Windows, "#" as a token
    [read] = names.read(plain)
    assert (read.document.text, read.document.split) == ("# Oslo", "dev")
