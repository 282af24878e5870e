"""Figures of the stage rhetoric: how often each device is found, about which actors, and where."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import polars as pl

from rhetoscope.figures import style
from rhetoscope.figures.style import format_device, format_rate
from rhetoscope.tables import Frame
from rhetoscope.wording import agree_verb, count_noun, join_words

if TYPE_CHECKING:
    from matplotlib.figure import Figure

ROLES = {"agent": style.BLUE, "patient": style.ORANGE, "possessor": style.AMBER, "other": style.PALE}
"""Colour of each role."""
INDICATORS = {"war_journalism": style.ORANGE, "peace_journalism": style.BLUE}
"""Colour of each family of indicators of war or peace journalism."""
_DIGITS = 40
"""Number of digits that fit into the longest bar."""
_SPARED = 2
"""Number of actors without evidentials that are drawn too: those with most mentions."""
_TICKS = 200
"""If an actor has more mentions than this, only one is drawn for each per cent of the text."""
_NAMED = 5
"""Maximum of actors in the title."""


def draw_device_profile(rates: pl.DataFrame) -> tuple[Figure | None, str]:
    """Draw how often each device is found per 1,000 words, with its 95 % interval; pale if there is too little.

    Args:
        rates: the table `rates`; rows of the level corpus are drawn, without devices that are never found.
    """
    whole = rates.filter(pl.col("level") == "corpus").sort("enough", "per_1000", "device", descending=True)
    found, enough = whole.filter(pl.col("count") > 0), whole.filter("enough")
    if found.is_empty():
        nothing = f"None of {whole.height} devices was found."
        return None, nothing if whole.height else "There is no text to find devices in."
    panel = _make_panel("", found, style.BLUE)
    xlabel = "codings per 1,000 words of headings and body, with 95 % interval"
    figure = style.draw_dot_panels([panel], room=1.75, xlabel=xlabel)
    finding = f"Too little text to report any of {whole.height} devices"
    for device, rate in enough.head(1).select("device", "per_1000").iter_rows():
        finding = f"The device found most often is the {format_device(device)}: {format_rate(rate)} per 1,000 words"
    none = whole.height - found.height
    missing = f" {count_noun(none, 'device')} {agree_verb(none)} looked for and not found." if none else ""
    alt = f"{finding}. Codings per 1,000 words with 95 % interval. {'; '.join(_list_values([panel]))}."
    return style.finish_figure(figure, finding, describe_resampling(rates) + missing, alt)


def draw_indicators(rates: pl.DataFrame) -> tuple[Figure | None, str]:
    """Draw each indicator of war and peace journalism, with its 95 % interval (Lee & Maslog 2005).

    Args:
        rates: the table `rates`; rows of the level corpus are drawn.
    """
    whole = rates.filter(pl.col("level") == "corpus").sort("per_1000", "device", descending=[True, False])
    panels, tops = [], []
    for family, colour in INDICATORS.items():
        rows = whole.filter(pl.col("family") == family)
        if rows.height:
            panels.append(_make_panel(f"{format_device(family)} indicators", rows, colour))
        top = rows.filter("enough").head(1).select("device", "per_1000")
        tops += [f"{format_device(device)} {format_rate(rate)}" for device, rate in top.iter_rows()]
    if not panels or not whole["count"].sum():
        return None, "No indicator of war or peace journalism was found."
    figure = style.draw_dot_panels(panels, room=1.75, xlabel="codings per 1,000 words, with 95 % interval")
    finding = f"Most frequent indicators, per 1,000 words: {', '.join(tops)}" if tops else "Too little of any indicator"
    note = f"{describe_resampling(rates)} Each stands on its own: they are not a scale and have no sum."
    return style.finish_figure(figure, finding, note, parts=_list_values(panels))


def draw_actor_roles(mentions: Frame, max_actors: int = 8) -> tuple[Figure | None, str]:
    """Draw which actors are mentioned, in which role, and with which valence; those with most mentions first.

    Args:
        mentions: the table `mentions`, or a scan of it.
        max_actors: maximum of actors drawn.
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
    if counts.is_empty():
        return None, "No actor is mentioned."
    shown = counts.head(max_actors)
    height = 1.9 + 0.42 * max(2, shown.height)
    figure, (left, right) = style.new_figure(8.6, height, ncols=2, sharey=True, width_ratios=[3, 1.4])
    most = int(shown["mentions"].max())  # type: ignore[arg-type]
    offset = pl.zeros(shown.height, dtype=pl.Int64, eager=True)
    for place, (role, colour) in enumerate(ROLES.items()):
        bars = left.barh(range(shown.height), shown[role], left=offset, color=colour, height=0.7, linewidth=0)
        labels = [f"{n:,}" if n * _DIGITS > most * len(f"{n:,}") else "" for n in shown[role]]
        ink = "white" if role in ("agent", "patient") else style.DARK
        left.bar_label(bars, labels, label_type="center", color=ink, fontsize=9)
        offset = offset + shown[role]
        legend = {"weight": "bold", "fontsize": 9, "va": "bottom", "transform": left.transAxes}
        left.text(place * 0.23, 1.02, role, color=style.GREY if role == "other" else colour, **legend)
    left.bar_label(bars, [f"{total:,}" for total in shown["mentions"]], padding=5, color=style.GREY, fontsize=8.5)
    style.name_rows(left, shown["actor"].to_list())
    left.set_xlabel("mentions")
    _draw_valence(right, shown)
    first, *rest = shown.head(2).iter_rows(named=True)
    finding = f"{first['actor']} is the agent in {first['agent']:,} of {first['mentions']:,} mentions"
    finding += "".join(f", {row['actor']} in {row['agent']:,} of {row['mentions']:,}" for row in rest)
    note = "Roles read from the parse, through passives; valence by a small word list, most mentions have none."
    if missing := counts.height - shown.height:
        note += f" {count_noun(missing, 'more actor')} {agree_verb(missing, 'is', 'are')} not drawn."
    parts = (
        f"{r['actor']} {r['mentions']} mentions: agent {r['agent']}, patient {r['patient']}, "
        f"possessor {r['possessor']}, other {r['other']}, {r['for']} speak for it and {r['against']} against"
        for r in shown.iter_rows(named=True)
    )
    return style.finish_figure(figure, finding, note, parts=parts)


def draw_evidentials(
    codings: Frame, sentences: Frame, mentions: Frame, max_actors: int = 8
) -> tuple[Figure | None, str]:
    """Draw which actors impersonal evidentials are used about, and where in the text, over all mentions of each.

    Args:
        codings: the rows of the table `codings` to draw; this and the next tables may also be scans.
        sentences: the table `sentences`.
        mentions: the table `mentions`.
        max_actors: maximum of actors with evidentials that are drawn.
    """
    length = sentences.lazy().group_by("doc_id").agg(length=pl.col("end").max()).collect()
    place = 100 * pl.col("start") / pl.col("length")
    coded, mentioned = (
        rows.lazy().join(length.lazy(), on="doc_id").select("actor", place=place).sort("place")
        for rows in (codings, mentions)
    )
    fallen = coded.with_columns(pl.col("actor").fill_null("no actor")).collect()
    known = pl.col("actor") != "no actor"
    hit = fallen.group_by("actor").len().sort([known, "len", "actor"], descending=[True, True, False])
    often = mentions.lazy().group_by("actor").len().sort(["len", "actor"], descending=[True, False]).collect()
    spared = often.filter(~pl.col("actor").is_in(hit["actor"].implode())).head(_SPARED)
    drawn = pl.concat([hit.filter(known).head(max_actors), hit.filter(~known)])
    actors = [*drawn["actor"], *spared["actor"]]
    finding = _describe_fallen(hit, often)
    if not actors:
        return None, f"{finding}."
    named = mentioned.filter(pl.col("actor").is_in(actors)).collect()
    figure, axes = style.new_figure(8.6, 1.9 + 0.45 * max(2, len(actors)))
    for row, actor in enumerate(actors):
        axes.axhline(row, color="#eeeeee", linewidth=0.8, zorder=0)
        at = named.filter(pl.col("actor") == actor)["place"]
        many = len(at) > _TICKS
        ticks = at.round(0).unique(maintain_order=True) if many else at
        axes.plot(ticks, [row] * len(ticks), "|", color="#dddddd" if many else "#aaaaaa", markersize=9)
        on = fallen.filter(pl.col("actor") == actor)["place"]
        axes.plot(on, [row] * len(on), "o", color=style.ORANGE, markersize=9, alpha=0.85)
        count = f"{len(on):,} on {len(at):,}" if actor != "no actor" else f"{len(on):,}"
        ink = {"color": style.ORANGE, "weight": "bold"} if len(on) else {"color": style.GREY}
        axes.text(1.01, row, count, transform=axes.get_yaxis_transform(), va="center", fontsize=9, **ink)
    style.name_rows(axes, actors)
    text = "articles" if length.height > 1 else "article"
    axes.set(xlim=(-2, 102), xticks=[0, 25, 50, 75, 100])
    axes.set_xlabel(f"place in the {text}, per cent of its words; dot: evidential, tick: mention", loc="left")
    note = "Right: evidentials said of the actor, on so many mentions of it. Found by rules over the parse."
    if hit.height > drawn.height:
        note += f" {hit.height - drawn.height:,} more actors are not drawn."
    counts = dict(often.iter_rows())
    parts = [f"{actor} {n} on {counts.get(actor, 0)} mentions" for actor, n in drawn.iter_rows()]
    parts += [f"{actor} none on {n} mentions" for actor, n in spared.iter_rows()]
    return style.finish_figure(figure, finding, note, parts=parts)


def draw_square(table: pl.DataFrame) -> tuple[Figure | None, str]:
    """Draw the ideological square from each side: what is said about us and about them, good or bad, and how strongly.

    Args:
        table: the table `square`.
    """
    views = table["perspective"].unique().sort().to_list()
    if not views:
        return None, "There are not two sides to compare."
    said = table.filter(pl.col("said") != "nothing")
    figure, panels = style.new_figure(8.6, 3.6, ncols=len(views), sharey=True, squeeze=False)
    edge = max(1, int(said["mentions"].max() or 1))  # type: ignore[arg-type]
    parts, findings = [], []
    for panel, view in zip(panels[0], views, strict=True):
        rows = said.filter(pl.col("perspective") == view)
        counts = {side: [0, 0] for side in ("us", "them")}
        names = {side: ", ".join(rows.filter(pl.col("side") == side)["actor"].unique().sort()) for side in counts}
        for place, (side, kind) in enumerate((("us", "good"), ("us", "bad"), ("them", "good"), ("them", "bad"))):
            cell = rows.filter((pl.col("side") == side) & (pl.col("said") == kind))
            n, raised, lowered = (int(cell[name].sum()) for name in ("mentions", "emphasised", "mitigated"))
            counts[side][kind == "bad"] = n
            panel.barh(place, n, color=style.GREEN if kind == "good" else style.PINK, height=0.65, linewidth=0)
            text = f"{n}" + (f": {raised} emphasised, {lowered} mitigated" if raised or lowered else "")
            style.write_right(panel, text, n, place, color=style.DARK)
            parts.append(f"from {view}, {kind} of {side} ({names[side]}) {text}")
        style.name_rows(panel, ["good of us", "ill of us", "good of them", "ill of them"])
        panel.set_title(f"us: {names['us']}\nthem: {names['them']}", loc="left", fontsize=10)
        panel.set(xlim=(0, edge * 2.2), xticks=[])
        panel.spines["bottom"].set_visible(False)
        sides = [f"{names[side]} well {good} and ill {bad} times" for side, (good, bad) in counts.items()]
        findings.append(f"Mentions speak of {sides[0]}, of {sides[1]}")
    note = (
        "Mentions that speak well or ill, by a small word list; emphasis and mitigation by devices said of the actor."
    )
    return style.finish_figure(figure, findings[0], note, parts=parts)


def describe_resampling(rates: pl.DataFrame) -> str:
    """Say in one sentence on how many words and clusters the rates of the corpus are based."""
    whole = rates.filter(pl.col("level") == "corpus")
    if whole.is_empty():
        return "There are no words to find devices in."
    words, cluster, clusters = whole.select("words", "cluster", "clusters").row(0)
    return f"{words:,} words; intervals by bootstrap over {clusters:,} {cluster}s."


def _make_panel(title: str, rows: pl.DataFrame, colour: str) -> style.Panel:
    """Make a panel of the rates in the order of the rows, with numbers; pale if there is too little to report."""
    dots, names = [], []
    for place, row in enumerate(rows.iter_rows(named=True)):
        rate, low, high = row["per_1000"] or 0.0, row["low"], row["high"]
        few = "" if row["enough"] else ": too little to report" if row["count"] else ": not found"
        count = f", {count_noun(row['count'], 'coding')}" if row["count"] else ""
        text = f"{format_rate(rate, low, high)}{count}{few}"
        dots.append(style.Dot(place, rate, low, high, text, colour if row["enough"] else style.FAINT))
        several = not title and row["family"] != row["device"] and rows["family"].n_unique() > 1
        names.append(format_device(f"{row['device']} · {row['family']}" if several else row["device"]))
    return style.Panel(title, names, dots, colour=colour)


def _list_values(panels: list[style.Panel]) -> list[str]:
    return [f"{name} {dot.text}" for panel in panels for name, dot in zip(panel.rows, panel.dots, strict=True)]


def _describe_fallen(hit: pl.DataFrame, often: pl.DataFrame) -> str:
    if hit.is_empty():
        return "No impersonal evidential was found"
    named = [f"{actor} ({n:,})" for actor, n in hit.head(_NAMED).iter_rows()]
    if hit.height > _NAMED:
        named.append(f"{hit.height - _NAMED:,} more")
    title = f"Impersonal evidentials fall on {join_words(named)}"
    top = often["actor"][0] if often.height else None
    return title + (f"; none on {top}, the most mentioned actor" if top is not None and top not in hit["actor"] else "")


def _draw_valence(axes: Any, shown: pl.DataFrame) -> None:
    """Draw the mentions that speak for an actor to the right of the line, and those against it to the left."""
    for column, sign, colour in (("for", 1, style.GREEN), ("against", -1, style.PINK)):
        counts = shown[column].cast(pl.Int64)
        bars = axes.barh(range(shown.height), sign * counts, color=colour, height=0.5, linewidth=0)
        axes.bar_label(bars, [f"{n:,}" if n else "" for n in counts], padding=4, color=colour, fontsize=9)
    axes.axvline(0, color="#888888", linewidth=0.8)
    edge = 1.35 * max([1, *shown["for"], *shown["against"]])
    axes.set(xlim=(-edge, edge), xticks=[], xlabel="said against | for")
    axes.tick_params(axis="y", length=0)
    axes.spines[["left", "bottom"]].set_visible(False)
