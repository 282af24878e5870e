"""One line of a page: its shape, and the kind of line that shape and a small vocabulary make it."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from rhetoscope.clean import dates, vocabulary
from rhetoscope.clean.vocabulary import byline

__all__ = ["Line", "Shape", "byline", "ends_list", "read", "shape"]

BLANK, TEXT, DATE, BYLINE, PROMPT, COUNT, LEGAL, CREDIT, LIST, COMMENTS = (
    "blank", "text", "date", "byline", "prompt", "count", "legal", "credit", "list", "comments",
)  # fmt: skip
"""The kinds. `list` is the heading of a list of links, `comments` that of a reader discussion."""

_TERMINAL = (".", "!", "?", "…", "。", "！", "？")
_CLOSING = "\"'”’»)]"
_FOOTNOTED = re.compile(r"[.!?…]\s*\[\d+\]$")
_UNSPACED = re.compile(r"[\u0e00-\u0eff\u3040-\u30ff\u3400-\u9fff]")
_LETTERS = re.compile(r"[^\W\d_]{4,}")
# Scores were set on flattened news pages with labelled bodies; a unit is about one short sentence. None is critical:
# half or twice any of them moves the F1 on these pages by less than .01, but for dates.
_COST = {
    COUNT: 0.15, DATE: 1.5, BYLINE: 0.6, PROMPT: 1.5, CREDIT: 0.4, LEGAL: 1.5, LIST: 1.5, COMMENTS: 5.0,
}  # fmt: skip
_SHORT = 0.7
_LONG = 300
"""Characters beyond which a line is no better prose: one huge line must not outweigh an article."""
_RIGHTS = re.compile(r"©|\([cC]\)\s*(?:19|20)\d\d")
_SIGNED = re.compile(r"^[—–-]+\s.*\(@\w+\)")
LIST_HEADING_WORDS = 6
"""A longer line that begins like a list heading is a sentence or a headline."""
_HINT_WORDS = 25
_BESIDE, _BESIDE_NAME = 8, 12
"""Words beside the date in a line of a date at most, and in one that begins with “By”."""
_CAPTION_WORDS = 60
_CACHED = 400
"""Characters of the longest line whose shape is remembered: the lines of menus and lists stand on many pages."""
_SAMPLE = 60
"""Words of a line that `small` is computed from."""
_READ = 2_000
"""Characters of a line that its shape is read from."""


class Shape(NamedTuple):
    """What is known of a line without its place.

    Attributes:
        words: groups of characters between white space; in scripts that leave no space, two characters are one.
        small: share of its words that do not begin with a capital letter, digit or sign, 0 to 1.
        cut: whether the line breaks off with dots, as teasers do.
        ends_sentence: whether it ends in a sentence's punctuation, quotes and brackets aside.
        stamp: its first date or time; not looked for in long lines, where a date is part of the prose.
        rest: what stands beside the stamps, words such as “Updated” aside.
        kind: one of the kinds above; `text` is what no rule took for something else.
        score: how much it looks like prose: above 0 for prose, below for all else, 0 for a blank line.
    """

    words: int
    small: float
    cut: bool
    ends_sentence: bool
    stamp: dates.Stamp | None
    rest: str
    kind: str
    score: float


class Line:
    """A line of a page: its `number`, from 1; `raw`, the line unchanged; `text`, without the white space around it.

    The other attributes are those of its `Shape`.
    """

    __slots__ = (
        "_telling", "cut", "ends_sentence", "kind", "number", "raw", "rest", "score", "small", "stamp", "text", "words",
    )  # fmt: skip

    def __init__(self, number: int, raw: str) -> None:
        self.number, self.raw, self.text = number, raw, raw.strip()
        known = shape(self.text) if len(self.text) <= _CACHED else _shape(self.text)
        self.words, self.small, self.cut, self.ends_sentence, self.stamp, self.rest, self.kind, self.score = known
        self._telling: list[str] | None = None

    @property
    def telling(self) -> list[str]:
        """Its words of four letters or more, in lower case: those that may recur where one thing is spoken of."""
        if self._telling is None:
            self._telling = _LETTERS.findall(self.text.lower())
        return self._telling

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
        return Shape(0, 0.0, False, False, None, "", BLANK, 0.0)
    head = text[:_READ]
    parts = head.split()
    sample = parts[:_SAMPLE]
    small = sum([part[0].isalpha() and not part[0].isupper() for part in sample]) / len(sample)
    words = len(parts) if len(text) <= _READ else len(text.split())
    words += 0 if head.isascii() else len(_UNSPACED.findall(text)) // 2
    ends_sentence = text.rstrip(_CLOSING).endswith(_TERMINAL) or bool(_FOOTNOTED.search(text[-20:]))
    stamp = dates.find(text) if len(text) <= 200 else None
    rest = dates.rest(text, stamp) if stamp else text
    kind = _kind(text, words, ends_sentence, stamp, rest)
    cut = text.endswith(("...", "…", "[…]", "[...]"))
    score = _prose(text, words, small, cut, ends_sentence) if kind == TEXT else -_COST[kind]
    return Shape(words, small, cut, ends_sentence, stamp, rest, kind, score)


shape = lru_cache(maxsize=1 << 15)(_shape)


def _kind(text: str, words: int, ends_sentence: bool, stamp: dates.Stamp | None, rest: str) -> str:
    if len(text) > 600:
        return TEXT
    low, first = vocabulary.lowered(text)
    if not stamp and vocabulary.is_count(low):
        return COUNT
    if words <= 12 and vocabulary.is_comments(low, first, words):
        return COMMENTS
    if words <= _HINT_WORDS and (not ends_sentence or low.endswith(("...", "…"))) and vocabulary.is_list(low, first):
        if words <= LIST_HEADING_WORDS:
            return LIST
        if ":" in low[:20] or "|" in low[:20]:
            return PROMPT  # “Related: …”, a hint at one other article
    if stamp and not _SIGNED.match(text):
        beside = len(rest.split())
        by = beside <= _BESIDE_NAME and vocabulary.is_byline(low, first)
        if by or (beside <= _BESIDE and not (ends_sentence and beside > 3)):
            return DATE
    said = low.split()
    if _RIGHTS.search(text) or vocabulary.is_legal(low, first, said):
        return LEGAL
    if (words <= 40 and vocabulary.is_prompt(low, first, words, said)) or (words <= 4 and vocabulary.is_end(low)):
        return PROMPT
    if words <= _CAPTION_WORDS and vocabulary.is_credit(low, first):
        return CREDIT
    if words <= 15 and not ends_sentence and vocabulary.is_byline(low, first):
        return BYLINE
    return TEXT


def _prose(text: str, words: int, small: float, cut: bool, ends_sentence: bool) -> float:
    length = min(len(text), _LONG) / 100
    if cut:
        return -_SHORT if length < 2 else 0.1 * length
    if ends_sentence and words >= 4:
        return 0.3 + length * (0.4 + small)
    if length >= 1.1 and small > 0.35:
        return 0.6 * length
    if words >= 6 and text.endswith((":", ",", ";", "-", "–", "—")):
        return 0.3
    return -_SHORT
