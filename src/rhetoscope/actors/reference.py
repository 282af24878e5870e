"""Words that stand for an actor named before in the sentence, where it can be no other: "its", "it", "the country".

Only where the sentence names one actor alone, and only

- **its, itself**: in a clause whose subject that actor is, with no other singular noun between the two: "Armenia must
  open its borders";
- **it**: the subject of a clause below one whose subject the actor is, by its own name and no person's, likewise:
  "Azerbaijan says it will respond"; not where "it" stands for what follows ("it is clear that");
- **the country, the republic, the nation**: after a name of a land, outside the clause whose subject that name is: in
  "Iran left the country" it is another.

All else is left: he, she and they; "the state", which can be a part of a land; what only a sentence before tells.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from rhetoscope import grammar

if TYPE_CHECKING:
    from spacy.tokens import Doc, Token

LANDS = frozenset({"country", "republic", "nation"})
OWN = frozenset({"its", "itself"})
WORDS = LANDS | OWN | {"it"}
_SINGULAR = ("NN", "NNP")
_EMPTY = frozenset({"be", "become", "remain", "seem", "appear", "happen", "turn", "follow", "take"})
"""Verbs whose "it" often stands for nothing, or for what follows."""


def references(doc: Doc, actor: str, named: list[tuple[Token, int]], land: bool) -> Iterator[tuple[int, int, Token]]:
    """Places of words that stand for the one actor of a sentence: start, end, and the head of the noun phrase.

    Args:
        doc: a sentence that names one actor alone.
        actor: its canonical name.
        named: for each place where a noun phrase is that actor, its head, and where name and head end.
        land: whether the actor is a land, which "the country" can stand for.
    """
    for token in (each for each in doc if each.lower_ in WORDS):
        before = [(head, end) for head, end in named if end <= token.idx]
        if not before:
            continue
        head, end = before[-1]
        if token.lower_ in LANDS:
            stands = land and _is_bare(token) and _subject_of(token) != head.i
        elif token.lower_ in OWN:
            stands = not _between(doc, end, token) and _subject_of(token) == head.i
        else:
            stands = not _between(doc, end, token) and _says(token, head, actor)
        if stands:
            yield doc[token.left_edge.i].idx if token.lower_ in LANDS else token.idx, token.idx + len(token), token


def _between(doc: Doc, end: int, token: Token) -> bool:
    """Whether a singular noun stands between a name that ends there and the token: it could be meant."""
    return any(each.tag_ in _SINGULAR for each in doc[: token.i] if each.idx >= end)


def _subject_of(token: Token) -> int | None:
    """The number of the subject's token in the clause the token stands in."""
    subject = grammar.subject(grammar.clause_of(token.head if token.head.i != token.i else token))
    return None if subject is None else subject.i


def _says(it: Token, head: Token, actor: str) -> bool:
    """Whether "it" is the subject of a full clause below one whose subject the head is, the actor's own name."""
    verb = it.head
    if it.dep_ != "nsubj" or verb.pos_ != "VERB" or verb.dep_ not in ("ccomp", "advcl") or verb.lemma_ in _EMPTY:
        return False
    return not grammar.is_passive(verb) and head.text == actor.split()[-1] and _subject_of(verb) == head.i


def _is_bare(noun: Token) -> bool:
    """Whether it is "the country", and no more."""
    children = list(noun.children)
    return (
        noun.tag_ == "NN"
        and [each.lower_ for each in children if each.i < noun.i] == ["the"]
        and not any(each.dep_ in ("prep", "relcl", "acl", "appos", "poss") for each in children)
    )
