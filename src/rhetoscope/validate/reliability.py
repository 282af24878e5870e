"""Measures the codebook's reliability anew."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import polars as pl

from rhetoscope.codebook.reliability import FILE, tier
from rhetoscope.validate import rhetoric


def write(folder: Path) -> None:
    """Measures on the labelled sets of a folder and writes the codebook's table, with today's date."""
    rhetoric.measured(folder).with_columns(tier=tier(pl.col("f1")), date=pl.lit(date.today())).write_csv(FILE)
