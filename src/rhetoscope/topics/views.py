"""Topics seen over time and by outlet and section: counts, shares and their intervals."""

from __future__ import annotations

import polars as pl

from rhetoscope import InputError, tables
from rhetoscope.stats import wilson_interval
from rhetoscope.topics.model import TopicFit

BINS = {"day": "1d", "week": "1w", "month": "1mo", "year": "1y"}
"""Values of the parameter `bins` and what Polars calls them; weeks begin on Monday."""

LEVELS = ("outlet", "section")
"""Columns of `articles` that topics are counted by."""


def over_time(fit: TopicFit, bins: str) -> pl.DataFrame:
    """The table `over_time`: units of each topic in each bin of time, of all dated units in it.

    Every topic has a row in every bin that holds a dated unit, with count 0 where it has none, so that silence
    shows; bins without any dated unit have no row, for nothing is known of them.

    Args:
        fit: a fit; units without a date are left out.
        bins: a key of `BINS`.

    Raises:
        InputError: `bins` is not a key of `BINS`.
    """
    if bins not in BINS:
        raise InputError(f"topics.bins is {bins!r}; known are {', '.join(BINS)}")
    dated = fit.assignments.filter(pl.col("published_at").is_not_null())
    placed = dated.select("topic", start=pl.col("published_at").dt.truncate(BINS[bins]), count=pl.lit(1, pl.Int64))
    return _table("over_time", _counted(placed, fit.topics, ["start"]))


def shares(fit: TopicFit, articles: pl.DataFrame) -> pl.DataFrame:
    """The table `shares`: units of each topic in each outlet and section, of all units in it.

    Args:
        fit: a fit.
        articles: the table `articles`; a unit has the outlet and section of the page it stands on.
    """
    pages = fit.assignments.group_by("doc_id", "topic").agg(count=pl.len().cast(pl.Int64))
    known = pages.join(articles.select("doc_id", *LEVELS), on="doc_id", how="left", validate="m:1")
    parts = [
        known.select("topic", "count", level=pl.lit(level), unit=pl.col(level)).filter(pl.col("unit").is_not_null())
        for level in LEVELS
    ]
    return _table("shares", _counted(pl.concat(parts), fit.topics, ["level", "unit"]))


def _counted(placed: pl.DataFrame, topics: pl.DataFrame, by: list[str]) -> pl.DataFrame:
    """The units of each topic, `count` in each row of `placed`, of all units in each group of the columns `by`."""
    groups = placed.group_by(by).agg(units=pl.col("count").sum())
    counts = placed.group_by("topic", *by).agg(pl.col("count").sum())
    every = groups.join(topics.select("topic"), how="cross").join(counts, on=["topic", *by], how="left")
    return every.with_columns(pl.col("count").fill_null(0)).with_columns(
        share=(pl.col("count") / pl.col("units")).round(4),
        # units are taken as independent; paragraphs of one article are not quite, so the interval is rather too narrow
        **{name: end.round(4) for name, end in wilson_interval(pl.col("count"), pl.col("units")).items()},
    )


def _table(name: str, frame: pl.DataFrame) -> pl.DataFrame:
    table = tables.TABLES[name]
    return frame.select(list(table.schema)).cast(dict(table.schema)).sort(table.key)  # type: ignore[arg-type]
