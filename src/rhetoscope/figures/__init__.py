"""Figures: one module a stage, one function a figure, each returning the figure and its alt text."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from functools import lru_cache
from importlib.resources import as_file
from importlib.resources import files as package
from typing import IO, TYPE_CHECKING, Any

if TYPE_CHECKING:
    from matplotlib.figure import Figure

BLUE, ORANGE, GREEN, PINK, AMBER, SKY, GREY = (
    "#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#595959",
)  # fmt: skip
PALE = "#D9D9D9"
"""For what is shown but not spoken of."""


def new(width: float = 8.0, height: float = 4.5, **subplots: Any) -> tuple[Figure, Any]:
    """A figure in the house style and its axes, outside pyplot's global state.

    Args:
        width: inches.
        height: inches.
        subplots: passed to `Figure.subplots`.
    """
    import matplotlib.style
    from matplotlib.figure import Figure

    with as_file(package(__name__) / "house.mplstyle") as style:
        matplotlib.style.use(style)
    figure = Figure(figsize=(width, height))
    return figure, figure.subplots(**subplots)


def rows(axes: Any, labels: Sequence[str]) -> None:
    """Names the rows of a chart of dots or bars, without an axis line, a little off so that no dot covers a name."""
    axes.set_yticks(range(len(labels)), labels)
    axes.tick_params(axis="y", length=0, pad=8)
    axes.spines["left"].set_visible(False)


def dot(axes: Any, place: float, rate: float, low: float | None, high: float | None, ink: str, size: float) -> None:
    """A rate as a dot on its interval, where it has one, in the row `place`."""
    if low is not None and high is not None:
        axes.plot([low, high], [place, place], color=ink, linewidth=2.5, alpha=0.45, solid_capstyle="butt")
    axes.plot(rate, place, "o", color=ink, markersize=size, clip_on=False, zorder=3)


def number(axes: Any, text: str, at: float, place: int) -> None:
    """A number right of its dot, on white so that no line crosses it."""
    label = axes.annotate(text, (at, place), (7, 0), textcoords="offset points", va="center", fontsize=8,
                          color=GREY)  # fmt: skip
    label.set_bbox({"facecolor": "white", "alpha": 0.85, "pad": 0.8, "linewidth": 0})


def title(figure: Figure, text: str) -> None:
    """The finding as a sentence across the whole figure: labels at the left leave an axes title little room."""
    figure.suptitle(_lines(figure, text, 12, "bold"), x=0.01, ha="left", fontsize=12, weight="bold")


def note(figure: Figure, text: str) -> None:
    """The source note, small, under the figure."""
    figure.supxlabel(_lines(figure, text, 8, "normal"), fontsize=8, color=GREY, x=0.01, ha="left")


def _lines(figure: Figure, text: str, size: float, weight: str) -> str:
    """The text in lines as long as the figure is wide.

    Matplotlib would wrap it too, and measures a line anew with each word, several times: a sixth of a figure's time.
    """
    space, room = _width("n n", size, weight) - 2 * _width("n", size, weight), 0.97 * 72 * figure.get_figwidth()
    lines = []
    for line in text.split("\n"):
        first, *words = line.split(" ")
        lines.append(first)
        end = _width(first, size, weight)
        for word in words:
            end += space + _width(word, size, weight)
            if end <= room:
                lines[-1] += f" {word}"
            else:
                lines.append(word)
                end = _width(word, size, weight)
    return "\n".join(lines)


@lru_cache(maxsize=4096)
def _width(text: str, size: float, weight: str) -> float:
    """How wide a text is written, in points."""
    from matplotlib.font_manager import FontProperties
    from matplotlib.textpath import text_to_path

    font = FontProperties(size=size, weight=weight)
    return float(text_to_path.get_text_width_height_descent(text, font, ismath=False)[0])


def alt_text(title: str, parts: Iterable[str]) -> str:
    """The alt text: the finding, then the numbers."""
    numbers = "; ".join(parts)
    return f"{title}. {numbers}." if numbers else f"{title}."


def plain(device: str) -> str:
    """The name of a device in words: "agentless passive" for `agentless_passive`."""
    return device.replace("_", " ")


def rate(per_1000: float, low: float | None = None, high: float | None = None) -> str:
    """A rate per 1,000 words and its 95 % interval: "3.9 (0.0 to 8.8)"; without brackets where there is none.

    It has one decimal, two below 1 and three below .1, and its ends have as many: in a large corpus a rate of .04 is
    known well, and is not 0.0.
    """
    ends = interval(per_1000, low, high)
    return f"{per_1000:.{_decimals(per_1000, high)}f}" + (f" ({ends})" if ends else "")


def interval(per_1000: float, low: float | None, high: float | None) -> str:
    """The ends of a rate's interval with its decimals: "0.0 to 8.8"; empty where there is none."""
    decimals = _decimals(per_1000, high)
    return "" if low is None or high is None else f"{low:.{decimals}f} to {high:.{decimals}f}"


def _decimals(per_1000: float, high: float | None) -> int:
    size = per_1000 or high or 1.0
    return 1 if size >= 1 else 2 if size >= 0.1 else 3


def dated(months: Sequence[str]) -> dict[str, str]:
    """What months ("2024-06") are called: their year alone where each of several years has one month."""
    years = {month[:4] for month in months}
    return {month: month[:4] if len(years) == len(months) > 1 else month for month in months}


def short(text: str, most: int = 32) -> str:
    """A label on one line of at most `most` characters, cut with an ellipsis; what cannot be printed as U+FFFD."""
    line = "".join(sign if sign.isprintable() else "\ufffd" for sign in " ".join(text.split()))
    return line if len(line) <= most else f"{line[: most - 1].rstrip()}…"


@lru_cache(maxsize=32)
def svg(figure: Figure) -> str:
    """The figure as SVG text: the same figure gives the same bytes. Drawn once, for the page and for its file."""
    buffer = io.StringIO()
    _write(figure, buffer, format="svg", metadata={"Date": None, "Creator": "Rhetoscope"})
    return buffer.getvalue()


def _write(figure: Figure, target: IO[Any], **how: Any) -> None:
    """As `savefig`, which draws all of a figure with a layout twice, the first time to lay it out alone."""
    engine, own = figure.get_layout_engine(), vars(figure)

    def lay_out(_: Any) -> None:
        del own["draw"]  # the second time it draws
        for axes in figure.axes:
            for drawn in (*axes.lines, *axes.patches, *axes.collections):
                drawn.set_in_layout(False)  # stands within its axes and wants no room beside them
        engine.execute(figure)  # type: ignore[union-attr]

    if engine is not None:
        own["draw"] = lay_out
    figure.savefig(target, **how)


def save(**made: tuple[Figure | None, str]) -> None:
    """Writes figures to `data/findings/figures/`, each as SVG under its name here; those with nothing to draw are not.

    Figures of an earlier run under other names are deleted.
    """
    from rhetoscope import files, project

    folder = project.root() / "data" / "findings" / "figures"
    for old in folder.glob("*.svg"):
        if old.stem not in made:
            old.unlink()
    for name, (figure, _) in made.items():
        if figure is None:
            (folder / f"{name}.svg").unlink(missing_ok=True)
        else:
            files.write_text(folder / f"{name}.svg", svg(figure))


def show(figure_and_alt: tuple[Figure | None, str]) -> None:
    """Shows a figure in a notebook as PNG; its alt text goes with it and is the plain-text output nbval compares.

    A figure with nothing to draw is its sentence.
    """
    from IPython.display import display

    figure, alt = figure_and_alt
    if figure is None:
        display({"text/plain": alt}, raw=True)
        return
    buffer = io.BytesIO()
    _write(figure, buffer, format="png", dpi=110, metadata={"Software": None})
    display({"image/png": buffer.getvalue(), "text/plain": alt}, raw=True, metadata={"image/png": {"alt": alt}})
