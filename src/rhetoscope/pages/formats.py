"""Read file formats: each is one function from a stream of bytes to records, registered in `FORMATS` by file ending.

Streams are unpacked, except for web archives. `pages` does what all formats share: it decodes bytes, recognises HTML,
and sets pages aside that are too large or empty. A reader raises `UnreadablePage` if no page of the file can be read.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import count
from typing import IO, Any

from rhetoscope.pages.decode import UnreadablePage, detect_encoding

COLUMNS = {
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
"""Usual column names of each part of a page, the surest first, in lower case."""
_CSV_SAMPLE = 65_536
"""Bytes of a CSV file from which its encoding is detected."""
_PARQUET_ROWS = 64
"""Rows of a Parquet file read at a time."""
_PAGE_TYPES = {"text/html": True, "application/xhtml+xml": True, "text/plain": False}
"""Media types of pages in a web archive, and whether they are HTML."""


@dataclass(frozen=True)
class Record:
    """A page as its file contains it.

    Attributes:
        content: the page; bytes are decoded later.
        html: whether it is HTML; None if the content decides.
        row: number of the page in its file, 1 or more; None in a file of one page.
        facts: what the file says about the page: `title`, `url`, `date`, `outlet`, `author`.
        charset: encoding of the bytes that their sender declares.
        note: what was inferred to read the page.
        problem: why the page cannot be read; then only `row` is set.
    """

    content: bytes | str = ""
    html: bool | None = None
    row: int | None = None
    facts: Mapping[str, str | None] = field(default_factory=dict)
    charset: str | None = None
    note: str | None = None
    problem: str = ""


Format = Callable[[IO[bytes], Mapping[str, str], int], Iterator[Record]]
"""A reader of a stream's records; it is given the columns that the parameters name for parts of a page, and the most
bytes of a page: it reads little more of a larger one."""


def read_text(stream: IO[bytes], columns: Mapping[str, str], max_bytes: int) -> Iterator[Record]:
    """Read plain text, which is one page."""
    yield Record(stream.read(max_bytes + 1), html=False)


def read_html(stream: IO[bytes], columns: Mapping[str, str], max_bytes: int) -> Iterator[Record]:
    """Read HTML, which is one page."""
    yield Record(stream.read(max_bytes + 1), html=True)


def read_json_lines(stream: IO[bytes], columns: Mapping[str, str], max_bytes: int) -> Iterator[Record]:
    """Read JSON Lines: each line is an object and a page."""
    row = 0
    while line := stream.readline(max_bytes + 1):
        row += 1
        if len(line) > max_bytes:
            while line and not line.endswith(b"\n"):
                line = stream.readline(max_bytes)
            yield Record(row=row, problem=describe_limit(max_bytes))
        elif line.strip():
            try:
                values = _parse_object(line)
                yield _make_record(values, find_columns(values, columns), row)
            except UnreadablePage as error:
                yield Record(row=row, problem=str(error))


def read_csv(stream: IO[bytes], columns: Mapping[str, str], max_bytes: int) -> Iterator[Record]:
    """Read CSV: the first row names the columns; comma, semicolon, tab or bar is between them."""
    sample = stream.read(_CSV_SAMPLE)
    if not sample.strip():
        raise UnreadablePage("it is empty")
    stream.seek(0)
    encoding, note = detect_encoding(sample)
    first = sample.decode(encoding, "replace").split("\n", 1)[0]
    csv.field_size_limit(max_bytes)
    text = io.TextIOWrapper(stream, encoding, errors="replace", newline="")
    rows = csv.reader(text, delimiter=max(",;\t|", key=first.count))
    header = [name.strip() for name in next(rows)]
    found = find_columns(header, columns)
    for row in count(2):
        try:
            values = next(rows, None)
        except csv.Error as error:
            yield Record(row=row, problem=f"it is no row of CSV: {error}")
            continue
        if values is None:
            return
        if values:
            yield _make_record(dict(zip(header, values, strict=False)), found, row, note)


def read_parquet(stream: IO[bytes], columns: Mapping[str, str], max_bytes: int) -> Iterator[Record]:
    """Read Parquet: only the needed columns, some rows at a time."""
    import polars as pl

    try:
        table = pl.scan_parquet(stream)
        found = find_columns(table.collect_schema(), columns)
        rows = int(table.select(pl.len()).collect().item())
        for start in range(0, rows, _PARQUET_ROWS):
            some = table.select(sorted(set(found.values()))).slice(start, _PARQUET_ROWS).collect()
            for row, values in enumerate(some.iter_rows(named=True), start + 1):
                yield _make_record(values, found, row)
    except pl.exceptions.PolarsError as error:
        raise UnreadablePage(f"it is not readable as Parquet: {str(error).splitlines()[0]}") from error


def read_warc(stream: IO[bytes], columns: Mapping[str, str], max_bytes: int) -> Iterator[Record]:
    """Read a web archive (WARC, ISO 28500): the HTML and text among its responses with status 200 and its resources."""
    from warcio.archiveiterator import ArchiveIterator  # type: ignore[import-untyped]
    from warcio.exceptions import ArchiveLoadFailed  # type: ignore[import-untyped]

    row = 0
    try:
        for row, record in enumerate(ArchiveIterator(stream), 1):
            media_type, charset = _find_media_type(record)
            if media_type in _PAGE_TYPES:
                content = record.content_stream().read(max_bytes + 1)
                url = record.rec_headers.get_header("WARC-Target-URI")
                yield Record(content, _PAGE_TYPES[media_type], row, {"url": url}, charset)
    except (ArchiveLoadFailed, EOFError, ValueError) as error:
        raise UnreadablePage(f"it breaks off after {row} records: {str(error).strip() or 'no WARC'}") from error


def find_columns(names: Iterable[str], columns: Mapping[str, str]) -> dict[str, str]:
    """Find the column of each part of a page among `names`: as the parameters name it, else by its usual names.

    Raises:
        UnreadablePage: a column that a parameter names is missing, or there is no column of text.
    """
    there = list(names)
    lower = {name.strip().lower(): name for name in reversed(there)}
    found: dict[str, str] = {}
    for part, usual in COLUMNS.items():
        named = columns.get(part, "")
        if named and named not in there:
            raise UnreadablePage(f"it has no column {named!r} (clean.{part}_column); its columns are {_list(there)}")
        guess = next((lower[name] for name in usual if name in lower and lower[name] not in found.values()), None)
        if named or guess:
            found[part] = named or str(guess)
    if "text" not in found:
        raise UnreadablePage(f"it has no column of text: name it in clean.text_column; its columns are {_list(there)}")
    return found


def describe_limit(max_bytes: int) -> str:
    """Say why a page above the size limit is set aside."""
    return f"it holds more than {max_bytes:,} bytes, which is clean.max_bytes"


def _parse_object(data: bytes) -> dict[str, Any]:
    try:
        values = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise UnreadablePage(f"it is no JSON: {error}") from error
    if not isinstance(values, dict):
        raise UnreadablePage(f"it is a JSON {type(values).__name__}, not an object with columns")
    return values


def _make_record(values: Mapping[str, Any], found: Mapping[str, str], row: int, note: str | None = None) -> Record:
    """Make the record of a table's row; `found` is the column of each part of the page."""
    parts = {part: _as_text(values.get(column)) for part, column in found.items()}
    text = parts.pop("text")
    if not text or not text.strip():
        return Record(row=row, problem=f"its column {found['text']!r} is empty")
    return Record(text, row=row, facts=parts, note=note)


def _as_text(value: Any) -> str | None:
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, list):
        return ", ".join(text for item in value if (text := _as_text(item)))
    return str(value)


def _list(names: list[str]) -> str:
    shown = ", ".join(repr(name) for name in names[:20])
    return (shown or "none") + (" …" if len(names) > 20 else "")


def _find_media_type(record: Any) -> tuple[str, str | None]:
    from email.message import Message

    headers = record.http_headers or record.rec_headers
    status = {"response": "200", "resource": ""}.get(record.rec_type)  # a resource has none
    delivered = headers.get_statuscode() == status
    header = Message()
    header["Content-Type"] = (delivered and headers.get_header("Content-Type")) or "application/octet-stream"
    return header.get_content_type(), header.get_content_charset()


_FORMATS: dict[str, Format] = {
    ".txt": read_text,
    ".html": read_html,
    ".htm": read_html,
    ".jsonl": read_json_lines,
    ".csv": read_csv,
    ".warc": read_warc,
}
FORMATS = _FORMATS | {f"{ending}.gz": reader for ending, reader in _FORMATS.items()} | {".parquet": read_parquet}
"""The readers by ending, in lower case."""
