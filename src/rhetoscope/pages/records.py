"""Tables of pages: JSON Lines, CSV and Parquet, a page a row, read row by row."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

from rhetoscope.pages.decode import Unreadable, encoding_of, looks_like_html, open_bytes, too_large

GUESSES = {
    "text": (
        "text", "body", "content", "article", "articlebody", "article_body", "article_text", "full_text", "fulltext",
        "maintext", "html", "raw_html", "page", "story",
    ),
    "title": ("title", "headline", "head"),
    "url": ("url", "link", "uri", "address", "permalink"),
    "date": ("date", "published_at", "published", "date_published", "datepublished", "date_publish", "publish_date",
             "pub_date", "pubdate", "publication_date", "timestamp", "time"),
    "outlet": ("outlet", "publisher", "site", "sitename", "site_name", "newspaper", "domain",
               "source_domain", "source"),
    "author": ("author", "authors", "byline", "creator"),
}  # fmt: skip
"""What a page's parts are called in tables, most telling first; capitals aside."""
_SAMPLE = 65_536
_ROWS = 64
"""Rows of a Parquet file held at a time."""


def json_lines(file: Path, columns: dict[str, str], max_bytes: int) -> Iterator[dict[str, Any]]:
    """The pages of a JSON Lines file; a line that is no JSON object is yielded as `broken` with the reason."""
    found: dict[str, str] | None = None
    with open_bytes(file) as stream:
        number = 0
        while line := stream.readline(max_bytes + 1):
            number += 1
            if len(line) > max_bytes:
                while line and not line.endswith(b"\n"):
                    line = stream.readline(max_bytes)
                yield {"row": number, "broken": str(too_large(max_bytes))}
                continue
            if not line.strip():
                continue
            try:
                record = json.loads(line)
            except (ValueError, RecursionError) as error:
                yield {"row": number, "broken": f"it is no JSON: {error}"}
                continue
            if not isinstance(record, dict):
                yield {"row": number, "broken": f"it is a JSON {type(record).__name__}, not an object with columns"}
                continue
            if found is None:
                found = choose(record, columns)
            try:
                same = all(column in record for column in found.values())
                yield _page(number, record, found if same else choose(record, columns))
            except Unreadable as error:
                yield {"row": number, "broken": str(error)}


def delimited(file: Path, columns: dict[str, str], max_bytes: int) -> Iterator[dict[str, Any]]:
    """The pages of a CSV file: the first row names the columns; comma, semicolon, tab or bar between them."""
    with open_bytes(file) as stream:
        sample = stream.read(_SAMPLE)
    if not sample.strip():
        raise Unreadable("it is empty")
    encoding, note = encoding_of(sample)
    csv.field_size_limit(max_bytes)
    first = sample.decode(encoding, "replace").split("\n", 1)[0]
    mark = max(",;\t|", key=first.count)
    with open_bytes(file) as stream, io.TextIOWrapper(stream, encoding, errors="replace", newline="") as text:
        reader = csv.reader(text, delimiter=mark)
        header = [name.strip() for name in next(reader)]
        found = choose(dict.fromkeys(header), columns)
        number = 1
        while True:
            number += 1
            try:
                values = next(reader)
            except StopIteration:
                return
            except csv.Error as error:
                yield {"row": number, "broken": f"it is no row of CSV: {error}"}
                continue
            if values:
                yield _page(number, dict(zip(header, values, strict=False)), found) | {"note": note}


def parquet(file: Path, columns: dict[str, str], max_bytes: int) -> Iterator[dict[str, Any]]:
    """The pages of a Parquet file; only the columns that are needed are read, some rows at a time."""
    import polars as pl

    try:
        table = pl.scan_parquet(file, glob=False)
        found = choose(table.collect_schema(), columns)
        count = int(table.select(pl.len()).collect().item())
        for start in range(0, count, _ROWS):
            rows = table.select(sorted(set(found.values()))).slice(start, _ROWS).collect()
            for offset, record in enumerate(rows.iter_rows(named=True)):
                page = _page(start + offset + 1, record, found)
                if len(page.get("text") or "") > max_bytes:
                    page = {"row": page["row"], "broken": str(too_large(max_bytes))}
                yield page
    except pl.exceptions.PolarsError as error:
        raise Unreadable(f"it is not readable as Parquet: {str(error).splitlines()[0]}") from error


def choose(names: Iterable[str], columns: dict[str, str]) -> dict[str, str]:
    """Which column holds which part: as the parameters name them, else by the usual names.

    Raises:
        Unreadable: a column that a parameter names, or any column of text, is missing.
    """
    there = list(names)
    small = {name.strip().lower(): name for name in reversed(there)}
    found: dict[str, str] = {}
    for part, guesses in GUESSES.items():
        named = columns.get(part, "")
        if named and named not in there:
            raise Unreadable(f"it has no column {named!r} (clean.{part}_column); its columns are {_list(there)}")
        guess = next((small[name] for name in guesses if name in small and small[name] not in found.values()), None)
        if named or guess:
            found[part] = named or str(guess)
    if "text" not in found:
        raise Unreadable(f"it has no column of text: name it in clean.text_column; its columns are {_list(there)}")
    return found


def _list(names: list[str]) -> str:
    shown = ", ".join(repr(name) for name in names[:20])
    return (shown or "none") + (" …" if len(names) > 20 else "")


def _page(number: int, record: dict[str, Any], found: dict[str, str]) -> dict[str, Any]:
    page: dict[str, Any] = {"row": number}
    for part, column in found.items():
        page[part] = _as_text(record.get(column))
    text = page.get("text")
    if not text or not text.strip():
        return {"row": number, "broken": f"its column {found['text']!r} is empty"}
    page["text"] = text.replace("\r\n", "\n").replace("\r", "\n")
    page["html"] = looks_like_html(text)
    return page


def _as_text(value: Any) -> str | None:
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, datetime):
        return value.replace(tzinfo=None).isoformat(sep=" ", timespec="minutes")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, list):
        return ", ".join(text for item in value if (text := _as_text(item)))
    return str(value)
