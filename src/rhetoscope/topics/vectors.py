"""The vectors of the documents: kept in a table between runs, read in pieces, bent towards given subjects.

The table `embeddings` holds one vector for each distinct text, so a run computes only those of new texts. Memory holds
the vectors of the sample, which are clustered together, and one piece of the others at a time.
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
        rows: the row of each document in the table `embeddings`.
        subjects: vectors of the subjects, shape (subjects, 384).
        middle: mean vector of the sample before it was bent.
    """

    sample: np.ndarray
    computed: int
    reused: int
    embedding: str
    rows: np.ndarray
    subjects: np.ndarray
    middle: np.ndarray

    def read(self, documents: np.ndarray) -> Iterator[tuple[np.ndarray, np.ndarray]]:
        """The vectors of documents given by number, in pieces: their numbers, in the table's order, and vectors."""
        for start in range(0, len(self.rows), PIECE):
            rows = self.rows[documents] - start
            here = (rows >= 0) & (rows < PIECE)
            if here.any():
                piece = tables.scan("embeddings").slice(start, PIECE).collect()["vector"].to_numpy()
                yield documents[here], piece[rows[here]]

    def read_rest(self) -> Iterator[tuple[np.ndarray, np.ndarray]]:
        """The vectors of the documents beyond the sample in pieces as for `read`, bent towards the subjects."""
        for numbers, vectors in self.read(np.arange(len(self.sample), len(self.rows))):
            yield numbers, bend_towards(vectors, self.subjects, self.middle)


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
    targets = scale_to_unit(np.vstack([subjects, middle]), 0)
    nearest = np.round(vectors @ targets.T, 6).argmax(axis=1)
    bent = vectors.astype(np.float64)
    near = nearest < len(subjects)
    bent[near] = (1 - SUBJECT_WEIGHT) * bent[near] + SUBJECT_WEIGHT * targets[nearest[near]]
    return scale_to_unit(bent, 0).astype(vectors.dtype)


def _hash_texts(units: Frame, documents: pl.DataFrame, embedding: str) -> pl.DataFrame:
    """The `text_hash` of each document, sorted, and the document's `number`."""
    # hashes, not texts: with every text of a corpus this is the largest frame of the stage
    parts = (part.select("document", hash_texts(embedding)) for part in read_documents(units, documents))
    hashed = pl.concat([pl.DataFrame(schema={"document": pl.UInt64, "text_hash": pl.String}), *parts])
    return hashed.sort("document").select("text_hash").with_row_index("number").sort("text_hash")


def _fill_table(
    units: Frame, documents: pl.DataFrame, wanted: pl.DataFrame, known: pl.LazyFrame, embedding: str
) -> Iterator[pl.DataFrame]:
    """The rows of the table `embeddings` in pieces: known vectors and those computed now."""
    progress = Progress("embedding texts", int((~wanted["known"]).sum()))
    for several in wanted.iter_slices(8 * PIECE):  # to read their texts takes one pass through the units
        missing = several.filter(~pl.col("known"))
        texts = missing.select("text_hash", read_texts(units, documents[missing["number"]]))
        for piece in several.iter_slices(PIECE):
            hashes = piece["text_hash"]
            there = known.filter(pl.col("text_hash").is_between(pl.lit(hashes[0]), pl.lit(hashes[-1]))).collect()
            new = texts.join(piece, on="text_hash", how="semi", maintain_order="left")
            yield pl.concat([there.join(piece, on="text_hash", how="semi"), _compute_piece(new, embedding, progress)])


def _compute_piece(new: pl.DataFrame, embedding: str, progress: Progress) -> pl.DataFrame:
    """The rows of new texts. They are also kept in the cache, from which a run goes on after it was killed."""
    keep, key = cache.open("topics"), cache.hash_parts(*new["text_hash"])
    for _, kept in keep.iterate([key], "vectors"):
        progress.add(new.height)
        return kept
    vectors = compute_vectors(new["text"].to_list(), embedding, progress)
    rows = new.select("text_hash", vector=pl.Series(vectors, dtype=tables.TABLES["embeddings"].schema["vector"]))
    keep.put({key: {"vectors": rows}})
    return rows
