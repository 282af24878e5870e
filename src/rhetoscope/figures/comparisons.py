"""Figures of the stage findings: outlets, months, topics and actors beside each other, device by device."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

import polars as pl

from rhetoscope import figures

if TYPE_CHECKING:
    from matplotlib.figure import Figure

UNITS, DEVICES, SIDES = 8, 6, 3
"""Most units, devices and comparisons in one figure."""
_ROWS = 12
"""Devices of a comparison."""
_TICKS = 6
"""Dates written on an axis of time at most."""


def beside_the_rest(table: pl.DataFrame, nothing: str) -> tuple[Figure | None, str]:
    """Each unit's rates of the devices that differ most, beside those of the rest of the corpus.

    Args:
        table: as `findings.differences` gives it.
        nothing: what to say where there is nothing to compare.
    """
    if table.is_empty():
        return None, nothing
    units = table.unique("unit").sort("words", "unit", descending=[True, False])["unit"].head(SIDES).to_list()
    shown = table.filter(pl.col("unit").is_in(units))
    clear = shown.group_by("device").agg(pl.col("apart").any(), pl.col("z").abs().max())
    devices = clear.sort("apart", "z", "device", descending=[True, True, False])["device"].head(_ROWS).to_list()
    figure, panels = figures.new(
        3.0 + 2.1 * len(units), 1.8 + 0.36 * len(devices), ncols=len(units), sharey=True, sharex=True, squeeze=False
    )
    parts = []
    for axes, unit in zip(panels[0], units, strict=True):
        rows = {row["device"]: row for row in shown.filter(pl.col("unit") == unit).iter_rows(named=True)}
        name = next(iter(rows.values()))["name"]
        for place, device in enumerate(devices):
            row = rows[device]
            ink = figures.BLUE if row["apart"] else figures.SKY
            _dot(axes, place + 0.16, row["rest"], row["rest_low"], row["rest_high"], figures.GREY, 4)
            _dot(axes, place - 0.16, row["per_1000"], row["low"], row["high"], ink, 7)
            if row["apart"]:
                here, there = row["per_1000"], row["rest"]
                parts.append(f"{figures.plain(device)} in {name} {here:.1f}, elsewhere {there:.1f}")
        axes.set_title(figures.short(str(name), 26), loc="left", fontsize=10)
        axes.set(ylim=(len(devices) - 0.4, -0.6), xscale="log", xlabel="per 1,000 words")
        figures.rows(axes, [figures.plain(device) for device in devices])
        axes.grid(axis="x")
    seen = shown.filter(pl.col("device").is_in(devices))
    found = [rate for rate in (*seen["per_1000"], *seen["rest"]) if rate]
    lowest = min(found, default=0.1)
    axes.set_xlim(lowest / 2, None)
    axes.xaxis.set_major_formatter(lambda value, _: f"{value:g}")
    title = _clearest(table.filter(pl.col("unit").is_in(units)), str(table["level"][0]))
    figures.title(figure, title)
    figures.note(
        figure,
        "Blue: the unit named above, dark where its 95 % interval and that of the rest lie apart (and q < .05); grey: "
        f"the rest of the corpus. The {len(devices)} devices that differ most, on a logarithmic scale.",
    )
    return figure, figures.alt_text(title, parts)


def by_unit(
    rates: pl.DataFrame, level: str, devices: Sequence[str], names: dict[str, str] | None = None, nothing: str = ""
) -> tuple[Figure | None, str]:
    """Rates of some devices in the units of a level with most words, one panel a device.

    Args:
        rates: the table `rates`.
        level: `outlet`, `topic` or `actor`.
        devices: at most `DEVICES` are drawn.
        names: what units are called, where not by themselves.
        nothing: what to say where there are not two units.
    """
    rows = rates.filter((pl.col("level") == level) & pl.col("device").is_in(devices[:DEVICES]))
    sizes = rows.unique("unit").sort("words", "unit", descending=[True, False])
    units = sizes["unit"].head(UNITS).to_list()
    if len(units) < 2 or not devices:
        return None, nothing
    whole = _baseline(rates, level)
    known = {(row["device"], row["unit"]): row for row in rows.iter_rows(named=True)}
    names = names or {}
    columns = min(3, len(devices[:DEVICES]))
    lines = -(-len(devices[:DEVICES]) // columns)
    figure, panels = figures.new(
        2.4 + 2.4 * columns, 1.2 + lines * (0.7 + 0.3 * len(units)), ncols=columns, nrows=lines, sharey=True,
        squeeze=False,
    )  # fmt: skip
    parts = []
    for axes in panels.flat[len(devices[:DEVICES]) :]:
        axes.set_visible(False)
    for axes, device in zip(panels.flat, devices[:DEVICES], strict=False):
        ends = [0.1]
        for place, unit in enumerate(units):
            row = known[device, unit]
            rate = row["per_1000"] or 0.0
            if not row["enough"]:
                ends.append(rate)
                _dot(axes, place, rate, None, None, figures.PALE, 5)
                _label(axes, f"{row['count']} found" if row["count"] else "none", rate, place)
                continue
            _dot(axes, place, rate, row["low"], row["high"], figures.BLUE, 6)
            ends.append(max(rate, row["high"]))
            _label(axes, f"{rate:.1f}", ends[-1], place)
            parts.append(f"{figures.plain(device)} {names.get(unit, unit)} {rate:.1f} "
                         f"({row['low']:.1f} to {row['high']:.1f})")  # fmt: skip
        axes.axvline(whole[device] or 0.0, color=figures.ORANGE, linewidth=1, zorder=0)
        axes.set_title(figures.plain(device), loc="left", fontsize=10, pad=4)
        axes.set(xlim=(0, max(*ends, whole[device] or 0.0) * 1.3), ylim=(len(units) - 0.4, -0.6))
        axes.locator_params(axis="x", nbins=4)
        figures.rows(axes, [figures.short(names.get(unit, unit), 30) for unit in units])
    title = _furthest(known, devices[:DEVICES], units, whole, names, level)
    figures.title(figure, title)
    more = f" The {len(units)} of {sizes.height} {level}s with most words." if sizes.height > len(units) else ""
    of, line = (" of the sentences that mention the actor", "all actors") if level == "actor" else ("", "the corpus")
    figures.note(
        figure, f"Codings per 1,000 words{of} with 95 % interval; orange: {line}; pale: too few to report.{more}"
    )
    return figure, figures.alt_text(title, parts)


def over_time(rates: pl.DataFrame, table: pl.DataFrame, nothing: str) -> tuple[Figure | None, str]:
    """Rates of the devices that differ most between months, one panel a device, with 95 % intervals.

    Args:
        rates: the table `rates`.
        table: the months' differences, as `findings.differences` gives them.
        nothing: what to say where there are not two months to compare.
    """
    if table.is_empty():
        return None, nothing
    devices = table.unique("device", keep="first", maintain_order=True)["device"].head(DEVICES).to_list()
    months = rates.filter((pl.col("level") == "month") & pl.col("device").is_in(devices))
    times = sorted(set(months["unit"]))
    dates = [datetime.strptime(time, "%Y-%m") for time in times]  # noqa: DTZ007: no zone is known
    columns = min(2, len(devices))
    lines = -(-len(devices) // columns)
    figure, panels = figures.new(8.6, 1.1 + 1.55 * lines, ncols=columns, nrows=lines, sharex=True, squeeze=False)
    parts = []
    for axes in panels.flat[len(devices) :]:
        axes.set_visible(False)
    for axes, device in zip(panels.flat, devices, strict=False):
        rows = months.filter(pl.col("device") == device).sort("unit").with_columns(at=pl.Series(dates))
        sure, few = rows.filter("enough"), rows.filter(~pl.col("enough"))
        axes.fill_between(sure["at"], sure["low"], sure["high"], color=figures.BLUE, alpha=0.2, linewidth=0)
        axes.plot(sure["at"], sure["per_1000"], "o-", color=figures.BLUE, linewidth=1.4, markersize=5)
        if few.height:  # an empty line that is not clipped would push the layout aside
            hollow = {"markersize": 5, "color": figures.GREY, "markerfacecolor": "white", "clip_on": False}
            axes.plot(few["at"], [0] * few.height, "o", **hollow)
        axes.set_title(figures.plain(device), loc="left", fontsize=10, pad=4)
        axes.set_ylim(0, max([0.1, *sure["high"], *sure["per_1000"]]) * 1.08)
        axes.locator_params(axis="y", nbins=3)
        step = -(-len(times) // _TICKS)
        axes.set_xticks(dates[::step], [_date(time, times) for time in times[::step]])
        if sure.height:
            peak = sure.sort("per_1000", "unit", descending=[True, False]).row(0, named=True)
            parts.append(f"{figures.plain(device)} highest in {peak['unit']}, {peak['per_1000']:.1f}")
    title = _clearest(table, "month")
    figures.title(figure, title)
    none = " Hollow, at the bottom: too few codings to report a rate." if not months["enough"].all() else ""
    figures.note(figure, f"Codings per 1,000 words in {len(times)} months, with 95 % intervals.{none}")
    return figure, figures.alt_text(title, parts)


def topics_by_outlet(shares: pl.DataFrame, topics: pl.DataFrame, nothing: str) -> tuple[Figure | None, str]:
    """The share of the topics that outlets differ most in, one panel a topic, with 95 % intervals.

    Args:
        shares: the table `shares`.
        topics: the table `topics`.
        nothing: what to say where there are not two outlets.
    """
    rows = shares.filter(pl.col("level") == "outlet")
    units = rows.unique("unit").sort("units", "unit", descending=[True, False])["unit"].head(UNITS).to_list()
    spread = rows.group_by("topic").agg(spread=pl.col("share").max() - pl.col("share").min())
    shown = topics.join(spread, on="topic").sort("spread", "topic", descending=[True, False]).head(DEVICES)
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
            _dot(axes, place, share, 100 * row["low"], 100 * row["high"], figures.BLUE, 6)
            _label(axes, f"{share:.0f} %", 100 * row["high"], place)
            parts.append(f"{label} in {unit} {share:.0f} %")
            widest = max(widest, (share, f"“{label}” takes up {share:.0f} % of {figures.short(unit, 40)}"))
        axes.set_title(figures.short(label, 34), loc="left", fontsize=9, pad=4)
        axes.set(ylim=(len(units) - 0.4, -0.6))
        figures.rows(axes, [figures.short(unit, 26) for unit in units])
    panels.flat[0].set_xlim(0, 120 * float(rows.join(shown, on="topic")["high"].max() or 1.0))  # type: ignore[arg-type]
    title = widest[1]
    figures.title(figure, title)
    figures.note(
        figure,
        f"Per cent of an outlet's paragraphs and headlines, with 95 % intervals (Wilson); the {shown.height} topics in "
        "which outlets differ most.",
    )
    return figure, figures.alt_text(title, parts)


def _baseline(rates: pl.DataFrame, level: str) -> dict[str, float | None]:
    """The rate units are drawn beside: the corpus's; for actors, whose codings are those said of them, all actors'."""
    if level != "actor":
        return dict(rates.filter(pl.col("level") == "corpus").select("device", "per_1000").iter_rows())
    pooled = rates.filter(pl.col("level") == "actor").group_by("device").agg(pl.col("count", "words").sum())
    return {device: 1000 * n / words if words else None for device, n, words in pooled.iter_rows()}


def _label(axes: Any, text: str, at: float, place: int) -> None:
    """A number right of its dot, on white so that no line crosses it."""
    label = axes.annotate(text, (at, place), (7, 0), textcoords="offset points", va="center", fontsize=8,
                          color=figures.GREY)  # fmt: skip
    label.set_bbox({"facecolor": "white", "alpha": 0.85, "pad": 0.8, "linewidth": 0})


def _dot(axes: Any, place: float, rate: float, low: float | None, high: float | None, ink: str, size: float) -> None:
    if low is not None and high is not None:
        axes.plot([low, high], [place, place], color=ink, linewidth=2.5, alpha=0.45, solid_capstyle="butt")
    axes.plot(rate, place, "o", color=ink, markersize=size, clip_on=False, zorder=3)


def _date(time: str, times: Sequence[str]) -> str:
    """The year alone where each year has one month."""
    return time[:4] if len({other[:4] for other in times}) == len(times) else time


def _clearest(table: pl.DataFrame, level: str) -> str:
    sure = table.filter("apart")
    if sure.is_empty():
        return f"No device sets {level}s apart beyond the intervals"
    above = sure.filter(pl.col("log_odds") > 0)
    top = (above if above.height else sure).row(0, named=True)
    more = "more" if top["per_1000"] > top["rest"] else "less"
    named = figures.plain(top["device"]).capitalize()
    return (
        f"{named} is {more} frequent in {figures.short(top['name'], 40)} than elsewhere: "
        f"{top['per_1000']:.1f} against {top['rest']:.1f} per 1,000 words"
    )


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
            text = f"{figures.plain(device).capitalize()} {of} {name}: {row['per_1000']:.1f} per 1,000 words, "
            text += f"{'of all actors' if level == 'actor' else 'in the whole corpus'} {all_of_it:.1f}"
            best = max(best, (ratio, text))
    return best[1]
