"""Text made uniform: broken paragraphs are made whole and characters normalised, and each change is on record."""

import textwrap
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from builders import clean, read
from rhetoscope.clean import count_proven_pages
from rhetoscope.clean.text import join_broken_lines, normalise_text

PROSE = [
    "Negotiators from both countries met in the capital on Monday and agreed to continue the talks next week, although "
    "Azerbaijan and Armenia still differ over two articles of the text that the ministers have had before them.",
    "Observers of the process welcomed the statement and called on both sides to keep the border open for trade, which "
    "has grown in the two years since the crossing was opened to lorries from the neighbouring provinces.",
    "The treaty would be the first between the two. Its text is nearly complete. What remains in dispute is known.",
]


@pytest.mark.parametrize(("before", "after", "kinds"), [
    ("plain text", "plain text", []), ("", "", []), ("#", "#", []),
    ("a\u00a0b\u2009c  d", "a b c d", ["space", "space", "space"]),
    ("co\u00adop\u200berate\ufeff", "cooperate", ["invisible", "invisible", "invisible"]),
    ("Q&amp;A &#8220;x&#8221; AT&T", "Q&A “x” AT&T", ["entity", "entity", "entity"]),
    ("Türkiye".replace("ü", "u\u0308"), "Türkiye", ["unicode"]), ("con\ufb02ict", "conflict", ["unicode"]),
    ("``peace'' and don`t, don´t", "“peace” and don’t, don’t", ["quote", "quote", "quote", "quote"]),
    ("“peace” 'peace' \"peace\" don't don’t", "“peace” 'peace' \"peace\" don't don’t", []),
    ("\u0441lash of p\u043ewers", "clash of powers", ["homoglyph", "homoglyph"]),
    ("Путин и Пaша", "Путин и Паша", ["homoglyph"]),
])  # fmt: skip
def test_what_is_changed(before: str, after: str, kinds: list[str]) -> None:
    text, changes = normalise_text(before)
    assert text == after
    assert [change.kind for change in changes for _ in range(change.times)] == sorted(kinds)


def test_a_word_goes_to_the_script_of_most_of_its_letters_and_joiners_stay() -> None:
    assert normalise_text("\u0441lash")[1] == [("homoglyph", "\u0441lash", "clash", 1)]
    assert normalise_text("Рoссия")[0] == "Россия"  # a Latin o in a Cyrillic word
    assert normalise_text("сор")[0] == "сор"  # wholly Cyrillic
    assert normalise_text("µm and α-helix and Яnews")[0] == "µm and α-helix and Яnews"  # no look-alike: left
    assert normalise_text("🏳️\u200d🌈 می\u200cخواهم") == ("🏳️\u200d🌈 می\u200cخواهم", [])
    assert normalise_text("co\u200dop\u200c")[0] == "coop"
    assert normalise_text("a\u00a0b\u00a0c")[1] == [("space", "U+00A0", " ", 2)]


@given(st.text())
def test_a_normalised_line_is_left_as_it_is(text: str) -> None:
    once, changes = normalise_text(text)
    twice, again = normalise_text(once)
    assert "\n" not in once
    assert once == once.strip(" ")
    assert unicodedata.is_normalized("NFC", once)
    assert all(change.before != change.after and change.times > 0 for change in changes)
    if "&" not in once and "'" not in once and "`" not in once:
        assert (twice, again) == (once, [])


@pytest.mark.parametrize(("width", "between"), [(45, "\n\n"), (60, "\n\n"), (72, "\n\n"), (72, "\n"), (50, "\n")])
def test_broken_paragraphs_are_made_whole(width: int, between: str) -> None:
    page = between.join(textwrap.fill(text, width) for text in PROSE)
    assert [line.text for line in join_broken_lines(page) if line.text] == PROSE


def test_a_word_broken_at_its_hyphen_is_joined_and_whole_lines_stay_apart() -> None:
    page = textwrap.fill(" ".join(PROSE), 50) + "\nIt was the sixty-\nninth session of the assembly."
    assert join_broken_lines(page)[-1].text.endswith("It was the sixty-ninth session of the assembly.")
    lists = "Minister visits the border town\nParliament votes on the budget\nRain expected in the north\n" * 20
    for page in ("\n".join(PROSE), lists, "", "#", "a\nb"):
        assert [line.raw for line in join_broken_lines(page)] == page.split("\n")


@given(st.text(st.sampled_from("ab A.-\n"), max_size=400))
def test_the_page_is_never_changed(page: str) -> None:
    found = join_broken_lines(page)
    assert "\n".join(line.raw for line in found) == page
    assert [line.number for line in found] == sorted({line.number for line in found})


def test_a_broken_page_becomes_an_article_of_whole_paragraphs_and_its_ledger_is_proved() -> None:
    page = (
        "Home\nWorld\n\n" + "\n\n".join(textwrap.fill(text, 60) for text in PROSE) + "\n\nSubscribe to our newsletter\n"
    )
    frames = clean(read({"text": page}), 20)
    assert frames["articles"]["text"].to_list() == ["\n\n".join(PROSE)]
    assert count_proven_pages(frames["kept"], frames["removed"], frames["articles"]) == 1
    assert frames["kept"]["text"].str.count_matches("\n").sum() > 4
    assert frames["normalised"].is_empty()
