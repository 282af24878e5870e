"""HTML pages flattened to text in several ways, as scrapers, text dumps and browsers do."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any


def _tags(names: str) -> frozenset[str]:
    return frozenset(names.split())


_UNSEEN = _tags("script style head template svg iframe noscript")
_SCRIPTS = _tags("script style head")
_BLOCKS = _tags(
    """address article aside blockquote body button center dd details dialog dir div dl dt fieldset figcaption figure
    footer form h1 h2 h3 h4 h5 h6 header hgroup hr html legend li main menu nav ol optgroup option p pre section select
    summary table tbody td textarea tfoot th thead tr ul br video audio canvas"""
)
_CELLS = _tags("td th")
_FEW = _tags("p div li h1 h2 h3 h4 h5 h6 tr section article header footer nav aside ul ol table blockquote")
_APART = _tags("p h1 h2 h3 h4 h5 h6 ul ol table blockquote dl figure section article")


def blocks(html: str) -> str:
    """A line for each block element and after each `br`; what a browser does not show is dropped."""
    return "\n".join(line for line in map(_squeezed, "".join(_walk(_tree(html), _BLOCKS, _UNSEEN)).split("\f")) if line)


def dump(html: str) -> str:
    """Few block elements, the cells of a row on one line, and the line breaks of the source kept."""
    text = "".join(_walk(_tree(html), _FEW, _SCRIPTS)).replace("\f", "\n")
    return "\n".join(line for line in map(_squeezed, text.split("\n")) if line)


def browser(html: str) -> str:
    """As “select all, copy” gives it: cells of a row parted by tabs, blank lines around paragraphs, lists indented."""
    out: list[str] = []
    for part in "".join(_walk(_tree(html), _BLOCKS - _CELLS, _UNSEEN, _APART)).split("\f"):
        line = _squeezed(part.replace("\v", "")).replace(" \t ", "\t")
        if line:
            out.append(f"    {line}")
        if "\v" in part and out and out[-1]:
            out.append("")
    return "\n".join(out) + "\n"


FLATTENERS: dict[str, Callable[[str], str]] = {"blocks": blocks, "dump": dump, "browser": browser}
"""The ways of flattening by name; `blocks` is the one figures are compared by."""


def _tree(html: str) -> Any:
    import lxml.html

    return lxml.html.document_fromstring(re.sub(r"^\s*<\?xml[^>]*\?>", "", html))


def _walk(
    element: Any, ends: frozenset[str], dropped: frozenset[str], apart: frozenset[str] = frozenset()
) -> Iterator[str]:
    """The text of an element; `\\f` where a line ends, `\\v` where a blank line follows."""
    if not isinstance(element.tag, str) or element.tag in dropped:
        return
    edge = "\v\f" if element.tag in apart else "\f" if element.tag in ends else ""
    yield edge
    yield (element.text or "").replace("\f", " ").replace("\v", " ")
    for child in element:
        yield from _walk(child, ends, dropped, apart)
        yield (child.tail or "").replace("\f", " ").replace("\v", " ")
    yield edge


def _squeezed(text: str) -> str:
    return re.sub(r"\s+", " ", text).strip()
