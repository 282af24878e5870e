"""Who is spoken of, in which role, and with what valence."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import polars as pl

from rhetoscope import figures

if TYPE_CHECKING:
    from matplotlib.figure import Figure

ROLES = {
    "agent": figures.BLUE, "patient": figures.ORANGE, "possessor": figures.AMBER, "other": figures.PALE,
}  # fmt: skip
"""Colour of each role."""
_ROOM = 40
"""Digits that fit into the longest bar."""


def actor_roles(mentions: pl.DataFrame | pl.LazyFrame, max_actors: int = 8) -> tuple[Figure, str]:
    """Who is spoken of, in which role, and with what valence; the most mentioned actors first.

    Args:
        mentions: the table `mentions`, or a scan of it.
        max_actors: the most actors drawn.
    """
    counts = (
        mentions.lazy()
        .group_by("actor")
        .agg(
            pl.len().alias("mentions"),
            *((pl.col("role") == role).sum().alias(role) for role in ROLES),
            (pl.col("valence") > 0).sum().alias("for"),
            (pl.col("valence") < 0).sum().alias("against"),
        )
        .sort(["mentions", "actor"], descending=[True, False])
        .collect()
    )
    shown = counts.head(max_actors)
    figure, (left, right) = figures.new(
        8.6, 1.9 + 0.42 * max(2, shown.height), ncols=2, sharey=True, gridspec_kw={"width_ratios": [3, 1.4]}
    )
    most = int(shown["mentions"].max() or 1)  # type: ignore[arg-type]
    offset = pl.zeros(shown.height, dtype=pl.Int64, eager=True)
    for role, colour in ROLES.items():
        bars = left.barh(range(shown.height), shown[role], left=offset, color=colour, height=0.7, linewidth=0)
        labels = [f"{n:,}" if n * _ROOM > most * len(f"{n:,}") else "" for n in shown[role]]
        left.bar_label(
            bars, labels, label_type="center", color="white" if role in ("agent", "patient") else "#333333", fontsize=9
        )
        offset = offset + shown[role]
    for row, total in enumerate(shown["mentions"]):
        left.annotate(
            f"{total:,}", (total, row), (5, 0), textcoords="offset points", va="center", color=figures.GREY, fontsize=9
        )
    _legend(left)
    _valence(right, shown)
    figures.rows(left, shown["actor"].to_list())
    left.set(ylim=(max(1, shown.height) - 0.4, -0.6), xlabel="mentions")
    title = _who_acts(shown)
    figures.title(figure, title)
    missing = counts.height - shown.height
    others = f" {missing:,} more actor{' is' if missing == 1 else 's are'} not drawn." if missing else ""
    figures.note(
        figure,
        f"Roles read from the parse, through passives; valence by a small word list, most mentions have none.{others}",
    )
    rows = (
        f"{r['actor']} {r['mentions']} mentions: agent {r['agent']}, patient {r['patient']}, "
        f"possessor {r['possessor']}, other {r['other']}, {r['for']} speak for it and {r['against']} against"
        for r in shown.iter_rows(named=True)
    )
    return figure, figures.alt_text(title, rows)


def _who_acts(shown: pl.DataFrame) -> str:
    if shown.is_empty():
        return "No actor is mentioned"
    first, *rest = shown.head(2).iter_rows(named=True)
    title = f"{first['actor']} is the agent in {first['agent']:,} of {first['mentions']:,} mentions"
    return title + "".join(f", {row['actor']} in {row['agent']:,} of {row['mentions']:,}" for row in rest)


def _legend(axes: Any) -> None:
    """The roles' names in their colours, over the bars."""
    for place, (role, colour) in enumerate(ROLES.items()):
        ink = figures.GREY if colour == figures.PALE else colour
        axes.text(place * 0.23, 1.02, role, transform=axes.transAxes, color=ink, weight="bold", fontsize=9, va="bottom")


def _valence(axes: Any, shown: pl.DataFrame) -> None:
    """Mentions that speak for an actor to the right of the line, against it to the left."""
    rows = range(shown.height)
    axes.barh(rows, shown["for"], color=figures.GREEN, height=0.5, linewidth=0)
    axes.barh(rows, -shown["against"].cast(pl.Int64), color=figures.PINK, height=0.5, linewidth=0)
    for row, (good, bad) in enumerate(zip(shown["for"], shown["against"], strict=True)):
        for value, side, colour in ((good, 1, figures.GREEN), (bad, -1, figures.PINK)):
            if value:
                axes.annotate(str(value), (side * value, row), (4 * side, 0), textcoords="offset points", va="center",
                              ha="left" if side > 0 else "right", color=colour, fontsize=9)  # fmt: skip
    axes.axvline(0, color="#888888", linewidth=0.8)
    edge = max(1, *shown["for"], *shown["against"]) * 1.35 if shown.height else 1
    axes.set(xlim=(-edge, edge), xticks=[], xlabel="said against | for")
    axes.tick_params(axis="y", length=0)
    axes.spines[["left", "bottom"]].set_visible(False)
