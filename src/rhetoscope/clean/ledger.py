"""Account for every line of the raw pages: what was kept, what was removed and why, and what counting it would change.

The chrome effect is how far the mentions of each actor move when the whole page is taken for the article.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence

import polars as pl

from rhetoscope import tables
from rhetoscope.actors import Span
from rhetoscope.clean.page import FURNITURE, LISTS
from rhetoscope.clean.text import normalise_text
from rhetoscope.pages import make_doc_id
from rhetoscope.tables import Frame

ARTICLE = "article"
_PLACES = ("article", "head", "headline_lists", "site_furniture")
_OFTEN = 5
"""With fewer mentions a ratio says little."""


def scan_ledger(kept: Frame, removed: Frame) -> pl.LazyFrame:
    """List every line of every page, in no order; too large for memory, so scanned and summed.

    Returns:
        Columns `doc_id`, `line`, `part` (null if removed), `reason` (null if kept), `kind` (`article` if kept, else as
        in `removed`), `words`.
    """
    lines = pl.concat([half.lazy().drop("text") for half in (kept, removed)], how="diagonal")
    kind = pl.col("kind").fill_null(ARTICLE)
    return lines.select("doc_id", "line", "part", "reason", kind, "words")


def read_ledger(kept: Frame, removed: Frame) -> pl.DataFrame:
    """List every line of every page in page order, with the columns of `scan_ledger`."""
    return scan_ledger(kept, removed).sort("doc_id", "line").collect()


def rebuild_pages(kept: pl.DataFrame, removed: pl.DataFrame) -> pl.DataFrame:
    """Put each raw page together from its lines: columns `doc_id`, `text`."""
    lines = pl.concat([half.select("doc_id", "line", "text") for half in (kept, removed)]).sort("doc_id", "line")
    return lines.group_by("doc_id", maintain_order=True).agg(pl.col("text").str.join("\n"))


def count_proven_pages(kept: Frame, removed: Frame, articles: pl.DataFrame) -> int:
    """Count the pages that the ledger gives back to the letter: the hash of their lines is their `doc_id`.

    The `doc_id` of a page whose text another page has too is the hash of text and source. The tables may be scans.
    """
    proven = 0
    for some, *halves in tables.iterate_documents(articles.select("doc_id", "source"), kept, removed):
        for name, text, source in rebuild_pages(*halves).join(some, on="doc_id", validate="1:1").iter_rows():
            proven += name in (make_doc_id(text), make_doc_id(f"{text}\0{source}"))
    return proven


def summarise_reasons(lines: Frame) -> pl.DataFrame:
    """Sum up the lines of `read_ledger` or `scan_ledger` that were removed for each reason, most words first.

    Returns:
        Columns `reason`, `lines`, `words`, `share_of_words` (of all words of all pages, in per cent).
    """
    groups = lines.lazy().group_by("reason", kept=pl.col("part").is_not_null())
    sums = groups.agg(lines=pl.len(), words=pl.col("words").sum()).collect()
    share = (100 * pl.col("words") / max(1, int(sums["words"].sum()))).round(1)
    removed = sums.filter(~pl.col("kept")).drop("kept").with_columns(share_of_words=share)
    return removed.sort("words", "lines", "reason", descending=[True, True, False])


def compute_metrics(
    lines: pl.DataFrame, articles: pl.DataFrame, headlines: int, normalised: int, rejected: int, ignored: int = 0
) -> dict[str, int | float]:
    """Compute the stage's metrics: counts, and the share of words removed, 0 to 1.

    Args:
        lines: what `read_ledger` returns.
        articles: columns `words`, `duplicate_of`.
        headlines, rejected: their numbers.
        normalised: number of places made uniform.
        ignored: number of files in the source that are not pages.
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
    """Describe in a sentence which shares of the words are articles, lists of headlines and site furniture."""
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
    """Format some counts as per cent that sum to 100; none reads as 0 or 100 unless it is.

    They have as few decimals as that needs, at most three; what rounding down leaves goes to the largest remainders
    (Hare's quota). All are 0 where all counts are 0.
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


# The chrome effect


def count_mentions(kept: pl.DataFrame, removed: pl.DataFrame, find: Callable[[str], Iterable[Span]]) -> pl.DataFrame:
    """Count the mentions of each actor on some pages, as `find` finds them, by place.

    Returns:
        Columns `actor`, `article` (the lines of `articles.text`), `head`, `headline_lists`, `site_furniture`.
    """
    in_article = pl.col("part").is_in(["heading", "body"])
    in_list = pl.col("kind") == LISTS
    lines = (kept.filter(in_article), kept.filter(~in_article), removed.filter(in_list), removed.filter(~in_list))
    counts = [Counter(span.actor for text in some["text"] for span in find(normalise_text(text)[0])) for some in lines]
    rows = [(actor, *(count[actor] for count in counts)) for actor in sorted(set().union(*counts))]
    return pl.DataFrame(rows, schema={"actor": pl.String} | dict.fromkeys(_PLACES, pl.Int64), orient="row")


def sum_mentions(counts: Iterable[pl.DataFrame]) -> pl.DataFrame:
    """Sum up what `count_mentions` returns for each page, duplicates left out: the table `chrome_effect`."""
    schema = tables.make_empty("chrome_effect").drop("page", "ratio").schema
    sums = pl.concat([pl.DataFrame(schema=schema), *counts]).group_by("actor").agg(pl.all().sum())
    ratio = pl.when(pl.col("article") > 0).then((pl.col("page") / pl.col("article")).round(2))
    effect = sums.with_columns(page=pl.sum_horizontal(_PLACES)).with_columns(ratio=ratio)
    return effect.sort("page", "article", "actor", descending=[True, True, False])


def find_largest_shift(effect: pl.DataFrame) -> pl.DataFrame:
    """Find the actor whose mentions would move furthest: its row of `chrome_effect`, or no row if none would move.

    That is the highest ratio among actors that the articles name five times or more; without any, the largest gain.
    """
    moved = effect.filter(pl.col("page") > pl.col("article"))
    often = moved.filter(pl.col("article") >= _OFTEN)
    gain = pl.col("page") - pl.col("article")
    order = [pl.col("ratio"), gain] if often.height else [gain]
    ordered = (often if often.height else moved).sort(*order, "actor", descending=[True] * len(order) + [False])
    return ordered.head(1)


def describe_chrome_effect(effect: pl.DataFrame) -> str:
    """Describe the chrome effect in a sentence about the actor whose mentions would move furthest."""
    shift = find_largest_shift(effect)
    if shift.is_empty():
        return "No actor is named outside the articles"
    actor, article, page = shift.select("actor", "article", "page").row(0)
    return f"Had the whole page been counted, {actor} would have {page:,} mentions instead of {article:,}"
