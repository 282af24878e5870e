"""The chrome effect: how far each actor's mentions would have moved had the whole page been taken for the article."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from typing import Protocol

import polars as pl

from rhetoscope import tables
from rhetoscope.clean.normalise import normalise

ARTICLE = ("heading", "body")
"""Parts of a page that make `articles.text`, in which mentions are counted."""

_OFTEN = 5
"""Mentions below which a ratio says little."""


class Named(Protocol):
    """A place in a text where an actor is named."""

    @property
    def actor(self) -> str:
        """The actor's canonical name."""


class Actors(Protocol):
    """A table of actors, as `actors.load` gives it."""

    @property
    def fingerprint(self) -> str:
        """The same for two tables that find the same names."""

    def find(self, text: str) -> Iterable[Named]:
        """The actors named in a text."""


def count(kept: pl.DataFrame, removed: pl.DataFrame, find: Callable[[str], Iterable[Named]]) -> pl.DataFrame:
    """Mentions of each actor on some pages, by where they stand: the columns of `chrome_effect` but sum and ratio.

    Args:
        kept: the ledger's kept lines, columns `text`, `part`.
        removed: its removed lines, columns `text`, `kind`.
        find: gives the actors named in a text, such as `actors.load().find`.
    """
    places = {
        "article": kept.filter(pl.col("part").is_in(ARTICLE)),
        "head": kept.filter(~pl.col("part").is_in(ARTICLE)),
        "headline_lists": removed.filter(pl.col("kind") == "headline list"),
        "site_furniture": removed.filter(pl.col("kind") != "headline list"),
    }
    counts = {place: _count(lines["text"], find) for place, lines in places.items()}
    rows = [
        {"actor": actor} | {place: counts[place][actor] for place in places}
        for actor in sorted(set().union(*counts.values()))
    ]
    return pl.DataFrame(rows, schema={"actor": pl.String} | dict.fromkeys(places, pl.Int64))


def total(counts: Iterable[pl.DataFrame]) -> pl.DataFrame:
    """The table `chrome_effect` from the counts of all pages; without duplicates, if they are not to be counted."""
    schema = tables.empty("chrome_effect").drop("page", "ratio").schema
    frame = pl.concat([pl.DataFrame(schema=schema), *counts]).group_by("actor").agg(pl.all().sum())
    page = pl.sum_horizontal("article", "head", "headline_lists", "site_furniture")
    ratio = pl.when(pl.col("article") > 0).then((pl.col("page") / pl.col("article")).round(2))
    return (
        frame.with_columns(page=page)
        .with_columns(ratio=ratio)
        .sort("page", "article", "actor", descending=[True, True, False])
    )


def furthest(effect: pl.DataFrame) -> pl.DataFrame:
    """The row of the actor whose mentions would have moved furthest; none where no actor's would.

    That is the highest ratio among actors the articles name five times or more; where there is none, the largest gain.
    """
    moved = effect.filter(pl.col("page") > pl.col("article"))
    often = moved.filter(pl.col("article") >= _OFTEN)
    gain = pl.col("page") - pl.col("article")
    order = pl.col("ratio") if often.height else gain
    return (often if often.height else moved).sort(order, gain, "actor", descending=[True, True, False]).head(1)


def finding(effect: pl.DataFrame) -> str:
    """The effect as a sentence, told by the actor whose mentions would have moved furthest."""
    top = furthest(effect)
    if top.is_empty():
        return "No actor is named outside the articles"
    actor, article, page = top.select("actor", "article", "page").row(0)
    return f"Had the whole page been counted, {actor} would have {page:,} mentions instead of {article:,}"


def _count(texts: pl.Series, find: Callable[[str], Iterable[Named]]) -> Counter[str]:
    return Counter(span.actor for text in texts for span in find(normalise(text)[0]))
