"""Lines that most pages of an outlet share: menus, notices, blurbs. On one page alone they may look like prose.

A line is known by its text. It must have some words, so that a short line which two articles happen to share stays,
and stand on half of the outlet's pages, three at least, so that a background paragraph which a newsroom puts under
some of its reports stays too. Copies of one article count as one page. The order of pages does not matter.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from itertools import combinations
from math import ceil
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    import numpy as np

WORDS = 4
"""Words of the shortest line that is looked at."""
PAGES = 3
"""Pages that must share a line, copies of one article counted once."""
SHARE = 0.5
"""Share of an outlet's pages that must share a line, 0 to 1."""
_COMPARED = 7
"""Longest lines of two pages that are compared,"""
_COPY = 0.7
"""and the share of them that makes one a copy of the other."""
_LONGEST = 600
"""Characters of the longest line that is looked at: more is an article in one line."""


class Repeats:
    """Collects pages one by one, then tells what the pages of an outlet share; of each line it keeps a number.

    Pages whose outlet is not known are taken for one outlet's: if they are not, no line stands on half of them.
    """

    def __init__(self) -> None:
        self._pages: dict[str | None, list[_Page]] = defaultdict(list)

    def add(self, outlet: str | None, text: str) -> None:
        """Takes note of the lines of one page."""
        import numpy as np

        lines = _lines(text)
        numbers = np.fromiter(lines.values(), np.int64, len(lines))
        longest = sorted(lines, key=lambda line: (-len(line), line))[:_COMPARED]
        self._pages[outlet].append(_Page(numbers, tuple(lines[line] for line in longest)))

    def shared(self) -> dict[str | None, frozenset[int]]:
        """The numbers of the lines that the pages of each outlet share; outlets without such lines are left out."""
        import numpy as np

        found = {}
        for outlet, pages in self._pages.items():
            distinct = _distinct(pages)
            numbers, counts = np.unique(np.concatenate([*distinct, np.empty(0, np.int64)]), return_counts=True)
            shared = numbers[counts >= max(PAGES, SHARE * len(distinct))]
            if len(shared):
                found[outlet] = frozenset(shared.tolist())
        return found

    @staticmethod
    def lines(text: str, shared: frozenset[int] | None) -> frozenset[str]:
        """The lines of a page that are among the shared."""
        return frozenset(line for line, number in _lines(text).items() if number in shared) if shared else frozenset()


class _Page(NamedTuple):
    lines: np.ndarray
    longest: tuple[int, ...]


def _lines(text: str) -> dict[str, int]:
    """The lines that are looked at, each with its number: 63 bits of its hash."""
    lines = {line.strip() for line in text.split("\n") if len(line) <= _LONGEST}
    return {line: _number(line) for line in lines if len(line.split()) >= WORDS}


def _number(line: str) -> int:
    digest = hashlib.blake2b(line.encode("utf-8", "surrogatepass"), digest_size=8).digest()
    return int.from_bytes(digest, "big") >> 1


def _distinct(pages: list[_Page]) -> list[np.ndarray]:
    """The lines of the pages, copies of one article joined: pages that share most of their longest lines."""
    import numpy as np

    joined: list[list[np.ndarray]] = []
    known: dict[tuple[int, ...], int] = {}
    for page in sorted(pages, key=lambda page: page.longest):
        keys = list(combinations(page.longest, ceil(_COPY * len(page.longest))))
        place = next((known[key] for key in keys if key in known), len(joined))
        if place == len(joined):
            joined.append([])
        joined[place].append(page.lines)
        known.update(dict.fromkeys(keys, place))
    return [np.unique(np.concatenate(lines)) for lines in joined]
