"""Lines that most pages of an outlet share are furniture, even where they read like prose."""

from __future__ import annotations

from itertools import permutations
from pathlib import Path

import polars as pl

from rhetoscope.clean import clean_pages
from rhetoscope.clean.page import SHARED, parse_page
from rhetoscope.clean.repeats import Repeats
from rhetoscope.pages import read_pages

BLURB = "The Example has reported from the region for forty years, and its readers have kept it going in all of them."
BODIES = [
    [
        "Negotiators from both countries met in the capital on Monday and agreed to continue the talks next week.",
        "Observers of the process welcomed the statement and called on both sides to keep the border open for trade.",
    ],
    [
        "Parliament passed the budget in the evening, after a debate that went on for eleven hours without a break.",
        "The opposition had asked for more money for the schools, and the government had promised to look for it.",
    ],
    [
        "Rain is expected over the weekend in the north, and the rivers there are said to be higher than last year.",
        "Farmers asked the ministry for help with the harvest, which they fear may be lost before the month is out.",
    ],
]
PAGES = [f"Story {number}\n{body[0]}\n{body[1]}\n{BLURB}\n" for number, body in enumerate(BODIES)]


def _shared(*pages: str, outlet: str | None = "example") -> frozenset[str]:
    repeats = Repeats()
    for page in pages:
        repeats.add(outlet, page)
    shared = repeats.shared().get(outlet)
    return frozenset().union(*(repeats.lines(page, shared) for page in pages))


def test_a_line_on_three_pages_is_shared_in_any_order() -> None:
    for order in permutations(PAGES):
        assert _shared(*order) == {BLURB}
    assert _shared(*PAGES, outlet=None) == {BLURB}


def test_two_pages_or_one_share_nothing() -> None:
    assert _shared(*PAGES[:2]) == frozenset()
    assert _shared(PAGES[0]) == frozenset()
    assert _shared() == frozenset()


def test_copies_of_an_article_are_one_page() -> None:
    assert _shared(*(PAGES[0] + f"copy {number}" for number in range(5))) == frozenset()
    assert _shared(*(PAGES[0] + f"copy {number}" for number in range(3)), *PAGES[1:]) == {BLURB}


def test_a_line_on_fewer_than_half_of_the_pages_stays() -> None:
    others = [f"{body[0]} {number}\n{body[1]} {number}\n" for number in range(3) for body in BODIES]
    assert _shared(*PAGES, *others) == frozenset()


def test_short_lines_are_not_looked_at() -> None:
    assert _shared(*(page + "Home page of news\nNews at ten\n" for page in PAGES)) == {BLURB, "Home page of news"}


def test_a_shared_line_is_removed_with_its_reason() -> None:
    alone, among = parse_page(PAGES[0]), parse_page(PAGES[0], frozenset([BLURB]))
    assert alone.get_paragraphs("body") == [*BODIES[0], BLURB]
    assert among.get_paragraphs("body") == BODIES[0]
    assert among.reasons[4] == SHARED


def test_the_stage_removes_what_an_outlets_pages_share_and_says_so(tmp_path: Path) -> None:
    for number, page in enumerate(PAGES):
        (tmp_path / "example").mkdir(exist_ok=True)
        (tmp_path / "example" / f"{number}.txt").write_text(page)
    frames = clean_pages(read_pages(tmp_path), min_words=20)
    assert frames["articles"].height == 3
    assert not frames["articles"]["text"].str.contains(BLURB, literal=True).any()
    removed = frames["removed"].filter(pl.col("text") == BLURB)
    assert removed["doc_id"].n_unique() == 3
