"""One line of a page: its shape, and the kind of line that shape and a small vocabulary make it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from rhetoscope.clean import dates, vocabulary
from rhetoscope.clean.vocabulary import byline

__all__ = ["Line", "Shape", "byline", "ends_list", "read", "shape"]

BLANK, TEXT, DATE, BYLINE, PROMPT, COUNT, LEGAL, CREDIT, LIST, COMMENTS = (
    "blank", "text", "date", "byline", "prompt", "count", "legal", "credit", "list", "comments",
)  # fmt: skip
"""The kinds. `list` is the heading of a list of links, `comments` that of a reader discussion."""

_TERMINAL = re.compile(r"[.!?…。！？](?:[\"'”’»)\]]*|\s*\[\d+\])$")
_UNSPACED = re.compile(r"[\u0e00-\u0eff\u3040-\u30ff\u3400-\u9fff]")
_SIGNED = re.compile(r"^[—–-]+\s.*\(@\w+\)")
LIST_HEADING_WORDS = 6
"""A longer line that begins like a list heading is a sentence or a headline."""
_HINT_WORDS = 25
_CACHED = 400
"""Characters of the longest line whose shape is remembered: the lines of menus and lists stand on many pages."""
_READ = 2_000
"""Characters of a line that its shape is read from."""


@dataclass(frozen=True, slots=True)
class Shape:
    """What is known of a line without its place.

    Attributes:
        words: groups of characters between white space; in scripts that leave no space, two characters are one.
        small: share of its words that do not begin with a capital letter, digit or sign, 0 to 1.
        cut: whether the line breaks off with dots, as teasers do.
        ends_sentence: whether it ends in a sentence's punctuation, quotes and brackets aside.
        stamp: its first date or time; not looked for in long lines, where a date is part of the prose.
        rest: what stands beside the stamps, words such as “Updated” aside.
        kind: one of the kinds above; `text` is what no rule took for something else.
    """

    words: int
    small: float
    cut: bool
    ends_sentence: bool
    stamp: dates.Stamp | None
    rest: str
    kind: str


class Line:
    """A line of a page: its `number`, from 1; `raw`, the line unchanged; `text`, without the white space around it."""

    __slots__ = ("cut", "ends_sentence", "kind", "number", "raw", "rest", "small", "stamp", "text", "words")

    def __init__(self, number: int, raw: str) -> None:
        self.number, self.raw, self.text = number, raw, raw.strip()
        known = shape(self.text) if len(self.text) <= _CACHED else _shape(self.text)
        self.words, self.small, self.cut, self.ends_sentence = known.words, known.small, known.cut, known.ends_sentence
        self.stamp, self.rest, self.kind = known.stamp, known.rest, known.kind

    def __repr__(self) -> str:
        return f"Line({self.number}, {self.raw!r})"


def read(page: str) -> list[Line]:
    """The lines of a page; joined by newlines their raw texts are the page."""
    return [Line(number, raw) for number, raw in enumerate(page.split("\n"), 1)]


def ends_list(line: Line) -> bool:
    """True for lines such as “All news” or “Show more” that lead from a list to its rest."""
    return line.words <= 4 and vocabulary.is_end(vocabulary.lowered(line.text)[0])


def _shape(text: str) -> Shape:
    if not text:
        return Shape(0, 0.0, False, False, None, "", BLANK)
    head = text[:_READ]
    parts = head.split()
    small = sum(part[0].isalpha() and not part[0].isupper() for part in parts) / len(parts)
    words = len(parts) if len(text) <= _READ else len(text.split())
    words += 0 if head.isascii() else len(_UNSPACED.findall(text)) // 2
    ends_sentence = bool(_TERMINAL.search(text[-20:]))
    stamp = dates.find(text) if len(text) <= 200 else None
    rest = dates.rest(text, stamp) if stamp else text
    kind = _kind(text, words, ends_sentence, stamp, rest)
    return Shape(words, small, text.endswith(("...", "…", "[…]", "[...]")), ends_sentence, stamp, rest, kind)


shape = lru_cache(maxsize=1 << 15)(_shape)


def _kind(text: str, words: int, ends_sentence: bool, stamp: dates.Stamp | None, rest: str) -> str:
    if len(text) > 600:
        return TEXT
    low, first = vocabulary.lowered(text)
    if not stamp and vocabulary.is_count(low):
        return COUNT
    if words <= 12 and vocabulary.is_comments(low, first, words):
        return COMMENTS
    if words <= _HINT_WORDS and not ends_sentence and vocabulary.is_list(low, first):
        if words <= LIST_HEADING_WORDS:
            return LIST
        if ":" in low[:20] or "|" in low[:20]:
            return PROMPT  # “Related: …”, a hint at one other article
    if stamp and not _SIGNED.match(text):
        beside = len(rest.split())
        if beside <= 8 and not (ends_sentence and beside > 3):
            return DATE
    if vocabulary.is_legal(low, first):
        return LEGAL
    if vocabulary.is_prompt(low, first, words) or (words <= 4 and vocabulary.is_end(low)):
        return PROMPT
    if words <= 40 and vocabulary.is_credit(low, first):
        return CREDIT
    if words <= 15 and not ends_sentence and byline(text) is not None:
        return BYLINE
    return TEXT
