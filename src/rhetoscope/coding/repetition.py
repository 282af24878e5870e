"""Anaphora: neighbouring clauses of a paragraph that open with the same words."""

from __future__ import annotations

import re
from collections.abc import Iterator

import polars as pl

_CLAUSE = re.compile(r"[^.;,:!?–—]+")
_WORD = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")
DETERMINERS = frozenset(["a", "an", "the", "this", "that", "these", "those", "his", "her", "its", "their", "our", "my"])
FUNCTION = DETERMINERS | frozenset([
    "about", "after", "also", "although", "and", "are", "as", "at", "because", "been", "before", "but", "by", "for",
    "from", "had", "has", "have", "he", "if", "in", "into", "is", "it", "of", "on", "or", "she", "so", "than", "there",
    "they", "to", "was", "were", "when", "where", "which", "while", "who", "with",
])  # fmt: skip
"""Words that alone make no figure: two clauses may well both open with "in the"."""


def repeated_opening(rows: pl.DataFrame) -> Iterator[tuple[int, int, int]]:
    """Row, start and end of each opening that repeats that of the clause before it in the same paragraph.

    Args:
        rows: columns `doc_id`, `paragraph`, `text`, in the order of the text.
    """
    place: tuple[object, object] | None = None
    before: list[str] = []
    for row, (doc_id, paragraph, text) in enumerate(rows.select("doc_id", "paragraph", "text").iter_rows()):
        if (doc_id, paragraph) != place:
            place, before = (doc_id, paragraph), []
        for clause in _CLAUSE.finditer(text):
            opening = list(_WORD.finditer(text, clause.start(), clause.end()))
            if not opening:
                continue
            lowered = [word.group().lower() for word in opening]
            same = next((n for n, pair in enumerate(zip(before, lowered, strict=False)) if pair[0] != pair[1]), None)
            common = min(len(before), len(lowered)) if same is None else same
            if _counts([word.group() for word in opening[:common]]):
                yield row, opening[0].start(), opening[common - 1].end()
            before = lowered


def _counts(words: list[str]) -> bool:
    """Whether the same opening is a figure: no name, more than a subject taken up again, and not of function words."""
    if len(words) < 2 or all(word[0].isupper() for word in words):
        return False
    lowered = [word.lower() for word in words]
    return any(word not in FUNCTION for word in lowered) and (len(words) > 2 or not set(lowered) & DETERMINERS)
