"""Where the article's prose begins and ends: the run of lines with the highest sum of scores.

Each line scores by how much it looks like prose; the article is the maximum-sum segment (Bentley 1984, “Programming
pearls: algorithm design techniques”, Kadane's algorithm; used on tokens of HTML pages by Pasternack & Roth 2009,
“Extracting article text from the web with maximum subsequence segmentation”).
"""

from __future__ import annotations

import re
from collections import Counter
from itertools import pairwise

from rhetoscope.clean import vocabulary
from rhetoscope.clean.lines import BLANK, BYLINE, COMMENTS, COUNT, CREDIT, DATE, LEGAL, LIST, PROMPT, TEXT, Line

# Scores were set on flattened news pages with labelled bodies; a unit is about one short sentence.
_COST = {
    BLANK: 0.0, COUNT: 0.15, DATE: 1.5, BYLINE: 0.6, PROMPT: 1.5, CREDIT: 0.4, LEGAL: 1.5, LIST: 1.5, COMMENTS: 5.0,
}  # fmt: skip
_SHORT = 0.7
_TAKEN = 3.0
_LONG = 300
"""Characters beyond which a line is no better prose: one huge line must not outweigh an article."""
_CLEAR = 6
"""Lines without prose above a caption that opens the page's prose."""
_CAPTION = 400
"""Characters of the longest caption."""
_AGAIN = 60
"""Characters that two captions of one picture share at least."""
_WORD = re.compile(r"[^\W\d_]{4,}")
_GAP = 20
_SAME = 0.3
_ABOVE = 20
_SMALL = 0.25
_EARLIER = 0.6
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


def captions(lines: list[Line]) -> frozenset[int]:
    """Numbers of the sentences that describe a picture and read like prose.

    They stand above a credit, begin like another line, as galleries print a caption twice, or have a word such as
    “pictured” and no prose above them. A credit alone proves nothing: it may stand below a paragraph.
    """
    solid = [line for line in lines if line.text]
    beginnings = Counter(line.text[:_AGAIN] for line in solid if len(line.text) >= _AGAIN)
    found: set[str] = set()
    prose = -_CLEAR
    for index, (above, line) in enumerate(pairwise(solid)):
        if index and score(solid[index - 1]) > 0:
            prose = index - 1
        if line.kind == CREDIT and above.kind == TEXT and score(above) > 0 and len(above.text) <= _CAPTION:
            opens = index - prose >= _CLEAR and vocabulary.is_scene(above.text.lower())
            if opens or beginnings[above.text[:_AGAIN]] > 1:
                found.add(above.text[:_AGAIN])
    return frozenset(line.number for line in solid if found and line.text[:_AGAIN] in found)


def article(lines: list[Line], taken: frozenset[int], aside: frozenset[int] = frozenset()) -> tuple[int, int]:
    """The span of the article's prose as indices, end excluded; (0, 0) where no line is prose.

    Args:
        lines: the page.
        taken: numbers of lines that belong to headline lists.
        aside: numbers of captions.
    """
    runs = _runs([_value(line, taken, aside) for line in lines])
    if not runs:
        return 0, 0
    most = max(total for _, _, total in runs)
    runs = [run for run in runs if run[2] >= _SMALL * most]
    ranks = [total * (1 + _titled(lines, start, end)) for start, end, total in runs]
    chosen = next(place for place, rank in enumerate(ranks) if rank >= _EARLIER * max(ranks))
    start, end, _ = runs[chosen]
    return start, _continued(lines, start, end, taken, aside)


def _titled(lines: list[Line], start: int, end: int) -> float:
    """The share of words that recur in the run, 0 to 1, of the line above it that may best be its headline."""
    words = {word for line in lines[start:end] for word in _WORD.findall(line.text.lower())}
    best, above = 0.0, 0
    for index in range(start - 1, -1, -1):
        line = lines[index]
        if not line.text:
            continue
        above += 1
        if above > _ABOVE:
            break
        if line.kind == TEXT and 3 <= line.words <= 25:
            own = _WORD.findall(line.text.lower())
            if len(own) >= 2:
                best = max(best, sum(word in words for word in own) / len(own) * min(1.0, len(own) / 4))
    return best


def _continued(lines: list[Line], start: int, end: int, taken: frozenset[int], aside: frozenset[int]) -> int:
    """The end of the run with the prose that follows after a list or a table: nothing but short lines lies between.

    That prose speaks of the same things: half of its words, or more, stand in what lies above.
    """
    words = {word for line in lines[start:end] for word in _WORD.findall(line.text.lower())}
    gap: list[Line] = []
    for index in range(end, len(lines)):
        line = lines[index]
        if not line.text:
            continue
        if line.number in taken or line.kind not in (TEXT, COUNT, CREDIT) or len(gap) > _GAP:
            break
        gap.append(line)
        if _value(line, taken, aside) > 0:
            own = _WORD.findall(line.text.lower())
            if len(own) < 4 or sum(word in words for word in own) < _SAME * len(own):
                continue
            words.update(word for short in gap for word in _WORD.findall(short.text.lower()))
            end, gap = index + 1, []
    return end


def _value(line: Line, taken: frozenset[int], aside: frozenset[int]) -> float:
    if line.number in taken:
        return -_TAKEN
    return -_COST[CREDIT] if line.number in aside else score(line)


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
