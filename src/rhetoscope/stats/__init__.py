"""Rates per 1,000 words with their intervals.

A rate is r = 1000 · Σc / Σw over clusters with c codings in w words. The unit of resampling is the document, since
words of one document are not independent; where a unit lies within one document, the paragraph. The interval
(`bootstrap.interval`) is too narrow for few clusters. Where nothing was found every resample is 0 too, and the upper
end is the exact Poisson one, -ln(.025) / w. One cluster carries no interval.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

import polars as pl

from rhetoscope import InputError, tables
from rhetoscope.codebook import Device
from rhetoscope.stats.bootstrap import interval
from rhetoscope.stats.corpus import Corpus, Part, of_level
from rhetoscope.stats.sums import KEYS, by_document, by_paragraph, named, small

__all__ = [
    "LEVELS", "Corpus", "Part",
    "by_document", "by_paragraph", "interval", "of_level", "rated", "rates", "small",
]  # fmt: skip

LEVELS = ("corpus", "document", "actor", "topic", "outlet", "month")


def rates(corpus: Corpus, devices: list[Device], **settings: Any) -> pl.DataFrame:
    """The table `rates`, whole; the arguments are those of `rated`."""
    return pl.concat([tables.empty("rates"), *rated(corpus, devices, **settings)])


def rated(
    corpus: Corpus,
    devices: list[Device],
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

    def rows_of(units: pl.DataFrame) -> pl.DataFrame:
        rows = _rows(units.sort(KEYS), family, resamples, min_words, min_count, seed)
        frame = pl.DataFrame(list(rows), schema=tables.empty("rates").schema, orient="row")
        return frame.sort("level", "unit", "family", "device")

    shared = [level for level in LEVELS if level != "document"]
    documents = by_document(corpus, shared, list(family)).with_columns(pl.lit(None, pl.Int64).alias("paragraph"))
    if documents.is_empty():
        return
    # a unit of one document is resampled by paragraph
    lonely = documents.filter(pl.len().over("level", "unit") == 1)
    alone = lonely.select("level", "unit").unique()
    inside = [
        small(named(part).join(alone, on=["level", "unit"], how="semi"))
        for part in by_paragraph(corpus, shared, list(family), lonely["doc_id"].unique().cast(pl.String))
    ]
    units = pl.concat([documents.join(alone, on=["level", "unit"], how="anti"), *inside], how="diagonal_relaxed")
    for level in sorted(LEVELS):
        if level == "document":
            yield from map(rows_of, by_paragraph(corpus, [level], list(family)))
        else:
            yield rows_of(units.filter(pl.col("level") == level))


def _rows(
    clusters: pl.DataFrame, family: dict[str, str], resamples: int, min_words: int, min_count: int, seed: int
) -> Iterator[tuple[object, ...]]:
    """The rows of some units, a device each, from their clusters in order."""
    all_counts, all_sizes = clusters.select(*family).to_numpy(), clusters.get_column("words").to_numpy()
    units = clusters.group_by("level", "unit", maintain_order=True).agg(
        pl.len(), pl.col("doc_id").n_unique().alias("n")
    )
    first = 0
    for level, unit, height, documents in units.iter_rows():
        counts, sizes = all_counts[first : first + height], all_sizes[first : first + height]
        first += height
        cluster = "document" if documents > 1 else "paragraph"
        low, high = interval(counts, sizes, resamples, seed)
        found, total = counts.sum(axis=0).tolist(), int(sizes.sum())
        for column, device in enumerate(family):
            count = found[column]
            rate = round(1000 * count / total, 3) if total else None
            enough = total >= min_words and count >= min_count and height > 1
            ends = (_rounded(low[column]), _rounded(high[column]))
            yield (level, unit, family[device], device, count, total, rate, *ends, enough, cluster, height)


def _rounded(value: float) -> float | None:
    return None if math.isnan(value) else round(float(value), 3)
