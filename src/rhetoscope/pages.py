"""Raw pages of any supported format, read into one frame."""

from __future__ import annotations

import codecs
import hashlib
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import polars as pl

from rhetoscope import InputError, project, tables

_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]")
_BINARY = 0.01
"""A text with a larger share of control characters is no text."""
_BOMS = {codecs.BOM_UTF8: "utf-8-sig", codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}

PAGES = pl.Schema(
    {"doc_id": pl.String(), "source": pl.String(), "outlet": pl.String(), "text": pl.String(), "note": pl.String()}
)
"""One row a page: `source` relative to what was read; `outlet`, the first folder of `source`, or null; `text` with
newlines as `\\n`; `note`, what had to be inferred to read it, or null."""


class Pages(NamedTuple):
    """What a source holds.

    Attributes:
        pages: columns of `PAGES`, sorted by `source`.
        rejected: the table `rejected`: pages that cannot be read.
        ignored: files that are no pages, by their ending.
    """

    pages: pl.DataFrame
    rejected: pl.DataFrame
    ignored: int


class Unreadable(Exception):
    """One page cannot be read; the message is the sentence for `rejected`."""


def doc_id(text: str) -> str:
    """The first 16 hex digits of the SHA-256 of a page's text in UTF-8."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def read_pages(source: str | Path) -> Pages:
    """Reads a file, or every file of a folder and its sub-folders, whose ending is known.

    A page that cannot be read is set aside with the reason; so is a copy of a page, as two documents cannot share
    a `doc_id`. The result does not depend on the order of the folder.

    Args:
        source: file or folder; relative paths start at the project folder.

    Raises:
        InputError: the source is missing, is a file of another ending, or holds no page.
    """
    place = project.resolve(source)
    if not place.exists():
        raise InputError(f"clean.source is {str(source)!r}, but there is no such file or folder")
    files, ignored = _files(place)
    if not files:
        endings = ", ".join(sorted(READERS))
        what = "is a file of another ending" if place.is_file() else "is a folder that holds no such file"
        raise InputError(f"clean.source is {str(source)!r}, which {what}; pages are files ending in {endings}")
    rows: list[dict[str, Any]] = []
    rejected: list[dict[str, str]] = []
    seen: dict[str, str] = {}
    for name, file in files:
        try:
            for row in READERS[file.suffix.lower()](file):
                key = doc_id(row["text"])
                if key in seen:
                    raise Unreadable(f"it is an exact copy of {seen[key]}")
                seen[key] = name
                outlet = name.split("/")[0] if "/" in name else None
                rows.append({"doc_id": key, "source": name, "outlet": outlet, **row})
        except Unreadable as error:
            rejected.append({"source": name, "reason": str(error)})
        except OSError as error:
            rejected.append({"source": name, "reason": f"it cannot be opened: {error.strerror or error}"})
    return Pages(
        pl.DataFrame(rows, schema=PAGES), pl.DataFrame(rejected, schema=tables.empty("rejected").schema), ignored
    )


def decode(data: bytes) -> tuple[str, str | None]:
    """Bytes as text with newlines as `\\n`, and a note where the encoding was inferred.

    The mark at the beginning decides, else UTF-8; only where that fails is the encoding detected from the bytes.

    Raises:
        Unreadable: no bytes, only white space, or no text.
    """
    if not data.strip():
        raise Unreadable("it is empty")
    encoding = next((name for mark, name in _BOMS.items() if data.startswith(mark)), "utf-8")
    note = None
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError:
        text, note = _detect(data)
    if len(_CONTROL.findall(text)) > _BINARY * len(text):
        raise Unreadable("it is binary, not text")
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if not text.strip():
        raise Unreadable("it is empty")
    return text, note


def _detect(data: bytes) -> tuple[str, str]:
    from charset_normalizer import from_bytes  # 0.2 s to import, and rarely needed

    best = None if b"\x00" in data else from_bytes(data).best()
    if best is None:
        raise Unreadable("it is binary, not text: neither UTF-8 nor any other encoding fits")
    return str(best), f"not valid UTF-8: read as {best.encoding}, the encoding that fits best"


def _read_text(file: Path) -> Iterator[dict[str, Any]]:
    text, note = decode(file.read_bytes())
    yield {"text": text, "note": note}


READERS: dict[str, Callable[[Path], Iterator[dict[str, Any]]]] = {".txt": _read_text}
"""The readers by ending: each yields the pages of a file as columns of `PAGES`, `text` and `note` at least."""


def _files(place: Path) -> tuple[list[tuple[str, Path]], int]:
    """The files with a reader, sorted by their name relative to the source, and the number of others."""
    if place.is_file():
        found = [(place.name, place)]
    else:
        found = [(file.relative_to(place).as_posix(), file) for file in place.rglob("*") if file.is_file()]
    pages = sorted((name, file) for name, file in found if file.suffix.lower() in READERS)
    return pages, len(found) - len(pages)
