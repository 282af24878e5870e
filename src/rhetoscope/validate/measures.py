"""Agreement of a coder with a standard, or with another coder: precision, recall, F1 and Krippendorff's α.

With counts n(g, p) of units that the standard labels g and the coder p, precision is n(1, 1) / n(·, 1), recall
n(1, 1) / n(1, ·) and F1 their harmonic mean, 0 where n(1, 1) is 0; with more than two labels each is the mean over
labels (macro). The interval of F1 is the percentile interval of 2,000 bootstrap resamples of the units. α is
Krippendorff's nominal α (Krippendorff, K. (2019). Content Analysis, 4th ed., ch. 12), 1 for full agreement and 0 for
that of chance.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

_RESAMPLES = 2_000


class Agreement(NamedTuple):
    """What a coder attains against a standard; every value 0 to 1, α down to -1."""

    n: int
    positive: int
    """Units that the standard labels; for stance, that it labels as other than neutral."""
    precision: float
    recall: float
    f1: float
    low: float
    high: float
    alpha: float


def agreement(gold: np.ndarray, coded: np.ndarray) -> Agreement:
    """The agreement of two codings of the same units, integer labels of one length.

    Labels 0 and 1 give the figures of label 1; more labels, the mean over them.

    Raises:
        ValueError: the two are not of one length, or are empty.
    """
    if len(gold) != len(coded) or not len(gold):
        raise ValueError(f"two codings of the same units are compared, found {len(gold)} and {len(coded)}")
    labels = sorted(set(gold) | set(coded) | {0, 1})
    place = {label: index for index, label in enumerate(labels)}
    counts = np.zeros((len(labels), len(labels)), np.int64)
    np.add.at(counts, ([place[g] for g in gold], [place[c] for c in coded]), 1)
    precision, recall, f1 = _scores(counts[None])
    drawn = np.random.default_rng(0).multinomial(len(gold), counts.ravel() / len(gold), size=_RESAMPLES)
    low, high = np.percentile(_scores(drawn.reshape(-1, *counts.shape))[2], (2.5, 97.5))
    positive = int(np.count_nonzero(gold))
    return Agreement(len(gold), positive, precision[0], recall[0], f1[0], float(low), float(high), alpha(gold, coded))


def alpha(one: np.ndarray, other: np.ndarray) -> float:
    """Krippendorff's nominal α of two coders; 1 where both give all units one and the same label."""
    import krippendorff

    if len(set(one) | set(other)) == 1:
        return 1.0
    return float(krippendorff.alpha(np.stack([one, other]).astype(float), level_of_measurement="nominal"))


def _scores(counts: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Precision, recall and F1 of each table of counts, shape (tables, labels, labels), gold in rows."""
    right = np.diagonal(counts, axis1=1, axis2=2).astype(float)
    given, true = counts.sum(axis=1), counts.sum(axis=2)
    precision = np.divide(right, given, out=np.zeros_like(right), where=given > 0)
    recall = np.divide(right, true, out=np.zeros_like(right), where=true > 0)
    f1 = np.divide(2 * right, given + true, out=np.zeros_like(right), where=given + true > 0)
    kept = slice(1, 2) if counts.shape[1] == 2 else slice(None)
    return precision[:, kept].mean(axis=1), recall[:, kept].mean(axis=1), f1[:, kept].mean(axis=1)
