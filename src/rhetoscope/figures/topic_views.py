"""Figures of the stage topics: over time, by outlet, and how topics join into broader ones."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from rhetoscope import figures

if TYPE_CHECKING:
    from matplotlib.figure import Figure

LINES = 6
"""Topics drawn over time; more lines could not be told apart."""

FEWEST = 10
"""Units a bin needs to be drawn: of one unit the share is 0 or all."""

LEAVES = 40
"""Topics drawn in the hierarchy; of more, the largest."""

_INKS = (figures.BLUE, figures.ORANGE, figures.GREEN, figures.PINK, figures.AMBER, figures.SKY)

_FORMATS = {"day": "%Y-%m-%d", "week": "%Y-%m-%d", "month": "%Y-%m", "year": "%Y"}


def timeline(topics: pl.DataFrame, over_time: pl.DataFrame, bins: str) -> tuple[Figure | None, str]:
    """The share of the largest topics among the dated units of each bin, one panel a topic, with 95 % intervals.

    Without a figure where fewer than three bins hold `FEWEST` units.

    Args:
        topics: the table.
        over_time: the table.
        bins: the length of a bin, as the parameter has it.
    """
    over_time = over_time.filter(pl.col("units") >= FEWEST)
    starts = over_time["start"].unique()
    if len(starts) < 3:
        spans = f"{len(starts)} {bins}{'' if len(starts) == 1 else 's'}"
        return None, f"No timeline: {spans} with {FEWEST} dated units or more; three are needed."
    drawn = topics.head(LINES)
    figure, panels = figures.new(8.0, 0.9 + 0.95 * drawn.height, nrows=drawn.height, sharex=True, squeeze=False)
    top = 100 * float(over_time.filter(pl.col("topic") < drawn.height)["high"].max())  # type: ignore[arg-type]
    most, parts = (-1.0, "", ""), []
    for panel, ink, (topic, label) in zip(
        panels[:, 0], _INKS, drawn.select("topic", "label").iter_rows(), strict=False
    ):
        line = over_time.filter(pl.col("topic") == topic).sort("start")
        share = 100 * line["share"]
        panel.fill_between(line["start"], 100 * line["low"], 100 * line["high"], color=ink, alpha=0.25, linewidth=0)
        panel.plot(line["start"], share, color=ink, marker="o", markersize=3, linewidth=1.4)
        panel.set_ylim(0, top)
        panel.set_yticks([0, round(top / 2)], ["0", f"{top / 2:.0f} %"])
        panel.set_title(label, loc="left", fontsize=9, color=figures.GREY, pad=3)
        peak = share.arg_max() or 0
        when = line["start"][peak].strftime(_FORMATS[bins])
        most = max(most, (float(share[peak]), label, when))
        parts.append(f"{label} {float(share[peak]):.0f} % in {when}")
    figures.title(figure, f"“{most[1]}” peaks in {most[2]} at {most[0]:.0f} % of that {bins}’s units")
    dated = int(over_time.unique("start")["units"].sum())
    figures.note(
        figure, f"Share of {dated:,} units in {len(starts)} {bins}s of {FEWEST} or more, with 95 % intervals (Wilson)."
    )
    return figure, f"Line charts of the share of each topic by {bins}, at its highest: {'; '.join(parts)}."


def hierarchy(topics: pl.DataFrame, joints: pl.DataFrame) -> tuple[Figure | None, str]:
    """A tree of the topics: where two lines meet, two groups of topics are joined.

    Without a figure for fewer than three topics.

    Args:
        topics: the table.
        joints: the table `hierarchy`.
    """
    if topics.height < 3:
        return None, "No hierarchy: three topics are needed."
    shown = set(topics["topic"].head(LEAVES))
    children: dict[int, list[int]] = {}
    height = {}
    for child, parent, distance in joints.sort("parent", "child").iter_rows():
        children.setdefault(parent, []).append(child)
        height[parent] = distance
    label = dict(topics.select("topic", "label").iter_rows())
    leaves = [leaf for leaf in _leaves(max(children), children) if leaf in shown]
    figure, axes = figures.new(8.0, 1.2 + 0.27 * len(leaves))
    place: dict[int, float] = {leaf: float(at) for at, leaf in enumerate(leaves)}
    for parent in sorted(children):
        known = [child for child in children[parent] if child in place]
        if not known:
            continue
        place[parent] = sum(place[child] for child in known) / len(known)
        for child in known:
            axes.plot([height.get(child, 0), height[parent]], [place[child]] * 2, color=figures.BLUE, linewidth=1.2)
        if len(known) > 1:
            axes.plot([height[parent]] * 2, [place[known[0]], place[known[-1]]], color=figures.BLUE, linewidth=1.2)
    axes.set_yticks(range(len(leaves)), [figures.short(label[leaf], 40) for leaf in leaves], fontsize=9)
    axes.tick_params(axis="y", length=0)
    axes.set_ylim(len(leaves) - 0.5, -0.5)
    axes.set_xlim(0, 1.04 * max(height.values()))
    axes.set_xlabel("cosine distance at which they join")
    first = min(
        (parent for parent in children if all(child in label for child in children[parent])), key=height.__getitem__
    )
    one, other = (label[child] for child in children[first])
    figures.title(figure, f"“{one}” and “{other}” are the nearest of {topics.height:,} topics")
    more = f" Shown are the {LEAVES} largest." if topics.height > LEAVES else ""
    figures.note(figure, f"Average linkage of the topics’ mean vectors.{more}")
    order = "; ".join(label[leaf] for leaf in leaves)
    return figure, (
        f"Tree of {len(leaves)} topics. The nearest, {one} and {other}, join at a cosine distance of "
        f"{height[first]:.2f}, all at {max(height.values()):.2f}. In the order of the tree: {order}."
    )


def _leaves(node: int, children: dict[int, list[int]]) -> list[int]:
    """The topics below a joint, from left to right."""
    found, waiting = [], [node]
    while waiting:
        at = waiting.pop()
        if at in children:
            waiting += reversed(children[at])
        else:
            found.append(at)
    return found
