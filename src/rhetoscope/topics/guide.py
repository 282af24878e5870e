"""The vectors as they reach the clustering, guided by words an analyst looks for.

Those of a sample are clustered together; of the others each is looked at once, to find its topic.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

from rhetoscope import InputError
from rhetoscope.topics.vectors import Stored

if TYPE_CHECKING:
    import numpy as np

WEIGHT = 0.25
"""Share of the subject in a document's bent vector, as in BERTopic's guided topic modelling."""


def subjects(seed_words: Sequence[str]) -> list[str]:
    """The subjects as texts to embed, one a text of words: "ceasefire, truce" → "ceasefire truce".

    Raises:
        InputError: one is not a text, or holds no word.
    """
    cleaned = []
    for words in seed_words:
        if not isinstance(words, str) or not words.replace(",", " ").strip():
            raise InputError(f'topics.seed_words must be texts such as "ceasefire, truce", found {words!r}')
        cleaned.append(" ".join(words.replace(",", " ").split()))
    return cleaned


def guide(vectors: np.ndarray, seeds: np.ndarray, middle: np.ndarray | None = None) -> np.ndarray:
    """The vectors, those of documents nearer to a subject than to the mean document bent towards it by `WEIGHT`.

    Grootendorst 2022, guided topic modelling: it draws documents on one subject together, but makes no topic where
    the corpus has none.

    Args:
        vectors: shape (n, dimensions), rows of length 1.
        seeds: shape (subjects, dimensions), their vectors; without a row the vectors come back as they are.
        middle: the mean document, shape (dimensions,); without it that of `vectors`.
    """
    import numpy as np

    if not len(seeds) or not len(vectors):
        return vectors
    middle = vectors.mean(axis=0, dtype=np.float64) if middle is None else middle
    targets = np.vstack([seeds.astype(np.float64), middle / max(float(np.linalg.norm(middle)), 1e-12)])
    nearest = np.round(vectors @ targets.T, 6).argmax(axis=1)
    bent = vectors.astype(np.float64)
    near = nearest < len(seeds)
    bent[near] = (1 - WEIGHT) * bent[near] + WEIGHT * targets[nearest[near]]
    return np.asarray(bent / np.linalg.norm(bent, axis=1, keepdims=True), dtype=vectors.dtype)


@dataclass(frozen=True)
class Vectors:
    """The vectors of the documents, as `fit` takes them.

    Attributes:
        sample: of the first documents, those that are clustered: shape (n, dimensions).
        embedded: where the others are read from.
        others: these, in document order.
        seeds: the vectors of the subjects that documents are bent towards.
        middle: the mean of the sample before it was bent.
    """

    sample: np.ndarray
    embedded: Stored
    others: pl.Series
    seeds: np.ndarray
    middle: np.ndarray

    def rest(self) -> Iterator[tuple[np.ndarray, np.ndarray]]:
        """Row numbers of further documents, shape (m,), and their vectors, shape (m, dimensions), in pieces."""
        for rows, piece in self.embedded.pieces(self.others):
            yield rows + len(self.sample), guide(piece, self.seeds, self.middle)


def guided(embedded: Stored, documents: pl.DataFrame, sample: int) -> Vectors:
    """The vectors of the documents, bent towards the subjects.

    Documents come in the order of their content's hash, so the first `sample` are a random sample that depends on
    nothing but the texts.

    Args:
        embedded: holds the documents and the subjects; without subjects vectors stay as they are.
        documents: as `units.documents` gives them.
        sample: most documents that are clustered.
    """
    seeds, keys = embedded.subjects(), documents["document"]
    vectors = embedded.matrix(keys[:sample])
    middle = vectors.mean(axis=0, dtype="float64") if len(vectors) else vectors.sum(axis=0, dtype="float64")
    return Vectors(guide(vectors, seeds, middle), embedded, keys[sample:], seeds, middle)
