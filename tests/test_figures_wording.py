"""How figures are written to files, and rates and dates in figures and in sentences."""

from __future__ import annotations

import io

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from matplotlib.figure import Figure

from rhetoscope import figures
from rhetoscope.figures import clean


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ((3.94, 0.0, 8.86), "3.9 (0.0 to 8.9)"),
        ((35.5, None, None), "35.5"),
        ((0.98, 0.0, 2.954), "0.98 (0.00 to 2.95)"),
        ((0.042, 0.036, 0.05), "0.042 (0.036 to 0.050)"),
        ((0.0, 0.0, 0.021), "0.000 (0.000 to 0.021)"),
        ((0.0, 0.0, 3.6), "0.0 (0.0 to 3.6)"),
        ((0.0, None, None), "0.0"),
    ],
)
def test_a_rate_is_written_as_finely_as_it_is_small(given: tuple[float, float | None, float | None], said: str) -> None:
    assert figures.rate(*given) == said
    assert figures.interval(*given) == (said.partition("(")[2].removesuffix(")"))


@given(st.integers(1, 100_000))
def test_no_rate_of_the_table_is_written_as_nought(thousandths: int) -> None:
    rate = thousandths / 1000  # the table holds three decimals
    assert float(figures.rate(rate)) == pytest.approx(rate, rel=0.05)


def test_months_are_years_where_each_year_has_one() -> None:
    assert figures.dated(["2014-01", "2015-01"]) == {"2014-01": "2014", "2015-01": "2015"}
    assert figures.dated(["2014-01", "2014-02"]) == {"2014-01": "2014-01", "2014-02": "2014-02"}
    assert figures.dated(["2014-01"]) == {"2014-01": "2014-01"}
    assert figures.dated([]) == {}


def test_the_actor_a_title_names_is_drawn() -> None:
    """Of ten actors eight are drawn; the title tells of the ninth by mentions."""
    rows = [(f"Actor {n}", 100 - n, 100 - n, 1.0) for n in range(8)] + [("Avia", 10, 20, 2.0), ("Bela", 5, 5, 1.0)]
    effect = pl.DataFrame(rows, schema=["actor", "article", "page", "ratio"], orient="row")
    figure, alt = clean.chrome_effect(effect, 8)
    drawn = [label.get_text() for label in figure.axes[0].get_yticklabels()]
    assert "Avia would have 20 mentions instead of 10" in alt
    assert drawn == [*(f"Actor {n}" for n in range(7)), "Avia"]


@pytest.mark.parametrize("kind", ["svg", "png"])
def test_a_figure_drawn_once_has_the_bytes_of_one_drawn_twice(kind: str) -> None:
    def made() -> Figure:
        figure, axes = figures.new()
        axes.plot([0, 3], [2, 1], label="a rate")
        axes.set_xlabel("per 1,000 words")
        figures.title(figure, "A finding as a sentence that is long enough to be wrapped in a figure of eight inches")
        assert figure.get_layout_engine()
        return figure

    once, twice = io.BytesIO(), io.BytesIO()
    how = {"format": kind, "metadata": {"Date": None} if kind == "svg" else {"Software": None}}
    figures._write(made(), once, **how)
    made().savefig(twice, **how)
    assert once.getvalue() == twice.getvalue()
