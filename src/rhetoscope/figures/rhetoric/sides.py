"""The ideological square from either side."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from rhetoscope import figures

if TYPE_CHECKING:
    from matplotlib.figure import Figure


def square(table: pl.DataFrame) -> tuple[Figure, str]:
    """The ideological square from each side: what is said well and ill of us and of them, and how firmly.

    Args:
        table: the table `square`.
    """
    views = table.get_column("perspective").unique(maintain_order=True).sort().to_list()
    figure, axes = figures.new(8.6, 3.6, ncols=max(1, len(views)), sharey=True, squeeze=False)
    edge = max(1, int(table.get_column("mentions").filter(table.get_column("said") != "nothing").max() or 1))  # type: ignore[arg-type]
    parts = []
    for panel, view in zip(axes[0], views, strict=False):
        rows = table.filter((pl.col("perspective") == view) & (pl.col("said") != "nothing"))
        cells = rows.group_by("side", "said").agg(pl.col("mentions", "emphasised", "mitigated").sum())
        names = {
            side: ", ".join(rows.filter(pl.col("side") == side)["actor"].unique().sort()) for side in ("us", "them")
        }
        for place, (side, said) in enumerate((("us", "good"), ("us", "bad"), ("them", "good"), ("them", "bad"))):
            n, raised, lowered = cells.filter((pl.col("side") == side) & (pl.col("said") == said)).row(0)[2:]
            panel.barh(place, n, color=figures.GREEN if said == "good" else figures.PINK, height=0.65, linewidth=0)
            note = f"{n}" + (f": {raised} emphasised, {lowered} mitigated" if raised or lowered else "")
            panel.annotate(note, (n, place), (5, 0), textcoords="offset points", va="center", fontsize=9)
            parts.append(f"from {view}, {said} of {side} ({names[side]}) {note}")
        panel.set_title(f"us: {names['us']}\nthem: {names['them']}", loc="left", fontsize=10)
        panel.set(xlim=(0, edge * 2.2), xticks=[], ylim=(3.6, -0.6))
        panel.set_yticks(range(4), ["good of us", "ill of us", "good of them", "ill of them"])
        panel.tick_params(axis="y", length=0)
        panel.spines[["left", "bottom"]].set_visible(False)
    title = _square_title(table, views)
    figures.title(figure, title)
    figures.note(
        figure,
        "Mentions that speak well or ill, by a small word list; emphasis and mitigation by devices said of the actor.",
    )
    return figure, figures.alt_text(title, parts)


def _square_title(table: pl.DataFrame, views: list[str]) -> str:
    if not views:
        return "There are not two sides to compare"
    said = table.filter((pl.col("perspective") == views[0]) & (pl.col("said") != "nothing"))
    parts = []
    for side in ("us", "them"):
        of = said.filter(pl.col("side") == side)
        good, bad = (int(of.filter(pl.col("said") == kind)["mentions"].sum()) for kind in ("good", "bad"))
        parts.append(f"{', '.join(of['actor'].unique().sort())} well {good} and ill {bad} times")
    return f"Mentions speak of {parts[0]}, of {parts[1]}"
