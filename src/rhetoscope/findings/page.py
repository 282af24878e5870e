"""HTML of findings, evidence and figures. Every text that comes from a page passes through Jinja's escaping."""

from __future__ import annotations

import base64
import unicodedata
from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

import polars as pl

from rhetoscope import figures
from rhetoscope.coding import list_concordance
from rhetoscope.findings import crossing
from rhetoscope.findings.corpus import Corpus
from rhetoscope.findings.evidence import NONE, Evidence, Finding, Passage
from rhetoscope.findings.panels import TINTS, Multiples

if TYPE_CHECKING:
    from jinja2 import Environment
    from matplotlib.figure import Figure

ROW = 4
"""Most sentences a row of the crossing opens onto; all stand in the tables."""


def findings_html(findings: Sequence[Finding]) -> str:
    """The findings as a numbered list, each with the passages behind it folded away underneath."""
    return _render("findings", findings=findings)


def evidence_html(evidence: Evidence, summary: str = "Evidence") -> str:
    """Passages with their coded spans marked, folded away under a line that counts them."""
    return _render("evidence_block", evidence=evidence, summary=summary)


def figure_html(figure_and_alt: tuple[Figure | None, str], evidence: Evidence = NONE) -> str:
    """A figure as an embedded SVG with alt text, its evidence folded away underneath; without a figure its sentence."""
    figure, alt = figure_and_alt
    if figure is None:
        return _render("sentence", text=alt)
    data = base64.b64encode(figures.svg(figure).encode()).decode()
    width, height = figure.get_size_inches()
    return _render("figure", data=data, alt=alt, evidence=evidence, tall=bool(height > width))


def table_html(frame: pl.DataFrame, caption: str, folded: bool = False) -> str:
    """A table that sorts, numbers to the right, null as a dash; the frame's column names are its headings.

    Args:
        frame: the rows.
        caption: what they are.
        folded: whether the table is folded away under its caption.
    """
    columns = [(name.replace("_", " "), dtype.is_numeric()) for name, dtype in frame.schema.items()]
    rows = [
        [("–", "") if cell is None else (_cell(cell), cell if isinstance(cell, int | float) else "") for cell in row]
        for row in frame.iter_rows()
    ]
    return _render("folded" if folded else "table", columns=columns, rows=rows, caption=caption)


def concordance_html(corpus: Corpus, most: int = 200, **which: Any) -> str:
    """Codings in their context, one a line, as a table that sorts and filters: one call to look anything up.

    Args:
        corpus: the tables.
        most: rows shown at most.
        which: `device`, `actor`, `voice`, `topic`, `width`, as `coding.list_concordance` takes them.
    """
    found = list_concordance(corpus.codings, corpus.articles, assignments=corpus.assignments, **which)
    named = found.with_columns(pl.col("device").str.replace_all("_", " ")).drop("doc_id", "start")
    said = f"{min(most, found.height):,} of {found.height:,} codings in context"
    return table_html(named.head(most), said)


def look() -> str:
    """Style and script of the report's pieces, so that they look, sort and filter alike in a notebook."""
    return f"<style>{part('pieces.css')}</style><script>{part('page.js')}</script>"


def part(name: str) -> str:
    """A file of the report's template."""
    return files("rhetoscope.findings").joinpath("template", name).read_text(encoding="utf-8")


def crossing_html(cells: pl.DataFrame, corpus: Corpus, max_rows: int) -> str:
    """The crossing as a table that sorts and filters in a browser, each row opening onto its sentences.

    Args:
        cells: as `crossing.cross` gives them.
        corpus: the tables they were made from.
        max_rows: most rows, those with most codings first; the page says how many more there are.
    """
    shown, facets = cells.head(max_rows), crossing.shown_facets(cells)
    numbers = ("codings", "words", "per 1,000 words", "95 % interval")
    columns = [(name, False) for name in facets] + [(name, True) for name in numbers]
    evidence = crossing.evidence(shown, corpus, ROW)
    rows = []
    for place, row in enumerate(shown.iter_rows(named=True)):
        texts = [(_cell(row[name] or "–").replace("_", " "), row[name] or "") for name in facets]
        counts = [(f"{row[name]:,}", row[name]) for name in ("count", "words")]
        rate = ("too little text", "") if row["per_1000"] is None else (figures.rate(row["per_1000"]), row["per_1000"])
        ends = figures.interval(row["per_1000"] or 0.0, row["low"], row["high"])
        interval = (ends, row["low"]) if ends else ("–", "")
        said = f"{texts[0][0]}, said of {' · '.join(text for text, _ in texts[1:] if text != '–')}"
        rows.append(([*texts, *counts, rate, interval], said, evidence.get(place, NONE)))
    return _render("crossing", columns=[*columns, ("sentences", True)], rows=rows, more=max(0, cells.height - max_rows))


def multiples_html(multiples: Sequence[Multiples], min_words: int) -> str:
    """Small multiples of the crossing: cells coloured by their rate, each with codings opening onto its sentences."""
    return _render("multiples", multiples=multiples, min_words=min_words, tints=TINTS)


def _cell(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int):
        return f"{value:,}"
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def _render(macro: str, **values: Any) -> str:
    module = _environment().get_template("pieces.html.j2").module
    return str(getattr(module, macro)(**values))


@cache
def _environment() -> Environment:
    from jinja2 import Environment, PackageLoader, StrictUndefined

    environment = Environment(
        loader=PackageLoader("rhetoscope.findings", "template"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["visible"] = visible
    environment.filters["pieces"] = pieces
    environment.globals["rate"], environment.globals["interval"] = figures.rate, figures.interval
    return environment


_JOINERS = "\u200c\u200d"
"""Zero-width joiner and non-joiner: spelling in Persian or Hindi, and no harm within a <bdi>."""


def visible(text: str) -> str:
    """The text with characters that would act on the page, and be seen by no one, shown as signs.

    Control characters become their pictures (␛), direction marks and other format characters their code point
    ([U+202E]), lone surrogates U+FFFD; line breaks, tabs and joiners stay.
    """
    return text if text.isprintable() else "".join(map(_sign, text))


def _sign(sign: str) -> str:
    kind, code = unicodedata.category(sign), ord(sign)
    if kind == "Cc" and sign not in "\n\t":
        return chr(0x2400 + code) if code < 0x20 else "\u2421" if code == 0x7F else f"[U+{code:04X}]"
    if kind == "Cf" and sign not in _JOINERS:
        return f"[U+{code:04X}]"
    return "\ufffd" if kind == "Cs" else sign


def pieces(passage: Passage) -> list[tuple[str, bool]]:
    """The text cut at its spans, as (part, whether it is coded)."""
    parts, position = [], 0
    for start, end in passage.spans:
        parts += [(passage.text[position:start], False), (passage.text[start:end], True)]
        position = end
    return [(part, coded) for part, coded in [*parts, (passage.text[position:], False)] if part]
