"""The real engine on anything that anybody may hand in: it never raises, its offsets quote the text, its output fits the JSON Schema."""

from __future__ import annotations

import json
import time
from functools import partial
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

import bilat_nlp
from bilat_nlp.records import Document, schema

extract_document = partial(bilat_nlp.extract_document, mode="rules")
extract_many = partial(bilat_nlp.extract_many, mode="rules")
SCHEMA = Draft202012Validator(schema())
LANGUAGES = ("az", "en", "hu", "kk", "ro", "ru", "tr", "uz")

# pieces of sentences in all languages and scripts: put together at random they reach rules that random letters never reach
PIECES = (
    "The president of Kazakhstan", "arrived in Bucharest", "on Wednesday", "signed a treaty with Hungary",
    "will not meet", "the two countries",
    "Azərbaycan və Türkiyə", "xarici işlər naziri", "Bakıda görüşüb", "saziş imzalanıb", "12 noyabr 2025-ci il", "səfirlik açılacaq",
    "Özbekistan Cumhurbaşkanı", "Ankara'yı ziyaret etti", "geçen hafta", "anlaşma imzalandı", "büyükelçiyi geri çağırdı",
    "Kazahsztán elnöke", "Moszkvába látogatott", "a magyar külügyminiszter", "egyezményt írt alá", "szerdán",
    "orosz-kazah", "kiutasított",
    "Қазақстан Президенті", "Мәскеуге сапармен барды", "келісімге қол қойылды", "2025 жылғы 12 қараша", "екі ел", "елшілік ашылады",
    "Президент России", "прибыл с визитом в Астану", "подписали соглашение", "в минувшую среду", "не встретится",
    "вызвал посла", "12–14 июня",
    "Președintele României", "a efectuat o vizită la Chișinău", "au semnat un acord", "miercuri", "ambasada",
    "între Ucraina și Moldova",
    "Ўзбекистон Президенти", "Москвага ташриф буюрди", "сешанба куни", "битим имзоланди", "O‘zbekiston va Rossiya",
    "maslahatlashuvlar o‘tkazildi",
    "5 milliard dollar", "ЕИ", "NATO", "BMT", "(MTI)", "2025-11-12", "12.11.2025", "31 fevral", "ASTANА. Кazinform —",
    "Kreml", "@user", "#tag",
)  # fmt: skip
NOISE = (
    "\n", "\n\n", ". ", ", ", " – ", "—", "...", "!!!", "?", ";", ":", "«", "»", "\"", "'", "’", "ʻ", "(", ")", "[",
    "]", "\t", "\r\n", "\u00a0",
    "\u200b", "\u00ad", "\ufeff", "\x00", "\x1b[31m", "\ud800", "\udfff", "😀", "🇰🇿", "e\u0301", "\u202e", "<p>",
    "</b>", "<script>", "<!--", "&nbsp;", "&#1234;",
    "http://a.b/c?d=e", "|", "* ", "- ", "1. ", "%s", "{}", "\\", "İ", "ı", "ß", "ﬁ", "中文", "العربية", "0", "9999999999", "–5",
)  # fmt: skip
ANYTHING = st.text(st.characters(exclude_categories=()), max_size=40)
TEXTS = st.one_of(
    ANYTHING,
    st.lists(st.one_of(st.sampled_from(PIECES), st.sampled_from(NOISE), ANYTHING), max_size=40).map("".join),
    st.lists(st.one_of(st.sampled_from(PIECES), st.sampled_from(PIECES), st.sampled_from(NOISE)), max_size=60).map(" ".join),
)
DATES = st.sampled_from([None, "2025", "2025-11", "2025-11-12", "2024-02-29", "0001-01-01", "9999-12-31"])
QUICK = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=True)


def check(document: Document, text: str) -> None:
    assert document.validate(text) == []
    line = document.to_json()
    line.encode("utf-8")
    assert not list(SCHEMA.iter_errors(json.loads(line)))
    assert document.events or document.reason


@settings(QUICK, max_examples=400)
@given(TEXTS, st.sampled_from([None, *LANGUAGES]), DATES)
def test_any_text_gives_a_true_record(text: str, lang: str | None, date: str | None) -> None:
    check(extract_document(text, lang=lang, date=date), text)


@pytest.mark.parametrize("mode", ["both", "model"])
@settings(QUICK, max_examples=100)
@given(text=TEXTS, lang=st.sampled_from([None, *LANGUAGES]), date=DATES)
def test_whatever_a_model_says_the_record_is_true(any_model: Path, mode: str, text: str, lang: str | None, date: str | None) -> None:
    """With random weights it finds events and names in places where no trained one would."""
    check(bilat_nlp.extract_document(text, lang=lang, date=date, mode=mode, model=any_model), text)


@settings(QUICK, max_examples=50)
@given(st.lists(TEXTS, max_size=6))
def test_documents_do_not_disturb_each_other(texts: list[str]) -> None:
    together = extract_many((text, {"id": str(number)}) for number, text in enumerate(texts))
    alone = (extract_document(text, id=str(number)) for number, text in enumerate(texts))
    assert [each.to_dict() for each in together] == [each.to_dict() for each in alone]


@settings(QUICK, max_examples=30)
@given(st.lists(st.sampled_from(PIECES), min_size=1, max_size=20).map(" ".join))
def test_unknown_language_is_a_reason(text: str) -> None:
    document = extract_document(text, lang="fr")
    assert document.events == []
    assert "fr" in (document.reason or "")


@pytest.mark.parametrize("text", ["", " ", "\n" * 1000, "\ufeff", "\ud800", "\0" * 100, "1 2 3", "🇰🇿🇷🇴"])
def test_texts_without_words(text: str) -> None:
    document = extract_document(text)
    check(document, text)
    assert document.events == []


@pytest.mark.parametrize(
    "text",
    [
        "(" * 50_000, "<" * 50_000, "<a " * 20_000, "&" * 50_000, "«" * 50_000, "." * 50_000,
        "!?" * 25_000, "-" * 50_000, "'" * 50_000, " " * 100_000, "\n" * 50_000,
        "a" * 200_000, "ə" * 100_000, "1" * 100_000, "1." * 30_000, "2025-" * 20_000, "A-" * 30_000, "A " * 30_000, "А. " * 20_000,
        "Kazakhstan " * 5_000, "Россия, " * 5_000, "<script>" * 10_000, "http://" * 10_000, "\ud800" * 20_000,
    ],
    ids=lambda text: repr(text[:9]),
)  # fmt: skip
def test_floods_take_linear_time(text: str) -> None:
    extract_document(text[:1000])  # the lexicons are loaded outside the clock
    began = time.process_time()
    check(extract_document(text), text)
    assert time.process_time() - began < 8


def test_the_rules_are_reached() -> None:
    """Guards the other tests: an engine that finds nothing would pass them."""
    text = "Министр иностранных дел России прибыл с визитом в Астану. Казахстан и Венгрия подписали соглашение в Будапеште."
    document = extract_document(text, lang="ru", date="2025-11-12")
    check(document, text)
    assert {"visit", "sign_agreement"} <= {event.type for event in document.events}


def test_the_model_is_reached(any_model: Path) -> None:
    text = "Министр иностранных дел России прибыл с визитом в Астану."
    documents = [bilat_nlp.extract_document(text, lang="ru", mode=mode, model=any_model) for mode in ("both", "model")]
    assert all(event.evidence for document in documents for event in document.events)
    assert all(["model"] in [event.evidence for event in document.events] for document in documents)
