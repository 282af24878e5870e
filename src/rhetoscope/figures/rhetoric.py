"""Figures of the stage rhetoric: how often, of whom, where."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import polars as pl

from rhetoscope import figures

if TYPE_CHECKING:
    from matplotlib.figure import Figure

ROLES = {
    "agent": figures.BLUE, "patient": figures.ORANGE, "possessor": figures.AMBER, "other": figures.PALE,
}  # fmt: skip
"""Colour of each role."""
_SILENT = 2
"""Actors shown beside those that evidentials fall on: the most mentioned of the others."""


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
        axes.plot(rate, place, "o", color=colour, markersize=8 if rows.height < 12 else 6)
        count = f"{row['count']:,} coding{'' if row['count'] == 1 else 's'}"
        said = f"{rate:.1f}" + (f" ({low:.1f} to {high:.1f}), {count}" if low is not None else f", {count}")
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
        parts.append(f"{plain(row['device'])} {said}")
    labels = [
        f"{plain(device)} · {plain(family)}" if families and device != family else plain(device)
        for device, family in rows.select("device", "family").iter_rows()
    ]
    axes.set_yticks(range(rows.height), labels)
    axes.tick_params(axis="y", length=0)
    axes.spines["left"].set_visible(False)
    ends = pl.concat([rows["high"], rows["per_1000"]]).drop_nulls().to_list()
    edge = max(ends, default=1.0)
    axes.set(xlim=(0, max(edge, 0.1) * 1.5), ylim=(-0.6, max(1, rows.height) - 0.4))
    axes.set_xticks([tick for tick in axes.get_xticks() if tick <= edge * 1.05])
    axes.set_xlabel("codings per 1,000 words of headings and body, with 95 % interval", loc="left")
    title = _most_frequent(whole)
    _title(figure, title)
    none = whole.height - rows.height
    missing = f" {none:,} device{' was' if none == 1 else 's were'} looked for and not found." if none else ""
    _note(figure, resampled(rates) + missing)
    return figure, _alt(f"{title}. Codings per 1,000 words with 95 % interval", reversed(parts))


def actor_roles(mentions: pl.DataFrame, max_actors: int = 8) -> tuple[Figure, str]:
    """Who is spoken of, in which role, and with what valence; the most mentioned actors first.

    Args:
        mentions: the table `mentions`.
        max_actors: the most actors drawn.
    """
    counts = (
        mentions.group_by("actor")
        .agg(
            pl.len().alias("mentions"),
            *((pl.col("role") == role).sum().alias(role) for role in ROLES),
            (pl.col("valence") > 0).sum().alias("for"),
            (pl.col("valence") < 0).sum().alias("against"),
        )
        .sort(["mentions", "actor"], descending=[True, False])
    )
    shown = counts.head(max_actors)
    figure, (left, right) = figures.new(
        8.6, 1.9 + 0.42 * max(2, shown.height), ncols=2, sharey=True, gridspec_kw={"width_ratios": [3, 1.4]}
    )
    offset = pl.zeros(shown.height, dtype=pl.Int64, eager=True)
    for role, colour in ROLES.items():
        bars = left.barh(range(shown.height), shown[role], left=offset, color=colour, height=0.7, linewidth=0)
        labels = [str(n) if n else "" for n in shown[role]]
        left.bar_label(
            bars, labels, label_type="center", color="white" if role in ("agent", "patient") else "#333333", fontsize=9
        )
        offset = offset + shown[role]
    for row, total in enumerate(shown["mentions"]):
        left.annotate(
            str(total), (total, row), (5, 0), textcoords="offset points", va="center", color=figures.GREY, fontsize=9
        )
    _legend(left)
    _valence(right, shown)
    left.set_yticks(range(shown.height), shown["actor"].to_list())
    left.tick_params(axis="y", length=0)
    left.set(ylim=(max(1, shown.height) - 0.4, -0.6), xlabel="mentions")
    left.spines["left"].set_visible(False)
    title = _who_acts(shown)
    _title(figure, title)
    missing = counts.height - shown.height
    others = f" {missing:,} more actor{' is' if missing == 1 else 's are'} not drawn." if missing else ""
    _note(
        figure,
        f"Roles read from the parse, through passives; valence by a small word list, most mentions have none.{others}",
    )
    rows = (
        f"{r['actor']} {r['mentions']} mentions: agent {r['agent']}, patient {r['patient']}, "
        f"possessor {r['possessor']}, other {r['other']}, {r['for']} speak for it and {r['against']} against"
        for r in shown.iter_rows(named=True)
    )
    return figure, _alt(title, rows)


def evidentials(codings: pl.DataFrame, sentences: pl.DataFrame, mentions: pl.DataFrame) -> tuple[Figure, str]:
    """On whom the impersonal evidentials fall and where in the text, over all mentions of the same actors.

    Args:
        codings: the rows of the table `codings` to draw.
        sentences: the table `sentences`.
        mentions: the table `mentions`.
    """
    length = sentences.group_by("doc_id").agg(length=pl.col("end").max())
    place = 100 * pl.col("start") / pl.col("length")
    fallen = (
        codings.with_columns(pl.col("actor").fill_null("no actor")).join(length, on="doc_id").with_columns(place=place)
    )
    hit = fallen.group_by("actor").len().sort(["len", "actor"], descending=[True, False])
    often = mentions.group_by("actor").len().sort(["len", "actor"], descending=[True, False])
    spared = often.filter(~pl.col("actor").is_in(hit["actor"].implode())).head(_SILENT)
    actors = [*hit["actor"], *spared["actor"]]
    named = mentions.filter(pl.col("actor").is_in(actors)).join(length, on="doc_id").with_columns(place=place)
    figure, axes = figures.new(8.6, 1.9 + 0.45 * max(2, len(actors)))
    for row, actor in enumerate(actors):
        axes.axhline(row, color="#eeeeee", linewidth=0.8, zorder=0)
        at = named.filter(pl.col("actor") == actor)["place"]
        axes.plot(at, [row] * len(at), "|", color="#aaaaaa", markersize=9, markeredgewidth=1.2)
        on = fallen.filter(pl.col("actor") == actor)["place"]
        axes.plot(on, [row] * len(on), "o", color=figures.ORANGE, markersize=9, alpha=0.85)
        count = f"{len(on)} on {len(at)}" if actor != "no actor" else str(len(on))
        ink = {"color": figures.ORANGE, "weight": "bold"} if len(on) else {"color": figures.GREY}
        axes.text(1.01, row, count, transform=axes.get_yaxis_transform(), va="center", fontsize=9, **ink)
    axes.set_yticks(range(len(actors)), actors)
    axes.tick_params(axis="y", length=0)
    axes.spines["left"].set_visible(False)
    several = sentences["doc_id"].n_unique() > 1
    axes.set(xlim=(-2, 102), ylim=(max(1, len(actors)) - 0.4, -0.6))
    axes.set_xticks([0, 25, 50, 75, 100])
    axes.set_xlabel(
        f"place in the {'articles' if several else 'article'}, per cent of its words; dot: evidential, tick: mention",
        loc="left",
    )
    title = _on_whom(hit, often)
    _title(figure, title)
    _note(
        figure,
        "Right: evidentials said of the actor, on so many mentions of it. Found by rules over the parse.",
    )
    counts = dict(often.iter_rows())
    rows = (f"{actor} {n} on {counts.get(actor, 0)} mentions" for actor, n in hit.iter_rows())
    none = (f"{actor} none on {n} mentions" for actor, n in spared.iter_rows())
    return figure, _alt(title, [*rows, *none])


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
    _title(figure, title)
    _note(
        figure,
        "Mentions that speak well or ill, by a small word list; emphasis and mitigation by devices said of the actor.",
    )
    return figure, _alt(title, parts)


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


def resampled(rates: pl.DataFrame) -> str:
    """What the rates of the corpus rest on, as a sentence."""
    whole = rates.filter(pl.col("level") == "corpus")
    if whole.is_empty():
        return "There are no words to find devices in."
    words, cluster, clusters = whole.select("words", "cluster", "clusters").row(0)
    return f"{words:,} words; intervals by bootstrap over {clusters:,} {cluster}s."


def plain(device: str) -> str:
    """The name of a device in words."""
    return device.replace("_", " ")


def _most_frequent(rows: pl.DataFrame) -> str:
    enough = rows.filter("enough")
    if rows.is_empty():
        return "There is no text to find devices in"
    if enough.is_empty():
        return f"Too little text to report any of {rows.height} devices"
    top = enough.row(enough.height - 1, named=True)
    return f"The device found most often is the {plain(top['device'])}: {top['per_1000']:.1f} per 1,000 words"


def _who_acts(shown: pl.DataFrame) -> str:
    if shown.is_empty():
        return "No actor is mentioned"
    first, *rest = shown.head(2).iter_rows(named=True)
    title = f"{first['actor']} is the agent in {first['agent']} of {first['mentions']} mentions"
    return title + "".join(f", {row['actor']} in {row['agent']} of {row['mentions']}" for row in rest)


def _on_whom(hit: pl.DataFrame, often: pl.DataFrame) -> str:
    if hit.is_empty():
        return "No impersonal evidential was found"
    named = [f"{actor} ({n})" for actor, n in hit.iter_rows()]
    title = "Impersonal evidentials fall on " + (" and ".join(filter(None, (", ".join(named[:-1]), named[-1]))))
    top = often["actor"][0] if often.height else None
    return title + (f"; none on {top}, the most mentioned actor" if top is not None and top not in hit["actor"] else "")


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


def _title(figure: Figure, text: str) -> None:
    figure.suptitle(text, x=0.01, ha="left", fontsize=12, weight="bold", wrap=True)


def _alt(title: str, parts: Iterable[str]) -> str:
    """The alt text: the finding, then the numbers."""
    numbers = "; ".join(parts)
    return f"{title}. {numbers}." if numbers else f"{title}."


def _note(figure: Figure, text: str) -> None:
    figure.supxlabel(text, fontsize=8, color=figures.GREY, x=0.01, ha="left")
