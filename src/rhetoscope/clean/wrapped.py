"""Text broken into lines of one width, as e-mails, wire reports and old transcripts are: its paragraphs made whole.

A line break stands for a space where the line above is about as long as lines get, so that the next word had no room,
and where sentences run on across breaks all over the page. Headlines, menus and paragraphs on lines of their own do
neither.
"""

from __future__ import annotations

import re
from itertools import pairwise
from statistics import quantiles
from typing import NamedTuple

WIDEST = 100
"""Characters of a line beyond which nobody breaks text by hand."""
_NARROWEST = 30
_RUNS_ON = 0.35
"""Share of line breaks at which a sentence runs on in lower case, from which a page is broken text; prose has .6, lists
of headlines have .05."""
_LEAST = 5
"""Such line breaks a page has at least."""
_SLACK = 4
"""Characters by which a line may fall short of the width though the next word would have fitted."""
_ENDS = re.compile(r"[.!?…:;][\"'”’»)\]]*$")
_HYPHEN = re.compile(r"[^\W\d_]-$")


class Paragraph(NamedTuple):
    """A line of a page, or a paragraph broken into several.

    Attributes:
        number: of its first line, from 1.
        raw: as it stands on the page, its line breaks included.
        text: on one line.
    """

    number: int
    raw: str
    text: str


def paragraphs(page: str) -> list[Paragraph]:
    """The lines of a page, those of broken paragraphs joined; their `raw`, joined by `\\n`, is the page."""
    lines = page.split("\n")
    joined = [Paragraph(number, line, line) for number, line in enumerate(lines, 1)]
    width = _width([line.strip() for line in lines])
    if not width:
        return joined
    found = joined[:1]
    for last, line in zip(lines, joined[1:], strict=False):
        if _goes_on(last.strip(), line.text.strip(), width):
            first = found[-1]
            text = first.text.rstrip()
            space = "" if _HYPHEN.search(text) else " "
            found[-1] = Paragraph(first.number, f"{first.raw}\n{line.raw}", text + space + line.text.lstrip())
        else:
            found.append(line)
    return found


def _width(lines: list[str]) -> int:
    """The width at which the text of a page is broken; 0 where it is not."""
    breaks = [(one, other) for one, other in pairwise(lines) if one and other]
    runs_on = sum(other[0].islower() and not _ENDS.search(one) for one, other in breaks)
    if runs_on < max(_LEAST, _RUNS_ON * len(breaks)):
        return 0
    lengths = [len(one) for one, other in breaks if other[0].islower()]
    width = round(quantiles(lengths, n=20)[-1])
    return width if _NARROWEST <= width <= WIDEST else 0


def _goes_on(line: str, following: str, width: int) -> bool:
    """Whether a paragraph goes on after a line: a sentence runs on in lower case, or the next word had no room."""
    if not line or not following:
        return False
    if following[0].islower() and not _ENDS.search(line):
        return True
    return len(following.split(maxsplit=1)[0]) + 1 > width - len(line) - _SLACK
