"""The crossing of device, actor, topic, outlet and month: how often, in how much text, and in which sentences."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl

from rhetoscope import stats
from rhetoscope.figures import dated, plain
from rhetoscope.findings.corpus import ActorText, Corpus
from rhetoscope.findings.evidence import NONE, Evidence, describe_coding, find_groups, spread_evenly

FACETS = ("device", "actor", "topic", "outlet", "month")
"""What is crossed; a facet of which the corpus has only one value stays in the table and is not shown on the page."""
RESAMPLES = 1000
"""Resamples of the bootstrap behind the intervals of cells."""
AT_ONCE = 5000
"""Cells whose clusters are held in memory at once."""
DEVICES, GRIDS, COLUMNS = 6, 4, 12
"""Most devices, grids of one kind and points in time shown as small multiples."""
OPENED = 3
"""Most sentences that a cell of the small multiples opens onto."""
TINTS = 5
"""Steps of the cells' colour: fifths of the cells of one kind, by their rate."""


@dataclass(frozen=True)
class Grid:
    """One of the small multiples: actors by devices, or by points in time.

    Attributes:
        title: what all its cells share: an outlet, a topic, a device.
        kind: what the columns are: `devices` or `times`.
        columns: their headings.
        rows: each actor with its cells: a dictionary of `label`, `count`, `words`, `enough`, `per_1000`, `low`, `high`,
            `tint` (0 to `TINTS`) and `evidence`, or None where there is no text.
    """

    title: str
    kind: str
    columns: list[str]
    rows: list[tuple[str, list[dict[str, Any] | None]]]


def cross_facets(corpus: Corpus, min_words: int, facets: Sequence[str] = FACETS) -> pl.DataFrame:
    """One row for each cell of the crossing that holds a coding, most codings first.

    The text of a cell is the sentences that mention its actor, or in which something is coded of it, within its topic,
    outlet and month; copies of an article are left out. Its interval is bootstrapped by document, within one document
    by paragraph.

    Args:
        corpus: the tables.
        min_words: words below which a cell's rate is not reported.
        facets: device, actor, and those of the others (`year` too) that tell cells apart.

    Returns:
        The facets: `device`, `actor`, `topic` (the label), `outlet`, `month` ("2024-06"; null without a date); then
        `count`, `words`, `per_1000`, `low`, `high` (null where not `enough`), `enough` (words enough, and more than one
        document or paragraph), `sentences` (list of `sentence_id`).
    """
    cells = _count_cells(corpus.actor_text, min_words, facets).drop("clusters")
    return cells.sort("count", *facets, descending=[True, *[False] * len(facets)], nulls_last=True)


def list_shown_facets(cells: pl.DataFrame) -> list[str]:
    """The facets worth a column: device and actor always, the others where the cells differ in them."""
    return [facet for facet in FACETS if facet in ("device", "actor") or cells[facet].n_unique() > 1]


def find_cell_evidence(cells: pl.DataFrame, corpus: Corpus, most: int) -> dict[int, Evidence]:
    """The sentences of each cell that holds codings, by its row number.

    Args:
        cells: columns `device`, `actor`, `sentences`, as in the crossing.
        corpus: the tables they were made from.
        most: passages to show of each cell.
    """
    total = pl.col("sentences").list.len().cast(pl.Int64)
    wanted = (
        cells.with_row_index("group")
        .drop_nulls("sentences")
        .select("group", "device", "actor", total=total, sentence_id="sentences", row=pl.int_ranges(total))
        .explode("sentence_id", "row")
        .filter(spread_evenly("row", pl.col("total"), most))
    )
    here = pl.col("sentence_id").is_in(wanted["sentence_id"].unique().implode())
    read = ("doc_id", "sentence_id", "device", "start", "end", "voice", "target")
    codings = corpus.codings.filter(here).select(*read, actor="actors").explode("actor").collect()
    rows = wanted.drop("row").join(codings, on=["device", "actor", "sentence_id"])
    return find_groups(rows.with_columns(note=describe_coding()), corpus)  # the note names the cell's actor


def build_small_multiples(corpus: Corpus, min_words: int, max_actors: int) -> dict[str, list[Grid]]:
    """The crossing as grids by heading: of all the text; by outlet, by topic and over time where there are several.

    Args:
        corpus: the tables.
        min_words: words below which a cell has no rate.
        max_actors: most actors, those most spoken of first.
    """
    text, said = corpus.actor_text
    if said.is_empty():
        return {}
    most = corpus.mentions.group_by("actor").len().sort("len", "actor", descending=[True, False]).collect()["actor"]
    actors = [actor for actor in most if actor in set(said["actor"].unique().cast(pl.String))][:max_actors]
    said = said.filter(pl.col("actor").cast(pl.String).is_in(actors))
    names = said.group_by(pl.col("device").cast(pl.String)).len().sort("len", "device", descending=[True, False])
    devices = names["device"].head(DEVICES).to_list()
    chosen = ActorText(text.filter(pl.col("actor").cast(pl.String).is_in(actors)), said)
    made = {"In all the text": _build_grids(chosen, corpus, min_words, actors, devices, None)}
    for facet, title in (("outlet", "By outlet"), ("topic", "By topic")):
        grids = _build_grids(chosen, corpus, min_words, actors, devices, facet)
        if len(grids) > 1:
            made[title] = grids
    months = corpus.pages["published_at"].drop_nulls().dt.strftime("%Y-%m").n_unique()
    if months > 1:
        when = "year" if months > COLUMNS else "month"
        made["Over time"] = _build_grids(chosen, corpus, min_words, actors, devices[:GRIDS], when)
    return made


def _build_grids(
    chosen: ActorText, corpus: Corpus, min_words: int, actors: list[str], devices: list[str], facet: str | None
) -> list[Grid]:
    """Actors by devices, one grid a value of the facet; for `month` and `year` by points in time, one grid a device."""
    others = [facet] if facet else []
    cells = _fill_cells(chosen, min_words, devices, others)
    over_time = facet in ("month", "year")
    if over_time:
        values = sorted(set(cells[facet].drop_nulls()))[-COLUMNS:]
        columns, grids, called = values, devices, dated(values)
        cells = cells.with_columns(grid="device", column=facet)
    else:
        sizes = (
            cells.drop_nulls(facet).unique([facet, "actor"]).group_by(facet).agg(pl.col("words").sum())
            if facet
            else None
        )
        values = (
            ["All"]
            if sizes is None
            else sizes.sort("words", facet, descending=[True, False])[facet].head(GRIDS).to_list()
        )
        columns, grids, called = devices, values, {device: plain(device) for device in devices}
        cells = cells.with_columns(grid=facet if facet else pl.lit("All"), column="device")
    cells = cells.filter(pl.col("grid").is_in(grids) & pl.col("column").is_in(columns))
    evidence = find_cell_evidence(cells, corpus, OPENED)
    known = {
        (row["grid"], row["actor"], row["column"]): row
        | {
            "evidence": evidence.get(place, NONE),
            "label": label_cell([row[name] for name in ("device", "actor", *others)]),
        }
        for place, row in enumerate(cells.iter_rows(named=True))
    }
    return [
        Grid(
            plain(grid) if over_time else grid,
            "times" if over_time else "devices",
            [called[column] for column in columns],
            [(actor, [known.get((grid, actor, column)) for column in columns]) for actor in actors],
        )
        for grid in grids
    ]


def label_cell(values: Sequence[str | None]) -> str:
    """A cell in words: "threat, said of Iran · 2022"; its device, its actor and what else it is told by."""
    device, *others = values
    return f"{plain(str(device))}, said of {' · '.join(value for value in others if value is not None)}"


def _fill_cells(chosen: ActorText, min_words: int, devices: list[str], others: list[str]) -> pl.DataFrame:
    """The cells of some devices, with those that hold text and no coding; each with its `tint`."""
    keys = ["actor", *others]
    found = _count_cells(chosen, min_words, ["device", *keys]).drop("words", "clusters", "enough")
    every = _measure_text(chosen.text, keys).join(pl.DataFrame({"device": devices}), how="cross")
    filled = every.join(found, on=["device", *keys], how="left", nulls_equal=True).with_columns(
        pl.col("count").fill_null(0), enough=(pl.col("words") >= min_words) & (pl.col("clusters") > 1)
    )
    # fifths of the cells with a rate above 0: one far-off cell would make all others pale
    rank = pl.col("per_1000").rank("max") / pl.col("per_1000").count().clip(1)
    return filled.with_columns(tint=(rank * TINTS).ceil().fill_null(0).cast(pl.Int64))


def _measure_text(text: pl.DataFrame, keys: Sequence[str]) -> pl.DataFrame:
    """The text by the keys: `words`, `several` (whether of several documents) and `clusters`, what is resampled.

    Clusters are documents; of one document, its paragraphs: a row of `text` is a paragraph on one actor.
    """
    words = pl.col("words").cast(pl.Int64).sum()
    summed = text.group_by(keys).agg(words, documents=pl.col("doc").n_unique(), paragraphs=pl.len())
    several = pl.col("documents") > 1
    clusters = pl.when(several).then("documents").otherwise("paragraphs")
    return summed.select(pl.col(keys).cast(pl.String), "words", several=several, clusters=clusters)


def _count_cells(spoken: ActorText, min_words: int, facets: Sequence[str]) -> pl.DataFrame:
    """The cells that hold a coding, in no order: as `cross_facets` returns them, and `clusters`."""
    keys = [facet for facet in facets if facet != "device"]
    cells = spoken.said.group_by(facets).agg(count=pl.len(), sentences=pl.col("sentence_id").unique())
    cells = cells.with_columns(pl.col(facets).cast(pl.String), pl.col("sentences").cast(pl.List(pl.String)).list.sort())
    found = cells.join(_measure_text(spoken.text, keys), on=keys, how="left", nulls_equal=True, validate="m:1")
    if found.height != cells.height or found["words"].null_count():
        raise ValueError("a cell of the crossing was lost or doubled")
    found = found.with_columns(enough=(pl.col("words") >= min_words) & (pl.col("clusters") > 1))
    units = found.filter("enough").select(*keys, "several").unique().sort(keys).with_row_index("unit")
    ends = _bootstrap_units(spoken, units, keys)
    per_1000 = pl.when("enough").then((1000 * pl.col("count") / pl.col("words")).round(2))
    return (
        found.with_columns(per_1000=per_1000)
        .join(ends, on=facets, how="left", nulls_equal=True, validate="1:1")
        .select(*facets, "count", "words", "per_1000", "low", "high", "enough", "sentences", "clusters")
    )


def _bootstrap_units(spoken: ActorText, units: pl.DataFrame, keys: list[str]) -> pl.DataFrame:
    """The intervals of every device in some units: the keys, `device`, `low` and `high` per 1,000 words."""
    cluster = pl.when("several").then("doc").otherwise("paragraph")
    rows = []
    for some in units.with_columns(pl.col(keys).cast(pl.Categorical())).iter_slices(AT_ONCE):
        text, said = (
            frame.join(some, on=keys, nulls_equal=True).select("unit", amount, cluster=cluster)
            for frame, amount in zip(spoken, ("words", "device"), strict=True)
        )
        words = text.group_by("unit", "cluster").agg(pl.col("words").cast(pl.Int64).sum())
        coded = said.with_columns(pl.col("device").cast(pl.String), found=1)
        counts = coded.pivot("device", index=["unit", "cluster"], values="found", aggregate_function="sum")
        clusters = words.join(counts, on=["unit", "cluster"], how="left").fill_null(0).sort("unit", "cluster")
        devices = clusters.columns[3:]
        for (unit,), part in clusters.group_by("unit", maintain_order=True):
            low, high = stats.interval(part.select(devices).to_numpy(), part["words"].to_numpy(), RESAMPLES, seed=0)
            rows += [(unit, *ends) for ends in zip(devices, low.tolist(), high.tolist(), strict=True)]
    schema = {"unit": pl.UInt32, "device": pl.String, "low": pl.Float64, "high": pl.Float64}
    ends = pl.DataFrame(rows, schema=schema, orient="row").with_columns(pl.col("low", "high").round(2))
    return units.drop("several").join(ends, on="unit").drop("unit")
