"""Rates per 1,000 words with their intervals.

A rate is r = 1000 · Σc / Σw over clusters with c codings in w words. The unit of resampling is the document, since
words of one document are not independent; where a unit lies within one document, the paragraph. The interval
(`bootstrap.interval`) is too narrow for few clusters. Where nothing was found every resample is 0 too, and the upper
end is the exact Poisson one, -ln(.025) / w. One cluster carries no interval.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import polars as pl

from rhetoscope import InputError, tables
from rhetoscope.codebook import Device
from rhetoscope.stats.bootstrap import interval, outside
from rhetoscope.stats.corpus import OF_PAGES, Corpus, Part, of_level
from rhetoscope.stats.sums import by_document, by_paragraph, named, small
from rhetoscope.stats.units import Measure, remembered
from rhetoscope.store import Store

__all__ = [
    "LEVELS", "OF_PAGES", "SHARED", "Corpus", "Part",
    "by_document", "by_paragraph", "interval", "of_level", "outside", "rated", "rates", "small",
]  # fmt: skip

LEVELS = ("corpus", "document", "actor", "topic", "outlet", "month")
SHARED = ("corpus", "actor", "topic", "outlet", "month")
"""Levels whose units hold more than one document."""


def rates(corpus: Corpus, devices: list[Device], **settings: Any) -> pl.DataFrame:
    """The table `rates`, whole; the arguments are those of `rated`."""
    return pl.concat([tables.empty("rates"), *rated(corpus, devices, **settings)])


def rated(
    corpus: Corpus,
    devices: list[Device],
    sums: pl.DataFrame | None = None,
    known: Store | None = None,
    *,
    resamples: int = 2000,
    min_words: int = 200,
    min_count: int = 3,
    seed: int = 0,
) -> Iterator[pl.DataFrame]:
    """The table `rates`, some documents or a level at a time: every device in each unit of each level.

    Words are those of headings and body; copies of an article (`duplicate_of`) are left out.
    An actor's are the words of the sentences that mention it, its codings those
    said of it. A topic's are the words of its paragraphs; outlets and months are there where the pages give them.

    Args:
        corpus: the tables; without `assignments` there are no rates by topic.
        devices: the codebook; a device that was never found has a row with count 0.
        sums: of the levels `SHARED` and these devices, as `by_document` gives them, where they are at hand.
        known: the rates of units of earlier runs; a unit whose sums are there is not resampled again.
        resamples: of the bootstrap.
        min_words: `enough` is false for fewer words.
        min_count: `enough` is false for fewer codings.
        seed: of the bootstrap, drawn anew for each unit: neither the order of rows nor other units matter.

    Raises:
        InputError: fewer than one resample.
    """
    if resamples < 1:
        raise InputError(f"bootstrap must be 1 or more resamples, found {resamples}")
    family = {device.name: device.family for device in devices}
    rates_of = remembered(Measure(family, resamples, min_words, min_count, seed), known)
    sums = by_document(corpus, SHARED, list(family)) if sums is None else sums
    documents = sums.with_columns(pl.lit(None, pl.Int64).alias("paragraph"))
    if documents.is_empty():
        return
    # a unit of one document is resampled by paragraph
    lonely = documents.filter(pl.len().over("level", "unit") == 1)
    alone = lonely.select("level", "unit").unique()
    inside = [
        small(named(part).join(alone, on=["level", "unit"], how="semi"))
        for part in by_paragraph(corpus, SHARED, list(family), lonely["doc_id"].unique().cast(pl.String))
    ]
    units = pl.concat([documents.join(alone, on=["level", "unit"], how="anti"), *inside], how="diagonal_relaxed")
    for level in sorted(LEVELS):
        if level == "document":
            yield from map(rates_of, by_paragraph(corpus, [level], list(family)))
        else:
            yield rates_of(units.filter(pl.col("level") == level))
