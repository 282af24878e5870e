"""Where the article's prose begins and ends: the run of lines with the highest sum of scores.

Each line scores by how much it looks like prose; the article is the maximum-sum segment (Bentley 1984, “Programming
pearls: algorithm design techniques”, Kadane's algorithm; used on tokens of HTML pages by Pasternack & Roth 2009,
“Extracting article text from the web with maximum subsequence segmentation”).
"""

from __future__ import annotations

from rhetoscope.clean.lines import BLANK, BYLINE, COMMENTS, COUNT, CREDIT, DATE, LEGAL, LIST, PROMPT, TEXT, Line

# Scores were set on flattened news pages with labelled bodies; a unit is about one short sentence.
_COST = {
    BLANK: 0.0,
    COUNT: 0.15,
    DATE: 0.6,
    BYLINE: 0.6,
    PROMPT: 0.6,
    CREDIT: 0.4,
    LEGAL: 1.5,
    LIST: 1.5,
    COMMENTS: 5.0,
}
_SHORT_COST = 0.5
_LONG = 300
"""Characters beyond which a line is no better prose: one huge line must not outweigh an article."""


def score(line: Line) -> float:
    """How much a line looks like prose: above 0 for prose, below for all else, 0 for a blank line."""
    if line.kind != TEXT:
        return -_COST[line.kind]
    length = len(line.text)
    small = sum(word[:1].islower() for word in line.text.split()) / line.words
    if line.ends_sentence and line.words >= 4:
        return 0.3 + min(length, _LONG) / 100 * (0.4 + small)
    if length >= 110 and small > 0.35:
        return 0.6 * min(length, _LONG) / 100
    if line.text.endswith((":", ",", ";", "-", "–", "—")) and line.words >= 6:
        return 0.3
    return -_SHORT_COST


def article(lines: list[Line], taken: set[int]) -> tuple[int, int]:
    """The span of the article's prose as indices, end excluded; (0, 0) where no line is prose.

    Args:
        lines: the page.
        taken: numbers of lines that belong to headline lists: the span may not cross a list's lines cheaply.
    """
    best, best_sum, start, running = (0, 0), 0.0, 0, 0.0
    for index, line in enumerate(lines):
        value = -1.5 if line.number in taken else score(line)
        if running <= 0:
            start, running = index, 0.0
        running += value
        if running > best_sum + 1e-9:
            best, best_sum = (start, index + 1), running
    while best[0] < best[1] and lines[best[0]].kind == BLANK:
        best = (best[0] + 1, best[1])
    return best
