"""Measure the chrome effect: how far each actor's mentions move when the whole page is taken for the article."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable

import polars as pl

from rhetoscope import tables
from rhetoscope.actors import Span
from rhetoscope.clean.text import normalise_text

_PLACES = ("article", "head", "headline_lists", "site_furniture")
_OFTEN = 5
"""Mentions below which a ratio says little."""


def count_mentions(kept: pl.DataFrame, removed: pl.DataFrame, find: Callable[[str], Iterable[Span]]) -> pl.DataFrame:
    """Count the mentions of each actor on some pages, by where they stand.

    Args:
        kept: the ledger's kept lines, columns `text`, `part`.
        removed: its removed lines, columns `text`, `kind`.
        find: gives the names in a text, as `ActorTable.find` does.

    Returns:
        Columns `actor`, `article` (the lines of `articles.text`), `head`, `headline_lists`, `site_furniture`.
    """
    in_article = pl.col("part").is_in(["heading", "body"])
    in_list = pl.col("kind") == "headline list"
    lines = (kept.filter(in_article), kept.filter(~in_article), removed.filter(in_list), removed.filter(~in_list))
    counts = [Counter(span.actor for text in some["text"] for span in find(normalise_text(text)[0])) for some in lines]
    rows = [(actor, *(count[actor] for count in counts)) for actor in sorted(set().union(*counts))]
    return pl.DataFrame(rows, schema={"actor": pl.String} | dict.fromkeys(_PLACES, pl.Int64), orient="row")


def sum_mentions(counts: Iterable[pl.DataFrame]) -> pl.DataFrame:
    """Sum up the mentions of all pages: the table `chrome_effect`.

    Args:
        counts: what `count_mentions` gives for each page; leave out duplicates.
    """
    schema = tables.make_empty("chrome_effect").drop("page", "ratio").schema
    sums = pl.concat([pl.DataFrame(schema=schema), *counts]).group_by("actor").agg(pl.all().sum())
    ratio = pl.when(pl.col("article") > 0).then((pl.col("page") / pl.col("article")).round(2))
    effect = sums.with_columns(page=pl.sum_horizontal(_PLACES)).with_columns(ratio=ratio)
    return effect.sort("page", "article", "actor", descending=[True, True, False])


def find_furthest(effect: pl.DataFrame) -> pl.DataFrame:
    """Find the actor whose mentions would have moved furthest: its row, or none where no actor's would.

    That is the highest ratio among actors the articles name five times or more; where there is none, the largest gain.
    """
    moved = effect.filter(pl.col("page") > pl.col("article"))
    often = moved.filter(pl.col("article") >= _OFTEN)
    gain = pl.col("page") - pl.col("article")
    order = [pl.col("ratio"), gain] if often.height else [gain]
    ordered = (often if often.height else moved).sort(*order, "actor", descending=[True] * len(order) + [False])
    return ordered.head(1)


def describe_chrome_effect(effect: pl.DataFrame) -> str:
    """Describe the effect in a sentence about the actor whose mentions would have moved furthest."""
    furthest = find_furthest(effect)
    if furthest.is_empty():
        return "No actor is named outside the articles"
    actor, article, page = furthest.select("actor", "article", "page").row(0)
    return f"Had the whole page been counted, {actor} would have {page:,} mentions instead of {article:,}"
