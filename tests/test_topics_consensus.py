"""What many runs agree on."""

from __future__ import annotations

import numpy as np

from rhetoscope.topics.cluster import by_size
from rhetoscope.topics.consensus import _Graph, consensus, runs


def test_a_pair_of_triangles_is_two_communities() -> None:
    """One edge between two triangles: the partition that any optimum of modularity has, after every contraction."""
    edges = np.array([[0, 1], [0, 2], [1, 2], [2, 3], [3, 4], [3, 5], [4, 5]])
    labels = consensus(6, edges, np.ones(7), 1.0, seed=0)
    assert by_size(labels, 1).tolist() == [0, 0, 0, 1, 1, 1]
    assert len(set(consensus(6, edges, np.ones(7), 1000.0, seed=0).tolist())) == 6


def test_small_graphs_get_more_runs() -> None:
    assert [runs(count) for count in (2, 1000, 1001, 10_000, 20_000, 50_000)] == [500, 500, 200, 200, 100, 100]


def test_nodes_always_together_become_one_of_the_same_strength() -> None:
    """A path of four: the first edge stands in all runs, the second in half of them, the third in none."""
    edges, ones = np.array([[0, 1], [1, 2], [2, 3]]), np.ones(3)
    graph = _Graph(edges, ones, np.array([1.0, 2, 2, 1]), ones, np.zeros(4))
    node, smaller = graph.contracted(np.array([1, 0.25, 0]))
    assert node.tolist() == [0, 0, 1, 2]
    assert smaller.edges.tolist() == [[0, 1]]
    assert smaller.weights.tolist() == [0.25]
    assert smaller.strength.tolist() == [2.25, 0.25, 0]
    assert smaller.inside.tolist() == [1, 0, 0]
