"""What is counted and in what text: the tables a measure is taken from, read some documents at a time."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

import polars as pl
from polars import selectors as cs

from rhetoscope import tables
from rhetoscope.tables import Frame

_COLUMNS = {
    "sentences": ("doc_id", "sentence_id", "paragraph", "sentence", "words"),
    "codings": ("doc_id", "sentence_id", "device", "actors"),
    "mentions": ("doc_id", "sentence_id", "actor"),
    "assignments": ("doc_id", "unit_id", "topic"),
}
"""What is read of each table, where it is there."""


OF_PAGES = {"outlet": pl.col("outlet"), "month": pl.col("published_at").dt.strftime("%Y-%m")}
"""The levels whose units are made of whole articles, and the unit of an article."""


class Part(NamedTuple):
    """Some documents of a corpus: the sentences that count, and what the other tables hold of the same documents."""

    sentences: pl.DataFrame
    codings: pl.DataFrame
    mentions: pl.DataFrame
    assignments: pl.DataFrame


@dataclass(frozen=True)
class Corpus:
    """Tables that belong together, whole or as scans.

    Attributes:
        codings: the table `codings`.
        mentions: the table `mentions`.
        sentences: the table `sentences`.
        articles: columns `doc_id`, `outlet`, `published_at` and, where copies are known, `duplicate_of`.
        assignments: columns `doc_id`, `unit_id`, `topic`; None where topics do not matter.
    """

    codings: Frame
    mentions: Frame
    sentences: Frame
    articles: pl.DataFrame
    assignments: Frame | None = None

    def parts(self, among: pl.Series | None = None, text: bool = False) -> Iterator[Part]:
        """The sentences that count, some documents at a time: of headings and body, of articles that are no copy.

        Args:
            among: only these documents; None for all.
            text: whether the sentences' text is wanted too.
        """
        once = self.articles.lazy()
        if "duplicate_of" in self.articles.columns:
            once = once.filter(pl.col("duplicate_of").is_null())
        names = once.select("doc_id").collect()
        names = names if among is None else names.filter(pl.col("doc_id").is_in(among.implode()))
        assignments = tables.empty("assignments") if self.assignments is None else self.assignments
        placed = self.sentences.lazy().filter(pl.col("start").is_not_null())
        wanted = [
            placed.select(cs.by_name(*_COLUMNS["sentences"], *["text"] * text, require_all=False)),
            *(
                table.lazy().select(cs.by_name(*_COLUMNS[name], require_all=False))
                for name, table in (
                    ("codings", self.codings), ("mentions", self.mentions), ("assignments", assignments),
                )
            ),
        ]  # fmt: skip
        for (some,) in tables.in_parts(names.sort("doc_id")):
            here = pl.col("doc_id").is_between(pl.lit(some["doc_id"][0]), pl.lit(some["doc_id"][-1]))
            yield Part(*(t.filter(here).join(some.lazy(), on="doc_id", how="semi").collect() for t in wanted))


def of_level(level: str, part: Part, articles: pl.DataFrame) -> pl.DataFrame:
    """The sentences of each unit of a level, or what stands in their place: `level`, `unit`, and their own columns.

    Args:
        level: `corpus`, `document`, `actor`, `topic`, `outlet`, `month`.
        part: its sentences have the columns `doc_id` and `paragraph`, for actors `sentence_id`.
        articles: columns `doc_id`, `outlet`, `published_at`, for outlets and months.
    """
    sentences = part.sentences
    if level == "corpus":
        found = sentences.with_columns(unit=pl.lit("all"))
    elif level == "document":
        found = sentences.with_columns(unit=pl.col("doc_id"))
    elif level == "actor":
        named = part.mentions.select("sentence_id", unit="actor").unique()
        found = sentences.join(named, on="sentence_id")
    elif level == "topic":
        topics = part.assignments.filter(pl.col("topic") >= 0)
        numbers = topics.select("unit_id", unit=pl.col("topic").cast(pl.String))
        found = sentences.with_columns(unit_id=tables.unit_id("paragraph")).join(numbers, on="unit_id")
    else:
        found = sentences.join(articles.select("doc_id", unit=OF_PAGES[level]).drop_nulls(), on="doc_id")
    return found.select(pl.lit(level).alias("level"), "unit", *sentences.columns)
