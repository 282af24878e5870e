"""Mentions of actors in a parsed sentence: in which role, by name or by another word, and how they are judged.

**Role** is what the clause makes of the actor:

- agent: logical subject. Subject of an active clause (of a copula too: "Azerbaijan remains committed"), "by" of a
  passive, or "by" or "from" of a noun of action ("pressure from France", "the proposal by Armenia").
- patient: logical object. Object of a verb, subject of a passive, or "on" or "against" of a noun of action.
- possessor: owner of a noun: "Armenia's proposals", "the actions of Armenia", "French ambitions".
- other: all else: "in Armenia", "Armenia-Azerbaijan relations", a name in a heading.

A noun that stands for its state passes its role on: "the Azerbaijani government will respond", "Armenian Prime Minister
Nikol Pashinyan", "segments of the Armenian diaspora". A mention has the role of the clause it stands in; subjects
understood from a higher clause are not counted again.

**Reference**: in a sentence that names one actor alone, these words are mentions of it too:

- "its", "itself" in a clause whose subject the actor is, with no other singular noun between the two: "Armenia must
  open its borders";
- "it" as the subject of a clause below one whose subject the actor is, by its own name and no person's: "Azerbaijan
  says it will respond"; not where "it" stands for what follows ("it is clear that");
- "the country", "the republic", "the nation" after the name of a land, outside the clause whose subject that name is:
  in "Iran left the country" it is another.

He, she, they, "the state" and anything only a sentence before makes clear are left out.

**Valence** is the mean sign of the words of `words.toml` that the sentence says of the actor, from -1 (against) to 1
(for): verbs the actor is agent or patient of, what it is called or likened to ("is seen as an adversary"), and what is
said to be its own ("Armenian provocations"). A negation turns the sign. The list is short and reads no irony and no
arguments: 0 means that nothing was found, not that the sentence is neutral.
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
"""Prepositions whose noun is acted on, after a noun of action."""
LANDS = frozenset({"country", "republic", "nation"})
OWN = frozenset({"its", "itself"})
_MODIFIERS = ("amod", "compound", "nmod", "poss")


@dataclass(frozen=True)
class Mention:
    """An actor named or referred to in a sentence; offsets are those of the sentence."""

    start: int
    end: int
    actor: str
    head: Token
    """Head of the noun phrase that stands for the actor."""
    represents: bool
    """Whether that noun phrase is the actor or its representative; false for a mere possessor."""
    role: str = "other"
    predicate: str | None = None
    """Lemma of the verb or noun the role belongs to."""
    named: bool = True
    """False where another word stands for the actor, such as "its"."""


def find_mentions(doc: Doc, table: ActorTable, names: list[Span] | None = None) -> list[Mention]:
    """The actors named or referred to in a parsed sentence, each with its role, left to right.

    A name within a larger one of the same actor is one mention: "Armenian Prime Minister Nikol Pashinyan".

    Args:
        doc: the parsed sentence.
        table: the actors.
        names: the names in the sentence; None to look for those of the table.
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
    """From a name up to the noun phrase that stands for its actor, and whether one does.

    For names joined by "and" it is the first: they share its role.
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
            # an adjective or compound of any other noun is its possessor
            return token, not modifies


def _has_title(name: Token) -> bool:
    """Whether an office or a trade stands before the name: "Armenian analyst Hakob Badalyan"."""
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
    """The role of a noun phrase by its head, and the verb or noun that gives it."""
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
    """The role of the noun after a preposition, and the verb or noun that gives it."""
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
    """Whether a dash joins two names into one word: "Armenia-Azerbaijan relations" is what neither does."""
    text = mention.head.doc.text
    before, after = text[max(0, mention.start - 2) : mention.start], text[mention.end : mention.end + 2]
    joined_left = len(before) == 2 and before[0].isalpha() and before[1] in DASHES
    joined_right = len(after) == 2 and after[0] in DASHES and after[1].isupper()
    return joined_left or joined_right


# References by another word


def _find_references(doc: Doc, table: ActorTable, named: list[Mention]) -> Iterator[Mention]:
    """The words that refer to the one actor of a sentence, each with its role; none if it names several."""
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
    """Whether a singular noun stands between a name that ends at `end` and the token: it could be meant."""
    return any(other.tag_ in ("NN", "NNP") for other in doc[: token.i] if other.idx >= end)


def _subject_number(token: Token) -> int | None:
    """The number of the token that is the subject of the clause a token stands in."""
    subject = grammar.find_subject(grammar.find_clause(token.head))
    return None if subject is None else subject.i


def _is_said_of_itself(it: Token, head: Token, actor: str) -> bool:
    """Whether "it" is the subject of a full clause below one whose subject is the actor, by its own name."""
    verb = it.head
    if it.dep_ != "nsubj" or verb.pos_ != "VERB" or verb.dep_ not in ("ccomp", "advcl"):
        return False
    if verb.lemma_ in read_words("empty_it") or grammar.is_passive(verb):
        return False
    return head.text == actor.split()[-1] and _subject_number(verb) == head.i


def _is_bare(noun: Token) -> bool:
    """Whether the noun phrase is "the country" and no more."""
    before = [child.lower_ for child in noun.children if child.i < noun.i]
    described = any(child.dep_ in ("prep", "relcl", "acl", "appos", "poss") for child in noun.children)
    return noun.tag_ == "NN" and before == ["the"] and not described


# Valence


def score_valence(mention: Mention) -> float:
    """The valence of what the sentence says of the mention, -1 to 1, to two decimals; 0 where nothing is found."""
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
    """The signs of what a copula or "as" says its subject is."""
    has_object = grammar.find_child(verb, "dobj") is not None  # "views X as": said of X
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
    """1 or -1 for a word of the valence lists of a kind, turned by a negation; 0 for any other."""
    lemma = token.lemma_.lower()
    sign = (lemma in read_words(f"{kind}_positive")) - (lemma in read_words(f"{kind}_negative"))
    return -sign if grammar.is_negated(token) else sign
