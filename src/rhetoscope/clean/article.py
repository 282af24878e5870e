"""One page → its rows in every table of the stage; no other page has a say in them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import Any

import polars as pl

from rhetoscope import InputError, tables
from rhetoscope.actors import Span
from rhetoscope.clean import dates, duplicates, effect
from rhetoscope.clean.html import take_apart_html
from rhetoscope.clean.lines import COUNT
from rhetoscope.clean.page import REASONS, Page, take_apart
from rhetoscope.clean.text import Change, join_broken_lines, judge_language, normalise_text
from rhetoscope.pages import make_doc_id
from rhetoscope.sentences import SEPARATOR, count_words, count_words_in, split_sentences

ROWS = ("articles", "kept", "removed", "headlines", "normalised", "rejected")

Rows = dict[str, list[dict[str, Any]]]
"""Rows by table."""


def frames(
    page: dict[str, Any],
    shared: frozenset[str],
    min_words: int,
    languages: Sequence[str],
    find: Callable[[str], Iterable[Span]],
) -> dict[str, pl.DataFrame]:
    """The rows of one page in each table of `ROWS` and in `sentences`; of a page set aside only that in `rejected`.

    With them go `sketch`, by which copies are found (`duplicates.sketch_articles`), and `mentions`, what the page says
    of each actor (`effect.count_mentions`).

    Args:
        page: a row of `pages.PAGES`.
        shared: lines of it that most pages of its outlet share.
        min_words: an article of fewer words is set aside.
        languages: those wanted; none for all.
        find: gives the actors named in a text.

    Raises:
        InputError: the machine lacks memory, or room for temporary files.
    """
    rows: Rows = defaultdict(list)
    try:
        reason = _add(rows, page, shared, min_words, list(languages))
    except RecursionError:
        reason = "its elements are nested too deeply to be read"
    except (OSError, MemoryError) as error:  # the machine's fault and not the page's
        raise InputError(
            f"{page['source']} cannot be taken apart on this machine: {error or 'memory is full'}"
        ) from error
    except Exception as error:  # noqa: BLE001  # a page no rule foresaw must not end the run of ten thousand
        reason = f"it cannot be taken apart: {type(error).__name__}: {error}"
    if reason:
        return {"rejected": _frame("rejected", [{"source": page["source"], "reason": reason}])}
    found = {name: _frame(name, rows[name]) for name in ROWS if rows[name]}
    for half in ("kept", "removed"):
        if half in found:
            found[half] = found[half].with_columns(words=count_words_in(pl.col("text")))
    empty = tables.empty("removed")
    return found | {
        "sentences": split_sentences(found["articles"], found["kept"]),
        "sketch": duplicates.sketch_articles(found["articles"]),
        "mentions": effect.count_mentions(found["kept"], found.get("removed", empty), find),
    }


def renamed(frames: dict[str, pl.DataFrame], name: str) -> dict[str, pl.DataFrame]:
    """The frames of a page under another `doc_id`, which its headlines and sentences have in their names."""
    length = len(name)
    changed = {}
    for table, frame in frames.items():
        own = [column for column in ("doc_id", "sentence_id", "headline_id") if column in frame.columns]
        named = {column: pl.lit(name) + pl.col(column).str.slice(length) for column in own}
        changed[table] = frame.with_columns(**named)
    return changed


def _frame(name: str, rows: list[dict[str, Any]]) -> pl.DataFrame:
    return pl.DataFrame(rows, schema=tables.empty(name).schema)


def _add(rows: Rows, row: dict[str, Any], shared: frozenset[str], min_words: int, languages: list[str]) -> str | None:
    """Adds one page to the rows of the tables, or gives the reason why it cannot be used."""
    raw, url, outlet = row["text"], row["url"], row["outlet"]
    whole = [] if row["html"] else join_broken_lines(raw)
    if row["html"]:
        web = take_apart_html(raw)
        page, raw = web.page, web.text
        url, outlet = url or web.facts.url, outlet or web.facts.outlet
        if not raw:
            return "its HTML holds no text, or elements nested too deeply to be read"
    else:
        page = take_apart("\n".join(line.text for line in whole), shared)
    changes: dict[tuple[int, str, str], tuple[str, int]] = {}
    paragraphs = _paragraphs(page, changes)
    text = SEPARATOR.join(paragraphs)
    words = count_words(text)
    if words < min_words:
        return _too_short(words, min_words)
    code, doubt, reason = judge_language(text, languages)
    if reason:
        return reason
    name = make_doc_id(raw)
    published_at, notes = _published(page, row["date"])
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
        if whole:
            cell |= {"line": whole[line.number - 1].number, "text": whole[line.number - 1].raw}
        if line.number in page.parts:
            rows["kept"].append(cell | {"part": page.parts[line.number]})
        else:
            rows["removed"].append(cell | {"reason": page.reasons[line.number], "kind": page.kind(line.number)})
    for number, headline in enumerate(page.headlines):
        title, of_title = normalise_text(headline.title)
        deck, of_deck = normalise_text(headline.deck or "")
        _record(changes, headline.line, of_title)
        _record(changes, min(headline.lines, default=headline.line), of_deck)
        values = {"list": _uniform(headline.list), "title": title, "deck": deck or None}
        first = whole[headline.line - 1].number if whole else headline.line
        at = {"published_at": headline.published_at, "line": first}
        rows["headlines"].append({"headline_id": f"{name}-h{number:04d}", "doc_id": name} | values | at)
    rows["normalised"] += [
        {
            "doc_id": name,
            "line": whole[line - 1].number if whole else line,
            "kind": kind,
            "before": before,
            "after": after,
            "count": count,
        }
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
        text, made = normalise_text(line.text)
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
    return normalise_text(text)[0] or None if text else None


def _published(page: Page, given: str | None) -> tuple[datetime | None, list[str]]:
    """The date of an article, a table's column before the page itself, and notes on what is in doubt about it."""
    if given:
        at, note = dates.read_date(given)
        return at, [note] if note else []
    return page.published_at, list(page.notes)


def _too_short(words: int, min_words: int) -> str:
    found = "no article was found on it" if words == 0 else f"its article has only {words} words"
    return f"{found}, and clean.min_words is {min_words}"
