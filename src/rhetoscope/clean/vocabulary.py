"""The words by which lines of a news site give themselves away, read from `vocabulary.toml`.

The functions here are asked of every line of every page; each looks its line up by the first word where it can.
"""

from __future__ import annotations

import re
import tomllib
from collections import defaultdict
from importlib.resources import files

_LEAD = re.compile(r"^[\W_]+")
_SIGNS = "0123456789 \t\u00a0.,:;!?…»«›‹><|·•()[]{}-–—_&+#*/\\\"'“”‘→←↓↑▼▲×✕"
_WORD = re.compile(r"[\w+'’-]+")
_WHOLE = 5
"""Words of the longest entry that stands for a whole line, numbers and signs beside it included."""
_COUNT = re.compile(
    r"""^(?:[\W\d_]*[km]?\W*
    | \W*(?:[\d.,]+\s*[km]?\W*)?(?:shares?|views?|likes?|retweets?|followers?|fans?|votes?|replies)
      \W*(?:follow\w*|like)?
    | \W*\d+\W*(?:min(?:ute)?s?|sec(?:ond)?s?)(?:\s+(?:read|listen|watch))?\W*
    | \W*\d+\s+of\W+\d+\W*)$""",
    re.VERBOSE,
)
"""Numbers and signs alone, and counts of shares, views or minutes to read."""

_COUNTS = ("share", "view", "like", "retweet", "follower", "fan", "vote", "replies")
_CREDITED = re.compile(
    r"(?:image|photo|picture|credit|pic|foto|bild)s?(?:\s(?:credit|by))?\s?: ?[^.!?:]{2,50}(?::[^.!?:]{2,30})?$"
)
"""A credit at the end of its caption: “(Image: Getty)”, “Credit: AP”."""


class _Beginnings:
    """Phrases that a line may begin with, looked up by their first word."""

    def __init__(self, phrases: list[str]) -> None:
        by_word: dict[str, list[str]] = defaultdict(list)
        for phrase in phrases:
            by_word[_first(phrase)].append(phrase.strip())
        self._by_word = {word: tuple(group) for word, group in by_word.items()}

    def of(self, low: str, first: str) -> str | None:
        """The phrase that a line begins with, as whole words."""
        for phrase in self._by_word.get(first, ()):
            if low.startswith(phrase) and not low[len(phrase) : len(phrase) + 1].isalnum():
                return phrase
        return None


class _Phrases:
    """Phrases that may stand anywhere in a line; most lines have the longest word of none of them."""

    def __init__(self, phrases: list[str]) -> None:
        self._phrases = tuple(phrases)
        keys = {max(_WORD.findall(phrase), key=len) for phrase in phrases}
        self._keys = frozenset(key + sign for key in keys for sign in ("", ".", ",", ":", ";", "!", "?", ")"))

    def within(self, low: str, words: list[str]) -> bool:
        """Whether one of the phrases stands in a line of these words."""
        return not self._keys.isdisjoint(words) and any(phrase in low for phrase in self._phrases)


def lowered(text: str) -> tuple[str, str]:
    """A line in lower case with straight apostrophes, from its first letter or digit on, and its first word."""
    low = text.lower().replace("’", "'")
    if not low[:1].isalnum():
        low = _LEAD.sub("", low)
    return low, _first(low)


def bare(low: str) -> str:
    """A lowered line without digits and signs at its ends."""
    return low.strip(_SIGNS)


def is_count(low: str) -> bool:
    """Numbers and signs alone, and counts of shares, views or minutes to read."""
    if len(low) > 2 and not low[0].isdigit() and not low.startswith(_COUNTS):
        return False
    return len(low) <= 40 and bool(_COUNT.match(low))


def is_list(low: str, first: str) -> bool:
    """The name of a list of links."""
    return _LIST.of(low, first) is not None or bare(low) in _LIST_WHOLE


def is_comments(low: str, first: str, words: int) -> bool:
    """What stands above a reader discussion or a note on the author."""
    if _COMMENTS.of(low, first) is not None or (words <= _WHOLE and bare(low) in _COMMENTS_WHOLE):
        return True
    if first.isdigit() and words > 1:
        second = _WORD.findall(low[:60])[1:2]
        return bool(second) and second[0] in _COUNTED
    return False


def is_prompt(low: str, first: str, words: int, said: list[str]) -> bool:
    """A line of at most 40 words that asks the reader to do something with the site, or is one of its buttons.

    Args:
        low: the line, lowered.
        first: its first word.
        words: how many it has.
        said: which these are, with the signs beside them.
    """
    if words <= 25:
        if _PROMPT.of(low, first) is not None or _is_labels(low, first):
            return True
        if words <= _WHOLE and bare(low) in _PROMPT_WHOLE:
            return True
        if first in _ASKS and any(word in low[:90] for word in _FOR):
            return True
        if first in _NETWORKS and words <= 8 and _NETWORKS.issuperset(word.strip(_SIGNS) for word in said):
            return True
    return _PROMPT_HOLDS.within(low, said)


def is_legal(low: str, first: str, said: list[str]) -> bool:
    """Copyright, terms, disclaimers."""
    return _LEGAL.of(low, first) is not None or _LEGAL_HOLDS.within(low, said)


def is_credit(low: str, first: str) -> bool:
    """A caption's credit, or a line that names a source."""
    if _CREDIT_LABELS.of(low, first):
        return True
    if name := _CREDIT.of(low, first):
        after = low[len(name) :].lstrip()
        if not after or not after[0].isalnum() or after.split(None, 1)[0] in _CREDIT_AFTER:
            return True
        if re.match(r"\d+ (?:of|/)", after):
            return True
    tail = low[-80:].rstrip(" .)]|")
    return tail.endswith(_CREDIT_ENDS) or (":" in tail and bool(_CREDITED.search(low[-80:])))


def is_scene(low: str) -> bool:
    """Whether a sentence has a word by which descriptions of pictures show themselves."""
    return any(phrase in low for phrase in _SCENE)


def is_end(low: str) -> bool:
    """What leads from a list to its rest: “All news”, “Show more”."""
    low = low.rstrip(" .…>»→:")
    if low in _END:
        return True
    lead, _, last = low.rpartition(" ")
    if last in _END_OF:
        words = lead.split()
        while words and words[-1] in _END_BETWEEN:
            words.pop()
        return " ".join(words) in _END
    return False


def is_byline(low: str, first: str) -> bool:
    """A line that begins with “By” or “Author”."""
    return _BYLINE.of(low, first) is not None


def byline(text: str) -> str | None:
    """The name in a line that begins with “By” or “Author”; None for other lines, empty where the name is missing."""
    low, first = lowered(text)
    phrase = _BYLINE.of(low, first)
    if phrase is None:
        return None
    return text[text.lower().index(first) :][len(phrase) :].strip(" \t\u00a0:-–—|·•")


def is_about(text: str) -> bool:
    """A heading such as “About Ann Lee”, of two or three capitalised words after its first."""
    low, first = lowered(text)
    phrase = _ABOUT.of(low, first)
    name = text[len(phrase) :].split() if phrase and low.startswith(phrase) and text[:1].isalpha() else []
    return 2 <= len(name) <= 3 and all(word[0].isupper() and word.isalpha() for word in name)


def is_no_name(text: str) -> bool:
    """Whether one of its words is one that no person is called by."""
    return not _NO_NAME.isdisjoint(text.lower().split())


def is_section(text: str) -> bool:
    """A section's name or a kicker, as the whole line."""
    return text.lower() in _SECTIONS


def _is_labels(low: str, first: str) -> bool:
    name = _LABELS.of(low, first)
    return name is not None and (low[len(name) :].lstrip()[:1] in (":", "#") or name in ("tags", "теги"))


def _first(low: str) -> str:
    return low.split(None, 1)[0].rstrip(_SIGNS[10:]) if low else ""


_DATA = tomllib.loads(files("rhetoscope.clean").joinpath("vocabulary.toml").read_text(encoding="utf-8"))
_PROMPT, _PROMPT_WHOLE = _Beginnings(_DATA["prompt"]["begins"]), frozenset(_DATA["prompt"]["whole"])
_PROMPT_HOLDS, _LABELS = _Phrases(_DATA["prompt"]["holds"]), _Beginnings(_DATA["prompt"]["labels"])
_ASKS, _FOR = frozenset(_DATA["prompt"]["asks"]), tuple(_DATA["prompt"]["for"])
_NETWORKS = frozenset(_DATA["prompt"]["networks"])
_LEGAL, _LEGAL_HOLDS = _Beginnings(_DATA["legal"]["begins"]), _Phrases(_DATA["legal"]["holds"])
_CREDIT, _CREDIT_AFTER = _Beginnings(_DATA["credit"]["names"]), frozenset(_DATA["credit"]["after"])
_CREDIT_LABELS = _Beginnings(_DATA["credit"]["labels"])
_CREDIT_ENDS, _SCENE = tuple(_DATA["credit"]["ends"]), tuple(_DATA["credit"]["scene"])
_LIST, _LIST_WHOLE = _Beginnings(_DATA["list"]["begins"]), frozenset(_DATA["list"]["whole"])
_COMMENTS, _COMMENTS_WHOLE = _Beginnings(_DATA["comments"]["begins"]), frozenset(_DATA["comments"]["whole"])
_COUNTED = frozenset(_DATA["comments"]["counted"])
_END, _END_OF = frozenset(_DATA["end"]["leads"]), frozenset(_DATA["end"]["of"])
_END_BETWEEN = frozenset(_DATA["end"]["between"])
_NO_NAME = frozenset(_DATA["no_name"]["words"])
_ABOUT = _Beginnings(_DATA["about"]["begins"])
_BYLINE, _SECTIONS = _Beginnings(_DATA["byline"]["begins"]), frozenset(_DATA["section"]["whole"])
