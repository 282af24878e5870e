"""Evidence: every coding in its context, one a line (keyword in context)."""

from __future__ import annotations

from itertools import chain

import polars as pl

from rhetoscope import InputError, tables
from rhetoscope.tables import Frame


def concordance(
    codings: Frame,
    articles: Frame,
    *,
    device: str | None = None,
    actor: str | None = None,
    voice: str | None = None,
    topic: int | None = None,
    assignments: Frame | None = None,
    width: int = 60,
    first: int | None = None,
) -> pl.DataFrame:
    """The codings in their context: `device`, `actor`, `voice`, `left`, `text`, `right`, `doc_id`, `start`.

    Args:
        codings: the table `codings`, or a scan of it.
        articles: the table `articles`, or a scan of it.
        device: only this device; None for all.
        actor: only those said of this actor; None for all.
        voice: only those in this voice; None for all.
        topic: only those in paragraphs of this topic; None for all.
        assignments: the table `assignments`; a topic needs it.
        width: characters of context on each side.
        first: only so many, the first in the text; None for all.

    Raises:
        InputError: `width` is negative, or a topic is wanted without `assignments`.
    """
    if width < 0:
        raise InputError(f"width must be 0 or more characters, found {width}")
    if topic is not None and assignments is None:
        raise InputError(f"the concordance of topic {topic} needs the table assignments")
    chosen, units = _chosen(codings, device, actor, voice), None
    if topic is not None and assignments is not None:
        units = assignments.lazy().filter(pl.col("topic") == topic).select("unit_id").collect()
    elif first is not None:
        chosen = chosen.head(first)
    found = chosen.collect()
    nothing = found.clear(), pl.DataFrame(schema={"doc_id": pl.String, "page": pl.String})
    parts = tables.in_parts(found, articles.lazy().select("doc_id", page="text"))  # the texts are not held at once
    lines = pl.concat([_lines(said, pages, units, width) for said, pages in chain([nothing], parts)])
    return lines.sort("doc_id", "start", "device").head(lines.height if first is None else first)


def _lines(codings: pl.DataFrame, pages: pl.DataFrame, units: pl.DataFrame | None, width: int) -> pl.DataFrame:
    """Codings in their context, of all paragraphs or those of some units: blank lines before a place number its own."""
    placed = codings.join(pages, on="doc_id", how="left")
    page = pl.col("page").str
    if units is not None:
        paragraph = page.slice(0, pl.col("start")).str.count_matches("\n\n", literal=True)
        placed = placed.with_columns(unit_id=tables.unit_id(paragraph)).join(units, on="unit_id", how="semi")
    before = (pl.col("start") - width).clip(lower_bound=0)
    return placed.select(
        "device", "actor", "voice",
        left=page.slice(before, pl.col("start") - before).str.replace_all(r"\s+", " "),
        text="text",
        right=page.slice(pl.col("end"), width).str.replace_all(r"\s+", " "),
        doc_id="doc_id", start="start",
    )  # fmt: skip


def evidence(
    codings: Frame,
    sentences: Frame,
    *,
    device: str | None = None,
    actor: str | None = None,
    first: int | None = None,
) -> pl.DataFrame:
    """The codings with their whole sentence: `actor`, `target`, `voice`, `text`, `sentence`, in the order of the text.

    Args:
        codings: the table `codings`, or a scan of it.
        sentences: the table `sentences`, or a scan of it.
        device: only this device; None for all, with a column `device` in front.
        actor: only those said of this actor; None for all.
        first: only so many, the first in the text; None for all.
    """
    chosen = _chosen(codings, device, actor)
    chosen = chosen if first is None else chosen.head(first)
    whole = sentences.lazy().select("sentence_id", sentence="text")
    joined = chosen.join(whole, on="sentence_id", how="left").sort("doc_id", "start", "device").collect()
    return joined.select(*(["device"] if device is None else []), "actor", "target", "voice", "text", "sentence")


def _chosen(codings: Frame, device: str | None, actor: str | None, voice: str | None = None) -> pl.LazyFrame:
    """The codings that are wanted, in the order of the text."""
    wanted = {"device": device, "voice": voice}
    same = [pl.col(column) == value for column, value in wanted.items() if value is not None]
    said_of = [] if actor is None else [pl.col("actors").list.contains(actor)]
    return codings.lazy().filter(pl.lit(True), *same, *said_of).sort("doc_id", "start", "device")
