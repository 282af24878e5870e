"""The tables as CSV for a spreadsheet, in which no cell can run as a formula."""

from __future__ import annotations

import polars as pl

from rhetoscope import project, tables
from rhetoscope.tables import TABLES

LEFT_OUT = ("embeddings", "kept", "sentences")
"""Not written as CSV: vectors, and texts that stand whole in `articles`."""
_FORMULA = r"^[\s\x00-\x1f]*[=+\-@]"


def write(**more: pl.DataFrame) -> list[str]:
    """Writes `data/findings/tables/<name>.csv` for the tables of all stages and for those given; returns the names.

    Columns are those of the Parquet tables (`data/README.md`); lists are joined by "; ".
    """
    frames = {name: tables.read(name) for name in TABLES if name not in LEFT_OUT} | more
    for name, frame in frames.items():
        text = safe(frame).write_csv(quote_style="non_numeric", datetime_format="%Y-%m-%d %H:%M")
        tables.write_text(project.root() / "data" / "findings" / "tables" / f"{name}.csv", text)
    return sorted(frames)


def safe(frame: pl.DataFrame) -> pl.DataFrame:
    """The frame with lists as text, and an apostrophe before every text that a spreadsheet would run as a formula.

    A spreadsheet takes a cell that starts with `=`, `+`, `-` or `@`, also after white space, for a formula, and one
    that starts with an apostrophe for text.
    """
    lists = [
        pl.col(name).cast(pl.List(pl.String)).list.join("; ") for name, kind in frame.schema.items() if kind == pl.List
    ]
    flat = frame.with_columns(lists)
    texts = pl.col(pl.String)
    return flat.with_columns(pl.when(texts.str.contains(_FORMULA)).then("'" + texts).otherwise(texts).name.keep())
