"""The interval of a share."""

from __future__ import annotations

import polars as pl

_Z = 1.959963984540054
"""The normal quantile of a 95 % interval."""


def wilson(count: pl.Expr, total: pl.Expr) -> dict[str, pl.Expr]:
    """`low` and `high` of the 95 % score interval of a share, 0 to 1, of draws that are independent.

    Wilson, E. B. (1927). Probable inference, the law of succession, and statistical inference. Journal of the American
    Statistical Association 22, 209-212.

    Args:
        count: draws for which something holds.
        total: all draws, 1 or more.
    """
    share, extra = count / total, _Z**2 / total
    middle = (share + extra / 2) / (1 + extra)
    half = _Z * (share * (1 - share) / total + extra / (4 * total)).sqrt() / (1 + extra)
    return {"low": (middle - half).clip(0, 1), "high": (middle + half).clip(0, 1)}
