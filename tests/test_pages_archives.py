"""Web archives: which records are pages."""

from __future__ import annotations

import io
from pathlib import Path

import polars as pl
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from rhetoscope.pages import read_pages


def _archive(file: Path, *records: tuple[str, str, bytes], packed: bool = True) -> bytes:
    with file.open("wb") as out:
        writer = WARCWriter(out, gzip=packed)
        for number, (status, media, body) in enumerate(records):
            headers = StatusAndHeaders(status, [("Content-Type", media)], protocol="HTTP/1.1")
            record = writer.create_warc_record(
                f"https://e.org/{number}", "response", payload=io.BytesIO(body), http_headers=headers
            )
            writer.write_record(record)
    return file.read_bytes()


def test_responses_that_are_pages_are_read(tmp_path: Path) -> None:
    file = tmp_path / "crawl.warc.gz"
    data = _archive(
        file,
        ("200 OK", "text/html; charset=windows-1254", "<p>Türkiye</p>".encode("cp1254")),
        ("404 Not Found", "text/html", b"<p>gone</p>"),
        ("200 OK", "image/png", b"\x89PNG"),
        ("200 OK", "text/plain", b"text"),
        ("200 OK", "text/html", b""),
    )
    (batch,) = read_pages(file)
    assert batch.pages.select("source", "url", "html", "text").rows() == [
        ("crawl.warc.gz#1", "https://e.org/0", True, "<p>Türkiye</p>"),
        ("crawl.warc.gz#4", "https://e.org/3", False, "text"),
    ]
    assert batch.rejected.rows() == [("crawl.warc.gz#5", "it is empty")]
    file.write_bytes(data[: len(data) // 2])
    batches = list(read_pages(file))
    assert pl.concat([batch.pages for batch in batches]).height >= 1


def test_an_archive_that_is_none_is_set_aside(tmp_path: Path) -> None:
    file = tmp_path / "crawl.warc"
    file.write_bytes(b"this is no archive\n" * 100)
    (batch,) = read_pages(file)
    assert batch.rejected["source"].to_list() == ["crawl.warc"]
    _archive(file, ("200 OK", "text/html", b"<p>one</p>"), packed=False)
    (batch,) = read_pages(file)
    assert batch.pages.height == 1
