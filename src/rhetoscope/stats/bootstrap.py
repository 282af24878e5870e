"""The interval of a rate: the bootstrap of Σc / Σw over clusters.

The interval is the percentile interval of the bootstrap of the ratio (Efron, B. & Tibshirani, R. J. (1993). An
Introduction to the Bootstrap, ch. 13). A resample is how often each cluster is drawn, so that what is multiplied is a
matrix of clusters and never a row of text. All sums are of whole numbers, exact in any order.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np

CHUNK = 500_000
"""Cells of a resampling matrix multiplied at once."""
_FEW = 200_000
"""Cells of a resampling matrix that is remembered among others."""
_MANY = 50_000_000
"""Bytes of one that is remembered until another size is wanted, a byte a cell; larger ones are drawn each time."""
_kept: dict[tuple[int, int, int], list[np.ndarray]] = {}
"""That one, by clusters, resamples and seed."""


def interval(counts: np.ndarray, words: np.ndarray, resamples: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Lower and upper end of the 95 % interval of each rate per 1,000 words; NaN where one cluster carries none.

    The draws depend on the number of clusters alone: whoever has many units to resample saves drawing anew by taking
    those of the same number one after the other.

    Args:
        counts: codings, clusters × devices.
        words: words of each cluster.
        resamples: bootstrap resamples.
        seed: of the draw.
    """
    found, total, clusters = counts.sum(axis=0), int(words.sum()), len(words)
    low, high = _at_least(found, total, clusters)
    coded = found > 0
    if clusters > 1 and total and coded.any():
        added, base = _added(counts[:, coded], words)
        low[coded], high[coded] = _ends(_rates(_sums(added, _draws(clusters, resamples, seed)), base))
    return low, high


def outside(
    counts: np.ndarray, words: np.ndarray, units: Iterable[tuple[np.ndarray, ...]], resamples: int, seed: int
) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """The intervals of the rates outside each of some units.

    One resample of all clusters serves every unit: what was drawn outside it is all that was drawn less what was drawn
    of the unit.

    Args:
        counts: codings of all clusters, clusters × devices.
        words: words of each cluster.
        units: of each unit the rows of its clusters, and its codings and words in them.
        resamples: bootstrap resamples.
        seed: of the draw.

    Yields:
        As `interval` gives them; NaN where fewer than two clusters have words outside the unit.
    """
    import numpy as np

    added, base = _added(counts, words)
    everything, in_all = _sums(added, _draws(len(words), resamples, seed)), counts.sum(axis=0)
    for rows, held, size in units:
        left = words.astype(np.int64)
        left[rows] -= size
        found, total, clusters = in_all - held.sum(axis=0), int(left.sum()), int((left > 0).sum())
        low, high = _at_least(found, total, clusters)
        coded = found > 0
        if clusters > 1 and coded.any():
            inside = _parted(held, size, base).astype(added.dtype)
            drawn = _sums(inside, (some[:, rows] for some in _draws(len(words), resamples, seed)))
            wanted = np.append(coded, [True, True])
            low[coded], high[coded] = _ends(_rates((everything - drawn)[wanted], base))
        yield low, high


def _at_least(found: np.ndarray, words: int, clusters: int) -> tuple[np.ndarray, np.ndarray]:
    """The interval of a device that was not found: the exact one; NaN where fewer than two clusters carry none."""
    import numpy as np

    if clusters < 2 or not words:
        return np.full(len(found), np.nan), np.full(len(found), np.nan)
    return np.zeros(len(found)), np.full(len(found), 1000 * -math.log(0.025) / words)


def _added(counts: np.ndarray, words: np.ndarray) -> tuple[np.ndarray, int]:
    """What is added up of each cluster, rows × clusters, and the base of its last two rows (`_parted`).

    Numbers add up exactly in half the bytes, at twice the speed, as long as every sum stays below 2 ** 24.
    """
    import numpy as np

    base = max(2, 2**24 // len(words))
    exact = int(counts.max()) < base and int(words.max()) < base * base
    return _parted(counts, words, base).astype(np.float32 if exact else np.float64), base


def _parted(counts: np.ndarray, words: np.ndarray, base: int) -> np.ndarray:
    """Codings of each device and the words in two parts: what is left over by `base`, and how often they hold it."""
    import numpy as np

    sizes = words.astype(np.int64)
    return np.vstack([counts.T, sizes % base, sizes // base])


def _sums(added: np.ndarray, draws: Iterable[np.ndarray]) -> np.ndarray:
    """The sums over each resample: rows of `added` × resamples."""
    import numpy as np

    with _blas().limit(limits=1, user_api="blas"):  # so small a product takes a second thread's time and no less
        sums = [added @ some.T.astype(added.dtype, copy=False) for some in draws]
    return np.concatenate(sums, axis=1).astype(np.float64)  # a device's lie side by side, to be ordered quickly


def _rates(sums: np.ndarray, base: int) -> np.ndarray:
    """Rates of resamples, devices × resamples; NaN where every cluster drawn was without words."""
    import numpy as np

    size = sums[-2] + base * sums[-1]
    size[size == 0] = np.nan
    return np.asarray(1000 * sums[:-2] / size)


def _ends(rates: np.ndarray) -> np.ndarray:
    """The 2.5th and 97.5th percentile of each row, as `np.nanpercentile` gives them; reorders the rows.

    To sort takes a seventh of the time in which NumPy finds them in a row without order.
    """
    import numpy as np

    rates.sort(axis=1)
    if np.isnan(rates[:, -1]).any():  # NaN stands last
        return np.asarray(np.nanpercentile(rates, [2.5, 97.5], axis=1))
    place = np.array([0.025, 0.975]) * (rates.shape[1] - 1)
    below, above = np.floor(place).astype(np.int64), np.ceil(place).astype(np.int64)
    first, second, part = rates[:, below], rates[:, above], place - below
    step = second - first
    return np.asarray(np.where(part < 0.5, first + step * part, second - step * (1 - part)).T)  # rounds as NumPy does


@cache
def _blas() -> Any:
    """What sets the number of threads of numpy's products."""
    from threadpoolctl import ThreadpoolController  # type: ignore[import-untyped]

    return ThreadpoolController()


def _draws(clusters: int, resamples: int, seed: int) -> Iterable[np.ndarray]:
    """How often each cluster is drawn: matrices of resamples × clusters."""
    cells = clusters * resamples
    if cells <= _FEW:
        return _few(clusters, resamples, seed)
    return _last(clusters, resamples, seed) if cells <= _MANY else _drawn(clusters, resamples, seed)


@lru_cache(maxsize=128)
def _few(clusters: int, resamples: int, seed: int) -> list[np.ndarray]:
    """The same for every unit of so many clusters: most documents have some twenty paragraphs."""
    return list(_drawn(clusters, resamples, seed))


def _last(clusters: int, resamples: int, seed: int) -> list[np.ndarray]:
    """The same for units of as many documents, and for the rests of all units of a corpus."""
    wanted = (clusters, resamples, seed)
    if wanted not in _kept:
        _kept.clear()  # before the next are drawn: memory holds those of one size
        ready = "float32" if 4 * clusters * resamples <= _MANY else "uint8"  # as it is multiplied, if that has room
        _kept[wanted] = [some.astype(ready, copy=False) for some in _drawn(*wanted)]
    return _kept[wanted]


def _drawn(clusters: int, resamples: int, seed: int) -> Iterator[np.ndarray]:
    import numpy as np

    generator = np.random.default_rng(seed)
    step = max(1, CHUNK // clusters)
    for done in range(0, resamples, step):
        size = min(step, resamples - done)
        drawn = generator.integers(clusters, size=(size, clusters))
        drawn += clusters * np.arange(size)[:, None]  # each resample counts in a row of its own
        # how often one of n is drawn in n draws is about Poisson with mean 1: that it is 256 times does not happen
        yield np.bincount(drawn.ravel(), minlength=size * clusters).astype(np.uint8).reshape(size, clusters)
