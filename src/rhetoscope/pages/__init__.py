"""Raw pages as analysts have them, read in batches.

`decode` turns bytes into text, `records` reads tables of pages and `archives` web archives; here files are found and
read one after another, so that memory holds one batch, and one broken file costs one line in `rejected`.
"""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

import polars as pl

from rhetoscope import InputError, project, tables
from rhetoscope.pages.archives import warc
from rhetoscope.pages.decode import Unreadable, decode, read_bytes
from rhetoscope.pages.records import delimited, json_lines, parquet
from rhetoscope.progress import Progress

__all__ = ["MAX_BYTES", "PAGES", "READERS", "Pages", "Source", "Unreadable", "decode", "doc_id", "read_pages"]

MAX_BYTES = 10_000_000
"""Bytes of one page beyond which it is refused: fifty times a long article's HTML."""
PAGES = pl.Schema(
    {
        "source": pl.String(),
        "outlet": pl.String(),
        "url": pl.String(),
        "title": pl.String(),
        "author": pl.String(),
        "date": pl.String(),
        "html": pl.Boolean(),
        "text": pl.String(),
        "note": pl.String(),
    }
)
"""One row a page: `source` relative to what was read, with the row's number for a page of a table; `outlet` as the
table has it, else the first folder of `source`, or null; `url`, `title`, `author`, `date` as the table has them, or
null; `text`, the page as it was found, newlines as `\\n`; `html`, whether that is HTML; `note`, what had to be
inferred to read it, or null."""
_PARTS = ("outlet", "url", "title", "author", "date", "note")
_BATCH = 64
"""Pages in a batch at most,"""
_BATCH_CHARACTERS = 16_000_000
"""and characters beyond which it is closed."""


class Pages(NamedTuple):
    """A batch of pages.

    Attributes:
        pages: columns of `PAGES`.
        rejected: the table `rejected`: pages that cannot be read.
    """

    pages: pl.DataFrame
    rejected: pl.DataFrame


def doc_id(text: str) -> str:
    """The first 16 hex digits of the SHA-256 of a page's text in UTF-8."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:16]


@dataclass(frozen=True)
class Source:
    """What `clean.source` names; iterating it reads the pages, batch by batch, in the order of names.

    Attributes:
        files: name relative to the source, and path, sorted by name.
        ignored: how many files are no pages, by their ending or by the pattern.
        columns: which column of a table holds which part of a page; see `records.GUESSES`.
        max_bytes: bytes of a page beyond which it is refused.
    """

    files: list[tuple[str, Path]]
    ignored: int = 0
    columns: dict[str, str] = field(default_factory=dict)
    max_bytes: int = MAX_BYTES

    def __iter__(self) -> Iterator[Pages]:
        rows: list[dict[str, Any]] = []
        rejected: list[dict[str, str]] = []
        size = 0
        progress = Progress("reading files", len(self.files))
        for name, file in self.files:
            for row in self._read(name, file):
                if "reason" in row:
                    rejected.append(row)
                else:
                    rows.append(row)
                    size += len(row["text"])
                if len(rows) >= _BATCH or size > _BATCH_CHARACTERS or len(rejected) >= _BATCH:
                    yield _batch(rows, rejected)
                    rows, rejected, size = [], [], 0
            progress.add(1)
        if rows or rejected or not self.files:
            yield _batch(rows, rejected)

    def _read(self, name: str, file: Path) -> Iterator[dict[str, Any]]:
        """The pages of a file as rows of `PAGES`, and of `rejected` for those that cannot be read."""
        outlet = name.split("/")[0] if "/" in name else None
        found = 0
        try:
            for page in READERS[_ending(file)](file, self.columns, self.max_bytes):
                found += 1
                source = f"{name}#{page['row']}" if "row" in page else name
                if "broken" in page:
                    yield {"source": source, "reason": page["broken"]}
                    continue
                row = {part: (page.get(part) or "").strip() or None for part in _PARTS}
                row["outlet"] = row["outlet"] or outlet
                yield {"source": source, "text": page["text"], "html": page["html"]} | row
            if not found:
                raise Unreadable("it holds no pages")
        except Unreadable as error:
            yield {"source": name, "reason": str(error)}
        except EOFError:
            yield {"source": name, "reason": f"its data break off after {found} pages"}
        except OSError as error:
            yield {"source": name, "reason": f"it cannot be opened: {error.strerror or error}"}
        except MemoryError:
            yield {"source": name, "reason": "it needs more memory than there is"}
        except Exception as error:  # noqa: BLE001  # a library broke on this file; the others are read
            yield {"source": name, "reason": f"it cannot be read: {type(error).__name__}: {error}"}


def read_pages(
    source: str | Path,
    pattern: str = "**/*",
    max_bytes: int = MAX_BYTES,
    **columns: str,
) -> Source:
    """Finds the files of a source; iterating the result reads them.

    A page that cannot be read is set aside with the reason. The result does not depend on the order of the folder.

    Args:
        source: file, folder, or glob such as `news/**/*.html`; relative paths start at the project folder. Or the
            address of one file on object storage, such as `s3://bucket/pages.parquet`, which is copied first.
        pattern: in a folder, which files: a glob below it.
        max_bytes: a larger page, unpacked, is set aside.
        **columns: for a part of a page (`text`, `title`, `url`, `date`, `outlet`, `author`) the column of a table that
            holds it; those not named, or "", are guessed from the usual names.

    Raises:
        InputError: the source is missing, is a file of another ending, or holds no page.
    """
    if max_bytes < 1:
        raise InputError(f"clean.max_bytes must be at least 1, found {max_bytes}")
    place = _fetched(str(source)) if "://" in str(source) else project.resolve(source)
    if not place.exists() and any(mark in str(source) for mark in "*?["):
        fixed = list(_until_glob(place))
        place, pattern = Path(*fixed), str(Path(*place.parts[len(fixed) :]))
    if not place.exists():
        raise InputError(f"clean.source is {str(source)!r}, but there is no such file or folder")
    files, ignored = _files(place, pattern)
    if not files:
        endings = ", ".join(sorted(READERS))
        what = "is a file of another ending" if place.is_file() else "is a folder that holds no such file"
        raise InputError(f"clean.source is {str(source)!r}, which {what}; pages are files ending in {endings}")
    return Source(files, ignored, {part: name for part, name in columns.items() if name}, max_bytes)


def _fetched(address: str) -> Path:
    """A local copy of a file that fsspec reaches.

    Raises:
        InputError: no package for such addresses is installed, or there is no such file.
    """
    import fsspec

    folder = tempfile.mkdtemp()
    try:
        return Path(
            fsspec.open_local(f"simplecache::{address}", simplecache={"same_names": True, "cache_storage": folder})
        )
    except (ImportError, ValueError) as error:
        raise InputError(f"clean.source is {address!r}, which fsspec cannot reach: {error}") from error
    except OSError as error:
        raise InputError(f"clean.source is {address!r}, but there is no such file: {error}") from error


def _text(html: bool) -> Callable[[Path, dict[str, str], int], Iterator[dict[str, Any]]]:
    def read(file: Path, columns: dict[str, str], max_bytes: int) -> Iterator[dict[str, Any]]:
        text, note = decode(read_bytes(file, max_bytes))
        yield {"text": text, "note": note, "html": html}

    return read


_PLAIN: dict[str, Callable[[Path, dict[str, str], int], Iterator[dict[str, Any]]]] = {
    ".txt": _text(html=False),
    ".html": _text(html=True),
    ".htm": _text(html=True),
    ".jsonl": json_lines,
    ".csv": delimited,
    ".warc": warc,
}
READERS = _PLAIN | {f"{ending}.gz": reader for ending, reader in _PLAIN.items()} | {".parquet": parquet}
"""The readers by ending: each yields the pages of a file as columns of `PAGES`, `text` and `html` at least; those of
tables give the `row`, and `broken` with the reason in place of a page that cannot be read."""


def _ending(file: Path) -> str:
    name = file.name.lower()
    return next((ending for ending in sorted(READERS, key=len, reverse=True) if name.endswith(ending)), "")


def _until_glob(place: Path) -> Iterator[str]:
    for part in place.parts:
        if any(mark in part for mark in "*?["):
            return
        yield part


def _files(place: Path, pattern: str) -> tuple[list[tuple[str, Path]], int]:
    """The files with a reader, sorted by their name relative to the source, and the number of others."""
    if place.is_file():
        return ([(place.name, place)], 0) if _ending(place) else ([], 1)
    total = sum(1 for file in place.rglob("*") if file.is_file())
    try:
        found = sorted((file.relative_to(place).as_posix(), file) for file in place.glob(pattern) if file.is_file())
    except (ValueError, NotImplementedError) as error:
        raise InputError(f"clean.pattern must be a pattern such as '**/*.html', found {pattern!r}: {error}") from error
    pages = [(name, file) for name, file in found if _ending(file)]
    return pages, total - len(pages)


def _batch(rows: list[dict[str, Any]], rejected: list[dict[str, str]]) -> Pages:
    return Pages(pl.DataFrame(rows, schema=PAGES), pl.DataFrame(rejected, schema=tables.empty("rejected").schema))
