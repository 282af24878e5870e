"""Tables and figures in a notebook: text as text, numbers aligned, the same plain text for nbval."""

import base64
from datetime import datetime
from typing import Any

import polars as pl
import pytest
from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import capture_output

from builders import parse
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


def shown(call: Any, *given: Any, **options: Any) -> tuple[dict[str, Any], dict[str, Any]]:
    """Data and metadata of the one output of a call."""
    with capture_output() as captured:
        call(*given, **options)
    (output,) = captured.outputs
    assert captured.stdout == captured.stderr == ""
    return output.data, output.metadata


def test_a_table_shows_each_value_as_text(shell: Any) -> None:
    data, _ = shown(show_table, FRAME, {"per_1000": "rate (per 1,000 words)"}, digits=1)
    cells = parse(data["text/html"]).xpath("//th | //td")
    assert [cell.text_content().strip() for cell in cells] == [
        "rate (per 1,000 words)", "said", "words", "count", "enough", "published at",
        "1,234.5", "costs $1 to $2 <b>&", "war, peace", "1,200", "yes", "2024-06-25 17:40",
        "–", "–", "", "3", "no", "–",
    ]  # fmt: skip
    assert not [cell for cell in cells if len(cell)]  # no text makes a tag
    aligned = ["right", "left", "left", "right", "left", "left"] * 3
    assert all(f"gt_{side}" in cell.get("class") for side, cell in zip(aligned, cells, strict=True))
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
