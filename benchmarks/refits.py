"""Whether topics come out again: refits in another order, with noise in the vectors and with another seed.

Both cluster the same vectors. The figures are the mean adjusted Rand index of the refits with the fit, 1 for the very
same topics. It is run only when named, for each refit of 20,000 paragraphs takes half a minute to a minute.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator

import numpy as np
from clusterings import SMALLEST, ours, plain
from corpora import CORPORA, NAMES, clustered, vectors_of
from given import Given
from table import Row

from rhetoscope.topics import NOISE, Settings
from rhetoscope.topics.clustering import find_communities, find_nearest
from rhetoscope.topics.views import measure_agreement

PACKAGES = ("bertopic", "umap-learn", "hdbscan", "igraph")
CHANGES = ("order", "noise", "seed")
Make = Callable[[np.ndarray, int, np.ndarray | None], np.ndarray]
"""A refit: vectors, seed, and the order in which documents came, where another than by content."""


def rows(given: Given) -> Iterator[Row]:
    """For each corpus and change the agreement of ours and of plain BERTopic."""
    for corpus in CORPORA:
        found = clustered(given, corpus)
        vectors = vectors_of(given, corpus, found)
        fits = (ours(vectors), AsOurs(), given.refits), (plain(vectors), as_plain, max(1, given.refits // 2))
        for change in CHANGES:
            mine, theirs = (
                [again(make, vectors, before, change, run) for run in range(1, number + 1)]
                for before, make, number in fits
            )
            yield Row(
                f"topics again, other {change}", f"{NAMES[corpus]}, {len(found):,} texts", "adjusted Rand index",
                float(np.mean(mine)), "plain BERTopic", float(np.mean(theirs)),
                note=f"worst {min(mine):.4f} of {len(mine)}, theirs {min(theirs):.4f} of {len(theirs)}",
            )  # fmt: skip


def again(make: Make, vectors: np.ndarray, before: np.ndarray, change: str, run: int) -> float:
    """Adjusted Rand index of a refit with the fit before."""
    draw = np.random.default_rng(run)
    if change == "order":
        order = draw.permutation(len(vectors))
        return measure_agreement(before[order], make(vectors[order], 0, order))
    if change == "noise":
        noisy = (vectors + draw.normal(0, NOISE, vectors.shape)).astype(vectors.dtype)
        return measure_agreement(before, make(noisy, 0, None))
    return measure_agreement(before, make(vectors, run, None))


def as_plain(vectors: np.ndarray, seed: int, order: np.ndarray | None) -> np.ndarray:
    """A refit of plain BERTopic, which takes documents as they come."""
    return plain(vectors, seed)


class AsOurs:
    """A refit of ours, which sorts documents by content; the same neighbours and seed need no second clustering."""

    def __init__(self) -> None:
        self.known: dict[tuple[bytes, int], np.ndarray] = {}

    def __call__(self, vectors: np.ndarray, seed: int, order: np.ndarray | None) -> np.ndarray:
        """Labels in the order given."""
        back = np.arange(len(vectors)) if order is None else np.argsort(order)
        near = find_nearest(vectors[back], Settings().neighbours)
        key = (hashlib.sha256(near.tobytes()).digest(), seed)
        if key not in self.known:
            self.known[key] = find_communities(near, 1.0, SMALLEST, seed)
        return self.known[key] if order is None else self.known[key][order]
