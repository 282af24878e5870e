"""Page → article, headline lists and a ledger of every line that was removed.

The rooms: `dates` reads dates, `lines` says what kind of line a line is, `lists` harvests headline lists, `span`
finds the prose, `head` reads what stands above it, `page` puts one page together. Here pages become tables.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

import polars as pl

from rhetoscope import tables
from rhetoscope.clean.page import Page, take_apart
from rhetoscope.sentences import SEPARATOR, count_words, sentences, word_count

__all__ = ["Page", "clean_pages", "ledger", "metrics", "rebuild", "take_apart"]

_TABLES = ("articles", "kept", "removed", "headlines", "rejected")


def clean_pages(pages: pl.DataFrame, min_words: int) -> dict[str, pl.DataFrame]:
    """Every table of the stage clean, by name: articles, kept, removed, headlines, rejected, sentences.

    Each page is read on its own, so batches of pages may be cleaned apart and joined.

    Args:
        pages: the columns of `pages.PAGES`, one row a page, `doc_id` unique.
        min_words: a page whose headings and body hold fewer words is set aside in `rejected`.
    """
    rows: dict[str, list[dict[str, Any]]] = defaultdict(list)
    headings: dict[str, list[int]] = {}
    for row in pages.iter_rows(named=True):
        page = take_apart(row["text"])
        text = SEPARATOR.join(page.paragraphs("heading", "body"))
        words = count_words(text)
        if words < min_words:
            rows["rejected"].append({"source": row["source"], "reason": _too_short(words, min_words)})
            continue
        doc_id = row["doc_id"]
        kept = [line for line in page.lines if page.parts.get(line.number) in ("heading", "body")]
        headings[doc_id] = [place for place, line in enumerate(kept) if page.parts[line.number] == "heading"]
        notes = [note for note in (row["note"], *page.notes) if note]
        rows["articles"].append(
            {name: row[name] for name in ("doc_id", "source", "outlet")}
            | {name: getattr(page, name) for name in ("title", "deck", "section", "author", "published_at")}
            | {"url": None, "language": None, "text": text, "words": words, "note": "; ".join(notes) or None}
        )
        for line in page.lines:
            cell = {"doc_id": doc_id, "line": line.number, "text": line.raw}
            if line.number in page.parts:
                rows["kept"].append(cell | {"part": page.parts[line.number]})
            else:
                rows["removed"].append(cell | {"reason": page.reasons[line.number]})
        for number, headline in enumerate(page.headlines):
            values = {name: getattr(headline, name) for name in ("list", "title", "deck", "published_at", "line")}
            rows["headlines"].append({"headline_id": f"{doc_id}-h{number:04d}", "doc_id": doc_id} | values)
    frames = {name: pl.DataFrame(rows[name], schema=tables.empty(name).schema) for name in _TABLES}
    return frames | {"sentences": sentences(frames["articles"], headings)}


def ledger(kept: pl.DataFrame, removed: pl.DataFrame) -> pl.DataFrame:
    """Every line of every page in page order: `doc_id`, `line`, `text`, `part` (null where removed), `reason` (null where kept)."""
    return pl.concat([kept, removed], how="diagonal").sort("doc_id", "line")


def rebuild(kept: pl.DataFrame, removed: pl.DataFrame) -> pl.DataFrame:
    """Each page as its ledger has it, columns `doc_id`, `text`: equal to the raw page, or the ledger is wrong."""
    return ledger(kept, removed).group_by("doc_id", maintain_order=True).agg(pl.col("text").str.join("\n"))


def metrics(frames: dict[str, pl.DataFrame], ignored: int = 0) -> dict[str, int | float]:
    """The stage's metrics: counts of pages, lines, headlines and words, and the share of words removed, 0 to 1."""
    articles, rejected, kept, removed = (frames[name] for name in ("articles", "rejected", "kept", "removed"))
    out, total = _words(removed), _words(ledger(kept, removed))
    return {
        "pages": articles.height + rejected.height,
        "articles": articles.height,
        "rejected": rejected.height,
        "files_ignored": ignored,
        "lines_kept": kept.height,
        "lines_removed": removed.height,
        "headlines": frames["headlines"].height,
        "sentences": frames["sentences"].height,
        "words": int(articles["words"].sum()),
        "share_of_words_removed": out / total if total else 0.0,
    }


def _words(lines: pl.DataFrame) -> int:
    return int(lines.select(word_count(pl.col("text")).sum()).item())


def _too_short(words: int, min_words: int) -> str:
    found = "no article was found on it" if words == 0 else f"its article has only {words} words"
    return f"{found}, and clean.min_words is {min_words}"
