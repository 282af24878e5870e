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


def chrome_effect(kept: pl.DataFrame, removed: pl.DataFrame, find: Callable[[str], Iterable[Named]]) -> pl.DataFrame:
    """The table `chrome_effect`: mentions of each actor in the articles and on the pages they stand on.

    Args:
        kept: the ledger's kept lines, columns `text`, `part`; without duplicates, if they are not to be counted.
        removed: its removed lines, columns `text`, `kind`.
        find: gives the actors named in a text, such as `actors.load().find`.
    """
    article = _count(kept.filter(pl.col("part").is_in(ARTICLE))["text"], find)
    head = _count(kept.filter(~pl.col("part").is_in(ARTICLE))["text"], find)
    lists = _count(removed.filter(pl.col("kind") == "headline list")["text"], find)
    rest = _count(removed.filter(pl.col("kind") != "headline list")["text"], find)
    rows = [
        {
            "actor": actor,
            "article": article[actor],
            "head": head[actor],
            "headline_lists": lists[actor],
            "site_furniture": rest[actor],
            "page": article[actor] + head[actor] + lists[actor] + rest[actor],
        }
        for actor in sorted({*article, *head, *lists, *rest})
    ]
    frame = pl.DataFrame(rows, schema={n: t for n, t in tables.empty("chrome_effect").schema.items() if n != "ratio"})
    ratio = pl.when(pl.col("article") > 0).then((pl.col("page") / pl.col("article")).round(2))
    return frame.with_columns(ratio=ratio).sort("page", "article", "actor", descending=[True, True, False])


def finding(effect: pl.DataFrame) -> str:
    """The effect as a sentence, told by the actor whose mentions would have moved furthest.

    That is the highest ratio among actors the articles name five times or more; where there is none, the largest gain.
    """
    moved = effect.filter(pl.col("page") > pl.col("article"))
    if moved.is_empty():
        return "No actor is named outside the articles"
    often = moved.filter(pl.col("article") >= _OFTEN)
    gain = pl.col("page") - pl.col("article")
    top = (often if often.height else moved).sort(
        pl.col("ratio") if often.height else gain, gain, "actor", descending=[True, True, False]
    )
    actor, article, page = top.select("actor", "article", "page").row(0)
    return f"Had the whole page been counted, {actor} would have {page:,} mentions instead of {article:,}"


def _count(texts: pl.Series, find: Callable[[str], Iterable[Named]]) -> Counter[str]:
    return Counter(span.actor for text in texts for span in find(normalise(text)[0]))
