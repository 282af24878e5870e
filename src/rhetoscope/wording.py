"""Numbers and lists in words: the rules for all sentences in the notebooks and the report."""

from __future__ import annotations

from collections.abc import Sequence

LISTED = 6  # maximum of names in one sentence; figures and tables show all


def count_noun(n: int, one: str, many: str = "") -> str:
    """Write a number with its noun: "1 page", "2 pages", "1,200 pages"."""
    return f"{n:,} {one if n == 1 else many or one + 's'}"


def format_percent(share: float) -> str:
    """Write a share as a percentage: "43 %" for .432."""
    return f"{100 * share:.0f} %"


def agree_verb(n: int, one: str = "was", many: str = "were") -> str:
    """Return the form of a verb that agrees with `n` things: `one` or `many`."""
    return one if n == 1 else many


def join_words(parts: Sequence[str]) -> str:
    """Write a list in words: "a", "a and b", "a, b and c"; empty for no parts."""
    return f"{', '.join(parts[:-1])} and {parts[-1]}" if len(parts) > 1 else "".join(parts)


def list_counts(counts: Sequence[tuple[str, int]], most: int = LISTED) -> str:
    """List names with their counts: "France (3), Armenia (2) and Iran (1)".

    After `most` names, only the number and the sum of the others follow: "and 4 others (9)".
    """
    named = [f"{name} ({n:,})" for name, n in counts[:most]]
    rest = counts[most:]
    if len(rest) == 1:  # one more name is not longer than "1 other"
        named, rest = [*named, f"{rest[0][0]} ({rest[0][1]:,})"], []
    others = [f"{len(rest):,} others ({sum(n for _, n in rest):,})"] if rest else []
    return join_words([*named, *others])
