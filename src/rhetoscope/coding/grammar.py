"""Find subjects and other parts of a parsed sentence, also in passives, infinitives, lists and relative clauses.

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
    """Read a word list of `words.toml` by its name."""
    lists = tomllib.loads((files("rhetoscope.coding") / "words.toml").read_text(encoding="utf-8"))
    return frozenset(lists[name])


def is_word(token: Token) -> bool:
    """Tell whether a token is a word: only letters, or a name."""
    return token.is_alpha or token.i in token.doc.user_data.get(NAMES, ())


def is_clause(token: Token) -> bool:
    """Tell whether the token heads a clause: it is a verb, or an auxiliary used as the main verb ("is")."""
    return token.pos_ in ("VERB", "AUX") and token.dep_ not in ("aux", "auxpass", "amod", "acomp")


@lru_cache(maxsize=1)  # called for each mention of a sentence
def list_clauses(doc: Doc) -> list[tuple[Token, Token]]:
    """List the clauses of a sentence that have a subject: the verb of each, and the head of its subject."""
    clauses = ((verb, find_subject(verb)) for verb in doc if is_clause(verb))
    return [(verb, subject) for verb, subject in clauses if subject is not None]


def find_clause(token: Token) -> Token:
    """Find the verb of the clause that contains a token; return the root if no verb is above the token."""
    while not is_clause(token) and token.head.i != token.i:
        token = token.head
    return token


def find_child(token: Token, *labels: str) -> Token | None:
    """Find the first dependent of a token with one of the labels."""
    for child in token.children:
        if child.dep_ in labels:
            return child
    return None


def is_passive(verb: Token) -> bool:
    """Tell whether a verb is passive: it has a passive auxiliary, or is a participle after a noun ("backed by").

    Participles that describe a state are passive only with "by".
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
    """Find the head of a verb's subject, also if it belongs to a higher verb; for "which" or "who", find their noun."""
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
        # "is determined to prevent", "is perceived as attempting": the subject of the next verb above
        verb = find_clause(above)
    return None


def _find_noun_subject(verb: Token) -> Token:
    """Find the subject of a verb below a noun: the noun ("forces attacking"); for "X is seen as attempts to …", X."""
    noun = verb.head
    preposition = noun.head
    if verb.tag_ == "VB" and noun.dep_ == "pobj" and preposition.lower_ == "as" and is_clause(preposition.head):
        view = preposition.head
        return (find_subject(view) if is_passive(view) else find_child(view, "dobj")) or noun
    return noun


def _find_detached_subject(verb: Token) -> Token | None:
    """Find the root noun of a sentence whose only finite verb the parser put below that noun.

    Small models lose the main verb after a long subject: in "Armenia's violations and proposals for a mechanism to
    investigate these incidents are seen as …" they put "incidents are seen" below "violations".
    """
    if verb.dep_ != "ccomp":
        return None
    top = _find_top_noun(verb.doc)
    if top is None or verb.i < top.i or not _is_finite(verb):
        return None
    others = (token for token in verb.doc if token.i != verb.i and is_clause(token) and _is_finite(token))
    return None if any(other.dep_ not in ("relcl", "ccomp", "advcl", "conj") for other in others) else top


@lru_cache(maxsize=1)  # called for each verb of a sentence
def _find_top_noun(doc: Doc) -> Token | None:
    """Find the noun at the root of a sentence; return None for a text without an end mark, such as a heading."""
    if len(doc) == 0 or doc[-1].text not in '.!?”"':
        return None
    top = next(token for token in doc if token.head.i == token.i)
    return top if top.pos_ in ("NOUN", "PROPN") else None


def _is_finite(verb: Token) -> bool:
    """Tell whether a verb or one of its auxiliaries has a tense."""
    finite = ("VBD", "VBP", "VBZ", "MD")
    return verb.tag_ in finite or any(
        child.tag_ in finite for child in verb.children if child.dep_ in ("aux", "auxpass")
    )


def find_agent(verb: Token) -> Token | None:
    """Find the noun after the "by" of a passive verb."""
    by = find_child(verb, "agent")
    return find_child(by, "pobj") if by is not None else None


def find_predicate(token: Token) -> str:
    """Find the lemma of what a clause says: after "be", the complement; after "seem to", the next verb."""
    if token.lemma_ in read_words("raising") and (lower := find_child(token, "xcomp")) is not None:
        return find_predicate(lower)
    if token.pos_ == "AUX" or token.lemma_ in ("be", "remain", "become"):
        complement = find_child(token, "acomp", "attr")
        if complement is not None:
            return complement.lemma_.lower()
    return token.lemma_.lower()


def skip_raising(verb: Token) -> Token:
    """Return the verb itself, or after "seem to" and similar verbs the next one: "ignored" in "seem to be ignored"."""
    while verb.lemma_ in read_words("raising") and (below := find_child(verb, "xcomp")) is not None:
        verb = below
    return verb


def is_negated(token: Token) -> bool:
    """Tell whether "not", "no", "never" or "without" negates a token."""
    if any(child.dep_ == "neg" or child.lower_ in ("no", "never", "hardly") for child in token.children):
        return True
    return token.dep_ == "pcomp" and token.head.lower_ == "without"


def list_coordinated(token: Token) -> Iterator[Token]:
    """List a token and all tokens coordinated with it, as by "and" or "or"."""
    yield token
    for child in token.children:
        if child.dep_ == "conj":
            yield from list_coordinated(child)
