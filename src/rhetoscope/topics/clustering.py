"""Clustering of document vectors into topics: the same for any order of documents and on any processor.

The default method builds a graph of nearest neighbours and takes the communities that many runs of the Leiden algorithm
agree on. It uses only which documents are neighbours, not how near they are. Vectors that differ in the eighth decimal
therefore give the same graph, unless two candidates tie for the last place. The order of the rows must not depend on
the files of the corpus: callers sort the rows by content hash.
"""

from __future__ import annotations

import math
import random
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from rhetoscope import InputError
from rhetoscope.project import Progress

CLUSTERINGS = ("leiden", "hdbscan")
"""Values of the parameter `clustering`."""

OUTLIERS = ("none", "nearest")
"""Values of the parameter `outliers`."""

DECIMALS = 6
"""Decimals to which cosines are compared: coarser than the noise of float32 vectors, finer than real differences."""

ROUNDS = 20
"""Maximum of consensus rounds; 3 to 5 are usual. If runs still differ after the last round, its first run is used."""

_BLOCK = 128
"""Documents compared with all others at a time: limits memory to 100 MB for 20,000 documents."""

_MINIMA = {"min_topic_size": 2, "neighbours": 2, "top_words": 2, "seed": 0, "sample": 100, "ngram_max": 1}


@dataclass(frozen=True)
class Settings:
    """The parameters of a topic model; `params.yaml` explains each.

    Raises:
        InputError: a value is out of range; the message gives the parameter, its value and the allowed values.
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
        for name, known in {"clustering": CLUSTERINGS, "outliers": OUTLIERS}.items():
            if getattr(self, name) not in known:
                raise InputError(f"topics.{name} is {getattr(self, name)!r}; known are {', '.join(known)}")
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
    """The topic of each document, and how the topics were found.

    Attributes:
        labels: shape (n,), 0 for the topic with most documents, then 1, …; -1 for no topic.
        probability: shape (n,), the share of the nearest documents that have the same topic, 0 to 1: the
            k-nearest-neighbour estimate of the class posterior (Cover & Hart 1967). Its steps of 1/k hide noise in the
            vectors. It is 1 if all documents form one topic.
        how: a clause, without a full stop, that says what was done.
    """

    labels: np.ndarray
    probability: np.ndarray
    how: str


def cluster_documents(
    vectors: np.ndarray,
    settings: Settings,
    rest: Iterable[tuple[np.ndarray, np.ndarray]] = (),
    total: int | None = None,
) -> Partition:
    """Cluster the sample, and give every other document the topic of its nearest documents in the sample.

    A document outside the sample takes the topic that is most common among its nearest documents in the sample; in a
    tie, the topic of the nearest one. "None" counts as a topic here. Then the documents that belong least firmly to
    their topic lose it: `leave_out` is their share, and the limit is computed from the sample.

    Args:
        vectors: of the sample, shape (n, dimensions), rows sorted by content hash.
        settings: the parameters.
        rest: the other documents in parts: row numbers, n or more, shape (m,), and vectors, shape (m, dimensions).
        total: the number of all documents; without it, the number in the sample.
    """
    count, total = len(vectors), len(vectors) if total is None else total
    known, near, how = cluster_sample(vectors, settings)
    if near is None:  # all have the same label
        return Partition(np.full(total, known.max(initial=-1), dtype=np.int64), np.ones(total), how)
    middle, centres = find_centres(vectors, known, int(known.max()) + 1)

    def compare_with_own(some: np.ndarray, topics: np.ndarray) -> np.ndarray:
        """Return the cosine of each document to the centre of its topic."""
        return np.asarray(np.einsum("ij,ij->i", scale_to_unit(some, middle), centres[topics]).round(DECIMALS))

    labels, probability, cosine = np.empty(total, dtype=np.int64), np.empty(total), np.empty(total)
    labels[:count], probability[:count] = known, (known[near] == known[:, None]).mean(axis=1)
    cosine[:count] = compare_with_own(vectors, known)
    progress = Progress("assigning texts to topics", total - count)
    for rows, piece in rest:
        labels[rows], probability[rows] = choose_majority(known[find_nearest(piece, near.shape[1], vectors)])
        cosine[rows] = compare_with_own(piece, labels[rows])
        progress.add(len(rows))
    if total > count:
        how += f"; clustered were {count:,} sampled by content, the others have the topic of their nearest"
    if settings.leave_out:
        firmness = np.where(labels < 0, -1, probability * np.maximum(cosine, 0))
        outliers = int((labels < 0).sum())
        labels[firmness < np.quantile(firmness[:count], settings.leave_out)] = -1
        sizes = Counter(labels[:count].tolist())
        labels[~np.isin(labels, [topic for topic in sizes if sizes[topic] >= settings.min_topic_size])] = -1
        how += f"; {int((labels < 0).sum()) - outliers:,} that belong least firmly to theirs were left out"
    return Partition(number_by_size(labels, 1), probability, how)


def cluster_sample(vectors: np.ndarray, settings: Settings) -> tuple[np.ndarray, np.ndarray | None, str]:
    """Cluster the sample; return the label of each document, its nearest documents, and what was done.

    Fewer than `min_topic_size` documents form no topic; fewer than twice as many form one topic. If HDBSCAN has too few
    documents or finds no clusters, Leiden is used instead. If no group has `min_topic_size` documents, all form one
    topic. The nearest documents are None if all documents have the same label. (BERTopic itself fails with fewer than
    about 10 documents, and with up to 40 it can leave all without a topic and give no warning.)
    """
    count, least = len(vectors), settings.min_topic_size
    none, whole = np.full(count, -1), np.zeros(count, dtype=np.int64)
    if count == 0:
        return none, None, "no unit holds a content word, so there are no topics"
    if count < least:
        return none, None, f"they are fewer than the {least} a topic must have (min_topic_size), so no topic was formed"
    if count < 2 * least:
        return whole, None, f"they are too few for two topics of at least {least}, so all form one topic"
    near = find_nearest(vectors, count_neighbours(count, settings))
    labels = _run_hdbscan(vectors, settings) if settings.clustering == "hdbscan" else none
    how = "clusters found by UMAP and HDBSCAN, which depend on seed and processor"
    if (labels < 0).all():
        labels = find_communities(near, settings.resolution, least, settings.seed)
        used = near.shape[1]
        fewer = f" instead of {settings.neighbours}, the corpus being small" if used < settings.neighbours else ""
        how = "HDBSCAN finds no clusters, so they are " if settings.clustering == "hdbscan" else ""
        how += f"communities of their graph of {used} nearest neighbours{fewer}, "
        how += f"agreed on by {count_runs(count)} Leiden runs"
    outliers = labels < 0
    if outliers.all():
        return whole, None, f"{how}, but no group has {least} documents, so all form one topic"
    if settings.outliers == "nearest" and outliers.any():
        middle, centres = find_centres(vectors, labels, int(labels.max()) + 1)
        cosines = scale_to_unit(vectors[outliers], middle) @ centres.T
        labels[outliers] = np.round(cosines, DECIMALS).argmax(axis=1)
        how += f"; {int(outliers.sum()):,} that fitted none were given to the nearest"
    return labels, near, how


def _run_hdbscan(vectors: np.ndarray, settings: Settings) -> np.ndarray:
    """Cluster with BERTopic's default models: UMAP (cosine, 5 dimensions), then HDBSCAN (Grootendorst 2022)."""
    dimensions = 5
    if len(vectors) <= max(settings.neighbours, 2 * dimensions):  # UMAP fails with so few documents
        return np.full(len(vectors), -1)
    from hdbscan import HDBSCAN
    from umap import UMAP

    reduction = UMAP(
        n_neighbors=settings.neighbours,
        n_components=dimensions,
        min_dist=0.0,
        metric="cosine",
        random_state=settings.seed,
        n_jobs=1,  # with a seed UMAP uses one job; without this argument it warns about that
    )
    clusters = HDBSCAN(min_cluster_size=settings.min_topic_size).fit(reduction.fit_transform(vectors))
    return number_by_size(clusters.labels_, settings.min_topic_size)


def count_neighbours(count: int, settings: Settings) -> int:
    """Return how many neighbours each of `count` documents has in the graph.

    It is `neighbours`, but at most a tenth of the documents, and that tenth counts as at least 3. With more neighbours,
    all documents of a small corpus would be connected; with fewer, the graph would have parts smaller than a topic.
    """
    return min(settings.neighbours, max(3, math.ceil(count / 10)))


def count_runs(count: int) -> int:
    """Return the number of Leiden runs for a graph of `count` nodes: more for small graphs, which have more ties."""
    return 500 if count <= 1_000 else 200 if count <= 10_000 else 100


def find_nearest(vectors: np.ndarray, k: int, among: np.ndarray | None = None) -> np.ndarray:
    """Find the k nearest documents of each document, by cosine: row numbers, shape (n, k), nearest first.

    In a tie (cosines equal to `DECIMALS`) the smaller row number comes first. The mean is subtracted from the vectors
    first; otherwise a few texts near the mean would be neighbours of all others (Suzuki et al. 2013).

    Args:
        vectors: shape (n, dimensions).
        k: number of neighbours; fewer are returned if there are fewer documents.
        among: vectors of the documents to search in, whose mean is subtracted; without it, `vectors` itself, where no
            document is its own neighbour.
    """
    middle = (vectors if among is None else among).mean(axis=0, dtype=np.float64)
    rows = scale_to_unit(vectors, middle)
    pool = rows if among is None else scale_to_unit(among, middle)
    count = len(pool)
    k = min(k, count - (among is None))
    found = np.empty((len(rows), k), dtype=np.int64)
    for start in range(0, len(rows), _BLOCK):
        block = slice(start, start + _BLOCK)
        # a smaller key is nearer: the rounded cosine decides, then the row number; no two keys in a row are equal
        keys = np.arange(count) - np.rint(rows[block] @ pool.T * 10**DECIMALS) * count
        if among is None:
            keys[np.arange(len(keys)), np.arange(start, start + len(keys))] = np.inf
        best = np.argpartition(keys, min(k, count - 1), axis=1)[:, :k]
        order = np.argsort(np.take_along_axis(keys, best, axis=1), axis=1)
        found[block] = np.take_along_axis(best, order, axis=1)
    return found


def scale_to_unit(vectors: np.ndarray, middle: np.ndarray | float) -> np.ndarray:
    """Subtract `middle` from the vectors and scale them to length 1, as float64."""
    centred = vectors - middle
    return np.asarray(centred / np.maximum(np.linalg.norm(centred, axis=1, keepdims=True), np.finfo(float).tiny))


def find_centres(vectors: np.ndarray, labels: np.ndarray, count: int) -> tuple[np.ndarray, np.ndarray]:
    """Return the mean of all vectors, and the centres of `count` topics.

    A centre is the sum of the topic's vectors minus that mean, scaled to length 1; it is 0 for an empty topic.
    """
    middle = vectors.mean(axis=0, dtype=np.float64)
    sums = [(vectors[labels == topic] - middle).sum(axis=0) for topic in range(count)]
    return middle, scale_to_unit(np.array(sums), 0)


def choose_majority(labels: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the most common label among each document's neighbours (in a tie, the nearest's label), and its share.

    Args:
        labels: of the neighbours, nearest first, shape (n, k).
    """
    tally = (labels[:, :, None] == labels[:, None, :]).sum(axis=2)
    first = tally.argmax(axis=1)  # in a tie, the first
    rows = np.arange(len(labels))
    return labels[rows, first], tally[rows, first] / labels.shape[1]


def sort_by_centrality(vectors: np.ndarray, members: np.ndarray) -> list[int]:
    """Sort the members by their cosine to their mean vector, nearest first; in a tie, by row number."""
    rows = vectors[members].astype(np.float64)
    centre = rows.mean(axis=0)
    cosines = np.rint(rows @ centre / max(float(np.linalg.norm(centre)), 1e-12) * 10**DECIMALS)
    return list(members[np.lexsort((members, -cosines))].tolist())


def find_communities(near: np.ndarray, resolution: float, min_size: int, seed: int) -> np.ndarray:
    """Find the communities of documents that many Leiden runs agree on (Lancichinetti & Fortunato 2012).

    Many runs of the Leiden algorithm, with different random numbers, maximise modularity (Traag, Waltman & van Eck
    2019). Each edge then gets a new weight: the square of the share of runs that put its two ends into one community,
    which is the probability that two runs both do. The runs are repeated on that graph until all agree. The authors
    drop edges below a threshold instead of squaring; but chance decides whether an edge is just below or just above it.

    Args:
        near: neighbours of each document, as from `find_nearest`.
        resolution: above 0; a higher value gives more and smaller communities.
        min_size: smaller communities get the label -1.
        seed: seed of the random numbers of all runs.

    Returns:
        Labels, shape (n,): 0 for the largest community, then 1, …; -1 for none.
    """
    import igraph

    edges, weights = build_graph(near)
    runs = count_runs(len(near))
    igraph.set_random_number_generator(random.Random(seed))  # noqa: S311  # no secret depends on it
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
        igraph.set_random_number_generator(random)  # igraph's default, for later callers
    return number_by_size(found[0], min_size)


def build_graph(near: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Build the graph of neighbours: its edges (shape (m, 2), smaller end first) and their weights (shape (m,)).

    The weight of an edge, above 0 and at most 1, is the Jaccard overlap of the neighbourhoods of its two ends. A
    document belongs to its own neighbourhood (Jarvis & Patrick 1973).
    """
    import igraph

    count, k = near.shape
    ends = np.column_stack([np.repeat(np.arange(count), k), near.ravel()])
    edges = np.unique(np.sort(ends, axis=1), axis=0)
    graph = igraph.Graph(n=count, edges=ends, directed=True)
    return edges, np.array(graph.similarity_jaccard(pairs=edges.tolist(), mode="out", loops=True))


def number_by_size(labels: np.ndarray, min_size: int) -> np.ndarray:
    """Number the groups by size: 0 for the largest (in a tie, the one that occurs first); -1 below `min_size`."""
    sizes = Counter(labels[labels >= 0].tolist()).most_common()
    number = {label: place for place, (label, size) in enumerate(sizes) if size >= min_size}
    return np.array([number.get(label, -1) for label in labels.tolist()], dtype=np.int64)
