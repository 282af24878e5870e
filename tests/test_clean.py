"""Cleaning: the seed's facts, pages of other shapes, and the ledger of any page."""

from datetime import datetime

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from builders import PARAGRAPHS, ROOT, check_account, clean, read
from rhetoscope import InputError
from rhetoscope.clean import (
    compute_metrics,
    describe_cleaning,
    parse_page,
    read_ledger,
    summarise_reasons,
)
from rhetoscope.clean.ledger import rebuild_pages
from rhetoscope.pages import read_pages

SEEDS = ROOT / "seeds"

PAGE = f"""Home
World
Politics
Business
Sign in
Search
POLITICS
Talks on the peace treaty continue between both countries
Two articles of the treaty remain in dispute
By Ann Lee
3 March 2024, 10:15
Share on Facebook
12 shares
{PARAGRAPHS[0]}
What the treaty says
{PARAGRAPHS[1]}
Photo: Reuters
{PARAGRAPHS[2]}
Subscribe to our newsletter
Tags: treaty, talks
Most popular
Minister visits the border town for a day
2 March 2024
Parliament votes on the budget in the evening
1 March 2024
Rain expected over the weekend in the north
1 March 2024
All news
3 comments
A reader: I doubt that this treaty will ever be signed, and I have said so for years and years.
Another reader: nobody has asked for your opinion, and the ministers know their work better than you do.
© 2024 The Example. All rights reserved.
"""


def _clean(*texts: str, min_words: int) -> dict[str, pl.DataFrame]:
    return clean(read(*({"text": text} for text in texts)), min_words)


@pytest.fixture(scope="module")
def seed() -> dict[str, pl.DataFrame]:
    return clean(read_pages(SEEDS), 50)


def test_the_seed_is_one_article(seed: dict[str, pl.DataFrame]) -> None:
    (article,) = seed["articles"].iter_rows(named=True)
    assert article["title"] == "Strategic impasse in Armenian-Azerbaijani peace process"
    assert article["deck"] == "Tensions highlight need for a peace deal"
    assert article["section"] == "ANALYTICS"
    assert article["author"] == "Fuad Muxtar-Agbabali"
    assert article["published_at"] == datetime(2024, 6, 25, 17, 40)
    assert article["note"] is None
    assert article["text"].startswith("The aftermath of the Second Karabakh War")
    assert "Telegram" not in article["text"]
    parts = dict(seed["kept"].group_by("part").len().iter_rows())
    assert parts == {"title": 1, "deck": 1, "date": 1, "author": 1, "heading": 6, "body": 14}


def test_the_seed_lists_46_headlines(seed: dict[str, pl.DataFrame]) -> None:
    headlines = seed["headlines"]
    assert dict(headlines.group_by("list").len().iter_rows()) == {"Read also": 6, "Latest news": 40}
    assert headlines["published_at"].null_count() == 0
    latest = headlines.filter(pl.col("list") == "Latest news")
    assert latest["deck"].drop_nulls().len() == 7
    assert latest.row(0, named=True)["title"].startswith("US should prioritize Iran negotiations")
    assert latest.row(0, named=True)["deck"] == "Analysis by Foreign Policy"
    assert latest.row(0, named=True)["published_at"] == datetime(2024, 7, 25, 3, 10)
    # run together in one list, apart in the other: split alike
    split = headlines.filter(pl.col("deck") == "Democratic drama")
    assert split.select("list", "title").rows() == [
        ("Read also", "Biden bows out, intrigue persists"),
        ("Latest news", "Biden bows out, intrigue persists"),
    ]


def test_the_seed_is_accounted_for(seed: dict[str, pl.DataFrame]) -> None:
    lines = read_ledger(seed["kept"], seed["removed"])
    raw = next(SEEDS.glob("*.txt")).read_text(encoding="utf-8")
    assert rebuild_pages(seed["kept"], seed["removed"])["text"].to_list() == [raw]
    reasons = {row["reason"]: row for row in summarise_reasons(lines).iter_rows(named=True)}
    assert reasons["headline in the list “Latest news”"]["lines"] == 47  # 40 titles and 7 decks
    assert reasons["date in the list “Read also”"]["lines"] == 6
    assert reasons["prompt to subscribe, follow, share or read more"]["lines"] == 1
    assert reasons["end of a list"]["lines"] == 1
    counted = compute_metrics(lines, seed["articles"], seed["headlines"].height, 0, 0, ignored=1)
    assert (counted["lines_kept"], counted["lines_removed"], counted["headlines"]) == (24, 236, 46)
    assert "59.8 % are the article" in describe_cleaning(lines, seed["articles"], seed["headlines"])


def test_a_page_with_menu_comments_and_footer() -> None:
    page = parse_page(PAGE)
    assert page.title == "Talks on the peace treaty continue between both countries"
    assert page.deck == "Two articles of the treaty remain in dispute"
    assert (page.section, page.author, page.published_at) == ("POLITICS", "Ann Lee", datetime(2024, 3, 3, 10, 15))
    assert page.get_paragraphs("body") == PARAGRAPHS
    assert page.get_paragraphs("heading") == ["What the treaty says"]
    assert [(h.list, h.title[:8]) for h in page.headlines] == [
        ("Most popular", "Minister"),
        ("Most popular", "Parliame"),
        ("Most popular", "Rain exp"),
    ]
    reasons = {line.text: page.reasons.get(line.number) for line in page.lines}
    assert reasons["Photo: Reuters"] == "caption or credit"
    assert reasons["12 shares"] == "count, number or symbol"
    assert reasons["3 comments"] == "heading of comments"
    assert reasons["© 2024 The Example. All rights reserved."] == "legal notice"


def test_dates_above_their_headlines() -> None:
    above = PAGE.replace(
        "Minister visits the border town for a day\n2 March 2024", "2 March 2024\nMinister visits a town"
    )
    above = above.replace(
        "Parliament votes on the budget in the evening\n1 March 2024\n"
        "Rain expected over the weekend in the north\n1 March 2024",
        "1 March 2024\nParliament votes on the budget\n1 March 2024\nRain expected in the north",
    )
    found = [(h.title, h.published_at and h.published_at.day) for h in parse_page(above).headlines]
    assert found == [
        ("Minister visits a town", 2),
        ("Parliament votes on the budget", 1),
        ("Rain expected in the north", 1),
    ]


def test_a_date_in_doubt_is_null_with_a_note() -> None:
    frames = _clean(PAGE.replace("3 March 2024, 10:15", "03/04/2024"), min_words=10)
    assert frames["articles"]["published_at"].to_list() == [None]
    assert "can be read as 2024-03-04 or 2024-04-03" in frames["articles"]["note"][0]


def test_pages_without_an_article_are_set_aside() -> None:
    menu = "Home\nWorld\nPolitics\nSign in\n"
    frames = _clean(PAGE, menu, f"Title of it\n\n{PARAGRAPHS[0]}\n", min_words=30)
    assert frames["rejected"].rows() == [
        ("1.txt", "no article was found on it, and clean.min_words is 30"),
        ("2.txt", "its article has only 18 words, and clean.min_words is 30"),
    ]
    assert frames["removed"]["doc_id"].n_unique() == frames["articles"].height == 1


def test_a_source_without_any_article_is_an_error() -> None:
    with pytest.raises(InputError, match=r"none of the 1 pages .* 0\.txt: no article was found"):
        _clean("Home\nWorld\n", min_words=50)


def test_the_order_of_pages_does_not_matter() -> None:
    pages = [{"source": "a", "text": PAGE}, {"source": "b", "text": PAGE.replace("Ann Lee", "Bo Diaz")}]
    one, other = clean(read(*pages), 10), clean(read(*reversed(pages)), 10)
    assert all(one[name].equals(other[name]) for name in one)


_LINES = st.sampled_from(
    [*PAGE.split("\n"), "", "  ", "24 July 2024 - 14:56", "Read also", "Latest news", "#", "\u2028x\x85"]
)


@settings(deadline=None)  # the first text loads the languages
@given(st.one_of(st.text(), st.lists(_LINES).map("\n".join)))
def test_kept_and_removed_are_the_page(text: str) -> None:
    page = parse_page(text)
    check_account(page)
    assert page.text == text
    try:
        frames = _clean(text, min_words=1)
    except InputError:  # no line of it is prose
        return
    for start, end, sentence in frames["sentences"].drop_nulls("start").select("start", "end", "text").iter_rows():
        assert frames["articles"]["text"][0][start:end] == sentence
