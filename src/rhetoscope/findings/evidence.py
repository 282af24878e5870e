"""The sentences behind a number, with the coded spans in them and the place they stand in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import polars as pl

from rhetoscope.findings.corpus import Corpus
from rhetoscope.tables import height


@dataclass(frozen=True)
class Passage:
    """One sentence, paragraph, headline or line of a page.

    Attributes:
        text: as it stands there.
        spans: the coded parts of `text`, as (start, end) characters, sorted and without overlap.
        note: what the coding says of it, such as the actor; may be empty.
        title: of the article; its file where the page has none.
        where: the part of the page: "paragraph 3", "headline", "line 57".
        outlet: who published it; may be empty.
        date: "2024-06-25"; may be empty.
        source: the file it was read from.
        url: the page's address where it is one of the web, else empty.
    """

    text: str
    spans: tuple[tuple[int, int], ...] = ()
    note: str = ""
    title: str = ""
    where: str = ""
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


def of_codings(codings: pl.LazyFrame, corpus: Corpus, most: int) -> Evidence:
    """The sentences of some codings in the order of the pages, each once, with all their coded spans.

    Args:
        codings: rows of the table `codings`, in its order.
        corpus: the tables they come from.
        most: passages to show; of more, every n-th, so that they come from all pages alike.
    """
    return _of_rows(codings, coding_note(), corpus, most)


def of_mentions(mentions: pl.LazyFrame, corpus: Corpus, most: int) -> Evidence:
    """The sentences of some mentions, in the same way; the note gives actor and role."""
    return _of_rows(mentions, pl.format("{}: {}", "actor", "role"), corpus, most)


def spread(row: str, most: int) -> pl.Expr:
    """Whether a row, of `total`, is the first of one of `most` parts of equal length; all are where there are fewer."""
    return (pl.col(row).cast(pl.Int64) * most) % pl.max_horizontal(pl.col("total"), pl.lit(most)) < most


def of_groups(rows: pl.DataFrame, corpus: Corpus) -> dict[Any, Evidence]:
    """The sentences of codings or mentions in groups: the evidence of each group.

    Args:
        rows: codings or mentions of the sentences to show, with columns `group`, `note`, and `total`: how many
            sentences the group has, shown or not.
        corpus: the tables they come from.
    """
    wanted = pl.col("sentence_id").is_in(rows["sentence_id"].unique().implode())
    where = corpus.sentences.filter(wanted).select(
        "sentence_id", "paragraph", "sentence", offset="start", sentence_text="text"
    )
    joined = rows.join(where.collect(), on="sentence_id", how="left", validate="m:1")
    if joined["sentence_text"].null_count():
        raise ValueError("a coding or mention names a sentence that is not in `sentences`")
    place = ["doc_id", "paragraph", "sentence"]
    shown = (
        joined.group_by("group", *place)
        .agg(
            pl.col("sentence_text", "total").first(),
            start=pl.col("start") - pl.col("offset"),
            end=pl.col("end") - pl.col("offset"),
            note=pl.col("note").unique().sort().str.join("; "),
        )
        .sort("group", *place)
        .join(_pages(corpus), on="doc_id", how="left", maintain_order="left")
    )
    found: dict[Any, Evidence] = {}
    for part in shown.partition_by("group", maintain_order=True):
        passages = tuple(
            Passage(
                text=row["sentence_text"],
                spans=_disjoint(list(zip(row["start"], row["end"], strict=True))),
                note=row["note"],
                where=f"paragraph {row['paragraph'] + 1:,}" if row["paragraph"] >= 0 else "headline",
                **_place(row),
            )
            for row in part.iter_rows(named=True)
        )
        found[part["group"][0]] = Evidence(passages, part["total"][0])
    return found


def of_units(unit_ids: list[str], corpus: Corpus) -> Evidence:
    """Paragraphs and headlines by `unit_id`, in the order given."""
    chosen = corpus.assignments.filter(pl.col("unit_id").is_in(unit_ids)).collect()
    named = chosen.join(_pages(corpus), on="doc_id", how="left", maintain_order="left")
    rows = {row["unit_id"]: row for row in named.iter_rows(named=True)}
    passages = tuple(
        Passage(text=row["text"], where=_unit(row["unit_id"], row["kind"]), **_place(row))
        for row in (rows[unit] for unit in unit_ids if unit in rows)
    )
    return Evidence(passages, len(passages), "passage")


def of_lines(lines: pl.LazyFrame, corpus: Corpus, most: int) -> Evidence:
    """Removed lines of the raw pages in their order; the note is the `reason`.

    Args:
        lines: rows of the table `removed`, in its order.
        corpus: the tables they come from.
        most: lines to show; of more, every n-th.
    """
    total = height(lines)
    step = max(1, -(-total // most))
    shown = lines.with_row_index("row").filter(pl.col("row") % step == 0).collect()
    passages = tuple(
        Passage(text=row["text"], note=row["reason"], where=f"line {row['line']:,}", **_place(row))
        for row in shown.join(_pages(corpus), on="doc_id", how="left", maintain_order="left").iter_rows(named=True)
    )
    return Evidence(passages, total, "line")


def _of_rows(rows: pl.LazyFrame, note: pl.Expr, corpus: Corpus, most: int) -> Evidence:
    """The evidence of codings or mentions, of which only the sentences to show are held: the table has those of one
    sentence one after the other."""
    named = pl.col("sentence_id")
    once = rows.select("doc_id", "sentence_id").filter(named.ne_missing(named.shift()))
    total = height(once)
    wanted = once.with_row_index("row").with_columns(total=pl.lit(total)).filter(spread("row", most)).collect()
    here = pl.col("doc_id").is_in(wanted["doc_id"].implode()) & named.is_in(wanted["sentence_id"].implode())
    place = ("doc_id", "sentence_id", "start", "end")
    chosen = rows.filter(here).select(*place, note=note, group=pl.lit(0), total=pl.lit(total)).collect()
    return of_groups(chosen, corpus).get(0, NONE)


def coding_note() -> pl.Expr:
    """What a coding says beside its words: its device, of whom, towards whom, in whose voice."""
    said_of = pl.when(pl.col("actor").is_not_null()).then(pl.format(" of {}", "actor")).otherwise(pl.lit(""))
    target = pl.when(pl.col("target").is_not_null()).then(pl.format(", towards {}", "target")).otherwise(pl.lit(""))
    voice = pl.when(pl.col("voice") != "author").then(pl.format(", in the voice of {}", "voice")).otherwise(pl.lit(""))
    return pl.concat_str(pl.col("device").str.replace_all("_", " "), said_of, target, voice)


def web_address(url: str | None) -> str:
    """The address where it is one of the web (http, https) and prints as such; else an empty text."""
    if not url or not url.isprintable() or any(sign.isspace() for sign in url):
        return ""
    try:
        parts = urlsplit(url)
    except ValueError:
        return ""
    return url if parts.scheme in ("http", "https") and parts.hostname else ""


def _unit(unit_id: str, kind: str) -> str:
    number = unit_id.rsplit("-p", 1)[-1]
    return f"paragraph {int(number) + 1:,}" if kind == "paragraph" and number.isdigit() else kind


def _pages(corpus: Corpus) -> pl.DataFrame:
    return corpus.pages.select(
        "doc_id", "outlet", "source", "url", title=pl.coalesce("title", "source"),
        date=pl.col("published_at").dt.strftime("%Y-%m-%d"),
    )  # fmt: skip


def _place(row: dict[str, Any]) -> dict[str, Any]:
    known = {name: row[name] or "" for name in ("title", "outlet", "date", "source")}
    return known | {"url": web_address(row["url"])}


def _disjoint(spans: list[tuple[int, int]]) -> tuple[tuple[int, int], ...]:
    """Sorted spans, those that overlap or touch merged into one."""
    merged: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return tuple(merged)
