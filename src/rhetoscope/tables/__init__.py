"""The tables that cross a stage: their schemas, and the only way one is read or written.

The schemas, a room a stage, are the contract with other tools: columns may be added, those there stay. Their
descriptions are the data dictionary (`data/README.md`), which a test compares with them.
"""

from __future__ import annotations

import json
import math
import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import polars as pl
from polars import selectors as cs

from rhetoscope import InputError, files, project
from rhetoscope.imports import without
from rhetoscope.tables import clean, rhetoric, topics, validation
from rhetoscope.tables.schema import DIMENSIONS, GROUP, Column, Compression, Table

__all__ = [
    "DIMENSIONS", "TABLES", "Column", "Frame", "Table",
    "as_markdown", "check", "empty", "height", "in_parts", "read", "scan", "scratch", "slices", "unit_id",
    "whole", "write", "write_batches", "write_metrics",
]  # fmt: skip

os.environ.setdefault("POLARS_ROW_GROUP_PREFETCH_SIZE", "2")  # of a scan; else memory grows with the table's length

Frame = pl.DataFrame | pl.LazyFrame
"""A table, or a scan of it: functions that take one read only the columns they need, and hold what they give back."""

TABLES = {table.name: table for table in (*clean.TABLES, *topics.TABLES, *rhetoric.TABLES, *validation.TABLES)}
"""Every table, by name."""


def check(name: str, frame: pl.DataFrame) -> pl.DataFrame:
    """The frame as the contract has it: columns in order, types exact, sorted by a unique key.

    Raises:
        ValueError: the frame breaks the schema; the message names table, column and what is wrong.
    """
    table = TABLES[name]
    try:
        frame = frame.select(list(table.schema))
    except pl.exceptions.ColumnNotFoundError as error:
        raise ValueError(f"table {name}: no column {error}") from error
    if not _plainly_right(table, frame):
        _judged(table, frame)
    return frame.sort(table.key, maintain_order=True)


def _plainly_right(table: Table, frame: pl.DataFrame) -> bool:
    """Whether types, nulls and key are right: what pandera would find too, in a tenth of its time and its import."""
    if frame.schema != table.schema:
        return False
    filled = frame.select(column for column, spec in table.columns.items() if not spec.nullable)
    missing = filled.with_columns(cs.float().fill_nan(None)).null_count().row(0)
    return not any(missing) and not frame.select(table.key).is_duplicated().any()


def _judged(table: Table, frame: pl.DataFrame) -> None:
    """Has pandera say what is wrong."""
    with without("pandas", "hypothesis"):  # Polars needs neither; pandera asks for them here and when it first checks
        import pandera.polars as pa

        schema = pa.DataFrameSchema(
            {
                column: pa.Column(spec.dtype, nullable=spec.nullable, description=spec.description)
                for column, spec in table.columns.items()
            },
            strict=True,
            unique=list(table.key),
            name=table.name,
        )
        try:
            schema.validate(frame)
        except pa.errors.SchemaError as error:
            raise ValueError(f"table {table.name}: {error}") from error


@contextmanager
def whole(path: Path) -> Iterator[Path]:
    """As `files.whole`, where Polars writes, whose errors are then told as those of the disk."""
    with _told(path), files.whole(path) as temporary:
        yield temporary


@contextmanager
def _told(path: Path) -> Iterator[None]:
    """Says in a sentence that a file cannot be written, whether Python or Polars found it."""
    try:
        yield
    except (OSError, pl.exceptions.ComputeError) as error:
        raise files.unwritable(path, error) from error


def empty(name: str) -> pl.DataFrame:
    """The table without rows."""
    return pl.DataFrame(schema=TABLES[name].schema)


def write(name: str, frame: pl.DataFrame) -> pl.DataFrame:
    """Checks the frame, writes it whole or not at all, and returns it as written."""
    table = TABLES[name]
    frame = check(name, frame)
    with whole(table.path) as temporary:
        frame.write_parquet(temporary, compression=table.compression, statistics=True)
    return frame


def write_batches(name: str, batches: Iterable[pl.DataFrame]) -> pl.LazyFrame:
    """As `write`, for a table that memory need not hold: batch after batch, in the order of the key.

    Args:
        name: the table.
        batches: its rows; each batch is sorted here, and must come after the one before.

    Returns:
        The table as written, to be read in parts.

    Raises:
        ValueError: a batch breaks the schema, or the order.
    """
    table = TABLES[name]

    def checked() -> Iterator[pl.DataFrame]:
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

    with whole(table.path) as temporary:
        _sink(checked(), table.schema, temporary, table.group, table.compression)
    return scan(name)


def scratch(stage: str, batches: Iterable[pl.DataFrame], schema: Mapping[str, pl.DataType]) -> pl.LazyFrame:
    """Rows that memory need not hold, kept in the stage's folder until this process ends.

    What a killed one leaves, `files.prepare` clears up.

    Raises:
        InputError: they cannot be written.
    """
    path = files.temporary_until_exit(project.root() / "data" / stage / "scratch")
    with _told(path):
        _sink(batches, schema, path, GROUP, "lz4")
    return pl.scan_parquet(path)


def _sink(
    batches: Iterable[pl.DataFrame],
    schema: Mapping[str, pl.DataType],
    path: Path,
    group: int,
    compression: Compression,
) -> None:
    """Writes batches to a Parquet file, one after the other."""
    from polars.io.plugins import register_io_source

    broken: list[BaseException] = []

    def source(*_: Any) -> Iterator[pl.DataFrame]:
        try:
            yield from batches
        except BaseException as error:
            broken.append(error)  # Polars would wrap it
            raise

    rows = register_io_source(source, schema=schema)
    try:
        rows.sink_parquet(path, compression=compression, row_group_size=group, maintain_order=True)
    except pl.exceptions.PolarsError as error:
        raise (broken or [error])[0] from None


def scan(name: str) -> pl.LazyFrame:
    """The table as the earlier stage wrote it, to be read in parts.

    Raises:
        InputError: it is not there yet.
    """
    return pl.scan_parquet(_there(name))


def height(frame: Frame) -> int:
    """How many rows it has."""
    return int(frame.lazy().select(pl.len()).collect().item())


def unit_id(paragraph: str | pl.Expr) -> pl.Expr:
    """The `unit_id` of a paragraph in the table `assignments`, from its `doc_id` and its number."""
    number = pl.col(paragraph) if isinstance(paragraph, str) else paragraph
    return pl.format("{}-p{}", "doc_id", number.cast(pl.String).str.zfill(4))


def slices(frame: Frame, rows: int = GROUP) -> Iterator[pl.DataFrame]:
    """Its rows in order, so many at a time."""
    for start in range(0, height(frame), rows):
        yield frame.lazy().slice(start, rows).collect()


def in_parts(*frames: Frame, together: int = 256) -> Iterator[tuple[pl.DataFrame, ...]]:
    """Whole documents of some tables, side by side and in order, so that memory need not hold them all.

    Args:
        *frames: with a column `doc_id`; the documents are those of the first.
        together: documents in a part.
    """
    names = frames[0].lazy().select(pl.col("doc_id").unique().sort()).collect()["doc_id"]
    for start in range(0, len(names), together):
        some = names[start : start + together]
        here = pl.col("doc_id").is_between(pl.lit(some[0]), pl.lit(some[-1]))
        yield tuple(frame.lazy().filter(here).collect() for frame in frames)


def read(name: str) -> pl.DataFrame:
    """The table as the earlier stage wrote it.

    Raises:
        InputError: it is not there yet, or is not readable as Parquet.
    """
    table, path = TABLES[name], _there(name)
    try:
        return pl.read_parquet(path)
    except pl.exceptions.PolarsError as error:
        raise InputError(f"data/{table.stage}/{name}.parquet is not readable: {error}") from error


def _there(name: str) -> Path:
    table = TABLES[name]
    if not table.path.is_file():
        raise InputError(
            f"data/{table.stage}/{name}.parquet is missing: run the stage {table.stage} first (dvc repro {table.stage})"
        )
    return table.path


def write_metrics(stage: str, metrics: dict[str, Any]) -> dict[str, Any]:
    """Writes `data/<stage>/metrics.json`: flat, sorted, floats rounded to four decimals; returns what was written."""
    flat = {key: _rounded(metrics[key]) for key in sorted(metrics)}
    files.write_text(
        project.root() / "data" / stage / "metrics.json", json.dumps(flat, indent=2, ensure_ascii=False) + "\n"
    )
    return flat


_PLAIN = {
    str(pl.String()): "text",
    str(pl.Int64()): "whole number",
    str(pl.Float64()): "number",
    str(pl.Boolean()): "true or false",
    str(pl.Datetime("us")): "date and time",
    str(pl.List(pl.String())): "list of texts",
    str(pl.List(pl.Float64())): "list of numbers",
    str(pl.Array(pl.Float32(), DIMENSIONS)): f"{DIMENSIONS} numbers",
}


def as_markdown() -> str:
    """The tables and their columns as Markdown: the body of the data dictionary."""
    lines = []
    for table in TABLES.values():
        lines += [f"## `data/{table.stage}/{table.name}.parquet`", "", table.description]
        lines += [f"Sorted by {', '.join(f'`{key}`' for key in table.key)}.", ""]
        lines += ["| column | type | null | what it holds |", "|---|---|---|---|"]
        for name, column in table.columns.items():
            kind, null = _PLAIN.get(str(column.dtype), str(column.dtype)), "yes" if column.nullable else "no"
            lines.append(f"| `{name}` | {kind} | {null} | {column.description} |")
        lines.append("")
    return "\n".join(lines).rstrip()


def _rounded(value: Any) -> Any:
    if isinstance(value, float):
        return round(value, 4) if math.isfinite(value) else None
    return value
