"""Two runs side by side: which rates moved, and which moved beyond their intervals."""

from __future__ import annotations

import io
from pathlib import Path

import polars as pl

from rhetoscope import InputError, project
from rhetoscope.figures import format_rate
from rhetoscope.tables import TABLES

KEY = ("level", "unit", "family", "device")


def rates_of(run: str) -> pl.DataFrame:
    """The table `rates` of a run.

    Args:
        run: a project folder that has been run, or a revision of this project that DVC holds: a commit, a branch, a
            tag or the name of an experiment.

    Raises:
        InputError: it is neither.
    """
    path = TABLES["rates"].path.relative_to(project.root())
    folder = Path(run)
    if folder.is_dir():
        if not (folder / path).is_file():
            raise InputError(f"{run} holds no {path}: run the pipeline there first (dvc repro)")
        return pl.read_parquet(folder / path)
    import dvc.api
    from dvc.exceptions import DvcException
    from scmrepo.exceptions import SCMError

    try:
        content = dvc.api.read(str(path), repo=str(project.root()), rev=run, mode="rb")
    except (DvcException, SCMError, OSError) as error:
        raise InputError(f"{run!r} is no folder and no revision whose {path} DVC holds: {error}") from error
    return pl.read_parquet(io.BytesIO(content))


def compare(a: pl.DataFrame, b: pl.DataFrame) -> pl.DataFrame:
    """Rates of two runs by level, unit and device, those that moved beyond their intervals first.

    A rate counts as moved beyond its interval where the 95 % intervals of the two runs do not overlap, which is
    stricter than a test at 5 % (Schenker & Gentleman 2001), and where both runs have enough text to report it.

    Args:
        a, b: tables `rates`.

    Returns:
        Columns `level`, `unit`, `family`, `device`, and for each run `per_1000_*`, `low_*`, `high_*`, `enough_*` (null
        where the run has no such unit), `change` (b less a) and `beyond` (bool).
    """
    values = ["per_1000", "low", "high", "enough"]
    one, other = (frame.select(*KEY, pl.col(values).name.suffix(f"_{name}")) for frame, name in ((a, "a"), (b, "b")))
    apart = (pl.col("low_a") > pl.col("high_b")) | (pl.col("low_b") > pl.col("high_a"))
    return (
        one.join(other, on=KEY, how="full", coalesce=True, validate="1:1")
        .with_columns(
            change=(pl.col("per_1000_b") - pl.col("per_1000_a")).round(4),
            beyond=(apart & pl.col("enough_a") & pl.col("enough_b")).fill_null(False),
        )
        .sort("beyond", pl.col("change").abs(), *KEY, descending=[True, True, *[False] * len(KEY)], nulls_last=True)
    )


def told(compared: pl.DataFrame, a: str, b: str, most: int = 20) -> str:
    """The comparison as lines of text: a sentence, then the rates that moved, at most `most`."""
    beyond = compared.filter("beyond")
    moved = compared.filter(pl.col("change") != 0)
    only = compared.filter(pl.col("enough_a").is_null() | pl.col("enough_b").is_null()).height
    lines = [
        f"From {a} to {b}: of {compared.height:,} rates, {moved.height:,} moved, "
        f"{beyond.height:,} beyond their intervals" + (f"; {only:,} stand in one run only." if only else ".")
    ]
    for row in moved.head(most).iter_rows(named=True):
        sign = "beyond the intervals" if row["beyond"] else "within the intervals"
        if not (row["enough_a"] and row["enough_b"]):
            sign = "too little text"
        lines.append(
            f"  {row['level']} {row['unit']}, {row['device'].replace('_', ' ')}: "
            f"{format_rate(row['per_1000_a'], row['low_a'], row['high_a'])} → "
            f"{format_rate(row['per_1000_b'], row['low_b'], row['high_b'])}, {sign}"
        )
    if moved.height > most:
        lines.append(f"  and {moved.height - most:,} more")
    return "\n".join(lines)
