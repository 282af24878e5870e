"""Web archives (WARC, ISO 28500): the HTML and text pages of a crawl."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from rhetoscope.pages.decode import Unreadable, decode, too_large

_KINDS = {"text/html": True, "application/xhtml+xml": True, "text/plain": False}
"""Media types that are pages, and whether they are HTML; images, scripts and the like are not."""


def warc(file: Path, columns: dict[str, str], max_bytes: int) -> Iterator[dict[str, Any]]:
    """The pages of a web archive: its responses with status 200 and its resources."""
    from warcio.archiveiterator import ArchiveIterator  # type: ignore[import-untyped]
    from warcio.exceptions import ArchiveLoadFailed  # type: ignore[import-untyped]

    with file.open("rb") as stream:
        number = 0
        try:
            for record in ArchiveIterator(stream):
                number += 1
                if page := _page(record, max_bytes):
                    yield page | {"row": number}
        except (ArchiveLoadFailed, EOFError, ValueError) as error:
            raise Unreadable(f"it breaks off after {number} records: {str(error).strip() or 'no WARC'}") from error


def _page(record: Any, max_bytes: int) -> dict[str, Any] | None:
    headers = record.http_headers
    if record.rec_type == "response" and headers is not None:
        if headers.get_statuscode() != "200":
            return None
        media = headers.get_header("Content-Type") or ""
    elif record.rec_type == "resource":
        media = record.rec_headers.get_header("Content-Type") or ""
    else:
        return None
    kind, *options = (part.strip() for part in media.split(";"))
    if kind.lower() not in _KINDS:
        return None
    charset = next((option[8:].strip("\"' ") for option in options if option.lower().startswith("charset=")), None)
    data = record.content_stream().read(max_bytes + 1)
    if len(data) > max_bytes:
        return {"broken": str(too_large(max_bytes))}
    try:
        text, note = decode(data, charset)
    except Unreadable as error:
        return {"broken": str(error)}
    url = record.rec_headers.get_header("WARC-Target-URI")
    return {"text": text, "html": _KINDS[kind.lower()], "url": url, "note": note}
