"""Compare each device's rate in one outlet, month or topic with its rate in the rest of the corpus.

Outlet, month and topic are levels; one outlet, for example, is a unit.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from rhetoscope import stats
from rhetoscope.figures import format_device, format_months, format_rate
from rhetoscope.findings.corpus import COMPARED, Corpus
from rhetoscope.wording import agree_verb, count_noun, join_words

if TYPE_CHECKING:
    import numpy as np

MIN_COUNT = 3  # a device with fewer codings in the whole corpus is not compared
RESAMPLES = 1000  # resamples of the bootstrap behind the intervals of the rest
SCHEMA = {
    "level": pl.String, "unit": pl.String, "name": pl.String, "device": pl.String, "count": pl.Int64, "words": pl.Int64,
    "per_1000": pl.Float64, "low": pl.Float64, "high": pl.Float64, "rest": pl.Float64, "rest_low": pl.Float64,
    "rest_high": pl.Float64, "log_odds": pl.Float64, "z": pl.Float64, "q": pl.Float64, "apart": pl.Boolean,
}  # fmt: skip


def compare_all(corpus: Corpus, min_words: int) -> dict[str, pl.DataFrame]:
    """Compare every device in each outlet, month and topic with the rest of the corpus.

    A difference is `apart` if the 95 % intervals of unit and rest, bootstrapped by document, do not overlap and the
    log-odds ratio is significant after correction for all comparisons of the level. The first condition allows for
    words of one document that depend on each other, the second for the number of comparisons. A unit is left out if it
    or its rest has fewer than `min_words` words.

    Returns:
        A table by level, the clearest differences first: `level`, `unit`, `name` (of the unit, for a reader),
        `device`, `count` and `words` (of the unit), `per_1000`, `low`, `high` (of the unit), `rest`, `rest_low`,
        `rest_high` (per 1,000 words of the rest), `log_odds`, `z`, `q`, `apart`; no rows for fewer than two units.
    """
    sums = sum_clusters(corpus)
    return {level: _compare_level(corpus, sums, level, min_words) for level in COMPARED}


def describe_differences(corpus: Corpus, level: str, table: pl.DataFrame) -> str:
    """Describe the comparison of a level in a sentence; if there is nothing to compare, say why.

    The level is `outlet`, `month` or `topic`; `table` is its table from `compare_all`.
    """
    units, names = _list_units(corpus, level), _name_units(corpus, level)
    if not units:
        return {
            "outlet": "No page names its outlet, so there is nothing to compare by outlet.",
            "month": "No page carries a date, so there is no course over time.",
            "topic": "The paragraphs form no topic, so there is nothing to compare by topic.",
        }[level]
    if len(units) == 1:
        name = names.get(units[0], units[0])
        return f"All text of which the {level} is known is of one {level}, {name}: there is nothing to compare."
    if table.is_empty():
        return f"The {len(units)} {level}s have too little text, or too few codings, to compare them."
    kind, sure = "year" if level == "month" and names else level, table.filter("apart")
    compared = f"{count_noun(table.height, 'rate')} in {count_noun(table['unit'].n_unique(), kind)}"
    beside = f"Of {compared} beside the rest of the corpus,"
    if sure.is_empty():
        return f"{beside} none lies apart from it beyond the intervals: no difference between {kind}s is claimed."
    clearest = []
    for row in find_clearest(table).head(2).iter_rows(named=True):
        here = format_rate(row["per_1000"], row["low"], row["high"])
        there = format_rate(row["rest"], row["rest_low"], row["rest_high"])
        clearest.append(f"{format_device(row['device'])} in {row['name']}, {here} per 1,000 words, elsewhere {there}")
    lie = agree_verb(sure.height, "lies", "lie")
    return f"{beside} {sure.height:,} {lie} apart from it beyond the intervals, above all {join_words(clearest)}."


def find_clearest(table: pl.DataFrame) -> pl.DataFrame:
    """Find the differences that are `apart`: higher rates than in the rest, or if there are none, lower rates."""
    sure = table.filter("apart")
    more = sure.filter(pl.col("log_odds") > 0)
    return more if more.height else sure


def sum_clusters(corpus: Corpus) -> pl.DataFrame:
    """Sum words and codings of the corpus and its outlets, months and topics by document.

    A corpus of one document is summed by paragraph. Columns `level`, `unit`, `doc_id`, `paragraph` (null for sums by
    document), `words`, and one for each device.
    """
    devices = corpus.codings.select(pl.col("device").unique().sort()).collect()["device"].to_list()
    levels = ("corpus", *COMPARED)
    by_document = stats.sum_by_document(corpus.coding_tables, levels, devices)
    if by_document["doc_id"].n_unique() == 1:
        return pl.concat(stats.sum_by_paragraph(corpus.coding_tables, levels, devices))
    return by_document.with_columns(paragraph=pl.lit(None, pl.Int64))


def measure_rest(sums: pl.DataFrame, level: str, tested: pl.DataFrame) -> pl.DataFrame:
    """Measure the rate and interval of each device in the rest of the corpus, outside each unit.

    `sums` are those of `sum_clusters`. Returns a row for each `unit` and `device` of `tested`, with the columns `rest`,
    `rest_low` and `rest_high` (null if the rest is a single document).
    """
    devices, cluster = tested["device"].unique().sort().to_list(), ["doc_id", "paragraph"]
    # the bootstrap draws depend on the order of clusters: sorted by name, as everywhere in `rates`
    whole = sums.filter(pl.col("level") == "corpus").sort("doc_id", pl.col("paragraph").cast(pl.String))
    inside = sums.filter((pl.col("level") == level) & pl.col("unit").is_in(tested["unit"].unique().implode())).join(
        whole.select(*cluster).with_row_index("row"), on=cluster, nulls_equal=True, validate="m:1"
    )
    units = inside.sort("unit").partition_by("unit", maintain_order=True)
    all_counts, all_words = _read_amounts(whole, devices)
    amounts = [(unit["row"].to_numpy(), *_read_amounts(unit, devices)) for unit in units]
    ends = stats.bootstrap_rest(all_counts, all_words, amounts, RESAMPLES, seed=0)
    parts = []
    for unit, (_, counts, words), (low, high) in zip(units, amounts, ends, strict=True):
        left = max(1, int(all_words.sum() - words.sum()))
        mean = 1000 * (all_counts.sum(axis=0) - counts.sum(axis=0)) / left
        columns = {"unit": unit["unit"][0], "device": devices, "rest": mean, "rest_low": low, "rest_high": high}
        parts.append(pl.DataFrame(columns))
    return pl.concat(parts).with_columns(pl.col("rest", "rest_low", "rest_high").fill_nan(None).round(3))


def _compare_level(corpus: Corpus, sums: pl.DataFrame, level: str, min_words: int) -> pl.DataFrame:
    tested = stats.compare_sums(level, sums, min_words=min_words, min_count=MIN_COUNT)
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
            name=pl.col("unit").replace(_name_units(corpus, level)),
            apart=(disjoint & (pl.col("q") < 0.05)).fill_null(False),
        )
        .select(list(SCHEMA))
        .sort("apart", pl.col("z").abs(), "unit", "device", descending=[True, True, False, False])
    )


def _list_units(corpus: Corpus, level: str) -> list[str]:
    return corpus.rates.filter(pl.col("level") == level)["unit"].unique().sort().to_list()


def _name_units(corpus: Corpus, level: str) -> dict[str, str]:
    """Return readable names of a level's units that differ from the units: labels of topics, years of months."""
    if level == "topic":
        return {str(topic): label for topic, label in corpus.topics.select("topic", "label").iter_rows()}
    months = format_months(_list_units(corpus, level)) if level == "month" else {}
    return {month: name for month, name in months.items() if month != name}


def _read_amounts(sums: pl.DataFrame, devices: list[str]) -> tuple[np.ndarray, np.ndarray]:
    """Return codings (clusters × devices) and words as arrays."""
    return sums.select(pl.col(devices).cast(pl.Int64)).to_numpy(), sums["words"].cast(pl.Int64).to_numpy()
