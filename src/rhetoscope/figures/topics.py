"""Figures of the stage topics: how large the topics are, how similar, how stable, and when they occur."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import polars as pl

from rhetoscope.figures import style
from rhetoscope.wording import count_noun, join_words

if TYPE_CHECKING:
    import numpy as np
    from matplotlib.figure import Figure

MOST = 20
"""Maximum of topics that a figure names."""
LEAVES = 40
"""Maximum of topics in the hierarchy: the largest ones."""
LINES = 6
"""Maximum of topics drawn over time, each in its own colour."""
FEWEST = 10
"""Minimum of units in a bin of time that is drawn: with very few units, shares are 0 or 100 % by chance."""
NOTHING = "No topics to show: too few texts."

_COLOURS = (style.BLUE, style.ORANGE, style.GREEN, style.PINK, style.AMBER, style.SKY)
"""Colours of the largest topics; smaller topics are pale."""
_CHANGES = {"order": "other order", "seed": "other seed", "noise": "noise in the vectors"}
_FORMATS = {"day": "%Y-%m-%d", "week": "%Y-%m-%d", "month": "%Y-%m", "year": "%Y"}


def draw_topic_sizes(topics: pl.DataFrame, units: int) -> tuple[Figure | None, str]:
    """Draw how many units each topic has, and how coherent its words are.

    Args:
        topics: the table `topics`.
        units: all units, with a topic or without.
    """
    if not topics.height:
        return None, NOTHING
    shown = topics.head(MOST)
    figure, axes = style.new_figure(8.0, 1.4 + 0.34 * shown.height)
    bars = axes.barh(range(shown.height), shown["size"], height=0.7, color=style.BLUE)
    texts = []
    for size, coherence in shown.select("size", "coherence").iter_rows():
        signed = "–" if coherence is None else f"{coherence:+.2f}".replace("-", "−")
        texts.append(f"{size:,} (coherence {signed})")
    axes.bar_label(bars, texts, padding=6, fontsize=8.5, color=style.GREY)
    listed = [f"{label} {text}" for label, text in zip(shown["label"], texts, strict=True)]
    style.name_rows(axes, shown["label"].to_list())
    axes.set_xlim(0, int(topics["size"][0]) * 1.6)  # room for the counts
    axes.locator_params(axis="x", integer=True, nbins=6)
    axes.set_xlabel("units (paragraphs and headlines)", loc="left")
    label, size = topics.select("label", "size").row(0)
    tied = topics.filter(pl.col("size") == size)["label"].to_list()
    named = join_words([f"“{label}”" for label in tied]) if len(tied) < 3 else f"{len(tied):,} equally large ones"
    verb, each = ("is", "") if len(tied) == 1 else ("are", " each")
    of = count_noun(topics.height, "topic")
    finding = f"{named} {verb} the largest of {of}: {size:,} of {units:,} units{each}"
    note = "Coherence: mean NPMI of a topic's words over the units, −1 to 1; 0 is chance." + _note_shown(topics, MOST)
    alt = (
        f"Bar chart of the units in each of {of}. The largest, {label}, holds {size:,} of {units:,} units "
        f"({100 * size / units:.0f} %). In order: {'; '.join(listed)}."
    )
    return style.finish_figure(figure, finding, note, alt)


def draw_topic_map(topics: pl.DataFrame, documents: pl.DataFrame, vectors: np.ndarray) -> tuple[Figure | None, str]:
    """Draw a map of the documents: a projection to the plane in which the centres of the topics differ most.

    The vectors have 384 dimensions: documents that are near on the map are similar, but distant ones need not differ.
    No number is measured on the map.

    Args:
        topics: the table `topics`.
        documents: `topic` of each document.
        vectors: of the first documents, which were clustered; only these are drawn.
    """
    import numpy as np

    if not topics.height:
        return None, NOTHING
    documents = documents.head(len(vectors))
    points = _project(vectors, documents["topic"].to_numpy())
    figure, axes = style.new_figure(8.0, 6.2)
    dots = {"s": max(2.0, min(26.0, 8000 / documents.height)), "alpha": 0.65, "linewidth": 0}
    stray = (documents["topic"] == -1).to_numpy()
    axes.scatter(*points[stray].T, color=style.PALE, **dots)
    labels, named = [], []
    for topic, label in topics.select("topic", "label").iter_rows():
        members = points[(documents["topic"] == topic).to_numpy()]
        colour = _COLOURS[topic] if topic < len(_COLOURS) else style.PALE
        axes.scatter(*members.T, color=colour, zorder=-topic, **dots)
        if topic < MOST:
            ink = style.GREY if colour == style.PALE else colour
            text = f"{style.shorten(label, style.ROW)} ({len(members):,})"
            labels.append((members[:, 0].mean(), np.quantile(members[:, 1], 0.98), text, ink))
            named.append(f"{label} ({len(members):,})")
    axes.margins(0.12)
    _write_apart(figure, axes, labels)
    axes.set(xticks=[], yticks=[])
    axes.spines[:].set_visible(False)
    of = f"{documents.height:,} distinct texts"
    finding = f"{(~stray).sum():,} of {of} fall into {count_noun(topics.height, 'topic')}"
    note = "One dot a text; near means alike. The plane is a projection of 384 dimensions."
    alt = f"Map of {of} by likeness, coloured by topic, with texts in each: {', '.join(named)}."
    return style.finish_figure(figure, finding, note + _note_shown(topics, MOST), alt)


def draw_stability(topics: pl.DataFrame, refits: pl.DataFrame) -> tuple[Figure | None, str]:
    """Draw how well refits in another order, with other seeds and with noise find each topic again.

    Args:
        topics: the table `topics`, with values in its column `stability`.
        refits: `change`, `agreement` (adjusted Rand index with the fit), one row for each refit.
    """
    if not topics.height or not refits.height:
        return None, "No refits to show."
    shown = topics.sort("stability", "topic").head(MOST).sort("stability", "topic", descending=[True, False])
    rows = shown["label"].to_list()
    dots = [style.Dot(place, value, text=f"{value:.2f}") for place, value in enumerate(shown["stability"])]
    xlabel = "mean best Jaccard overlap with a topic of each refit"
    figure = style.draw_dot_panels([style.Panel("", rows, dots, baseline=0.5)], xlabel=xlabel, end=1.0, room=1.12)
    survive = topics.filter(pl.col("stability") >= 0.75).height
    finding = f"{survive:,} of {count_noun(topics.height, 'topic')} come out again in refits (overlap of .75 or more)"
    means = refits.group_by("change").agg(pl.col("agreement").mean()).sort("change")
    agreement = ", ".join(f"{_CHANGES[change]} {mean:.3f}" for change, mean in means.iter_rows())
    each = f"{count_noun(refits.height // means.height, 'refit')} each: {agreement}."
    note = f"Left of the line, below .5: dissolved. Adjusted Rand index, mean of {each}"
    listed = "; ".join(f"{label} {value:.2f}" for label, value in shown.select("label", "stability").iter_rows())
    alt = f"Dot chart of how well each topic is found again, 0 to 1: {listed}. Adjusted Rand index of {each}"
    return style.finish_figure(figure, finding, note + _note_shown(topics, MOST, "least stable"), alt)


def draw_topic_timeline(topics: pl.DataFrame, over_time: pl.DataFrame, bins: str) -> tuple[Figure | None, str]:
    """Draw the share of the largest topics in the units of each bin of time, one panel for each topic.

    Args:
        topics: the table `topics`.
        over_time: the table `over_time`; there is a figure if 3 or more bins have `FEWEST` units.
        bins: the length of a bin: `day`, `week`, `month` or `year`.
    """
    over_time = over_time.filter(pl.col("units") >= FEWEST)
    starts = over_time["start"].n_unique()
    if starts < 3:
        return None, f"No timeline: {count_noun(starts, bins)} with {FEWEST} dated units or more; three are needed."
    panels, parts, most = [], [], (-1.0, "", "")
    for colour, (topic, label) in zip(_COLOURS[:LINES], topics.select("topic", "label").iter_rows(), strict=False):
        line = over_time.filter(pl.col("topic") == topic).sort("start")
        rows = line.select(
            time="start", value=100 * pl.col("share"), low=100 * pl.col("low"), high=100 * pl.col("high")
        )
        panels.append(style.Line(label, rows, colour))
        when, share = rows.sort("value", descending=True, maintain_order=True).select("time", "value").row(0)
        most = max(most, (share, label, when.strftime(_FORMATS[bins])))
        parts.append(f"{label} {share:.0f} % in {when.strftime(_FORMATS[bins])}")
    figure, axes = style.draw_line_panels(panels, same_scale=True)
    axes[0, 0].yaxis.set_major_formatter("{x:.0f} %")
    finding = f"“{most[1]}” peaks in {most[2]} at {most[0]:.0f} % of that {bins}’s units"
    dated = int(over_time.unique("start")["units"].sum())
    note = f"Share of {dated:,} units in {starts} {bins}s of {FEWEST} or more, with 95 % intervals (Wilson)."
    alt = f"Line charts of the share of each topic by {bins}, at its highest: {'; '.join(parts)}."
    return style.finish_figure(figure, finding, note, alt)


def draw_topic_hierarchy(topics: pl.DataFrame, joints: pl.DataFrame) -> tuple[Figure | None, str]:
    """Draw a tree of the topics: where two lines meet, two groups of topics join.

    Args:
        topics: the table `topics`; there is a figure for 3 or more topics.
        joints: the table `hierarchy`.
    """
    if topics.height < 3:
        return None, "No hierarchy: three topics are needed."
    label = dict(topics.select("topic", "label").iter_rows())
    ordered = joints.sort("parent", "child")
    children = dict(ordered.group_by("parent", maintain_order=True).agg("child").iter_rows())
    height = dict(ordered.select("parent", "distance").iter_rows())
    shown = set(topics["topic"].head(LEAVES))
    leaves = [max(children)]
    while any(node in children for node in leaves):
        leaves = [below for node in leaves for below in children.get(node, [node])]
    leaves = [leaf for leaf in leaves if leaf in shown]
    figure, axes = style.new_figure(8.0, 1.2 + 0.27 * len(leaves))
    place = {leaf: float(at) for at, leaf in enumerate(leaves)}
    line = {"color": style.BLUE, "linewidth": 1.2}
    for parent in sorted(children):
        known = [child for child in children[parent] if child in place]
        if not known:
            continue
        place[parent] = sum(place[child] for child in known) / len(known)
        for child in known:
            axes.plot([height.get(child, 0), height[parent]], [place[child]] * 2, **line)
        axes.plot([height[parent]] * 2, [place[known[0]], place[known[-1]]], **line)
    style.name_rows(axes, [label[leaf] for leaf in leaves])
    axes.set_xlim(0, 1.04 * max(height.values()))
    axes.set_xlabel("cosine distance at which they join", loc="left")
    pairs = [parent for parent in children if all(child in label for child in children[parent])]
    first = min(pairs, key=lambda parent: height[parent])
    one, other = (label[child] for child in children[first])
    finding = f"“{one}” and “{other}” are the nearest of {topics.height:,} topics"
    note = "Average linkage of the topics’ mean vectors."
    if topics.height > LEAVES:
        note += f" Shown are the {LEAVES} largest."
    alt = (
        f"Tree of {len(leaves)} topics. The nearest, {one} and {other}, join at a cosine distance of "
        f"{height[first]:.2f}, all at {max(height.values()):.2f}. "
        f"In the order of the tree: {'; '.join(label[leaf] for leaf in leaves)}."
    )
    return style.finish_figure(figure, finding, note, alt)


def _project(vectors: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """Project to the first 2 principal axes of the topics' centres, or of the documents for fewer than 3 topics."""
    import numpy as np
    from sklearn.decomposition import PCA

    centres = np.array([vectors[labels == topic].mean(axis=0) for topic in sorted(set(labels.tolist()) - {-1})])
    fitted = PCA(2, svd_solver="full").fit(centres if len(centres) > 2 else vectors)
    return np.asarray(fitted.transform(vectors))


def _write_apart(figure: Figure, axes: Any, labels: list[tuple[float, float, str, str]]) -> None:
    """Write labels (x, y, text, colour) above their places, moved up or down so that none covers another."""
    from matplotlib.colors import to_rgb
    from matplotlib.patheffects import withStroke

    figure.draw_without_rendering()
    halo = [withStroke(linewidth=2.5, foreground="white", alpha=0.85)]
    font = {"va": "center", "fontsize": 9, "weight": "bold", "path_effects": halo, "zorder": 2001}
    line = {"arrowstyle": "-", "linewidth": 0.7}
    taken: list[Any] = []
    for x, y, text, colour in labels:
        across = axes.transAxes.inverted().transform(axes.transData.transform((x, y)))[0]
        side = "left" if across < 0.25 else "right" if across > 0.75 else "center"
        dark = tuple(0.75 * part for part in to_rgb(colour))
        offset = {"textcoords": "offset points", "color": dark}
        label = axes.annotate(text, (x, y), (0, 10), ha=side, **font, **offset)
        label.set_in_layout(False)
        box = label.get_window_extent()
        for step in sorted(range(-60, 61), key=abs):
            moved = box.translated(0, step * box.height / 2)
            if not any(moved.overlaps(other) for other in taken):
                break
        taken.append(moved)
        up = 10 + step * box.height / 2 * 72 / figure.dpi
        label.set_position((0, up))
        if abs(step) > 2:  # too far away without a line to its topic
            axes.annotate("", (x, y), (0, up), arrowprops=line | {"color": dark}, **offset)


def _note_shown(topics: pl.DataFrame, named: int, which: str = "largest") -> str:
    return f" Named are the {named} {which} of {topics.height:,} topics." if topics.height > named else ""
