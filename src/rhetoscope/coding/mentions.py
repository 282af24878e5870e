"""Find mentions of actors in a parsed sentence, with their role and how they are judged.

**Role** is the part that the actor plays in the clause:

- agent: logical subject. Subject of an active clause (of a copula too: "Azerbaijan remains committed"), "by" of a
  passive, or "by" or "from" of a noun of action ("pressure from France", "the proposal by Armenia").
- patient: logical object. Object of a verb, subject of a passive, or "on" or "against" of a noun of action.
- possessor: owner of a noun: "Armenia's proposals", "the actions of Armenia", "French ambitions".
- other: everything else: "in Armenia", "Armenia-Azerbaijan relations", a name in a heading.

A noun that represents a state gives its role to the state: "the Azerbaijani government will respond", "Armenian Prime
Minister Nikol Pashinyan", "segments of the Armenian diaspora". A mention has its role in its own clause only: in
"Armenia wants to leave", Armenia is counted for "wants" and not again for "leave".

**Reference**: in a sentence that names only one actor, these words are mentions of it too:

- "its" and "itself", if the actor is the subject of the clause and no other singular noun is between the two: "Armenia
  must open its borders";
- "it" as the subject of a clause below one whose subject is the actor's own name (not that of a person): "Azerbaijan
  says it will respond"; but not if "it" refers to what follows ("it is clear that");
- "the country", "the republic" and "the nation" after the name of a land, unless that name is the subject of the same
  clause: in "Iran left the country", the country is not Iran.

He, she, they, "the state", and words that only an earlier sentence explains, are left out.

**Valence** is the mean sign of the words of `words.toml` that the sentence uses about the actor, from -1 (against) to 1
(for): verbs of which the actor is agent or patient, what the actor is called or compared to ("is seen as an
adversary"), and what belongs to it ("Armenian provocations"). A negation reverses the sign. The list is short and
cannot read irony or arguments: 0 means that nothing was found, not that the sentence is neutral.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from rhetoscope.actors import ActorTable, Span
from rhetoscope.coding import grammar
from rhetoscope.coding.grammar import read_words

if TYPE_CHECKING:
    from spacy.tokens import Doc, Token

ROLES = ("agent", "patient", "possessor", "other")
DASHES = "-‐‑–—/"
ACTIONS_ON = frozenset({"on", "against", "upon"})
"""Prepositions that mark the patient after a noun of action: "pressure on Armenia"."""
LANDS = frozenset({"country", "republic", "nation"})
OWN = frozenset({"its", "itself"})
_MODIFIERS = ("amod", "compound", "nmod", "poss")


@dataclass(frozen=True)
class Mention:
    """An actor named or referred to in a sentence; start and end count from the start of the sentence."""

    start: int
    end: int
    actor: str
    head: Token
    """Head of the noun phrase that is or represents the actor."""
    represents: bool
    """Whether that noun phrase is the actor or its representative; false for a possessor."""
    role: str = "other"
    predicate: str | None = None
    """Lemma of the verb or noun that gives the role."""
    named: bool = True
    """False if another word refers to the actor, such as "its"."""


def find_mentions(doc: Doc, table: ActorTable, names: list[Span] | None = None) -> list[Mention]:
    """Find the actors named or referred to in a parsed sentence, each with its role, left to right.

    Names of one actor within one phrase are one mention: "Armenian Prime Minister Nikol Pashinyan".

    Args:
        doc: the parsed sentence.
        table: the actors.
        names: the names in the sentence; None to search for those of the table.
    """
    found = [_place(doc, table, name) for name in (table.find(doc.text) if names is None else names)]
    named = [_add_role(mention) for mention in _merge([mention for mention in found if mention is not None])]
    return sorted([*named, *_find_references(doc, table, named)], key=lambda mention: (mention.start, mention.end))


# Names and roles


def _place(doc: Doc, table: ActorTable, name: Span) -> Mention | None:
    tokens = doc.char_span(name.start, name.end, alignment_mode="expand")
    if tokens is None:
        return None
    head, represents = _climb(tokens.root, table)
    return Mention(name.start, name.end, name.actor, head, represents)


def _climb(token: Token, table: ActorTable) -> tuple[Token, bool]:
    """Find the head of the noun phrase that represents a name's actor, and tell whether one does.

    For names joined by "and" it is the first one, as they share its role.
    """
    stands_for = table.partitives | table.representatives
    while True:
        above = token.head
        modifies = token.dep_ in _MODIFIERS
        coordinate = token.dep_ == "conj" and above.pos_ in ("NOUN", "PROPN", "PRON", "ADJ")
        person = modifies and token.dep_ != "poss" and above.pos_ == "PROPN" and _has_title(above)
        representative = modifies and above.lemma_.lower() in table.representatives
        if coordinate or token.dep_ == "appos" or person or representative:
            token = above
        elif token.dep_ == "pobj" and above.lower_ == "of" and above.head.lemma_.lower() in stands_for:
            token = above.head
        else:
            # a name that modifies any other noun is its possessor
            return token, not modifies


def _has_title(name: Token) -> bool:
    """Tell whether an office or a profession is before the name: "Armenian analyst Hakob Badalyan"."""
    before = (child for child in name.children if child.i < name.i and child.dep_ in ("compound", "nmod", "amod"))
    return any(child.pos_ == "NOUN" or child.lower_ in read_words("titles") for child in before)


def _merge(mentions: list[Mention]) -> list[Mention]:
    """Join neighbouring names of one actor with one head: "Armenian National Committee (ANCA)"."""
    merged: list[Mention] = []
    for mention in mentions:
        last = merged[-1] if merged else None
        if last is None or (last.actor, last.head.i) != (mention.actor, mention.head.i):
            merged.append(mention)
            continue
        text, end = mention.head.doc.text, mention.end
        if text[last.end : end].count("(") == 1 and text[end : end + 1] == ")":
            end += 1
        merged[-1] = replace(last, end=end, represents=last.represents or mention.represents)
    return merged


def _add_role(mention: Mention) -> Mention:
    role, source = ("other", None) if _is_paired(mention) else _find_role(mention.head)
    return replace(mention, role=role, predicate=grammar.find_predicate(source) if source is not None else None)


def _find_role(head: Token) -> tuple[str, Token | None]:
    """Find the role of a noun phrase by its head, and the verb or noun that gives the role."""
    above = head.head
    if head.dep_ in ("nsubj", "csubj"):
        verb = grammar.skip_raising(above)
        return ("patient" if grammar.is_passive(verb) else "agent"), verb
    if head.dep_ == "nsubjpass":
        return ("patient" if grammar.is_passive(above) else "agent"), above
    if head.dep_ in grammar.OBJECTS:
        return "patient", above
    if head.dep_ in _MODIFIERS:
        return "possessor", above
    if head.dep_ == "pobj":
        return _find_role_after(above)
    if head.dep_ in ("attr", "oprd", "npadvmod"):
        return "other", above
    return "other", None


def _find_role_after(preposition: Token) -> tuple[str, Token | None]:
    """Find the role of the noun after a preposition, and the verb or noun that gives the role."""
    above = preposition.head
    if preposition.dep_ == "agent":
        return "agent", above
    if above.pos_ == "NOUN":
        action = above.lemma_.lower() in read_words("action_nouns")
        if preposition.lower_ == "by" or (preposition.lower_ == "from" and action):
            return "agent", above
        if preposition.lower_ in ACTIONS_ON and action:
            return "patient", above
        if preposition.lower_ == "of":
            return "possessor", above
    if preposition.lower_ == "by" and above.tag_ == "VBN":
        return "agent", above
    if preposition.lower_ == "for":
        # "an opening for Azerbaijan to engage"
        verbs = (child for child in above.children if child.dep_ in ("acl", "relcl", "advcl") and child.tag_ == "VB")
        infinitive = next((verb for verb in verbs if verb.i > preposition.i), None)
        if infinitive is not None:
            return "agent", infinitive
    return "other", grammar.find_clause(above) if grammar.is_clause(above) else above


def _is_paired(mention: Mention) -> bool:
    """Tell whether a hyphen or dash joins two names into one word, as in "Armenia-Azerbaijan relations"."""
    text = mention.head.doc.text
    before, after = text[max(0, mention.start - 2) : mention.start], text[mention.end : mention.end + 2]
    joined_left = len(before) == 2 and before[0].isalpha() and before[1] in DASHES
    joined_right = len(after) == 2 and after[0] in DASHES and after[1].isupper()
    return joined_left or joined_right


# References by another word


def _find_references(doc: Doc, table: ActorTable, named: list[Mention]) -> Iterator[Mention]:
    """Find the words that refer to the only actor of a sentence, each with its role; none if it names several."""
    actors = {mention.actor for mention in named}
    if len(actors) != 1:
        return
    (actor,) = actors
    phrases = [mention for mention in named if mention.represents and not _is_paired(mention)]
    heads = [(phrase.head, max(phrase.end, phrase.head.idx + len(phrase.head))) for phrase in phrases]
    for token in doc:
        word = token.lower_
        if word != "it" and word not in LANDS and word not in OWN:
            continue
        before = [(head, end) for head, end in heads if end <= token.idx]
        if not before:
            continue
        head, end = before[-1]
        if word in LANDS:
            refers = actor in table.lands and _is_bare(token) and _subject_number(token) != head.i
        elif word in OWN:
            refers = not _has_noun_between(doc, end, token) and _subject_number(token) == head.i
        else:
            refers = not _has_noun_between(doc, end, token) and _is_said_of_itself(token, head, actor)
        if refers:
            start = doc[token.left_edge.i].idx if word in LANDS else token.idx
            yield _add_role(Mention(start, token.idx + len(token), actor, token, True, named=False))


def _has_noun_between(doc: Doc, end: int, token: Token) -> bool:
    """Tell whether a singular noun, which could be meant instead, is between the character `end` and the token."""
    return any(other.tag_ in ("NN", "NNP") for other in doc[: token.i] if other.idx >= end)


def _subject_number(token: Token) -> int | None:
    """Return the number of the token that is the subject of this token's clause."""
    subject = grammar.find_subject(grammar.find_clause(token.head))
    return None if subject is None else subject.i


def _is_said_of_itself(it: Token, head: Token, actor: str) -> bool:
    """Tell whether "it" is the subject of a full clause below one whose subject is the actor's own name."""
    verb = it.head
    if it.dep_ != "nsubj" or verb.pos_ != "VERB" or verb.dep_ not in ("ccomp", "advcl"):
        return False
    if verb.lemma_ in read_words("empty_it") or grammar.is_passive(verb):
        return False
    return head.text == actor.split()[-1] and _subject_number(verb) == head.i


def _is_bare(noun: Token) -> bool:
    """Tell whether a noun phrase has no words besides "the" and its noun, as in "the country"."""
    before = [child.lower_ for child in noun.children if child.i < noun.i]
    described = any(child.dep_ in ("prep", "relcl", "acl", "appos", "poss") for child in noun.children)
    return noun.tag_ == "NN" and before == ["the"] and not described


# Valence


def score_valence(mention: Mention) -> float:
    """Score how a sentence judges a mentioned actor, from -1 to 1, to two decimals; 0 if nothing is found."""
    signs = [sign for sign in _list_signs(mention) if sign]
    return round(sum(signs) / len(signs), 2) if signs else 0.0


def _list_signs(mention: Mention) -> Iterator[int]:
    head = mention.head
    yield from _list_adjectives(head)
    if not mention.represents:
        noun = head.head
        yield _sign("noun", noun)
        yield from _list_adjectives(noun)
        return
    if mention.role == "possessor" and head.dep_ == "pobj":
        yield _sign("noun", head.head.head)
    if mention.role == "patient" and head.dep_ in grammar.OBJECTS:
        yield _sign("patient", head.head)
    if mention.role == "agent" and head.dep_ == "pobj":
        yield _sign("agent" if grammar.is_clause(head.head.head) else "noun", head.head.head)
    for verb, subject in grammar.list_clauses(head.doc):
        if subject.i == head.i:
            yield _sign("patient" if grammar.is_passive(verb) else "agent", verb)
            yield from _list_complements(verb)


def _list_complements(verb: Token) -> Iterator[int]:
    """List the signs of what "be" or "as" says that the subject is."""
    has_object = grammar.find_child(verb, "dobj") is not None  # "views X as" is about X
    for child in verb.children:
        if child.dep_ in ("acomp", "attr", "oprd"):
            yield -_sign_complement(child) if grammar.is_negated(verb) else _sign_complement(child)
            yield from _list_adjectives(child)
        elif child.dep_ == "prep" and child.lower_ == "as" and not has_object:
            for below in child.children:
                if below.dep_ in ("pobj", "amod", "acomp"):
                    yield _sign_complement(below)
                    yield from _list_adjectives(below)


def _sign_complement(token: Token) -> int:
    return _sign("noun" if token.pos_ in ("NOUN", "PROPN") else "adjective", token)


def _list_adjectives(noun: Token) -> Iterator[int]:
    return (_sign("adjective", child) for child in noun.children if child.dep_ == "amod")


def _sign(kind: str, token: Token) -> int:
    """Return the sign of a word in the valence lists of a kind, reversed by a negation; 0 for any other word."""
    lemma = token.lemma_.lower()
    sign = (lemma in read_words(f"{kind}_positive")) - (lemma in read_words(f"{kind}_negative"))
    return -sign if grammar.is_negated(token) else sign
