"""What sets an outlet, a month or a topic apart: each device's rate there beside its rate in the rest of the corpus."""

from __future__ import annotations

import numpy as np
import polars as pl

from rhetoscope import stats
from rhetoscope.figures import format_months, format_rate
from rhetoscope.findings.corpus import COMPARED, Corpus
from rhetoscope.findings.prose import conjoin, count, verb

MIN_COUNT = 3
"""Codings in all below which a device is not compared."""
RESAMPLES = 1000
"""Of the bootstrap behind the intervals of the rest."""
SCHEMA = {
    "level": pl.String, "unit": pl.String, "name": pl.String, "device": pl.String, "count": pl.Int64, "words": pl.Int64,
    "per_1000": pl.Float64, "low": pl.Float64, "high": pl.Float64, "rest": pl.Float64, "rest_low": pl.Float64,
    "rest_high": pl.Float64, "log_odds": pl.Float64, "z": pl.Float64, "q": pl.Float64, "apart": pl.Boolean,
}  # fmt: skip


def compared(corpus: Corpus, min_words: int) -> dict[str, pl.DataFrame]:
    """The differences of every level, by its name."""
    sums = corpus.sums()
    return {level: differences(corpus, level, min_words, sums) for level in COMPARED}


def differences(corpus: Corpus, level: str, min_words: int, sums: pl.DataFrame | None = None) -> pl.DataFrame:
    """Every device in each unit of a level beside the rest of the corpus, the clearest differences first.

    A difference is `apart` where the 95 % intervals of unit and rest, bootstrapped by document, have no point in
    common, and the log-odds ratio is significant after correction for all the comparisons of the level: both, so that
    neither the dependence of words within a document nor the number of comparisons makes one.

    Args:
        corpus: the tables.
        level: `outlet`, `month` or `topic`.
        min_words: units with fewer words, in themselves or in their rest, are left out.
        sums: as `corpus.sums` gives them, where they are at hand.

    Returns:
        Columns `level`, `unit`, `name` (of the unit, for a reader), `device`, `count` and `words` (of the unit),
        `per_1000`, `low`, `high` (of the unit), `rest`, `rest_low`, `rest_high` (per 1,000 words of the rest),
        `log_odds`, `z`, `q`, `apart`; no rows for fewer than two units.
    """
    sums = corpus.sums() if sums is None else sums
    tested = stats.compare_sums(level, sums, min_words=min_words, min_count=MIN_COUNT).rename({"item": "device"})
    if tested.is_empty():
        return pl.DataFrame(schema=SCHEMA)
    own = corpus.rates.filter(pl.col("level") == level).select("unit", "device", "per_1000", "low", "high")
    table = (
        tested.select("level", "unit", "device", "count", "words", "log_odds", "z", "q")
        .join(own, on=["unit", "device"], how="left", validate="1:1")
        .join(rest(sums, level, tested), on=["unit", "device"], how="left", validate="1:1")
        .with_columns(name=pl.col("unit").replace(names(corpus, level)))
    )
    disjoint = (pl.col("low") > pl.col("rest_high")) | (pl.col("high") < pl.col("rest_low"))
    return (
        table.with_columns(apart=(disjoint & (pl.col("q") < 0.05)).fill_null(False))
        .select(list(SCHEMA))
        .sort("apart", pl.col("z").abs(), "unit", "device", descending=[True, True, False, False])
    )


def told(level: str, corpus: Corpus, table: pl.DataFrame) -> str:
    """What the comparison shows, as a sentence; where there is nothing to compare, why."""
    units = sorted(set(corpus.rates.filter(pl.col("level") == level)["unit"]))
    if not units:
        return {
            "outlet": "No page names its outlet, so there is nothing to compare by outlet.",
            "month": "No page carries a date, so there is no course over time.",
            "topic": "The paragraphs form no topic, so there is nothing to compare by topic.",
        }[level]
    if len(units) == 1:
        name = names(corpus, level).get(units[0], units[0])
        return f"All text of which the {level} is known is of one {level}, {name}: there is nothing to compare."
    if table.is_empty():
        return f"The {len(units)} {level}s have too little text, or too few codings, to compare them."
    of = "year" if level == "month" and names(corpus, level) else level
    tests, sure = count(table.height, "rate"), table.filter("apart")
    beside = f"Of {tests} in {count(table['unit'].n_unique(), of)} beside the rest of the corpus,"
    if sure.is_empty():
        return f"{beside} none lies apart from it beyond the intervals: no difference between {of}s is claimed."
    clearest = conjoin([_difference(row) for row in above_all(table).head(2).iter_rows(named=True)])
    lie = verb(sure.height, "lies", "lie")
    return f"{beside} {sure.height:,} {lie} apart from it beyond the intervals, above all {clearest}."


def above_all(table: pl.DataFrame) -> pl.DataFrame:
    """The clearest of the differences that are apart: what a unit has more of, or else what it has less of."""
    sure = table.filter("apart")
    more = sure.filter(pl.col("log_odds") > 0)
    return more if more.height else sure


def names(corpus: Corpus, level: str) -> dict[str, str]:
    """What the units of a level are called: topics by their labels, months as `figures.format_months` has it."""
    if level == "month":
        months = corpus.rates.filter(pl.col("level") == level)["unit"].unique().sort().to_list()
        return {month: name for month, name in format_months(months).items() if month != name}
    if level != "topic":
        return {}
    return {str(topic): label for topic, label in corpus.topics.select("topic", "label").iter_rows()}


def _difference(row: dict[str, object]) -> str:
    here = format_rate(row["per_1000"], row["low"], row["high"])  # type: ignore[arg-type]
    there = format_rate(row["rest"], row["rest_low"], row["rest_high"])  # type: ignore[arg-type]
    return f"{str(row['device']).replace('_', ' ')} in {row['name']}, {here} per 1,000 words, elsewhere {there}"


def rest(sums: pl.DataFrame, level: str, tested: pl.DataFrame) -> pl.DataFrame:
    """Rate and interval of each device outside each unit: what the corpus holds less what the unit holds.

    Args:
        sums: as `Corpus.sums` gives them, with the levels `corpus` and `level`.
        level: whose units.
        tested: columns `unit` and `device`: those wanted.

    Returns:
        Columns `unit`, `device`, `rest`, `rest_low`, `rest_high`.
    """
    devices = tested["device"].unique().sort().to_list()
    clusters = ["doc_id", "paragraph"]
    # the draws go by the order of clusters: paragraphs are sorted by name, as documents are
    whole = sums.filter(pl.col("level") == "corpus").sort("doc_id", pl.col("paragraph").cast(pl.String))
    words, found = whole["words"].to_numpy(), whole.select(pl.col(devices).cast(pl.Int32)).to_numpy()
    inside = sums.filter((pl.col("level") == level) & pl.col("unit").is_in(tested["unit"].unique().implode())).join(
        whole.select(*clusters).with_row_index("cluster"), on=clusters, nulls_equal=True, validate="m:1"
    )  # fmt: skip
    parts = inside.select("unit", "cluster", "words", *devices).sort("unit").partition_by("unit", maintain_order=True)
    held = [
        (part["cluster"].to_numpy(), part.select(pl.col(devices).cast(pl.Int32)).to_numpy(), part["words"].to_numpy())
        for part in parts
    ]
    in_all, total, rows = found.sum(axis=0), int(words.sum(dtype=np.int64)), []
    for part, (_, counts, sizes), ends in zip(
        parts, held, stats.bootstrap_rest(found, words, held, RESAMPLES, seed=0), strict=True
    ):
        size = total - int(sizes.sum(dtype=np.int64))
        per_1000 = 1000 * (in_all - counts.sum(axis=0)) / max(1, size)
        rows += [
            (part["unit"][0], device, *(None if np.isnan(value) else round(float(value), 3) for value in values))
            for device, *values in zip(devices, per_1000, *ends, strict=True)
        ]
    schema = {"unit": pl.String, "device": pl.String, **dict.fromkeys(("rest", "rest_low", "rest_high"), pl.Float64)}
    return pl.DataFrame(rows, schema=schema, orient="row")
