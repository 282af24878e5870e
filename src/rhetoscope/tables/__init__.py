"""Read and write the tables that stages exchange: checked, sorted, and written completely or not at all."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import polars as pl

from rhetoscope import InputError, project
from rhetoscope.tables.schemas import DIMENSIONS, GROUP, TABLES, Table

__all__ = [
    "DIMENSIONS", "GROUP", "TABLES", "Frame", "Table",
    "check", "count_rows", "format_dictionary", "iterate_documents", "iterate_rows", "make_empty", "name_type",
    "name_unit", "read", "scan", "write", "write_batches", "write_metrics", "write_scratch",
]  # fmt: skip

Frame = pl.DataFrame | pl.LazyFrame
"""A table or a scan of it; functions with such a parameter read only the columns they need."""


def check(name: str, frame: pl.DataFrame) -> pl.DataFrame:
    """Check a frame against the schema of its table; return it with columns in order, sorted by its unique key.

    Raises:
        ValueError: the frame breaks the schema; the message gives the table, column, rule and number of rows.
    """
    table = TABLES[name]
    if missing := [column for column in table.schema if column not in frame.columns]:
        raise ValueError(f"table {name}: no column {', '.join(missing)}; found {', '.join(frame.columns)}")
    frame = frame.select(list(table.schema))
    for column, wanted in table.schema.items():
        if frame.schema[column] != wanted:
            raise ValueError(f"table {name}: column {column} must be {wanted}, found {frame.schema[column]}")
    _, failures = table.columns.filter(frame)
    if broken := failures.counts():
        told = (f"{rule.replace('|', ' breaks the rule ')} in {rows:,} rows" for rule, rows in sorted(broken.items()))
        raise ValueError(f"table {name}: {'; '.join(told)}")
    return frame.sort(table.key, maintain_order=True)


def make_empty(name: str) -> pl.DataFrame:
    """Return a table without rows."""
    return pl.DataFrame(schema=TABLES[name].schema)


def write(name: str, frame: pl.DataFrame) -> pl.DataFrame:
    """Check a table, write it completely or not at all, and return it as written."""
    frame = check(name, frame)
    with project.open_whole(TABLES[name].path) as temporary:
        frame.write_parquet(temporary, statistics=True)
    return frame


def write_batches(name: str, batches: Iterable[pl.DataFrame]) -> pl.LazyFrame:
    """Write a table that may be too large for memory, in batches sorted by its key; return a scan of it.

    Raises:
        ValueError: a batch breaks the schema, or its keys are not after those of the batch before.
    """
    table = TABLES[name]

    def check_batches() -> Iterator[pl.DataFrame]:
        last: tuple[Any, ...] = ()
        for batch in batches:
            if batch.is_empty():
                continue
            frame = check(name, batch)
            first = frame.select(table.key).row(0)
            if last and first <= last:
                raise ValueError(f"table {name}: {first} comes after {last}")
            last = frame.select(table.key).row(-1)
            yield frame

    with project.open_whole(table.path) as temporary:
        _sink(check_batches(), table.schema, temporary, table.group)
    return scan(name)


def write_scratch(stage: str, batches: Iterable[pl.DataFrame], schema: Mapping[str, pl.DataType]) -> pl.LazyFrame:
    """Write rows that may be too large for memory to a file, deleted when this process ends; return a scan."""
    path = project.make_scratch_file(project.find_root() / "data" / stage / "scratch")
    try:
        _sink(batches, schema, path, GROUP)
    except (OSError, pl.exceptions.ComputeError) as error:
        raise project.explain_unwritable(path, error) from error
    return pl.scan_parquet(path)


def _sink(batches: Iterable[pl.DataFrame], schema: Mapping[str, pl.DataType], path: Path, group: int) -> None:
    """Write batches to a Parquet file, one after the other."""
    from polars.io.plugins import register_io_source

    broken: list[BaseException] = []

    def iterate(*_: Any) -> Iterator[pl.DataFrame]:
        try:
            yield from batches
        except BaseException as error:
            broken.append(error)  # Polars would wrap it in an error of its own
            raise

    try:
        rows = register_io_source(iterate, schema=schema)
        rows.sink_parquet(path, row_group_size=group, maintain_order=True)
    except pl.exceptions.PolarsError as error:
        raise (broken or [error])[0] from None


def scan(name: str) -> pl.LazyFrame:
    """Open a table of an earlier stage as a scan, to be read in parts.

    Raises:
        InputError: the table does not exist yet.
    """
    table = TABLES[name]
    if not table.path.is_file():
        raise InputError(
            f"data/{table.stage}/{name}.parquet is missing: run the stage {table.stage} first (dvc repro {table.stage})"
        )
    return pl.scan_parquet(table.path)


def read(name: str) -> pl.DataFrame:
    """Read a table of an earlier stage into memory.

    Raises:
        InputError: the table does not exist yet, or is not readable as Parquet.
    """
    try:
        return scan(name).collect()
    except pl.exceptions.PolarsError as error:
        raise InputError(f"data/{TABLES[name].stage}/{name}.parquet is not readable: {error}") from error


def count_rows(frame: Frame) -> int:
    """Count the rows of a table or a scan."""
    return int(frame.lazy().select(pl.len()).collect().item())


def name_unit(paragraph: str | pl.Expr) -> pl.Expr:
    """Make the `unit_id` of a paragraph (as in `assignments`) from `doc_id` and the paragraph's number."""
    number = pl.col(paragraph) if isinstance(paragraph, str) else paragraph
    return pl.format("{}-p{}", "doc_id", number.cast(pl.String).str.zfill(4))


def iterate_rows(frame: Frame, rows: int = GROUP) -> Iterator[pl.DataFrame]:
    """Yield the rows of a table in order, at most `rows` at a time."""
    for start in range(0, count_rows(frame), rows):
        yield frame.lazy().slice(start, rows).collect()


def iterate_documents(*frames: Frame, together: int = 256) -> Iterator[tuple[pl.DataFrame, ...]]:
    """Yield the rows of several tables for the documents of the first, `together` documents at a time, by `doc_id`."""
    names = frames[0].lazy().select(pl.col("doc_id").unique().sort()).collect()["doc_id"]
    for start in range(0, len(names), together):
        some = names[start : start + together]
        here = pl.col("doc_id").is_between(pl.lit(some[0]), pl.lit(some[-1]))
        yield tuple(frame.lazy().filter(here).collect() for frame in frames)


def write_metrics(stage: str, metrics: dict[str, Any]) -> dict[str, Any]:
    """Write `data/<stage>/metrics.json` with sorted keys and floats with 4 decimals; return what was written."""
    rounded = {
        key: (round(value, 4) if math.isfinite(value) else None) if isinstance(value, float) else value
        for key, value in metrics.items()
    }
    text = json.dumps(rounded, indent=2, ensure_ascii=False, sort_keys=True) + "\n"
    project.write_text(project.find_root() / "data" / stage / "metrics.json", text)
    return rounded


def name_type(dtype: pl.DataType) -> str:
    """Write the type of a column in words: "whole number", "date and time", "list of texts"."""
    if isinstance(dtype, pl.List | pl.Array):
        inner = f"{name_type(dtype.inner)}s"  # type: ignore[arg-type]
        return f"list of {inner}" if isinstance(dtype, pl.List) else f"{dtype.size} {inner}"
    if dtype.is_numeric():
        return "number" if dtype.is_float() else "whole number"
    if dtype == pl.Boolean:
        return "true or false"
    return "date and time" if dtype.is_temporal() else "text"


def format_dictionary() -> str:
    """Format all tables and columns as Markdown: the body of the data dictionary."""
    lines = []
    for table in TABLES.values():
        lines += [f"## `data/{table.stage}/{table.name}.parquet`", "", table.columns.__doc__ or ""]
        lines += [f"Sorted by {', '.join(f'`{key}`' for key in table.key)}.", ""]
        lines += ["| column | type | null | what it holds |", "|---|---|---|---|"]
        for name, column in table.columns.columns().items():
            null = "yes" if column.nullable else "no"
            lines.append(f"| `{name}` | {name_type(column.dtype)} | {null} | {column.description} |")
        lines.append("")
    return "\n".join(lines).rstrip()
