"""Text made uniform, and each change on record."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rhetoscope.clean.normalise import normalise


@pytest.mark.parametrize(
    ("before", "after", "kinds"),
    [
        ("plain text", "plain text", []),
        ("", "", []),
        ("#", "#", []),
        ("a\u00a0b\u2009c  d", "a b c d", ["space", "space", "space"]),
        ("co\u00adop\u200berate\ufeff", "cooperate", ["invisible", "invisible", "invisible"]),
        ("Q&amp;A &#8220;x&#8221; AT&T", "Q&A “x” AT&T", ["entity", "entity", "entity"]),
        ("Türkiye".replace("ü", "u\u0308"), "Türkiye", ["unicode"]),
        ("con\ufb02ict", "conflict", ["unicode"]),
        ("``peace'' and don`t, don´t", "“peace” and don’t, don’t", ["quote", "quote", "quote", "quote"]),
        ("“peace” 'peace' \"peace\" don't don’t", "“peace” 'peace' \"peace\" don't don’t", []),
        ("\u0441lash of p\u043ewers", "clash of powers", ["homoglyph", "homoglyph"]),
        ("Путин и Пaша", "Путин и Паша", ["homoglyph"]),
    ],
)
def test_what_is_changed(before: str, after: str, kinds: list[str]) -> None:
    text, changes = normalise(before)
    assert text == after
    assert [change.kind for change in changes for _ in range(change.times)] == sorted(kinds)


def test_a_word_goes_to_the_script_of_most_of_its_letters() -> None:
    assert normalise("\u0441lash")[1] == [("homoglyph", "\u0441lash", "clash", 1)]
    assert normalise("Рoссия")[0] == "Россия"  # a Latin o in a Cyrillic word
    assert normalise("сор")[0] == "сор"  # wholly Cyrillic
    assert normalise("µm and α-helix and Яnews")[0] == "µm and α-helix and Яnews"  # no look-alike: left


def test_joiners_stay_where_a_script_needs_them() -> None:
    assert normalise("🏳️\u200d🌈 می\u200cخواهم") == ("🏳️\u200d🌈 می\u200cخواهم", [])
    assert normalise("co\u200dop\u200c")[0] == "coop"


def test_places_are_counted() -> None:
    assert normalise("a\u00a0b\u00a0c")[1] == [("space", "U+00A0", " ", 2)]


@given(st.text())
def test_a_normalised_line_is_left_as_it_is(text: str) -> None:
    once, changes = normalise(text)
    twice, again = normalise(once)
    assert "\n" not in once
    assert once == once.strip(" ")
    assert unicodedata.is_normalized("NFC", once)
    assert all(change.before != change.after and change.times > 0 for change in changes)
    if "&" not in once and "'" not in once and "`" not in once:
        assert (twice, again) == (once, [])
