"""An HTML page as lines: a line per block element, as a browser's “select all, copy” gives it.

Scripts, styles and the head are dropped. Every other word of the page stands in exactly one line, so that the ledger
of an HTML page is that of its lines.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any


def _tags(names: str) -> frozenset[str]:
    return frozenset(names.split())


_BLOCKS = _tags(
    """address article aside blockquote body caption center dd details dialog dir div dl dt fieldset figcaption figure
    footer form frameset h1 h2 h3 h4 h5 h6 header hgroup hr html legend li main menu nav ol p pre section summary table
    tbody td tfoot th thead tr ul"""
)
"""What begins a line of its own; any other element, unknown ones too, stands in the line as browsers have it."""
_SILENT = _tags(
    """audio canvas datalist embed head iframe link math meta noframes noscript object option script select style svg
    template textarea title video"""
)
"""What shows no text of the page."""
_CELLS = frozenset(("td", "th"))
_SPACE = re.compile(r"[ \t\r\n\f]+")
_POPUP = re.compile(
    r"(?:tool-?tip|pop-?over|pop-?up|rollover|hover-?card)[\w-]*(?:block|content|box|card|text|body|bubble|panel|inner)",
    re.IGNORECASE,
)
"""Classes of boxes that open over a word; their text must not stand inside the sentence."""


@dataclass(frozen=True, slots=True)
class Block:
    """A line of the page and where it stands.

    Attributes:
        text: the line; runs of white space are one space.
        tag: the block element it is the text of.
        node: this element.
        linked: share of its characters that are links, 0 to 1.
        popup: whether it is the text of a box that opens over a word.
    """

    text: str
    tag: str
    node: Any
    linked: float
    popup: bool = False


def flatten(tree: Any) -> list[Block]:
    """The lines of an lxml tree in page order; those without any text are left out.

    The cells of a table's row stand in one line, parted by a space, unless they hold blocks themselves.
    """
    from lxml import etree

    found: list[Block | None] = []
    nodes, links, silent = [tree], 0, None
    pieces: list[tuple[str, bool]] = []
    held: list[list[tuple[str, bool]]] = []  # lines that pop-ups interrupt
    inline_cells, popups = set(), set()
    for event, node in etree.iterwalk(tree, events=("start", "end", "comment", "pi")):
        tag = node.tag
        if silent is not None:
            if node is not silent or event != "end":
                continue
            silent, text = None, node.tail
        elif event == "start":
            if tag in _SILENT:
                silent = node
                continue
            if tag in _BLOCKS or tag == "br":
                if tag in _CELLS and _is_plain(node):
                    inline_cells.add(node)
                    pieces.append((" ", False))
                else:
                    if pieces:
                        found.append(_line(pieces, nodes[-1]))
                        pieces = []
                    if tag != "br":
                        nodes.append(node)
            elif (name := node.get("class")) and len(nodes) > 1 and _POPUP.search(name):
                popups.add(node)
                held.append(pieces)
                pieces = []
            elif tag == "time":
                pieces.append((" ", False))  # sites set it apart by style only
            if tag == "a":
                links += 1
            text = node.text
        else:
            if event == "end":
                if tag == "a":
                    links -= 1
                elif tag == "time":
                    pieces.append((" ", False))
                if popups and node in popups:
                    found.append(_line(pieces, nodes[-1], popup=True))
                    pieces = held.pop()
                elif tag in _BLOCKS and node not in inline_cells:
                    if pieces:
                        found.append(_line(pieces, nodes[-1]))
                        pieces = []
                    nodes.pop()
            text = node.tail if node is not tree else None
        if text:
            pieces.append((text, links > 0))
    found.append(_line(pieces, tree))
    return [block for block in found if block is not None]


def _line(pieces: list[tuple[str, bool]], node: Any, popup: bool = False) -> Block | None:
    """The line that pieces of text make, each with whether it is a link; none where there is only white space."""
    whole = "".join([piece for piece, _ in pieces]) if len(pieces) > 1 else pieces[0][0] if pieces else ""
    if not whole or whole.isspace() or not (text := _spaced(whole).strip(" ")):
        return None
    linked = sum([len(_spaced(piece)) for piece, is_link in pieces if is_link and not piece.isspace()])
    return Block(text, str(node.tag), node, min(1.0, linked / len(text)), popup)


def _spaced(text: str) -> str:
    """A text whose runs of white space are one space; most have no others."""
    odd = "  " in text or "\n" in text or "\t" in text or "\r" in text or "\f" in text
    return _SPACE.sub(" ", text) if odd else text


def _is_plain(cell: Any) -> bool:
    """True for a table cell without blocks and line breaks."""
    return not any(child.tag in _BLOCKS or child.tag == "br" for child in cell.iterdescendants())
