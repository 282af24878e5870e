"""Extraction from HTML measured as scrapinghub/article-extraction-benchmark does, beside trafilatura alone.

Symbols: for a page, t and p are the multisets of 4-shingles (runs of four tokens `\\w+`, case kept; a shorter text is
one run) of the labelled and the extracted body; TP = |t ∩ p|, FP = |p − t|, FN = |t − p|, each divided by their sum, so
that long pages weigh no more than short ones. A page's precision is TP / (TP + FP) and its recall TP / (TP + FN), 1
where both texts are alike and 0 where nothing is shared. Precision is the mean over pages with any extracted shingle,
recall over pages with any labelled one, and F1 = 2PR / (P + R).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from statistics import mean
from typing import NamedTuple

from rhetoscope.clean.html import parse_html
from rhetoscope.validate import Row
from rhetoscope.validate.pages import read

_TOKEN = re.compile(r"\w+")
_RUN = 4
_RESAMPLES = 1_000
SET = "pages, HTML"


class Match(NamedTuple):
    """What an extraction shares with the labelled body; the three add up to 1, or are 0 where both are empty."""

    true: float
    false: float
    missed: float


def shingles(text: str) -> Counter[tuple[str, ...]]:
    """The 4-shingles of a text with their counts."""
    tokens = _TOKEN.findall(text)
    runs = (tuple(tokens[i : i + _RUN]) for i in range(max(1, len(tokens) - _RUN + 1)))
    return Counter(run for run in runs if run)


def match(gold: str, found: str) -> Match:
    """Shares of true positive, false positive and false negative shingles."""
    one, other = shingles(gold), shingles(found)
    counts = ((one & other).total(), (other - one).total(), (one - other).total())
    total = sum(counts)
    return Match(*(count / total for count in counts)) if total else Match(0.0, 0.0, 0.0)


def score(matches: Sequence[Match]) -> tuple[float, float, float]:
    """F1, precision and recall over pages."""
    precision = mean(_share(m.true, m.false, m.missed) for m in matches if m.true + m.false > 0)
    recall = mean(_share(m.true, m.missed, m.false) for m in matches if m.true + m.missed > 0)
    return 2 * precision * recall / (precision + recall), precision, recall


def _share(true: float, wrong: float, other: float) -> float:
    if wrong == other == 0:
        return 1.0
    return true / (true + wrong) if true + wrong else 0.0


def instrument(html: str) -> str:
    """Headings and body as the instrument finds them."""
    return "\n\n".join(parse_html(html).get_paragraphs("heading", "body"))


def trafilatura_alone(html: str) -> str:
    """Baseline: trafilatura with its defaults, comments left out, as the benchmark runs it."""
    import trafilatura

    return trafilatura.extract(html, include_comments=False) or ""


SYSTEMS: dict[str, Callable[[str], str]] = {"rhetoscope": instrument, "trafilatura": trafilatura_alone}


def rows(folder: Path) -> list[Row]:
    """The table's rows for HTML: F1 with its interval, precision and recall."""
    pages = read(folder)
    found: list[Row] = []
    for system, extract in SYSTEMS.items():
        texts = [extract(page.html) for page in pages]
        matches = [match(page.body, text) for page, text in zip(pages, texts, strict=True)]
        names = ("F1 of 4-shingles", "precision of 4-shingles", "recall of 4-shingles")
        for name, value, (low, high) in zip(names, score(matches), _intervals(matches), strict=True):
            found.append(Row(SET, name, system, len(pages), value, low, high))
    return found


def _intervals(matches: Sequence[Match]) -> list[tuple[float, float]]:
    """95 % bootstrap intervals over pages of F1, precision and recall (percentiles, 1,000 resamples)."""
    import numpy as np

    draws = np.random.default_rng(0).integers(0, len(matches), (_RESAMPLES, len(matches)))
    values = np.array([score([matches[i] for i in draw]) for draw in draws])
    return [(float(low), float(high)) for low, high in np.percentile(values, (2.5, 97.5), axis=0).T]
