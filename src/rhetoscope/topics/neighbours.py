"""The nearest documents of each document, by the cosine of their vectors: exact, and blind to float noise.

Everything after it sees only which documents are neighbours, not how near, so vectors that differ in the eighth
decimal give the very same graph unless two candidates for the last place tie. Cosines are of the vectors less their
mean: that is what all texts of a corpus share, and with it a few texts near it are everyone's neighbours (Suzuki et
al. 2013).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np

DECIMALS = 6
"""Cosines are compared to this many decimals: above the noise of float32 vectors, below any real difference."""

_BLOCK = 512
"""Rows compared with all others at a time: bounds memory to some hundred MB for 20,000 documents."""

_SPARE = 8
"""Candidates beyond the k nearest that float32 picks and float64 ranks."""

_GROUP = 64
"""Columns of which only the largest cosine is looked at first."""


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


def most(labels: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The label that most of a document's neighbours have, of equally common ones that of the nearest; and their share.

    Args:
        labels: of the neighbours, nearest first, shape (n, k).
    """
    import numpy as np

    tally = (labels[:, :, None] == labels[:, None, :]).sum(axis=2)
    first = tally.argmax(axis=1)  # the first of the largest
    rows = np.arange(len(labels))
    return labels[rows, first], tally[rows, first] / labels.shape[1]


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


def central_first(vectors: np.ndarray, members: np.ndarray) -> list[int]:
    """Rows ordered by their cosine to the mean of their vectors, nearest first, equal ones in row order."""
    import numpy as np

    rows = vectors[members].astype(np.float64)
    centre = rows.mean(axis=0)
    cosines = np.rint(rows @ centre / max(float(np.linalg.norm(centre)), 1e-12) * 10**DECIMALS)
    return [row for _, row in sorted(zip((-cosines).tolist(), members.tolist(), strict=True))]
