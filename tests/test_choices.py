"""Every value of every parameter that names a choice runs on the seed, each in a process of its own.

`params.yaml` is the list: a choice is a word in quotation marks in the comment above a parameter whose default is one
too. Where a number, a list or a path switches to another way of computing, `SWITCHES` names it.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import polars as pl
import pytest
import yaml

ROOT = Path(__file__).parents[1]
PARAMS: dict[str, dict[str, Any]] = yaml.safe_load((ROOT / "params.yaml").read_text(encoding="utf-8"))
QUICK = {"topics": {"stability_runs": 1}, "rhetoric": {"bootstrap": 100}}


def _read_choices() -> list[tuple[str, str, str]]:
    """Stage, parameter and value of every choice that params.yaml names."""
    choices: list[tuple[str, str, str]] = []
    stage, comment = "", ""
    for line in (ROOT / "params.yaml").read_text(encoding="utf-8").splitlines():
        if section := re.fullmatch(r"(\w+):", line):
            stage = section[1]
        elif line.lstrip().startswith("#"):
            comment += line
        elif parameter := re.match(r"  (\w+):", line):
            values = re.findall(r'"([a-z]\w*)"', comment)
            if PARAMS[stage][parameter[1]] in values:
                choices += [(stage, parameter[1], value) for value in dict.fromkeys(values)]
            comment = ""
    return choices


CHOICES = _read_choices()
SWITCHES: dict[str, tuple[str, dict[str, Any]]] = {
    "every language": ("clean", {"languages": []}),
    "copies of the same words only": ("clean", {"near_duplicate": 1.0}),
    "pairs of words": ("topics", {"ngram_max": 2}),
    "topics of an earlier run": ("topics", {"earlier": "before"}),
    "guided topics without stability": (
        "topics",
        {"seed_words": ["election, vote"], "stop_words": ["minister"], "leave_out": 0.2, "stability_runs": 0},
    ),
    "a perspective": ("rhetoric", {"perspective": ["Armenia"], "opposed": ["France"]}),
}


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
    project = tmp_path_factory.mktemp("finished")
    params = {stage: values | QUICK.get(stage, {}) for stage, values in PARAMS.items()}
    (project / "params.yaml").write_text(yaml.safe_dump(params), encoding="utf-8")
    shutil.copy(ROOT / "dvc.yaml", project)
    for name in ("notebooks", "seeds"):
        shutil.copytree(ROOT / name, project / name, ignore=shutil.ignore_patterns(".ipynb_checkpoints"))
    _run(project, "clean", "topics", "rhetoric")
    return project


@pytest.fixture
def project(finished: Path, tmp_path: Path) -> Path:
    """A copy of the finished project, to be run with another value."""
    return shutil.copytree(finished, tmp_path / "project")


def test_params_name_the_choices() -> None:
    named = {f"{stage}.{parameter}" for stage, parameter, _ in CHOICES}
    assert named >= {"topics.units", "topics.clustering", "topics.outliers", "topics.bins", "topics.embedding"}


@pytest.mark.parametrize(("stage", "parameter"), sorted({choice[:2] for choice in CHOICES} - {("topics", "embedding")}))
def test_params_name_every_value_that_is_known(project: Path, stage: str, parameter: str) -> None:
    """The error for a value that is not known lists those that are."""
    with pytest.raises(AssertionError) as error:
        _run(project, stage, **{parameter: "nothing"})
    known = re.search(rf"{stage}\.{parameter} is 'nothing'; known are ([\w, ]+)", str(error.value))
    assert known is not None
    assert set(known[1].split(", ")) == {value for *where, value in CHOICES if where == [stage, parameter]}


@pytest.mark.parametrize(("stage", "parameter", "value"), CHOICES)
def test_every_choice_runs(finished: Path, project: Path, stage: str, parameter: str, value: str) -> None:
    if value != PARAMS[stage][parameter]:  # the default has run
        later = ("rhetoric", "findings") if parameter == "clustering" else ()
        _run(project, stage, *later, **{parameter: value})
    kinds = {"paragraphs": ["paragraph"], "headlines": ["headline"]}.get(value, ["headline", "paragraph"])
    before, after = (_table(folder, "topics/assignments") for folder in (finished, project))
    expected = before.filter(pl.col("kind").is_in(kinds))
    assert after.drop("topic", "probability").equals(expected.drop("topic", "probability"))
    assert _table(project, "topics/topics").height > 0
    if value == "hdbscan":
        assert "HDBSCAN" in (project / "data/topics/topics.ipynb").read_text(encoding="utf-8")
    if value == "nearest":
        assert (after["topic"] >= 0).all()
    if parameter == "bins":
        starts = _table(project, "topics/over_time")["start"]
        length = {"day": "1d", "week": "1w", "month": "1mo", "year": "1y"}[value]
        assert starts.dt.truncate(length).equals(starts)


@pytest.mark.parametrize("name", SWITCHES)
def test_every_switch_runs(finished: Path, project: Path, name: str) -> None:
    stage, values = SWITCHES[name]
    shutil.copytree(finished / "data" / "topics", project / "before")
    _run(project, stage, **values)
    if name == "pairs of words":
        assert _table(project, "topics/topics")["words"].explode().str.contains(" ").any()
    elif name == "topics of an earlier run":
        assert _table(project, "topics/assignments").equals(_table(finished, "topics/assignments"))
    elif name == "a perspective":
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
