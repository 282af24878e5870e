"""From vectors to a partition, for any number of documents, with a sentence that says what was done.

Plain BERTopic fails below some ten documents and leaves up to some forty all without a topic, in silence.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
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
    leave_out: float = 0.0
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
        if not 0 <= self.leave_out < 1:
            raise InputError(f"topics.leave_out must be at least 0 and below 1, found {self.leave_out}")
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


def partition(
    vectors: np.ndarray,
    settings: Settings,
    rest: Iterable[tuple[np.ndarray, np.ndarray]] = (),
    total: int | None = None,
) -> Partition:
    """Topics of the documents, by the path that suits their number.

    The documents of the sample are clustered. Of the others each takes the topic most of its nearest documents of
    the sample have; of equally common ones that of the nearest; none counts as a topic here. Then `leave_out` and
    `outliers` are applied: how firmly a document must stand in its topic is decided on the sample.

    Args:
        vectors: of the sample, shape (n, dimensions), rows in content order.
        settings: the parameters.
        rest: row numbers of further documents, shape (m,), from n on, and their vectors, shape (m, dimensions).
        total: documents in all; without it those of the sample.
    """
    import numpy as np

    count, total = len(vectors), len(vectors) if total is None else total
    fitted = _cluster(vectors, settings)
    if fitted.near is None and total == count:
        return fitted
    # the graph may have had fewer neighbours, but then it is the whole corpus
    near = cluster.nearest(vectors, settings.neighbours) if fitted.near is None else fitted.near
    topics = _Centres(vectors, fitted.labels)
    labels, firm = np.empty(total, dtype=np.int64), np.empty(total)
    closest = np.empty(total, dtype=np.int64)
    every = np.empty((total, near.shape[1]), dtype=np.int32)
    labels[:count], every[:count] = fitted.labels, near
    firm[:count], closest[:count] = topics.firm(vectors, fitted.labels, near)
    progress = Progress("assigning texts to topics", total - count)
    for rows, piece in rest:
        found = cluster.nearest(piece, near.shape[1], vectors)
        votes = fitted.labels[found]
        tally = (votes[:, :, None] == votes[:, None, :]).sum(axis=2)
        chosen = votes[np.arange(len(votes)), tally.argmax(axis=1)]  # argmax takes the first, which is the nearest
        labels[rows], every[rows] = chosen, found
        firm[rows], closest[rows] = topics.firm(piece, chosen, found)
        progress.add(len(rows))
    made = replace(fitted, labels=labels, near=every)
    if total > count:
        how = f"{made.how} of {count:,} sampled by content; the others have the topic of their nearest"
        made = replace(made, how=how)
    if settings.leave_out:
        made = _firmest(made, firm, count, settings)
    outliers = made.labels == -1
    if settings.outliers == "nearest" and outliers.any() and not outliers.all():
        said = f"{int(outliers.sum()):,} that fitted none were given to the nearest"
        # of topics that are left, by the labels they have now
        now = np.full(len(topics.middles), -1)
        now[labels[~outliers]] = made.labels[~outliers]
        filled = np.where(outliers, now[closest], made.labels)
        made = replace(made, labels=filled, how=f"{made.how}; {said}")
    return replace(made, labels=cluster.by_size(made.labels, 1))


def _firmest(made: Partition, firm: np.ndarray, count: int, settings: Settings) -> Partition:
    """The partition without the share `leave_out` of documents that belong least firmly to their topic."""
    import numpy as np

    order = np.argsort(firm[:count], kind="stable")[: round(settings.leave_out * count)]
    least = float(firm[order[-1]]) if len(order) else -1.0
    doubtful = firm < least
    doubtful[order] = True
    labels = np.where(doubtful, -1, made.labels)
    sizes = np.bincount(labels[:count][labels[:count] >= 0], minlength=int(made.labels.max()) + 1)
    small = np.append(sizes < settings.min_topic_size, False)  # the last stands for -1
    labels = np.where(small[labels], -1, labels)
    if not (labels >= 0).any():
        return made
    said = f"{int((labels == -1).sum() - (made.labels == -1).sum()):,} that belong least firmly to theirs were left out"
    return replace(made, labels=labels, how=f"{made.how}; {said}")


class _Centres:
    """The mean vectors of topics, less that of all documents.

    Args:
        vectors: of the sample.
        labels: their topics.
    """

    def __init__(self, vectors: np.ndarray, labels: np.ndarray) -> None:
        import numpy as np

        self.middle = vectors.mean(axis=0, dtype=np.float64)
        means = [vectors[labels == topic].mean(axis=0, dtype=np.float64) for topic in range(int(labels.max()) + 1)]
        self.middles = cluster.unit(np.array(means).reshape(-1, vectors.shape[1]), self.middle)
        self.labels = labels

    def firm(self, vectors: np.ndarray, labels: np.ndarray, near: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """How firmly documents belong to their topics, and which topic's centre is nearest by cosine.

        Firmness is the share of their nearest documents that have the same topic times their cosine to its centre
        where that is positive, 0 to 1; -1 for documents without a topic.
        """
        import numpy as np

        if not len(self.middles):
            return np.full(len(labels), -1.0), np.full(len(labels), -1)
        cosines = np.round(cluster.unit(vectors, self.middle) @ self.middles.T, cluster.DECIMALS)
        own = np.maximum(cosines[np.arange(len(labels)), np.maximum(labels, 0)], 0)
        share = (self.labels[near] == labels[:, None]).mean(axis=1)
        return np.where(labels < 0, -1.0, share * own), cosines.argmax(axis=1)


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
