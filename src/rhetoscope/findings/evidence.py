"""Find the passages that a number is based on, with the coded words marked and the place on the page."""

from __future__ import annotations

import re
from dataclasses import dataclass

import polars as pl

from rhetoscope.findings.corpus import Corpus
from rhetoscope.tables import Frame, count_rows


@dataclass(frozen=True)
class Passage:
    """One sentence, paragraph, headline or line of a page, with data about its page; "" for what is unknown."""

    text: str
    where: str = ""
    """The part of the page: "paragraph 3", "headline", "line 57"."""
    note: str = ""
    """The device and its actor, or another coding; for a removed line, the reason."""
    spans: tuple[tuple[int, int], ...] = ()
    """The coded parts of `text`, as (start, end) characters, sorted and without overlap."""
    title: str = ""
    outlet: str = ""
    date: str = ""
    source: str = ""
    url: str = ""


@dataclass(frozen=True)
class Evidence:
    """The passages to show, and the number of all passages."""

    passages: tuple[Passage, ...] = ()
    total: int = 0
    kind: str = "sentence"


NONE = Evidence()


@dataclass(frozen=True)
class Finding:
    """One finding: a short key, the sentence, and the passages it is based on."""

    key: str
    text: str
    evidence: Evidence = NONE


def find_evidence(rows: Frame, corpus: Corpus) -> Evidence:
    """Find the passages of some rows of a table, at most `corpus.max_evidence` of them.

    If there are more sentences or lines, those shown are spread evenly over all pages. Each sentence is shown once,
    with everything that the rows mark in it.

    Args:
        rows: rows of `codings`, `mentions` or `removed` in the order of the table, or a column `unit_id`.
        corpus: the tables they come from.
    """
    rows = rows.lazy()
    columns = rows.collect_schema().names()
    if "unit_id" in columns:
        units = rows.select("unit_id").head(corpus.max_evidence).collect()
        known = corpus.assignments.filter(pl.col("unit_id").is_in(units["unit_id"].implode())).collect()
        number = pl.col("unit_id").str.extract(r"-p(\d+)$").cast(pl.Int64) + 1
        found = units.join(known, on="unit_id", maintain_order="left")
        found = found.select("doc_id", "text", part="kind", number=number, note=pl.lit(""))
        return Evidence(_place(found, corpus), found.height, "passage")
    if "reason" in columns:
        lines = rows.select("doc_id", "text", part=pl.lit("line"), number="line", note="reason")
        shown, total = _pick_evenly(lines, corpus.max_evidence)
        return Evidence(_place(shown, corpus), total, "line")
    sentence = pl.col("sentence_id")
    each = rows.select("doc_id", "sentence_id").filter(sentence.ne_missing(sentence.shift()))  # rows are sorted by it
    shown, total = _pick_evenly(each, corpus.max_evidence)
    note = describe_coding() if "device" in columns else pl.format("{}: {}", "actor", "role")
    here = pl.col("doc_id").is_in(shown["doc_id"].implode()) & sentence.is_in(shown["sentence_id"].implode())
    marked = rows.filter(here).select("doc_id", "sentence_id", "start", "end", note=note, group=0, total=total)
    return find_groups(marked.collect(), corpus).get(0, NONE)


def find_groups(rows: pl.DataFrame, corpus: Corpus) -> dict[int, Evidence]:
    """Find the sentences of groups of codings or mentions; return the evidence of each group.

    The rows have the columns `doc_id`, `sentence_id`, `start`, `end`, `note`, `group`, and `total`: how many sentences
    the group has, shown or not.
    """
    wanted = pl.col("sentence_id").is_in(rows["sentence_id"].unique().implode())
    sentences = corpus.sentences.filter(wanted).select("sentence_id", "paragraph", "sentence", "text", offset="start")
    marked = rows.join(sentences.collect(), on="sentence_id", how="left", validate="m:1")
    if marked["text"].null_count():
        raise ValueError("a coding or mention names a sentence that is not in `sentences`")
    order = ["group", "doc_id", "paragraph", "sentence"]
    found = marked.group_by(order).agg(
        pl.col("text", "total").first(),
        starts=pl.col("start") - pl.col("offset"),
        ends=pl.col("end") - pl.col("offset"),
        note=pl.col("note").unique().sort().str.join("; "),
    )
    number = pl.col("paragraph") + 1  # only sentences in paragraphs are coded
    found = found.sort(order).with_columns(part=pl.lit("paragraph"), number=number).drop("paragraph", "sentence")
    return {
        group: Evidence(_place(some.drop("group", "total"), corpus), total)
        for (group, total), some in found.group_by("group", "total", maintain_order=True)
    }


def spread_evenly(total: pl.Expr, most: int) -> pl.Expr:
    """Return an expression that picks about every n-th row, by the column `row` (0 to `total` - 1): at most `most`."""
    return (pl.col("row").cast(pl.Int64) * most) % pl.max_horizontal(total, pl.lit(most)) < most


def describe_coding() -> pl.Expr:
    """Return an expression that describes a coding: its device, actor, target and voice."""
    actor = pl.format(" of {}", "actor").fill_null("")
    target = pl.format(", towards {}", "target").fill_null("")
    voice = pl.when(pl.col("voice") != "author").then(pl.format(", in the voice of {}", "voice")).otherwise(pl.lit(""))
    return pl.concat_str(pl.col("device").str.replace_all("_", " "), actor, target, voice)


def merge_spans(spans: list[tuple[int, int]]) -> tuple[tuple[int, int], ...]:
    """Sort spans, and merge those that overlap or touch."""
    merged: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return tuple(merged)


def check_address(url: str | None) -> str:
    """Return the address if it is a web address (http, https) of printable characters; otherwise an empty text."""
    return url if url and url.isprintable() and re.fullmatch(r"(?i)https?://\w\S*", url) else ""


def _pick_evenly(rows: pl.LazyFrame, most: int) -> tuple[pl.DataFrame, int]:
    """Pick at most `most` rows, spread evenly over all; return them and the number of all rows."""
    total = count_rows(rows)
    return rows.with_row_index("row").filter(spread_evenly(pl.lit(total), most)).drop("row").collect(), total


def _place(rows: pl.DataFrame, corpus: Corpus) -> tuple[Passage, ...]:
    """Make passages from `doc_id`, `text`, `part`, `number`, `note` and, if words are marked, `starts` and `ends`."""
    title, date = pl.coalesce("title", "source"), pl.col("published_at").dt.strftime("%Y-%m-%d")
    pages = corpus.pages.select("doc_id", "outlet", "source", "url", title=title, date=date)
    passages = []
    for row in rows.join(pages, on="doc_id", how="left", maintain_order="left").iter_rows(named=True):
        where = row["part"] if row["number"] is None else f"{row['part']} {row['number']:,}"
        spans = merge_spans(list(zip(row.get("starts", []), row.get("ends", []), strict=True)))
        texts = {name: row[name] or "" for name in ("note", "title", "outlet", "date", "source")}
        passages.append(Passage(row["text"], where, spans=spans, url=check_address(row["url"]), **texts))
    return tuple(passages)
