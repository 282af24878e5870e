"""One HTML page: trafilatura's extraction, corrected by what its lines say, with an account of every line."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from rhetoscope.clean import body, head, span, weblists
from rhetoscope.clean.align import align, words
from rhetoscope.clean.facts import Facts, facts, without_outlet, without_site
from rhetoscope.clean.flatten import Block, flatten
from rhetoscope.clean.lines import BLANK, DATE, TEXT, Line
from rhetoscope.clean.page import LINKS, MENU, OUTSIDE, REASONS, REPEATED, Page, take_apart

POPUP = "text of a box that opens over a word"
_LEAST = 0.3
"""Where a quick extraction holds a smaller share of the page's prose, slower ones are tried."""
_ENOUGH = 400
"""Characters of prose below which a page's share says nothing."""
_SHORT_WORD = 3
"""Characters of a word that tells nothing of a headline."""


@dataclass
class WebPage:
    """An HTML page taken apart.

    Attributes:
        page: its lines, as `flatten` gives them, each kept or removed.
        facts: what its head says.
        text: the lines joined by newlines: the page the ledger accounts for.
    """

    page: Page
    facts: Facts
    text: str


def take_apart_html(html: str) -> WebPage:
    """Finds article, head and headline lists of an HTML page and accounts for every line of it.

    A page on which no extraction finds an article is read like flattened text.
    """
    from lxml.etree import strip_elements

    tree, blocks = _read(html)
    if not blocks:
        return WebPage(take_apart(""), Facts(), "")
    lines = [Line(number, block.text) for number, block in enumerate(blocks, 1)]
    text = "\n".join(block.text for block in blocks)
    said = facts(tree)
    title = _printed_title(blocks, said)
    strip_elements(tree, "script", "style", "svg", with_tail=False)  # trafilatura copies the tree several times
    kept = _article(tree, blocks, lines, title)
    if not any(kept):
        return WebPage(take_apart(text), said, text)
    page = Page(lines=lines)
    for index, yes in enumerate(kept):
        if yes:
            page.parts[index + 1] = "heading" if blocks[index].tag in body.HEADINGS else "body"
    first, last = kept.index(True), len(kept) - 1 - kept[::-1].index(True)
    _lists(page, blocks, kept)
    _head(page, said, title, first, last)
    _account(page, blocks, first, last)
    return WebPage(page, said, text)


def _read(html: str) -> tuple[Any, list[Block]]:
    """The page as a tree and its lines; no line where it holds no text.

    trafilatura repairs faulty pages but refuses fragments, texts of ten million characters and elements nested deeper
    than 256; lxml reads these too, down to a depth of 2,048.
    """
    from lxml import html as lxml_html
    from lxml.etree import LxmlError
    from trafilatura import load_html

    tree = load_html(html)
    blocks = flatten(tree) if tree is not None else []
    if not blocks:
        parser = lxml_html.HTMLParser(encoding="utf-8", huge_tree=True, remove_comments=True, remove_pis=True)
        with suppress(LxmlError, ValueError):
            tree = lxml_html.document_fromstring(html.encode("utf-8", "replace"), parser)
            blocks = flatten(tree)
    return tree, blocks


def _article(tree: Any, blocks: list[Block], lines: list[Line], title: str) -> list[bool]:
    """For each line whether it is the article's; trafilatura's quick way, its thorough one if that finds little."""
    texts = [block.text for block in blocks]
    best: list[bool] = [False] * len(blocks)
    for options in ({"fast": True}, {"favor_recall": True}):
        extracted = _extract(tree, options)
        kept = body.correct(blocks, lines, align(texts, extracted), title) if extracted else best
        if _prose(blocks, kept) > 2 * _prose(blocks, best):
            best = kept
        if _prose(blocks, best) >= min(_ENOUGH, _LEAST * _prose(blocks, [True] * len(blocks))):
            break
    return best


def _extract(tree: Any, options: dict[str, bool]) -> str:
    from trafilatura import bare_extraction

    try:
        found = bare_extraction(tree, include_comments=False, **options)  # type: ignore[arg-type]
    except Exception:  # noqa: BLE001  # a page it breaks on is read like flattened text
        return ""
    return str(found.text or "") if found else ""  # type: ignore[union-attr]


def _prose(blocks: list[Block], kept: list[bool]) -> int:
    """Characters of the lines that are mostly no links and longer than a menu's."""
    return sum(len(b.text) for b, yes in zip(blocks, kept, strict=True) if yes and b.linked < 0.5 and len(b.text) > 80)


def _printed_title(blocks: list[Block], said: Facts) -> str:
    """The headline as the page prints it: the first heading that agrees with its head, else the first that may be one.

    A page may print another headline than its head gives to search engines; it shares a word with that one.
    """
    title = said.title
    headings = [block.text for block in blocks if block.tag in ("h1", "h2")]
    if not title:
        return next((block.text for block in blocks if block.tag == "h1"), "")
    readings = [words(reading) for reading in without_site(title)]
    for heading in headings:
        if any(len(reading) > 1 and body.same_title(words(heading), reading) for reading in readings):
            return heading
    telling = {word for word in words(title) if len(word) > _SHORT_WORD}
    main = (block.text for block in blocks if block.tag == "h1" and block.linked < 0.5)
    printed = (text for text in main if len(words(text)) >= 4 and telling & set(words(text)))
    return next(printed, without_outlet(title, said.outlet))


def _lists(page: Page, blocks: list[Block], kept: list[bool]) -> None:
    page.headlines, names = weblists.harvest(blocks, page.lines, kept.__getitem__)
    for number, name in names.items():
        page.reasons[number] = f"name of the list “{name}”"
    for headline in page.headlines:
        of = f"the list “{headline.list}”" if headline.list else "a list without a name"
        for number in (headline.line, *headline.lines):
            is_date = number != headline.line and page.lines[number - 1].kind == DATE
            page.reasons[number] = f"date in {of}" if is_date else f"headline in {of}"
    page.listed = frozenset(page.reasons)


def _head(page: Page, said: Facts, title: str, first: int, last: int) -> None:
    """Title, deck, section, author and date: as printed above the article, else as the page's head has them."""
    found = head.Head()
    head.read(found, page.lines, first, last + 1, page.listed)
    printed = next(
        (i for i in range(first) if title and body.same_title(words(page.lines[i].text), words(title))), None
    )
    if title and (printed is None or found.parts.get(printed + 1) != "title"):
        for number in [number for number, part in found.parts.items() if part in ("title", "deck")]:
            del found.parts[number]
        found.deck = None
    if printed is not None:
        found.parts[printed + 1] = "title"
    page.parts |= {number: part for number, part in found.parts.items() if number not in page.parts}
    page.title = title or found.title
    page.deck = found.deck
    if page.title and page.deck and body.same_title(words(page.deck), words(page.title)):
        page.deck = None
        page.parts = {number: part for number, part in page.parts.items() if part != "deck"}
    page.section = found.section or said.section
    page.author = next((name for name in (said.author, found.author) if name != page.title), None)
    page.published_at = said.published_at
    close = timedelta(days=1)
    if found.published_at and (said.published_at is None or abs(found.published_at - said.published_at) <= close):
        page.published_at = found.published_at
    page.notes = found.notes if page.published_at is None else []


def _account(page: Page, blocks: list[Block], first: int, last: int) -> None:
    """Gives every line that is left its reason."""
    for index, (line, block) in enumerate(zip(page.lines, blocks, strict=True)):
        number = line.number
        if number in page.parts:
            page.reasons.pop(number, None)
        elif number not in page.reasons:
            page.reasons[number] = _reason(line, block, page.title, first <= index <= last)


def _reason(line: Line, block: Block, title: str | None, inside: bool) -> str:
    if block.popup:
        return POPUP
    if title and line.text == title:
        return REPEATED
    if not inside and len(line.text) < 80 and block.linked > 0.7:
        return MENU
    if line.kind not in (TEXT, BLANK):
        return REASONS[line.kind]
    if inside:
        return LINKS if block.linked > 0.5 else OUTSIDE
    return OUTSIDE if span.score(line) > 0 and block.linked < 0.5 else MENU
