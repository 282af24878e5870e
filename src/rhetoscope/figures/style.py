"""The style and wording of all figures, and the panels of dots with intervals that most figures consist of."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from functools import lru_cache
from importlib.resources import as_file, files
from typing import TYPE_CHECKING, Any, NamedTuple

import polars as pl

if TYPE_CHECKING:
    from matplotlib.figure import Figure

BLUE, ORANGE, GREEN, PINK, AMBER, SKY, GREY = (
    "#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#595959",
)  # fmt: skip
PALE, FAINT, DARK = "#D9D9D9", "#A8A8A8", "#333333"
"""Colours of bars in the background, of dots with too little data, and of text on bars."""
ROW = 40
"""Maximum of characters in the name of a row."""


class Dot(NamedTuple):
    """A value in a row of a panel, with its 95 % interval if there is one."""

    row: float  # 0 is the top row; a fraction moves the dot a little up or down
    value: float
    low: float | None = None
    high: float | None = None
    text: str = ""  # written to the right of it
    colour: str = BLUE
    size: float = 6

    @property
    def end(self) -> float:
        """The right end of the dot or its interval."""
        return self.value if self.high is None else max(self.value, self.high)


class Panel(NamedTuple):
    """Rows of dots under a title; a vertical line marks the baseline, the value with which they are compared."""

    title: str
    rows: Sequence[str]  # names, from the top
    dots: Sequence[Dot]
    baseline: float | None = None
    colour: str = DARK


class Line(NamedTuple):
    """A measure over time: columns `time`, `value`, `low`, `high`; null if there is too little to report a value."""

    title: str
    rows: pl.DataFrame
    colour: str = BLUE


def new_figure(width: float = 8.0, height: float = 4.5, **subplots: Any) -> tuple[Figure, Any]:
    """Make a figure in the house style, with its size in inches, and axes as `Figure.subplots` makes them."""
    import matplotlib.style
    from matplotlib.figure import Figure

    with as_file(files("rhetoscope.figures") / "house.mplstyle") as style:
        matplotlib.style.use(style)
    figure = Figure(figsize=(width, height))
    return figure, figure.subplots(**subplots)


def draw_dot_panels(
    panels: Sequence[Panel],
    columns: int = 1,
    width: float = 6.0,
    room: float = 1.3,
    xlabel: str = "",
    same_scale: bool = True,
    log_from: float | None = None,
    end: float = 0.1,
) -> Figure:
    """Draw dots with their intervals, one panel for each device, topic or unit.

    Args:
        panels: the panels; those in one line have the same rows.
        columns: number of panels in one line.
        width: width of a panel in inches, without the names of its rows.
        room: factor by which the axis is longer than the last interval, to leave space for text.
        xlabel: label of the lowest axes.
        same_scale: whether all panels have the same scale.
        log_from: start of a logarithmic scale; None for a linear scale from 0.
        end: minimum of the end of a scale.
    """
    lines = [panels[start : start + columns] for start in range(0, len(panels), columns)]
    rows = [max(1, *(len(panel.rows) for panel in line)) for line in lines]
    figure, grid = new_figure(
        2.4 + width * len(lines[0]), 1.2 + sum(0.5 + 0.3 * n for n in rows), nrows=len(lines), ncols=len(lines[0]),
        sharex=same_scale, sharey=len(lines[0]) > 1, squeeze=False, height_ratios=rows,
    )  # fmt: skip
    for axes in grid.flat[len(panels) :]:
        axes.set_visible(False)
    ends = [max([end, panel.baseline or 0.0, *(dot.end for dot in panel.dots)]) for panel in panels]
    for axes, panel, own_end in zip(grid.flat, panels, ends, strict=False):
        for dot in panel.dots:
            if dot.low is not None and dot.high is not None:
                axes.plot([dot.low, dot.high], [dot.row] * 2, color=dot.colour, linewidth=2.5, alpha=0.45)
            axes.plot(dot.value, dot.row, "o", color=dot.colour, markersize=dot.size, clip_on=False, zorder=3)
            if dot.text:
                label = write_right(axes, dot.text, dot.end, dot.row)
                label.set_bbox({"facecolor": "white", "alpha": 0.85, "pad": 0.8, "linewidth": 0})
        if panel.baseline is not None:
            axes.axvline(panel.baseline, color=ORANGE, linewidth=1, zorder=0)
        axes.set_title(panel.title, loc="left", fontsize=10, pad=4, color=panel.colour)
        name_rows(axes, panel.rows)
        last = max(ends) if same_scale else own_end
        if log_from is None:
            axes.locator_params(axis="x", nbins=4 if width < 4 else 7)
            axes.set_xlim(0, last * room)
            axes.set_xticks([tick for tick in axes.get_xticks() if tick <= last * 1.05])
        else:
            axes.set(xscale="log", xlim=(log_from, last * room))
            axes.xaxis.set_major_formatter(lambda value, _: f"{value:g}")
            axes.grid(axis="x")
    for axes in grid[-1]:
        axes.set_xlabel(xlabel, loc="left")
    return figure


def draw_line_panels(lines: Sequence[Line], columns: int = 1, same_scale: bool = False) -> tuple[Figure, Any]:
    """Draw lines over time with intervals as bands, one panel for each; return figure and axes.

    A time without a value has a hollow dot at the bottom. With `same_scale` all panels have the same scale.
    """
    from matplotlib.dates import AutoDateLocator, ConciseDateFormatter

    columns = min(columns, len(lines))
    height = -(-len(lines) // columns)
    figure, grid = new_figure(
        8.6, 1.1 + 1.2 * height, nrows=height, ncols=columns, sharex=True, sharey=same_scale, squeeze=False
    )
    for axes in grid.flat[len(lines) :]:
        axes.set_visible(False)
    tops = [max([0.1, *line.rows["value"].drop_nulls(), *line.rows["high"].drop_nulls()]) for line in lines]
    for axes, line, top in zip(grid.flat, lines, tops, strict=False):
        known, few = line.rows.drop_nulls("value"), line.rows.filter(pl.col("value").is_null())
        axes.fill_between(known["time"], known["low"], known["high"], color=line.colour, alpha=0.2, linewidth=0)
        axes.plot(known["time"], known["value"], "o-", color=line.colour, linewidth=1.4, markersize=4)
        if few.height:
            hollow = {"color": GREY, "markerfacecolor": "white", "clip_on": False}
            axes.plot(few["time"], [0] * few.height, "o", markersize=5, **hollow)
        axes.set_title(line.title, loc="left", fontsize=10, pad=4)
        axes.set_ylim(0, 1.08 * (max(tops) if same_scale else top))
        axes.locator_params(axis="y", nbins=3)
    ticks = AutoDateLocator()  # type: ignore[no-untyped-call]
    axes.xaxis.set(
        major_locator=ticks,
        major_formatter=ConciseDateFormatter(ticks),  # type: ignore[no-untyped-call]
    )
    return figure, grid


def name_rows(axes: Any, labels: Sequence[str]) -> None:
    """Name the rows of a chart from the top, without an axis line."""
    axes.set_yticks(range(len(labels)), [shorten(label, ROW) for label in labels])
    axes.set_ylim(max(1, len(labels)) - 0.4, -0.6)
    axes.tick_params(axis="y", length=0, pad=8)
    axes.spines["left"].set_visible(False)


def write_right(axes: Any, text: str, x: float, row: float, **ink: Any) -> Any:
    """Write a number to the right of its dot or bar."""
    ink = {"va": "center", "fontsize": 8.5, "color": GREY} | ink
    return axes.annotate(text, (x, row), (8, 0), textcoords="offset points", **ink)


def finish_figure(
    figure: Figure, finding: str, note: str, alt: str = "", parts: Iterable[str] = ()
) -> tuple[Figure, str]:
    """Write the finding above the figure and the note below it; return the figure and its alt text.

    Without `alt`, the alt text is the finding, followed by the parts.
    """
    figure.suptitle(finding, x=0.01, ha="left", fontsize=12, weight="bold", wrap=True)
    figure.supxlabel(note, x=0.01, ha="left", fontsize=8, color=GREY, wrap=True)
    numbers = "; ".join(parts)
    return figure, alt or (f"{finding}. {numbers}." if numbers else f"{finding}.")


def format_device(device: str) -> str:
    """Write the name of a device in words: "agentless passive" for `agentless_passive`."""
    return device.replace("_", " ")


def format_rate(per_1000: float, low: float | None = None, high: float | None = None) -> str:
    """Write a rate per 1,000 words and its 95 % interval, if there is one: "3.9 (0.0 to 8.8)".

    A rate has 1 decimal, below 1 it has 2, and below .1 it has 3; the ends of the interval have the same number.
    """
    ends = format_interval(per_1000, low, high)
    return f"{per_1000:.{_count_decimals(per_1000, high)}f}" + (f" ({ends})" if ends else "")


def format_interval(per_1000: float, low: float | None, high: float | None) -> str:
    """Write the ends of a rate's interval with the decimals of the rate: "0.0 to 8.8"; empty without an interval."""
    decimals = _count_decimals(per_1000, high)
    return "" if low is None or high is None else f"{low:.{decimals}f} to {high:.{decimals}f}"


def _count_decimals(per_1000: float, high: float | None) -> int:
    size = per_1000 or high or 1.0
    return 1 if size >= 1 else 2 if size >= 0.1 else 3


def format_months(months: Sequence[str]) -> dict[str, str]:
    """Return the label of each month ("2024-06"): only the year if there are several years with one month each."""
    years = {month[:4] for month in months}
    return {month: month[:4] if len(years) == len(months) > 1 else month for month in months}


def shorten(text: str, most: int = 32) -> str:
    """Shorten a label to one line of at most `most` characters; what cannot be printed becomes U+FFFD."""
    line = "".join(sign if sign.isprintable() else "\ufffd" for sign in " ".join(text.split()))
    return line if len(line) <= most else f"{line[: most - 1].rstrip()}…"


@lru_cache(maxsize=32)
def render_svg(figure: Figure) -> str:
    """Return the figure as SVG text, the same bytes for the same figure; the report and the file share the result."""
    buffer = io.StringIO()
    figure.savefig(buffer, format="svg", metadata={"Date": None, "Creator": "Rhetoscope"})
    return buffer.getvalue()


def save_figures(**made: tuple[Figure | None, str]) -> None:
    """Write each figure as SVG to `data/findings/figures/`, with its argument's name as the file name.

    A figure that is None is not written. Figures of an earlier run with other names are deleted.
    """
    from rhetoscope import project

    folder = project.find_root() / "data" / "findings" / "figures"
    drawn = {name: figure for name, (figure, _) in made.items() if figure is not None}
    for old in folder.glob("*.svg"):
        if old.stem not in drawn:
            old.unlink()
    for name, figure in drawn.items():
        project.write_text(folder / f"{name}.svg", render_svg(figure))
