"""The nearest documents: exact, ties broken by row."""

from __future__ import annotations

import numpy as np

from rhetoscope.topics.neighbours import central_first, nearest
from test_topics_cluster import blobs


def test_nearest_are_those_of_largest_cosine_to_the_centred_vectors() -> None:
    vectors = blobs([9, 7])
    centred = vectors.astype(float) - vectors.astype(float).mean(axis=0)
    unit = centred / np.linalg.norm(centred, axis=1, keepdims=True)
    cosines = unit @ unit.T
    np.fill_diagonal(cosines, -2)
    assert (nearest(vectors, 4) == np.argsort(-cosines, axis=1)[:, :4]).all()


def test_equal_cosines_are_taken_in_row_order() -> None:
    vectors = np.array([[1, 0], [0, 1], [0, 1], [0, 1]], dtype=np.float32)
    assert nearest(vectors, 2)[1:].tolist() == [[2, 3], [1, 3], [1, 2]]


def test_many_equal_cosines_are_taken_in_row_order_too() -> None:
    """More equally near documents than float32 picks as candidates: the row is searched again, exactly."""
    vectors = np.vstack([np.eye(2)[np.zeros(60, dtype=int)], np.eye(2)[np.ones(3, dtype=int)]]).astype(np.float32)
    assert nearest(vectors, 4)[[0, 59]].tolist() == [[1, 2, 3, 4], [0, 1, 2, 3]]


def test_the_shortcut_for_many_documents_finds_the_same_neighbours() -> None:
    vectors = np.random.default_rng(1).normal(size=(5_000, 6)).astype(np.float32)
    centred = vectors.astype(float) - vectors.astype(float).mean(axis=0)
    unit = centred / np.linalg.norm(centred, axis=1, keepdims=True)
    cosines = np.rint(unit[:50] @ unit.T * 1e6)
    cosines[np.arange(50), np.arange(50)] = -np.inf
    assert (nearest(vectors, 8)[:50] == np.argsort(-cosines, axis=1, kind="stable")[:, :8]).all()


def test_nearest_among_others_are_theirs() -> None:
    others = np.eye(3, dtype=np.float32)
    assert nearest(np.array([[0, 9, 0], [0, 0, 1]], dtype=np.float32), 1, others).tolist() == [[1], [2]]


def test_there_are_never_more_neighbours_than_others() -> None:
    assert nearest(blobs([2, 1]), 8).shape == (3, 2)
    assert nearest(np.zeros((2, 3), dtype=np.float32), 1).tolist() == [[1], [0]]


def test_central_members_come_first_and_equal_ones_by_row() -> None:
    vectors = np.array([[0, 1], [1, 0], [0.6, 0.8], [0, -1], [1, 0]], dtype=np.float32)
    assert central_first(vectors, np.array([1, 2, 4])) == [1, 4, 2]
