"""The vectors of the documents in their table. Memory need not hold them all: it is written and read in pieces."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor
from contextlib import nullcontext
from dataclasses import dataclass
from itertools import repeat
from typing import TYPE_CHECKING

import polars as pl

from rhetoscope import embed, store, tables, work
from rhetoscope.progress import Progress
from rhetoscope.tables import Frame
from rhetoscope.topics.units import spelt, texts
from rhetoscope.topics.unpacked import Unpacked

if TYPE_CHECKING:
    import numpy as np

_PIECE = tables.TABLES["embeddings"].group
"""Texts whose vectors are held at a time when the table is written or read."""

_FETCHED = 8 * _PIECE
"""Texts that are held at a time to compute vectors."""

_SIGNS = 2
"""Signs of their hashes by which texts are grouped to be counted: 256 groups."""

_GROUPS = 32
"""Groups whose texts are held at a time: an eighth of all."""

_TASK = 512
"""Texts a process of its own computes between two signs of progress."""


@dataclass(frozen=True)
class Stored:
    """Vectors in the table `embeddings`, read in pieces: memory need not hold them all.

    Attributes:
        computed: distinct texts whose vector was computed now.
        reused: distinct texts whose vector was known.
        rows: `row` in the table of each `document`.
        further: rows of the texts that are no documents.
        unpacked: the vectors in the order of the table.
        embedding: the parameter they were made with.
    """

    computed: int
    reused: int
    rows: pl.DataFrame
    further: pl.Series
    unpacked: Unpacked
    embedding: str = embed.DEFAULT

    def pieces(self, documents: pl.Series) -> Iterator[tuple[np.ndarray, np.ndarray]]:
        """The vectors of `documents`: their rows in it, shape (m,), and vectors, shape (m, 384).

        In the order of the table, at most `_PIECE` at a time.

        Raises:
            KeyError: one was not embedded.
        """
        wanted = documents.cast(pl.UInt64).to_frame("document")
        found = wanted.join(self.rows, on="document", how="left", maintain_order="left")["row"]
        if found.null_count():
            raise KeyError("a text was asked for that was not embedded")
        yield from _read(found, self.unpacked)

    def matrix(self, documents: pl.Series) -> np.ndarray:
        """The vectors of `documents` in their order: float32, shape (n, 384), rows of length 1; errors as `pieces`."""
        return _filled(len(documents), self.pieces(documents))

    def subjects(self) -> np.ndarray:
        """The vectors of the texts that are no documents, as `matrix` gives those of documents."""
        return _filled(len(self.further), _read(self.further, self.unpacked))


def stored(
    units: Frame, documents: pl.DataFrame, further: Sequence[str] = (), embedding: str = embed.DEFAULT
) -> Stored:
    """Writes the table `embeddings`: one vector for each distinct text; only texts not in it are computed.

    Rows of texts no longer asked for are left out, so that its bytes are those of a run without an earlier table.
    A run that is killed loses at most `_PIECE` vectors: the next finds the others in the store.

    Args:
        units: hold the texts of the documents.
        documents: as `units.documents` gives them.
        further: texts that are no documents.
        embedding: as for `embed`.

    Raises:
        InputError: as for `embed`.
    """
    table = tables.TABLES["embeddings"]
    besides = _hashed(pl.DataFrame({"text": further}, schema={"text": pl.String}), embedding)
    # no texts and no names of units: with every text of a corpus this is the largest frame of the stage
    schema = {"document": pl.UInt64, "text_hash": pl.String}
    hashed = (_hashed(part, embedding).select(list(schema)) for part in spelt(units, documents))
    wanted = pl.concat([pl.DataFrame(schema=schema), *hashed, besides.drop("text")], how="diagonal")
    wanted = wanted.sort("text_hash").with_columns(row=pl.col("text_hash").rle_id())
    rows = wanted.drop_nulls("document").select("document", "row")
    places = besides.join(wanted.unique("row"), on="text_hash", how="left", maintain_order="left")["row"]
    wanted = wanted.drop("row").unique("text_hash", keep="first", maintain_order=True)
    known = tables.scan("embeddings") if table.path.is_file() else tables.empty("embeddings").lazy()
    wanted = wanted.with_columns(_held(wanted["text_hash"], known))
    reused, unpacked = int(wanted["held"].sum()), Unpacked()
    if reused < wanted.height or reused < tables.height(known) or not table.path.is_file():

        def told(some: pl.DataFrame) -> pl.DataFrame:
            """Some rows of `wanted` with their texts."""
            named = some.join(documents.select("document", "unit_id"), on="document", how="left", maintain_order="left")
            given = some.join(besides.unique("text_hash"), on="text_hash", how="left", maintain_order="left")["text"]
            return named.with_columns(text=texts(units, named)).with_columns(text=pl.coalesce("text", given))

        tables.write_batches("embeddings", unpacked.beside(_written(wanted, told, known, embedding)))
    else:
        for _ in unpacked.beside(tables.slices(known, _PIECE)):
            pass
    return Stored(wanted.height - reused, reused, rows, places, unpacked, embedding)


def truncated(units: Frame, documents: pl.DataFrame, embedded: Stored) -> int:
    """How many documents the model reads only the beginning of, as `embed.truncated` counts texts.

    To know it each text is split into tokens once more, so the counts are kept: texts are counted in groups by the
    first signs of their hashes, and a group that holds the same texts again is not.

    Args:
        units: hold the texts of the documents.
        documents: as `units.documents` gives them of these units.
        embedded: their vectors.
    """
    if embedded.embedding == embed.STATIC or documents.is_empty():
        return 0
    hashes = tables.scan("embeddings").select("text_hash").collect()["text_hash"]
    placed = documents.select("document", "unit_id").join(embedded.rows, on="document", how="left").sort("row")
    named = placed.select("unit_id", text_hash=hashes.gather(placed["row"]))
    groups = named.with_columns(group=pl.col("text_hash").str.head(_SIGNS)).partition_by("group", maintain_order=True)
    keys = {store.key("truncated", str(embed.MAX_TOKENS), "".join(group["text_hash"])): group for group in groups}
    keep = store.of("topics")
    known = {key: frame["count"][0] for key, frame in keep.each(keys, "truncated")}
    new = [key for key in keys if key not in known]
    for start in range(0, len(new), _GROUPS):
        some = new[start : start + _GROUPS]
        read = pl.concat([keys[key] for key in some])
        told = read.with_columns(text=texts(units, read))
        counts = {key: embed.truncated(told.filter(group=keys[key]["group"][0])["text"]) for key in some}
        keep.put({key: {"truncated": pl.DataFrame({"count": [count]})} for key, count in counts.items()})
        known |= counts
    return sum(known.values())


def _held(keys: pl.Series, known: pl.LazyFrame) -> pl.Series:
    """Which of the keys, sorted, a table of vectors has."""
    import numpy as np

    held = np.zeros(len(keys), dtype=bool)
    for part in tables.slices(known.select("text_hash")):
        there = part["text_hash"]
        first, last = keys.search_sorted(there[0], "left"), keys.search_sorted(there[-1], "right")
        held[first:last] = keys[first:last].is_in(there.implode())
    return pl.Series("held", held)


def _written(
    wanted: pl.DataFrame, told: Callable[[pl.DataFrame], pl.DataFrame], known: pl.LazyFrame, embedding: str
) -> Iterator[pl.DataFrame]:
    """The table `embeddings` in pieces, of what is known and what is computed now; `told` gives texts."""
    missing = wanted.height - int(wanted["held"].sum())
    progress = Progress("embedding texts", missing)
    many = missing > _PIECE  # fewer are soon computed again
    keep = store.of("topics") if many else None
    with work.apart() if many else nullcontext() as process:
        for fetched in wanted.iter_slices(_FETCHED):
            lacking = told(fetched.filter(~pl.col("held")))
            for piece in fetched.iter_slices(_PIECE):
                keys, new = piece["text_hash"], lacking.join(piece, on="text_hash", how="semi")
                here = known.filter(pl.col("text_hash").is_between(pl.lit(keys[0]), pl.lit(keys[-1]))).collect()
                place = store.key(*new["text_hash"])
                computed = next((frame for _, frame in keep.each([place], "vectors")), None) if keep else None
                if computed is None:
                    computed = _computed(new["text"], embedding, progress, process)
                    if keep:
                        keep.put({place: {"vectors": computed}})
                elif new.height:
                    progress.add(new.height)
                yield pl.concat([here.join(piece, on="text_hash", how="semi"), computed]).sort("text_hash")


def _computed(new: pl.Series, embedding: str, progress: Progress, process: Executor | None) -> pl.DataFrame:
    """The rows of distinct texts, computed here or in another process."""
    if process is None or new.is_empty():
        return embed.embed(new.to_list(), None, embedding, progress).frame
    ordered = sorted(new, key=len)  # a batch holds texts of one length
    tasks = [ordered[start : start + _TASK] for start in range(0, len(ordered), _TASK)]
    untold, found = Progress("embedding texts", len(new), shown=False), []
    for made in process.map(embed.embed, tasks, repeat(None), repeat(embedding), repeat(untold)):
        found.append(made.frame)
        progress.add(made.computed)
    return pl.concat(found).sort("text_hash")


def _read(rows: pl.Series, unpacked: Unpacked) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """The vectors in rows of the table, in its order, at most `_PIECE` at a time: places in `rows`, and vectors."""
    import numpy as np

    wanted = rows.alias("row").to_frame().with_row_index("place").sort("row")
    for some in wanted.iter_slices(_PIECE):
        places, numbers = (some[name].to_numpy() for name in ("place", "row"))
        found = np.empty((len(numbers), tables.DIMENSIONS), dtype=np.float32)
        for first in range(int(numbers[0]), int(numbers[-1]) + 1, _PIECE):
            here = slice(*np.searchsorted(numbers, (first, first + _PIECE)))
            if here.start < here.stop:
                found[here] = unpacked.rows(first, _PIECE)[numbers[here] - first]
        yield places, found


def _filled(count: int, pieces: Iterator[tuple[np.ndarray, np.ndarray]]) -> np.ndarray:
    """So many vectors from pieces, each in its row."""
    import numpy as np

    vectors, filled = np.empty((count, tables.DIMENSIONS), dtype=np.float32), 0
    for rows, piece in pieces:
        vectors[rows] = piece
        filled += len(rows)
    if filled < count:
        raise KeyError("a text was asked for that was not embedded")
    return vectors


def _hashed(told: pl.DataFrame, embedding: str) -> pl.DataFrame:
    """Texts with their `text_hash`."""
    hashes = told["text"].map_elements(lambda text: embed.text_hash(text, embedding), return_dtype=pl.String)
    return told.with_columns(text_hash=hashes.cast(pl.String))
