"""One page taken apart: lists, tables, captions and notes in and around the prose; which prose is the article."""

import pytest

from rhetoscope.clean import parse_page
from rhetoscope.clean.lines import make_line

ONE = "Negotiators from both countries met in the capital on Monday and agreed to continue the talks next week."
TWO = "Observers of the process welcomed the statement and called on both sides to keep the border open for trade."
THREE = "The ministers said that the text of the treaty was nearly complete, but that two articles were in dispute."
FOUR = "Both delegations had asked for more time to read the maps, and the mediators had promised them another week."
TITLE = "Both countries continue their talks on the treaty"


def _kept(*lines: str) -> list[str]:
    return parse_page("\n".join(lines)).get_paragraphs("body", "heading")


def test_lists_and_tables_within_the_article_stay() -> None:
    """What follows the list speaks of the same things: negotiators, countries, talks."""
    items = ["Prisoners of war", "Border crossings", "Railway lines", "Water rights", "Mines and maps"]
    last = "The negotiators of both countries said that these would be on the table when the talks continue next week."
    assert _kept(TITLE, "By Ann Lee", ONE, TWO, THREE, "The points still open:", *items, last) == [
        ONE, TWO, THREE, "The points still open:", *items, last,
    ]  # fmt: skip
    dates = ["June 9 – Talks in Vienna", "June 14 – Talks in Geneva", "June 20 – Talks in Oslo", "July 1 – Signature"]
    assert _kept(TITLE, "By Ann Lee", ONE, TWO, "The calendar", *dates, "Share this") == [
        ONE, TWO, "The calendar", *dates,
    ]  # fmt: skip


def test_links_within_the_article_and_notes_on_the_author_leave() -> None:
    links = ["Minister visits the border town", "Parliament votes on the budget", "Rain expected in the north"]
    assert _kept(TITLE, "By Ann Lee", ONE, FOUR, "Related articles", *links, TWO, THREE) == [ONE, FOUR, TWO, THREE]
    note = "Ann Lee is a reporter who has written on the region for ten years and has lived in both of the capitals."
    assert _kept(TITLE, "By Ann Lee", ONE, TWO, THREE, "About Ann Lee", note) == [ONE, TWO, THREE]


def test_captions_of_a_gallery_leave() -> None:
    caption = "The two foreign ministers shake hands before the talks in the capital on Monday, 3 March, at noon."
    lines = [
        TITLE, "By Ann Lee", caption, "Photo: Bo Diaz, AP", "Image 1 of 2", caption, "Photo: Bo Diaz, AP", ONE, TWO,
    ]  # fmt: skip
    page = parse_page("\n".join(lines))
    assert page.get_paragraphs("body", "heading") == [ONE, TWO]
    assert page.reasons[3] == page.reasons[6] == "caption or credit"


def test_the_prose_under_its_headline_is_the_article() -> None:
    """A longer text elsewhere on the page does not speak of what the headline above it says."""
    notice = "Readers who send us their opinion accept that it may be printed, shortened and translated without a fee. "
    page = parse_page("\n".join([TITLE, "By Ann Lee", ONE, THREE, *["Menu"] * 9, notice * 2, notice, notice]))
    assert page.get_paragraphs("body") == [ONE, THREE]
    assert page.title == TITLE


def test_a_list_without_dates_is_harvested_under_its_name() -> None:
    titles = ["Minister visits the border town", "Parliament votes on the budget", "Rain expected in the north"]
    lines = [TITLE, "By Ann Lee", ONE, TWO, "Most read", "1", titles[0], "2", titles[1], "3", titles[2], "Home"]
    page = parse_page("\n".join(lines))
    assert [(h.list, h.title, h.deck, h.published_at) for h in page.headlines] == [
        ("Most read", title, None, None) for title in titles
    ]
    assert page.reasons[5] == "name of the list “Most read”"
    assert page.reasons[7] == "headline in the list “Most read”"
    assert not parse_page("\n".join([ONE, TWO, "Related", "Minister visits town on Monday", "Sign in"])).headlines


def test_head_with_an_account_a_deck_labels_and_a_title_printed_twice() -> None:
    deck = "Two articles of the treaty remain in dispute between the ministers, who will meet again in a week's time."
    page = parse_page("\n".join([TITLE, deck, "By Ann Lee @annlee", "Tue, 5 March 2024 10:15 GMT", ONE, TWO, THREE]))
    assert (page.title, page.deck, page.author) == (TITLE, deck, "Ann Lee")
    assert page.published_at is not None
    assert f"{page.published_at:%Y-%m-%d %H:%M}" == "2024-03-05 10:15"
    assert parse_page("\n".join([TITLE, "Enlarge Image", "5 March 2024", ONE, TWO])).author is None
    page = parse_page("\n".join([TITLE, TITLE, "By Ann Lee", ONE, TWO]))
    assert (page.title, page.deck) == (TITLE, None)
    assert page.reasons[2] == "repeats the title"


@pytest.mark.parametrize(("text", "kind"), [
    ("", "blank"), ("#", "count"), ("1.2K shares", "count"), ("Subscribe to our Telegram channel", "prompt"),
    ("Подпишитесь на наш канал", "prompt"), ("Facebook Twitter WhatsApp", "prompt"),
    ("“The border is open.”Click To Tweet", "prompt"), ("This slideshow requires JavaScript.", "prompt"),
    ("If you enjoyed this article, join our readers.", "prompt"),
    ("Related: The treaty and its history in six maps", "prompt"), ("Tags: treaty, talks", "prompt"),
    ("Read also", "list"), ("You may also like...", "list"), ("Lire aussi :", "list"), ("Читайте также", "list"),
    ("3 Comments", "comments"), ("Leave a Reply", "comments"), ("© 2024 The Example", "legal"),
    ("All rights reserved.", "legal"), ("Photo: Bo Diaz", "credit"),
    ("The ministers met in June (Image: Getty)", "credit"), ("By Ann Lee", "byline"),
    ("Additional reporting by Bo Diaz", "byline"), ("Image caption The ministers met in June", "credit"),
    ("This slideshow of history requires patience.", "text"), ("By the time they met, the treaty was ready.", "text"),
    ("25 June 2024 - 17:40", "date"), ("— Ann Lee (@annlee) June 25, 2024", "text"),
    ("Latest talks bring no agreement, the ministers said in the capital on Monday.", "text"),
])  # fmt: skip
def test_kinds_of_lines(text: str, kind: str) -> None:
    assert make_line(1, text).kind == kind
