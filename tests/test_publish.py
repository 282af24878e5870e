"""Spreadsheets cannot run and say what they hold; two runs: what moved, and what moved beyond its interval."""

from pathlib import Path

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rhetoscope import InputError, findings, tables
from rhetoscope.__main__ import main
from rhetoscope.findings.publish import LEFT_OUT, list_columns, make_safe
from test_differences import corpus


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", " =1", "\t=1", "\n@x"])
def test_formulas_are_text(text: str) -> None:
    assert make_safe(pl.LazyFrame({"a": [text]})).collect().item() == "'" + text


@given(st.lists(st.one_of(st.none(), st.text()), min_size=1))
def test_other_text_is_unchanged_and_none_is_a_formula(texts: list[str | None]) -> None:
    out = make_safe(pl.LazyFrame({"a": texts}, schema={"a": pl.String})).collect()["a"].to_list()
    for before, after in zip(texts, out, strict=True):
        assert after == before or after == f"'{before}"
        assert after is None or not after.strip().startswith(("=", "+", "-", "@"))


def test_lists_are_joined_and_rows_are_read_back() -> None:
    frame = pl.DataFrame({"words": [["a", "b"]], "n": [-1], "weights": [[0.5, -0.25]]})
    assert make_safe(frame.lazy()).collect().rows() == [("a; b", -1, "0.5; -0.25")]
    folder = Path(__file__).parents[1] / "data" / "findings" / "tables"
    parquet = pl.read_parquet(folder.parents[1] / "rhetoric" / "codings.parquet")
    assert pl.read_csv(folder / "codings.csv", infer_schema=False).height == parquet.height
    assert (folder / "crossing.csv").is_file()


def test_every_column_of_every_spreadsheet_is_in_the_dictionary() -> None:
    given = corpus({"A": 2, "B": 0})
    made = {"crossing": findings.cross_facets(given, 200), "differences": findings.compare_all(given, 200)["outlet"]}
    listed = list_columns(made)
    for name, frame in made.items():
        assert listed.filter(pl.col("table") == name)["column"].to_list() == frame.columns
    assert listed["holds"].str.len_chars().min() > 3  # type: ignore[operator]
    assert set(tables.TABLES) - set(LEFT_OUT) <= set(listed["table"])


def _rates(*rows: tuple[str, float, float, float, bool]) -> pl.DataFrame:
    frame = pl.DataFrame(rows, schema=["device", "per_1000", "low", "high", "enough"], orient="row")
    return frame.with_columns(level=pl.lit("corpus"), unit=pl.lit("all"), family=pl.lit("f"))


A = _rates(("hedge", 10.0, 8.0, 12.0, True), ("booster", 2.0, 1.0, 3.0, True), ("threat", 1.0, 0.5, 2.0, False))
B = _rates(("hedge", 20.0, 15.0, 25.0, True), ("booster", 2.5, 1.5, 3.5, True), ("threat", 9.0, 7.0, 11.0, True))


def test_a_rate_moved_beyond_its_interval_where_the_intervals_are_apart_and_both_have_enough() -> None:
    compared = findings.compare_runs(A, B)
    assert compared.select("device", "change", "beyond").rows() == [
        ("hedge", 10.0, True),
        ("threat", 8.0, False),
        ("booster", 0.5, False),
    ]


def test_runs_are_compared_alike_from_either_side_and_units_of_one_only_counted() -> None:
    there, back = findings.compare_runs(A, B), findings.compare_runs(B, A)
    assert there["beyond"].sum() == back["beyond"].sum()
    assert there.select("device", "change").rows() == [(d, -c) for d, c in back.select("device", "change").rows()]
    assert "0 moved, 0 beyond their intervals." in findings.describe_runs(findings.compare_runs(A, A), "a", "a")
    said = findings.describe_runs(findings.compare_runs(A, B.head(1)), "a", "b")
    assert "1 moved, 1 beyond their intervals; 2 stand in one run only." in said
    assert "corpus all, hedge: 10.0 (8.0 to 12.0) → 20.0 (15.0 to 25.0), beyond the intervals" in said


def test_folders_are_compared_and_others_named(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for name, frame in (("a", A), ("b", B)):
        (project / name / "data" / "rhetoric").mkdir(parents=True)
        frame.write_parquet(project / name / "data" / "rhetoric" / "rates.parquet")
    assert main(["compare", "a", "b"]) == 0
    assert "3 moved, 1 beyond their intervals" in capsys.readouterr().out
    (project / "empty").mkdir()
    with pytest.raises(InputError, match=r"empty holds no data/rhetoric/rates\.parquet"):
        findings.read_rates("empty")
    with pytest.raises(InputError, match="'nowhere' is no folder and no revision"):
        findings.read_rates("nowhere")
