"""How numbers are put in words: the rules every sentence of the report follows."""

from __future__ import annotations

from collections.abc import Sequence

LISTED = 6
"""Most names or devices in one sentence; figures and tables show all."""


def count(n: int, one: str, many: str = "") -> str:
    """A number with its noun: "1 page", "2 pages", "1,200 pages"."""
    return f"{n:,} {one if n == 1 else many or one + 's'}"


def percent(share: float) -> str:
    """ "43 %" for .432."""
    return f"{100 * share:.0f} %"


def verb(n: int, one: str = "was", many: str = "were") -> str:
    """The verb that agrees with `n` things."""
    return one if n == 1 else many


def conjoin(parts: Sequence[str]) -> str:
    """ "a", "a and b", "a, b and c"."""
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"


def enumerate_counts(counts: Sequence[tuple[str, int]], most: int = LISTED) -> str:
    """ "France (3), Armenia (2) and Iran (1)"; beyond `most` names, how many others and their sum."""
    named = [f"{name} ({n:,})" for name, n in counts[:most]]
    rest = counts[most:]
    if len(rest) == 1:  # one more name takes no more room than "1 other"
        named, rest = [*named, f"{rest[0][0]} ({rest[0][1]:,})"], []
    others = [f"{len(rest):,} others ({sum(n for _, n in rest):,})"] if rest else []
    return conjoin([*named, *others])


def apart(one: tuple[float, float], other: tuple[float, float]) -> bool:
    """Whether two intervals have no point in common."""
    return one[1] < other[0] or other[1] < one[0]
