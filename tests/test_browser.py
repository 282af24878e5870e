"""The report in a real browser: no request, no accessibility violation, evidence in place, hostile text as text."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

REPORT = Path(__file__).parents[1] / "data" / "findings" / "findings.html"
CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
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


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1000, 360])
def test_the_report_has_no_accessibility_violation(browser: Browser, scheme: str, width: int) -> None:
    from axe_playwright_python.sync_playwright import Axe

    with browser.new_context(color_scheme=scheme, viewport={"width": width, "height": 800}) as context:  # type: ignore[arg-type]
        page = context.new_page()
        page.goto(REPORT.as_uri())
        page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
        result = Axe().run(page)
        assert result.violations_count == 0, result.generate_report()


def test_the_report_fits_a_phone(browser: Browser) -> None:
    with browser.new_context(viewport={"width": 360, "height": 800}) as context:
        page = context.new_page()
        page.goto(REPORT.as_uri())
        page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
        assert page.evaluate("document.documentElement.scrollWidth") <= 360


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


def test_hostile_text_does_not_run(page: Page, tmp_path: Path) -> None:
    from rhetoscope import findings
    from test_findings import HOSTILE, corpus

    given = corpus(a=HOSTILE, title=HOSTILE, sentences=[HOSTILE + "is seen as", HOSTILE, "w" * 5000])
    file = tmp_path / "page.html"
    file.write_text(findings.findings_html(findings.state(given, 9, 1)), encoding="utf-8")
    dialogs: list[str] = []
    page.on("dialog", lambda dialog: dialogs.append(dialog.message))
    page.goto(file.as_uri())
    assert dialogs == []
    assert page.locator("script, img").count() == 0
    assert "<script>alert(1)</script>" in page.locator("body").inner_text()
