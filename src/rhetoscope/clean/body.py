"""The article's lines of an HTML page: what was extracted, corrected line by line.

The extraction knows the page's structure; the lines know what they say. Titles, prompts and lists of links that were
extracted leave; headings, quotations and paragraphs that were lost come back. Each rule raised the F1 on both halves
of a labelled set of news pages.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache
from itertools import islice, pairwise
from typing import Any

from rhetoscope.clean import span
from rhetoscope.clean.align import words
from rhetoscope.clean.flatten import Block
from rhetoscope.clean.lines import BYLINE, COMMENTS, COUNT, CREDIT, DATE, LEGAL, LIST, PROMPT, TEXT, Line

HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))
_URL = re.compile(r"^\W*(?:https?://|www\.)\S+\W*$")
_UPDATED = re.compile(r"^\W*(?:(?:last|first)\s+)?(?:updated?|published|posted|modified)\b", re.IGNORECASE)
_EVER = frozenset((PROMPT, LEGAL, LIST, COMMENTS, BYLINE))
"""Kinds of lines that are never body."""
_ABOVE = frozenset((DATE, COUNT, CREDIT))
"""Kinds that are no body above the first paragraph; below it a date may sign a quotation."""
_LONG = 200
"""A longer line that ends a sentence is prose, whatever it begins with."""
_LINK = 0.7
"""A line with a larger share of links leads elsewhere."""
_FEW = 3
"""So many such lines in a row are hints at other articles; more are the article's own list of things."""
_HEADING_WORDS = 20
_DECK_WORDS = 5
_NEAR = 3
"""Lines that may stand between the last extracted line and a paragraph that continues it."""


def correct(blocks: list[Block], lines: list[Line], extracted: list[bool], title: str) -> list[bool]:
    """For each line of the page whether it is heading or body of the article.

    Args:
        blocks: the page.
        lines: the same lines, with their kinds.
        extracted: for each line whether it stands in the extracted text.
        title: the article's headline; "" where it is not known.
    """
    kept = [yes and not block.popup for yes, block in zip(extracted, blocks, strict=True)]
    places = [index for index, yes in enumerate(kept) if yes]
    prose = cache(lambda index: is_prose(blocks[index], lines[index]))  # what is far from the article is never asked
    first = next(filter(prose, places), places[0] if places else 0)
    last = next(filter(prose, reversed(places)), first)
    _drop_lines(blocks, lines, kept, places, first, words(title))
    _drop_links(blocks, lines, kept, places, last)
    for index in reversed(places):  # headings that nothing follows
        if kept[index] and blocks[index].tag not in HEADINGS:
            break
        kept[index] = False
    _restore_headings(blocks, lines, kept, words(title))
    _restore_prose(blocks, lines, kept, prose, first)
    return kept


def is_prose(block: Block, line: Line) -> bool:
    """True for a paragraph: text by its shape, no heading and no link."""
    return line.kind == TEXT and block.tag not in HEADINGS and block.linked < 0.5 and span.score(line) > 0


def _drop_lines(
    blocks: list[Block], lines: list[Line], kept: list[bool], places: list[int], first: int, title: list[str]
) -> None:
    """The title and what else stands above the first paragraph; lines that are by their kind no body; addresses."""
    for index in places:
        line, block = lines[index], blocks[index]
        said = words(line.text)
        is_title = len(title) > 1 and index <= first + 1 and same_title(said, title)
        is_head = index < first and (block.tag == "h1" or (block.tag in HEADINGS and len(said) >= _DECK_WORDS))
        by_kind = line.kind in _EVER or (line.kind in _ABOVE and index < first)
        updated = line.kind == DATE and bool(_UPDATED.match(line.text))
        long = len(line.text) > _LONG and line.ends_sentence
        if is_title or is_head or ((by_kind or updated) and not long) or _URL.match(line.text):
            kept[index] = False


def same_title(said: list[str], title: list[str]) -> bool:
    """True where one is the other, or its beginning of at least four words."""
    short = min(len(said), len(title))
    return said == title or (short >= 4 and said[:short] == title[:short])


def _drop_links(blocks: list[Block], lines: list[Line], kept: list[bool], places: list[int], last: int) -> None:
    """Lines that are links: one or two in a row, any under the heading of a list, any below the last paragraph."""
    run: list[int] = []
    for index in [*places, None]:
        if index is not None and blocks[index].linked > _LINK:
            run.append(index)
            continue
        if run:
            above = run[0] > 0 and lines[run[0] - 1].kind == LIST
            if len(run) <= _FEW or above or run[0] > last:
                for place in run:
                    kept[place] = False
        run = []


def _restore_headings(blocks: list[Block], lines: list[Line], kept: list[bool], title: list[str]) -> None:
    """Headings right above or below a kept line, between kept lines."""
    for start, end in pairwise([index for index, yes in enumerate(kept) if yes]):
        for index in {start + 1, end - 1} - {start, end}:
            line = lines[index]
            if (
                blocks[index].tag in ("h2", "h3", "h4")
                and blocks[index].linked < 0.5
                and line.kind == TEXT
                and line.words <= _HEADING_WORDS
                and words(line.text) != title
            ):
                kept[index] = True


def _restore_prose(
    blocks: list[Block], lines: list[Line], kept: list[bool], prose: Callable[[int], bool], first: int
) -> None:
    """Paragraphs and quotations beside the kept ones: between two of them, or right below the last."""
    places = [index for index, yes in enumerate(kept) if yes and index >= first]
    homes = {blocks[index].node.getparent() for index in places if prose(index)}

    def belongs(index: int) -> bool:
        block = blocks[index]
        at_home = block.node.getparent() in homes and block.tag in ("p", "li", "blockquote", "div")
        return at_home and prose(index) and lines[index].ends_sentence

    for start, end in pairwise(places):
        for index in range(start + 1, end):
            if belongs(index) or (lines[index].kind in (TEXT, DATE) and _quoted(blocks[index].node, homes)):
                kept[index] = True
    if places:
        end = places[-1]
        for index in range(end + 1, len(blocks)):
            if index - end > _NEAR:
                break
            if belongs(index):
                kept[index], end = True, index


def _quoted(node: Any, homes: set[Any]) -> bool:
    """True where an element is, or lies in, a quotation among the article's paragraphs, in a box of its own or not."""
    quotations = [step for step in (node, *node.iterancestors("blockquote")) if step.tag == "blockquote"]
    return any(around in homes for step in quotations for around in islice(step.iterancestors(), 2))
