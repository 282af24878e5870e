"""How often each device is found."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from rhetoscope import figures

if TYPE_CHECKING:
    from matplotlib.figure import Figure


def device_profile(rates: pl.DataFrame) -> tuple[Figure, str]:
    """How often each device is found per 1,000 words, with its 95 % interval; pale where there is too little.

    Args:
        rates: the table `rates`; its rows of the level corpus are drawn, but devices that were not found.
    """
    whole = rates.filter(pl.col("level") == "corpus").sort(["enough", "per_1000", "device"], nulls_last=False)
    rows = whole.filter(pl.col("count") > 0)
    families = rows.get_column("family").n_unique() > 1
    figure, axes = figures.new(
        8.6 if families else 8.0, 1.6 + (0.45 if rows.height < 12 else 0.27) * max(1, rows.height)
    )
    parts = []
    for place, row in enumerate(rows.iter_rows(named=True)):
        colour, ink = (figures.BLUE, "#333333") if row["enough"] else (figures.PALE, figures.GREY)
        rate, low, high = row["per_1000"] or 0.0, row["low"], row["high"]
        if low is not None:
            axes.plot([low, high], [place, place], color=colour, linewidth=4, solid_capstyle="butt", alpha=0.45)
        axes.plot(rate, place, "o", color=colour, markersize=8 if rows.height < 12 else 6, clip_on=False, zorder=3)
        count = f"{row['count']:,} coding{'' if row['count'] == 1 else 's'}"
        said = f"{figures.rate(rate, low, high)}, {count}"
        said += "" if row["enough"] else ": too little to report"
        axes.annotate(
            said,
            (max(rate, high or 0.0), place),
            (8, 0),
            textcoords="offset points",
            va="center",
            color=ink,
            fontsize=9,
        )
        parts.append(f"{figures.plain(row['device'])} {said}")
    labels = [
        f"{figures.plain(device)} · {figures.plain(family)}" if families and device != family else figures.plain(device)
        for device, family in rows.select("device", "family").iter_rows()
    ]
    figures.rows(axes, labels)
    ends = pl.concat([rows["high"], rows["per_1000"]]).drop_nulls().to_list()
    edge = max(ends, default=1.0)
    axes.set(xlim=(0, max(edge, 0.1) * 1.85), ylim=(-0.6, max(1, rows.height) - 0.4))
    axes.set_xticks([tick for tick in axes.get_xticks() if tick <= edge * 1.05])
    axes.set_xlabel("codings per 1,000 words of headings and body, with 95 % interval", loc="left")
    title = _most_frequent(whole)
    figures.title(figure, title)
    none = whole.height - rows.height
    missing = f" {none:,} device{' was' if none == 1 else 's were'} looked for and not found." if none else ""
    figures.note(figure, resampled(rates) + missing)
    return figure, figures.alt_text(f"{title}. Codings per 1,000 words with 95 % interval", reversed(parts))


def indicators(rates: pl.DataFrame) -> tuple[Figure | None, str]:
    """War- and peace-journalism indicators, each on its own with its 95 % interval, never a sum (Lee & Maslog 2005).

    Args:
        rates: the table `rates`; its rows of the level corpus are drawn.
    """
    whole = rates.filter(pl.col("level") == "corpus")
    sides = [(family, whole.filter(pl.col("family") == family)) for family in ("war_journalism", "peace_journalism")]
    sides = [(family, rows) for family, rows in sides if not rows.is_empty()]
    if not sides or not whole["count"].sum():
        return None, "No indicator of war or peace journalism was found."
    figure, panels = figures.new(
        8.0, 1.5 + 0.3 * sum(rows.height for _, rows in sides), nrows=len(sides), sharex=True, squeeze=False,
        height_ratios=[rows.height for _, rows in sides],
    )  # fmt: skip
    parts, tops = [], []
    for axes, (family, rows), colour in zip(panels[:, 0], sides, (figures.ORANGE, figures.BLUE), strict=False):
        ordered = rows.sort(["per_1000", "device"], descending=[False, True], nulls_last=False)
        for place, row in enumerate(ordered.iter_rows(named=True)):
            ink = colour if row["enough"] else "#b0b0b0"
            rate, low, high = row["per_1000"] or 0.0, row["low"], row["high"]
            if low is not None:
                axes.plot([low, high], [place, place], color=ink, linewidth=4, solid_capstyle="butt", alpha=0.45)
            axes.plot(rate, place, "o", color=ink, markersize=6, clip_on=False)
            said = figures.rate(rate, low, high)
            few = (
                f": {row['count']:,} coding{'' if row['count'] == 1 else 's'}, too few"
                if row["count"]
                else ": not found"
            )
            said += "" if row["enough"] else few
            axes.annotate(said, (max(rate, high or 0.0), place), (8, 0), textcoords="offset points", va="center",
                          fontsize=8.5, color="#333333" if row["enough"] else figures.GREY)  # fmt: skip
            parts.append(f"{figures.plain(row['device'])} {said}")
        figures.rows(axes, [figures.plain(device) for device in ordered["device"]])
        axes.set_ylim(-0.6, ordered.height - 0.4)
        axes.set_title(f"{figures.plain(family)} indicators", loc="left", fontsize=10, color=colour, pad=4)
        sure = ordered.filter("enough")
        if sure.height:
            top = sure.row(sure.height - 1, named=True)
            tops.append(f"{figures.plain(top['device'])} {figures.rate(top['per_1000'])}")
    edge = max(pl.concat([rows["high"] for _, rows in sides]).drop_nulls().to_list(), default=1.0)
    axes.set_xlim(0, edge * 1.45)
    axes.set_xticks([tick for tick in axes.get_xticks() if tick <= edge * 1.05])
    axes.set_xlabel("codings per 1,000 words, with 95 % interval", loc="left")
    title = f"Most frequent indicators, per 1,000 words: {', '.join(tops)}" if tops else "Too little of any indicator"
    figures.title(figure, title)
    figures.note(figure, f"{resampled(rates)} Each stands on its own: they are not a scale and have no sum.")
    return figure, figures.alt_text(title, parts)


def resampled(rates: pl.DataFrame) -> str:
    """What the rates of the corpus rest on, as a sentence."""
    whole = rates.filter(pl.col("level") == "corpus")
    if whole.is_empty():
        return "There are no words to find devices in."
    words, cluster, clusters = whole.select("words", "cluster", "clusters").row(0)
    return f"{words:,} words; intervals by bootstrap over {clusters:,} {cluster}s."


def _most_frequent(rows: pl.DataFrame) -> str:
    enough = rows.filter("enough")
    if rows.is_empty():
        return "There is no text to find devices in"
    if enough.is_empty():
        return f"Too little text to report any of {rows.height} devices"
    top = enough.row(enough.height - 1, named=True)
    rate = figures.rate(top["per_1000"])
    return f"The device found most often is the {figures.plain(top['device'])}: {rate} per 1,000 words"
