"""Every value of every parameter that names a choice, and corpora of any size, run in a process of their own."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import polars as pl
import pytest
import yaml

from rhetoscope import tables
from rhetoscope.topics import BINS, CLUSTERINGS, KINDS, OUTLIERS, STATIC

ROOT = Path(__file__).parents[1]
CHOICES: list[dict[str, object]] = [
    {
        "clustering": "hdbscan",
        "outliers": "nearest",
        "units": "both",
        "bins": "day",
        "seed_words": ["ceasefire, truce"],
    },
    {"clustering": "hdbscan", "sample": 100, "leave_out": 0.2, "units": "paragraphs", "bins": "week"},
    {"clustering": "hdbscan", "earlier": "kept", "units": "headlines", "bins": "month"},
    {"clustering": "leiden", "outliers": "none", "embedding": "static", "ngram_max": 2, "bins": "year"},
    {"clustering": "leiden", "outliers": "nearest", "earlier": "kept", "embedding": "minilm", "stop_words": ["peace"]},
]


@pytest.fixture(scope="module")
def cleaned(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project folder with the seed cleaned, and in `kept` the topics of a run with the defaults."""
    folder = tmp_path_factory.mktemp("project")
    for name in ("dvc.yaml", "params.yaml"):
        shutil.copy(ROOT / name, folder)
    for name in ("notebooks", "seeds"):
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns(".ipynb_checkpoints"))
    run(folder, "clean")
    run(folder, "topics", stability_runs=0)
    shutil.copytree(folder / "data" / "topics", folder / "kept")
    return folder


def run(folder: Path, stage: str, **values: object) -> None:
    """Run a stage with these parameters as a user does."""
    params = yaml.safe_load((ROOT / "params.yaml").read_text(encoding="utf-8"))
    params[stage] |= values
    (folder / "params.yaml").write_text(yaml.safe_dump(params), encoding="utf-8")
    made = subprocess.run(
        [sys.executable, "-m", "rhetoscope", "run", stage], cwd=folder, capture_output=True, text=True
    )
    assert made.returncode == 0, made.stderr[-2000:]


def read(name: str) -> pl.DataFrame:
    return tables.check(name, tables.read(name))


@pytest.mark.parametrize("choice", CHOICES, ids=lambda choice: ", ".join(map(str, choice.values())))
def test_each_choice_runs_on_the_seed(
    choice: dict[str, object], cleaned: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(cleaned)
    run(cleaned, "topics", stability_runs=1, **choice)
    topics, assignments = read("topics"), read("assignments")
    kinds = KINDS[str(choice.get("units", "both"))]
    assert set(assignments["kind"]) == set(kinds)
    assert topics["size"].sum() == (assignments["topic"] >= 0).sum() > 0
    assert read("over_time").height == topics.height * read("over_time")["start"].n_unique()


def test_all_choices_are_among_them() -> None:
    for name, known in {"clustering": CLUSTERINGS, "outliers": OUTLIERS, "units": KINDS, "bins": BINS}.items():
        assert {choice[name] for choice in CHOICES if name in choice} == set(known)
    assert {choice["embedding"] for choice in CHOICES if "embedding" in choice} == {"minilm", STATIC}


@pytest.mark.parametrize("clustering", CLUSTERINGS)
def test_few_and_empty_texts_run(
    clustering: str, cleaned: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """No text, one to ten, and texts of stop words only, in one process that has imported nothing before."""
    monkeypatch.chdir(cleaned)
    script = tmp_path / "few.py"
    script.write_text(
        f"""
import polars as pl
from rhetoscope import tables, topics
for count in (0, 1, 2, 3, 6, 7, 10, -4):
    words = "the {{}} and" if count < 0 else "Soldiers shelled village {{}}"
    texts = [words.format("of " * n if count < 0 else chr(65 + n) * 3) for n in range(abs(count))]
    rows = pl.DataFrame(
        {{"headline_id": [f"h{{n:02}}" for n in range(len(texts))], "doc_id": ["d"] * len(texts), "title": texts}},
        schema={{"headline_id": pl.String, "doc_id": pl.String, "title": pl.String}},
    )
    headlines = pl.concat([tables.make_empty("headlines"), rows], how="diagonal")
    units = topics.read_units(tables.make_empty("articles"), tables.make_empty("sentences"), headlines, "both")
    documents = topics.list_documents(units)
    vectors = topics.embed_texts(units, documents)
    fit = topics.fit_topics(units, documents, vectors.sample, topics.Settings({clustering!r}))
    stability = topics.measure_stability(fit, units, vectors.sample, 1)
    assert fit.topics.height == (count >= 4), (count, fit.sentence)
    assert topics.describe_topics(fit) and topics.describe_stability(stability)
    assert topics.build_hierarchy(fit, vectors.sample).height == 0
    assert topics.count_over_time(fit, "month").height == 0
    assert tables.write_batches("assignments", topics.add_texts(units, fit.assignments)).collect().height == abs(count)
""",
        encoding="utf-8",
    )
    made = subprocess.run([sys.executable, str(script)], cwd=cleaned, capture_output=True, text=True)
    assert made.returncode == 0, made.stderr[-2000:]
