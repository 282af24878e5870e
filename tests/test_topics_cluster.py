"""Clusters that come out the same: the graph in sight, and no care for order, noise or seed."""

from __future__ import annotations

import random

import igraph
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rhetoscope.topics.cluster import ConsensusLeiden, by_size, neighbour_graph
from rhetoscope.topics.measure import agreement


def blobs(sizes: list[int], spread: float = 0.2, seed: int = 0) -> np.ndarray:
    """Groups of points around far-apart directions, float32."""
    draw = np.random.default_rng(seed)
    centres = np.repeat(np.eye(len(sizes), 12), sizes, axis=0)
    return (centres + draw.normal(0, spread, centres.shape)).astype(np.float32)


def test_edge_weights_are_shares_of_common_neighbours() -> None:
    """0 with 1 and 2, 1 with 0 and 2, 2 with 3 and 0, 3 with 2 and 1: 0 and 1 share all three, others two of four."""
    edges, weights = neighbour_graph(np.array([[1, 2], [0, 2], [3, 0], [2, 1]]))
    assert dict(zip(map(tuple, edges.tolist()), weights.tolist(), strict=True)) == {
        (0, 1): 3 / 3,
        (0, 2): 2 / 4,
        (1, 2): 2 / 4,
        (1, 3): 2 / 4,
        (2, 3): 2 / 4,
    }


@given(st.lists(st.integers(-1, 4), min_size=1, max_size=30), st.integers(1, 5))
def test_labels_are_numbered_by_size(labels: list[int], least: int) -> None:
    renumbered = by_size(np.array(labels), least)
    sizes = np.bincount(renumbered[renumbered >= 0])
    assert (np.diff(sizes) <= 0).all()
    assert (sizes >= least).all()
    for old in set(labels):
        assert len(set(renumbered[np.array(labels) == old].tolist())) == 1


def test_well_separated_groups_are_found() -> None:
    sizes = [30, 20, 10]
    model = ConsensusLeiden(neighbours=6, resolution=0.5, min_size=4, seed=0).fit(blobs(sizes))
    assert agreement(model.labels_, np.repeat([0, 1, 2], sizes)) == 1


def test_small_communities_are_no_topics() -> None:
    labels = ConsensusLeiden(neighbours=3, resolution=0.5, min_size=6, seed=0).fit(blobs([20, 4], 0.05)).labels_
    assert (labels[20:] == -1).all()


@settings(max_examples=5, deadline=None)
@given(st.integers(0, 1000))
def test_noise_of_another_processor_changes_nothing(seed: int) -> None:
    vectors = blobs([25, 15, 15], 0.4)
    noisy = (vectors + np.random.default_rng(seed).normal(0, 5e-8, vectors.shape)).astype(np.float32)
    model = ConsensusLeiden(neighbours=5, resolution=1.0, min_size=3, seed=0)
    before = model.fit(vectors).labels_.copy()
    assert (model.fit(noisy).labels_ == before).all()


def test_the_same_seed_gives_the_same_labels_and_igraph_its_generator_back() -> None:
    vectors = blobs([20, 20], 0.6)
    one = ConsensusLeiden(5, 1.0, 3, seed=7).fit(vectors).labels_
    random.seed(1)
    other = ConsensusLeiden(5, 1.0, 3, seed=7).fit(vectors).labels_
    assert (one == other).all()
    random.seed(1)
    first = igraph.Graph.Erdos_Renyi(20, 0.2).get_edgelist()
    random.seed(1)
    assert igraph.Graph.Erdos_Renyi(20, 0.2).get_edgelist() == first


@pytest.mark.filterwarnings("ignore")
def test_it_is_a_cluster_model_for_bertopic() -> None:
    from bertopic import BERTopic
    from bertopic.backend import BaseEmbedder
    from bertopic.dimensionality import BaseDimensionalityReduction

    texts = [f"peace talks {n}" for n in range(12)] + [f"oil prices {n}" for n in range(10)]
    model = BERTopic(
        embedding_model=BaseEmbedder(),
        umap_model=BaseDimensionalityReduction(),
        hdbscan_model=ConsensusLeiden(5, 0.5, 4, seed=0),
    ).fit(texts, blobs([12, 10]))
    assert model.topics_ == [0] * 12 + [1] * 10
