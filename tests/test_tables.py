"""Tables in parts: rows kept on disk while a stage runs, and what killed runs leave."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import nullcontext
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rhetoscope import InputError, files, tables

SCHEMA = {"number": pl.Int64()}


def frames(*numbers: list[int]) -> Iterator[pl.DataFrame]:
    return (pl.DataFrame({"number": some}, schema=SCHEMA) for some in numbers)


def test_scratch_gives_back_every_row_in_order(project: Path) -> None:
    kept = tables.scratch("topics", frames([3, 1], [], [2]), SCHEMA)
    assert kept.collect()["number"].to_list() == [3, 1, 2]
    assert tables.height(tables.scratch("topics", frames(), SCHEMA)) == 0


def test_what_breaks_a_batch_is_what_is_raised(project: Path) -> None:
    def broken() -> Iterator[pl.DataFrame]:
        yield from frames([1])
        raise InputError("page 7 cannot be read")

    with pytest.raises(InputError, match="page 7 cannot be read"):
        tables.scratch("topics", broken(), SCHEMA)


@given(st.integers(0, 50), st.integers(1, 20))
def test_slices_are_the_rows_in_order(count: int, rows: int) -> None:
    parts = list(tables.slices(pl.DataFrame({"number": range(count)}).lazy(), rows))
    assert [number for part in parts for number in part["number"]] == list(range(count))
    assert all(part.height == rows for part in parts[:-1])


def test_scratch_is_gone_when_its_process_ends_and_cleared_up_when_it_was_killed(project: Path) -> None:
    folder = project / "data" / "topics"
    program = (
        "import os, sys, polars as pl\n"
        "from rhetoscope import tables\n"
        "tables.scratch('topics', [pl.DataFrame({'number': [1]})], {'number': pl.Int64()})\n"
        "if sys.argv[1] == 'killed': os.kill(os.getpid(), 9)\n"
    )
    for way, left in (("ends", 0), ("killed", 1)):
        subprocess.run([sys.executable, "-c", program, way], cwd=project, check=way == "ends")
        assert len(list(folder.glob(".scratch*"))) == left
    living = tables.scratch("topics", frames([1]), SCHEMA)
    files.prepare("topics")
    assert len(list(folder.glob(".scratch*"))) == 1
    assert living.collect()["number"].to_list() == [1]


def test_a_table_that_finds_no_room_is_told_and_the_earlier_one_stays(project: Path) -> None:
    program = (
        "import resource, polars as pl\n"
        "from rhetoscope import InputError, tables\n"
        "def rows(count):\n"
        "    return pl.DataFrame({'source': [f'{n:06}' for n in range(count)]}).with_columns(reason='source')\n"
        "tables.write('rejected', rows(1))\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (9_000, 9_000))\n"  # as on a full disk
        "for write in (tables.write, lambda *given: tables.write_batches(given[0], iter([given[1]]))):\n"
        "    try:\n"
        "        write('rejected', rows(99_999))\n"
        "    except InputError as error:\n"
        "        print(error)\n"
        "print(tables.read('rejected').height)\n"
    )
    told = subprocess.run([sys.executable, "-c", program], cwd=project, check=True, capture_output=True, text=True)
    *errors, rows = told.stdout.splitlines()
    assert len(errors) == 2
    assert all(re.match(r"data/clean/rejected\.parquet cannot be written: .", error) for error in errors)
    assert rows == "1"
    assert [file.name for file in (project / "data" / "clean").glob(".*") if file.is_file()] == []


JUDGED = tables.Table(
    "clean",
    "judged",
    "A table of every kind of column.",
    ("name", "number"),
    {
        "name": tables.Column(pl.String(), "a key"),
        "number": tables.Column(pl.Int64(), "a key"),
        "rate": tables.Column(pl.Float64(), "never null"),
        "end": tables.Column(pl.Float64(), "may be null", nullable=True),
        "names": tables.Column(pl.List(pl.String()), "never null"),
    },
)
ROW = st.tuples(
    st.sampled_from(["a", "b", None]),
    st.sampled_from([1, 2, None]),
    st.sampled_from([0.5, float("nan"), None]),
    st.sampled_from([0.5, float("nan"), None]),
    st.sampled_from([["a"], [], None]),
)
RIGHT = st.tuples(st.sampled_from("abcdef"), st.integers(1, 9), st.just(0.5), st.just(None), st.just(["a"]))


@given(st.lists(ROW, max_size=3) | st.lists(RIGHT, max_size=4), st.sampled_from([None, "number", "end"]))
def test_what_is_plainly_right_is_what_pandera_finds_right(rows: list[tuple[object, ...]], other: str | None) -> None:
    frame = pl.DataFrame(rows, schema=JUDGED.schema, orient="row")
    if other:
        frame = frame.with_columns(pl.col(other).cast(pl.Float32))
    right = tables._plainly_right(JUDGED, frame)
    with nullcontext() if right else pytest.raises(ValueError, match=r"^table judged: "):
        tables._judged(JUDGED, frame)
