"""The crossing of device, actor, topic, outlet and month: how often, in how much text, and in which sentences."""

from __future__ import annotations

import polars as pl

from rhetoscope.findings.claims import Corpus

FACETS = ("device", "actor", "topic", "outlet", "month")
"""What is crossed; a facet that the corpus has only one value of stays in the table and is not shown on the page."""


def cross(corpus: Corpus, min_words: int) -> pl.DataFrame:
    """One row a cell that holds a coding, most codings first.

    A cell's text is the sentences that mention its actor within its topic, outlet and month.

    Args:
        corpus: the tables.
        min_words: words below which a cell's rate is not reported.

    Returns:
        Columns `device`, `actor`, `topic` (the label), `outlet`, `month` ("2024-06"; null without a date), `count`,
        `words` (0 or more), `per_1000` (null where not `enough`), `enough`, `sentences` (list of `sentence_id`).
    """
    place = _places(corpus)
    keys = list(FACETS[1:])
    said = corpus.codings.drop_nulls("actor").join(place, on="sentence_id", validate="m:1")
    text = (
        corpus.mentions.select("sentence_id", "actor")
        .unique()
        .join(place, on="sentence_id", validate="m:1")
        .group_by(keys)
        .agg(words=pl.col("words").sum())
    )
    cells = said.group_by(FACETS).agg(count=pl.len(), sentences=pl.col("sentence_id").unique(maintain_order=True))
    joined = cells.join(text, on=keys, how="left", nulls_equal=True, validate="m:1").with_columns(
        pl.col("words").fill_null(0), pl.col("sentences").list.sort()
    )
    if joined.height != cells.height:
        raise ValueError("a cell of the crossing was lost or doubled")
    enough = pl.col("words") >= min_words
    return joined.with_columns(
        enough=enough, per_1000=pl.when(enough).then((1000 * pl.col("count") / pl.col("words")).round(2))
    ).select(*FACETS, "count", "words", "per_1000", "enough", "sentences").sort(
        "count", *FACETS, descending=[True, *[False] * len(FACETS)], nulls_last=True
    )  # fmt: skip


def shown_facets(cells: pl.DataFrame) -> list[str]:
    """The facets worth a column: device and actor always, the others where the cells differ in them."""
    return [facet for facet in FACETS if facet in ("device", "actor") or cells[facet].n_unique() > 1]


def _places(corpus: Corpus) -> pl.DataFrame:
    """Where each sentence stands: `sentence_id`, `words`, `topic`, `outlet`, `month`."""
    topics = corpus.assignments.filter(pl.col("kind") == "paragraph").join(
        corpus.topics.select("topic", "label"), on="topic", how="left", validate="m:1"
    )
    unit = pl.format("{}-p{}", "doc_id", pl.col("paragraph").cast(pl.String).str.zfill(4))
    return (
        corpus.sentences.select("sentence_id", "doc_id", "words", unit_id=unit)
        .join(topics.select("unit_id", topic="label"), on="unit_id", how="left", validate="m:1")
        .join(
            corpus.articles.select("doc_id", "outlet", month=pl.col("published_at").dt.strftime("%Y-%m")),
            on="doc_id",
            how="left",
            validate="m:1",
        )
        .select("sentence_id", "words", "topic", "outlet", "month")
    )
