"""The instrument measured on labelled data: `rhetoscope validate GOLD` prints one table.

Nothing here is part of a stage: the labelled data are not the project's, and no result hangs on them.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
import polars as pl

from rhetoscope import InputError

_RESAMPLES = 2_000


class Row(NamedTuple):
    """One line of the table.

    Attributes:
        set: what was measured on.
        measure: what was measured.
        system: this instrument, or a baseline to compare it with.
        n: how many pages or items.
        value: the mean over them.
        low: lower end of its 95 % interval; None where there is none.
        high: upper end.
    """

    set: str
    measure: str
    system: str
    n: int
    value: float
    low: float | None = None
    high: float | None = None


def mean(of: str, measure: str, system: str, values: Sequence[float]) -> Row:
    """The mean of a value per page with its 95 % bootstrap interval over pages (percentiles, 2,000 resamples)."""
    array = np.asarray(values, float)
    draws = np.random.default_rng(0).integers(0, len(array), (_RESAMPLES, len(array)))
    low, high = np.percentile(array[draws].mean(axis=1), (2.5, 97.5))
    return Row(of, measure, system, len(array), float(array.mean()), float(low), float(high))


def table(gold: Path) -> pl.DataFrame:
    """Everything that can be measured in a folder of labelled data, columns of `Row`.

    Raises:
        InputError: the folder holds none of the sets.
    """
    from rhetoscope.validate import html, metadata, pages, rhetoric

    there = (gold / "pages" / "ground-truth.json").is_file()
    parts = (html, pages, metadata) if there else ()
    rows = [row for part in parts for row in part.rows(gold / "pages")]
    rows += rhetoric.rows(gold)
    if not rows:
        raise InputError(f"{str(gold)!r} holds no labelled data; pages/ground-truth.json is looked for in it")
    return pl.DataFrame(rows, schema=list(Row._fields), orient="row")


def as_text(rows: pl.DataFrame) -> str:
    """The table as text, one line a row."""
    config = pl.Config(tbl_rows=-1, tbl_cols=-1, fmt_str_lengths=90, tbl_width_chars=200, float_precision=3)
    config.set_tbl_hide_dataframe_shape(True).set_tbl_hide_column_data_types(True)
    with config:
        return str(rows)
