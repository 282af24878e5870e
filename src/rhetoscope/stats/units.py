"""The rates of units from the sums of their clusters. They are kept: a rerun resamples only units that changed."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterator
from typing import NamedTuple

import polars as pl

from rhetoscope import store, tables
from rhetoscope.stats.bootstrap import interval
from rhetoscope.stats.sums import KEYS

_CODE = ("stats", "codebook")
"""What the rates of a unit hang on besides its sums."""
_SIGNS = 2
"""Signs of their names by which documents are kept together: a group that holds the same sums again is known."""


class Measure(NamedTuple):
    """How rates are taken.

    Attributes:
        family: of each device, by its name.
        resamples: of the bootstrap.
        min_words: `enough` is false for fewer words.
        min_count: `enough` is false for fewer codings.
        seed: of the bootstrap.
    """

    family: dict[str, str]
    resamples: int
    min_words: int
    min_count: int
    seed: int

    def rates(self, clusters: pl.DataFrame) -> pl.DataFrame:
        """Rows of the table `rates`, a unit and device each, from sums as `sums.by_paragraph` gives them."""
        rows = list(self._rows(clusters.sort(KEYS)))
        return pl.DataFrame(rows, schema=tables.empty("rates").schema, orient="row").sort(
            "level", "unit", "family", "device"
        )

    def _rows(self, clusters: pl.DataFrame) -> Iterator[tuple[object, ...]]:
        all_counts, all_sizes = clusters.select(*self.family).to_numpy(), clusters.get_column("words").to_numpy()
        units = clusters.group_by("level", "unit", maintain_order=True).agg(
            pl.len(), pl.col("doc_id").n_unique().alias("n")
        )
        first = 0
        for level, unit, height, documents in units.iter_rows():
            counts, sizes = all_counts[first : first + height], all_sizes[first : first + height]
            first += height
            cluster = "document" if documents > 1 else "paragraph"
            low, high = interval(counts, sizes, self.resamples, self.seed)
            found, total = counts.sum(axis=0).tolist(), int(sizes.sum())
            for column, (device, family) in enumerate(self.family.items()):
                count = found[column]
                rate = round(1000 * count / total, 3) if total else None
                enough = total >= self.min_words and count >= self.min_count and height > 1
                ends = (_rounded(low[column]), _rounded(high[column]))
                yield (level, unit, family, device, count, total, rate, *ends, enough, cluster, height)


def remembered(measure: Measure, known: store.Store | None) -> Callable[[pl.DataFrame], pl.DataFrame]:
    """What gives the rates of the units of a level, or of some documents, as `Measure.rates` does, from their sums.

    Those of units whose sums the store knows are read there, the others kept there. Units are known one by one,
    documents by groups.

    Args:
        measure: how rates are taken.
        known: the store; without one nothing is kept.
    """
    if known is None:
        return measure.rates
    made_by = store.key("rates", store.code(*_CODE), json.dumps(measure))

    def rates(sums: pl.DataFrame) -> pl.DataFrame:
        if sums.is_empty():
            return measure.rates(sums)
        unit = pl.col("unit").cast(pl.String)
        group = unit.str.head(_SIGNS) if sums["level"][0] == "document" else unit
        groups = {store.key(made_by, *held): name for name, held in _held(sums.sort(group, *KEYS), group)}
        there = known.known(list(groups))
        new = {key: name for key, name in groups.items() if key not in there}
        if new:
            made = measure.rates(sums.filter(group.is_in(list(new.values()))))
            known.put({key: {"rates": made.filter(group == name)} for key, name in new.items()})
        return pl.concat(known.frames(groups, "rates")).sort("level", "unit", "family", "device")

    return rates


def _held(sums: pl.DataFrame, group: pl.Expr) -> Iterator[tuple[str, tuple[str, bytes]]]:
    """Of each group its name and all that its sums hold: the names of columns and rows, and their numbers.

    Args:
        sums: rows of a group one after the other.
        group: its name.
    """
    rows = sums.select(pl.struct(KEYS).struct.json_encode()).to_series().to_list()
    counted = sums.select(pl.exclude(KEYS).cast(pl.Int64))
    head, numbers, first = " ".join(counted.columns), counted.to_numpy(order="c"), 0
    for length, name in sums.select(group.rle().struct.unnest()).iter_rows():
        here = slice(first, first + length)
        yield name, ("\n".join([head, *rows[here]]), numbers[here].tobytes())
        first += length


def _rounded(value: float) -> float | None:
    return None if math.isnan(value) else round(float(value), 3)
