"""What stands above the prose: title, deck, section, author and date, each null where the page does not show it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import datetime

from rhetoscope.clean import vocabulary
from rhetoscope.clean.lines import BYLINE, DATE, LIST, TEXT, Line, byline, recurring

_TITLE_WORDS = 5
"""A headline of so many words or more is as good as any other."""
_ADDRESS = re.compile(r"\W*(?:https?://|www\.)\S+$")
_TRAIL = re.compile(r"^\W*(?:home|you are here)\b|\s[>»›]\s|\S/\S+/", re.IGNORECASE)
"""A trail of sections that leads to the page, its title sometimes at the end."""
_REACH = 30
"""Lines looked at above the prose, blank ones not counted."""
_NAME = re.compile(
    r"(?:(?:dr|prof|sir)\.?\s+)?(?:[^\W\d_][\w'’.-]*\s+){1,3}[^\W\d_][\w'’.-]+(?:\s*(?:,|and|&)\s*(?:[^\W\d_][\w'’.-]*\s+){1,3}[^\W\d_][\w'’.-]+)*"
)
_PARTICLES = frozenset(
    ("de", "da", "di", "van", "von", "der", "den", "al", "el", "bin", "ibn", "of", "and", "la", "le", "du", "dos")
)


@dataclass
class Head:
    """The head of an article.

    Attributes:
        parts: line number → `title`, `deck`, `section`, `author` or `date`.
        notes: sentences on what could not be read.
    """

    title: str | None = None
    deck: str | None = None
    section: str | None = None
    author: str | None = None
    published_at: datetime | None = None
    parts: dict[int, str] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)


def read(
    head: Head, lines: list[Line], start: int, end: int, taken: frozenset[int], skipped: frozenset[int] = frozenset()
) -> None:
    """Reads the head above the prose.

    Args:
        head: an empty one, which it is read into.
        lines: the page.
        start: index of the first line of prose.
        end: index after the last.
        taken: numbers of lines that belong to headline lists; the head lies below them.
        skipped: numbers of lines that are passed over.
    """
    above = [line for line in _above(lines, start, taken) if line.number not in skipped]
    title = _title(above, recurring(lines[start:end]))
    if title is not None:
        head.title = above[title].text
        head.parts[above[title].number] = "title"
    _date_line(head, above)
    _byline(head, above)
    if title is not None:
        _deck_section(head, above, title)


def _above(lines: list[Line], start: int, taken: frozenset[int]) -> list[Line]:
    """The lines above the prose in page order, down from the nearest headline list, blank lines left out."""
    above: list[Line] = []
    for line in reversed(lines[:start]):
        if line.number in taken or len(above) == _REACH:
            break
        if line.text:
            above.append(line)
    return above[::-1]


def _title(above: list[Line], recurring: set[str]) -> int | None:
    """The line that looks most like the headline of this prose: its words recur there, and date or byline are near.

    Of two neighbours that look alike the upper is the title, the lower the deck.
    """
    best, best_score = None, 0.0
    for index, line in enumerate(above):
        words = line.telling
        if line.kind != TEXT or not 3 <= line.words <= 35 or not words or _ADDRESS.match(line.text):
            continue
        shared = sum(word in recurring for word in words) / len(words)
        value = (0.35 + shared) * min(line.words, _TITLE_WORDS) / _TITLE_WORDS
        value *= 0.5 + 0.5 * (index + 1) / len(above)
        if line.text.endswith((".", ":", ",")):
            value *= 0.6
        if _TRAIL.search(line.text):
            value *= 0.5
        if any(below.kind in (DATE, BYLINE) for below in above[index + 1 : index + 4]):
            value *= 1.4
        if any(upper.kind == LIST for upper in above[max(0, index - 4) : index]):
            value *= 0.6
        margin = 1.6 if best is not None and index == best + 1 else 1.15
        if shared > 0 and value > best_score * margin:
            best, best_score = index, value
    return best


def _date_line(head: Head, above: list[Line]) -> None:
    """The date lines below the title, else those above it; of several dates the first that can be read."""
    title = next((i for i, line in enumerate(above) if head.parts.get(line.number) == "title"), -1)
    found = [
        line for line in (*above[title + 1 :], *reversed(above[: max(title, 0)])) if line.kind == DATE and line.stamp
    ]
    for line in found:
        head.parts[line.number] = "date"
        if line.stamp and line.stamp.at and head.published_at is None:
            head.published_at = line.stamp.at
    if head.published_at is None:
        head.notes += [f"date {line.stamp.note}" for line in found[:1] if line.stamp]
    for line in found:
        for part in re.split(r"\s+[|–—-]\s+|\s{2,}|[|·•]", line.rest):
            part = _plain(part)
            name = byline(part)
            if name and head.author is None:
                head.author = name
            elif part and head.section is None and _is_section(part):
                head.section = part
            elif head.author is None and _is_name(part):
                head.author = part


def _byline(head: Head, above: list[Line]) -> None:
    """A line “By …”, or a line that is only a name and stands beside the date or right above the prose."""
    if head.author is not None:
        return
    for index, line in enumerate(above):
        if line.kind == BYLINE and line.number not in head.parts:
            name, number = byline(line.text), line.number
            if not name and index + 1 < len(above) and _is_name(above[index + 1].text):
                head.parts[number] = "author"
                name, number = above[index + 1].text, above[index + 1].number
            if name and number not in head.parts:
                head.author = _plain(re.split(r"\s+[|–—-]\s+|[|·•/]", name)[0])
                head.parts[number] = "author"
                return
    dated = [index for index, line in enumerate(above) if head.parts.get(line.number) == "date"]
    near = {len(above) - 1}.union(*({place - 1, place + 1} for place in dated))
    for index, line in reversed(list(enumerate(above))):
        if line.kind == TEXT and line.number not in head.parts and index in near and _is_name(_plain(line.text)):
            head.author = _plain(line.text)
            head.parts[line.number] = "author"
            return


def _deck_section(head: Head, above: list[Line], title: int) -> None:
    """The line under the title is the deck; a short line of a section's name beside title or date is the section."""
    below = above[title + 1] if title + 1 < len(above) else None
    if below is not None and below.kind == TEXT and below.number not in head.parts and below.words >= 3:
        head.deck = below.text
        head.parts[below.number] = "deck"
    if head.section is None:
        for line in (*above[title + 1 :], *above[max(0, title - 1) : title]):
            if line.number not in head.parts and line.kind in (TEXT, LIST) and _is_section(line.text):
                head.section = line.text
                head.parts[line.number] = "section"
                return


def _plain(text: str) -> str:
    """A name without the account that stands behind it: “Ann Lee @annlee / 2 days”."""
    return re.split(r"\s*@\w", text)[0].strip(" \t\u00a0,;:–—-/|")


def _is_section(text: str) -> bool:
    words = text.split()
    return 1 <= len(words) <= 3 and (
        vocabulary.is_section(text) or (text.isupper() and text.isalpha() and len(text) > 3)
    )


def _is_name(text: str) -> bool:
    """Two to four capitalised words without digits: a person's name, or a list of such names."""
    if not _NAME.fullmatch(text) or text.isupper() or vocabulary.is_section(text) or vocabulary.is_no_name(text):
        return False
    return all(word[0].isupper() or word.lower().strip(",&") in _PARTICLES for word in text.replace("&", "and").split())
