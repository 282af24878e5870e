"""Every value of every parameter that names a choice runs on the seed in a process of its own, and corpora of any size.

`params.yaml` is the list: a choice is a word in quotation marks in the comment above a parameter whose default is one
too. `RUNS` holds each value once or more, and numbers, lists and paths that switch to another way of computing.
"""

import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import polars as pl
import pytest
import yaml

from builders import ROOT, copy_project
from rhetoscope.topics import BINS, CLUSTERINGS, DEFAULT, KINDS, OUTLIERS, STATIC

PARAMS: dict[str, dict[str, Any]] = yaml.safe_load((ROOT / "params.yaml").read_text(encoding="utf-8"))
QUICK = {"topics": {"stability_runs": 1}, "rhetoric": {"bootstrap": 100}}
KNOWN = {
    "units": KINDS, "clustering": CLUSTERINGS, "outliers": OUTLIERS, "bins": BINS, "embedding": (DEFAULT, STATIC),
}  # fmt: skip
RUNS: dict[str, dict[str, Any]] = {
    "hdbscan": {"clustering": "hdbscan", "bins": "year"},
    "hdbscan of a sample": {"clustering": "hdbscan", "sample": 100, "leave_out": 0.2, "units": "paragraphs"},
    "all to the nearest topic": {"outliers": "nearest", "bins": "day", "seed_words": ["election, vote"]},
    "static vectors, pairs of words": {"embedding": "static", "ngram_max": 2, "bins": "week", "stop_words": ["peace"]},
    "headlines without stability": {"units": "headlines", "leave_out": 0.2, "stability_runs": 0},
    "topics of an earlier run": {"earlier": "before"},
}


def _read_choices() -> dict[str, list[str]]:
    """The values that params.yaml names for each parameter of the topics."""
    choices: dict[str, list[str]] = {}
    comment = ""
    for line in (ROOT / "params.yaml").read_text(encoding="utf-8").splitlines():
        if line.lstrip().startswith("#"):
            comment += line
        elif parameter := re.match(r"  (\w+): *(\w*)$", line):
            values = re.findall(r'"([a-z]\w*)"', comment)
            if parameter[2] in values:
                choices[parameter[1]] = values
            comment = ""
    return choices


def _run(project: Path, *stages: str, **values: Any) -> None:
    """Runs stages, each in a fresh process; `values` are parameters of the first."""
    params = yaml.safe_load((project / "params.yaml").read_text(encoding="utf-8"))
    params[stages[0]] |= values
    (project / "params.yaml").write_text(yaml.safe_dump(params), encoding="utf-8")
    for stage in stages:
        command = [sys.executable, "-m", "rhetoscope", "run", stage]
        done = subprocess.run(command, cwd=project, capture_output=True, text=True, check=False)
        assert done.returncode == 0, f"{stage} with {values}: {done.stderr[-2000:]}"


def _table(project: Path, path: str) -> pl.DataFrame:
    return pl.read_parquet(project / "data" / f"{path}.parquet")


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project whose stages before the report have run with the parameters as they are, but few resamples."""
    project = copy_project(tmp_path_factory.mktemp("finished"))
    params = {stage: values | QUICK.get(stage, {}) for stage, values in PARAMS.items()}
    (project / "params.yaml").write_text(yaml.safe_dump(params), encoding="utf-8")
    _run(project, "clean", "topics", "rhetoric")
    return project


@pytest.fixture
def project(finished: Path, tmp_path: Path) -> Path:
    """A copy of the finished project, to be run with another value."""
    return shutil.copytree(finished, tmp_path / "project")


def test_every_choice_is_run() -> None:
    runs = [PARAMS["topics"], *RUNS.values()]
    for name, values in _read_choices().items():
        assert set(values) == set(KNOWN[name]) == {run[name] for run in runs if name in run}
    assert _read_choices().keys() == KNOWN.keys()


@pytest.mark.parametrize("name", RUNS)
def test_every_choice_runs_on_the_seed(finished: Path, project: Path, name: str) -> None:
    values = RUNS[name]
    shutil.copytree(finished / "data" / "topics", project / "before")
    _run(project, "topics", *(("rhetoric", "findings") if name == "hdbscan" else ()), **values)
    before, assignments = (_table(folder, "topics/assignments") for folder in (finished, project))
    topics, over_time = _table(project, "topics/topics"), _table(project, "topics/over_time")
    expected = before.filter(pl.col("kind").is_in(KINDS[values.get("units", "both")]))
    assert assignments.drop("topic", "probability").equals(expected.drop("topic", "probability"))
    assert topics["size"].sum() == (assignments["topic"] >= 0).sum() > 0
    assert over_time.height == topics.height * over_time["start"].n_unique()
    starts = over_time["start"]
    assert starts.dt.truncate(BINS[values.get("bins", "month")]).equals(starts)
    notebook = (project / "data/topics/topics.ipynb").read_text(encoding="utf-8")
    assert ("HDBSCAN" in notebook) is (values.get("clustering") == "hdbscan")
    if "outliers" in values:
        assert (assignments["topic"] >= 0).all()
    if "ngram_max" in values:
        assert topics["words"].explode().str.contains(" ").any()
    if "earlier" in values:
        assert assignments.equals(before)


def test_every_language_and_copies_of_the_same_words_only(project: Path) -> None:
    _run(project, "clean", languages=[], near_duplicate=1.0)


def test_a_perspective(project: Path) -> None:
    _run(project, "rhetoric", perspective=["Armenia"], opposed=["France"])
    assert set(_table(project, "rhetoric/square")["perspective"]) == {"Armenia", "France"}


def test_another_embedding_model_runs(project: Path) -> None:
    pytest.importorskip("sentence_transformers", reason="an extra that brings torch; its models come from the network")
    _run(project, "topics", embedding="sentence-transformers/all-MiniLM-L6-v2")


def test_six_headlines_are_too_few_and_end_well(project: Path) -> None:
    file = project / "data/clean/headlines.parquet"
    pl.read_parquet(file).unique("title", keep="first", maintain_order=True).head(6).write_parquet(file)
    _run(project, "topics", "rhetoric", "findings", units="headlines")
    assert "they are too few for two topics" in (project / "data/topics/topics.ipynb").read_text(encoding="utf-8")
    assert _table(project, "topics/assignments").height == 6


FEW = """
import polars as pl
from rhetoscope import tables, topics

def headlines(texts):
    names = [f"h{n:02}" for n in range(len(texts))]
    rows = {"headline_id": names, "doc_id": ["d"] * len(texts), "title": texts}
    rows = pl.DataFrame(rows, schema=dict.fromkeys(rows, pl.String))
    return pl.concat([tables.make_empty("headlines"), rows], how="diagonal")

CORPORA = [[f"Soldiers shelled village {chr(65 + n) * 3}" for n in range(count)] for count in (0, 1, 2, 3, 6, 7, 10)]
for texts in [*CORPORA, [f"the {'of ' * n} and" for n in range(4)]]:
    for clustering in topics.CLUSTERINGS:
        found = headlines(texts)
        units = topics.read_units(tables.make_empty("articles"), tables.make_empty("sentences"), found, "both")
        documents = topics.list_documents(units)
        vectors = topics.embed_texts(units, documents)
        fit = topics.fit_topics(units, documents, vectors.sample, topics.Settings(clustering))
        stability = topics.measure_stability(fit, units, vectors.sample, 1)
        assert fit.topics.height == (documents.height >= 4), (texts, clustering, fit.sentence)
        assert topics.describe_topics(fit) and topics.describe_stability(stability)
        assert topics.build_hierarchy(fit, vectors.sample).height == 0
        assert topics.count_over_time(fit, "month").height == 0
        written = tables.write_batches("assignments", topics.add_texts(units, fit.assignments))
        assert written.collect().height == len(texts)
assert documents.is_empty()
"""


def test_few_and_empty_texts_run(project: Path) -> None:
    """No text, one to ten, and texts of stop words only, in one process that has imported nothing before."""
    (project / "few.py").write_text(FEW, encoding="utf-8")
    made = subprocess.run([sys.executable, "few.py"], cwd=project, capture_output=True, text=True, check=False)
    assert made.returncode == 0, made.stderr[-2000:]
