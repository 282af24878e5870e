"""Keyness: which devices or words are more frequent in one unit than in the rest of the corpus.

Log-odds ratio with an informative Dirichlet prior (Monroe, B. L., Colaresi, M. P. & Quinn, K. M. (2008). Fightin'
Words. Political Analysis 16, 372-403, eqs. 16, 20, 22). With y of n words in the unit, y' of n' in the rest, and a
prior of A words in which the item has its share of the corpus, a:

    δ = log((y + a) / (n + A - y - a)) - log((y' + a) / (n' + A - y' - a)),  z = δ / √(1 / (y + a) + 1 / (y' + a))

An item is a device or a word. δ is the effect size: 0 is no difference, .69 means that the odds are twice as high. z
assumes that words are independent, but the words of one document are not: with few documents, z is too large. p is
two-sided; q is p corrected for the number of items and units compared (Benjamini & Hochberg 1995).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from rhetoscope.sentences import WORD
from rhetoscope.stats.sums import KEYS, CodingTables, assign_units
from rhetoscope.wording import agree_verb, count_noun

if TYPE_CHECKING:
    import numpy as np

PRIOR = 1000
"""Words of the prior: in a unit with fewer words, the prior has more weight than the unit itself."""
MOST = 5000
"""Maximum of items compared."""
SCHEMA = {
    "level": pl.String, "unit": pl.String, "item": pl.String, "count": pl.Int64, "words": pl.Int64,
    "rest": pl.Int64, "words_rest": pl.Int64, "log_odds": pl.Float64, "z": pl.Float64, "p": pl.Float64, "q": pl.Float64,
}  # fmt: skip


def compare_units(
    level: str,
    what: str,
    corpus: CodingTables,
    sums: pl.DataFrame | None = None,
    *,
    min_words: int = 200,
    min_count: int = 3,
) -> pl.DataFrame:
    """Compare each unit of a level with the rest of the corpus, the clearest differences first.

    Args:
        level: `outlet`, `month`, `actor`, `topic` or `document`.
        what: `devices` or `words` (in lower case); for an actor, in the sentences that mention it.
        corpus: the tables; the level topic needs `assignments`.
        sums: as from `sum_by_document`, with the level `corpus`, so that devices need not be counted again. Not used
            for actors: their sums have only the codings said about them.
        min_words: units with fewer words are left out.
        min_count: items with fewer occurrences in the corpus are left out, and all but the `MOST` most frequent.

    Returns:
        The columns of `SCHEMA`: `count` and `words` in the unit, `rest` and `words_rest` elsewhere, log-odds ratio, z,
        p and q; no rows for fewer than 2 units.
    """
    if sums is not None and what == "devices" and level not in ("actor", "document"):
        return compare_sums(level, sums, min_words=min_words, min_count=min_count)
    return _compare(level, *_count_items(level, what, corpus), min_words, min_count)


def compare_sums(level: str, sums: pl.DataFrame, *, min_words: int = 200, min_count: int = 3) -> pl.DataFrame:
    """Compare devices as `compare_units` does, from sums by document or paragraph for this level and for `corpus`."""
    devices = sums.drop(*KEYS, "words", strict=False).columns
    amounts = sums.group_by("level", "unit").agg(pl.col("words", *devices).cast(pl.Int64).sum())
    units = amounts.filter(pl.col("level") == level).select(pl.col("unit").cast(pl.String), "words", *devices)
    counts = units.unpivot(devices, index="unit", variable_name="item", value_name="count")
    whole = amounts.filter(pl.col("level") == "corpus")
    totals = whole.unpivot(devices, variable_name="item", value_name="all").select("item", "all")
    sizes, words = units.select("unit", "words"), int(whole["words"].sum())
    return _compare(level, sizes, counts, totals, words, min_words, min_count)


def describe_comparison(level: str, compared: pl.DataFrame) -> str:
    """Say in one sentence what the comparison of a level shows."""
    if compared.is_empty():
        return f"There are not two units of the level {level} with enough words to compare."
    sure = compared.filter(pl.col("q") < 0.05)
    tests = count_noun(compared.height, "comparison")
    if sure.is_empty():
        return f"By {level}, none of {tests} is significant after correction (q < .05)."
    top = sure.row(0, named=True)
    more = "more" if top["log_odds"] > 0 else "less"
    return (
        f"By {level}, {sure.height:,} of {tests} {agree_verb(sure.height, 'is', 'are')} significant after correction "
        f"(q < .05); the clearest: {top['item'].replace('_', ' ')} is {more} frequent in {top['unit']} "
        f"(z {top['z']:.1f})."
    )


def compute_log_odds(
    count: np.ndarray, words: int | np.ndarray, rest: np.ndarray, words_rest: int | np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Compute the log-odds ratio δ and the z of each item; both are 0 for an item that is never found.

    Args:
        count: occurrences of each item in the unit.
        words: words of the unit, or of each item's unit.
        rest: occurrences of each item in the rest.
        words_rest: words of the rest, or of each item's rest.
    """
    import numpy as np

    both = count + rest
    found = both > 0
    a = np.where(found, PRIOR * both / np.maximum(1, words + words_rest), 1.0)
    delta = np.log((count + a) / (words + PRIOR - count - a)) - np.log((rest + a) / (words_rest + PRIOR - rest - a))
    z = delta / np.sqrt(1 / (count + a) + 1 / (rest + a))
    return np.where(found, delta, 0.0), np.where(found, z, 0.0)


def _compare(
    level: str,
    sizes: pl.DataFrame,
    counts: pl.DataFrame,
    totals: pl.DataFrame,
    whole: int,
    min_words: int,
    min_count: int,
) -> pl.DataFrame:
    """Compare from `words` by unit, `count` by unit and item, `all` by item, and the words of the corpus (`whole`)."""
    import numpy as np
    from scipy.stats import false_discovery_control, norm

    frequent = totals.filter(pl.col("all") >= min_count).sort("all", "item", descending=[True, False]).head(MOST)
    rest = whole - pl.col("words")
    enough = sizes.filter((pl.col("words") >= min_words) & (rest >= min_words))
    table = (
        enough.sort("unit")
        .join(frequent.sort("item"), how="cross", maintain_order="left_right")
        .join(counts, on=["unit", "item"], how="left", maintain_order="left")
        .with_columns(pl.col("count").fill_null(0).cast(pl.Int64))
        .with_columns(level=pl.lit(level), words_rest=rest, rest=pl.col("all").cast(pl.Int64) - pl.col("count"))
    )
    if sizes.height < 2 or table.is_empty():
        return pl.DataFrame(schema=SCHEMA)
    here, size, elsewhere, others = (table[name].to_numpy() for name in ("count", "words", "rest", "words_rest"))
    delta, z = compute_log_odds(here, size, elsewhere, others)
    p = 2 * norm.sf(np.abs(z))
    table = table.with_columns(log_odds=delta, z=z, p=p, q=false_discovery_control(p))
    rounded = table.with_columns(pl.col("log_odds", "z").round(3), pl.col("p", "q").round(4))
    rounded = rounded.select(pl.col(name).cast(kind) for name, kind in SCHEMA.items())
    return rounded.sort(pl.col("z").abs(), descending=True, maintain_order=True)  # in a tie, by unit and item


def _count_items(level: str, what: str, corpus: CodingTables) -> tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame, int]:
    """Count what `_compare` needs: devices or words in the sentences of each unit, some documents at a time."""
    sizes = pl.DataFrame(schema={"unit": pl.String, "words": pl.Int64})
    counts = pl.DataFrame(schema={"unit": pl.String, "item": pl.String, "count": pl.Int64})
    totals = pl.DataFrame(schema={"item": pl.String, "all": pl.Int64})
    whole = 0
    for part in corpus.parts(text=what == "words"):
        units = assign_units(level, part, corpus.articles)
        if what == "words":
            words = part.sentences.select("sentence_id", item=pl.col("text").str.to_lowercase().str.extract_all(WORD))
            items = words.explode("item").drop_nulls("item")
        else:
            items = part.codings.select("sentence_id", item="device")
        inside = units.select("unit", "sentence_id").join(items, on="sentence_id")
        sizes = _add(sizes, units.group_by("unit").agg(pl.col("words").cast(pl.Int64).sum()))
        counts = _add(counts, inside.group_by("unit", "item").agg(count=pl.len().cast(pl.Int64)))
        totals = _add(totals, items.group_by("item").agg(all=pl.len().cast(pl.Int64)))
        whole += int(part.sentences["words"].sum())
    return sizes, counts, totals, whole


def _add(known: pl.DataFrame, more: pl.DataFrame) -> pl.DataFrame:
    """Join both tables, and sum the last column by the other columns."""
    *by, amount = known.columns
    return pl.concat([known, more]).group_by(by).agg(pl.col(amount).sum())
