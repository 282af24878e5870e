"""The tables as CSV for a spreadsheet, in which no cell can run as a formula, with a dictionary of every column."""

from __future__ import annotations

from typing import IO, Any

import polars as pl

from rhetoscope import project, tables
from rhetoscope.tables import TABLES
from rhetoscope.tables.schema import GROUP

LEFT_OUT = ("embeddings", "kept", "sentences", "reliability")
"""Not written as CSV: vectors, texts that stand whole in `articles`, and a table of the stage after this one."""
MADE_HERE = {
    "crossing": {
        "device": "name of the device",
        "actor": "the actor it is said of",
        "topic": "label of the paragraph's topic; empty for none",
        "outlet": "who published it; empty where unknown",
        "month": "of publication; empty where unknown",
        "count": "codings",
        "words": "words of the sentences on the actor, in that topic, outlet and month",
        "per_1000": "codings per 1,000 of these words; empty where there is too little text",
        "low": "lower end of the 95 % interval of the rate",
        "high": "upper end of the 95 % interval of the rate",
        "enough": "false where there is too little text for a rate",
        "sentences": "the sentences' `sentence_id`s",
    },
    "differences": {
        "level": "`outlet`, `month` or `topic`",
        "unit": "which one; a topic's number",
        "name": "the unit for a reader; a topic's label",
        "device": "name of the device",
        "count": "codings in the unit",
        "words": "words of the unit",
        "per_1000": "codings per 1,000 words of the unit",
        "low": "lower end of its 95 % interval",
        "high": "upper end of its 95 % interval",
        "rest": "codings per 1,000 words of the rest of the corpus",
        "rest_low": "lower end of its 95 % interval",
        "rest_high": "upper end of its 95 % interval",
        "log_odds": "log-odds ratio of unit and rest (Monroe et al. 2008)",
        "z": "its z; takes words as independent",
        "q": "its two-sided p, corrected for all comparisons of the level (Benjamini & Hochberg 1995)",
        "apart": "true where the two intervals have no point in common and q < .05",
    },
}
"""Tables that this stage makes, with what each column holds; they have a Parquet file beside the CSV."""
_FORMULA = r"^[\s\x00-\x1f]*[=+\-@]"


def write(**made: pl.DataFrame) -> list[str]:
    """Writes `data/findings/tables/<name>.csv` for the tables of all stages and those made here; returns the names.

    Lists are joined by "; ". `dictionary.csv` says what each column holds and where the same table stands as Parquet.
    """
    folder = project.root() / "data" / "findings" / "tables"
    frames = {name: tables.scan(name) for name in TABLES if name not in LEFT_OUT}
    frames |= {name: frame.lazy() for name, frame in made.items()} | {"dictionary": dictionary(made).lazy()}
    for name, scan in frames.items():
        with tables.whole(folder / f"{name}.csv") as temporary, temporary.open("wb") as file:
            write_csv(scan, file, TABLES[name].group if name in TABLES else GROUP)
    for name, frame in made.items():
        frame.write_parquet(folder / f"{name}.parquet", compression="zstd")
    return sorted(frames)


def write_csv(frame: pl.LazyFrame, file: IO[bytes], rows: int = GROUP) -> None:
    """Writes a frame as CSV, the headings first: so many rows are read at a time, and a quarter of them written."""
    how: dict[str, Any] = {"quote_style": "non_numeric", "datetime_format": "%Y-%m-%d %H:%M"}
    safe(frame.head(0).collect()).write_csv(file, **how)
    for part in tables.slices(frame, rows):
        for some in part.iter_slices(max(1, rows // 4)):
            safe(some).write_csv(file, include_header=False, **how)


def dictionary(made: dict[str, pl.DataFrame]) -> pl.DataFrame:
    """What each column of each table holds: `table`, `column`, `type`, `may_be_empty`, `holds`, `parquet`.

    Args:
        made: the tables of this stage by name, each described in `MADE_HERE`.
    """
    rows = [
        (name, column, _kind(spec.dtype), spec.nullable, spec.description, f"data/{t.stage}/{name}.parquet")
        for name, t in TABLES.items()
        if name not in LEFT_OUT
        for column, spec in t.columns.items()
    ]
    rows += [
        (name, column, _kind(dtype), bool(frame[column].null_count()), MADE_HERE[name][column],
         f"data/findings/tables/{name}.parquet")
        for name, frame in sorted(made.items())
        for column, dtype in frame.schema.items()
    ]  # fmt: skip
    return pl.DataFrame(rows, schema=["table", "column", "type", "may_be_empty", "holds", "parquet"], orient="row")


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


def _kind(dtype: pl.DataType) -> str:
    """A column's type as a spreadsheet has it."""
    if dtype == pl.Boolean:
        return "true or false"
    if dtype.is_numeric():
        return "number" if dtype.is_float() else "whole number"
    return "date and time" if dtype.is_temporal() else "text, several joined by ;" if dtype == pl.List else "text"
