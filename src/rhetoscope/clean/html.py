"""Parse HTML pages: trafilatura's extraction, corrected by the kinds of its lines, with an account of every line.

A page becomes lines, one for each block element, as a browser copies it. Scripts and the page's head are dropped; every
other word of the page is in exactly one line. Each correction raises the F1 on labelled news pages by at least .003.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from copy import copy
from dataclasses import dataclass
from datetime import datetime, timedelta
from difflib import SequenceMatcher
from itertools import accumulate, chain, groupby, pairwise
from typing import Any

from rhetoscope.clean import dates
from rhetoscope.clean.lines import Kind, Line, is_same_title, list_words, make_line
from rhetoscope.clean.lists import HEADINGS, LINK, find_linked_lists
from rhetoscope.clean.page import Page, parse_page, read_head


def _split(names: str) -> frozenset[str]:
    return frozenset(names.split())


_CELLS = _split("td th")
_BLOCKS = _CELLS | _split(
    """address article aside blockquote body caption center dd details dialog dir div dl dt fieldset figcaption figure
    footer form frameset h1 h2 h3 h4 h5 h6 header hgroup hr html legend li main menu nav ol p pre section summary table
    tbody tfoot thead tr ul"""
)
"""Elements that begin a line of their own."""
_SILENT = _split(
    """audio canvas datalist embed head iframe link math meta noframes noscript object option script select style svg
    template textarea title video"""
)
"""Elements that show no text of the page."""
_SPACED = _split("td th time")
"""Elements with a space around them; sites separate times by style only."""
_SPACE = re.compile(r"[ \t\r\n\f]+")
_SITE = re.compile(r"\s+[|–—»·-]\s+")

_NEVER_BODY = frozenset((Kind.PROMPT, Kind.LEGAL, Kind.LIST, Kind.COMMENTS, Kind.BYLINE))
_BODY_BELOW = frozenset((Kind.DATE, Kind.COUNT, Kind.CREDIT))
"""Kinds that are no body above the first paragraph."""
_DECK_WORDS = 5
_FEW_LINKS = 3
"""Most lines of links in a row that point to other articles; more are a list of the article itself."""
_LEAST, _ENOUGH, _PARAGRAPH = 0.3, 400, 80
"""Share and characters of the page's prose with which a quick extraction suffices; characters of a line of prose."""
_SHORT_WORD, _TITLE_WORDS, _TELLING_WORDS = 3, 4, 6
"""Characters of a word that is not telling; fewest words of a headline; fewest words of a line that hardly recurs."""
_LONGEST_SECTION = 40
_PAGE_TYPES = _split("article articles post posts page website story")
"""Types of pages that some sites give as the section."""
_JSON, _DATED = './/script[@type="application/ld+json"]', './/*[@itemprop="datePublished"]'
_JSON_DATE = re.compile(r'"datePublished"\s*:\s*"([^"]{10,40})"')
_META_DATES = (
    "article:published_time", "datepublished", "date", "pubdate", "publishdate", "publish-date", "publication_date",
    "dc.date", "dc.date.issued", "dcterms.created", "sailthru.date", "parsely-pub-date", "article.published",
    "og:published_time", "og:article:published_time", "rnews:datepublished", "cxenseparse:recs:publishtime",
)  # fmt: skip
"""Names of meta elements with the date of publication, the surest first."""


@dataclass(frozen=True)
class Facts:
    """What the head of an HTML page says about it; None if it says nothing."""

    title: str | None = None
    author: str | None = None
    section: str | None = None
    published_at: datetime | None = None
    url: str | None = None
    outlet: str | None = None


def parse_html(html: str) -> Page:
    """Find article, head and headline lists of an HTML page, and account for every line.

    A page on which trafilatura finds no article is parsed like flattened text.
    """
    from lxml.etree import strip_elements

    tree = _read_tree(html)
    lines = [] if tree is None else flatten_tree(tree)
    if not lines:
        return parse_page("")
    facts = read_facts(tree)
    title = _find_printed_title(lines, facts)
    strip_elements(tree, "script", "style", "svg", with_tail=False)  # trafilatura copies the tree several times
    kept = _find_article(tree, lines)
    if any(kept):
        page = Page(lines)
        page.parts = {
            line.number: "heading" if line.tag in HEADINGS else "body"
            for line, yes in zip(lines, kept, strict=True)
            if yes
        }
        page.add_headlines(find_linked_lists(lines, set(page.parts)))
        first, end = min(page.parts) - 1, max(page.parts)
        _fill_head(page, facts, title, first, end)
        page.account_for_lines(first, end)
    else:
        page = parse_page("\n".join(line.raw for line in lines))
    page.url, page.outlet = facts.url, facts.outlet
    return page


def flatten_tree(tree: Any) -> list[Line]:
    """List the lines of an lxml tree in page order, without blank ones.

    The cells of a table's row are one line, with spaces between them, unless they contain blocks.
    """
    from lxml import etree

    lines: list[Line] = []
    pieces: list[tuple[str, bool]] = []  # texts of the line, and whether each is a link
    blocks, links = [tree], 0
    walk = etree.iterwalk(tree, events=("start", "end", "comment", "pi"))
    for event, node in walk:
        tag = node.tag
        is_block = tag in _BLOCKS and (tag not in _CELLS or _holds_blocks(node))
        if event == "start":
            if tag in _SILENT:
                walk.skip_subtree()
                continue
            if pieces and (is_block or tag == "br"):
                _add_line(lines, pieces, blocks[-1])
            if is_block:
                blocks.append(node)
            links += tag == "a"
        elif event == "end" and tag not in _SILENT:
            links -= tag == "a"
            if is_block:
                block = blocks.pop()
                if pieces:
                    _add_line(lines, pieces, block)
        if tag in _SPACED:
            pieces.append((" ", False))
        text = node.text if event == "start" else node.tail if node is not tree else None
        if text:
            pieces.append((text, links > 0))
    _add_line(lines, pieces, tree)
    return lines


def match_lines(lines: Sequence[str], extracted: str) -> list[bool]:
    """Tell for each line of a page whether it, or more than half of its words, is in the extracted text, in order.

    A line that is on the page twice and in the text once is found once; a line without words never.
    """
    page = [tuple(list_words(line)) for line in lines]
    text = [tuple(list_words(line)) for line in extracted.split("\n")]
    found = [False] * len(page)
    # lines first: comparing words takes seconds on a page of a million characters
    matcher = SequenceMatcher(lambda line: len(line) < _TELLING_WORDS, page, text)
    for kind, start, end, begin, stop in matcher.get_opcodes():
        if kind == "equal":
            found[start:end] = map(bool, page[start:end])
        elif kind == "replace":  # trafilatura may leave words out, or join lines
            found[start:end] = _match_words(page[start:end], list(chain.from_iterable(text[begin:stop])))
    return found


def _match_words(lines: list[tuple[str, ...]], text: list[str]) -> list[bool]:
    page = list(chain.from_iterable(lines))
    found = bytearray(len(page))
    for start, _, size in SequenceMatcher(None, page, text).get_matching_blocks():
        found[start : start + size] = b"\x01" * size
    ends = list(accumulate(map(len, lines), initial=0))
    return [2 * sum(found[start:end]) > end - start for start, end in pairwise(ends)]


def read_facts(tree: Any) -> Facts:
    """Read what a page says about itself in meta elements and JSON-LD; date and time as given, without zone."""
    from lxml.html import document_fromstring
    from trafilatura import extract_metadata

    # trafilatura gets the head alone: it searches the whole page for dates, slowly, and guesses them
    slim = document_fromstring("<html><head></head><body></body></html>")
    slim[0].extend(copy(node) for node in tree.xpath(f'head/title | .//meta | .//link[@rel="canonical"] | {_JSON}'))
    found = extract_metadata(slim, extensive=False)
    section = next(iter(found.categories or ()), None)
    usable = section and len(section) <= _LONGEST_SECTION and section.lower() not in _PAGE_TYPES
    return Facts(
        _squeeze(found.title),
        _squeeze(found.author and found.author.replace(";", ",").replace(" ,", ",")),
        _squeeze(section) if usable else None,
        _read_published(tree),
        _squeeze(found.url),
        _squeeze(found.sitename),
    )


def _read_published(tree: Any) -> datetime | None:
    given = [match[1] for script in tree.xpath(_JSON) if (match := _JSON_DATE.search(script.text or ""))]
    metas: dict[str, str] = {}
    for meta in tree.iter("meta"):
        name = meta.get("property") or meta.get("name") or meta.get("itemprop") or ""
        metas.setdefault(name.lower(), meta.get("content") or "")
    given += [metas.get(name, "") for name in _META_DATES]
    given += [node.get("datetime") or node.get("content") or "" for node in tree.xpath(_DATED)]
    stamps = map(dates.find_date, given)
    return next((stamp.at for stamp in stamps if stamp and stamp.at), None)


def remove_outlet(title: str, outlet: str | None) -> str:
    """Remove the outlet's name from the end of a title."""
    *parts, last = _SITE.split(title)
    ends = parts and outlet and last.lower() == outlet.lower()
    return title[: title.rindex(last)].rstrip(" |–—»·-") if ends else title


# The page as lines


def _read_tree(html: str) -> Any:
    """Read a page as a tree; None if it is empty, or its elements are nested deeper than 2,048.

    trafilatura's own reader refuses fragments, texts of ten million characters and elements nested deeper than 256.
    """
    from lxml import html as lxml_html
    from lxml.etree import LxmlError

    parser = lxml_html.HTMLParser(encoding="utf-8", huge_tree=True, remove_comments=True, remove_pis=True)
    try:
        return lxml_html.document_fromstring(html.encode("utf-8", "replace"), parser)
    except (LxmlError, ValueError):
        return None


def _holds_blocks(cell: Any) -> bool:
    return any(child.tag in _BLOCKS or child.tag == "br" for child in cell.iterdescendants())


def _add_line(lines: list[Line], pieces: list[tuple[str, bool]], node: Any) -> None:
    whole = "".join([piece for piece, _ in pieces])
    if not whole.isspace() and (text := _SPACE.sub(" ", whole).strip(" ")):
        linked = sum([len(_SPACE.sub(" ", piece)) for piece, is_link in pieces if is_link and not piece.isspace()])
        lines.append(make_line(len(lines) + 1, text, str(node.tag), node, min(1.0, linked / len(text))))
    pieces.clear()


def _squeeze(text: str | None) -> str | None:
    return (" ".join(text.split()) or None) if text else None


# The article


def _find_article(tree: Any, lines: list[Line]) -> list[bool]:
    """Tell for each line whether trafilatura finds it in the article, quickly or, if that fails, thoroughly."""
    from trafilatura import bare_extraction

    best = [False] * len(lines)
    for fast in (True, False):
        try:
            found: Any = bare_extraction(tree, include_comments=False, fast=fast)
        except Exception:  # noqa: BLE001  # then the page is parsed like flattened text
            found = None
        if found and found.text:
            kept = _correct(lines, match_lines([line.text for line in lines], found.text))
            if _count_prose(lines, kept) > 2 * _count_prose(lines, best):
                best = kept
        if _count_prose(lines, best) >= min(_ENOUGH, _LEAST * _count_prose(lines, [True] * len(lines))):
            break
    return best


def _count_prose(lines: list[Line], kept: list[bool]) -> int:
    prose = (line for line, yes in zip(lines, kept, strict=True) if yes and line.linked < 0.5)
    return sum(len(line.text) for line in prose if len(line.text) > _PARAGRAPH)


def _correct(lines: list[Line], extracted: list[bool]) -> list[bool]:
    kept = list(extracted)
    places = [index for index, yes in enumerate(kept) if yes]
    prose = [index for index in places if _is_paragraph(lines[index])] or places[:1]
    for index in places:
        line = lines[index]
        is_head = line.tag == "h1" or (line.tag in HEADINGS and line.words >= _DECK_WORDS)
        if line.kind in _NEVER_BODY or (index < prose[0] and (is_head or line.kind in _BODY_BELOW)):
            kept[index] = False
    for is_linked, group in groupby(places, lambda index: lines[index].linked > LINK):
        run = list(group)
        listed = run[0] > 0 and lines[run[0] - 1].kind == Kind.LIST
        if is_linked and (len(run) <= _FEW_LINKS or listed or run[0] > prose[-1]):
            for index in run:
                kept[index] = False
    return kept


def _is_paragraph(line: Line) -> bool:
    return line.kind == Kind.TEXT and line.tag not in HEADINGS and line.linked < 0.5 and line.score > 0


# Its head


def _find_printed_title(lines: list[Line], facts: Facts) -> str:
    """Find the printed headline: the first heading like the title in the head, else one that shares a word with it."""
    if not facts.title:
        return next((line.text for line in lines if line.tag == "h1"), "")
    for line in lines:
        if line.tag in ("h1", "h2") and is_same_title(line.text, facts.title):
            return line.text
    telling = {word for word in list_words(facts.title) if len(word) > _SHORT_WORD}
    for line in lines:
        words = list_words(line.text)
        if line.tag == "h1" and line.linked < 0.5 and len(words) >= _TITLE_WORDS and not telling.isdisjoint(words):
            return line.text
    return remove_outlet(facts.title, facts.outlet)


def _fill_head(page: Page, facts: Facts, title: str, first: int, end: int) -> None:
    read_head(page, first, end, headline=title)
    page.section = page.section or facts.section
    page.author = next((name for name in (facts.author, page.author) if name != page.title), None)
    printed, at = page.published_at, facts.published_at
    if at and (printed is None or abs(printed - at) > timedelta(days=1)):
        page.published_at = at
    if page.published_at:
        page.notes = []
