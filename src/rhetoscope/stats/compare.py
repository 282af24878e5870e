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
from rhetoscope.stats import counted, of_level

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
    items: pl.DataFrame,
    sentences: pl.DataFrame,
    mentions: pl.DataFrame,
    articles: pl.DataFrame,
    assignments: pl.DataFrame | None = None,
    *,
    min_words: int = 200,
    min_count: int = 3,
) -> pl.DataFrame:
    """Each unit of a level against the rest: the columns of `SCHEMA`, the most telling first; no rows for one unit.

    Args:
        level: `outlet`, `month`, `actor`, `topic` or `document`.
        items: what is counted, one row an occurrence: `sentence_id`, `item`. See `devices` and `words`.
        sentences: the table `sentences`.
        mentions: the table `mentions`.
        articles: the table `articles`.
        assignments: the table `assignments`; the level topic needs it.
        min_words: units of fewer words are left out.
        min_count: items found fewer times in all are left out.
    """
    from statsmodels.stats.multitest import multipletests  # type: ignore[import-untyped]

    places = counted(sentences, articles).select("doc_id", "sentence_id", "paragraph", "words")
    units = of_level(level, places, mentions, articles, assignments)
    sizes = {unit: int(n) for unit, n in units.group_by("unit").agg(pl.col("words").sum()).sort("unit").iter_rows()}
    found = items.join(places.select("sentence_id"), on="sentence_id", how="semi")
    total = found.group_by("item").len("all").filter(pl.col("all") >= min_count).sort("item")
    whole = int(places.get_column("words").sum() or 0)
    rows: list[tuple[object, ...]] = []
    for unit, size in sizes.items():
        if size < min_words or whole - size < min_words:
            continue
        inside = found.join(units.filter(pl.col("unit") == unit).select("sentence_id"), on="sentence_id", how="semi")
        counts = total.join(inside.group_by("item").len("count"), on="item", how="left", maintain_order="left")
        here = counts.get_column("count").fill_null(0).cast(pl.Int64).to_numpy()
        rest = counts.get_column("all").cast(pl.Int64).to_numpy() - here
        delta, z = log_odds(here, size, rest, whole - size)
        for item, *values in zip(total.get_column("item"), here, rest, delta, z, strict=True):
            n, other, effect, score = values
            p = math.erfc(abs(score) / math.sqrt(2))
            row = (int(n), size, int(other), whole - size, round(float(effect), 3), round(float(score), 3), round(p, 4))
            rows.append((level, unit, item, *row, p))
    if len(sizes) < 2 or not rows:
        return pl.DataFrame(schema=SCHEMA)
    corrected = multipletests([row[-1] for row in rows], method="fdr_bh")[1]
    table = [(*row[:-1], round(float(q), 4)) for row, q in zip(rows, corrected, strict=True)]
    frame = pl.DataFrame(table, schema=SCHEMA, orient="row")
    return frame.sort(pl.col("z").abs(), "unit", "item", descending=[True, False, False])


def devices(codings: pl.DataFrame) -> pl.DataFrame:
    """The codings as items to compare: `sentence_id`, `item`."""
    return codings.select("sentence_id", item="device")


def words(sentences: pl.DataFrame) -> pl.DataFrame:
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
