"""What a corpus costs: each stage on so many documents, one document changed, nothing changed.

    python benchmarks/pipeline.py corpus.parquet [size ...]

The corpus is a Parquet file with a column `text`. Every size is a project of its own, run stage by stage as DVC runs
it; counted is the processor time of a stage with its kernel, and its peak of memory. Topics use the static embedding
and no refits: what they cost with the others is in `benchmarks/topics.py`.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

import polars as pl

from rhetoscope import project

ROOT = Path(__file__).parents[1]
SIZES = (1, 10, 100, 1000)
SETTINGS = {
    "source": "pages.parquet",
    "outlet_column": "iso3",
    "date_column": "year",
    "bins": "year",
    "embedding": "static",
    "stability_runs": "0",
}


class Cost(NamedTuple):
    """Of one stage: seconds of processor and clock, and MB at most."""

    cpu: float
    wall: float
    memory: float


def main(corpus: str, *sizes: str) -> None:
    """Prints a table a size and the costs per document."""
    pages = pl.read_parquet(corpus).sample(fraction=1, shuffle=True, seed=0)
    rows = []
    for size in map(int, sizes or map(str, SIZES)):
        with tempfile.TemporaryDirectory() as folder:
            place = Path(folder) / "project"
            set_up(place, pages.head(size))
            first = {stage: run(place, stage) for stage in project.STAGES}
            changed = pages.head(size).with_columns(
                text=pl.when(pl.int_range(pl.len()) == 0).then(pl.col("text") + "\nThe talks go on.").otherwise("text")
            )
            changed.write_parquet(place / "pages.parquet")
            again = {stage: run(place, stage) for stage in project.STAGES}
            subprocess.run(["dvc", "commit", "--force", "--quiet"], cwd=place, check=True, env=environment(place))
            started = time.monotonic()
            subprocess.run(["dvc", "repro", "--quiet"], cwd=place, check=True, env=environment(place))
            nothing = time.monotonic() - started
        rows += [
            (size, stage, *first[stage], 1000 * first[stage].cpu / size, again[stage].cpu) for stage in project.STAGES
        ]
        print(f"{size:,} documents: dvc repro with nothing changed took {nothing:.1f} s", flush=True)
    columns = ["documents", "stage", "cpu_s", "wall_s", "peak_mb", "cpu_ms_a_document", "cpu_s_one_changed"]
    table = pl.DataFrame(rows, schema=columns, orient="row").with_columns(pl.col(pl.Float64).round(1))
    with pl.Config(
        tbl_rows=-1, tbl_hide_dataframe_shape=True, tbl_hide_column_data_types=True, tbl_formatting="MARKDOWN"
    ):
        print(table)
        fixed = table.filter(pl.col("documents") == table["documents"].min()).select("stage", fixed="cpu_s")
        beyond = 1000 * (pl.col("cpu_s") - pl.col("fixed")) / pl.col("documents")
        per_document = table.join(fixed, on="stage").with_columns(ms=beyond.round(1))
        print("Processor milliseconds a document, beyond those of the smallest corpus:")
        print(per_document.pivot("documents", index="stage", values="ms"))


def set_up(place: Path, pages: pl.DataFrame | None) -> None:
    """A clone of this project that reads these pages; None for the seed's."""
    subprocess.run(["git", "clone", "--quiet", str(ROOT), str(place)], check=True)
    if pages is None:
        return
    pages.write_parquet(place / "pages.parquet")
    params = place / "params.yaml"
    text = params.read_text()
    for name, value in SETTINGS.items():
        text = re.sub(rf"^  {name}: .*$", f"  {name}: {value}", text, flags=re.MULTILINE)
    params.write_text(text)


def run(place: Path, stage: str) -> Cost:
    """One stage, in processes of its own."""
    started = time.monotonic()
    process = subprocess.Popen([sys.executable, "-m", "rhetoscope", "run", stage], cwd=place, env=environment(place))
    _, status, used = os.wait4(process.pid, 0)
    if status:
        raise SystemExit(f"the stage {stage} failed")
    return Cost(used.ru_utime + used.ru_stime, time.monotonic() - started, used.ru_maxrss / 1024)


def environment(place: Path) -> dict[str, str]:
    """This environment with the clone's package."""
    return os.environ | {"PYTHONPATH": str(place / "src")}


if __name__ == "__main__":
    main(*sys.argv[1:])
