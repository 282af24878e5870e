"""Summaries: counts, the evidential sentence, and the ideological square, which is the same from either side."""

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rhetoscope import InputError, coding, tables
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
    table = tables.check("square", coding.build_square(MENTIONS, CODINGS, ["Georgia"], ["Serbia"]))
    view = table.filter((pl.col("perspective") == "Georgia") & (pl.col("said") == "bad")).drop("perspective", "said")
    assert view.rows() == [("them", "Serbia", 1, 1, 0, 0, 1), ("us", "Georgia", 1, 0, 1, 1, 0)]
    assert coding.describe_square(table, "Georgia") == (
        "Seen from Georgia, of us (Georgia) 1 mentions speak well and 1 ill, "
        "of them (Serbia) 0 mentions speak well and 1 ill."
    )


def flipped(table: pl.DataFrame) -> pl.DataFrame:
    names = {"us": "them", "them": "us"}
    return table.with_columns(pl.col("side").replace(names)).drop("perspective").sort(pl.all())


@given(ROWS)
def test_flipping_the_perspective_flips_the_table(rows: list[tuple[str, str, str, float]]) -> None:
    mentions = pl.DataFrame(rows, schema=MENTIONS.schema, orient="row")
    table = coding.build_square(mentions, CODINGS, ["Georgia"], ["Serbia", "Iran"])
    one, other = (table.filter(pl.col("perspective") == view) for view in ("Georgia", "Iran, Serbia"))
    assert flipped(one).equals(other.drop("perspective").sort(pl.all()))
    assert coding.build_square(mentions, CODINGS, ["Serbia", "Iran"], ["Georgia"]).equals(table)


def test_sides_are_those_given_or_the_most_mentioned() -> None:
    assert coding.choose_sides(MENTIONS, [], []) == (["Georgia"], ["Serbia"])
    assert coding.choose_sides(MENTIONS, ["Serbia"], []) == (["Serbia"], ["Georgia"])
    assert coding.choose_sides(MENTIONS.head(0), [], []) == ([], [])
    with pytest.raises(InputError, match="'Peru' is mentioned nowhere"):
        coding.choose_sides(MENTIONS, ["Peru"], [])
    with pytest.raises(InputError, match="'Serbia' cannot be both"):
        coding.choose_sides(MENTIONS, ["Serbia"], ["Serbia"])


def test_terms_and_speakers_are_counted() -> None:
    said = pl.DataFrame({"device": ["hedge"] * 4 + ["threat"], "text": ["Might", "might", "may", "might", "or else"]})
    assert coding.count_terms(said, "hedge", 1000).rows() == [("might", 3, 0.75, 1.0), ("may", 1, 0.25, 3.0)]
    assert coding.count_terms(said, "slogan", 0).is_empty()
    said = pl.DataFrame(
        {
            "actors": [["Iran"], ["Iran"], ["Iran", "Peru"], []],
            "voice": ["author", "Iran", "Peru", "author"],
            "mode": ["author", "direct", "indirect", "author"],
        }
    )
    assert coding.count_speakers(said).rows() == [("Iran", 3, 0.333, 0.333, 0.333), ("Peru", 1, 0.0, 1.0, 0.0)]


def test_devices_and_voices_are_counted_and_the_spared_actor_is_named() -> None:
    said = pl.DataFrame(
        {
            "actor": ["Serbia"],
            "family": "evidentials",
            "device": "impersonal_evidential",
            "voice": "author",
            "mode": "author",
            "source": None,
        }
    )
    assert coding.count_devices(said).rows() == [("evidentials", "impersonal_evidential", 1, 1, 0)]
    assert coding.count_voices(said).rows() == [("author", "author", None, 1, 1.0, "1 impersonal_evidential")]
    assert coding.describe_evidentials(said, MENTIONS) == (
        "Impersonal evidentials by actor: Serbia (1); none on Georgia, which is mentioned 2 times."
    )
    nothing = said.head(0)
    assert coding.describe_evidentials(nothing, MENTIONS) == "Impersonal evidentials: none among 0 codings."
    assert coding.compute_metrics(nothing, MENTIONS, 0, tables.make_empty("rates"))["share_with_actor"] is None


def test_the_figure_tells_both_sides() -> None:
    _, alt = draw_square(coding.build_square(MENTIONS, CODINGS, ["Georgia"], ["Serbia"]))
    assert alt.startswith("Mentions speak of Georgia well 1 and ill 1 times, of Serbia well 0 and ill 1 times.")
    assert "from Serbia, bad of them (Georgia) 1: 1 emphasised, 0 mitigated" in alt
    assert draw_square(tables.make_empty("square"))[1].startswith("There are not two sides")
