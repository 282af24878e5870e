"""Clustering that does not care about document order, float noise or seed.

The graph of nearest neighbours (`neighbours`), ties broken by row, is weighted by the share of common neighbours
(Jarvis & Patrick 1973); its communities are those that many Leiden runs agree on (`consensus`).

Rows must come in an order that does not depend on the corpus's files: the caller sorts by content hash.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rhetoscope.topics.consensus import consensus
from rhetoscope.topics.neighbours import nearest

if TYPE_CHECKING:
    import numpy as np


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


def by_size(labels: np.ndarray, min_size: int) -> np.ndarray:
    """Labels renumbered: 0 the largest, of equal ones the one whose first row comes first; -1 below `min_size`."""
    import numpy as np

    values, first, inverse, sizes = np.unique(labels, return_index=True, return_inverse=True, return_counts=True)
    order = sorted(range(len(values)), key=lambda place: (-sizes[place], first[place]))
    number = np.full(len(values), -1, dtype=np.int64)
    kept = [place for place in order if sizes[place] >= min_size and values[place] != -1]
    number[kept] = np.arange(len(kept))
    return number[inverse]
