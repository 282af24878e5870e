"""Read raw pages of any supported format into one table, batch by batch; a broken file is a row of `rejected`."""

from __future__ import annotations

import gzip
import hashlib
import tempfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import takewhile
from pathlib import Path
from typing import IO, Any, NamedTuple

import polars as pl

from rhetoscope import InputError, project, tables
from rhetoscope.pages.decode import UnreadablePage, decode, is_html
from rhetoscope.pages.formats import FORMATS, Record, describe_limit
from rhetoscope.project import Progress

__all__ = ["MAX_BYTES", "PAGES", "Pages", "Source", "make_doc_id", "read_pages"]

MAX_BYTES = 10_000_000
"""Bytes beyond which a page is refused: fifty times a long article's HTML."""
_FACTS = ("outlet", "url", "title", "author", "date")
PAGES = pl.Schema(
    {name: pl.Boolean() if name == "html" else pl.String() for name in ("source", *_FACTS, "html", "text", "note")}
)
"""Columns of a batch, a row for each page: `source`, the file relative to the folder, with `#` and the page's number if
it has several; `outlet`, from the file, else the first folder of `source`, or null; `url`, `title`, `author`, `date`,
from the file, or null; `html`, whether `text` is HTML; `text`, the page as found, newlines as `\\n`; `note`, what was
inferred to read it, or null."""
_BATCH, _BATCH_CHARACTERS = 64, 16_000_000
"""Most pages in a batch, and characters after which it is closed."""


class Pages(NamedTuple):
    """A batch of pages (columns of `PAGES`), and those that cannot be read (columns of the table `rejected`)."""

    pages: pl.DataFrame
    rejected: pl.DataFrame


@dataclass(frozen=True)
class Source:
    """The files of `clean.source`; iterating it reads their pages in batches, in the order of names.

    Attributes:
        files: name relative to the source, and path, sorted by name.
        ignored: number of files that are no pages, by their ending or by the pattern.
        columns: column of a table for each named part of a page; see `formats.COLUMNS`.
        max_bytes: bytes beyond which a page is refused.
    """

    files: list[tuple[str, Path]]
    ignored: int
    columns: dict[str, str]
    max_bytes: int

    def __iter__(self) -> Iterator[Pages]:
        rows: list[dict[str, Any]] = []
        rejected: list[dict[str, Any]] = []
        size = 0
        progress = Progress("reading files", len(self.files))
        for name, path in self.files:
            for row in self._read(name, path):
                if "reason" in row:
                    rejected.append(row)
                else:
                    rows.append(row)
                    size += len(row["text"])
                if max(len(rows), len(rejected)) >= _BATCH or size > _BATCH_CHARACTERS:
                    yield _make_batch(rows, rejected)
                    rows, rejected, size = [], [], 0
            progress.add(1)
        if rows or rejected or not self.files:
            yield _make_batch(rows, rejected)

    def _read(self, name: str, path: Path) -> Iterator[dict[str, Any]]:
        outlet = name.split("/")[0] if "/" in name else None
        found = 0
        try:
            with _open(path) as stream:
                for record in FORMATS[_find_ending(path)](stream, self.columns, self.max_bytes):
                    found += 1
                    source = name if record.row is None else f"{name}#{record.row}"
                    try:
                        row = _make_row(record, self.max_bytes)
                        yield row | {"source": source, "outlet": row["outlet"] or outlet}
                    except UnreadablePage as error:
                        yield {"source": source, "reason": str(error)}
            if not found:
                yield {"source": name, "reason": "it holds no pages"}
        except Exception as error:  # noqa: BLE001  # an unreadable file must not keep the others from being read
            yield {"source": name, "reason": _explain(error, found)}


def read_pages(source: str | Path, pattern: str = "**/*", max_bytes: int = MAX_BYTES, **columns: str) -> Source:
    """Find the files of a source; iterating the result reads them.

    Args:
        source: file, folder, or glob such as `news/**/*.html`; relative paths start at the project folder. Or the
            address of one file on object storage, such as `s3://bucket/pages.parquet`, which is copied first.
        pattern: glob below a folder for the files to read.
        max_bytes: a larger page, unpacked, is set aside.
        **columns: the column of a table for a part of a page (`text`, `title`, `url`, `date`, `outlet`, `author`);
            parts not named, or "", are found by their usual names.

    Raises:
        InputError: the source is missing, is a file of another ending, or has no page.
    """
    if max_bytes < 1:
        raise InputError(f"clean.max_bytes must be at least 1, found {max_bytes}")
    place = _copy_remote(str(source)) if "://" in str(source) else project.resolve_path(source)
    if not place.exists() and _is_glob(str(source)):
        fixed = list(takewhile(lambda part: not _is_glob(part), place.parts))
        place, pattern = Path(*fixed), str(Path(*place.parts[len(fixed) :]))
    if not place.exists():
        raise InputError(f"clean.source is {str(source)!r}, but there is no such file or folder")
    files, ignored = _find_files(place, pattern)
    if not files:
        what = "is a file of another ending" if place.is_file() else "is a folder that holds no such file"
        endings = ", ".join(sorted(FORMATS))
        raise InputError(f"clean.source is {str(source)!r}, which {what}; pages are files ending in {endings}")
    return Source(files, ignored, {part: name for part, name in columns.items() if name}, max_bytes)


def make_doc_id(text: str) -> str:
    """Make the name of a page from its text: the first 16 hex digits of its SHA-256 in UTF-8."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def _copy_remote(address: str) -> Path:
    import fsspec

    options = {"same_names": True, "cache_storage": tempfile.mkdtemp()}
    try:
        return Path(fsspec.open_local(f"simplecache::{address}", simplecache=options))
    except (ImportError, ValueError) as error:
        raise InputError(f"clean.source is {address!r}, which fsspec cannot reach: {error}") from error
    except OSError as error:
        raise InputError(f"clean.source is {address!r}, but there is no such file: {error}") from error


def _is_glob(path: str) -> bool:
    return any(mark in path for mark in "*?[")


def _find_files(place: Path, pattern: str) -> tuple[list[tuple[str, Path]], int]:
    if place.is_file():
        return ([(place.name, place)], 0) if _find_ending(place) else ([], 1)
    total = sum(1 for path in place.rglob("*") if path.is_file())
    try:
        found = sorted((path.relative_to(place).as_posix(), path) for path in place.glob(pattern) if path.is_file())
    except (ValueError, NotImplementedError) as error:
        raise InputError(f"clean.pattern must be a pattern such as '**/*.html', found {pattern!r}: {error}") from error
    files = [(name, path) for name, path in found if _find_ending(path)]
    return files, total - len(files)


def _find_ending(path: Path) -> str:
    """Find the ending of `FORMATS` that a file has; "" for none."""
    return next((ending for ending in FORMATS if path.name.lower().endswith(ending)), "")


def _open(path: Path) -> IO[bytes]:
    """Open a file's bytes, unpacked; a web archive's reader unpacks it record by record."""
    packed = path.name.lower().endswith(".gz") and not path.name.lower().endswith(".warc.gz")
    return gzip.open(path) if packed else path.open("rb")  # type: ignore[return-value]


def _make_row(record: Record, max_bytes: int) -> dict[str, Any]:
    if record.problem:
        raise UnreadablePage(record.problem)
    if len(record.content) > max_bytes:
        raise UnreadablePage(describe_limit(max_bytes))
    text, note = record.content, record.note
    if isinstance(text, bytes):
        text, note = decode(text, record.charset)
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    html = is_html(text) if record.html is None else record.html
    facts = {name: (record.facts.get(name) or "").strip() or None for name in _FACTS}
    return facts | {"html": html, "text": text, "note": note}


def _explain(error: Exception, found: int) -> str:
    match error:
        case UnreadablePage():
            return str(error)
        case gzip.BadGzipFile() | zlib.error():
            return f"its gzip data are broken: {error}"
        case EOFError():
            return f"its gzip data break off {f'after {found} pages' if found else 'before their end'}"
        case OSError():
            return f"it cannot be opened: {error.strerror or error}"
    return f"it cannot be read: {type(error).__name__}: {error}"


def _make_batch(rows: list[dict[str, Any]], rejected: list[dict[str, Any]]) -> Pages:
    return Pages(pl.DataFrame(rows, schema=PAGES), pl.DataFrame(rejected, schema=tables.make_empty("rejected").schema))
