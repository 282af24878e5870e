"""The findings as files: the page, and the sentences alone."""

from __future__ import annotations

import base64
import hashlib
import importlib.resources
import json
from collections.abc import Sequence
from pathlib import Path

from rhetoscope import InputError, files, project
from rhetoscope.findings.evidence import Finding
from rhetoscope.findings.page import part

SUMMARY = ("read", "evidentials", "agency")
"""The findings `make` prints: what was read, how it argues, of whom."""


def export(executed: Path) -> Path:
    """Writes `data/findings/findings.html` from the executed notebook 04; the page makes no network request.

    Args:
        executed: the notebook as `notebook.run("findings")` leaves it.
    """
    import nbformat  # with its validator 1 s to import, and no notebook needs it
    from nbconvert import HTMLExporter

    script = part("page.js")
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    resources = {
        "metadata": {"name": "Rhetoscope: findings"},
        "script": script,
        "script_hash": f"sha256-{digest}",  # the page's policy lets this script run and no other
    }
    with importlib.resources.as_file(importlib.resources.files("rhetoscope.findings")) as folder:
        exporter = HTMLExporter(template_name="template", extra_template_basedirs=[str(folder)])
        exporter.exclude_input = True
        notebook = nbformat.read(executed, as_version=4)
        page, _ = exporter.from_notebook_node(notebook, resources=resources)
    target = project.root() / "data" / "findings" / "findings.html"
    files.write_text(target, page.rstrip() + "\n")
    return target


def write_sentences(findings: Sequence[Finding]) -> dict[str, str]:
    """Writes `data/findings/findings.json`, the sentences by key, and returns them."""
    sentences = {finding.key: finding.text for finding in findings}
    target = project.root() / "data" / "findings" / "findings.json"
    files.write_text(target, json.dumps(sentences, indent=2, ensure_ascii=False) + "\n")
    return sentences


def summary() -> str:
    """Three findings, a line each, and where the report lies.

    Raises:
        InputError: the stage findings has not run yet.
    """
    file = project.root() / "data" / "findings" / "findings.json"
    if not file.is_file():
        raise InputError("data/findings/findings.json is missing: run the stage findings first (dvc repro)")
    sentences = json.loads(file.read_text(encoding="utf-8"))
    lines = [f"  {sentences[key]}" for key in SUMMARY if key in sentences]
    return "\n".join(["", "The report is data/findings/findings.html", *lines])
