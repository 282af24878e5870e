"""What a corpus costs: each stage on so many documents, one document changed, nothing changed.

    python benchmarks/pipeline.py corpus.parquet [size ...]

The corpus is a Parquet file with a column `text`; a size beyond its own repeats it, the words of each line in another
order. Every size is a project of its own, run stage by stage as DVC runs it; counted is the processor time of a stage
with its kernel, and its peak of memory. Topics use the static embedding and no refits: what they cost with the others
is in `benchmarks/topics.py`. Beside the tables printed, `cost.svg` is drawn.
"""

from __future__ import annotations

import os
import random
import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import polars as pl

from rhetoscope import figures, project

if TYPE_CHECKING:
    from matplotlib.figure import Figure

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
    """Prints what each stage costs at each size, the ratios, and draws the figure."""
    pages = pl.read_parquet(corpus).sample(fraction=1, shuffle=True, seed=0)
    rows = []
    for size in map(int, sizes) if sizes else (*SIZES, pages.height):
        with tempfile.TemporaryDirectory() as folder:
            place = Path(folder) / "project"
            set_up(place, sized(pages, size))
            first = {stage: run(place, stage) for stage in project.STAGES}
            changed = pl.when(pl.int_range(pl.len()) == 0).then(pl.col("text") + "\nThe talks go on.").otherwise("text")
            sized(pages, size).with_columns(text=changed).write_parquet(place / "pages.parquet")
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
        print("Processor milliseconds a document, of cleaning, coding and findings together:")
        linear = table.filter(pl.col("stage") != "topics")
        print(linear.group_by("documents").agg(pl.col("cpu_ms_a_document").sum()).sort("documents"))
    figure = cost(table)
    figure.savefig(Path(__file__).with_name("cost.svg"), metadata={"Date": None})


def sized(pages: pl.DataFrame, size: int) -> pl.DataFrame:
    """So many pages: the first, or all of them again and again, in copies the words of each line in another order."""
    copies = [pages]
    for number in range(1, -(-size // pages.height)):
        draw = random.Random(number)
        texts = ["\n".join(_shuffled(line, draw) for line in text.split("\n")) for text in pages["text"]]
        copies.append(pages.with_columns(text=pl.Series(texts)))
    return pl.concat(copies).head(size)


def _shuffled(line: str, draw: random.Random) -> str:
    words = line.split()
    draw.shuffle(words)
    return " ".join(words)


def cost(table: pl.DataFrame) -> Figure:
    """Processor time by number of documents, a line a stage."""
    figure, axes = figures.new(7.0, 4.2)
    colours = dict(zip(project.STAGES, (figures.BLUE, figures.ORANGE, figures.GREEN, figures.PINK), strict=True))
    most, lowest = int(table["documents"].max()), 0.0  # type: ignore[arg-type]
    for stage, last in table.filter(pl.col("documents") == most).sort("cpu_s").select("stage", "cpu_s").iter_rows():
        rows = table.filter(pl.col("stage") == stage).sort("documents")
        axes.plot(rows["documents"], rows["cpu_s"], "o-", color=colours[stage], markersize=4)
        lowest = max(last, 1.2 * lowest)  # labels stand clear of each other
        axes.annotate(stage, (most, lowest), (6, 0), textcoords="offset points", color=colours[stage], va="center")
    axes.set(xscale="log", yscale="log", xlabel="documents", ylabel="seconds of processor")
    for axis in (axes.xaxis, axes.yaxis):
        axis.set_major_formatter("{x:,.0f}")
    axes.margins(x=0.15)
    sums = table.group_by("documents").agg(pl.col("cpu_s").sum()).sort("documents")
    (fewer, before), (more, after) = sums.rows()[-2:]
    figures.title(figure, f"{more / fewer:.3g} times the documents cost {after / before:.1f} times the processor time")
    return figure


def set_up(place: Path, pages: pl.DataFrame | None, settings: dict[str, str] = SETTINGS) -> None:
    """A clone of this project that reads these pages; None for the seed's."""
    subprocess.run(["git", "clone", "--quiet", str(ROOT), str(place)], check=True)
    if pages is None:
        return
    pages.write_parquet(place / "pages.parquet")
    params = place / "params.yaml"
    text = params.read_text()
    for name, value in settings.items():
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
