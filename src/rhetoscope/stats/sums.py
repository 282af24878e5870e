"""Words and codings of each unit by what is resampled: the sums that rates, intervals and comparisons are made of."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import polars as pl
from polars import selectors as cs

from rhetoscope.stats.corpus import Corpus, Part, of_level

KEYS = ("level", "unit", "doc_id", "paragraph")


def by_paragraph(
    corpus: Corpus, levels: Sequence[str], devices: Sequence[str], among: pl.Series | None = None
) -> Iterator[pl.DataFrame]:
    """Some documents at a time, the sums of each unit by paragraph.

    Args:
        corpus: the tables.
        levels: `corpus`, `document`, `actor`, `topic`, `outlet`, `month`.
        devices: which are counted; of an actor, the codings said of it.
        among: only these documents; None for all.

    Yields:
        `level`, `unit`, `doc_id`, `paragraph`, by which they are sorted, `words`, `sentences` and a column a device.
    """
    for part in corpus.parts(among):
        units = pl.concat([of_level(level, part, corpus.articles) for level in levels])
        yield _summed(units, part, list(devices))


def by_document(corpus: Corpus, levels: Sequence[str], devices: Sequence[str]) -> pl.DataFrame:
    """The sums of each unit by document, in one pass: the columns of `by_paragraph` but `paragraph`.

    Whole numbers take the fewest bytes that hold them: the table grows with documents times units they belong to.
    """
    keys = [key for key in KEYS if key != "paragraph"]
    empty = pl.DataFrame(
        schema=dict.fromkeys(keys, pl.String) | dict.fromkeys(("words", "sentences", *devices), pl.Int8)
    )
    parts = [
        small(part.group_by(keys, maintain_order=True).agg(pl.col("words", "sentences", *devices).sum()))
        for part in by_paragraph(corpus, levels, devices)
    ]
    return pl.concat([empty, *parts], how="vertical_relaxed")


def small(frame: pl.DataFrame) -> pl.DataFrame:
    """The frame with whole numbers in the fewest bytes that hold them."""
    return frame.with_columns(column.shrink_dtype() for column in frame.select(cs.integer()))


def _summed(units: pl.DataFrame, part: Part, devices: list[str]) -> pl.DataFrame:
    everywhere = part.codings.group_by("sentence_id", "device").len("count")
    is_actor = pl.col("level") == "actor"
    found = [units.filter(~is_actor).join(everywhere, on="sentence_id")]
    if "actors" in part.codings.columns:
        each = part.codings.select("sentence_id", "device", unit="actors").explode("unit").drop_nulls("unit")
        of_actor = each.group_by("sentence_id", "device", "unit").len("count")
        said = units.filter(is_actor).join(of_actor, on=["sentence_id", "unit"])
        found.append(said.select(*units.columns, "device", "count"))
    counts = pl.concat(found).pivot(
        "device", index=list(KEYS), on_columns=devices, values="count", aggregate_function="sum"
    )  # fmt: skip
    sizes = units.group_by(KEYS).agg(pl.col("words").sum(), sentences=pl.len())
    return (
        sizes.join(counts, on=list(KEYS), how="left")
        .with_columns(pl.col("words", "sentences", *devices).cast(pl.Int64).fill_null(0))
        .sort(KEYS)
    )
