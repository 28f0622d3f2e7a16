"""Documents in: every form that is promised, and everything broken that people hand in."""

from __future__ import annotations

import codecs
import io
import json
import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bilat_nlp.reading import Fault, Source, check_date, read, read_documents


def sources(*paths: Path | str, **options: object) -> list[Source]:
    found = list(read(paths, **options))  # type: ignore[arg-type]
    assert not [each for each in found if isinstance(each, Fault)]
    return found  # type: ignore[return-value]


def faults(*paths: Path | str, **options: object) -> list[Fault]:
    return [each for each in read(paths, **options) if isinstance(each, Fault)]  # type: ignore[arg-type]


def lines(*documents: object) -> bytes:
    return "".join(json.dumps(each) + "\n" for each in documents).encode()


def test_text_file_is_one_document_with_its_line_ends(tmp_path: Path) -> None:
    path = tmp_path / "a note.txt"
    path.write_bytes("Első\r\nmásodik\n".encode())
    assert sources(path, date="2025", lang="hu") == [Source("a note", "Első\r\nmásodik\n", "2025", "hu")]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-32"])
def test_byte_order_mark_tells_the_encoding_and_is_no_text(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes("сапар 😀".encode(encoding))
    assert sources(path)[0].text == "сапар 😀"
    path = tmp_path / "a.jsonl"
    path.write_bytes('{"id": "1", "text": "сапар"}\n\n{"id": "2", "text": "x"}\n'.encode(encoding))
    assert [each.text for each in sources(path)] == ["сапар", "x"]


def test_big_endian_utf_16(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(codecs.BOM_UTF16_BE + "сапар".encode("utf-16-be"))
    assert sources(path)[0].text == "сапар"


def test_lines_bring_their_own_date_and_language(tmp_path: Path) -> None:
    path = tmp_path / "news.jsonl"
    path.write_bytes(
        lines(
            {"id": "a", "text": "t", "date": "2025-11-12T08:00:00Z", "lang": "uz-Cyrl"}, {"text": "u"}, {"id": 7, "text": "v", "date": None}
        )
    )
    assert sources(path, date="2020", lang="ru") == [
        Source("a", "t", "2025-11-12", "uz"), Source("news-2", "u", "2020", "ru"), Source("7", "v", "2020", "ru"),
    ]  # fmt: skip


def test_folder_is_read_recursively_in_order(tmp_path: Path) -> None:
    (tmp_path / "b").mkdir()
    for name in ("b/2.txt", "b/1.TXT", "a.txt", ".hidden.txt", "picture.png"):
        (tmp_path / name).write_text(name)
    (tmp_path / "out.jsonl").write_bytes(lines({"id": "x", "events": []}))
    assert [each.id for each in sources(tmp_path, skip=[tmp_path / "out.jsonl"])] == ["a", "b/1", "b/2"]


def test_ids_are_made_unique_and_it_is_said(tmp_path: Path) -> None:
    found = list(read(["-"], stdin=io.BytesIO(lines({"id": "a", "text": "1"}, {"id": "a", "text": "2"}, {"id": "a~2", "text": "3"}))))
    assert [each.id for each in found if isinstance(each, Source)] == ["a", "a~2", "a~2~2"]
    assert not any(each.lost for each in found if isinstance(each, Fault))


@pytest.mark.parametrize(
    ("line", "words"),
    [
        (b'{"id": "x", "text": ', "not JSON"),
        (b"[1]", "a JSON list"),
        (b"null", "a JSON null"),
        (b'{"id": "x"}', '"text" is missing'),
        (b'{"id": "x", "text": 5}', '"text" is a number'),
        (b'{"id": "x", "text": null}', '"text" is a null'),
        (b'{"text": "caf\xe9"}', "byte offset 13 (0xe9)"),
        (b"[" * 200_000, "JSON"),
        (b"9" * 5000, "JSON"),
    ],
)
def test_a_broken_line_costs_only_itself(tmp_path: Path, line: bytes, words: str) -> None:
    path = tmp_path / "a.jsonl"
    path.write_bytes(lines({"id": "1", "text": "good"}) + line + b"\n" + lines({"id": "2", "text": "good"}))
    found = list(read([path]))
    assert [each.id for each in found if isinstance(each, Source)] == ["1", "2"]
    (fault,) = (each for each in found if isinstance(each, Fault))
    assert words in str(fault)
    assert f"{path}, line 2" in str(fault)
    assert "\n" not in str(fault)


def test_bad_date_of_a_line_is_dropped_aloud() -> None:
    fault, source = read(["-"], stdin=io.BytesIO(lines({"id": "1", "text": "t", "date": "12.11.2025"})), date="2020")
    assert isinstance(fault, Fault)
    assert not fault.lost
    assert source == Source("1", "t", None)


@pytest.mark.parametrize(
    ("given", "read_as"), [("RU", "ru"), ("uz-Cyrl", "uz"), ("ru_RU", "ru"), ("fr", "fr"), ("Hungarian", None), (3, None)]
)
def test_language_tags_of_a_line(given: object, read_as: str | None) -> None:
    *said, source = read(["-"], stdin=io.BytesIO(lines({"id": "1", "text": "t", "lang": given})), lang="kk")
    assert isinstance(source, Source)
    assert source.lang == read_as
    assert len(said) == (read_as is None)


def test_strange_but_readable_strings_pass() -> None:
    data = b'{"id": "s", "text": "half \\ud800 pair"}\n{"id": "n", "text": "a\x00b\tc"}\n'
    first, second = (each for each in read(["-"], stdin=io.BytesIO(data)) if isinstance(each, Source))
    assert (first.text, second.text) == ("half \ud800 pair", "a\0b\tc")


def test_very_long_line() -> None:
    (source,) = read(["-"], stdin=io.BytesIO(lines({"id": "l", "text": "визит " * 2_000_000})))
    assert isinstance(source, Source)
    assert len(source.text) == 12_000_000


@pytest.mark.parametrize(
    ("name", "data", "words"),
    [
        ("a.txt", "Кремль".encode("cp1251"), "not UTF-8 at byte offset 0 (0xca)"),
        ("a.txt", b"\x89PNG\r\n" + bytes(200) + b"\xff", "binary file"),
        ("a.txt", "plain words".encode("utf-16-le"), "UTF-16 without a byte order mark"),
        ("a.jsonl", b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03abc", "binary data"),
        ("a.jsonl", codecs.BOM_UTF16_LE + b"\x00\xd8", "byte offset"),
        ("a.pdf", b"%PDF", "neither a .txt nor a .jsonl file"),
    ],
)
def test_unreadable_files_are_named_with_the_mend(tmp_path: Path, name: str, data: bytes, words: str) -> None:
    path = tmp_path / name
    path.write_bytes(data)
    (fault,) = faults(path)
    assert words in str(fault)
    assert str(path) in str(fault)
    assert fault.lost


def test_empty_files(tmp_path: Path) -> None:
    (tmp_path / "a.txt").touch()
    (tmp_path / "b.jsonl").touch()
    found = list(read([tmp_path]))
    assert found[0] == Source("a", "")
    assert isinstance(found[1], Fault)
    assert not found[1].lost


def test_documents_alone_come_whole_or_raise(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("t")
    assert [each.id for each in read_documents([tmp_path])] == ["a"]
    (tmp_path / "b.txt").write_bytes(b"\xff")
    with pytest.raises(ValueError, match="save the file as UTF-8"):
        list(read_documents([tmp_path]))


def test_missing_file_and_empty_folder(tmp_path: Path) -> None:
    assert "no such file" in str(faults(tmp_path / "none.txt")[0])
    assert "no such file" in str(faults(tmp_path / "none")[0])
    assert "no .txt or .jsonl" in str(faults(tmp_path)[0])


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may read everything")
def test_forbidden_file(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.touch(mode=0)
    assert "not permitted" in str(faults(path)[0])


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes here")
def test_a_pipe_of_the_shell_is_json_lines() -> None:
    reader, writer = os.pipe()
    os.write(writer, lines({"id": "p", "text": "t"}))
    os.close(writer)
    if not Path(f"/dev/fd/{reader}").exists():
        pytest.skip("no /dev/fd here")
    assert sources(f"/dev/fd/{reader}")[0].id == "p"
    os.close(reader)


@pytest.mark.parametrize("good", ["2025", "2025-11", "2025-11-12", 2025])
def test_dates_that_are_read(good: object) -> None:
    assert check_date(good) == str(good)


@pytest.mark.parametrize("bad", ["12.11.2025", "2025-02-30", "2025-13", "25", "", "2025/2026", "yesterday", True, 3.5, [], "٢٠٢٥"])
def test_dates_that_are_not(bad: object) -> None:
    with pytest.raises(ValueError, match="EDTF"):
        check_date(bad)


@given(st.binary(max_size=300))
def test_no_bytes_raise(data: bytes) -> None:
    for each in read(["-"], stdin=io.BytesIO(data)):
        assert str(each)
