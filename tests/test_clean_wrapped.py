"""Paragraphs broken into lines are made whole, and nothing else is."""

from __future__ import annotations

import textwrap

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rhetoscope import tables
from rhetoscope.clean import check_ledger, clean_pages
from rhetoscope.clean.wrapped import paragraphs
from rhetoscope.pages import PAGES, Pages

PROSE = [
    "Negotiators from both countries met in the capital on Monday and agreed to continue the talks next week, although "
    "Azerbaijan and Armenia still differ over two articles of the text that the ministers have had before them.",
    "Observers of the process welcomed the statement and called on both sides to keep the border open for trade, which "
    "has grown in the two years since the crossing was opened to lorries from the neighbouring provinces.",
    "The treaty would be the first between the two. Its text is nearly complete. What remains in dispute is known.",
]


@pytest.mark.parametrize(("width", "between"), [(45, "\n\n"), (60, "\n\n"), (72, "\n\n"), (72, "\n"), (50, "\n")])
def test_broken_paragraphs_are_made_whole(width: int, between: str) -> None:
    page = between.join(textwrap.fill(text, width) for text in PROSE)
    assert [line.text for line in paragraphs(page) if line.text] == PROSE


def test_a_word_broken_at_its_hyphen_is_joined_without_a_space() -> None:
    page = textwrap.fill(" ".join(PROSE), 50) + "\nIt was the sixty-\nninth session of the assembly."
    assert paragraphs(page)[-1].text.endswith("It was the sixty-ninth session of the assembly.")


def test_lines_that_are_whole_stay_apart() -> None:
    lists = "Minister visits the border town\nParliament votes on the budget\nRain expected in the north\n" * 20
    for page in ("\n".join(PROSE), lists, "", "#", "a\nb"):
        assert [line.raw for line in paragraphs(page)] == page.split("\n")


@given(st.text(st.sampled_from("ab A.-\n"), max_size=400))
def test_the_page_is_never_changed(page: str) -> None:
    found = paragraphs(page)
    assert "\n".join(line.raw for line in found) == page
    assert [line.number for line in found] == sorted({line.number for line in found})


def test_a_broken_page_becomes_an_article_of_whole_paragraphs_and_its_ledger_is_proved() -> None:
    page = (
        "Home\nWorld\n\n" + "\n\n".join(textwrap.fill(text, 60) for text in PROSE) + "\n\nSubscribe to our newsletter\n"
    )
    rows = [{"source": "a.txt", "html": False, "text": page}]
    frames = clean_pages([Pages(pl.DataFrame(rows, schema=PAGES), tables.empty("rejected"))], 20)
    assert frames["articles"]["text"].to_list() == ["\n\n".join(PROSE)]
    assert check_ledger(frames["kept"], frames["removed"], frames["articles"]) == 1
    assert frames["kept"]["text"].str.count_matches("\n").sum() > 4
    assert frames["normalised"].is_empty()
