"""Figures: one module a stage, one function a figure, each returning the figure and its alt text."""

from __future__ import annotations

import io
from importlib.resources import as_file, files
from typing import TYPE_CHECKING, Any

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

    with as_file(files(__name__) / "house.mplstyle") as style:
        matplotlib.style.use(style)
    figure = Figure(figsize=(width, height))
    return figure, figure.subplots(**subplots)


def svg(figure: Figure) -> str:
    """The figure as SVG text: the same figure gives the same bytes."""
    buffer = io.StringIO()
    figure.savefig(buffer, format="svg", metadata={"Date": None, "Creator": "Rhetoscope"})
    return buffer.getvalue()


def save(**made: tuple[Figure, str]) -> None:
    """Writes figures to `data/findings/figures/`, each as SVG under the name it is given here."""
    from rhetoscope import project, tables

    for name, (figure, _) in made.items():
        tables.write_text(project.root() / "data" / "findings" / "figures" / f"{name}.svg", svg(figure))


def show(figure_and_alt: tuple[Figure, str]) -> None:
    """Shows a figure in a notebook as PNG; its alt text goes with it and is the plain-text output nbval compares."""
    from IPython.display import display

    figure, alt = figure_and_alt
    buffer = io.BytesIO()
    figure.savefig(buffer, format="png", dpi=110, metadata={"Software": None})
    display({"image/png": buffer.getvalue(), "text/plain": alt}, raw=True, metadata={"image/png": {"alt": alt}})
