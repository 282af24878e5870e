"""Sums of words and codings of each unit (an outlet, an actor, …) by document, for rates and comparisons."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import polars as pl
from polars import selectors as cs

from rhetoscope import tables
from rhetoscope.tables import Frame

KEYS = ("level", "unit", "doc_id", "paragraph")
OF_PAGES = {"outlet": pl.col("outlet"), "month": pl.col("published_at").dt.strftime("%Y-%m")}
"""Levels whose units consist of whole articles, and how to compute the unit of an article."""

_COLUMNS = {
    "codings": ("doc_id", "sentence_id", "device", "actors"),
    "mentions": ("doc_id", "sentence_id", "actor"),
    "assignments": ("doc_id", "unit_id", "topic"),
}


class Part(NamedTuple):
    """Some documents of the tables: their sentences of headings and body, and the rows that belong to them."""

    sentences: pl.DataFrame
    codings: pl.DataFrame
    mentions: pl.DataFrame
    assignments: pl.DataFrame


@dataclass(frozen=True)
class CodingTables:
    """The tables from which rates and comparisons are computed, as frames or as scans.

    Attributes:
        codings: the table `codings`.
        mentions: the table `mentions`.
        sentences: the table `sentences`.
        articles: columns `doc_id`, `outlet`, `published_at`, `duplicate_of`.
        assignments: columns `doc_id`, `unit_id`, `topic`; None if topics are not needed.
    """

    codings: Frame
    mentions: Frame
    sentences: Frame
    articles: pl.DataFrame
    assignments: Frame | None = None

    def parts(self, among: pl.Series | None = None, text: bool = False) -> Iterator[Part]:
        """Yield some documents at a time, in order, because the corpus may be too large for memory.

        The sentences are those of headings and body. Copies of an article are left out.

        Args:
            among: only these documents; None for all.
            text: whether to include the text of the sentences.
        """
        originals = self.articles.filter(pl.col("duplicate_of").is_null())
        if among is not None:
            originals = originals.filter(pl.col("doc_id").is_in(among.implode()))
        columns = ("doc_id", "sentence_id", "paragraph", "words", *["text"] * text)
        assignments = tables.make_empty("assignments") if self.assignments is None else self.assignments
        wanted = [self.sentences.lazy().filter(pl.col("start").is_not_null()).select(columns)]
        for name, table in (("codings", self.codings), ("mentions", self.mentions), ("assignments", assignments)):
            wanted.append(table.lazy().select(_COLUMNS[name]))
        for (some,) in tables.iterate_documents(originals.select("doc_id").sort("doc_id")):
            between = pl.col("doc_id").is_between(pl.lit(some["doc_id"][0]), pl.lit(some["doc_id"][-1]))
            yield Part(
                *(table.filter(between).join(some.lazy(), on="doc_id", how="semi").collect() for table in wanted)
            )


def assign_units(level: str, part: Part, articles: pl.DataFrame) -> pl.DataFrame:
    """Return the sentences of each unit of a level, with the columns `level` and `unit` added in front.

    Args:
        level: `corpus`, `document`, `actor`, `topic`, `outlet` or `month`.
        part: its `sentences` may be sums by paragraph; for actors the column `sentence_id` is needed.
        articles: columns `doc_id`, `outlet`, `published_at`.
    """
    sentences = part.sentences
    if level == "corpus":
        found = sentences.with_columns(unit=pl.lit("all"))
    elif level == "document":
        found = sentences.with_columns(unit=pl.col("doc_id"))
    elif level == "actor":
        found = sentences.join(part.mentions.select("sentence_id", unit="actor").unique(), on="sentence_id")
    elif level == "topic":
        topics = part.assignments.filter(pl.col("topic") >= 0)
        topics = topics.select("unit_id", unit=pl.col("topic").cast(pl.String))
        found = sentences.with_columns(unit_id=tables.name_unit("paragraph")).join(topics, on="unit_id")
    else:
        found = sentences.join(articles.select("doc_id", unit=OF_PAGES[level]).drop_nulls(), on="doc_id")
    return found.select(pl.lit(level).alias("level"), "unit", *sentences.columns)


def sum_by_document(corpus: CodingTables, levels: Sequence[str], devices: Sequence[str]) -> pl.DataFrame:
    """Sum words and codings of each unit by document.

    The table can be large (documents times their units), so names are categories and numbers use the smallest type.

    Args:
        corpus: the tables.
        levels: the levels of the units, as in `assign_units`.
        devices: the devices to count; for an actor, only codings said about it count.

    Returns:
        The columns `level`, `unit`, `doc_id`, `words`, and one for each device.
    """
    keys = ("level", "unit", "doc_id")
    empty = pl.DataFrame(schema=dict.fromkeys(keys, pl.Categorical) | dict.fromkeys(("words", *devices), pl.Int8))
    parts = [shrink_sums(part) for part in sum_by_paragraph(corpus, levels, devices, keys=keys)]
    return pl.concat([empty, *parts], how="vertical_relaxed")


def sum_by_paragraph(
    corpus: CodingTables,
    levels: Sequence[str],
    devices: Sequence[str],
    among: pl.Series | None = None,
    keys: Sequence[str] = KEYS,
) -> Iterator[pl.DataFrame]:
    """Sum words and codings of each unit by paragraph, some documents at a time.

    Args:
        corpus: the tables.
        levels: as in `sum_by_document`.
        devices: as in `sum_by_document`.
        among: only these documents; None for all.
        keys: the columns to sum by.

    Yields:
        The keys, `words`, and one column for each device; the rows are sorted by the keys.
    """
    for part in corpus.parts(among):
        # all sentences of a paragraph belong to the same units, except at the level actor
        said = part.codings.select("sentence_id", "device")
        paragraphs = part._replace(sentences=_sum(part.sentences, said, devices, ("doc_id", "paragraph")))
        sums = []
        for level in sorted(levels):
            if level == "actor":
                sums.append(_sum(assign_units(level, part, corpus.articles), _list_said(part), devices, keys))
            else:
                units = assign_units(level, paragraphs, corpus.articles)
                sums.append(units.group_by(keys).agg(pl.col("words", *devices).sum()))
        yield pl.concat(summed.sort(keys) for summed in sums)


def shrink_sums(sums: pl.DataFrame) -> pl.DataFrame:
    """Return the same table in fewer bytes: names as categories, whole numbers in the smallest type that fits."""
    sums = sums.with_columns(pl.col("level", "unit", "doc_id").cast(pl.Categorical))
    return sums.with_columns(column.shrink_dtype() for column in sums.select(cs.integer()))


def _list_said(part: Part) -> pl.DataFrame:
    """List the codings with each actor they are said about: `sentence_id`, `device`, `unit`."""
    return part.codings.select("sentence_id", "device", unit="actors").explode("unit").drop_nulls("unit")


def _sum(sentences: pl.DataFrame, coded: pl.DataFrame, devices: Sequence[str], keys: Sequence[str]) -> pl.DataFrame:
    """Sum the words, and the codings of each device, by the keys.

    All columns of `coded` except `device` say to which sentence a coding belongs.
    """
    places = [column for column in coded.columns if column != "device"]
    found = sentences.select(*{*keys, *places}).join(coded, on=places)
    counts = found.pivot("device", index=list(keys), on_columns=list(devices), values=keys[0], aggregate_function="len")
    words = sentences.group_by(keys).agg(pl.col("words").sum())
    joined = words.join(counts, on=list(keys), how="left", nulls_equal=True)
    return joined.with_columns(pl.col("words", *devices).cast(pl.Int64).fill_null(0))
