"""The sentences behind a number, with the coded spans in them."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl


@dataclass(frozen=True)
class Evidence:
    """One sentence or unit of a page.

    Attributes:
        place: where it stands: the article's title (or its file) and the paragraph.
        text: the sentence, unchanged.
        spans: the coded parts of `text`, as (start, end) characters, sorted and without overlap.
        note: what the coding says of it, such as the actor; may be empty.
    """

    place: str
    text: str
    spans: tuple[tuple[int, int], ...] = ()
    note: str = ""


def of_codings(codings: pl.DataFrame, sentences: pl.DataFrame, articles: pl.DataFrame) -> list[Evidence]:
    """The sentences of some codings in the order of the pages, each once, with all their coded spans.

    Args:
        codings: rows of the table `codings`.
        sentences: the table `sentences`.
        articles: the table `articles`.
    """
    return _sentences(codings.with_columns(note=_coding_note()), sentences, articles)


def of_mentions(mentions: pl.DataFrame, sentences: pl.DataFrame, articles: pl.DataFrame) -> list[Evidence]:
    """The sentences of some mentions, in the same way; the note gives actor and role."""
    return _sentences(mentions.with_columns(note=pl.format("{}: {}", "actor", "role")), sentences, articles)


def of_units(unit_ids: list[str], assignments: pl.DataFrame, articles: pl.DataFrame) -> list[Evidence]:
    """Paragraphs and headlines by `unit_id`, in the order given."""
    titles = _titles(articles)
    rows = {row["unit_id"]: row for row in assignments.filter(pl.col("unit_id").is_in(unit_ids)).iter_rows(named=True)}
    return [
        Evidence(place=f"{titles.get(row['doc_id'], row['doc_id'])}, {row['kind']}", text=row["text"])
        for row in (rows[unit] for unit in unit_ids if unit in rows)
    ]


def _coding_note() -> pl.Expr:
    said_of = pl.when(pl.col("actor").is_not_null()).then(pl.format(" of {}", "actor")).otherwise(pl.lit(""))
    target = pl.when(pl.col("target").is_not_null()).then(pl.format(", towards {}", "target")).otherwise(pl.lit(""))
    voice = pl.when(pl.col("voice") != "author").then(pl.format(", in the voice of {}", "voice")).otherwise(pl.lit(""))
    return pl.concat_str(pl.col("device").str.replace_all("_", " "), said_of, target, voice)


def _titles(articles: pl.DataFrame) -> dict[str, str]:
    return {doc: title or source for doc, title, source in articles.select("doc_id", "title", "source").iter_rows()}


def _sentences(rows: pl.DataFrame, sentences: pl.DataFrame, articles: pl.DataFrame) -> list[Evidence]:
    where = sentences.select("sentence_id", "paragraph", "sentence", offset="start", sentence_text="text")
    joined = rows.join(where, on="sentence_id", how="left", validate="m:1")
    if joined["sentence_text"].null_count():
        raise ValueError("a coding or mention names a sentence that is not in `sentences`")
    grouped = joined.group_by("doc_id", "paragraph", "sentence", "sentence_text").agg(
        start=pl.col("start") - pl.col("offset"), end=pl.col("end") - pl.col("offset"), note=pl.col("note")
    )
    titles = _titles(articles)
    return [
        Evidence(
            place=f"{titles.get(row['doc_id'], row['doc_id'])}, paragraph {row['paragraph'] + 1}",
            text=row["sentence_text"],
            spans=_disjoint(list(zip(row["start"], row["end"], strict=True))),
            note="; ".join(sorted(set(row["note"]))),
        )
        for row in grouped.sort("doc_id", "paragraph", "sentence").iter_rows(named=True)
    ]


def _disjoint(spans: list[tuple[int, int]]) -> tuple[tuple[int, int], ...]:
    """Sorted spans, those that overlap or touch merged into one."""
    merged: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return tuple(merged)
