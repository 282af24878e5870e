"""Page → article, headline lists and a ledger of every line that was removed.

Flattened text: `dates` reads dates; `lines` says by shape and `vocabulary` what kind of line a line is; `lists`
harvests headline lists; `span` finds the prose; `head` reads what stands above it; `duplicates` knows what the pages
of an outlet share; `text` makes broken paragraphs whole; `page` takes one page apart.
HTML: `flatten` makes lines of it; `align` finds an extraction in them and `body` corrects it; `weblists` harvests
headline lists, `facts` reads the page's head; `html` takes one page apart.
Both: `text` makes text uniform and names its language, `article` gives a page's rows in every table,
`duplicates` links copies, `ledger` accounts for the lines, `effect` tells what they would have done. Here pages become
tables, each page once: what a run before found of the same page is taken from the store.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from typing import Any

import polars as pl

from rhetoscope import InputError, store, tables, work
from rhetoscope.actors import ActorTable, Span
from rhetoscope.clean import article, duplicates, effect
from rhetoscope.clean.duplicates import SharedLines, select_shared
from rhetoscope.clean.html import take_apart_html
from rhetoscope.clean.page import Page, take_apart
from rhetoscope.pages import Pages, make_doc_id

__all__ = ["Cleaned", "Page", "clean_batch", "clean_pages", "take_apart", "take_apart_html"]

NEAR = 0.7
"""Share of common runs of words from which an article is a copy: a reprint with another title and a few other lines."""
TABLES = ("articles", "kept", "removed", "headlines", "normalised", "sentences")
"""The tables that are made page by page."""
_CODE = ("clean", "sentences.py", "actors", "pages/__init__.py", "tables/clean.py")

_Work = tuple[dict[str, Any], frozenset[str]]
"""A page and those of its lines that its outlet's pages share."""


@dataclass(frozen=True)
class Cleaned:
    """What cleaning found, table by table; the pages of a table are read from the store in the order of their names.

    Attributes:
        known: the store.
        keys: where the store has each article, by `doc_id`, in order.
        links: for each copy its first instance.
        rejected: the table.
        today: a later date is noted.
        pages: how many pages were read.
        computed: how many of them were taken apart now; the others were known.
    """

    known: store.Store
    keys: dict[str, str]
    links: dict[str, str]
    rejected: pl.DataFrame
    today: date
    pages: int
    computed: int

    def batches(self, name: str) -> Iterator[pl.DataFrame]:
        """The rows of a table of `TABLES`, some pages at a time."""
        for frame in self.known.frames(self.keys.values(), name):
            yield self._judged(frame) if name == "articles" else frame

    def __getitem__(self, name: str) -> pl.DataFrame:
        """A table of `TABLES`, whole."""
        return pl.concat([tables.empty(name), *self.batches(name)])

    def chrome_effect(self) -> pl.DataFrame:
        """The table `chrome_effect`; copies are left out."""
        once = [key for name, key in self.keys.items() if name not in self.links]
        return effect.sum_mentions(self.known.frames(once, "mentions"))

    def _judged(self, articles: pl.DataFrame) -> pl.DataFrame:
        """The articles with what the page alone does not say: whose copy it is, and whether its date lies ahead."""
        at = pl.col("published_at")
        ahead = pl.format("date {} lies in the future", at.dt.strftime("%Y-%m-%d"))
        noted = pl.concat_str(pl.col("note"), ahead, separator="; ", ignore_nulls=True)
        late = at.dt.date() > self.today + timedelta(days=1)
        return articles.with_columns(
            note=pl.when(late).then(noted).otherwise("note"),
            duplicate_of=pl.col("doc_id").replace_strict(self.links, default=None, return_dtype=pl.String),
        )


def nobody(text: str) -> Iterable[Span]:
    """No actor is known."""
    return ()


def clean_pages(
    read: Iterable[Pages],
    min_words: int,
    languages: Sequence[str] = (),
    near_duplicate: float = NEAR,
    not_after: str = "",
    known: store.Store | None = None,
    actors: ActorTable | None = None,
) -> Cleaned:
    """Takes every page apart that the store does not know, and links copies.

    Args:
        read: what `pages.read_pages` found, batch by batch; its `rejected` are part of the table `rejected`. It is gone
            through twice: what the pages of an outlet share must be known before the first is taken apart.
        min_words: a page whose headings and body hold fewer words is set aside in `rejected`.
        languages: ISO 639-1 codes; an article that is surely of another language is set aside. None for all.
        near_duplicate: share of common runs of five words, above 0 to 1, from which an article is a copy.
        not_after: a later date (ISO 8601) is noted as lying in the future; "" for today.
        known: what runs before found; a new one by default.
        actors: as `actors.load_actors` gives them, for the chrome effect; None for no such table.

    Raises:
        InputError: a parameter is out of its range, or no page holds an article; then the message gives the reason
            for the first.
    """
    if not 0 < near_duplicate <= 1:
        raise InputError(f"clean.near_duplicate must be above 0 and at most 1, found {near_duplicate}")
    if wrong := [code for code in languages if not re.fullmatch("[a-z]{2,3}", str(code))]:
        raise InputError(f"clean.languages must hold ISO 639-1 codes such as 'en', found {wrong[0]!r}")
    try:
        today = date.fromisoformat(not_after) if not_after else date.today()
    except ValueError as error:
        raise InputError(f"clean.not_after must be a date such as '2024-07-25' or '', found {not_after!r}") from error
    known = known or store.temporary()
    repeats = SharedLines()
    total = 0
    for pages, _ in read:
        total += pages.height
        for outlet, text in pages.filter(~pl.col("html")).select("outlet", "text").iter_rows():
            repeats.add(outlet, text)
    rejected: list[pl.DataFrame] = [tables.empty("rejected")]
    keys: list[str] = []
    named = actors.fingerprint if actors else ""
    made_by = store.key(store.code(*_CODE), json.dumps([min_words, list(languages), named]))
    do = partial(_do, min_words=min_words, languages=tuple(languages), find=actors.find if actors else nobody)
    computed = work.each(_documents(read, repeats, made_by, keys, rejected), do, known, "cleaning pages", total)
    rejected += known.frames(keys, "rejected")
    found, sketches, copies = _named(known, keys)
    if not found:
        aside = pl.concat(rejected).sort("source")
        source, reason = aside.row(0)
        raise InputError(
            f"none of the {aside.height} pages of clean.source can be used; the first is {source}: {reason}"
        )
    links = duplicates.link_copies(sketches, partial(_texts, known, found), near_duplicate, copies)
    known.forget()
    return Cleaned(known, found, links, pl.concat(rejected).sort("source"), today, total, computed)


def clean_batch(pages: pl.DataFrame, min_words: int) -> dict[str, pl.DataFrame]:
    """The tables of some pages, columns `pages.PAGES`, whatever their language; copies are not linked."""
    rows = pages.sort("source").iter_rows(named=True)
    each = [article.frames(page, frozenset(), min_words, (), nobody) for page in rows]
    return {
        name: pl.concat([tables.empty(name), *(frames[name] for frames in each if name in frames)])
        for name in (*TABLES, "rejected")
    }


def _documents(
    read: Iterable[Pages], repeats: SharedLines, made_by: str, keys: list[str], rejected: list[pl.DataFrame]
) -> Iterator[tuple[str, _Work]]:
    """Every page with the key of all that has a say in its rows; notes the keys, and the pages that cannot be read."""
    shared = repeats.find()
    for pages, unreadable in read:
        rejected.append(unreadable)
        for page in pages.iter_rows(named=True):
            lines = select_shared(page["text"], shared.get(page["outlet"], ())) if not page["html"] else frozenset()
            keys.append(store.key(made_by, json.dumps(page), *sorted(lines)))
            yield keys[-1], (page, lines)


def _do(
    some: list[_Work], min_words: int, languages: tuple[str, ...], find: Callable[[str], Iterable[Span]]
) -> list[dict[str, pl.DataFrame]]:
    return [article.frames(page, shared, min_words, languages, find) for page, shared in some]


def _named(known: store.Store, keys: list[str]) -> tuple[dict[str, str], pl.DataFrame, set[str]]:
    """The keys by `doc_id` in order, the articles' sketches, and the names of pages whose text another has too.

    A page's `doc_id` is the hash of its text; of pages with the same text all but the first by source are named by
    text and source.
    """
    found: dict[str, str] = {}
    sketches: list[pl.DataFrame] = []
    copies: set[str] = set()
    for key, frame in sorted(known.each(dict.fromkeys(keys), "sketch"), key=lambda pair: pair[1]["source"][0]):
        name, source = frame["doc_id"][0], frame["source"][0]
        if name in found:
            parts = {table: part for table in (*TABLES, "sketch", "mentions") for _, part in known.each([key], table)}
            lines = pl.concat([parts[half] for half in ("kept", "removed") if half in parts], how="diagonal")
            name = make_doc_id("\n".join(lines.sort("line")["text"]) + f"\0{source}")
            copies.add(name)
            parts, key = article.renamed(parts, name), store.key(key, name)
            known.put({key: parts})
            frame = parts["sketch"]
        found[name] = key
        sketches.append(frame)
    return dict(sorted(found.items())), pl.concat(sketches) if sketches else pl.DataFrame(), copies


def _texts(known: store.Store, keys: dict[str, str], names: list[str]) -> dict[str, str]:
    """The texts of some articles."""
    frames = known.frames([keys[name] for name in names], "articles")
    return {name: text for frame in frames for name, text in frame.select("doc_id", "text").iter_rows()}
