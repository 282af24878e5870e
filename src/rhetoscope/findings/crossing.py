"""Count each combination of device, actor, topic, outlet and month (the crossing), with its words and sentences.

These five are the facets of the crossing; one combination of their values is a cell.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import polars as pl

from rhetoscope import stats
from rhetoscope.figures import format_device, format_months
from rhetoscope.findings.corpus import ActorText, Corpus
from rhetoscope.findings.evidence import NONE, Evidence, describe_coding, find_groups, spread_evenly

FACETS = ("device", "actor", "topic", "outlet", "month")
"""The facets; one with a single value in the corpus is in the table, but is not shown on the page."""
RESAMPLES = 1000  # resamples of the bootstrap behind the intervals of cells
AT_ONCE = 5000  # cells whose clusters are in memory at once
DEVICES, GRIDS, COLUMNS = 6, 4, 12
"""The most devices, grids of one kind, and points in time in the small multiples."""
OPENED = 3  # the most sentences shown for a cell of the small multiples
TINTS = 5  # steps of the cells' colour: fifths of the cells of one kind, by their rate


class Grid(NamedTuple):
    """One grid of the small multiples: actors by devices, or actors by points in time."""

    title: str  # what all cells share: an outlet, a topic, a device
    kind: str  # what the columns are: `devices` or `times`
    columns: list[str]
    rows: list[tuple[str, list[dict[str, Any] | None]]]
    """Each actor with its cells: a row of the crossing with its `label`, `tint` (0 to `TINTS`) and `evidence`, or None
    if there is no text."""


def cross_facets(corpus: Corpus, min_words: int, facets: Sequence[str] = FACETS) -> pl.DataFrame:
    """Count the codings of each cell of the crossing, in one row each; cells without codings have no row.

    The text of a cell is all sentences within its topic, outlet and month that contain a mention of its actor or a
    coding about it; copies of an article are left out. A cell with fewer than `min_words` words has no rate. The
    interval is bootstrapped by document, or by paragraph if there is only one document.

    Returns:
        The facets: `device`, `actor`, `topic` (the label), `outlet`, `month` ("2024-06"; null without a date), or
        others (such as `year`); then `count`, `words`, `per_1000`, `low`, `high` (null if not `enough`), `enough`
        (enough words, and more than one document or paragraph), `sentences` (list of `sentence_id`). The rows with most
        codings come first.
    """
    keys = [facet for facet in facets if facet != "device"]
    cells = _count_cells(corpus.actor_text, _measure_text(corpus.actor_text.text, keys, min_words), facets)
    return cells.sort("count", *facets, descending=[True, *[False] * len(facets)], nulls_last=True)


def list_shown_facets(cells: pl.DataFrame) -> list[str]:
    """List the facets to show as columns: device and actor always, another only if it has more than one value."""
    return [facet for facet in FACETS if facet in ("device", "actor") or cells[facet].n_unique() > 1]


def label_cell(device: str, *others: str | None) -> str:
    """Write a cell of the crossing in words: "threat, said of Iran · 2022"."""
    return f"{format_device(device)}, said of {' · '.join(value for value in others if value is not None)}"


def find_cell_evidence(cells: pl.DataFrame, corpus: Corpus, most: int) -> dict[int, Evidence]:
    """Find the sentences of each cell with codings, `most` at the most, by the row number of the cell."""
    total = pl.col("sentences").list.len().cast(pl.Int64)
    wanted = (
        cells.with_row_index("group")
        .drop_nulls("sentences")
        .select("group", "device", "actor", total=total, sentence_id="sentences", row=pl.int_ranges(total))
        .explode("sentence_id", "row")
        .filter(spread_evenly(pl.col("total"), most))
    )
    here = pl.col("sentence_id").is_in(wanted["sentence_id"].unique().implode())
    read = ("doc_id", "sentence_id", "device", "start", "end", "voice", "target")
    codings = corpus.codings.filter(here).select(*read, actor="actors").explode("actor").collect()
    rows = wanted.drop("row").join(codings, on=["device", "actor", "sentence_id"])
    return find_groups(rows.with_columns(note=describe_coding()), corpus)  # the note names the cell's actor


def build_small_multiples(corpus: Corpus, min_words: int, max_actors: int) -> dict[str, list[Grid]]:
    """Build grids of the most mentioned actors, by heading: for all text, by outlet, by topic and over time.

    A heading is left out if there is only one outlet, topic or point in time; cells with few words have no rate.
    """
    spoken_of = corpus.actor_text.codings["actor"].unique().cast(pl.String)
    mentions = corpus.mentions.filter(pl.col("actor").is_in(spoken_of.implode())).group_by("actor").len()
    ranked = mentions.sort("len", "actor", descending=[True, False]).head(max_actors).collect()
    actors, every = ranked["actor"].to_list(), pl.lit("All").cast(pl.Categorical())
    here = pl.col("actor").is_in(actors)
    chosen = ActorText(*(frame.filter(here).with_columns(every=every) for frame in corpus.actor_text))
    counts = chosen.codings.group_by(pl.col("device").cast(pl.String)).len()
    devices = counts.sort("len", "device", descending=[True, False])["device"].head(DEVICES).to_list()
    if not devices:
        return {}
    chosen = chosen._replace(codings=chosen.codings.filter(pl.col("device").is_in(devices)))
    months = corpus.pages["published_at"].dt.strftime("%Y-%m").drop_nulls().n_unique()
    facets = {"In all the text": "every", "By outlet": "outlet", "By topic": "topic",
              "Over time": "year" if months > COLUMNS else "month"}  # fmt: skip
    made = {title: _build_grids(chosen, corpus, min_words, actors, devices, facet) for title, facet in facets.items()}
    return {title: grids for title, grids in made.items() if grids}


def _build_grids(
    chosen: ActorText, corpus: Corpus, min_words: int, actors: list[str], devices: list[str], facet: str
) -> list[Grid]:
    """Build a grid of actors by devices for each value of the facet; over time, actors by time for each device."""
    over_time = facet in ("month", "year")
    devices, keys = devices[:GRIDS] if over_time else devices, ["actor", facet]
    units = _measure_text(chosen.text, keys, min_words)
    found = _count_cells(chosen, units, ["device", *keys]).drop("words", "enough")
    every = units.join(pl.DataFrame({"device": devices}), how="cross")
    cells = every.join(found, on=["device", *keys], how="left", nulls_equal=True)
    # the colour follows the rank of a rate above 0: by the rate itself, one extreme cell would make all others pale
    rank = pl.col("per_1000").rank("max") / pl.col("per_1000").count().clip(1)
    cells = cells.with_columns(pl.col("count").fill_null(0), tint=(rank * TINTS).ceil().fill_null(0).cast(pl.Int64))
    sizes = units.drop_nulls(facet).group_by(facet).agg(pl.col("words").sum())
    largest = sizes.sort("words", facet, descending=[True, False])[facet].head(GRIDS).to_list()
    values = sorted(sizes[facet])[-COLUMNS:] if over_time else largest
    if facet != "every" and len(values) < 2:
        return []
    cells = cells.filter(pl.col(facet).is_in(values))
    evidence, known = find_cell_evidence(cells, corpus, OPENED), {}
    of_grid, of_column = ("device", facet) if over_time else (facet, "device")
    for place, row in enumerate(cells.iter_rows(named=True)):
        label = label_cell(row["device"], row["actor"], None if facet == "every" else row[facet])
        cell = row | {"label": label, "evidence": evidence.get(place, NONE)}
        known[row[of_grid], row["actor"], row[of_column]] = cell
    kind, grids, columns = ("times", devices, values) if over_time else ("devices", values, devices)
    names = {device: format_device(device) for device in devices} | (format_months(values) if over_time else {})
    return [
        Grid(
            names.get(grid, grid),
            kind,
            [names[column] for column in columns],
            [(actor, [known.get((grid, actor, column)) for column in columns]) for actor in actors],
        )
        for grid in grids
    ]


def _measure_text(text: pl.DataFrame, keys: Sequence[str], min_words: int) -> pl.DataFrame:
    """Measure the text by the keys: `words`, `several` (from more than one document), `enough` (for a rate)."""
    words, paragraphs = pl.col("words").cast(pl.Int64).sum(), pl.len()  # a row is a paragraph about one actor
    several = pl.col("doc").min() < pl.col("doc").max()
    units = text.lazy().group_by(keys).agg(words, several=several, paragraphs=paragraphs).collect(engine="streaming")
    enough = (pl.col("words") >= min_words) & (pl.col("paragraphs") > 1)
    return units.select(pl.col(keys).cast(pl.String), "words", "several", enough=enough)


def _count_cells(actor_text: ActorText, units: pl.DataFrame, facets: Sequence[str]) -> pl.DataFrame:
    """Count the codings of each cell, as `cross_facets` returns them, but in no order."""
    keys = [facet for facet in facets if facet != "device"]
    cells = actor_text.codings.group_by(facets).agg(count=pl.len(), sentences=pl.col("sentence_id").unique())
    cells = cells.with_columns(pl.col(facets).cast(pl.String), pl.col("sentences").list.sort())
    found = cells.join(units, on=keys, how="left", nulls_equal=True, validate="m:1")
    if found.height != cells.height or found["words"].null_count():
        raise ValueError("a cell of the crossing was lost or doubled")
    tested = units.join(found.filter("enough"), on=keys, how="semi", nulls_equal=True)
    ends = _bootstrap_units(actor_text, tested.sort(keys).with_row_index("unit"), keys)
    per_1000 = pl.when("enough").then((1000 * pl.col("count") / pl.col("words")).round(2))
    return (
        found.with_columns(per_1000=per_1000)
        .join(ends, on=facets, how="left", nulls_equal=True, validate="1:1")
        .select(*facets, "count", "words", "per_1000", "low", "high", "enough", "sentences")
    )


def _bootstrap_units(actor_text: ActorText, units: pl.DataFrame, keys: list[str]) -> pl.DataFrame:
    """Compute the interval of each device in each unit: the keys, `device`, `low` and `high` per 1,000 words."""
    cluster = pl.when("several").then("doc").otherwise("paragraph")
    rows = []
    for some in units.iter_slices(AT_ONCE):
        here = some.lazy().with_columns(pl.col(keys).cast(pl.Categorical()))
        text, codings = (frame.lazy().join(here, on=keys, nulls_equal=True) for frame in actor_text)
        words = text.group_by("unit", cluster=cluster).agg(pl.col("words").cast(pl.Int64).sum())
        coded = codings.select("unit", pl.col("device").cast(pl.String), cluster=cluster, found=1).collect()
        counts = coded.pivot("device", index=["unit", "cluster"], values="found", aggregate_function="sum")
        joined = words.collect(engine="streaming").join(counts, on=["unit", "cluster"], how="left")
        clusters = joined.fill_null(0).sort("unit", "cluster")
        devices = clusters.columns[3:]
        for (unit,), part in clusters.group_by("unit", maintain_order=True):
            found = part.select(name for name in devices if part[name].sum())
            low, high = stats.bootstrap_interval(found.to_numpy(), part["words"].to_numpy(), RESAMPLES, seed=0)
            rows += [(unit, *ends) for ends in zip(found.columns, low.tolist(), high.tolist(), strict=True)]
    schema = {"unit": pl.UInt32, "device": pl.String, "low": pl.Float64, "high": pl.Float64}
    ends = pl.DataFrame(rows, schema=schema, orient="row").with_columns(pl.col("low", "high").round(2))
    return units.select("unit", *keys).join(ends, on="unit").drop("unit")
