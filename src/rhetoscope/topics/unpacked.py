"""The vectors of the table `embeddings` as plain numbers in a file of this run: they are read several times, and a
piece of the table takes ten times as long to unpack as its numbers to read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

import polars as pl

from rhetoscope import files, project, tables

if TYPE_CHECKING:
    import numpy as np


class Unpacked:
    """The file, in the stage's folder until this process ends; what a killed one leaves, `files.prepare` clears up.

    Raises:
        InputError: it cannot be written; so does `beside`.
    """

    def __init__(self) -> None:
        self._shown = project.root() / "data" / "topics" / "vectors"
        self._path = files.temporary_until_exit(self._shown)

    def beside(self, frames: Iterable[pl.DataFrame]) -> Iterator[pl.DataFrame]:
        """The rows of the table, in its order, as they are given; their vectors are written on the way."""
        try:
            with self._path.open("wb") as file:
                for frame in frames:
                    file.write(_numbers(frame["vector"]).tobytes())
                    yield frame
        except OSError as error:
            raise files.unwritable(self._shown, error) from error

    def rows(self, start: int, count: int) -> np.ndarray:
        """So many vectors from a row of the table on, fewer at its end: shape (rows, 384), float32."""
        import numpy as np

        size = tables.DIMENSIONS
        numbers = np.fromfile(self._path, np.float32, count * size, offset=start * size * np.float32().nbytes)
        return numbers.reshape(-1, size)


def _numbers(vectors: pl.Series) -> np.ndarray:
    import numpy as np

    return np.asarray(vectors.to_numpy(), dtype=np.float32)
