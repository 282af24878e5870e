"""The crossing of device, actor, topic, outlet and month: how often, in how much text, and in which sentences."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import polars as pl

from rhetoscope import stats
from rhetoscope.findings.corpus import Corpus
from rhetoscope.findings.evidence import Evidence, coding_note, of_groups, spread

FACETS = ("device", "actor", "topic", "outlet", "month")
"""What is crossed; a facet that the corpus has only one value of stays in the table and is not shown on the page."""
RESAMPLES = 1000
"""Of the bootstrap behind the intervals of cells."""
HELD = 200_000
"""Clusters that are held at once to be resampled."""


def cross(corpus: Corpus, min_words: int, facets: Sequence[str] = FACETS, only: pl.Expr | None = None) -> pl.DataFrame:
    """One row a cell that holds a coding, most codings first.

    A cell's text is the sentences that mention its actor, or in which something is coded of it, within its topic,
    outlet and month; copies of an article are left out. Its interval is bootstrapped by document, within one document
    by paragraph (`stats.bootstrap_interval`).

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
    keys = [facet for facet in facets if facet != "device"]
    said = corpus.spoken.said if only is None else corpus.spoken.said.filter(only)
    cells = _named(said.group_by(facets).agg(count=pl.len(), sentences=pl.col("sentence_id").unique()), facets)
    found = cells.join(amounts(corpus, keys), on=keys, how="left", nulls_equal=True, validate="m:1")
    if found.height != cells.height or found["words"].null_count():
        raise ValueError("a cell of the crossing was lost or doubled")
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
    """How much text there is for each actor: the keys, `words`, `clusters` (documents; paragraphs within one) and
    `several` (documents)."""
    words, parts = pl.col("words").cast(pl.Int64).sum(), []
    for text, _ in corpus.spoken.parts():
        # a row is a paragraph in which the actor is spoken of
        by_document = text.group_by(*keys, "doc").agg(words, paragraphs=pl.len())
        parts.append(by_document.group_by(keys).agg(words, pl.col("paragraphs").sum(), documents=pl.len()))
    several = pl.col("documents").sum() > 1
    summed = pl.concat(parts).group_by(keys).agg(words, pl.col("paragraphs", "documents").sum(), several=several)
    clusters = pl.when("several").then("documents").otherwise("paragraphs")
    return _named(summed.select(*keys, "words", "several", clusters=clusters), keys)


def shown_facets(cells: pl.DataFrame) -> list[str]:
    """The facets worth a column: device and actor always, the others where the cells differ in them."""
    return [facet for facet in FACETS if facet in ("device", "actor") or cells[facet].n_unique() > 1]


def evidence(cells: pl.DataFrame, corpus: Corpus, most: int) -> dict[int, Evidence]:
    """The sentences of each cell, by its row number.

    Args:
        cells: as `cross` gives them.
        corpus: the tables they were made from.
        most: passages to show of each cell.
    """
    total = pl.col("sentences").list.len().cast(pl.Int64)
    wanted = (
        cells.with_row_index("group")
        .select("group", "device", "actor", total=total, sentence_id="sentences", row=pl.int_ranges(total))
        .explode("sentence_id", "row")
        .filter(spread("row", most))
    )
    here = pl.col("sentence_id").is_in(wanted["sentence_id"].unique().implode())
    read = ("doc_id", "sentence_id", "device", "start", "end", "voice", "target")
    each = corpus.codings.filter(here).select(*read, actor="actors").explode("actor").collect()
    rows = wanted.drop("row").join(each, on=["device", "actor", "sentence_id"], validate="m:m")
    return of_groups(rows.with_columns(note=coding_note()), corpus)  # the note is of the cell's actor


def _named(frame: pl.DataFrame, facets: Sequence[str]) -> pl.DataFrame:
    """The frame with its facets as texts."""
    return frame.with_columns(pl.col(facets).cast(pl.String))


def _intervals(corpus: Corpus, cells: pl.DataFrame, keys: list[str]) -> pl.DataFrame:
    """The interval of each cell given: its facets, `low` and `high`."""
    schema = dict.fromkeys(("device", *keys), pl.String) | {"low": pl.Float64, "high": pl.Float64}
    units = cells.group_by("clusters", *keys, "several").agg(devices=pl.col("device").unique().sort())
    # those of a size one after the other share their draws; those of a part are held at once
    units = units.sort("clusters", *keys).with_columns(part=pl.col("clusters").cum_sum() // HELD)
    rows = [
        (device, *unit, *ends)
        for some in units.partition_by("part", maintain_order=True)
        for place, counts, words in _clusters(corpus, some, keys)
        for _, *unit, _, devices, _ in [some.row(place)]
        for device, *ends in zip(devices, *stats.bootstrap_interval(counts, words, RESAMPLES, seed=0), strict=True)
    ]
    return pl.DataFrame(rows, schema=schema, orient="row").with_columns(pl.col("low", "high").round(2))


def _clusters(corpus: Corpus, units: pl.DataFrame, keys: list[str]) -> Iterator[tuple[int, np.ndarray, np.ndarray]]:
    """What is resampled of each unit: its row, codings (clusters × its devices) and words."""
    index = units.with_row_index("unit").select("unit", "several", pl.col(keys).cast(pl.Categorical))
    cluster = pl.when("several").then(pl.col("doc").cast(pl.Int32)).otherwise(pl.col("paragraph").cast(pl.Int32))
    by = ["unit", "cluster"]
    texts: list[pl.DataFrame] = []
    said: list[pl.DataFrame] = []
    for spoken in corpus.spoken.parts():
        text, coded = (
            frame.select(*keys, "doc", "paragraph", amount)
            .join(index, on=keys, nulls_equal=True)
            .select("unit", amount, cluster=cluster)
            for frame, amount in zip(spoken, ("words", "device"), strict=True)
        )
        texts.append(text.group_by(by).agg(pl.col("words").cast(pl.Int64).sum()))
        said.append(coded.with_columns(pl.col("device").cast(pl.String)).group_by(*by, "device").len("count"))
    columns = units.with_row_index("unit").select("unit", device="devices").explode("device")
    columns = columns.with_columns(column=pl.int_range(pl.len()).over("unit"))
    sizes = pl.concat(texts).sort(by).with_columns(row=pl.int_range(pl.len()).over("unit"))
    counts = pl.concat(said).join(columns, on=["unit", "device"]).join(sizes, on=by).sort("unit")
    words = sizes["words"].to_numpy()
    row, column, count = (counts[name].to_numpy() for name in ("row", "column", "count"))
    edges = np.arange(units.height + 1)
    ends, ends_said = (np.searchsorted(frame["unit"].to_numpy(), edges) for frame in (sizes, counts))
    for place, devices in enumerate(units["devices"].list.len()):
        here, coded_here = (slice(*some[place : place + 2].tolist()) for some in (ends, ends_said))
        filled = np.zeros((here.stop - here.start, devices), dtype=np.int64)
        filled[row[coded_here], column[coded_here]] = count[coded_here]
        yield place, filled, words[here]
