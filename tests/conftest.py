"""What several tests share."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from hypothesis import settings

# A deadline would make a loaded machine fail a test: speed is measured in benchmarks.
settings.register_profile("any machine", deadline=None)
settings.load_profile("any machine")

ROOT = Path(__file__).parents[1]


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project folder of its own, with this project's parameters, notebooks and seeds, as working directory."""
    for name in ("dvc.yaml", "params.yaml"):
        shutil.copy(ROOT / name, tmp_path)
    for name in ("notebooks", "seeds"):
        shutil.copytree(ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns(".ipynb_checkpoints"))
    monkeypatch.chdir(tmp_path)
    return tmp_path
