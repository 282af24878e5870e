"""File formats: tables whose columns are named or guessed, web archives, and records that cannot be read."""

import gzip
import io
import json
from datetime import datetime
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from rhetoscope.pages import read_pages
from rhetoscope.pages.decode import UnreadablePage
from rhetoscope.pages.formats import find_columns

ROW = {"headline": "A title", "Body": "The text.", "link": "https://e.org/1", "date": "2024-03-03", "source": "Times"}
FOUND = ("Times", "https://e.org/1", "A title", None, "2024-03-03", False, "The text.")


def _read(file: Path, **options: Any) -> tuple[list[tuple[Any, ...]], dict[str, str]]:
    batches = list(read_pages(file, **options))
    pages, rejected = (pl.concat([getattr(batch, name) for batch in batches]) for name in ("pages", "rejected"))
    return pages.drop("source", "note").rows(), dict(rejected.iter_rows())


def _write(file: Path, kind: str) -> Path:
    frame = pl.DataFrame([ROW])
    if kind == ".jsonl":
        file.write_text(json.dumps(ROW) + "\n\n")
    elif kind == ".jsonl.gz":
        file.write_bytes(gzip.compress(json.dumps(ROW).encode()))
    elif kind == ".csv":
        frame.write_csv(file, separator=";")
    elif kind == ".csv.gz":
        file.write_bytes(gzip.compress(frame.write_csv().encode()))
    else:
        frame.write_parquet(file)
    return file


@pytest.mark.parametrize("kind", [".jsonl", ".jsonl.gz", ".csv", ".csv.gz", ".parquet"])
def test_columns_are_guessed_by_their_usual_names(tmp_path: Path, kind: str) -> None:
    assert _read(_write(tmp_path / f"t{kind}", kind)) == ([FOUND], {})


def test_columns_are_named_by_parameters_and_dates_and_lists_become_text(tmp_path: Path) -> None:
    file = tmp_path / "t.jsonl"
    file.write_text(json.dumps({"a": "<p>One</p>", "b": "Two", "text": "Three"}))
    rows, _ = _read(file, text="a", title="b", url="")
    assert rows == [(None, None, "Two", None, None, True, "<p>One</p>")]
    file = tmp_path / "t.parquet"
    row = {"text": "One", "published": datetime(2024, 3, 3, 10, 15), "authors": ["Ann Lee", "Bo Diaz"]}
    pl.DataFrame([row]).write_parquet(file)
    rows, _ = _read(file)
    assert rows == [(None, None, None, "Ann Lee, Bo Diaz", "2024-03-03 10:15:00", False, "One")]


@pytest.mark.parametrize("kind", [".jsonl", ".csv", ".parquet"])
def test_a_table_without_the_column_is_set_aside(tmp_path: Path, kind: str) -> None:
    _, rejected = _read(_write(tmp_path / f"t{kind}", kind), text="story")
    (reason,) = rejected.values()
    assert reason.startswith("it has no column 'story' (clean.text_column); its columns are 'headline', 'Body'")
    with pytest.raises(UnreadablePage, match="it has no column of text: name it in"):
        find_columns(["id", "score"], {})


def test_broken_rows_and_long_fields_are_set_aside_by_their_number(tmp_path: Path) -> None:
    file = tmp_path / "t.jsonl"
    long = json.dumps({"text": "x" * 500})
    deep = "[" * 100_000
    file.write_text(f'{{"text": "one"}}\nno json\n[1]\n{{"text": ""}}\n{long}\n{{"title": "x"}}\n{{"text": "two"}}\n')
    rows, rejected = _read(file, max_bytes=200)
    assert [row[-1] for row in rows] == ["one", "two"]
    assert list(rejected) == [f"t.jsonl#{number}" for number in range(2, 7)]
    file.write_text(f'{deep}\n{{"text": "two"}}\n')
    rows, rejected = _read(file)
    assert [row[-1] for row in rows] == ["two"]
    assert rejected["t.jsonl#1"].startswith("it is no JSON")
    file = tmp_path / "t.csv"
    file.write_text(f"text\none\n{'x' * 500}\ntwo\n")
    rows, rejected = _read(file, max_bytes=200)
    assert [row[-1] for row in rows] == ["one", "two"]
    assert list(rejected) == ["t.csv#3"]


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
        file, ("200 OK", "text/html; charset=windows-1254", "<p>Türkiye</p>".encode("cp1254")),
        ("404 Not Found", "text/html", b"<p>gone</p>"), ("200 OK", "image/png", b"\x89PNG"),
        ("200 OK", "text/plain", b"text"), ("200 OK", "text/html", b""),
    )  # fmt: skip
    (batch,) = read_pages(file)
    assert batch.pages.select("source", "url", "html", "text").rows() == [
        ("crawl.warc.gz#1", "https://e.org/0", True, "<p>Türkiye</p>"),
        ("crawl.warc.gz#4", "https://e.org/3", False, "text"),
    ]
    assert batch.rejected.rows() == [("crawl.warc.gz#5", "it is empty")]
    file.write_bytes(data[: len(data) // 2])
    batches = list(read_pages(file))
    assert pl.concat([batch.pages for batch in batches]).height >= 1


def test_resources_are_pages_and_metadata_is_not(tmp_path: Path) -> None:
    file = tmp_path / "crawl.warc"
    with file.open("wb") as out:
        writer = WARCWriter(out, gzip=False)
        for kind in ("resource", "metadata"):
            body = io.BytesIO(b"<p>one</p>")
            writer.write_record(writer.create_warc_record("https://e.org", kind, body, warc_content_type="text/html"))
    (batch,) = read_pages(file)
    assert batch.pages.select("source", "url", "text").rows() == [("crawl.warc#1", "https://e.org", "<p>one</p>")]


def test_an_archive_that_is_none_is_set_aside(tmp_path: Path) -> None:
    file = tmp_path / "crawl.warc"
    file.write_bytes(b"this is no archive\n" * 100)
    (batch,) = read_pages(file)
    assert batch.rejected["source"].to_list() == ["crawl.warc"]
    _archive(file, ("200 OK", "text/html", b"<p>one</p>"), packed=False)
    (batch,) = read_pages(file)
    assert batch.pages.height == 1
