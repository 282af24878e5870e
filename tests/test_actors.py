"""Actors: which names are found, in which role, and what is said of them."""

from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rhetoscope import InputError, actors, parsing
from rhetoscope.actors import roles, valence

TABLE = actors.load_actors()


def names(text: str) -> list[tuple[str, str]]:
    return [(text[span.start : span.end], span.actor) for span in TABLE.find(text)]


def read(text: str) -> list[tuple[str, str, str | None]]:
    (doc,) = parsing.parse([text], names=[TABLE.find(text)])
    return [(mention.actor, mention.role, mention.predicate) for mention in roles.mentions(doc, TABLE)]


def said(text: str) -> dict[str, float]:
    (doc,) = parsing.parse([text], names=[TABLE.find(text)])
    return {mention.actor: valence.valence(mention) for mention in roles.mentions(doc, TABLE)}


def test_names_are_found_longest_first_as_written_or_in_capitals() -> None:
    assert names("South Sudan is not Sudan") == [("South Sudan", "South Sudan"), ("Sudan", "Sudan")]
    assert names("The Armenian diaspora, Armenians") == [
        ("Armenian diaspora", "Armenian diaspora"),
        ("Armenians", "Armenia"),
    ]
    assert names("TALKS IN AZERBAIJAN") == [("AZERBAIJAN", "Azerbaijan")]


def test_us_is_no_pronoun_and_a_newspaper_no_capital() -> None:
    assert names("Tell us what the US said") == [("US", "United States")]
    assert names("The U.S. said so") == [("U.S.", "United States")]
    assert names("as the Washington Post writes") == []
    assert names("Indiana and Iranians") == [("Iranians", "Iran")]


def test_a_curly_apostrophe_is_a_straight_one() -> None:
    assert names("Tigray People’s Liberation Front") == [
        ("Tigray People’s Liberation Front", "Tigray People's Liberation Front")
    ]


@given(st.text(alphabet="AUSaus .’'-\n#Türkiye", max_size=60))
def test_names_never_overlap_and_lie_in_the_text(text: str) -> None:
    spans = TABLE.find(text)
    assert all(0 <= span.start < span.end <= len(text) for span in spans)
    assert all(left.end <= right.start for left, right in pairwise(spans))


@pytest.mark.parametrize("text", ["", "#", " ", "...", "“”"])
def test_edge_texts_hold_no_actors(text: str) -> None:
    assert read(text) == []


GROUPS = {"Houthis", "Kurdish groups", "Polisario Front", "The West", "Turkish Cypriots"}
GROUPS |= {"Tigray People's Liberation Front"}
NO_CAPITAL = {"Belgium", "Djibouti", "Singapore"}
"""Brussels mostly stands for the European Union; the others' capitals are called as they are."""


def test_every_country_has_a_name_a_capital_and_a_demonym() -> None:
    names = {actor: [name for name, alias in TABLE.aliases.items() if alias.actor == actor] for actor in TABLE.actors}
    demonyms = {alias.actor for alias in TABLE.aliases.values() if alias.demonym}
    for country in demonyms - GROUPS:
        others = [name for name in names[country] if not TABLE.aliases[name].demonym and name.upper() != name]
        assert country in others
        assert len(others) > 1 or country in NO_CAPITAL, country


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
    assert said(f"{one} violated the ceasefire.") == {one: -1.0}
    assert said(f"{one} is seen as an aggressor.") == {one: -1.0}
    assert said(f"{one} rescued the hostages.") == {one: 1.0}


def test_roles_pass_through_titles_possessives_and_parts() -> None:
    assert read("Armenian Prime Minister Nikol Pashinyan signed the treaty.") == [("Armenia", "agent", "sign")]
    assert read("Azerbaijan's leadership warned the neighbours.") == [("Azerbaijan", "agent", "warn")]
    assert read("Segments of the Armenian diaspora are believed to help.") == [
        ("Armenian diaspora", "patient", "believe")
    ]
    assert read("The aid was funded by members of the Armenian National Committee (ANCA).") == [
        ("Armenian diaspora", "agent", "fund")
    ]


def test_names_joined_by_and_share_a_role() -> None:
    found = read("France, Germany and Poland condemned the raid.")
    assert [(actor, role) for actor, role, _ in found] == [
        ("France", "agent"),
        ("Germany", "agent"),
        ("Poland", "agent"),
    ]


def test_nouns_of_action_have_agents_and_patients() -> None:
    assert read("This led to pressure from France on Baku.") == [
        ("France", "agent", "pressure"),
        ("Azerbaijan", "patient", "pressure"),
    ]


def test_a_state_is_no_passive() -> None:
    assert read("Azerbaijan is engaged in talks.") == [("Azerbaijan", "agent", "engage")]


def test_negation_turns_the_sign_and_nothing_said_is_zero() -> None:
    assert said("Georgia did not violate the ceasefire.") == {"Georgia": 1.0}
    assert said("Georgia held a meeting.") == {"Georgia": 0.0}
    assert all(sign in (-1, 1) for sign in valence.lexicon().values())


def test_a_table_of_the_analyst_adds_and_moves_names(tmp_path: Path) -> None:
    file = tmp_path / "mine.toml"
    file.write_text('[[actor]]\nname = "Artsakh"\naliases = ["Stepanakert", "ANCA"]\n', encoding="utf-8")
    table = actors.load_actors(str(file))
    assert [span.actor for span in table.find("ANCA in Stepanakert and Yerevan")] == ["Artsakh", "Artsakh", "Armenia"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[[actor]]\nname = 3\n", "number 1 in mine.toml needs a name"),
        ('[[actor]]\nname = "X"\n', "'X' in mine.toml needs at least one alias"),
        ('[[actor]]\nname = "X"\nalias = ["x"]\n', "unknown key 'alias'; known are aliases, demonyms, name"),
        ('[[actor]]\nname = "X"\naliases = ["A"]\n[[actor]]\nname = "Y"\naliases = ["A"]\n', "'A' is given to both"),
        ("ignored = []", "unknown key 'ignored'"),
        ("[[actor]", "not readable as TOML"),
    ],
)
def test_a_table_that_breaks_the_format_is_refused(tmp_path: Path, text: str, message: str) -> None:
    file = tmp_path / "mine.toml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match="actors: .*" + message):
        actors.load_actors(str(file))


def test_a_parser_that_is_not_installed_is_named() -> None:
    with pytest.raises(InputError, match="no spaCy model 'xx_none' is installed"):
        parsing.load("xx_none")


def test_a_parse_is_one_sentence_and_repeats() -> None:
    text = "It failed. Armenia left."
    first, second = parsing.parse([text]), parsing.parse([text])
    assert len(list(first[0].sents)) == 1
    assert [t.dep_ for t in first[0]] == [t.dep_ for t in second[0]]
