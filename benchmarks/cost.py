"""What a corpus costs: each stage on so many documents, one document changed, nothing changed.

Every size is a project of its own, run stage by stage as DVC runs it; counted is the processor time of a stage with
its kernel, and its peak of memory. Topics use the static embedding and no refits: what they cost as shipped is
measured by `shipped.py`. A document is changed twice, each time another one: with the topics kept (`topics.earlier`),
then with topics fitted anew. Details by stage and size go to `cost.csv` and `cost.svg`.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

import polars as pl
from given import Given
from projects import QUICK, Cost, Project, speeches
from table import ROOT, Row, goal

from rhetoscope import figures, project
from rhetoscope.figures import style

if TYPE_CHECKING:
    from matplotlib.figure import Figure

PACKAGES = ("polars", "spacy", "bertopic", "dvc", "papermill")
SIZES = (1, 10, 100, 1000, 0)
"""Documents; 0 for all."""
REFERENCE = 100
"""The size beside which the cost of a document is held."""
NOTHING = 3
"""Times nothing is changed; the middle one counts."""
TABLE = ROOT / "benchmarks" / "cost.csv"
FIGURE = TABLE.with_suffix(".svg")
HEAD = (
    "documents",
    "stage",
    "cpu_s",
    "wall_s",
    "peak_mb",
    "cpu_ms_a_document",
    "cpu_s_one_changed",
    "cpu_s_topics_kept",
)


def rows(given: Given) -> Iterator[Row]:
    """After the last size nothing changed, a document's cost, and one changed."""
    every = speeches(given.debates)
    found: list[tuple[object, ...]] = []
    runs: dict[int, tuple[float, float, float]] = {}
    texts: dict[int, float] = {}  # what cleaning, coding and findings took
    sizes = (2, 4) if given.small else SIZES
    for size in sizes:
        pages = every.head(size or every.height)
        with tempfile.TemporaryDirectory() as folder:
            made = Project(Path(folder) / "project", pages)
            first, kept, fitted = measured(made)
            if size == sizes[-1]:
                yield nothing(made, pages.height)
        for stage, cost in first.items():
            by_document = 1000 * cost.cpu / pages.height
            found.append((pages.height, stage, *cost, by_document, fitted[stage].cpu, kept[stage].cpu))
        runs[pages.height] = total(first), total(kept), total(fitted)
        texts[pages.height] = total(first) - first["topics"].cpu
        if not given.small:
            write(found)
    least = REFERENCE if REFERENCE in runs else min(runs)
    yield a_document(least, texts[least], max(runs), texts[max(runs)])
    yield from one_changed(max(runs), QUICK["embedding"], *runs[max(runs)])


def measured(made: Project) -> tuple[dict[str, Cost], dict[str, Cost], dict[str, Cost]]:
    """A first run, one document changed with topics kept, and another changed with topics fitted anew."""
    first = made.run()
    made.keep_topics(True)
    made.change_one()
    kept = made.run()
    made.keep_topics(False)
    made.change_one()
    return first, kept, made.run()


def total(costs: dict[str, Cost]) -> float:
    """Processor seconds of all stages."""
    return sum(cost.cpu for cost in costs.values())


def nothing(made: Project, size: int) -> Row:
    """The row of `dvc repro` where nothing changed."""
    made.command("commit", "--force", "--quiet")
    seconds = [made.repro()[1] for _ in range(NOTHING)]
    told = f"{min(seconds):.1f} to {max(seconds):.1f} s by the clock"
    middle = median(seconds)
    return Row(
        "dvc repro, nothing changed",
        f"{size:,} documents",
        "s",
        middle,
        goal=goal("at most 3 s", middle <= 3),
        note=told,
    )


def a_document(fewer: int, before: float, more: int, after: float) -> Row:
    """The row of what cleaning, coding and findings of one of many documents cost, beside one of fewer."""
    ours, theirs = 1000 * after / more, 1000 * before / fewer
    met = goal("costs at most 1.1 times as much", ours <= 1.1 * theirs)
    note = f"{ours / theirs:.2f} times the cost"
    return Row(
        "one of many documents, all stages but topics", f"{more:,} documents", "ms of processor", ours,
        f"one of {fewer:,}", theirs, theirs / ours, goal=met, note=note,
    )  # fmt: skip


def one_changed(size: int, embedding: str, first: float, kept: float, fitted: float | None = None) -> Iterator[Row]:
    """The rows of one document changed beside a whole run."""
    for how, seconds in (("topics kept", kept), ("topics fitted anew", fitted)):
        if seconds is not None:
            yield Row(
                f"one document changed, {how}", f"{size:,} documents, {embedding}", "s of processor", seconds,
                "the whole run", first, first / seconds, goal=goal("at most 2 % of it", seconds <= 0.02 * first),
                note=f"{seconds / first:.1%} of it",
            )  # fmt: skip


def write(found: list[tuple[object, ...]]) -> None:
    """Writes the table of stages and sizes, and draws it."""
    table = pl.DataFrame(found, schema=list(HEAD), orient="row").with_columns(pl.col(pl.Float64).round(1))
    table.write_csv(TABLE)
    FIGURE.write_text(figures.render_svg(drawn(table)), encoding="utf-8")


def markdown() -> str:
    """The table of stages and sizes for the README, with the figure."""
    lines = ["| " + " | ".join(name.replace("_", " ") for name in HEAD) + " |", "|---" * len(HEAD) + "|"]
    for documents, stage, *numbers in pl.read_csv(TABLE).iter_rows():
        lines.append(f"| {documents:,} | {stage} | " + " | ".join(f"{number:,.1f}" for number in numbers) + " |")
    alt = "Processor time of the four stages against the number of documents"
    return "\n".join([*lines, "", f"![{alt}]({FIGURE.name})"])


def drawn(table: pl.DataFrame) -> Figure:
    """Processor time by number of documents, a line a stage."""
    figure, axes = style.new_figure(7.0, 4.2)
    colours = dict(zip(project.STAGES, (style.BLUE, style.ORANGE, style.GREEN, style.PINK), strict=True))
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
    if sums.height > 1:
        (fewer, before), (more, after) = sums.rows()[-2:]
        finding = f"{more / fewer:.3g} times the documents cost {after / before:.1f} times the processor time"
        style.finish_figure(figure, finding, "")
    return figure
