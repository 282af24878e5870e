"""HTML of findings, evidence and figures. Every text that comes from a page passes through Jinja's escaping."""

from __future__ import annotations

import base64
import unicodedata
from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING, Any

import polars as pl

from rhetoscope import figures
from rhetoscope.findings.crossing import shown_facets
from rhetoscope.findings.evidence import Evidence, of_codings

if TYPE_CHECKING:
    from jinja2 import Environment
    from matplotlib.figure import Figure

    from rhetoscope.findings.claims import Corpus, Finding


def findings_html(findings: Sequence[Finding], max_evidence: int) -> str:
    """The findings as a numbered list, each with the sentences behind it folded away underneath.

    Args:
        findings: as `claims.state` gives them.
        max_evidence: most sentences shown under one; the page says how many more there are.
    """
    return _render("findings", findings=findings, limit=max_evidence)


def evidence_html(evidence: Sequence[Evidence], max_evidence: int, summary: str = "Evidence") -> str:
    """Sentences with their coded spans marked, folded away under a line that counts them."""
    return _render("evidence_block", evidence=evidence, limit=max_evidence, summary=summary)


def figure_html(figure_and_alt: tuple[Figure, str], evidence: Sequence[Evidence], max_evidence: int) -> str:
    """A figure as an embedded SVG with alt text, its evidence folded away underneath."""
    figure, alt = figure_and_alt
    data = base64.b64encode(figures.svg(figure).encode()).decode()
    return _render("figure", data=data, alt=alt, evidence=evidence, limit=max_evidence)


def table_html(frame: pl.DataFrame) -> str:
    """A small table, numbers to the right, null as a dash; the frame's column names are its headings."""
    columns = [(name.replace("_", " "), dtype.is_numeric()) for name, dtype in frame.schema.items()]
    rows = [["–" if cell is None else _cell(cell) for cell in row] for row in frame.iter_rows()]
    return _render("table", columns=columns, rows=rows)


def crossing_html(cells: pl.DataFrame, corpus: Corpus, max_evidence: int, max_rows: int) -> str:
    """The crossing as a table that sorts and filters in a browser, each row opening onto its sentences.

    Args:
        cells: as `crossing.cross` gives them.
        corpus: the tables they were made from.
        max_evidence: most sentences shown in one row.
        max_rows: most rows, those with most codings first; the page says how many more there are.
    """
    facets = shown_facets(cells)
    columns = [(name, False) for name in facets] + [("codings", True), ("words", True), ("per 1,000 words", True)]
    rows = []
    for row in cells.head(max_rows).iter_rows(named=True):
        texts = [(_cell(row[name] or "–").replace("_", " "), row[name] or "") for name in facets]
        rate = ("too little text", "") if row["per_1000"] is None else (f"{row['per_1000']:.1f}", row["per_1000"])
        numbers = [(f"{row[name]:,}", row[name]) for name in ("count", "words")]
        wanted = (pl.col("device") == row["device"]) & (pl.col("actor") == row["actor"])
        codings = corpus.codings.filter(wanted & pl.col("sentence_id").is_in(row["sentences"]))
        rows.append(([*texts, *numbers, rate], of_codings(codings, corpus.sentences, corpus.articles)))
    return _render(
        "crossing",
        columns=[*columns, ("evidence", False)],
        rows=rows,
        limit=max_evidence,
        more=max(0, cells.height - max_rows),
    )


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
    return environment


def visible(text: str) -> str:
    """The text with control and direction characters shown as U+FFFD, so that none acts on the page around it."""
    return "".join("\ufffd" if unicodedata.category(c) in ("Cc", "Cf", "Cs") and c not in "\n\t" else c for c in text)


def pieces(evidence: Evidence) -> list[tuple[str, bool]]:
    """The text cut at its spans, as (part, whether it is coded)."""
    parts, position = [], 0
    for start, end in evidence.spans:
        parts += [(evidence.text[position:start], False), (evidence.text[start:end], True)]
        position = end
    return [(part, coded) for part, coded in [*parts, (evidence.text[position:], False)] if part]
