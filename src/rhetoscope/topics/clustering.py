"""From vectors to topics: the same for any order of documents and any processor.

The default way is a graph of nearest neighbours whose communities many runs of the Leiden algorithm agree on. It sees
only which documents are neighbours, not how near, so vectors that differ in the eighth decimal give the same graph
unless two candidates tie for the last place. Rows must come in an order that does not depend on the corpus's files:
callers sort by content hash.
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
"""Cosines are compared to this many decimals: above the noise of float32 vectors, below any real difference."""

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
    """The topic of each document and how it came about.

    Attributes:
        labels: shape (n,), 0 for the topic of most documents, then 1, …; -1 for none.
        probability: shape (n,), the share of the nearest documents that have the same topic, 0 to 1: the
            k-nearest-neighbour estimate of the class posterior (Cover & Hart 1967); its steps of 1/k hide noise in the
            vectors. 1 where all documents form one topic.
        how: a clause without full stop that says what was done.
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
    """Topics of all documents: the sample is clustered, each other document takes the topic of its nearest.

    Of its nearest documents in the sample the most common topic is taken, of equally common ones that of the nearest;
    "none" counts as a topic here. Then `leave_out` is applied: the sample decides how firm is firm enough.

    Args:
        vectors: of the sample, shape (n, dimensions), rows in content order.
        settings: the parameters.
        rest: row numbers of further documents, shape (m,), from n on, and their vectors, shape (m, dimensions).
        total: documents in all; without it those of the sample.
    """
    count, total = len(vectors), len(vectors) if total is None else total
    known, near, how = cluster_sample(vectors, settings)
    if near is None:  # all have the same label
        return Partition(np.full(total, known.max(initial=-1), dtype=np.int64), np.ones(total), how)
    middle, centres = find_centres(vectors, known, int(known.max()) + 1)

    def compare_with_own(some: np.ndarray, topics: np.ndarray) -> np.ndarray:
        """The cosine of each document to the centre of its topic."""
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
    """Labels of documents that are clustered together, their nearest documents, and what was done.

    Fewer than `min_topic_size` documents form no topic, fewer than twice as many form one. Where HDBSCAN has too few
    documents or finds nothing, Leiden takes its place; where no group reaches `min_topic_size`, all form one topic.
    The nearest documents are None where all have the same label. (Plain BERTopic fails below some ten documents and
    leaves up to forty all without a topic, in silence.)
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
    """BERTopic's usual models: cosine UMAP to five dimensions, then HDBSCAN by excess of mass (Grootendorst 2022)."""
    dimensions = 5
    if len(vectors) <= max(settings.neighbours, 2 * dimensions):  # UMAP fails on so few
        return np.full(len(vectors), -1)
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
    clusters = HDBSCAN(min_cluster_size=settings.min_topic_size).fit(reduction.fit_transform(vectors))
    return number_by_size(clusters.labels_, settings.min_topic_size)


def count_neighbours(count: int, settings: Settings) -> int:
    """Neighbours in the graph of so many documents: `neighbours`, or a tenth of the documents (but 3) if fewer.

    With more a small corpus would be one dense lump; with fewer the graph falls into pieces smaller than a topic.
    """
    return min(settings.neighbours, max(3, math.ceil(count / 10)))


def count_runs(count: int) -> int:
    """Leiden runs for a graph of so many nodes: small graphs have more ties, and more runs on them cost little."""
    return 500 if count <= 1_000 else 200 if count <= 10_000 else 100


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


def scale_to_unit(vectors: np.ndarray, middle: np.ndarray | float) -> np.ndarray:
    """The vectors minus `middle`, scaled to length 1, as float64."""
    centred = vectors - middle
    return np.asarray(centred / np.maximum(np.linalg.norm(centred, axis=1, keepdims=True), np.finfo(float).tiny))


def find_centres(vectors: np.ndarray, labels: np.ndarray, count: int) -> tuple[np.ndarray, np.ndarray]:
    """The mean of all vectors, and the means of `count` topics minus it, scaled to length 1; 0 for an empty topic."""
    middle = vectors.mean(axis=0, dtype=np.float64)
    sums = [(vectors[labels == topic] - middle).sum(axis=0) for topic in range(count)]
    return middle, scale_to_unit(np.array(sums), 0)


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
    return list(members[np.lexsort((members, -cosines))].tolist())


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
    import igraph

    count, k = near.shape
    ends = np.column_stack([np.repeat(np.arange(count), k), near.ravel()])
    edges = np.unique(np.sort(ends, axis=1), axis=0)
    graph = igraph.Graph(n=count, edges=ends, directed=True)
    return edges, np.array(graph.similarity_jaccard(pairs=edges.tolist(), mode="out", loops=True))


def number_by_size(labels: np.ndarray, min_size: int) -> np.ndarray:
    """New labels: 0 for the largest group, of equal ones the one whose first row comes first; -1 below `min_size`."""
    sizes = Counter(labels[labels >= 0].tolist()).most_common()
    number = {label: place for place, (label, size) in enumerate(sizes) if size >= min_size}
    return np.array([number.get(label, -1) for label in labels.tolist()], dtype=np.int64)
