"""Show tables and figures in a notebook, for readers and for nbval, which compares the outputs of two runs."""

from __future__ import annotations

import io
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import polars as pl
from polars import selectors as cs

if TYPE_CHECKING:
    from matplotlib.figure import Figure

NOTHING = "–"  # shown for a missing value


def show_table(
    frame: pl.DataFrame,
    labels: Mapping[str, str] | None = None,
    digits: int = 2,
    widths: Mapping[str, str] | None = None,
) -> None:
    """Show a table: text aligned left, numbers aligned right, a dash for a missing value.

    Args:
        frame: the rows to show; lists are joined by commas.
        labels: headings of columns, with units, such as `{"per_1000": "rate (per 1,000 words)"}`; the heading of
            another column is its name, with spaces for underscores.
        digits: decimals of floats.
        widths: CSS widths of columns, such as `{"sentence": "60%"}`.
    """
    from great_tables import GT
    from IPython.display import display

    frame = frame.with_columns(
        cs.by_dtype(pl.List(pl.String)).list.join(", "),
        cs.datetime().dt.strftime("%Y-%m-%d %H:%M"),
        cs.boolean().replace_strict({True: "yes", False: "no"}, return_dtype=pl.String),
    )
    names: dict[str, Any] = {name: (labels or {}).get(name, name.replace("_", " ")) for name in frame.columns}
    table = (
        GT(frame, id="table")
        .cols_label(cases=names)
        .fmt_integer(cs.integer())
        .fmt_number(cs.float(), decimals=digits)
        .fmt_passthrough(cs.string(), escape=True)
        .sub_missing(missing_text=NOTHING)
        .cols_align("left", cs.string())
        .cols_align("right", cs.numeric())
        .tab_options(table_font_size="13px", data_row_padding="3px")
    )
    if widths:
        table = table.cols_width(cases=dict(widths))
    page = f'<div class="mathjax_ignore tex2jax_ignore">{table.as_raw_html()}</div>'  # so that "$" starts no formula
    display({"text/html": page, "text/plain": _as_text(frame.rename(names))}, raw=True)


def show_figure(figure_and_alt: tuple[Figure | None, str]) -> None:
    """Show a figure as PNG, with its alt text for nbval to compare; without a figure, show only the alt text."""
    from IPython.display import display

    figure, alt = figure_and_alt
    if figure is None:
        display({"text/plain": alt}, raw=True)
        return
    buffer = io.BytesIO()
    figure.savefig(buffer, format="png", dpi=110, metadata={"Software": None})
    display({"image/png": buffer.getvalue(), "text/plain": alt}, raw=True, metadata={"image/png": {"alt": alt}})


def _as_text(frame: pl.DataFrame) -> str:
    """Write a table as plain text, for nbval and for readers of the notebook's source."""
    with pl.Config(
        tbl_rows=-1, tbl_cols=-1, tbl_width_chars=160, fmt_str_lengths=1000, float_precision=3,
        tbl_hide_dataframe_shape=True, tbl_hide_column_data_types=True, tbl_formatting="ASCII_MARKDOWN",
    ):  # fmt: skip
        return str(frame)
