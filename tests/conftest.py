"""What several tests share."""

from pathlib import Path

import pytest
from hypothesis import settings

from builders import ROOT as ROOT
from builders import copy_project

# A deadline would make a loaded machine fail a test: speed is measured in benchmarks.
settings.register_profile("any machine", deadline=None)
settings.load_profile("any machine")


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project folder of its own, with this project's parameters, notebooks and seeds, as working directory."""
    monkeypatch.chdir(tmp_path)
    return copy_project(tmp_path)
