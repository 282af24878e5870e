"""Clusters that come out the same: the graph in sight, and no dependence on order, noise or seed."""

import random
from dataclasses import replace

import igraph
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rhetoscope.topics import Settings
from rhetoscope.topics.clustering import (
    build_graph,
    cluster_documents,
    count_runs,
    find_communities,
    find_nearest,
    number_by_size,
    scale_to_unit,
    sort_by_centrality,
)
from rhetoscope.topics.views import measure_agreement


def blobs(sizes: list[int], spread: float = 0.2, seed: int = 0) -> np.ndarray:
    """Groups of points around far-apart directions, float32."""
    draw = np.random.default_rng(seed)
    centres = np.repeat(np.eye(len(sizes), 12), sizes, axis=0)
    return (centres + draw.normal(0, spread, centres.shape)).astype(np.float32)


def communities(vectors: np.ndarray, k: int, resolution: float = 1.0, least: int = 3, seed: int = 0) -> np.ndarray:
    return find_communities(find_nearest(vectors, k), resolution, least, seed)


def test_edge_weights_are_shares_of_common_neighbours() -> None:
    """0 with 1 and 2, 1 with 0 and 2, 2 with 3 and 0, 3 with 2 and 1: 0 and 1 share all three, others two of four."""
    edges, weights = build_graph(np.array([[1, 2], [0, 2], [3, 0], [2, 1]]))
    assert dict(zip(map(tuple, edges.tolist()), weights.tolist(), strict=True)) == {
        (0, 1): 3 / 3, (0, 2): 2 / 4, (1, 2): 2 / 4, (1, 3): 2 / 4, (2, 3): 2 / 4,
    }  # fmt: skip


@given(st.lists(st.integers(-1, 4), min_size=1, max_size=30), st.integers(1, 5))
def test_labels_are_numbered_by_size(labels: list[int], least: int) -> None:
    renumbered = number_by_size(np.array(labels), least)
    sizes = np.bincount(renumbered[renumbered >= 0])
    assert (np.diff(sizes) <= 0).all()
    assert (sizes >= least).all()
    for old in set(labels):
        assert len(set(renumbered[np.array(labels) == old].tolist())) == 1


def test_well_separated_groups_are_found_and_small_ones_are_no_topics() -> None:
    sizes = [30, 20, 10]
    assert measure_agreement(communities(blobs(sizes), 6, 0.5, 4), np.repeat([0, 1, 2], sizes)) == 1
    assert (communities(blobs([20, 4], 0.05), 3, 0.5, 6)[20:] == -1).all()


def test_the_resolution_sets_the_grain_and_small_graphs_get_more_runs() -> None:
    """Two triangles with one edge between them, as neighbours: two communities, or six at an extreme resolution."""
    near = np.array([[1, 2], [0, 2], [0, 1], [4, 5], [3, 5], [3, 4]])
    assert find_communities(near, 1.0, 1, seed=0).tolist() == [0, 0, 0, 1, 1, 1]
    assert len(set(find_communities(near, 1000.0, 1, seed=0).tolist())) == 6
    assert [count_runs(count) for count in (2, 1000, 1001, 10_000, 20_000, 50_000)] == [500, 500, 200, 200, 100, 100]


@settings(max_examples=5, deadline=None)
@given(st.integers(0, 1000))
def test_noise_of_another_processor_changes_nothing(seed: int) -> None:
    vectors = blobs([25, 15, 15], 0.4)
    noisy = (vectors + np.random.default_rng(seed).normal(0, 5e-8, vectors.shape)).astype(np.float32)
    assert (communities(vectors, 5) == communities(noisy, 5)).all()


def test_the_same_seed_gives_the_same_labels_and_igraph_its_generator_back() -> None:
    vectors = blobs([20, 20], 0.6)
    one = communities(vectors, 5, seed=7)
    random.seed(1)
    assert (one == communities(vectors, 5, seed=7)).all()
    random.seed(1)
    first = igraph.Graph.Erdos_Renyi(20, 0.2).get_edgelist()
    random.seed(1)
    assert igraph.Graph.Erdos_Renyi(20, 0.2).get_edgelist() == first


@pytest.mark.parametrize(("count", "k"), [(16, 4), (3_000, 8)])
def test_nearest_are_those_of_largest_cosine_to_the_centred_vectors(count: int, k: int) -> None:
    vectors = np.random.default_rng(1).normal(size=(count, 6)).astype(np.float32)
    rows = scale_to_unit(vectors, vectors.mean(axis=0, dtype=np.float64))
    cosines = np.rint(rows[:50] @ rows.T * 1e6)
    np.fill_diagonal(cosines, -np.inf)
    assert (find_nearest(vectors, k)[:50] == np.argsort(-cosines, axis=1, kind="stable")[:, :k]).all()


def test_equal_cosines_are_taken_in_row_order_and_central_members_first() -> None:
    vectors = np.array([[1, 0], [0, 1], [0, 1], [0, 1]], dtype=np.float32)
    assert find_nearest(vectors, 2)[1:].tolist() == [[2, 3], [1, 3], [1, 2]]
    many = np.vstack([np.eye(2)[np.zeros(60, dtype=int)], np.eye(2)[np.ones(3, dtype=int)]]).astype(np.float32)
    assert find_nearest(many, 4)[[0, 59]].tolist() == [[1, 2, 3, 4], [0, 1, 2, 3]]
    vectors = np.array([[0, 1], [1, 0], [0.6, 0.8], [0, -1], [1, 0]], dtype=np.float32)
    assert sort_by_centrality(vectors, np.array([1, 2, 4])) == [1, 4, 2]


def test_nearest_among_others_are_theirs_and_never_more_than_there_are() -> None:
    others = np.eye(3, dtype=np.float32)
    assert find_nearest(np.array([[0, 9, 0], [0, 0, 1]], dtype=np.float32), 1, others).tolist() == [[1], [2]]
    assert find_nearest(others[:1], 8, others).shape == (1, 3)
    assert find_nearest(blobs([2, 1]), 8).shape == (3, 2)
    assert find_nearest(np.zeros((2, 3), dtype=np.float32), 1).tolist() == [[1], [0]]


def test_the_rest_takes_the_topic_of_its_nearest_in_the_sample() -> None:
    vectors = np.random.default_rng(0).permutation(blobs([150, 100, 50], 0.1))
    rest = [(rows, vectors[rows]) for rows in (np.arange(299, 200, -1), np.arange(120, 201))]
    made = cluster_documents(vectors[:120], Settings(sample=120, resolution=0.3), rest, 300)
    assert "120 sampled by content" in made.how
    truth = vectors.argmax(axis=1)
    assert [len(set(truth[made.labels == topic].tolist())) for topic in range(made.labels.max() + 1)] == [1, 1, 1]
    assert made.probability.min() > 0.5


def test_outliers_are_left_or_given_to_the_nearest() -> None:
    vectors = blobs([40, 40, 3], 0.1)
    few = Settings(min_topic_size=8, resolution=0.5, neighbours=2)
    left = (cluster_documents(vectors, few).labels == -1).sum()
    filled = cluster_documents(vectors, replace(few, outliers="nearest"))
    assert (filled.labels >= 0).all()
    assert left
    assert f"{left} that fitted none were given to the nearest" in filled.how


def test_unsure_documents_can_be_left_out() -> None:
    vectors = np.random.default_rng(0).normal(size=(80, 8)).astype(np.float32)
    loose, strict = cluster_documents(vectors, Settings()), cluster_documents(vectors, Settings(leave_out=0.3))
    assert (strict.labels == -1).sum() > (loose.labels == -1).sum()
    assert "that belong least firmly to theirs were left out" in strict.how
    assert 0.3 <= (strict.labels == -1).mean() < 0.45
