"""One page: which lines are the article, and why each other line is not."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from rhetoscope.clean import head, lists, span
from rhetoscope.clean.lines import (
    BLANK,
    BYLINE,
    COMMENTS,
    COUNT,
    CREDIT,
    DATE,
    LEGAL,
    LIST,
    PROMPT,
    TEXT,
    Line,
    ends_list,
    read,
)

REASONS = {
    BLANK: "blank line",
    DATE: "date outside the article's head",
    BYLINE: "byline outside the article's head",
    PROMPT: "prompt to subscribe, follow, share or read more",
    COUNT: "count, number or symbol",
    LEGAL: "legal notice",
    CREDIT: "caption or credit",
    LIST: "heading of a list of links",
    COMMENTS: "heading of comments",
}
"""Why a line of a kind is removed, wherever it stands."""
MENU, OUTSIDE, LINKS, REPEATED, SHARED, END = (
    "menu, label or link outside the article",
    "text outside the article",
    "link inside the article",
    "repeats the title",
    "stands on most pages of this outlet",
    "end of a list",
)
"""Why a line of text is removed, by where it stands."""
LISTS, FURNITURE = "headline list", "site furniture"
"""Kinds of removed lines, `blank` aside: of a list of headlines, its name and dates included; anything else."""

_HEAD_LINES = 3
"""Lines of the prose above which a date or byline still belongs to the head."""
_HEADING_WORDS = 20
_TEASER = 6
"""Words of a line that is a link to another article where it stands twice among a few: as its picture's and its own."""
_HEADINGS = 3
"""More short lines in a row inside the prose are a list or a table, fewer are headings."""


@dataclass
class Page(head.Head):
    """One page taken apart: its head and all else; each of its lines is in `parts` or in `reasons`.

    Attributes:
        parts: number of a kept line → a part of the head, `heading` or `body`.
        lines: the page.
        reasons: number of a removed line → why.
        headlines: entries of its headline lists.
        listed: numbers of the lines of these lists, names and dates included.
    """

    lines: list[Line] = field(default_factory=list)
    reasons: dict[int, str] = field(default_factory=dict)
    headlines: list[lists.Headline] = field(default_factory=list)
    listed: frozenset[int] = frozenset()

    def kind(self, number: int) -> str:
        """What a removed line is: `blank`, `headline list` or `site furniture`."""
        if not self.lines[number - 1].text:
            return BLANK
        return LISTS if number in self.listed or self.reasons[number] == END else FURNITURE

    def paragraphs(self, *parts: str) -> list[str]:
        """The kept lines of these parts in page order, without the white space around them."""
        return [line.text for line in self.lines if self.parts.get(line.number) in parts]


def take_apart(text: str, shared: frozenset[str] = frozenset()) -> Page:
    """Finds article, head and headline lists of a page and accounts for every line.

    Args:
        text: the page.
        shared: lines that most pages of its outlet share, see `repeats`; they are furniture.
    """
    lines = read(text)
    page = Page(lines=lines)
    _take_lists(page, *lists.harvest(lines))

    captions = span.captions(lines)
    common = frozenset(line.number for line in lines if line.text in shared) - page.listed if shared else frozenset()
    start, end = span.article(lines, page.listed, captions | common)
    start = _below_head(lines, start, end)
    if start < end:
        head.read(page, lines, start, end, page.listed, common)
        page.reasons |= dict.fromkeys(captions - page.listed, REASONS[CREDIT]) | dict.fromkeys(common, SHARED)
        _inside(page, start, end)
    _take_lists(page, *lists.undated(lines, page.parts.keys() | page.listed))
    _account(page, start, end)
    return page


def _take_lists(page: Page, headlines: list[lists.Headline], names: Mapping[int, str | None]) -> None:
    """Adds headlines to the page and gives their lines the reason."""
    if not headlines:
        return
    reasons = {number: f"name of the list “{name}”" for number, name in names.items()}
    for headline in headlines:
        of = f"the list “{headline.list}”" if headline.list else "a list without a name"
        for number in (headline.line, *headline.lines):
            is_date = number != headline.line and page.lines[number - 1].kind == DATE
            reasons[number] = f"date in {of}" if is_date else f"headline in {of}"
    page.headlines = sorted([*page.headlines, *headlines], key=lambda headline: headline.line)
    page.reasons |= reasons
    page.listed |= reasons.keys()


def _inside(page: Page, start: int, end: int) -> None:
    """Sorts the lines of the span into body, headings and what does not belong there."""
    solid = [line for line in page.lines[start:end] if line.text and line.number not in page.reasons]
    index = 0
    while index < len(solid):
        line = solid[index]
        if line.kind == TEXT and (line.score > 0 or line.ends_sentence):
            page.parts[line.number] = "body"
            index += 1
            continue
        run = index
        while run < len(solid) and solid[run].score <= 0 and not (solid[run].kind == TEXT and solid[run].ends_sentence):
            run += 1
        between = solid[index:run]
        short = [line for line in between if line.kind == TEXT]
        boxed = any(line.kind in (LIST, COMMENTS) for line in between)
        several = len(short) > _HEADINGS
        twice = {text for text, count in Counter(line.text for line in short).items() if count > 1}
        for line in between:
            if line.kind == TEXT and line.text == page.title:
                page.reasons[line.number] = REPEATED
            elif line.kind == TEXT and (boxed or (line.text in twice and line.words >= _TEASER)):
                page.reasons[line.number] = LINKS
            elif line.kind == TEXT:
                page.parts[line.number] = "body" if several or line.words > _HEADING_WORDS else "heading"
            elif several and line.kind == COUNT and not boxed:
                page.parts[line.number] = "body"
        index = run


def _below_head(lines: list[Line], start: int, end: int) -> int:
    """Where the body begins: below a date or byline that follows one or two sentences, which are title and deck."""
    solid = [index for index in range(start, end) if lines[index].text]
    for place in range(min(_HEAD_LINES, len(solid) - 1), 0, -1):
        above = [lines[index] for index in solid[:place]]
        if lines[solid[place]].kind in (DATE, BYLINE) and sum(line.score > 0 for line in above) <= 2:
            return solid[place] + 1
    return start


def _account(page: Page, start: int, end: int) -> None:
    """Gives every line that is left its reason."""
    parts, reasons = page.parts, page.reasons
    previous = 0
    for line in page.lines:
        number, kind = line.number, line.kind
        if number in parts:
            reasons.pop(number, None)
        elif number in reasons:
            pass
        elif kind == PROMPT and previous in page.listed and ends_list(line):
            reasons[number] = END
        elif kind != TEXT:
            reasons[number] = REASONS[kind]
        elif line.text == page.title:
            reasons[number] = REPEATED
        else:
            reasons[number] = LINKS if start < number <= end else OUTSIDE if line.score > 0 else MENU
        if kind != BLANK:
            previous = number
