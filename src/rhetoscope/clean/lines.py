"""One line of a page: its shape, and the kind of line that shape and a small vocabulary make it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import NamedTuple

from rhetoscope.clean import dates, vocabulary
from rhetoscope.clean.vocabulary import byline

__all__ = ["Line", "Shape", "byline", "ends_list", "read", "recurring", "shape"]

BLANK, TEXT, DATE, BYLINE, PROMPT, COUNT, LEGAL, CREDIT, LIST, COMMENTS = (
    "blank", "text", "date", "byline", "prompt", "count", "legal", "credit", "list", "comments",
)  # fmt: skip
"""The kinds. `list` is the heading of a list of links, `comments` that of a reader discussion."""

_TERMINAL = (".", "!", "?", "…", "。", "！", "？")
_CLOSING = "\"'”’»)]"
_DOTS = ("...", "…")
_CUT = (*_DOTS, "[…]", "[...]")
"""How a line breaks off, as teasers do."""
_FOOTNOTED = re.compile(r"[.!?…]\s*\[\d+\]$")
_UNSPACED = re.compile(r"[\u0e00-\u0eff\u3040-\u30ff\u3400-\u9fff]")
_LETTERS, _ASCII_LETTERS = re.compile(r"[^\W\d_]{4,}"), re.compile(r"[a-z]{4,}")
# Scores were set on flattened news pages with labelled bodies; a unit is about one short sentence. None is critical:
# half or twice any of them moves the F1 on these pages by less than .01, but for dates.
_COST = {
    COUNT: 0.15, DATE: 1.5, BYLINE: 0.6, PROMPT: 1.5, CREDIT: 0.4, LEGAL: 1.5, LIST: 1.5, COMMENTS: 5.0,
}  # fmt: skip
_SHORT = 0.7
_LONG = 300
"""Characters beyond which a line is no better prose: one huge line must not outweigh an article."""
_RIGHTS = re.compile(r"\([cC]\)\s*(?:19|20)\d\d")
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
"""Words of a line whose initials are looked at."""
_READ = 2_000
"""Characters of a line from which its initials are taken."""
_KNOWN, _DATED = 600, 200
"""Characters of the longest line that is looked up in the vocabulary, and of the longest that may be a date."""
_WHOLE = 5
"""Words of the longest phrase that stands for a whole line, numbers and signs beside it included."""
_ASCII_SMALL = frozenset("abcdefghijklmnopqrstuvwxyz")


class Shape(NamedTuple):
    """What is known of a line without its place.

    Attributes:
        words: groups of characters between white space; in scripts that leave no space, two characters are one.
        ends_sentence: whether it ends in a sentence's punctuation, quotes and brackets aside.
        stamp: its first date or time; not looked for in long lines, where a date is part of the prose.
        rest: what stands beside the stamps, words such as “Updated” aside.
        kind: one of the kinds above; `text` is what no rule took for something else.
        score: how much it looks like prose: above 0 for prose, below for all else, 0 for a blank line.
    """

    words: int
    ends_sentence: bool
    stamp: dates.Stamp | None
    rest: str
    kind: str
    score: float


class Line:
    """A line of a page: its `number`, from 1; `raw`, the line unchanged; `text`, without the white space around it.

    The other attributes are those of its `Shape`.
    """

    __slots__ = ("_telling", "ends_sentence", "kind", "number", "raw", "rest", "score", "stamp", "text", "words")

    def __init__(self, number: int, raw: str) -> None:
        self.number, self.raw = number, raw
        self.text = text = raw.strip()
        known = shape(text) if len(text) <= _CACHED else _shape(text)
        self.words, self.ends_sentence, self.stamp, self.rest, self.kind, self.score = known
        self._telling: list[str] | None = None

    @property
    def telling(self) -> list[str]:
        """Its words of four letters or more, in lower case: those that may recur where one thing is spoken of."""
        if self._telling is None:
            low = self.text.lower()
            self._telling = (_ASCII_LETTERS if low.isascii() else _LETTERS).findall(low)
        return self._telling

    def __repr__(self) -> str:
        return f"Line({self.number}, {self.raw!r})"


def read(page: str) -> list[Line]:
    """The lines of a page; joined by newlines their raw texts are the page."""
    return [Line(number, raw) for number, raw in enumerate(page.split("\n"), 1)]


def recurring(lines: Iterable[Line]) -> set[str]:
    """The telling words of some lines."""
    return set().union(*[line.telling for line in lines])


def ends_list(line: Line) -> bool:
    """True for lines such as “All news” or “Show more” that lead from a list to its rest."""
    return line.words <= 4 and vocabulary.is_end(vocabulary.lowered(line.text)[0])


def _shape(text: str) -> Shape:
    if not text:
        return Shape(0, False, None, "", BLANK, 0.0)
    known = len(text) <= _KNOWN
    low, said = vocabulary.lowered(text) if known else ("", [])
    words = len(said) if known and text[0].isalnum() else len(text.split())
    words += 0 if text.isascii() else len(_UNSPACED.findall(text)) // 2
    last = text[-1]
    ends_sentence = not last.isalnum() and (
        text.rstrip(_CLOSING).endswith(_TERMINAL) or (last == "]" and bool(_FOOTNOTED.search(text[-20:])))
    )
    stamp = dates.find_date(text) if len(text) <= _DATED else None
    rest = dates.strip_dates(text, stamp) if stamp else text
    kind = _kind(text, low, said, words, ends_sentence, rest if stamp else None) if known else TEXT
    score = _prose(text, words, ends_sentence) if kind == TEXT else -_COST[kind]
    return Shape(words, ends_sentence, stamp, rest, kind, score)


shape = lru_cache(maxsize=1 << 15)(_shape)


def _kind(text: str, low: str, said: list[str], words: int, ends_sentence: bool, rest: str | None) -> str:
    """The kind of a line; `rest` is what stands beside its date, None where it has none."""
    if rest is None and vocabulary.is_count(low):
        return COUNT
    begins, holds = vocabulary.begins(low, said), vocabulary.holds(low, said)
    whole = vocabulary.whole(low) if words <= _WHOLE else ()
    if words <= 12 and (COMMENTS in begins or COMMENTS in whole):
        return COMMENTS
    if low[:1].isdigit() and words <= 12 and vocabulary.counts_comments(low):
        return COMMENTS
    if (LIST in begins or LIST in whole) and words <= _HINT_WORDS and (not ends_sentence or low.endswith(_DOTS)):
        if words <= LIST_HEADING_WORDS:
            return LIST
        if ":" in low[:20] or "|" in low[:20]:
            return PROMPT  # “Related: …”, a hint at one other article
    if rest is not None and not _SIGNED.match(text):
        beside = len(rest.split())
        by = beside <= _BESIDE_NAME and BYLINE in begins
        if by or (beside <= _BESIDE and not (ends_sentence and beside > 3)):
            return DATE
    if LEGAL in begins or LEGAL in holds or "©" in text or (("19" in low or "20" in low) and _RIGHTS.search(text)):
        return LEGAL
    if PROMPT in holds and words <= 40:
        return PROMPT
    if PROMPT in whole or (begins and words <= _HINT_WORDS and _prompts(low, words, begins, said)):
        return PROMPT
    if words <= 4 and vocabulary.is_end(low):
        return PROMPT
    if words <= _CAPTION_WORDS and ("credit labels" in begins or vocabulary.is_credit(low, begins.get("credit names"))):
        return CREDIT
    if BYLINE in begins and words <= 15 and not ends_sentence:
        return BYLINE
    return TEXT


def _prompts(low: str, words: int, begins: Mapping[str, str], said: list[str]) -> bool:
    """Whether a line asks the reader to do something with the site, or is one of its buttons, by how it begins."""
    return (
        PROMPT in begins
        or ("prompt asks" in begins and vocabulary.asks(low))
        or ("prompt networks" in begins and words <= 8 and vocabulary.are_networks(said))
        or ("prompt labels" in begins and vocabulary.are_labels(low, begins["prompt labels"]))
    )


def _prose(text: str, words: int, ends_sentence: bool) -> float:
    length = min(len(text), _LONG) / 100
    if text.endswith(_CUT):
        return -_SHORT if length < 2 else 0.1 * length
    if ends_sentence and words >= 4:
        return 0.3 + length * (0.4 + _small(text))
    if length >= 1.1 and _small(text) > 0.35:
        return 0.6 * length
    if words >= 6 and text.endswith((":", ",", ";", "-", "–", "—")):
        return 0.3
    return -_SHORT


def _small(text: str) -> float:
    """The share of the first words that do not begin with a capital letter, digit or sign, 0 to 1."""
    initials = [part[0] for part in text[:_READ].split(None, _SAMPLE)[:_SAMPLE]]
    small = [letter in _ASCII_SMALL or (letter.isalpha() and not letter.isupper()) for letter in initials]
    return sum(small) / len(small)
