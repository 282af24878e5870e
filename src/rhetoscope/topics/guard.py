"""From vectors to a partition, for any number of documents, with a sentence that says what was done.

Plain BERTopic fails below some ten documents and leaves up to some forty all without a topic, in silence.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from rhetoscope.topics.cluster import by_size, communities
from rhetoscope.topics.consensus import runs
from rhetoscope.topics.neighbours import nearest
from rhetoscope.topics.settings import Settings

if TYPE_CHECKING:
    import numpy as np

_COMPONENTS = 5
"""Dimensions UMAP reduces to, as in BERTopic (Grootendorst 2022)."""

_FEWEST_NEIGHBOURS = 3
"""With fewer the graph falls into pieces smaller than a topic."""


@dataclass(frozen=True)
class Partition:
    """The topic of each document and how it came about.

    Attributes:
        labels: shape (n,), 0 for the topic of most documents, then 1, …; -1 for none.
        how: a clause without full stop that says what was done.
        near: the nearest clustered documents of each document, as `cluster.nearest` gives them; None where nothing
            was clustered.
    """

    labels: np.ndarray
    how: str
    near: np.ndarray | None = None

    def probability(self) -> np.ndarray:
        """How firmly each document belongs to its topic: the share of its nearest documents that have the same.

        The k-nearest-neighbour estimate of the class posterior (Cover & Hart 1967), by steps of 1/k, so that noise
        in the vectors does not show. 1 where all form one topic without a search.
        """
        import numpy as np

        if self.near is None:
            return np.ones(len(self.labels))
        same = np.zeros(len(self.labels))
        for column in self.near.T:
            same += self.labels[column] == self.labels
        return np.asarray(same / self.near.shape[1])


def clustered(vectors: np.ndarray, settings: Settings) -> Partition:
    """Topics of as many documents as are clustered together.

    Fewer than `min_topic_size`: none. Fewer than twice as many: one. Leiden with no more neighbours than a tenth of
    the documents, so that a small corpus is not one dense lump. Where HDBSCAN has too few documents or finds
    nothing, Leiden takes its place. Where no group reaches `min_topic_size`, all form one topic. No path ends with
    every document left out but the first, and that one says so.
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


def used_neighbours(count: int, settings: Settings) -> int:
    """Neighbours in the graph of so many documents: `neighbours`, or a tenth of the documents where that is fewer."""
    return min(settings.neighbours, max(_FEWEST_NEIGHBOURS, math.ceil(count / 10)))


def _leiden(vectors: np.ndarray, settings: Settings) -> Partition:
    count = len(vectors)
    neighbours = used_neighbours(count, settings)
    near = nearest(vectors, neighbours)
    labels = communities(near, settings.resolution, settings.min_topic_size, settings.seed)
    instead = f" instead of {settings.neighbours}, the corpus being small" if neighbours < settings.neighbours else ""
    how = (
        f"communities of their graph of {neighbours} nearest neighbours{instead}, "
        f"agreed on by {runs(count)} Leiden runs"
    )
    return Partition(labels, how, near)


def _hdbscan(vectors: np.ndarray, settings: Settings) -> Partition:
    """BERTopic's usual models: cosine UMAP to five dimensions, then HDBSCAN by excess of mass."""
    if len(vectors) <= max(settings.neighbours, 2 * _COMPONENTS):
        made = _leiden(vectors, settings)
        return replace(made, how=f"they are too few for UMAP, so instead of HDBSCAN's clusters {made.how}")
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
    labels = by_size(model.fit(reduction.fit_transform(vectors)).labels_, settings.min_topic_size)
    if (labels == -1).all():
        made = _leiden(vectors, settings)
        return replace(made, how=f"HDBSCAN left every one without a topic, so instead {made.how}")
    how = "clusters found by UMAP and HDBSCAN, which depend on seed and processor"
    return Partition(labels, how, nearest(vectors, settings.neighbours))
