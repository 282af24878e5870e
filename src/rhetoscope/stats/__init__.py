"""Rates per 1,000 words with their intervals.

A rate is r = 1000 · Σc / Σw over clusters with c codings in w words. The unit of resampling is the document, since
words of one document are not independent; where a unit lies within one document, the paragraph. The interval is the
percentile interval of the bootstrap of that ratio (Efron, B. & Tibshirani, R. J. (1993). An Introduction to the
Bootstrap, ch. 13); it is too narrow for few clusters. Where nothing was found every resample is 0 too, and the upper
end is the exact Poisson one, -ln(.025) / w. One cluster carries no interval.
"""

from __future__ import annotations

import math

import numpy as np
import polars as pl

from rhetoscope import InputError, tables
from rhetoscope.codebook import Device

LEVELS = ("corpus", "document", "actor", "topic", "outlet", "month")
CHUNK = 8_000_000
"""Cells of a resampling matrix held at once."""


def rates(
    codings: pl.DataFrame,
    mentions: pl.DataFrame,
    sentences: pl.DataFrame,
    articles: pl.DataFrame,
    devices: list[Device],
    assignments: pl.DataFrame | None = None,
    *,
    resamples: int = 2000,
    min_words: int = 200,
    min_count: int = 3,
    seed: int = 0,
) -> pl.DataFrame:
    """The table `rates`: every device in the corpus and in each document, actor, topic, outlet and month.

    Words are those of headings and body; copies of an article (`duplicate_of`) are left out.
    An actor's are the words of the sentences that mention it, its codings those
    said of it. A topic's are the words of its paragraphs; outlets and months are there where the pages give them.

    Args:
        codings: the table `codings`.
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
    words = counted(sentences, articles).select("doc_id", "sentence_id", "paragraph", "words")
    units = pl.concat([of_level(level, words, mentions, articles, assignments) for level in LEVELS])
    clusters = _clusters(units, codings, [device.name for device in devices])
    family = {device.name: device.family for device in devices}
    rows = []
    for (level, unit), part in clusters.group_by("level", "unit", maintain_order=True):
        cluster = "document" if part.get_column("doc_id").n_unique() > 1 else "paragraph"
        keys = ["doc_id"] if cluster == "document" else ["doc_id", "paragraph"]
        summed = part.group_by(keys).agg(pl.col("words", *family).sum()).sort(keys)
        counts, sizes = summed.select(*family).to_numpy(), summed.get_column("words").to_numpy()
        low, high = interval(counts, sizes, resamples, seed)
        for column, device in enumerate(family):
            count, total = int(counts[:, column].sum()), int(sizes.sum())
            rows.append(
                {
                    "level": level,
                    "unit": unit,
                    "family": family[device],
                    "device": device,
                    "count": count,
                    "words": total,
                    "per_1000": round(1000 * count / total, 3) if total else None,
                    "low": _rounded(low[column]),
                    "high": _rounded(high[column]),
                    "enough": total >= min_words and count >= min_count and summed.height > 1,
                    "cluster": cluster,
                    "clusters": summed.height,
                }
            )
    return pl.DataFrame(rows, schema=tables.empty("rates").schema).sort("level", "unit", "family", "device")


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
    generator = np.random.default_rng(seed)
    step = max(1, CHUNK // clusters)
    # how often each cluster is drawn: resamples × clusters
    sizes = (min(step, resamples - done) for done in range(0, resamples, step))
    draws = (generator.multinomial(clusters, np.full(clusters, 1 / clusters), size=size) for size in sizes)
    drawn_rates = np.concatenate([_ratio(drawn, counts, words) for drawn in draws])
    low, high = np.nanpercentile(drawn_rates, [2.5, 97.5], axis=0)
    return low, np.where(counts.sum(axis=0) == 0, 1000 * -math.log(0.025) / total, high)


def _ratio(drawn: np.ndarray, counts: np.ndarray, words: np.ndarray) -> np.ndarray:
    size = (drawn @ words).astype(float)
    size[size == 0] = np.nan  # every cluster drawn was without words
    return np.asarray(1000 * (drawn @ counts) / size[:, None])


def counted(sentences: pl.DataFrame, articles: pl.DataFrame) -> pl.DataFrame:
    """The sentences that count: of headings and body, of articles that are no copy of another."""
    placed = sentences.filter(pl.col("start").is_not_null())
    if "duplicate_of" not in articles.columns:
        return placed
    copies = articles.filter(pl.col("duplicate_of").is_not_null()).get_column("doc_id")
    return placed.filter(~pl.col("doc_id").is_in(copies.implode()))


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
