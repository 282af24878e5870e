"""How topics join into broader ones."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from rhetoscope import tables
from rhetoscope.topics.model import TopicFit

if TYPE_CHECKING:
    import numpy as np


def hierarchy(fit: TopicFit, vectors: np.ndarray) -> pl.DataFrame:
    """The table `hierarchy`: which topics join, two at a time, and how far apart they are.

    Average linkage (Sokal & Michener 1958) on the cosine distance, 0 to 2, between the topics' mean vectors less the
    mean of all documents. Of n topics n - 1 joints are made; the first has number n, the last joins all.

    Args:
        fit: a fit; with fewer than two topics the table is empty.
        vectors: shape (n, dimensions), of the documents that were clustered.
    """
    import numpy as np
    from scipy.cluster.hierarchy import linkage

    count = fit.topics.height
    if count < 2:
        return tables.empty("hierarchy")
    labels = fit.documents["topic"].head(len(vectors)).to_numpy()
    centred = vectors.astype(np.float64) - vectors.mean(axis=0, dtype=np.float64)
    centres = np.array([centred[labels == topic].sum(axis=0) for topic in range(count)])
    centres /= np.maximum(np.linalg.norm(centres, axis=1, keepdims=True), np.finfo(float).tiny)
    one, other = np.triu_indices(count, 1)
    # rounded, so that equal distances are equal on every processor
    joints = linkage(np.round(np.clip(1 - (centres @ centres.T)[one, other], 0, 2), 6), method="average")
    rows = [
        (int(child), count + place, round(float(distance), 4))
        for place, (left, right, distance, _) in enumerate(joints.tolist())
        for child in (left, right)
    ]
    return pl.DataFrame(rows, schema=tables.TABLES["hierarchy"].schema, orient="row").sort("child")
