"""Evidence: every coding in its context, one a line (keyword in context)."""

from __future__ import annotations

import polars as pl

from rhetoscope import InputError
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
    chosen = _chosen(codings, device, actor)
    if voice is not None:
        chosen = chosen.filter(pl.col("voice") == voice)
    if topic is not None:
        if assignments is None:
            raise InputError(f"the concordance of topic {topic} needs the table assignments")
        chosen = _in_topic(chosen, articles, assignments.lazy().filter(pl.col("topic") == topic))
    page = pl.col("page").str
    before = (pl.col("start") - width).clip(lower_bound=0)
    placed = _first(chosen, first).join(articles.lazy().select("doc_id", page="text"), on="doc_id", how="left").select(
        "device", "actor", "voice",
        left=page.slice(before, pl.col("start") - before).str.replace_all(r"\s+", " "),
        text="text",
        right=page.slice(pl.col("end"), width).str.replace_all(r"\s+", " "),
        doc_id="doc_id", start="start",
    )  # fmt: skip
    return placed.sort("doc_id", "start", "device").collect()


def _in_topic(codings: pl.LazyFrame, articles: Frame, units: pl.LazyFrame) -> pl.LazyFrame:
    """The codings that stand in one of these paragraphs: blank lines before a place number its paragraph."""
    before = pl.col("page").str.slice(0, pl.col("start")).str.count_matches("\n\n", literal=True)
    numbered = pl.format("{}-p{}", "doc_id", before.cast(pl.String).str.zfill(4))
    pages = articles.lazy().select("doc_id", page="text")
    placed = codings.join(pages, on="doc_id", how="left").with_columns(unit_id=numbered).drop("page")
    return placed.join(units.select("unit_id"), on="unit_id", how="semi").drop("unit_id")


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
    chosen = _first(_chosen(codings, device, actor), first)
    whole = sentences.lazy().select("sentence_id", sentence="text")
    joined = chosen.join(whole, on="sentence_id", how="left").sort("doc_id", "start", "device").collect()
    return joined.select(*(["device"] if device is None else []), "actor", "target", "voice", "text", "sentence")


def _chosen(codings: Frame, device: str | None, actor: str | None) -> pl.LazyFrame:
    chosen = codings.lazy()
    if device is not None:
        chosen = chosen.filter(pl.col("device") == device)
    if actor is not None:
        chosen = chosen.filter(pl.col("actors").list.contains(actor))
    return chosen


def _first(codings: pl.LazyFrame, many: int | None) -> pl.LazyFrame:
    return codings if many is None else codings.sort("doc_id", "start", "device").head(many)
