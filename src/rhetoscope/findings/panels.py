"""The crossing as small multiples: grids of rates, actors by devices (one an outlet or topic) or by time.

Cells with too little text are there and say so; every cell with codings opens onto its sentences.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

import polars as pl

from rhetoscope.figures import format_device, format_months
from rhetoscope.findings import crossing
from rhetoscope.findings.corpus import Corpus
from rhetoscope.findings.evidence import NONE, Evidence
from rhetoscope.findings.whom import ranked

DEVICES, GRIDS, COLUMNS = 6, 4, 12
"""Most devices, grids of one kind and points in time shown."""
OPENED = 3
"""Most sentences a cell opens onto; all stand in the tables."""
TINTS = 5
"""Steps of the cells' colour: fifths of the cells of one kind, by their rate."""


@dataclass(frozen=True)
class Cell:
    """One cell: its rate with interval where there is text enough, and its sentences."""

    said: str
    """What the cell is, in words: "threat, said of Iran · 2022"."""
    count: int = 0
    words: int = 0
    enough: bool = False
    per_1000: float = 0.0
    low: float | None = None
    high: float | None = None
    tint: int = 0
    evidence: Evidence = NONE


@dataclass(frozen=True)
class Grid:
    """One panel: actors by columns (devices, or points in time)."""

    title: str
    kind: str
    """What the columns are: `devices` or `times`."""
    columns: list[str]
    rows: list[tuple[str, list[Cell]]]


@dataclass(frozen=True)
class Multiples:
    """Grids of one kind, drawn side by side, with what makes them up."""

    title: str
    grids: list[Grid]


class _Filled(NamedTuple):
    """Every cell there is text for, with codings or without, and the evidence by the number in its column `row`."""

    cells: pl.DataFrame
    evidence: dict[int, Evidence]


def small_multiples(corpus: Corpus, min_words: int, max_actors: int) -> list[Multiples]:
    """The grids a corpus has: all of it; by outlet, by topic and over time where there is more than one.

    Args:
        corpus: the tables.
        min_words: words below which a cell has no rate.
        max_actors: most actors, those most spoken of first.
    """
    said = corpus.spoken.said.select(pl.col("device", "actor").cast(pl.String))
    if said.is_empty():
        return []
    spoken_of = set(said["actor"].unique())
    actors = [actor for actor, _ in ranked(corpus.mentions, "actor") if actor in spoken_of][:max_actors]
    devices = [device for device, _ in ranked(said.filter(pl.col("actor").is_in(actors)), "device")[:DEVICES]]
    made = [Multiples("In all the text", _grids(corpus, min_words, actors, devices, ""))]
    for facet, title in (("outlet", "By outlet"), ("topic", "By topic")):
        grids = _grids(corpus, min_words, actors, devices, facet)
        if len(grids) > 1:
            made.append(Multiples(title, grids))
    months = corpus.pages["published_at"].drop_nulls().dt.strftime("%Y-%m").n_unique()
    if months > 1:
        made.append(Multiples("Over time", _over_time(corpus, min_words, actors, devices[:GRIDS], months > COLUMNS)))
    return made


def _grids(corpus: Corpus, min_words: int, actors: list[str], devices: list[str], facet: str) -> list[Grid]:
    """Actors by devices: one grid, or one a value of the facet, those with most text first."""
    facets = ("device", "actor", *([facet] if facet else []))
    cells = _cells(corpus, min_words, facets, actors, devices)
    values = _largest(cells, facet) if facet else [""]
    filled = _filled(cells.filter(pl.col(facet).is_in(values)) if facet else cells, corpus)
    return [
        Grid(
            str(value) or "All",
            "devices",
            [format_device(device) for device in devices],
            [
                (actor, [cells_by[device] for device in devices])
                for actor in actors
                for cells_by in [_pick(filled, "device", devices, {"actor": actor} | ({facet: value} if facet else {}))]
            ],
        )
        for value in values
    ]


def _over_time(corpus: Corpus, min_words: int, actors: list[str], devices: list[str], by_year: bool) -> list[Grid]:
    """Actors by points in time, one grid a device; the latest `COLUMNS` points."""
    when = "year" if by_year else "month"
    cells = _cells(corpus, min_words, ("device", "actor", when), actors, devices)
    times = sorted({value for value in cells[when] if value is not None})[-COLUMNS:]
    filled = _filled(cells.filter(pl.col(when).is_in(times)), corpus)
    called = format_months(times)
    return [
        Grid(
            format_device(device),
            "times",
            [called[time] for time in times],
            [
                (actor, [cells_by[time] for time in times])
                for actor in actors
                for cells_by in [_pick(filled, when, times, {"actor": actor, "device": device})]
            ],
        )
        for device in devices
    ]


def _cells(
    corpus: Corpus, min_words: int, facets: tuple[str, ...], actors: list[str], devices: list[str]
) -> pl.DataFrame:
    """The crossing of some actors and devices, with the cells that hold text and no coding."""
    wanted = pl.col("actor").is_in(actors) & pl.col("device").is_in(devices)
    found = crossing.cross(corpus, min_words, facets, wanted).drop("words", "enough")
    keys = [facet for facet in facets if facet != "device"]
    text = crossing.amounts(corpus, keys).filter(pl.col("actor").is_in(actors))
    every = text.join(pl.DataFrame({"device": devices}), how="cross")
    filled = every.join(found, on=list(facets), how="left", nulls_equal=True).with_columns(
        pl.col("count").fill_null(0),
        enough=(pl.col("words") >= min_words) & (pl.col("clusters") > 1),
    )
    # ranked among the cells that have a rate above 0: in fifths, for one far-off cell would pale all the others
    rank = pl.col("per_1000").rank("max") / pl.col("per_1000").count().clip(1)
    return filled.with_columns(tint=(rank * TINTS).ceil().fill_null(0).cast(pl.Int64))


def _filled(cells: pl.DataFrame, corpus: Corpus) -> _Filled:
    """The cells to draw, with the evidence of those that hold codings."""
    coded = cells.filter(pl.col("count") > 0).with_row_index("row")
    empty = cells.filter(pl.col("count") == 0)
    return _Filled(pl.concat([coded, empty], how="diagonal"), crossing.evidence(coded, corpus, OPENED))


def _largest(cells: pl.DataFrame, facet: str) -> list[str]:
    """The facet's values with most text, at most `GRIDS`."""
    sizes = cells.drop_nulls(facet).unique([facet, "actor"]).group_by(facet).agg(pl.col("words").sum())
    return sizes.sort("words", facet, descending=[True, False])[facet].head(GRIDS).to_list()


def _pick(filled: _Filled, column: str, values: list[str], where: dict[str, str]) -> dict[str, Cell]:
    """The cells of one row by their column; where there is no text at all, an empty one."""
    wanted = filled.cells.filter(*(pl.col(name) == value for name, value in where.items()))
    known = {row[column]: row for row in wanted.iter_rows(named=True)}
    device, others = (
        where.get("device"),
        [where["actor"], *(v for k, v in where.items() if k not in ("actor", "device"))],
    )
    picked = {}
    for value in values:
        said = f"{format_device(device or value)}, said of {' · '.join([*others, value] if device else others)}"
        row = known.get(value)
        picked[value] = Cell(said) if row is None else _cell(said, row, filled.evidence)
    return picked


def _cell(said: str, row: dict[str, Any], evidence: dict[int, Evidence]) -> Cell:
    numbers = {name: row[name] for name in ("count", "words", "enough", "tint", "low", "high")}
    return Cell(said, per_1000=row["per_1000"] or 0.0, evidence=evidence.get(row["row"], NONE), **numbers)
