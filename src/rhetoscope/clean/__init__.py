"""Clean pages: each becomes an article, its headline lists and a ledger of every line.

`lines` finds the kind of each line and `lists` the lists of headlines; `page` parses flattened text and `html` HTML.
Here their results become tables, each page on its own or from the cache of an earlier run, and copies are linked.
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

from rhetoscope import InputError, tables
from rhetoscope.actors import ActorTable, Span
from rhetoscope.cache import Cache, compute_missing, hash_code, hash_parts, make_temporary
from rhetoscope.clean import duplicates
from rhetoscope.clean.dates import read_date
from rhetoscope.clean.duplicates import SharedLines, list_copies, select_shared
from rhetoscope.clean.html import parse_html
from rhetoscope.clean.ledger import (
    compute_metrics,
    count_mentions,
    count_proven_pages,
    describe_chrome_effect,
    describe_cleaning,
    find_largest_shift,
    read_ledger,
    scan_ledger,
    sum_mentions,
    summarise_reasons,
)  # fmt: skip
from rhetoscope.clean.lines import REASONS, Kind
from rhetoscope.clean.page import Page, parse_page
from rhetoscope.clean.text import (
    Change,
    count_languages,
    join_broken_lines,
    judge_language,
    normalise_text,
    summarise_changes,
)  # fmt: skip
from rhetoscope.pages import Pages, make_doc_id
from rhetoscope.sentences import SEPARATOR, count_words, count_words_in, split_sentences

__all__ = [
    "TABLES", "CleanedPages", "Page", "clean_pages", "compute_metrics", "count_languages", "count_mentions",
    "count_proven_pages", "describe_chrome_effect", "describe_cleaning", "find_largest_shift", "list_copies",
    "parse_html", "parse_page", "read_ledger", "scan_ledger", "sum_mentions", "summarise_changes", "summarise_reasons",
]  # fmt: skip

TABLES = ("articles", "kept", "removed", "headlines", "normalised", "sentences")
"""The tables that are made page by page."""

_Work = tuple[dict[str, Any], frozenset[str]]
"""A page, and those of its lines that most pages of its outlet share."""
_Find = Callable[[str], Iterable[Span]]


@dataclass(frozen=True)
class CleanedPages:
    """The result of cleaning; the rows of its tables are read from the cache in the order of `doc_id`.

    Attributes:
        known, keys: the cache, and its key of each article, by `doc_id`, in order.
        links: the first instance of each copy, both by `doc_id`.
        rejected: the table.
        today: the date after which a date lies in the future.
        pages, computed: numbers of pages read, and of those that the cache did not have.
    """

    known: Cache
    keys: dict[str, str]
    links: dict[str, str]
    rejected: pl.DataFrame
    today: date
    pages: int
    computed: int

    def read_batches(self, name: str) -> Iterator[pl.DataFrame]:
        """Yield the rows of a table of `TABLES`, some pages at a time."""
        for frame in self.known.iterate_joined(self.keys.values(), name):
            yield self._complete(frame) if name == "articles" else frame

    def __getitem__(self, name: str) -> pl.DataFrame:
        return pl.concat([tables.make_empty(name), *self.read_batches(name)])

    def count_chrome_effect(self) -> pl.DataFrame:
        """Sum up the table `chrome_effect`; copies are left out."""
        once = [key for name, key in self.keys.items() if name not in self.links]
        return sum_mentions(self.known.iterate_joined(once, "mentions"))

    def _complete(self, articles: pl.DataFrame) -> pl.DataFrame:
        """Add what a page alone does not say: the article it is a copy of, and whether its date lies in the future."""
        at = pl.col("published_at")
        ahead = pl.format("date {} lies in the future", at.dt.strftime("%Y-%m-%d"))
        noted = pl.concat_str(pl.col("note"), ahead, separator="; ", ignore_nulls=True)
        late = at.dt.date() > self.today + timedelta(days=1)
        return articles.with_columns(
            note=pl.when(late).then(noted).otherwise("note"),
            duplicate_of=pl.col("doc_id").replace_strict(self.links, default=None, return_dtype=pl.String),
        )


def clean_pages(
    read: Iterable[Pages],
    min_words: int,
    languages: Sequence[str] = (),
    near_duplicate: float = 0.7,
    not_after: str = "",
    known: Cache | None = None,
    actors: ActorTable | None = None,
) -> CleanedPages:
    """Parse every page that is not in the cache, and link copies.

    Args:
        read: the batches of `pages.read_pages`; its `rejected` become part of the table `rejected`. It is read twice:
            the lines that the pages of an outlet share must be known before the first page is parsed.
        min_words: a page whose headings and body have fewer words is set aside in `rejected`.
        languages: ISO 639-1 codes; an article that is surely in another language is set aside. Empty for all.
        near_duplicate: share of common runs of five words, above 0 to 1, from which an article is a copy.
        not_after: date (ISO 8601) after which a date is noted as lying in the future; "" for today.
        known: the cache of earlier runs; a new one by default.
        actors: the actors whose mentions are counted for the chrome effect; None for none.

    Raises:
        InputError: a parameter is out of its range, or no page has an article; the message then gives the reason for
            the first page.
    """
    if not 0 < near_duplicate <= 1:
        raise InputError(f"clean.near_duplicate must be above 0 and at most 1, found {near_duplicate}")
    if wrong := [code for code in languages if not re.fullmatch("[a-z]{2,3}", str(code))]:
        raise InputError(f"clean.languages must hold ISO 639-1 codes such as 'en', found {wrong[0]!r}")
    try:
        today = date.fromisoformat(not_after) if not_after else date.today()
    except ValueError as error:
        raise InputError(f"clean.not_after must be a date such as '2024-07-25' or '', found {not_after!r}") from error
    known = known or make_temporary()
    shared, total = SharedLines(), 0
    for pages, _ in read:
        total += pages.height
        for outlet, text in pages.filter(~pl.col("html")).select("outlet", "text").iter_rows():
            shared.add(outlet, text)
    rejected: list[pl.DataFrame] = [tables.make_empty("rejected")]
    keys: list[str] = []
    made_by = hash_parts(hash_code("clean"), json.dumps([min_words, list(languages), actors and actors.fingerprint]))
    find = actors.find if actors else _find_nobody
    do = partial(_clean_batch, min_words=min_words, languages=list(languages), find=find)
    computed = compute_missing(_list_pages(read, shared, made_by, keys, rejected), do, known, "cleaning pages", total)
    rejected += known.iterate_joined(keys, "rejected")
    found, sketches, copies = _name_articles(known, keys)
    aside = pl.concat(rejected).sort("source")
    if not found:
        first = ": ".join(aside.row(0))
        raise InputError(f"none of the {aside.height} pages of clean.source can be used; the first is {first}")
    links = duplicates.link_copies(sketches, partial(_read_texts, known, found), near_duplicate, copies)
    known.delete_old()
    return CleanedPages(known, found, links, aside, today, total, computed)


def _find_nobody(text: str) -> Iterable[Span]:
    return ()


def _list_pages(
    read: Iterable[Pages], shared: SharedLines, made_by: str, keys: list[str], rejected: list[pl.DataFrame]
) -> Iterator[tuple[str, _Work]]:
    """Yield every page with the hash of all that its rows depend on; fill `keys` and `rejected`."""
    found = shared.find()
    for pages, unreadable in read:
        rejected.append(unreadable)
        for page in pages.iter_rows(named=True):
            lines = select_shared(page["text"], found.get(page["outlet"], ())) if not page["html"] else frozenset()
            keys.append(hash_parts(made_by, json.dumps(page), *sorted(lines)))
            yield keys[-1], (page, lines)


def _name_articles(known: Cache, keys: list[str]) -> tuple[dict[str, str], pl.DataFrame, set[str]]:
    """Find the keys by `doc_id` in order, the articles' sketches, and the `doc_id`s of pages with another's text.

    A page's `doc_id` is the hash of its text; of pages with the same text all but the first by source are named by
    text and source.
    """
    found: dict[str, str] = {}
    sketches: list[pl.DataFrame] = []
    copies: set[str] = set()
    for key, frame in sorted(known.iterate(dict.fromkeys(keys), "sketch"), key=lambda pair: pair[1]["source"][0]):
        name, source = frame["doc_id"][0], frame["source"][0]
        if name in found:
            parts = {
                table: part for table in (*TABLES, "sketch", "mentions") for _, part in known.iterate([key], table)
            }
            lines = pl.concat([parts[half] for half in ("kept", "removed") if half in parts], how="diagonal")
            name = make_doc_id("\n".join(lines.sort("line")["text"]) + f"\0{source}")
            copies.add(name)
            parts, key = {table: _rename(part, name) for table, part in parts.items()}, hash_parts(key, name)
            known.put({key: parts})
            frame = parts["sketch"]
        found[name] = key
        sketches.append(frame)
    return dict(sorted(found.items())), pl.concat(sketches) if sketches else pl.DataFrame(), copies


def _rename(frame: pl.DataFrame, name: str) -> pl.DataFrame:
    own = [column for column in ("doc_id", "sentence_id", "headline_id") if column in frame.columns]
    return frame.with_columns((pl.lit(name) + pl.col(column).str.slice(len(name))).alias(column) for column in own)


def _read_texts(known: Cache, keys: dict[str, str], names: list[str]) -> dict[str, str]:
    frames = known.iterate_joined([keys[name] for name in names], "articles")
    return {name: text for frame in frames for name, text in frame.select("doc_id", "text").iter_rows()}


def _clean_batch(
    pages: list[_Work], min_words: int, languages: list[str], find: _Find
) -> list[dict[str, pl.DataFrame]]:
    return [_clean_page(page, shared, min_words, languages, find) for page, shared in pages]


def _clean_page(
    page: dict[str, Any], shared: frozenset[str], min_words: int, languages: list[str], find: _Find
) -> dict[str, pl.DataFrame]:
    """Make the rows of a page in `TABLES`, its `sketch` and its `mentions` of actors, or its row in `rejected`."""
    try:
        rows = _make_rows(page, shared, min_words, languages)
    except RecursionError:
        rows = "its elements are nested too deeply to be read"
    except (OSError, MemoryError) as error:  # the fault of the machine, not of the page
        problem = f"{page['source']} cannot be taken apart on this machine: {error or 'memory is full'}"
        raise InputError(problem) from error
    except Exception as error:  # noqa: BLE001  # one unforeseen page must not end the run of ten thousand
        rows = f"it cannot be taken apart: {type(error).__name__}: {error}"
    if isinstance(rows, str):
        rows = {"rejected": [{"source": page["source"], "reason": rows}]}
    found = {name: pl.DataFrame(some, schema=tables.make_empty(name).schema) for name, some in rows.items() if some}
    if "articles" not in found:
        return found
    for half in ("kept", "removed"):
        if half in found:
            found[half] = found[half].with_columns(words=count_words_in(pl.col("text")))
    return found | {
        "sentences": split_sentences(found["articles"], found["kept"]),
        "sketch": duplicates.sketch_articles(found["articles"]),
        "mentions": count_mentions(found["kept"], found.get("removed", tables.make_empty("removed")), find),
    }


def _make_rows(
    row: dict[str, Any], shared: frozenset[str], min_words: int, languages: list[str]
) -> dict[str, list[dict[str, Any]]] | str:
    raw = row["text"]
    if row["html"]:
        page = parse_html(raw)
        raw = page.text
        if not raw:
            return "its HTML holds no text, or elements nested too deeply to be read"
        printed = [(line.number, line.raw) for line in page.lines]
    else:
        whole = join_broken_lines(raw)
        page = parse_page("\n".join(line.text for line in whole), shared)
        printed = [(line.number, line.raw) for line in whole]
    changes: dict[tuple[int, str, str], Change] = {}
    text = SEPARATOR.join(_normalise_paragraphs(page, changes))
    words = count_words(text)
    if words < min_words:
        found = f"its article has only {words} words" if words else "no article was found on it"
        return f"{found}, and clean.min_words is {min_words}"
    code, doubt, reason = judge_language(text, languages)
    if reason:
        return reason
    name = make_doc_id(raw)
    published_at, notes = page.published_at, page.notes
    if row["date"]:
        published_at, note = read_date(row["date"])
        notes = [note] if note else []
    article = {
        "doc_id": name,
        "source": row["source"],
        "url": row["url"] or page.url,
        "outlet": row["outlet"] or page.outlet,
        "section": _normalise_field(page.section),
        "title": _normalise_field(row["title"] or page.title),
        "deck": _normalise_field(page.deck),
        "author": _normalise_field(row["author"] or page.author),
        "published_at": published_at,
        "language": code,
        "text": text,
        "words": words,
        "note": "; ".join(note for note in (row["note"], *notes, doubt) if note) or None,
        "duplicate_of": None,
    }
    headlines = []
    for number, headline in enumerate(page.headlines):
        title, of_title = normalise_text(headline.title)
        deck, of_deck = normalise_text(headline.deck or "")
        _record(changes, headline.line, of_title)
        _record(changes, min(headline.lines, default=headline.line), of_deck)
        headlines.append(
            {
                "headline_id": f"{name}-h{number:04d}",
                "doc_id": name,
                "list": _normalise_field(headline.list),
                "title": title,
                "deck": deck or None,
                "published_at": headline.published_at,
                "line": printed[headline.line - 1][0],
            }
        )
    kept, removed = [], []
    for line, (number, as_printed) in zip(page.lines, printed, strict=True):
        cell = {"doc_id": name, "line": number, "text": as_printed}
        if line.number in page.parts:
            kept.append(cell | {"part": page.parts[line.number]})
        else:
            removed.append(cell | {"reason": page.reasons[line.number], "kind": page.get_kind(line.number)})
    normalised = [
        {"doc_id": name, "line": printed[line - 1][0], "kind": kind, "before": before}
        | {"after": change.after, "count": change.times}
        for (line, kind, before), change in changes.items()
    ]
    return {"articles": [article], "kept": kept, "removed": removed, "headlines": headlines, "normalised": normalised}


def _normalise_paragraphs(page: Page, changes: dict[tuple[int, str, str], Change]) -> list[str]:
    """Normalise headings and body; a line of which nothing is left becomes a removed line."""
    paragraphs = []
    for line in [line for line in page.lines if line.number in page.parts]:
        text, made = normalise_text(line.text)
        if page.parts[line.number] in ("heading", "body"):
            if not text:
                del page.parts[line.number]
                page.reasons[line.number] = REASONS[Kind.COUNT]
                continue
            paragraphs.append(text)
        _record(changes, line.number, made)
    return paragraphs


def _record(changes: dict[tuple[int, str, str], Change], line: int, made: list[Change]) -> None:
    for change in made:
        changes.setdefault((line, change.kind, change.before), change)


def _normalise_field(text: str | None) -> str | None:
    return normalise_text(text)[0] or None if text else None
