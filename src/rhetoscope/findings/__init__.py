"""Make the findings and the report: sentences with numbers, each with the passages that it is based on."""

from rhetoscope.findings.corpus import Corpus, load_corpus
from rhetoscope.findings.crossing import cross_facets
from rhetoscope.findings.differences import compare_all, describe_differences
from rhetoscope.findings.evidence import Finding, find_evidence
from rhetoscope.findings.page import (
    show_citation,
    show_crossing,
    show_figure,
    show_findings,
    show_small_multiples,
    show_style,
    show_table,
)  # fmt: skip
from rhetoscope.findings.publish import (
    compare_runs,
    describe_runs,
    export_report,
    list_parameters,
    list_versions,
    read_rates,
    summarise_report,
    write_pdf,
    write_sentences,
    write_spreadsheets,
)  # fmt: skip
from rhetoscope.findings.statements import state_findings

__all__ = [
    "Corpus", "Finding", "compare_all", "compare_runs", "cross_facets", "describe_differences", "describe_runs",
    "export_report", "find_evidence", "list_parameters", "list_versions", "load_corpus", "read_rates", "show_citation",
    "show_crossing", "show_figure", "show_findings", "show_small_multiples", "show_style", "show_table",
    "state_findings", "summarise_report", "write_pdf", "write_sentences", "write_spreadsheets",
]  # fmt: skip
