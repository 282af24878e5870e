"""Copies, exact, near and under another title, and lines that most pages of an outlet share: in any order of pages."""

import random
from datetime import datetime
from itertools import combinations, permutations

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from builders import clean, read
from rhetoscope import InputError
from rhetoscope.clean import clean_pages
from rhetoscope.clean.duplicates import (
    SharedLines,
    link_copies,
    list_copies,
    list_runs,
    measure_similarity,
    select_shared,
    sketch_articles,
)
from rhetoscope.clean.page import SHARED, parse_page
from rhetoscope.pages import make_doc_id

WORDS = [f"word{n}" for n in range(400)]
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
STORIES = [f"Story {number}\n{body[0]}\n{body[1]}\n{BLURB}\n" for number, body in enumerate(BODIES)]


def _articles(*rows: tuple[str, datetime | None, str]) -> pl.DataFrame:
    return pl.DataFrame(
        rows, schema={"doc_id": pl.String, "published_at": pl.Datetime("us"), "text": pl.String}, orient="row"
    )


def _links(frame: pl.DataFrame, threshold: float = 0.7) -> dict[str, str | None]:
    texts = dict(frame.select("doc_id", "text").iter_rows())
    sketches = sketch_articles(frame.with_columns(source="doc_id"))
    found = link_copies(sketches, lambda names: {name: texts[name] for name in names}, threshold)
    return {name: found.get(name) for name in sorted(texts)}


def test_runs_and_their_similarity_by_hand() -> None:
    one, other = list_runs("A b, c d e f"), list_runs("a b c d e g")
    assert one == {"a b c d e", "b c d e f"}
    assert measure_similarity(one, other) == 1 / 3
    assert list_runs("Two words") == {"two words"}
    assert list_runs("#") == list_runs("") == frozenset()
    assert measure_similarity(frozenset(), frozenset()) == 0


def test_copies_are_linked_to_the_first_instance() -> None:
    text = " ".join(WORDS)
    frame = _articles(
        ("c", datetime(2024, 1, 2), text),
        ("b", datetime(2024, 1, 1), text.upper() + "!"),  # the same words, first to appear
        ("a", None, " ".join(WORDS[20:])),  # undated reprint without its first lines
        ("d", datetime(2024, 1, 1), " ".join(reversed(WORDS))),
    )
    assert _links(frame) == {"a": "b", "b": None, "c": "b", "d": None}
    assert _links(frame, 1.0) == {"a": None, "b": None, "c": "b", "d": None}
    assert _links(_articles()) == {}
    assert _links(_articles(("a", None, "One"))) == {"a": None}
    assert _links(_articles(("a", None, ""), ("b", None, ""))) == {"a": None, "b": "a"}


def test_hashing_finds_what_comparing_all_pairs_finds() -> None:
    draw = random.Random(0)
    rows = []
    for n in range(40):
        words = WORDS[:200] if n % 4 == 0 else [draw.choice(WORDS) for _ in range(200)]
        for _ in range(draw.randrange(12)):
            words = [*words]
            words[draw.randrange(len(words))] = "other"
        rows.append((f"{n:02}", None, " ".join(words)))
    found = {(one, other) for one, other in _links(_articles(*rows)).items() if other}
    alike = {
        (b[0], a[0]) for a, b in combinations(rows, 2) if measure_similarity(list_runs(a[2]), list_runs(b[2])) >= 0.7
    }
    assert {pair for pair in alike if pair[1] == "00"} <= found
    assert {one for one, _ in found} == {one for one, _ in alike}


@given(st.permutations(range(6)))
def test_order_has_no_say(order: list[int]) -> None:
    rows = [(str(n), None, " ".join(WORDS[n % 3 * 10 : n % 3 * 10 + 300])) for n in range(6)]
    assert _links(_articles(*(rows[n] for n in order))) == _links(_articles(*rows))


def test_pages_of_the_same_text_are_all_kept() -> None:
    text = (
        "Negotiators from both countries met in the capital on Monday and agreed to continue the talks next week.\n" * 3
    )
    pages = read(*({"source": f"{name}/x.txt", "outlet": name, "text": text} for name in ("b", "a")))
    articles = clean(pages, 10)["articles"].sort("source")
    assert articles["doc_id"].to_list() == [make_doc_id(text), make_doc_id(f"{text}\0b/x.txt")]
    assert articles["duplicate_of"].to_list() == [None, make_doc_id(text)]
    assert list_copies(articles).select("source", "source_first").rows() == [("b/x.txt", "a/x.txt")]


@pytest.mark.parametrize("value", [0.0, -1.0, 1.5])
def test_a_threshold_out_of_range_is_named(value: float) -> None:
    with pytest.raises(InputError, match=rf"clean.near_duplicate must be above 0 and at most 1, found {value}"):
        clean_pages([], 10, near_duplicate=value)


def _shared(*pages: str, outlet: str | None = "example") -> frozenset[str]:
    lines = SharedLines()
    for page in pages:
        lines.add(outlet, page)
    shared = lines.find().get(outlet, ())
    return frozenset().union(*(select_shared(page, shared) for page in pages))


def test_a_line_on_three_pages_or_more_is_shared_in_any_order() -> None:
    for order in permutations(STORIES):
        assert _shared(*order) == {BLURB}
    assert _shared(*STORIES, outlet=None) == {BLURB}
    assert _shared(*STORIES[:2]) == _shared(STORIES[0]) == _shared() == frozenset()


def test_only_long_lines_on_half_of_the_pages_are_shared_and_copies_are_one_page() -> None:
    assert _shared(*(STORIES[0] + f"copy {number}" for number in range(5))) == frozenset()
    assert _shared(*(STORIES[0] + f"copy {number}" for number in range(3)), *STORIES[1:]) == {BLURB}
    others = [f"{body[0]} {number}\n{body[1]} {number}\n" for number in range(3) for body in BODIES]
    assert _shared(*STORIES, *others) == frozenset()
    assert _shared(*(page + "Home page of news\nNews at ten\n" for page in STORIES)) == {BLURB, "Home page of news"}


def test_a_shared_line_is_removed_with_its_reason() -> None:
    alone, among = parse_page(STORIES[0]), parse_page(STORIES[0], frozenset([BLURB]))
    assert alone.get_paragraphs("body") == [*BODIES[0], BLURB]
    assert among.get_paragraphs("body") == BODIES[0]
    assert among.reasons[4] == SHARED


def test_the_stage_removes_what_an_outlets_pages_share_and_says_so() -> None:
    frames = clean(read(*({"outlet": "example", "text": page} for page in STORIES)), 20)
    assert frames["articles"].height == 3
    assert not frames["articles"]["text"].str.contains(BLURB, literal=True).any()
    removed = frames["removed"].filter(pl.col("text") == BLURB)
    assert removed["doc_id"].n_unique() == 3
