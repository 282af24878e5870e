"""The vectors of the documents: kept in a table between runs, read in pieces, bent towards given subjects.

The table `embeddings` holds one vector for each distinct text, so that a run computes only those of new texts. During a
run the same vectors also stand in a plain array file, which is ten times as fast to read. Memory holds those of the
sample, which are clustered together, and of the others a piece at a time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl

from rhetoscope import InputError, files, project, store, tables
from rhetoscope.progress import Progress
from rhetoscope.tables import Frame
from rhetoscope.topics.embedding import DEFAULT, compute_vectors, count_long_texts, hash_text
from rhetoscope.topics.units import read_documents, read_texts

if TYPE_CHECKING:
    import numpy as np

PIECE = tables.TABLES["embeddings"].group
"""Texts whose vectors are held at a time; a killed run loses at most so many."""

SUBJECT_WEIGHT = 0.25
"""Share of the subject in a document's bent vector, as in BERTopic's guided topic modelling."""


@dataclass(frozen=True)
class Vectors:
    """The vectors of the documents and where they are read from.

    Attributes:
        sample: of the first documents, bent towards the subjects: float32, shape (n, 384); these are clustered.
        computed: distinct texts whose vector was computed now.
        reused: distinct texts whose vector was known.
        embedding: the parameter they were made with.
        rows: each `document`, in order, and its `row` in the table.
        path: array file with the vectors in the order of the table.
        subjects: vectors of the subjects, shape (subjects, 384).
        middle: mean vector of the sample before it was bent.
    """

    sample: np.ndarray
    computed: int
    reused: int
    embedding: str
    rows: pl.DataFrame
    path: Path
    subjects: np.ndarray
    middle: np.ndarray

    def read(self, documents: pl.Series) -> Iterator[tuple[np.ndarray, np.ndarray]]:
        """The vectors of some documents in pieces: places in `documents`, shape (m,), and vectors, shape (m, 384).

        Raises:
            KeyError: a document was not embedded.
        """
        found = (
            documents.cast(pl.UInt64)
            .to_frame("document")
            .join(self.rows, on="document", how="left", maintain_order="left")["row"]
        )
        if found.null_count():
            raise KeyError("a text was asked for that was not embedded")
        yield from _read_pieces(self.path, found.to_numpy())

    def read_rest(self) -> Iterator[tuple[np.ndarray, np.ndarray]]:
        """The vectors of the documents beyond the sample in pieces, bent: row numbers and vectors, as for `read`."""
        count = len(self.sample)
        for places, vectors in self.read(self.rows["document"][count:]):
            yield places + count, bend_towards(vectors, self.subjects, self.middle)


def embed_texts(
    units: Frame,
    documents: pl.DataFrame,
    seed_words: Sequence[str] = (),
    embedding: str = DEFAULT,
    sample: int = 20_000,
) -> Vectors:
    """Write the table `embeddings`, computing only the vectors of new texts.

    Rows of texts that are no longer there are left out, so the table's bytes do not depend on earlier runs. Documents
    come in the order of their content's hash, so the first `sample` are a random sample that depends on texts alone.

    Args:
        units: as `read_units` gives them.
        documents: as `list_documents` gives them of these units.
        seed_words: subjects to bend vectors towards, as for `parse_seed_words`.
        embedding: as for `compute_vectors`.
        sample: most documents that are clustered.

    Raises:
        InputError: as for `parse_seed_words` and `compute_vectors`.
    """
    subjects = pl.DataFrame({"text": parse_seed_words(seed_words)}, schema={"text": pl.String})
    subjects = _add_hashes(subjects, embedding)
    # neither texts nor unit_ids: with every text of a corpus this is the largest frame of the stage
    schema = {"document": pl.UInt64, "text_hash": pl.String}
    parts = (_add_hashes(part, embedding).select(list(schema)) for part in read_documents(units, documents))
    every = pl.concat([pl.DataFrame(schema=schema), *parts, subjects.select("text_hash")], how="diagonal")
    every = every.sort("text_hash").with_columns(row=pl.col("text_hash").rle_id().cast(pl.Int64))
    rows = documents.select("document").join(
        every.select("document", "row"), on="document", how="left", maintain_order="left"
    )
    wanted = every.unique("row", keep="first", maintain_order=True)
    of_subjects = subjects.join(wanted, on="text_hash", how="left", maintain_order="left")["row"]
    is_there = tables.TABLES["embeddings"].path.is_file()
    known = tables.scan("embeddings") if is_there else tables.empty("embeddings").lazy()
    hashes = known.select("text_hash").collect()["text_hash"]
    wanted = wanted.with_columns(known=pl.col("text_hash").is_in(hashes.implode()))

    def read_missing(some: pl.DataFrame) -> pl.DataFrame:
        """The texts among some rows of `wanted` that have no vector yet."""
        missing = some.filter(~pl.col("known")).join(documents, on="document", how="left", maintain_order="left")
        missing = missing.with_columns(text=read_texts(units, missing)).join(subjects, on="text_hash", how="left")
        return missing.select("text_hash", pl.coalesce("text", "text_right").alias("text"))

    tables.write_batches("embeddings", _fill_table(wanted, known, read_missing, embedding))
    path = _copy_to_array(wanted.height)
    first = _read_rows(path, rows["row"].head(sample).to_numpy())
    middle = first.mean(axis=0, dtype="float64") if len(first) else first.sum(axis=0, dtype="float64")
    targets = _read_rows(path, of_subjects.to_numpy())
    reused = int(wanted["known"].sum())
    sampled = bend_towards(first, targets, middle)
    return Vectors(sampled, wanted.height - reused, reused, embedding, rows, path, targets, middle)


def count_truncated(units: Frame, documents: pl.DataFrame, embedding: str = DEFAULT) -> int:
    """How many documents are longer than `MAX_TOKENS`, so that their vectors know only their beginning."""
    return sum(count_long_texts(part["text"], embedding) for part in read_documents(units, documents))


def parse_seed_words(seed_words: Sequence[str]) -> list[str]:
    """The subjects as texts to embed, each a text of words: "ceasefire, truce" becomes "ceasefire truce".

    Raises:
        InputError: one is not a text, or holds no word.
    """
    for words in seed_words:
        if not isinstance(words, str) or not words.replace(",", " ").strip():
            raise InputError(f'topics.seed_words must be texts such as "ceasefire, truce", found {words!r}')
    return [" ".join(words.replace(",", " ").split()) for words in seed_words]


def bend_towards(vectors: np.ndarray, subjects: np.ndarray, middle: np.ndarray) -> np.ndarray:
    """The vectors; those nearer to a subject than to the mean document are bent towards it by `SUBJECT_WEIGHT`.

    This draws documents on one subject together, but makes no topic where the corpus has none (Grootendorst 2022,
    guided topic modelling).

    Args:
        vectors: shape (n, dimensions), rows of length 1.
        subjects: shape (subjects, dimensions); with none the vectors come back as they are.
        middle: the mean document, shape (dimensions,).
    """
    import numpy as np

    if not len(subjects) or not len(vectors):
        return vectors
    targets = np.vstack([subjects.astype(np.float64), middle / max(float(np.linalg.norm(middle)), 1e-12)])
    nearest = np.round(vectors @ targets.T, 6).argmax(axis=1)
    bent = vectors.astype(np.float64)
    near = nearest < len(subjects)
    bent[near] = (1 - SUBJECT_WEIGHT) * bent[near] + SUBJECT_WEIGHT * targets[nearest[near]]
    return np.asarray(bent / np.linalg.norm(bent, axis=1, keepdims=True), dtype=vectors.dtype)


def _add_hashes(frame: pl.DataFrame, embedding: str) -> pl.DataFrame:
    """The frame with the `text_hash` of its texts."""
    hashes = [hash_text(text, embedding) for text in frame["text"]]
    return frame.with_columns(text_hash=pl.Series(hashes, dtype=pl.String))


def _fill_table(
    wanted: pl.DataFrame,
    known: pl.LazyFrame,
    read_missing: Callable[[pl.DataFrame], pl.DataFrame],
    embedding: str,
) -> Iterator[pl.DataFrame]:
    """The rows of the table `embeddings` in pieces: known vectors and those computed now.

    Where there are many new texts, each piece goes to the cache, from which a run goes on after it was killed.
    """
    missing = wanted.height - int(wanted["known"].sum())
    progress = Progress("embedding texts", missing)
    keep = store.of("topics") if missing > PIECE else None
    for several in wanted.iter_slices(8 * PIECE):  # to read their texts takes one pass through the units
        texts = read_missing(several)
        for piece in several.iter_slices(PIECE):
            hashes = piece["text_hash"]
            there = known.filter(pl.col("text_hash").is_between(pl.lit(hashes[0]), pl.lit(hashes[-1]))).collect()
            new = texts.join(piece, on="text_hash", how="semi", maintain_order="left")
            key = store.key(*new["text_hash"])
            computed = next((frame for _, frame in keep.each([key], "vectors")), None) if keep else None
            if computed is None:
                vectors = compute_vectors(new["text"].to_list(), embedding, progress)
                computed = new.select("text_hash").with_columns(vector=pl.Series(vectors, dtype=there.schema["vector"]))
                if keep:
                    keep.put({key: {"vectors": computed}})
            else:
                progress.add(new.height)
            yield pl.concat([there.join(piece, on="text_hash", how="semi"), computed]).sort("text_hash")


def _copy_to_array(count: int) -> Path:
    """A copy of the table's vectors in a NumPy file in the stage's folder, which goes when this process ends.

    It is written from start to end, so that a full disk raises an error; in mapped memory it would kill the process.
    """
    import numpy as np

    shown = project.root() / "data" / "topics" / "vectors.npy"
    path = files.temporary_until_exit(shown)
    header = {"descr": "<f4", "fortran_order": False, "shape": (count, tables.DIMENSIONS)}
    try:
        with path.open("wb") as file:
            np.lib.format.write_array_header_1_0(file, header)
            for piece in tables.slices(tables.scan("embeddings").select("vector"), PIECE):
                file.write(np.ascontiguousarray(piece["vector"].to_numpy(), dtype="<f4").tobytes())
    except OSError as error:
        raise files.unwritable(shown, error) from error
    return path


def _read_pieces(path: Path, rows: np.ndarray) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Places in `rows` and the vectors in these rows of the array file, in the order of the file."""
    import numpy as np

    order = np.argsort(rows, kind="stable")
    for start in range(0, int(rows.max(initial=-1)) + 1, PIECE):
        first, end = np.searchsorted(rows[order], (start, start + PIECE))
        if first < end:
            places = order[first:end]
            # mapped anew for each piece: what was read before no longer counts as memory
            yield places, np.lib.format.open_memmap(path, mode="r")[rows[places]]


def _read_rows(path: Path, rows: np.ndarray) -> np.ndarray:
    """The vectors in some rows of the array file, in the order of `rows`."""
    import numpy as np

    vectors = np.empty((len(rows), tables.DIMENSIONS), dtype=np.float32)
    for places, piece in _read_pieces(path, rows):
        vectors[places] = piece
    return vectors
