"""The findings: sentences with numbers, each opening onto its evidence, and the report that carries them."""

from rhetoscope.findings.corpus import Corpus, load_corpus
from rhetoscope.findings.crossing import build_small_multiples, cross_facets
from rhetoscope.findings.differences import compare_all, describe_differences
from rhetoscope.findings.evidence import Evidence, Finding, Passage, find_evidence, list_sentences
from rhetoscope.findings.page import (
    show_citation,
    show_crossing,
    show_figure,
    show_findings,
    show_small_multiples,
    show_style,
    show_table,
)
from rhetoscope.findings.publish import (
    compare_runs,
    describe_runs,
    list_parameters,
    list_versions,
    read_rates,
    write_pdf,
    write_sentences,
    write_spreadsheets,
)
from rhetoscope.findings.statements import state_findings

__all__ = [
    "Corpus", "Evidence", "Finding", "Passage",
    "build_small_multiples", "compare_all", "compare_runs", "cross_facets", "describe_differences",
    "describe_runs", "find_evidence", "list_parameters", "list_sentences", "list_versions", "load_corpus",
    "read_rates", "show_citation", "show_crossing", "show_figure", "show_findings", "show_small_multiples", "show_style", "show_table",
    "state_findings", "write_pdf", "write_sentences", "write_spreadsheets",
]  # fmt: skip
