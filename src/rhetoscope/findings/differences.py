"""What sets an outlet, a month or a topic apart: each device's rate there and in the rest of the corpus."""

from __future__ import annotations

from typing import Any

import polars as pl

from rhetoscope import stats
from rhetoscope.figures import dated, plain, rate
from rhetoscope.findings.corpus import COMPARED, Corpus
from rhetoscope.stats import compare
from rhetoscope.wording import agree_verb, count_noun, join_words

MIN_COUNT = 3
"""Codings in the whole corpus below which a device is not compared."""
RESAMPLES = 1000
"""Resamples of the bootstrap behind the intervals of the rest."""
SCHEMA = {
    "level": pl.String, "unit": pl.String, "name": pl.String, "device": pl.String, "count": pl.Int64, "words": pl.Int64,
    "per_1000": pl.Float64, "low": pl.Float64, "high": pl.Float64, "rest": pl.Float64, "rest_low": pl.Float64,
    "rest_high": pl.Float64, "log_odds": pl.Float64, "z": pl.Float64, "q": pl.Float64, "apart": pl.Boolean,
}  # fmt: skip


def compare_all(corpus: Corpus, min_words: int) -> dict[str, pl.DataFrame]:
    """Every device in each outlet, month and topic, compared with the rest of the corpus.

    A difference is `apart` where the 95 % intervals of unit and rest, bootstrapped by document, have no point in
    common, and the log-odds ratio is significant after correction for all comparisons of the level. Both are asked
    for, so that neither the dependence of words within a document nor the number of comparisons makes a difference.

    Args:
        corpus: the tables.
        min_words: a unit is left out where it or its rest has fewer words.

    Returns:
        A table by level, the clearest differences first: `level`, `unit`, `name` (of the unit, for a reader),
        `device`, `count` and `words` (of the unit), `per_1000`, `low`, `high` (of the unit), `rest`, `rest_low`,
        `rest_high` (per 1,000 words of the rest), `log_odds`, `z`, `q`, `apart`; no rows for fewer than two units.
    """
    sums = sum_clusters(corpus)
    return {level: _compare_level(corpus, sums, level, min_words) for level in COMPARED}


def describe_differences(corpus: Corpus, level: str, table: pl.DataFrame) -> str:
    """What the comparison of a level shows, as a sentence; where there is nothing to compare, why.

    Args:
        corpus: the tables.
        level: `outlet`, `month` or `topic`.
        table: of this level, as `compare_all` returns it.
    """
    units = sorted(set(corpus.rates.filter(pl.col("level") == level)["unit"]))
    if not units:
        return {
            "outlet": "No page names its outlet, so there is nothing to compare by outlet.",
            "month": "No page carries a date, so there is no course over time.",
            "topic": "The paragraphs form no topic, so there is nothing to compare by topic.",
        }[level]
    names = name_units(corpus, level)
    if len(units) == 1:
        name = names.get(units[0], units[0])
        return f"All text of which the {level} is known is of one {level}, {name}: there is nothing to compare."
    if table.is_empty():
        return f"The {len(units)} {level}s have too little text, or too few codings, to compare them."
    kind = "year" if level == "month" and names else level
    tests, sure = count_noun(table.height, "rate"), table.filter("apart")
    beside = f"Of {tests} in {count_noun(table['unit'].n_unique(), kind)} beside the rest of the corpus,"
    if sure.is_empty():
        return f"{beside} none lies apart from it beyond the intervals: no difference between {kind}s is claimed."
    clearest = join_words([_describe_difference(row) for row in find_clearest(table).head(2).iter_rows(named=True)])
    lie = agree_verb(sure.height, "lies", "lie")
    return f"{beside} {sure.height:,} {lie} apart from it beyond the intervals, above all {clearest}."


def find_clearest(table: pl.DataFrame) -> pl.DataFrame:
    """The differences that are apart: what a unit has more of, or where there is none, what it has less of."""
    sure = table.filter("apart")
    more = sure.filter(pl.col("log_odds") > 0)
    return more if more.height else sure


def name_units(corpus: Corpus, level: str) -> dict[str, str]:
    """Readable names of a level's units where they differ: labels of topics, years of months."""
    if level == "month":
        months = corpus.rates.filter(pl.col("level") == level)["unit"].unique().sort().to_list()
        return {month: name for month, name in dated(months).items() if month != name}
    if level != "topic":
        return {}
    return {str(topic): label for topic, label in corpus.topics.select("topic", "label").iter_rows()}


def sum_clusters(corpus: Corpus) -> pl.DataFrame:
    """Words and codings of the corpus and of each outlet, month and topic by document; of one document, by paragraph.

    Returns:
        Columns `level`, `unit`, `doc_id`, `paragraph` (null where documents are summed), `words`, and one a device.
    """
    devices = corpus.codings.select(pl.col("device").unique().sort()).collect()["device"].to_list()
    levels = ("corpus", *COMPARED)
    by_document = stats.by_document(corpus.counted, levels, devices)
    if by_document["doc_id"].n_unique() != 1:
        return by_document.with_columns(paragraph=pl.lit(None, pl.Int64))
    return pl.concat(stats.by_paragraph(corpus.counted, levels, devices))


def measure_rest(sums: pl.DataFrame, level: str, tested: pl.DataFrame) -> pl.DataFrame:
    """Rate and interval of each device outside each unit: what the corpus holds less what the unit holds.

    Args:
        sums: as `sum_clusters` returns them.
        level: the level of the units.
        tested: columns `unit` and `device`: those wanted.

    Returns:
        Columns `unit`, `device`, `rest`, `rest_low`, `rest_high`; no interval where the rest is one document.
    """
    devices, cluster = tested["device"].unique().sort().to_list(), ["doc_id", "paragraph"]
    amounts = pl.col("words", *devices).cast(pl.Int64)
    # the draws depend on the order of clusters: sorted by name, as everywhere in `rates`
    whole = sums.filter(pl.col("level") == "corpus").sort("doc_id", pl.col("paragraph").cast(pl.String))
    inside = sums.filter(pl.col("level") == level)
    rows = []
    for unit in tested["unit"].unique().sort():
        own = whole.select(cluster).join(
            inside.filter(pl.col("unit") == unit), on=cluster, how="left", nulls_equal=True, maintain_order="left"
        )
        words, *counts = (whole.select(amounts) - own.select(amounts.fill_null(0))).get_columns()
        per_1000 = [1000 * int(count.sum()) / max(1, int(words.sum())) for count in counts]
        low, high = stats.interval(pl.DataFrame(counts).to_numpy(), words.to_numpy(), RESAMPLES, seed=0)
        for device, mean, *ends in zip(devices, per_1000, low, high, strict=True):
            known = (words > 0).sum() > 1
            rows.append((unit, device, mean, *(float(end) if known else None for end in ends)))
    schema = {"unit": pl.String, "device": pl.String, **dict.fromkeys(("rest", "rest_low", "rest_high"), pl.Float64)}
    rates = pl.DataFrame(rows, schema=schema, orient="row")
    return rates.with_columns(pl.col(pl.Float64).fill_nan(None).round(3))


def _compare_level(corpus: Corpus, sums: pl.DataFrame, level: str, min_words: int) -> pl.DataFrame:
    tested = compare.compare(level, "devices", corpus.counted, sums, min_words=min_words, min_count=MIN_COUNT)
    if tested.is_empty():
        return pl.DataFrame(schema=SCHEMA)
    tested = tested.select("level", "unit", "count", "words", "log_odds", "z", "q", device="item")
    own = corpus.rates.filter(pl.col("level") == level).select("unit", "device", "per_1000", "low", "high")
    rest = measure_rest(sums, level, tested)
    disjoint = (pl.col("low") > pl.col("rest_high")) | (pl.col("high") < pl.col("rest_low"))
    return (
        tested.join(own, on=["unit", "device"], how="left", validate="1:1")
        .join(rest, on=["unit", "device"], how="left", validate="1:1")
        .with_columns(
            name=pl.col("unit").replace(name_units(corpus, level)),
            apart=(disjoint & (pl.col("q") < 0.05)).fill_null(False),
        )
        .select(list(SCHEMA))
        .sort("apart", pl.col("z").abs(), "unit", "device", descending=[True, True, False, False])
    )


def _describe_difference(row: dict[str, Any]) -> str:
    here = rate(row["per_1000"], row["low"], row["high"])
    there = rate(row["rest"], row["rest_low"], row["rest_high"])
    return f"{plain(row['device'])} in {row['name']}, {here} per 1,000 words, elsewhere {there}"
