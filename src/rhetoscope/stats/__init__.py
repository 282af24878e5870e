"""Rates per 1,000 words with their intervals.

A rate is r = 1000 · Σc / Σw over clusters with c codings in w words. The unit of resampling is the document, since
words of one document are not independent; where a unit lies within one document, the paragraph. The interval is the
percentile interval of the bootstrap of that ratio (Efron, B. & Tibshirani, R. J. (1993). An Introduction to the
Bootstrap, ch. 13); it is too narrow for few clusters. Where nothing was found every resample is 0 too, and the upper
end is the exact Poisson one, -ln(.025) / w. One cluster carries no interval.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from typing import Any

import numpy as np
import polars as pl

from rhetoscope import InputError, tables
from rhetoscope.codebook import Device

LEVELS = ("corpus", "document", "actor", "topic", "outlet", "month")
CHUNK = 4_000_000
"""Cells of a resampling matrix held at once."""
_REMEMBERED = 200_000
"""Cells of a resampling matrix that is remembered."""
Table = pl.DataFrame | pl.LazyFrame
"""A table, or a scan of it."""


def rates(*corpus: Any, **settings: Any) -> pl.DataFrame:
    """The table `rates`, whole; the arguments are those of `rated`."""
    return pl.concat([tables.empty("rates"), *rated(*corpus, **settings)])


def rated(
    codings: Table,
    mentions: Table,
    sentences: Table,
    articles: pl.DataFrame,
    devices: list[Device],
    assignments: pl.DataFrame | None = None,
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
        codings: the table `codings`, or a scan of it, as the next two: they are read some documents at a time.
        mentions: the table `mentions`.
        sentences: the table `sentences`.
        articles: the table `articles`.
        devices: the codebook; a device that was never found has a row with count 0.
        assignments: the table `assignments`, or None for no rates by topic.
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

    def clusters(levels: Sequence[str], among: pl.Series | None = None) -> Iterator[pl.DataFrame]:
        for words, said, named in parts(sentences, articles, codings, mentions, among=among):
            units = pl.concat([of_level(level, words, named, articles, assignments) for level in levels])
            yield _clusters(units, said, list(family))

    def rows_of(units: pl.DataFrame) -> pl.DataFrame:
        rows = _rows(units.sort("level", "unit", "doc_id", "paragraph"), family, resamples, min_words, min_count, seed)
        frame = pl.DataFrame(list(rows), schema=tables.empty("rates").schema, orient="row")
        return frame.sort("level", "unit", "family", "device")

    shared = [level for level in LEVELS if level != "document"]
    by_document = [pl.DataFrame()]
    for part in clusters(shared):
        summed = part.group_by("level", "unit", "doc_id").agg(pl.col("words", *family).sum())
        by_document.append(summed.with_columns(pl.lit(None, pl.Int64).alias("paragraph")))
    documents = pl.concat(by_document, how="diagonal")
    if documents.is_empty():
        return
    # a unit of one document is resampled by paragraph
    lonely = documents.filter(pl.len().over("level", "unit") == 1)
    alone = lonely.select("level", "unit").unique()
    inside = [
        part.join(alone, on=["level", "unit"], how="semi") for part in clusters(shared, lonely["doc_id"].unique())
    ]
    units = pl.concat([documents.join(alone, on=["level", "unit"], how="anti"), *inside], how="diagonal_relaxed")
    for level in sorted(LEVELS):
        if level == "document":
            yield from map(rows_of, clusters([level]))
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


def interval(counts: np.ndarray, words: np.ndarray, resamples: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Lower and upper end of the 95 % interval of each rate per 1,000 words; NaN where one cluster carries none.

    Args:
        counts: codings, clusters × devices.
        words: words of each cluster.
        resamples: bootstrap resamples.
        seed: of the draw.
    """
    clusters, devices = counts.shape
    total = int(words.sum())
    if clusters < 2 or total == 0:
        return np.full(devices, np.nan), np.full(devices, np.nan)
    drawn_rates = np.concatenate([_ratio(drawn, counts, words) for drawn in _draws(clusters, resamples, seed)])
    percentile = np.nanpercentile if np.isnan(drawn_rates).any() else np.percentile  # the same, ten times as fast
    low, high = percentile(drawn_rates, [2.5, 97.5], axis=0)
    return low, np.where(counts.sum(axis=0) == 0, 1000 * -math.log(0.025) / total, high)


def _draws(clusters: int, resamples: int, seed: int) -> Iterable[np.ndarray]:
    """How often each cluster is drawn: matrices of resamples × clusters."""
    return _few(clusters, resamples, seed) if clusters * resamples <= _REMEMBERED else _many(clusters, resamples, seed)


@lru_cache(maxsize=64)
def _few(clusters: int, resamples: int, seed: int) -> list[np.ndarray]:
    """The same for every unit of so many clusters: most documents have some twenty paragraphs."""
    return list(_many(clusters, resamples, seed))


def _many(clusters: int, resamples: int, seed: int) -> Iterator[np.ndarray]:
    generator = np.random.default_rng(seed)
    step = max(1, CHUNK // clusters)
    for done in range(0, resamples, step):
        size = min(step, resamples - done)
        yield generator.multinomial(clusters, np.full(clusters, 1 / clusters), size=size).astype(np.float32)


def _ratio(drawn: np.ndarray, counts: np.ndarray, words: np.ndarray) -> np.ndarray:
    size = drawn.astype(np.float64) @ words.astype(np.float64)
    size[size == 0] = np.nan  # every cluster drawn was without words
    return np.asarray(1000 * (drawn.astype(np.float64) @ counts.astype(np.float64)) / size[:, None])


def counted(sentences: pl.DataFrame, articles: pl.DataFrame) -> pl.DataFrame:
    """The sentences that count: of headings and body, of articles that are no copy of another."""
    return pl.concat([sentences.clear(), *(placed for (placed,) in parts(sentences, articles))])


def parts(
    sentences: Table, articles: pl.DataFrame, *others: Table, among: pl.Series | None = None
) -> Iterator[tuple[pl.DataFrame, ...]]:
    """The sentences that count, some documents at a time: of headings and body, of articles that are no copy.

    Args:
        sentences: the table `sentences`; of it come `doc_id`, `sentence_id`, `paragraph`, `words`.
        articles: columns `doc_id` and, where copies are known, `duplicate_of`.
        *others: tables of which the same documents are wanted beside them.
        among: only these documents; None for all.
    """
    once = articles.lazy()
    if "duplicate_of" in articles.columns:
        once = once.filter(pl.col("duplicate_of").is_null())
    names = once.select("doc_id").collect()
    names = names if among is None else names.filter(pl.col("doc_id").is_in(among.implode()))
    for (some,) in tables.in_parts(names.sort("doc_id")):
        here = pl.col("doc_id").is_between(pl.lit(some["doc_id"][0]), pl.lit(some["doc_id"][-1]))
        found = (
            t.lazy().filter(here).join(some.lazy(), on="doc_id", how="semi").collect() for t in (sentences, *others)
        )
        placed, *rest = found
        yield placed.filter(pl.col("start").is_not_null()), *rest


def of_level(
    level: str,
    words: pl.DataFrame,
    mentions: pl.DataFrame,
    articles: pl.DataFrame,
    assignments: pl.DataFrame | None,
) -> pl.DataFrame:
    """The sentences of each unit of a level: `level`, `unit`, `doc_id`, `sentence_id`, `paragraph`, `words`."""
    if level == "corpus":
        found = words.with_columns(unit=pl.lit("all"))
    elif level == "document":
        found = words.with_columns(unit=pl.col("doc_id"))
    elif level == "actor":
        named = mentions.select("sentence_id", unit="actor").unique()
        found = words.join(named, on="sentence_id")
    elif level == "topic":
        unit_id = pl.format("{}-p{}", "doc_id", pl.col("paragraph").cast(pl.String).str.zfill(4))
        topics = (assignments if assignments is not None else tables.empty("assignments")).filter(pl.col("topic") >= 0)
        numbers = topics.select("unit_id", unit=pl.col("topic").cast(pl.String))
        found = words.with_columns(unit_id=unit_id).join(numbers, on="unit_id")
    else:
        unit = pl.col("outlet") if level == "outlet" else pl.col("published_at").dt.strftime("%Y-%m")
        found = words.join(articles.select("doc_id", unit=unit).drop_nulls(), on="doc_id")
    return found.select(pl.lit(level).alias("level"), "unit", "doc_id", "sentence_id", "paragraph", "words")


def _clusters(units: pl.DataFrame, codings: pl.DataFrame, devices: list[str]) -> pl.DataFrame:
    """Words and codings of each unit by paragraph: the columns of `of_level` without sentences, and one a device."""
    said = codings.select("sentence_id", "device", "actors")
    everywhere = said.group_by("sentence_id", "device").len("count")
    actors = said.explode("actors").drop_nulls("actors").rename({"actors": "unit"})
    of_actor = actors.group_by("sentence_id", "device", "unit").len("count")
    is_actor = pl.col("level") == "actor"
    found = pl.concat(
        [
            units.filter(~is_actor).join(everywhere, on="sentence_id"),
            units.filter(is_actor).join(of_actor, on=["sentence_id", "unit"]).select(*units.columns, "device", "count"),
        ]
    )
    keys = ["level", "unit", "doc_id", "paragraph"]
    counts = found.group_by(keys).agg(
        pl.col("count").filter(pl.col("device") == device).sum().cast(pl.Int64).alias(device) for device in devices
    )
    sizes = units.group_by(keys).agg(pl.col("words").sum())
    return sizes.join(counts, on=keys, how="left").with_columns(pl.col(devices).fill_null(0)).sort(keys)


def _rounded(value: float) -> float | None:
    return None if math.isnan(value) else round(float(value), 3)
