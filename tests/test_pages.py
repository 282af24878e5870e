"""Reading raw pages: order, encodings, and what is set aside."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from rhetoscope import InputError
from rhetoscope.pages import Unreadable, decode, doc_id, read_pages


def _folder(tmp_path: Path, **files: bytes) -> Path:
    for name, data in files.items():
        file = tmp_path / name.replace("__", "/").replace("_txt", ".txt").replace("_md", ".md")
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(data)
    return tmp_path


def test_a_page_is_named_by_its_content() -> None:
    assert doc_id("abc") == hashlib.sha256(b"abc").hexdigest()[:16] == "ba7816bf8f01cfea"


def test_folders_are_read_in_the_order_of_names_and_name_the_outlet(tmp_path: Path) -> None:
    read = read_pages(_folder(tmp_path, b_txt=b"two", Times__deep__a_txt=b"one", README_md=b"no page"))
    assert read.pages["source"].to_list() == ["Times/deep/a.txt", "b.txt"]
    assert read.pages["outlet"].to_list() == ["Times", None]
    assert (read.rejected.height, read.ignored) == (0, 1)


def test_a_single_file_is_a_source_too(tmp_path: Path) -> None:
    read = read_pages(_folder(tmp_path, a_txt=b"text") / "a.txt")
    assert read.pages.select("source", "outlet", "text").row(0) == ("a.txt", None, "text")


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (b"\xef\xbb\xbfArmenia\r\nAzerbaijan\rGeorgia\n", "Armenia\nAzerbaijan\nGeorgia\n"),
        ("Türkiye".encode("utf-16"), "Türkiye"),
        ("Türkiye — “peace”".encode(), "Türkiye — “peace”"),
    ],
)
def test_encodings_that_are_known(data: bytes, text: str) -> None:
    assert decode(data) == (text, None)


def test_an_encoding_that_had_to_be_detected_is_noted() -> None:
    russian = "Переговоры о мирном договоре между двумя странами продолжились на этой неделе в столице. " * 5
    text, note = decode(russian.encode("cp1251"))
    assert text == russian
    assert note is not None
    assert "cp1251" in note


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "it is empty"),
        (b" \r\n\t ", "it is empty"),
        (b"\xef\xbb\xbf\n", "it is empty"),
        (bytes(range(256)) * 40, "binary"),
        (b"\x89PNG\r\n\x1a\n" + b"\x00" * 500, "binary"),
    ],
)
def test_what_is_no_text_is_refused_with_a_sentence(data: bytes, reason: str) -> None:
    with pytest.raises(Unreadable, match=reason):
        decode(data)


def test_bad_pages_are_set_aside_and_the_run_goes_on(tmp_path: Path) -> None:
    read = read_pages(_folder(tmp_path, a_txt=b"one", b_txt=b"", c_txt=b"\x00\x01" * 99, d_txt=b"one"))
    assert read.pages["source"].to_list() == ["a.txt"]
    assert read.rejected.rows() == [
        ("b.txt", "it is empty"),
        ("c.txt", "it is binary, not text"),
        ("d.txt", "it is an exact copy of a.txt"),
    ]


@pytest.mark.parametrize(
    ("files", "source", "message"),
    [
        ({}, "nowhere", "clean.source is '.*nowhere', but there is no such file or folder"),
        ({}, ".", "is a folder that holds no such file; pages are files ending in .*txt"),
        ({"README_md": b"x"}, "README.md", "is a file of another ending"),
    ],
)
def test_a_source_without_pages_is_an_error(tmp_path: Path, files: dict[str, bytes], source: str, message: str) -> None:
    with pytest.raises(InputError, match=message):
        read_pages(_folder(tmp_path, **files) / source)
