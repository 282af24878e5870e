"""Valence: whether what a clause says of an actor speaks for or against it, by a short word list.

The mean of the signs found, -1 to 1, or 0 where none is: of verbs the actor is agent or patient of (also understood,
"France seeks …, often clashing with"), of what it is called or likened to ("is seen as an adversary"), and of what is
said to be its own ("Armenian provocations"). A negation turns the sign. The list (`valence.toml`) is small and does not
read irony, whole arguments or facts that speak for themselves: 0 means "nothing found", not "neutral".
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from functools import lru_cache
from importlib.resources import files
from typing import TYPE_CHECKING

from rhetoscope import grammar
from rhetoscope.actors.roles import Mention

if TYPE_CHECKING:
    from spacy.tokens import Token


def valence(mention: Mention) -> float:
    """The mean sign of what the sentence says of the mention, rounded to two decimals."""
    signs = [sign for sign in _signs(mention) if sign]
    return round(sum(signs) / len(signs), 2) if signs else 0.0


def _signs(mention: Mention) -> Iterator[int]:
    head = mention.head
    yield from _modifiers(head)
    if not mention.represents:
        noun = head.head
        yield _sign("noun", noun)
        yield from _modifiers(noun)
        return
    if mention.role == "possessor" and head.dep_ == "pobj":
        yield _sign("noun", head.head.head)
    if mention.role == "patient" and head.dep_ in grammar.OBJECTS:
        yield _sign("patient", head.head)
    if mention.role == "agent" and head.dep_ == "pobj":
        yield _sign("agent" if grammar.is_clause(head.head.head) else "noun", head.head.head)
    for verb, subject in grammar.subjects(head.doc):
        if subject.i == head.i:
            yield _sign("patient" if grammar.is_passive(verb) else "agent", verb)
            yield from _complements(verb)


def _complements(verb: Token) -> Iterator[int]:
    """What a copula or "as" says its subject is."""
    active_object = grammar.child(verb, "dobj") is not None  # "views X as": said of X
    for each in verb.children:
        if each.dep_ in ("acomp", "attr", "oprd"):
            yield -_said(each) if grammar.negated(verb) else _said(each)
            yield from _modifiers(each)
        elif each.dep_ == "prep" and each.lower_ == "as" and not active_object:
            for noun in (below for below in each.children if below.dep_ in ("pobj", "amod", "acomp")):
                yield _said(noun)
                yield from _modifiers(noun)


def _said(token: Token) -> int:
    return _sign("noun" if token.pos_ in ("NOUN", "PROPN") else "adjective", token)


def _modifiers(noun: Token) -> Iterator[int]:
    return (_sign("adjective", each) for each in noun.children if each.dep_ == "amod")


def _sign(kind: str, token: Token) -> int:
    sign = lexicon().get((kind, token.lemma_.lower()), 0)
    return -sign if grammar.negated(token) else sign


@lru_cache(maxsize=1)
def lexicon() -> dict[tuple[str, str], int]:
    """Sign of each word: by kind (agent, patient, noun, adjective) and lemma."""
    tables = tomllib.loads((files("rhetoscope.actors") / "valence.toml").read_text(encoding="utf-8"))
    signs: dict[tuple[str, str], int] = {}
    for kind, table, prefix in (
        ("agent", "verbs", "agent_"),
        ("patient", "verbs", "patient_"),
        ("noun", "nouns", ""),
        ("adjective", "adjectives", ""),
    ):
        signs |= {(kind, word): 1 for word in tables[table][f"{prefix}positive"]}
        signs |= {(kind, word): -1 for word in tables[table][f"{prefix}negative"]}
    return signs
