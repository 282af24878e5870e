"""The vectors of the documents: kept in a table between runs, read in pieces, bent towards given subjects.

The table `embeddings` holds one vector for each distinct text, so a run computes only those of new texts. During a run
the same vectors are also kept in a plain array file, which is ten times as fast to read. Memory holds the vectors of
the sample, which are clustered together, and one piece of the others at a time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import polars as pl

from rhetoscope import InputError, cache, project, tables
from rhetoscope.project import Progress
from rhetoscope.tables import Frame
from rhetoscope.topics.embedding import DEFAULT, compute_vectors, count_long_texts, hash_text
from rhetoscope.topics.units import read_documents, read_texts

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
        path: NumPy file with the vectors of all documents, in their order, then those of the subjects.
        subjects: vectors of the subjects, shape (subjects, 384).
        middle: mean vector of the sample before it was bent.
    """

    sample: np.ndarray
    computed: int
    reused: int
    embedding: str
    path: Path
    subjects: np.ndarray
    middle: np.ndarray

    def read(self, rows: np.ndarray) -> Iterator[tuple[np.ndarray, np.ndarray]]:
        """The vectors of some documents in pieces: row numbers, shape (m,), and vectors, shape (m, 384)."""
        for start in range(0, len(rows), PIECE):
            some = rows[start : start + PIECE]
            # mapped again for each piece, so that pieces read before no longer count as memory
            yield some, np.lib.format.open_memmap(self.path, mode="r")[some]

    def read_rest(self) -> Iterator[tuple[np.ndarray, np.ndarray]]:
        """The vectors of the documents beyond the sample in pieces as for `read`, bent towards the subjects."""
        count = len(np.lib.format.open_memmap(self.path, mode="r")) - len(self.subjects)
        for rows, vectors in self.read(np.arange(len(self.sample), count)):
            yield rows, bend_towards(vectors, self.subjects, self.middle)


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
    count, subjects = len(documents), parse_seed_words(seed_words)
    placed = _hash_texts(units, documents, subjects, embedding)
    is_there = tables.TABLES["embeddings"].path.is_file()
    known = tables.scan("embeddings") if is_there else tables.make_empty("embeddings").lazy()
    hashes = known.select("text_hash").collect()["text_hash"]
    wanted = placed.unique("text_hash", keep="first", maintain_order=True)
    wanted = wanted.with_columns(known=pl.col("text_hash").is_in(hashes.implode()))

    def read_missing(some: pl.DataFrame) -> pl.DataFrame:
        """The texts among some rows of `wanted` that have no vector yet."""
        missing = some.filter(~pl.col("known"))
        texts = iter(read_texts(units, documents[missing["place"].filter(missing["place"] < count)]))
        both = [next(texts) if place < count else subjects[place - count] for place in missing["place"]]
        return missing.select("text_hash", text=pl.Series(both, dtype=pl.String))

    tables.write_batches("embeddings", _fill_table(wanted, known, read_missing, embedding))
    path = _copy_to_array(placed)
    array = np.lib.format.open_memmap(path, mode="r")
    first, targets = np.array(array[: min(sample, count)]), np.array(array[count:])
    middle = first.mean(axis=0, dtype=np.float64) if len(first) else np.zeros(tables.DIMENSIONS)
    reused = int(wanted["known"].sum())
    sampled = bend_towards(first, targets, middle)
    return Vectors(sampled, wanted.height - reused, reused, embedding, path, targets, middle)


def count_truncated(units: Frame, documents: pl.DataFrame, embedding: str = DEFAULT) -> int:
    """How many documents the model reads only in part, being longer than `MAX_TOKENS`."""
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
    if not len(subjects) or not len(vectors):
        return vectors
    targets = np.vstack([subjects.astype(np.float64), middle / max(float(np.linalg.norm(middle)), 1e-12)])
    nearest = np.round(vectors @ targets.T, 6).argmax(axis=1)
    bent = vectors.astype(np.float64)
    near = nearest < len(subjects)
    bent[near] = (1 - SUBJECT_WEIGHT) * bent[near] + SUBJECT_WEIGHT * targets[nearest[near]]
    return np.asarray(bent / np.linalg.norm(bent, axis=1, keepdims=True), dtype=vectors.dtype)


def _hash_texts(units: Frame, documents: pl.DataFrame, subjects: list[str], embedding: str) -> pl.DataFrame:
    """The `text_hash` of each text, sorted, and its `place`: the documents in their order, then the subjects."""
    # hashes, not texts: with every text of a corpus this is the largest frame of the stage
    hashed = pl.DataFrame(schema={"document": pl.UInt64, "text_hash": pl.String})
    for part in read_documents(units, documents):
        hashes = pl.Series("text_hash", [hash_text(text, embedding) for text in part["text"]], dtype=pl.String)
        hashed = hashed.extend(part.select("document", hashes))
    of_subjects = pl.Series("text_hash", [hash_text(text, embedding) for text in subjects], dtype=pl.String)
    every = hashed.sort("document")["text_hash"].append(of_subjects)
    return every.to_frame().with_row_index("place").sort("text_hash", "place")


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
    keep = cache.open("topics") if missing > PIECE else None
    for several in wanted.iter_slices(8 * PIECE):  # to read their texts takes one pass through the units
        texts = read_missing(several)
        for piece in several.iter_slices(PIECE):
            hashes = piece["text_hash"]
            there = known.filter(pl.col("text_hash").is_between(pl.lit(hashes[0]), pl.lit(hashes[-1]))).collect()
            new = texts.join(piece, on="text_hash", how="semi", maintain_order="left")
            key = cache.hash_parts(*new["text_hash"])
            computed = next((frame for _, frame in keep.iterate([key], "vectors")), None) if keep else None
            if computed is None:
                vectors = compute_vectors(new["text"].to_list(), embedding, progress)
                computed = new.select("text_hash").with_columns(vector=pl.Series(vectors, dtype=there.schema["vector"]))
                if keep:
                    keep.put({key: {"vectors": computed}})
            else:
                progress.add(new.height)
            yield pl.concat([there.join(piece, on="text_hash", how="semi"), computed]).sort("text_hash")


def _copy_to_array(placed: pl.DataFrame) -> Path:
    """A NumPy file with the table's vectors, each at its `place`; it goes when this process ends."""
    shown = project.find_root() / "data" / "topics" / "vectors.npy"
    path = project.make_scratch_file(shown)
    header = {"descr": "<f4", "fortran_order": False, "shape": (placed.height, tables.DIMENSIONS)}
    try:
        with path.open("wb") as file:  # filled first: if the disk were full later, mapped memory would end the process
            np.lib.format.write_array_header_1_0(file, header)
            for start in range(0, placed.height, PIECE):
                file.write(bytes(4 * tables.DIMENSIONS * min(PIECE, placed.height - start)))
    except OSError as error:
        raise project.explain_unwritable(shown, error) from error
    for piece in tables.iterate_rows(tables.scan("embeddings"), PIECE):
        here = placed.join(piece, on="text_hash")
        np.lib.format.open_memmap(path, mode="r+")[here["place"].to_numpy()] = here["vector"].to_numpy()
    return path
