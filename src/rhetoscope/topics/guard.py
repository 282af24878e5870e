"""From vectors to a partition, for any number of documents, with a sentence that says what was done.

Plain BERTopic fails below some ten documents and leaves up to some forty all without a topic, in silence.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rhetoscope import InputError
from rhetoscope.topics import cluster

if TYPE_CHECKING:
    import numpy as np

CLUSTERINGS = ("leiden", "hdbscan")
"""Values of the parameter `clustering`."""

_COMPONENTS = 5
"""Dimensions UMAP reduces to, as in BERTopic (Grootendorst 2022)."""

_FEWEST_NEIGHBOURS = 3
"""With fewer the graph falls into pieces smaller than a topic."""


@dataclass(frozen=True)
class Settings:
    """The parameters of a topic model, checked when it is made.

    Raises:
        InputError: a value is out of range; the message names parameter, value and what would be right.
    """

    clustering: str = "leiden"
    min_topic_size: int = 4
    neighbours: int = 8
    resolution: float = 1.0
    top_words: int = 10
    seed: int = 0

    def __post_init__(self) -> None:
        if self.clustering not in CLUSTERINGS:
            raise InputError(f"topics.clustering is {self.clustering!r}; known are {', '.join(CLUSTERINGS)}")
        for name, least in (("min_topic_size", 2), ("neighbours", 2), ("top_words", 2), ("seed", 0)):
            if getattr(self, name) < least:
                raise InputError(f"topics.{name} must be at least {least}, found {getattr(self, name)}")
        if not (math.isfinite(self.resolution) and self.resolution > 0):
            raise InputError(f"topics.resolution must be a number above 0, found {self.resolution}")


@dataclass(frozen=True)
class Partition:
    """The topic of each document and how it came about.

    Attributes:
        labels: shape (n,), 0 for the topic of most documents, then 1, …; -1 for none.
        how: a clause without full stop that says what was done.
    """

    labels: np.ndarray
    how: str


def partition(vectors: np.ndarray, settings: Settings) -> Partition:
    """Topics of the documents, by the path that suits their number.

    Fewer than `min_topic_size`: none. Fewer than twice as many: one. Leiden with no more neighbours than a tenth of
    the documents, so that a small corpus is not one dense lump. Where HDBSCAN has too few documents or finds
    nothing, Leiden takes its place. Where no group reaches `min_topic_size`, all form one topic. No path ends with
    every document left out but the first, and that one says so.

    Args:
        vectors: shape (n, dimensions), rows in content order.
        settings: the parameters.
    """
    import numpy as np

    count, least = len(vectors), settings.min_topic_size
    if count == 0:
        return Partition(np.empty(0, dtype=np.int64), "no unit holds a content word, so there are no topics")
    if count < least:
        return Partition(
            np.full(count, -1, dtype=np.int64),
            f"they are fewer than the {least} a topic must have (min_topic_size), so no topic was formed",
        )
    whole = np.zeros(count, dtype=np.int64)
    if count < 2 * least:
        return Partition(whole, f"they are too few for two topics of at least {least}, so all form one topic")
    made = _hdbscan(vectors, settings) if settings.clustering == "hdbscan" else _leiden(vectors, settings)
    if (made.labels == -1).all():
        return Partition(whole, f"{made.how}, but no group has {least} documents, so all form one topic")
    return made


def _leiden(vectors: np.ndarray, settings: Settings) -> Partition:
    count = len(vectors)
    neighbours = min(settings.neighbours, max(_FEWEST_NEIGHBOURS, math.ceil(count / 10)))
    model = cluster.ConsensusLeiden(neighbours, settings.resolution, settings.min_topic_size, settings.seed)
    instead = f" instead of {settings.neighbours}, the corpus being small" if neighbours < settings.neighbours else ""
    how = (
        f"communities of their graph of {neighbours} nearest neighbours{instead}, "
        f"agreed on by {cluster.runs(count)} Leiden runs"
    )
    return Partition(model.fit(vectors).labels_, how)


def _hdbscan(vectors: np.ndarray, settings: Settings) -> Partition:
    """BERTopic's usual models: cosine UMAP to five dimensions, then HDBSCAN by excess of mass."""
    if len(vectors) <= max(settings.neighbours, 2 * _COMPONENTS):
        made = _leiden(vectors, settings)
        return Partition(made.labels, f"they are too few for UMAP, so instead of HDBSCAN's clusters {made.how}")
    from hdbscan import HDBSCAN
    from umap import UMAP

    reduction = UMAP(
        n_neighbors=settings.neighbours,
        n_components=_COMPONENTS,
        min_dist=0.0,
        metric="cosine",
        random_state=settings.seed,
        n_jobs=1,  # what a seed means to UMAP; said so that it does not warn
    )
    model = HDBSCAN(min_cluster_size=settings.min_topic_size, metric="euclidean", cluster_selection_method="eom")
    labels = cluster.by_size(model.fit(reduction.fit_transform(vectors)).labels_, settings.min_topic_size)
    if (labels == -1).all():
        made = _leiden(vectors, settings)
        return Partition(made.labels, f"HDBSCAN left every one without a topic, so instead {made.how}")
    return Partition(labels, "clusters found by UMAP and HDBSCAN, which depend on seed and processor")
