"""Lines that most pages of an outlet share: menus, notices, blurbs. On one page alone they may look like prose.

A line is known by its text. It must have some words, so that a short line which two articles happen to share stays,
and stand on half of the outlet's pages, three at least, so that a background paragraph which a newsroom puts under
some of its reports stays too. Copies of one article count as one page. The order of pages does not matter.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from itertools import combinations
from math import ceil

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
    """Collects pages one by one, then tells what the pages of an outlet share.

    Pages whose outlet is not known are taken for one outlet's: if they are not, no line stands on half of them.
    """

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}
        self._pages: dict[str | None, list[frozenset[int]]] = defaultdict(list)

    def add(self, outlet: str | None, text: str) -> None:
        """Takes note of the lines of one page."""
        lines = {line.strip() for line in text.split("\n") if len(line) <= _LONGEST}
        numbers = self._numbers
        self._pages[outlet].append(
            frozenset(numbers.setdefault(line, len(numbers)) for line in lines if len(line.split()) >= WORDS)
        )

    def shared(self) -> dict[str | None, frozenset[str]]:
        """The lines that the pages of each outlet share; outlets without such lines are left out."""
        texts = list(self._numbers)
        found = {}
        for outlet, pages in self._pages.items():
            distinct = _distinct(pages, texts)
            counts = Counter(line for page in distinct for line in page)
            least = max(PAGES, SHARE * len(distinct))
            if lines := frozenset(texts[line] for line, count in counts.items() if count >= least):
                found[outlet] = lines
        return found


def _distinct(pages: list[frozenset[int]], texts: list[str]) -> list[set[int]]:
    """The pages, copies of one article joined: pages that share most of their longest lines."""
    longest = [
        sorted((texts[line] for line in page), key=lambda text: (-len(text), text))[:_COMPARED] for page in pages
    ]
    joined: list[set[int]] = []
    known: dict[tuple[str, ...], int] = {}
    for lines, page in sorted(zip(longest, pages, strict=True), key=lambda pair: pair[0]):
        keys = list(combinations(lines, ceil(_COPY * len(lines))))
        place = next((known[key] for key in keys if key in known), len(joined))
        if place == len(joined):
            joined.append(set())
        joined[place] |= page
        known.update(dict.fromkeys(keys, place))
    return joined
