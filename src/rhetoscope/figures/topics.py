"""Figures of the stage topics: how large they are, how they lie to each other, and whether they come out again.

Where there is nothing to draw, the figure is None and its alt text the sentence that says so.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

import polars as pl

from rhetoscope import figures

if TYPE_CHECKING:
    import numpy as np
    from matplotlib.figure import Figure

MOST = 20
"""Topics a figure shows at most."""

NOTHING = "No topics to show: too few texts."
"""Said where there is nothing to draw."""

_CROWD = 400
"""Documents beyond which dots would hide each other: the map then has a circle for each topic."""

_SIGNS = 40
"""Signs of a label at the left of a row."""

_NAMED = 14
"""Topics named on such a map."""

_INKS = (figures.BLUE, figures.ORANGE, figures.GREEN, figures.PINK, figures.AMBER, figures.SKY)
"""Colours of the largest topics on the map; smaller ones are pale."""


def sizes(topics: pl.DataFrame, units: int) -> tuple[Figure | None, str]:
    """How many units each topic holds, and how coherent its words are.

    Args:
        topics: the table, any number of rows.
        units: all units, with a topic or without.
    """
    if not topics.height:
        return None, NOTHING
    shown = topics.head(MOST)
    figure, axes = figures.new(8.0, 1.4 + 0.34 * shown.height)
    axes.barh(range(shown.height), shown["size"], height=0.7, color=figures.BLUE)
    for place, row in enumerate(shown.iter_rows(named=True)):
        axes.annotate(
            f"{row['size']:,}  (coherence {_signed(row['coherence'])})",
            (row["size"], place),
            xytext=(5, 0),
            textcoords="offset points",
            va="center",
            fontsize=9,
            color=figures.GREY,
        )
    figures.rows(axes, [figures.short(label, _SIGNS) for label in shown["label"]])
    axes.set_ylim(shown.height - 0.4, -0.6)
    axes.set_xlim(0, int(topics["size"][0]) * 1.6)  # room for the counts
    axes.locator_params(axis="x", integer=True, nbins=6)
    axes.set_xlabel("units (paragraphs and headlines)")
    first = topics.row(0, named=True)
    share = 100 * first["size"] / units
    tied = topics.filter(pl.col("size") == first["size"])["label"].to_list()
    named = " and ".join(f"“{label}”" for label in tied) if len(tied) < 3 else f"{len(tied):,} equally large ones"
    verb, each = ("is", "") if len(tied) == 1 else ("are", " each")
    figures.title(
        figure, f"{named} {verb} the largest of {_topics(topics)}: {first['size']:,} of {units:,} units{each}"
    )
    figures.note(
        figure, f"Coherence: mean NPMI of a topic's words over the units, −1 to 1; 0 is chance.{_more(topics)}"
    )
    listed = "; ".join(
        f"{label} {size:,} (coherence {_signed(coherence)})"
        for label, size, coherence in shown.select("label", "size", "coherence").iter_rows()
    )
    return figure, (
        f"Bar chart of the units in each of {_topics(topics)}. The largest, {first['label']}, holds "
        f"{first['size']:,} of {units:,} units ({share:.0f} %). In order: {listed}."
    )


def topic_map(topics: pl.DataFrame, documents: pl.DataFrame, vectors: np.ndarray) -> tuple[Figure | None, str]:
    """The documents in the plane in which the centres of the topics lie furthest apart; of many, only the centres.

    A projection of 384 dimensions: near means alike, but far need not mean unlike. No number is read off it.

    Args:
        topics: the table.
        documents: `topic` of each document.
        vectors: of the first documents, those that were clustered; only these are drawn.
    """
    if not topics.height:
        return None, NOTHING
    documents = documents.head(len(vectors))
    points = _plane(vectors, documents["topic"].to_numpy())
    crowded = documents.height > _CROWD
    figure, axes = figures.new(8.0, 7.0 if crowded else 5.6)
    of_none = (documents["topic"] == -1).to_numpy()
    if not crowded:
        axes.scatter(*points[of_none].T, s=12, color=figures.PALE, linewidth=0)
    most = max(Counter(documents.filter(pl.col("topic") >= 0)["topic"]).values())
    scale = 1600 / most
    places, named = [], []
    for topic, label in topics.select("topic", "label").iter_rows():
        members = points[(documents["topic"] == topic).to_numpy()]
        colour = _INKS[topic] if topic < len(_INKS) else figures.PALE
        across, up = members.mean(axis=0)
        if crowded:
            pale = topic >= len(_INKS)
            circle = {"s": scale * len(members), "color": colour, "edgecolor": "white", "linewidth": 0.7}
            axes.scatter(across, up, alpha=0.9 if pale else 0.6, zorder=topic + (0 if pale else 1000), **circle)
        else:
            axes.scatter(*members.T, s=26, color=colour, alpha=0.65, linewidth=0, zorder=-topic)
        if topic < (_NAMED if crowded else MOST):
            ink = colour if topic < len(_INKS) else figures.GREY
            clear = (scale * len(members)) ** 0.5 / 2 if crowded else 3.0  # a marker's area is in square points
            held = f"({len(members):,})"
            named.append(f"{label} {held}")
            line = f"{figures.short(label, _SIGNS)} {held}"
            places.append((across, up if crowded else members[:, 1].max(), clear, line, ink))
    if crowded:
        # a small topic far off would press all others into a corner: it is drawn at the edge or beyond
        for limit, values in zip(
            (axes.set_xlim, axes.set_ylim), zip(*(place[:2] for place in places), strict=True), strict=True
        ):
            low, high = min(values), max(values)
            limit(low - 0.25 * (high - low or 1), high + 0.25 * (high - low or 1))
    else:
        axes.margins(0.18, 0.12)
    _spread(figure, axes, places)
    axes.set_xticks([])
    axes.set_yticks([])
    for spine in axes.spines.values():
        spine.set_visible(False)
    placed = int((~of_none).sum())
    figures.title(figure, f"{placed:,} of {documents.height:,} distinct texts fall into {_topics(topics)}")
    each = "One circle a topic, its area the number of texts" if crowded else "One dot a text"
    figures.note(
        figure,
        f"{each}; near means alike. The plane is a projection of 384 dimensions.{_more(topics, len(places))}",
    )
    listed = ", ".join(named)
    return (
        figure,
        f"Map of {documents.height:,} distinct texts by likeness, coloured by topic, with texts in each: {listed}.",
    )


def stability(topics: pl.DataFrame, refits: pl.DataFrame) -> tuple[Figure | None, str]:
    """Which topics survive refits in another order, with other seeds and with noise.

    Args:
        topics: the table with its column `stability`.
        refits: `change`, `agreement`, as `topics.stability` gives them.
    """
    if not topics.height or not refits.height:
        return None, "No refits to show."
    shown = topics.sort("stability", "topic").head(MOST).sort("stability", "topic", descending=[True, False])
    means = dict(refits.group_by("change").agg(pl.col("agreement").mean()).iter_rows())
    figure, axes = figures.new(8.0, 1.6 + 0.34 * shown.height)
    axes.hlines(range(shown.height), 0, shown["stability"], color=figures.PALE, linewidth=2)
    axes.plot(shown["stability"], range(shown.height), "o", color=figures.BLUE, markersize=7)
    for place, value in enumerate(shown["stability"]):
        axes.annotate(
            f"{value:.2f}", (value, place), xytext=(9, 0), textcoords="offset points", va="center", fontsize=9
        )
    axes.axvline(0.5, color=figures.GREY, linewidth=0.8, linestyle=":")
    axes.annotate(
        "below .5: dissolved", (0.5, -0.75), xytext=(-4, 0), textcoords="offset points", ha="right", va="center",
        fontsize=8.5, color=figures.GREY,
    )  # fmt: skip
    figures.rows(axes, [figures.short(label, _SIGNS) for label in shown["label"]])
    axes.set_xlim(0, 1.12)
    axes.set_xticks([0, 0.25, 0.5, 0.75, 1])
    axes.set_ylim(shown.height - 0.4, -1.1)
    axes.set_xlabel("mean best Jaccard overlap with a topic of each refit")
    survive = topics.filter(pl.col("stability") >= 0.75).height
    figures.title(figure, f"{survive:,} of {_topics(topics)} come out again in refits (overlap of .75 or more)")
    agreement = ", ".join(f"{_CHANGED[change]} {value:.3f}" for change, value in sorted(means.items()))
    number = refits.height // len(means)
    each = f"{number} refit{'' if number == 1 else 's'}"
    figures.note(figure, f"Adjusted Rand index, mean of {each} each: {agreement}.{_more(topics, MOST, 'least stable')}")
    listed = "; ".join(f"{label} {value:.2f}" for label, value in shown.select("label", "stability").iter_rows())
    return figure, (
        f"Dot chart of how well each topic is found again, 0 to 1: {listed}. "
        f"Adjusted Rand index of {each} each: {agreement}."
    )


_CHANGED = {"order": "other order", "seed": "other seed", "noise": "noise in the vectors"}


def _plane(vectors: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """Coordinates in the first two principal axes of the topics' centres, or of the documents for fewer than three.

    The sign of an axis is chosen so that the coordinate furthest from the middle is positive.
    """
    import numpy as np

    centred = vectors.astype(np.float64) - vectors.mean(axis=0, dtype=np.float64)
    centres = np.array([centred[labels == topic].mean(axis=0) for topic in sorted(set(labels.tolist()) - {-1})])
    axes = np.linalg.svd(centres - centres.mean(axis=0) if len(centres) > 2 else centred, full_matrices=False)[2][:2]
    points = centred @ axes.T
    points *= np.sign(points[np.abs(points).argmax(axis=0), [0, 1]] + 1e-12)
    return np.asarray(points)


def _spread(figure: Figure, axes: Any, places: list[tuple[float, float, float, str, str]]) -> None:
    """Writes a label above each place, moved up or down until none covers another, in a darker tone.

    Args:
        figure: the figure.
        axes: its axes, whose limits no longer change.
        places: across, up, points to stay clear of it, text and colour.
    """
    from matplotlib.colors import to_rgb
    from matplotlib.patheffects import withStroke

    figure.draw_without_rendering()
    to_pixels, back = axes.transData.transform, axes.transData.inverted().transform
    taken: list[tuple[float, float, float]] = []
    height, sign = 9 * figure.dpi / 72 * 1.5, 4.6 * figure.dpi / 72  # of a line, and half the width of a sign
    left, right = axes.bbox.x0, axes.bbox.x1
    for x, y, clear, text, colour in places:
        half = sign * len(text) * 0.62
        centre, up = to_pixels((x, y))
        across = min(max(centre, left + half), right - half)
        above = up + clear * figure.dpi / 72 + height / 2
        for step in (place for distance in range(60) for place in (distance, -distance)):
            spot = above + step * height / 2
            if all(abs(spot - other) >= height or abs(across - x0) >= half + half0 for x0, other, half0 in taken):
                break
        taken.append((across, spot, half))
        dark = tuple(0.75 * part for part in to_rgb(colour))
        if abs(spot - above) > height or abs(across - centre) > half:  # too far off to be seen whose it is
            axes.plot(*zip((x, y), back((across, spot)), strict=True), color=dark, linewidth=0.7, zorder=2000)
        label = axes.text(
            *back((across, spot)), text, ha="center", va="center", fontsize=9, color=dark, weight="bold", zorder=2001
        )
        label.set_path_effects([withStroke(linewidth=2.5, foreground="white", alpha=0.85)])  # hides no dot


def _more(topics: pl.DataFrame, named: int = MOST, which: str = "largest") -> str:
    return f"\nNamed are the {named} {which} of {topics.height:,} topics." if topics.height > named else ""


def _topics(topics: pl.DataFrame) -> str:
    return f"{topics.height:,} topic{'' if topics.height == 1 else 's'}"


def _signed(value: float | None) -> str:
    return "–" if value is None else f"{value:+.2f}".replace("-", "−")
