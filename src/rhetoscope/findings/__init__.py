"""The findings: sentences with numbers, each opening onto its evidence, and the page that carries them."""

from rhetoscope.findings.citation import citation, parameters, versions
from rhetoscope.findings.claims import state, write_sentences
from rhetoscope.findings.corpus import Corpus, load
from rhetoscope.findings.crossing import cross
from rhetoscope.findings.differences import compared, differences, names, told
from rhetoscope.findings.evidence import Evidence, Finding, Passage, of_codings, of_mentions, of_units
from rhetoscope.findings.page import (
    concordance_html,
    crossing_html,
    evidence_html,
    figure_html,
    findings_html,
    look,
    multiples_html,
    table_html,
)
from rhetoscope.findings.panels import small_multiples

__all__ = [
    "Corpus", "Evidence", "Finding", "Passage",
    "citation", "compared", "concordance_html", "cross", "crossing_html", "differences", "evidence_html",
    "figure_html", "findings_html", "load", "look", "multiples_html", "names", "of_codings", "of_mentions", "of_units",
    "parameters", "small_multiples", "state", "table_html", "told", "versions", "write_sentences",
]  # fmt: skip
