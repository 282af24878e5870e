"""In whose voice a word stands: the author's, or that of the source quoted or reported.

Innermost first: a that-clause of a verb of saying or thinking is its subject's ("Azerbaijan insists that …"), so is
what it sees something as ("Azerbaijan views … as"); then a direct quotation of five words or more, which is the
subject's of a verb of saying in the same sentence; "according to X"; and what follows the colon after a noun of saying
("the message from Baku is clear: …"). The verb of saying itself is the author's. Passives without "by" ("it is said
that") name no source and stay the author's. Quotations that run over several sentences are not followed.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from functools import lru_cache
from importlib.resources import files
from typing import TYPE_CHECKING

from rhetoscope import grammar
from rhetoscope.coding import who

if TYPE_CHECKING:
    from spacy.tokens import Doc, Token

    from rhetoscope.actors.roles import Mention

AUTHOR = "author"
UNNAMED = "unnamed"
"""Voice of a quotation whose sentence does not say whose it is."""
NO_SOURCE = ("i", "we", "it", "there", "this", "that", "which")
"""Subjects that leave the voice as it is: the speaker's own "I think", and what stands for no one."""
SCARE_QUOTE = 4
"""A quotation of so many words or fewer is a term or scare quote, and stays the author's."""


def voice(token: Token, mentions: list[Mention]) -> str:
    """The canonical name of the source where it is a known actor, else its words on the page, else `author`."""
    for name in (_reported, _quoted, _according, _announced):
        if (source := name(token)) is not None:
            return _named(source, mentions) if source is not token else UNNAMED
    return AUTHOR


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
    doc = token.doc
    for start, end in _quotations(doc):
        if start <= token.i < end:
            outside = (each for each in doc if not start <= each.i < end and each.pos_ == "VERB")
            speech = (each for each in outside if each.lemma_.lower() in _words("verbs"))
            return next((source for verb in speech if (source := _source(verb)) is not None), token)
    return None


def _quotations(doc: Doc) -> Iterator[tuple[int, int]]:
    """First and one past the last token of each direct quotation."""
    for match in re.finditer(r"“([^”]*)(?:”|$)|\"([^\"]*)(?:\"|$)", doc.text):
        inside = doc.char_span(match.start(), match.end(), alignment_mode="expand")
        if inside is not None and sum(each.is_alpha for each in inside) > SCARE_QUOTE:
            yield inside.start, inside.end


def _according(token: Token) -> Token | None:
    """X of "according to X", unless the token stands in that phrase."""
    for each in token.doc:
        if each.lower_ == "according" and token not in each.subtree:
            to = next((child for child in each.children if child.lower_ == "to"), None)
            return grammar.child(to, "pobj") if to is not None else None
    return None


def _announced(token: Token) -> Token | None:
    """X of "the message from X is clear: …", for a token right of the colon."""
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


def _named(source: Token, mentions: list[Mention]) -> str:
    if known := who.represented(source, mentions):
        return ", ".join(known)
    words = [each for each in source.subtree if each.i <= source.i and each.dep_ not in ("det", "relcl")]
    return "".join(each.text_with_ws for each in words).strip() or source.text


@lru_cache(maxsize=8)
def _words(kind: str) -> frozenset[str]:
    return frozenset(tomllib.loads((files("rhetoscope.coding") / "voice.toml").read_text(encoding="utf-8"))[kind])
