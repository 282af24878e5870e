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
from typing import TYPE_CHECKING, NamedTuple

import polars as pl

from rhetoscope import InputError
from rhetoscope.sentences import WORD
from rhetoscope.stats.corpus import Corpus, of_level

if TYPE_CHECKING:
    import numpy as np

PRIOR = 1000
"""Words that the prior weighs as many as: a unit of fewer words is drawn to the corpus more than it speaks itself."""
HELD = 1_000_000
"""Counts of some documents' items that are held before they are added up."""
SCHEMA = {
    "level": pl.String, "unit": pl.String, "item": pl.String, "count": pl.Int64, "words": pl.Int64,
    "rest": pl.Int64, "words_rest": pl.Int64, "log_odds": pl.Float64, "z": pl.Float64, "p": pl.Float64, "q": pl.Float64,
}  # fmt: skip


def log_odds(
    count: np.ndarray, words: int | np.ndarray, rest: np.ndarray, words_rest: int | np.ndarray, prior: float = PRIOR
) -> tuple[np.ndarray, np.ndarray]:
    """δ and z of each item; 0 for an item that was never found.

    Args:
        count: of each item in the unit.
        words: of the unit, or of each item's unit.
        rest: of each item in the rest.
        words_rest: of the rest, likewise.
        prior: words of the prior, more than 0.

    Raises:
        InputError: the prior is not more than 0.
    """
    import numpy as np

    if prior <= 0:
        raise InputError(f"the prior must weigh more than 0 words, found {prior}")
    both = count + rest
    found = both > 0
    a = np.where(found, prior * both / np.maximum(1, words + words_rest), 1.0)
    delta = np.log((count + a) / (words + prior - count - a)) - np.log((rest + a) / (words_rest + prior - rest - a))
    z = delta / np.sqrt(1 / (count + a) + 1 / (rest + a))
    return np.where(found, delta, 0.0), np.where(found, z, 0.0)


class Counted(NamedTuple):
    """What is compared.

    Attributes:
        sizes: words by `unit`.
        counts: `count` by `unit` and `item`, where there is one.
        total: `all` by `item`, in the whole corpus.
        whole: words of the corpus.
    """

    sizes: pl.DataFrame
    counts: pl.DataFrame
    total: pl.DataFrame
    whole: int


def compare(
    level: str,
    what: str,
    corpus: Corpus,
    sums: pl.DataFrame | None = None,
    *,
    min_words: int = 200,
    min_count: int = 3,
    most: int = 5000,
) -> pl.DataFrame:
    """Each unit of a level against the rest: the columns of `SCHEMA`, the most telling first; no rows for one unit.

    Args:
        level: `outlet`, `month`, `actor`, `topic` or `document`.
        what: is counted: `devices` or `words`, in lower case.
        corpus: the tables; the level topic needs `assignments`.
        sums: as `stats.by_document` gives them, with the level `corpus`, where they are at hand. Devices are taken
            from them where they hold the level too; but an actor's, which there are only those said of it.
        min_words: units of fewer words are left out.
        min_count: items found fewer times in all are left out.
        most: items compared, the most frequent.
    """
    if sums is None or what != "devices" or level in ("actor", "document"):
        counted = count(level, what, corpus)
    else:
        counted = of_sums(level, sums)
    return weighed(level, counted, min_words=min_words, min_count=min_count, most=most)


def weighed(
    level: str, counted: Counted, *, min_words: int = 200, min_count: int = 3, most: int = 5000
) -> pl.DataFrame:
    """As `compare`, of what is counted already."""
    sizes, counts, total, whole = counted
    frequent = total.filter(pl.col("all") >= min_count).sort("all", "item", descending=[True, False])
    words, rest = pl.col("words"), whole - pl.col("words")
    enough = sizes.filter((words >= min_words) & (rest >= min_words)).select("unit", words.cast(pl.Int64))
    table = (
        enough.sort("unit")
        .join(frequent.head(most).sort("item"), how="cross", maintain_order="left_right")
        .join(counts, on=["unit", "item"], how="left", maintain_order="left")
        .with_columns(pl.col("count").fill_null(0).cast(pl.Int64))
        .with_columns(level=pl.lit(level), words_rest=rest, rest=pl.col("all").cast(pl.Int64) - pl.col("count"))
    )
    here, size, elsewhere, others = (table[name].to_numpy() for name in ("count", "words", "rest", "words_rest"))
    delta, z = log_odds(here, size, elsewhere, others)
    p = [math.erfc(part) for part in (abs(z) / math.sqrt(2)).tolist()]
    table = table.with_columns(log_odds=pl.Series(delta), z=pl.Series(z), p=pl.Series(p), q=None).select(
        pl.col(name).cast(kind) for name, kind in SCHEMA.items()
    )
    if sizes.height < 2 or table.is_empty():
        return table.clear()
    q = pl.Series(corrected(table.get_column("p").to_numpy()))
    rounded = table.with_columns(pl.col("log_odds", "z").round(3), pl.col("p").round(4), q=q.round(4))
    return rounded.sort(pl.col("z").abs(), descending=True, maintain_order=True)  # of equal ones by unit and item


def corrected(p: np.ndarray) -> np.ndarray:
    """The smallest rate of false discoveries at which each of these p is one (Benjamini & Hochberg 1995).

    SciPy has it in `scipy.stats`, which takes as long to import as all the comparisons of a corpus take.
    """
    import numpy as np

    order = np.argsort(-p, kind="stable")
    q = np.empty(len(p))
    q[order] = np.minimum.accumulate(p[order] * len(p) / np.arange(len(p), 0, -1))
    return np.minimum(q, 1)


def count(level: str, what: str, corpus: Corpus) -> Counted:
    """What `compare` compares, counted some documents at a time; of an actor, in the sentences that mention it."""
    sizes = [pl.DataFrame(schema={"unit": pl.Categorical, "words": pl.Int64})]
    counts = [pl.DataFrame(schema={"unit": pl.Categorical, "item": pl.Categorical, "count": pl.Int64})]
    total = [pl.DataFrame(schema={"item": pl.Categorical, "all": pl.Int64})]
    whole = 0
    for part in corpus.parts(text=what == "words"):
        units = of_level(level, part, corpus.articles).select(
            pl.col("unit").cast(pl.Categorical), "sentence_id", "words"
        )
        found = _words(part.sentences) if what == "words" else _devices(part.codings)
        found = found.with_columns(pl.col("item").cast(pl.List(pl.Categorical)))  # numbers are joined and counted
        inside = units.join(found, on="sentence_id").select("unit", "item").explode("item").drop_nulls("item")
        items = found.select(pl.col("item").explode()).drop_nulls("item")
        sizes.append(units.group_by("unit").agg(pl.col("words").cast(pl.Int64).sum()))
        counts.append(inside.group_by("unit", "item").agg(count=pl.len().cast(pl.Int64)))
        total.append(items.group_by("item").agg(all=pl.len().cast(pl.Int64)))
        whole += int(part.sentences.get_column("words").sum())
        if sum(table.height for table in counts) > HELD:
            sizes, counts, total = ([_added(tables)] for tables in (sizes, counts, total))
    names = pl.col(pl.Categorical).cast(pl.String)
    by_unit, by_item, in_all = (_added(tables).with_columns(names) for tables in (sizes, counts, total))
    return Counted(by_unit, by_item, in_all, whole)


def _added(tables: list[pl.DataFrame]) -> pl.DataFrame:
    """Their rows added up: their last column, by the others."""
    *by, amount = tables[0].columns
    return pl.concat(tables).group_by(by).agg(pl.col(amount).sum())


def of_sums(level: str, sums: pl.DataFrame) -> Counted:
    """The same for devices, from sums by document that hold the level and the level `corpus` (`stats.by_document`)."""
    devices = sums.drop("level", "unit", "doc_id", "paragraph", "words", "sentences", strict=False).columns
    amounts = sums.group_by("level", "unit").agg(pl.col("words", *devices).cast(pl.Int64).sum())
    units = amounts.filter(pl.col("level") == level).select(pl.col("unit").cast(pl.String), "words", *devices)
    counts = units.drop("words").unpivot(devices, index="unit", variable_name="item", value_name="count")
    everything = amounts.filter(pl.col("level") == "corpus")
    total = everything.unpivot(devices, variable_name="item", value_name="all")
    sizes = units.select("unit", "words")
    return Counted(sizes, counts, total.select("item", "all"), int(everything["words"].sum()))


def _words(sentences: pl.DataFrame) -> pl.DataFrame:
    """Every word in lower case as an item to compare: `sentence_id`, and `item`, a list."""
    return sentences.select("sentence_id", item=pl.col("text").str.to_lowercase().str.extract_all(WORD))


def _devices(codings: pl.DataFrame) -> pl.DataFrame:
    """The device of every coding likewise."""
    return codings.group_by("sentence_id").agg(item="device")


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
