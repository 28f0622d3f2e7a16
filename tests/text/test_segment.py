"""Sentences, titles, datelines, furniture."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bilat_nlp.text.segment import LONGEST, Layout, lay_out
from light import light

CODES = ["az", "uz", "hu", "kk", "ru", "ro", "tr", "en"]


def sentences(layout: Layout, kind: str = "") -> list[str]:
    return [
        layout.text[layout.words[one.first].start : layout.words[one.last - 1].end] for one in layout.sentences if kind in ("", one.kind)
    ]


@pytest.mark.parametrize(
    ("code", "text", "expected"),
    [
        ("en", "He met Dr. Smith of the U.S. Senate. They signed.", ["He met Dr. Smith of the U.S. Senate.", "They signed."]),
        ("en", "It was in 1992. The embassy opened.", ["It was in 1992.", "The embassy opened."]),
        ("en", "“We agree.” He left. “Why?” she asked.", ["“We agree.”", "He left.", "“Why?” she asked."]),
        (
            "hu",
            "A XX. században, 2025. november 12-én írták alá. Ez fontos.",
            ["A XX. században, 2025. november 12-én írták alá.", "Ez fontos."],
        ),
        ("hu", "Az 5. Csúcs véget ért. A felek elutaztak.", ["Az 5. Csúcs véget ért.", "A felek elutaztak."]),
        ("ru", "В 2024 г. Ю.Ратас прибыл в Киев. Там его ждали.", ["В 2024 г. Ю.Ратас прибыл в Киев.", "Там его ждали."]),
        (
            "uz",
            "Vazirlar yangi bitimni imzoladi.Prezident ularni tabrikladi.",
            ["Vazirlar yangi bitimni imzoladi.", "Prezident ularni tabrikladi."],
        ),
        ("uz", "«Биз тайёрмиз», — деди вазир. Учрашув тугади.", ["«Биз тайёрмиз», — деди вазир.", "Учрашув тугади."]),
        ("tr", "T.C. Dışişleri Bakanı geldi. Prof. Dr. Ak konuştu.", ["T.C. Dışişleri Bakanı geldi.", "Prof. Dr. Ak konuştu."]),
        ("kk", "Министр Қ. Тілеуберді келді! Олар сөйлесті.", ["Министр Қ. Тілеуберді келді!", "Олар сөйлесті."]),
        (
            "ro",
            "Acordul din 12 mai, nr. 5, art. 3, e valabil. A fost semnat.",
            ["Acordul din 12 mai, nr. 5, art. 3, e valabil.", "A fost semnat."],
        ),
        ("az", "Əlaqələr qurulub.[1][2]Səfirlik açılıb.", ["Əlaqələr qurulub.[1][2]", "Səfirlik açılıb."]),
    ],
)
def test_sentences(code: str, text: str, expected: list[str]) -> None:
    assert sentences(lay_out(text, light(code))) == expected


def test_title_and_headings() -> None:
    layout = lay_out(
        "Nazirlər Bakıda görüşüblər\n\nSiyasi münasibətlər\n\nredaktə\n\nİki nazir Bakıda görüşüb.\n\nSon xəbər budur.", light("az")
    )
    assert [one.kind for one in layout.sentences] == ["title", "title", "furniture", "body", "body"]


@pytest.mark.parametrize(
    ("code", "line"),
    [
        ("az", "Foto: AZƏRTAC"),
        ("hu", "(MTI)"),
        ("en", "https://example.org/news"),
        ("ru", "Читайте также: Переговоры завершены"),
        ("en", "By Jane Doe"),
        ("ro", "Sursa foto: Agerpres"),
        ("uz", "Фото: Президент матбуот хизмати"),
        ("kk", "Фото: Ақорда"),
        ("tr", "Kaynak: AA"),
    ],
)
def test_furniture(code: str, line: str) -> None:
    layout = lay_out(f"First line of the page, that ends.\n{line}\nAnother line, that ends.", light(code))
    assert sentences(layout, "furniture") == [line]


def test_reference_list_is_furniture_to_the_end() -> None:
    layout = lay_out(
        "İki ölkə saziş imzalayıb.\nGörüş olub.\nSon.\nİstinadlar\n1. Saziş imzalanıb. 2020-01-16.\n2. Görüş olub.", light("az")
    )
    assert [one.kind for one in layout.sentences] == ["body", "body", "body", "furniture", "furniture", "furniture"]


@pytest.mark.parametrize(
    ("code", "text", "day", "place"),
    [
        ("hu", "Belpolitika | 2024. március 5. 08:40 |\n\nA két elnök nyilatkozata\n\nAláírták.", "2024-03-05", None),
        ("uz", " date 2024-02-17 Тошкентда янги марказ очилди\nУ ерда учрашув бўлди.", "2024-02-17", None),
        ("uz", "Вазирлар учрашди Жамият 5 Март 2017 412 Икки вазир Тошкентда учрашди.", "2017-03-05", None),
        ("en", "BAKU, 12 May 2024 (Reuters) - The minister arrived.", "2024-05-12", "BAKU"),
        ("en", "New Delhi, 3 Sept 2019 - The states agreed.", "2019-09-03", "New Delhi"),
        ("en", "Talks open\nRIYADH: The ministers met today.", None, "RIYADH"),
        ("tr", "Başlık burada\nBİŞKEK (AA) - Bakan geldi.", None, "BİŞKEK"),
        ("ru", "МОСКВА, 5 февраля 2026 г. /ТАСС/. Министр прибыл.", "2026-02-05", "МОСКВА"),
        ("kk", "АСТАНА. КАЗИНФОРМ — Министр келді.", None, "АСТАНА"),
        ("en", "The treaty of 12 May 2024 was signed in Baku by both.", None, None),
    ],
)
def test_datelines(code: str, text: str, day: str | None, place: str | None) -> None:
    layout = lay_out(text, light(code))
    found = layout.dateline_place
    assert layout.dateline_date == day
    assert (layout.text[layout.words[found[0]].start : layout.words[found[1] - 1].end] if found else None) == place


def test_lists() -> None:
    layout = lay_out("Учрашувда қатнашди:\n* маслаҳатчи Каримов;\n* депутат Алиев.", light("uz"))
    assert [one.kind for one in layout.sentences] == ["body", "list", "list"]


@settings(max_examples=200, deadline=None)
@given(st.sampled_from(CODES), st.text(alphabet='aBÇş Жо.!?\n"«»—-12:()[]*<>/,…\ud800\x00', max_size=400))
def test_sentences_cover_all_words(code: str, text: str) -> None:
    layout = lay_out(text, light(code))
    assert len(layout.text) == len(text)
    at = 0
    for sentence in layout.sentences:
        assert sentence.first == at < sentence.last <= at + max(LONGEST, len(layout.words))
        at = sentence.last
    assert at == len(layout.words)


@pytest.mark.parametrize(
    "text",
    [
        "." * 200_000,
        "a. " * 100_000,
        "salom dunyo " * 80_000,
        "\n" * 300_000,
        "A\n" * 100_000,
        "(" * 200_000,
        "1. " * 100_000,
        "«A.» " * 60_000,
        "12 May 2024 " * 40_000,
        '" . ' * 80_000,
    ],
)
def test_linear(text: str) -> None:
    begin = time.perf_counter()
    layout = lay_out(text, light("en"))
    assert time.perf_counter() - begin < 10
    assert all(one.kind == "furniture" or one.last - one.first <= LONGEST + 60_001 for one in layout.sentences)
