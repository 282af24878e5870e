"""What a claim drawn from the report has to cite: corpus, version, parameters and data."""

from __future__ import annotations

import hashlib
from dataclasses import fields

import polars as pl

from rhetoscope import __version__, project, tables
from rhetoscope.findings.claims import Corpus, count


def parameters() -> pl.DataFrame:
    """The parameters of all stages as `params.yaml` holds them: columns `stage`, `parameter`, `value`."""
    rows = [
        (stage, name, str(value)) for stage in project.STAGES for name, value in project.stage_params(stage).items()
    ]
    return pl.DataFrame(rows, schema=["stage", "parameter", "value"], orient="row")


def fingerprint() -> str:
    """16 hex digits of the SHA-256 of the tables the findings are drawn from: the same data, the same digits."""
    digest = hashlib.sha256()
    for field in fields(Corpus):
        digest.update(tables.TABLES[field.name].path.read_bytes())
    return digest.hexdigest()[:16]


def citation(corpus: Corpus) -> str:
    """One sentence to cite the report by."""
    days = sorted(set(corpus.articles["published_at"].drop_nulls().dt.strftime("%Y-%m-%d")))
    when = f", {' to '.join(dict.fromkeys((days[0], days[-1])))}" if days else ""
    outlets = corpus.articles["outlet"].drop_nulls().n_unique()
    where = f" from {count(outlets, 'outlet')}" if outlets else ""
    return (
        f"Rhetoscope {__version__}, findings on {count(corpus.articles.height, 'article')}{where}{when}; "
        f"data {fingerprint()}; parameters as listed."
    )
