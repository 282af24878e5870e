"""Pages a second beside trafilatura alone, measured so that a busy machine does both the same harm.

Ten pages are worked on by one and by the other in turn; what counts is processor time, not the clock's. Before each
round memory is cleared, what lies in it is put out of the collector's reach, and no line is remembered. Each figure is
the median of the rounds.
"""

from __future__ import annotations

import gc
import time
from collections.abc import Callable, Sequence
from statistics import median

from rhetoscope.clean.lines import shape
from rhetoscope.validate import Row

ROUNDS = 5
_TURN = 10
"""Pages in a row: with fewer each turn would be spent on warming up the processor."""


def rows(of: str, work: Callable[[str], object], inputs: Sequence[str], pages: Sequence[str]) -> list[Row]:
    """The table's rows of the speed of `work`, and its multiple of trafilatura's.

    Args:
        of: what was measured on.
        work: the instrument.
        inputs: what it is given, a text for each page.
        pages: the HTML of the same pages, which trafilatura is given.
    """
    import trafilatura

    def alone(html: str) -> object:
        return trafilatura.extract(html, include_comments=False)

    work(inputs[0])
    alone(pages[0])  # first calls compile and load
    rounds = [_round(work, inputs, alone, pages) for _ in range(ROUNDS)]
    n = len(pages)
    return [
        Row(of, "pages a second", "rhetoscope", n, n / median(ours for ours, _ in rounds)),
        Row(of, "pages a second", "trafilatura on HTML", n, n / median(theirs for _, theirs in rounds)),
        Row(of, "pages a second beside trafilatura's", "rhetoscope", n, median(b / a for a, b in rounds)),
    ]


def _round(
    work: Callable[[str], object], inputs: Sequence[str], alone: Callable[[str], object], pages: Sequence[str]
) -> tuple[float, float]:
    """Seconds of processor time of both over all pages."""
    shape.cache_clear()
    gc.collect()
    gc.freeze()
    ours = theirs = 0.0
    for first in range(0, len(pages), _TURN):
        theirs += _seconds(alone, pages[first : first + _TURN])
        ours += _seconds(work, inputs[first : first + _TURN])
    gc.unfreeze()
    return ours, theirs


def _seconds(work: Callable[[str], object], pages: Sequence[str]) -> float:
    start = time.process_time()
    for page in pages:
        work(page)
    return time.process_time() - start
