"""Progress on a terminal: how much is done, how fast, and how long it will take. Nothing where output is stored.

A notebook's kernel has no terminal; a run that is watched on one tells it so by `RHETOSCOPE_PROGRESS`.
"""

from __future__ import annotations

import os
import sys
import time


class Progress:
    """A counter of what is done, shown on stderr where that ends on a terminal.

    Args:
        what: what is counted, as in "embedding 5 of 9 texts".
        total: how many there are.
        shown: False where another process shows it.
    """

    def __init__(self, what: str, total: int, shown: bool = True) -> None:
        self.what = what
        self.total = total
        self.shown = shown
        self.done = 0
        self._started = time.monotonic()

    def add(self, number: int) -> None:
        """So many more are done."""
        self.done += number
        if self.shown and (sys.stderr.isatty() or os.environ.get("RHETOSCOPE_PROGRESS")):
            ending = "\n" if self.done >= self.total else ""
            print(f"\r{self.line(time.monotonic() - self._started)}", end=ending, file=sys.stderr, flush=True)

    def line(self, seconds: float) -> str:
        """What is shown after so many seconds: done, total, rate, time left."""
        rate = self.done / max(seconds, 1e-9)
        left = (self.total - self.done) / max(rate, 1e-9)
        return f"{self.what}: {self.done:,} of {self.total:,}, {rate:,.0f} a second, {left:,.0f} s left "
