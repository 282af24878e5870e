"""In which role a clause puts an actor: agent, patient, possessor or other.

- **agent**: logical subject. Subject of an active clause (of a copula too: "Azerbaijan remains committed"), "by" of a
  passive, or "by"/"from" of a noun of action ("pressure from France", "the proposal by Armenia").
- **patient**: logical object. Object of a verb, subject of a passive, or "on"/"against" of a noun of action.
- **possessor**: owner of a noun: "Armenia's proposals", "the actions of Armenia", "French ambitions".
- **other**: all else: "in Armenia", "Armenia-Azerbaijan relations", a name in a heading.

The role of a noun that stands for its state passes on to it: "the Azerbaijani government will respond", "Armenian Prime
Minister Nikol Pashinyan", "segments of the Armenian diaspora". Subjects understood from a higher clause are not counted
again: each mention has the one role of the clause it stands in. Which other words stand for an actor: `reference`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from rhetoscope import grammar
from rhetoscope.actors import ActorTable, Span
from rhetoscope.actors.reference import references

if TYPE_CHECKING:
    from spacy.tokens import Doc, Token

DASHES = "-‐‑–—/"
ACTIONS_ON = frozenset({"on", "against", "upon"})
"""Prepositions whose noun is acted on, after a noun of action."""
ACTION_NOUNS = frozenset([
    "aggression", "airstrike", "assault", "attack", "ban", "blockade", "bombardment", "claim", "embargo",
    "invasion", "offensive", "operation", "pressure", "provocation", "raid", "sanction", "strike", "threat",
    "violence", "war",
])  # fmt: skip


_TITLES = frozenset([
    "ambassador", "chancellor", "chief", "colonel", "commander", "envoy", "general", "king", "leader", "minister",
    "mr", "mrs", "ms", "premier", "president", "secretary", "senator", "spokesman", "spokesperson", "spokeswoman",
])  # fmt: skip
"""Offices that stand before a name with a capital, so that the tagger takes them for names."""


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
    named: bool = True
    """False where another word stands for it, such as "its"."""


def mentions(doc: Doc, table: ActorTable, spans: list[Span] | None = None) -> list[Mention]:
    """The actors named or referred to in a parsed sentence, each with its role, left to right.

    A name within a larger one of the same actor is one mention: "Armenian Prime Minister Nikol Pashinyan".
    """
    found = [_read(doc, table, span) for span in (table.find(grammar.text(doc)) if spans is None else spans)]
    named = [_with_role(mention) for mention in _merged([each for each in found if each is not None])]
    return sorted([*named, *_referred(doc, table, named)], key=lambda mention: (mention.start, mention.end))


def _referred(doc: Doc, table: ActorTable, named: list[Mention]) -> list[Mention]:
    """Mentions by another word, where the sentence names one actor alone."""
    actors = {mention.actor for mention in named}
    if len(actors) != 1:
        return []
    (actor,) = actors
    whole = [mention for mention in named if mention.represents and not _is_paired(mention)]
    heads = [(each.head, max(each.end, each.head.idx + len(each.head))) for each in whole]
    words = references(doc, actor, heads, actor in table.lands)
    return [_with_role(Mention(start, end, actor, head, True, named=False)) for start, end, head in words]


def _read(doc: Doc, table: ActorTable, span: Span) -> Mention | None:
    tokens = doc.char_span(span.start, span.end, alignment_mode="expand")
    if tokens is None:
        return None
    head, represents = _climb(tokens.root, table)
    return Mention(span.start, span.end, span.actor, head, represents)


def _climb(token: Token, table: ActorTable) -> tuple[Token, bool]:
    """From a name up to the noun phrase that stands for its actor, and whether one does.

    Of names joined by "and" it is the first: they share its role.
    """
    stands_for = table.partitives | table.representatives
    while True:
        above = token.head
        modifies = token.dep_ in ("amod", "compound", "nmod", "poss")
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
    """Whether a name has an office or a trade before it, as persons have: "Armenian analyst Hakob Badalyan"."""
    before = (each for each in name.children if each.i < name.i and each.dep_ in ("compound", "nmod", "amod"))
    return any(each.pos_ == "NOUN" or each.lower_ in _TITLES for each in before)


def _merged(found: list[Mention]) -> list[Mention]:
    """Neighbouring names of one actor with one head, as one mention."""
    merged: list[Mention] = []
    for mention in found:
        last = merged[-1] if merged else None
        if last is not None and (last.actor, last.head.i) == (mention.actor, mention.head.i):
            text, end = grammar.text(mention.head.doc), mention.end
            end += text[last.end : end].count("(") == 1 and text[end : end + 1] == ")"
            merged[-1] = replace(last, end=end, represents=last.represents or mention.represents)
        else:
            merged.append(mention)
    return merged


def _with_role(mention: Mention) -> Mention:
    role, noun_or_verb = _role(mention.head)
    if _is_paired(mention):
        role, noun_or_verb = "other", None
    predicate = grammar.predicate(noun_or_verb) if noun_or_verb is not None else None
    return replace(mention, role=role, predicate=predicate)


def _role(head: Token) -> tuple[str, Token | None]:
    """The role of a noun phrase by its head, and the verb or noun it has it from."""
    above = head.head
    if head.dep_ in ("nsubj", "csubj"):
        verb = grammar.lowered(above)
        return ("patient" if grammar.is_passive(verb) else "agent"), verb
    if head.dep_ == "nsubjpass":
        return ("patient" if grammar.is_passive(above) else "agent"), above
    if head.dep_ in grammar.OBJECTS:
        return "patient", above
    if head.dep_ in ("poss", "amod", "compound", "nmod"):
        return "possessor", above
    if head.dep_ == "pobj":
        noun = above.head
        if above.dep_ == "agent":
            return "agent", noun
        if noun.pos_ == "NOUN":
            action = noun.lemma_.lower() in ACTION_NOUNS
            if above.lower_ == "by" or (above.lower_ == "from" and action):
                return "agent", noun
            if above.lower_ in ACTIONS_ON and action:
                return "patient", noun
            if above.lower_ == "of":
                return "possessor", noun
        if above.lower_ == "by" and noun.tag_ == "VBN":
            return "agent", noun
        if above.lower_ == "for" and (infinitive := _infinitive(noun, after=above)) is not None:
            return "agent", infinitive
        return "other", grammar.clause_of(noun) if grammar.is_clause(noun) else noun
    if head.dep_ in ("attr", "oprd", "npadvmod"):
        return "other", above
    return "other", None


def _infinitive(noun: Token, after: Token) -> Token | None:
    """The infinitive of "an opening for Azerbaijan to engage"."""
    verbs = (each for each in noun.children if each.dep_ in ("acl", "relcl", "advcl") and each.tag_ == "VB")
    return next((verb for verb in verbs if verb.i > after.i), None)


def _is_paired(mention: Mention) -> bool:
    """Whether two names are joined by a dash into one word: "Armenia-Azerbaijan relations" is what neither does."""
    text = grammar.text(mention.head.doc)
    before, after = text[max(0, mention.start - 2) : mention.start], text[mention.end : mention.end + 2]
    joined_left = len(before) == 2 and before[0].isalpha() and before[1] in DASHES
    joined_right = len(after) == 2 and after[0] in DASHES and after[1].isupper()
    return joined_left or joined_right
