"""The sentences in which actors are spoken of, and what is coded of them: what the crossing is counted from."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain
from typing import NamedTuple

import polars as pl

from rhetoscope import tables
from rhetoscope.stats import CodingTables, Part, shrink_sums

PLACE = ("topic", "outlet", "month", "year")
"""What the place of a sentence tells; null where unknown."""
TOGETHER = 1000
"""Documents of a part."""


class Spoken(NamedTuple):
    """Text and codings by actor, without copies of articles; names as categories, whole numbers in few bytes.

    Attributes:
        text: a row each actor and paragraph: `doc` (a number in the order of `doc_id`), `paragraph`, `actor`, the
            columns of `PLACE`, and `words` of the sentences that mention it or in which something is coded of it.
        said: a row each coding and actor it is said of: the same without `words`, `device` and `sentence_id`.
    """

    text: pl.DataFrame
    said: pl.DataFrame

    def parts(self) -> Iterator[Spoken]:
        """Some documents at a time, at least once."""
        last = self.text["doc"].max() or 0
        for start in range(0, int(last) + 1, TOGETHER):  # type: ignore[arg-type]
            here = pl.col("doc").is_between(start, start + TOGETHER - 1)
            yield Spoken(*(frame.filter(here) for frame in self))


def spoken(corpus: CodingTables, topics: pl.DataFrame) -> Spoken:
    """Collects them from a corpus, some documents at a time.

    Args:
        corpus: the tables; `articles` in the order of `doc_id`.
        topics: the table `topics`.
    """
    when = pl.col("published_at").dt
    pages = corpus.articles.with_row_index("doc").select(
        "doc", "doc_id", pl.col("outlet").cast(pl.Categorical), month=when.strftime("%Y-%m").cast(pl.Categorical),
        year=when.strftime("%Y").cast(pl.Categorical),
    )  # fmt: skip
    labels = topics.select(number="topic", topic=pl.col("label").cast(pl.Categorical))
    parts = chain([Part(*map(tables.empty, Part._fields))], corpus.parts())
    texts, said = zip(*(_part(part, pages, labels) for part in parts), strict=True)
    return Spoken(pl.concat(texts, how="vertical_relaxed"), pl.concat(said, how="vertical_relaxed"))


def _part(part: Part, pages: pl.DataFrame, labels: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    topics = part.assignments.select("unit_id", number="topic").join(labels, on="number").drop("number")
    places = (
        part.sentences.select("sentence_id", "doc_id", "paragraph", "words", unit_id=tables.unit_id("paragraph"))
        .join(topics, on="unit_id", how="left", validate="m:1")
        .join(pages, on="doc_id", validate="m:1")
        .drop("unit_id", "doc_id")
    )
    said = part.codings.select("sentence_id", "device", actor="actors").explode("actor").drop_nulls("actor")
    named = pl.concat([part.mentions.select("sentence_id", "actor"), said.select("sentence_id", "actor")]).unique()
    text, said = (
        frame.with_columns(pl.col("actor").cast(pl.Categorical)).join(places, on="sentence_id", validate="m:1")
        for frame in (named, said)
    )
    keys = ["doc", "paragraph", "actor", *PLACE]
    text = text.group_by(keys).agg(pl.col("words").sum())
    return shrink_sums(text), shrink_sums(said.select(*keys, pl.col("device").cast(pl.Categorical), "sentence_id"))
