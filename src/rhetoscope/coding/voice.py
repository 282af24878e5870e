"""In whose voice a word stands: the author's, or that of the source quoted or reported.

Innermost first: a that-clause of a verb of saying or thinking is its subject's ("Azerbaijan insists that …"), so is
what it sees something as ("Azerbaijan views … as"); then a direct quotation of five words or more, which is the
subject's of a verb of saying in the same sentence; "according to X"; and what follows the colon after a noun of saying
("the message from Baku is clear: …"). The verb of saying itself is the author's. Passives without "by" ("it is said
that") name no source and stay the author's. A quotation that runs over several sentences of a paragraph is followed
to its end, and into the next paragraph where that opens with a quotation mark again.
"""

from __future__ import annotations

import re
import tomllib
from functools import lru_cache
from importlib.resources import files
from typing import TYPE_CHECKING, NamedTuple

import polars as pl

from rhetoscope import grammar
from rhetoscope.coding import who

if TYPE_CHECKING:
    from spacy.tokens import Doc, Token

    from rhetoscope.actors.roles import Mention

AUTHOR = "author"
DIRECT = "direct"
"""In direct quotation."""
INDIRECT = "indirect"
"""Reported without quotation marks."""
OPENS, CONTINUES = "opens", "continues"
"""Whether a sentence opens a quotation that runs on, or lies within one."""
UNNAMED = "unnamed"
"""Voice of a quotation whose sentence does not say whose it is."""
NO_SOURCE = ("i", "we", "it", "there", "this", "that", "which")
"""Subjects that leave the voice as it is: the speaker's own "I think", and what stands for no one."""
SCARE_QUOTE = 4
"""A quotation of so many words or fewer is a term or scare quote, and stays the author's."""


class Voice(NamedTuple):
    """In whose voice something stands."""

    name: str
    """The actor's canonical name, else the source's words on the page, else `author` or `unnamed`."""
    mode: str
    """`author`, `direct` (quoted) or `indirect` (reported)."""
    source: str | None
    """`actor` (in the actor table), `named` (another proper name) or `anonymous`; None for the author."""


AUTHORS = Voice(AUTHOR, AUTHOR, None)
NOBODY = Voice(UNNAMED, DIRECT, "anonymous")


_IRREGULAR = frozenset(["said", "told", "thought", "felt", "wrote", "written", "swore", "sworn", "saying"])
"""Forms of verbs of saying that `_openers` cannot make."""


def voice(token: Token, mentions: list[Mention]) -> Voice:
    """The voice of the clause a token stands in, innermost first."""
    if (source := _reported(token)) is not None:
        mode = DIRECT if any(start <= token.i < end for start, end in _quotations(token.doc)) else INDIRECT
        return _named(source, mentions, mode)
    if (source := _quoted(token)) is not None:
        return NOBODY if source is token else _named(source, mentions, DIRECT)
    source = _according(token) or _announced(token)
    return AUTHORS if source is None else _named(source, mentions, INDIRECT)


def may_report(text: str) -> bool:
    """Whether a text holds what opens another voice: a word of saying or viewing, a quotation mark, a colon."""
    return _openers().search(text.lower()) is not None


def running_quotations(rows: pl.DataFrame) -> dict[int, str]:
    """The rows that open a quotation which runs on (`OPENS`) or lie within one (`CONTINUES`).

    Args:
        rows: columns `doc_id`, `paragraph`, `text`, in the order of the text. Only “ and ” tell where one ends.
    """
    marked = rows.get_column("text").str.contains("“", literal=True)
    if not marked.any():
        return {}
    found: dict[int, str] = {}
    open_in: tuple[object, object] | None = None
    for row, (doc_id, paragraph, text) in enumerate(rows.select("doc_id", "paragraph", "text").iter_rows()):
        here = (doc_id, paragraph)
        if open_in is not None and open_in != here and not text.startswith("“"):
            open_in = None
        if open_in is not None:
            found[row] = CONTINUES
            open_in = None if text.rfind("”") > text.rfind("“") else here
        elif text.rfind("“") > text.rfind("”"):
            found[row], open_in = OPENS, here
    return found


def of_quotation(doc: Doc, mentions: list[Mention]) -> Voice:
    """Whose the last quotation of a sentence is."""
    last = next((doc[start] for start, _ in reversed(_quotations(doc))), None)
    source = _quoted(last) if last is not None else None
    return NOBODY if source is None or source is last else _named(source, mentions, DIRECT)


def _reported(token: Token) -> Token | None:
    """The source of the nearest reporting clause above the token."""
    for below in (token, *token.ancestors):
        above = below.head
        source = None
        if below.dep_ == "ccomp" and above.lemma_.lower() in _words("verbs"):
            source = _source(above)
        elif below.dep_ == "prep" and below.lower_ == "as" and (view := _view(below)) is not None:
            source = _source(view)
        if source is not None:
            return source
    return None


def _view(as_: Token) -> Token | None:
    """The active verb of viewing an "as" belongs to; small models hang it on the object instead."""
    above = as_.head
    if above.dep_ == "dobj":
        above = above.head
    return above if above.lemma_.lower() in _words("views") and not grammar.is_passive(above) else None


def _quoted(token: Token) -> Token | None:
    """The source of a direct quotation around the token; the token itself where none is named."""
    for start, end in _quotations(token.doc):
        if start <= token.i < end:
            outside = (each for each in token.doc if not start <= each.i < end and each.pos_ == "VERB")
            speech = (each for each in outside if each.lemma_.lower() in _words("verbs"))
            return next((source for verb in speech if (source := _source(verb)) is not None), token)
    return None


@lru_cache(maxsize=1)
def _quotations(doc: Doc) -> list[tuple[int, int]]:
    """First and one past the last token of each direct quotation."""
    found = []
    for match in re.finditer(r"“([^”]*)(?:”|$)|\"([^\"]*)(?:\"|$)", grammar.text(doc)):
        inside = doc.char_span(match.start(), match.end(), alignment_mode="expand")
        runs_on = match.group().startswith("“") and not match.group().endswith("”")
        if inside is not None and (runs_on or sum(grammar.is_word(each) for each in inside) > SCARE_QUOTE):
            found.append((inside.start, inside.end))
    return found


def _according(token: Token) -> Token | None:
    """X of "according to X", unless the token stands in that phrase."""
    if "ccording" not in grammar.text(token.doc):
        return None
    for each in token.doc:
        if each.lower_ == "according" and token not in each.subtree:
            to = next((child for child in each.children if child.lower_ == "to"), None)
            return grammar.child(to, "pobj") if to is not None else None
    return None


def _announced(token: Token) -> Token | None:
    """X of "the message from X is clear: …", for a token right of the colon."""
    if ":" not in grammar.text(token.doc):
        return None
    colon = next((each.i for each in token.doc if each.text == ":"), None)
    if colon is None or token.i < colon:
        return None
    for noun in token.doc[:colon]:
        if noun.lemma_.lower() in _words("nouns"):
            owner = grammar.child(noun, "poss")
            links = (each for each in noun.children if each.dep_ == "prep" and each.lower_ in ("from", "of", "by"))
            return owner or next((grammar.child(link, "pobj") for link in links), None)
    return None


def _source(verb: Token) -> Token | None:
    """Who says it: of a passive only a named "by"; None for `NO_SOURCE`."""
    if grammar.is_passive(verb):
        return grammar.by_agent(verb)
    subject = grammar.subject(verb)
    if subject is None or subject.dep_ == "expl" or subject.lower_ in NO_SOURCE:
        return None
    return subject


def _named(source: Token, mentions: list[Mention], mode: str) -> Voice:
    if known := who.represented(source, mentions):
        return Voice(", ".join(known), mode, "actor")
    words = [each for each in source.subtree if each.i <= source.i and each.dep_ not in ("det", "relcl")]
    name = "".join(each.text_with_ws for each in words).strip() or source.text
    return Voice(name, mode, "named" if any(each.pos_ == "PROPN" for each in words) else "anonymous")


@lru_cache(maxsize=8)
def _words(kind: str) -> frozenset[str]:
    return frozenset(tomllib.loads((files("rhetoscope.coding") / "voice.toml").read_text(encoding="utf-8"))[kind])


@lru_cache(maxsize=1)
def _openers() -> re.Pattern[str]:
    """Any form of the words of `voice.toml`, in small letters: coarse, so that nothing is missed."""
    forms = {kind: "|".join(sorted(_forms(word) for word in _words(kind))) for kind in ("verbs", "views")}
    nouns, irregular = "|".join(sorted(_words("nouns"))), "|".join(sorted(_IRREGULAR))
    # what the speakers say themselves is no other voice
    saying = rf"(?<!\bwe )(?<!\bi )(?:{forms['verbs']}|{irregular}|according)\b"
    # where no word begins nothing else is tried, and letters are compared as they stand
    return re.compile(rf"[“\"]|\b(?:{saying}|(?:{forms['views']}|saw|seen)\b.* as\b|(?:{nouns})\b.*:)", re.S)


def _forms(verb: str) -> str:
    """The regular forms of a verb, as a pattern."""
    if verb.endswith("e"):
        return f"{verb[:-1]}(?:e|es|ed|ing)"
    if verb.endswith("y"):
        return f"{verb[:-1]}(?:y|ys|ies|ied|yed|ying)"
    return f"{verb}(?:{verb[-1]}?(?:ed|ing)|e?s)?"
