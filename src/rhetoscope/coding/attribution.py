"""Find who says a device (its voice), which actors it is used about, and which actor it is directed at (its target).

**Voice**: the author's, unless one of these rules applies. They are tried in this order:

1. The that-clause of a verb of saying or thinking belongs to the subject of that verb ("Azerbaijan insists that …").
   So does what the subject sees something as ("Azerbaijan views … as").
2. A direct quotation of five words or more belongs to the subject of a verb of saying in the same sentence.
3. "According to X" gives the rest of the sentence to X.
4. After a noun of saying, what follows the colon belongs to its source ("the message from Baku is clear: …").

The verb of saying itself is the author's. Passives without "by" ("it is said that") name no source and stay the
author's. A quotation of several sentences is followed to the end of the paragraph, and into the next paragraph if that
opens with a quotation mark again.

**Actor and target** follow the rules that the codebook gives a device (`codebook.ACTOR_RULES`, `TARGET_RULES`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from rhetoscope.actors import ActorTable
from rhetoscope.coding import grammar
from rhetoscope.coding.devices import Hit
from rhetoscope.coding.grammar import read_words
from rhetoscope.coding.mentions import Mention

if TYPE_CHECKING:
    from spacy.tokens import Doc, Token

AUTHOR = "author"
DIRECT = "direct"
"""The mode of a quotation."""
INDIRECT = "indirect"
"""The mode of reported speech, without quotation marks."""
OPENS, CONTINUES = "opens", "continues"
"""Marks of sentences: one that opens a quotation which does not end in it, and one that continues a quotation."""
NO_SOURCE = ("i", "we", "it", "there", "this", "that", "which")
"""Subjects that do not change the voice: the speaker's own "I think", and words that refer to no one."""
SCARE_QUOTE = 4
"""The most words of a quotation that is only a term or a scare quote, and so is the author's."""
EXPLETIVES = ("it", "there")
LINKS = ("of", "by", "from", "among", "between")
"""Prepositions that connect a noun with its actor: "the proposal by Armenia", "pressure from France"."""
AIMS = ("to", "on", "against", "at", "upon", "toward", "towards", "with")
"""Prepositions before the target of a threat or duty."""


class Voice(NamedTuple):
    """The one who says something: the author of the page, or a source that is quoted or reported."""

    name: str
    """The actor's canonical name; for another source, its name in the text; otherwise `author` or `unnamed`."""
    mode: str
    """`author`, `direct` (quoted) or `indirect` (reported)."""
    source: str | None
    """`actor` (in the actor table), `named` (another proper name) or `anonymous`; None for the author."""


AUTHORS_VOICE = Voice(AUTHOR, AUTHOR, None)
UNNAMED_VOICE = Voice("unnamed", DIRECT, "anonymous")
"""The voice of a quotation whose sentence does not name the speaker."""


def attribute_hits(
    hits: Iterable[Hit], mentions: list[Mention], table: ActorTable, inherited: Voice = AUTHORS_VOICE
) -> list[tuple[Hit, Voice, list[str], str | None]]:
    """Find the voice, the actors and the target of each device hit in a sentence.

    If hits of one device overlap, only the longest is kept. A hit is dropped if its pattern needs an actor, or a voice
    other than the author's, and has none.

    Args:
        hits: the devices found in the sentence.
        mentions: the actors of the sentence.
        table: all actors.
        inherited: the voice of the quotation that the sentence is part of; the author's by default.

    Returns:
        Hit, voice, actors and target of each hit, left to right.
    """
    attributed = []
    kept = _drop_overlaps(hits)
    reports = bool(kept) and may_report(kept[0].anchor.doc.text)
    for hit in kept:
        voice = _find_voice(hit.anchor, mentions) if reports else inherited
        if voice.mode == AUTHOR:
            voice = inherited
        rules = hit.pattern or hit.device
        speaker = [name for name in voice.name.split(", ") if name in table.actors]
        actors = _find_actors(rules.actor, hit.anchor, mentions, speaker)
        if not actors and hit.device.nearest_actor:
            actors = _find_nearest(hit.anchor, mentions)
        if _needs_actor(hit) and not actors:
            continue
        if hit.pattern is not None and hit.pattern.reported and voice.mode == AUTHOR:
            continue
        target = _find_target(rules.target, hit.anchor, mentions, actors)
        attributed.append((hit, voice, actors, target))
    return attributed


def _drop_overlaps(hits: Iterable[Hit]) -> list[Hit]:
    """Keep only the longest of overlapping hits of one device; in a tie, the one further left."""
    kept: list[Hit] = []
    for hit in sorted(hits, key=lambda hit: (hit.start - hit.end, hit.start, _needs_actor(hit))):
        same = (other for other in kept if other.device.name == hit.device.name)
        if not any(hit.start < other.end and other.start < hit.end for other in same):
            kept.append(hit)
    return sorted(kept, key=lambda hit: (hit.start, hit.end, hit.device.name))


def _needs_actor(hit: Hit) -> bool:
    return hit.pattern is not None and hit.pattern.needs_actor


# Voice


def find_last_voice(doc: Doc, mentions: list[Mention]) -> Voice:
    """Find the voice of the last quotation of a sentence."""
    quotations = _list_quotations(doc)
    last = doc[quotations[-1][0]] if quotations else None
    source = _find_quoted(last) if last is not None else None
    return UNNAMED_VOICE if source is None or source is last else _name_voice(source, mentions, DIRECT)


def may_report(text: str) -> bool:
    """Tell whether a text can have a voice other than the author's: it has a word of saying or viewing, or a quotation.

    A noun of saying counts only before a colon.
    """
    return _compile_openers().search(text.lower()) is not None


def follow_quotations(sentences: Sequence[tuple[int, str]]) -> dict[int, str]:
    """Find the sentences of a document that belong to a quotation of more than one sentence.

    Only quotations in “ and ” are followed: straight quotation marks do not show where a quotation ends.

    Args:
        sentences: paragraph and text of each sentence of a document, in order.

    Returns:
        `OPENS` or `CONTINUES`, by the number of the sentence.
    """
    found: dict[int, str] = {}
    open_in: int | None = None
    for number, (paragraph, text) in enumerate(sentences):
        if open_in is not None and open_in != paragraph and not text.startswith("“"):
            open_in = None
        if open_in is not None:
            found[number] = CONTINUES
            open_in = None if text.rfind("”") > text.rfind("“") else paragraph
        elif text.rfind("“") > text.rfind("”"):
            found[number], open_in = OPENS, paragraph
    return found


def _find_voice(token: Token, mentions: list[Mention]) -> Voice:
    """Find the voice of the clause that contains a token, by the rules of the module in their order."""
    if (source := _find_reporter(token)) is not None:
        quoted = any(start <= token.i < end for start, end in _list_quotations(token.doc))
        return _name_voice(source, mentions, DIRECT if quoted else INDIRECT)
    if (source := _find_quoted(token)) is not None:
        return UNNAMED_VOICE if source is token else _name_voice(source, mentions, DIRECT)
    source = _find_according_to(token) or _find_announcer(token)
    return AUTHORS_VOICE if source is None else _name_voice(source, mentions, INDIRECT)


def _find_reporter(token: Token) -> Token | None:
    """Find the source of the nearest reporting clause above the token."""
    for below in (token, *token.ancestors):
        above = below.head
        source = None
        if below.dep_ == "ccomp" and above.lemma_.lower() in read_words("saying_verbs"):
            source = _find_source(above)
        elif below.dep_ == "prep" and below.lower_ == "as" and (view := _find_view(below)) is not None:
            source = _find_source(view)
        if source is not None:
            return source
    return None


def _find_view(preposition: Token) -> Token | None:
    """Find the active verb of viewing that an "as" belongs to, also if the parser put "as" below the object."""
    above = preposition.head
    if above.dep_ == "dobj":
        above = above.head
    return above if above.lemma_.lower() in read_words("viewing_verbs") and not grammar.is_passive(above) else None


def _find_quoted(token: Token) -> Token | None:
    """Find the source of a direct quotation around the token; return the token itself if no source is named."""
    for start, end in _list_quotations(token.doc):
        if start <= token.i < end:
            outside = (other for other in token.doc if not start <= other.i < end and other.pos_ == "VERB")
            saying = (verb for verb in outside if verb.lemma_.lower() in read_words("saying_verbs"))
            return next((source for verb in saying if (source := _find_source(verb)) is not None), token)
    return None


@lru_cache(maxsize=1)  # asked for each device in a sentence
def _list_quotations(doc: Doc) -> list[tuple[int, int]]:
    """List the direct quotations of a sentence, each as its first token and the one after its last."""
    found = []
    for match in re.finditer(r"“([^”]*)(?:”|$)|\"([^\"]*)(?:\"|$)", doc.text):
        inside = doc.char_span(match.start(), match.end(), alignment_mode="expand")
        runs_on = match.group().startswith("“") and not match.group().endswith("”")
        if inside is not None and (runs_on or sum(grammar.is_word(token) for token in inside) > SCARE_QUOTE):
            found.append((inside.start, inside.end))
    return found


def _find_according_to(token: Token) -> Token | None:
    """Find X of "according to X", unless the token is part of that phrase."""
    for other in token.doc:
        if other.lower_ == "according" and token not in other.subtree:
            to = next((child for child in other.children if child.lower_ == "to"), None)
            return grammar.find_child(to, "pobj") if to is not None else None
    return None


def _find_announcer(token: Token) -> Token | None:
    """Find X of "the message from X is clear: …", for a token after the colon."""
    colon = next((other.i for other in token.doc if other.text == ":"), None)
    if colon is None or token.i < colon:
        return None
    for noun in token.doc[:colon]:
        if noun.lemma_.lower() in read_words("saying_nouns"):
            owner = grammar.find_child(noun, "poss")
            links = (child for child in noun.children if child.dep_ == "prep" and child.lower_ in ("from", "of", "by"))
            return owner or next((grammar.find_child(link, "pobj") for link in links), None)
    return None


def _find_source(verb: Token) -> Token | None:
    """Find the source of a verb of saying: its subject unless in `NO_SOURCE`; for a passive, the noun after "by"."""
    if grammar.is_passive(verb):
        return grammar.find_agent(verb)
    subject = grammar.find_subject(verb)
    if subject is None or subject.dep_ == "expl" or subject.lower_ in NO_SOURCE:
        return None
    return subject


def _name_voice(source: Token, mentions: list[Mention], mode: str) -> Voice:
    if known := _list_represented(source, mentions):
        return Voice(", ".join(known), mode, "actor")
    words = [token for token in source.subtree if token.i <= source.i and token.dep_ not in ("det", "relcl")]
    name = "".join(token.text_with_ws for token in words).strip() or source.text
    return Voice(name, mode, "named" if any(token.pos_ == "PROPN" for token in words) else "anonymous")


@lru_cache(maxsize=1)
def _compile_openers() -> re.Pattern[str]:
    """Compile a pattern of what can open another voice, in lower case; it may match too much, but misses nothing."""
    verbs, views = ("|".join(sorted(map(_verb_forms, read_words(f"{kind}_verbs")))) for kind in ("saying", "viewing"))
    nouns, irregular = ("|".join(sorted(read_words(f"saying_{kind}"))) for kind in ("nouns", "irregular"))
    # "we say" and "I say" open no other voice
    saying = rf"(?<!\bwe )(?<!\bi )(?:{verbs}|{irregular}|according)\b"
    return re.compile(rf"[“\"]|\b(?:{saying}|(?:{views}|saw|seen)\b.* as\b|(?:{nouns})\b.*:)", re.DOTALL)


def _verb_forms(verb: str) -> str:
    """Return a pattern of the regular forms of a verb."""
    if verb.endswith("e"):
        return f"{verb[:-1]}(?:e|es|ed|ing)"
    if verb.endswith("y"):
        return f"{verb[:-1]}(?:y|ys|ies|ied|yed|ying)"
    return f"{verb}(?:{verb[-1]}?(?:ed|ing)|e?s)?"


# Actor and target


def _find_actors(rule: str, anchor: Token, mentions: list[Mention], speaker: list[str]) -> list[str]:
    """Find the actors that a device is used about, by a rule of `codebook.ACTOR_RULES`, in the order of the text.

    `speaker` lists the actors whose voice it is; it is empty for the author.
    """
    clause = grammar.skip_raising(grammar.find_clause(anchor))
    if rule == "speaker":
        return speaker
    if rule == "none":
        return []
    if rule == "modified":
        return _list_actors(anchor.head, mentions)
    if rule == "labelled":
        return _find_labelled(anchor, mentions)
    if rule == "complement":
        return _find_below(anchor, mentions)
    if rule in ("obliged", "threatener") and grammar.is_passive(clause):
        agent = grammar.find_agent(clause)
        return _list_actors(agent, mentions) if agent is not None else []
    subject = grammar.find_subject(clause)
    # a speaker who says "we" is one of them; in a reported threat, "it would boycott" is about the speaker itself
    own = ("i", "we", "it", "they", "he", "she") if rule == "threatener" else ("i", "we")
    if speaker and subject is not None and subject.lower_ in own and subject.dep_ != "expl":
        return speaker
    if subject is None or subject.lower_ in EXPLETIVES or subject.dep_ == "expl":
        return _find_below(clause, mentions)
    actors = _list_actors(subject, mentions)
    return actors or (speaker if rule == "threatener" else [])


def _find_target(rule: str, anchor: Token, mentions: list[Mention], actors: list[str]) -> str | None:
    """Find the actor a device is directed at, by a rule of `codebook.TARGET_RULES`; never one of its `actors`."""
    clause = grammar.skip_raising(grammar.find_clause(anchor))
    subject = grammar.find_subject(clause)
    candidates: list[Token] = []
    if rule == "subject" or (rule == "object" and grammar.is_passive(clause)):
        candidates = [subject] if subject is not None else []
    elif rule == "object":
        candidates = [noun for verb in (anchor, clause, *_list_infinitives(clause)) for noun in _list_objects(verb)]
    found = (actor for noun in candidates for actor in _list_actors(noun, mentions) if actor not in actors)
    return next(found, None)


def _list_represented(noun: Token, mentions: list[Mention]) -> list[str]:
    """List the actors that a noun phrase is or represents; names joined by "and" are several."""
    return _name_actors(mention for mention in mentions if mention.represents and mention.head.i == noun.i)


def _list_actors(noun: Token, mentions: list[Mention]) -> list[str]:
    """List the actors of a noun phrase: those it represents; if none, its possessor; if none, those after `LINKS`."""
    found: list[str] = []
    for head in grammar.list_coordinated(noun):
        actors = _list_represented(head, mentions) or _list_possessors(head, mentions)
        if not actors:
            links = (child for child in head.children if child.dep_ in ("prep", "agent") and child.lower_ in LINKS)
            linked = (child for link in links for child in link.children if child.dep_ == "pobj")
            actors = [actor for child in linked for actor in _list_actors(child, mentions)]
        found += actors
    return list(dict.fromkeys(found))


def _list_possessors(noun: Token, mentions: list[Mention]) -> list[str]:
    possessors = (mention for mention in mentions if not mention.represents and mention.role == "possessor")
    return _name_actors(mention for mention in possessors if mention.head.head.i == noun.i)


def _find_nearest(anchor: Token, mentions: list[Mention]) -> list[str]:
    """Find the nearest actor before the anchor that is a subject."""
    before = [mention for mention in mentions if mention.head.dep_ in grammar.SUBJECTS and mention.head.i < anchor.i]
    return [before[-1].actor] if before else []


def _find_labelled(word: Token, mentions: list[Mention]) -> list[str]:
    """Find the actors that a word names or describes: the word's own, its noun's, or those of its subject.

    A name directly before the word owns it ("Armenian provocations"), because the parse of a heading is often wrong.
    """
    if before := [mention.actor for mention in mentions if mention.end == word.idx - 1]:
        return before
    while word.dep_ in ("amod", "compound", "nmod", "quantmod", "advmod") and word.head.i != word.i:
        word = word.head
    own = _name_actors(mention for mention in mentions if mention.head.i == word.i)
    if found := own or _list_actors(word, mentions):
        return found
    above = word.head
    if word.dep_ in ("attr", "acomp", "oprd"):
        subject = grammar.find_subject(above)
    elif word.dep_ == "pobj" and above.lower_ == "as" and grammar.is_clause(above.head):
        view = above.head
        subject = grammar.find_subject(view) if grammar.is_passive(view) else grammar.find_child(view, "dobj")
    elif grammar.is_clause(word) and grammar.is_passive(word):
        subject = grammar.find_subject(word)
    else:
        return _name_actors(mention for mention in mentions if not mention.represents and mention.head.head.i == word.i)
    return _list_actors(subject, mentions) if subject is not None else []


def _find_below(anchor: Token, mentions: list[Mention]) -> list[str]:
    """Find the actors in the subject of the clause below the anchor or its complement: "it is possible that X …"."""
    holders = [anchor, *(child for child in anchor.children if child.dep_ in ("acomp", "attr", "dobj"))]
    below = (child for holder in holders for child in holder.children)
    for clause in (child for child in below if child.dep_ in ("acl", "ccomp", "relcl", "xcomp")):
        subject = grammar.find_child(clause, *grammar.SUBJECTS)
        if subject is not None:
            return _list_actors(subject, mentions)
    return []


def _list_infinitives(verb: Token) -> Iterable[Token]:
    """List the infinitives that continue a verb: "threatened to attack"."""
    for child in verb.children:
        if child.dep_ in ("xcomp", "acomp"):
            yield child
            yield from _list_infinitives(child)


def _list_objects(verb: Token) -> Iterable[Token]:
    for child in verb.children:
        if child.dep_ in grammar.OBJECTS:
            yield child
        elif child.dep_ == "prep" and child.lower_ in AIMS:
            yield from (below for below in child.children if below.dep_ == "pobj")


def _name_actors(mentions: Iterable[Mention]) -> list[str]:
    return list(dict.fromkeys(mention.actor for mention in mentions))
