"""The crossing: it agrees with the rates, carries their intervals, and its small multiples hold every cell."""

from __future__ import annotations

import polars as pl

from rhetoscope import findings
from rhetoscope.findings import crossing, panels
from rhetoscope.tables import height
from test_differences import corpus

GIVEN = corpus({"A": 2, "B": 0}, month="each")


def test_a_cell_of_device_and_actor_is_the_actors_rate_with_its_interval() -> None:
    """The crossing without further facets is the level actor of the table `rates`."""
    cells = findings.cross(GIVEN, 200, ("device", "actor"))
    wanted = GIVEN.rates.filter((pl.col("level") == "actor") & (pl.col("count") > 0))
    both = cells.join(wanted, left_on=["device", "actor"], right_on=["device", "unit"], suffix="_rates")
    assert both.height == cells.height == wanted.height == 2
    assert both.select("count", "words").rows() == both.select("count_rates", "words_rates").rows()
    assert (both["per_1000"] - both["per_1000_rates"]).abs().max() < 0.01  # type: ignore[operator]
    assert (both["low"] <= both["per_1000"]).all()
    assert (both["per_1000"] <= both["high"]).all()


def test_copies_of_an_article_are_left_out_of_the_crossing() -> None:
    import dataclasses

    copies = pl.when(pl.col("doc_id") == "A01").then(pl.lit("A00"))
    given = dataclasses.replace(GIVEN, articles=GIVEN.articles.with_columns(duplicate_of=copies))
    whole, rest = (findings.cross(each, 0, ("device", "actor"))["count"].sum() for each in (GIVEN, given))
    assert whole - rest == height(GIVEN.codings.filter(pl.col("doc_id") == "A01"))


def test_each_facet_with_more_than_one_value_has_its_grids() -> None:
    made = panels.small_multiples(GIVEN, 200, 8)
    assert [kind.title for kind in made] == ["In all the text", "By outlet", "Over time"]
    assert [grid.title for grid in made[1].grids] == ["A", "B"]
    assert made[2].grids[0].columns == ["2024-01", "2024-02"]


def test_cells_count_what_the_crossing_counts_and_open_onto_it() -> None:
    grid = panels.small_multiples(GIVEN, 200, 8)[0].grids[0]
    actor, cells = grid.rows[0]
    assert actor == "Ruritania"
    by_device = dict(zip(grid.columns, cells, strict=True))
    assert by_device["threat"].count == height(GIVEN.codings.filter(pl.col("device") == "threat"))
    assert by_device["threat"].enough
    assert by_device["threat"].evidence.total == 36
    assert len(by_device["threat"].evidence.passages) == panels.OPENED
    assert by_device["threat"].tint >= by_device["hedge"].tint >= 1


def test_a_cell_with_too_little_text_has_no_rate_and_says_so() -> None:
    made = panels.small_multiples(GIVEN, 10_000, 8)
    cell = made[0].grids[0].rows[0][1][0]
    assert not cell.enough
    assert cell.per_1000 == 0
    html = findings.multiples_html(made, 10_000)
    assert f">({cell.count})</button>" in html
    assert "too little text for a rate" in html


def test_every_button_opens_a_sheet_that_is_there() -> None:
    import re

    html = findings.multiples_html(panels.small_multiples(GIVEN, 200, 8), 200)
    wanted, there = set(re.findall(r'popovertarget="([^"]+)"', html)), re.findall(r'popover id="([^"]+)"', html)
    assert wanted == set(there)
    assert len(there) == len(set(there))


def test_nothing_coded_is_said() -> None:
    import dataclasses

    none = dataclasses.replace(GIVEN, codings=GIVEN.codings.head(0))
    assert panels.small_multiples(none, 200, 8) == []
    assert "nothing to cross" in findings.multiples_html([], 200)
    assert "nothing to cross" in findings.crossing_html(findings.cross(none, 200), none, 9)


def test_each_cell_opens_onto_its_own_sentences() -> None:
    cells = findings.cross(GIVEN, 200)
    found = crossing.evidence(cells, GIVEN, 3)
    assert [found[place].total for place in range(cells.height)] == cells["sentences"].list.len().to_list()
    assert {len(evidence.passages) for evidence in found.values()} == {3}
    first = found[0].passages[0]
    assert first.note == f"{cells['device'][0]} of {cells['actor'][0]}"
