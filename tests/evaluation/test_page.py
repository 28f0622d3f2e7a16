"""The error page: what it holds, and that it works in a browser.

The browser tests need Chromium and its driver; without them they are skipped, except where the environment says CI=true.
"""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from bilat_nlp.evaluation.page import page
from bilat_nlp.evaluation.report import measure
from bilat_nlp.records import Argument, DateValue, Document, Event, Trigger

HUNGARIAN = "A kazah elnök tegnap Budapestre látogatott, és aláírt egy megállapodást."
ENGLISH = "Romania expelled two Russian diplomats."
HOSTILE = "<b>Iran</b> met </script><script>document.title='broken'</script> & \"Oman\""


def span(text: str, words: str) -> tuple[int, int, str]:
    start = text.index(words)
    return start, start + len(words), words


def event(text: str, kind: str, trigger: str, actor: dict[str, str], recipient: dict[str, str] | None = None, **more: Any) -> Event:
    """Sides as words of the text with their codes."""
    sides = [[Argument(*span(text, words), code=code) for words, code in side.items()] for side in (actor, recipient or {})]
    return Event("", kind, more.pop("modality", "actual"), [Trigger(*span(text, trigger))], *sides, **more)


def document(id: str, lang: str, script: str, text: str, *events: Event) -> Document:
    for number, each in enumerate(events, 1):
        each.id = f"{id}#{number}"
    return Document(id, lang, script, text=text, events=list(events))


def visit(**more: Any) -> Event:
    return event(HUNGARIAN, "visit", "látogatott", {"kazah elnök": "KAZ"}, {"Budapestre": "HUN"}, **more)


def pairs() -> list[tuple[Document, Document]]:
    """A wrong date and a missed event in Hungarian; all right in English; a spurious event beside a wrong type in a text full of markup."""
    dated = visit(date=DateValue("2024-05-02", *span(HUNGARIAN, "tegnap")))
    signed = event(HUNGARIAN, "sign_agreement", "aláírt", {"kazah elnök": "KAZ"})
    expelled = {"trigger": "expelled", "actor": {"Romania": "ROU"}, "recipient": {"Russian": "RUS"}}
    parties = {"Iran": "IRN", "Oman": "OMN"}
    return [
        (document("quiet", "en", "Latn", "Rain."), document("quiet", "en", "Latn", "Rain.")),
        (document("hu 1", "hu", "Latn", HUNGARIAN, dated, signed), document("hu 1", "hu", "Latn", HUNGARIAN, visit(confidence=0.8))),
        (
            document("en/1", "en", "Latn", ENGLISH, event(ENGLISH, "expel_diplomat", **expelled)),
            document("en/1", "en", "Latn", ENGLISH, event(ENGLISH, "expel_diplomat", confidence=0.95, evidence=["rule:en.x"], **expelled)),
        ),
        (
            document("<i>3", "en", "Latn", HOSTILE, event(HOSTILE, "meet", "met", parties)),
            document(
                "<i>3", "en", "Latn", HOSTILE,
                event(HOSTILE, "negotiate", "met", parties, confidence=0.4), event(HOSTILE, "award", "Iran", {"Oman": "OMN"}),
            ),
        ),
    ]  # fmt: skip


@pytest.fixture(scope="module")
def html() -> str:
    return page(pairs(), measure(pairs(), by=("lang",), samples=20), title="Errors & figures")


def anchors(html: str) -> list[str]:
    return re.findall(r'<article id="([^"]+)"', html)


def test_documents_with_errors_come_first(html: str) -> None:
    assert anchors(html) == ["doc-hu%201", "doc-%3Ci%3E3", "doc-quiet", "doc-en%2F1"]
    assert "documents are left out" not in html


def test_texts_are_escaped(html: str) -> None:
    assert "<b>Iran" not in html
    assert "document.title='broken'" not in html
    assert "<i>3" not in html
    assert "<title>Errors &amp; figures</title>" in html


def test_nothing_is_loaded_from_anywhere(html: str) -> None:
    assert set(re.findall(r'(?:src|href|action)="([^"#]*)', html)) == {"", "data:,"}
    assert "url(" not in html
    assert "@import" not in html
    assert not re.search(r'\s(?:style|on\w+)="', html), "the content security policy would not let it work"


def test_page_says_what_is_left_out() -> None:
    many = [(document(f"d{n}", "en", "Latn", ENGLISH, *made), document(f"d{n}", "en", "Latn", ENGLISH))
            for n in range(10) for made in [[event(ENGLISH, "visit", "two", {"Romania": "ROU"})] if n % 2 else []]]  # fmt: skip
    report = measure(many, samples=20)
    assert anchors(page(many, report, limit=None)) == [f"doc-d{n}" for n in (1, 3, 5, 7, 9, 0, 2, 4, 6, 8)]
    few = page(many, report, limit=2, more="Take another limit.")
    assert anchors(few) == ["doc-d1", "doc-d5"]
    assert "8 of 10 documents are left out here</strong>, 3 of them with errors" in few
    assert "Take another limit." in few


def test_half_a_surrogate_pair_can_be_written() -> None:
    broken = [(document("d", "en", "Latn", "a\ud800b"), document("d", "en", "Latn", "a\ud800b"))]
    assert "a\ufffdb" in page(broken, measure(broken, samples=20)).encode().decode()


def test_a_page_without_texts_events_or_documents() -> None:
    records = [(Document("d", events=[visit()]), Document("d"))]
    assert "The text is not part of the records." in page(records, measure(records, samples=20))
    no_report: Any = SimpleNamespace(tables=list, calibration=None, signature="")
    assert "There are no documents." in page([], no_report)


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """A headless Chromium for all tests of this file."""
    chromium, driver = shutil.which("chromium") or shutil.which("google-chrome"), shutil.which("chromedriver")
    try:
        from selenium import webdriver
        from selenium.webdriver.chrome.service import Service
    except ImportError:
        driver = None
    if not (chromium and driver):
        missing = "needs Chromium, chromedriver and the Python package selenium"
        pytest.fail(missing) if os.environ.get("CI") == "true" else pytest.skip(missing)
    options = webdriver.ChromeOptions()
    options.binary_location = chromium
    for argument in ("--headless=new", "--no-sandbox", "--disable-gpu", "--window-size=1400,900"):
        options.add_argument(argument)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    opened = webdriver.Chrome(options=options, service=Service(driver))
    yield opened
    opened.quit()


@pytest.fixture(scope="module")
def address(html: str, tmp_path_factory: pytest.TempPathFactory) -> str:
    path: Path = tmp_path_factory.mktemp("page") / "errors.html"
    path.write_text(html, encoding="utf-8")
    return path.as_uri()


@pytest.fixture
def opened(browser: Any, address: str) -> Iterator[Any]:
    """The browser with the page freshly loaded; nothing may have gone wrong in it by the end of the test."""
    browser.get("about:blank")
    browser.get_log("browser")
    browser.get(address)
    yield browser
    assert browser.get_log("browser") == []


def one(browser: Any, selector: str) -> Any:
    return browser.find_element("css selector", selector)


def visible(browser: Any) -> list[str]:
    return [each.get_attribute("data-id") for each in browser.find_elements("css selector", "article") if each.is_displayed()]


def press(browser: Any, *keys: str) -> None:
    from selenium.webdriver import ActionChains

    ActionChains(browser).send_keys(*keys).perform()


def focused(browser: Any) -> str:
    return browser.execute_script("return document.activeElement.closest('article')?.dataset.id ?? document.activeElement.name")


def test_text_stands_in_the_page_as_it_is(opened: Any) -> None:
    assert opened.title == "Errors & figures"
    texts = opened.execute_script("return [...document.querySelectorAll('[data-id=\"<i>3\"] .text > div')].map((e) => e.textContent)")
    assert texts == [HOSTILE, HOSTILE]
    marked = "return [...document.querySelectorAll('[data-id=\"hu 1\"] .text:first-child mark')].map((e) => [e.textContent, e.title])"
    assert opened.execute_script(marked) == [
        ["kazah elnök", "1 actor, 2 actor"],
        ["tegnap", "2 date"],
        ["Budapestre", "2 recipient"],
        ["látogatott", "2 trigger"],
        ["aláírt", "1 trigger"],
    ]


def test_filters_combine(opened: Any) -> None:
    assert visible(opened) == ["hu 1", "<i>3", "quiet", "en/1"]
    one(opened, "input[value='wrong date']").click()
    assert visible(opened) == ["hu 1"]
    assert one(opened, "#shown").text == "1 of 4 documents shown"
    assert [row.text.split("\n")[0] for row in opened.find_elements("css selector", "tbody.match")] == ["2≠ wrong date"]
    one(opened, "input[value='spurious']").click()
    assert visible(opened) == ["hu 1", "<i>3"]
    one(opened, "input[value='en-Latn']").click()
    assert visible(opened) == ["<i>3"]
    one(opened, "select[name=type] option[value=expel_diplomat]").click()
    assert visible(opened) == []
    assert one(opened, "#none").text == "No document fits these filters."
    one(opened, "button[type=reset]").click()
    assert len(visible(opened)) == 4


def test_a_cell_of_the_matrix_leads_to_its_documents(opened: Any) -> None:
    one(opened, "a[aria-label='gold meet, predicted negotiate: 1']").click()
    assert visible(opened) == ["<i>3"]
    one(opened, "#pair").click()
    assert len(visible(opened)) == 4


def test_a_filtered_view_can_be_linked(opened: Any, address: str) -> None:
    one(opened, "a[aria-label='missed, hu-Latn: 1']").click()
    one(opened, "input[name=q]").send_keys("HU")
    there = opened.current_url
    opened.get("about:blank")
    opened.get(there)
    assert visible(opened) == ["hu 1"]
    assert one(opened, "input[value=missed]").is_selected()
    assert one(opened, "input[name=q]").get_attribute("value") == "HU"
    opened.get(address + "#doc-en%2F1")
    assert "en/1" in visible(opened), "a link to a document that the filters hide shows it"
    assert opened.execute_script("return document.getElementById('doc-en%2F1').getBoundingClientRect().top < innerHeight")


def test_keys(opened: Any) -> None:
    from selenium.webdriver.common.keys import Keys

    press(opened, "j")
    assert focused(opened) == "hu 1"
    press(opened, "jj")
    assert focused(opened) == "quiet"
    press(opened, "k")
    assert focused(opened) == "<i>3"
    press(opened, "/")
    assert focused(opened) == "q"
    press(opened, "en/", Keys.ESCAPE)
    assert visible(opened) == ["en/1"]
    press(opened, "/", Keys.ENTER)
    assert focused(opened) == "en/1"
    press(opened, "c")
    assert len(visible(opened)) == 4
    press(opened, "?")
    assert one(opened, "#help").is_displayed()
    press(opened, Keys.ESCAPE)
    assert not one(opened, "#help").is_displayed()


def test_links_lead_from_text_to_event_and_back(opened: Any) -> None:
    one(opened, "[data-id='hu 1'] .text a.missed").click()
    row = opened.execute_script("return document.querySelector(location.hash)")
    assert row.text.startswith("1− missed")
    back = row.find_element("css selector", "a")
    back.click()
    assert opened.execute_script("return document.querySelector(location.hash).getAttribute('aria-label')") == "event 1: missed"


def test_without_script_everything_is_there(opened: Any, address: str) -> None:
    opened.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": True})
    try:
        opened.get(address)
        assert len(visible(opened)) == 4
        assert not one(opened, "#filters form").is_displayed()
    finally:
        opened.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": False})


# Contrast as WCAG 2 defines it, of every element that holds words itself, against the nearest background that is painted.
CONTRAST = """
const numbers = (colour) => colour.match(/[\\d.]+/g).map(Number);
const luminance = (colour) => {
  const [r, g, b] = numbers(colour).slice(0, 3).map((v) => v / 255).map((v) => v <= .04045 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4);
  return .2126 * r + .7152 * g + .0722 * b;
};
const behind = (element) => {
  for (; element; element = element.parentElement) {
    const colour = getComputedStyle(element).backgroundColor;
    if (numbers(colour)[3] !== 0) return colour;
  }
};
const found = [];
for (const element of document.body.querySelectorAll("*")) {
  const words = element.matches(".badge") || [...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim());
  if (!words || !element.getClientRects().length || element.matches("option, script")) continue;
  const style = getComputedStyle(element);
  const [light, dark] = [luminance(element.closest("svg") ? style.fill : style.color), luminance(behind(element))].sort((a, b) => b - a);
  found.push([(light + .05) / (dark + .05), `${element.tagName} .${element.className} ${element.textContent.slice(0, 30)}`]);
}
return found;
"""


@pytest.mark.parametrize("fragment", ["", "#kind=wrong+date", "#gold=meet&predicted=negotiate"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_words_can_be_read(opened: Any, address: str, scheme: str, fragment: str) -> None:
    opened.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": [{"name": "prefers-color-scheme", "value": scheme}]})
    opened.get("about:blank")
    opened.get(address + fragment)
    opened.execute_script("for (const each of document.querySelectorAll('details')) each.open = true")
    found = opened.execute_script(CONTRAST)
    assert len(found) > 100
    assert [each for each in found if each[0] < 4.5] == []
    behind = opened.execute_script("return getComputedStyle(document.documentElement).backgroundColor")
    assert (sum(map(int, re.findall(r"\d+", behind))) > 384) is (scheme == "light")


def test_narrow_screens_need_no_sideways_scrolling(opened: Any) -> None:
    opened.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", {"width": 380, "height": 800, "deviceScaleFactor": 1, "mobile": False})
    try:
        assert opened.execute_script("return document.documentElement.scrollWidth") <= 380
        left = "return [...document.querySelectorAll('[data-id=\"hu 1\"] .text')].map((e) => e.getBoundingClientRect().left)"
        assert len(set(opened.execute_script(left))) == 1, "the texts stand one below the other"
    finally:
        opened.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})
