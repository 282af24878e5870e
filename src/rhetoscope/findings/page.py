"""Make the pieces of the report as HTML; Jinja escapes every text that comes from a page."""

from __future__ import annotations

import base64
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

import polars as pl

from rhetoscope import figures
from rhetoscope.findings import crossing
from rhetoscope.findings.corpus import Corpus
from rhetoscope.findings.evidence import NONE, Finding, Passage, find_evidence
from rhetoscope.findings.publish import cite_report
from rhetoscope.tables import Frame

if TYPE_CHECKING:
    from jinja2 import Environment
    from matplotlib.figure import Figure

OPENED = 4  # the most sentences shown for a row of the crossing; the tables contain all
JOINERS = "\u200c\u200d"  # zero-width joiner and non-joiner: needed to write Persian or Hindi, harmless within a <bdi>


@dataclass(frozen=True)
class Piece:
    """A piece of the report: a notebook shows its `html`, and nbval (a test of notebooks) compares its `text` too."""

    html: str
    text: str

    def _repr_mimebundle_(self, **_: Any) -> dict[str, str]:
        """Return what a notebook stores; the classes tell MathJax that "$" does not start a formula here."""
        page = f'<div class="mathjax_ignore tex2jax_ignore">{self.html}</div>'
        return {"text/html": page, "text/plain": self.text}


def show_style() -> Piece:
    """Return the style and script of the report, so that its pieces look, sort and filter the same in a notebook."""
    return Piece(f"<style>{read_template('pieces.css')}</style><script>{read_template('page.js')}</script>", "")


def show_findings(findings: Sequence[Finding]) -> Piece:
    """Show the findings as a numbered list; under each, its passages can be unfolded."""
    return Piece(_render("findings", findings=findings), "\n".join(finding.text for finding in findings))


def show_figure(
    figure_and_alt: tuple[Figure | None, str], corpus: Corpus | None = None, rows: Frame | None = None
) -> Piece:
    """Show a figure from `rhetoscope.figures`; if it is None, show its alt text as a sentence.

    If `rows` of a table of `corpus` are given, as for `find_evidence`, their passages can be unfolded under the figure.
    """
    figure, alt = figure_and_alt
    if figure is None:
        return Piece(_render("sentence", text=alt), alt)
    evidence = NONE if corpus is None or rows is None else find_evidence(rows, corpus)
    data = base64.b64encode(figures.render_svg(figure).encode()).decode()
    width, height = figure.get_size_inches()
    return Piece(_render("figure", data=data, alt=alt, evidence=evidence, tall=bool(height > width)), alt)


def show_table(frame: pl.DataFrame, caption: str, folded: bool = False) -> Piece:
    """Show a table that readers can sort, or with `folded`, unfold under its caption; column names are headings."""
    columns = [(name.replace("_", " "), dtype.is_numeric()) for name, dtype in frame.schema.items()]
    rows = [
        [(_write(cell), cell if isinstance(cell, int | float) else "") for cell in row] for row in frame.iter_rows()
    ]
    return Piece(_render("folded" if folded else "table", columns=columns, rows=rows, caption=caption), caption)


def show_crossing(cells: pl.DataFrame, corpus: Corpus, max_rows: int) -> Piece:
    """Show the first `max_rows` rows of `cross_facets` as a table; under each row, its sentences can be unfolded."""
    shown, facets = cells.head(max_rows), crossing.list_shown_facets(cells)
    numbers = ("codings", "words", "per 1,000 words", "95 % interval", "sentences")
    columns = [(name, False) for name in facets] + [(name, True) for name in numbers]
    evidence = crossing.find_cell_evidence(shown, corpus, OPENED)
    rows = []
    for place, row in enumerate(shown.iter_rows(named=True)):
        values = [row[name] for name in facets]
        texts = [((value or "–").replace("_", " "), value or "") for value in values]
        counts = [(f"{row[name]:,}", row[name]) for name in ("count", "words")]
        rate, low, high = row["per_1000"], row["low"], row["high"]
        shown_rate = ("too little text", "") if rate is None else (figures.format_rate(rate), rate)
        ends = ("–", "") if low is None else (figures.format_interval(rate, low, high), low)
        rows.append(([*texts, *counts, shown_rate, ends], crossing.label_cell(*values), evidence.get(place, NONE)))
    html = _render("crossing", columns=columns, rows=rows, more=max(0, cells.height - max_rows))
    return Piece(html, f"{cells.height:,} combinations; {cells.filter('enough').height:,} with enough text for a rate")


def show_small_multiples(corpus: Corpus, min_words: int, max_actors: int) -> Piece:
    """Show small multiples of the most mentioned actors: cells are coloured by rate, and open to show sentences."""
    multiples = crossing.build_small_multiples(corpus, min_words, max_actors)
    html = _render("multiples", multiples=multiples, min_words=min_words, tints=crossing.TINTS)
    return Piece(html, "\n".join(f"{title}: {len(grids)} grids" for title, grids in multiples.items()))


def show_citation(corpus: Corpus) -> Piece:
    """Show the sentence with which to cite the report."""
    text = cite_report(corpus)
    return Piece(f"<p>{text}</p>", text)


def read_template(name: str) -> str:
    """Read a file of the report's template."""
    return files("rhetoscope.findings").joinpath("template", name).read_text(encoding="utf-8")


def escape_invisible(text: str) -> str:
    """Make invisible characters of a text visible: ␛ for a control character, [U+202E] for a direction mark.

    Lone surrogates become U+FFFD; line breaks, tabs and `JOINERS` do not change.
    """
    return text if text.isprintable() else "".join(map(_replace_sign, text))


def split_at_spans(passage: Passage) -> list[tuple[str, bool]]:
    """Split the text of a passage into coded and other parts, as (part, whether it is coded)."""
    parts, position = [], 0
    for start, end in passage.spans:
        parts += [(passage.text[position:start], False), (passage.text[start:end], True)]
        position = end
    return [(part, coded) for part, coded in [*parts, (passage.text[position:], False)] if part]


def _replace_sign(sign: str) -> str:
    kind, code = unicodedata.category(sign), ord(sign)
    if kind == "Cc" and sign not in "\n\t":
        return chr(0x2400 + code) if code < 0x20 else "\u2421" if code == 0x7F else f"[U+{code:04X}]"
    if kind == "Cf" and sign not in JOINERS:
        return f"[U+{code:04X}]"
    return "\ufffd" if kind == "Cs" else sign


def _write(value: object) -> str:
    if value is None:
        return "–"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int):
        return f"{value:,}"
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def _render(macro: str, **values: Any) -> str:
    return str(getattr(_read_macros().get_template("pieces.html.j2").module, macro)(**values))


@cache
def _read_macros() -> Environment:
    from jinja2 import Environment, PackageLoader, StrictUndefined

    loader, strict = PackageLoader("rhetoscope.findings", "template"), StrictUndefined
    environment = Environment(loader=loader, autoescape=True, undefined=strict, trim_blocks=True, lstrip_blocks=True)
    environment.filters |= {"visible": escape_invisible, "pieces": split_at_spans}
    environment.globals |= {"rate": figures.format_rate, "interval": figures.format_interval}
    return environment
