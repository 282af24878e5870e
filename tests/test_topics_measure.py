"""Coherence, diversity and agreement: arithmetic in sight, and a second implementation's values."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rhetoscope.topics.measure import agreement, best_overlap, coherence, diversity, npmi

DOCUMENTS = [
    ["peace", "talks", "baku"],
    ["peace", "talks"],
    ["peace", "treaty"],
    ["war", "front"],
    ["war", "front", "talks"],
    ["treaty", "baku"],
]


def test_npmi_in_sight() -> None:
    """p(a) = p(b) = 1/2, p(a,b) = 1/4: independent. p(a) = p(b) = p(a,b): always together."""
    assert npmi(1, 2, 2, 4) == 0
    assert npmi(2, 2, 2, 4) == 1
    assert npmi(0, 2, 2, 4) == -1
    assert npmi(4, 4, 4, 4) == 1
    assert npmi(1, 1, 2, 4) == pytest.approx(math.log(0.25 / (0.25 * 0.5)) / -math.log(0.25)) == 0.5


def test_coherence_as_gensim_has_it() -> None:
    """gensim 4.4.0, CoherenceModel(coherence="c_npmi", window_size=1000) on the same documents.

    Words that never meet are left out: gensim adds 1e-12 to their zero and comes to −.93 here, not to the limit −1.
    """
    topics = [["war", "front", "talks"], ["baku", "peace", "talks"]]
    expected = [0.3333333333373863, 0.08728650238435265]
    assert coherence(topics, DOCUMENTS) == pytest.approx(expected, abs=1e-9)


def test_coherence_needs_two_words() -> None:
    assert coherence([["peace"], []], DOCUMENTS) == [None, None]
    assert coherence([], []) == []


@given(st.lists(st.lists(st.sampled_from("abcde"), max_size=5), min_size=1, max_size=12))
def test_coherence_lies_between_minus_one_and_one(documents: list[list[str]]) -> None:
    words = sorted({word for document in documents for word in document})
    value = coherence([words], documents)[0]
    assert value is None or -1 - 1e-9 <= value <= 1 + 1e-9


def test_diversity_is_the_share_of_distinct_words() -> None:
    assert diversity([["peace", "war"], ["peace", "gas"]]) == 0.75
    assert diversity([]) is None


def test_agreement_ignores_numbering() -> None:
    one = np.array([0, 0, 1, 1, -1])
    assert agreement(one, np.array([1, 1, 0, 0, -1])) == 1
    assert agreement(one, np.array([0, 1, 0, 1, -1])) < 0.2


def test_best_overlap_is_jaccard_and_leaves_out_none() -> None:
    one = np.array([0, 0, 0, 1, 1, -1])
    other = np.array([1, 1, -1, 0, 0, 0])
    assert best_overlap(one, other) == {0: pytest.approx(2 / 3), 1: pytest.approx(2 / 3)}
    assert best_overlap(one, np.full(6, -1)) == {0: 0.0, 1: 0.0}
    assert best_overlap(one, one) == {0: 1.0, 1: 1.0}
