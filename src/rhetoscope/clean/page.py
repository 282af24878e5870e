"""Parse flattened pages: find the article and its head, and say why each other line is no part of it.

Each line scores by how much it looks like prose; the article is the maximum-sum segment (Bentley 1984, “Programming
pearls: algorithm design techniques”, Kadane's algorithm; used on tokens of HTML pages by Pasternack & Roth 2009,
“Extracting article text from the web with maximum subsequence segmentation”). Of several runs the one under its own
headline is the article. Logistic regression, gradient boosting and a structured perceptron did worse on labelled pages.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime
from itertools import pairwise

from rhetoscope.clean import lines as kinds
from rhetoscope.clean.lines import REASONS, Kind, Line, collect_content_words
from rhetoscope.clean.lists import Headline, find_dated_lists, find_named_lists

# Reasons to remove a line of text, by its place
MENU, OUTSIDE, LINKS = "menu, label or link outside the article", "text outside the article", "link inside the article"
REPEATED, SHARED, END = "repeats the title", "stands on most pages of this outlet", "end of a list"
LISTS, FURNITURE = "headline list", "site furniture"
"""Kinds of removed lines, `blank` aside: lists of headlines with their names and dates; anything else."""

_TAKEN, _ASIDE, _BOXED, _BOX = 3.0, 0.4, 0.2, 5
"""Costs of a line of a headline list, of a caption, of a link in a box; most lines of a box within the article."""
_CAPTION, _AGAIN, _CLEAR = 400, 60, 6
"""Characters of the longest caption; characters that two captions of one picture share; lines without prose above a
caption that begins the page's prose."""
_SMALL, _EARLIER = 0.25, 0.6
"""Shares of the best run's score: a smaller run is ignored; an earlier one is the article, not comments below it."""
_GAP, _SAME = 20, 0.3
"""Most lines of a list or table between prose; the share of the words below it that the article has too."""
_ITEM = re.compile(
    r"(?:[•●▪◦*·–—-]\s*\w|\d{1,3}[.):]?\s+[^\W\d]"
    r"|(?:mon|tue|wed|thu|fri|sat|sun|jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?,?\s+\d{1,2}\b\W+\w)",
    re.IGNORECASE,
)
_ITEMS, _NOTE, _ABOVE, _HEAD_LINES = 4, 4, 20, 3
"""Fewest items of a list with numbers, dates or bullets; most lines of a note on the author; lines above the prose that
may be its headline; most lines of prose above a date of the head."""
_HEADING_WORDS, _HEADINGS, _TEASER = 20, 3, 6
"""Most words of a heading; most headings in a row, more are a list or table; fewest words of a repeated line that is a
link to another article."""
_REACH, _TITLE_WORDS = 30, 5
"""Lines above the prose that may be its head; words from which a longer headline scores no higher."""
_TRAIL = re.compile(r"^\W*(?:home|you are here)\b|\s[>»›]\s|\S/\S+/", re.IGNORECASE)
"""A trail of sections that leads to the page."""


@dataclass
class Page:
    """A parsed page: each of its lines is in `parts` or in `reasons`.

    Attributes:
        lines: the page.
        parts: number of a kept line → `title`, `deck`, `section`, `author`, `date`, `heading` or `body`.
        reasons: number of a removed line → why.
        headlines, listed: entries of its headline lists, and numbers of their lines, names and dates included.
        title, deck, section, author, published_at: the head of the article; None if the page does not show it.
        notes: sentences about what could not be read.
        url, outlet: what an HTML page says about itself.
    """

    lines: list[Line]
    parts: dict[int, str] = field(default_factory=dict)
    reasons: dict[int, str] = field(default_factory=dict)
    headlines: list[Headline] = field(default_factory=list)
    listed: set[int] = field(default_factory=set)
    title: str | None = None
    deck: str | None = None
    section: str | None = None
    author: str | None = None
    published_at: datetime | None = None
    notes: list[str] = field(default_factory=list)
    url: str | None = None
    outlet: str | None = None

    @property
    def text(self) -> str:
        """Return the page as printed."""
        return "\n".join(line.raw for line in self.lines)

    def get_paragraphs(self, *parts: str) -> list[str]:
        """List the kept lines of these parts in page order, without white space around them."""
        return [line.text for line in self.lines if self.parts.get(line.number) in parts]

    def get_kind(self, number: int) -> str:
        """Return the kind of a removed line: `blank`, `headline list` or `site furniture`."""
        if not self.lines[number - 1].text:
            return Kind.BLANK
        return LISTS if number in self.listed or self.reasons[number] == END else FURNITURE

    def add_headlines(self, headlines: list[Headline]) -> None:
        """Add the entries of headline lists, and give their lines reasons."""
        for headline in headlines:
            of = f"the list “{headline.list}”" if headline.list else "a list without a name"
            if headline.name_line is not None:
                self.reasons[headline.name_line] = f"name of {of}"
                self.listed.add(headline.name_line)
            for number in (headline.line, *headline.lines):
                is_date = number != headline.line and self.lines[number - 1].kind == Kind.DATE
                self.reasons[number] = f"date in {of}" if is_date else f"headline in {of}"
                self.listed.add(number)
        self.headlines = sorted([*self.headlines, *headlines], key=lambda headline: headline.line)

    def account_for_lines(self, start: int, end: int) -> None:
        """Give every remaining line a reason; the article is between the indices `start` and `end`."""
        above = 0
        for line in self.lines:
            number, inside = line.number, start < line.number <= end
            if number in self.parts:
                self.reasons.pop(number, None)
            elif number not in self.reasons:
                if line.kind == Kind.PROMPT and above in self.listed and kinds.ends_list(line):
                    reason = END
                elif self.title and line.text == self.title:
                    reason = REPEATED
                elif not inside and line.linked > 0.7 and len(line.text) < 80:
                    reason = MENU
                elif line.kind != Kind.TEXT:
                    reason = REASONS[line.kind]
                elif inside:
                    reason = LINKS if line.linked > 0.5 or line.node is None else OUTSIDE
                else:
                    reason = OUTSIDE if line.score > 0 and line.linked < 0.5 else MENU
                self.reasons[number] = reason
            above = above if line.kind == Kind.BLANK else number


def parse_page(text: str, shared: Collection[str] = ()) -> Page:
    """Find article, head and headline lists of a flattened page, and account for every line.

    Lines that most pages of its outlet share (see `duplicates.SharedLines`) are site furniture.
    """
    page = Page(kinds.read_lines(text))
    page.add_headlines(find_dated_lists(page.lines))
    captions = _find_captions(page.lines)
    common = {line.number for line in page.lines if line.text in shared} - page.listed
    start, end = _find_article(page.lines, page.listed, captions | common)
    start = _skip_head(page.lines, start, end)
    if start < end:
        read_head(page, start, end, common)
        page.reasons |= dict.fromkeys(captions - page.listed, REASONS[Kind.CREDIT]) | dict.fromkeys(common, SHARED)
        _sort_inside(page, start, end)
    page.add_headlines(find_named_lists(page.lines, page.parts.keys() | page.listed))
    page.account_for_lines(start, end)
    return page


# Where the article is


def _find_captions(lines: list[Line]) -> set[int]:
    """Find the numbers of captions that read like prose.

    They are above a credit, and begin like another line (galleries print a caption twice) or have a word such as
    “pictured” and no prose above them. A credit alone may be below a paragraph.
    """
    solid = [line for line in lines if line.text]
    beginnings = Counter(line.text[:_AGAIN] for line in solid if len(line.text) >= _AGAIN)
    found: set[str] = set()
    for index, (line, below) in enumerate(pairwise(solid)):
        if below.kind == Kind.CREDIT and line.kind == Kind.TEXT and line.score > 0 and len(line.text) <= _CAPTION:
            opens = all(above.score <= 0 for above in solid[max(0, index - _CLEAR) : index])
            if beginnings[line.text[:_AGAIN]] > 1 or (opens and kinds.is_caption_like(line.text)):
                found.add(line.text[:_AGAIN])
    return {line.number for line in solid if line.text[:_AGAIN] in found}


def _find_article(lines: list[Line], taken: set[int], aside: set[int]) -> tuple[int, int]:
    """Find the indices of the article's prose, end excluded; (0, 0) if no line is prose.

    `taken` are the numbers of lines of headline lists, `aside` those of captions and of lines that pages share.
    """
    values = [-_TAKEN if line.number in taken else -_ASIDE if line.number in aside else line.score for line in lines]
    _discount_boxes(lines, values)
    runs = _find_runs(values)
    if not runs:
        return 0, 0
    most = max(total for _, _, total in runs)
    runs = [run for run in runs if run[2] >= _SMALL * most]
    ranks = [total * (1 + _measure_headline(lines, start, end)) for start, end, total in runs]
    start, end, _ = next(run for run, rank in zip(runs, ranks, strict=True) if rank >= _EARLIER * max(ranks))
    end = _continue_prose(lines, start, end, taken | aside, taken)
    end = _add_items(lines, end, taken)
    solid = [index for index in range(start, end) if lines[index].text]
    notes = (i for i in solid[-_NOTE:] if lines[i].words <= 5 and kinds.is_about_author(lines[i].text))
    return start, next(notes, end)


def _discount_boxes(lines: list[Line], values: list[float]) -> None:
    """Let short lines under the name of a list, its links, cost little: prose may go on below."""
    for name in [index for index, line in enumerate(lines) if line.kind == Kind.LIST]:
        left = _BOX
        for index in range(name + 1, len(lines)):
            line = lines[index]
            if left and line.kind == Kind.TEXT and -_TAKEN < values[index] < 0:
                values[index] = -_BOXED
                left -= 1
            elif line.text:
                break


def _find_runs(values: list[float]) -> list[tuple[int, int, float]]:
    """Find the segments with the highest sums in page order; a loss larger than the sum above it parts two."""
    runs: list[tuple[int, int, float]] = []
    start, total, end, best = 0, 0.0, 0, 0.0
    for index, value in enumerate(values):
        if total <= 0:
            if best > 0:
                runs.append((start, end, best))
            start, total, best = index, 0.0, 0.0
        total += value
        if total > best + 1e-9:
            end, best = index + 1, total
    return [*runs, (start, end, best)] if best > 0 else runs


def _measure_headline(lines: list[Line], start: int, end: int) -> float:
    """Measure, 0 to 1, how many words of the best candidate for a run's headline recur in the run."""
    recurring = collect_content_words(lines[start:end])
    best = 0.0
    for line in [line for line in lines[:start] if line.text][-_ABOVE:]:
        own = line.content_words
        if line.kind == Kind.TEXT and 3 <= line.words <= 25 and len(own) >= 2:
            best = max(best, sum(word in recurring for word in own) / len(own) * min(1.0, len(own) / 4))
    return best


def _continue_prose(lines: list[Line], start: int, end: int, aside: set[int], taken: set[int]) -> int:
    """Find the end of the run together with prose on the same subject that follows a list or table of short lines."""
    words: set[str] = set()
    gap: list[Line] = []
    for index in range(end, len(lines)):
        line = lines[index]
        if not line.text:
            continue
        if line.number in taken or line.kind not in (Kind.TEXT, Kind.COUNT, Kind.CREDIT) or len(gap) > _GAP:
            break
        gap.append(line)
        if line.score > 0 and line.number not in aside:
            own = line.content_words
            words = words or collect_content_words(lines[start:end])
            if len(own) >= 4 and sum(word in words for word in own) >= _SAME * len(own):
                words |= collect_content_words(gap)
                end, gap = index + 1, []
    return end


def _add_items(lines: list[Line], end: int, taken: set[int]) -> int:
    last, items, others = end, 0, 0
    for index in range(end, len(lines)):
        line = lines[index]
        if not line.text:
            continue
        if line.number in taken or line.kind not in (Kind.TEXT, Kind.DATE) or others > 2:
            break
        if _ITEM.match(line.text):
            last, items, others = index + 1, items + 1, 0
        else:
            others += 1
    return last if items >= _ITEMS else end


def _skip_head(lines: list[Line], start: int, end: int) -> int:
    """Find where the body begins: below a date or byline under title and deck, if these are sentences."""
    solid = [index for index in range(start, end) if lines[index].text]
    for place in range(min(_HEAD_LINES, len(solid) - 1), 0, -1):
        above = [lines[index] for index in solid[:place]]
        if lines[solid[place]].kind in (Kind.DATE, Kind.BYLINE) and sum(line.score > 0 for line in above) <= 2:
            return solid[place] + 1
    return start


# Inside the article


def _sort_inside(page: Page, start: int, end: int) -> None:
    between: list[Line] = []
    for line in page.lines[start:end]:
        if not line.text or line.number in page.reasons:
            continue
        if line.score > 0 or (line.kind == Kind.TEXT and line.ends_sentence):
            page.parts[line.number] = "body"
            _sort_between(page, between)
            between = []
        else:
            between.append(line)
    _sort_between(page, between)


def _sort_between(page: Page, between: list[Line]) -> None:
    counts = Counter(line.text for line in between if line.kind == Kind.TEXT)
    boxed = any(line.kind in (Kind.LIST, Kind.COMMENTS) for line in between)
    several = counts.total() > _HEADINGS
    for line in between:
        if line.kind == Kind.TEXT and line.text == page.title:
            page.reasons[line.number] = REPEATED
        elif line.kind == Kind.TEXT and (boxed or (counts[line.text] > 1 and line.words >= _TEASER)):
            page.reasons[line.number] = LINKS
        elif line.kind == Kind.TEXT:
            page.parts[line.number] = "body" if several or line.words > _HEADING_WORDS else "heading"
        elif several and line.kind == Kind.COUNT and not boxed:
            page.parts[line.number] = "body"


# The head of the article


def read_head(page: Page, start: int, end: int, skipped: Collection[int] = (), headline: str | None = None) -> None:
    """Read title, deck, section, author and date of a page above the prose, from the nearest headline list down.

    Args:
        page: a page with its headline lists; its head is filled in.
        start: index of the first line of prose.
        end: index after the last.
        skipped: numbers of lines to skip.
        headline: the title, if it is known; then only its line is looked for.
    """
    above: list[Line] = []
    for line in reversed(page.lines[:start]):
        if line.number in page.listed or len(above) == _REACH:
            break
        if line.text:
            above.append(line)
    above = [line for line in reversed(above) if line.number not in skipped]
    if headline:
        title = next((index for index, line in enumerate(above) if kinds.is_same_title(line.text, headline)), None)
        page.title = headline
    else:
        title = _find_title(above, collect_content_words(page.lines[start:end]))
        page.title = None if title is None else above[title].text
    if title is not None:
        page.parts[above[title].number] = "title"
    _read_date(page, above, title)
    if page.author is None:
        _read_author(page, above)
    if title is not None:
        _read_deck_and_section(page, above, title)


def _find_title(above: list[Line], recurring: set[str]) -> int | None:
    """Find the line most like the headline of the prose: its words recur there, and a date or byline is near.

    If two neighbours look alike, the upper is the title and the lower the deck.
    """
    best, best_score = None, 0.0
    for index, line in enumerate(above):
        words = line.content_words
        if line.kind != Kind.TEXT or not 3 <= line.words <= 35 or not words:
            continue
        shared = sum(word in recurring for word in words) / len(words)
        value = (0.35 + shared) * min(line.words, _TITLE_WORDS) / _TITLE_WORDS
        value *= 0.5 + 0.5 * (index + 1) / len(above)
        if line.text.endswith((".", ":", ",")):
            value *= 0.6
        if _TRAIL.search(line.text):
            value *= 0.5
        if any(below.kind in (Kind.DATE, Kind.BYLINE) for below in above[index + 1 : index + 4]):
            value *= 1.4
        if any(upper.kind == Kind.LIST for upper in above[max(0, index - 4) : index]):
            value *= 0.6
        margin = 1.6 if best is not None and index == best + 1 else 1.15
        if shared > 0 and value > best_score * margin:
            best, best_score = index, value
    return best


def _read_date(page: Page, above: list[Line], title: int | None) -> None:
    """Read the first readable date below the title, else above it, with section or author beside it."""
    below = 0 if title is None else title + 1
    dated = [line for line in (*above[below:], *reversed(above[: max(0, below - 1)])) if line.kind == Kind.DATE]
    for line in dated:
        page.parts[line.number] = "date"
        if line.stamp and line.stamp.at and page.published_at is None:
            page.published_at = line.stamp.at
    if page.published_at is None:
        page.notes += [f"date {line.stamp.note}" for line in dated[:1] if line.stamp]
    for part in (part for line in dated for part in re.split(r"\s+[|–—-]\s+|\s{2,}|[|·•]", line.rest)):
        part = _strip_account(part)
        name = kinds.read_byline(part)
        if name and page.author is None:
            page.author = name
        elif part and page.section is None and kinds.is_section(part):
            page.section = part
        elif page.author is None and kinds.is_name(part):
            page.author = part


def _read_author(page: Page, above: list[Line]) -> None:
    for index, line in enumerate(above):
        if line.kind == Kind.BYLINE and line.number not in page.parts:
            name, number = kinds.read_byline(line.text), line.number
            if not name and index + 1 < len(above) and kinds.is_name(above[index + 1].text):
                page.parts[number] = "author"
                name, number = above[index + 1].text, above[index + 1].number
            if name and number not in page.parts:
                page.author = _strip_account(re.split(r"\s+[|–—-]\s+|[|·•/]", name)[0])
                page.parts[number] = "author"
                return
    dated = [index for index, line in enumerate(above) if page.parts.get(line.number) == "date"]
    near = {len(above) - 1}.union(*({place - 1, place + 1} for place in dated))
    for index, line in reversed(list(enumerate(above))):
        name = _strip_account(line.text)
        if line.kind == Kind.TEXT and line.number not in page.parts and index in near and kinds.is_name(name):
            page.author = name
            page.parts[line.number] = "author"
            return


def _read_deck_and_section(page: Page, above: list[Line], title: int) -> None:
    for line in above[title + 1 : title + 2]:
        is_text = line.kind == Kind.TEXT and line.number not in page.parts and line.words >= 3
        if is_text and not kinds.is_same_title(line.text, page.title or ""):
            page.deck = line.text
            page.parts[line.number] = "deck"
    for line in (*above[title + 1 :], *above[max(0, title - 1) : title]):
        may_be_section = line.kind in (Kind.TEXT, Kind.LIST) and line.number not in page.parts
        if page.section is None and may_be_section and kinds.is_section(line.text):
            page.section = line.text
            page.parts[line.number] = "section"


def _strip_account(text: str) -> str:
    """Strip a name of the account after it: “Ann Lee @annlee / 2 days”."""
    return re.split(r"\s*@\w", text)[0].strip(" \t\u00a0,;:–—-/|")
