"""The crossing adds up, agrees with the rates and opens onto its sentences; its small multiples hold every cell."""

import dataclasses
import re

import polars as pl

from rhetoscope import findings
from rhetoscope.findings.crossing import OPENED, build_small_multiples, find_cell_evidence, list_shown_facets
from rhetoscope.tables import count_rows
from test_differences import corpus
from test_findings import corpus as small

GIVEN = corpus({"A": 2, "B": 0}, month="each")


def test_the_crossing_counts_every_coding_that_has_an_actor() -> None:
    cells = findings.cross_facets(small(), min_words=0)
    assert cells.select("device", "actor", "count").rows() == [
        ("impersonal_evidential", "Ruritania", 2),
        ("obligation", "Syldavia", 1),
    ]
    assert cells["sentences"].to_list() == [["d-0", "d-1"], ["d-2"]]


def test_a_cells_rate_is_over_the_words_of_its_actors_sentences() -> None:
    """Ruritania stands in two sentences of 6 and 4 words: 2 codings in 10 words are 200 per 1,000."""
    given = small()
    words = given.sentences.collect().with_columns(words=pl.Series([6, 4, 3])).lazy()
    cells = findings.cross_facets(dataclasses.replace(given, sentences=words), min_words=10)
    assert cells.row(0, named=True)["per_1000"] == 200.0
    assert cells.select("words", "per_1000", "enough").rows()[1] == (3, None, False)


def test_only_facets_that_differ_are_shown() -> None:
    cells = findings.cross_facets(small(), min_words=0)
    assert list_shown_facets(cells) == ["device", "actor"]
    assert list_shown_facets(cells.with_columns(month=pl.Series(["2024-06", "2024-07"]))) == [
        "device",
        "actor",
        "month",
    ]


def test_each_row_of_the_page_opens_onto_its_sentences() -> None:
    given = small()
    cells = findings.cross_facets(given, min_words=10)
    html = findings.show_crossing(cells, given, max_rows=1).html
    assert html.count("<blockquote") == 2
    assert 'impersonal evidential, said of Ruritania: open the sentences">2</button>' in html
    assert "1 rarer combination stands in" in html
    assert "too little text" in findings.show_crossing(cells, given, max_rows=9).html


def test_a_cell_of_device_and_actor_is_the_actors_rate_with_its_interval() -> None:
    """The crossing without further facets is the level actor of the table `rates`."""
    cells = findings.cross_facets(GIVEN, 200, ("device", "actor"))
    wanted = GIVEN.rates.filter((pl.col("level") == "actor") & (pl.col("count") > 0))
    both = cells.join(wanted, left_on=["device", "actor"], right_on=["device", "unit"], suffix="_rates")
    assert both.height == cells.height == wanted.height == 2
    assert both.select("count", "words").rows() == both.select("count_rates", "words_rates").rows()
    assert (both["per_1000"] - both["per_1000_rates"]).abs().max() < 0.01  # type: ignore[operator]
    assert (both["low"] <= both["per_1000"]).all()
    assert (both["per_1000"] <= both["high"]).all()


def test_copies_of_an_article_are_left_out_of_the_crossing() -> None:
    copies = pl.when(pl.col("doc_id") == "A01").then(pl.lit("A00"))
    given = dataclasses.replace(GIVEN, articles=GIVEN.articles.with_columns(duplicate_of=copies))
    whole, rest = (findings.cross_facets(each, 0, ("device", "actor"))["count"].sum() for each in (GIVEN, given))
    assert whole - rest == count_rows(GIVEN.codings.filter(pl.col("doc_id") == "A01"))


def test_each_facet_with_more_than_one_value_has_its_grids() -> None:
    made = build_small_multiples(GIVEN, 200, 8)
    assert list(made) == ["In all the text", "By outlet", "Over time"]
    assert [grid.title for grid in made["By outlet"]] == ["A", "B"]
    assert made["Over time"][0].columns == ["2024-01", "2024-02"]


def test_cells_count_what_the_crossing_counts_and_open_onto_it() -> None:
    (grid,) = build_small_multiples(GIVEN, 200, 8)["In all the text"]
    actor, cells = grid.rows[0]
    assert actor == "Ruritania"
    by_device = {device: cell for device, cell in zip(grid.columns, cells, strict=True) if cell}
    assert by_device["threat"]["count"] == count_rows(GIVEN.codings.filter(pl.col("device") == "threat"))
    assert by_device["threat"]["enough"]
    assert by_device["threat"]["evidence"].total == 36
    assert len(by_device["threat"]["evidence"].passages) == OPENED
    assert by_device["threat"]["tint"] >= by_device["hedge"]["tint"] >= 1


def test_a_cell_with_too_little_text_has_no_rate_and_says_so() -> None:
    cell = build_small_multiples(GIVEN, 10_000, 8)["In all the text"][0].rows[0][1][0]
    assert cell is not None
    assert not cell["enough"]
    assert cell["per_1000"] is None
    html = findings.show_small_multiples(GIVEN, 10_000, 8).html
    assert f">({cell['count']})</button>" in html
    assert "too little text for a rate" in html


def test_every_button_opens_a_sheet_that_is_there() -> None:
    html = findings.show_small_multiples(GIVEN, 200, 8).html
    wanted, there = set(re.findall(r'popovertarget="([^"]+)"', html)), re.findall(r'popover id="([^"]+)"', html)
    assert wanted == set(there)
    assert len(there) == len(set(there))


def test_nothing_coded_is_said() -> None:
    none = dataclasses.replace(GIVEN, codings=GIVEN.codings.head(0))
    assert build_small_multiples(none, 200, 8) == {}
    assert "nothing to cross" in findings.show_small_multiples(none, 200, 8).html
    assert "nothing to cross" in findings.show_crossing(findings.cross_facets(none, 200), none, 9).html


def test_each_cell_opens_onto_its_own_sentences() -> None:
    cells = findings.cross_facets(GIVEN, 200)
    found = find_cell_evidence(cells, GIVEN, 3)
    assert [found[place].total for place in range(cells.height)] == cells["sentences"].list.len().to_list()
    assert {len(evidence.passages) for evidence in found.values()} == {3}
    first = found[0].passages[0]
    assert first.note == f"{cells['device'][0]} of {cells['actor'][0]}"
