"""Units, the texts to group into topics (body paragraphs and headlines), and the distinct documents among them."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

import polars as pl

from rhetoscope import InputError, tables
from rhetoscope.tables import Frame
from rhetoscope.topics.words import has_content

KINDS = {"paragraphs": ["paragraph"], "headlines": ["headline"], "both": ["paragraph", "headline"]}
"""Values of the parameter `units`, and the kinds of unit that each selects."""

_COLUMNS = ("unit_id", "kind", "doc_id", "published_at", "text")
SCHEMA = {name: tables.TABLES["assignments"].schema[name] for name in _COLUMNS} | {"document": pl.UInt64()}
"""Columns of the units, with their types."""


def read_units(articles: Frame, sentences: Frame, headlines: Frame, which: str) -> pl.LazyFrame:
    """Return the units to cluster, one row each, in order of `unit_id`.

    The result is a scan: the texts may be too large for memory. A paragraph consists of the sentences of one body
    paragraph; the headings, titles and decks of articles are left out. A headline consists of its title and its second
    line, if there is one.

    Args:
        articles: table `articles`; units of copies (`duplicate_of`) are left out.
        sentences: table `sentences`.
        headlines: table `headlines`.
        which: a key of `KINDS`.

    Returns:
        `unit_id`, `kind` (paragraph, headline), `doc_id`, `published_at`, `text` (white space collapsed) and
        `document`. That is the first 64 bits of the text's hash, the same for texts that differ only in case and white
        space; null if the text has no content word (is empty, or has only punctuation, numbers and stop words).

    Raises:
        InputError: `which` is not a key of `KINDS`.
    """
    if which not in KINDS:
        raise InputError(f"topics.units is {which!r}; known are {', '.join(KINDS)}")
    pages = articles.lazy().select("doc_id", "published_at", "duplicate_of").collect()
    copies = pages.filter(pl.col("duplicate_of").is_not_null())["doc_id"].implode()
    body = sentences.lazy().filter(pl.col("part") == "body").select("doc_id", "paragraph", "sentence", "text")
    named = pl.concat([frame.lazy().select("doc_id") for frame in (body, headlines)]).unique().collect()

    def build() -> Iterator[pl.DataFrame]:
        for _, some_body, some_headlines in tables.iterate_documents(named, body, headlines):
            both = pl.concat([_build_paragraphs(pages, some_body), _build_headlines(some_headlines)])
            wanted = both.filter(pl.col("kind").is_in(KINDS[which]) & ~pl.col("doc_id").is_in(copies))
            text = pl.col("text").fill_null("").str.replace_all(r"\s+", " ").str.strip_chars()
            wanted = wanted.with_columns(text).with_columns(document=hash_content(pl.col("text")))
            yield wanted.sort("unit_id").select(list(SCHEMA))

    return tables.write_scratch("topics", build(), SCHEMA)


def list_documents(units: Frame) -> pl.DataFrame:
    """List the distinct documents among the units, sorted by content hash, so that the order of pages does not matter.

    Returns:
        `document`; `unit_id` of the unit whose text represents it (of texts that differ in case, the first in the order
        of code points); and `units`, the number of units with this document.
    """
    known = units.lazy().select("document", "unit_id").drop_nulls("document").sort("document").collect()
    counts = known["document"].rle().struct.field("len")
    several = known.filter(pl.col("document").is_duplicated())
    spelt = several.with_columns(text=read_texts(units, several)).sort("document", "text", "unit_id")
    first = spelt.unique("document", keep="first").drop("text")
    distinct = pl.concat([known.filter(pl.col("document").is_unique()), first]).sort("document")
    return distinct.with_columns(units=counts)


def read_texts(units: Frame, wanted: pl.DataFrame) -> pl.Series:
    """Read the texts of the units in the column `unit_id` of `wanted`, in the order of its rows."""
    here = pl.col("unit_id").is_in(wanted["unit_id"].implode())
    found = units.lazy().select("unit_id", "text").filter(here).collect()
    texts = wanted.select("unit_id").join(found, on="unit_id", how="left", maintain_order="left")["text"]
    return pl.Series("text", texts.to_list(), dtype=pl.String)  # a copy: a filtered column keeps all in memory


def read_documents(units: Frame, documents: pl.DataFrame) -> Iterator[pl.DataFrame]:
    """Yield the documents with their texts, in parts, in the order of the units: `document`, `unit_id`, `text`."""
    for part in tables.iterate_rows(units.lazy().select("document", "unit_id", "text")):
        held = part.drop_nulls("document")
        yield held.join(documents, on=["document", "unit_id"], how="semi", maintain_order="left")


def add_texts(units: Frame, assignments: pl.DataFrame) -> Iterator[pl.DataFrame]:
    """Yield the table `assignments` in parts: the assignments of a fit, with the texts of their units."""
    placed = assignments.select("unit_id", "topic", "probability")
    for part in tables.iterate_rows(units):
        ends = pl.col("unit_id").is_between(pl.lit(part["unit_id"].min()), pl.lit(part["unit_id"].max()))
        joined = part.join(placed.filter(ends), on="unit_id", how="left", validate="1:1", maintain_order="left")
        yield joined.select(list(tables.TABLES["assignments"].schema))


def hash_content(text: pl.Expr) -> pl.Expr:
    """Return the column `document` of `read_units` for texts with collapsed white space."""
    return text.map_elements(_hash_content, return_dtype=pl.UInt64, skip_nulls=False)


def _hash_content(text: str) -> int | None:
    if not has_content(text):
        return None
    return int.from_bytes(hashlib.sha256(text.casefold().encode()).digest()[:8])


def _build_paragraphs(pages: pl.DataFrame, body: pl.DataFrame) -> pl.DataFrame:
    ordered = body.sort("doc_id", "paragraph", "sentence")
    paragraphs = ordered.group_by("doc_id", "paragraph", maintain_order=True).agg(pl.col("text").str.join(" "))
    dated = paragraphs.join(pages, on="doc_id", how="left", validate="m:1")
    return dated.select(
        "doc_id", "published_at", "text", unit_id=tables.name_unit("paragraph"), kind=pl.lit("paragraph")
    )


def _build_headlines(headlines: pl.DataFrame) -> pl.DataFrame:
    text = pl.concat_str("title", "deck", separator=" ", ignore_nulls=True)
    return headlines.select("doc_id", "published_at", text=text, unit_id="headline_id", kind=pl.lit("headline"))
