"""What each device's codings are worth: the committed table of agreement with human labels, with a tier.

A: measured on labels that trained no coder, F1 of at least .8. B: measured, F1 of at least .6. C: not measured, or
below. A device with several sets has the tier of each; no figure is in-sample for the learned coder. `rhetoscope
validate GOLD --reliability` measures it anew.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import polars as pl

from rhetoscope import codebook

FILE = Path(__file__).with_name("reliability.csv")
GOOD, FAIR = 0.8, 0.6
"""F1 from which a device is of tier A and of tier B."""


@lru_cache(maxsize=1)
def table() -> pl.DataFrame:
    """The committed table, and a row of tier C for each device of the codebook that no labels measure.

    Columns `device`, `set`, `coder` (rules, learned), `how`, `n`, `positive`, `precision`, `recall`, `f1` with its
    95 % interval `low`, `high`, `alpha` (Krippendorff's), `coders_alpha` (of the two coders), `version` of the data,
    `tier` and `date`; null where not measured.
    """
    known = pl.read_csv(FILE, try_parse_dates=True)
    missing = [device.name for device in codebook.load() if device.name not in set(known["device"])]
    rest = pl.DataFrame({"device": missing}).with_columns(coder=pl.lit("rules"), tier=pl.lit("C"))
    return pl.concat([known, rest], how="diagonal")


def measured() -> pl.DataFrame:
    """The rows of the committed table that hold an F1; the codebook is not loaded for them."""
    return pl.read_csv(FILE, try_parse_dates=True).drop_nulls("f1")


def tier(f1: pl.Expr) -> pl.Expr:
    """The tier that goes with a measured F1."""
    return pl.when(f1 >= GOOD).then(pl.lit("A")).when(f1 >= FAIR).then(pl.lit("B")).otherwise(pl.lit("C"))
