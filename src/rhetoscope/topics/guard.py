"""From vectors to a partition, for any number of documents, with a sentence that says what was done.

Plain BERTopic fails below some ten documents and leaves up to some forty all without a topic, in silence.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from rhetoscope import InputError
from rhetoscope.progress import Progress
from rhetoscope.topics import cluster

if TYPE_CHECKING:
    import numpy as np

CLUSTERINGS = ("leiden", "hdbscan")
"""Values of the parameter `clustering`."""

OUTLIERS = ("none", "nearest")
"""Values of the parameter `outliers`."""

_VOTERS = 10_000
"""Unfitted documents whose neighbours are searched between two signs of progress."""

_COMPONENTS = 5
"""Dimensions UMAP reduces to, as in BERTopic (Grootendorst 2022)."""

_FEWEST_NEIGHBOURS = 3
"""With fewer the graph falls into pieces smaller than a topic."""


_LEAST = {"min_topic_size": 2, "neighbours": 2, "top_words": 2, "seed": 0, "sample": 100, "ngram_max": 1}


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
    sample: int = 20_000
    min_probability: float = 0.0
    outliers: str = "none"
    ngram_max: int = 1
    stop_words: Sequence[str] = ()

    def __post_init__(self) -> None:
        if self.clustering not in CLUSTERINGS:
            raise InputError(f"topics.clustering is {self.clustering!r}; known are {', '.join(CLUSTERINGS)}")
        if self.outliers not in OUTLIERS:
            raise InputError(f"topics.outliers is {self.outliers!r}; known are {', '.join(OUTLIERS)}")
        for name, least in _LEAST.items():
            if getattr(self, name) < least:
                raise InputError(f"topics.{name} must be at least {least}, found {getattr(self, name)}")
        if not 0 <= self.min_probability <= 1:
            raise InputError(f"topics.min_probability must be from 0 to 1, found {self.min_probability}")
        for word in self.stop_words:
            if not (isinstance(word, str) and word.strip()):
                raise InputError(f"topics.stop_words must be a list of words, found {word!r} in it")
        if not (math.isfinite(self.resolution) and self.resolution > 0):
            raise InputError(f"topics.resolution must be a number above 0, found {self.resolution}")


@dataclass(frozen=True)
class Partition:
    """The topic of each document and how it came about.

    Attributes:
        labels: shape (n,), 0 for the topic of most documents, then 1, …; -1 for none.
        how: a clause without full stop that says what was done.
        near: the nearest fitted documents of each document, as `cluster.nearest` gives them; None where nothing was
            clustered.
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
        return np.asarray((self.labels[self.near] == self.labels[:, None]).mean(axis=1))


def partition(vectors: np.ndarray, settings: Settings) -> Partition:
    """Topics of the documents, by the path that suits their number.

    Of more than `sample` documents the first so many are clustered; rows come in the order of their content's hash,
    so that is a random sample that depends on nothing but the texts. The others take the topic most of their nearest
    documents of the sample have. Then `min_probability` and `outliers` are applied.

    Args:
        vectors: shape (n, dimensions), rows in content order.
        settings: the parameters.
    """
    import numpy as np

    fitted = _cluster(vectors[: settings.sample], settings)
    made = _vote(fitted, vectors, settings) if len(vectors) > settings.sample else fitted
    if settings.min_probability and made.near is not None:
        doubtful = (made.probability() < settings.min_probability) & (made.labels >= 0)
        labels = cluster.by_size(np.where(doubtful, -1, made.labels), settings.min_topic_size)
        if (labels >= 0).any():
            said = f"{int(doubtful.sum()):,} whose neighbours mostly have other topics were left out"
            made = replace(made, labels=labels, how=f"{made.how}; {said}")
    outliers = made.labels == -1
    if settings.outliers == "nearest" and outliers.any() and not outliers.all():
        said = f"{int(outliers.sum()):,} that fitted none were given to the nearest"
        made = replace(made, labels=_nearest_centre(vectors, made.labels), how=f"{made.how}; {said}")
    return made


def _vote(fitted: Partition, vectors: np.ndarray, settings: Settings) -> Partition:
    """The partition of the sample carried to all documents: the commonest topic among the nearest of the sample.

    Of equally common topics the one of the nearest document; none counts as a topic here.
    """
    import numpy as np

    sample, count = vectors[: settings.sample], len(vectors)
    near = np.empty((count, settings.neighbours), dtype=np.int64)
    near[: len(sample)] = cluster.nearest(sample, settings.neighbours) if fitted.near is None else fitted.near
    progress = Progress("assigning texts to topics", count - len(sample))
    for start in range(len(sample), count, _VOTERS):
        rows = slice(start, min(start + _VOTERS, count))
        near[rows] = cluster.nearest(vectors[rows], settings.neighbours, sample)
        progress.add(rows.stop - rows.start)
    votes = fitted.labels[near[len(sample) :]]
    tally = (votes[:, :, None] == votes[:, None, :]).sum(axis=2)
    chosen = votes[np.arange(len(votes)), tally.argmax(axis=1)]  # argmax takes the first, which is the nearest
    how = f"{fitted.how} of {len(sample):,} sampled by content; the others have the topic of their nearest"
    return Partition(cluster.by_size(np.concatenate([fitted.labels, chosen]), settings.min_topic_size), how, near)


def _nearest_centre(vectors: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """Labels in which documents without a topic have that whose mean vector is nearest by cosine."""
    import numpy as np

    rows = np.flatnonzero(labels == -1)
    centres = np.array([vectors[labels == topic].mean(axis=0, dtype=np.float64) for topic in range(labels.max() + 1)])
    centres -= vectors.mean(axis=0, dtype=np.float64)
    centres /= np.maximum(np.linalg.norm(centres, axis=1, keepdims=True), np.finfo(float).tiny)
    cosines = np.rint((vectors[rows] - vectors.mean(axis=0, dtype=np.float64)) @ centres.T * 10**cluster.DECIMALS)
    filled = labels.copy()
    filled[rows] = cosines.argmax(axis=1)
    return cluster.by_size(filled, 1)


def _cluster(vectors: np.ndarray, settings: Settings) -> Partition:
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
    near = cluster.nearest(vectors, neighbours)
    labels = cluster.communities(near, settings.resolution, settings.min_topic_size, settings.seed)
    instead = f" instead of {settings.neighbours}, the corpus being small" if neighbours < settings.neighbours else ""
    how = (
        f"communities of their graph of {neighbours} nearest neighbours{instead}, "
        f"agreed on by {cluster.runs(count)} Leiden runs"
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
    labels = cluster.by_size(model.fit(reduction.fit_transform(vectors)).labels_, settings.min_topic_size)
    if (labels == -1).all():
        made = _leiden(vectors, settings)
        return replace(made, how=f"HDBSCAN left every one without a topic, so instead {made.how}")
    how = "clusters found by UMAP and HDBSCAN, which depend on seed and processor"
    return Partition(labels, how, cluster.nearest(vectors, settings.neighbours))
