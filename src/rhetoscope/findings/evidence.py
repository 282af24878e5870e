"""The passages behind a number, with the coded words in them and the place they stand in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import polars as pl

from rhetoscope.findings.corpus import Corpus
from rhetoscope.tables import Frame, height


@dataclass(frozen=True)
class Passage:
    """One sentence, paragraph, headline or line of a page.

    Attributes:
        text: as it stands there.
        where: the part of the page: "paragraph 3", "headline", "line 57".
        note: what is coded, such as the device and its actor; why a line was removed; may be empty.
        spans: the coded parts of `text`, as (start, end) characters, sorted and without overlap.
        title: of the article; its file where the page has none.
        outlet: who published it; may be empty.
        date: "2024-06-25"; may be empty.
        source: the file it was read from.
        url: the page's address if it is one of the web, else empty.
    """

    text: str
    where: str = ""
    note: str = ""
    spans: tuple[tuple[int, int], ...] = ()
    title: str = ""
    outlet: str = ""
    date: str = ""
    source: str = ""
    url: str = ""


@dataclass(frozen=True)
class Evidence:
    """Passages to show, and how many there are in all."""

    passages: tuple[Passage, ...] = ()
    total: int = 0
    kind: str = "sentence"


NONE = Evidence()


@dataclass(frozen=True)
class Finding:
    """One finding: a short key, the sentence, and the passages behind it."""

    key: str
    text: str
    evidence: Evidence = NONE


def find_evidence(rows: Frame, corpus: Corpus) -> Evidence:
    """The passages behind some rows of a table, at most `corpus.max_evidence` of them.

    Of more sentences or lines, every n-th is shown, so that all pages have their share. Sentences stand there once,
    with all that the rows mark in them.

    Args:
        rows: rows of `codings`, `mentions` or `removed` in the order of the table, or a column `unit_id`.
        corpus: the tables they come from.
    """
    columns, most = rows.lazy().collect_schema().names(), corpus.max_evidence
    if "unit_id" in columns:
        units = rows.lazy().select("unit_id").head(most).collect()
        known = corpus.assignments.filter(pl.col("unit_id").is_in(units["unit_id"].implode())).collect()
        number = pl.col("unit_id").str.extract(r"-p(\d+)$").cast(pl.Int64) + 1
        found = units.join(known, on="unit_id", maintain_order="left")
        passages = _place(found.select("doc_id", "text", part="kind", number=number, note=pl.lit("")), corpus)
        return Evidence(passages, len(passages), "passage")
    if "reason" in columns:
        total = height(rows)
        step = max(1, -(-total // most))
        lines = rows.lazy().with_row_index("row").filter(pl.col("row") % step == 0)
        shown = lines.select("doc_id", "text", part=pl.lit("line"), number="line", note="reason").collect()
        return Evidence(_place(shown, corpus), total, "line")
    sentence = pl.col("sentence_id")
    each = rows.lazy().select("doc_id", "sentence_id").filter(sentence.ne_missing(sentence.shift()))  # sorted by it
    total = height(each)
    shown = each.with_row_index("row").filter(spread_evenly("row", pl.lit(total), most)).collect()
    note = describe_coding() if "device" in columns else pl.format("{}: {}", "actor", "role")
    here = pl.col("doc_id").is_in(shown["doc_id"].implode()) & sentence.is_in(shown["sentence_id"].implode())
    marked = rows.lazy().filter(here).select("doc_id", "sentence_id", "start", "end", note=note)
    return find_groups(marked.with_columns(group=0, total=total).collect(), corpus).get(0, NONE)


def find_groups(rows: pl.DataFrame, corpus: Corpus) -> dict[int, Evidence]:
    """The sentences of groups of codings or mentions: the evidence by group.

    Args:
        rows: columns `doc_id`, `sentence_id`, `start`, `end`, `note`, `group`, and `total`: how many sentences the
            group has, shown or not.
        corpus: the tables they come from.
    """
    sentences = _find_sentences(rows, ["group", "total"], corpus)
    return {
        group: Evidence(_place(part.drop("group", "total"), corpus), total)
        for (group, total), part in sentences.group_by("group", "total", maintain_order=True)
    }


def list_sentences(codings: Frame, corpus: Corpus) -> pl.DataFrame:
    """Every sentence in which something is coded: `coded`, `sentence`, `title`, `paragraph`, `outlet`, `date`.

    Args:
        codings: rows of the table `codings`, filtered at will.
        corpus: the tables they come from.
    """
    rows = codings.lazy().select("doc_id", "sentence_id", "start", "end", note=describe_coding()).collect()
    found = _find_sentences(rows, [], corpus).join(_describe_pages(corpus), on="doc_id", maintain_order="left")
    return found.select("title", "outlet", "date", coded="note", sentence="text", paragraph="number").select(
        "coded", "sentence", "title", "paragraph", "outlet", "date"
    )


def spread_evenly(row: str, total: pl.Expr, most: int) -> pl.Expr:
    """Whether a row of `total` is the first of one of `most` parts of equal length; true for all where fewer rows."""
    return (pl.col(row).cast(pl.Int64) * most) % pl.max_horizontal(total, pl.lit(most)) < most


def describe_coding() -> pl.Expr:
    """What a coding says besides its words: its device, of whom, towards whom, in whose voice."""
    actor = pl.format(" of {}", "actor").fill_null("")
    target = pl.format(", towards {}", "target").fill_null("")
    voice = pl.when(pl.col("voice") != "author").then(pl.format(", in the voice of {}", "voice")).otherwise(pl.lit(""))
    return pl.concat_str(pl.col("device").str.replace_all("_", " "), actor, target, voice)


def merge_spans(spans: list[tuple[int, int]]) -> tuple[tuple[int, int], ...]:
    """Sorted spans, those that overlap or touch merged into one."""
    merged: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return tuple(merged)


def check_address(url: str | None) -> str:
    """The address if it is one of the web (http, https) and prints as such; else an empty text."""
    if not url or not url.isprintable() or any(sign.isspace() for sign in url):
        return ""
    try:
        parts = urlsplit(url)
    except ValueError:
        return ""
    return url if parts.scheme in ("http", "https") and parts.hostname else ""


def _find_sentences(rows: pl.DataFrame, by: list[str], corpus: Corpus) -> pl.DataFrame:
    """The sentences of codings or mentions in the order of the pages, with all that is marked in them.

    Returns:
        The columns of `by`, `doc_id`, `text`, `part`, `number` (of the paragraph, from 1; null for headlines), `note`,
        and lists `starts` and `ends` of the marked characters.
    """
    wanted = pl.col("sentence_id").is_in(rows["sentence_id"].unique().implode())
    sentences = corpus.sentences.filter(wanted).select("sentence_id", "paragraph", "sentence", "text", offset="start")
    marked = rows.join(sentences.collect(), on="sentence_id", how="left", validate="m:1")
    if marked["text"].null_count():
        raise ValueError("a coding or mention names a sentence that is not in `sentences`")
    order = [*by, "doc_id", "paragraph", "sentence"]
    found = marked.group_by(order).agg(
        pl.col("text").first(),
        starts=pl.col("start") - pl.col("offset"),
        ends=pl.col("end") - pl.col("offset"),
        note=pl.col("note").unique().sort().str.join("; "),
    )
    number = pl.when(pl.col("paragraph") >= 0).then(pl.col("paragraph") + 1)
    part = pl.when(pl.col("paragraph") >= 0).then(pl.lit("paragraph")).otherwise(pl.lit("headline"))
    return found.sort(order).select(*by, "doc_id", "text", "note", "starts", "ends", part=part, number=number)


def _describe_pages(corpus: Corpus) -> pl.DataFrame:
    date = pl.col("published_at").dt.strftime("%Y-%m-%d")
    return corpus.pages.select("doc_id", "outlet", "source", "url", title=pl.coalesce("title", "source"), date=date)


def _place(rows: pl.DataFrame, corpus: Corpus) -> tuple[Passage, ...]:
    """Passages from `doc_id`, `text`, `part`, `number`, `note` and, where words are marked, their `starts`, `ends`."""

    def place(row: dict[str, Any]) -> Passage:
        part, number = row.pop("part"), row.pop("number")
        spans = merge_spans(list(zip(row.pop("starts", []), row.pop("ends", []), strict=True)))
        where = part if number is None else f"{part} {number:,}"
        return Passage(**row | {"url": check_address(row["url"])}, where=where, spans=spans)

    placed = rows.join(_describe_pages(corpus), on="doc_id", how="left", maintain_order="left").drop("doc_id")
    return tuple(place(row) for row in placed.with_columns(pl.col(pl.String).fill_null("")).iter_rows(named=True))
