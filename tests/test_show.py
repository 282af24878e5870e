"""Tables and figures in a notebook: text as text, numbers aligned, the same plain text for nbval."""

import base64
from datetime import datetime
from html.parser import HTMLParser
from typing import Any

import polars as pl
import pytest
from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import capture_output

from rhetoscope.figures.style import new_figure
from rhetoscope.show import show_figure, show_table

FRAME = pl.DataFrame(
    {
        "per_1000": [1234.5, None], "said": ["costs $1 to $2 <b>&", None], "words": [["war", "peace"], []],
        "count": [1200, 3], "enough": [True, False], "published_at": [datetime(2024, 6, 25, 17, 40), None],
    }
)  # fmt: skip


@pytest.fixture
def shell() -> Any:
    yield InteractiveShell.instance()
    InteractiveShell.clear_instance()


class _Cells(HTMLParser):
    """Text and class of each cell, and all tags."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.cells: list[list[str]] = []
        self.tags: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        if tag in ("th", "td"):
            self.cells.append([dict(attrs).get("class") or "", ""])

    def handle_data(self, data: str) -> None:
        if self.tags and self.tags[-1] in ("th", "td"):
            self.cells[-1][1] += data.strip()


def shown(call: Any, *given: Any, **options: Any) -> tuple[dict[str, Any], dict[str, Any]]:
    """Data and metadata of the one output of a call."""
    with capture_output() as captured:
        call(*given, **options)
    (output,) = captured.outputs
    assert captured.stdout == captured.stderr == ""
    return output.data, output.metadata


def test_a_table_shows_each_value_as_text(shell: Any) -> None:
    data, _ = shown(show_table, FRAME, {"per_1000": "rate (per 1,000 words)"}, digits=1)
    page = _Cells(data["text/html"])
    assert [text for _, text in page.cells] == [
        "rate (per 1,000 words)", "said", "words", "count", "enough", "published at",
        "1,234.5", "costs $1 to $2 <b>&", "war, peace", "1,200", "yes", "2024-06-25 17:40",
        "–", "–", "", "3", "no", "–",
    ]  # fmt: skip
    assert "b" not in page.tags
    aligned = ["right", "left", "left", "right", "left", "left"] * 3
    assert all(f"gt_{side}" in kind for side, (kind, _) in zip(aligned, page.cells, strict=True))
    assert data["text/html"].startswith('<div class="mathjax_ignore tex2jax_ignore">')  # "$" starts no formula
    header, _, first, second = data["text/plain"].splitlines()
    assert [cell.strip() for cell in header.strip("|").split("|")][:2] == ["rate (per 1,000 words)", "said"]
    assert "costs $1 to $2 <b>&" in first
    assert "null" in second
    assert '"' not in data["text/plain"]


def test_the_same_table_is_shown_alike_twice_and_without_rows(shell: Any) -> None:
    assert shown(show_table, FRAME) == shown(show_table, FRAME)
    assert "published at" in shown(show_table, FRAME.clear())[0]["text/html"]
    assert "60%" in shown(show_table, FRAME, widths={"said": "60%"})[0]["text/html"]


def test_a_figure_is_a_png_with_its_alt_text(shell: Any) -> None:
    figure, axes = new_figure()
    axes.plot([1, 2])
    data, metadata = shown(show_figure, (figure, 'Two points "rise" <b>'))
    png = data["image/png"]
    assert (base64.b64decode(png) if isinstance(png, str) else png).startswith(b"\x89PNG")
    assert data["text/plain"] == metadata["image/png"]["alt"] == 'Two points "rise" <b>'


def test_nothing_to_draw_is_its_sentence(shell: Any) -> None:
    assert shown(show_figure, (None, "Nothing."))[0] == {"text/plain": "Nothing."}
