"""The account of every line: what was kept, what was removed and why, in words."""

from __future__ import annotations

import polars as pl

from rhetoscope.clean.page import FURNITURE, LISTS
from rhetoscope.pages import doc_id
from rhetoscope.sentences import word_count

ARTICLE = "article"


def ledger(kept: pl.DataFrame, removed: pl.DataFrame) -> pl.DataFrame:
    """Every line of every page in page order.

    Returns:
        Columns `doc_id`, `line`, `text`, `part` (null where removed), `reason` (null where kept), `kind` (`article`
        where kept, else as in `removed`), `words`.
    """
    return (
        pl.concat([kept, removed], how="diagonal")
        .with_columns(pl.col("kind").fill_null(ARTICLE), words=word_count(pl.col("text")))
        .sort("doc_id", "line")
    )


def rebuild(lines: pl.DataFrame) -> pl.DataFrame:
    """Each page put together from its ledger, columns `doc_id`, `text`: the raw page, or the ledger is wrong."""
    return lines.sort("doc_id", "line").group_by("doc_id", maintain_order=True).agg(pl.col("text").str.join("\n"))


def prove(lines: pl.DataFrame, articles: pl.DataFrame) -> int:
    """How many pages their ledger gives back to the letter: the hash of its lines is the page's `doc_id`.

    The `doc_id` of a page whose text another page has too is the hash of text and source.

    Args:
        lines: as `ledger` gives them.
        articles: columns `doc_id`, `source`.
    """
    pages = rebuild(lines).join(articles.select("doc_id", "source"), on="doc_id", validate="1:1")
    return sum(name in (doc_id(text), doc_id(f"{text}\0{source}")) for name, text, source in pages.iter_rows())


def by_reason(lines: pl.DataFrame) -> pl.DataFrame:
    """Lines and words removed for each reason, most words first: columns `reason`, `lines`, `words`, `share_of_words`.

    `share_of_words` is of all words of all pages, in per cent.
    """
    total = max(1, int(lines["words"].sum()))
    return (
        lines.filter(pl.col("part").is_null())
        .group_by("reason")
        .agg(lines=pl.len(), words=pl.col("words").sum())
        .with_columns(share_of_words=(100 * pl.col("words") / total).round(1))
        .sort("words", "lines", "reason", descending=[True, True, False])
    )


def metrics(frames: dict[str, pl.DataFrame], ignored: int = 0) -> dict[str, int | float]:
    """The stage's metrics: counts of pages, lines, headlines, words, copies and places made uniform, and the share of
    words removed, 0 to 1.

    Args:
        frames: the tables `articles`, `kept`, `removed`, `headlines`, `normalised` and `rejected`.
        ignored: files of the source that are no pages.
    """
    articles, rejected = frames["articles"], frames["rejected"]
    lines = ledger(frames["kept"], frames["removed"])
    total = int(lines["words"].sum())
    removed = int(lines.filter(pl.col("part").is_null())["words"].sum())
    return {
        "pages": articles.height + rejected.height,
        "articles": articles.height,
        "rejected": rejected.height,
        "files_ignored": ignored,
        "lines_kept": frames["kept"].height,
        "lines_removed": frames["removed"].height,
        "headlines": frames["headlines"].height,
        "duplicates": articles["duplicate_of"].drop_nulls().len(),
        "normalised": int(frames["normalised"]["count"].sum()),
        "words": int(articles["words"].sum()),
        "share_of_words_removed": removed / total if total else 0.0,
    }


def finding(lines: pl.DataFrame, articles: pl.DataFrame, headlines: pl.DataFrame) -> str:
    """The stage's answer as a sentence with its numbers."""
    words = int(lines["words"].sum())
    share = {
        kind: 100 * int(lines.filter(pl.col("kind") == kind)["words"].sum()) / max(1, words)
        for kind in (ARTICLE, LISTS, FURNITURE)
    }
    pages = "the page" if articles.height == 1 else f"{articles.height:,} pages"
    count = headlines.height
    lists = "a list of 1 other headline" if count == 1 else f"lists of {count:,} other headlines"
    stand = f"{share[LISTS]:.0f} % stand in {lists}" if count else "no list of other headlines was found"
    return (
        f"Of the {words:,} words on {pages}, {share[ARTICLE]:.0f} % are the article{'s' * (articles.height > 1)}; "
        f"{stand} and {share[FURNITURE]:.1f} % are site furniture."
    )
