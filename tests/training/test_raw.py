"""Raw text: which files are read, which lines are taken, and a sentence for whatever is wrong with them."""

from __future__ import annotations

import gzip
import json
import lzma
from collections import Counter
from pathlib import Path

import pytest

from bilat_nlp.records import RecordError
from bilat_nlp.training import raw
from training.raw_texts import sentences, write


def test_files_of_folders_and_single_ones_each_once(tmp_path: Path) -> None:
    for name in ("b.txt", "a.jsonl", "deep/c.jsonl.gz", "deep/d.jsonl.xz", "README.md", ".hidden.txt", ".git/e.txt"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(b"")
    found = raw.files_of([tmp_path / "b.txt", tmp_path, tmp_path / "deep" / ".." / "b.txt"])
    assert [path.relative_to(tmp_path).as_posix() for path in found] == ["b.txt", "a.jsonl", "deep/c.jsonl.gz", "deep/d.jsonl.xz"]


def test_where_there_is_no_text_it_is_said(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text("x")
    for path in (tmp_path, tmp_path / "a.md", tmp_path / "gone.txt"):
        with pytest.raises(RecordError, match=r": no raw text there; give files that end in \.txt, \.jsonl, "):
            raw.files_of([path])


def test_every_form_gives_the_same_lines(tmp_path: Path) -> None:
    text = "\n".join(sentences("hu", 8))
    row = json.dumps({"lang": "hu", "text": text}).encode()
    forms = {
        "a.txt": b"\xef\xbb\xbf" + text.encode(),
        "a.jsonl": row + b"\n\n",
        "a.jsonl.gz": gzip.compress(row),
        "a.jsonl.xz": lzma.compress(row),
    }
    for name, content in forms.items():
        (tmp_path / name).write_bytes(content)
    read = {name: [(line.lang, [word.text for word in line.words]) for line in raw.lines([tmp_path / name], 1000)] for name in forms}
    assert all(lines == [("hu", sentence.split()) for sentence in sentences("hu", 8)] for lines in read.values())


def test_a_language_that_nobody_says_is_identified_and_others_are_left(tmp_path: Path) -> None:
    german = "Der Präsident reiste am Montag in die Hauptstadt und sprach dort mit der Regierung über den neuen Vertrag."
    rows = [{"text": "\n".join(sentences("ru", 5))}, {"text": german}, {"text": german, "lang": "de"}, {"text": ""}]
    (tmp_path / "a.jsonl").write_text("\n".join(map(json.dumps, rows)))
    assert [line.lang for line in raw.lines([tmp_path], 1000)] == ["ru"] * 5


def test_words_have_the_keys_of_their_language(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text(json.dumps({"lang": "hu", "text": "Üzbegisztán ELNÖKE ma Budapestre ért"}))
    (line,) = raw.lines([tmp_path], 1000)
    assert [word.key for word in line.words] == ["üzbegisztán", "elnöke", "ma", "budapestre", "ért"]


def test_no_language_gives_more_than_its_words_even_out_of_one_file(tmp_path: Path) -> None:
    write(tmp_path)
    whole, cut = Counter[str](), Counter[str]()
    for counts, most in ((whole, 10**6), (cut, 100)):
        for line in raw.lines([tmp_path], most):
            counts[line.lang] += len(line.words)
    longest = 7
    assert all(whole[lang] > 300 and 100 <= cut[lang] < 100 + longest for lang in ("hu", "ru"))
    (tmp_path / "one.txt").write_text("\n".join(sentences("hu", 500)))
    assert sum(len(line.words) for line in raw.lines([tmp_path / "one.txt"], 100)) < 100 + longest


def test_short_lines_are_left_and_long_ones_cut(tmp_path: Path) -> None:
    text = "egy két há négy\n" + "szó " * (2 * raw.LONGEST + raw.SHORTEST - 1) + "\n" + "a b c d e"
    (tmp_path / "a.jsonl").write_text(json.dumps({"lang": "hu", "text": text}))
    assert [len(line.words) for line in raw.lines([tmp_path], 10**6)] == [raw.LONGEST, raw.LONGEST, raw.SHORTEST]


@pytest.mark.parametrize("row", ["no json", "[1]", '{"lang": "hu"}', '{"text": 5}', '{"text": null}', '"text"'])
def test_a_row_without_a_text_is_named(row: str, tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text('{"lang": "hu", "text": "ez itt egy jó sor"}\n\n' + row + "\n")
    with pytest.raises(RecordError) as raised:
        list(raw.lines([path], 100))
    assert str(raised.value) == f"{path}:3: no object with a 'text'; write one JSON object a line"


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("a.txt", b"\xff\xfe\xfd", "no text in UTF-8; convert it"),
        ("a.jsonl", b'{"text": "\xe1"}', "no text in UTF-8; convert it"),
        ("a.jsonl.gz", b"plain", "damaged or cut short"),
        ("a.jsonl.gz", gzip.compress(b'{"text": "x"}\n')[:-9], "damaged or cut short"),
        ("a.jsonl.xz", b"plain", "damaged or cut short"),
        ("a.jsonl.xz", lzma.compress(b'{"text": "x"}\n')[:-20], "damaged or cut short"),
    ],
    ids=["txt", "jsonl", "no gzip", "gzip cut", "no xz", "xz cut"],
)
def test_a_damaged_file_is_named(name: str, content: bytes, sentence: str, tmp_path: Path) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(RecordError) as raised:
        list(raw.lines([tmp_path], 100))
    assert str(raised.value).startswith(f"{tmp_path / name}: {sentence}")


@pytest.mark.parametrize("row", [{"lang": "de", "text": "eins zwei drei vier fünf"}, {"lang": "hu", "text": "túl rövid"}])
def test_nothing_to_learn_from_is_said(row: dict[str, str], tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text(json.dumps(row))
    with pytest.raises(RecordError, match=r"no line of 5 words or more in a language that is served \(az, .*\); give other text"):
        list(raw.lines([tmp_path], 100))


def test_documents_are_taken_evenly_and_cut(tmp_path: Path) -> None:
    rows = [{"lang": "hu", "kind": f"news-{number % 2}", "text": f"cikk{number}\n" + "szó " * 9 + "\nvége"} for number in range(40)]
    (tmp_path / "a.jsonl").write_text("\n".join(json.dumps(row) for row in [*rows, {"lang": "de", "text": "kein Wort"}]))
    assert len(raw.texts([tmp_path], 10**6)) == 40
    assert raw.texts([tmp_path], 10**6, kinds=["news-1"]) == [("hu", row["text"]) for row in rows[1::2]]
    few = raw.texts([tmp_path], 110)
    assert [text.split()[0] for _, text in few] == [f"cikk{number}" for number in range(0, 40, 4)]
    assert raw.texts([tmp_path], 10**6, longest=5)[0] == ("hu", "cikk0\n" + "szó " * 9)
