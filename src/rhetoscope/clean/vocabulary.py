"""The words by which lines of a news site give themselves away, read from `vocabulary.toml`.

The functions here are asked of every line of every page; each looks its line up by the first word where it can.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from importlib.resources import files
from types import MappingProxyType

_LEAD = re.compile(r"^[\W_]+")
_SIGNS = "0123456789 \t\u00a0.,:;!?…»«›‹><|·•()[]{}-–—_&+#*/\\\"'“”‘→←↓↑▼▲×✕"
_BEHIND = _SIGNS.lstrip("0123456789")
"""Signs that may stand right behind a word."""
_WORD = re.compile(r"[\w+'’-]+")
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
_NONE: Mapping[str, str] = MappingProxyType({})
_NO_KINDS: frozenset[str] = frozenset()


def lowered(text: str) -> tuple[str, list[str]]:
    """A line in lower case with straight apostrophes, from its first letter or digit on, and its words."""
    low = text.lower().replace("’", "'")
    if not low[:1].isalnum():
        low = _LEAD.sub("", low)
    return low, low.split()


def is_count(low: str) -> bool:
    """Numbers and signs alone, and counts of shares, views or minutes to read."""
    if len(low) > 2 and not low[0].isdigit() and not low.startswith(_COUNTS):
        return False
    return len(low) <= 40 and bool(_COUNT.match(low))


def begins(low: str, said: list[str]) -> Mapping[str, str]:
    """The phrases that a line begins with, as whole words, by their kind; one a kind, for most lines none.

    Args:
        low: the line, lowered.
        said: its words, with the signs beside them.
    """
    phrases = _BEGINS.get(said[0].rstrip(_BEHIND)) if said else None
    if phrases is None:
        return _NONE
    found: dict[str, str] = {}
    for phrase, kind in phrases:
        if low.startswith(phrase) and not low[len(phrase) : len(phrase) + 1].isalnum():
            found.setdefault(kind, phrase)
    return found


def whole(low: str) -> frozenset[str]:
    """The kinds of phrases that a line is, digits and signs at its ends aside."""
    return _WHOLE.get(low.strip(_SIGNS), _NO_KINDS)


def holds(low: str, said: list[str]) -> frozenset[str]:
    """The kinds of phrases that stand anywhere in a line, looked up by their longest word.

    Args:
        low: the line, lowered.
        said: its words, with the signs beside them.
    """
    if _HELD.keys().isdisjoint(said):
        return _NO_KINDS
    return frozenset(kind for word in said for phrase, kind in _HELD.get(word, ()) if phrase in low)


def counts_comments(low: str) -> bool:
    """A number of comments: “3 thoughts on …”."""
    number, *rest = _WORD.findall(low[:60])
    return number.isdigit() and not _COUNTED.isdisjoint(rest[:1])


def asks(low: str) -> bool:
    """Whether a line that begins with “Get” or the like asks for a subscription: “Get the … newsletter”."""
    return any(word in low[:90] for word in _FOR)


def are_networks(said: list[str]) -> bool:
    """Names of networks to share a page on, and nothing else."""
    return _NETWORKS.issuperset(word.strip(_SIGNS) for word in said)


def are_labels(low: str, name: str) -> bool:
    """The labels of an article, which follow their name on the same line: “Tags: treaty, talks”."""
    return low[len(name) :].lstrip()[:1] in (":", "#") or name in ("tags", "теги")


def is_credit(low: str, name: str | None) -> bool:
    """A caption's credit, or a line that names a source.

    Args:
        low: the line, lowered.
        name: a word for pictures or sources that it begins with.
    """
    if name:
        after = low[len(name) :].lstrip()
        if not after or not after[0].isalnum() or after.split(None, 1)[0] in _CREDIT_AFTER:
            return True
        if re.match(r"\d+ (?:of|/)", after):
            return True
    tail = low[-80:].rstrip(" .)]|")
    ends = tail[-3:] in _CREDIT_LAST and tail.endswith(_CREDIT_ENDS)
    return ends or (":" in tail and bool(_CREDITED.search(low[-80:])))


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


def byline(text: str) -> str | None:
    """The name in a line that begins with “By” or “Author”; None for other lines, empty where the name is missing."""
    low, said = lowered(text)
    phrase = begins(low, said).get("byline")
    if phrase is None:
        return None
    return text[text.lower().index(phrase.split()[0]) :][len(phrase) :].strip(" \t\u00a0:-–—|·•")


def is_about(text: str) -> bool:
    """A heading such as “About Ann Lee”, of two or three capitalised words after its first."""
    low, said = lowered(text)
    phrase = begins(low, said).get("about")
    name = text[len(phrase) :].split() if phrase and low.startswith(phrase) and text[:1].isalpha() else []
    return 2 <= len(name) <= 3 and all(word[0].isupper() and word.isalpha() for word in name)


def is_no_name(text: str) -> bool:
    """Whether one of its words is one that no person is called by."""
    return not _NO_NAME.isdisjoint(text.lower().split())


def is_section(text: str) -> bool:
    """A section's name or a kicker, as the whole line."""
    return text.lower() in _SECTIONS


_DATA = tomllib.loads(files("rhetoscope.clean").joinpath("vocabulary.toml").read_text(encoding="utf-8"))


def _beginnings() -> dict[str, list[tuple[str, str]]]:
    """What lines begin with, by its first word, with its kind; other than “begins” are kinds of their own."""
    found: dict[str, list[tuple[str, str]]] = {}
    for kind, entries in _DATA.items():
        for name in ("begins", "names", "labels", "asks", "networks"):
            for phrase in entries.get(name, ()):
                found.setdefault(phrase.split()[0].rstrip(_BEHIND), []).append(
                    (phrase.strip(), kind if name == "begins" else f"{kind} {name}")
                )
    return found


def _whole_lines() -> dict[str, frozenset[str]]:
    """What a whole line may be, with its kinds."""
    found: dict[str, frozenset[str]] = {}
    for kind in ("prompt", "list", "comments"):
        for phrase in _DATA[kind]["whole"]:
            found[phrase] = found.get(phrase, _NO_KINDS) | {kind}
    return found


def _held() -> dict[str, list[tuple[str, str]]]:
    """What may stand anywhere in a line, by its longest word with a sign behind it or not, with its kind."""
    found: dict[str, list[tuple[str, str]]] = {}
    for kind in ("prompt", "legal"):
        for phrase in _DATA[kind]["holds"]:
            word = max(reversed(_WORD.findall(phrase)), key=len)
            for sign in ("", *".,:;!?)"):
                found.setdefault(word + sign, []).append((phrase, kind))
    return found


_BEGINS, _WHOLE, _HELD = _beginnings(), _whole_lines(), _held()
_FOR, _NETWORKS = tuple(_DATA["prompt"]["for"]), frozenset(_DATA["prompt"]["networks"])
_CREDIT_AFTER, _SCENE = frozenset(_DATA["credit"]["after"]), tuple(_DATA["credit"]["scene"])
_CREDIT_ENDS = tuple(_DATA["credit"]["ends"])
_CREDIT_LAST = frozenset(end[-3:] for end in _CREDIT_ENDS)
_COUNTED = frozenset(_DATA["comments"]["counted"])
_END, _END_OF = frozenset(_DATA["end"]["leads"]), frozenset(_DATA["end"]["of"])
_END_BETWEEN = frozenset(_DATA["end"]["between"])
_NO_NAME = frozenset(_DATA["no_name"]["words"])
_SECTIONS = frozenset(_DATA["section"]["whole"])
