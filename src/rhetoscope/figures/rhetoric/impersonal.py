"""On whom the impersonal evidentials fall, and where."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from rhetoscope import figures

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_SILENT = 2
"""Actors shown beside those that evidentials fall on: the most mentioned of the others."""
_TICKS = 200
"""Mentions of an actor beyond which only one is drawn for each per cent of the text."""
_NAMED = 5
"""Actors the title names."""


def evidentials(
    codings: pl.DataFrame | pl.LazyFrame,
    sentences: pl.DataFrame | pl.LazyFrame,
    mentions: pl.DataFrame | pl.LazyFrame,
    max_actors: int = 8,
) -> tuple[Figure, str]:
    """On whom the impersonal evidentials fall and where in the text, over all mentions of the same actors.

    Args:
        codings: the rows of the table `codings` to draw.
        sentences: the table `sentences`, or a scan of it, as the others may be.
        mentions: the table `mentions`.
        max_actors: most actors drawn that an evidential falls on.
    """
    length = sentences.lazy().group_by("doc_id").agg(length=pl.col("end").max()).collect()
    place = 100 * pl.col("start") / pl.col("length")
    said_of = codings.lazy().select("doc_id", "start", pl.col("actor").fill_null("no actor"))
    fallen = said_of.join(length.lazy(), on="doc_id").select("actor", place=place).collect()
    known = pl.col("actor") != "no actor"
    hit = fallen.group_by("actor").len().sort([known, "len", "actor"], descending=[True, True, False])
    often = mentions.lazy().group_by("actor").len().sort(["len", "actor"], descending=[True, False]).collect()
    spared = often.filter(~pl.col("actor").is_in(hit["actor"].implode())).head(_SILENT)
    drawn = pl.concat([hit.filter(known).head(max_actors), hit.filter(~known)])
    actors = [*drawn["actor"], *spared["actor"]]
    named = mentions.lazy().join(length.lazy(), on="doc_id").select("actor", place=place)
    figure, axes = figures.new(8.6, 1.9 + 0.45 * max(2, len(actors)))
    for row, actor in enumerate(actors):
        axes.axhline(row, color="#eeeeee", linewidth=0.8, zorder=0)
        at = named.filter(pl.col("actor") == actor).collect()["place"].sort()
        ticks = at if len(at) <= _TICKS else at.round(0).unique(maintain_order=True)
        axes.plot(
            ticks,
            [row] * len(ticks),
            "|",
            color="#aaaaaa" if ticks is at else "#dddddd",
            markersize=9,
            markeredgewidth=1.2,
        )
        on = fallen.filter(pl.col("actor") == actor)["place"].sort()
        axes.plot(on, [row] * len(on), "o", color=figures.ORANGE, markersize=9, alpha=0.85)
        count = f"{len(on):,} on {len(at):,}" if actor != "no actor" else f"{len(on):,}"
        ink = {"color": figures.ORANGE, "weight": "bold"} if len(on) else {"color": figures.GREY}
        axes.text(1.01, row, count, transform=axes.get_yaxis_transform(), va="center", fontsize=9, **ink)
    figures.rows(axes, actors)
    several = length.height > 1
    axes.set(xlim=(-2, 102), ylim=(max(1, len(actors)) - 0.4, -0.6))
    axes.set_xticks([0, 25, 50, 75, 100])
    axes.set_xlabel(
        f"place in the {'articles' if several else 'article'}, per cent of its words; dot: evidential, tick: mention",
        loc="left",
    )
    title = _on_whom(hit, often)
    figures.title(figure, title)
    more = f" {hit.height - drawn.height:,} more actors are not drawn." if hit.height > drawn.height else ""
    figures.note(
        figure,
        f"Right: evidentials said of the actor, on so many mentions of it. Found by rules over the parse.{more}",
    )
    counts = dict(often.iter_rows())
    rows = (f"{actor} {n} on {counts.get(actor, 0)} mentions" for actor, n in drawn.iter_rows())
    none = (f"{actor} none on {n} mentions" for actor, n in spared.iter_rows())
    return figure, figures.alt_text(title, [*rows, *none])


def _on_whom(hit: pl.DataFrame, often: pl.DataFrame) -> str:
    if hit.is_empty():
        return "No impersonal evidential was found"
    named = [f"{actor} ({n:,})" for actor, n in hit.head(_NAMED).iter_rows()]
    if hit.height > _NAMED:
        named.append(f"{hit.height - _NAMED:,} more")
    title = "Impersonal evidentials fall on " + (" and ".join(filter(None, (", ".join(named[:-1]), named[-1]))))
    top = often["actor"][0] if often.height else None
    return title + (f"; none on {top}, the most mentioned actor" if top is not None and top not in hit["actor"] else "")
