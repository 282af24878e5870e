"""Clustering that does not care about document order, float noise or seed.

Three steps, each there to take chance out of the result:

1. The exact cosine k-nearest-neighbour graph of the vectors less their mean, ties broken by row, weighted by the
   share of common neighbours (Jarvis & Patrick 1973). Everything after it sees only which documents are neighbours,
   not how near, so vectors that differ in the eighth decimal give the very same graph unless two candidates for the
   last place tie. The mean is what all texts of a corpus share; with it, a few texts near it are everyone's
   neighbours (Suzuki et al. 2013).
2. Many seeded runs of the Leiden algorithm on modularity (Traag, Waltman & van Eck 2019).
3. Their consensus: each edge is weighted by the share of runs that put its ends together, edges below one half
   are dropped, and the runs are repeated on that graph until they all agree (Lancichinetti & Fortunato 2012).

Rows must come in an order that does not depend on the corpus's files: the caller sorts by content hash.
"""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np

RUNS = ((1_000, 500), (10_000, 200), (20_000, 100))
"""Leiden runs a consensus is taken over, for graphs of up to so many nodes; the last is the least.

On 2,108 BBC News texts the worst of 28 pairs of seeds agreed to .9545 with 100 runs, .979 with 200 and .985 with 300
(adjusted Rand index). Small graphs have more ties between partitions, and more runs on them cost nothing."""

ROUNDS = 20
"""Most rounds of consensus; two or three are usual. After the last, the first of its runs stands."""

ITERATIONS = 2
"""Iterations of one Leiden run: the second refines the first; running to convergence takes three times as long."""

DECIMALS = 6
"""Cosines are compared to this many decimals: above the noise of float32 vectors, below any real difference."""

_BLOCK = 512
"""Rows compared with all others at a time: bounds memory to some hundred MB for 20,000 documents."""

_SPARE = 8
"""Candidates beyond the k nearest that float32 picks and float64 ranks."""

_GROUP = 64
"""Columns of which only the largest cosine is looked at first."""


class ConsensusLeiden:
    """Consensus Leiden communities as a cluster model for `BERTopic(hdbscan_model=…)`.

    Args:
        neighbours: neighbours a document has in the graph, at least 1; fewer where there are fewer documents.
        resolution: grain of the communities, above 0; higher makes more, smaller ones.
        min_size: communities of fewer documents get the label -1.
        seed: of the first run; the others follow from it.
    """

    def __init__(self, neighbours: int, resolution: float, min_size: int, seed: int) -> None:
        self.neighbours = neighbours
        self.resolution = resolution
        self.min_size = min_size
        self.seed = seed

    def fit(self, X: np.ndarray, y: None = None) -> ConsensusLeiden:
        """Sets `labels_`, shape (n,): 0 for the largest community, then 1, …; -1 for none.

        Args:
            X: vectors, shape (n, dimensions), n at least 2; their length does not matter.
            y: not used; there because cluster models have it.
        """
        self.labels_ = communities(nearest(X, self.neighbours), self.resolution, self.min_size, self.seed)
        return self


def communities(near: np.ndarray, resolution: float, min_size: int, seed: int) -> np.ndarray:
    """Labels of the documents from their neighbours alone, as `nearest` gives them; a pure function of its arguments.

    Returns:
        shape (n,): 0 for the largest community, then 1, …; -1 for those of fewer than `min_size`.
    """
    import numpy as np

    edges, weights = neighbour_graph(near)
    row = _along(len(near), edges)
    place = np.empty_like(row)
    place[row] = np.arange(len(row))
    ends = np.sort(place[edges], axis=1)
    order = np.lexsort((ends[:, 1], ends[:, 0]))
    found = consensus(len(near), ends[order], weights[order], resolution, seed)
    return by_size(found[place], min_size)


def _along(count: int, edges: np.ndarray) -> np.ndarray:
    """The nodes in an order in which neighbours stand near each other (Cuthill & McKee 1969), shape (count,).

    Leiden runs on nodes so numbered are a fifth faster, for what they need next is in the processor's cache.
    """
    import numpy as np
    from scipy.sparse import coo_matrix
    from scipy.sparse.csgraph import reverse_cuthill_mckee

    links = coo_matrix((np.ones(len(edges)), tuple(edges.T)), shape=(count, count))
    return np.asarray(reverse_cuthill_mckee((links + links.T).tocsr(), symmetric_mode=True), dtype=np.int64)


def nearest(vectors: np.ndarray, k: int, among: np.ndarray | None = None) -> np.ndarray:
    """The k documents of largest cosine for each: row numbers, shape (n, k), fewer where there are fewer documents.

    Cosines are of the vectors less their mean. Nearest first; equal cosines (to `DECIMALS`) in row order. The search
    is exact: float32 picks candidates in blocks, float64 ranks them, and a row is searched again in float64 where
    its last candidate is as near as its last neighbour.

    Args:
        vectors: shape (n, dimensions).
        k: neighbours.
        among: documents to search in, whose mean is then taken; without it the vectors themselves, each but itself.
    """
    import numpy as np

    middle = (vectors if among is None else among).mean(axis=0, dtype=np.float64)
    rows64 = unit(vectors, middle)
    pool64 = rows64 if among is None else unit(among, middle)
    pool = pool64.astype(np.float32)
    count = len(pool)
    k = min(k, count - (among is None))
    width = min(count, k + _SPARE + 1)
    found = np.empty((len(rows64), k), dtype=np.int64)
    for start in range(0, len(rows64), _BLOCK):
        rows = np.arange(start, min(start + _BLOCK, len(rows64)))
        cosines = rows64[rows].astype(np.float32) @ pool.T
        least = _bound(cosines, width)
        near = cosines >= least[:, None]
        many = near.sum(axis=1)
        crowded = many > 4 * width  # very many as near as the last: no use in ranking candidates
        near[crowded] = False
        row, candidate = np.divmod(np.flatnonzero(near), count)
        exact = np.rint(np.einsum("ij,ij->i", rows64[rows[row]], pool64[candidate]) * 10**DECIMALS)
        if among is None:
            exact[candidate == rows[row]] = -np.inf
        order = np.lexsort((candidate, -exact, row))
        first = np.cumsum(np.where(crowded, 0, many)) - many
        searched = np.flatnonzero(~crowded)
        places = order[first[searched][:, None] + np.arange(k)]
        found[rows[searched]] = candidate[places]
        doubtful = crowded.copy()
        if width < count and k:
            doubtful[searched] = exact[places[:, -1]] <= np.rint(least[searched].astype(np.float64) * 10**DECIMALS) + 1
        for one in rows[doubtful]:
            every = np.rint(pool64 @ rows64[one] * 10**DECIMALS)
            if among is None:
                every[one] = -np.inf
            found[one] = np.argsort(-every, kind="stable")[:k]
    return found


def _bound(cosines: np.ndarray, width: int) -> np.ndarray:
    """For each row a number that at least `width` of its cosines reach, and not many more: shape (rows,).

    The `width`-th largest of the largest in each group of columns: three times as fast as that of all columns.
    """
    import numpy as np

    rows, count = cosines.shape
    if count >= 4 * width * _GROUP:
        cosines = cosines[:, : count // _GROUP * _GROUP].reshape(rows, -1, _GROUP).max(axis=2)
    at = cosines.shape[1] - width
    return np.asarray(np.partition(cosines, at, axis=1)[:, at])


def unit(vectors: np.ndarray, middle: np.ndarray) -> np.ndarray:
    """The vectors less `middle`, scaled to length 1, as float64."""
    import numpy as np

    centred = vectors - middle
    return np.asarray(centred / np.maximum(np.linalg.norm(centred, axis=1, keepdims=True), np.finfo(float).tiny))


def neighbour_graph(neighbours: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Edges (shape (m, 2), first end smaller) between neighbours, and their weights (shape (m,)), above 0 to 1.

    The weight of an edge is the Jaccard overlap of the neighbourhoods of its ends, each with itself included.
    """
    import numpy as np
    from scipy.sparse import csr_matrix

    count, k = neighbours.shape
    ends = np.column_stack([np.repeat(np.arange(count), k), neighbours.ravel()])
    edges = np.unique(np.sort(ends, axis=1), axis=0)
    members = np.column_stack([np.arange(count), neighbours])
    indicator = csr_matrix(
        (np.ones(members.size, dtype=np.int64), members.ravel(), np.arange(0, members.size + 1, k + 1)),
        shape=(count, count),
    )
    shared = np.asarray(indicator[edges[:, 0]].multiply(indicator[edges[:, 1]]).sum(axis=1)).ravel()
    return edges, shared / (2 * (k + 1) - shared)


def consensus(count: int, edges: np.ndarray, weights: np.ndarray, resolution: float, seed: int) -> np.ndarray:
    """A community number for each of `count` nodes, shape (count,).

    After each round, nodes that all runs put together become one node with their edges and strength: modularity is
    the same for every partition that keeps them together, and the later rounds cost next to nothing.
    """
    import numpy as np
    from scipy.sparse import coo_matrix
    from scipy.sparse.csgraph import connected_components

    generator = random.Random(seed)  # noqa: S311  # nothing secret is drawn
    place, strength = np.arange(count), _strength(count, edges, weights)
    number: np.ndarray = np.ones(len(edges))  # of edges of the graph of documents that an edge stands for
    inside: np.ndarray = np.zeros(count)  # and of those that lie within a node
    for _ in range(ROUNDS):
        found = _leiden(edges, weights, strength, resolution, runs(count), generator)
        together = (found[:, edges[:, 0]] == found[:, edges[:, 1]]).mean(axis=0)
        if ((together == 0) | (together == 1)).all():
            break
        kept = together >= 0.5
        edges, together, number = edges[kept], together[kept], number[kept]
        whole = together == 1
        links = coo_matrix((number[whole], tuple(edges[whole].T)), shape=(len(strength),) * 2)
        node = connected_components(links, directed=False)[1]
        size = int(node.max()) + 1
        strength = np.bincount(node, 2 * inside + _strength(len(node), edges, together * number), size)
        within = node[edges[:, 0]] == node[edges[:, 1]]
        inside = np.bincount(node, inside, size)
        inside += np.bincount(node[edges[within, 0]], (together * number)[within], size)
        ends, which = np.unique(np.sort(node[edges[~within]], axis=1), axis=0, return_inverse=True)
        edges, which = ends, which.ravel()
        weights = np.bincount(which, (together * number)[~within], len(ends))
        number = np.bincount(which, number[~within], len(ends))
        place = node[place]
    first: np.ndarray = found[0][place]
    return first


def _strength(count: int, edges: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """The sum of the weights at each node."""
    import numpy as np

    return np.asarray(np.bincount(edges[:, 0], weights, count) + np.bincount(edges[:, 1], weights, count))


def runs(count: int) -> int:
    """Leiden runs for a graph of so many nodes, by `RUNS`."""
    return next((number for most, number in RUNS if count <= most), RUNS[-1][1])


def _leiden(
    edges: np.ndarray,
    weights: np.ndarray,
    strength: np.ndarray,
    resolution: float,
    times: int,
    generator: random.Random,
) -> np.ndarray:
    """The communities of so many Leiden runs, which draw from one generator: shape (times, nodes).

    Modularity is the constant Potts model with nodes weighted by strength and the resolution divided by the sum of
    strengths (Traag, Waltman & van Eck 2019, eq. 1 and 2); so written, edges within a node need no loop.
    """
    import igraph
    import numpy as np

    graph = igraph.Graph(n=len(strength), edges=edges)
    graph.es["weight"], graph.vs["strength"] = weights, strength
    share = resolution / max(float(strength.sum()), 1e-12)  # no edge is left where every text stands alone
    igraph.set_random_number_generator(generator)
    try:
        return np.array(
            [
                graph.community_leiden(
                    "CPM", "weight", share, node_weights="strength", n_iterations=ITERATIONS
                ).membership
                for _ in range(times)
            ],
            dtype=np.int32,
        )
    finally:
        igraph.set_random_number_generator(random)  # igraph's default, for whoever uses it next


def by_size(labels: np.ndarray, min_size: int) -> np.ndarray:
    """Labels renumbered: 0 the largest, of equal ones the one whose first row comes first; -1 below `min_size`."""
    import numpy as np

    values, first, inverse, sizes = np.unique(labels, return_index=True, return_inverse=True, return_counts=True)
    order = sorted(range(len(values)), key=lambda place: (-sizes[place], first[place]))
    number = np.full(len(values), -1, dtype=np.int64)
    kept = [place for place in order if sizes[place] >= min_size and values[place] != -1]
    number[kept] = np.arange(len(kept))
    return number[inverse]
