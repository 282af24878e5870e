"""The report in a real browser: no request, no accessibility violation, evidence in place, hostile text as text."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from rhetoscope import findings
from rhetoscope.findings.page import read_template
from rhetoscope.findings.publish import find_browser
from test_findings import HOSTILE, corpus

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

REPORT = Path(__file__).parents[1] / "data" / "findings" / "findings.html"
CHROMIUM = find_browser()
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync",
         "--disable-background-networking", "--disable-component-update"]  # fmt: skip

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no chromium or google-chrome on PATH")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    with browser.new_context(viewport={"width": 1000, "height": 900}) as context:
        yield context.new_page()


def test_the_report_makes_no_request_and_logs_no_error(page: Page) -> None:
    requests: list[str] = []
    errors: list[str] = []
    page.on("request", lambda request: requests.append(request.url))
    page.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
    page.goto(REPORT.as_uri())
    assert [url for url in requests if not url.startswith("data:")] == [REPORT.as_uri()]
    assert errors == []


def check_accessibility(page: Page) -> None:
    from axe_playwright_python.sync_playwright import Axe

    result = Axe().run(page)
    assert result.violations_count == 0, result.generate_report()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1000, 360])
def test_the_report_is_accessible_and_fits_a_phone(browser: Browser, scheme: str, width: int) -> None:
    with browser.new_context(color_scheme=scheme, viewport={"width": width, "height": 800}) as context:  # type: ignore[arg-type]
        page = context.new_page()
        page.goto(REPORT.as_uri())
        page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        check_accessibility(page)
        if width == 1000:
            page.locator(".grid td > button").first.click()
            check_accessibility(page)


def test_evidence_opens_in_place_by_keyboard(page: Page) -> None:
    page.goto(REPORT.as_uri())
    finding = page.locator("#finding-evidentials")
    marked = finding.locator("mark").first
    assert not marked.is_visible()
    finding.locator("summary").first.focus()
    page.keyboard.press("Enter")
    assert marked.is_visible()


def test_the_crossing_sorts_and_filters(page: Page) -> None:
    page.goto(REPORT.as_uri())
    box = page.locator(".crossing")
    actors = box.locator("tbody tr:visible td:nth-child(2)")
    box.get_by_role("button", name="actor").click()
    names = actors.all_inner_texts()
    assert len(names) > 2
    assert names == sorted(names)
    assert box.locator("th[aria-sort=ascending]").count() == 1
    box.get_by_role("button", name="actor").click()
    assert actors.all_inner_texts() == sorted(names, reverse=True)
    box.get_by_role("searchbox").fill(f"{names[0]} threat".upper())
    shown = box.locator("tbody tr:visible").all_inner_texts()
    assert all(names[0] in text and "threat" in text for text in shown)
    assert len(shown) < len(names)
    assert box.get_by_role("status").inner_text() == f"{len(shown)} of {len(names)} rows"


def test_a_cell_of_the_small_multiples_opens_onto_its_sentences(page: Page) -> None:
    page.goto(REPORT.as_uri())
    button = page.locator(".grid td > button").first
    sheet = page.locator(f"[id={button.get_attribute('popovertarget')}]")
    assert not sheet.is_visible()
    button.focus()
    page.keyboard.press("Enter")
    assert sheet.is_visible()
    assert sheet.locator("mark").count() >= 1
    page.keyboard.press("Escape")
    assert not sheet.is_visible()


def test_folded_tables_sort_by_numbers(page: Page) -> None:
    page.goto(REPORT.as_uri())
    table = page.locator("details.folded").first
    table.locator("summary").click()
    table.get_by_role("button", name="count").click()
    counts = [int(text.replace(",", "")) for text in table.locator("tbody td:nth-child(2)").all_inner_texts()]
    assert counts == sorted(counts)
    assert len(set(counts)) > 2


def test_in_print_the_findings_are_open_and_controls_are_gone(page: Page) -> None:
    page.goto(REPORT.as_uri())
    page.emulate_media(media="print")
    page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    assert page.locator("#finding-evidentials mark").first.is_visible()
    assert not page.locator(".controls").first.is_visible()
    page.evaluate("window.dispatchEvent(new Event('afterprint'))")
    assert not page.locator("#finding-evidentials mark").first.is_visible()


def test_the_report_prints_to_a_pdf(tmp_path: Path) -> None:
    copy = Path(shutil.copy(REPORT, tmp_path))
    made = findings.write_pdf(copy)
    assert made == copy.with_suffix(".pdf")
    content = made.read_bytes()
    assert content.startswith(b"%PDF")
    assert len(content) < 5_000_000


def _shown(page: Page, html: str, file: Path) -> list[str]:
    """Shows a piece of the report as the page does, with its style; returns the dialogs that opened."""
    style = read_template("style.css") + read_template("pieces.css")
    file.write_text(f"<!DOCTYPE html><meta charset=utf-8><style>{style}</style><main>{html}</main>", encoding="utf-8")
    dialogs: list[str] = []
    page.on("dialog", lambda dialog: dialogs.append(dialog.message))
    page.goto(file.as_uri())
    page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
    return dialogs


def _all_pieces(given: findings.Corpus) -> str:
    """Findings, crossing and small multiples as HTML."""
    pieces = [
        findings.show_findings(findings.state_findings(given, {})),
        findings.show_crossing(findings.cross_facets(given, 1), given, 9),
        findings.show_small_multiples(given, 1, 9),
    ]
    return "".join(piece.html for piece in pieces)


def test_hostile_text_does_not_run(page: Page, tmp_path: Path) -> None:
    given = corpus(
        a=HOSTILE, title=HOSTILE, sentences=[HOSTILE + "is seen as", HOSTILE, HOSTILE], url="javascript:alert(1)"
    )
    html = _all_pieces(given) + findings.show_table(given.articles.collect(), HOSTILE).html
    assert _shown(page, html, tmp_path / "page.html") == []
    assert page.locator("script, img, a").count() == 0
    assert "<script>alert(1)</script>" in page.locator("body").inner_text()


@pytest.mark.parametrize("width", [1000, 360])
@pytest.mark.parametrize("sign", ["w", "\u0301", "\u202e", "\u06de", "W\u200d"])
def test_huge_words_and_piled_up_marks_stay_in_their_place(
    browser: Browser, tmp_path: Path, width: int, sign: str
) -> None:
    huge = "x" + sign * 3000
    given = corpus(a=huge[:300], title=huge, sentences=[huge + "is seen as", huge, huge])
    html = _all_pieces(given)
    with browser.new_context(viewport={"width": width, "height": 800}) as context:
        page = context.new_page()
        _shown(page, html, tmp_path / "page.html")
        assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_right_to_left_text_turns_itself_and_nothing_around_it(page: Page, tmp_path: Path) -> None:
    hebrew = "שלום עולם 123"
    given = corpus(title=hebrew, sentences=[hebrew, "Allegedly Ruritania armed itself.", "Syldavia must answer."])
    _shown(page, findings.show_findings(findings.state_findings(given, {})).html, tmp_path / "page.html")
    direction = "e => getComputedStyle(e).direction"
    quotes = page.locator("#finding-evidentials blockquote")
    assert quotes.nth(0).evaluate(direction) == "rtl"
    assert quotes.nth(1).evaluate(direction) == "ltr"
    assert page.locator("#finding-evidentials .place").first.evaluate(direction) == "ltr"
