"""Of whom a coding is said, and at whom: the rules that `codebook.ACTOR_RULES` and `TARGET_RULES` name."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from rhetoscope import grammar

if TYPE_CHECKING:
    from spacy.tokens import Token

    from rhetoscope.actors.roles import Mention

EXPLETIVES = ("it", "there")
LINKS = ("of", "by", "from", "among", "between")
"""Prepositions that tie a noun to its actor: "the proposal by Armenia", "pressure from France"."""
AIMS = ("to", "on", "against", "at", "upon", "toward", "towards", "with")
"""Prepositions after which a threat's or duty's target stands."""


def represented(noun: Token, mentions: list[Mention]) -> list[str]:
    """The actors that a noun phrase is or stands for, all of them where names are coordinated."""
    return _unique(mention.actor for mention in mentions if mention.represents and mention.head.i == noun.i)


def named(noun: Token, mentions: list[Mention]) -> list[str]:
    """The actors of a noun phrase: who it is; else its possessor; else who stands after of, by or from."""
    found: list[str] = []
    for head in grammar.coordinated(noun):
        actors = represented(head, mentions) or _possessors(head, mentions)
        if not actors:
            links = (each for each in head.children if each.dep_ in ("prep", "agent") and each.lower_ in LINKS)
            linked = (each for link in links for each in link.children if each.dep_ == "pobj")
            actors = [actor for each in linked for actor in named(each, mentions)]
        found += actors
    return _unique(found)


def said_of(rule: str, anchor: Token, mentions: list[Mention], speaker: list[str]) -> list[str]:
    """The actors a coding is said of, first named first.

    Args:
        rule: a key of `codebook.ACTOR_RULES`.
        anchor: the token whose clause is read.
        mentions: the actors of the sentence.
        speaker: the actors in whose voice it stands; empty for the author.
    """
    clause = grammar.lowered(grammar.clause_of(anchor))
    if rule == "speaker":
        return speaker
    if rule == "none":
        return []
    if rule == "modified":
        return named(anchor.head, mentions)
    if rule == "labelled":
        return _labelled(anchor, mentions)
    if rule == "complement":
        return _below(anchor, mentions)
    if rule in ("obliged", "threatener") and grammar.is_passive(clause):
        agent = grammar.by_agent(clause)
        return named(agent, mentions) if agent is not None else []
    subject = grammar.subject(clause)
    # who speaks of "we" is one of them; who says that "it would boycott" speaks of itself, or the threat were no report
    own = ("i", "we", "it", "they", "he", "she") if rule == "threatener" else ("i", "we")
    if speaker and subject is not None and subject.lower_ in own and subject.dep_ != "expl":
        return speaker
    if subject is None or subject.lower_ in EXPLETIVES or subject.dep_ == "expl":
        return _below(clause, mentions)
    actors = named(subject, mentions)
    return actors or (speaker if rule == "threatener" else [])


def nearest(anchor: Token, mentions: list[Mention]) -> list[str]:
    """The actor in subject position nearest before the anchor."""
    before = [mention for mention in mentions if mention.head.dep_ in grammar.SUBJECTS and mention.head.i < anchor.i]
    return [before[-1].actor] if before else []


def directed_at(rule: str, anchor: Token, mentions: list[Mention], actors: list[str]) -> str | None:
    """The target of a coding; never one of its actors.

    Args:
        rule: a key of `codebook.TARGET_RULES`.
        anchor: the token whose clause is read.
        mentions: the actors of the sentence.
        actors: of whom the coding is said.
    """
    clause = grammar.lowered(grammar.clause_of(anchor))
    subject = grammar.subject(clause)
    candidates: list[Token] = []
    if rule == "subject" or (rule == "object" and grammar.is_passive(clause)):
        candidates = [subject] if subject is not None else []
    elif rule == "object":
        candidates = [each for verb in (anchor, clause, *_governed(clause)) for each in _objects(verb)]
    found = (actor for each in candidates for actor in named(each, mentions) if actor not in actors)
    return next(found, None)


def _labelled(word: Token, mentions: list[Mention]) -> list[str]:
    """Whom a word names or describes: itself, the noun it modifies, or the subject it is said of.

    A name right before it is its own ("Armenian provocations"), whatever the parse of a heading makes of it.
    """
    if before := [mention.actor for mention in mentions if mention.end == word.idx - 1]:
        return before
    while word.dep_ in ("amod", "compound", "nmod", "quantmod", "advmod") and word.head.i != word.i:
        word = word.head
    found = _unique(mention.actor for mention in mentions if mention.head.i == word.i) or named(word, mentions)
    if found:
        return found
    above = word.head
    if word.dep_ in ("attr", "acomp", "oprd"):
        subject = grammar.subject(above)
    elif word.dep_ == "pobj" and above.lower_ == "as" and grammar.is_clause(above.head):
        viewed = above.head
        subject = grammar.subject(viewed) if grammar.is_passive(viewed) else grammar.child(viewed, "dobj")
    elif grammar.is_clause(word) and grammar.is_passive(word):
        subject = grammar.subject(word)
    else:
        return _unique(
            mention.actor for mention in mentions if not mention.represents and mention.head.head.i == word.i
        )
    return named(subject, mentions) if subject is not None else []


def _possessors(noun: Token, mentions: list[Mention]) -> list[str]:
    possessors = (mention for mention in mentions if not mention.represents and mention.role == "possessor")
    return _unique(mention.actor for mention in possessors if mention.head.head.i == noun.i)


def _below(anchor: Token, mentions: list[Mention]) -> list[str]:
    """The subject of the clause that hangs on the anchor, or on its complement: "it is possible that X …"."""
    holders = [anchor, *(each for each in anchor.children if each.dep_ in ("acomp", "attr", "dobj"))]
    below = (each for holder in holders for each in holder.children)
    for clause in (each for each in below if each.dep_ in ("acl", "ccomp", "relcl", "xcomp")):
        subject = grammar.child(clause, *grammar.SUBJECTS)
        if subject is not None:
            return named(subject, mentions)
    return []


def _governed(verb: Token) -> Iterable[Token]:
    """The infinitives that continue the verb: "threatened to attack"."""
    for each in verb.children:
        if each.dep_ in ("xcomp", "acomp"):
            yield each
            yield from _governed(each)


def _objects(verb: Token) -> Iterable[Token]:
    for each in verb.children:
        if each.dep_ in grammar.OBJECTS:
            yield each
        elif each.dep_ == "prep" and each.lower_ in AIMS:
            yield from (below for below in each.children if below.dep_ == "pobj")


def _unique(actors: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(actors))
