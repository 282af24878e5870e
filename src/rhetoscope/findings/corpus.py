"""Load the tables that the findings use: small tables whole, those that grow with the corpus as scans."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

import polars as pl

from rhetoscope import clean, stats, tables

COMPARED = ("outlet", "month", "topic")  # the levels whose units are compared with the rest of the corpus
NAME = pl.Categorical()
PLACE = {
    "doc": pl.Int32(),
    "paragraph": pl.Int32(),
    **dict.fromkeys(("actor", "topic", "outlet", "month", "year"), NAME),
}
TEXT = pl.Schema(PLACE | {"words": pl.Int32()})
CODINGS = pl.Schema(PLACE | {"device": NAME, "sentence_id": pl.String()})


class ActorText(NamedTuple):
    """The text about each actor and the codings about it, without copies of articles.

    Both tables have the columns of `PLACE`: `doc` (the number of the document in the order of `doc_id`), `paragraph`,
    `actor`, and `topic` (its label), `outlet`, `month` ("2024-06"), `year`, null if unknown.
    """

    text: pl.DataFrame
    """A row for each actor and paragraph: the `words` of the sentences that mention the actor or are coded about it."""
    codings: pl.DataFrame
    """A row for each coding and each of its actors, with `device` and `sentence_id`."""


@dataclass(frozen=True)
class Corpus:
    """The tables of the earlier stages (of `rates` without the level `document`), and how much evidence to show."""

    articles: pl.LazyFrame
    sentences: pl.LazyFrame
    headlines: pl.LazyFrame
    kept: pl.LazyFrame
    removed: pl.LazyFrame
    rejected: pl.DataFrame
    chrome_effect: pl.DataFrame
    topics: pl.DataFrame
    assignments: pl.LazyFrame
    over_time: pl.DataFrame
    shares: pl.DataFrame
    codings: pl.LazyFrame
    mentions: pl.LazyFrame
    rates: pl.DataFrame
    square: pl.DataFrame
    max_evidence: int = 12

    @cached_property
    def pages(self) -> pl.DataFrame:
        """The articles without their text, in the order of `doc_id`."""
        return self.articles.drop("text").sort("doc_id").collect()

    @property
    def lines(self) -> pl.LazyFrame:
        """Every line of every page, kept or removed, without its text."""
        return clean.scan_ledger(self.kept, self.removed)

    @cached_property
    def units(self) -> int:
        """The number of paragraphs and headlines, with a topic or without."""
        return tables.count_rows(self.assignments)

    @property
    def coding_tables(self) -> stats.CodingTables:
        """The tables from which rates are counted."""
        return stats.CodingTables(self.codings, self.mentions, self.sentences, self.pages, self.assignments)

    @cached_property
    def actor_text(self) -> ActorText:
        """The text about each actor and the codings about it."""
        return read_actor_text(self.coding_tables, self.topics)

    def count_strays(self) -> int:
        """Count codings and mentions whose sentence is not in the tables: 0 if the tables belong together."""
        key = ["doc_id", "sentence_id"]
        sentences, *coded = (frame.select(key) for frame in (self.sentences, self.codings, self.mentions))
        parts = tables.iterate_documents(sentences, *coded)
        found = sum(rows.join(known, on=key, how="semi").height for known, *some in parts for rows in some)
        return sum(map(tables.count_rows, coded)) - found


def read_actor_text(coding_tables: stats.CodingTables, topics: pl.DataFrame) -> ActorText:
    """Read the text about each actor and the codings about it; the articles must be in the order of `doc_id`."""
    when = pl.col("published_at").dt
    pages = coding_tables.articles.with_row_index("doc").select(
        "doc", "doc_id", pl.col("outlet").cast(NAME), month=when.strftime("%Y-%m"), year=when.strftime("%Y")
    )
    pages = pages.with_columns(pl.col("month", "year").cast(NAME))  # categories: these tables grow with the corpus
    labels = topics.select("topic", pl.col("label").cast(NAME))
    text, codings = [pl.DataFrame(schema=TEXT)], [pl.DataFrame(schema=CODINGS)]
    for part in coding_tables.parts():
        units = part.assignments.join(labels, on="topic").select("unit_id", topic="label")
        places = (
            part.sentences.with_columns(unit_id=tables.name_unit("paragraph"))
            .join(units, on="unit_id", how="left", validate="m:1")
            .join(pages, on="doc_id", validate="m:1")
        )
        coded = part.codings.select("sentence_id", "device", actor="actors").explode("actor").drop_nulls("actor")
        named = pl.concat([part.mentions.select("sentence_id", "actor"), coded.select("sentence_id", "actor")]).unique()
        on_actors = named.join(places, on="sentence_id", validate="m:1")
        text.append(on_actors.group_by(list(PLACE)).agg(pl.col("words").sum()).cast(TEXT))
        codings.append(coded.join(places, on="sentence_id", validate="m:1").select(list(CODINGS)).cast(CODINGS))
    return ActorText(pl.concat(text), pl.concat(codings))


def load_corpus(max_evidence: int = 12) -> Corpus:
    """Load the tables of the earlier stages; at most `max_evidence` passages are shown under one finding or figure.

    Raises:
        InputError: a table has not been made yet.
    """
    scanned = ("articles", "sentences", "headlines", "kept", "removed", "assignments", "codings", "mentions")
    whole = ("rejected", "chrome_effect", "topics", "over_time", "shares", "square")
    given: dict[str, Any] = {name: tables.scan(name) for name in scanned} | {name: tables.read(name) for name in whole}
    rates = tables.scan("rates").filter(pl.col("level") != "document").collect()
    return Corpus(**given, rates=rates, max_evidence=max_evidence)
