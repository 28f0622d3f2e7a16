from __future__ import annotations

import json
import lzma

import pytest

from bilat_nlp.corpus import statistics
from bilat_nlp.records import Document, RecordError


def _table(tables, title):
    return next(table for table in tables if table.title == title)


def _row(table, name):
    return dict(zip(table.columns, next(row for row in table.rows if row[0] == name), strict=True))


def test_counts(sample):
    tables = statistics.count(sample)
    row = _row(_table(tables, "documents"), "en-Latn")
    assert (row["documents"], row["without event"], row["events"], row["triggers"]) == (2, 1, 5, 6)
    assert (row["states"], row["IGOs"]) == (2, 1)
    assert _row(_table(tables, "documents"), "all")["events"] == 7
    assert _row(_table(tables, "events by type"), "open_mission") == {"type": "open_mission", "az-Latn": 2, "en-Latn": 0, "all": 2}
    assert _row(_table(tables, "events by modality"), "planned")["all"] == 1
    assert _row(_table(tables, "events with a filler of the role"), "date")["all"] == 4
    assert _row(_table(tables, "mentions by label"), "MONEY")["en-Latn"] == 2
    assert _row(_table(tables, "mentions by label"), "GPE")["en-Latn"] == 4
    assert _row(_table(tables, "different mentions by label"), "GPE")["en-Latn"] == 3


def test_words_and_sentences():
    document = Document(id="a", lang="en", text="Peru and Laos met on Monday. They signed nothing at all, but talked for long hours!")
    assert statistics.sentences(document) == [6, 10]


def test_the_type_token_ratio_does_not_depend_on_length():
    text = " ".join(f"w{number % 300}" for number in range(2000))
    short, long = (statistics.richness([Document(id="a", lang="en", text=text[:cut])], "x").rows[0][3] for cut in (6000, 9000))
    assert short == long == pytest.approx(0.6)


def test_other_texts_are_news_only(tmp_path):
    path = tmp_path / "raw.jsonl.xz"
    with lzma.open(path, "wt", encoding="utf-8") as stream:
        for kind in ("news", "law", "news-translated"):
            stream.write(json.dumps({"lang": "hu", "script": "Latn", "kind": kind, "text": kind}) + "\n")
    assert [each.text for each in statistics.raw_texts(path)] == ["news", "news-translated"]
    path = tmp_path / "bad.jsonl"
    path.write_text('{"lang": "hu"}\n')
    with pytest.raises(RecordError, match=r"bad\.jsonl"):
        statistics.raw_texts(path)


def test_near_duplicates_between_splits_are_shown(sample):
    twin = Document.from_dict(sample[0].to_dict(text=True) | {"id": "twin", "split": "dev", "events": []})
    table, closest = statistics.near_duplicates([*sample, twin])
    row = _row(table, "en-Latn")
    assert row["highest"] == row["highest, masked"] == row["highest between splits"] == 1.0
    assert row["pairs from 0.2"] == 1
    assert closest.rows[0][:2] == ("sample/one", "twin")
