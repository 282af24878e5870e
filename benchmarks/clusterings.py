"""Plain BERTopic's clustering, seeded, and ours: of vectors, and of texts from end to end."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from rhetoscope import topics
from rhetoscope.topics import Settings
from rhetoscope.topics.clustering import cluster_documents, number_by_size
from rhetoscope.topics.units import hash_content

if TYPE_CHECKING:
    from hdbscan import HDBSCAN
    from sentence_transformers import SentenceTransformer
    from umap import UMAP

SMALLEST = 10
"""Texts a topic has at least: BERTopic's default."""


def models(seed: int) -> tuple[UMAP, HDBSCAN]:
    """BERTopic's own models at its defaults, seeded (Grootendorst 2022)."""
    from hdbscan import HDBSCAN
    from umap import UMAP

    reduction = UMAP(n_neighbors=15, n_components=5, min_dist=0.0, metric="cosine", random_state=seed, n_jobs=1)
    clustering = HDBSCAN(
        min_cluster_size=SMALLEST, metric="euclidean", cluster_selection_method="eom", prediction_data=True
    )
    return reduction, clustering


def plain(vectors: np.ndarray, seed: int = 0) -> np.ndarray:
    """Labels by UMAP and HDBSCAN."""
    reduction, clustering = models(seed)
    return number_by_size(clustering.fit(reduction.fit_transform(vectors)).labels_, SMALLEST)


def plain_from_texts(texts: list[str], model: SentenceTransformer) -> int:
    """Plain BERTopic from texts to topics with their words; how many it found."""
    from bertopic import BERTopic

    reduction, clustering = models(0)
    made = BERTopic(embedding_model=model, umap_model=reduction, hdbscan_model=clustering)
    made.fit(texts)
    return len(made.get_topics())


def settings(seed: int = 0, resolution: float = 1.0, leave_out: float = 0.0) -> Settings:
    """Ours as the parameters have it, but for the smallest topic, and what is named here."""
    return Settings(min_topic_size=SMALLEST, seed=seed, resolution=resolution, leave_out=leave_out)


def ours(vectors: np.ndarray, seed: int = 0, resolution: float = 1.0, leave_out: float = 0.0) -> np.ndarray:
    """Labels by the default clustering."""
    return cluster_documents(vectors, settings(seed, resolution, leave_out)).labels


def ours_from_texts(texts: list[str], embedding: str) -> int:
    """Ours from texts to topics with words, names, coherence and representative texts; how many it found."""
    named = [f"{number:06}" for number in range(len(texts))]
    units = pl.DataFrame({"unit_id": named, "doc_id": named, "text": texts}).with_columns(
        kind=pl.lit("paragraph"), published_at=pl.lit(None, pl.Datetime("us")), document=hash_content(pl.col("text"))
    )
    documents = topics.list_documents(units)
    spelt = topics.read_texts(units, documents).to_list()
    vectors = topics.compute_vectors(spelt, embedding)
    return topics.fit_topics(units, documents, vectors, settings()).topics.height


def matched(vectors: np.ndarray, count: int, share: float, tries: int = 6) -> np.ndarray:
    """Our topics with that share of texts left out, nearest to that number, by bisection of the resolution."""
    low, high = np.log(0.5), np.log(40)
    best: tuple[int, np.ndarray] | None = None
    for _ in range(tries):
        middle = (low + high) / 2
        found = ours(vectors, 0, float(np.exp(middle)), share)
        number = int(found.max()) + 1
        if best is None or abs(number - count) < best[0]:
            best = abs(number - count), found
        low, high = (middle, high) if number < count else (low, middle)
    assert best
    return best[1]
