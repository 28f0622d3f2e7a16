"""Files as the tools themselves write them, made by hand after their documentation, and what has to come out of them."""

from __future__ import annotations

import pytest

from bilat_nlp.corpus import formats
from bilat_nlp.corpus.formats import Losses
from bilat_nlp.records import RecordError


def _read(path, form=None, **names):
    losses = Losses()
    losses.names = names
    return formats.read(path, form, losses), losses


def _event(event):
    """Type, modality, actor and recipient in words, and the date."""
    sides = [[each.text for each in side] for side in (event.actor, event.recipient)]
    return event.type, event.modality, *sides, event.date and event.date.value


def test_brat(exports):
    (document,), losses = _read(exports / "brat", Country="GPE")
    assert document.id == "note-7"
    assert list(map(_event, document.events)) == [
        ("expel_diplomat", "actual", ["Peru"], ["Italian"], None),
        ("criticize", "possible", ["Rome"], ["Peru"], "2025-11-10"),
    ]
    assert [each.text for each in document.events[0].object] == ["diplomats"]
    assert {each.text: (each.label, each.code) for each in document.entities}["Peru"] == ("GPE", "PER")
    coreferent = {each.text: each.entity for each in document.entities}
    assert coreferent["Italian"] == coreferent["Rome"] is not None
    assert losses == {"attributes 'Certain'": 1, "normalisations to 'Wikidata'": 1, "notes of annotators": 1}


def test_an_unknown_label_is_counted_and_not_guessed(exports):
    (document,), losses = _read(exports / "brat")
    assert document.events[0].actor == []
    assert losses["spans labelled 'Country', which is no label or event type here"] == 1
    assert losses["relations 'actor' to a span that is no mention here"] == 1


def test_doccano(exports):
    documents, losses = _read(exports / "doccano.jsonl")
    assert [document.id for document in documents] == ["6400", "6401"]
    assert list(map(_event, documents[0].events)) == [("expel_diplomat", "possible", ["Peru"], ["Italian"], None)]
    assert documents[1].events == documents[1].entities == []
    assert losses == {"spans labelled 'Animal', which is no label or event type here": 1, "relations 'knows', which is no role here": 1}


def test_doccano_without_relations(exports):
    (document,), losses = _read(exports / "doccano-1.4.jsonl")
    assert [(each.text, each.label) for each in document.entities] == [("Peru", "GPE"), ("Monday", "DATE")]
    assert not losses


def test_label_studio_counts_in_utf16_and_skips_what_was_cancelled(exports):
    (document,), losses = _read(exports / "labelstudio.json")
    assert (document.id, document.lang, document.date) == ("31", "en", "2025-11-12")
    assert list(map(_event, document.events)) == [("expel_diplomat", "negated", ["Peru"], ["Italian"], "2025-11-10")]
    assert document.events[0].codes() == {"PER", "ITA"}
    assert not losses


def test_inception(exports):
    (document,), losses = _read(exports / "inception")
    assert document.id == "note.txt"
    assert document.text.startswith("🤝 Peru expelled")
    assert list(map(_event, document.events)) == [
        ("expel_diplomat", "actual", ["Peru"], ["Italian"], None),
        ("criticize", "possible", [], [], None),
    ]
    assert losses == {"slots without a mention in them": 1}


def test_prodigy_relations(exports):
    (document,), losses = _read(exports / "prodigy-rel.jsonl")
    assert list(map(_event, document.events)) == [("expel_diplomat", "actual", ["Peru"], ["Italian"], None)]
    assert losses == {"tasks answered 'reject'": 1}


def test_prodigy_entities(exports):
    (document,), losses = _read(exports / "prodigy-ner.jsonl", PRODUCT="MONEY")
    assert [(each.text, each.label) for each in document.entities] == [("Peru", "GPE"), ("two", "MONEY")]
    assert not losses


def test_prodigy_token_indices_are_inclusive(sample, tmp_path):
    import json

    path = tmp_path / "tasks.jsonl"
    formats.write(sample, path, "prodigy")
    for line in path.read_text(encoding="utf-8").split("\n")[:-1]:
        task = json.loads(line)
        assert [token["id"] for token in task["tokens"]] == list(range(len(task["tokens"])))
        assert task["spans"] or not json.loads(line)["relations"]
        for span in task["spans"]:
            assert task["tokens"][span["token_start"]]["start"] == span["start"]
            assert task["tokens"][span["token_end"]]["end"] == span["end"]


def test_conll2003(exports):
    (document,), losses = _read(exports / "conll2003.conll", MISC="NORP")
    assert document.text == "Peru expelled two Italian diplomats .\nAna Maria Rossi left"
    assert [(each.text, each.label) for each in document.entities] == [
        ("Peru", "LOC"),
        ("Italian", "NORP"),
        ("Ana Maria", "PER"),
        ("Rossi", "PER"),
    ]
    assert not losses


def test_public_columns_with_comments(exports):
    documents, _ = _read(exports / "public.conll")
    assert [(document.id, [each.text for each in document.entities]) for document in documents] == [
        ("d-1", ["Varşava ’ da"]),
        ("d-2", ["Oslo"]),
    ]
    assert documents[0].text == "Varşava ’ da\nok"


def test_a_docbin_of_somebody_else(tmp_path):
    import spacy
    from spacy.tokens import DocBin, Span

    nlp = spacy.blank("tr")
    doc = nlp("Peru iki diplomatı sınır dışı etti.")
    doc.ents = [Span(doc, 0, 1, label="GPE"), Span(doc, 1, 2, label="CARDINAL")]
    DocBin(docs=[doc]).to_disk(tmp_path / "train.spacy")
    (document,), losses = _read(tmp_path / "train.spacy")
    assert [(each.text, each.label) for each in document.entities] == [("Peru", "GPE")]
    assert losses == {"entities labelled 'CARDINAL', which is no label here": 1}


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        (
            "a.jsonl",
            '{"text": "x", "entities": [{"label": "GPE", "start_offset": 0, "end_offset": 9}]}',
            "a.jsonl:1: the span start_offset=0",
        ),
        (
            "b.jsonl",
            '{"text": "x", "entities": [], "relations": [{"from_id": 1, "to_id": 2, "type": "actor"}]}',
            "b.jsonl:1: a relation joins 1 and 2",
        ),
        ("c.jsonl", '{"entities": []}', "c.jsonl:1: 'data' is missing"),
        ("d.jsonl", "nonsense", "d.jsonl:1"),
        ("e.json", '[{"data": {"text": "x"}, "annotations": [{}]}]', "e.json, item 1: an annotation without 'result'"),
        ("f.json", '[{"text": "x"}]', "f.json, item 1: no 'data'"),
        ("g.conll", "Peru B-LOC\nnonsense\n", "g.conll:2: 'nonsense' is no word"),
        ("h.conllup", "# newdoc id = 1\n1\tPeru\t_\tGPE\t_\n", "h.conllup:2"),
        ("i.markup", "=== a\n---\n[Peru|g1 GPE PER\n---\n", "i.markup:3: a bracket with | is not closed"),
        ("j.spacy", "nonsense", "j.spacy: no DocBin"),
        ("k.xmi", "nonsense", "no TypeSystem.xml"),
        ("l.ann", "T1\tGPE 0 4\tPeru\n", "the text l.txt is missing"),
        ("m.png", "", "the format cannot be told"),
    ],
)
def test_a_broken_file_is_named_with_its_line(tmp_path, name, content, says):
    path = tmp_path / name
    path.write_text(content, encoding="utf-8")
    with pytest.raises(RecordError) as caught:
        formats.read(path, {".xmi": "inception", ".ann": "brat"}.get(path.suffix))
    assert says in str(caught.value)


def test_a_broken_line_of_brat_is_named(tmp_path):
    (tmp_path / "a.txt").write_text("Peru", encoding="utf-8")
    (tmp_path / "a.ann").write_text("T1\tGPE 0 4\tPeru\nT2\tGPE 2 9\tru\n", encoding="utf-8")
    with pytest.raises(RecordError, match=r"a\.ann:2: .*does not lie in the text"):
        formats.read(tmp_path, "brat")


@pytest.mark.parametrize("form", ["brat", "inception"])
def test_a_folder_with_something_in_it_is_left_alone(form, sample, tmp_path):
    (tmp_path / "mine.txt").write_text("x")
    with pytest.raises(RecordError, match="not empty"):
        formats.write(sample, tmp_path, form)
    assert [each.name for each in tmp_path.iterdir()] == ["mine.txt"]


@pytest.mark.parametrize("form", list(formats.FORMATS))
def test_nothing_is_left_of_a_broken_off_export(form, sample, tmp_path):
    sample[1].text = None
    old = tmp_path / "out.x"
    if not formats.FORMATS[form].folder:
        old.write_text("old")
    if form == "jsonl":
        return  # records without their text are a form of their own there
    with pytest.raises(RecordError, match="has no text"):
        formats.write(sample, old, form)
    assert not any(tmp_path.iterdir()) if formats.FORMATS[form].folder else [each.read_text() for each in tmp_path.iterdir()] == ["old"]
