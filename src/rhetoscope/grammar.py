"""Who does what in a parsed sentence: subjects through passives, control, coordination and relative clauses.

The labels are those of spaCy's English models (ClearNLP): `nsubjpass` is the subject of a passive, `agent` its "by".
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from spacy.tokens import Doc, Token

SUBJECTS = ("nsubj", "nsubjpass", "csubj", "csubjpass")
OBJECTS = ("dobj", "dative", "obj", "iobj")
RAISING = frozenset([
    "seem", "appear", "tend", "happen", "continue", "begin", "start", "prove",
])  # fmt: skip
OBJECT_CONTROL = frozenset([
    "ask", "advise", "allow", "compel", "convince", "encourage", "force", "instruct", "invite", "oblige", "order",
    "permit", "persuade", "press", "push", "request", "require", "tell", "urge", "warn",
])  # fmt: skip

STATES = frozenset([
    "accustomed", "aligned", "associated", "bent", "committed", "composed", "concerned", "dedicated", "determined",
    "devoted", "engaged", "equipped", "focused", "inclined", "interested", "involved", "opposed", "poised",
    "prepared", "rooted",
])  # fmt: skip
"""Participles that with be tell a state and not what was done to someone: "is engaged in", "is prepared for"."""


def text(doc: Doc) -> str:
    """The text of a parsed sentence; spaCy joins its words anew at each look."""
    known = doc.user_data.get("text")
    return doc.text if known is None else str(known)


def is_word(token: Token) -> bool:
    """Whether a token is of letters alone, or a name whatever its signs."""
    return token.is_alpha or token.i in token.doc.user_data.get("names", ())


@lru_cache(maxsize=1)
def subjects(doc: Doc) -> list[tuple[Token, Token]]:
    """The heads of a sentence's clauses that have a subject, each with it."""
    clauses = ((verb, subject(verb)) for verb in doc if is_clause(verb))
    return [(verb, of) for verb, of in clauses if of is not None]


def is_clause(token: Token) -> bool:
    """Whether the token heads a clause: a verb, or an auxiliary that is a copula."""
    return token.pos_ in ("VERB", "AUX") and token.dep_ not in ("aux", "auxpass", "amod", "acomp")


def clause_of(token: Token) -> Token:
    """The verb of the clause the token stands in; the root where there is none above it."""
    while not is_clause(token) and token.head.i != token.i:
        token = token.head
    return token


def child(token: Token, *labels: str) -> Token | None:
    """The first dependent with one of the labels."""
    for each in token.children:
        if each.dep_ in labels:
            return each
    return None


def is_passive(verb: Token) -> bool:
    """Whether the verb is a passive: with a passive auxiliary, or a bare participle that modifies a noun ("backed by");
    the participles of `STATES` only with "by"."""
    if verb.tag_ != "VBN":
        return False
    if child(verb, "agent") is not None:
        return True
    if verb.lower_ in STATES:
        return False
    if child(verb, "auxpass", "nsubjpass") is not None or verb.dep_ == "acl":
        return True
    # "was backed and funded": the second participle shares the auxiliary
    shares = verb.dep_ == "conj" and verb.head.tag_ == "VBN" and child(verb, "aux", "nsubj") is None
    return shares and is_passive(verb.head)


def subject(verb: Token) -> Token | None:
    """The head of the verb's subject, own or understood; of a relative pronoun, the noun it stands for."""
    seen: set[int] = set()
    while verb.i not in seen:
        seen.add(verb.i)
        own = child(verb, *SUBJECTS)
        repaired = _detached_subject(verb)
        if repaired is not None:
            return repaired
        if own is not None:
            if verb.dep_ == "relcl" and own.tag_ in ("WDT", "WP"):
                return verb.head
            return own
        above = verb.head
        if verb.dep_ in ("relcl", "acl"):
            return _subject_in_noun(verb)
        if verb.dep_ == "xcomp" and above.lemma_ in OBJECT_CONTROL and child(above, *OBJECTS) is not None:
            return child(above, *OBJECTS)
        if verb.dep_ in ("xcomp", "advcl", "conj", "pcomp", "ccomp") and above.i != verb.i:
            # "is determined to prevent", "is perceived as attempting": up to the next verb
            verb = clause_of(above)
            continue
        return None
    return None


def _subject_in_noun(verb: Token) -> Token:
    """Of "attempts to freeze" or "forces attacking": the noun, or for "seen as attempts to" what is so seen."""
    noun = verb.head
    preposition = noun.head
    if verb.tag_ == "VB" and noun.dep_ == "pobj" and preposition.lower_ == "as" and is_clause(preposition.head):
        viewed = preposition.head
        return (subject(viewed) if is_passive(viewed) else child(viewed, "dobj")) or noun
    return noun


def _detached_subject(verb: Token) -> Token | None:
    """The root noun of a sentence whose only finite verb the parser hung below it.

    Small models lose the main verb after a long subject ("Armenia's violations and proposals for a mechanism to
    investigate these incidents are seen as …": "incidents are seen" under "violations"). A sentence has a main verb.
    """
    if verb.dep_ != "ccomp":
        return None
    top = _top_noun(verb.doc)
    if top is None or verb.i < top.i or not is_finite(verb):
        return None
    others = (token for token in verb.doc if token.i != verb.i and is_clause(token) and is_finite(token))
    return None if any(other.dep_ not in ("relcl", "ccomp", "advcl", "conj") for other in others) else top


@lru_cache(maxsize=1)
def _top_noun(doc: Doc) -> Token | None:
    """The noun a sentence hangs on; None in a heading, which has no main verb to lose."""
    if len(doc) == 0 or doc[-1].text not in '.!?”"':
        return None
    top = next(token for token in doc if token.head.i == token.i)
    return top if top.pos_ in ("NOUN", "PROPN") else None


def is_finite(verb: Token) -> bool:
    """Whether the verb or one of its auxiliaries carries tense."""
    finite = ("VBD", "VBP", "VBZ", "MD")
    return verb.tag_ in finite or any(each.tag_ in finite for each in verb.children if each.dep_ in ("aux", "auxpass"))


def by_agent(verb: Token) -> Token | None:
    """Who the passive names as doing it: the noun after "by"."""
    by = child(verb, "agent")
    return child(by, "pobj") if by is not None else None


def predicate(token: Token) -> str:
    """The lemma of what is said: of a copula its complement, of "seem to" and its like the verb that follows."""
    if token.lemma_ in RAISING and (lower := child(token, "xcomp")) is not None:
        return predicate(lower)
    if token.pos_ == "AUX" or token.lemma_ in ("be", "remain", "become"):
        complement = child(token, "acomp", "attr")
        if complement is not None:
            return complement.lemma_.lower()
    return token.lemma_.lower()


def lowered(verb: Token) -> Token:
    """Of "seem to be ignored" the verb "ignored"; any other verb itself."""
    while verb.lemma_ in RAISING and (below := child(verb, "xcomp")) is not None:
        verb = below
    return verb


def negated(token: Token) -> bool:
    """Whether "not", "no", "never" or "without" hangs on the token."""
    if any(each.dep_ == "neg" or each.lower_ in ("no", "never", "hardly") for each in token.children):
        return True
    return token.dep_ == "pcomp" and token.head.lower_ == "without"


def coordinated(token: Token) -> Iterator[Token]:
    """The token and all that is coordinated with it."""
    yield token
    for each in token.children:
        if each.dep_ == "conj":
            yield from coordinated(each)
