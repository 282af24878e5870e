"""Words and sentences: counts, boundaries and offsets."""

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rhetoscope import tables
from rhetoscope.sentences import count_words, count_words_in, find_boundaries, split_sentences


@pytest.mark.parametrize(("text", "words"), [
    ("", 0),
    ("#", 0),
    ("— “ ”", 0),
    ("peace", 1),
    ("don't", 1),
    ("don’t al-Assad COP29", 3),
    ("2,000 troops", 3),
    ("U.S.-led", 3),  # U | S | led
    ("- a -- b -", 2),
    ("Türkiye И мир", 3),
    ("e\u0301te\u0301", 1),  # combining accents are part of the word
])  # fmt: skip
def test_a_word_is_a_run_of_letters_and_digits(text: str, words: int) -> None:
    assert count_words(text) == words


def _split(text: str) -> list[str]:
    return [text[start:end] for start, end in find_boundaries(text)]


@pytest.mark.parametrize("text", [
    "The U.S. sent Lt. Gen. Smith on Jan. 5.| Baku and Yerevan replied.",
    "President Aliyev met Mr. Pashinyan at 5 p.m. in Brussels.| Talks lasted 2.5 hours.",
    "Could they agree?| “We could,” he said.| No one objected!",
    "Dr. Khan vs. the state: see No. 7.| It was adjourned.", "One sentence without a full stop",
])  # fmt: skip
def test_abbreviations_and_quotes_do_not_break_sentences(text: str) -> None:
    assert _split(text.replace("|", "")) == [part.strip() for part in text.split("|")]


@given(
    st.text(
        alphabet=st.one_of(st.sampled_from(" .!?\"'”“…\n\t()abcAU.S.é😀ç。"), st.characters(exclude_categories=["Cs"]))
    )
)
def test_sentences_never_overlap_and_lose_nothing(text: str) -> None:
    spans = find_boundaries(text)
    places = [place for start, end in spans for place in range(start, end)]
    assert places == sorted(set(places))
    assert all(text[start:end] == text[start:end].strip() != "" for start, end in spans)
    assert not "".join(char for place, char in enumerate(text) if place not in set(places)).strip()


def test_paragraphs_are_numbered_through_head_headings_and_body() -> None:
    text = "First. Second.\n\nA heading\n\n“Third,” he said."
    articles = pl.DataFrame({"doc_id": ["d"], "title": ["T. T."], "deck": [None], "text": [text]})
    kept = pl.DataFrame({"doc_id": ["d"] * 4, "line": [1, 3, 7, 5], "part": ["title", "body", "body", "heading"]})
    table = tables.check("sentences", split_sentences(articles, kept))
    assert table.select("sentence_id", "part", "paragraph", "sentence", "start", "end", "text").rows() == [
        ("d-0000", "title", -2, 0, None, None, "T. T."),
        ("d-0001", "body", 0, 0, 0, 6, "First."),
        ("d-0002", "body", 0, 1, 7, 14, "Second."),
        ("d-0003", "heading", 1, 0, 16, 25, "A heading"),
        ("d-0004", "body", 2, 0, 27, 44, "“Third,” he said."),
    ]
    assert all(text[s:e] == t for s, e, t in table.drop_nulls("start").select("start", "end", "text").iter_rows())
    assert table["words"].to_list() == [2, 1, 1, 2, 3]


def test_an_article_without_rows_has_no_sentences_and_words_of_a_column_are_counted() -> None:
    found = split_sentences(tables.make_empty("articles"), tables.make_empty("kept"))
    assert found.schema == tables.make_empty("sentences").schema
    frame = pl.DataFrame({"text": ["war and peace", "", None]}).select(count_words_in(pl.col("text")))
    assert frame["text"].to_list() == [3, 0, None]
