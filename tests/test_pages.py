"""Finding pages: order, outlets, patterns, and that one broken file costs one line."""

import gzip
import hashlib
from pathlib import Path
from typing import IO

import polars as pl
import pytest

from rhetoscope import InputError
from rhetoscope.pages import PAGES, Source, formats, make_doc_id, read_pages


def _folder(folder: Path, files: dict[str, bytes]) -> Path:
    for name, data in files.items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(data)
    return folder


def _all(source: Source) -> tuple[pl.DataFrame, pl.DataFrame]:
    batches = list(source)
    return pl.concat([batch.pages for batch in batches]), pl.concat([batch.rejected for batch in batches])


def test_a_page_is_named_by_its_content_and_a_single_file_is_a_source(tmp_path: Path) -> None:
    assert make_doc_id("abc") == hashlib.sha256(b"abc").hexdigest()[:16] == "ba7816bf8f01cfea"
    found, _ = _all(read_pages(_folder(tmp_path, {"a.txt": b"one\r\ntwo\rthree\n"}) / "a.txt"))
    assert found.select("source", "outlet", "text", "html").row(0) == ("a.txt", None, "one\ntwo\nthree\n", False)


def test_folders_are_read_in_the_order_of_names_and_name_the_outlet(tmp_path: Path) -> None:
    source = read_pages(_folder(tmp_path, {"b.txt": b"two", "Times/deep/a.txt": b"one", "README.md": b"no page"}))
    found, rejected = _all(source)
    assert found["source"].to_list() == ["Times/deep/a.txt", "b.txt"]
    assert found["outlet"].to_list() == ["Times", None]
    assert (rejected.height, source.ignored) == (0, 1)
    assert found.schema == PAGES


def test_a_glob_is_a_source_and_a_pattern_chooses_in_a_folder(tmp_path: Path) -> None:
    _folder(tmp_path, {"x/2023/a.txt": b"one", "x/2024/b.txt": b"two", "x/2024/c.html": b"<p>three</p>"})
    by_glob, by_pattern = read_pages(f"{tmp_path}/x/2024/*.txt"), read_pages(tmp_path, "**/2024/*.txt")
    assert [name for name, _ in by_glob.files] == ["b.txt"]
    assert [name for name, _ in by_pattern.files] == ["x/2024/b.txt"]
    assert by_pattern.ignored == 2


def test_packed_files_are_read_like_others(tmp_path: Path) -> None:
    packed = {f"a{ending}.gz": gzip.compress(b"<p>text</p>") for ending in (".txt", ".html", ".HTM")}
    found, rejected = _all(read_pages(_folder(tmp_path, packed)))
    assert found.sort("source").select("source", "html", "text").rows() == [
        ("a.HTM.gz", True, "<p>text</p>"),
        ("a.html.gz", True, "<p>text</p>"),
        ("a.txt.gz", False, "<p>text</p>"),
    ]
    assert rejected.is_empty()


def test_bad_pages_are_set_aside_and_the_run_goes_on(tmp_path: Path) -> None:
    whole = gzip.compress(b"text " * 1000)
    files = {
        "a.txt": b"one", "b.txt": b"", "c.txt": b"\x00\x01" * 99, "d.txt.gz": whole[:-20], "e.txt.gz": b"no gzip",
        "f.txt.gz": gzip.compress(b"x" * 2_000_000), "g.txt": b"x" * 100_001, "h.parquet": b"no parquet",
        "i.warc.gz": whole, "j.jsonl": b"",
    }  # fmt: skip
    found, rejected = _all(read_pages(_folder(tmp_path, files), max_bytes=100_000))
    assert found["source"].to_list() == ["a.txt"]
    reasons = dict(rejected.iter_rows())
    assert list(reasons) == list(files)[1:]
    assert reasons["b.txt"] == "it is empty"
    assert reasons["c.txt"] == "it is binary, not text"
    assert reasons["d.txt.gz"] == "its gzip data break off before their end"
    assert reasons["e.txt.gz"].startswith("its gzip data are broken")
    assert reasons["f.txt.gz"] == reasons["g.txt"] == "it holds more than 100,000 bytes, which is clean.max_bytes"
    assert reasons["h.parquet"].startswith("it is not readable as Parquet")
    assert reasons["i.warc.gz"] == reasons["j.jsonl"] == "it holds no pages"


def test_a_reader_that_breaks_costs_its_file_only(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(stream: IO[bytes], columns: dict[str, str], max_bytes: int) -> None:
        raise KeyError("library")

    monkeypatch.setitem(formats.FORMATS, ".htm", broken)
    found, rejected = _all(read_pages(_folder(tmp_path, {"a.htm": b"x", "b.txt": b"one"})))
    assert found["source"].to_list() == ["b.txt"]
    assert rejected.rows() == [("a.htm", "it cannot be read: KeyError: 'library'")]


def test_many_files_are_read_in_batches(tmp_path: Path) -> None:
    _folder(tmp_path, {f"{n:03}.txt": b"text" if n != 57 else b"" for n in range(150)})
    sizes = [(batch.pages.height, batch.rejected.height) for batch in read_pages(tmp_path)]
    assert sizes == [(64, 1), (64, 0), (21, 0)]


@pytest.mark.parametrize(("files", "source", "message"), [
    ({}, "nowhere", "clean.source is '.*nowhere', but there is no such file or folder"),
    ({}, ".", "is a folder that holds no such file; pages are files ending in .*txt"),
    ({"README.md": b"x"}, "README.md", "is a file of another ending"),
    ({"a.txt": b"x"}, "*.html", "is a folder that holds no such file"),
])  # fmt: skip
def test_a_source_without_pages_is_an_error(tmp_path: Path, files: dict[str, bytes], source: str, message: str) -> None:
    with pytest.raises(InputError, match=message):
        read_pages(_folder(tmp_path, files) / source)


def test_parameters_out_of_range_are_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"clean.max_bytes must be at least 1, found 0"):
        read_pages(tmp_path, max_bytes=0)
    with pytest.raises(InputError, match=r"clean.pattern must be a pattern .* found ''"):
        read_pages(tmp_path, pattern="")


def test_a_table_on_object_storage_is_copied_and_read() -> None:
    import fsspec

    table = pl.DataFrame({"text": ["One page of text.", "Another page of text."]})
    with fsspec.open("memory://bucket/pages.parquet", "wb") as file:
        table.write_parquet(file)
    (batch,) = read_pages("memory://bucket/pages.parquet")
    assert batch.pages["source"].to_list() == ["pages.parquet#1", "pages.parquet#2"]


@pytest.mark.parametrize(
    ("address", "reason"),
    [("memory://bucket/none.parquet", "no such file"), ("nosuch://bucket/pages.parquet", "fsspec cannot reach")],
)
def test_an_address_that_leads_nowhere_is_named(address: str, reason: str) -> None:
    with pytest.raises(InputError, match=reason):
        read_pages(address)
