"""What sets an outlet, a month or a topic apart: each device's rate there beside its rate in the rest of the corpus."""

from __future__ import annotations

import numpy as np
import polars as pl

from rhetoscope import stats
from rhetoscope.findings.corpus import Corpus
from rhetoscope.findings.prose import conjoin, count, rate, verb
from rhetoscope.stats import compare

LEVELS = ("outlet", "month", "topic")
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
    return {level: differences(corpus, level, min_words) for level in LEVELS}


def differences(corpus: Corpus, level: str, min_words: int) -> pl.DataFrame:
    """Every device in each unit of a level beside the rest of the corpus, the clearest differences first.

    A difference is `apart` where the 95 % intervals of unit and rest, bootstrapped by document, have no point in
    common, and the log-odds ratio is significant after correction for all the comparisons of the level: both, so that
    neither the dependence of words within a document nor the number of comparisons makes one.

    Args:
        corpus: the tables.
        level: `outlet`, `month` or `topic`.
        min_words: units with fewer words, in themselves or in their rest, are left out.

    Returns:
        Columns `level`, `unit`, `name` (of the unit, for a reader), `device`, `count` and `words` (of the unit),
        `per_1000`, `low`, `high` (of the unit), `rest`, `rest_low`, `rest_high` (per 1,000 words of the rest),
        `log_odds`, `z`, `q`, `apart`; no rows for fewer than two units.
    """
    tested = compare.compare(
        level, "devices", corpus.codings, corpus.sentences, corpus.mentions, corpus.articles, corpus.assignments,
        min_words=min_words, min_count=MIN_COUNT,
    ).rename({"item": "device"})  # fmt: skip
    if tested.is_empty():
        return pl.DataFrame(schema=SCHEMA)
    own = corpus.rates.filter(pl.col("level") == level).select("unit", "device", "per_1000", "low", "high")
    table = (
        tested.select("level", "unit", "device", "count", "words", "log_odds", "z", "q")
        .join(own, on=["unit", "device"], how="left", validate="1:1")
        .join(_rest(corpus, level, tested), on=["unit", "device"], how="left", validate="1:1")
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
    tests, sure = count(table.height, "rate"), table.filter("apart")
    beside = f"Of {tests} in {count(table['unit'].n_unique(), level)} beside the rest of the corpus,"
    if sure.is_empty():
        return f"{beside} none lies apart from it beyond the intervals: no difference between {level}s is claimed."
    clearest = conjoin([_difference(row) for row in above_all(table).head(2).iter_rows(named=True)])
    lie = verb(sure.height, "lies", "lie")
    return f"{beside} {sure.height:,} {lie} apart from it beyond the intervals, above all {clearest}."


def above_all(table: pl.DataFrame) -> pl.DataFrame:
    """The clearest of the differences that are apart: what a unit has more of, or else what it has less of."""
    sure = table.filter("apart")
    more = sure.filter(pl.col("log_odds") > 0)
    return more if more.height else sure


def names(corpus: Corpus, level: str) -> dict[str, str]:
    """What the units of a level are called: topics by their labels, the others by themselves."""
    if level != "topic":
        return {}
    return {str(topic): label for topic, label in corpus.topics.select("topic", "label").iter_rows()}


def _difference(row: dict[str, object]) -> str:
    here = rate(row["per_1000"], row["low"], row["high"])  # type: ignore[arg-type]
    there = rate(row["rest"], row["rest_low"], row["rest_high"])  # type: ignore[arg-type]
    return f"{str(row['device']).replace('_', ' ')} in {row['name']}, {here} per 1,000 words, elsewhere {there}"


def _rest(corpus: Corpus, level: str, tested: pl.DataFrame) -> pl.DataFrame:
    """Rate and interval of each device outside each unit: `unit`, `device`, `rest`, `rest_low`, `rest_high`."""
    single = corpus.counted["doc_id"].n_unique() == 1
    places = corpus.counted.with_columns(
        cluster=pl.format("{}-{}", "doc_id", "paragraph") if single else pl.col("doc_id")
    )
    devices = sorted(set(tested["device"]))
    counts = corpus.codings.group_by("sentence_id", "device").len("n").pivot(
        "device", index="sentence_id", values="n", on_columns=devices
    )  # fmt: skip
    wide = places.join(counts, on="sentence_id", how="left").fill_null(0).with_columns(sentences=1)
    columns = ["words", "sentences", *devices]
    whole = wide.group_by("cluster").agg(pl.col(columns).sum()).sort("cluster")
    units = stats.of_level(level, places, corpus.mentions, corpus.articles, corpus.assignments)
    inside = units.select("unit", "sentence_id").unique().join(wide, on="sentence_id")
    summed = inside.group_by("unit", "cluster").agg(pl.col(columns).sum())
    of_unit = {str(unit): part for (unit,), part in summed.group_by("unit")}
    rows = []
    for unit in sorted(set(tested["unit"])):
        own = whole.select("cluster").join(of_unit[unit], on="cluster", how="left", maintain_order="left").fill_null(0)
        rest = whole.select(columns).to_numpy().astype(np.int64) - own.select(columns).to_numpy()
        words, sentences, found = rest[:, 0], rest[:, 1], rest[:, 2:]
        words, found = words[sentences > 0], found[sentences > 0]
        low, high = stats.interval(found, words, RESAMPLES, seed=0)
        per_1000 = 1000 * found.sum(axis=0) / max(1, words.sum())
        rows += [
            (unit, device, *(None if np.isnan(value) else round(float(value), 3) for value in values))
            for device, *values in zip(devices, per_1000, low, high, strict=True)
        ]
    schema = {"unit": pl.String, "device": pl.String, **dict.fromkeys(("rest", "rest_low", "rest_high"), pl.Float64)}
    return pl.DataFrame(rows, schema=schema, orient="row")
