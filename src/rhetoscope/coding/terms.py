"""The word-level tier: terms found by one regular expression a device, over a whole corpus through Polars."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache

import polars as pl

from rhetoscope.codebook import Device


def find(texts: pl.Series, device: Device) -> Iterator[tuple[int, int, int]]:
    """Where the device's terms stand: row, start and end in characters.

    Terms match whole words in any case, longest first; straight apostrophes and hyphens also match curly and other
    ones, and a space any white space. A term within a phrase of `not_in` does not count.
    """
    if not device.terms:
        return
    pattern = _compiled(device.terms + device.not_in)
    excluded = {normal(phrase) for phrase in device.not_in} - {normal(term) for term in device.terms}
    for row in rows_with(texts, device.terms):
        for match in pattern.finditer(texts[row]):
            if normal(match.group()) not in excluded:
                yield row, match.start(), match.end()


def rows_with(texts: pl.Series, words: Iterable[str]) -> list[int]:
    """Rows whose text holds one of the words."""
    expression = pl.col("text").str.contains(f"(?i){_alternation(tuple(words))}")
    frame = texts.alias("text").to_frame().with_row_index("row").filter(expression)
    return [int(row) for row in frame.get_column("row")]


def normal(text: str) -> str:
    """The text in the form in which terms are compared."""
    return re.sub(r"\s+", " ", re.sub(r"[‐‑–]", "-", text.replace("’", "'"))).lower()


@lru_cache(maxsize=256)
def _compiled(terms: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile(_alternation(terms), re.IGNORECASE)


def _alternation(terms: tuple[str, ...]) -> str:
    """One alternation, longest first, in the syntax that Python's and Polars' engines share."""
    longest_first = sorted({normal(term) for term in terms}, key=lambda term: (-len(term), term))
    return r"(?:" + "|".join(_bounded(term) for term in longest_first) + ")"


def _bounded(term: str) -> str:
    """The term between word boundaries; where it starts or ends in a sign ("'ll") the boundary is not asked for."""
    body = re.escape(term).replace("'", "['’]").replace(r"\-", "[-‐‑–]").replace(r"\ ", r"\s+")
    return (r"\b" if term[0].isalnum() else "") + body + (r"\b" if term[-1].isalnum() else "")
