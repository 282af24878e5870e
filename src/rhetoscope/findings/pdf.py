"""The report as PDF, printed by Chromium where it is installed. Its bytes differ by the minute: no stage's output."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from pathlib import Path

from rhetoscope import InputError, project

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
_SECONDS = 300
"""A report of 5 MB prints in a few seconds; a browser that hangs is given up."""


def browser() -> str | None:
    """The first Chromium on the path, or None."""
    return next(filter(None, map(shutil.which, BROWSERS)), None)


def write(report: Path | None = None) -> Path:
    """Prints the report with its print stylesheet to a PDF beside it, and returns the PDF's path.

    Args:
        report: the page; None for `data/findings/findings.html`.

    Raises:
        InputError: there is no report yet, no Chromium, or it failed.
    """
    report = report or project.root() / "data" / "findings" / "findings.html"
    if not report.is_file():
        raise InputError("data/findings/findings.html is missing: run the stage findings first (dvc repro)")
    program = browser()
    if program is None:
        raise InputError(
            f"the PDF needs Chromium or Chrome, found none of {', '.join(BROWSERS)}; any browser prints the report"
        )
    target = report.with_suffix(".pdf")
    with tempfile.TemporaryDirectory() as folder:
        printed = Path(folder) / "report.pdf"
        flags = ["--headless", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-sync"]
        if hasattr(os, "geteuid") and os.geteuid() == 0:
            flags.append("--no-sandbox")  # Chromium refuses its sandbox to root
        command = [program, *flags, f"--user-data-dir={folder}/profile", "--no-pdf-header-footer",
                   f"--print-to-pdf={printed}", report.resolve().as_uri()]  # fmt: skip
        try:
            done = subprocess.run(command, capture_output=True, text=True, timeout=_SECONDS, check=False)  # noqa: S603
        except subprocess.TimeoutExpired as error:
            raise InputError(f"{program} did not print the report within {_SECONDS} s") from error
        if done.returncode or not printed.is_file():
            raise InputError(f"{program} could not print the report: {done.stderr.strip()[-500:]}")
        shutil.move(printed, target)
    return target
