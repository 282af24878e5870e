"""Units: paragraphs and headlines, and the distinct documents among them."""

from datetime import datetime
from pathlib import Path

import polars as pl
import pytest

from rhetoscope import InputError, tables, topics
from rhetoscope.topics.units import read_documents


def frame(name: str, rows: list[dict[str, object]]) -> pl.DataFrame:
    """Rows of a table; columns not given are null."""
    return pl.DataFrame(rows, schema=tables.TABLES[name].schema)


NOON = datetime(2024, 6, 25, 12)
ARTICLES = frame("articles", [{"doc_id": "d1", "published_at": NOON}, {"doc_id": "d0", "published_at": None}])
SENTENCES = frame("sentences", [
    {"doc_id": doc, "part": part, "paragraph": paragraph, "sentence": sentence, "text": text}
    for doc, part, paragraph, sentence, text in [
        ("d1", "title", -2, 0, "Talks"), ("d1", "heading", 0, 0, "A heading"),
        ("d1", "body", 1, 1, "The border  opened."), ("d1", "body", 1, 0, "Talks resumed."),
        ("d0", "body", 0, 0, "And so it was."),
    ]
])  # fmt: skip
HEADLINES = frame("headlines", [
    {"headline_id": f"d1-h{number}", "doc_id": "d1", "title": title, "deck": deck, "published_at": at}
    for number, title, deck, at in [
        (1, "Talks resumed.", "The border opened.", NOON), (2, "", None, None),
        (3, "TALKS RESUMED.", "the border opened.", None),
    ]
])  # fmt: skip


@pytest.fixture(autouse=True)
def _in_a_project(project: Path) -> None:
    """Units are kept in its folder."""


def made(articles: pl.DataFrame = ARTICLES, which: str = "both") -> pl.DataFrame:
    return topics.read_units(articles, SENTENCES, HEADLINES, which).collect()


def test_paragraphs_and_headlines_become_units() -> None:
    units = made()
    assert units["unit_id"].to_list() == ["d0-p0000", "d1-h1", "d1-h2", "d1-h3", "d1-p0001"]
    assert units["kind"].to_list() == ["paragraph", "headline", "headline", "headline", "paragraph"]
    assert units["published_at"].to_list() == [None, NOON, None, None, NOON]
    assert units["text"][4] == units["text"][1] == "Talks resumed. The border opened."
    assert set(made(which="paragraphs")["kind"]) == {"paragraph"}
    assert set(made(which="headlines")["kind"]) == {"headline"}
    units = made()
    assert units.filter(pl.col("document").is_null())["unit_id"].to_list() == ["d0-p0000", "d1-h2"]
    copied = ARTICLES.with_columns(duplicate_of=pl.when(pl.col("doc_id") == "d1").then(pl.lit("d0")))
    assert made(copied)["unit_id"].to_list() == ["d0-p0000"]
    assert topics.read_texts(made(copied), pl.DataFrame({"unit_id": ["d0-p0000"]})).to_list() == ["And so it was."]


def test_texts_that_differ_in_case_and_space_are_one_document() -> None:
    units = made()
    assert units["document"][1] == units["document"][3] == units["document"][4] is not None
    documents = topics.list_documents(units)
    assert topics.read_texts(units, documents).to_list() == ["TALKS RESUMED. the border opened."]
    assert [part.rows() for part in read_documents(units, documents)] == [
        [(documents["document"][0], "d1-h3", "TALKS RESUMED. the border opened.")]
    ]


def test_no_rows_give_no_units_and_an_unknown_kind_is_named() -> None:
    empty = [tables.make_empty(name) for name in ("articles", "sentences", "headlines")]
    nothing = topics.read_units(*empty, "both")
    assert tables.count_rows(nothing) == 0
    assert topics.list_documents(nothing).height == 0
    with pytest.raises(InputError, match=r"units is 'pages'; known are paragraphs, headlines, both"):
        topics.read_units(ARTICLES, SENTENCES, HEADLINES, "pages")
