"""Two runs: what moved, and what moved beyond its interval."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from rhetoscope import InputError
from rhetoscope.__main__ import main
from rhetoscope.findings import compare


def _rates(*rows: tuple[str, float, float, float, bool]) -> pl.DataFrame:
    frame = pl.DataFrame(rows, schema=["device", "per_1000", "low", "high", "enough"], orient="row")
    return frame.with_columns(level=pl.lit("corpus"), unit=pl.lit("all"), family=pl.lit("f"))


A = _rates(("hedge", 10.0, 8.0, 12.0, True), ("booster", 2.0, 1.0, 3.0, True), ("threat", 1.0, 0.5, 2.0, False))
B = _rates(("hedge", 20.0, 15.0, 25.0, True), ("booster", 2.5, 1.5, 3.5, True), ("threat", 9.0, 7.0, 11.0, True))


def test_a_rate_moved_beyond_its_interval_where_the_intervals_are_apart_and_both_have_enough() -> None:
    compared = compare.compare(A, B)
    assert compared.select("device", "change", "beyond").rows() == [
        ("hedge", 10.0, True),
        ("threat", 8.0, False),
        ("booster", 0.5, False),
    ]


def test_the_comparison_is_the_same_from_either_side() -> None:
    there, back = compare.compare(A, B), compare.compare(B, A)
    assert there["beyond"].sum() == back["beyond"].sum()
    assert there.select("device", "change").rows() == [(d, -c) for d, c in back.select("device", "change").rows()]


def test_a_run_compared_with_itself_has_not_moved() -> None:
    assert "0 moved, 0 beyond their intervals." in compare.told(compare.compare(A, A), "a", "a")


def test_units_of_one_run_only_are_counted() -> None:
    said = compare.told(compare.compare(A, B.head(1)), "a", "b")
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
        compare.rates_of("empty")
    with pytest.raises(InputError, match="'nowhere' is no folder and no revision"):
        compare.rates_of("nowhere")
