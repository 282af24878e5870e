"""The crossing of device, actor, topic, outlet and month: how often, in how much text, and in which sentences."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from rhetoscope import stats
from rhetoscope.findings.corpus import Corpus

FACETS = ("device", "actor", "topic", "outlet", "month")
"""What is crossed; a facet that the corpus has only one value of stays in the table and is not shown on the page."""
RESAMPLES = 1000
"""Of the bootstrap behind the intervals of cells."""


def cross(corpus: Corpus, min_words: int, facets: Sequence[str] = FACETS, only: pl.Expr | None = None) -> pl.DataFrame:
    """One row a cell that holds a coding, most codings first.

    A cell's text is the sentences that mention its actor, or in which something is coded of it, within its topic,
    outlet and month; copies of an article are left out. Its interval is bootstrapped by document, within one document
    by paragraph (`stats.interval`).

    Args:
        corpus: the tables.
        min_words: words below which a cell's rate is not reported.
        facets: device, actor, and those of the others that tell cells apart; `year` besides.
        only: which cells are wanted, by their facets; None for all.

    Returns:
        The facets: `device`, `actor`, `topic` (the label), `outlet`, `month` ("2024-06"; null without a date); then
        `count`, `words`, `per_1000`, `low`, `high` (null where not `enough`), `enough` (words enough, and more than one
        document or paragraph), `sentences` (list of `sentence_id`).
    """
    place, said = _places(corpus), _said(corpus)
    keys = [facet for facet in facets if facet != "device"]
    said = said.join(place, on="sentence_id", validate="m:1")
    cells = said.group_by(facets).agg(count=pl.len(), sentences=pl.col("sentence_id").unique())
    text = amounts(corpus, keys)
    found = cells.join(text, on=keys, how="left", nulls_equal=True, validate="m:1")
    if found.height != cells.height or found["words"].null_count():
        raise ValueError("a cell of the crossing was lost or doubled")
    if only is not None:
        found = found.filter(only)
    enough = (pl.col("words") >= min_words) & (pl.col("clusters") > 1)
    found = found.with_columns(enough=enough, sentences=pl.col("sentences").list.sort())
    found = found.join(
        _intervals(corpus, found.filter("enough"), keys), on=list(facets), how="left", nulls_equal=True, validate="1:1"
    )
    per_1000 = pl.when("enough").then((1000 * pl.col("count") / pl.col("words")).round(2))
    return (
        found.with_columns(per_1000=per_1000)
        .select(*facets, "count", "words", "per_1000", "low", "high", "enough", "sentences")
        .sort("count", *facets, descending=[True, *[False] * len(facets)], nulls_last=True)
    )


def amounts(corpus: Corpus, keys: Sequence[str]) -> pl.DataFrame:
    """How much text there is for each actor: the keys, `words` and `clusters` (documents; paragraphs within one)."""
    text = _text(corpus)
    return text.group_by(keys).agg(
        words=pl.col("words").sum(),
        clusters=pl.when(pl.col("doc_id").n_unique() > 1)
        .then(pl.col("doc_id").n_unique())
        .otherwise(pl.col("paragraph").n_unique()),
    )


def shown_facets(cells: pl.DataFrame) -> list[str]:
    """The facets worth a column: device and actor always, the others where the cells differ in them."""
    return [facet for facet in FACETS if facet in ("device", "actor") or cells[facet].n_unique() > 1]


def codings_of(cells: pl.DataFrame, corpus: Corpus) -> pl.DataFrame:
    """The codings of each cell in one join: the table `codings` with a column `group`, the cell's row number."""
    keys = ["device", "actor", "sentence_id"]
    wanted = cells.with_row_index("group").select("group", "device", "actor", sentence_id="sentences")
    each = corpus.codings.with_columns(of=pl.col("actors")).explode("of").drop_nulls("of")
    return wanted.explode("sentence_id").join(
        each, left_on=keys, right_on=["device", "of", "sentence_id"], how="inner", validate="m:m"
    )  # fmt: skip


def _said(corpus: Corpus) -> pl.DataFrame:
    """A row each actor a coding is said of: `sentence_id`, `device`, `actor`; copies of articles left out."""
    each = corpus.codings.select("sentence_id", "device", actor="actors").explode("actor").drop_nulls("actor")
    return each.join(corpus.counted, on="sentence_id", how="semi")


def _text(corpus: Corpus) -> pl.DataFrame:
    """The sentences of each actor with their place: those that mention it, and those in which it is spoken of."""
    both = [corpus.mentions.select("sentence_id", "actor"), _said(corpus).select("sentence_id", "actor")]
    return pl.concat(both).unique().join(_places(corpus), on="sentence_id", validate="m:1")


def _intervals(corpus: Corpus, cells: pl.DataFrame, keys: list[str]) -> pl.DataFrame:
    """The interval of each cell given: its facets, `low` and `high`."""
    facets = ["device", *keys]
    text = _text(corpus).join(cells.select(keys).unique(), on=keys, how="semi", nulls_equal=True)
    where = text.select("sentence_id", "actor", *(k for k in keys if k != "actor"), "doc_id", "paragraph").unique()
    said = _said(corpus).join(where, on=["sentence_id", "actor"])
    devices = sorted(set(cells["device"]))
    counts = said.group_by(*keys, "doc_id", "paragraph", "device").len("n").pivot(
        "device", index=[*keys, "doc_id", "paragraph"], values="n", on_columns=devices
    )  # fmt: skip
    sizes = text.group_by(*keys, "doc_id", "paragraph").agg(pl.col("words").sum())
    wide = sizes.join(counts, on=[*keys, "doc_id", "paragraph"], how="left", nulls_equal=True).fill_null(0)
    rows = []
    for part in wide.partition_by(keys):
        several = part["doc_id"].n_unique() > 1
        clusters = part.group_by("doc_id" if several else "paragraph").agg(pl.col("words", *devices).sum())
        clusters = clusters.sort("doc_id" if several else "paragraph")
        low, high = stats.interval(clusters.select(devices).to_numpy(), clusters["words"].to_numpy(), RESAMPLES, seed=0)
        unit = part.select(keys).row(0)
        rows += [(device, *unit, float(a), float(b)) for device, a, b in zip(devices, low, high, strict=True)]
    schema = {facet: cells.schema[facet] for facet in facets} | {"low": pl.Float64, "high": pl.Float64}
    return pl.DataFrame(rows, schema=schema, orient="row").with_columns(pl.col("low", "high").round(2))


def _places(corpus: Corpus) -> pl.DataFrame:
    """Where each counted sentence stands: `sentence_id`, `words`, `doc_id`, `paragraph`, and the facets but two."""
    topics = corpus.assignments.filter(pl.col("kind") == "paragraph").join(
        corpus.topics.select("topic", "label"), on="topic", how="left", validate="m:1"
    )
    unit = pl.format("{}-p{}", "doc_id", pl.col("paragraph").cast(pl.String).str.zfill(4))
    when = pl.col("published_at").dt
    return (
        corpus.counted.select("sentence_id", "doc_id", "paragraph", "words", unit_id=unit)
        .join(topics.select("unit_id", topic="label"), on="unit_id", how="left", validate="m:1")
        .join(
            corpus.articles.select("doc_id", "outlet", month=when.strftime("%Y-%m"), year=when.strftime("%Y")),
            on="doc_id",
            how="left",
            validate="m:1",
        )
        .drop("unit_id")
    )
