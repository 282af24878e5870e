"""Where the article's prose begins and ends: the run of lines with the highest sum of scores.

Each line scores by how much it looks like prose; the article is the maximum-sum segment (Bentley 1984, “Programming
pearls: algorithm design techniques”, Kadane's algorithm; used on tokens of HTML pages by Pasternack & Roth 2009,
“Extracting article text from the web with maximum subsequence segmentation”). Of several runs the one under its own
headline is the article. The rules were developed on one half of a labelled set and then checked on the other; a
logistic regression, gradient boosting and a structured perceptron on thirty to a hundred features did worse there.
"""

from __future__ import annotations

import re
from collections import Counter
from itertools import pairwise

from rhetoscope.clean import vocabulary
from rhetoscope.clean.lines import COUNT, CREDIT, DATE, LIST, TEXT, Line, recurring

_TAKEN, _ASIDE = 3.0, 0.4
"""What a line costs that belongs to a list of headlines, or is a caption."""
_CLEAR = 6
"""Lines without prose above a caption that opens the page's prose."""
_CAPTION = 400
"""Characters of the longest caption."""
_AGAIN = 60
"""Characters that two captions of one picture share at least."""
_ITEM = re.compile(
    r"(?:[•●▪◦*·–—-]\s*\w|\d{1,3}[.):]?\s+[^\W\d]"
    r"|(?:mon|tue|wed|thu|fri|sat|sun|jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?,?\s+\d{1,2}\b\W+\w)",
    re.IGNORECASE,
)
_ITEMS = 4
"""Items of the shortest list that is known by its numbers, dates or bullets."""
_NOTE = 4
"""Lines of a note on the author at most, its heading included."""
_BOX, _BOXED = 5, 0.2
"""Links in a box within the article at most, and what each costs."""
_GAP = 20
"""Lines of a list or table that prose may follow, at most."""
_SAME = 0.3
"""Share of its words that this prose shares with what lies above."""
_ABOVE = 20
"""Lines above the prose among which its headline is looked for."""
_SMALL = 0.25
"""A run with a smaller share of the best run's score is not considered."""
_EARLIER = 0.6
"""An earlier run with this share of the best run's score is the article: what follows it is comments or teasers."""


def score(line: Line) -> float:
    """How much a line looks like prose: above 0 for prose, below for all else, 0 for a blank line."""
    return line.score


def captions(lines: list[Line]) -> frozenset[int]:
    """Numbers of the sentences that describe a picture and read like prose.

    They stand above a credit, begin like another line, as galleries print a caption twice, or have a word such as
    “pictured” and no prose above them. A credit alone proves nothing: it may stand below a paragraph.
    """
    solid = [line for line in lines if line.text]
    above_credit = [
        index
        for index, (above, line) in enumerate(pairwise(solid))
        if line.kind == CREDIT and above.kind == TEXT and above.score > 0 and len(above.text) <= _CAPTION
    ]
    if not above_credit:
        return frozenset()
    beginnings = Counter(line.text[:_AGAIN] for line in solid if len(line.text) >= _AGAIN)
    found: set[str] = set()
    for index in above_credit:
        opens = all(line.score <= 0 for line in solid[max(0, index - _CLEAR) : index])
        beginning = solid[index].text[:_AGAIN]
        if beginnings[beginning] > 1 or (opens and vocabulary.is_scene(solid[index].text.lower())):
            found.add(beginning)
    return frozenset(line.number for line in solid if line.text[:_AGAIN] in found)


def article(lines: list[Line], taken: frozenset[int], aside: frozenset[int] = frozenset()) -> tuple[int, int]:
    """The span of the article's prose as indices, end excluded; (0, 0) where no line is prose.

    Args:
        lines: the page.
        taken: numbers of lines that belong to headline lists.
        aside: numbers of captions.
    """
    values = [line.score for line in lines]
    for number in aside:
        values[number - 1] = -_ASIDE
    for number in taken:
        values[number - 1] = -_TAKEN
    _discount(lines, values)
    runs = _runs(values)
    if not runs:
        return 0, 0
    most = max(total for _, _, total in runs)
    runs = [run for run in runs if run[2] >= _SMALL * most]
    chosen = 0
    if len(runs) > 1:
        ranks = [total * (1 + _titled(lines, start, end)) for start, end, total in runs]
        chosen = next(place for place, rank in enumerate(ranks) if rank >= _EARLIER * max(ranks))
    start, end, _ = runs[chosen]
    end = _continued(lines, start, end, taken, aside)
    return start, _without_note(lines, start, _with_items(lines, end, taken))


def _with_items(lines: list[Line], end: int, taken: frozenset[int]) -> int:
    """The end with the list that follows the prose, where its items begin with numbers, dates or bullets.

    Lists of other articles do not: theirs are headlines.
    """
    last, items, others = end, 0, 0
    for index in range(end, len(lines)):
        line = lines[index]
        if not line.text:
            continue
        if line.number in taken or line.kind not in (TEXT, DATE) or others > 2:
            break
        if _ITEM.match(line.text):
            last, items, others = index + 1, items + 1, 0
        else:
            others += 1
    return last if items >= _ITEMS else end


def _without_note(lines: list[Line], start: int, end: int) -> int:
    """The end without the note on the author, where a heading such as “About Ann Lee” stands above it."""
    solid = [index for index in range(start, end) if lines[index].text]
    return next((i for i in solid[-_NOTE:] if lines[i].words <= 5 and vocabulary.is_about(lines[i].text)), end)


def _titled(lines: list[Line], start: int, end: int) -> float:
    """The share of words that recur in the run, 0 to 1, of the line above it that may best be its headline."""
    words = recurring(lines[start:end])
    best, above = 0.0, 0
    for index in range(start - 1, -1, -1):
        line = lines[index]
        if not line.text:
            continue
        above += 1
        if above > _ABOVE:
            break
        if line.kind == TEXT and 3 <= line.words <= 25:
            own = line.telling
            if len(own) >= 2:
                best = max(best, sum(word in words for word in own) / len(own) * min(1.0, len(own) / 4))
    return best


def _continued(lines: list[Line], start: int, end: int, taken: frozenset[int], aside: frozenset[int]) -> int:
    """The end of the run with the prose that follows after a list or a table: nothing but short lines lies between.

    That prose speaks of the same things: three in ten of its words, or more, stand in what lies above.
    """
    words: set[str] = set()
    gap: list[Line] = []
    for index in range(end, len(lines)):
        line = lines[index]
        if not line.text:
            continue
        if line.number in taken or line.kind not in (TEXT, COUNT, CREDIT) or len(gap) > _GAP:
            break
        gap.append(line)
        if line.score > 0 and line.number not in aside:
            own = line.telling
            words = words or recurring(lines[start:end])
            if len(own) < 4 or sum(word in words for word in own) < _SAME * len(own):
                continue
            words |= recurring(gap)
            end, gap = index + 1, []
    return end


def _discount(lines: list[Line], values: list[float]) -> None:
    """Short lines under the name of a list are its links: the name has paid for them, and prose may go on below."""
    for name in [index for index, line in enumerate(lines) if line.kind == LIST]:
        left = _BOX
        for index in range(name + 1, len(lines)):
            line = lines[index]
            if left and line.kind == TEXT and -_TAKEN < values[index] < 0:
                values[index] = -_BOXED
                left -= 1
            elif line.text:
                break


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
