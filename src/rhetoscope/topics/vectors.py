"""The vectors of the documents: stored between runs, read in parts, and moved towards subjects that the analyst gives.

The table `embeddings` has one vector for each distinct text, so a run computes only the vectors of new texts. Only the
vectors of the sample, which is clustered, are in memory at once; the others are read in parts.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
import polars as pl

from rhetoscope import InputError, cache, tables
from rhetoscope.project import Progress
from rhetoscope.tables import Frame
from rhetoscope.topics.clustering import scale_to_unit
from rhetoscope.topics.embedding import DEFAULT, compute_vectors, count_long_texts, hash_texts
from rhetoscope.topics.units import read_documents, read_texts

PIECE = tables.TABLES["embeddings"].group
"""Texts whose vectors are in memory at a time; a killed run loses at most this many."""

SUBJECT_WEIGHT = 0.25
"""Share of the subject in a document's moved vector, as in BERTopic's guided topic modelling."""


@dataclass(frozen=True)
class Vectors:
    """The vectors of the sample, and where to read those of the other documents.

    Attributes:
        sample: vectors of the first documents, moved towards the subjects: float32, shape (n, 384); they are clustered.
        computed: number of distinct texts whose vector is new.
        reused: number of distinct texts whose vector was in the table.
        embedding: the parameter `embedding` of this run.
        rows: the row of each document in the table `embeddings`.
        subjects: vectors of the subjects, shape (subjects, 384).
        middle: mean vector of the sample before it was moved.
    """

    sample: np.ndarray
    computed: int
    reused: int
    embedding: str
    rows: np.ndarray
    subjects: np.ndarray
    middle: np.ndarray

    def read(self, documents: np.ndarray) -> Iterator[tuple[np.ndarray, np.ndarray]]:
        """Yield the vectors of these documents in parts, in the table's order: their numbers and their vectors."""
        for start in range(0, len(self.rows), PIECE):
            rows = self.rows[documents] - start
            here = (rows >= 0) & (rows < PIECE)
            if here.any():
                piece = tables.scan("embeddings").slice(start, PIECE).collect()["vector"].to_numpy()
                yield documents[here], piece[rows[here]]

    def read_rest(self) -> Iterator[tuple[np.ndarray, np.ndarray]]:
        """Yield the vectors of the documents outside the sample as `read` does, moved towards the subjects."""
        for numbers, vectors in self.read(np.arange(len(self.sample), len(self.rows))):
            yield numbers, bend_towards(vectors, self.subjects, self.middle)


def embed_texts(
    units: Frame,
    documents: pl.DataFrame,
    seed_words: Sequence[str] = (),
    embedding: str = DEFAULT,
    sample: int = 20_000,
) -> Vectors:
    """Write the table `embeddings`, computing only the vectors of new texts; return the vectors.

    Rows of texts that are no longer in the corpus are left out, so the table's bytes do not depend on earlier runs.
    Documents are in the order of their hash, so the first `sample` are a random sample that depends only on the texts.

    Args:
        units: as from `read_units`.
        documents: as from `list_documents` for these units.
        seed_words: subjects to move vectors towards, as for `parse_seed_words`.
        embedding: as for `compute_vectors`.
        sample: maximum of documents to cluster.

    Raises:
        InputError: as for `parse_seed_words` and `compute_vectors`.
    """
    subjects = compute_vectors(parse_seed_words(seed_words), embedding)
    path = tables.TABLES["embeddings"].path
    known = pl.scan_parquet(path) if path.is_file() else tables.make_empty("embeddings").lazy()
    hashes = known.select("text_hash").collect()["text_hash"]
    wanted = _hash_texts(units, documents, embedding)
    wanted = wanted.with_columns(known=pl.col("text_hash").is_in(hashes.implode()))
    tables.write_batches("embeddings", _fill_table(units, documents, wanted, known, embedding))
    reused = int(wanted["known"].sum())
    first = np.empty((min(sample, wanted.height), tables.DIMENSIONS), dtype=np.float32)
    rows = wanted["number"].arg_sort().to_numpy()
    middle = np.zeros(tables.DIMENSIONS)
    made = Vectors(first, wanted.height - reused, reused, embedding, rows, subjects, middle)
    for numbers, vectors in made.read(np.arange(len(first))):
        first[numbers] = vectors
    if len(first):
        middle = first.mean(axis=0, dtype=np.float64)
    return replace(made, sample=bend_towards(first, subjects, middle), middle=middle)


def count_truncated(units: Frame, documents: pl.DataFrame, embedding: str = DEFAULT) -> int:
    """Count the documents that are longer than `MAX_TOKENS`, so that the model reads only a part."""
    return sum(count_long_texts(part["text"], embedding) for part in read_documents(units, documents))


def parse_seed_words(seed_words: Sequence[str]) -> list[str]:
    """Turn each subject, words with commas, into a text to embed: "ceasefire, truce" becomes "ceasefire truce".

    Raises:
        InputError: a subject is not a text, or has no word.
    """
    for words in seed_words:
        if not isinstance(words, str) or not words.replace(",", " ").strip():
            raise InputError(f'topics.seed_words must be texts such as "ceasefire, truce", found {words!r}')
    return [" ".join(words.replace(",", " ").split()) for words in seed_words]


def bend_towards(vectors: np.ndarray, subjects: np.ndarray, middle: np.ndarray) -> np.ndarray:
    """Move the vectors that are nearer to a subject than to the mean document towards it, by `SUBJECT_WEIGHT`.

    This brings documents about one subject together, but makes no topic that the corpus does not have (Grootendorst
    2022, guided topic modelling).

    Args:
        vectors: shape (n, dimensions), rows of length 1.
        subjects: shape (subjects, dimensions); without subjects the vectors do not change.
        middle: the mean document, shape (dimensions,).
    """
    if not len(subjects) or not len(vectors):
        return vectors
    targets = scale_to_unit(np.vstack([subjects, middle]), 0)
    nearest = np.round(vectors @ targets.T, 6).argmax(axis=1)
    bent = vectors.astype(np.float64)
    near = nearest < len(subjects)
    bent[near] = (1 - SUBJECT_WEIGHT) * bent[near] + SUBJECT_WEIGHT * targets[nearest[near]]
    return scale_to_unit(bent, 0).astype(vectors.dtype)


def _hash_texts(units: Frame, documents: pl.DataFrame, embedding: str) -> pl.DataFrame:
    """Return the `text_hash` of each document, sorted, and the document's `number`."""
    # hashes, not texts: a frame with all texts of a corpus would be the largest of the stage
    parts = (part.select("document", hash_texts(embedding)) for part in read_documents(units, documents))
    hashed = pl.concat([pl.DataFrame(schema={"document": pl.UInt64, "text_hash": pl.String}), *parts])
    return hashed.sort("document").select("text_hash").with_row_index("number").sort("text_hash")


def _fill_table(
    units: Frame, documents: pl.DataFrame, wanted: pl.DataFrame, known: pl.LazyFrame, embedding: str
) -> Iterator[pl.DataFrame]:
    """Yield the rows of the table `embeddings` in parts: known vectors and new ones."""
    progress = Progress("embedding texts", int((~wanted["known"]).sum()))
    for several in wanted.iter_slices(8 * PIECE):  # reading their texts takes one pass through the units
        missing = several.filter(~pl.col("known"))
        texts = missing.select("text_hash", read_texts(units, documents[missing["number"]]))
        for piece in several.iter_slices(PIECE):
            hashes = piece["text_hash"]
            there = known.filter(pl.col("text_hash").is_between(pl.lit(hashes[0]), pl.lit(hashes[-1]))).collect()
            new = texts.join(piece, on="text_hash", how="semi", maintain_order="left")
            yield pl.concat([there.join(piece, on="text_hash", how="semi"), _compute_piece(new, embedding, progress)])


def _compute_piece(new: pl.DataFrame, embedding: str, progress: Progress) -> pl.DataFrame:
    """Compute the rows of new texts and put them into the cache, from which a run can continue after it was killed."""
    keep, key = cache.open("topics"), cache.hash_parts(*new["text_hash"])
    for _, kept in keep.iterate([key], "vectors"):
        progress.add(new.height)
        return kept
    vectors = compute_vectors(new["text"].to_list(), embedding, progress)
    rows = new.select("text_hash", vector=pl.Series(vectors, dtype=tables.TABLES["embeddings"].schema["vector"]))
    keep.put({key: {"vectors": rows}})
    return rows
