"""Tables in parts: rows kept on disk while a stage runs, and what killed runs leave."""

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from builders import fill
from rhetoscope import InputError, tables
from rhetoscope.project import clear_unfinished

SCHEMA = {"number": pl.Int64()}


def frames(*numbers: list[int]) -> Iterator[pl.DataFrame]:
    return (pl.DataFrame({"number": some}, schema=SCHEMA) for some in numbers)


def test_scratch_gives_back_every_row_in_order_and_raises_what_breaks_a_batch(project: Path) -> None:
    kept = tables.write_scratch("topics", frames([3, 1], [], [2]), SCHEMA)
    assert kept.collect()["number"].to_list() == [3, 1, 2]
    assert tables.count_rows(tables.write_scratch("topics", frames(), SCHEMA)) == 0

    def broken() -> Iterator[pl.DataFrame]:
        yield from frames([1])
        raise InputError("page 7 cannot be read")

    with pytest.raises(InputError, match="page 7 cannot be read"):
        tables.write_scratch("topics", broken(), SCHEMA)


@given(st.integers(0, 50), st.integers(1, 20))
def test_slices_are_the_rows_in_order(count: int, rows: int) -> None:
    parts = list(tables.iterate_rows(pl.DataFrame({"number": range(count)}).lazy(), rows))
    assert [number for part in parts for number in part["number"]] == list(range(count))
    assert all(part.height == rows for part in parts[:-1])


def test_scratch_is_gone_when_its_process_ends_and_cleared_up_when_it_was_killed(project: Path) -> None:
    folder = project / "data" / "topics"
    program = (
        "import os, sys, polars as pl\n"
        "from rhetoscope import tables\n"
        "tables.write_scratch('topics', [pl.DataFrame({'number': [1]})], {'number': pl.Int64()})\n"
        "if sys.argv[1] == 'killed': os.kill(os.getpid(), 9)\n"
    )
    for way, left in (("ends", 0), ("killed", 1)):
        subprocess.run([sys.executable, "-c", program, way], cwd=project, check=way == "ends")
        assert len(list(folder.glob(".scratch*"))) == left
    living = tables.write_scratch("topics", frames([1]), SCHEMA)
    clear_unfinished("topics")
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


def rates(**changed: object) -> pl.DataFrame:
    """One row of the table `rates`, with some values changed."""
    row = {"level": "corpus", "unit": "all", "device": "threat", "cluster": "document", "low": None, "high": None}
    return fill("rates", row | changed)


def test_a_frame_that_fits_comes_back_sorted_and_every_column_is_described() -> None:
    frame = pl.concat([rates(device="threat"), rates(device="hedge")]).select(reversed(tables.TABLES["rates"].schema))
    checked = tables.check("rates", frame)
    assert checked.columns == list(tables.TABLES["rates"].schema)
    assert checked["device"].to_list() == ["hedge", "threat"]
    assert tables.check("rates", tables.make_empty("rates")).height == 0
    columns = [column for table in tables.TABLES.values() for column in table.columns.columns().values()]
    assert all(column.description for column in columns)


@pytest.mark.parametrize(("frame", "message"), [
    (rates().drop("unit", "low"), "table rates: no column unit, low; found level, family"),
    (rates().with_columns(pl.col("count").cast(pl.Int32)), "table rates: column count must be Int64, found Int32"),
    (pl.concat([rates()] * 3), "table rates: primary_key in 3 rows"),
    (rates(device=None), "table rates: device breaks the rule nullability in 1 rows"),
    (pl.concat([rates(), rates(device="hedge", count=-1)]), "table rates: count breaks the rule min in 1 rows"),
    (rates(per_1000=float("nan")), "table rates: per_1000 breaks the rule nan in 1 rows"),
])  # fmt: skip
def test_an_error_names_table_column_rule_and_rows(frame: pl.DataFrame, message: str) -> None:
    with pytest.raises(ValueError, match=f"^{message}"):
        tables.check("rates", frame)
