"""The findings: sentences with numbers, each opening onto its evidence, and the page that carries them."""

from rhetoscope.findings.citation import citation, parameters
from rhetoscope.findings.claims import Corpus, Finding, load, state
from rhetoscope.findings.crossing import cross
from rhetoscope.findings.evidence import Evidence, of_codings, of_mentions, of_units
from rhetoscope.findings.export import export, summary, write_sentences
from rhetoscope.findings.page import crossing_html, evidence_html, figure_html, findings_html, table_html

__all__ = [
    "Corpus", "Evidence", "Finding",
    "citation", "cross", "crossing_html", "evidence_html", "export", "figure_html", "findings_html", "load",
    "of_codings", "of_mentions", "of_units", "parameters", "state", "summary", "table_html", "write_sentences",
]  # fmt: skip
