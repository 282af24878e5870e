"""Mentions of actors: in which role, by which other words, and how they are judged."""

import pytest

from rhetoscope import actors
from rhetoscope.coding.grammar import read_words
from rhetoscope.coding.mentions import Mention, find_mentions, score_valence
from rhetoscope.coding.parse import parse_sentences

TABLE = actors.load_actors()


def found(text: str) -> list[Mention]:
    (doc,) = parse_sentences([text], names=[TABLE.find(text)])
    return find_mentions(doc, TABLE)


def read(text: str) -> list[tuple[str, str, str | None]]:
    return [(mention.actor, mention.role, mention.predicate) for mention in found(text)]


def judged(text: str) -> dict[str, float]:
    return {mention.actor: score_valence(mention) for mention in found(text)}


def referred(text: str) -> list[tuple[str, str, str, str | None]]:
    words = [mention for mention in found(text) if not mention.named]
    return [(text[each.start : each.end], each.actor, each.role, each.predicate) for each in words]


@pytest.mark.parametrize("text", ["", "#", " ", "...", "“”"])
def test_edge_texts_hold_no_actors(text: str) -> None:
    assert read(text) == []


SIDES = [("Armenia", "Armenian", "Azerbaijan", "Azerbaijani"), ("Russia", "Russian", "Ukraine", "Ukrainian")]
SIDES += [("Israel", "Israeli", "Palestine", "Palestinian"), ("India", "Indian", "Pakistan", "Pakistani")]


@pytest.mark.parametrize(("one", "ones", "other", "others"), [*SIDES, *((c, d, a, b) for a, b, c, d in SIDES)])
def test_either_side_is_read_alike(one: str, ones: str, other: str, others: str) -> None:
    assert read(f"{one} attacked {other}.") == [(one, "agent", "attack"), (other, "patient", "attack")]
    assert read(f"{other} was attacked by {one}.") == [(other, "patient", "attack"), (one, "agent", "attack")]
    assert read(f"The {ones} government will respond.") == [(one, "agent", "respond")]
    assert read(f"The proposals of {one} failed.") == [(one, "possessor", "proposal")]
    assert read(f"The recent {others} demands failed.") == [(other, "possessor", "demand")]
    assert [role for _, role, _ in read(f"{one}-{other} relations have worsened.")] == ["other", "other"]
    assert judged(f"{one} violated the ceasefire.") == {one: -1.0}
    assert judged(f"{one} is seen as an aggressor.") == {one: -1.0}
    assert judged(f"{one} rescued the hostages.") == {one: 1.0}


@pytest.mark.parametrize(("text", "roles"), [
    ("Armenian Prime Minister Nikol Pashinyan signed the treaty.", [("Armenia", "agent", "sign")]),
    ("Azerbaijan's leadership warned the neighbours.", [("Azerbaijan", "agent", "warn")]),
    (
        "Segments of the Armenian diaspora are believed to help.",
        [("Armenian diaspora", "patient", "believe")],
        ),
    (
        "The aid was funded by members of the Armenian National Committee (ANCA).",
        [("Armenian diaspora", "agent", "fund")],
        ),
    (
        "France, Germany and Poland condemned the raid.",
        [("France", "agent", "condemn"), ("Germany", "agent", "condemn"), ("Poland", "agent", "condemn")],
        ),
    (
        "This led to pressure from France on Baku.",
        [("France", "agent", "pressure"), ("Azerbaijan", "patient", "pressure")],
        ),
    ("Azerbaijan is engaged in talks.", [("Azerbaijan", "agent", "engage")]),
])  # fmt: skip
def test_roles_pass_through_titles_parts_coordination_and_nouns_of_action(text: str, roles: list) -> None:
    assert read(text) == roles


def test_negation_turns_the_sign_and_nothing_said_is_zero() -> None:
    assert judged("Georgia did not violate the ceasefire.") == {"Georgia": 1.0}
    assert judged("Georgia held a meeting.") == {"Georgia": 0.0}


@pytest.mark.parametrize("kind", ["agent", "patient", "noun", "adjective"])
def test_no_word_speaks_for_and_against(kind: str) -> None:
    assert not read_words(f"{kind}_positive") & read_words(f"{kind}_negative")


@pytest.mark.parametrize(("text", "reference"), [
    ("Armenia must open its borders.", ("its", "Armenia", "possessor", "border")),
    ("Azerbaijan must open its borders.", ("its", "Azerbaijan", "possessor", "border")),
    ("Azerbaijan says it will respond.", ("it", "Azerbaijan", "agent", "respond")),
    ("Armenia sees itself as a victim.", ("itself", "Armenia", "patient", "see")),
    ("Armenia, which closed its embassy, protested.", ("its", "Armenia", "possessor", "embassy")),
    ("The Azerbaijani government closed its embassy.", ("its", "Azerbaijan", "possessor", "embassy")),
    ("Protesters in Georgia said the country must choose.", ("the country", "Georgia", "agent", "choose")),
    ("Iran said that nobody would attack the country.", ("the country", "Iran", "patient", "attack")),
])  # fmt: skip
def test_the_one_actor_of_a_sentence_is_meant(text: str, reference: tuple) -> None:
    assert referred(text) == [reference]


@pytest.mark.parametrize("text", [
    "Armenia accused Azerbaijan of closing its embassy.",  # whose?
    "Armenia signed the treaty despite its flaws.",
    "Azerbaijan regards the treaty and its annexes as void.",
    "A newspaper of Turkey raised its price.",
    "Armenia said it is clear that the talks failed.",
    "Azerbaijan thinks it seems too late.",
    "Iran left the country.",
    "NATO said the country must choose.",
    "Georgia said the neighbouring country must choose.",
    "Georgia said the country of his birth must choose.",
    "It was the country where Armenia lost.",
    "Its borders were closed by Armenia.",
    "The country must choose.",
    "Trump said it would take years.",
])  # fmt: skip
def test_all_else_is_left(text: str) -> None:
    assert referred(text) == []
