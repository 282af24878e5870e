"""One line of a page: its shape, and the kind of line that shape and a small vocabulary make it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property

from rhetoscope.clean import dates, vocabulary

BLANK, TEXT, DATE, BYLINE, PROMPT, COUNT, LEGAL, CREDIT, LIST, COMMENTS = (
    "blank", "text", "date", "byline", "prompt", "count", "legal", "credit", "list", "comments",
)  # fmt: skip
"""The kinds. `list` is the heading of a list of links, `comments` that of a reader discussion."""

_TERMINAL = re.compile(r"[.!?…。！？][\"'”’»)\]]*(?:\s*\[\d+\])?$")
_UNSPACED = re.compile(r"[\u0e00-\u0eff\u3040-\u30ff\u3400-\u9fff]")
LIST_HEADING_WORDS = 6
"""A longer line that begins like a list heading is a sentence or a headline."""


@dataclass(frozen=True)
class Line:
    """A line of a page.

    Attributes:
        number: its place on the page, from 1.
        raw: the line, unchanged.
    """

    number: int
    raw: str

    @cached_property
    def text(self) -> str:
        """The line without the white space around it."""
        return self.raw.strip()

    @cached_property
    def words(self) -> int:
        """Groups of characters between white space; in scripts that leave no space, two characters are one."""
        return len(self.text.split()) + len(_UNSPACED.findall(self.text)) // 2

    @cached_property
    def small(self) -> float:
        """Share of its words that do not begin with a capital letter, digit or sign, 0 to 1."""
        words = self.text.split()
        return sum(word[0].isalpha() and not word[0].isupper() for word in words) / len(words) if words else 0.0

    @cached_property
    def cut(self) -> bool:
        """True where the line breaks off with dots, as teasers do."""
        return self.text.endswith(("...", "…", "[…]", "[...]"))

    @cached_property
    def ends_sentence(self) -> bool:
        """True where the line ends in a sentence's punctuation, quotes and brackets aside."""
        return bool(_TERMINAL.search(self.text))

    @cached_property
    def stamp(self) -> dates.Stamp | None:
        """Its first date or time; not looked for in long lines, where a date is part of the prose."""
        return dates.find(self.text) if self.text and len(self.text) <= 200 else None

    @cached_property
    def rest(self) -> str:
        """What stands beside the stamps, words such as “Updated” aside."""
        return dates.rest(self.text, self.stamp) if self.stamp else self.text

    @cached_property
    def kind(self) -> str:
        """One of the kinds above; `text` is what no rule took for something else."""
        return _kind(self)


def read(page: str) -> list[Line]:
    """The lines of a page; joined by newlines their raw texts are the page."""
    return [Line(number, raw) for number, raw in enumerate(page.split("\n"), 1)]


def ends_list(line: Line) -> bool:
    """True for lines such as “All news” or “Show more” that lead from a list to its rest."""
    return line.words <= 4 and bool(vocabulary.END.match(line.text))


def byline(text: str) -> str | None:
    """The name in a line that begins with “By” or “Author”; None for other lines, empty where the name is missing."""
    match = vocabulary.BYLINE.match(text)
    return (match["name"] or "").strip(" :-–—|·•") if match else None


def _kind(line: Line) -> str:
    text, words = line.text, line.words
    if not text:
        return BLANK
    if vocabulary.COUNT.match(text) and not line.stamp:
        return COUNT
    if words <= 12 and vocabulary.COMMENTS.match(text):
        return COMMENTS
    if words <= LIST_HEADING_WORDS and vocabulary.LIST.match(text) and not line.ends_sentence:
        return LIST
    if line.stamp and len(line.rest.split()) <= 8 and not (line.ends_sentence and len(line.rest.split()) > 3):
        return DATE
    if len(text) <= 600 and vocabulary.LEGAL.search(text):
        return LEGAL
    if (
        (words <= 25 and vocabulary.PROMPT.match(text))
        or (words <= 40 and vocabulary.PROMPT_WITHIN.search(text))
        or ends_list(line)
    ):
        return PROMPT
    if words <= 40 and vocabulary.CREDIT.search(text):
        return CREDIT
    if words <= 15 and byline(text) is not None and not line.ends_sentence:
        return BYLINE
    return TEXT
