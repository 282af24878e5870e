"""Figures of the stage findings: how outlets, topics, actors and months differ."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import polars as pl

from rhetoscope.figures import style
from rhetoscope.figures.style import format_device, format_months, format_rate, shorten

if TYPE_CHECKING:
    from matplotlib.figure import Figure

UNITS, PANELS, SIDES = 8, 6, 3
"""Maximums in one figure: units, devices or topics, and units that are compared with the rest."""
_ROWS = 12
"""Maximum of devices in a comparison with the rest."""


def draw_differences(table: pl.DataFrame, nothing: str) -> tuple[Figure | None, str]:
    """Draw the rates of the devices that differ most between each unit and the rest of the corpus.

    Args:
        table: the differences of a level, as from the stage findings.
        nothing: the alt text if there is nothing to compare.
    """
    if table.is_empty():
        return None, nothing
    units = table.unique("unit").sort("words", "unit", descending=[True, False])["unit"].head(SIDES).to_list()
    shown = table.filter(pl.col("unit").is_in(units))
    clearest = shown.group_by("device").agg(pl.col("apart").any(), pl.col("z").abs().max())
    devices = clearest.sort("apart", "z", "device", descending=[True, True, False])["device"].head(_ROWS).to_list()
    shown = shown.filter(pl.col("device").is_in(devices))
    # a logarithmic axis has no 0: devices that are never found are drawn at its left end
    floor = min((rate for rate in (*shown["per_1000"], *shown["rest"]) if rate), default=0.1) / 2
    shown = shown.with_columns(pl.col("low", "rest_low").clip(floor))
    names = [format_device(device) for device in devices]
    panels, parts = [], []
    for unit in units:
        rows = {row["device"]: row for row in shown.filter(pl.col("unit") == unit).iter_rows(named=True)}
        dots = []
        for place, row in enumerate(rows[device] for device in devices):
            here, rest = max(floor, row["per_1000"]), max(floor, row["rest"])
            ink = style.BLUE if row["apart"] else style.SKY
            dots.append(style.Dot(place + 0.16, rest, row["rest_low"], row["rest_high"], colour=style.GREY, size=4))
            dots.append(style.Dot(place - 0.16, here, row["low"], row["high"], colour=ink, size=7))
            if row["apart"]:
                numbers = f"{format_rate(row['per_1000'])}, elsewhere {format_rate(row['rest'])}"
                parts.append(f"{format_device(row['device'])} in {row['name']} {numbers}")
        panels.append(style.Panel(shorten(str(rows[devices[0]]["name"]), 26), names, dots))
    figure = style.draw_dot_panels(panels, SIDES, 2.2, xlabel="per 1,000 words", log_from=floor)
    note = (
        "Blue: the unit named above, dark where its 95 % interval and that of the rest lie apart (and q < .05); grey: "
        f"the rest of the corpus. The {len(devices)} devices that differ most, on a logarithmic scale."
    )
    finding = _describe_clearest(table.filter(pl.col("unit").is_in(units)), str(table["level"][0]))
    return style.finish_figure(figure, finding, note, parts=parts)


def draw_rates_by_unit(
    rates: pl.DataFrame, level: str, devices: Sequence[str], names: dict[str, str] | None = None, nothing: str = ""
) -> tuple[Figure | None, str]:
    """Draw the rates of some devices in the largest units of a level, one panel for each device.

    Args:
        rates: the table `rates`.
        level: `outlet`, `topic` or `actor`.
        devices: at most `PANELS` are drawn.
        names: display names of the units, if not their own names.
        nothing: the alt text if there are fewer than 2 units.
    """
    rows = rates.filter((pl.col("level") == level) & pl.col("device").is_in(devices[:PANELS]))
    sizes = rows.unique("unit").sort("words", "unit", descending=[True, False])
    units = sizes["unit"].head(UNITS).to_list()
    if len(units) < 2 or not devices:
        return None, nothing
    baseline = find_baseline(rates, level)
    known = {(row["device"], row["unit"]): row for row in rows.iter_rows(named=True)}
    called = {unit: (names or {}).get(unit, unit) for unit in units}
    of, whole = ("of", "all actors") if level == "actor" else ("in", "the whole corpus")
    finding = f"No {level}'s interval leaves out the rate of {whole}"
    furthest = 0.0
    panels, parts = [], []
    for device in devices[:PANELS]:
        name, mean, dots = format_device(device), baseline[device] or 0.0, []
        for place, unit in enumerate(units):
            row = known[device, unit]
            rate = row["per_1000"] or 0.0
            if not row["enough"]:
                text = f"{row['count']} found" if row["count"] else "none"
                dots.append(style.Dot(place, rate, text=text, colour=style.FAINT, size=5))
                continue
            dots.append(style.Dot(place, rate, row["low"], row["high"], format_rate(rate)))
            parts.append(f"{name} {called[unit]} {format_rate(rate, row['low'], row['high'])}")
            ratio = max(rate / mean, mean / max(1e-9, rate)) if mean else 0.0
            if ratio > furthest and not row["low"] <= mean <= row["high"]:
                furthest = ratio
                where = f"{of} {shorten(called[unit], 40)}: {format_rate(rate)} per 1,000 words"
                finding = f"{name.capitalize()} {where}, {of} {whole} {format_rate(mean)}"
        panels.append(style.Panel(name, list(called.values()), dots, mean))
    figure = style.draw_dot_panels(panels, 3, 2.4, same_scale=False)
    of, line = (" of the sentences that mention the actor", "all actors") if level == "actor" else ("", "the corpus")
    note = f"Codings per 1,000 words{of} with 95 % interval; orange: {line}; pale: too few to report."
    if sizes.height > len(units):
        note += f" The {len(units)} of {sizes.height} {level}s with most words."
    return style.finish_figure(figure, finding, note, parts=parts)


def draw_topics_by_outlet(shares: pl.DataFrame, topics: pl.DataFrame, nothing: str) -> tuple[Figure | None, str]:
    """Draw the shares of the topics in which outlets differ most, one panel for each topic, with 95 % intervals.

    Args:
        shares: the table `shares`.
        topics: the table `topics`.
        nothing: the alt text if there are fewer than 2 outlets.
    """
    every = shares.filter(pl.col("level") == "outlet")
    largest = every.unique("unit").sort("units", "unit", descending=[True, False])["unit"]
    units = largest.head(UNITS).to_list()
    rows = every.filter(pl.col("unit").is_in(units))
    spread = rows.group_by("topic").agg(spread=pl.col("share").max() - pl.col("share").min())
    shown = topics.join(spread, on="topic").sort("spread", "topic", descending=[True, False]).head(PANELS)
    if len(units) < 2 or shown.is_empty():
        return None, nothing
    known = {(row["topic"], row["unit"]): row for row in rows.iter_rows(named=True)}
    none = {"share": 0.0, "low": 0.0, "high": 0.0}
    panels, parts, widest = [], [], (-1.0, "")
    for topic, label in shown.select("topic", "label").iter_rows():
        dots = []
        for place, unit in enumerate(units):
            share, low, high = (100 * known.get((topic, unit), none)[name] for name in ("share", "low", "high"))
            dots.append(style.Dot(place, share, low, high, f"{share:.0f} %"))
            parts.append(f"{label} in {unit} {share:.0f} %")
            widest = max(widest, (share, f"“{label}” takes up {share:.0f} % of {shorten(unit, 40)}"))
        panels.append(style.Panel(shorten(label, 26), units, dots))
    figure = style.draw_dot_panels(panels, 3, 2.4)
    note = (
        f"Per cent of an outlet's paragraphs and headlines, with 95 % intervals (Wilson); the {shown.height} topics in "
        "which these outlets differ most."
    )
    if len(largest) > len(units):
        note += f" The {len(units)} of {len(largest)} outlets with most of them."
    return style.finish_figure(figure, widest[1], note, parts=parts)


def draw_rates_over_time(rates: pl.DataFrame, table: pl.DataFrame, nothing: str) -> tuple[Figure | None, str]:
    """Draw the rates of the devices that differ most between months, one panel for each, with 95 % intervals.

    Args:
        rates: the table `rates`.
        table: the differences of the months, as from the stage findings.
        nothing: the alt text if there are fewer than 2 months to compare.
    """
    if table.is_empty():
        return None, nothing
    devices = table["device"].unique(maintain_order=True).head(PANELS).to_list()
    months = rates.filter((pl.col("level") == "month") & pl.col("device").is_in(devices))
    times = months["unit"].unique().sort().to_list()
    called = format_months(times)
    reported = (pl.when("enough").then(name).alias(name) for name in ("per_1000", "low", "high"))
    months = months.select("device", "unit", pl.col("unit").str.to_datetime("%Y-%m").alias("time"), *reported)
    lines, parts = [], []
    for device in devices:
        name, rows = format_device(device), months.filter(pl.col("device") == device).sort("unit")
        lines.append(style.Line(name, rows.rename({"per_1000": "value"})))
        peak = rows.drop_nulls("per_1000").sort("per_1000", "unit", descending=[True, False]).head(1)
        parts += [f"{name} highest in {called[row['unit']]}, {format_rate(row['per_1000'])}" for row in peak.to_dicts()]
    figure, _ = style.draw_line_panels(lines, columns=2)
    of = "months" if all(time == name for time, name in called.items()) else "years"
    note = f"Codings per 1,000 words in {len(times)} {of}, with 95 % intervals."
    if months["per_1000"].null_count():
        note += " Hollow, at the bottom: too few codings to report a rate."
    return style.finish_figure(figure, _describe_clearest(table, "month"), note, parts=parts)


def find_baseline(rates: pl.DataFrame, level: str) -> dict[str, float | None]:
    """Find the rate of each device with which the units are compared.

    It is the rate of the corpus; for actors, it is the rate of all actors together, because only codings said about
    actors count there.
    """
    if level != "actor":
        return dict(rates.filter(pl.col("level") == "corpus").select("device", "per_1000").iter_rows())
    pooled = rates.filter(pl.col("level") == "actor").group_by("device").agg(pl.col("count", "words").sum())
    return {device: 1000 * n / words if words else None for device, n, words in pooled.iter_rows()}


def _describe_clearest(table: pl.DataFrame, level: str) -> str:
    sure = table.filter("apart")
    if sure.is_empty():
        return f"No device sets {level}s apart beyond the intervals"
    above = sure.filter(pl.col("log_odds") > 0)
    top = (above if above.height else sure).row(0, named=True)
    more = "more" if top["per_1000"] > top["rest"] else "less"
    return (
        f"{format_device(top['device']).capitalize()} is {more} frequent in {shorten(top['name'], 40)} than elsewhere: "
        f"{format_rate(top['per_1000'])} against {format_rate(top['rest'])} per 1,000 words"
    )
