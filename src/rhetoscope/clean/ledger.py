"""The ledger accounts for every line of the raw pages: what was kept, what was removed and why, in words."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from rhetoscope import tables
from rhetoscope.clean.page import FURNITURE, LISTS
from rhetoscope.pages import make_doc_id
from rhetoscope.tables import Frame

ARTICLE = "article"


def scan_ledger(kept: Frame, removed: Frame) -> pl.LazyFrame:
    """Every line of every page in no order, to be summed without being held in memory.

    Returns:
        Columns `doc_id`, `line`, `part` (null where removed), `reason` (null where kept), `kind` (`article` where
        kept, else as in `removed`), `words`.
    """
    halves = [half.lazy().drop("text") for half in (kept, removed)]
    found = pl.concat(halves, how="diagonal").with_columns(pl.col("kind").fill_null(ARTICLE))
    return found.select("doc_id", "line", "part", "reason", "kind", "words")


def read_ledger(kept: Frame, removed: Frame) -> pl.DataFrame:
    """Every line of every page in page order, without its text: the columns of `scan_ledger`."""
    return scan_ledger(kept, removed).sort("doc_id", "line").collect()


def rebuild_pages(kept: pl.DataFrame, removed: pl.DataFrame) -> pl.DataFrame:
    """Each page put together from its ledger, columns `doc_id`, `text`: the raw page, or the ledger is wrong."""
    lines = pl.concat([half.select("doc_id", "line", "text") for half in (kept, removed)]).sort("doc_id", "line")
    return lines.group_by("doc_id", maintain_order=True).agg(pl.col("text").str.join("\n"))


def check_ledger(kept: Frame, removed: Frame, articles: pl.DataFrame) -> int:
    """How many pages the ledger gives back to the letter: the hash of a page's lines is its `doc_id`.

    The `doc_id` of a page whose text another page has too is the hash of text and source.

    Args:
        kept: the table, or a scan of it; it is read some pages at a time.
        removed: the table, likewise.
        articles: columns `doc_id`, `source`.
    """
    proven = 0
    for some, *halves in tables.iterate_documents(articles.select("doc_id", "source"), kept, removed):
        for name, text, source in rebuild_pages(*halves).join(some, on="doc_id", validate="1:1").iter_rows():
            proven += name in (make_doc_id(text), make_doc_id(f"{text}\0{source}"))
    return proven


def summarise_reasons(lines: Frame) -> pl.DataFrame:
    """Lines and words removed for each reason, most words first.

    Args:
        lines: as `read_ledger` or `scan_ledger` give them.

    Returns:
        Columns `reason`, `lines`, `words`, `share_of_words` (of all words of all pages, in per cent).
    """
    kept = pl.col("part").is_not_null()
    sums = (
        lines.lazy().group_by("reason", kept.alias("kept")).agg(lines=pl.len(), words=pl.col("words").sum()).collect()
    )
    total = max(1, int(sums["words"].sum()))
    share = (100 * pl.col("words") / total).round(1)
    removed = sums.filter(~pl.col("kept")).drop("kept").with_columns(share_of_words=share)
    return removed.sort("words", "lines", "reason", descending=[True, True, False])


def compute_metrics(
    lines: pl.DataFrame, articles: pl.DataFrame, headlines: int, normalised: int, rejected: int, ignored: int = 0
) -> dict[str, int | float]:
    """The stage's metrics: counts, and the share of words removed, 0 to 1.

    Args:
        lines: as `read_ledger` gives them.
        articles: columns `words`, `duplicate_of`.
        headlines: number of headlines.
        normalised: number of places made uniform.
        rejected: number of pages set aside.
        ignored: files of the source that are no pages.
    """
    total = int(lines["words"].sum())
    removed = lines.filter(pl.col("part").is_null())
    return {
        "pages": articles.height + rejected,
        "articles": articles.height,
        "rejected": rejected,
        "files_ignored": ignored,
        "lines_kept": lines.height - removed.height,
        "lines_removed": removed.height,
        "headlines": headlines,
        "duplicates": articles["duplicate_of"].drop_nulls().len(),
        "normalised": normalised,
        "words": int(articles["words"].sum()),
        "share_of_words_removed": int(removed["words"].sum()) / total if total else 0.0,
    }


def describe_cleaning(lines: Frame, articles: pl.DataFrame, headlines: pl.DataFrame) -> str:
    """The stage's answer as a sentence with its numbers."""
    sums = lines.lazy().group_by("kind").agg(pl.col("words").sum()).collect()
    words = dict(sums.iter_rows())
    article, listed, furniture = format_shares([words.get(kind, 0) for kind in (ARTICLE, LISTS, FURNITURE)])
    pages = "the page" if articles.height == 1 else f"{articles.height:,} pages"
    count = headlines.height
    lists = "a list of 1 other headline" if count == 1 else f"lists of {count:,} other headlines"
    stand = f"{listed} % stand in {lists}" if count else "no list of other headlines was found"
    return (
        f"Of the {sum(words.values()):,} words on {pages}, {article} % are the article{'s' * (articles.height > 1)}; "
        f"{stand} and {furniture} % are site furniture."
    )


def format_shares(counts: Sequence[int]) -> list[str]:
    """The shares of some counts in per cent; they sum to 100, and none reads as 0 or 100 unless it is.

    They have as few decimals as that takes, at most three; what rounding down leaves goes to the largest remainders
    (Hare's quota). All are 0 where the counts are.
    """
    total = sum(counts)
    if not total:
        return ["0"] * len(counts)
    for decimals in range(4):
        unit = 10**decimals
        shares = [100 * unit * count // total for count in counts]
        by_remainder = sorted(range(len(counts)), key=lambda place: -(100 * unit * counts[place] % total))
        for place in by_remainder[: 100 * unit - sum(shares)]:
            shares[place] += 1
        if all((share > 0) == (count > 0) for share, count in zip(shares, counts, strict=True)):
            break
    return [f"{share / unit:.{decimals}f}" if 0 < share < 100 * unit else f"{share // unit}" for share in shares]
