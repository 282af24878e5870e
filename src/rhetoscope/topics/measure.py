"""How good topics are: coherence, diversity, and agreement between two partitions of the same documents."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import combinations
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np


def npmi(both: int, one: int, other: int, total: int) -> float:
    """Normalised pointwise mutual information of two words (Bouma 2009, eq. 4), -1 to 1.

    ln(p(a,b) / (p(a) p(b))) / -ln p(a,b), with p the share of documents that hold the word or both; -1 where they
    never meet, 1 where both stand in every document (the limits).

    Args:
        both: documents that hold both words.
        one: documents that hold the first.
        other: documents that hold the second.
        total: documents.
    """
    if both == 0:
        return -1.0
    if both == total:
        return 1.0
    return math.log(both * total / (one * other)) / -math.log(both / total)


def coherence(topics: Sequence[Sequence[str]], documents: Sequence[Sequence[str]]) -> list[float | None]:
    """Coherence of each topic: the mean NPMI over all pairs of its words, -1 to 1, null for fewer than two words.

    Aletras & Stevenson 2013 with whole documents as the window (Röder, Both & Hinneburg 2015, C_NPMI with
    Boolean documents). Chance is 0; words that share documents whenever they occur come near 1.

    Args:
        topics: the words of each topic.
        documents: the distinct words of each document.
    """
    wanted = {word for words in topics for word in words}
    holds: dict[str, set[int]] = {word: set() for word in wanted}
    for row, words in enumerate(documents):
        for word in wanted.intersection(words):
            holds[word].add(row)
    total = len(documents)

    def mean(words: Sequence[str]) -> float | None:
        values = [
            npmi(len(holds[one] & holds[other]), len(holds[one]), len(holds[other]), total)
            for one, other in combinations(words, 2)
        ]
        return math.fsum(values) / len(values) if values else None

    return [mean(words) for words in topics]


def diversity(topics: Sequence[Sequence[str]]) -> float | None:
    """Share of distinct words among the words of all topics, 0 to 1 (Dieng, Ruiz & Blei 2020); null without words."""
    words = [word for topic in topics for word in topic]
    return len(set(words)) / len(words) if words else None


def agreement(one: np.ndarray, other: np.ndarray) -> float:
    """Adjusted Rand index of two label vectors, 1 for the same partition, 0 for chance (Hubert & Arabie 1985).

    Documents without a topic (-1) count as one group.
    """
    from sklearn.metrics import adjusted_rand_score

    return float(adjusted_rand_score(one, other))


def best_overlap(one: np.ndarray, other: np.ndarray) -> dict[int, float]:
    """For each topic of the first partition its largest Jaccard overlap with a topic of the other, 0 to 1.

    Cluster-wise stability as Hennig 2007 has it; -1 is no topic on either side.
    """
    from sklearn.metrics.cluster import contingency_matrix

    table = contingency_matrix(one, other).astype(float)
    union = table.sum(axis=1, keepdims=True) + table.sum(axis=0, keepdims=True) - table
    rows, columns = sorted(set(one.tolist())), sorted(set(other.tolist()))
    overlap = table / union
    if columns[0] == -1:
        overlap[:, 0] = 0.0
    return {topic: float(row.max()) for topic, row in zip(rows, overlap, strict=True) if topic != -1}
