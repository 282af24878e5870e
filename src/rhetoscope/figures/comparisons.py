"""Figures of the stage findings: what sets an outlet or a month apart from the rest of the corpus."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

import polars as pl

from rhetoscope import figures

if TYPE_CHECKING:
    from matplotlib.figure import Figure

DEVICES, SIDES = 6, 3
"""Most devices over time, and most comparisons in one figure."""
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
    seen = shown.filter(pl.col("device").is_in(devices))
    # a logarithmic axis has no place for 0: what was never found stands at its left end
    floor = min((rate for rate in (*seen["per_1000"], *seen["rest"]) if rate), default=0.1) / 2
    shown = shown.with_columns(pl.col("low", "rest", "rest_low").clip(floor), drawn=pl.col("per_1000").clip(floor))
    parts = []
    for axes, unit in zip(panels[0], units, strict=True):
        rows = {row["device"]: row for row in shown.filter(pl.col("unit") == unit).iter_rows(named=True)}
        name = next(iter(rows.values()))["name"]
        for place, device in enumerate(devices):
            row = rows[device]
            ink = figures.BLUE if row["apart"] else figures.SKY
            figures.dot(axes, place + 0.16, row["rest"], row["rest_low"], row["rest_high"], figures.GREY, 4)
            figures.dot(axes, place - 0.16, row["drawn"], row["low"], row["high"], ink, 7)
            if row["apart"]:
                here, there = row["per_1000"], row["rest"]
                parts.append(f"{figures.plain(device)} in {name} {figures.rate(here)}, elsewhere {figures.rate(there)}")
        axes.set_title(figures.short(str(name), 26), loc="left", fontsize=10)
        axes.set(ylim=(len(devices) - 0.4, -0.6), xscale="log", xlabel="per 1,000 words")
        figures.rows(axes, [figures.plain(device) for device in devices])
        axes.grid(axis="x")
    axes.set_xlim(floor, None)
    axes.xaxis.set_major_formatter(lambda value, _: f"{value:g}")
    title = _clearest(table.filter(pl.col("unit").is_in(units)), str(table["level"][0]))
    figures.title(figure, title)
    figures.note(
        figure,
        "Blue: the unit named above, dark where its 95 % interval and that of the rest lie apart (and q < .05); grey: "
        f"the rest of the corpus. The {len(devices)} devices that differ most, on a logarithmic scale.",
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
    called = figures.dated(times)
    dates = [datetime.strptime(time, "%Y-%m") for time in times]  # no zone is known
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
        if few.height:
            hollow = {"markersize": 5, "color": figures.GREY, "markerfacecolor": "white", "clip_on": False}
            axes.plot(few["at"], [0] * few.height, "o", **hollow)
        axes.set_title(figures.plain(device), loc="left", fontsize=10, pad=4)
        axes.set_ylim(0, max([0.1, *sure["high"], *sure["per_1000"]]) * 1.08)
        axes.locator_params(axis="y", nbins=3)
        step = -(-len(times) // _TICKS)
        axes.set_xticks(dates[::step], [called[time] for time in times[::step]])
        if sure.height:
            peak = sure.sort("per_1000", "unit", descending=[True, False]).row(0, named=True)
            parts.append(f"{figures.plain(device)} highest in {called[peak['unit']]}, {figures.rate(peak['per_1000'])}")
    title = _clearest(table, "month")
    figures.title(figure, title)
    of = "months" if called == dict(zip(times, times, strict=True)) else "years"
    none = " Hollow, at the bottom: too few codings to report a rate." if not months["enough"].all() else ""
    figures.note(figure, f"Codings per 1,000 words in {len(times)} {of}, with 95 % intervals.{none}")
    return figure, figures.alt_text(title, parts)


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
        f"{figures.rate(top['per_1000'])} against {figures.rate(top['rest'])} per 1,000 words"
    )
