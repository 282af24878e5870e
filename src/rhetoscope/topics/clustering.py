"""From vectors to topics: the same for any order of documents and any processor.

The default way is a graph of nearest neighbours whose communities many runs of the Leiden algorithm agree on. It sees
only which documents are neighbours, not how near, so vectors that differ in the eighth decimal give the same graph
unless two candidates tie for the last place. Rows must come in an order that does not depend on the corpus's files:
callers sort by content hash.
"""

from __future__ import annotations

import math
import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from rhetoscope import InputError
from rhetoscope.project import Progress

CLUSTERINGS = ("leiden", "hdbscan")
"""Values of the parameter `clustering`."""

OUTLIERS = ("none", "nearest")
"""Values of the parameter `outliers`."""

DECIMALS = 6
"""Cosines are compared to this many decimals: above the noise of float32 vectors, below any real difference."""

RUNS = ((1_000, 500), (10_000, 200), (math.inf, 100))
"""Leiden runs for graphs of up to so many nodes: small graphs have more ties, and more runs on them cost little."""

ROUNDS = 20
"""Most rounds of consensus; three to five are usual. After the last round, its first run is taken."""

_BLOCK = 128
"""Documents compared with all others at a time: bounds memory to a hundred MB for 20,000 documents."""

_MINIMA = {"min_topic_size": 2, "neighbours": 2, "top_words": 2, "seed": 0, "sample": 100, "ngram_max": 1}


@dataclass(frozen=True)
class Settings:
    """The parameters of a topic model; `params.yaml` explains each.

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
        for name, least in _MINIMA.items():
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
        neighbours: nearest clustered documents of each document, as `find_nearest` gives them; None where nothing
            was clustered.
    """

    labels: np.ndarray
    how: str
    neighbours: np.ndarray | None = None

    def compute_probability(self) -> np.ndarray:
        """How firmly each document belongs to its topic: the share of its nearest documents that have the same.

        The k-nearest-neighbour estimate of the class posterior (Cover & Hart 1967), in steps of 1/k, so that noise
        in the vectors does not show. 1 where all form one topic without a search.
        """
        if self.neighbours is None:
            return np.ones(len(self.labels))
        same = np.zeros(len(self.labels))
        for column in self.neighbours.T:
            same += self.labels[column] == self.labels
        return np.asarray(same / self.neighbours.shape[1])


def cluster_documents(
    vectors: np.ndarray,
    settings: Settings,
    rest: Iterable[tuple[np.ndarray, np.ndarray]] = (),
    total: int | None = None,
) -> Partition:
    """Topics of all documents: the sample is clustered, each other document takes the topic of its nearest.

    Of its nearest documents in the sample the most common topic is taken, of equally common ones that of the nearest;
    "none" counts as a topic here. Then `leave_out` and `outliers` are applied.

    Args:
        vectors: of the sample, shape (n, dimensions), rows in content order.
        settings: the parameters.
        rest: row numbers of further documents, shape (m,), from n on, and their vectors, shape (m, dimensions).
        total: documents in all; without it those of the sample.
    """
    count, total = len(vectors), len(vectors) if total is None else total
    made = cluster_sample(vectors, settings)
    if made.neighbours is None and total == count:
        return made
    near = find_nearest(vectors, settings.neighbours) if made.neighbours is None else made.neighbours
    topics = _Topics(vectors, made.labels)
    labels, neighbours = np.empty(total, dtype=np.int64), np.empty((total, near.shape[1]), dtype=np.int32)
    firmness, closest = np.empty(total), np.empty(total, dtype=np.int64)
    labels[:count], neighbours[:count] = made.labels, near
    firmness[:count], closest[:count] = topics.measure(vectors, made.labels, near)
    progress = Progress("assigning texts to topics", total - count)
    for rows, piece in rest:
        found = find_nearest(piece, near.shape[1], vectors)
        labels[rows], neighbours[rows] = choose_majority(made.labels[found])[0], found
        firmness[rows], closest[rows] = topics.measure(piece, labels[rows], found)
        progress.add(len(rows))
    how = made.how
    if total > count:
        how += f" of {count:,} sampled by content; the others have the topic of their nearest"
    made = Partition(labels, how, neighbours)
    if settings.leave_out:
        made = _leave_out_least_firm(made, firmness, count, settings)
    outliers = made.labels == -1
    if settings.outliers == "nearest" and outliers.any() and not outliers.all():
        renamed = np.full(int(labels.max()) + 1, -1)  # labels may have changed, or gone, with those left out
        renamed[labels[~outliers]] = made.labels[~outliers]
        how = f"{made.how}; {int(outliers.sum()):,} that fitted none were given to the nearest"
        made = replace(made, labels=np.where(outliers, renamed[closest], made.labels), how=how)
    return replace(made, labels=number_by_size(made.labels, 1))


def cluster_sample(vectors: np.ndarray, settings: Settings) -> Partition:
    """Topics of documents that are clustered together, for any number of them.

    Fewer than `min_topic_size` documents form none, fewer than twice as many form one. Where HDBSCAN has too few
    documents or finds nothing, Leiden takes its place; where no group reaches `min_topic_size`, all form one topic.
    (Plain BERTopic fails below some ten documents and leaves up to forty all without a topic, in silence.)
    """
    count, least = len(vectors), settings.min_topic_size
    if count == 0:
        return Partition(np.empty(0, dtype=np.int64), "no unit holds a content word, so there are no topics")
    if count < least:
        how = f"they are fewer than the {least} a topic must have (min_topic_size), so no topic was formed"
        return Partition(np.full(count, -1, dtype=np.int64), how)
    whole = np.zeros(count, dtype=np.int64)
    if count < 2 * least:
        return Partition(whole, f"they are too few for two topics of at least {least}, so all form one topic")
    made = _run_hdbscan(vectors, settings) if settings.clustering == "hdbscan" else _run_leiden(vectors, settings)
    if (made.labels == -1).all():
        return Partition(whole, f"{made.how}, but no group has {least} documents, so all form one topic")
    return made


def _run_leiden(vectors: np.ndarray, settings: Settings) -> Partition:
    count = len(vectors)
    used = count_neighbours(count, settings)
    near = find_nearest(vectors, used)
    labels = find_communities(near, settings.resolution, settings.min_topic_size, settings.seed)
    fewer = f" instead of {settings.neighbours}, the corpus being small" if used < settings.neighbours else ""
    how = (
        f"communities of their graph of {used} nearest neighbours{fewer}, agreed on by {count_runs(count)} Leiden runs"
    )
    return Partition(labels, how, near)


def _run_hdbscan(vectors: np.ndarray, settings: Settings) -> Partition:
    """BERTopic's usual models: cosine UMAP to five dimensions, then HDBSCAN by excess of mass (Grootendorst 2022)."""
    dimensions = 5
    if len(vectors) <= max(settings.neighbours, 2 * dimensions):
        made = _run_leiden(vectors, settings)
        return replace(made, how=f"they are too few for UMAP, so instead of HDBSCAN's clusters {made.how}")
    from hdbscan import HDBSCAN
    from umap import UMAP

    reduction = UMAP(
        n_neighbors=settings.neighbours,
        n_components=dimensions,
        min_dist=0.0,
        metric="cosine",
        random_state=settings.seed,
        n_jobs=1,  # with a seed UMAP uses one job, and warns where it is not asked to
    )
    model = HDBSCAN(min_cluster_size=settings.min_topic_size, metric="euclidean", cluster_selection_method="eom")
    labels = number_by_size(model.fit(reduction.fit_transform(vectors)).labels_, settings.min_topic_size)
    if (labels == -1).all():
        made = _run_leiden(vectors, settings)
        return replace(made, how=f"HDBSCAN left every one without a topic, so instead {made.how}")
    how = "clusters found by UMAP and HDBSCAN, which depend on seed and processor"
    return Partition(labels, how, find_nearest(vectors, settings.neighbours))


def count_neighbours(count: int, settings: Settings) -> int:
    """Neighbours in the graph of so many documents: `neighbours`, or a tenth of the documents (but 3) if fewer.

    With more a small corpus would be one dense lump; with fewer the graph falls into pieces smaller than a topic.
    """
    return min(settings.neighbours, max(3, math.ceil(count / 10)))


def count_runs(count: int) -> int:
    """Leiden runs for a graph of so many nodes, by `RUNS`."""
    return next(number for most, number in RUNS if count <= most)


def find_nearest(vectors: np.ndarray, k: int, among: np.ndarray | None = None) -> np.ndarray:
    """The k documents of largest cosine for each: row numbers, shape (n, k), fewer where there are fewer documents.

    Nearest first; equal cosines (to `DECIMALS`) in row order. Cosines are of the vectors minus their mean: otherwise a
    few texts near the mean would be everyone's neighbours (Suzuki et al. 2013).

    Args:
        vectors: shape (n, dimensions).
        k: neighbours.
        among: documents to search in, whose mean is then taken; without it the vectors themselves, each but itself.
    """
    middle = (vectors if among is None else among).mean(axis=0, dtype=np.float64)
    rows = scale_to_unit(vectors, middle)
    pool = rows if among is None else scale_to_unit(among, middle)
    count = len(pool)
    k = min(k, count - (among is None))
    found = np.empty((len(rows), k), dtype=np.int64)
    for start in range(0, len(rows), _BLOCK):
        block = slice(start, start + _BLOCK)
        # smaller is nearer: the rounded cosine decides, then the row number; no two keys of a row are equal
        keys = np.arange(count) - np.rint(rows[block] @ pool.T * 10**DECIMALS) * count
        if among is None:
            keys[np.arange(len(keys)), np.arange(start, start + len(keys))] = np.inf
        best = np.argpartition(keys, min(k, count - 1), axis=1)[:, :k]
        order = np.argsort(np.take_along_axis(keys, best, axis=1), axis=1)
        found[block] = np.take_along_axis(best, order, axis=1)
    return found


def scale_to_unit(vectors: np.ndarray, middle: np.ndarray) -> np.ndarray:
    """The vectors minus `middle`, scaled to length 1, as float64."""
    centred = vectors - middle
    return np.asarray(centred / np.maximum(np.linalg.norm(centred, axis=1, keepdims=True), np.finfo(float).tiny))


def choose_majority(labels: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The most common label among a document's neighbours, of equal ones that of the nearest; and its share.

    Args:
        labels: of the neighbours, nearest first, shape (n, k).
    """
    tally = (labels[:, :, None] == labels[:, None, :]).sum(axis=2)
    first = tally.argmax(axis=1)  # the first of the largest
    rows = np.arange(len(labels))
    return labels[rows, first], tally[rows, first] / labels.shape[1]


def sort_by_centrality(vectors: np.ndarray, members: np.ndarray) -> list[int]:
    """Row numbers of the members, ordered by their cosine to their mean vector, nearest first, equal ones by number."""
    rows = vectors[members].astype(np.float64)
    centre = rows.mean(axis=0)
    cosines = np.rint(rows @ centre / max(float(np.linalg.norm(centre)), 1e-12) * 10**DECIMALS)
    return [row for _, row in sorted(zip((-cosines).tolist(), members.tolist(), strict=True))]


def find_communities(near: np.ndarray, resolution: float, min_size: int, seed: int) -> np.ndarray:
    """Communities of the documents that many Leiden runs agree on (Lancichinetti & Fortunato 2012).

    Many seeded runs of the Leiden algorithm maximise modularity (Traag, Waltman & van Eck 2019). Then each edge is
    weighted by the square of the share of runs that put its ends together, which is the chance that two runs both do,
    and the runs are repeated on that graph until all agree. The authors leave out edges below a threshold instead of
    taking the square; but whether an edge lies just below or above a threshold is chance again.

    Args:
        near: neighbours of each document, as `find_nearest` gives them.
        resolution: grain of the communities, above 0; higher makes more, smaller ones.
        min_size: smaller communities get the label -1.
        seed: of the first run; the others follow from it.

    Returns:
        shape (n,): 0 for the largest community, then 1, …; -1 for none.
    """
    import igraph

    edges, weights = build_graph(near)
    runs = count_runs(len(near))
    igraph.set_random_number_generator(random.Random(seed))  # noqa: S311  # nothing secret is drawn
    try:
        for _ in range(ROUNDS):
            graph = igraph.Graph(n=len(near), edges=edges)
            found = np.array(
                [
                    graph.community_leiden("modularity", weights=weights, resolution=resolution).membership
                    for _ in range(runs)
                ],
                dtype=np.int32,
            )
            agreed = (found[:, edges[:, 0]] == found[:, edges[:, 1]]).mean(axis=0)
            if ((agreed == 0) | (agreed == 1)).all():
                break
            edges, weights = edges[agreed > 0], agreed[agreed > 0] ** 2
    finally:
        igraph.set_random_number_generator(random)  # igraph's default, for whoever uses it next
    return number_by_size(found[0], min_size)


def build_graph(near: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Edges between neighbours (shape (m, 2), first end smaller) and their weights (shape (m,)), above 0 to 1.

    The weight of an edge is the Jaccard overlap of the neighbourhoods of its ends, each with itself included (Jarvis &
    Patrick 1973).
    """
    from scipy.sparse import csr_matrix

    count, k = near.shape
    ends = np.column_stack([np.repeat(np.arange(count), k), near.ravel()])
    edges = np.unique(np.sort(ends, axis=1), axis=0)
    members = np.column_stack([np.arange(count), near])
    starts = np.arange(0, members.size + 1, k + 1)
    holds = csr_matrix((np.ones(members.size, dtype=np.int64), members.ravel(), starts), shape=(count, count))
    shared = np.asarray(holds[edges[:, 0]].multiply(holds[edges[:, 1]]).sum(axis=1)).ravel()
    return edges, shared / (2 * (k + 1) - shared)


def number_by_size(labels: np.ndarray, min_size: int) -> np.ndarray:
    """New labels: 0 for the largest group, of equal ones the one whose first row comes first; -1 below `min_size`."""
    values, first, inverse, sizes = np.unique(labels, return_index=True, return_inverse=True, return_counts=True)
    order = sorted(range(len(values)), key=lambda place: (-sizes[place], first[place]))
    number = np.full(len(values), -1, dtype=np.int64)
    kept = [place for place in order if sizes[place] >= min_size and values[place] != -1]
    number[kept] = np.arange(len(kept))
    return number[inverse]


class _Topics:
    """The mean vectors of the topics of a sample, minus that of all its documents."""

    def __init__(self, vectors: np.ndarray, labels: np.ndarray) -> None:

        means = [vectors[labels == topic].mean(axis=0, dtype=np.float64) for topic in range(int(labels.max()) + 1)]
        self.middle = vectors.mean(axis=0, dtype=np.float64)
        self.centres = scale_to_unit(np.array(means).reshape(-1, vectors.shape[1]), self.middle)
        self.labels = labels

    def measure(self, vectors: np.ndarray, labels: np.ndarray, near: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """How firmly documents belong to their topics, and which topic's centre is nearest by cosine.

        Firmness is the share of their nearest documents that have the same topic times their cosine to its centre
        where that is positive, 0 to 1; -1 for documents without a topic.
        """
        if not len(self.centres):
            return np.full(len(labels), -1.0), np.full(len(labels), -1)
        cosines = np.round(scale_to_unit(vectors, self.middle) @ self.centres.T, DECIMALS)
        own = np.maximum(cosines[np.arange(len(labels)), np.maximum(labels, 0)], 0)
        share = (self.labels[near] == labels[:, None]).mean(axis=1)
        return np.where(labels < 0, -1.0, share * own), cosines.argmax(axis=1)


def _leave_out_least_firm(made: Partition, firmness: np.ndarray, count: int, settings: Settings) -> Partition:
    """The partition without the share `leave_out` of documents that belong least firmly to their topic.

    How firm is firm enough is decided on the sample, the first `count` documents.
    """
    order = np.argsort(firmness[:count], kind="stable")[: round(settings.leave_out * count)]
    least = float(firmness[order[-1]]) if len(order) else -1.0
    doubtful = firmness < least
    doubtful[order] = True
    labels = np.where(doubtful, -1, made.labels)
    sizes = np.bincount(labels[:count][labels[:count] >= 0], minlength=int(made.labels.max()) + 1)
    small = np.append(sizes < settings.min_topic_size, False)  # the last is for the label -1
    labels = np.where(small[labels], -1, labels)
    if not (labels >= 0).any():
        return made
    left_out = int((labels == -1).sum() - (made.labels == -1).sum())
    how = f"{made.how}; {left_out:,} that belong least firmly to theirs were left out"
    return replace(made, labels=labels, how=how)
