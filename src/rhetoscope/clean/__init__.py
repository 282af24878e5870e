"""Page → article, headline lists and a ledger of every line that was removed.

Flattened text: `dates` reads dates; `lines` says by shape and `vocabulary` what kind of line a line is; `lists`
harvests headline lists; `span` finds the prose; `head` reads what stands above it; `repeats` knows what the pages of
an outlet share; `page` takes one page apart.
HTML: `flatten` makes lines of it; `align` finds an extraction in them and `body` corrects it; `weblists` harvests
headline lists, `facts` reads the page's head; `html` takes one page apart.
Both: `normalise` makes text uniform, `language` names its language, `duplicates` links copies, `ledger` accounts for
the lines, `effect` tells what they would have done. Here pages become tables.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

import polars as pl

from rhetoscope import InputError, tables
from rhetoscope.clean import dates, duplicates, language
from rhetoscope.clean.html import take_apart_html
from rhetoscope.clean.lines import COUNT
from rhetoscope.clean.normalise import Change, normalise
from rhetoscope.clean.page import REASONS, Page, take_apart
from rhetoscope.clean.repeats import Repeats
from rhetoscope.pages import Pages, doc_id
from rhetoscope.sentences import SEPARATOR, count_words, sentences

__all__ = ["Page", "clean_batch", "clean_pages", "take_apart", "take_apart_html"]

NEAR = 0.7
"""Share of common runs of words from which an article is a copy: a reprint with another title and a few other lines."""
_TABLES = ("articles", "kept", "removed", "headlines", "normalised", "rejected")
_ISO = re.compile(r"\s*(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d))?")


@dataclass
class _Run:
    """What the pages of a run share.

    Attributes:
        min_words: a shorter article is set aside.
        languages: those wanted; none for all.
        today: a later date is noted.
        seen: `doc_id` of each page's text.
        copies: `doc_id`s of pages whose text was seen before.
        shared: for each outlet, the lines that most of its flattened pages share.
    """

    min_words: int
    languages: list[str]
    today: date
    seen: set[str] = field(default_factory=set)
    copies: set[str] = field(default_factory=set)
    shared: dict[str | None, frozenset[str]] = field(default_factory=dict)

    def name(self, text: str, source: str) -> str:
        """The page's `doc_id`: the hash of its text, for the second page of the same text that of text and source."""
        name = doc_id(text)
        if name in self.seen:
            name = doc_id(f"{text}\0{source}")
            self.copies.add(name)
        self.seen.add(name)
        return name


def clean_pages(
    read: Iterable[Pages],
    min_words: int,
    languages: Sequence[str] = (),
    near_duplicate: float = NEAR,
    not_after: str = "",
) -> dict[str, pl.DataFrame]:
    """Every table of the stage but `chrome_effect`, by name.

    Args:
        read: what `pages.read_pages` found, batch by batch; its `rejected` are part of the table `rejected`. It is gone
            through twice: what the pages of an outlet share must be known before the first is taken apart.
        min_words: a page whose headings and body hold fewer words is set aside in `rejected`.
        languages: ISO 639-1 codes; an article that is surely of another language is set aside. None for all.
        near_duplicate: share of common runs of five words, above 0 to 1, from which an article is a copy.
        not_after: a later date (ISO 8601) is noted as lying in the future; "" for today.

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
    run = _Run(min_words, list(languages), today, shared=_shared(read))
    batches: list[dict[str, pl.DataFrame]] = []
    for pages, rejected in read:
        frames = _clean(pages, run)
        batches.append(frames | {"rejected": pl.concat([rejected, frames["rejected"]])})
    frames = {name: pl.concat([batch[name] for batch in batches]) for name in (*_TABLES, "sentences")}
    frames["rejected"] = frames["rejected"].sort("source")
    if frames["articles"].is_empty():
        source, reason = frames["rejected"].row(0)
        count = frames["rejected"].height
        raise InputError(f"none of the {count} pages of clean.source can be used; the first is {source}: {reason}")
    frames["articles"] = duplicates.link(frames["articles"], near_duplicate, run.copies)
    return frames


def clean_batch(pages: pl.DataFrame, min_words: int) -> dict[str, pl.DataFrame]:
    """The tables of some pages, columns `pages.PAGES`, whatever their language; copies are not linked."""
    return _clean(pages, _Run(min_words, [], date.today()))


def _shared(read: Iterable[Pages]) -> dict[str | None, frozenset[str]]:
    repeats = Repeats()
    for pages, _ in read:
        for outlet, text in pages.filter(~pl.col("html")).select("outlet", "text").iter_rows():
            repeats.add(outlet, text)
    return repeats.shared()


def _clean(pages: pl.DataFrame, run: _Run) -> dict[str, pl.DataFrame]:
    rows: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in pages.sort("source").iter_rows(named=True):
        try:
            reason = _add(rows, row, run)
        except RecursionError:
            reason = "its elements are nested too deeply to be read"
        if reason:
            rows["rejected"].append({"source": row["source"], "reason": reason})
    frames = {name: pl.DataFrame(rows[name], schema=tables.empty(name).schema) for name in _TABLES}
    return frames | {"sentences": sentences(frames["articles"], frames["kept"])}


def _add(rows: dict[str, list[dict[str, Any]]], row: dict[str, Any], run: _Run) -> str | None:
    """Adds one page to the rows of the tables, or gives the reason why it cannot be used."""
    raw, url, outlet = row["text"], row["url"], row["outlet"]
    if row["html"]:
        web = take_apart_html(raw)
        page, raw = web.page, web.text
        url, outlet = url or web.facts.url, outlet or web.facts.outlet
        if not raw:
            return "its HTML holds no text, or elements nested too deeply to be read"
    else:
        page = take_apart(raw, run.shared.get(outlet, frozenset()))
    changes: dict[tuple[int, str, str], tuple[str, int]] = {}
    paragraphs = _paragraphs(page, changes)
    text = SEPARATOR.join(paragraphs)
    words = count_words(text)
    if words < run.min_words:
        return _too_short(words, run.min_words)
    code, doubt, reason = language.judge(text, run.languages)
    if reason:
        return reason
    name = run.name(raw, row["source"])
    published_at, notes = _published(page, row["date"], run.today)
    notes = [note for note in (row["note"], *notes, doubt) if note]
    rows["articles"].append(
        {
            "doc_id": name,
            "source": row["source"],
            "url": url,
            "outlet": outlet,
            "section": _uniform(page.section),
            "title": _uniform(row["title"] or page.title),
            "deck": _uniform(page.deck),
            "author": _uniform(row["author"] or page.author),
            "published_at": published_at,
            "language": code,
            "text": text,
            "words": words,
            "note": "; ".join(notes) or None,
            "duplicate_of": None,
        }
    )
    for line in page.lines:
        cell = {"doc_id": name, "line": line.number, "text": line.raw}
        if line.number in page.parts:
            rows["kept"].append(cell | {"part": page.parts[line.number]})
        else:
            rows["removed"].append(cell | {"reason": page.reasons[line.number], "kind": page.kind(line.number)})
    for number, headline in enumerate(page.headlines):
        title, of_title = normalise(headline.title)
        deck, of_deck = normalise(headline.deck or "")
        _record(changes, headline.line, of_title)
        _record(changes, min(headline.lines, default=headline.line), of_deck)
        values = {"list": _uniform(headline.list), "title": title, "deck": deck or None}
        at = {"published_at": headline.published_at, "line": headline.line}
        rows["headlines"].append({"headline_id": f"{name}-h{number:04d}", "doc_id": name} | values | at)
    rows["normalised"] += [
        {"doc_id": name, "line": line, "kind": kind, "before": before, "after": after, "count": count}
        for (line, kind, before), (after, count) in changes.items()
    ]
    return None


def _paragraphs(page: Page, changes: dict[tuple[int, str, str], tuple[str, int]]) -> list[str]:
    """Headings and body, normalised; a line of which nothing is left is no part of the article."""
    paragraphs = []
    for line in page.lines:
        part = page.parts.get(line.number)
        if part is None:
            continue
        text, made = normalise(line.text)
        if part in ("heading", "body"):
            if not text:
                del page.parts[line.number]
                page.reasons[line.number] = REASONS[COUNT]
                continue
            paragraphs.append(text)
        _record(changes, line.number, made)
    return paragraphs


def _record(changes: dict[tuple[int, str, str], tuple[str, int]], line: int, made: list[Change]) -> None:
    for change in made:
        key = (line, change.kind, change.before)
        if key not in changes:
            changes[key] = (change.after, change.times)


def _uniform(text: str | None) -> str | None:
    return normalise(text)[0] or None if text else None


def _published(page: Page, given: str | None, today: date) -> tuple[datetime | None, list[str]]:
    """The date of an article, a table's column before the page itself, and notes on what is in doubt about it."""
    at, notes = page.published_at, list(page.notes)
    if given:
        stamp = dates.find(given)
        iso = _ISO.match(given)
        try:
            at = datetime(*(int(part) for part in iso.groups() if part)) if iso else stamp.at if stamp else None  # type: ignore[arg-type]
        except ValueError:
            at = None
        notes = [] if at else [f"date “{given}” cannot be read"]
    if at and at.date() > today + timedelta(days=1):
        notes.append(f"date {at:%Y-%m-%d} lies in the future")
    return at, notes


def _too_short(words: int, min_words: int) -> str:
    found = "no article was found on it" if words == 0 else f"its article has only {words} words"
    return f"{found}, and clean.min_words is {min_words}"
