"""Tables of pages: columns named and guessed, and rows that cannot be read."""

from __future__ import annotations

import gzip
import json
from datetime import datetime
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from rhetoscope.pages import read_pages
from rhetoscope.pages.decode import Unreadable
from rhetoscope.pages.records import choose

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


def test_columns_are_named_by_parameters(tmp_path: Path) -> None:
    file = tmp_path / "t.jsonl"
    file.write_text(json.dumps({"a": "<p>One</p>", "b": "Two", "text": "Three"}))
    rows, _ = _read(file, text="a", title="b", url="")
    assert rows == [(None, None, "Two", None, None, True, "<p>One</p>")]


@pytest.mark.parametrize("kind", [".jsonl", ".csv", ".parquet"])
def test_a_table_without_the_column_is_set_aside(tmp_path: Path, kind: str) -> None:
    _, rejected = _read(_write(tmp_path / f"t{kind}", kind), text="story")
    (reason,) = rejected.values()
    assert reason.startswith("it has no column 'story' (clean.text_column); its columns are 'headline', 'Body'")
    with pytest.raises(Unreadable, match="it has no column of text: name it in"):
        choose(["id", "score"], {})


def test_broken_rows_are_set_aside_by_their_number(tmp_path: Path) -> None:
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


def test_a_long_field_of_a_csv_is_set_aside(tmp_path: Path) -> None:
    file = tmp_path / "t.csv"
    file.write_text(f"text\none\n{'x' * 500}\ntwo\n")
    rows, rejected = _read(file, max_bytes=200)
    assert [row[-1] for row in rows] == ["one", "two"]
    assert list(rejected) == ["t.csv#3"]


def test_dates_and_lists_become_text(tmp_path: Path) -> None:
    file = tmp_path / "t.parquet"
    row = {"text": "One", "published": datetime(2024, 3, 3, 10, 15), "authors": ["Ann Lee", "Bo Diaz"]}
    pl.DataFrame([row]).write_parquet(file)
    rows, _ = _read(file)
    assert rows == [(None, None, None, "Ann Lee, Bo Diaz", "2024-03-03 10:15", False, "One")]
