"""Page → article, headline lists and a ledger of every line that was removed.

The rooms: `dates` reads dates; `lines` says by shape and `vocabulary` what kind of line a line is; `lists` harvests
headline lists; `span` finds the prose; `head` reads what stands above it; `page` takes one page apart; `ledger`
accounts for its lines. Here pages become tables.
"""

from __future__ import annotations

from collections import defaultdict
from typing import Any

import polars as pl

from rhetoscope import InputError, tables
from rhetoscope.clean.page import Page, take_apart
from rhetoscope.pages import Pages
from rhetoscope.sentences import SEPARATOR, count_words, sentences

__all__ = ["Page", "clean_batch", "clean_pages", "take_apart"]

_TABLES = ("articles", "kept", "removed", "headlines", "rejected")


def clean_pages(read: Pages, min_words: int) -> dict[str, pl.DataFrame]:
    """Every table of the stage, by name: articles, kept, removed, headlines, rejected, sentences.

    Args:
        read: what `pages.read_pages` found; its `rejected` are part of the table `rejected`.
        min_words: a page whose headings and body hold fewer words is set aside in `rejected`.

    Raises:
        InputError: no page holds an article; the message gives the reason for the first.
    """
    frames = clean_batch(read.pages, min_words)
    frames["rejected"] = pl.concat([read.rejected, frames["rejected"]]).sort("source")
    if frames["articles"].is_empty():
        source, reason = frames["rejected"].row(0)
        count = frames["rejected"].height
        raise InputError(f"none of the {count} pages of clean.source can be used; the first is {source}: {reason}")
    return frames


def clean_batch(pages: pl.DataFrame, min_words: int) -> dict[str, pl.DataFrame]:
    """The tables of some pages, columns `pages.PAGES`; each page is read on its own, so batches can be joined."""
    rows: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in pages.iter_rows(named=True):
        page = take_apart(row["text"])
        text = SEPARATOR.join(page.paragraphs("heading", "body"))
        words = count_words(text)
        if words < min_words:
            rows["rejected"].append({"source": row["source"], "reason": _too_short(words, min_words)})
            continue
        doc_id = row["doc_id"]
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
                rows["removed"].append(cell | {"reason": page.reasons[line.number], "kind": page.kind(line.number)})
        for number, headline in enumerate(page.headlines):
            values = {name: getattr(headline, name) for name in ("list", "title", "deck", "published_at", "line")}
            rows["headlines"].append({"headline_id": f"{doc_id}-h{number:04d}", "doc_id": doc_id} | values)
    frames = {name: pl.DataFrame(rows[name], schema=tables.empty(name).schema) for name in _TABLES}
    return frames | {"sentences": sentences(frames["articles"], frames["kept"])}


def _too_short(words: int, min_words: int) -> str:
    found = "no article was found on it" if words == 0 else f"its article has only {words} words"
    return f"{found}, and clean.min_words is {min_words}"
