"""What a table and a column are."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import polars as pl

from rhetoscope import project

DIMENSIONS = 384
"""Length of a MiniLM sentence vector."""

GROUP = 20_000
"""Rows that are held to write or read a table in parts."""

Compression = Literal["zstd", "lz4", "uncompressed"]
STRING, INT, FLOAT, BOOL = pl.String(), pl.Int64(), pl.Float64(), pl.Boolean()
TIME = pl.Datetime("us")


@dataclass(frozen=True)
class Column:
    """One column: its type, what it holds, and whether it may be null."""

    dtype: pl.DataType
    description: str
    nullable: bool = False


def optional(dtype: pl.DataType, description: str) -> Column:
    """A column that may be null."""
    return Column(dtype, description, nullable=True)


@dataclass(frozen=True)
class Table:
    """One Parquet file under `data/`, sorted by its unique key."""

    stage: str
    name: str
    description: str
    key: tuple[str, ...]
    columns: dict[str, Column]
    group: int = GROUP
    """Rows of a Parquet row group."""
    compression: Compression = "zstd"

    @property
    def path(self) -> Path:
        """Where the table lies in the current project."""
        return project.root() / "data" / self.stage / f"{self.name}.parquet"

    @property
    def schema(self) -> dict[str, pl.DataType]:
        """Column names and Polars types, in order."""
        return {name: column.dtype for name, column in self.columns.items()}


DOC = Column(STRING, "the article: first 16 hex digits of the SHA-256 of the raw page's text, HTML flattened to lines")
SENTENCE = Column(STRING, "the sentence, as in `sentences`")
