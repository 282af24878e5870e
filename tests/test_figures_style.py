"""How figures are written to files, and rates and dates in figures and in sentences."""

from pathlib import Path

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rhetoscope import figures
from rhetoscope.figures.style import finish_figure, new_figure, render_svg, shorten


@pytest.mark.parametrize(("given", "said"), [
    ((3.94, 0.0, 8.86), "3.9 (0.0 to 8.9)"), ((35.5, None, None), "35.5"),
    ((0.98, 0.0, 2.954), "0.98 (0.00 to 2.95)"), ((0.042, 0.036, 0.05), "0.042 (0.036 to 0.050)"),
    ((0.0, 0.0, 0.021), "0.000 (0.000 to 0.021)"), ((0.0, 0.0, 3.6), "0.0 (0.0 to 3.6)"), ((0.0, None, None), "0.0"),
])  # fmt: skip
def test_a_rate_is_written_as_finely_as_it_is_small(given: tuple[float, float | None, float | None], said: str) -> None:
    assert figures.format_rate(*given) == said
    assert figures.format_interval(*given) == (said.partition("(")[2].removesuffix(")"))


@given(st.integers(1, 100_000))
def test_no_rate_of_the_table_is_written_as_nought(thousandths: int) -> None:
    rate = thousandths / 1000  # the table holds three decimals
    assert float(figures.format_rate(rate)) == pytest.approx(rate, rel=0.05)


def test_months_names_and_signs_fit() -> None:
    assert figures.format_months(["2014-01", "2015-01"]) == {"2014-01": "2014", "2015-01": "2015"}
    assert figures.format_months(["2014-01", "2014-02"]) == {"2014-01": "2014-01", "2014-02": "2014-02"}
    assert figures.format_months(["2014-01"]) == {"2014-01": "2014-01"}
    assert figures.format_months([]) == {}
    assert shorten("Red  Cross\n") == "Red Cross"
    assert shorten("\x07$x$") == "\ufffd$x$"
    assert shorten("Federation of " * 9, 20) == "Federation of Feder…"


def test_the_actor_a_title_names_is_drawn() -> None:
    """Of ten actors eight are drawn; the title tells of the ninth by mentions."""
    rows = [(f"Actor {n}", 100 - n, 100 - n, 1.0) for n in range(8)] + [("Avia", 10, 20, 2.0), ("Bela", 5, 5, 1.0)]
    effect = pl.DataFrame(rows, schema=["actor", "article", "page", "ratio"], orient="row")
    figure, alt = figures.draw_chrome_effect(effect, 8)
    drawn = [label.get_text() for label in figure.axes[0].get_yticklabels()]
    assert "Avia would have 20 mentions instead of 10" in alt
    assert drawn == [*(f"Actor {n}" for n in range(7)), "Avia"]


def test_a_long_title_is_wrapped_and_the_same_bytes_twice() -> None:
    title = "A finding as a sentence that is long enough to be wrapped in a figure that is eight inches wide"

    def render() -> str:
        figure, axes = new_figure()
        axes.plot([0, 3], [2, 1])
        figure, alt = finish_figure(figure, title, "A note", parts=["a 1", "b 2"])
        assert alt == f"{title}. a 1; b 2."
        return render_svg(figure)

    svg = render()
    assert title not in svg
    assert all(word in svg for word in title.split())
    assert render() == svg


def test_figures_of_an_earlier_run_are_deleted(project: Path) -> None:
    folder = project / "data/findings/figures"
    figures.save_figures(one=(new_figure()[0], "One"), other=(new_figure()[0], "Other"))
    figures.save_figures(one=(new_figure()[0], "One"), other=(None, "Nothing"))
    assert [file.name for file in folder.iterdir()] == ["one.svg"]
