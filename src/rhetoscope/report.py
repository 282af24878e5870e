"""The report: the executed notebook of findings as one page, and what a terminal says of it.

No room of the findings is imported, nor Polars and NumPy with them: the page is made of the notebook alone.
"""

from __future__ import annotations

import base64
import hashlib
import json
from importlib.resources import as_file
from importlib.resources import files as package
from pathlib import Path

from rhetoscope import InputError, files, project

SUMMARY = ("read", "evidentials", "agency")
"""The findings `make` prints: what was read, how it argues, of whom."""


def export(executed: Path) -> Path:
    """Writes `data/findings/findings.html` from the executed notebook 04; the page makes no network request.

    Args:
        executed: the notebook as `notebook.run("findings")` leaves it.
    """
    import nbformat
    from nbconvert import HTMLExporter

    with as_file(package("rhetoscope").joinpath("findings")) as folder:
        script = (folder / "template" / "page.js").read_text(encoding="utf-8")
        digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
        resources = {
            "metadata": {"name": "Rhetoscope: findings"},
            "script": script,
            "script_hash": f"sha256-{digest}",  # the page's policy lets this script run and no other
        }
        exporter = HTMLExporter(template_name="template", extra_template_basedirs=[str(folder)])
        exporter.exclude_input = True
        notebook = nbformat.read(executed, as_version=4)
        # its own method parses the page once more and marks parts of Jupyter's templates, which this one does not have
        page, _ = super(HTMLExporter, exporter).from_notebook_node(notebook, resources=resources)
    target = project.root() / "data" / "findings" / "findings.html"
    files.write_text(target, page.rstrip() + "\n")
    return target


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
