"""Who does what in a parsed sentence: subjects through passives, control, coordination and relative clauses.

The labels are those of spaCy's English models (ClearNLP): `nsubjpass` is the subject of a passive, `agent` its "by".
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from functools import cache, lru_cache
from importlib.resources import files
from typing import TYPE_CHECKING

from rhetoscope.coding.parse import NAMES

if TYPE_CHECKING:
    from spacy.tokens import Doc, Token

SUBJECTS = ("nsubj", "nsubjpass", "csubj", "csubjpass")
OBJECTS = ("dobj", "dative", "obj", "iobj")


@cache
def read_words(name: str) -> frozenset[str]:
    """A word list of `words.toml`, by its name there."""
    lists = tomllib.loads((files("rhetoscope.coding") / "words.toml").read_text(encoding="utf-8"))
    return frozenset(lists[name])


def is_word(token: Token) -> bool:
    """Whether a token is all letters, or a name."""
    return token.is_alpha or token.i in token.doc.user_data.get(NAMES, ())


def is_clause(token: Token) -> bool:
    """Whether the token heads a clause: a verb, or an auxiliary that is a copula."""
    return token.pos_ in ("VERB", "AUX") and token.dep_ not in ("aux", "auxpass", "amod", "acomp")


@lru_cache(maxsize=1)  # asked for each mention of a sentence
def list_clauses(doc: Doc) -> list[tuple[Token, Token]]:
    """The clauses of a sentence that have a subject: the verb of each, with the head of its subject."""
    clauses = ((verb, find_subject(verb)) for verb in doc if is_clause(verb))
    return [(verb, subject) for verb, subject in clauses if subject is not None]


def find_clause(token: Token) -> Token:
    """The verb of the clause the token stands in; the root if no verb stands above it."""
    while not is_clause(token) and token.head.i != token.i:
        token = token.head
    return token


def find_child(token: Token, *labels: str) -> Token | None:
    """The first dependent with one of the labels."""
    for child in token.children:
        if child.dep_ in labels:
            return child
    return None


def is_passive(verb: Token) -> bool:
    """Whether the verb is passive: by a passive auxiliary, or as a participle that modifies a noun ("backed by").

    Participles that tell a state are passive only with "by".
    """
    if verb.tag_ != "VBN":
        return False
    if find_child(verb, "agent") is not None:
        return True
    if verb.lower_ in read_words("states"):
        return False
    if find_child(verb, "auxpass", "nsubjpass") is not None or verb.dep_ == "acl":
        return True
    # "was backed and funded": the second participle shares the auxiliary
    shares = verb.dep_ == "conj" and verb.head.tag_ == "VBN" and find_child(verb, "aux", "nsubj") is None
    return shares and is_passive(verb.head)


def find_subject(verb: Token) -> Token | None:
    """The head of the verb's subject, own or understood; for a relative pronoun, the noun it refers to."""
    seen: set[int] = set()
    while verb.i not in seen:
        seen.add(verb.i)
        detached = _find_detached_subject(verb)
        if detached is not None:
            return detached
        own = find_child(verb, *SUBJECTS)
        if own is not None:
            return verb.head if verb.dep_ == "relcl" and own.tag_ in ("WDT", "WP") else own
        above = verb.head
        if verb.dep_ in ("relcl", "acl"):
            return _find_noun_subject(verb)
        if (
            verb.dep_ == "xcomp"
            and above.lemma_ in read_words("object_control")
            and find_child(above, *OBJECTS) is not None
        ):
            return find_child(above, *OBJECTS)
        if verb.dep_ not in ("xcomp", "advcl", "conj", "pcomp", "ccomp") or above.i == verb.i:
            return None
        # "is determined to prevent", "is perceived as attempting": the subject is that of the next verb above
        verb = find_clause(above)
    return None


def _find_noun_subject(verb: Token) -> Token:
    """The subject of a verb below a noun: the noun ("forces attacking"), or what is seen as it ("as attempts to")."""
    noun = verb.head
    preposition = noun.head
    if verb.tag_ == "VB" and noun.dep_ == "pobj" and preposition.lower_ == "as" and is_clause(preposition.head):
        view = preposition.head
        return (find_subject(view) if is_passive(view) else find_child(view, "dobj")) or noun
    return noun


def _find_detached_subject(verb: Token) -> Token | None:
    """The root noun of a sentence whose only finite verb the parser put below it.

    Small models lose the main verb after a long subject ("Armenia's violations and proposals for a mechanism to
    investigate these incidents are seen as …": "incidents are seen" under "violations"). A sentence has a main verb.
    """
    if verb.dep_ != "ccomp":
        return None
    top = _find_top_noun(verb.doc)
    if top is None or verb.i < top.i or not _is_finite(verb):
        return None
    others = (token for token in verb.doc if token.i != verb.i and is_clause(token) and _is_finite(token))
    return None if any(other.dep_ not in ("relcl", "ccomp", "advcl", "conj") for other in others) else top


@lru_cache(maxsize=1)  # asked for each verb of a sentence
def _find_top_noun(doc: Doc) -> Token | None:
    """The noun at the root of a sentence; None in a heading, which has no main verb to lose."""
    if len(doc) == 0 or doc[-1].text not in '.!?”"':
        return None
    top = next(token for token in doc if token.head.i == token.i)
    return top if top.pos_ in ("NOUN", "PROPN") else None


def _is_finite(verb: Token) -> bool:
    """Whether the verb or one of its auxiliaries carries tense."""
    finite = ("VBD", "VBP", "VBZ", "MD")
    return verb.tag_ in finite or any(
        child.tag_ in finite for child in verb.children if child.dep_ in ("aux", "auxpass")
    )


def find_agent(verb: Token) -> Token | None:
    """The noun after the "by" of a passive."""
    by = find_child(verb, "agent")
    return find_child(by, "pobj") if by is not None else None


def find_predicate(token: Token) -> str:
    """The lemma of what a clause says: of a copula its complement, of "seem to" and its like the verb that follows."""
    if token.lemma_ in read_words("raising") and (lower := find_child(token, "xcomp")) is not None:
        return find_predicate(lower)
    if token.pos_ == "AUX" or token.lemma_ in ("be", "remain", "become"):
        complement = find_child(token, "acomp", "attr")
        if complement is not None:
            return complement.lemma_.lower()
    return token.lemma_.lower()


def skip_raising(verb: Token) -> Token:
    """The verb itself, or "ignored" of "seem to be ignored"."""
    while verb.lemma_ in read_words("raising") and (below := find_child(verb, "xcomp")) is not None:
        verb = below
    return verb


def is_negated(token: Token) -> bool:
    """Whether "not", "no", "never" or "without" negates the token."""
    if any(child.dep_ == "neg" or child.lower_ in ("no", "never", "hardly") for child in token.children):
        return True
    return token.dep_ == "pcomp" and token.head.lower_ == "without"


def list_coordinated(token: Token) -> Iterator[Token]:
    """The token and all that is coordinated with it."""
    yield token
    for child in token.children:
        if child.dep_ == "conj":
            yield from list_coordinated(child)
