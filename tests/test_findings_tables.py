"""The crossing adds up, and the spreadsheets cannot run."""

from __future__ import annotations

import io
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rhetoscope import findings
from rhetoscope.findings import spreadsheets
from rhetoscope.findings.crossing import shown_facets
from test_findings import corpus


def test_the_crossing_counts_every_coding_that_has_an_actor() -> None:
    cells = findings.cross(corpus(), min_words=0)
    assert cells.select("device", "actor", "count").rows() == [
        ("impersonal_evidential", "Ruritania", 2),
        ("obligation", "Syldavia", 1),
    ]
    assert cells["sentences"].to_list() == [["d-0", "d-1"], ["d-2"]]


def test_a_cells_rate_is_over_the_words_of_its_actors_sentences() -> None:
    """Ruritania stands in two sentences of 6 and 4 words: 2 codings in 10 words are 200 per 1,000."""
    given = corpus()
    words = given.sentences.collect().with_columns(words=pl.Series([6, 4, 3])).lazy()
    cells = findings.cross(type(given)(**(vars(given) | {"sentences": words})), min_words=10)
    assert cells.row(0, named=True)["per_1000"] == 200.0
    assert cells.select("words", "per_1000", "enough").rows()[1] == (3, None, False)


def test_only_facets_that_differ_are_shown() -> None:
    cells = findings.cross(corpus(), min_words=0)
    assert shown_facets(cells) == ["device", "actor"]
    assert shown_facets(cells.with_columns(month=pl.Series(["2024-06", "2024-07"]))) == ["device", "actor", "month"]


def test_each_row_of_the_page_opens_onto_its_sentences() -> None:
    given = corpus()
    cells = findings.cross(given, min_words=10)
    html = findings.crossing_html(cells, given, max_rows=1)
    assert html.count("<blockquote") == 2
    assert 'impersonal evidential, said of Ruritania: open the sentences">2</button>' in html
    assert "1 rarer combination stands in" in html
    assert "too little text" in findings.crossing_html(cells, given, max_rows=9)


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", " =1", "\t=1", "\n@x"])
def test_formulas_are_text(text: str) -> None:
    assert spreadsheets.safe(pl.DataFrame({"a": [text]})).item() == "'" + text


@given(st.lists(st.one_of(st.none(), st.text()), min_size=1))
def test_other_text_is_unchanged_and_none_is_a_formula(texts: list[str | None]) -> None:
    out = spreadsheets.safe(pl.DataFrame({"a": texts}, schema={"a": pl.String}))["a"].to_list()
    for before, after in zip(texts, out, strict=True):
        assert after == before or after == f"'{before}"
        assert after is None or not after.strip().startswith(("=", "+", "-", "@"))


def test_lists_are_joined_and_numbers_stay_numbers() -> None:
    frame = pl.DataFrame({"words": [["a", "b"]], "n": [-1], "weights": [[0.5, -0.25]]})
    assert spreadsheets.safe(frame).rows() == [("a; b", -1, "0.5; -0.25")]


ROW = st.tuples(st.text(max_size=4), st.integers(-9, 9), st.lists(st.text(max_size=3), max_size=2))


@given(st.lists(ROW), st.integers(1, 4))
def test_a_spreadsheet_in_parts_is_that_written_whole(rows: list[tuple[str, int, list[str]]], part: int) -> None:
    frame = pl.DataFrame(rows, {"a": pl.String, "n": pl.Int64, "words": pl.List(pl.String)}, orient="row")
    parts, whole = io.BytesIO(), io.BytesIO()
    spreadsheets.write_csv(frame.lazy(), parts, rows=part)
    spreadsheets.safe(frame).write_csv(whole, quote_style="non_numeric")
    assert parts.getvalue() == whole.getvalue()


def test_spreadsheets_are_read_back_with_the_same_rows() -> None:
    folder = Path(__file__).parents[1] / "data" / "findings" / "tables"
    parquet = pl.read_parquet(folder.parents[1] / "rhetoric" / "codings.parquet")
    assert pl.read_csv(folder / "codings.csv", infer_schema=False).height == parquet.height
    assert (folder / "crossing.csv").is_file()
