"""Title, author and date read from flattened text, compared with what the page's own HTML head says of them.

The head is no human's label: a site may print another headline than it gives to search engines, or print the day of
the last change. So the figures are floors. What the page does not print cannot be read and is not counted.
"""

from __future__ import annotations

import re
from pathlib import Path

from rhetoscope.clean.html import read_facts
from rhetoscope.clean.page import parse_page
from rhetoscope.validate import Row, mean
from rhetoscope.validate.flatten import blocks
from rhetoscope.validate.pages import GoldPage, read

_SET = "pages, flattened: blocks"
_SYSTEM = "rhetoscope"


def rows(folder: Path) -> list[Row]:
    """For title, author and date: the share found of those printed, and the share right of those found."""
    pages = read(folder)
    found: list[Row] = []
    judged = [_judge(page) for page in pages]
    for name in ("title", "author", "date"):
        verdicts = [page[name] for page in judged if name in page]
        right = [float(verdict == "right") for verdict in verdicts]
        given = [float(verdict == "right") for verdict in verdicts if verdict != "missing"]
        found.append(mean(_SET, f"{name}: found of those printed, as the HTML's head has it", _SYSTEM, right))
        found.append(mean(_SET, f"{name}: right of those found, as the HTML's head has it", _SYSTEM, given))
    return found


def _judge(page: GoldPage) -> dict[str, str]:
    """For each part that the head gives and the page prints: `right`, `wrong` or `missing`."""
    from trafilatura import load_html

    text = blocks(page.html)
    said, read_off = read_facts(load_html(page.html)), parse_page(text)
    printed = f" {_words(text)} "
    verdicts = {}
    titles = [title for title in map(_words, split_title(said.title or "")) if title and f" {title} " in printed]
    if titles:
        verdicts["title"] = _verdict(_words(read_off.title or ""), titles)
    names = [name for name in map(_words, (said.author or "").split(", ")) if name and f" {name} " in printed]
    if names:
        verdicts["author"] = _verdict(_words(read_off.author or ""), names)
    if said.published_at is not None and str(said.published_at.year) in printed:
        at = read_off.published_at
        # sites give their heads in UTC and print local time
        close = at is not None and abs((at.date() - said.published_at.date()).days) <= 1
        verdicts["date"] = "missing" if at is None else "right" if close else "wrong"
    return verdicts


def split_title(title: str) -> list[str]:
    """A title as it may be printed: whole, and without the site's name behind or before it."""
    parts = re.split(r"\s+[|–—»·-]\s+", title)
    return [title, *(part for part in sorted(parts, key=len, reverse=True) if part != title)]


def _verdict(value: str, truths: list[str]) -> str:
    if not value:
        return "missing"
    alike = any(f" {one} " in f" {other} " for truth in truths for one, other in ((value, truth), (truth, value)))
    return "right" if alike else "wrong"


def _words(text: str) -> str:
    return " ".join(re.findall(r"\w+", text.lower()))
