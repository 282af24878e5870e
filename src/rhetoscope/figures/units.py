"""Figures of the stage findings: outlets, topics or actors beside each other, one panel a device or topic."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import polars as pl

from rhetoscope import figures

if TYPE_CHECKING:
    from matplotlib.figure import Figure

UNITS, PANELS = 8, 6
"""Most units, and most devices or topics in one figure."""


def by_unit(
    rates: pl.DataFrame, level: str, devices: Sequence[str], names: dict[str, str] | None = None, nothing: str = ""
) -> tuple[Figure | None, str]:
    """Rates of some devices in the units of a level with most words, one panel a device.

    Args:
        rates: the table `rates`.
        level: `outlet`, `topic` or `actor`.
        devices: at most `PANELS` are drawn.
        names: what units are called, where not by themselves.
        nothing: what to say where there are not two units.
    """
    rows = rates.filter((pl.col("level") == level) & pl.col("device").is_in(devices[:PANELS]))
    sizes = rows.unique("unit").sort("words", "unit", descending=[True, False])
    units = sizes["unit"].head(UNITS).to_list()
    if len(units) < 2 or not devices:
        return None, nothing
    whole = _baseline(rates, level)
    known = {(row["device"], row["unit"]): row for row in rows.iter_rows(named=True)}
    names = names or {}
    columns = min(3, len(devices[:PANELS]))
    lines = -(-len(devices[:PANELS]) // columns)
    figure, panels = figures.new(
        2.4 + 2.4 * columns, 1.2 + lines * (0.7 + 0.3 * len(units)), ncols=columns, nrows=lines, sharey=True,
        squeeze=False,
    )  # fmt: skip
    parts = []
    for axes in panels.flat[len(devices[:PANELS]) :]:
        axes.set_visible(False)
    for axes, device in zip(panels.flat, devices[:PANELS], strict=False):
        ends = [0.1]
        for place, unit in enumerate(units):
            row = known[device, unit]
            rate = row["per_1000"] or 0.0
            if not row["enough"]:
                ends.append(rate)
                figures.dot(axes, place, rate, None, None, figures.PALE, 5)
                figures.number(axes, f"{row['count']} found" if row["count"] else "none", rate, place)
                continue
            figures.dot(axes, place, rate, row["low"], row["high"], figures.BLUE, 6)
            ends.append(max(rate, row["high"]))
            figures.number(axes, figures.rate(rate), ends[-1], place)
            said = figures.rate(rate, row["low"], row["high"])
            parts.append(f"{figures.plain(device)} {names.get(unit, unit)} {said}")
        axes.axvline(whole[device] or 0.0, color=figures.ORANGE, linewidth=1, zorder=0)
        axes.set_title(figures.plain(device), loc="left", fontsize=10, pad=4)
        axes.set(xlim=(0, max(*ends, whole[device] or 0.0) * 1.3), ylim=(len(units) - 0.4, -0.6))
        axes.locator_params(axis="x", nbins=4)
        figures.rows(axes, [figures.short(names.get(unit, unit), 30) for unit in units])
    title = _furthest(known, devices[:PANELS], units, whole, names, level)
    figures.title(figure, title)
    more = f" The {len(units)} of {sizes.height} {level}s with most words." if sizes.height > len(units) else ""
    of, line = (" of the sentences that mention the actor", "all actors") if level == "actor" else ("", "the corpus")
    figures.note(
        figure, f"Codings per 1,000 words{of} with 95 % interval; orange: {line}; pale: too few to report.{more}"
    )
    return figure, figures.alt_text(title, parts)


def topics_by_outlet(shares: pl.DataFrame, topics: pl.DataFrame, nothing: str) -> tuple[Figure | None, str]:
    """The share of the topics that outlets differ most in, one panel a topic, with 95 % intervals.

    Args:
        shares: the table `shares`.
        topics: the table `topics`.
        nothing: what to say where there are not two outlets.
    """
    every = shares.filter(pl.col("level") == "outlet")
    largest = every.unique("unit").sort("units", "unit", descending=[True, False])["unit"]
    units = largest.head(UNITS).to_list()
    rows = every.filter(pl.col("unit").is_in(units))
    spread = rows.group_by("topic").agg(spread=pl.col("share").max() - pl.col("share").min())
    shown = topics.join(spread, on="topic").sort("spread", "topic", descending=[True, False]).head(PANELS)
    if len(units) < 2 or shown.is_empty():
        return None, nothing
    columns = min(3, shown.height)
    lines = -(-shown.height // columns)
    figure, panels = figures.new(
        2.0 + 2.5 * columns, 1.2 + lines * (0.8 + 0.3 * len(units)), ncols=columns, nrows=lines, sharey=True,
        sharex=True, squeeze=False,
    )  # fmt: skip
    parts, widest = [], (-1.0, "")
    for axes in panels.flat[shown.height :]:
        axes.set_visible(False)
    for axes, (topic, label) in zip(panels.flat, shown.select("topic", "label").iter_rows(), strict=False):
        known = {row["unit"]: row for row in rows.filter(pl.col("topic") == topic).iter_rows(named=True)}
        for place, unit in enumerate(units):
            row = known.get(unit, {"share": 0.0, "low": 0.0, "high": 0.0})
            share = 100 * row["share"]
            figures.dot(axes, place, share, 100 * row["low"], 100 * row["high"], figures.BLUE, 6)
            figures.number(axes, f"{share:.0f} %", 100 * row["high"], place)
            parts.append(f"{label} in {unit} {share:.0f} %")
            widest = max(widest, (share, f"“{label}” takes up {share:.0f} % of {figures.short(unit, 40)}"))
        axes.set_title(figures.short(label, 34), loc="left", fontsize=9, pad=4)
        axes.set(ylim=(len(units) - 0.4, -0.6))
        figures.rows(axes, [figures.short(unit, 26) for unit in units])
    panels.flat[0].set_xlim(0, 120 * float(rows.join(shown, on="topic")["high"].max() or 1.0))  # type: ignore[arg-type]
    title = widest[1]
    more = f" The {len(units)} of {len(largest)} outlets with most of them." if len(largest) > len(units) else ""
    figures.title(figure, title)
    figures.note(
        figure,
        f"Per cent of an outlet's paragraphs and headlines, with 95 % intervals (Wilson); the {shown.height} topics in "
        f"which these outlets differ most.{more}",
    )
    return figure, figures.alt_text(title, parts)


def _baseline(rates: pl.DataFrame, level: str) -> dict[str, float | None]:
    """The rate units are drawn beside: the corpus's; for actors, whose codings are those said of them, all actors'."""
    if level != "actor":
        return dict(rates.filter(pl.col("level") == "corpus").select("device", "per_1000").iter_rows())
    pooled = rates.filter(pl.col("level") == "actor").group_by("device").agg(pl.col("count", "words").sum())
    return {device: 1000 * n / words if words else None for device, n, words in pooled.iter_rows()}


def _furthest(
    known: dict[tuple[str, str], dict[str, Any]],
    devices: Sequence[str],
    units: Sequence[str],
    whole: dict[str, float | None],
    names: dict[str, str],
    level: str,
) -> str:
    """The rate furthest from the corpus's among those whose interval leaves it out."""
    line = "of all actors" if level == "actor" else "of the whole corpus"
    best: tuple[float, str] = (0.0, f"No {level}'s interval leaves out the rate {line}")
    for device in devices:
        for unit in units:
            row, all_of_it = known[device, unit], whole[device] or 0.0
            if not row["enough"] or row["low"] <= all_of_it <= row["high"] or not all_of_it:
                continue
            ratio = max(row["per_1000"] / all_of_it, all_of_it / max(1e-9, row["per_1000"]))
            name, of = figures.short(names.get(unit, unit), 40), "of" if level == "actor" else "in"
            text = (
                f"{figures.plain(device).capitalize()} {of} {name}: {figures.rate(row['per_1000'])} per 1,000 words, "
            )
            text += f"{'of all actors' if level == 'actor' else 'in the whole corpus'} {figures.rate(all_of_it)}"
            best = max(best, (ratio, text))
    return best[1]
