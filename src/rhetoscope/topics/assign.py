"""The topic of every document: of those that are clustered, and of all others by their nearest among these.

How firmly a document belongs decides which are left out, and which topic one that fits none is given to.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import TYPE_CHECKING

from rhetoscope.progress import Progress
from rhetoscope.topics.cluster import by_size
from rhetoscope.topics.guard import Partition, clustered
from rhetoscope.topics.neighbours import DECIMALS, most, nearest, unit
from rhetoscope.topics.settings import Settings

if TYPE_CHECKING:
    import numpy as np


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
    fitted = clustered(vectors, settings)
    if fitted.near is None and total == count:
        return fitted
    # the graph may have had fewer neighbours, but then it is the whole corpus
    near = nearest(vectors, settings.neighbours) if fitted.near is None else fitted.near
    topics = _Centres(vectors, fitted.labels)
    labels, firm = np.empty(total, dtype=np.int64), np.empty(total)
    closest = np.empty(total, dtype=np.int64)
    every = np.empty((total, near.shape[1]), dtype=np.int32)
    labels[:count], every[:count] = fitted.labels, near
    firm[:count], closest[:count] = topics.firm(vectors, fitted.labels, near)
    progress = Progress("assigning texts to topics", total - count)
    for rows, piece in rest:
        found = nearest(piece, near.shape[1], vectors)
        chosen, _ = most(fitted.labels[found])
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
    return replace(made, labels=by_size(made.labels, 1))


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
        self.middles = unit(np.array(means).reshape(-1, vectors.shape[1]), self.middle)
        self.labels = labels

    def firm(self, vectors: np.ndarray, labels: np.ndarray, near: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """How firmly documents belong to their topics, and which topic's centre is nearest by cosine.

        Firmness is the share of their nearest documents that have the same topic times their cosine to its centre
        where that is positive, 0 to 1; -1 for documents without a topic.
        """
        import numpy as np

        if not len(self.middles):
            return np.full(len(labels), -1.0), np.full(len(labels), -1)
        cosines = np.round(unit(vectors, self.middle) @ self.middles.T, DECIMALS)
        own = np.maximum(cosines[np.arange(len(labels)), np.maximum(labels, 0)], 0)
        share = (self.labels[near] == labels[:, None]).mean(axis=1)
        return np.where(labels < 0, -1.0, share * own), cosines.argmax(axis=1)
