"""Rates per 1,000 words with their intervals, and comparisons of units.

A unit is what has a rate: the corpus, a document, an outlet, an actor, … A coding is one place where a device was
found. A rate is r = 1000 · Σc / Σw, summed over clusters with c codings in w words. A cluster is a document, because
the words of one document are not independent; for a unit inside a single document, it is a paragraph.

The interval is the percentile interval of the bootstrap of this ratio over clusters (Efron, B. & Tibshirani, R. J.
(1993). An Introduction to the Bootstrap, ch. 13). It is too narrow if there are few clusters. If a device is never
found, every resample is 0, and the upper end is the exact Poisson limit, -ln(.025) / w. One cluster has no interval.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager
from functools import lru_cache
from typing import TYPE_CHECKING, Any, cast

import polars as pl

from rhetoscope import InputError, cache, tables
from rhetoscope.cache import Cache
from rhetoscope.stats.comparison import compare_sums, compare_units, describe_comparison
from rhetoscope.stats.sums import (
    KEYS,
    OF_PAGES,
    CodingTables,
    Part,
    assign_units,
    shrink_sums,
    sum_by_document,
    sum_by_paragraph,
)

if TYPE_CHECKING:
    import numpy as np

    from rhetoscope.codebook import Device

__all__ = [
    "OF_PAGES", "SHARED", "CodingTables", "Part", "assign_units", "bootstrap_interval", "bootstrap_rest",
    "compare_sums", "compare_units", "describe_comparison", "measure_rates", "shrink_sums", "sum_by_document",
    "sum_by_paragraph", "wilson_interval",
]  # fmt: skip

SHARED = ("corpus", "actor", "topic", "outlet", "month")
"""Levels whose units can have more than one document."""

_CELLS = 500_000
"""Maximum of cells in a matrix of draws (resamples × clusters), to limit memory."""
_Z = 1.959963984540054
"""The normal quantile of a 95 % interval."""


def measure_rates(
    corpus: CodingTables,
    devices: list[Device],
    sums: pl.DataFrame | None = None,
    known: Cache | None = None,
    *,
    resamples: int = 2000,
    min_words: int = 200,
    min_count: int = 3,
    seed: int = 0,
) -> Iterator[pl.DataFrame]:
    """Yield the table `rates`, of every device in each unit, a level or some documents at a time.

    Words are those of headings and body; copies of an article (`duplicate_of`) are left out. An actor's words are
    those of the sentences that mention it; its codings are those said about it. A topic's words are those of its
    paragraphs.

    Args:
        corpus: the tables; without `assignments` there are no rates by topic.
        devices: the codebook; a device that is never found has a row with count 0.
        sums: as from `sum_by_document` for the levels `SHARED` and these devices; None to compute them.
        known: the cache; a unit with the same sums as in an earlier run is not resampled again.
        resamples: number of bootstrap resamples; each unit has its own, so other units do not matter.
        min_words: `enough` is false for fewer words.
        min_count: `enough` is false for fewer codings.
        seed: seed of the bootstrap.

    Raises:
        InputError: fewer than one resample.
    """
    if resamples < 1:
        raise InputError(f"bootstrap must be 1 or more resamples, found {resamples}")
    families = {device.name: device.family for device in devices}
    how = {"families": families, "resamples": resamples, "min_words": min_words, "min_count": min_count, "seed": seed}
    sums = sum_by_document(corpus, SHARED, list(families)) if sums is None else sums
    if sums.is_empty():
        return
    # a unit inside one document is resampled by paragraph
    single = sums.filter(pl.len().over("level", "unit") == 1)
    inside = [
        shrink_sums(part).join(single, on=["level", "unit"], how="semi")
        for part in sum_by_paragraph(corpus, SHARED, list(families), single["doc_id"].unique().cast(pl.String))
    ]
    several = sums.join(single, on=["level", "unit"], how="anti").with_columns(paragraph=pl.lit(None, pl.Int64))
    clusters = pl.concat([several, *inside], how="diagonal_relaxed")
    for level in sorted((*SHARED, "document")):
        here = [clusters.filter(pl.col("level") == level)]
        for part in sum_by_paragraph(corpus, [level], list(families)) if level == "document" else here:
            yield _measure_units(part, how, known)


def _measure_units(sums: pl.DataFrame, how: dict[str, Any], known: Cache | None) -> pl.DataFrame:
    """Return the rates of all units in a table of sums; read known ones from the cache, and put new ones into it."""
    by = ["level", "unit"]
    units = sums.sort(KEYS).partition_by(by, maintain_order=True)
    if known is None:
        rates = [_measure_unit(unit, **how) for unit in units]
    else:
        made_by = cache.hash_parts("rates", cache.hash_code("rhetoric"), json.dumps(how))
        keys = [cache.hash_parts(made_by, unit.write_csv()) for unit in units]
        there = known.find_known(keys)
        new = {key: unit for key, unit in zip(keys, units, strict=True) if key not in there}
        known.put({key: {"rates": _measure_unit(unit, **how)} for key, unit in new.items()})
        rates = list(known.iterate_joined(keys, "rates"))
    return pl.concat([tables.make_empty("rates"), *rates]).sort(*by, "family", "device")


def _measure_unit(
    clusters: pl.DataFrame, families: dict[str, str], resamples: int, min_words: int, min_count: int, seed: int
) -> pl.DataFrame:
    """Compute one unit's rows of the table `rates`, one for each device, from the sums of its clusters."""
    counts, words = clusters.select(*families).to_numpy(), clusters["words"].to_numpy()
    low, high = bootstrap_interval(counts, words, resamples, seed)
    total = int(words.sum())
    level, unit = clusters.row(0)[:2]
    found = pl.DataFrame(
        {
            "level": level, "unit": unit, "family": families.values(), "device": families.keys(),
            "count": counts.sum(axis=0), "words": total, "low": low, "high": high,
            "cluster": "document" if clusters["doc_id"].n_unique() > 1 else "paragraph", "clusters": clusters.height,
        }
    )  # fmt: skip
    rate = 1000 * pl.col("count") / total if total else pl.lit(None, pl.Float64)
    enough = (pl.col("count") >= min_count) & (pl.col("words") >= min_words) & (pl.col("clusters") > 1)
    ends = pl.col("low", "high").fill_nan(None).round(3)
    found = found.with_columns(ends, per_1000=rate.round(3), enough=enough)
    return found.select(pl.col(name).cast(kind) for name, kind in tables.make_empty("rates").schema.items())


def bootstrap_interval(
    counts: np.ndarray, words: np.ndarray, resamples: int, seed: int
) -> tuple[np.ndarray, np.ndarray]:
    """Compute the ends of the 95 % interval of each rate per 1,000 words; NaN for a single cluster.

    This works for any ratio of sums over clusters: for a share, give the cases as `counts` and the total as `words`,
    and divide the result by 1,000.

    Args:
        counts: codings, shape (clusters, devices).
        words: words of each cluster.
        resamples: number of bootstrap resamples.
        seed: seed of the draws, which depend only on it, on `resamples` and on the number of clusters.
    """
    low, high = _bound_unseen(counts.sum(axis=0), int(words.sum()), len(words))
    coded = counts.any(axis=0)
    if len(words) > 1 and words.any() and coded.any():
        values = _stack(counts[:, coded], words)
        with _limit_threads():
            drawn = [draws @ values for draws in _draw(len(words), resamples, seed)]
        low[coded], high[coded] = _find_percentiles(drawn)
    return low, high


def bootstrap_rest(
    counts: np.ndarray, words: np.ndarray, units: Iterable[tuple[np.ndarray, ...]], resamples: int, seed: int
) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Yield the intervals of the rates outside each unit, from one bootstrap of all clusters.

    The sums of a resample outside a unit are its sums of all clusters minus its sums of the unit.

    Args:
        counts: codings of all clusters, shape (clusters, devices).
        words: words of each cluster.
        units: for each unit: the rows of its clusters, its codings and its words there.
        resamples: number of bootstrap resamples.
        seed: seed of the draws.

    Yields:
        Lower and upper ends, as from `bootstrap_interval`; NaN if fewer than 2 clusters have words outside the unit.
    """
    import numpy as np

    values, draws = _stack(counts, words), [some.astype(np.uint8) for some in _draw(len(words), resamples, seed)]
    with _limit_threads():
        everything = [some.astype(float) @ values for some in draws]
    for rows, unit_counts, unit_words in units:
        left = words.astype(np.int64)
        left[rows] -= unit_words
        found, clusters = counts.sum(axis=0) - unit_counts.sum(axis=0), int((left > 0).sum())
        low, high = _bound_unseen(found, int(left.sum()), clusters)
        coded = found > 0
        if clusters > 1 and coded.any():
            inside, wanted = _stack(unit_counts, unit_words), np.append(coded, True)
            with _limit_threads():
                taken = [some[:, rows].astype(float) @ inside for some in draws]
            drawn = [(every - some)[:, wanted] for every, some in zip(everything, taken, strict=True)]
            low[coded], high[coded] = _find_percentiles(drawn)
        yield low, high


def wilson_interval(count: pl.Expr, total: pl.Expr) -> dict[str, pl.Expr]:
    """Return `low` and `high` of the 95 % Wilson score interval of a share, 0 to 1, of independent draws.

    Wilson, E. B. (1927). Probable inference, the law of succession, and statistical inference. Journal of the American
    Statistical Association 22, 209-212.

    Args:
        count: draws with the property.
        total: all draws, 1 or more.
    """
    share, extra = count / total, _Z**2 / total
    middle = (share + extra / 2) / (1 + extra)
    half = _Z * (share * (1 - share) / total + extra / (4 * total)).sqrt() / (1 + extra)
    return {"low": (middle - half).clip(0, 1), "high": (middle + half).clip(0, 1)}


def _bound_unseen(found: np.ndarray, words: int, clusters: int) -> tuple[np.ndarray, np.ndarray]:
    """Return for each device the exact interval for 0 codings; NaN for fewer than 2 clusters."""
    import numpy as np

    if clusters < 2 or not words:
        return np.full(len(found), np.nan), np.full(len(found), np.nan)
    return np.zeros(len(found)), np.full(len(found), 1000 * -math.log(0.025) / words)


def _stack(counts: np.ndarray, words: np.ndarray) -> np.ndarray:
    """Join codings and, as the last column, words: whole numbers as floats, so that every sum is exact."""
    import numpy as np

    return np.column_stack([counts, words]).astype(float)


def _find_percentiles(drawn: list[np.ndarray]) -> np.ndarray:
    """Find percentiles 2.5 and 97.5 of each rate, over resamples of codings and, as the last column, words."""
    import numpy as np

    sums = np.concatenate(drawn).T
    words = np.where(sums[-1] > 0, sums[-1], np.nan)  # all clusters of a resample may be without words
    percentiles = np.nanpercentile if np.isnan(words).any() else np.percentile
    return np.asarray(percentiles(1000 * sums[:-1] / words, [2.5, 97.5], axis=1))


def _draw(clusters: int, resamples: int, seed: int) -> Iterator[np.ndarray]:
    """Yield how often each cluster is drawn: matrices of shape (some resamples, clusters)."""
    import numpy as np

    generator = np.random.default_rng(seed)
    step = max(1, _CELLS // clusters)
    for start in range(0, resamples, step):
        size = min(step, resamples - start)
        drawn = generator.integers(clusters, size=(size, clusters))
        drawn += clusters * np.arange(size)[:, None]  # each resample counts in its own row
        yield np.bincount(drawn.ravel(), minlength=size * clusters).reshape(size, clusters).astype(float)


def _limit_threads() -> AbstractContextManager[Any]:
    """Use one thread for matrix products: on a busy machine, several threads take up to 80 times as long."""
    return cast("AbstractContextManager[Any]", _find_libraries().limit(limits=1, user_api="blas"))


@lru_cache(maxsize=1)
def _find_libraries() -> Any:
    from threadpoolctl import ThreadpoolController  # type: ignore[import-untyped]

    return ThreadpoolController()
