"""Actors: which names are found."""

from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rhetoscope import InputError, actors

TABLE = actors.load_actors()


def names(text: str) -> list[tuple[str, str]]:
    return [(text[span.start : span.end], span.actor) for span in TABLE.find(text)]


def test_names_are_found_longest_first_as_written_or_in_capitals() -> None:
    assert names("South Sudan is not Sudan") == [("South Sudan", "South Sudan"), ("Sudan", "Sudan")]
    assert names("The Armenian diaspora, Armenians") == [
        ("Armenian diaspora", "Armenian diaspora"),
        ("Armenians", "Armenia"),
    ]
    assert names("TALKS IN AZERBAIJAN") == [("AZERBAIJAN", "Azerbaijan")]
    assert names("Tell us what the US said") == [("US", "United States")]
    assert names("The U.S. said so") == [("U.S.", "United States")]
    assert names("as the Washington Post writes") == []
    assert names("Indiana and Iranians") == [("Iranians", "Iran")]
    assert names("Tigray People’s Liberation Front") == [
        ("Tigray People’s Liberation Front", "Tigray People's Liberation Front")
    ]


@given(st.text(alphabet="AUSaus .’'-\n#Türkiye", max_size=60))
def test_names_never_overlap_and_lie_in_the_text(text: str) -> None:
    spans = TABLE.find(text)
    assert all(0 <= span.start < span.end <= len(text) for span in spans)
    assert all(left.end <= right.start for left, right in pairwise(spans))


@pytest.mark.parametrize("text", ["", "#", " ", "...", "“”"])
def test_edge_texts_hold_no_names(text: str) -> None:
    assert names(text) == []


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


def test_a_table_of_the_analyst_adds_and_moves_names(tmp_path: Path) -> None:
    file = tmp_path / "mine.toml"
    file.write_text('[[actor]]\nname = "Artsakh"\naliases = ["Stepanakert", "ANCA"]\n', encoding="utf-8")
    table = actors.load_actors(str(file))
    assert [span.actor for span in table.find("ANCA in Stepanakert and Yerevan")] == ["Artsakh", "Artsakh", "Armenia"]


@pytest.mark.parametrize(("text", "message"), [
    ("[[actor]]\nname = 3\n", "number 1 in mine.toml needs a name"),
    ('[[actor]]\nname = "X"\n', "'X' in mine.toml needs at least one alias"),
    ('[[actor]]\nname = "X"\nalias = ["x"]\n', "unknown key 'alias'; known are aliases, demonyms, name"),
    ('[[actor]]\nname = "X"\naliases = ["A"]\n[[actor]]\nname = "Y"\naliases = ["A"]\n', "'A' is given to both"),
    ("ignored = []", "unknown key 'ignored'"), ("[[actor]", "not readable as TOML"),
])  # fmt: skip
def test_a_table_that_breaks_the_format_is_refused(tmp_path: Path, text: str, message: str) -> None:
    file = tmp_path / "mine.toml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match="actors: .*" + message):
        actors.load_actors(str(file))
