"""Keyness: what is more frequent in one unit than in the rest, devices or words.

Log-odds ratio with an informative Dirichlet prior (Monroe, B. L., Colaresi, M. P. & Quinn, K. M. (2008). Fightin'
Words. Political Analysis 16, 372-403, eqs. 16, 20, 22). With y of n words in the unit, y' of n' in the rest, and a
prior of A words in which the item has its share of the corpus, a:

    δ = log((y + a) / (n + A - y - a)) - log((y' + a) / (n' + A - y' - a)),  z = δ / √(1 / (y + a) + 1 / (y' + a))

δ is the effect size: 0 no difference, .69 odds twice as high. The z takes words as independent, which those of one
document are not: with few documents it overstates. p is two-sided; q is corrected for the number of items and units
compared (Benjamini & Hochberg 1995).
"""

from __future__ import annotations

import math

import numpy as np
import polars as pl

from rhetoscope import InputError
from rhetoscope.sentences import WORD
from rhetoscope.stats import Table, of_level, parts

PRIOR = 1000
"""Words that the prior weighs as many as: a unit of fewer words is drawn to the corpus more than it speaks itself."""
SCHEMA = {
    "level": pl.String, "unit": pl.String, "item": pl.String, "count": pl.Int64, "words": pl.Int64,
    "rest": pl.Int64, "words_rest": pl.Int64, "log_odds": pl.Float64, "z": pl.Float64, "p": pl.Float64, "q": pl.Float64,
}  # fmt: skip


def log_odds(
    count: np.ndarray, words: int, rest: np.ndarray, words_rest: int, prior: float = PRIOR
) -> tuple[np.ndarray, np.ndarray]:
    """δ and z of each item; 0 for an item that was never found.

    Args:
        count: of each item in the unit.
        words: of the unit.
        rest: of each item in the rest.
        words_rest: of the rest.
        prior: words of the prior, more than 0.

    Raises:
        InputError: the prior is not more than 0.
    """
    if prior <= 0:
        raise InputError(f"the prior must weigh more than 0 words, found {prior}")
    both = count + rest
    found = both > 0
    a = np.where(found, prior * both / max(1, words + words_rest), 1.0)
    delta = np.log((count + a) / (words + prior - count - a)) - np.log((rest + a) / (words_rest + prior - rest - a))
    z = delta / np.sqrt(1 / (count + a) + 1 / (rest + a))
    return np.where(found, delta, 0.0), np.where(found, z, 0.0)


def compare(
    level: str,
    what: str,
    codings: Table,
    sentences: Table,
    mentions: Table,
    articles: pl.DataFrame,
    assignments: pl.DataFrame | None = None,
    *,
    min_words: int = 200,
    min_count: int = 3,
    most: int = 5000,
) -> pl.DataFrame:
    """Each unit of a level against the rest: the columns of `SCHEMA`, the most telling first; no rows for one unit.

    Args:
        level: `outlet`, `month`, `actor`, `topic` or `document`.
        what: is counted: `devices` or `words`, in lower case.
        codings: the table `codings`, or a scan of it, as the next two: they are read some documents at a time.
        sentences: the table `sentences`.
        mentions: the table `mentions`.
        articles: the table `articles`.
        assignments: the table `assignments`; the level topic needs it.
        min_words: units of fewer words are left out.
        min_count: items found fewer times in all are left out.
        most: items compared, the most frequent.
    """
    from scipy.special import erfc
    from statsmodels.stats.multitest import multipletests  # type: ignore[import-untyped]

    sizes, counts, total, whole = _counts(level, what, codings, sentences, mentions, articles, assignments)
    frequent = total.filter(pl.col("all") >= min_count).sort("all", "item", descending=[True, False])
    total = frequent.head(most).sort("item")
    everywhere = total.get_column("all").cast(pl.Int64).to_numpy()
    of_unit = {str(unit): part for (unit,), part in counts.group_by("unit")}
    found = [pl.DataFrame(schema=SCHEMA)]
    for unit, size in sizes.sort("unit").iter_rows():
        if size < min_words or whole - size < min_words or total.is_empty():
            continue
        part = of_unit.get(unit, counts.clear())
        inside = total.join(part, on="item", how="left", maintain_order="left")
        here = inside.get_column("count").fill_null(0).cast(pl.Int64).to_numpy()
        delta, z = log_odds(here, size, everywhere - here, whole - size)
        columns = {
            "count": here,
            "rest": everywhere - here,
            "log_odds": delta,
            "z": z,
            "p": erfc(abs(z) / math.sqrt(2)),
        }
        frame = total.select("item").with_columns(pl.Series(name, values) for name, values in columns.items())
        sized = frame.with_columns(level=pl.lit(level), unit=pl.lit(unit), words=size, words_rest=whole - size, q=None)
        found.append(sized.select(pl.col(name).cast(kind) for name, kind in SCHEMA.items()))
    table = pl.concat(found)
    if sizes.height < 2 or table.is_empty():
        return table.clear()
    corrected = multipletests(table.get_column("p").to_numpy(), method="fdr_bh")[1]
    rounded = table.with_columns(
        pl.col("log_odds", "z").round(3), pl.col("p").round(4), q=pl.Series(corrected).round(4)
    )
    return rounded.sort(pl.col("z").abs(), "unit", "item", descending=[True, False, False])


def _counts(
    level: str,
    what: str,
    codings: Table,
    sentences: Table,
    mentions: Table,
    articles: pl.DataFrame,
    assignments: pl.DataFrame | None,
) -> tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame, int]:
    """Words by `unit`, `count` by `unit` and `item`, `all` by `item`, and the words of the corpus."""
    sizes = pl.DataFrame(schema={"unit": pl.String, "words": pl.Int64})
    counts = pl.DataFrame(schema={"unit": pl.String, "item": pl.String, "count": pl.Int64})
    total = pl.DataFrame(schema={"item": pl.String, "all": pl.Int64})
    whole = 0
    for placed, said, named in parts(sentences, articles, codings, mentions):
        units = of_level(level, placed, named, articles, assignments).select("unit", "sentence_id", "words")
        items = _words(placed) if what == "words" else said.select("sentence_id", item="device")
        inside = units.join(items, on="sentence_id").group_by("unit", "item").agg(count=pl.len().cast(pl.Int64))
        sizes = (
            pl.concat([sizes, units.select("unit", pl.col("words").cast(pl.Int64))])
            .group_by("unit")
            .agg(pl.col("words").sum())
        )
        counts = pl.concat([counts, inside]).group_by("unit", "item").agg(pl.col("count").sum())
        everywhere = items.group_by("item").agg(all=pl.len().cast(pl.Int64))
        total = pl.concat([total, everywhere]).group_by("item").agg(pl.col("all").sum())
        whole += int(placed.get_column("words").sum())
    return sizes, counts, total, whole


def _words(sentences: pl.DataFrame) -> pl.DataFrame:
    """Every word in lower case as an item to compare: `sentence_id`, `item`."""
    found = pl.col("text").str.to_lowercase().str.extract_all(WORD)
    return sentences.select("sentence_id", item=found).explode("item").drop_nulls("item")


def finding(level: str, compared: pl.DataFrame) -> str:
    """What the comparison shows, as a sentence."""
    if compared.is_empty():
        return f"There are not two units of the level {level} with enough words to compare."
    sure = compared.filter(pl.col("q") < 0.05)
    tests = f"{compared.height:,} comparison{'' if compared.height == 1 else 's'}"
    if sure.is_empty():
        return f"By {level}, none of {tests} is significant after correction (q < .05)."
    top = sure.row(0, named=True)
    more = "more" if top["log_odds"] > 0 else "less"
    return (
        f"By {level}, {sure.height:,} of {tests} {'is' if sure.height == 1 else 'are'} significant after correction "
        f"(q < .05); the clearest: {top['item'].replace('_', ' ')} is {more} frequent in {top['unit']} "
        f"(z {top['z']:.1f})."
    )
