"""Where the article's prose begins and ends: the run of lines with the highest sum of scores.

Each line scores by how much it looks like prose; the article is the maximum-sum segment (Bentley 1984, “Programming
pearls: algorithm design techniques”, Kadane's algorithm; used on tokens of HTML pages by Pasternack & Roth 2009,
“Extracting article text from the web with maximum subsequence segmentation”).
"""

from __future__ import annotations

from rhetoscope.clean.lines import BLANK, BYLINE, COMMENTS, COUNT, CREDIT, DATE, LEGAL, LIST, PROMPT, TEXT, Line

# Scores were set on flattened news pages with labelled bodies; a unit is about one short sentence.
_COST = {
    BLANK: 0.0, COUNT: 0.15, DATE: 1.5, BYLINE: 0.6, PROMPT: 1.5, CREDIT: 0.4, LEGAL: 1.5, LIST: 1.5, COMMENTS: 5.0,
}  # fmt: skip
_SHORT = 0.7
_TAKEN = 3.0
_LONG = 300
"""Characters beyond which a line is no better prose: one huge line must not outweigh an article."""
_EARLIER = 0.5
"""An earlier run with this share of the best run's score is the article: what follows it is comments or teasers."""


def score(line: Line) -> float:
    """How much a line looks like prose: above 0 for prose, below for all else, 0 for a blank line."""
    if line.kind != TEXT:
        return -_COST[line.kind]
    length = min(len(line.text), _LONG) / 100
    if line.cut:
        return -_SHORT if length < 2 else 0.1 * length
    if line.ends_sentence and line.words >= 4:
        return 0.3 + length * (0.4 + line.small)
    if length >= 1.1 and line.small > 0.35:
        return 0.6 * length
    if line.text.endswith((":", ",", ";", "-", "–", "—")) and line.words >= 6:
        return 0.3
    return -_SHORT


def article(lines: list[Line], taken: frozenset[int]) -> tuple[int, int]:
    """The span of the article's prose as indices, end excluded; (0, 0) where no line is prose.

    Args:
        lines: the page.
        taken: numbers of lines that belong to headline lists.
    """
    runs = _runs([-_TAKEN if line.number in taken else score(line) for line in lines])
    if not runs:
        return 0, 0
    best = max(total for _, _, total in runs)
    return next((start, end) for start, end, total in runs if total >= _EARLIER * best)


def _runs(scores: list[float]) -> list[tuple[int, int, float]]:
    """The segments with the highest sums in page order, none joined to another by a loss it cannot pay."""
    runs: list[tuple[int, int, float]] = []
    start, total, end, best = 0, 0.0, 0, 0.0
    for index, value in enumerate(scores):
        if total <= 0:
            if best > 0:
                runs.append((start, end, best))
            start, total, best = index, 0.0, 0.0
        total += value
        if total > best + 1e-9:
            end, best = index + 1, total
    return [*runs, (start, end, best)] if best > 0 else runs
