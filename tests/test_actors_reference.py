"""Words that stand for an actor: only where the sentence leaves no other."""

import pytest

from rhetoscope import actors, parsing
from rhetoscope.actors import roles

TABLE = actors.load_actors()


def referred(text: str) -> list[tuple[str, str, str, str | None]]:
    (doc,) = parsing.parse([text], names=[TABLE.find(text)])
    found = (mention for mention in roles.mentions(doc, TABLE) if not mention.named)
    return [(text[each.start : each.end], each.actor, each.role, each.predicate) for each in found]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Armenia must open its borders.", ("its", "Armenia", "possessor", "border")),
        ("Azerbaijan must open its borders.", ("its", "Azerbaijan", "possessor", "border")),
        ("Azerbaijan says it will respond.", ("it", "Azerbaijan", "agent", "respond")),
        ("Armenia sees itself as a victim.", ("itself", "Armenia", "patient", "see")),
        ("Armenia, which closed its embassy, protested.", ("its", "Armenia", "possessor", "embassy")),
        ("The Azerbaijani government closed its embassy.", ("its", "Azerbaijan", "possessor", "embassy")),
        ("Protesters in Georgia said the country must choose.", ("the country", "Georgia", "agent", "choose")),
        ("Iran said that nobody would attack the country.", ("the country", "Iran", "patient", "attack")),
    ],
)
def test_the_one_actor_of_a_sentence_is_meant(text: str, found: tuple[str, str, str, str | None]) -> None:
    assert referred(text) == [found]


@pytest.mark.parametrize(
    "text",
    [
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
    ],
)
def test_all_else_is_left(text: str) -> None:
    assert referred(text) == []
