"""What is clustered: body paragraphs and headlines, and the distinct documents among them."""

from __future__ import annotations

import hashlib

import polars as pl

from rhetoscope import InputError, tables
from rhetoscope.tables import Frame
from rhetoscope.topics.words import has_content

KINDS = {"paragraphs": ["paragraph"], "headlines": ["headline"], "both": ["paragraph", "headline"]}
"""Values of the parameter `units` and the kinds of unit each stands for."""

_COLUMNS = ["unit_id", "kind", "doc_id", "published_at", "text"]


def units(articles: Frame, sentences: Frame, headlines: pl.DataFrame, which: str) -> pl.DataFrame:
    """The units to cluster, one row each, sorted by `unit_id`.

    A paragraph is the sentences of one body paragraph; headings, titles and decks of articles are left out. A
    headline is its title and, where there is one, its second line. Sentences are looked at some documents at a time,
    so that a table that is scanned is never held whole.

    Args:
        articles: table `articles`, read or scanned; units of those that are copies of another (`duplicate_of`) are
            left out.
        sentences: table `sentences`, read or scanned.
        headlines: table `headlines`.
        which: a key of `KINDS`.

    Returns:
        `unit_id`, `kind` (paragraph, headline), `doc_id`, `published_at`, `text` (white space collapsed) and
        `document`: 16 hex digits of the text's content, the same for texts that differ only in case and white
        space; null where the text holds no content word (empty, punctuation, numbers or stop words only).

    Raises:
        InputError: `which` is not a key of `KINDS`.
    """
    if which not in KINDS:
        raise InputError(f"topics.units is {which!r}; known are {', '.join(KINDS)}")
    known = articles.lazy().select("doc_id", "published_at", "duplicate_of").collect()
    copies = known.filter(pl.col("duplicate_of").is_not_null())["doc_id"].to_list()
    body = sentences.lazy().filter(pl.col("part") == "body").select("doc_id", "paragraph", "sentence", "text")
    frames = [_headlines(headlines)]
    if "paragraph" in KINDS[which]:
        frames += [_paragraphs(known, part) for (part,) in tables.in_parts(body)]
    named = [
        frame.filter(pl.col("kind").is_in(KINDS[which]) & ~pl.col("doc_id").is_in(copies)).with_columns(
            document=document(pl.col("text"))
        )
        for frame in frames
    ]
    return pl.concat(named).sort("unit_id")


def documents(units: pl.DataFrame) -> pl.DataFrame:
    """The distinct documents among the units, sorted by content hash: `document`, `text`.

    Sorted by content, so that the order of pages and units never reaches the model. Of spellings that differ only
    in case, the first in code-point order stands for all.
    """
    known = units.select("document", "text").filter(pl.col("document").is_not_null())
    return known.sort("document", "text").unique("document", keep="first", maintain_order=True)  # copies no text


def _paragraphs(articles: pl.DataFrame, body: pl.DataFrame) -> pl.DataFrame:
    ordered = body.sort("doc_id", "paragraph", "sentence")
    paragraphs = ordered.group_by("doc_id", "paragraph", maintain_order=True).agg(pl.col("text").str.join(" "))
    dated = paragraphs.join(articles.select("doc_id", "published_at"), on="doc_id", how="left", validate="m:1")
    return dated.select(
        tables.unit_id("paragraph").alias("unit_id"),
        pl.lit("paragraph").alias("kind"),
        "doc_id",
        "published_at",
        _collapsed(pl.col("text")),
    )


def _headlines(headlines: pl.DataFrame) -> pl.DataFrame:
    both_lines = pl.concat_str("title", "deck", separator=" ", ignore_nulls=True).alias("text")
    return headlines.select(
        pl.col("headline_id").alias("unit_id"),
        pl.lit("headline").alias("kind"),
        "doc_id",
        "published_at",
        _collapsed(both_lines),
    ).select(_COLUMNS)


def _collapsed(text: pl.Expr) -> pl.Expr:
    return text.fill_null("").str.replace_all(r"\s+", " ").str.strip_chars()


def document(text: pl.Expr) -> pl.Expr:
    """The column `document` of `units` from a text as it stands there."""
    return text.map_elements(_content, return_dtype=pl.String, skip_nulls=False)


def _content(text: str) -> str | None:
    if not has_content(text):
        return None
    return hashlib.sha256(text.casefold().encode()).hexdigest()[:16]
