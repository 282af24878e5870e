"""The ideological square: counted by hand, and the same from the other side with the sides exchanged."""

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rhetoscope import InputError, tables
from rhetoscope.coding import square
from rhetoscope.figures import draw_square

MENTIONS = pl.DataFrame(
    [
        ("s1", "Georgia", "agent", 1.0),
        ("s2", "Georgia", "patient", -1.0),
        ("s2", "Serbia", "agent", -0.5),
        ("s3", "Serbia", "other", 0.0),
    ],
    schema=["sentence_id", "actor", "role", "valence"],
    orient="row",
)
CODINGS = pl.DataFrame(
    [("s2", "booster", ["Georgia"]), ("s2", "hedge", ["Serbia"]), ("s1", "threat", ["Georgia"])],
    schema={"sentence_id": pl.String, "device": pl.String, "actors": pl.List(pl.String)},
    orient="row",
)
ACTORS = st.sampled_from(["Georgia", "Serbia", "Iran"])
ROWS = st.lists(
    st.tuples(
        st.sampled_from(["s1", "s2"]), ACTORS, st.sampled_from(["agent", "patient"]), st.sampled_from([-1.0, 0.0, 1.0])
    )
)


def test_the_square_is_counted() -> None:
    table = tables.check("square", square.square(MENTIONS, CODINGS, ["Georgia"], ["Serbia"]))
    view = table.filter((pl.col("perspective") == "Georgia") & (pl.col("said") == "bad")).drop("perspective", "said")
    assert view.rows() == [("them", "Serbia", 1, 1, 0, 0, 1), ("us", "Georgia", 1, 0, 1, 1, 0)]
    assert square.finding(table, "Georgia") == (
        "Seen from Georgia, of us (Georgia) 1 mentions speak well and 1 ill, "
        "of them (Serbia) 0 mentions speak well and 1 ill."
    )


def flipped(table: pl.DataFrame) -> pl.DataFrame:
    names = {"us": "them", "them": "us"}
    return table.with_columns(pl.col("side").replace(names)).drop("perspective").sort(pl.all())


@given(ROWS)
def test_flipping_the_perspective_flips_the_table(rows: list[tuple[str, str, str, float]]) -> None:
    mentions = pl.DataFrame(rows, schema=MENTIONS.schema, orient="row")
    table = square.square(mentions, CODINGS, ["Georgia"], ["Serbia", "Iran"])
    one, other = (table.filter(pl.col("perspective") == view) for view in ("Georgia", "Iran, Serbia"))
    assert flipped(one).equals(other.drop("perspective").sort(pl.all()))
    assert square.square(mentions, CODINGS, ["Serbia", "Iran"], ["Georgia"]).equals(table)


def test_sides_are_those_given_or_the_most_mentioned() -> None:
    assert square.sides(MENTIONS, [], []) == (["Georgia"], ["Serbia"])
    assert square.sides(MENTIONS, ["Serbia"], []) == (["Serbia"], ["Georgia"])
    assert square.sides(MENTIONS.head(0), [], []) == ([], [])
    with pytest.raises(InputError, match="'Peru' is mentioned nowhere"):
        square.sides(MENTIONS, ["Peru"], [])
    with pytest.raises(InputError, match="'Serbia' cannot be both"):
        square.sides(MENTIONS, ["Serbia"], ["Serbia"])


def test_the_figure_tells_both_sides() -> None:
    _, alt = draw_square(square.square(MENTIONS, CODINGS, ["Georgia"], ["Serbia"]))
    assert alt.startswith("Mentions speak of Georgia well 1 and ill 1 times, of Serbia well 0 and ill 1 times.")
    assert "from Serbia, bad of them (Georgia) 1: 1 emphasised, 0 mitigated" in alt
    assert draw_square(tables.make_empty("square"))[1].startswith("There are not two sides")
