"""Describe the lines of a page: the shape of each, and its kind, by its shape and the words of `vocabulary.toml`."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property, lru_cache
from importlib.resources import files
from typing import Any

from rhetoscope.clean import dates


class Kind:
    """The kinds of lines; `list` is the heading of a list of links, `comments` that of a reader discussion."""

    BLANK, TEXT, DATE, BYLINE, PROMPT = "blank", "text", "date", "byline", "prompt"
    COUNT, LEGAL, CREDIT, LIST, COMMENTS = "count", "legal", "credit", "list", "comments"


_SHORT = 0.7
"""The score of a short line of text is minus this."""
_LONG = 300
"""Characters beyond which a line scores no higher: one huge line must not outweigh an article."""
_READ, _SAMPLE = 2_000, 60
"""Characters and words of a line whose initials count."""
_LOOKED_UP, _DATED = 600, 200
"""Characters of the longest line that is looked up in the vocabulary, and of the longest that may be a date."""
_WHOLE_WORDS, _LIST_WORDS, _HINT_WORDS, _CAPTION_WORDS = 5, 6, 25, 60
"""Words of the longest line that can be a label, a list's name, a prompt or hint, a caption."""
_BESIDE, _BESIDE_NAME = 8, 12
"""Most words beside the date in a date line, and in one that begins with “By”."""

_DOTS = ("...", "…")
_TERMINAL, _CUT, _CLOSING = (".", "!", "?", "…", "。", "！", "？"), (*_DOTS, "[…]", "[...]"), "\"'”’»)]"
_FOOTNOTE = re.compile(r"\s*\[\d+\]$")
_UNSPACED = re.compile(r"[\u0e00-\u0eff\u3040-\u30ff\u3400-\u9fff]")
_WORD = re.compile(r"\w+")
_CONTENT_WORD = re.compile(r"[^\W\d_]{4,}")
_RIGHTS = re.compile(r"\([cC]\)\s*(?:19|20)\d\d")
_SIGNED = re.compile(r"^[—–-]+\s.*\(@\w+\)")
_FULL_NAME = r"(?:[^\W\d_][\w'’.-]*\s+){1,3}[^\W\d_][\w'’.-]+"
_NAMES = re.compile(rf"(?:(?:dr|prof|sir)\.?\s+)?{_FULL_NAME}(?:\s*(?:,|and|&)\s*{_FULL_NAME})*")
_LEAD = re.compile(r"^[\W_]+")
_SIGNS = "0123456789 \t\u00a0.,:;!?…»«›‹><|·•()[]{}-–—_&+#*/\\\"'“”‘→←↓↑▼▲×✕"
_BEHIND = _SIGNS.lstrip("0123456789")
"""Signs that may follow a word."""
_COUNTED = re.compile(
    r"""(?:[\W\d_]*[km]?\W*
    | \W*(?:[\d.,]+\s*[km]?\W*)?(?:shares?|views?|likes?|retweets?|followers?|fans?|votes?|replies)
      \W*(?:follow\w*|like)?
    | \W*\d+\W*(?:min(?:ute)?s?|sec(?:ond)?s?)(?:\s+(?:read|listen|watch))?\W*
    | \W*\d+\s+of\W+\d+\W*)""",
    re.VERBOSE,
)
"""Numbers and signs alone, and counts of shares, views or minutes to read."""
_CREDITED = re.compile(
    r"(?:image|photo|picture|credit|pic|foto|bild)s?(?:\s(?:credit|by))?\s?: ?[^.!?:]{2,50}(?::[^.!?:]{2,30})?$"
)
"""A credit at the end of its caption: “(Image: Getty)”, “Credit: AP”."""

_DATA = tomllib.loads(files("rhetoscope.clean").joinpath("vocabulary.toml").read_text(encoding="utf-8"))
_VOCABULARY = {
    kind: {name: frozenset(some) for name, some in entries.items() if isinstance(some, list)}
    for kind, entries in _DATA.items()
}
REASONS: dict[str, str] = {kind: entries["reason"] for kind, entries in _DATA.items() if "reason" in entries}
"""Reasons to remove a line, by its kind."""


def _any_of(kind: str, name: str) -> str:
    return "(?:" + "|".join(map(re.escape, sorted(_DATA[kind][name], key=len, reverse=True))) + ")"


_END = re.compile(rf"{_any_of('end', 'leads')}(?:(?: {_any_of('end', 'between')})* {_any_of('end', 'of')})?[ .…>»→:]*")
"""Links to the rest of a list: “More”, “All news”, “See all the latest articles”."""
_COMMENT_COUNT = re.compile(rf"\d+[^\w+'’-]+{_any_of('comments', 'counted')}(?![\w+'’-])")
_SOURCED = re.compile(rf"$|[\W_]|{_any_of('credit', 'after')}(?:\s|$)|\d+ (?:of|/)")
"""Text that follows a word such as “photo” in a credit."""
_WHOLE: dict[str, list[str]] = {}
"""Phrases that are a whole line, with its kinds."""
_BEGINNINGS: dict[str, list[tuple[str, str]]] = {}
"""Phrases that lines begin with, by first word, each with its kind: `prompt` for “begins”, `prompt asks` for “asks”."""
for _kind, _lists in _DATA.items():
    for _phrase in _lists.get("whole", ()):
        _WHOLE.setdefault(_phrase, []).append(_kind)
    for _name in ("begins", "names", "labels", "asks", "networks"):
        for _phrase in _lists.get(_name, ()):
            _label = _kind if _name == "begins" else f"{_kind} {_name}"
            _BEGINNINGS.setdefault(_phrase.split()[0].rstrip(_BEHIND), []).append((_phrase.strip(), _label))


@dataclass(eq=False)
class Line:
    """A line of a page.

    Attributes:
        number: its place on the page; the first is 1.
        raw: the line, unchanged.
        text: the line without white space around it.
        words: groups of characters between white space; in scripts without spaces, two characters are a word.
        ends_sentence: whether it ends like a sentence, quotes and brackets aside.
        stamp: its first date or time; None in long lines, where a date is part of the prose.
        rest: the text beside the dates, without words such as “Updated”.
        kind: one of `Kind`; `text` if no rule finds another.
        score: how much it looks like prose: above 0 for prose, below 0 for all else, 0 for a blank line.
        tag: on an HTML page, the block element whose text it is; "" in flattened text.
        node: this element.
        linked: the share of its characters that are links, 0 to 1.
    """

    number: int
    raw: str
    text: str
    words: int
    ends_sentence: bool
    stamp: dates.Stamp | None
    rest: str
    kind: str
    score: float
    tag: str = ""
    node: Any = None
    linked: float = 0.0

    @cached_property
    def content_words(self) -> list[str]:
        """List its words of four letters or more in lower case: they recur in lines about the same thing."""
        return _CONTENT_WORD.findall(self.text.lower())


def read_lines(page: str) -> list[Line]:
    """Read the lines of a flattened page; joined by newlines their `raw` is the page."""
    return [make_line(number, raw) for number, raw in enumerate(page.split("\n"), 1)]


def make_line(number: int, raw: str, tag: str = "", node: Any = None, linked: float = 0.0) -> Line:
    """Make a line with its shape and kind from these attributes of `Line`."""
    text = raw.strip()
    return Line(number, raw, text, *describe_line(text), tag, node, linked)


def collect_content_words(lines: Iterable[Line]) -> set[str]:
    """Collect the content words of some lines."""
    return set().union(*(line.content_words for line in lines))


def ends_list(line: Line) -> bool:
    """Tell whether a line is the link to the rest of a list, such as “All news” or “Show more”."""
    return line.words <= 4 and _END.fullmatch(_lower(line.text)[0]) is not None


def read_byline(text: str) -> str | None:
    """Read the name in a line that begins with “By” or “Author”: None for other lines, "" if there is no name."""
    phrase = _find_beginnings(*_lower(text)).get("byline")
    if phrase is None:
        return None
    return text[text.lower().index(phrase.split()[0]) :][len(phrase) :].strip(" \t\u00a0:-–—|·•")


def is_about_author(text: str) -> bool:
    """Tell whether a line is a heading such as “About Ann Lee”: two or three capitalised words after the first."""
    low, said = _lower(text)
    phrase = _find_beginnings(low, said).get("about")
    name = text[len(phrase) :].split() if phrase and low.startswith(phrase) and text[:1].isalpha() else []
    return 2 <= len(name) <= 3 and all(word[0].isupper() and word.isalpha() for word in name)


def is_name(text: str) -> bool:
    """Tell whether a text is two to four capitalised words without digits: a person's name, or a list of names."""
    if not _NAMES.fullmatch(text) or text.isupper() or text.lower() in _VOCABULARY["section"]["whole"]:
        return False
    if not _VOCABULARY["name"]["never"].isdisjoint(text.lower().split()):
        return False
    words = text.replace("&", "and").split()
    return all(word[0].isupper() or word.lower().strip(",&") in _VOCABULARY["name"]["particles"] for word in words)


def is_section(text: str) -> bool:
    """Tell whether a line is the name of a section or a kicker: a known one, or a word in capitals."""
    capitals = text.isupper() and text.isalpha() and len(text) > 3
    return 1 <= len(text.split()) <= 3 and (text.lower() in _VOCABULARY["section"]["whole"] or capitals)


def is_same_title(one: str, other: str) -> bool:
    """Tell whether two titles are the same, or one begins with the other, which has at least four words."""
    words, others = list_words(one), list_words(other)
    short = min(len(words), len(others))
    return words == others or (short >= 4 and words[:short] == others[:short])


def list_words(text: str) -> list[str]:
    """List the words of a text in lower case."""
    return _WORD.findall(text.lower())


def is_caption_like(text: str) -> bool:
    """Tell whether a sentence has a word, such as “pictured”, that is typical of captions."""
    low = text.lower()
    return any(phrase in low for phrase in _VOCABULARY["credit"]["scene"])


@lru_cache(maxsize=1 << 15)  # many pages have the same menus and lists
def describe_line(text: str) -> tuple[int, bool, dates.Stamp | None, str, str, float]:
    """Describe a line without its place: the attributes of `Line` from `words` to `score`."""
    if not text:
        return 0, False, None, "", Kind.BLANK, 0.0
    words = len(text.split())
    words += 0 if text.isascii() else len(_UNSPACED.findall(text)) // 2
    ends_sentence = _FOOTNOTE.sub("", text).rstrip(_CLOSING).endswith(_TERMINAL)
    stamp = dates.find_date(text) if len(text) <= _DATED else None
    rest = dates.strip_dates(text, stamp) if stamp else text
    kind = _find_kind(text, words, ends_sentence, rest if stamp else None) if len(text) <= _LOOKED_UP else Kind.TEXT
    score = _score_prose(text, words, ends_sentence) if kind == Kind.TEXT else -_DATA[kind]["cost"]
    return words, ends_sentence, stamp, rest, kind, score


def _find_kind(text: str, words: int, ends_sentence: bool, rest: str | None) -> str:
    """Find the kind of a line; `rest` is the text beside its date, None if it has none."""
    low, said = _lower(text)
    if rest is None and len(low) <= 40 and _COUNTED.fullmatch(low):
        return Kind.COUNT
    begins = _find_beginnings(low, said)
    whole = _WHOLE.get(low.strip(_SIGNS), ()) if words <= _WHOLE_WORDS else ()
    if words <= 12 and (Kind.COMMENTS in begins or Kind.COMMENTS in whole or _COMMENT_COUNT.match(low)):
        return Kind.COMMENTS
    names_list = (Kind.LIST in begins or Kind.LIST in whole) and (not ends_sentence or low.endswith(_DOTS))
    if names_list and words <= _HINT_WORDS:
        if words <= _LIST_WORDS:  # a longer line that begins like a list's name is a sentence or a headline
            return Kind.LIST
        if ":" in low[:20] or "|" in low[:20]:
            return Kind.PROMPT  # “Related: …” points to one other article
    if rest is not None and not _SIGNED.match(text):
        beside = len(rest.split())
        by = beside <= _BESIDE_NAME and Kind.BYLINE in begins
        if by or (beside <= _BESIDE and not (ends_sentence and beside > 3)):
            return Kind.DATE
    if Kind.LEGAL in begins or _holds(low, Kind.LEGAL) or "©" in text or _RIGHTS.search(text):
        return Kind.LEGAL
    if words <= 40 and _holds(low, Kind.PROMPT):
        return Kind.PROMPT
    if Kind.PROMPT in whole or (words <= _HINT_WORDS and _prompts(low, said, begins)):
        return Kind.PROMPT
    if words <= 4 and _END.fullmatch(low):
        return Kind.PROMPT
    if words <= _CAPTION_WORDS and ("credit labels" in begins or _gives_credit(low, begins.get("credit names"))):
        return Kind.CREDIT
    if Kind.BYLINE in begins and words <= 15 and not ends_sentence:
        return Kind.BYLINE
    return Kind.TEXT


def _score_prose(text: str, words: int, ends_sentence: bool) -> float:
    length = min(len(text), _LONG) / 100
    if text.endswith(_CUT):  # it breaks off, as teasers do
        return -_SHORT if length < 2 else 0.1 * length
    if length >= 1.1 or (ends_sentence and words >= 4):
        initials = [word[0] for word in text[:_READ].split(None, _SAMPLE)[:_SAMPLE]]
        small = sum(letter.isalpha() and not letter.isupper() for letter in initials) / len(initials)
        if ends_sentence and words >= 4:
            return 0.3 + length * (0.4 + small)
        if small > 0.35:
            return 0.6 * length
    if words >= 6 and text.endswith((":", ",", ";", "-", "–", "—")):
        return 0.3
    return -_SHORT


def _lower(text: str) -> tuple[str, list[str]]:
    """Put a line into lower case, with straight apostrophes, from its first letter or digit on; and list its words."""
    low = text.lower().replace("’", "'")
    if not low[:1].isalnum():
        low = _LEAD.sub("", low)
    return low, low.split()


def _find_beginnings(low: str, said: list[str]) -> dict[str, str]:
    """Find the phrases, as whole words, that a line begins with: the first of each kind."""
    found: dict[str, str] = {}
    for phrase, kind in _BEGINNINGS.get(said[0].rstrip(_BEHIND), ()) if said else ():
        if low.startswith(phrase) and not low[len(phrase) : len(phrase) + 1].isalnum():
            found.setdefault(kind, phrase)
    return found


def _holds(low: str, kind: str) -> bool:
    return any(map(low.__contains__, _DATA[kind]["holds"]))


def _prompts(low: str, said: list[str], begins: dict[str, str]) -> bool:
    prompt = _VOCABULARY["prompt"]
    if Kind.PROMPT in begins or ("prompt asks" in begins and any(word in low[:90] for word in prompt["for"])):
        return True
    if "prompt networks" in begins and len(said) <= 8 and prompt["networks"].issuperset(w.strip(_SIGNS) for w in said):
        return True
    name = begins.get("prompt labels")  # “Tags: treaty, talks”
    return name is not None and (low[len(name) :].lstrip()[:1] in (":", "#") or name in ("tags", "теги"))


def _gives_credit(low: str, name: str | None) -> bool:
    if name and _SOURCED.match(low[len(name) :].lstrip()):
        return True
    tail = low[-80:]
    ends = tail.rstrip(" .)]|").endswith(tuple(_DATA["credit"]["ends"]))
    return ends or (":" in tail and _CREDITED.search(tail) is not None)
